"""The pages of meetings, items, decisions and letters: right and wrong roles, forged ids, bad input, all or nothing."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from applications import agenda, agenda_path
from applications.agenda_text import drafted
from applications.door import AlreadyHandled, NotYet, NotYours, WrongAnswers
from applications.models import AgendaItem, Application, Meeting
from applications.states import State
from journal import clock
from journal.models import Event, Message
from people.models import Committee
from tests.cast import Walker, make_round
from tests.test_round_list import queries_of

SECTION_FIELDS = ("summary", "recommendation", "presentation", "economy", "climate", "annexes")


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def words(response) -> str:
    return response.content.decode()


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words(response)))


@pytest.fixture
def browser(cast, client_of):
    return lambda who: client_of(cast[who])


@pytest.fixture
def several(cast, walker):
    """`several(n)`: n cases of the round on one item of one meeting; the walker keeps the last."""

    def placed(count):
        cases = []
        for _number in range(count):
            clock.set_to(walker.round.opens + timedelta(days=1))
            walker(State.APPROVED_FOR_DECISION)
            cases.append(walker.case)
        clock.set_to(clock.now() + timedelta(days=Meeting.objects.count()))
        walker.place()
        for case in cases[:-1]:
            from applications.door import take

            take("place_on_agenda", case.pk, cast["karen"], answers={"meeting": walker.meeting})
        return [Application.objects.get(pk=case.pk) for case in cases]

    return placed


def decision_of(cases, **minutes):
    """The page's fields as it shows them: every case as recommended."""
    typed = {"text": "Godkendt.", **minutes}
    for case in cases:
        typed |= {f"case-{case.pk}-outcome": "grant", f"case-{case.pk}-amount": "40.000", f"case-{case.pk}-reason": "Fint."}
    return typed


def states(cases):
    return [Application.objects.get(pk=case.pk).state for case in cases]


# ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────────────

READ, PLACE, SECRETARY_ONLY = {"karen", "signe", "mads", "rasmus"}, {"karen", "signe"}, {"signe"}
PAGES = {
    "meetings": READ,
    "meeting": READ,
    "item": READ,
    "item-text": READ,
    "plan-meeting": SECRETARY_ONLY,
    "cancel-meeting": SECRETARY_ONLY,
    "edit-item": PLACE,
    "release-all": PLACE,
    "place-all": PLACE,
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_to_its_roles_alone(case, walker, browser, page):
    case(State.ON_AGENDA)
    ids = {"meetings": [], "plan-meeting": [], "meeting": [walker.meeting.pk], "cancel-meeting": [walker.meeting.pk]}
    ids["place-all"] = [walker.round.pk]
    address = url(page, *ids.get(page, [walker.item.pk]))
    opened = {who for who in ("karen", "signe", "mads", "rasmus", "anna", "ulla", "frida", "rune", "otto", "asger")
              if browser(who).get(address).status_code == 200}  # fmt: skip
    assert opened == PAGES[page]


@pytest.mark.parametrize("who", ["karen", "mads", "rasmus", "anna", "frida"])
def test_only_the_secretary_turns_meetings_and_decides(case, walker, browser, who):
    case(State.ON_AGENDA)
    walker.to_meeting()
    answers = [
        browser(who).post(url("turn-meeting", walker.meeting.pk, "afslut")).status_code,
        browser(who).post(url("decide", walker.item.pk), decision_of([walker.case])).status_code,
        browser(who).post(url("cancel-meeting", walker.meeting.pk), {"reason": "x"}).status_code,
    ]
    assert answers == [403, 403, 403]
    assert states([walker.case]) == [State.ON_AGENDA]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("meeting", [999]),
        ("cancel-meeting", [999]),
        ("item", [999]),
        ("item", [10**30]),
        ("edit-item", [999]),
        ("item-text", [999]),
        ("decide", [999]),
        ("release-all", [999]),
        ("item-document", [1, 999]),
        ("place-all", [999]),
        ("release-letter", ["2026-999"]),
    ],
)
def test_what_does_not_exist_is_not_found(cast, browser, name, args):
    assert browser("signe").get(url(name, *args)).status_code == 404


def test_an_unknown_act_does_nothing_and_says_nothing(case, walker, browser):
    case(State.ON_AGENDA)
    before = Event.objects.count()
    assert browser("signe").post(url("turn-item", walker.item.pk, "slet")).status_code == 404
    assert browser("signe").post(url("turn-meeting", walker.meeting.pk, "slet")).status_code == 404
    assert browser("signe").get(url("turn-item", walker.item.pk, "send")).status_code == 405
    assert Event.objects.count() == before


