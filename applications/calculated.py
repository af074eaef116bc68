"""How an effect's number was found: the calculation behind a row, and what is said when the number was changed.

A frozen row carries the mark of its calculation (climate.calculations.mark). A calculation is written once, so that
every paper shows the one that was sent, whatever became of its factors.
"""

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from applications.models import Application, Effect
from climate import calculations
from climate.models import Calculation
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table
from pages.numbers import number

MARK = "calculation"


def own(case: Application, values: dict) -> dict:
    """The values without marks of calculations that are not the case's: a forged number carries nothing."""
    ids = [row[MARK]["id"] for row in values.get("effects", []) if MARK in row]
    if not ids:
        return values
    theirs = Q(unit=case.unit_id) | Q(pk__in=case.effects.values("calculation"))
    known = {row.pk: calculations.mark(row) for row in Calculation.objects.filter(theirs, pk__in=ids)}
    return values | {"effects": [_with_own_mark(row, known) for row in values["effects"]]}


def _with_own_mark(row: dict, known: dict) -> dict:
    mark = known.get(row[MARK]["id"]) if MARK in row else None
    rest = {name: value for name, value in row.items() if name != MARK}
    return rest | ({MARK: mark} if mark else {})


def row(effect: dict) -> dict:
    """A plain effect as the model's fields."""
    fields = {**effect, "value": Decimal(effect["value"])}
    mark = fields.pop(MARK, None)
    return fields | {"calculation_id": mark and mark["id"]}


# ── what is said ────────────────────────────────────────────────────────────────────────────────────────────────────


def told(effect: dict, whom: str) -> str:
    """«beregnet 1.240 kg CO2e/år, ændret til 1.500 kg CO2e/år af jer», or "" where the number is the calculated one."""
    mark = effect.get(MARK)
    if not mark or (Decimal(effect["value"]), effect["unit"]) == (Decimal(mark["value"]), mark["measure"]):
        return ""
    return _("beregnet %(found)s %(measure)s, ændret til %(value)s %(unit)s af %(whom)s") % {
        "found": number(Decimal(mark["value"])),
        "measure": mark["measure"],
        "value": number(Decimal(effect["value"])),
        "unit": effect["unit"],
        "whom": whom,
    }


def basis(effect: dict) -> str:
    """«beregnet», «skønnet», and honestly what the unit made of a calculated number."""
    label = str(Effect.Basis(effect["basis"]).label)
    changed = told(effect, _("ansøgeren"))
    if not changed:
        return label
    return changed if effect["basis"] == Effect.Basis.CALCULATED else f"{label}; {changed}"


def method(effect: dict) -> str:
    """Where the unit begins, and how it found the number."""
    begins = f"Udgangspunkt: {effect['baseline'].rstrip('.')}." if effect.get("baseline") else ""
    return " ".join(filter(None, [begins, effect["method"]]))


def behind(frozen: dict) -> list[tuple[dict, Calculation]]:
    """(effect, calculation) of every calculated row of frozen content, in its order."""
    marked = [effect for effect in frozen.get("effects") or [] if effect.get(MARK)]
    if not marked:
        return []
    found = Calculation.objects.select_related("made_by").in_bulk({effect[MARK]["id"] for effect in marked})
    return [(effect, found[effect[MARK]["id"]]) for effect in marked]


# ── on paper, in Danish as all papers ───────────────────────────────────────────────────────────────────────────────


def cells(calculation: Calculation) -> list[str]:
    """One row of the annex: title, answers, result with range, factors with source, and what to beware of."""
    shown = calculation.snapshot
    return [shown["title"], "\n".join(_answers(shown)), _result(shown), "\n".join(_factors(shown)), _beware(shown)]


def blocks(found: list[tuple[dict, Calculation]]) -> list[Block]:
    """The calculations behind a receipt's effects."""
    made: list[Block] = []
    for _effect, calculation in found:
        shown = calculation.snapshot
        made += [
            Heading(f"Beregning: {shown['title']}", 3),
            Facts([*((label, answer) for label, answer in shown["asked"]), ("Resultat", _result(shown))]),
            Table("Sådan er det regnet", COLUMNS, [[line["label"], line["sum"], _kg(line)] for line in shown["lines"]]),
            Paragraph("Faktorer: " + " ".join(_factors(shown))),
            Paragraph(_beware(shown)),
        ]
    return made


COLUMNS = [Column("Hvad", width=30), Column("Regnestykke", width=50), Column("Kg CO2e om året", "right", 20)]


def _kg(line: dict) -> str:
    amount = number(Decimal(line["amount"]))
    return amount if line["counted"] else f"({amount})"


def _answers(shown: dict) -> list[str]:
    return [f"{label} {answer}" for label, answer in shown["asked"]]


def _result(shown: dict) -> str:
    value, low, high, life = (number(Decimal(shown[name] or 0)) for name in ("value", "low", "high", "life"))
    said = f"{value} {shown['measure']}"
    if shown["low"] != shown["high"]:
        said += f", fra {low} til {high}"
    said += f" ({shown['range_says']})."
    return f"{said} I alt {life} kg CO2e over {len(shown['years'])} år." if shown["life"] else said


def _factors(shown: dict) -> list[str]:
    return [
        f"{factor['name']}: {number(Decimal(factor['value']))} {factor['unit']} ({factor['source']}, {factor['year']})."
        for factor in shown["factors"]
    ]


def _beware(shown: dict) -> str:
    left_out = "; ".join(shown["not_counted"])
    return " ".join([*shown["traps"], f"Ikke regnet med: {left_out}."])
