"""Bad input and bad days: what is pressed twice, what no browser sends, and cases that nobody seems able to move."""

import threading
from datetime import date, timedelta
from email.errors import HeaderParseError

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage
from django.db import connection, connections  # noqa: F401  the mark reads it
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from applications import agenda, assessing, door
from applications.door import AlreadyHandled, NotYours, create
from applications.models import AgendaItem, Application, Hearing, HelpGiven, Meeting, Note
from applications.roles import roles_on
from applications.states import State
from journal import clock, outbox
from journal.models import Event, Message
from people import appointments, committees, units
from people.models import Committee, Person, RoleAssignment, Unit
from people.roles import Role
from pool.models import LedgerEntry, PoolYear, Round
from pool.years import stamp
from tests.cast import make_round

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one writer in at a time")
SLEEP = timedelta(minutes=1)


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def at(name, *args) -> str:
    return reverse(f"applications:{name}", args=args)


# ── what no browser sends ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_null_byte_in_a_path_is_a_bad_request_and_out_of_a_query_it_is_left(client_of, cast):
    for name in ("asger", "anna"):
        browser = client_of(cast[name])
        assert [browser.get(path).status_code for path in ("/ansoegninger/1%00/", "/%00")] == [400, 400]
    for query in ("q=a%00", "q=%%0000", "q=%00&x=%00"):
        assert client_of(cast["asger"]).get(f"/enheder/?{query}").status_code == 200


def test_a_null_byte_in_a_cookie_is_no_cookie(db):
    answer = Client().get("/om/", headers={"cookie": '__Host-pool-session="\\000abcdefghijk"'})
    assert answer.status_code == 200


def test_a_number_of_five_thousand_digits_is_no_case(client_of, cast, open_round):
    for name, page in (("karen", "declare-all"), ("mads", "approve-all")):
        for value in ("9" * 5000, f"1:{'9' * 5000}", "٣"):
            answer = client_of(cast[name]).post(at(page, open_round.pk), {"case": value})
            assert answer.status_code == 200


def test_a_supplement_with_a_null_byte_or_too_long_is_refused_and_kept_out(walker, cast, client_of):
    walker(State.ON_AGENDA)
    agenda.approve_text(walker.item.pk, cast["malene"])
    agenda.send(walker.item.pk, cast["signe"])
    for text, said in (("a\0b", "Null-tegn"), ("x" * 8001, "8000"), ("", "Skriv de supplerende oplysninger.")):
        address = at("turn-item", walker.item.pk, "supplement")
        answer = client_of(cast["signe"]).post(address, {"text": text}, follow=True)
        assert (answer.status_code, said.lower() in words(answer).lower()) == (200, True), words(answer)[:900]
    assert AgendaItem.objects.get().supplement == ""


@pytest.mark.parametrize("wanted", ["puljen", '"><svg onload=1>', "//evil.example", "https://evil.example/", "javascript:1"])
def test_signing_in_leads_to_our_own_pages_only(cast, wanted):
    cast["anna"].set_password("en lang adgangskode")
    cast["anna"].save()
    typed = {"email": "anna@naestved.example", "password": "en lang adgangskode", "next": wanted}
    assert Client().post("/log-ind/", typed).headers["Location"] == "/"


# ── pressed twice, one after the other ──────────────────────────────────────────────────────────────────────────────


def test_a_draft_begun_twice_at_once_is_one_draft(cast, open_round, monkeypatch):
    unit = Unit.objects.get(name="Børnehuset Solstrålen")
    first = create(cast["anna"], unit, open_round)
    assert create(cast["anna"], unit, open_round) == first
    another = create(cast["bo"], unit, open_round)
    clock.set_to(clock.now() + SLEEP)
    later = create(cast["anna"], unit, open_round)
    assert len({first.pk, another.pk, later.pk}) == Application.objects.count() == 3
    monkeypatch.setattr(door, "PRESSED_TWICE", timedelta(0))
    assert create(cast["anna"], unit, open_round) != later  # the teeth


def test_a_draft_that_was_written_in_is_not_given_again(walker, cast):
    walker()
    assert create(cast["anna"], walker.case.unit, walker.round) != walker.case


