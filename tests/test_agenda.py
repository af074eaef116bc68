"""Meetings, items, decisions and letters: through the secretary's own pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import agenda
from applications.door import NotYet, NotYours
from applications.models import AgendaItem, Meeting
from applications.states import State
from documents import store
from documents.models import Document
from journal import clock
from journal.models import Message


def address(name, *args):
    return reverse(f"applications:{name}", args=args)


def test_a_secretary_takes_an_item_from_plan_to_released_letter_by_her_pages(case, walker, client_of, cast, committee):
    approved = case(State.APPROVED_FOR_DECISION)
    signe, karen, malene = (client_of(cast[name]) for name in ("signe", "karen", "malene"))
    day = clock.today() + timedelta(days=30)
    plan = {"committee": committee.pk, "day_day": day.day, "day_month": day.month, "day_year": day.year, "time": "15.00"}
    signe.post(address("plan-meeting"), plan)
    meeting = Meeting.objects.get()
    karen.post(address("place-all", approved.round_id), {"meeting": meeting.pk})
    item = AgendaItem.objects.get()
    malene.post(address("turn-item", item.pk, "godkend"))
    signe.post(address("turn-item", item.pk, "send"))
    clock.set_to(meeting.at + timedelta(hours=1))
    signe.post(address("turn-meeting", meeting.pk, "holdt"))
    prefix = f"case-{approved.pk}"
    decision = {
        "text": "Godkendt.",
        f"{prefix}-outcome": "grant",
        f"{prefix}-amount": "30.000",
        f"{prefix}-reason": "Lidt mindre end søgt.",
    }
    signe.post(address("decide", item.pk), decision)
    signe.post(address("turn-meeting", meeting.pk, "afslut"))
    today = clock.today()
    final = {"day_day": today.day, "day_month": today.month, "day_year": today.year}
    signe.post(address("turn-item", item.pk, "endelig"), final)
    signe.post(address("release-all", item.pk))
    approved.refresh_from_db()
    meeting.refresh_from_db()
    assert (approved.state, approved.granted_amount, meeting.status) == (State.GRANTED, 30_000_00, "closed")
    told = Message.objects.filter(template="letter_released").values_list("person__email", flat=True)
    assert sorted(told) == ["anna@naestved.example", "ulla@naestved.example"]


def test_who_wrote_the_text_does_not_approve_it(case, walker, cast):
    case(State.ON_AGENDA)
    agenda.write(walker.item.pk, cast["signe"], walker.item.revision, sections={"summary": "Ny tekst"})
    with pytest.raises(NotYours):
        agenda.approve_text(walker.item.pk, cast["signe"])


def test_a_meeting_with_an_undecided_case_cannot_be_closed(case, walker, cast):
    case(State.ON_AGENDA)
    walker.to_meeting()
    with pytest.raises(NotYet, match="1 sag mangler en beslutning: 2026-001"):
        agenda.close(walker.meeting, cast["signe"])


def test_a_decision_that_leaves_a_case_out_records_nothing(case, walker, cast):
    undecided = case(State.ON_AGENDA)
    walker.to_meeting()
    with pytest.raises(NotYet, match="alle sager"):
        agenda.decide(walker.item.pk, cast["signe"], [], text="Godkendt.")
    undecided.refresh_from_db()
    assert undecided.state == State.ON_AGENDA


def test_letters_wait_until_the_minutes_are_final(case, walker, cast):
    granted = case(State.GRANTED)
    with pytest.raises(NotYet, match="protokollen er endelig"):
        agenda.release_letter(granted.pk, cast["signe"])


def test_a_demand_for_the_council_holds_the_minutes(case, walker, cast):
    case(State.GRANTED)
    AgendaItem.objects.update(council_demanded=True)
    with pytest.raises(NotYet, match="byrådet"):
        agenda.finalise_minutes(walker.item.pk, cast["signe"], clock.today())


def test_a_cancelled_meeting_gives_its_cases_back_with_their_reservation(case, walker, cast, open_round):
    placed = case(State.ON_AGENDA)
    agenda.cancel(walker.meeting, cast["signe"], "For få deltagere")
    placed.refresh_from_db()
    open_round.refresh_from_db()
    assert (placed.state, open_round.reserved) == (State.APPROVED_FOR_DECISION, 40_000_00)


def test_the_packet_is_issued_once_with_the_chain_s_head_on_it(case, walker, cast):
    case(State.ON_AGENDA)
    walker.to_meeting()
    packet = Document.objects.get(kind="packet")
    first = store.content_of(packet)
    packet.refresh_from_db()
    sha = packet.sha256
    assert store.content_of(packet) == first
    assert Document.objects.get(kind="packet").sha256 == sha
    assert packet.facts["anchor"].partition(":")[2] == packet.cause.hash


@pytest.mark.parametrize("name", ["meetings", "plan-meeting"])
def test_pages_of_meetings_open(client_of, cast, name):
    page = client_of(cast["signe"]).get(address(name)).content.decode()
    assert page.count("<h1") == 1


def test_item_pages_open_in_every_status(case, walker, client_of, cast):
    case(State.ON_AGENDA)
    signe = client_of(cast["signe"])
    for name in ("item", "edit-item", "item-text"):
        assert "bæredygtighedspuljen" in signe.get(address(name, walker.item.pk)).content.decode()
    walker.to_meeting()
    assert "Madaffald" in signe.get(address("decide", walker.item.pk)).content.decode()
    assert "Frister før mødet" in signe.get(address("meeting", walker.meeting.pk)).content.decode()
