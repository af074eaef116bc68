"""The summary over all projects: equal to the sum of the projects by hand, and nothing in it that should not be."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from applications import effect_sheet, effects, measuring, reporting
from applications.effect_summary import summary
from applications.models import MeasuredEffect, Project, StatusReport
from applications.states import State
from climate import families, register, summing
from journal import clock
from people.models import Unit
from tests.cast import Walker, make_round
from tests.test_effects import AMOUNTS
from tests.test_effects_of_projects import PIECES, POWER, put, words

pytestmark = pytest.mark.django_db
D = Decimal
PAGE = "applications:effect-summary"


@pytest.fixture
def done(case, cast):
    """A completed project: power and chairs reckoned, one tonne estimated for four years, two plain weights, an overlap."""
    register.import_factors()
    active = case(State.ACTIVE, themes=["energy", "waste"])
    report = reporting.begin(Project.objects.get(pk=active.pk), "final", cast["anna"])
    measuring.take_in(report, cast["anna"], "energi", POWER)
    measuring.take_in(report, cast["anna"], "moebler", PIECES)
    put(report, "1", "ton/år", indicator="co2e", basis="estimated", lifetime=4)
    all_waste = put(report, "0.3", "ton/år", low=D("0.2"), high=D("0.5"))
    put(report, "100", overlaps=all_waste)
    put(report, "3", "procentpoint", indicator="resources")
    case.report()
    case.complete()
    active.refresh_from_db()
    return active


def lines(found):
    return {(line.indicator, line.unit, line.name): line for line in found.total.lines}


def test_everything_is_added_by_hand(done):
    found = summary()
    assert [
        (line.indicator, line.name, line.unit, [(part.basis, part.value, part.low, part.high) for part in line.parts])
        for line in found.total.lines
    ] == [
        ("co2e", "CO2e, som ikke er beregnet i systemet", "kg CO2e/år", [("estimated", D(1000), D(1000), D(1000))]),
        ("co2e", "CO2e fra sparet energi", "kg CO2e/år", [("calculated", D(822), D(470), D(1174))]),
        ("co2e", "Undgået ny produktion af møbler", "kg CO2e/år", [("calculated", D(504), D(288), D(810))]),
        ("recycled", "", "kg/år", [("measured", D(2740), D(2640), D(2940))]),  # 300 + 2,440; the 100 are in the 300
    ]
    assert lines(found)["recycled", "kg/år", ""].parts[0].range_says == "1 af 2 er uden spænd; dér er tallet selv brugt"
    assert [(each.what, each.count, each.reason) for each in found.total.left_out] == [
        ("Ressourcer sparet, «procentpoint»", 1, summing.why_not("procentpoint")),
        ("Sorteret til genanvendelse", 1, "Tæller allerede med i en anden virkning."),
    ]
    assert [
        (line.name, line.how, line.value, price.per_tonne) for line, price in zip(found.lasting, found.prices, strict=True)
    ] == [
        ("CO2e, som ikke er beregnet i systemet", "years", D(4000), 9_500_00),  # 38,000 kr. for 4 t
        ("CO2e fra sparet energi", "path", D(4110), 9_246_00),  # 38,000 / 4.110
    ]
    assert found.not_lasting.startswith("1 virkning på CO2e er ikke med her")  # the chairs say no years
    assert (found.projects, found.reported, found.spent) == (1, 1, 38_000_00)
    assert set(found.projects_of.values()) == {1}


def test_two_projects_are_added_and_the_filters_narrow(done, cast, year, committee):
    now = clock.now()
    dates = {
        "opens": now - timedelta(days=1),
        "deadline": now + timedelta(days=9),
        "answer_by": now.date() + timedelta(days=60),
    }
    other = Walker(cast, make_round(cast, year, committee, name="Hurtig", track="quick", delegated_limit=50_000_00, **dates))
    other(State.COMPLETED, themes=["food"])
    found = summary()
    assert lines(found)["recycled", "kg/år", ""].parts[0].value == D(5180)
    assert (found.projects, found.projects_of["recycled", "kg", True, ""]) == (2, 2)
    centre = Unit.objects.get(name="Center for Dagtilbud, Skole og Forebyggelse").pk
    elsewhere = Unit.objects.get(name="Center for Ejendomme og Indkøb").pk
    chosen = [
        ({"rounds": [other.round.pk]}, 1), ({"rounds": [done.round_id]}, 1), ({"years": [2026]}, 2), ({"years": [2025]}, 0),
        ({"centres": [centre]}, 2), ({"centres": [elsewhere]}, 0), ({"themes": ["food"]}, 1), ({"themes": ["energy"]}, 1),
        ({"themes": ["food", "waste"]}, 2), ({"themes": ["foo"]}, 0),
    ]  # fmt: skip
    assert [summary(**each).projects for each, _count in chosen] == [count for _each, count in chosen]
    assert summary(themes=["food"]).total.lines[0].parts[0].value == D(2440)
    assert summary(years=[2025]).total == summing.Total()


def test_a_project_that_runs_and_a_report_that_was_given_back_count_for_nothing(case, cast, walker):
    case(State.REPORTED)
    assert (summary().projects, summary().total.lines) == (0, ())
    Project.objects.get().application.__class__.objects.update(state=State.COMPLETED)
    assert summary().total.lines[0].parts[0].value == D(2440)
    later = StatusReport.objects.get()
    rows = list(later.measured_effects.all())
    later.pk, later.kind, later.sent_at = None, "effect", later.sent_at + timedelta(days=365)
    later.save()
    MeasuredEffect.objects.create(**{**plain(rows[0]), "report": later, "value": D(2000)})
    assert summary().total.lines[0].parts[0].value == D(2000)  # the newest word, and that alone
    StatusReport.objects.filter(pk=later.pk).update(returned_at=clock.now())
    assert summary().total.lines[0].parts[0].value == D(2440)


def plain(row):
    names = ("project", "indicator", "value", "unit", "basis", "method")
    return {name: getattr(row, name) for name in names}


@pytest.fixture
def bare(case):
    """A completed project whose report holds nothing yet."""
    case(State.COMPLETED)
    MeasuredEffect.objects.all().delete()
    return StatusReport.objects.get()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=AMOUNTS)
def test_the_database_adds_as_the_numbers_do(bare, rows):
    """Any effects with any overlaps: the summary is the sum of the same amounts one by one, to the last thousandth."""
    MeasuredEffect.objects.all().delete()
    made = {}
    for row in rows:
        made[row.key] = put(bare, row.value, row.unit, indicator=row.indicator, basis=row.basis)
    for row in rows:
        if row.overlaps in made and row.overlaps != row.key:
            MeasuredEffect.objects.filter(pk=made[row.key].pk).update(overlaps=made[row.overlaps])
    found, one_by_one = summary(), effects.sums(MeasuredEffect.objects.all())
    assert found.total.lines == one_by_one.total.lines
    assert found.total.says == one_by_one.total.says
    assert sum(each.count for each in found.total.left_out) == len(one_by_one.total.left_out)
    assert (found.lasting, found.not_lasting) == (one_by_one.lasting, one_by_one.not_lasting)


def test_large_and_small_numbers_are_added_exactly(bare):
    for value in ("99999999999.999", "0.001", "-99999999999.999", "0.007"):
        put(bare, value)
    assert summary().total.lines[0].parts[0].value == D("0.008")


def test_a_summary_without_its_guards_is_seen(done, monkeypatch):
    """The twin: overlaps forgotten, or families, and the sums by hand above are others."""
    monkeypatch.setattr(summing, "counted_elsewhere", lambda amounts: {})
    assert lines(summary())["recycled", "kg/år", ""].parts[0].value == D(2840)
    monkeypatch.undo()
    monkeypatch.setattr(families, "of_calculator", lambda slug: "energy")
    assert lines(summary())["co2e", "kg CO2e/år", "CO2e fra sparet energi"].parts[0].value == D(1326)


def test_the_page_and_its_files(done, client_of, cast):
    browser = client_of(cast["karen"])
    said = words(browser.get(reverse(PAGE)))
    for words_ in ("2.740 kg/år", "2.640–2.940", "Undgået ny produktion af møbler", "4.110 kg CO2e", "9.246 kr.", "BR18"):
        assert words_ in said
    assert "ikke en rangliste" in said
    assert "Ingen projekter passer" in words(browser.get(reverse(PAGE), {"theme": "food"}))
    assert browser.get(reverse(PAGE), {"round": "x", "year": "9999"}).status_code == 200
    file = browser.get(reverse(f"{PAGE}-csv")).content.decode("utf-8-sig")
    assert "Sorteret til genanvendelse" in file
    assert len(effect_sheet.rows(summary())) == 8
    assert browser.get(reverse(f"{PAGE}-xlsx")).content[:2] == b"PK"
    assert client_of(cast["kamille"]).get(reverse(PAGE)).status_code == 200
    for who in ("anna", "ulla", "asger"):
        assert client_of(cast[who]).get(reverse(PAGE)).status_code == 403
