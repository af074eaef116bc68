"""BR18's path of a carrier over the years: published in some, a straight line between two of them, as the text says.

After the last published year the path stays where it is. Before the first one there is none.
"""

from fractions import Fraction

from climate.models import Factor
from climate.register import NoFactors


class Path:
    def __init__(self, carrier: str, factors: dict[str, Factor]):
        prefix = f"br18.{carrier}."
        self.factors = sorted((row for key, row in factors.items() if key.startswith(prefix)), key=lambda row: row.year)
        if not self.factors:
            raise NoFactors(prefix)
        self.points = {row.year: Fraction(row.value) for row in self.factors}

    @property
    def last(self) -> int:
        return max(self.points)

    def at(self, year: int) -> Fraction:
        """kg CO2e per kWh in a year, exactly."""
        if year >= self.last:
            return self.points[self.last]
        before = max(known for known in self.points if known <= year)
        after = min(known for known in self.points if known > year)
        share = Fraction(year - before, after - before)
        return self.points[before] + (self.points[after] - self.points[before]) * share

    def over(self, first: int, years: int) -> list[tuple[int, Fraction]]:
        return [(year, self.at(year)) for year in range(first, first + years)]

    def used(self, span: list[tuple[int, Fraction]]) -> tuple[Factor, ...]:
        """The published factors that the years of a span rest on."""
        years = [year for year, _factor in span]
        first = max((year for year in self.points if year <= years[0]), default=self.last)
        last = min((year for year in self.points if year >= years[-1]), default=self.last)
        return tuple(row for row in self.factors if first <= row.year <= last)
