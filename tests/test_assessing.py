"""The pages of assessing: what is written, what is refused, and who sees what."""

import pytest
from django.urls import reverse

from applications import assessing
from applications.models import Application, Declaration, Hearing
from applications.states import State
from journal import clock

SECRET = "Kornblomstblå"  # a word that stands nowhere else


def url(name, case, *more):
    return reverse(f"applications:{name}", args=[case.number, *more])


def words(response) -> str:
    return response.content.decode()


@pytest.fixture
def found(case):
    return case(State.UNDER_ASSESSMENT)


def points_of(case, value):
    return {f"points_{criterion.pk}": value for criterion in case.round.criteria.all()}


# ── impartiality ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_declaring_takes_one_press_and_comes_back_to_the_case(cast, found, client_of):
    browser = client_of(cast["karen"])
    assert 'name="level" value="none"' in words(browser.get(found.get_absolute_url()))
    answer = browser.post(url("declare", found), {"level": "none"}, follow=True)
    assert answer.redirect_chain == [(found.get_absolute_url(), 302)]
    assert "Din habilitet er erklæret." in words(answer)
    assert found.declarations.get().level == "none"


def test_a_possible_interest_needs_a_note_and_keeps_the_choice(cast, found, client_of):
    answer = client_of(cast["karen"]).post(url("declare", found), {"level": "possible", "note": ""})
    assert "Skriv kort, hvad din interesse i sagen er." in words(answer)
    assert not found.declarations.exists()


def test_who_declares_disqualified_is_led_away_from_the_case(cast, found, client_of):
    browser = client_of(cast["rune"])
    answer = browser.post(url("declare", found), {"level": "disqualified", "note": "Min datter går der."})
    assert (answer.status_code, answer.url) == (302, reverse("applications:waiting"))
    assert browser.get(found.get_absolute_url()).status_code == 404


def test_a_manager_settles_a_possible_interest_but_not_their_own(cast, found, client_of):
    theirs = assessing.declare(found.pk, cast["rune"], "possible", "Jeg kender lederen.")
    own = assessing.declare(found.pk, cast["mads"], "possible", "Måske.")
    browser = client_of(cast["mads"])
    page = url("settle", found, theirs.pk)
    assert "Jeg kender lederen." in words(browser.get(page))
    browser.post(page, {"outcome": "may_not"})
    theirs.refresh_from_db()
    assert (theirs.level, theirs.settled_by) == (Declaration.Level.DISQUALIFIED, cast["mads"])
    assert browser.post(url("settle", found, own.pk), {"outcome": "may"}).status_code == 403
    assert client_of(cast["karen"]).get(url("settle", found, own.pk)).status_code == 403


# ── gates and points ────────────────────────────────────────────────────────────────────────────────────────────────


def test_gates_are_answered_with_a_note_and_an_empty_one_is_named(cast, found, client_of):
    assessing.declare(found.pk, cast["karen"], "none")
    gate, browser = found.round.gates.get(), client_of(cast["karen"])
    answer = browser.post(url("gates", found), {f"note_{gate.pk}": "Set i planen."})
    assert "Svar ja eller nej: «Projektet er ikke begyndt»." in words(answer)
    assert "Set i planen." in words(answer)
    browser.post(url("gates", found), {f"met_{gate.pk}": "no", f"note_{gate.pk}": "Begyndt i januar."})
    given = found.gate_answers.get()
    assert (given.met, given.note, given.answered_by) == (False, "Begyndt i januar.", cast["karen"])


def test_points_are_given_with_the_units_answers_beside(cast, found, client_of):
    assessing.declare(found.pk, cast["rune"], "none")
    browser = client_of(cast["rune"])
    page = words(browser.get(url("scores", found)))
    assert "Stuerne har kun én spand." in page
    assert "Vægt 60." in page
    browser.post(url("scores", found), points_of(found, 3) | {"comment": "Fornuftigt."})
    given = found.assessments.get()
    assert (given.assessor, given.comment, sorted(given.scores.values_list("points", flat=True))) == (
        cast["rune"], "Fornuftigt.", [3, 3],
    )  # fmt: skip
    browser.post(url("scores", found), points_of(found, 4) | {"comment": "Bedre set igen."})
    assert sorted(found.assessments.get().scores.values_list("points", flat=True)) == [4, 4]


def test_a_missing_point_is_named_and_what_was_typed_is_kept(cast, found, client_of):
    assessing.declare(found.pk, cast["rune"], "none")
    typed = points_of(found, 2) | {"comment": "Kun halvt udfyldt."}
    typed.pop(f"points_{found.round.criteria.get(key='co2').pk}")
    page = words(client_of(cast["rune"]).post(url("scores", found), typed))
    assert "Giv fra 0 til 5 point: «CO2-reduktion»." in page
    assert "Kun halvt udfyldt." in page
    assert not found.assessments.exists()


def test_points_without_a_declaration_are_refused_and_kept(cast, found, client_of):
    page = words(client_of(cast["rune"]).post(url("scores", found), points_of(found, 2) | {"comment": SECRET}))
    assert "Erklær først, om du har en interesse i sagen (habilitet)." in page
    assert SECRET in page
    assert not found.assessments.exists()


def test_a_criterions_help_is_text_and_never_markup(cast, found, client_of):
    found.round.criteria.filter(key="co2").update(help="<b>fed</b>")
    page = words(client_of(cast["karen"]).get(url("scores", found)))
    assert "&lt;b&gt;fed&lt;/b&gt;" in page
    assert "<b>fed" not in page


