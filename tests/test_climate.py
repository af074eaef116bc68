"""Factors, calculators and what they promise. Worked examples are computed here from the factor files, independently."""

import csv
import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path
from statistics import median

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction

from climate import calculations, factor_files, register
from climate.calculating import Line, MixedFamilies, Result, TooMuch, rounded
from climate.calculators import CALCULATORS
from climate.models import Calculation, Factor, Family
from climate.paths import Path as YearPath
from journal import clock
from journal.models import Event
from people.models import Unit

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parent.parent / "climate" / "data"


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find(name, **wanted):
    (row,) = [row for row in rows(name) if all(row[key] == value for key, value in wanted.items())]
    return row


@pytest.fixture
def factors(db):
    register.import_factors()


def reckon(slug, **answers):
    """The whole result; answers as a form gives them."""
    calculator = CALCULATORS[slug]
    return calculator.work(answers, register.current(calculator.families))


def kg(value: Fraction) -> str:
    """Our own rounding: whole kg, below 10 kg one decimal, halves away from zero; «-0» is 0."""
    step = 1 if abs(value) >= 10 else 10
    scaled = int(abs(value) * step * 2 + 1) // 2
    number = Fraction(scaled, step) * (-1 if value < 0 else 1)
    return str(int(number)) if number.denominator == 1 else f"{float(number):.1f}"


# ── the register ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_row_of_the_files_that_should_be_there_is_there(factors):
    assert Factor.objects.filter(family=Family.FOOD).count() == len(rows("ademe_agribalyse_food.csv")) + 5
    assert Factor.objects.filter(family=Family.FURNITURE).count() == len(rows("furniture_compiled.csv"))
    published = [row for row in rows("dk_br18_bilag2_tabel8.csv") if row["kind"] == "published"]
    assert Factor.objects.filter(source__key="br18").count() == 3 * len(published) == 15
    usable = [r for r in rows("dk_hb2016_fuels.csv") if r["kgco2_per_unit"] and "historisk" not in r["fuel_da"]]
    assert Factor.objects.filter(source__key="hb2016").count() == 2 * len(usable) == 16
    assert Factor.objects.filter(source__key="desnz2025").count() == len(rows("uk_desnz_2025_used.csv")) == 22
    materials = rows("waste_avoided_virgin_uk2025.csv")
    recycled = [row for row in materials if row["secondary_route"] == "Closed-loop source"]
    assert Factor.objects.filter(family=Family.MATERIALS).count() == len(materials) + len(recycled) == 20
    for factor in Factor.objects.select_related("source"):
        assert factor.source.licence and factor.source.publisher and factor.boundary and factor.unit, factor.key
        assert factor.low <= factor.value <= factor.high and factor.least <= factor.value <= factor.most, factor.key


def test_values_are_those_of_the_files_to_the_last_digit(factors):
    for row in rows("ademe_agribalyse_food.csv"):
        assert Factor.objects.get(key=f"agribalyse.{row['slug_fr']}").value == Decimal(row["kgco2e_per_kg"])
    for row in rows("furniture_compiled.csv"):
        factor = Factor.objects.get(key=f"furniture.{row['item_key']}")
        assert [factor.low, factor.value, factor.high] == [Decimal(row[end]) for end in ("low", "mid", "high")]


def test_importing_twice_changes_nothing(factors):
    before = list(Factor.objects.order_by("pk").values()), Event.objects.count()
    said = StringIO()
    call_command("import_factors", stdout=said)
    assert said.getvalue() == "climate factors: 0 new, 0 replaced, 0 ended\n"
    assert (list(Factor.objects.order_by("pk").values()), Event.objects.count()) == before


def changed(key, **facts):
    """The files with one factor changed."""
    return [
        factor_files.Facts(
            **{**{n: getattr(each, n) for n in each.__dataclass_fields__}, **(facts if each.key == key else {})}
        )
        for each in factor_files.factors()
    ]


