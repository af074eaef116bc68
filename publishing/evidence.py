"""One public number and what it rests on, read from the frozen words alone: how sure it is, how it was found, from which
factors, whose they are and under which licence. Says so when there is nothing behind a number but the unit's word."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Effect
from climate.families import effect_name
from pages.numbers import number

MEANS = {
    "measured": gettext_lazy("Tallet er målt: vejet, talt eller aflæst, før og efter."),
    "calculated": gettext_lazy("Tallet er beregnet ud fra noget, vi kender, og faktorer med en kilde."),
    "estimated": gettext_lazy("Tallet er et skøn. Det bygger på erfaring og kan være forkert."),
}
TONES = {"measured": "success", "calculated": "info"}


def word(basis: str) -> str:
    """«målt», «beregnet», «skønnet»."""
    return str(Effect.Basis(basis).label)


def tone(basis: str) -> str:
    return TONES.get(basis, "neutral")


@dataclass(frozen=True)
class Shown:
    """An effect as a page shows it; `place` counts from 1 and is part of its address."""

    place: int
    facts: dict
    part_of: str = ""  # the effect in which it counts already

    @property
    def label(self) -> str:
        return str(Effect.Indicator(self.facts["indicator"]).label)

    @property
    def name(self) -> str:
        """Of CO2e: which effect it is."""
        return effect_name(self.facts["family"]) if self.facts["indicator"] == "co2e" else ""

    @property
    def value(self) -> str:
        return number(Decimal(self.facts["value"]))

    @property
    def unit(self) -> str:
        return self.facts["unit"]

    @property
    def basis(self) -> str:
        return word(self.facts["basis"])

    @property
    def tone(self) -> str:
        return tone(self.facts["basis"])

    @property
    def means(self) -> str:
        return str(MEANS[self.facts["basis"]])

    @property
    def range(self) -> str:
        low, high = self.facts["low"], self.facts["high"]
        if low is None and high is None:
            return ""
        ends = [number(Decimal(end)) for end in (low or self.facts["value"], high or self.facts["value"])]
        return _("mellem %(low)s og %(high)s %(unit)s") % {"low": ends[0], "high": ends[1], "unit": self.unit}

    @property
    def expected(self) -> str:
        """«2.100 kg/år, skønnet», as the application said."""
        said = self.facts["expected"]
        return f"{number(Decimal(said['value']))} {said['unit']}, {word(said['basis'])}"

    @property
    def reported_on(self) -> date:
        return date.fromisoformat(self.facts["report"]["sent_on"])

    @property
    def calculation(self) -> dict | None:
        return self.facts["calculation"]


def effects_of(public: dict) -> list[Shown]:
    labels = [str(Effect.Indicator(each["indicator"]).label) for each in public["effects"]]
    return [
        Shown(place, each, labels[each["counts_in"]] if each["counts_in"] is not None else "")
        for place, each in enumerate(public["effects"], 1)
    ]
