"""Following projects: milestones, reminders, grants that lapse, the portfolio, talks and calendars."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from applications import milestones, portfolio, reminding, talks
from applications import project_requirements as need
from applications.door import AlreadyHandled, NotYet, NotYours, take
from applications.models import Application, Milestone, Project, Reminder
from applications.states import State
from applications.tasks import keep_projects_going
from applications.verifying import stories
from journal import clock
from journal.models import Event, Message
from people import appointments, units
from people.models import Person, Unit
from people.roles import Role
from pool import ledger

pytestmark = pytest.mark.django_db


def at(day: date, hour=12):
    clock.set_to(timezone.make_aware(datetime(day.year, day.month, day.day, hour)))


def milestone(case, kind):
    return Milestone.objects.get(project=case.pk, kind=kind)


def test_the_milestones_follow_from_the_period(case):
    active = case(State.ACTIVE)
    days = dict(Milestone.objects.filter(project=active.pk).values_list("kind", "due"))
    started = Project.objects.get(pk=active.pk).started_at.date()
    assert days == {
        "start_talk": started + timedelta(days=14), "halfway": date(2026, 8, 7),
        "final_report": date(2027, 1, 30), "effect_later": date(2027, 11, 30),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 12, 31), 2, date(2027, 2, 28)), (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)), (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)  # fmt: skip
def test_months_later_is_the_same_day_or_the_months_last(day, months, then):
    assert milestones.months_later(day, months) == then


def test_reminders_come_14_and_3_days_before_on_the_day_and_then_weekly():
    due = date(2027, 1, 30)
    days = [due + timedelta(days=n) for n in range(-20, 30)]
    assert [(day - due).days for day in days if milestones.reminds_on(due, day)] == [-14, -3, 0, 7, 14, 21, 28]


@pytest.mark.both
def test_a_milestone_is_reminded_of_once_a_day_to_unit_and_leader(case, cast):
    active = case(State.ACTIVE)
    for kind in ("start_talk", "halfway"):
        milestones.reach(milestone(active, kind).pk, cast["karen"], day=clock.today())
    at(date(2027, 1, 16))
    assert reminding.remind() == 1 and reminding.remind() == 0
    event = Event.objects.get(step="remind")
    assert (event.actor, event.payload["milepæl"]) == (None, "Slutrapport")
    told = set(Message.objects.filter(event=event).values_list("person__email", flat=True))
    assert told == {cast["anna"].email, cast["ulla"].email}
    at(date(2027, 1, 17))
    assert reminding.remind() == 0
    assert Reminder.objects.get().milestone == milestone(active, "final_report")


@pytest.mark.both
@pytest.mark.parametrize(
    ("days", "reminded"),
    [
        ([date(2027, 1, 17)], [1]),  # nobody worked on the 16th
        ([date(2027, 1, 18)], [1]),
        ([date(2027, 1, 19)], [0]),  # too late: the next one is near
        ([date(2027, 1, 16), date(2027, 1, 17), date(2027, 1, 18)], [1, 0, 0]),
        ([date(2027, 1, 17), date(2027, 1, 18), date(2027, 1, 27), date(2027, 1, 30)], [1, 0, 1, 1]),
        ([date(2027, 1, 29), date(2027, 1, 30), date(2027, 1, 31)], [1, 1, 0]),
        ([date(2027, 2, 8), date(2027, 2, 9), date(2027, 2, 13)], [1, 0, 1]),  # late already: the weekly one
    ],
)
def test_a_reminder_that_nobody_sent_on_its_day_is_made_up_for_once(case, cast, days, reminded):
    active = case(State.ACTIVE)
    for kind in ("start_talk", "halfway"):
        milestones.reach(milestone(active, kind).pk, cast["karen"], day=clock.today())
    found = []
    for day in days:
        at(day)
        found.append(reminding.remind())
    assert found == reminded


def test_a_deadline_that_did_not_exist_on_a_day_is_not_made_up_for(case, cast):
    active = case(State.ACTIVE)
    for kind in ("start_talk", "halfway"):
        milestones.reach(milestone(active, kind).pk, cast["karen"], day=clock.today())
    at(date(2026, 9, 1))
    milestones.add(active.pk, cast["anna"], title="Indvielse", due=date(2026, 9, 14))  # 14 days before was yesterday
    assert reminding.remind() == 0
    milestones.move(milestone(active, "own").pk, cast["anna"], due=date(2026, 9, 15), reason="Regn.")
    assert reminding.remind() == 1
    milestones.move(milestone(active, "own").pk, cast["anna"], due=date(2026, 9, 3), reason="Sol.")
    assert reminding.remind() == 0  # 3 days before was yesterday
    at(date(2026, 9, 3))
    assert reminding.remind() == 1


def test_without_its_guard_a_second_run_would_remind_again(case, monkeypatch):
    """The twin: take the row's memory away, and the same day tells twice."""
    case(State.ACTIVE)
    at(date(2027, 1, 16))
    monkeypatch.setattr(Reminder.objects, "create", lambda **facts: None)
    assert (reminding.remind(), reminding.remind()) == (2, 2)