# ── meetings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_of(committee, day, **changes):
    typed = {"committee": committee.pk, "day_day": day.day, "day_month": day.month, "day_year": day.year, "time": "15.00"}
    return typed | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"committee": "999"}, "Marker en gyldig valgmulighed"),
        ({"committee": "x" * 500}, "Marker en gyldig valgmulighed"),
        ({"time": "kl. 3"}, "Skriv tiden som 15.00."),
        ({"day_day": "31", "day_month": "2"}, "Datoen passer ikke. Skriv den fx som 3 2 2026."),
        ({"day_year": "2020"}, "Udvalget findes ikke den dag. Vælg en anden dag eller et andet udvalg."),
        ({"day_day": "1", "day_month": "2", "day_year": "2026"}, "Vælg et tidspunkt, der ikke er passeret."),
    ],
)
def test_a_meeting_that_cannot_be_planned_says_why_and_keeps_what_was_typed(browser, cast, committee, changes, said):
    page = browser("signe").post(url("plan-meeting"), plan_of(committee, date(2026, 4, 1), place="Sal 7") | changes)
    assert page.status_code == 200
    assert said in words(page)
    assert "Sal 7" in words(page)
    assert not Meeting.objects.exists()


def test_two_presses_plan_one_meeting(browser, cast, committee):
    typed = plan_of(committee, date(2026, 4, 1))
    browser("signe").post(url("plan-meeting"), typed)
    again = browser("signe").post(url("plan-meeting"), typed)
    assert "Udvalget har allerede et møde på det tidspunkt. Vælg et andet tidspunkt." in words(again)
    assert Meeting.objects.count() == 1


def test_the_lead_times_are_counted_back_with_days_left(browser, cast, committee):
    browser("signe").post(url("plan-meeting"), plan_of(committee, date(2026, 3, 14)))
    said = text_of(browser("signe").get(url("meeting", Meeting.objects.get().pk)))
    assert "Udkast til sekretariatet 2. marts 2026 , i dag" in said
    assert "Dagsordensmøde med formanden 7. marts 2026 , om 5 dage" in said
    assert "Dagsordenen offentliggøres 9. marts 2026 , om 7 dage" in said
    assert "Udkast til sekretariatet: 2. marts 2026 , i dag" in text_of(browser("signe").get(url("meetings")))


def test_a_meeting_is_not_held_before_it_begins(case, walker, cast, browser):
    case(State.ON_AGENDA)
    said = words(browser("signe").post(url("turn-meeting", walker.meeting.pk, "holdt"), follow=True))
    assert "Mødet er ikke begyndt endnu." in said
    assert Meeting.objects.get().status == "planned"


def test_closing_names_the_undecided_and_a_second_press_is_friendly(case, walker, cast, browser):
    undecided = case(State.ON_AGENDA)
    walker.to_meeting()
    address = url("turn-meeting", walker.meeting.pk, "afslut")
    assert f"1 sag mangler en beslutning: {undecided.number}." in words(browser("signe").post(address, follow=True))
    page = text_of(browser("signe").get(url("meeting", walker.meeting.pk)))
    assert "Afslut mødet" not in page
    assert "Registrér beslutningen om Runde 1, 2026" in page
    browser("signe").post(url("decide", walker.item.pk), decision_of([undecided]))
    assert "Mødet er nu «Afsluttet»." in words(browser("signe").post(address, follow=True))
    assert "Mødet er nu «Afsluttet»." in words(browser("signe").post(address, follow=True))
    assert Event.objects.filter(step="close_meeting").count() == 1


def test_a_cancelled_meeting_frees_its_cases_and_closes_its_item(case, walker, browser, cast):
    placed = case(State.ON_AGENDA)
    address = url("cancel-meeting", walker.meeting.pk)
    assert placed.number in words(browser("signe").get(address))
    empty = browser("signe").post(address, {"reason": ""})
    assert empty.status_code == 200
    assert Meeting.objects.get().status == "planned"
    assert browser("signe").post(address, {"reason": "Mangler medlemmer"}).url == url("meeting", walker.meeting.pk)
    assert states([placed]) == [State.APPROVED_FOR_DECISION]
    assert "er «Aflyst» og kan ikke aflyses" in words(browser("signe").get(address))
    again = browser("signe").post(address, {"reason": "Igen"})
    assert "Mødet er nu «Aflyst»." in words(again)
    assert "Mødet er aflyst. Sagerne venter på et nyt møde." in words(browser("malene").get(url("item", walker.item.pk)))
    for act in (
        lambda: agenda.approve_text(walker.item.pk, cast["malene"]),
        lambda: agenda.write(walker.item.pk, cast["signe"], walker.item.revision, sections={}),
    ):
        with pytest.raises(AlreadyHandled, match="aflyst"):
            act()


