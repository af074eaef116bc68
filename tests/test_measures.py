"""Units as people write them: what converts exactly, what does not, and that the indicators are the application's."""

from decimal import Decimal

import pytest

from applications.models import Effect
from climate import measures


@pytest.mark.parametrize(
    ("indicator", "written", "label", "times"),
    [
        ("co2e", "kg/år", "kg CO2e/år", "1"),
        ("co2e", "kg CO₂e/år", "kg CO2e/år", "1"),
        ("co2e", "Ton CO2e pr. år", "kg CO2e/år", "1000"),
        ("co2e", "t CO2-ækvivalenter om året", "kg CO2e/år", "1000"),
        ("co2e", "ton", "kg CO2e", "1000"),
        ("energy", "MWh / år", "kWh/år", "1000"),
        ("energy", "kWh", "kWh", "1"),
        ("water", "liter om året", "m³/år", "0.001"),
        ("water", "m3/år", "m³/år", "1"),
        ("recycled", "g pr år", "kg/år", "0.001"),
        ("biodiversity_area", "ha", "m²", "10000"),
        ("biodiversity_area", "m²", "m²", "1"),
        ("reused", "stk./år", "stk./år", "1"),
        ("reused", "kg/år", "kg/år", "1"),
        ("engaged", "børn", "personer", "1"),
        ("engaged", "timer/år", "timer/år", "1"),
        ("savings", "t.kr. om året", "kr./år", "1000"),
        ("savings", "kr./år", "kr./år", "1"),
    ],
)
def test_what_is_written_is_read_exactly(indicator, written, label, times):
    found = measures.read(indicator, written)
    assert (found.label, found.times) == (label, Decimal(times))


@pytest.mark.parametrize(
    ("indicator", "written"),
    [
        ("resources", "procentpoint"), ("energy", "GJ/år"), ("recycled", "kg/uge"), ("recycled", "kg CO2e/år"),
        ("water", "kg/år"), ("co2e", "kWh/år"), ("co2e", ""), ("co2e", "/år"), ("engaged", "t"), ("unknown", "kg"),
        ("reused", "stk. borde"),
    ],
)  # fmt: skip
def test_what_would_take_a_guess_is_not_read(indicator, written):
    assert measures.read(indicator, written) is None


def test_a_year_and_once_are_two_things_and_a_word_for_one_is_no_word_for_the_other():
    assert measures.read("co2e", "kg/år").adds_with != measures.read("co2e", "kg").adds_with
    assert measures.read("co2e", "kg om året").adds_with == measures.read("co2e", "ton/år").adds_with


def test_every_indicator_of_the_form_has_its_units():
    assert list(measures.UNITS_OF) == [str(value) for value in Effect.Indicator.values]
    for units in measures.UNITS_OF.values():
        assert set(units) <= measures.WRITTEN.keys()