def test_what_is_reached_or_ended_is_not_reminded_of(case, walker):
    case(State.COMPLETED)
    at(date(2027, 1, 30))
    assert reminding.remind() == 0
    at(date(2027, 11, 16))
    assert reminding.remind() == 1  # the effect a year later


# ── grants that lapse ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def told_grant(case, walker):
    granted = case(State.GRANTED)
    walker.release()
    granted.refresh_from_db()
    return granted


def test_a_grant_that_is_not_begun_is_warned_of_once_and_lapses_14_days_later(told_grant, cast):
    last = need.start_by(told_grant)
    at(last - timedelta(days=15))
    keep_projects_going()
    assert not Event.objects.filter(step="warn_of_lapse").exists()
    at(last - timedelta(days=14))
    keep_projects_going()
    keep_projects_going()
    assert Event.objects.filter(step="warn_of_lapse").count() == 1
    assert f"{last:%d.%m.%Y}" in Message.objects.filter(template="lapse_warning").first().body
    at(last)
    keep_projects_going()
    assert Application.objects.get().state == State.GRANTED
    at(last + timedelta(days=1))
    keep_projects_going()
    assert Application.objects.get().state == State.LAPSED
    assert ledger.balance_of(told_grant.subject)["committed"] == 0
    assert Event.objects.get(step="lapse").actor is None
    assert set(Message.objects.filter(template="lapse").values_list("person__email", flat=True)) == {
        cast["anna"].email, cast["ulla"].email, cast["frida"].email,
    }  # fmt: skip


def test_a_late_warning_gives_14_days_from_itself(told_grant):
    last = need.start_by(told_grant)
    at(last + timedelta(days=10))
    keep_projects_going()
    at(last + timedelta(days=23))
    keep_projects_going()
    assert Application.objects.get().state == State.GRANTED
    at(last + timedelta(days=24))
    keep_projects_going()
    assert Application.objects.get().state == State.LAPSED


def test_a_project_that_began_does_not_lapse(case):
    case(State.ACTIVE)
    at(date(2027, 1, 1))
    assert (reminding.warn_of_lapse(), reminding.let_lapse()) == (0, 0)


# ── milestones by hand, talks ───────────────────────────────────────────────────────────────────────────────────────


def test_the_unit_moves_its_own_and_the_consultant_all(case, cast):
    active = case(State.ACTIVE)
    with pytest.raises(NotYours, match="kun konsulenten"):
        milestones.move(milestone(active, "final_report").pk, cast["anna"], due=date(2027, 3, 1), reason="Vent")
    milestones.move(milestone(active, "final_report").pk, cast["karen"], due=date(2027, 3, 1), reason="Aftalt")
    assert milestone(active, "final_report").due == date(2027, 3, 1)
    own = milestones.add(active.pk, cast["anna"], title="Høstfest", due=date(2026, 9, 1))
    milestones.reach(own.pk, cast["ulla"], day=clock.today())
    with pytest.raises(AlreadyHandled):
        milestones.reach(own.pk, cast["ulla"], day=clock.today())
    with pytest.raises(NotYet, match="når rapporten er sendt"):
        milestones.reach(milestone(active, "final_report").pk, cast["karen"], day=clock.today())
    with pytest.raises(NotYours):
        milestones.add(active.pk, cast["olga"], title="x", due=date(2026, 9, 1))


def test_a_talk_reaches_the_start_talk_and_is_not_the_units_to_read(case, cast, client_of):
    active = case(State.ACTIVE)
    talks.note(active.pk, cast["karen"], kind="visit", day=clock.today(), text="Spandene står forkert.")
    assert milestone(active, "start_talk").done_on == clock.today()
    with pytest.raises(NotYours):
        talks.note(active.pk, cast["anna"], kind="visit", day=clock.today(), text="x")
    assert "Samtale eller besøg" not in client_of(cast["anna"]).get(active.get_absolute_url()).text
    with pytest.raises(NotYet, match="fremtiden"):
        talks.note(active.pk, cast["karen"], kind="visit", day=clock.today() + timedelta(days=1), text="x")


# ── the portfolio ───────────────────────────────────────────────────────────────────────────────────────────────────


def row(cast, who="karen", **options):
    [found] = portfolio.rows_of(Person.objects.get(pk=cast[who].pk), **options)
    return found


