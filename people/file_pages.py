"""The words and lists of the pages where a file is chosen, looked at and confirmed. Decides nothing."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.sheets import SheetColumn
from people import file_columns
from people.file_plan import CHANGED, MISSING, NEW, UNCHANGED, Line, Plan

MOST_SHOWN = 200
ABOUT = {"unit": gettext_lazy("Enhed"), "person": gettext_lazy("Person"), "role": gettext_lazy("Rolle")}
WHAT = {
    NEW: gettext_lazy("Ny"),
    CHANGED: gettext_lazy("Ændret"),
    UNCHANGED: gettext_lazy("Uændret"),
    MISSING: gettext_lazy("Kun i systemet"),
}
HEADINGS = {
    (NEW, "unit"): gettext_lazy("Nye enheder"),
    (NEW, "person"): gettext_lazy("Nye personer"),
    (NEW, "role"): gettext_lazy("Nye roller"),
    (CHANGED, "unit"): gettext_lazy("Enheder, der ændres"),
    (CHANGED, "person"): gettext_lazy("Personer, der ændres"),
    (CHANGED, "role"): gettext_lazy("Roller, der ændres"),
    (MISSING, "unit"): gettext_lazy("Enheder, der ikke står i filen"),
    (MISSING, "person"): gettext_lazy("Personer, der ikke står i filen"),
    (MISSING, "role"): gettext_lazy("Roller, der ikke står i filen"),
}


def explained() -> list[tuple[str, str, list]]:
    """(heading, address word, (column, what it means)) of both kinds of file."""
    kinds = (_("Enheder"), "enheder", file_columns.UNITS), (_("Personer"), "personer", file_columns.PERSONS)
    return [(title, word, [(column, file_columns.meaning(column)) for column in columns]) for title, word, columns in kinds]


def shown(plan: Plan) -> dict:
    """What the page of the difference shows: the errors alone, or every group with its first lines."""
    count = Counter(line.what for line in plan.lines)
    groups = []
    for (what, about), heading in HEADINGS.items():
        lines = [line for line in plan.lines if (line.what, line.about) == (what, about)]
        if lines:
            groups.append({"heading": heading, "what": what, "lines": lines[:MOST_SHOWN], "count": len(lines)})
    return {
        "plan": plan,
        "faults": [(_place(sheet, number), text) for sheet, number, text in plan.faults[:MOST_SHOWN]],
        "count": {"new": count[NEW], "changed": count[CHANGED], "unchanged": count[UNCHANGED], "missing": count[MISSING]},
        "changes": [group for group in groups if group["what"] != MISSING],
        "missing": [group for group in groups if group["what"] == MISSING],
        "new_persons": len(plan.enrolled),
    }


def _place(sheet: str, number: int) -> str:
    return _("%(sheet)s, række %(row)s") % {"sheet": sheet, "row": number} if sheet else _("Række %(row)s") % {"row": number}


def done(plan: Plan, *, invited: bool) -> str:
    """One sentence about what was done."""
    count = Counter(line.what for line in plan.lines)
    new = ngettext("%(new)s ny", "%(new)s nye", count[NEW]) % {"new": count[NEW]}
    told = _("Filen er gennemført: %(new)s og %(changed)s ændret.") % {"new": new, "changed": count[CHANGED]}
    if not plan.enrolled:
        return told
    letters = _("De nye personer får en invitation.") if invited else _("Ingen har fået en invitation.")
    return f"{told} {letters}"


def as_rows(plan: Plan) -> tuple[list[SheetColumn], list[list]]:
    """The errors, or the difference with a row for every fact that changes."""
    if plan.faults:
        columns = [SheetColumn(_("Række")), SheetColumn(_("Fejl"))]
        return columns, [[_place(sheet, number), text] for sheet, number, text in plan.faults]
    labels = (_("Hvad"), _("Hvilken"), _("Navn"), _("Mere"), _("Række"), _("Felt"), _("Før"), _("Efter"))
    return [SheetColumn(label) for label in labels], [cells for line in plan.lines for cells in _cells(line)]


def _cells(line: Line) -> list[list]:
    first = [str(WHAT[line.what]), str(ABOUT[line.about]), line.name, line.detail, line.row]
    return [[*first, *change] for change in line.changes] or [[*first, None, None, None]]
