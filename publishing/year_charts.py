"""The charts of a yearly report, from its frozen figures: the same objects on the page and in the PDF.

Only what can share an axis shares a chart: effects have one chart for each unit of measure. Titles say what is shown, the
source says whose numbers they are and of which day.
"""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.dates import short_day
from applications.models import Effect
from documents.charts import KRONER, Certainty, Chart, Kind, Point, Series
from documents.labels import shortened
from pages.money import format_kroner

MOST_EFFECT_CHARTS = 3
ANSWERS = {
    "granted": gettext_lazy("Bevilget"),
    "refused": gettext_lazy("Afslag"),
    "withdrawn": gettext_lazy("Trukket tilbage"),
    "waiting": gettext_lazy("Venter på svar"),
}


def source(facts: dict, whose: str) -> str:
    """«Puljens regnskab pr. 31.12.2026»."""
    return _("%(whose)s pr. %(day)s") % {"whose": whose, "day": short_day(date.fromisoformat(facts["day"]))}


def _reports(facts: dict) -> str:
    return source(facts | {"day": facts["told_on"]}, _("Projekternes rapporter"))


def _account(facts: dict) -> str:
    return source(facts, _("Puljens regnskab"))


def _cases(facts: dict) -> str:
    return source(facts, _("Puljens ansøgninger"))


def money(facts: dict) -> Chart:
    """The year's pockets, which are the budget together."""
    account = facts["account"]
    pockets = [
        (_("Brugt"), account["forbrug"]),
        (_("Bevilget og ikke brugt endnu"), account["disponeret"] - account["tilbagefoert"]),
        (_("Reserveret til udvalget"), account["reserveret"]),
        (_("Ikke delt ud"), account["rest"]),
    ]
    points = tuple(Point(label, amount) for label, amount in pockets)
    return Chart(_("Hvor er pengene?"), Kind.SHARE, (Series("", points),), KRONER, _account(facts), _("Post"))


def _bars(title: str, rows: list[dict], label: str, said: str) -> Chart:
    points = tuple(Point(row["label"], row["amount"]) for row in rows)
    return Chart(title, Kind.BARS, (Series("", points),), KRONER, said, label)


def themes(facts: dict) -> Chart:
    return _bars(_("Bevilget pr. tema"), facts["themes"], _("Tema"), _account(facts))


def centres(facts: dict) -> Chart:
    return _bars(_("Bevilget pr. center"), facts["centres"], _("Center"), _account(facts))


def answers(facts: dict) -> Chart:
    """Applications by round, each by what became of it; an answer that nobody got has no column."""
    used = [key for key in ANSWERS if facts["applications"][key]]
    series = tuple(
        Series(str(ANSWERS[key]), tuple(Point(each["name"], each[key]) for each in facts["rounds"])) for key in used
    )
    return Chart(_("Antal ansøgninger og svar pr. runde"), Kind.STACKED, series, "", _cases(facts), _("Runde"))


def sizes(facts: dict) -> Chart:
    points = tuple(Point(_size(each), each["count"]) for each in facts["sizes"]) if facts["applications"]["granted"] else ()
    return Chart(_("Antal bevillinger efter størrelse"), Kind.BARS, (Series("", points),), "", _cases(facts), _("Beløb"))


def _size(each: dict) -> str:
    low, high = (format_kroner(each[name] or 0, unit=False) for name in ("from", "to"))
    if each["to"] is None:
        return _("%(low)s kr. og derover") % {"low": low}
    if not each["from"]:
        return _("Under %(high)s kr.") % {"high": high}
    return _("%(low)s til %(high)s kr.") % {"low": low, "high": high}


def days(facts: dict) -> Chart:
    """The middle wait of each round, from the shortest to the longest."""
    points = tuple(Point(e["round"], Decimal(str(e["median"])), e["least"], e["most"]) for e in facts["days"])
    title = _("Dage fra ansøgning til svar: den midterste, den korteste og den længste ventetid")
    return Chart(title, Kind.RANGES, (Series("", points),), _("dage"), _cases(facts), _("Runde"))


def projects(facts: dict) -> Chart:
    """What each published project got, by what became of the money; the others in one row."""
    found = facts["projects"]
    rows = [(shortened(each["title"], 120), each) for each in found["told"]]
    if others := found["others"]["count"]:
        rows.append((_("De andre projekter (%(count)s)") % {"count": others}, found["others"]))
    kinds = (
        (_("Brugt"), lambda each: each["spent"]),
        (_("Ført tilbage"), lambda each: each["given_back"]),
        (_("Ikke brugt endnu"), lambda each: each["granted"] - each["spent"] - each["given_back"]),
    )
    series = [Series(name, tuple(Point(label, amount(each)) for label, each in rows)) for name, amount in kinds]
    used = tuple(each for each in series if any(point.value for point in each.points))
    return Chart(_("Bevilget og brugt pr. projekt"), Kind.STACKED, used, KRONER, _account(facts), _("Projekt"))


def effects(facts: dict) -> list[Chart]:
    """One chart for each unit with two numbers or more, the largest first; each number with what it rests on."""
    groups: dict[str, list[Point]] = {}
    for line in facts["effects"]["lines"]:
        for part in line["parts"]:
            groups.setdefault(line["unit"], []).append(_effect(line, part))
    several = sorted((each for each in groups.items() if len(each[1]) > 1), key=lambda each: -len(each[1]))
    return [_effect_chart(facts, unit, tuple(points)) for unit, points in several[:MOST_EFFECT_CHARTS]]


def _effect_chart(facts: dict, unit: str, points: tuple[Point, ...]) -> Chart:
    kind = Kind.RANGES if any(point.low is not None for point in points) else Kind.BARS
    title = _("Virkninger i %(unit)s") % {"unit": unit}
    return Chart(title, kind, (Series("", points),), unit, _reports(facts), _("Virkning"))


def _effect(line: dict, part: dict) -> Point:
    value, low, high = (rounded(part[name]) for name in ("value", "low", "high"))
    span = (low, high) if low != high else (None, None)
    label = f"{line['name'] or line['label']}, {Effect.Basis(part['basis']).label}"
    return Point(label, value, *span, Certainty(part["basis"]))


def rounded(value: str) -> Decimal:
    """Whole numbers from a hundred on, below it one decimal: a sum of thousandths says more than anybody knows."""
    number = Decimal(value)
    return number.quantize(Decimal(1) if abs(number) >= 100 else Decimal("0.1"))
