"""Sums of effects, worked out by hand: nothing is mixed, nothing counts twice, what was left out is said with a reason."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from climate import families, summing
from climate.calculators import CALCULATORS
from climate.models import Family
from climate.summing import Amount, total

D = Decimal


def amount(value, unit="kg/år", basis="measured", indicator="co2e", **more):
    return Amount(
        indicator, unit, basis, D(value), **{name: D(v) if name in ("low", "high") else v for name, v in more.items()}
    )


def parts(found, place=0):
    return [(part.basis, part.value, part.low, part.high, part.share) for part in found.lines[place].parts]


# ── adding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tonnes_and_kilograms_are_one_sum_and_the_bases_stand_beside_each_other():
    found = total(
        [
            amount("0.5", "ton CO2e/år", low="0.4", high="0.9"),
            amount("250"),
            amount("250", basis="estimated"),
        ]
    )
    assert parts(found) == [
        ("measured", D(750), D(650), D(1150), 75),
        ("estimated", D(250), D(250), D(250), 25),
    ]
    measured, estimated = found.lines[0].parts
    assert measured.range_says == "1 af 2 er uden spænd; dér er tallet selv brugt"
    assert estimated.range_says == "uden spænd"
    assert found.lines[0].unit == "kg CO2e/år"
    assert "Målt, beregnet og skønnet står hver for sig. De lægges ikke sammen til ét tal." in found.says
    assert any("kommunens klimaregnskab" in said for said in found.says)


def test_a_year_and_once_and_two_families_are_lines_of_their_own():
    found = total(
        [
            amount("10", basis="calculated", family="furniture"),
            amount("20", basis="calculated", family="materials"),
            amount("40", basis="calculated", family="incineration"),
            amount("80", "kg"),
        ]
    )
    assert [(line.name, line.unit, line.parts[0].value) for line in found.lines] == [
        ("Undgået ny produktion af møbler", "kg CO2e/år", D(10)),
        ("Fossil CO2 fra forbrænding af affald", "kg CO2e/år", D(40)),
        ("Undgået ny produktion af materialer", "kg CO2e/år", D(20)),
        ("CO2e, som ikke er beregnet i systemet", "kg CO2e", D(80)),
    ]
    assert any("hver sin linje" in said for said in found.says)


def test_what_does_not_convert_is_shown_and_never_added():
    found = total(
        [amount("3", "procentpoint", indicator="resources", what="Mindre plast"), amount("4", indicator="resources")]
    )
    assert [part.value for line in found.lines for part in line.parts] == [D(4)]
    (left,) = found.left_out
    assert (left.what, left.value, left.unit) == ("Mindre plast", D(3), "procentpoint")
    assert left.reason == "Enheden «procentpoint» kan ikke regnes om uden et gæt, så tallet er ikke lagt til."


def test_what_counts_in_another_counts_there_alone():
    found = total([amount("100", key=1, what="Alt affald"), amount("30", key=2, overlaps=1, what="Heraf plast")])
    assert parts(found) == [("measured", D(100), D(100), D(100), 100)]
    assert [(left.what, left.reason) for left in found.left_out] == [("Heraf plast", "Tæller allerede med i «Alt affald».")]


def test_two_that_name_each_other_are_counted_once_and_one_that_names_another_indicator_counts():
    ring = [amount("5", key=1, overlaps=2, what="a"), amount("7", key=2, overlaps=1, what="b")]
    assert parts(total(ring)) == [("measured", D(5), D(5), D(5), 100)]
    other = [amount("5", key=1, overlaps=2), amount("9", "kWh/år", indicator="energy", key=2)]
    assert [line.parts[0].value for line in total(other).lines] == [D(5), D(9)]
    alone = [amount("5", key=1, overlaps=99)]
    assert parts(total(alone)) == [("measured", D(5), D(5), D(5), 100)]


def test_shares_are_whole_percents_that_make_a_hundred():
    assert summing.shares([D(1), D(1), D(1)]) == [34, 33, 33]
    assert summing.shares([D(0), D(0)]) == [0, 0]
    assert summing.shares([D(999), D(1)]) == [100, 0]


# ── what must always hold ───────────────────────────────────────────────────────────────────────────────────────────

AMOUNTS = st.lists(
    st.builds(
        amount,
        st.decimals("-1000", "1000", places=3, allow_nan=False),
        unit=st.sampled_from(["kg/år", "ton/år", "kg", "procentpoint"]),
        basis=st.sampled_from(summing.BASES),
        indicator=st.sampled_from(["co2e", "recycled"]),
        family=st.sampled_from(["", "furniture", "food"]),
        overlaps=st.one_of(st.none(), st.integers(0, 7)),
    ),
    max_size=8,
).map(lambda rows: [replace(row, key=place, what=str(place)) for place, row in enumerate(rows)])


def told(found):
    left = sorted((str(each.what), each.value, each.reason) for each in found.left_out)
    return found.lines, left, found.says


@given(AMOUNTS, st.randoms(use_true_random=False))
def test_the_order_never_changes_a_sum(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    assert told(total(mixed)) == told(total(rows))


@given(AMOUNTS)
def test_every_amount_is_in_one_part_or_left_out_and_no_sum_mixes(rows):
    found = total(rows)
    out = {each.what for each in found.left_out}
    assert sum(line.count for line in found.lines) + len(out) == len(rows)
    for line in found.lines:
        for part in line.parts:
            held = [
                row for row in rows
                if row.what not in out and row.indicator == line.indicator and row.basis == part.basis
                and row.unit.endswith("/år") == line.measure.per_year
                and (row.indicator != "co2e" or row.family == line.family)
            ]  # fmt: skip
            assert part.count == len(held)
            assert part.value == sum(row.value * (1000 if row.unit == "ton/år" else 1) for row in held)
    for row in rows:  # of an overlap both are never in
        other = next((each for each in rows if each.key == row.overlaps), None)
        if other and other is not row and other.indicator == row.indicator and other.overlaps is None:
            assert row.what in out


def test_a_sum_that_forgets_overlaps_or_families_would_be_seen(monkeypatch):
    """The twin: without its guard each of the promises above is broken."""
    twice = [amount("100", key=1, what="alt"), amount("30", key=2, overlaps=1, what="heraf")]
    monkeypatch.setattr(summing, "counted_elsewhere", lambda amounts: {})
    assert total(twice).lines[0].parts[0].value == D(130)
    monkeypatch.setattr(summing, "CO2E", "no indicator")
    mixed = [amount("1", family="food"), amount("2", family="furniture")]
    assert [line.parts[0].value for line in total(mixed).lines] == [D(3)]


# ── families ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_calculator_reckons_in_one_family_that_is_an_effect():
    found = {slug: families.of_calculator(slug) for slug in CALCULATORS}
    assert found["moebler"] == "furniture"
    assert (found["affald"], found["forbraending"]) == ("materials", "incineration")  # two effects of one waste
    assert set(found.values()) <= {str(key) for key in families.EFFECTS}
    assert Family.WASTE_HANDLING not in families.EFFECTS  # handling waste is never an effect
    assert families.of_calculator("en-der-er-vaek") == "en-der-er-vaek"
