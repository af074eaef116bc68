"""What a file with units and persons would change: every row beside the others and beside the registers. Changes nothing.

A unit is known by its EAN, else by its name and place; a person by the address. An empty cell says nothing about what
the registers know. Whoever is missing from the file stays; they are only listed. Refusals are the domain's own words.
"""

import hashlib
import json
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from documents.incoming import Table
from people import file_columns as columns
from people.models import Person, RoleAssignment, Unit

UNKNOWN_HEADINGS = gettext_lazy(
    "Overskrifterne i første række kendes ikke. En fil med enheder skal have «Navn», «Hører under» og «Type», "
    "en fil med personer «Navn» og «E-mail»."
)
NEW, CHANGED, UNCHANGED, MISSING = "new", "changed", "unchanged", "missing"


@dataclass(frozen=True)
class Line:
    """One line of the difference: a unit, a person or a role; `changes` are (label, before, after)."""

    about: str
    what: str
    name: str
    detail: str = ""
    row: int | None = None
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Plan:
    """The difference in words, and what would be done, in the order it must be done."""

    faults: list[tuple[str, int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    found: list[Unit] = field(default_factory=list)
    moved: list[tuple[Unit, Unit]] = field(default_factory=list)
    amended: list[tuple[Unit, dict]] = field(default_factory=list)
    enrolled: list[Person] = field(default_factory=list)
    amended_persons: list[tuple[Person, dict]] = field(default_factory=list)
    appointed: list[RoleAssignment] = field(default_factory=list)
    ended: list[tuple[RoleAssignment, object]] = field(default_factory=list)

    def fault(self, sheet: str, number: int, text: str) -> None:
        self.faults.append((sheet, number, text))

    @property
    def fingerprint(self) -> str:
        """The same for the same difference: what was shown is what is done, or the page is shown again."""
        told = [[line.about, line.what, line.name, line.detail, line.row, line.changes] for line in self.lines]
        text = json.dumps([told, self.faults], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def changes_something(self) -> bool:
        return any(line.what in (NEW, CHANGED) for line in self.lines)


def plan(tables: list[Table], by: Person) -> Plan:
    """Raises ValidationError for a file that cannot be read at all."""
    from people import file_persons, file_units

    made = Plan()
    read = [(table, kind, columns.read(kind, table.rows)) for table, kind in kinds(tables)]
    for table, kind, _rows in read:
        for heading in columns.unknown(kind, table.rows[0][1]):
            made.notes.append(_("Kolonnen «%(heading)s» kendes ikke og bliver ikke læst.") % {"heading": heading})
    units = file_units.Units(made)
    for table, kind, rows in read:
        if kind is columns.UNITS:
            units.compare(table.name, rows)
    for table, kind, rows in read:
        if kind is columns.PERSONS:
            file_persons.compare(made, table.name, rows, units, by)
    made.faults.sort(key=lambda fault: (fault[0], fault[1]))
    return made


def kinds(tables: list[Table]) -> list[tuple[Table, list[columns.Column]]]:
    """The sheets with units and with persons, the first of each; other sheets of a workbook are no part of the file."""
    found = []
    for table in tables:
        kind = columns.kind_of(table.rows[0][1])
        if kind and not any(kind is other for _table, other in found):
            found.append((table, kind))
    if not found:
        raise ValidationError(UNKNOWN_HEADINGS)
    return found


def shown(value) -> str:
    """A fact as a Dane reads it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if hasattr(value, "year"):
        return date_format(value, pgettext("date format", "j. F Y"))
    return str(value).replace(".", ",") if type(value).__name__ == "Decimal" else str(value)