def test_notes_help_and_hearings_pressed_twice_are_one(walker, cast, monkeypatch):
    case = walker(State.UNDER_ASSESSMENT)
    unit = Unit.objects.get(name="Center for Ejendomme og Indkøb")

    def press():
        assessing.write_note(case.pk, cast["karen"], "Ring til Anna.")
        assessing.log_help(case.pk, cast["karen"], "Budgettet.", False)
        assessing.ask_hearing(case.pk, cast["karen"], unit, "Må de bore?", clock.today())
        return [model.objects.count() for model in (Note, HelpGiven, Hearing)]

    assert (press(), press()) == ([1, 1, 1], [1, 1, 1])
    assert Message.objects.filter(template="hearing_asked").count() == 1
    clock.set_to(clock.now() + SLEEP)
    assert press() == [2, 2, 2]
    monkeypatch.setattr(assessing, "PRESSED_TWICE", timedelta(0))
    assert press() == [3, 3, 3]  # the teeth: without the guard a second press counts


def test_an_interest_is_settled_and_a_hearing_stated_once_from_pages_of_the_same_age(walker, cast):
    case = walker(State.UNDER_ASSESSMENT)
    unit = Unit.objects.get(name="Center for Ejendomme og Indkøb")
    hearing = assessing.ask_hearing(case.pk, cast["karen"], unit, "Må de bore?", clock.today())
    stale = Hearing.objects.get()
    assessing.state_hearing(hearing, cast["henrik"], "for", "")
    with pytest.raises(AlreadyHandled):
        assessing.state_hearing(stale, cast["henrik"], "against", "Nej.")
    declaration = assessing.declare(case.pk, cast["kurt"], "possible", "Kender lederen.")
    old = type(declaration).objects.get(pk=declaration.pk)
    assessing.settle(declaration, cast["mads"], True)
    with pytest.raises(AlreadyHandled):
        assessing.settle(old, cast["malene"], False)
    declaration.refresh_from_db()
    assert (declaration.level, declaration.settled_by) == ("possible", cast["mads"])


def test_a_role_is_ended_and_an_access_closed_once(cast):
    role, same = RoleAssignment.objects.get(person=cast["bo"]), RoleAssignment.objects.get(person=cast["bo"])
    for row in (role, same):
        appointments.end(row, by=cast["asger"])
    for person in (Person.objects.get(pk=cast["bo"].pk), cast["bo"]):
        appointments.deactivate(person, by=cast["asger"])
    for person in (Person.objects.get(pk=cast["bo"].pk), cast["bo"]):
        appointments.reactivate(person, by=cast["asger"])
    steps = Event.objects.filter(subject=cast["bo"].subject).order_by("number").values_list("step", flat=True)
    assert list(steps) == ["appoint", "end_role", "deactivate", "reactivate", "invite"]


def test_two_units_of_one_name_do_not_hang_under_one_centre(municipality):
    centre = Unit.objects.get(name="Center for Dagtilbud, Skole og Forebyggelse")
    with pytest.raises(ValidationError, match="Der findes allerede en enhed med det navn samme sted."):
        units.found(None, name="åmosens skole".title(), kind="school", parent=centre)
    units.close(Unit.objects.get(name="Åmosens Skole"), clock.today(), None)
    units.found(None, name="Åmosens Skole", kind="school", parent=centre)
    units.found(None, name="Åmosens Skole", kind="school", parent=municipality)


# ── pressed twice in the same instant ───────────────────────────────────────────────────────────────────────────────


