"""The register as people use it: narrowed, taken away as a file, a factor given a new number, and its traps said."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications import calculating, measuring, reporting
from applications.models import Project
from applications.states import State
from climate import register, superseding, warnings
from climate.calculators import CALCULATORS
from climate.models import Factor, Family
from climate.superseding import Implausible, NotInForce
from journal import clock
from journal.models import Event
from tests.test_climate import changed
from tests.test_effects_of_projects import PIECES, words

pytestmark = pytest.mark.django_db
D = Decimal
CHAIR = "furniture.office_chair"
NEW = {
    "value": "80,5", "low": "70", "high": "", "year": "2026", "boundary": "Fra vugge til port", "caveat": "",
    "title": "Målt af producenten", "publisher": "Stole A/S", "licence": "Må gengives med kilde", "source_year": "2026",
    "taken_from": "stole.example/epd", "source_caveat": "", "reason": "Producenten har en nyere opgørelse.",
}  # fmt: skip
SOURCE = {"title": "T", "publisher": "U", "licence": "L", "year": 2026, "taken_from": "H", "caveat": ""}


@pytest.fixture(autouse=True)
def factors(db):
    register.import_factors()


def current(key=CHAIR):
    return Factor.objects.get(key=key, valid_to=None)


def facts(**changes):
    usual = {"value": D("80.5"), "year": 2026, "boundary": "B", "caveat": "", "reason": "Nyt", "source": SOURCE}
    return usual | changes


def address(name, factor):
    return reverse(f"applications:{name}", args=[factor.pk])


# ── replaced ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_consultant_gives_a_factor_a_new_number_after_seeing_what_it_means(case, cast, client_of):
    draft = case()
    calculating.take_in(draft.pk, cast["anna"], "moebler", PIECES)
    old, browser = current(), client_of(cast["karen"])
    form = browser.get(address("supersede-factor", old))
    assert "brutto" in words(form)  # the trap stands where it belongs
    asked = browser.post(address("supersede-factor", old), NEW)
    assert "1 kladde til en ansøgning bruger det gamle tal." in words(asked)
    assert current() == old  # nothing yet
    typed = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode()))
    assert typed.keys() >= NEW.keys()
    done = browser.post(address("supersede-factor", old), typed)
    new = current()
    assert done.url == reverse("climate:factor", args=[new.pk])
    assert (new.value, new.low, new.high, new.unit, new.least, new.most) == (
        D("80.5"),
        70,
        D("80.5"),
        old.unit,
        old.least,
        old.most,
    )
    assert (new.source.licence, new.source.publisher) == ("Må gengives med kilde", "Stole A/S")
    event = Event.objects.latest("position")
    assert (event.step, event.actor) == ("supersede_factor", cast["karen"])
    assert event.payload == {
        "faktor": old.name, "nøgle": CHAIR, "før": "72", "nu": "80.5", "enhed": "kg CO2e/stk.", "ny": new.pk,
        "kilde": "Målt af producenten", "begrundelse": "Producenten har en nyere opgørelse.",
    }  # fmt: skip
    said = words(browser.get(reverse("climate:factor", args=[new.pk])))
    assert "Tallet har afløst et ældre 72 kg CO2e/stk." in said
    assert "Producenten har en nyere opgørelse." in said
    assert "Der er et nyere tal 80,5 kg CO2e/stk." in words(browser.get(reverse("climate:factor", args=[old.pk])))
    assert register.current(CALCULATORS["moebler"].families)[CHAIR] == new


@pytest.mark.parametrize(
    ("key", "changes", "field", "said"),
    [
        (CHAIR, {"value": D(100_000)}, "value", "Tallet skal ligge mellem"),
        (CHAIR, {"low": D(90)}, "low", "Lav kan ikke være større end tallet selv."),
        (CHAIR, {"high": D(80)}, "high", "Høj kan ikke være mindre end tallet selv."),
        ("br18.el.2030", {"value": D(22)}, "value", "Tallet skal ligge mellem 0 og 1 kg CO2e/kWh. Se efter, om enheden"),
        ("br18.el.2030", {"value": D("0.04")}, "year", "punkt på en kurve over årene og gælder 2030"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(cast, key, changes, field, said):
    old, events = current(key), Event.objects.count()
    with pytest.raises(Implausible) as refusal:
        superseding.supersede(old.pk, cast["karen"], **facts(**changes))
    assert refusal.value.errors[field].startswith(said) or said in refusal.value.errors[field]
    assert (current(key), Event.objects.count()) == (old, events)


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(cast, client_of):
    browser, old = client_of(cast["karen"]), current()
    answer = browser.post(address("supersede-factor", old), NEW | {"value": "80.500", "licence": "", "confirmed": "1"})
    said = words(answer)
    assert "Skriv tallet med komma og uden punktum" in said
    assert "Udfyld feltet «Licens»." in said
    assert 'value="80.500"' in answer.content.decode()
    assert current() == old


def test_a_factor_is_superseded_once_and_by_consultants_alone(cast, client_of):
    old = current()
    superseding.supersede(old.pk, cast["karen"], **facts())
    with pytest.raises(NotInForce, match="allerede afløst"):
        superseding.supersede(old.pk, cast["karen"], **facts(value=D(81)))
    again = client_of(cast["karen"]).post(address("supersede-factor", old), NEW | {"confirmed": "1"})
    assert "allerede afløst" in words(again)
    for who in ("anna", "mads", "rasmus", "asger"):
        assert client_of(cast[who]).post(address("supersede-factor", old), NEW).status_code == 403
    assert Factor.objects.filter(key=CHAIR).count() == 2


def test_the_database_itself_keeps_one_factor_in_force(cast):
    """The twin of the refusal above: without it, the unique constraint and the triggers still stand."""
    old = current()
    with pytest.raises(DatabaseError), transaction.atomic():
        Factor.objects.create(
            **{name: getattr(old, name) for name in superseding.KEPT}, value=1, low=1, high=1, year=2026, boundary="B",
            source=old.source, valid_from=clock.today(),
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Factor.objects.filter(pk=old.pk).update(value=1)


def test_the_files_never_take_a_typed_number_away(cast):
    superseding.supersede(current().pk, cast["karen"], **facts())
    clock.set_to(clock.now() + timedelta(days=1))
    assert register.import_factors() == register.Imported(0, 0, 0)
    assert register.import_factors(changed(CHAIR, value=D(75), low=D(75), high=D(75))) == register.Imported(0, 0, 0)
    assert current().value == D("80.5")


# ── used, read, taken away ──────────────────────────────────────────────────────────────────────────────────────────


def test_where_a_factor_is_used_is_counted_and_linked_for_staff(case, cast, client_of, walker):
    active = case(State.ACTIVE)
    report = reporting.begin(Project.objects.get(pk=active.pk), "final", cast["anna"])
    measuring.take_in(report, cast["anna"], "moebler", PIECES)
    page = reverse("climate:factor", args=[current().pk])
    assert "se hvor" in words(client_of(cast["karen"]).get(page))
    assert "se hvor" not in words(client_of(cast["anna"]).get(page))
    assert "Afløs faktoren" not in words(client_of(cast["mads"]).get(page))
    said = words(client_of(cast["karen"]).get(address("factor-use", current())))
    assert f"{active.number} Madaffald sorteres på alle stuer : Slutrapport Kladde" in said
    assert client_of(cast["anna"]).get(address("factor-use", current())).status_code == 403


def test_the_register_is_narrowed_by_family_source_validity_and_words(cast, client_of):
    superseding.supersede(current().pk, cast["karen"], **facts())
    browser = client_of(cast["olga"])

    def found(**query):
        answer = browser.get(reverse("climate:factors"), query)
        return [row.key for row in answer.context["page"].object_list]

    assert found(q="office_chair") == [CHAIR]
    assert found(q="office_chair", validity="alle") == [CHAIR, CHAIR]
    assert found(validity="afloest") == [CHAIR]
    own = current().source_id
    assert found(source=own) == [CHAIR]
    assert found(source="x", family="y", validity="z", q="office_chair") == [CHAIR]
    assert set(found(family="waste_handling")) == {key for key in found(family="waste_handling") if "waste_handling" in key}
    assert "Ingen beregner bruger dem" in words(browser.get(reverse("climate:factors"), {"family": "waste_handling"}))


def test_the_file_has_every_factor_with_its_source_and_loses_no_decimal(cast, client_of):
    text = client_of(cast["anna"]).get(reverse("climate:factors-csv")).content.decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == Factor.objects.filter(valid_to=None).count()
    power = dict(zip(head, next(row for row in rows if row[0] == "br18.el.2040"), strict=True))
    assert (power["Værdi"], power["Enhed"], power["Gælder året"]) == ("0,0403", "kg CO2e/kWh", "2040")
    assert all(power[name] for name in ("Kilde", "Udgiver", "Licens", "Hentet fra", "Dækker", "Største troværdige værdi"))
    assert [row[15] for row in rows if not row[15]] == []


def test_every_family_has_its_trap_and_every_factor_its_method():
    assert set(warnings.OF_A_FAMILY) == set(Family)
    rows = list(Factor.objects.select_related("source"))
    assert [row.key for row in rows if not warnings.method_of(row) or not warnings.of_factor(row)] == []
