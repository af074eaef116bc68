"""Writing in a draft: by several people at once, without anybody's words being lost.

A page carries a digest of each value it showed. `save` writes the fields that its person changed; where somebody else
has changed the same field in the meantime that field keeps the other's text, and both come back (Conflict): every
word is either stored or handed back. Saves raise the case's revision and are no events. While information is awaited
only the fields that were asked about are open, and the answers to the questions themselves (`answer_12`).
Who wrote a moment ago is told to the next who saves; a page that is open and still says nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applications import calculated, content, round_questions
from applications.door import AlreadyHandled, NotYours, load_locked
from applications.models import Application, Author, BudgetLine, Effect
from applications.roles import MAY, may, roles_on, with_standing
from applications.states import State
from journal import clock
from people.models import Person, Unit

ANSWER = "answer_"
STILL_WRITING = timedelta(minutes=2)


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: what the other wrote, what this person typed, and who the other is."""

    field: content.Field
    theirs: object
    mine: object
    by: Person | None


class Conflict(Exception):
    """Fields that somebody else changed while this person was writing. The person's other changes are saved."""

    def __init__(self, clashes: list[Clash], case: Application):
        super().__init__(_("En anden har ændret de samme felter."))
        self.clashes, self.case = clashes, case


def also_writing(case: Application, person: Person) -> list[Person]:
    """Who else saved a moment ago."""
    since = clock.now() - STILL_WRITING
    recent = {key for key, at in case.written_by.values() if key != person.pk and datetime.fromisoformat(at) > since}
    return list(Person.objects.filter(pk__in=recent)) if recent else []


def open_fields(case: Application, person: Person) -> frozenset[str]:
    """The names of the fields that the person may change now."""
    held = getattr(case, "held", None) or roles_on(person, case)
    if MAY["edit"].isdisjoint(held):
        return frozenset()
    if case.state == State.DRAFT:
        return frozenset(known_fields(case))
    if case.state == State.AWAITING_INFORMATION:
        open_questions = _open_questions(case)
        asked = {question.field for question in open_questions}
        fields = set(content.fields_of(case)) if "" in asked else asked
        return frozenset(fields | {f"{ANSWER}{question.pk}" for question in open_questions})
    return frozenset()


def known_fields(case: Application) -> dict[str, content.Field]:
    """The fields of the form, and those of questions that only an open page still shows."""
    return content.fields_of(case) | content.own_fields(round_questions.recalled(case))


def own_keys(names) -> set[str]:
    """The keys of the round's questions among the names of fields."""
    return {content.key_of(name) for name in names if name.startswith(content.PREFIX)}


def seen(case: Application, names) -> dict[str, str]:
    """A digest of each value as it is shown now; the page gives it back when it saves."""
    return {name: fingerprint(value) for name, value in values_of(case, names).items()}


def values_of(case: Application, names) -> dict:
    """The named fields and answers as they are now, as plain data."""
    answers = {f"{ANSWER}{question.pk}": question.answer for question in _open_questions(case)} if _asks(names) else {}
    return {name: answers[name] if name in answers else content.plain(case, name) for name in names}


def save(case_id: int, by: Person, values: dict, seen_digests: dict[str, str]) -> Application:
    """Write the fields of `values` (plain data as content.freeze gives it) that the person changed.

    Raises NotYours (nothing is written) or Conflict (the fields without a clash are written).
    """
    case, clashes = _save(case_id, by, values, seen_digests)
    if clashes:
        raise Conflict(clashes, case)
    return case


def _load_locked(case_id: int, by: Person) -> Application:
    """The case with how the person stands to it, in one query: people save every few seconds."""
    rows = with_standing(Application.objects.select_for_update(of=("self",)), by)
    return rows.select_related("round__pool_year", "unit", "changed_by").get(pk=case_id)


