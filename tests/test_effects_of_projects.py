"""Expected beside measured, a calculator's number in a report, a factor superseded meanwhile, and what a number rests on."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from applications import calculating, effects, evidence, measuring, report_reading, reporting
from applications.door import NotYours, Refused
from applications.models import Effect, MeasuredEffect, Project
from applications.states import State
from climate import lasting, register
from climate.calculators import CALCULATORS
from climate.models import Calculation, Factor
from climate.paths import Path
from journal import clock
from tests.cast import CONTENT
from tests.test_climate import changed

pytestmark = pytest.mark.django_db
D = Decimal
PIECES = {"kind": "furniture.office_chair", "pieces": 10, "replaced": None}
POWER = {"carrier": "el", "kwh": D(10_000), "first": "2026", "span": 5}


@pytest.fixture(autouse=True)
def factors(db):
    register.import_factors()


@pytest.fixture
def active(case):
    return case(State.ACTIVE)


@pytest.fixture
def draft(active, cast):
    return reporting.begin(Project.objects.get(pk=active.pk), "final", cast["anna"])


def words(response) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(unescape(text).replace("\xa0", " ").split())


def page(case):
    return reverse("applications:effects", args=[case.number])


def put(report, value, unit="kg/år", **more):
    facts = {"indicator": "recycled", "basis": "measured", "value": D(value), "unit": unit} | more
    return MeasuredEffect.objects.create(report=report, project=report.project, **facts)


def replace_chair(value="90"):
    clock.set_to(clock.now() + timedelta(days=1))
    register.import_factors(changed("furniture.office_chair", value=D(value), high=D(value)))


# ── side by side ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_expected_and_measured_stand_side_by_side_with_the_difference_in_percent(case, client_of, cast):
    done = case(State.COMPLETED)
    (pair,) = effects.side_by_side(done, effects.counting_report(done.project).measured_effects.all())
    assert (pair.percent, pair.says) == (D(16), "16 % mere end ventet")  # 2,440 against 2,100
    assert pair.bases == "Sammenligner noget målt med noget skønnet"
    for who in ("anna", "karen", "frida", "rasmus"):
        said = words(client_of(cast[who]).get(page(done)))
        assert "2.100 kg/år skønnet prøvevejning i uge 41 2.440 kg/år målt vejet i tre uger 16 % mere end ventet" in said
    assert client_of(cast["olga"]).get(page(done)).status_code == 404
    assert client_of(cast["signe"]).get(page(done)).status_code == 403


@pytest.mark.parametrize(
    ("expected", "measured", "says"),
    [
        (("2", "ton/år"), ("2500", "kg/år"), "25 % mere end ventet"),
        (("3", "kg/år"), ("2", "kg om året"), "33 % mindre end ventet"),
        (("3", "kg/år"), ("3000", "g/år"), "Som ventet"),
        (("3", "kg/år"), ("3", "kg"), "Kan ikke sammenlignes: ventet i «kg/år», rapporteret i «kg»"),
        (("3", "kg/år"), ("3", "pct."), "Kan ikke sammenlignes: ventet i «kg/år», rapporteret i «pct.»"),
        (("0", "kg/år"), ("3", "kg/år"), "Der var ikke ventet noget"),
        (("3", "kg/år"), None, "Ikke rapporteret"),
        (None, ("3", "kg/år"), "Stod ikke i ansøgningen"),
    ],
)
def test_a_difference_is_a_percent_only_where_the_units_agree(expected, measured, says):
    def row(model, given):
        return model(indicator="recycled", basis="measured", value=D(given[0]), unit=given[1]) if given else None

    assert effects.Pair(row(Effect, expected), row(MeasuredEffect, measured)).says == says


def test_a_project_without_a_report_says_so_and_a_case_without_a_project_has_no_page(case, client_of, cast, draft):
    said = words(client_of(cast["karen"]).get(page(draft.project.application)))
    assert "Der er ikke sendt en rapport endnu" in said
    assert "Ikke rapporteret" in said
    assert "Kladde" not in said  # what the unit is still writing is the unit's


def test_a_case_that_is_no_project_has_no_such_page(case, client_of, cast):
    assert client_of(cast["karen"]).get(page(case(State.GRANTED))).status_code == 404


# ── CO2e over the years ─────────────────────────────────────────────────────────────────────────────────────────────


def test_power_saved_follows_the_yearly_path_and_others_need_a_lifetime(draft, cast):
    measuring.take_in(draft, cast["anna"], "energi", POWER)
    put(draft, "100", indicator="co2e", lifetime=4)
    put(draft, "7", indicator="co2e")
    put(draft, "30", "kg", indicator="co2e")
    found = effects.sums(draft.measured_effects.select_related("calculation"))
    path = Path("el", register.current(CALCULATORS["energi"].families))
    by_hand = sum(10_000 * path.at(year) for year in range(2026, 2031))
    assert by_hand == 4110  # 10,000 × (0.1174 + 0.0998 + 0.0822 + 0.0646 + 0.0470)
    assert [(line.family, line.basis, line.how, line.value) for line in found.lasting] == [
        ("", "measured", "once", D(30)),
        ("", "measured", "years", D(400)),
        ("energy", "calculated", "path", D(4110)),
    ]
    assert found.not_lasting.startswith("1 virkning på CO2e er ikke med her")
    assert "BR18" in found.lasting[2].says


def test_a_number_that_was_changed_leaves_its_family_and_its_path(draft, cast):
    row = measuring.take_in(draft, cast["anna"], "energi", POWER)
    assert effects.amount(row).family == "energy"
    row.value += 1
    assert effects.amount(row).family == ""
    assert effects.sums([row]).lasting == []


# ── a calculator in a report ────────────────────────────────────────────────────────────────────────────────────────


def test_a_result_is_taken_into_the_draft_and_answers_to_the_expected_one(case, cast, client_of):
    application = case()
    calculating.take_in(application.pk, cast["anna"], "moebler", {**PIECES, "pieces": 20})
    for state, walk in case.road(State.ACTIVE):
        walk()
        if state == State.ACTIVE:
            break
    report = reporting.begin(Project.objects.get(pk=application.pk), "final", cast["anna"])
    browser = client_of(cast["anna"])
    address = reverse("applications:calculate-in-report", args=[application.number, report.pk, "moebler"])
    asked = browser.get(address, {"kind": "furniture.office_chair", "pieces": "10", "replaced": ""})
    assert "Tag tallet med i rapporten" in words(asked)
    answer = browser.post(address, {"kind": "furniture.office_chair", "pieces": "10", "replaced": ""})
    assert (answer.status_code, answer.url) == (
        302,
        reverse("applications:write-report", args=[application.number, "slutrapport"]) + "#effects-title",
    )
    (row,) = report.measured_effects.all()
    assert (row.value, row.low, row.high, row.unit, row.basis) == (D(504), D(288), D(810), "kg CO2e/år", "calculated")
    assert row.expected.calculation.calculator == "moebler"  # 10 × 72 × 70 %, from 40 to 90 %, 72 to 90 kg
    said = words(browser.get(page(application)))
    assert "Beregnet: 504 kg CO2e/år (Møbler, der bruges igen)." in words(browser.get(answer.url))
    assert "504 kg CO2e/år beregnet fra 288 til 810" in said
    assert "Faktor: Kontorstol, 72 kg CO2e/stk., 2024" in said


def test_only_the_unit_takes_a_number_in_and_only_into_a_draft(draft, cast, client_of, walker):
    with pytest.raises(NotYours):
        measuring.take_in(draft, cast["karen"], "moebler", PIECES)
    address = reverse("applications:report-calculators", args=[draft.project.application.number, draft.pk])
    assert client_of(cast["karen"]).get(address).status_code == 403
    assert client_of(cast["anna"]).get(address).status_code == 200
    walker.write_final()
    walker.take("report", "anna")
    with pytest.raises(Refused, match="Rapporten er sendt"):
        measuring.take_in(draft, cast["anna"], "moebler", PIECES)
    assert client_of(cast["anna"]).get(address).status_code == 404
    assert Calculation.objects.count() == 0


def test_a_superseded_factor_is_told_to_a_draft_and_a_sent_report_keeps_its_own(draft, cast, client_of, walker):
    row = measuring.take_in(draft, cast["anna"], "moebler", PIECES)
    assert measuring.outdated(draft) == []
    replace_chair()
    case, browser = draft.project.application, client_of(cast["anna"])
    (old,) = measuring.outdated(draft)
    assert [(factor.value, factor.superseded_by.value) for factor in old.factors] == [(D(72), D(90))]
    writing = reverse("applications:write-report", args=[case.number, "slutrapport"])
    assert [
        address for address in (page(case), writing) if "før 72, nu 90 kg CO2e/stk." not in words(browser.get(address))
    ] == []
    again = browser.get(reverse("applications:recalculate-in-report", args=[case.number, draft.pk, row.pk]), follow=True)
    assert "630 kg CO2e/år" in words(again)  # 10 × 90 × 70 %
    measuring.take_in(draft, cast["anna"], "moebler", PIECES, replaces=row.pk)
    assert [(each.pk, each.value) for each in draft.measured_effects.all()] == [(row.pk, D(630))]
    assert measuring.outdated(draft) == []
    walker.write_final()
    walker.take("report", "anna")
    sent = reporting.last_sent(draft.project, "final")
    clock.set_to(clock.now() + timedelta(days=1))
    replace_chair("120")
    kept = sent.measured_effects.get(calculation__isnull=False)
    assert kept.value == D(630)
    assert kept.calculation.snapshot["factors"][0]["value"] == "90"
    assert sent.content["effects"][0]["calculation"]["sha256"] == kept.calculation.sha256
    assert measuring.outdated(sent) == []
    read = words(browser.get(reverse("applications:report", args=[case.number, sent.pk])))
    assert "kontorstol" in read.lower() and "90 kg CO2e/stk." in read and "120 kg" not in read
    assert "har fået et nyt tal" not in words(browser.get(page(case))) + read


# ── what a number rests on ──────────────────────────────────────────────────────────────────────────────────────────


def test_evidence_is_complete_and_names_nobody(draft, cast, walker):
    method = "Anna Ansøger vejede, ring 55 78 10 10 eller skriv til anna@naestved.example. Ulla så på."
    row = measuring.take_in(draft, cast["anna"], "moebler", PIECES)
    MeasuredEffect.objects.filter(pk=row.pk).update(method=method, baseline="Anna talte stole")
    walker.write_final()
    walker.take("report", "ulla")
    found = evidence.evidence_of(MeasuredEffect.objects.get(pk=row.pk))
    assert (found["value"], found["low"], found["high"], found["unit"]) == ("504", "288", "810", "kg CO2e/år")
    assert (found["basis"], found["basis_label"]) == ("calculated", "beregnet")
    assert found["counted_as"]["name"] == "Undgået ny produktion af møbler"
    chair, share = found["calculation"]["factors"]
    assert (chair["value"], chair["unit"], chair["year"]) == ("72", "kg CO2e/stk.", 2024)
    assert all(factor[name] for factor in (chair, share) for name in ("source", "licence", "boundary", "publisher"))
    assert found["calculation"]["asked"][1] == ["Hvor mange møbler om året?", "10 stk."]
    assert found["report"] == {
        "kind": "final",
        "kind_label": "Slutrapport",
        "sent_on": clock.today().isoformat(),
        "sha256": draft.project.reports.get().sha256,
    }
    assert found["project"]["title"] == CONTENT["title"]
    whole = json.dumps(found, ensure_ascii=False)
    assert found["method"] == "… vejede, ring … eller skriv til …. … så på."
    assert [name for name in ("Anna", "Ulla", "naestved.example", "55 78") if name in whole] == []


def test_evidence_says_what_was_changed_and_superseded(draft, cast):
    row = measuring.take_in(draft, cast["anna"], "moebler", PIECES)
    row.value = D(600)
    row.high = None
    row.save()
    replace_chair()
    found = evidence.evidence_of(MeasuredEffect.objects.get(pk=row.pk))["calculation"]
    assert found["changed"] == "beregnet 504 kg CO2e/år, ændret til 600 kg CO2e/år af enheden"
    assert found["superseded_since"] == [Factor.objects.get(key="furniture.office_chair", valid_to=None).name]


def test_ways_over_the_years_are_never_one_line():
    lines = [
        lasting.Lasting("energy", "calculated", lasting.How.PATH, D(5)),
        lasting.Lasting("energy", "calculated", lasting.How.YEARS, D(7)),
        lasting.Lasting("energy", "calculated", lasting.How.PATH, D(2)),
    ]
    assert [(line.how, line.value, line.count) for line in lasting.summed(lines)[0]] == [
        ("path", D(7), 2),
        ("years", D(7), 1),
    ]


def test_a_unit_says_that_an_effect_already_counts_in_another(draft, cast, client_of):
    browser = client_of(cast["anna"])
    address = reverse("applications:write-report", args=[draft.project.application.number, "slutrapport"])
    assert "Tæller den allerede med" not in words(browser.get(address))  # nothing it could count in
    waste, plastics = put(draft, "300", method="vejet"), put(draft, "100", method="vejet")
    page_ = browser.get(address)
    assert "Tæller den allerede med i en anden? (valgfrit) Nej, den tæller for sig Sorteret til genanvendelse: 300" in words(
        page_
    )
    rows = [{"id": waste.pk, "value": "300"}, {"id": plastics.pk, "value": "100", "overlaps": waste.pk}]
    common = {"indicator": "recycled", "unit": "kg/år", "basis": "measured", "method": "vejet"}
    typed = {"revision": draft.revision, "activities-TOTAL_FORMS": 0, "activities-INITIAL_FORMS": 0, "then": "save"}
    typed |= {"effects-TOTAL_FORMS": 2, "effects-INITIAL_FORMS": 0}
    for place, row in enumerate(rows):
        typed |= {f"effects-{place}-{name}": value for name, value in (common | row).items()}
    assert browser.post(address, typed).status_code == 302
    plastics.refresh_from_db()
    assert plastics.overlaps == waste
    assert effects.sums(draft.measured_effects.all()).total.lines[0].parts[0].value == D(300)
    assert "Tæller allerede med i «Sorteret til genanvendelse: 300 kg/år»." in str(
        report_reading.read(draft).effects[1].method
    )
    draft.refresh_from_db()
    browser.post(address, typed | {"revision": draft.revision, "effects-1-overlaps": plastics.pk})  # itself: no choice
    plastics.refresh_from_db()
    assert plastics.overlaps == waste
