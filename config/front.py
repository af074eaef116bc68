"""What the front page says: to anybody what the pool is and which round is open, to a person what waits for them.

Knows no personal data of others. Refuses to count what a role cannot reach.
"""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications import worklist
from applications.waiting import FAR, Group, waiting_for
from config.navigation import HAS_A_LIST, menu
from journal import clock
from people.models import Person
from people.roles import UNIT_ROLES, Role
from pool.models import PoolYear
from pool.rounds import PublicRound, public_rounds

# what each role is here for, in one sentence
DOES = {
    Role.APPLICANT: _("Du skriver jeres enheds ansøgninger og rapporterer om de projekter, der får penge."),
    Role.UNIT_LEADER: _("Du godkender jeres ansøgninger og sætter de projekter i gang, der får penge."),
    Role.CONSULTANT: _("Du planlægger runder, hjælper ansøgere, indstiller ansøgninger og følger projekterne til dørs."),
    Role.CO_ASSESSOR: _("Du giver point og kommentarer til de ansøgninger, du er sat på."),
    Role.MANAGER: _("Du godkender indstillinger og dagsordenstekster og afgør små beløb."),
    Role.SECRETARY: _("Du planlægger møder, sender punkter til udvalget, registrerer beslutninger og sender breve."),
    Role.FINANCE: _("Du passer puljens penge: bevillinger, omplaceringer, bilag og årets regnskab."),
    Role.COMMUNICATOR: _("Du udgiver historierne om projekterne: retter, planlægger, offentliggør og tager ned."),
    Role.AUDITOR: _("Du kan læse alt og ændre intet. Hver dag får du en besked med journalens fingeraftryk."),
    Role.ADMINISTRATOR: _("Du opretter personer, enheder og udvalg og giver roller."),
}


@dataclass(frozen=True)
class PoolFacts:
    """What anybody may know: this year's money, the open rounds, and the one that comes next."""

    year: PoolYear | None
    open: list[PublicRound]
    next: PublicRound | None

    @property
    def nearest_deadline(self):
        return self.open[0].deadline if self.open else None


def pool_facts() -> PoolFacts:
    """Two queries."""
    rounds = public_rounds()
    year = PoolYear.objects.filter(year=clock.today().year).first()
    coming = next((round_ for round_ in rounds if not round_.is_open), None)
    return PoolFacts(year, [round_ for round_ in rounds if round_.is_open], coming)


@dataclass(frozen=True)
class Task:
    """A kind of thing that waits: how many, by when, and where to begin."""

    title: str
    count: int
    due: date | None
    is_late: bool
    url: str

    @property
    def count_words(self) -> str:
        return ngettext("%(count)s sag", "%(count)s sager", self.count) % {"count": self.count}


@dataclass(frozen=True)
class OwnFront:
    tasks: list[Task]
    roles: list[tuple[str, str]]
    pages: list

    @property
    def waiting(self) -> int:
        return sum(task.count for task in self.tasks)


def own_front(person: Person) -> OwnFront:
    held = person.role_codes()
    roles = [(role.label, DOES[role]) for role in DOES if role in held]
    tasks = [_task(group, _list_of(held)) for group in waiting_for(person)]
    if Role.COMMUNICATOR in held and (ready := worklist.ready(person)):
        tasks.append(
            Task(str(_("Historier, der kan offentliggøres")), ready, None, False, reverse("applications:communication"))
        )
    return OwnFront(tasks, roles, menu(person, ""))


def may_apply(person: Person) -> bool:
    return not person.role_codes().isdisjoint(UNIT_ROLES)


def _list_of(held: frozenset[str]) -> str:
    """Where a person's list of such things stands."""
    if not held.isdisjoint(HAS_A_LIST):
        return reverse("applications:waiting")
    return reverse("applications:mine") if not held.isdisjoint(UNIT_ROLES) else ""


def _task(group: Group, list_url: str) -> Task:
    first = group.items[0]
    url = first.url if len(group.items) == 1 or not list_url else list_url
    return Task(group.title, len(group.items), None if group.due == FAR else group.due, first.is_late, url)
