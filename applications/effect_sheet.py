"""The summary of effects as rows of a spreadsheet: each part by itself, then CO2e over the years, then what was left out."""

from django.utils.translation import gettext as _

from applications.effect_summary import Summary, label_of
from applications.models import Effect
from documents.sheets import SheetColumn


def columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("Virkning"), width=28),
        SheetColumn(_("Slags"), width=34),
        SheetColumn(_("Grundlag"), width=12),
        SheetColumn(_("I alt"), "decimal"),
        SheetColumn(_("Lav"), "decimal"),
        SheetColumn(_("Høj"), "decimal"),
        SheetColumn(_("Enhed"), width=16),
        SheetColumn(_("Andel, procent"), "integer"),
        SheetColumn(_("Virkninger"), "integer"),
        SheetColumn(_("Uden spænd"), "integer"),
        SheetColumn(_("Projekter"), "integer"),
        SheetColumn(_("Brugte kroner"), "kroner"),
        SheetColumn(_("Kr. pr. ton CO2e"), "kroner"),
        SheetColumn(_("Forklaring"), width=60),
    ]


def rows(found: Summary) -> list[list]:
    return [*_parts(found), *_lasting(found), *_left_out(found)]


def _basis(code: str) -> str:
    return str(Effect.Basis(code).label) if code else ""


def _parts(found: Summary):
    for line in found.total.lines:
        for part in line.parts:
            numbers = (part.value, part.low, part.high, line.unit, part.share, part.count, part.without_range)
            projects = found.projects_of.get(line.key, 0)
            yield [label_of(line.indicator), line.name, _basis(part.basis), *numbers, projects, None, None, part.range_says]


def _lasting(found: Summary):
    for line, price in zip(found.lasting, found.prices, strict=True):
        numbers = (line.value, None, None, "kg CO2e", None, line.count, None)
        money = (price.projects, price.spent, price.per_tonne)
        yield [_("CO2e over årene"), line.name, _basis(line.basis), *numbers, *money, line.says]


def _left_out(found: Summary):
    for left in found.total.left_out:
        numbers = (left.value, None, None, left.unit, None, left.count, None)
        yield [label_of(left.indicator), _("Ikke lagt til"), _basis(left.basis), *numbers, None, None, None, left.reason]
