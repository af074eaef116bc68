"""Meetings and agenda items: planned, written, approved, sent, decided, minuted, released.

One item per round and meeting. Every function is one transaction with its event; cases on an item move through the
door, all of them or none. A meeting with an undecided case cannot be closed. Refuses with door.Refused.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import agenda_text, changing
from applications.door import AlreadyHandled, NotYet, NotYours, Refused, Stale, WrongAnswers, load_locked_for, take
from applications.models import AgendaItem, Application, ChangeRequest, Meeting, Placement
from applications.roles import READ_BY_ROLES, appointed, told
from documents import store
from documents.models import Document
from journal import chain, clock, outbox
from people.models import Committee, Person
from people.roles import Role
from pool.models import Round


class CasesRefused(Refused):
    """A decision that cannot be recorded as typed: what stands against it, by case id."""

    def __init__(self, refusals: dict[int, Refused]):
        super().__init__(" ".join(str(refusal) for refusal in refusals.values()))
        self.refusals = refusals


FROZEN = (AgendaItem.Status.SENT, AgendaItem.Status.DECIDED, AgendaItem.Status.FINAL)


def _by(person: Person, *roles: Role) -> None:
    if not person.has_role(*roles):
        raise NotYours(_("Det kræver rollen %(role)s.") % {"role": roles[0].label})


@transaction.atomic
def plan(committee: Committee, at, *, by: Person, place: str = "") -> Meeting:
    """Plan a meeting on a day the committee exists."""
    _by(by, Role.SECRETARY)
    if not committee.existed_on(at.date()):
        raise WrongAnswers({"committee": _("Udvalget findes ikke den dag. Vælg en anden dag eller et andet udvalg.")})
    if at <= clock.now():
        raise WrongAnswers({"day": _("Vælg et tidspunkt, der ikke er passeret.")})
    chain.lock()
    if Meeting.objects.filter(committee=committee, at=at).exists():
        raise WrongAnswers({"time": _("Udvalget har allerede et møde på det tidspunkt. Vælg et andet tidspunkt.")})
    meeting = Meeting.objects.create(committee=committee, at=at, place=place or committee.place)
    chain.record(meeting.subject, "plan_meeting", by, {"udvalg": committee.name, "tid": at.isoformat()})
    return meeting


def item_for(round: Round, meeting: Meeting, *, by: Person) -> AgendaItem:
    """The round's item on a meeting, drafted when the first case comes; refuses one whose text has been sent."""
    item = AgendaItem.objects.select_for_update().filter(meeting=meeting, round=round).first()
    if item is None:
        item = AgendaItem.objects.create(
            meeting=meeting,
            round=round,
            title=agenda_text.title(round),
            case_number=agenda_text.case_number(round),
            written_by=by,
        )
        chain.record(item.subject, "draft_item", by, {"møde": meeting.pk, "runde": round.pk})
    elif item.status in FROZEN:
        raise NotYet(_("Punktet er allerede sendt til udvalget. Vælg et senere møde."))
    approve_again(item)
    return item


def approve_again(item: AgendaItem) -> None:
    """A case came or went: a text that was approved but not sent tells of other cases, and is approved anew."""
    ready = AgendaItem.objects.filter(pk=item.pk, status=AgendaItem.Status.READY)
    ready.update(status=AgendaItem.Status.DRAFT, approved_by=None)