def test_a_replaced_factor_stays_and_leads_to_the_new_one(factors):
    old = Factor.objects.get(key="furniture.mixed_item")
    clock.set_to(clock.now() + timedelta(days=30))
    done = register.import_factors(changed(old.key, value=Decimal(48)))
    assert done == register.Imported(added=0, replaced=1, ended=0)
    old.refresh_from_db()
    new = Factor.objects.get(key=old.key, valid_to=None)
    assert (old.value, old.valid_from, old.valid_to) == (Decimal(50), date(2026, 3, 2), date(2026, 4, 1))
    assert (new.value, new.valid_from, old.superseded_by) == (Decimal(48), date(2026, 4, 1), new)
    event = Event.objects.filter(subject="klimafaktorer").latest("position")
    assert event.payload == {"nye": 0, "afløst": ["furniture.mixed_item"], "udgået": []}


def test_a_factor_that_is_gone_from_the_files_ends_and_stays(factors):
    kept = [each for each in factor_files.factors() if each.key != "agribalyse.lapin"]
    assert register.import_factors(kept) == register.Imported(added=0, replaced=0, ended=1)
    gone = Factor.objects.get(key="agribalyse.lapin")
    assert (gone.valid_to, gone.superseded_by) == (date(2026, 3, 2), None)
    assert "agribalyse.lapin" not in register.current([Family.FOOD])


REFUSED = [
    {"value": 51}, {"low": 1}, {"high": 90}, {"unit": "kg"}, {"key": "x"}, {"caveat": "x"}, {"valid_from": date(2020, 1, 1)},
]  # fmt: skip


@pytest.mark.both
@pytest.mark.parametrize("change", REFUSED, ids=[next(iter(each)) for each in REFUSED])
def test_the_database_refuses_to_change_what_a_factor_says(factors, change):
    with pytest.raises(Error, match="superseded, never changed"), transaction.atomic():
        Factor.objects.filter(key="furniture.mixed_item").update(**change)


@pytest.mark.both
def test_the_database_refuses_to_delete_a_factor_or_to_move_its_end(factors):
    with pytest.raises(Error, match="superseded, never changed"), transaction.atomic():
        Factor.objects.filter(key="furniture.mixed_item").delete()
    register.import_factors(changed("furniture.mixed_item", value=Decimal(48)))
    with pytest.raises(Error, match="superseded, never changed"), transaction.atomic():
        Factor.objects.filter(key="furniture.mixed_item", value=50).update(valid_to=None, superseded_by=None)


@pytest.mark.both
def test_without_the_guard_a_used_factor_could_be_rewritten(factors):
    """The twin: the guard taken away, the harm happens."""
    drop = "DROP TRIGGER climate_factor_no_change" + (" ON climate_factor" if connection.vendor == "postgresql" else "")
    with connection.cursor() as cursor:
        cursor.execute(drop)
    Factor.objects.filter(key="furniture.mixed_item").update(value=51)
    assert Factor.objects.get(key="furniture.mixed_item").value == 51


@pytest.mark.parametrize(
    "facts", [{"value": Decimal(2000)}, {"value": Decimal(0)}, {"low": Decimal(51)}, {"high": Decimal(49)}]
)
def test_an_implausible_factor_is_not_stored_and_nothing_else_either(factors, facts):
    before = list(Factor.objects.values_list("pk", "valid_to"))
    with pytest.raises(Error), transaction.atomic():
        register.import_factors(changed("furniture.mixed_item", **facts))
    assert list(Factor.objects.values_list("pk", "valid_to")) == before


def test_there_is_no_float_in_a_factor():
    for each in factor_files.factors():
        assert [type(number) for number in (each.value, each.least, each.most)] == [Decimal] * 3
        assert {type(end) for end in (each.low, each.high)} <= {Decimal, type(None)}


# ── BR18's path ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("carrier", ["el", "fjernvarme", "ledningsgas"])
def test_the_path_is_that_of_the_file_in_every_year(factors, carrier):
    path = YearPath(carrier, register.current([Family.ENERGY]))
    file = {int(row["year"]): Fraction(row[f"{carrier}_kgco2e_per_kwh"]) for row in rows("dk_br18_bilag2_tabel8.csv")}
    assert {year: path.at(year) for year in file} == file
    assert sorted(file) == list(range(2023, 2041))
    assert path.at(2041) == path.at(2090) == file[2040]
    with pytest.raises(ValueError, match="empty"):
        path.at(2022)


# ── worked examples, from the files ─────────────────────────────────────────────────────────────────────────────────


