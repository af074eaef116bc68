"""How the data of a case, or the messages of a month, are erased: rows, files, papers, mails, and text in the journal.

Everything about one subject goes in one transaction; files go when it has committed. What was decided, how much, when and
by whom stays: applications.retention_rules says what. Papers that hold personal details and can be written again from
their frozen facts are written again without them. Lock order: case → chain.
"""

from collections.abc import Callable

from applications import content, erasing_projects, uploads
from applications.models import Application, Attachment, Idea, Talk
from applications.retention_due import UNITS_PAPERS, messages_in, papers_of
from applications.retention_rules import CASE_TEXTS, CONTACT, GONE
from applications.round_questions import PREFIX
from applications.timeline import DECISIONS
from documents import store
from documents.models import Document
from journal import chain, clock
from journal.models import Event, Message

STEP = "erase_kind"
Gone = dict[str, int]


def erase_case(kind: str, case: Application, by) -> Event:
    """Erase one kind of data of a locked case, and write that it is done and how much it was."""
    gone, left = _WAYS[kind](case)
    event = chain.black_out(by, STEP, case.subject, {"slags": kind, "slettet": gone}, left)
    case.revision += 1
    case.save()
    return event


def erase_messages(subject: str, by) -> Event:
    rows = messages_in(subject)
    held = rows.filter(sent_at=None).update(sent_at=clock.now())  # one that nobody released is never sent empty
    gone = {"beskeder": _empty(rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))))}
    chain.lock()
    return chain.record(subject, STEP, by, {"slags": "messages", "slettet": gone, "tilbageholdt": held})


def _empty(rows) -> int:
    return rows.update(subject=GONE, body="", last_error="")


# ── what goes with each kind ────────────────────────────────────────────────────────────────────────────────────────


def _not_granted(case: Application) -> tuple[Gone, list]:
    gone = {"bilag": _forget_files(uploads.of_case(case)), "dokumenter": _forget_papers(case)}
    gone["udgaver"] = _rewrite_versions(case, _without_words)
    for name in (*CASE_TEXTS, *CONTACT, "recommended_reason", "recommended_conditions"):
        setattr(case, name, "")
    case.title, case.round_answers = GONE, {}
    case.budget_lines.update(text=GONE)
    case.effects.update(baseline="", method=GONE)
    gone["papirer"] = _erase_papers(case)
    gone["beskeder"] = _empty(Message.objects.filter(event__subject=case.subject).exclude(body=""))
    return gone, _texts_in_the_journal(case)


def _working_papers(case: Application) -> tuple[Gone, list]:
    return {"papirer": _erase_papers(case)}, _texts_in_the_journal(case)


def _contact(case: Application) -> tuple[Gone, list]:
    for name in CONTACT:
        setattr(case, name, "")
    gone = {"udgaver": _rewrite_versions(case, lambda frozen: frozen | dict.fromkeys(CONTACT, ""))}
    gone["dokumenter"] = _write_again(case)
    return gone, []


def _taken_off(case: Application) -> tuple[Gone, list]:
    rows = case.attachments_taken_off.all()
    ids = set(rows.values_list("pk", flat=True))
    _rewrite_versions(case, lambda frozen: _without_names(frozen, ids))
    gone = {"bilag": _forget_files(rows)}
    return gone | {"dokumenter": _write_again(case)}, []


_WAYS: dict[str, Callable[[Application], tuple[Gone, list]]] = {
    "not_granted": _not_granted,
    "unsent": _not_granted,
    "working_papers": _working_papers,
    "contact": _contact,
    "taken_off": _taken_off,
    "voucher": lambda case: (erasing_projects.erase_vouchers(case), _suppliers_in_the_journal(case)),
    "photo": lambda case: (erasing_projects.erase_photos(case), []),
}


def _erase_papers(case: Application) -> int:
    """Words of people beside the case. Rows that say who did what stay, without a word."""
    count = sum(rows.count() for rows in papers_of(case).values())
    case.notes.all().delete()
    Talk.objects.filter(project=case.pk).update(text=GONE)
    case.refusal_advice.update(text=GONE)
    Idea.objects.filter(application=case).delete()
    case.help_questions.all().delete()  # before the help they gave rise to
    case.help_given.update(text=GONE)
    case.questions.exclude(answer="").update(answer=GONE)
    case.questions.update(text=GONE)
    case.hearings.exclude(statement="").update(statement=GONE)
    case.hearings.update(question=GONE)
    case.declarations.update(note="")
    case.gate_answers.update(note="")
    for assessment in case.assessments.all():
        assessment.scores.update(reason="")
    case.assessments.update(comment=GONE)
    return count