def test_cases_are_placed_together_and_only_on_the_rounds_own_committee(case, walker, browser, cast, committee):
    approved = case(State.APPROVED_FOR_DECISION)
    address = url("place-all", walker.round.pk)
    assert "Der er ikke planlagt et møde i udvalget" in words(browser("signe").get(address))
    other = Committee.objects.create(name="Økonomiudvalget", valid_from=date(2026, 1, 1))
    strange = agenda.plan(other, clock.now() + timedelta(days=9), by=cast["signe"])
    right = agenda.plan(committee, clock.now() + timedelta(days=9), by=cast["signe"])
    assert "Marker en gyldig valgmulighed" in words(browser("signe").post(address, {"meeting": strange.pk}))
    assert states([approved]) == [State.APPROVED_FOR_DECISION]
    assert "1 sag er sat på dagsordenen." in words(browser("signe").post(address, {"meeting": right.pk}, follow=True))
    assert approved.placements.get().item.meeting == right
    assert "Ingen sager venter på et møde" in words(browser("signe").get(address))


def test_who_has_an_interest_places_the_others_and_never_their_own(case, walker, browser, cast, committee):
    from applications import assessing

    own = case(State.APPROVED_FOR_DECISION)
    assessing.declare(own.pk, cast["kurt"], "disqualified", "Min søster leder enheden.")
    agenda.plan(committee, clock.now() + timedelta(days=9), by=cast["signe"])
    page = browser("kurt").get(url("place-all", walker.round.pk))
    assert (page.status_code, "Ingen sager venter på et møde" in words(page)) == (200, True)


# ── the text ────────────────────────────────────────────────────────────────────────────────────────────────────────


def typed_text(item, **changes):
    fields = {"revision": item.revision, "title": item.title, "case_number": item.case_number, "competence": "decides"}
    return fields | {"is_open": "yes", "closed_reason": ""} | drafted(item) | changes


def test_a_section_nobody_edited_goes_on_following_the_cases(several, walker, browser, cast):
    several(1)
    item = walker.item
    browser("signe").post(url("edit-item", item.pk), typed_text(item, economy="Vores egen tekst."))
    item.refresh_from_db()
    assert {key for key, text in item.sections.items() if text} == {"economy"}
    assert item.written_by == cast["signe"]


def test_the_drafted_text_is_one_press_away_and_the_rest_stays_as_typed(case, walker, browser):
    case(State.ON_AGENDA)
    item = walker.item
    typed = typed_text(item, economy="Vores egen tekst.", climate="Vores klima.", again="economy", title="Ny overskrift")
    page = browser("signe").post(url("edit-item", item.pk), typed)
    assert "Vores egen tekst." not in words(page)
    assert drafted(item)["economy"].splitlines()[0] in words(page)
    assert ["Vores klima." in words(page), "Ny overskrift" in words(page)] == [True, True]
    assert "Hent forslaget til «Klima- og miljøkonsekvenser» igen" in words(page)
    item.refresh_from_db()
    assert item.sections == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_open": "no"}, "Skriv, hvorfor punktet er lukket, og efter hvilken regel."),
        ({"case_number": "1.2.3"}, "Skriv sagsnummeret som 00.30.10-Ø34-1-26."),
        ({"number": "99999"}, "9999"),
        ({"number": "syv"}, "heltal"),
        ({"title": ""}, "Overskrift"),
        ({"title": "x" * 300}, "200"),
        ({"competence": "hersker"}, "Marker en gyldig valgmulighed"),
        ({"revision": "0"}, "En anden har rettet i punktet, siden du åbnede det."),
        ({"revision": "9" * 40}, "En anden har rettet i punktet, siden du åbnede det."),
        ({"summary": ""}, "Resumé"),
        ({"summary": "ø" * 20_001}, "20000"),
    ],
)
def test_a_text_that_cannot_be_saved_says_why_and_keeps_the_rest(case, walker, browser, changes, said):
    case(State.ON_AGENDA)
    page = browser("signe").post(url("edit-item", walker.item.pk), typed_text(walker.item, economy="Vores tekst.") | changes)
    assert page.status_code == 200
    assert said in text_of(page)
    assert "Vores tekst." in words(page)
    assert AgendaItem.objects.get().sections == {}