def test_heat_pump(factors):
    oil = find("dk_hb2016_fuels.csv", fuel_en="heating oil", unit="liter")
    path = {int(row["year"]): Fraction(row["el_kgco2e_per_kwh"]) for row in rows("dk_br18_bilag2_tabel8.csv")}
    power = 4200 * Fraction(oil["kwh_per_unit"]) / Fraction("3.2")
    saved = {year: 4200 * Fraction(oil["kgco2_per_unit"]) - power * path[year] for year in range(2027, 2037)}
    result = reckon("varmepumpe", liters=Decimal(4200), scop=Decimal("3.2"), first="2027", span=10)
    assert result.exact == sum(saved.values()) / 10
    assert [(year, kilos) for year, _factor, kilos in result.years] == list(saved.items())
    assert (result.low, result.high, result.life) == (saved[2027], saved[2036], sum(saved.values()))


@pytest.mark.parametrize("carrier", ["el", "fjernvarme", "ledningsgas"])
def test_energy_over_years_that_reach_beyond_the_path(factors, carrier):
    path = {int(row["year"]): Fraction(row[f"{carrier}_kgco2e_per_kwh"]) for row in rows("dk_br18_bilag2_tabel8.csv")}
    saved = [Fraction("12500.5") * path[min(year, 2040)] for year in range(2031, 2051)]
    result = reckon("energi", carrier=carrier, kwh=Decimal("12500.5"), first="2031", span=20)
    assert (result.exact, result.life) == (sum(saved) / 20, sum(saved))
    assert (result.low, result.high) == (min(saved), max(saved))
    assert "10 år ligger efter 2040, hvor faktorerne slutter. De regnes med værdien for 2040." in result.traps


@pytest.mark.parametrize(
    ("fuel", "name"), [("petrol", "Petrol"), ("diesel", "Diesel"), ("hybrid", "Hybrid"), ("unknown", "Unknown")]
)
@pytest.mark.parametrize(("instead", "row"), [("none", None), ("bus", "25_314_3143_11_1"), ("train", "25_315_3147_11_1")])
def test_car(factors, fuel, name, instead, row):
    file = "uk_desnz_2025_used.csv"
    each = {
        s: Fraction(find(file, level_3=f"{s} car", column_text=name)["factor_2025"]) for s in ("Small", "Average", "Large")
    }
    other = Fraction(find(file, id=row)["factor_2025"]) if row else 0
    result = reckon("bilkilometer", km=Decimal(3000), car=fuel, instead=instead)
    ends = [3000 * (each[size] - other) for size in ("Small", "Average", "Large")]
    assert [result.low, result.exact, result.high] == ends


@pytest.mark.parametrize("item", ["mixed_item", "office_chair", "desk_fixed", "sofa_fabric", "pedestal_steel"])
def test_furniture_gross_and_net(factors, item):
    row, share = find("furniture_compiled.csv", item_key=item), find("assumptions.csv", key="displacement")
    result = reckon("moebler", kind=f"furniture.{item}", pieces=40, replaced=None)
    gross, net = result.lines
    assert (gross.amount, gross.counted) == (40 * Fraction(row["mid"]), False)
    assert result.exact == net.amount == gross.amount * Fraction(share["mid"])
    assert result.low == 40 * Fraction(row["low"]) * Fraction(share["low"])
    assert result.high == 40 * Fraction(row["high"]) * Fraction(share["high"])
    own = reckon("moebler", kind=f"furniture.{item}", pieces=40, replaced=12)
    assert [own.low, own.exact, own.high] == [12 * Fraction(row[end]) for end in ("low", "mid", "high")]


def test_waste(factors):
    file = {row["fraction_key"]: row for row in rows("waste_avoided_virgin_uk2025.csv")}
    for key, row in file.items():
        avoided, primary, secondary = (Fraction(row[f"{n}_kgco2e_per_t"]) for n in ("avoided", "primary", "secondary"))
        assert avoided == primary - secondary
        if row["secondary_route"] == "Re-used":
            result = reckon("affald", material=f"reused.{key}", kg=Decimal(300))
            parts = [Fraction(find("assumptions.csv", key="displacement")[end]) for end in ("low", "mid", "high")]
            assert [result.low, result.exact, result.high] == [avoided * 300 / 1000 * part for part in parts]
            continue
        assert reckon("affald", material=f"recycled.{key}", kg=Decimal(2100)).exact == avoided * 2100 / 1000
        bought = reckon("affald", material=f"avoided.{key}", kg=Decimal(50))
        assert [bought.low, bought.exact, bought.high] == [secondary / 20, primary / 20, primary / 20]
    mixed = reckon("affald", material="recycled.metal", kg=Decimal(1000))
    ends = [Fraction(file[key]["avoided_kgco2e_per_t"]) for key in ("metal_staal", "metal", "metal_aluminium")]
    assert [mixed.low, mixed.exact, mixed.high] == ends


