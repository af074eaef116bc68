"""The register of factors as rows of a file: every number with its source, licence, year, boundary and limits."""

from django.utils.translation import gettext as _

from climate.calculating import text
from climate.models import Factor
from documents.sheets import SheetColumn


def columns() -> list[SheetColumn]:
    """Numbers are text: a factor has six decimals, and none of them may be lost."""
    labels = [
        _("Navn i systemet"), _("Faktor"), _("Slags"), _("Værdi"), _("Lav"), _("Høj"), _("Enhed"), _("Gælder året"),
        _("Dækker"), _("Forbehold"), _("Mindste troværdige værdi"), _("Største troværdige værdi"), _("I brug fra"),
        _("I brug til"), _("Afløst af"), _("Kilde"), _("Udgiver"), _("Kildens år"), _("Licens"), _("Hentet fra"),
        _("Forbehold om kilden"),
    ]  # fmt: skip
    kinds = {_("I brug fra"): "date", _("I brug til"): "date"}
    return [SheetColumn(label, kinds.get(label, "text")) for label in labels]


def row(factor: Factor) -> list:
    """A factor as the file says it; a decimal with a comma."""
    numbers = {name: text(getattr(factor, name)).replace(".", ",") for name in ("value", "low", "high", "least", "most")}
    newer, source = factor.superseded_by, factor.source
    return [
        factor.key, factor.name, factor.get_family_display(), numbers["value"], numbers["low"], numbers["high"], factor.unit,
        str(factor.year), factor.boundary, factor.caveat, numbers["least"], numbers["most"],
        factor.valid_from, factor.valid_to,
        f"{text(newer.value).replace('.', ',')} {newer.unit}" if newer else "", source.title, source.publisher,
        str(source.year), source.licence, source.taken_from, source.caveat,
    ]  # fmt: skip
