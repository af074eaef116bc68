"""Units of measure as people write them: which amounts can be added, and how many of the one are in the other, exactly.

An indicator has the units it is counted in, the usual one first. A written unit is read as one of them, a year or once, or
not at all: what cannot be turned into another unit without a guess («procentpoint», «pr. uge», GJ) is never added.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

KG, KWH, M3, M2, PIECES, PERSONS, HOURS, KRONER = "kg", "kWh", "m³", "m²", "stk.", "personer", "timer", "kr."
# how many of the unit are in one of what is written, in small letters, without spaces and final dots
WRITTEN: dict[str, dict[str, str]] = {
    KG: {"kg": "1", "kilo": "1", "kilogram": "1", "g": "0.001", "gram": "0.001"}
    | dict.fromkeys(("t", "ton", "tons", "tonnes"), "1000"),
    KWH: {"kwh": "1", "wh": "0.001", "mwh": "1000", "gwh": "1000000"},
    M3: {"m3": "1", "kubikmeter": "1"} | dict.fromkeys(("l", "liter", "ltr"), "0.001"),
    M2: {"m2": "1", "kvm": "1", "kvadratmeter": "1", "ha": "10000", "hektar": "10000"},
    PIECES: dict.fromkeys(("stk", "styk", "stykker"), "1"),
    PERSONS: dict.fromkeys(
        ("personer", "person", "mennesker", "børn", "elever", "borgere", "deltagere", "ansatte", "medarbejdere"), "1"
    ),
    HOURS: {"timer": "1", "time": "1"},
    KRONER: {"kr": "1", "kroner": "1", "dkk": "1"}
    | dict.fromkeys(("t.kr", "tkr", "1.000kr"), "1000")
    | dict.fromkeys(("mio.kr", "mio.kroner"), "1000000"),
}
CO2E = "co2e"
UNITS_OF: dict[str, tuple[str, ...]] = {
    CO2E: (KG,),
    "energy": (KWH,),
    "water": (M3,),
    "resources": (KG, PIECES),
    "waste_avoided": (KG,),
    "recycled": (KG,),
    "reused": (PIECES, KG),
    "biodiversity_area": (M2,),
    "engaged": (PERSONS, HOURS),
    "savings": (KRONER,),
}
A_YEAR = re.compile(r"(/\s*år|\bpr\.?\s*år|\bper\s+år|\bom\s+året|\bårligt?)$")
OF_CO2 = re.compile(r"[\s-]*co2([\s-]*(e|eq|ækv(\.|ivalent(er)?)?))?$")


@dataclass(frozen=True)
class Measure:
    """A unit that can be added: `times` of it are in one of what was written."""

    unit: str
    per_year: bool
    times: Decimal = Decimal(1)
    of_co2e: bool = False

    @property
    def label(self) -> str:
        name = f"{self.unit} CO2e" if self.of_co2e else self.unit
        return f"{name}/år" if self.per_year else name

    @property
    def adds_with(self) -> tuple[str, bool]:
        """Amounts with the same may stand in one sum."""
        return self.unit, self.per_year


@lru_cache(maxsize=2048)
def read(indicator: str, written: str) -> Measure | None:
    """What a written unit is; None when it is nothing that the indicator's amounts can be added in."""
    plain = unicodedata.normalize("NFKC", written).lower().strip().rstrip(".").rstrip()
    rest = A_YEAR.sub("", plain)
    per_year = rest != plain
    if indicator == CO2E:
        rest = OF_CO2.sub("", rest.strip())
    name = re.sub(r"\s", "", rest).rstrip(".-")
    for unit in UNITS_OF.get(indicator, ()):
        if name in WRITTEN[unit]:
            return Measure(unit, per_year, Decimal(WRITTEN[unit][name]), indicator == CO2E)
    return None


def usual(indicator: str) -> str:
    """The unit that an indicator is shown in."""
    return UNITS_OF[indicator][0]


def why_not(written: str) -> str:
    return _("Enheden «%(unit)s» kan ikke regnes om uden et gæt, så tallet er ikke lagt til.") % {"unit": written}