@transaction.atomic
def write(item_id: int, by: Person, seen_revision: int, *, sections: dict[str, str], **fields) -> AgendaItem:
    """Save edited text; a section that says what the data says goes on following it.

    A changed text must be approved again; a sent one is frozen and takes only a supplement.
    """
    _by(by, Role.CONSULTANT, Role.SECRETARY)
    item = _locked(item_id)
    _meeting_stands(item)
    if item.revision != seen_revision:
        raise Stale(_("En anden har rettet i punktet, siden du åbnede det."))
    if item.status in FROZEN:
        raise AlreadyHandled(_("Teksten er sendt til udvalget. Skriv i stedet supplerende oplysninger."))
    if not fields.get("is_open", item.is_open) and not fields.get("closed_reason", item.closed_reason):
        raise WrongAnswers({"closed_reason": _("Skriv, hvorfor punktet er lukket, og efter hvilken regel.")})
    drafted = agenda_text.drafted(item)
    edited = {key: "" if text == drafted[key] else text for key, text in sections.items()}
    item.sections = {**item.sections, **edited}
    for name in ("title", "case_number", "number", "is_open", "closed_reason", "competence"):
        if name in fields:
            setattr(item, name, fields[name])
    item.status, item.approved_by, item.written_by = AgendaItem.Status.DRAFT, None, by
    _save(item, "write_item", by, {"afsnit": sorted(sections)})
    return item


@transaction.atomic
def approve_text(item_id: int, by: Person) -> AgendaItem:
    """A manager stands behind the text; not the one who wrote it."""
    _by(by, Role.MANAGER)
    item = _in(item_id, AgendaItem.Status.DRAFT)
    _meeting_stands(item)
    if item.written_by_id == by.pk:
        raise NotYours(_("Den, der har skrevet teksten, kan ikke også godkende den."))
    item.status, item.approved_by = AgendaItem.Status.READY, by
    _save(item, "approve_item", by, {})
    return item


@transaction.atomic
def send(item_id: int, by: Person) -> AgendaItem:
    """Send to the committee: the text is frozen, and the packet is owed with the chain's head on it."""
    _by(by, Role.SECRETARY)
    item = _in(item_id, AgendaItem.Status.READY)
    _meeting_stands(item)
    if not item.placements.filter(outcome="").exists() and not open_changes(item):
        raise NotYet(_("Der er ingen sager på punktet."))
    item.sections = agenda_text.filled(item)
    item.status, item.sent_at = AgendaItem.Status.SENT, clock.now()
    event = _save(item, "send_item", by, {"sager": item.placements.filter(outcome="").count()})
    facts = {"anchor": str(chain.Anchor(event.position, event.hash)), **agenda_text.frozen(item)}
    for kind, ending in (("packet", "pdf"), ("packet_docx", "docx")):
        store.owe(
            kind, item.subject, cause=event, title=item.title, file_name=f"dagsordenspunkt-{item.pk}.{ending}", facts=facts
        )
    return item


@transaction.atomic
def add_supplement(item_id: int, by: Person, text: str) -> AgendaItem:
    """Information that came after the text was sent."""
    _by(by, Role.CONSULTANT, Role.SECRETARY)
    item = _in(item_id, AgendaItem.Status.SENT)
    if not text.strip():
        raise WrongAnswers({"text": _("Skriv de supplerende oplysninger.")})
    item.supplement = text.strip()
    _save(item, "add_supplement", by, {})
    return item


@transaction.atomic
def hold(meeting: Meeting, by: Person) -> None:
    """The meeting was held: decisions can be recorded."""
    _by(by, Role.SECRETARY)
    if meeting.at > clock.now():
        raise NotYet(_("Mødet er ikke begyndt endnu."))
    _turn(meeting, Meeting.Status.PLANNED, Meeting.Status.HELD)
    chain.record(meeting.subject, "hold_meeting", by, {})


@transaction.atomic
def cancel(meeting: Meeting, by: Person, reason: str) -> None:
    """The meeting is not held: its cases go back to those that wait for a meeting."""
    _by(by, Role.SECRETARY)
    _lock_cases(_live(meeting).values_list("application_id", flat=True))
    _turn(meeting, Meeting.Status.PLANNED, Meeting.Status.CANCELLED)
    chain.record(meeting.subject, "cancel_meeting", by, {"begrundelse": reason})
    ChangeRequest.objects.filter(item__meeting=meeting, status=ChangeRequest.Status.OPEN).update(item=None)
    for case_id in _live(meeting).order_by("application_id").values_list("application_id", flat=True):
        take("take_off_agenda", case_id, by, answers={"reason": reason})