def test_food_waste(factors):
    foods = {row["slug_fr"]: Fraction(row["kgco2e_per_kg"]) for row in rows("ademe_agribalyse_food.csv")}
    groups = {}
    for row in rows("food_groups.csv"):
        groups.setdefault(row["group_key"], []).append(foods[row["slug_fr"]])
    given = {"meat_fish": 30, "cheese_butter": None, "milk_egg": 80, "grain": Fraction("45.5"), "plants": 200}
    answers = {group: None if weight is None else Decimal(float(weight)) for group, weight in given.items()}
    result = reckon("madspild", **answers)
    for end, choose in (("exact", median), ("low", min), ("high", max)):
        assert getattr(result, end) == sum(weight * choose(groups[group]) for group, weight in given.items() if weight), end


def test_what_is_not_burnt_is_fossil_co2_alone(factors):
    mixed = reckon("forbraending", kind="burnt.blandet", kg=Decimal(1000))
    assert mixed.exact == mixed.low == mixed.high == Fraction(425, 10) * Fraction(105, 10)  # kg per GJ, GJ per tonne
    plastics = reckon("forbraending", kind="burnt.plast", kg=Decimal(200))
    assert (plastics.low, plastics.exact, plastics.high) == (460, 500, 540)
    assert {factor.family for factor in plastics.factors} == {
        Family.INCINERATION
    }  # never in one sum with avoided production


def test_menu(factors):
    foods = {row["slug_fr"]: Fraction(row["kgco2e_per_kg"]) for row in rows("ademe_agribalyse_food.csv")}
    result = reckon("menu", less="agribalyse.boeuf", less_kg=Decimal(120), more="agribalyse.lentilles", more_kg=Decimal(90))
    assert result.exact == result.low == result.high == 120 * foods["boeuf"] - 90 * foods["lentilles"]
    worse = reckon("menu", less="agribalyse.lentilles", less_kg=Decimal(10), more="agribalyse.boeuf", more_kg=Decimal(10))
    assert worse.exact == 10 * (foods["lentilles"] - foods["boeuf"])


# ── what must hold for all of them ──────────────────────────────────────────────────────────────────────────────────

# the answers of each calculator with one amount left open
OPEN = {
    "varmepumpe": lambda n: {"liters": n, "scop": Decimal(3), "first": "2026", "span": 15},
    "energi": lambda n: {"carrier": "el", "kwh": n, "first": "2026", "span": 10},
    "bilkilometer": lambda n: {"km": n, "car": "petrol", "instead": "train"},
    "moebler": lambda n: {"kind": "furniture.mixed_item", "pieces": int(n), "replaced": None},
    "affald": lambda n: {"material": "recycled.plast", "kg": n},
    "forbraending": lambda n: {"kind": "burnt.plast", "kg": n},
    "madspild": lambda n: dict.fromkeys(("cheese_butter", "milk_egg", "grain", "plants")) | {"meat_fish": n},
    "menu": lambda n: {"less": "agribalyse.porc", "less_kg": n, "more": "agribalyse.lentilles", "more_kg": n},
}  # fmt: skip


@pytest.mark.parametrize("slug", CALCULATORS)
def test_nothing_gives_nothing_more_gives_more_and_twice_gives_twice(factors, slug):
    def result(n):
        return reckon(slug, **OPEN[slug](Decimal(n)))

    assert (result(0).exact, result(0).low, result(0).high) == (0, 0, 0)
    amounts = [result(n).exact for n in (1, 2, 17, 400, 9_999_999)]
    assert amounts == sorted(set(amounts)) and amounts[1] == 2 * amounts[0]
    for n in (1, 250):
        assert result(n).low <= result(n).exact <= result(n).high
    with pytest.raises(TooMuch):
        result(10**16)