def test_a_closed_item_says_so_with_its_reason(case, walker, browser):
    case(State.ON_AGENDA)
    reason = "Personsag, styrelsesloven § 10."
    browser("signe").post(url("edit-item", walker.item.pk), typed_text(walker.item, is_open="no", closed_reason=reason))
    assert reason in words(browser("mads").get(url("item", walker.item.pk)))
    assert "Lukket" in text_of(browser("mads").get(url("meeting", walker.meeting.pk)))


def test_an_approved_text_is_approved_again_when_a_case_comes_or_goes(several, walker, cast):
    first, second = several(2)
    for change in (
        lambda: walker.take("take_off_agenda", "karen", reason="Flyttes"),
        lambda: walker.take("place_on_agenda", "karen", meeting=walker.meeting),
        lambda: walker.take("withdraw", "anna"),
    ):
        agenda.approve_text(walker.item.pk, cast["malene"])
        assert AgendaItem.objects.get().status == "ready"
        change()
        assert (AgendaItem.objects.get().status, AgendaItem.objects.get().approved_by) == ("draft", None)
    assert f"{first.number}" != second.number


def test_an_item_without_cases_is_not_sent(case, walker, cast):
    case(State.ON_AGENDA)
    walker.take("withdraw", "anna")
    agenda.approve_text(walker.item.pk, cast["malene"])
    with pytest.raises(NotYet, match="ingen sager"):
        agenda.send(walker.item.pk, cast["signe"])


def test_an_empty_supplement_is_refused_and_a_sent_text_is_locked(case, walker, browser, cast):
    case(State.ON_AGENDA)
    agenda.approve_text(walker.item.pk, cast["malene"])
    browser("signe").post(url("turn-item", walker.item.pk, "send"))
    supplement = url("turn-item", walker.item.pk, "supplement")
    assert "Skriv de supplerende oplysninger." in words(browser("karen").post(supplement, {"text": "  "}, follow=True))
    page = browser("karen").post(supplement, {"text": "Ét tilbud er faldet væk. <b>Nu</b>"}, follow=True)
    assert "Ét tilbud er faldet væk. &lt;b&gt;Nu&lt;/b&gt;" in words(page)
    assert "Teksten er sendt til udvalget og låst." in words(browser("karen").get(url("edit-item", walker.item.pk)))
    again = browser("signe").post(url("turn-item", walker.item.pk, "send"), follow=True)
    assert "Punktet er nu «Sendt til udvalget»." in words(again)
    assert Event.objects.filter(step="send_item").count() == 1


def test_the_path_shows_who_and_when_and_one_next_act(case, walker, browser, cast):
    case(State.ON_AGENDA)
    item = url("item", walker.item.pk)
    says = lambda who: agenda_path.following(AgendaItem.objects.get(), cast[who], letters())  # noqa: E731
    letters = lambda: agenda_path.letters_left(AgendaItem.objects.get()).count()  # noqa: E731
    assert [says("malene").act, says("signe").act, says("karen").act] == ["approve", "", ""]
    browser("malene").post(url("turn-item", walker.item.pk, "godkend"))
    assert [says("signe").act, says("malene").act] == ["send", ""]
    browser("signe").post(url("turn-item", walker.item.pk, "send"))
    assert says("signe").act == ""
    clock.set_to(walker.meeting.at + timedelta(hours=1))
    assert [says("signe").act, says("karen").act] == ["hold", ""]
    browser("signe").post(url("turn-meeting", walker.meeting.pk, "holdt"))
    assert [says("signe").act, says("rasmus").act] == ["decide", ""]
    browser("signe").post(url("decide", walker.item.pk), decision_of([walker.case]))
    assert [says("signe").act, says("karen").act] == ["final", ""]
    today = clock.today()
    final = {"day_day": today.day, "day_month": today.month, "day_year": today.year}
    browser("signe").post(url("turn-item", walker.item.pk, "endelig"), final)
    assert [says("signe").act, says("karen").act, says("mads").act] == ["release", "release", ""]
    browser("signe").post(url("release-all", walker.item.pk))
    assert says("signe") == agenda_path.Next("Punktet er færdigt: protokollen er endelig, og alle breve er sendt.")
    reached = [
        (stage.label, str(stage.event.actor), stage.is_current) for stage in agenda_path.stages(AgendaItem.objects.get())
    ]
    assert reached == [
        ("Skrevet", "Karen Konsulent", False),
        ("Godkendt", "Malene Direktør", False),
        ("Sendt", "Signe Sekretær", False),
        ("Besluttet", "Signe Sekretær", False),
        ("Protokol endelig", "Signe Sekretær", True),
    ]
    assert words(browser("signe").get(item)).count('aria-current="step"') == 1


