"""The figures of a round, exact from the played round; two rounds beside each other; what to do differently next time."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import agenda, assessing, round_figures, round_lines
from applications.rehearsal import DATA, Rehearsal, as_recommended
from applications.states import State
from journal import clock
from journal.models import Event
from pool import rounds
from pool.models import Round
from tests.cast import Walker, make_round


def said(found) -> dict[tuple[str, str], str]:
    return {(line.section, line.label): line.said.replace("\xa0", " ") for line in round_lines.lines(found)}


@pytest.mark.django_db
def test_the_played_round_to_the_last_kroner(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    played = Rehearsal()
    played.play()
    with CaptureQueriesContext(connection) as queries:
        found = round_figures.figures(played.round)
    assert len(queries) <= 12
    whole = found.whole
    assert (whole.sent, whole.granted, whole.partly, whole.refused, whole.percent) == (23, 9, 1, 14, 39)
    assert (whole.sought, whole.given) == (274_550_000, 52_000_000)
    given = json.loads((DATA / "applications.json").read_text(encoding="utf-8"))
    assert sum(not each["gates"]["not_ordinary_operation"] for each in given if not each["recommended_amount"]) == 6
    assert found.unmet == [("Ikke almindelig drift eller vedligehold", 6)]
    centres = {share.label: (share.sent, share.granted, share.given) for share in found.by_centre}
    assert centres["Center for Dagtilbud, Skole og Forebyggelse"] == (9, 6, 33_750_000)
    assert sum(given for _sent, _granted, given in centres.values()) == 52_000_000
    kinds = {share.label: (share.sent, share.granted, share.given) for share in found.by_kind}
    assert kinds["Daginstitution"] == (5, 4, 19_150_000) and sum(row[0] for row in kinds.values()) == 23
    words = said(found)
    assert words["Tema", "Fødevarer og madspild: bevilget"] == "159.000 kr."
    assert words["Runden", "Fra sendt til afgjort, median"] == "53,8 dage"
    assert words["Tid", "Indstillet af konsulenten, median"] == "2 dage"
    assert words["Tid", "Indsendt, længst"] == "33,9 dage"
    waste = next(row for row in found.expected if row.unit == "kg/år" and row.theme == "Affald og genanvendelse")
    assert (waste.money, waste.projects, waste.value) == (8_700_000, 2, Decimal("45.98"))
    assert found.reported == []


# ── small worlds ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_time_in_each_state_counts_every_stay_and_none_that_goes_on(walker, cast):
    walker(State.AWAITING_INFORMATION)
    asked = clock.now()
    clock.set_to(asked + timedelta(days=3, hours=12))
    assessing.answer_question(walker.case.pk, cast["anna"], {walker.case.questions.get().pk: "Fire stuer."})
    walker.take("provide_information", "ulla")
    walker.ask()
    clock.set_to(clock.now() + timedelta(days=1))
    times = {row.label: (row.cases, row.median_days, row.longest_days) for row in round_figures.figures(walker.round).times}
    assert times["Afventer oplysninger"] == (1, Decimal("3.5"), Decimal("3.5"))
    assert "På dagsorden" not in times
    walker.take("resume_assessment", "karen", reason="Fristen er gået.")
    times = {row.label: row.median_days for row in round_figures.figures(walker.round).times}
    assert times["Afventer oplysninger"] == Decimal("4.5")


def test_a_reopened_decision_counts_its_second_stay_on_the_agenda(walker, cast):
    walker(State.ON_AGENDA)
    placed = clock.now()
    walker.to_meeting()
    agenda.decide(walker.item.pk, cast["signe"], [as_recommended(walker.case.pk)], text="Ja.")
    first = clock.now() - placed
    clock.set_to(clock.now() + timedelta(days=2))
    walker.take("reopen_decision", "signe", reason="Skrevet forkert.")
    clock.set_to(clock.now() + timedelta(days=4))
    walker.take("refuse", "signe", reason="Nej.")
    found = {row.label: row.longest_days for row in round_figures.figures(walker.round).times}
    assert found["På dagsorden"] == round_figures.days(first + timedelta(days=4))


def test_help_partial_grants_and_withdrawn_are_counted_and_a_draft_is_not(cast, open_round):
    first, second, draft = (Walker(cast, open_round) for _each in range(3))
    first(State.SUBMITTED)
    second(State.SUBMITTED)
    draft(State.DRAFT)
    second.take("withdraw", "anna")
    assessing.log_help(first.case.pk, cast["karen"], "Læste budgettet.", substantial=False)
    clock.set_to(clock.now() + timedelta(minutes=5))
    assessing.log_help(first.case.pk, cast["kurt"], "Skrev formålet.", substantial=True)
    first.begin()
    first.recommend(30_000_00)
    first.approve()
    first.place()
    first.decide(State.GRANTED)
    found = round_figures.figures(open_round)
    assert (found.whole.sent, found.whole.granted, found.whole.partly, found.withdrawn, found.undecided) == (2, 1, 1, 1, 0)
    assert found.whole.percent == 100
    help_ = found.help
    assert (help_.given, help_.substantial, help_.cases, help_.asked, help_.wanted) == (2, 1, 1, 0, 0)
    [granted] = [row for row in found.expected if row.unit == "kg/år"]
    assert (granted.value, granted.money, granted.basis) == (Decimal("70.00"), 30_000_00, "estimated")


def test_what_was_reported_is_held_to_what_was_spent(walker):
    walker(State.COMPLETED)
    [reported] = round_figures.figures(walker.round).reported
    assert (reported.theme, reported.basis, reported.money) == ("Affald og genanvendelse", "measured", 38_000_00)
    assert (reported.value, reported.range_said) == (Decimal("64.21"), "uden spænd")


def test_queries_do_not_grow_with_the_round(cast, open_round):
    counts = []
    for _each in range(2):
        Walker(cast, open_round)(State.SUBMITTED)
        with CaptureQueriesContext(connection) as queries:
            round_figures.figures(open_round)
        counts.append(len(queries))
        clock.set_to(clock.now() + timedelta(minutes=1))
    assert counts[0] == counts[1]


def test_two_rounds_in_plain_words_and_as_a_file(cast, year, committee, open_round, client_of):
    Walker(cast, open_round)(State.SUBMITTED)
    later = {"opens": clock.now() + timedelta(days=30), "deadline": clock.now() + timedelta(days=50)}
    other = make_round(
        cast, year, committee, name="Runde 2, 2026", answer_by=(clock.now() + timedelta(days=90)).date(), **later
    )
    clock.set_to(clock.now() + timedelta(days=31))
    for _each in range(2):
        Walker(cast, other)(State.SUBMITTED)
        clock.set_to(clock.now() + timedelta(minutes=1))
    changes = round_lines.changes(round_figures.figures(open_round), round_figures.figures(other))
    words = [line.replace("\xa0", " ") for line in round_lines.in_words(changes)]
    assert words == ["Ansøgninger: 1 → 2", "Søgt i alt: 40.000 kr. → 80.000 kr."]
    browser = client_of(cast["mads"])
    page = browser.get("/runder/sammenlign/", {"a": other.pk, "b": open_round.pk})  # the older comes first all the same
    assert "Ansøgninger: 1 → 2" in page.content.decode()
    file = browser.get("/runder/sammenlign.csv", {"a": open_round.pk, "b": other.pk}).content.decode("utf-8-sig")
    assert "Runden;Ansøgninger;1;2" in file.splitlines()
    assert "to gange" in browser.get("/runder/sammenlign/", {"a": other.pk, "b": other.pk}).content.decode()
    assert browser.get("/runder/sammenlign/", {"a": "x"}).status_code == 200
    assert browser.get("/runder/sammenlign.csv").status_code == 404
    assert f"a={open_round.pk}&amp;b={other.pk}" in browser.get(f"/runder/{other.pk}/tal/").content.decode()


def test_who_reads_the_figures(walker, cast, client_of):
    walker(State.REFUSED)
    for who, status in (("karen", 200), ("mads", 200), ("frida", 200), ("rasmus", 200), ("anna", 403), ("rune", 403)):
        assert client_of(cast[who]).get(f"/runder/{walker.round.pk}/tal/").status_code == status
    text = client_of(cast["karen"]).get(f"/runder/{walker.round.pk}/tal.csv").content.decode("utf-8-sig")
    assert "Runden;Afslag;1" in text.splitlines()
    empty = client_of(cast["karen"]).get(f"/runder/{walker.round.pk}/").content.decode()
    assert f"/runder/{walker.round.pk}/tal/" in empty


def test_what_to_change_is_noted_and_shown_when_the_next_round_is_planned(open_round, cast, client_of):
    browser, address = client_of(cast["karen"]), f"/runder/{open_round.pk}/naeste-gang/"
    assert browser.post(address, {"text": "Giv mere tid."}).status_code == 302
    assert browser.post(address, {"text": "Giv mere tid."}).status_code == 302
    assert Round.objects.get(pk=open_round.pk).next_time == "Giv mere tid."
    assert Event.objects.filter(step="note_next_time").count() == 1
    for page in ("/runder/ny/", f"/runder/{open_round.pk}/kopi/", f"/runder/{open_round.pk}/tal/"):
        assert "Giv mere tid." in browser.get(page).content.decode(), page
    rounds.save(open_round, cast["karen"])  # a page that was read before the note keeps it
    assert Round.objects.get(pk=open_round.pk).next_time == "Giv mere tid."
    with pytest.raises(ValidationError):
        rounds.note_next_time(open_round, cast["karen"], "x" * 4001)
    assert client_of(cast["mads"]).get(address).status_code == 403
