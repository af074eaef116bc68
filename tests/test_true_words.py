"""What pages and mails say is true where the quick track, a refusal or a lone assessor goes another way."""

from datetime import timedelta

import pytest

from applications import assessing, whereabouts
from applications.models import Application
from applications.states import State
from config.templatetags.ui import danish_date
from journal import clock
from journal.models import Message


def mail(template: str) -> str:
    """The newest mail of a template."""
    return Message.objects.filter(template=template).latest("pk").body


@pytest.mark.parametrize(
    ("state", "unit", "inside"),
    [
        (
            State.SUBMITTED,
            "Ansøgningen vurderes løbende, også før fristen. Er der spørgsmål, får I besked.",
            "Sagen fordeles, og vurderingen kan begynde med det samme.",
        ),
        (
            State.RECOMMENDED,
            "Lederen afgør sagen eller sender den tilbage. I får brev, når den er afgjort.",
            "Lederen afgør sagen eller sender den tilbage.",
        ),
    ],
)
def test_the_quick_track_waits_for_no_deadline_and_no_committee(quick_case, state, unit, inside):
    quick_case(state)
    case = Application.objects.get(pk=quick_case.case.pk)
    assert whereabouts.of(case).next == unit
    assert whereabouts.of(case, inside=True).next == inside


def test_before_its_letter_a_quick_decision_looks_to_the_unit_as_if_the_manager_had_it(quick_case, cast):
    quick_case(State.RECOMMENDED)
    assessing.declare(quick_case.case.pk, cast["mads"], "none")
    quick_case.take("grant_by_delegation", "mads")
    case = Application.objects.get(pk=quick_case.case.pk)
    hidden = whereabouts.of(case, outcome_is_secret=True)
    assert (hidden.state, hidden.holder) == ("Indstillet af konsulenten", "Lederen i administrationen")
    assert whereabouts.of(case, inside=True).next == "Brevet er klar til at blive sendt. Så aftales en opstartssamtale."


def test_a_lone_assessor_is_one(case):
    case(State.UNDER_ASSESSMENT)
    found = Application.objects.get(pk=case.case.pk)
    assert whereabouts.of(found).holder == "Konsulenten og medbedømmerne"
    found.round.assessors_required = 1
    assert whereabouts.of(found).holder == "Konsulenten"


def test_a_mail_says_a_day_as_danes_do(case):
    case(State.AWAITING_INFORMATION)
    due = clock.today() + timedelta(days=7)
    assert due.isoformat() not in mail("request_information")
    assert f"Svar senest: {danish_date(due)}\n" in mail("request_information")


def test_a_mail_s_amount_ends_no_sentence_twice(case):
    case(State.GRANTED)
    assert "Indstillet beløb: 40.000 kr." in mail("recommend").replace("\N{NO-BREAK SPACE}", " ")
    assert "Reserveret beløb: 40.000 kr." in mail("approve_recommendation").replace("\N{NO-BREAK SPACE}", " ")
    assert "kr.." not in "".join(Message.objects.values_list("body", flat=True))
    assert "Udvalget har bevilget 40.000 kr. til «" in mail("grant").replace("\N{NO-BREAK SPACE}", " ")


def test_a_recommended_refusal_has_no_amount_and_reserves_none(case):
    case(State.UNDER_ASSESSMENT)
    case.recommend(amount=0)
    assert "Indstillet til afslag." in mail("recommend") and "kr." not in mail("recommend")
    case.approve()
    assert "eserveret" not in mail("approve_recommendation")


def test_a_meeting_s_tab_is_named_in_words_alone(case, cast, client_of):
    case(State.ON_AGENDA)
    page = client_of(cast["signe"]).get(f"/moeder/{case.meeting.pk}/").content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith(f"{case.meeting.committee} {danish_date(case.meeting.at)}") and "<" not in title