# ── the decision ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_wrong_case_of_three_stops_all_and_each_error_names_its_case(several, walker, browser):
    cases = several(3)
    walker.to_meeting()
    typed = decision_of(cases, absentees="Peter Jensen (A)")
    typed |= {
        f"case-{cases[0].pk}-amount": "50.000",
        f"case-{cases[1].pk}-amount": "",
        f"case-{cases[2].pk}-reason": "Behold mig",
    }
    page = browser("signe").post(url("decide", walker.item.pk), typed)
    assert f"Skriv det bevilgede beløb i {cases[1].number}." in words(page)
    typed[f"case-{cases[1].pk}-amount"] = "99.000"
    page = words(browser("signe").post(url("decide", walker.item.pk), typed))
    assert page.count("Beløbet skal ligge mellem") == 4  # two cases, each in the summary and at its field
    for place in (0, 1):
        assert re.search(rf'id="id_case-{cases[place].pk}-amount_error"|id_case-{cases[place].pk}-amount', page)
    assert ["Peter Jensen (A)" in page, "Behold mig" in page] == [True, True]
    assert states(cases) == [State.ON_AGENDA] * 3
    assert not Event.objects.filter(step__in=["decide_item", "grant"]).exists()


def test_each_case_gets_its_own_outcome_in_one_go(several, walker, browser, cast):
    cases = several(4)
    walker.to_meeting()
    one, two, three, four = (f"case-{case.pk}" for case in cases)
    typed = decision_of(cases, dissent="Ø stemte imod.", disqualified_members="Ida Holm (V)") | {
        f"{one}-amount": "25.000,50",
        f"{two}-outcome": "refuse",
        f"{three}-outcome": "postpone",
        f"{four}-outcome": "send_back",
    }
    page = browser("signe").post(url("decide", walker.item.pk), typed, follow=True)
    assert states(cases) == [State.GRANTED, State.REFUSED, State.APPROVED_FOR_DECISION, State.UNDER_ASSESSMENT]
    assert Application.objects.get(pk=cases[0].pk).granted_amount == 25_000_50
    assert ["Ø stemte imod." in words(page), "Ida Holm (V)" in words(page)] == [True, True]
    again = browser("signe").post(url("decide", walker.item.pk), typed)
    assert (again.status_code, again.url) == (302, url("item", walker.item.pk))
    assert Event.objects.filter(step="decide_item").count() == 1


@pytest.mark.parametrize("outcome", ["refuse", "send_back"])
def test_a_refusal_needs_its_reason_at_the_case(case, walker, browser, outcome):
    placed = case(State.ON_AGENDA)
    walker.to_meeting()
    typed = decision_of([placed]) | {f"case-{placed.pk}-outcome": outcome, f"case-{placed.pk}-reason": " "}
    page = browser("signe").post(url("decide", walker.item.pk), typed)
    assert f"Skriv begrundelsen i {placed.number}." in words(page)
    assert states([placed]) == [State.ON_AGENDA]


@pytest.mark.parametrize(
    "forged",
    [
        {"outcome": "slet"},
        {"outcome": "refer_onwards"},
        {"amount": "-5"},
        {"amount": "9" * 60},
        {"amount": "tyve"},
        {"amount": "0"},
        {"reason": "ø" * 5000},
    ],
)
def test_bad_input_in_a_case_changes_nothing(case, walker, browser, forged):
    placed = case(State.ON_AGENDA)
    walker.to_meeting()
    typed = decision_of([placed]) | {f"case-{placed.pk}-{name}": value for name, value in forged.items()}
    assert browser("signe").post(url("decide", walker.item.pk), typed).status_code == 200
    assert states([placed]) == [State.ON_AGENDA]


