"""Changes of a running project: who decides which, what each does, and the committee's part."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from applications import agenda, changing
from applications.door import AlreadyHandled, NotYet, NotYours
from applications.models import ChangeRequest, Project
from applications.states import State
from applications.verifying import stories
from journal import clock
from journal.models import Event, Message
from people import appointments
from people.models import Person, Unit
from people.roles import Role
from pool import ledger

pytestmark = pytest.mark.django_db


def project(case):
    return Project.objects.get(pk=case.pk)


@pytest.fixture
def active(case):
    return case(State.ACTIVE)


def wish(case, cast, kind, **values):
    return changing.ask(case.pk, cast["anna"], kind, "Leverandøren er forsinket.", **values)


def test_within_three_months_the_consultant_moves_the_end_and_the_reports_follow(active, cast):
    change = wish(active, cast, "period", new_end=date(2027, 2, 28))
    assert Message.objects.get(template="change_asked").person == cast["karen"]
    changing.approve(change.pk, cast["karen"], "Fint.")
    assert project(active).ends == date(2027, 2, 28)
    days = dict(project(active).milestones.values_list("kind", "due"))
    assert (days["final_report"], days["effect_later"]) == (date(2027, 4, 28), date(2028, 2, 28))
    assert "er godkendt" in Message.objects.filter(template="change_decided").first().body


def test_a_day_beyond_the_rounds_limit_a_manager_decides(active, cast):
    change = wish(active, cast, "period", new_end=date(2027, 3, 1))
    with pytest.raises(NotYours, match="En leder tager stilling"):
        changing.approve(change.pk, cast["karen"])
    changing.approve(change.pk, cast["malene"])
    assert project(active).ends == date(2027, 3, 1)


def test_a_manager_no_more_decides_as_the_consultant_they_still_are(active, cast):
    """Both roles when the page was loaded, one of them when the answer is given."""
    for role in (Role.CONSULTANT, Role.MANAGER):
        appointments.appoint(cast["otto"], role, Unit.objects.get(parent=None), by=None)
    otto = Person.objects.get(pk=cast["otto"].pk)
    manages = next(a for a in otto.current_assignments if a.role == Role.MANAGER)
    change = wish(active, cast, "period", new_end=date(2027, 3, 1))
    appointments.end(manages, by=None)
    with pytest.raises(NotYours, match="En leder tager stilling"):
        changing.approve(change.pk, otto)


def test_a_tenth_of_the_money_moves_between_lines_by_the_consultant_and_a_krone_more_by_a_manager(active, cast):
    first, second = active.budget_lines.all()
    change = wish(active, cast, "budget", lines={str(first.pk): 29_600_00, str(second.pk): 10_400_00})
    assert changing.moved(change) == 4_000_00
    changing.approve(change.pk, cast["karen"])
    assert [line.planned for line in active.budget_lines.all()] == [29_600_00, 10_400_00]
    assert [line.amount for line in active.budget_lines.all()] == [33_600_00, 6_400_00]
    more = wish(active, cast, "budget", lines={str(first.pk): 29_599_00, str(second.pk): 10_401_00})
    assert changing.moved(more) == 4_001_00  # one slice after the other adds up
    with pytest.raises(NotYours):
        changing.approve(more.pk, cast["karen"])


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("period", {"new_end": date(2026, 11, 30)}, "new_end"),
        ("period", {"new_end": date(2026, 1, 1)}, "new_end"),
        ("amount", {"new_amount": 40_000_00}, "new_amount"),
        ("amount", {"new_amount": 0}, "new_amount"),
        ("purpose", {"new_purpose": "  "}, "new_purpose"),
        ("budget", {"lines": {"999": 40_000_00}}, "lines"),
        ("budget", {"lines": {}}, "lines"),
    ],
)
def test_what_cannot_be_asked_for_is_said_at_its_field(active, cast, kind, values, field):
    with pytest.raises(ValidationError) as refusal:
        wish(active, cast, kind, **values)
    assert set(refusal.value.message_dict) == {field}
    assert not ChangeRequest.objects.exists()


def test_a_division_that_does_not_add_up_is_refused(active, cast):
    lines = {str(line.pk): 20_000_01 for line in active.budget_lines.all()}
    with pytest.raises(ValidationError, match="give 40.000"):
        wish(active, cast, "budget", lines=lines)


@pytest.mark.both
@pytest.mark.parametrize("settlement", ["pool_invoice", "budget_transfer"])
def test_less_money_goes_back_at_once_whether_it_was_transferred_or_not(case, walker, cast, settlement, monkeypatch):
    from applications import vouchers

    start = walker.start
    monkeypatch.setattr(walker, "start", lambda: start(settlement, "5798000104075"))
    active = case(State.ACTIVE)
    if settlement == "budget_transfer":
        vouchers.confirm_transfer(active.pk, cast["frida"])
    walker.voucher(12_000_00)
    before = active.round.pool_year.available
    changing.approve(wish(active, cast, "amount", new_amount=30_000_00).pk, cast["karen"])
    held, year = ledger.balance_of(active.subject), active.round.pool_year
    year.refresh_from_db()
    assert (project(active).holds, held["committed"] + held["spent"]) == (30_000_00, 30_000_00)
    assert year.available == before + 10_000_00
    assert stories() == []


def test_an_amount_below_what_is_spent_meanwhile_is_not_approved(active, walker, cast):
    change = wish(active, cast, "amount", new_amount=10_000_00)
    walker.voucher(12_000_00)
    with pytest.raises(NotYet, match="12.000.kr."):
        changing.approve(change.pk, cast["karen"])
    assert project(active).given_back == 0


def test_a_second_press_answers_nothing_twice(active, cast):
    change = wish(active, cast, "amount", new_amount=30_000_00)
    changing.approve(change.pk, cast["karen"])
    with pytest.raises(AlreadyHandled):
        changing.approve(change.pk, cast["karen"])
    assert Event.objects.filter(step="approve_change").count() == 1
    with pytest.raises(AlreadyHandled):
        wish(active, cast, "period", new_end=date(2027, 1, 1)) and wish(active, cast, "period", new_end=date(2027, 1, 2))


def test_a_stranger_and_an_ended_project_change_nothing(case, walker, cast):
    ended = case(State.COMPLETED)
    with pytest.raises(NotYet, match="Afsluttet"):
        wish(ended, cast, "period", new_end=date(2027, 1, 1))
    with pytest.raises(NotYours):
        changing.ask(ended.pk, cast["olga"], "period", "x", new_end=date(2027, 1, 1))


# ── the committee ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def on_agenda(active, walker, cast):
    """A new purpose on a meeting's agenda, the text sent."""
    change = wish(active, cast, "purpose", new_purpose="En kompost til haven i stedet.")
    when = clock.now() + timedelta(days=20)
    meeting = agenda.plan(active.round.committee, when, by=cast["signe"])
    changing.place(change.pk, cast["karen"], meeting)
    return change, meeting.items.get()