def _forget_files(rows) -> int:
    names = [name for name in rows.values_list("file", flat=True) if name]
    count, _by_model = Attachment.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    for name in names:
        uploads.forget_file(name)
    return count


def _forget_papers(case: Application) -> int:
    """Receipts and letters: the journal keeps that they were issued."""
    rows = Document.objects.filter(subject=case.subject)
    names = [name for name in rows.values_list("file", flat=True) if name]
    count = rows.delete()[0]
    for name in names:
        uploads.forget_file(name)
    return count


def _write_again(case: Application) -> int:
    """Papers of the unit are owed once more, from versions that no longer hold what was erased."""
    rows = Document.objects.filter(subject=case.subject, kind__in=UNITS_PAPERS)
    for name in rows.exclude(file="").values_list("file", flat=True):
        uploads.forget_file(name)
    count = rows.update(file="", sha256="", size=0, pages=0, owed_at=clock.now())
    store.nudge_after_commit()
    return count


def _rewrite_versions(case: Application, without: Callable[[dict], dict]) -> int:
    """The digest of each version stays: a fact about what it was, which nobody can read any more."""
    rows = list(case.versions.all())
    for version in rows:
        version.content = without(version.content) | {"erased": clock.today().isoformat()}
        version.save(update_fields=["content"])
    return len(rows)


def _without_words(frozen: dict) -> dict:
    """Frozen content without what the unit wrote: amounts, themes and days stay."""
    gone = dict.fromkeys((*CASE_TEXTS, *CONTACT), "") | {"title": GONE, "attachments": []}
    gone |= {name: None for name in frozen if name.startswith(PREFIX)}
    gone["budget_lines"] = [line | {"text": GONE} for line in frozen["budget_lines"]]
    gone["effects"] = [effect | {"baseline": "", "method": GONE} for effect in frozen["effects"]]
    return frozen | gone


def _without_names(frozen: dict, ids: set[int]) -> dict:
    """Frozen content in which files that are gone have no name."""
    lists = {name: rows for name, rows in frozen.items() if name == "attachments" or name.startswith(PREFIX)}
    for file in content.files_in(frozen):
        if file["id"] in ids:
            file["name"] = GONE
    return frozen | lists


# ── the journal ─────────────────────────────────────────────────────────────────────────────────────────────────────


# codes and days that replay, four eyes and the story rest on, and the facts of the money: everything else that is text goes
CODES = frozenset({"fra", "til", "version", "roller", "habilitet", "frist", "enhed", "udtalelse", "felt", "slags", "sha256"})
CODES |= {"leverandør"}  # a voucher's, which follows the vouchers


def _texts_in_the_journal(case: Application) -> list[tuple[Event, dict]]:
    """Events whose payload holds words, each with what is left; a decision keeps its reason, as the case does."""
    return _changed(case, lambda event: event.payload if event.step in DECISIONS else without_texts(event.payload))


def _suppliers_in_the_journal(case: Application) -> list[tuple[Event, dict]]:
    return _changed(case, lambda event: event.payload | ({"leverandør": GONE} if "leverandør" in event.payload else {}))


def _changed(case: Application, left: Callable[[Event], dict]) -> list[tuple[Event, dict]]:
    rows = Event.objects.filter(subject=case.subject).order_by("position")
    found = [(event, left(event)) for event in rows if chain.SEAL not in event.payload]
    return [(event, rest) for event, rest in found if rest != event.payload]


def without_texts(payload: dict) -> dict:
    """A payload with every word blacked out; states, roles, days and numbers stay."""
    return {name: value if name in CODES else _blackened(value) for name, value in payload.items()}


def _blackened(value):
    match value:
        case str():
            return GONE if value else value
        case list():
            return [_blackened(each) for each in value]
        case dict():
            return {name: _blackened(each) for name, each in value.items()}
    return value