def test_a_case_of_another_item_cannot_be_smuggled_in(case, walker, cast, browser, year, committee):
    placed = case(State.ON_AGENDA)
    walker.to_meeting()
    clock.set_to(walker.round.opens + timedelta(days=1))
    other = Walker(cast, make_round(cast, year, committee, name="Runde 2, 2026"))
    strange = other(State.APPROVED_FOR_DECISION)
    clock.set_to(clock.now() + timedelta(days=1))
    other.place()
    clock.set_to(walker.meeting.at + timedelta(hours=2))
    browser("signe").post(url("decide", walker.item.pk), decision_of([placed, strange]))
    assert states([placed, strange]) == [State.GRANTED, State.ON_AGENDA]


def test_a_case_is_sent_on_to_the_council_and_needs_a_meeting_there(case, walker, browser, cast):
    placed = case(State.ON_AGENDA)
    council = Committee.objects.create(name="Byrådet", valid_from=date(2026, 1, 1), is_council=True)
    later = agenda.plan(council, walker.meeting.at + timedelta(days=14), by=cast["signe"])
    walker.to_meeting()
    typed = decision_of([placed]) | {f"case-{placed.pk}-outcome": "refer_onwards"}
    page = browser("signe").post(url("decide", walker.item.pk), typed)
    assert f"Vælg det møde, som {placed.number} sendes videre til." in words(page)
    forged = browser("signe").post(url("decide", walker.item.pk), typed | {"refer_to": walker.meeting.pk})
    assert (forged.status_code, states([placed])) == (200, [State.ON_AGENDA])
    browser("signe").post(url("decide", walker.item.pk), typed | {"refer_to": later.pk})
    assert placed.placements.get(outcome="").item.meeting == later
    assert "Sendt videre" in text_of(browser("signe").get(url("item", walker.item.pk)))


def test_the_page_says_what_is_granted_against_the_ceiling(several, walker, browser):
    cases = several(2)
    walker.to_meeting()
    page = words(browser("signe").get(url("decide", walker.item.pk)))
    assert '<output class="num" data-sum-of="case-amount">80.000\xa0kr.</output>' in page
    assert page.count('data-sums-when="grant"') == 2
    typed = decision_of(cases) | {"text": "", f"case-{cases[0].pk}-outcome": "refuse"}
    assert ">40.000\xa0kr.</output>" in words(browser("signe").post(url("decide", walker.item.pk), typed))


def test_the_decision_page_leads_back_before_the_meeting_and_after(case, walker, browser):
    case(State.ON_AGENDA)
    answer = browser("signe").get(url("decide", walker.item.pk))
    assert (answer.status_code, answer.url) == (302, url("item", walker.item.pk))


def test_who_approved_a_case_does_not_record_it_and_nothing_is_recorded(case, walker, browser, cast):
    from people import appointments
    from people.models import Unit

    placed = case(State.ON_AGENDA)
    walker.to_meeting()
    top = Unit.objects.get(name="Næstved Kommune")
    appointments.appoint(cast["mads"], "secretary", top, by=None, valid_from=date(2025, 1, 1))
    page = browser("mads").post(url("decide", walker.item.pk), decision_of([placed]))
    assert "Din rolle i sagen giver ikke lov til det." in words(page)
    assert states([placed]) == [State.ON_AGENDA]


# ── minutes and letters ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_minutes_are_final_between_the_meeting_and_today(case, walker, browser, cast):
    case(State.GRANTED)
    address = url("turn-item", walker.item.pk, "endelig")
    for typed, said in [
        ({}, "Skriv den dag, protokollen blev endelig."),
        ({"day_day": "1", "day_month": "1", "day_year": "2026"}, "Vælg en dag fra mødedagen til og med i dag."),
        ({"day_day": "1", "day_month": "1", "day_year": "2031"}, "Vælg en dag fra mødedagen til og med i dag."),
    ]:
        assert said in words(browser("signe").post(address, typed, follow=True))
    assert AgendaItem.objects.get().status == "decided"
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())


def test_a_members_demand_holds_minutes_and_letters(case, walker, browser, cast):
    placed = case(State.ON_AGENDA)
    walker.to_meeting()
    browser("signe").post(url("decide", walker.item.pk), decision_of([placed], council_demanded="on"))
    page = text_of(browser("signe").get(url("item", walker.item.pk)))
    assert "Et medlem har krævet sagen indbragt for byrådet." in page
    with pytest.raises(NotYet, match="byrådet"):
        agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    held = browser("signe").get(url("release-letter", placed.number))
    assert "Brevet venter, til protokollen er endelig." in words(held)
    browser("signe").post(url("release-letter", placed.number))
    assert Application.objects.get().letter_released_at is None