def test_the_portfolio_says_what_calls_for_somebody(case, walker, cast):
    active = case(State.ACTIVE)
    assert (row(cast).sign, row(cast).milestone) == ("well", "Opstartssamtale")
    walker.voucher(1_000_00, accepted=False)
    assert (row(cast).sign, row(cast).says) == ("report", ["1 bilag venter på Økonomi."])
    at(clock.today() + timedelta(days=61))
    milestones.reach(milestone(active, "start_talk").pk, cast["karen"], day=clock.today())
    assert row(cast).sign == "silent"
    at(date(2026, 10, 1))
    found = row(cast)
    assert (found.sign, found.reasons["risk"]) == ("late", ["Det meste af tiden er gået, men kun lidt af pengene er brugt."])
    assert found.reasons["late"] == ["Halvvejsstatus skulle være nået den 07.08.2026."]


def test_a_completed_project_whose_effect_is_overdue_is_late_among_those_that_run(case, cast):
    completed = case(State.COMPLETED)
    assert (portfolio.rows_of(cast["karen"]), row(cast, ended=True).says) == ([], [])
    at(milestone(completed, "effect_later").due + timedelta(days=1))
    assert (row(cast).sign, len(row(cast).reasons["late"])) == ("late", 1)
    assert portfolio.rows_of(cast["karen"], ended=True) == []


def test_who_follows_sees_it_and_a_granted_case_appears_with_its_letter(case, walker, cast, client_of):
    case(State.GRANTED)
    assert portfolio.rows_of(cast["karen"]) == []
    walker.release()
    assert [row(cast, who).milestone for who in ("karen", "mads", "frida", "rasmus")] == ["Sæt i gang"] * 4
    page = client_of(cast["karen"]).get("/projekter/")
    assert "Madaffald sorteres på alle stuer" in page.text
    assert "Ingen projekter passer" in client_of(cast["karen"]).get("/projekter/?sign=late").text
    assert client_of(cast["anna"]).get("/projekter/").status_code == 403
    assert client_of(cast["karen"]).get("/projekter.xlsx").content.startswith(b"PK")
    assert "Ingen projekter er afsluttet" in client_of(cast["karen"]).get("/projekter/?ended=1").text


def test_the_portfolio_asks_no_more_for_many_than_for_one(quick_case, case, cast, client_of, django_assert_num_queries):
    quick_case(State.ACTIVE)
    browser = client_of(cast["karen"])
    with CaptureQueriesContext(connection) as one:
        assert browser.get("/projekter/").text.count('<th scope="row">') == 1
    case(State.ACTIVE)
    with django_assert_num_queries(len(one)):
        assert browser.get("/projekter/").text.count('<th scope="row">') == 2


def test_a_unit_that_closes_in_the_middle_loses_nothing_and_the_leader_above_takes_over(case, walker, cast):
    active = case(State.ACTIVE)
    walker.voucher(10_000_00)
    appointments.appoint(cast["otto"], Role.UNIT_LEADER, active.unit.parent, by=None)
    units.close(active.unit, clock.today(), by=cast["asger"])
    assert row(cast).reasons["risk"][0].startswith("Enheden er lukket.")
    walker.cast = cast | {"anna": Person.objects.get(pk=cast["anna"].pk)}
    with pytest.raises(NotYours):
        walker.voucher(1_000_00, accepted=False)
    walker.cast = cast | {"anna": Person.objects.get(pk=cast["otto"].pk)}
    walker.voucher(1_000_00)
    walker.write_final()
    walker.take("report", "anna")
    walker.complete()
    assert (Application.objects.get().state, ledger.balance_of(active.subject)["spent"]) == (State.COMPLETED, 11_000_00)
    assert stories() == []


def test_where_nobody_takes_over_the_consultant_proposes_and_a_manager_stops_it(case, walker, cast):
    active = case(State.ACTIVE)
    walker.voucher(10_000_00)
    units.close(active.unit, clock.today(), by=cast["asger"])
    walker.take("propose_cancel", "karen", reason="Enheden er lukket.")
    walker.take("cancel", "malene", reason="Enheden er lukket.")
    held = ledger.balance_of(active.subject)
    assert (held["committed"], held["spent"]) == (0, 10_000_00)
    assert stories() == []


def test_a_proposal_to_stop_is_put_away_and_the_project_goes_on(case, walker, cast):
    active = case(State.ACTIVE)
    with pytest.raises(NotYet, match="Konsulenten skal først foreslå det"):
        walker.take("keep_going", "karen", reason="Enheden bliver alligevel.")
    walker.take("propose_cancel", "karen", reason="Enheden lukker.")
    assert row(cast).reasons["risk"] == ["Det er foreslået at afbryde projektet."]
    walker.take("keep_going", "malene", reason="Enheden bliver alligevel.")
    kept = Application.objects.get(pk=active.pk)
    assert (kept.state, kept.project.cancel_reason, kept.project.cancel_proposed_by) == (State.ACTIVE, "", None)
    assert (row(cast).reasons["risk"], ledger.balance_of(active.subject)["committed"]) == ([], 40_000_00)
    told = Message.objects.filter(template="keep_going")
    assert {message.person for message in told} == {cast["karen"], cast["mads"]}
    assert "Enheden bliver alligevel." in told[0].body
    with pytest.raises(NotYet, match="Konsulenten skal først foreslå det"):
        walker.take("cancel", "malene", reason="Enheden lukker.")
    walker.take("propose_cancel", "karen", reason="Nu lukker enheden.")  # as often as it takes
    assert stories() == []


