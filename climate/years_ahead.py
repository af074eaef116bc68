"""Savings over years: which year they begin, how many there are, and what must be said about a path into the future."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from climate.calculating import Question
from climate.paths import Path
from journal import clock

AHEAD = 6
LONGEST = 100


def questions(usual: int) -> list[Question]:
    this_year = clock.today().year
    choices = tuple((str(year), str(year)) for year in range(this_year, this_year + AHEAD))
    return [
        Question("first", _("Hvilket år begynder besparelsen?"), kind="choice", choices=choices, initial=choices[0][0]),
        Question("span", _("Hvor mange år varer den?"), _("Fx så længe udstyret holder."), kind="whole", suffix=_("år"),
                 thing=_("år"), least=Decimal(2), most=Decimal(30), positive=True, limit=LONGEST, initial=usual),
    ]  # fmt: skip


def said(span: list[tuple[int, Fraction]]) -> str:
    first, last = span[0][0], span[-1][0]
    return str(first) if first == last else f"{first}–{last}"


def traps(path: Path, span: list[tuple[int, Fraction]]) -> list[str]:
    """The path is a forecast; and it does not reach beyond its last published year."""
    found = [_("Faktorerne for de kommende år er bygningsreglementets bud på fremtiden. De kan blive anderledes.")]
    beyond = sum(1 for year, _factor in span if year > path.last)
    if beyond:
        text = ngettext(
            "%(count)s år ligger efter %(last)s, hvor faktorerne slutter. Det regnes med værdien for %(last)s.",
            "%(count)s år ligger efter %(last)s, hvor faktorerne slutter. De regnes med værdien for %(last)s.",
            beyond,
        )
        found.append(text % {"count": beyond, "last": path.last})
    return found