@dataclass(frozen=True)
class Outcome:
    """What the committee decided for one case: the step's name and its answers."""

    case_id: int
    step: str
    answers: dict


def open_changes(item: AgendaItem) -> list[ChangeRequest]:
    """The item's projects whose new purpose the committee has not decided."""
    return [change for change in agenda_text.changes_of(item) if change.status == ChangeRequest.Status.OPEN]


@transaction.atomic
def decide(
    item_id: int,
    by: Person,
    outcomes: list[Outcome],
    *,
    text: str,
    changes: dict[int, tuple[bool, str]] | None = None,
    **minutes,
) -> AgendaItem:
    """Record the committee's decision for every case of the item, in one transaction: all of it happens, or none.

    `changes` holds by id whether a project's new purpose was approved, and the committee's words. Every case is tried, so
    that CasesRefused tells of all that stands in the way.
    """
    _by(by, Role.SECRETARY)
    changed = ChangeRequest.objects.filter(pk__in=changes or {}).values_list("project_id", flat=True)
    _lock_cases([*(outcome.case_id for outcome in outcomes), *changed])
    item = _in(item_id, AgendaItem.Status.SENT)
    if item.meeting.status != Meeting.Status.HELD:
        raise NotYet(_("Mødet er ikke holdt endnu."))
    waiting, wishes = set(item.placements.filter(outcome="").values_list("application_id", flat=True)), open_changes(item)
    if waiting != {o.case_id for o in outcomes} or {wish.pk for wish in wishes} != (changes or {}).keys():
        raise NotYet(_("Beslutningen skal dække alle sager på punktet."))
    item.status, item.recorded_by, item.decision_text = AgendaItem.Status.DECIDED, by, text.strip()
    for name in ("dissent", "absentees", "disqualified_members", "council_demanded"):
        if name in minutes:
            setattr(item, name, minutes[name])
    _save(item, "decide_item", by, {"beslutning": item.decision_text})
    refusals = {}
    for outcome in sorted(outcomes, key=lambda o: o.case_id):
        try:
            take(outcome.step, outcome.case_id, by, answers=outcome.answers)
        except Refused as refusal:
            refusals[outcome.case_id] = refusal
    for wish in wishes:
        changing.record(wish, by, *changes[wish.pk])
    if refusals:
        raise CasesRefused(refusals)
    return item


@transaction.atomic
def close(meeting: Meeting, by: Person) -> None:
    """Close a meeting when every case on it has its decision."""
    _by(by, Role.SECRETARY)
    if undecided := undecided_on(meeting):
        said = ngettext(
            "%(count)s sag mangler en beslutning: %(cases)s.",
            "%(count)s sager mangler en beslutning: %(cases)s.",
            len(undecided),
        )
        raise NotYet(said % {"count": len(undecided), "cases": ", ".join(case.number for case in undecided)})
    if ChangeRequest.objects.filter(item__meeting=meeting, status=ChangeRequest.Status.OPEN).exists():
        raise NotYet(_("Et projekt på mødet mangler svar på sit nye formål."))
    _turn(meeting, Meeting.Status.HELD, Meeting.Status.CLOSED)
    chain.record(meeting.subject, "close_meeting", by, {})


@transaction.atomic
def finalise_minutes(item_id: int, by: Person, day) -> AgendaItem:
    """The minutes are final on a day; a member's demand for the council (§ 23) holds them."""
    _by(by, Role.SECRETARY)
    item = _in(item_id, AgendaItem.Status.DECIDED)
    if not timezone.localdate(item.meeting.at) <= day <= clock.today():
        raise WrongAnswers({"day": _("Vælg en dag fra mødedagen til og med i dag.")})
    if item.council_demanded:
        raise NotYet(_("Et medlem har krævet sagen indbragt for byrådet. Protokollen venter på byrådets beslutning."))
    item.status, item.minutes_final_on = AgendaItem.Status.FINAL, day
    _save(item, "finalise_minutes", by, {"dato": day.isoformat()})
    return item


