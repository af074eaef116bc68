"""What the administrator's pages about erasing show: subjects in words, and the table of kinds with what counts now."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.erasure_proposals import SUBJECT
from applications.models import Application
from applications.retention_due import MONTHS, month_of, years_of
from applications.retention_rules import KINDS, Kind
from journal import chain
from people.models import Person


def with_words(rows) -> list:
    """Proposals with `said`, `kind_name`, and their `case` or `person`; two queries whatever their number."""
    rows = list(rows)
    numbers = {_key(row.subject) for row in rows if row.subject.startswith("ansøgning/")}
    ids = {int(_key(row.subject)) for row in rows if row.subject.startswith("person/")}
    cases = {case.number: case for case in Application.objects.filter(number__in=numbers).select_related("unit")}
    persons = Person.objects.in_bulk(ids)
    for row in rows:
        key = _key(row.subject)
        row.case = cases.get(key)
        row.person = persons.get(int(key)) if row.subject.startswith("person/") else None
        row.kind_name = KINDS[row.kind].name
        row.said = _said(row)
    return rows


def _key(subject: str) -> str:
    return subject.partition("/")[2]


def _said(row) -> str:
    if row.case:
        return _("Ansøgning %(number)s, %(unit)s") % {"number": row.case.number, "unit": row.case.unit}
    if row.subject.startswith(f"{MONTHS}/"):
        first: date = month_of(row.subject)[0]
        return _("Beskeder fra %(month)s") % {"month": date_format(first, "F Y")}
    if row.kind == "finance_file":
        return _("Fil fra økonomisystemet, %(year)s") % {"year": row.since.year - 1}
    return str(row.person or row.subject)


@dataclass(frozen=True)
class Line:
    """One kind as the table shows it."""

    kind: Kind
    lasts: str
    changed: bool


def lines() -> list[Line]:
    chosen = years_of()
    return [Line(kind, _lasts(kind, chosen.get(kind.code, 0)), _differs(kind, chosen)) for kind in KINDS.values()]


def _differs(kind: Kind, chosen: dict[str, int]) -> bool:
    return kind.editable and chosen[kind.code] != kind.years


def _lasts(kind: Kind, years: int) -> str:
    if years:
        return ngettext("%(count)s år", "%(count)s år", years) % {"count": years}
    if kind.days:
        return ngettext("%(count)s døgn", "%(count)s døgn", kind.days) % {"count": kind.days}
    return _("Straks")


def changes() -> list[dict]:
    """Who changed which period from what to what, newest first, as the timeline shows it."""
    found = []
    for event in chain.story(SUBJECT).filter(step="set_retention").order_by("-number"):
        before, after = event.payload["år"]
        said = _("Fra %(before)s til %(after)s år") % {"before": before, "after": after}
        found.append({"at": event.at, "title": KINDS[event.payload["slags"]].name, "actor": str(event.actor), "text": said})
    return found
