"""The pictures of a round's figures: who got support, and how long each station took."""

from django.utils.translation import gettext as _

from applications.round_figures import Figures, Share
from documents.charts import KRONER, Chart, Kind, Point, Series


def outcome(title: str, shares: list[Share], label: str) -> Chart:
    named = ((_("Bevilget"), "granted"), (_("Afslag"), "refused"))
    series = tuple(Series(name, tuple(Point(row.label, getattr(row, field)) for row in shares)) for name, field in named)
    return Chart(title, Kind.STACKED, series, _("stk."), source=_("Rundens ansøgninger"), label=label)


def money(title: str, shares: list[Share], label: str) -> Chart:
    points = tuple(Point(row.label, row.given) for row in shares)
    return Chart(title, Kind.BARS, (Series("", points),), KRONER, source=_("Rundens ansøgninger"), label=label)


def times(found: Figures) -> Chart:
    points = tuple(Point(row.label, row.median_days) for row in found.times)
    title, source = _("Dage i hver tilstand (median)"), _("Sagernes hændelser")
    return Chart(title, Kind.BARS, (Series("", points),), _("dage"), source=source, label=_("Tilstand"))


def of(found: Figures) -> dict[str, Chart]:
    return {
        "centre": outcome(_("Bevilget og afslag pr. center"), found.by_centre, _("Center")),
        "kind": outcome(_("Bevilget og afslag efter slags enhed"), found.by_kind, _("Slags enhed")),
        "theme": money(_("Bevilget pr. tema"), found.by_theme, _("Tema")),
        "times": times(found),
    }