def test_the_letters_page_names_who_is_told_and_each_is_told_once(several, walker, browser, cast):
    cases = several(2)
    walker.to_meeting()
    browser("signe").post(url("decide", walker.item.pk), decision_of(cases))
    assert "Ingen breve venter" in words(browser("signe").get(url("release-all", walker.item.pk)))
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    page = text_of(browser("signe").get(url("release-all", walker.item.pk)))
    assert page.count("Anna Ansøger, Ulla Leder") + page.count("Anna Ansøger , Ulla Leder") == 2
    one = browser("signe").get(url("release-letter", cases[0].number))
    assert "Send brevet til enheden" in words(one)
    browser("signe").post(url("release-letter", cases[0].number))
    browser("signe").post(url("release-letter", cases[0].number))
    said = words(browser("signe").post(url("release-all", walker.item.pk), follow=True))
    assert "1 brev er sendt." in said
    browser("signe").post(url("release-all", walker.item.pk))
    told = Message.objects.filter(template="letter_released").values_list("person__name", flat=True)
    assert sorted(told) == ["Anna Ansøger", "Anna Ansøger", "Ulla Leder", "Ulla Leder"]


def test_who_is_disqualified_sends_no_letter(case, walker, cast, browser):
    from applications import assessing

    granted = case(State.GRANTED)
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    assessing.declare(granted.pk, cast["kurt"], "disqualified", "Min søster leder enheden.")
    with pytest.raises(NotYours):
        agenda.release_letter(granted.pk, cast["kurt"])
    assert granted.title not in words(browser("kurt").get(url("release-all", walker.item.pk)))


def test_a_supplement_and_a_day_outside_are_refused_by_the_domain_too(case, walker, cast):
    case(State.GRANTED)
    with pytest.raises(AlreadyHandled):
        agenda.add_supplement(walker.item.pk, cast["signe"], "For sent")
    with pytest.raises(WrongAnswers):
        agenda.finalise_minutes(walker.item.pk, cast["signe"], walker.meeting.at.date() - timedelta(days=1))


def test_the_text_page_holds_every_section_and_the_minutes(case, walker, browser):
    case(State.GRANTED)
    page = words(browser("signe").get(url("item-text", walker.item.pk)))
    labels = re.findall(r"<label[^>]*>([^<]+)<textarea", page)
    assert [label.strip() for label in labels] == [
        "Overskrift",
        "Resumé",
        "Indstilling",
        "Beslutning",
        "Sagsfremstilling",
        "Økonomi",
        "Klima- og miljøkonsekvenser",
        "Bilag",
    ]


# ── queries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_take_few_queries_however_many_cases(several, walker, browser, cast):
    signe, counts = browser("signe"), []
    for count in (1, 3):
        clock.set_to(walker.round.opens)
        cases = several(count)
        item = walker.item.pk
        before = [("meeting", walker.meeting.pk), ("item", item), ("edit-item", item)]
        seen = [queries_of(signe, url("meetings")), *[queries_of(signe, url(*page)) for page in before]]
        walker.to_meeting()
        seen.append(queries_of(signe, url("decide", item)))
        signe.post(url("decide", item), decision_of(cases))
        agenda.finalise_minutes(item, cast["signe"], clock.today())
        seen.append(queries_of(signe, url("item", item)))
        counts.append([*seen, queries_of(signe, url("release-all", item))])
    assert counts[0] == counts[1]
    meetings, meeting, draft, edit, decide, final, release = counts[0]
    assert max(meetings, meeting, decide, final) <= 12, counts[0]
    assert max(draft, edit) <= 20, counts[0]  # every section is written from the cases
    assert release <= 22, counts[0]  # who is told of each letter


def test_a_refused_supplement_comes_back_as_it_was_typed(case, walker, cast, client_of):
    case(State.ON_AGENDA)
    walker.to_meeting()
    typed = "Nye oplysninger. " + "x" * 8000
    address = reverse("applications:turn-item", args=[walker.item.pk, "supplement"])
    answer = client_of(cast["karen"]).post(address, {"text": typed})
    assert answer.status_code == 200
    assert typed in answer.content.decode()