@pytest.mark.parametrize("slug", CALCULATORS)
def test_every_calculator_says_what_an_honest_reader_asks(factors, slug):
    shown = calculations.work_out(CALCULATORS[slug], OPEN[slug](Decimal(120)), register.current(CALCULATORS[slug].families))
    assert 2 <= len(CALCULATORS[slug].questions(register.current(CALCULATORS[slug].families))) <= 5
    assert len(shown["asked"]) >= 2 and len(shown["traps"]) >= 2 and len(shown["not_counted"]) >= 2
    assert len(shown["method"]) <= 400
    assert shown["measure"] == "kg CO2e/år"
    for factor in shown["factors"]:
        assert factor["source"] and factor["licence"] and factor["year"] and factor["boundary"]
    json.dumps(shown)


def test_no_calculator_uses_the_handling_of_waste(factors):
    assert {Factor.objects.get(key=key).value for key in TRAPS} == {Decimal("4.68568")}
    assert not any(Family.WASTE_HANDLING in calculator.families for calculator in CALCULATORS.values())


TRAPS = [f"desnz2025.waste_handling.{what}.{how}" for what in ("paper", "plastics") for how in ("recycled", "burnt")]


def test_two_families_are_never_added(factors):
    chair = Factor.objects.get(key="furniture.office_chair")
    beef = Factor.objects.get(key="agribalyse.boeuf")
    lines = [Line("a", "", Fraction(1), (chair,)), Line("b", "", Fraction(1), (beef,))]
    with pytest.raises(MixedFamilies):
        Result(lines, "", [], [])
    shown_beside = [lines[0], Line("b", "", Fraction(1), (beef,), counted=False)]
    assert Result(shown_beside, "", [], []).exact == 1


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("1239.5", "1240"), ("1239.499", "1239"), ("10", "10"), ("9.95", "10.0"), ("9.94", "9.9"), ("0.05", "0.1"),
     ("0.049", "0.0"), ("-12.5", "-13"), ("-0.25", "-0.3"), ("0", "0.0")],
)  # fmt: skip
def test_rounding_is_once_and_halves_go_away_from_zero(exact, shown):
    assert str(rounded(Fraction(exact))) == shown


# ── frozen ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_frozen_calculation_still_shows_the_factor_that_was_replaced(factors, cast):
    unit = Unit.objects.get(name="Børnehuset Solstrålen")
    frozen = calculations.freeze("moebler", OPEN["moebler"](Decimal(10)), unit, cast["anna"])
    before = json.dumps(frozen.snapshot, sort_keys=True)
    old = Factor.objects.get(key="furniture.mixed_item")
    register.import_factors(changed(old.key, value=Decimal(48)))
    frozen.refresh_from_db()
    assert json.dumps(frozen.snapshot, sort_keys=True) == before
    assert frozen.value == Decimal(350) and frozen.snapshot["factors"][0]["value"] == "50"
    assert old in frozen.factors.all() and old.calculations.get() == frozen
    assert calculations.freeze("moebler", OPEN["moebler"](Decimal(10)), unit, cast["anna"]).value == Decimal(336)
    assert calculations.faults() == []


@pytest.mark.both
def test_a_calculation_cannot_be_changed_and_a_changed_one_is_found(factors, cast):
    unit = Unit.objects.get(name="Børnehuset Solstrålen")
    frozen = calculations.freeze("moebler", OPEN["moebler"](Decimal(10)), unit, cast["anna"])
    for change in ({"value": 1}, {"snapshot": {}}):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            Calculation.objects.filter(pk=frozen.pk).update(**change)
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM climate_calculation")
    name = "no_change ON climate_calculation" if connection.vendor == "postgresql" else "no_update"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER climate_calculation_{name}")
    Calculation.objects.filter(pk=frozen.pk).update(snapshot=frozen.snapshot | {"value": "999"})
    assert calculations.faults() == [f"calculation {frozen.pk}: changed since it was made"]


def test_own_rounding_agrees(factors):
    result = reckon("energi", carrier="el", kwh=Decimal(1234), first="2026", span=1)
    assert calculations.plain(result)["value"] == kg(result.exact) == "145"