def test_a_final_report_ends_a_proposal_to_stop(case, walker, cast):
    case(State.ACTIVE)
    walker.take("propose_cancel", "karen", reason="Enheden lukker.")
    walker.report()
    walker.take("return_report", "karen", reason="Et bilag mangler.")
    kept = Project.objects.get()
    assert (kept.application.state, kept.cancel_reason, kept.cancel_proposed_by) == (State.ACTIVE, "", None)
    with pytest.raises(NotYet, match="Konsulenten skal først foreslå det"):
        walker.take("cancel", "malene", reason="Enheden lukker.")


def test_who_proposes_to_stop_a_project_does_not_stop_it(case, walker, cast):
    case(State.ACTIVE)
    for role in (Role.CONSULTANT, Role.MANAGER):
        appointments.appoint(cast["otto"], role, Unit.objects.get(parent=None), by=None)
    walker.cast = cast | {"otto": Person.objects.get(pk=cast["otto"].pk)}
    walker.take("propose_cancel", "otto", reason="Enheden lukker.")
    with pytest.raises(NotYet, match="Du har selv foreslået det"):
        walker.take("cancel", "otto", reason="Enheden lukker.")
    walker.take("cancel", "malene", reason="Enheden lukker.")
    assert Application.objects.get().state == State.CANCELLED


def test_the_project_s_page_shows_the_proposal_to_those_who_answer_it_and_the_auditor(case, walker, cast, client_of):
    active = case(State.ACTIVE)
    page = f"/ansoegninger/{active.number}/projekt/"
    title = "Det er foreslået at afbryde projektet"
    assert title not in client_of(cast["malene"]).get(page).text
    walker.voucher(5_000_00, accepted=False)
    walker.take("propose_cancel", "karen", reason="Enheden lukker.")
    malene = client_of(cast["malene"]).get(page).text
    assert title in malene and "Enheden lukker." in malene and "/keep_going/" in malene
    assert "Afbryd projektet: 1 bilag venter på Økonomi." in malene and "/cancel/" not in malene
    karen = client_of(cast["karen"]).get(page).text
    assert "/keep_going/" in karen and "/cancel/" not in karen
    rasmus = client_of(cast["rasmus"]).get(page).text
    assert "Enheden lukker." in rasmus and "/keep_going/" not in rasmus
    for who in ("anna", "ulla", "frida"):
        assert "Enheden lukker." not in client_of(cast[who]).get(page).text


def test_a_second_press_on_complete_books_nothing_again(case, walker):
    case(State.REPORTED)
    walker.take("confirm_accounts", "frida")
    revision = Application.objects.get().revision
    take("complete", walker.case.pk, walker.cast["karen"], revision)
    with pytest.raises(AlreadyHandled, match="allerede behandlet"):
        take("complete", walker.case.pk, walker.cast["karen"], revision)
    assert Event.objects.filter(step="complete").count() == 1
    assert ledger.balance_of(walker.case.subject)["spent"] == 38_000_00


# ── the calendar ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_programme_subscribes_without_signing_in_and_reads_no_title(case, cast, client_of, client):
    active = case(State.ACTIVE)
    answer = client_of(cast["anna"]).post("/kalender/").text
    address = answer.split("/kalender/")[-1].split(".ics")[0]
    assert len(address) == 43
    response = client.get(f"/kalender/{address}.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "sessionid" not in response.cookies
    entries = {str(e["summary"]): e.decoded("dtstart") for e in Calendar.from_ical(response.content).walk("vevent")}
    assert entries[f"Slutrapport: {active.number}"] == date(2027, 1, 30)
    assert active.title not in response.text
    assert client.get("/kalender/x.ics").status_code == 404
    client_of(cast["anna"]).post("/kalender/")
    assert client.get(f"/kalender/{address}.ics").status_code == 404


def test_who_leaves_takes_no_calendar_along(case, cast, client_of, client):
    case(State.ACTIVE)
    address = client_of(cast["anna"]).post("/kalender/").text.split("/kalender/")[-1].split(".ics")[0]
    appointments.deactivate(cast["anna"], by=None)
    assert client.get(f"/kalender/{address}.ics").status_code == 404
