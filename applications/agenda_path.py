"""The path of an agenda item, from draft to final minutes: how far it is, and the one act that comes next.

Only reads. What a person may do is decided again by applications.agenda, which every act goes through.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import AgendaItem, Application, Meeting
from applications.states import DECIDED
from journal import chain, clock
from people.models import Person
from people.roles import Role

Status = AgendaItem.Status
OPENS_TO = (Role.CONSULTANT, Role.SECRETARY, Role.MANAGER, Role.AUDITOR)
# the event that reached each stage, and its words
STAGES = (
    (Status.DRAFT, "draft_item", gettext_lazy("Skrevet")),
    (Status.READY, "approve_item", gettext_lazy("Godkendt")),
    (Status.SENT, "send_item", gettext_lazy("Sendt")),
    (Status.DECIDED, "decide_item", gettext_lazy("Besluttet")),
    (Status.FINAL, "finalise_minutes", gettext_lazy("Protokol endelig")),
)


@dataclass(frozen=True)
class Stage:
    """A stop on the way; `event` is the one that reached it, None while it is ahead."""

    label: str
    event: object
    is_current: bool


def stages(item: AgendaItem) -> list[Stage]:
    """Every stop with who and when, as far as the item has come."""
    last = {event.step: event for event in chain.story(item.subject)}
    reached = [status for status, _step, _label in STAGES].index(item.status)
    return [
        Stage(str(label), last.get(step) if place <= reached else None, place == reached)
        for place, (_status, step, label) in enumerate(STAGES)
    ]


@dataclass(frozen=True)
class Next:
    """What comes next, in words; `act` names what this person does now, "" when it is another's or nobody's turn."""

    says: str
    act: str = ""


def following(item: AgendaItem, person: Person, letters: int) -> Next:
    """The next act on the item. `letters` is how many letters can be sent."""
    if item.meeting.status == Meeting.Status.CANCELLED:
        return Next(_("Mødet er aflyst. Sagerne venter på et nyt møde."))
    match item.status:
        case Status.DRAFT:
            return _approval(item, person)
        case Status.READY:
            return _for_secretary(
                person,
                "send",
                _("Send punktet til udvalget. Teksten låses, og dokumenterne bliver til."),
                _("Udvalgssekretæren sender punktet til udvalget."),
            )
        case Status.SENT:
            return _decision(item, person)
        case Status.DECIDED:
            return _minutes(item, person)
        case _:
            return _letters(person, letters)


def _for_secretary(person: Person, act: str, own: str, others: str) -> Next:
    return Next(own, act) if person.has_role(Role.SECRETARY) else Next(others)


def _approval(item: AgendaItem, person: Person) -> Next:
    if person.has_role(Role.MANAGER) and item.written_by_id != person.pk:
        return Next(_("Læs teksten igennem, og godkend den. Så kan den sendes til udvalget."), "approve")
    return Next(_("En leder, der ikke selv har skrevet teksten, skal godkende den."))


def _decision(item: AgendaItem, person: Person) -> Next:
    if item.meeting.status != Meeting.Status.PLANNED:
        return _for_secretary(
            person,
            "decide",
            _("Mødet er holdt. Registrér, hvad udvalget besluttede i hver sag."),
            _("Mødet er holdt. Udvalgssekretæren registrerer beslutningen."),
        )
    if item.meeting.at > clock.now():
        return Next(_("Punktet er sendt til udvalget. Beslutningen registreres, når mødet er holdt."))
    return _for_secretary(
        person,
        "hold",
        _("Mødet er begyndt. Meld det holdt på mødets side; så kan beslutningen registreres."),
        _("Udvalgssekretæren melder mødet holdt og registrerer beslutningen."),
    )


def _minutes(item: AgendaItem, person: Person) -> Next:
    if item.council_demanded and person.has_role(Role.SECRETARY):
        return Next(
            _(
                "Et medlem har krævet sagen indbragt for byrådet. Protokollen venter, og brevene bliver liggende. "
                "Skriv, hvad byrådet besluttede, når det har behandlet sagen. Har byrådet ændret noget, så ret "
                "først den registrerede beslutning på de sager, det gælder."
            ),
            "council",
        )
    if item.council_demanded:
        return Next(_("Et medlem har krævet sagen indbragt for byrådet. Protokollen venter, og brevene bliver liggende."))
    return _for_secretary(
        person,
        "final",
        _("Skriv, hvornår protokollen blev endelig. Så kan brevene sendes til enhederne."),
        _("Udvalgssekretæren gør protokollen endelig. Så kan brevene sendes til enhederne."),
    )


def _letters(person: Person, letters: int) -> Next:
    if letters and person.has_role(Role.SECRETARY, Role.CONSULTANT):
        return Next(_("Protokollen er endelig. Brevene kan sendes til enhederne."), "release")
    if letters:
        return Next(_("Protokollen er endelig. Udvalgssekretæren sender brevene."))
    return Next(_("Punktet er færdigt: protokollen er endelig, og alle breve er sendt."))


def letters_left(item: AgendaItem):
    """The item's decided cases whose letter has not been sent, once the minutes are final; by number."""
    if item.status != Status.FINAL:
        return Application.objects.none()
    rows = Application.objects.filter(placements__item=item, state__in=DECIDED, letter_released_at=None)
    return rows.select_related("unit", "round").order_by("number").distinct()
