"""«Gem som idé til næste runde»: a unit keeps a refused or withdrawn case, begins anew from it, or lets it go.

The consultant reads the kept ideas by theme when the next round is planned. A refusal can be kept when its letter is out.
Refuses with door.Refused.
"""

from collections import Counter

from django.db import transaction
from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _

from applications.door import AlreadyHandled, NotYet, load_locked_for
from applications.models import Application, Idea, RefusalAdvice
from applications.my_cases import of_the_units
from applications.roles import visible_to
from applications.states import State
from journal import chain, clock
from people.models import Person
from people.roles import Role
from pool.themes import Theme

LONGEST_NOTE = 500
READERS = (Role.CONSULTANT, Role.MANAGER, Role.AUDITOR)


def why_not_kept(case: Application) -> str:
    """Empty when the case may be kept as an idea."""
    if case.state == State.WITHDRAWN:
        return "" if case.version_number else _("Kladden er slettet og kan ikke gemmes som idé.")
    if case.state != State.REFUSED or case.letter_released_at is None:
        return _("Kun en ansøgning, der har fået afslag eller er trukket tilbage, kan gemmes som idé.")
    return ""


def is_kept(case: Application) -> bool:
    return Idea.objects.filter(application=case).exists()


@transaction.atomic
def keep(case_id: int, by: Person, note: str = "") -> Idea:
    """Keep the case; a second press changes the note alone."""
    case = load_locked_for(case_id, by, "keep_idea")
    if reason := why_not_kept(case):
        raise NotYet(reason)
    facts = {"note": note.strip()[:LONGEST_NOTE], "saved_by": by, "at": clock.now()}
    idea, new = Idea.objects.get_or_create(application=case, defaults=facts)
    if new:
        chain.record(case.subject, "keep_idea", by, {})
    elif idea.note != facts["note"]:
        idea.note = facts["note"]
        idea.save(update_fields=["note"])
    return idea


@transaction.atomic
def let_go(case_id: int, by: Person) -> None:
    case = load_locked_for(case_id, by, "keep_idea")
    if not Idea.objects.filter(application=case).delete()[0]:
        raise AlreadyHandled(_("Ideen er allerede fjernet."))
    chain.record(case.subject, "drop_idea", by, {})


def of_units(person: Person) -> list[Idea]:
    """The ideas of the person's units, the newest first, each with its advice and what was begun from it."""
    copies = Application.objects.filter(unit=F("copied_from__unit")).order_by("pk").only("number", "copied_from")
    rows = Idea.objects.filter(application__in=of_the_units(person)).select_related(
        "application__unit", "application__round"
    )
    advice = Prefetch("application__refusal_advice", RefusalAdvice.objects.all())
    return list(rows.prefetch_related(advice, Prefetch("application__copies", copies)))


def seen_by(person: Person) -> QuerySet[Idea]:
    """Every idea whose case the person may see."""
    rows = Idea.objects.filter(application__in=visible_to(person))
    return rows.select_related("application__unit", "application__round")


def by_theme(ideas: QuerySet[Idea]) -> list[tuple[str, int]]:
    """(theme, how many ideas) with the most first; an idea with two themes counts in both."""
    counted = Counter(code for themes in ideas.order_by().values_list("application__themes", flat=True) for code in themes)
    named = [(str(theme.label), counted[theme.value]) for theme in Theme if counted[theme.value]]
    return sorted(named, key=lambda pair: -pair[1])