def test_a_new_purpose_is_the_committees_alone(active, cast):
    change = wish(active, cast, "purpose", new_purpose="En kompost til haven i stedet.")
    for who in ("karen", "malene"):
        with pytest.raises(NotYours, match="udvalget"):
            changing.approve(change.pk, cast[who])
    with pytest.raises(NotYet, match="Kun et nyt formål"):
        changing.place(wish(active, cast, "amount", new_amount=1_00).pk, cast["karen"], None)


def test_an_item_of_changes_alone_speaks_of_them_is_sent_and_decided(on_agenda, cast):
    change, item = on_agenda
    agenda.approve_text(item.pk, cast["malene"])
    sent = agenda.send(item.pk, cast["signe"])
    assert "ønsker et andet formål" in sent.sections["summary"]
    assert "En kompost til haven i stedet." in sent.sections["presentation"]
    with pytest.raises(AlreadyHandled, match="sendt til udvalget"):
        changing.withdraw(change.pk, cast["anna"])
    clock.set_to(sent.meeting.at + timedelta(hours=2))
    agenda.hold(sent.meeting, cast["signe"])
    with pytest.raises(NotYet, match="alle sager"):
        agenda.decide(item.pk, cast["signe"], [], text="Godkendt.")
    agenda.decide(item.pk, cast["signe"], [], text="Godkendt.", changes={change.pk: (True, "Godkendt.")})
    change.refresh_from_db()
    assert (change.status, change.decided_by) == ("approved", cast["signe"])
    sent.meeting.refresh_from_db()
    agenda.close(sent.meeting, cast["signe"])


def test_a_cancelled_meeting_leaves_the_change_to_wait_for_another(on_agenda, cast):
    change, item = on_agenda
    agenda.cancel(item.meeting, cast["signe"], "Udvalget er ikke beslutningsdygtigt.")
    change.refresh_from_db()
    assert (change.item, change.status) == (None, "open")


def test_pages_ask_and_answer(active, cast, client_of):
    unit, consultant = client_of(cast["anna"]), client_of(cast["karen"])
    base = f"/ansoegninger/{active.number}/projekt/aendring"
    assert "En anden slutdato" in unit.get(f"{base}/").text
    wrong = unit.post(
        f"{base}/period/", {"reason": "Vent", "new_end_day": "1", "new_end_month": "1", "new_end_year": "2026"}
    )
    assert "ikke ligge før i dag" in wrong.text and "Vent" in wrong.text
    unit.post(f"{base}/period/", {"reason": "Vent", "new_end_day": "1", "new_end_month": "2", "new_end_year": "2027"})
    change = ChangeRequest.objects.get()
    assert unit.get(f"{base}er/{change.pk}/").status_code == 403
    assert client_of(cast["olga"]).get(f"{base}/").status_code == 404
    page = f"{base}er/{change.pk}/"
    assert "1. februar 2027" in consultant.get(page).text
    assert "Skriv, hvorfor" in consultant.post(page, {"verdict": "refuse", "answer": ""}).text
    consultant.post(page, {"verdict": "approve", "answer": ""})
    assert project(active).ends == date(2027, 2, 1)