@transaction.atomic
def _save(case_id: int, by: Person, values: dict, seen_digests: dict[str, str]):
    case = _load_locked(case_id, by)
    round_questions.recall(case, own_keys(values))
    if not values.keys() <= open_fields(case, by):
        raise NotYours(_("De felter er ikke åbne for rettelser."))
    round_questions.note_version(case, own_keys(values))
    values = calculated.own(case, values)
    now = values_of(case, values)
    touched = [name for name, value in values.items() if fingerprint(value) != seen_digests.get(name)]
    changed = [name for name in touched if fingerprint(values[name]) != fingerprint(now[name])]
    clashing = [name for name in changed if seen_digests.get(name) != fingerprint(now[name])]
    others = _last_writers(case, clashing)
    if written := {name: values[name] for name in changed if name not in clashing}:
        _write(case, written)
        case.revision += 1
        case.changed_at, case.changed_by = clock.now(), by
        case.written_by |= {name: [by.pk, case.changed_at.isoformat()] for name in written}
        case.save()
        if not case.wrote:
            Author.objects.get_or_create(application=case, person=by)
    return case, [Clash(_field(case, name), now[name], values[name], others[name]) for name in clashing]


def _last_writers(case: Application, names: list[str]) -> dict[str, Person | None]:
    """Who wrote each field last; where that is not known, who changed the case last."""
    if not names:
        return {}
    keys = {name: case.written_by.get(name, [case.changed_by_id])[0] for name in names}
    people = Person.objects.in_bulk(set(filter(None, keys.values())))
    return {name: people.get(key) for name, key in keys.items()}


def restore(case: Application, frozen: dict) -> None:
    """Put frozen content into a case: a copy of an earlier application, or what was sent before. Files stay."""
    fields = content.fields_of(case).values()
    _write(case, {field.name: frozen[field.name] for field in fields if field.name in frozen and not field.holds_files})
    case.save()


@transaction.atomic
def ask_for_help(case_id: int, by: Person, wanted: bool) -> Application:
    """Let the consultant read the draft, or no longer."""
    case = load_locked(case_id)
    if not may(by, case, "edit"):
        raise NotYours(_("Det kan kun enheden selv."))
    if case.state != State.DRAFT:
        raise AlreadyHandled(
            _("Ansøgningen er ikke længere en kladde: den er nu «%(state)s».") % {"state": case.get_state_display()}
        )
    case.help_requested = wanted
    case.revision += 1
    case.save()
    return case


def fingerprint(value) -> str:
    """Equal for what reads the same: blank space around a text and the order of ticks do not count."""
    if isinstance(value, str):
        value = "\n".join(value.strip().splitlines())
    elif isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        value = sorted(value)
    return content.digest(value)[:12]


def _asks(names) -> bool:
    return any(name.startswith(ANSWER) for name in names)


def _open_questions(case) -> list:
    return [question for question in case.questions.all() if question.status == "open"]


def _field(case, name: str) -> content.Field:
    fields = known_fields(case)
    if name in fields:
        return fields[name]
    question = next(question for question in _open_questions(case) if f"{ANSWER}{question.pk}" == name)
    return content.Field(name, question.text)


def _write(case: Application, values: dict) -> None:
    for name, value in values.items():
        if name == "partners":
            case.partners.set(Unit.objects.filter(name__in=value))
        elif name == "budget_lines":
            case.budget_lines.all().delete()
            BudgetLine.objects.bulk_create(
                BudgetLine(application=case, position=place, **line) for place, line in enumerate(value)
            )
        elif name == "effects":
            case.effects.all().delete()
            Effect.objects.bulk_create(
                Effect(application=case, position=place, **calculated.row(effect)) for place, effect in enumerate(value)
            )
        elif name in ("starts", "ends"):
            setattr(case, name, date.fromisoformat(value) if value else None)
        elif name.startswith(content.PREFIX):
            case.round_answers = case.round_answers | {content.key_of(name): value}
        elif name.startswith(ANSWER):
            case.questions.filter(pk=name.removeprefix(ANSWER)).update(answer=value)
        elif name != "attachments":
            setattr(case, name, value)