@transaction.atomic
def council_has_decided(item_id: int, by: Person, text: str) -> AgendaItem:
    """The council has treated what a member demanded (§ 23): the minutes may become final.

    What it decided otherwise is registered case by case first, by reopening the decision.
    """
    _by(by, Role.SECRETARY)
    item = _in(item_id, AgendaItem.Status.DECIDED)
    if not item.council_demanded:
        raise AlreadyHandled(_("Punktet venter ikke på byrådet."))
    item.council_demanded = False
    item.supplement = "\n\n".join(filter(None, [item.supplement, _("Byrådets beslutning: %(text)s") % {"text": text}]))
    _save(item, "council_has_decided", by, {"byrådet": text})
    return item


@transaction.atomic
def release_letter(case_id: int, by: Person) -> Application:
    """Send a decided case's letter to the unit: after final minutes, or at once for a delegated decision."""
    case = load_locked_for(case_id, by, "release_letter")
    if reason := held_back(case):
        raise NotYet(reason)
    event = chain.record(case.subject, "release_letter", by, {})
    case.letter_released_at = event.at
    case.revision += 1
    case.save()
    for person in receivers([case])[0]:
        context = {"case": case, "granted": case.granted_amount is not None, "by": by}
        outbox.owe(event, person, "letter_released", context, link=case.get_absolute_url())
    return case


def receivers(cases: list[Application]) -> list[list[Person]]:
    """Per case who gets word of a released letter: the unit's people behind the case, and their leader."""
    people = {role: list(appointed(role)) for role in (Role.APPLICANT, Role.UNIT_LEADER)}
    prefetch_related_objects(cases, *READ_BY_ROLES)
    return [list({p.pk: p for role in people for p in told(role, case, people[role])}.values()) for case in cases]


def held_back(case: Application) -> str:
    """Why a letter may not go yet, or ""."""
    if case.decided_at is None:
        return _("Sagen er ikke afgjort.")
    if case.letter_released_at:
        return _("Brevet er allerede sendt.")
    placement = max(case.placements.all(), key=lambda row: row.pk, default=None)
    if case.approved_at and placement and placement.item.status != AgendaItem.Status.FINAL:
        return _("Brevet venter, til protokollen er endelig.")
    return ""


def letter_of(case: Application) -> Document | None:
    return Document.objects.filter(subject=case.subject, kind="letter", superseded=False).order_by("-pk").first()


def undecided_on(meeting: Meeting) -> list[Application]:
    """The meeting's cases without a decision, by number."""
    return [p.application for p in _live(meeting).select_related("application").order_by("application__number")]


def _live(meeting: Meeting):
    return Placement.objects.filter(item__meeting=meeting, outcome="")


def _locked(item_id: int) -> AgendaItem:
    """The chain first, as steps that place a case on an item have it already (decision 0001)."""
    chain.lock()
    return AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=item_id)


def _lock_cases(ids) -> None:
    """Before the chain: cases by id (decision 0001)."""
    list(Application.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk").values_list("pk"))


def _in(item_id: int, status: str) -> AgendaItem:
    item = _locked(item_id)
    if item.status != status:
        raise AlreadyHandled(_("Punktet er nu «%(status)s».") % {"status": item.get_status_display()})
    return item


def _meeting_stands(item: AgendaItem) -> None:
    if item.meeting.status == Meeting.Status.CANCELLED:
        raise AlreadyHandled(_("Mødet er aflyst. Sagerne venter på et nyt møde."))


def _turn(meeting: Meeting, source: str, target: str) -> None:
    if not Meeting.objects.filter(pk=meeting.pk, status=source).update(status=target):
        meeting.refresh_from_db()
        raise AlreadyHandled(_("Mødet er nu «%(status)s».") % {"status": meeting.get_status_display()})
    meeting.status = target


def _save(item: AgendaItem, step: str, by: Person, payload: dict):
    item.revision += 1
    item.save()
    return chain.record(item.subject, step, by, payload)