def test_anothers_points_and_reason_are_nowhere_before_ones_own(cast, found, client_of):
    for who in ("karen", "rune"):
        assessing.declare(found.pk, cast[who], "none")
    criteria = {criterion.pk: 5 for criterion in found.round.criteria.all()}
    assessing.assess(found.pk, cast["karen"], criteria, SECRET)
    addresses = [found.get_absolute_url(), url("scores", found), reverse("applications:round", args=[found.round_id])]
    browser = client_of(cast["rune"])
    for address in addresses:
        assert SECRET not in words(browser.get(address)), address
        assert "5,00" not in words(browser.get(address)), address
    assert "1 bedømmer har givet point." in words(browser.get(addresses[0]))
    assert SECRET in words(client_of(cast["mads"]).get(addresses[0]))
    browser.post(url("scores", found), points_of(found, 1) | {"comment": "Mit eget."})
    shown = words(browser.get(addresses[0]))
    assert SECRET in shown
    assert "3,00 af 5, spredning 4,00" in shown


# ── hearings, help, notes ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_hearing_is_asked_with_the_usual_unit_and_words_and_stated_by_its_leader(cast, case, client_of):
    found, unit = case(State.UNDER_ASSESSMENT, touches_buildings=True), cast["henrik"].current_assignments[0].unit
    browser = client_of(cast["karen"])
    page = words(browser.get(url("ask-hearing", found)))
    assert f'<option value="{unit.pk}" selected>' in page
    assert "Projektet berører bygninger, grunde eller faste installationer." in page
    due = clock.today()
    typed = {"unit": unit.pk, "question": "Må vi bore?", "due_day": due.day, "due_month": due.month, "due_year": due.year}
    browser.post(url("ask-hearing", found), typed)
    hearing = found.hearings.get()
    assert (hearing.unit, hearing.question, hearing.due) == (unit, "Må vi bore?", due)
    page, theirs = url("state-hearing", found, hearing.pk), client_of(cast["henrik"])
    assert "Må vi bore?" in words(theirs.get(page))
    assert "Skriv jeres begrundelse eller vilkår." in words(theirs.post(page, {"stance": "against"}))
    theirs.post(page, {"stance": "conditions", "statement": "Kun i træ."})
    hearing.refresh_from_db()
    assert (hearing.stance, hearing.statement, hearing.stated_by) == (
        Hearing.Stance.CONDITIONS,
        "Kun i træ.",
        cast["henrik"],
    )
    assert "Kun i træ." in words(browser.get(found.get_absolute_url()))


def test_a_hearing_of_another_case_is_not_found_under_this_one(cast, case, client_of):
    unit = cast["henrik"].current_assignments[0].unit
    first = case(State.UNDER_ASSESSMENT)
    hearing = assessing.ask_hearing(first.pk, cast["karen"], unit, "Må vi?", clock.today())
    clock.set_to(first.created_at)
    second = type(case)(cast, case.round)(State.UNDER_ASSESSMENT)
    assessing.ask_hearing(second.pk, cast["karen"], unit, "Må vi?", clock.today())
    assert client_of(cast["henrik"]).get(url("state-hearing", second, hearing.pk)).status_code == 404


def test_substantial_help_is_logged_and_its_consequence_said(cast, found, client_of):
    browser = client_of(cast["karen"])
    assert "Så skal en anden end dig også give point" in words(browser.get(url("log-help", found)))
    browser.post(url("log-help", found), {"text": "Regnede CO2 ud.", "substantial": "on"})
    given = found.help_given.get()
    assert (given.text, given.substantial, given.person) == ("Regnede CO2 ud.", True, cast["karen"])


def test_a_note_is_read_by_the_administration_and_never_by_the_unit(cast, found, client_of):
    client_of(cast["karen"]).post(url("note", found), {"text": SECRET})
    assert found.notes.get().text == SECRET
    for who, reads in {"karen": True, "mads": True, "rasmus": True, "anna": False, "ulla": False}.items():
        assert (SECRET in words(client_of(cast[who]).get(found.get_absolute_url()))) == reads, who


def test_the_unit_gets_nothing_of_the_panel(cast, found, client_of):
    page = words(client_of(cast["anna"]).get(found.get_absolute_url()))
    for piece in ('id="point"', 'id="krav"', 'id="habilitet"', 'id="notater"', 'id="hjaelp"'):
        assert piece not in page


# ── who may come ────────────────────────────────────────────────────────────────────────────────────────────────────

PAGES = ("declare", "gates", "scores", "ask-hearing", "log-help", "note")
MAY_OPEN = {
    "karen": set(PAGES),
    "rune": {"declare", "scores", "note"},
    "mads": {"declare", "note"},
    "rasmus": set(),
    "anna": set(),
    "ulla": set(),
}


@pytest.mark.parametrize("who", MAY_OPEN)
def test_each_page_opens_to_its_roles_alone(cast, found, client_of, who):
    codes = {name: client_of(cast[who]).get(url(name, found)).status_code for name in PAGES}
    assert codes == {name: 200 if name in MAY_OPEN[who] else 403 for name in PAGES}


@pytest.mark.parametrize("who", ["otto", "olga", "signe", "frida", "asger"])
def test_strangers_find_nothing(cast, found, client_of, who):
    assert {client_of(cast[who]).get(url(name, found)).status_code for name in PAGES} == {404}


def test_after_the_recommendation_points_are_refused_with_a_sentence(cast, case, client_of):
    found = case(State.RECOMMENDED)
    page = words(client_of(cast["rune"]).post(url("scores", found), points_of(found, 0) | {"comment": "For sent."}))
    assert "Sagen er ikke længere under vurdering." in page
    assert Application.objects.get(pk=found.pk).assessments.get(assessor=cast["rune"]).comment == "God idé, lidt dyr."
