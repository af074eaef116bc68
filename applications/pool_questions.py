"""Answers what the pool asks about cases: how many there are in a round, and which pages a person may open."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from applications import evaluation, ideas, round_figures
from applications.models import Application
from applications.roles import visible_to
from applications.round_table import OPENS_TO
from applications.states import FINAL, State
from pool.cases import Counts
from questionnaires import designing

PREFIX = "ansøgning/"
RUNNING = (State.ACTIVE, State.REPORTED)


def counts(round_ids: list[int]) -> dict[int, Counts]:
    """One query, whatever the number of rounds. A draft that was never sent is nobody's business."""
    rows = Application.objects.filter(round__in=round_ids, version_number__gt=0).order_by().values("round")
    found = rows.annotate(sent=Count("pk"), undecided=Count("pk", filter=~Q(state__in=FINAL)))
    return {row["round"]: Counts(row["sent"], row["undecided"]) for row in found}


def addresses(person, subjects: set[str]) -> dict[str, str]:
    """One query: the pages of those cases among the subjects that the person may see now."""
    numbers = {subject.removeprefix(PREFIX) for subject in subjects if subject.startswith(PREFIX)}
    if not numbers:
        return {}
    seen = visible_to(person).filter(number__in=numbers).values_list("number", flat=True)
    return {PREFIX + number: reverse("applications:case", args=[number]) for number in seen}


def list_address(person, round_id: int) -> str:
    return reverse("applications:round", args=[round_id]) if person.has_role(*OPENS_TO) else ""


def questions_address(round_id: int) -> str:
    return reverse("applications:round-questions", args=[round_id])


def account_address(year: int) -> str:
    return reverse("applications:account", args=[year])


def running(year: int) -> list[tuple[str, str]]:
    """A grant that was not begun holds its money in the ledger; a project under way may have spent all and return some."""
    rows = Application.objects.filter(round__pool_year__year=year, state__in=RUNNING).order_by("number")
    return [(case.subject, f"{case.number}: {case.display_title}") for case in rows]


MORE = (
    (_l("Rundens tal"), round_figures.READERS, "round-figures"),
    (_l("Evaluering"), evaluation.READERS, "evaluation"),
)


def more(person, round_id: int) -> list[tuple[str, str]]:
    pages = [
        (str(label), reverse(f"applications:{name}", args=[round_id]))
        for label, readers, name in MORE
        if person.has_role(*readers)
    ]
    ideas_of_units = [(_("Ideer fra enhederne"), reverse("applications:ideas"))] if person.has_role(*ideas.READERS) else []
    return pages + ideas_of_units


def cloned(source, copy, by) -> None:
    designing.copy(source.subject, copy.subject, copy.name, by)
    designing.copy(evaluation.subject(source), evaluation.subject(copy), evaluation.title(copy), by)