def at_once(browsers, addresses, data) -> list[int]:
    """The same post from each browser's thread to its address, behind one barrier; their answers."""
    barrier, answers = threading.Barrier(len(browsers)), []

    def press(browser, address):
        barrier.wait()
        answers.append(browser.post(address, data).status_code)
        connections.close_all()

    threads = [threading.Thread(target=press, args=both) for both in zip(browsers, addresses, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers)


@pytest.fixture
def pressing(client_of, cast):
    """`pressing(who, address, **data)`: four browsers of one person press at once; none may see a fault."""

    def press(who, *addresses, **data):
        addresses = addresses if len(addresses) > 1 else addresses * 4
        answers = at_once([client_of(cast[who]) for _address in addresses], addresses, data)
        assert max(answers) < 500, answers
        return answers

    return press


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_four_presses_in_the_registers_make_one_row(pressing, cast, year, committee):
    centre = Unit.objects.get(name="Center for Dagtilbud, Skole og Forebyggelse")
    pages = [f"/personer/{cast[name].pk}/rediger/" for name in ("otto", "bo", "olga", "anna")]
    pressing("asger", *pages, name="Den hurtigste", email="en@naestved.example")
    assert Person.objects.filter(name="Den hurtigste").count() == 1
    pressing("asger", "/personer/ny/", name="Nora Ny", email="nora@naestved.example")
    assert Person.objects.filter(name="Nora Ny").count() == 1
    facts = {"name": "Nyt hus", "kind": "daycare", "parent": centre.pk, "users_count": 1, "staff_count": 1}
    pressing("asger", "/enheder/ny/", **facts)
    assert Unit.objects.filter(name="Nyt hus").count() == 1
    first = {"valid_from_day": "1", "valid_from_month": "4", "valid_from_year": "2026"}
    pressing("asger", f"/personer/{cast['otto'].pk}/rolle/", role="auditor", unit=centre.pk, **first)
    assert RoleAssignment.objects.filter(person=cast["otto"]).count() == 1
    pressing("asger", "/udvalg/nyt/", name="Nyt udvalg", members=7, **first)
    assert Committee.objects.filter(name="Nyt udvalg").count() == 1
    pressing("frida", "/pulje/nyt-aar/", year=2027, account="")
    assert PoolYear.objects.filter(year=2027).count() == 1
    before = LedgerEntry.objects.count()
    booking = {"kind": "appropriate", "amount": "1000", "decision": "Byrådet", "confirm": "1", "seen": stamp(year)}
    pressing("frida", "/pulje/2026/bevilling/", **booking)
    assert LedgerEntry.objects.count() == before + 1
    day = {"day_day": "1", "day_month": "6", "day_year": "2026"}
    pressing("signe", "/moeder/nyt/", committee=committee.pk, time="12.00", place="Her", **day)
    assert Meeting.objects.count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_four_presses_on_the_road_of_a_case_move_it_once(pressing, walker, cast):
    pressing("anna", at("new", walker.round.pk))
    assert Application.objects.count() == 1
    case = walker(State.AWAITING_ENDORSEMENT)

    def steps(step):
        return Event.objects.filter(step=step).count()

    pressing("ulla", at("step", case.number, "endorse"), revision=Application.objects.get(pk=case.pk).revision)
    assert (steps("endorse"), case.versions.count()) == (1, 1)
    walker.begin()
    walker.recommend()
    assessing.declare(case.pk, cast["mads"], "none")
    case.refresh_from_db()
    pressing("mads", at("step", case.number, "approve_recommendation"), revision=case.revision)
    assert (steps("approve_recommendation"), Round.objects.get().reserved) == (1, 40_000_00)
    walker.place()
    walker.to_meeting()
    case.refresh_from_db()
    decision = {f"case-{case.pk}-outcome": "grant", f"case-{case.pk}-amount": "40.000", "text": "Godkendt."}
    pressing("signe", at("decide", walker.item.pk), **decision)
    assert (steps("decide_item"), steps("grant")) == (1, 1)
    agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())
    pressing("signe", at("release-all", walker.item.pk))
    assert (steps("release_letter"), Round.objects.get().committed) == (1, 40_000_00)


# ── nobody is left with a case that cannot move ─────────────────────────────────────────────────────────────────────


def test_the_council_has_decided_and_the_minutes_go_on(walker, cast, client_of):
    walker(State.GRANTED)
    AgendaItem.objects.update(council_demanded=True)
    browser, page = client_of(cast["signe"]), at("item", walker.item.pk)
    assert "Byrådets beslutning, med dato" in words(browser.get(page))
    assert "Byrådets beslutning, med dato" not in words(client_of(cast["karen"]).get(page))
    act = at("turn-item", walker.item.pk, "byraad")
    assert "Skriv, hvad byrådet besluttede." in words(browser.post(act, {"text": " "}, follow=True))
    assert client_of(cast["karen"]).post(act, {"text": "Tiltrådt."}).status_code == 403
    browser.post(act, {"text": "Tiltrådt 28. april 2026."})
    item = AgendaItem.objects.get()
    assert (item.council_demanded, item.supplement) == (False, "Byrådets beslutning: Tiltrådt 28. april 2026.")
    with pytest.raises(AlreadyHandled, match="Punktet venter ikke på byrådet."):
        agenda.council_has_decided(item.pk, cast["signe"], "Igen")
    agenda.finalise_minutes(item.pk, cast["signe"], clock.today())
    agenda.release_letter(walker.case.pk, cast["signe"])


