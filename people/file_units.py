"""The units of a file beside the register: which are new, renamed, moved or amended, and which the file leaves out.

Finds duplicates, unknown parents and circles; what a single unit may hold, people.units refuses in its own words.
"""

from collections import Counter

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from people import file_columns as columns
from people import units as register
from people.file_plan import CHANGED, MISSING, NEW, UNCHANGED, Line, Plan, shown
from people.models import Unit

PARENT = next(column for column in columns.UNITS if column.name == "parent")
LABELS = {column.name: column.label for column in columns.UNITS}


class Units:
    """All units as the file would have them; finds one by its name or EAN for a row that points at it."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.stored = {unit.pk: unit for unit in Unit.objects.order_by("pk")}
        for unit in self.stored.values():
            unit.parent = self.stored.get(unit.parent_id)
        self.by_ean = {unit.ean: unit for unit in self.stored.values() if unit.ean}
        self.by_name: dict[str, list[Unit]] = {}
        for unit in self.stored.values():
            if unit.is_open:
                self.by_name.setdefault(unit.name.casefold(), []).append(unit)

    @property
    def top(self) -> Unit | None:
        return next((unit for unit in self.stored.values() if unit.parent is None), None)

    def pointed_at(self, words: str) -> list[Unit]:
        """Open units of that name or EAN, stored or in the file."""
        if unit := self.by_ean.get("".join(words.split())):
            return [unit]
        return self.by_name.get(words.casefold(), [])

    def compare(self, sheet: str, rows: list[columns.Row]) -> None:
        names = [row.values.get("name", "").casefold() for row in rows]
        count = Counter(names)
        matched = [(row, self._known(row, count[names[place]] == 1)) for place, row in enumerate(rows)]
        taken: dict[int, int] = {}
        pairs = []
        for row, stored in matched:
            if stored and stored.pk in taken:
                row.faults.append(_("%(name)s står også i række %(other)s.") % {"name": stored, "other": taken[stored.pk]})
            elif stored and not stored.is_open:
                row.faults.append(_("%(name)s er lukket og kan ikke ændres fra en fil.") % {"name": stored})
            elif stored:
                taken[stored.pk] = row.number
            pairs.append((row, stored or Unit()))
        self._refuse_repeated(pairs)
        before = {unit.pk: _facts(unit) for _row, unit in pairs if unit.pk}
        for row, unit in pairs:
            self._take_facts(row, unit)
        parents = {id(unit): self._parent(row, unit) for row, unit in pairs}
        self._refuse_circles(pairs, parents)
        for _row, unit in pairs:
            if not unit.pk:
                unit.parent = parents[id(unit)]
        self._refuse_by_the_register(pairs)
        for row in rows:
            for text in row.faults:
                self.plan.fault(sheet, row.number, text)
        self._tell(pairs, before, parents)

    def _known(self, row: columns.Row, name_stands_once: bool) -> Unit | None:
        """The stored unit that a row means."""
        if unit := self.by_ean.get(row.values.get("ean")):
            return unit
        same = self.by_name.get(row.values.get("name", "").casefold(), [])
        parent = row.values.get("parent", "")
        here = [unit for unit in same if _is_called(unit.parent, parent)]
        if len(here) == 1:
            return here[0]
        moved = len(same) == 1 and name_stands_once and not (row.values.get("ean") and same[0].ean)
        return same[0] if moved or (len(same) == 1 and not parent) else None

    def _refuse_repeated(self, pairs) -> None:
        """Two rows with one EAN, or two new units of one name in one place."""
        eans: dict[str, int] = {}
        places: dict[tuple, int] = {}
        for row, unit in pairs:
            ean, place = (
                row.values.get("ean"),
                (row.values.get("name", "").casefold(), row.values.get("parent", "").casefold()),
            )
            if not unit.pk and ean in eans:
                row.faults.append(_("EAN %(ean)s står også i række %(other)s.") % {"ean": ean, "other": eans[ean]})
            elif not unit.pk and place[0] and place in places:
                text = _("%(name)s står også i række %(other)s.")
                row.faults.append(text % {"name": row.values["name"], "other": places[place]})
            if ean:
                eans.setdefault(ean, row.number)
            places.setdefault(place, row.number)

    def _take_facts(self, row: columns.Row, unit: Unit) -> None:
        for column in columns.UNITS:
            if column.name in row.values and column.name != "parent":
                setattr(unit, column.name, row.values[column.name])
            elif column.needed and column.name != "parent" and not unit.pk and not _told(row, column):
                row.faults.append(_("«%(label)s» mangler.") % {"label": column.label})
        if not unit.pk and unit.name:
            self.by_name.setdefault(unit.name.casefold(), []).append(unit)
            if unit.ean:
                self.by_ean.setdefault(unit.ean, unit)
        elif unit.pk and unit not in self.by_name.get(unit.name.casefold(), []):
            self.by_name.setdefault(unit.name.casefold(), []).append(unit)

    def _parent(self, row: columns.Row, unit: Unit) -> Unit | None:
        """Where a row hangs its unit; an empty cell leaves a stored one where it is."""
        words = row.values.get("parent", "")
        if not words:
            if not unit.pk and not _told(row, PARENT):
                row.faults.append(_("«Hører under» mangler. Skriv navnet på enheden over."))
            return unit.parent if unit.pk else None
        found = self.pointed_at(words)
        if unit.pk and unit.parent in found:
            return unit.parent
        if refusal := _refusal_of_parent(unit, words, found):
            row.faults.append(refusal)
            return unit.parent if unit.pk else None
        return found[0]

    def _refuse_circles(self, pairs, parents: dict) -> None:
        def above(unit):
            return parents.get(id(unit), unit.parent)

        safe: set[int] = set()
        for row, unit in pairs:
            way, here = [], unit
            while here is not None and id(here) not in safe and all(here is not other for other in way):
                way.append(here)
                here = above(here)
            if here is not None and id(here) not in safe:
                round_trip = way[next(place for place, other in enumerate(way) if other is here) :]
                if any(unit is other for other in round_trip):
                    names = " → ".join([*(str(other) for other in round_trip), str(here)])
                    row.faults.append(_("Enhederne hører under hinanden i ring: %(names)s.") % {"names": names})
            else:
                safe.update(id(other) for other in way)

    def _refuse_by_the_register(self, pairs) -> None:
        sound = [(row, unit) for row, unit in pairs if not row.faults]
        for place, refusal in register.refusals([unit for _row, unit in sound]).items():
            sound[place][0].faults += in_words(refusal, LABELS)

    def _tell(self, pairs, before: dict, parents: dict) -> None:
        """Write the difference into the plan; moves from the top down, so that no unit ever hangs below itself."""
        moves = []
        for row, unit in pairs:
            parent = parents[id(unit)]
            if not unit.pk:
                self.plan.found.append(unit)
                self.plan.lines.append(Line("unit", NEW, str(unit), str(parent or ""), row.number))
                continue
            old = before[unit.pk]
            facts = {name: value for name, value in _facts(unit).items() if value != old[name]}
            changes = [(str(LABELS[name]), _said(name, old[name]), _said(name, value)) for name, value in facts.items()]
            if parent is not unit.parent:
                moves.append((_depth(unit, parents), unit, parent))
                changes.append((str(LABELS["parent"]), str(unit.parent), str(parent)))
            if facts:
                self.plan.amended.append((unit, facts))
            what = CHANGED if changes else UNCHANGED
            self.plan.lines.append(Line("unit", what, old["name"], "", row.number, tuple(changes)))
        self.plan.moved = [(unit, parent) for _depth_of, unit, parent in sorted(moves, key=lambda move: move[0])]
        named = {unit.pk for _row, unit in pairs}
        left_out = [unit for unit in self.stored.values() if unit.pk not in named and unit.is_open]
        self.plan.lines += [Line("unit", MISSING, str(unit), str(unit.parent or "")) for unit in left_out]


def _refusal_of_parent(unit: Unit, words: str, found: list[Unit]) -> str:
    """Why a unit cannot hang where its row says; empty when it can."""
    if unit.pk and unit.parent is None:
        return _("%(name)s er den øverste enhed og kan ikke høre under en anden.") % {"name": unit}
    if not found:
        return _("«Hører under» peger på %(words)s, som hverken systemet eller filen kender.") % {"words": words}
    if len(found) > 1:
        return _("Flere enheder hedder %(words)s. Skriv EAN-nummeret på den rigtige.") % {"words": words}
    if not found[0].is_open:
        return _("%(name)s er lukket. Vælg en enhed, der er åben.") % {"name": found[0]}
    return ""


def _told(row: columns.Row, column: columns.Column) -> bool:
    """The cell was wrong, and that has been said already."""
    return any(str(column.label) in fault for fault in row.faults)


def _is_called(unit: Unit | None, words: str) -> bool:
    if unit is None:
        return not words
    return words.casefold() == unit.name.casefold() or (bool(unit.ean) and "".join(words.split()) == unit.ean)


def _facts(unit: Unit) -> dict:
    return {column.name: getattr(unit, column.name) for column in columns.UNITS if column.name != "parent"}


def _said(name: str, value) -> str:
    return str(Unit.Kind(value).label) if name == "kind" else shown(value)


def _depth(unit: Unit, parents: dict) -> int:
    depth, here = 0, unit
    while here is not None and depth < 100:
        here, depth = parents.get(id(here), here.parent), depth + 1
    return depth


def in_words(refusal: ValidationError, labels: dict) -> list[str]:
    """The domain's refusal, with the column it is about."""
    if not hasattr(refusal, "error_dict"):
        return refusal.messages
    told = [(name, text) for name, texts in refusal.message_dict.items() for text in texts]
    return [text if name == NON_FIELD_ERRORS else f"«{labels.get(name, name)}»: {text}" for name, text in told]