def test_when_the_only_manager_is_interested_a_new_one_moves_the_case(walker, cast):
    case = walker(State.RECOMMENDED)
    appointments.end(RoleAssignment.objects.get(person=cast["malene"]), by=cast["asger"])
    assessing.declare(case.pk, cast["mads"], "disqualified", "Gift med lederen.")
    case.refresh_from_db()
    assert roles_on(Person.objects.get(pk=cast["mads"].pk), case) == frozenset()
    top = Unit.objects.get(name="Næstved Kommune")
    appointments.appoint(cast["otto"], Role.MANAGER, top, by=cast["asger"], deputy_for=cast["mads"])
    walker.approve("otto")
    assert Application.objects.get().state == State.APPROVED_FOR_DECISION


def test_a_case_officer_who_left_is_replaced_and_the_recommendation_is_returned_by_the_manager(walker, cast):
    walker(State.RECOMMENDED)
    appointments.deactivate(cast["karen"], by=cast["asger"])
    with pytest.raises(NotYours):
        walker.take("recall_recommendation", "karen")
    walker.take("assign", "kurt", case_officer=cast["kurt"], co_assessors=[])
    walker.take("return_to_assessment", "mads", reason="Karen er rejst.")
    assessing.declare(walker.case.pk, cast["kurt"], "none")
    walker.take("recommend", "kurt", amount=40_000_00, reason="Som før.", conditions="")
    assert Application.objects.get().recommended_by == cast["kurt"]


def test_a_role_counts_on_its_last_day_and_not_the_day_after(walker, cast, client_of):
    case = walker(State.AWAITING_ENDORSEMENT)
    appointments.end(RoleAssignment.objects.get(person=cast["ulla"]), by=cast["asger"], last_day=clock.today())
    browser, page = client_of(cast["ulla"]), at("step", case.number, "endorse")
    assert browser.get(page).status_code == 200
    clock.set_to(clock.now() + timedelta(days=1))
    assert [browser.get(page).status_code, browser.post(page, {"revision": case.revision}).status_code] == [404, 404]
    walker.take("take_back", "anna")
    assert Application.objects.get().state == State.DRAFT


def test_a_cancelled_meeting_gives_its_sent_cases_back_for_a_new_one(walker, cast):
    walker(State.ON_AGENDA)
    agenda.approve_text(walker.item.pk, cast["malene"])
    agenda.send(walker.item.pk, cast["signe"])
    agenda.cancel(walker.meeting, cast["signe"], "Sne.")
    clock.set_to(clock.now() + timedelta(hours=1))
    later = agenda.plan(walker.round.committee, clock.now() + timedelta(days=30), by=cast["signe"])
    walker.take("place_on_agenda", "karen", meeting=later)
    assert (Application.objects.get().state, Round.objects.get().reserved) == (State.ON_AGENDA, 40_000_00)


def test_a_committee_with_a_meeting_cannot_end_before_it(walker, cast, committee):
    walker(State.ON_AGENDA)
    with pytest.raises(ValidationError, match="Udvalget har et møde den"):
        committees.amend(committee, by=cast["asger"], valid_to=date(2026, 3, 20))


# ── mails ───────────────────────────────────────────────────────────────────────────────────────────────────────────

INJECTED = "Runde\x0bBcc: x@example.org\rTo: y@example.org\x1cZ"


def test_a_name_with_line_breaks_of_any_kind_adds_no_header_and_stops_no_mail(cast, year, committee, mailoutbox):
    make_round(cast, year, committee, name=INJECTED)
    subject = Message.objects.filter(template="round_announced").first().subject
    assert "Runde Bcc: x@example.org To: y@example.org Z" in subject
    outbox.send_due()
    assert Message.objects.filter(sent_at=None).count() == 0
    for mail in mailoutbox:
        head = mail.message().as_bytes().partition(b"\n\n")[0]
        assert [line for line in head.splitlines() if line.startswith((b"Bcc", b"To: y"))] == []


@pytest.mark.parametrize("name", ["Runde\x0bBcc: x@example.org", "Runde\rTo: y@example.org"])
def test_the_teeth_such_a_name_alone_would_keep_a_mail_from_ever_being_sent(name):
    with pytest.raises((BadHeaderError, HeaderParseError)):
        EmailMessage(name, "Tekst", to=["a@example.org"]).message()
