"""The project's page: the one thing to do now for each reader, how milestones stand, and nothing told before its time."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from applications import report_writing, whats_next
from applications.models import Application, Milestone
from applications.states import State
from journal import clock
from people.roles import Role
from tests.test_round_list import queries_of

pytestmark = pytest.mark.django_db


def at(name, case, *more):
    return reverse(f"applications:{name}", args=[case.number, *more])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def go_to(case, kind, days):
    """So many days from a milestone's day."""
    due = case.project.milestones.get(kind=kind).due
    clock.set_to(clock.now() + (due - clock.today()) + timedelta(days=days))


def test_from_the_letter_on_the_case_is_a_project(walker, cast, client_of):
    case = walker(State.GRANTED)
    anna, karen = client_of(cast["anna"]), client_of(cast["karen"])
    assert f"Ansøgning {case.number}" in text_of(anna.get(case.get_absolute_url()))  # the decision is secret still
    assert f"Projekt {case.number}" in text_of(karen.get(case.get_absolute_url()))
    walker.start()
    for browser in (anna, karen):
        page = browser.get(case.get_absolute_url())
        assert f"Projekt {case.number}" in text_of(page)
        assert at("project", case) in page.content.decode()
    assert at("project", case) in anna.get(reverse("applications:mine")).content.decode()
    assert at("project", case) not in client_of(cast["signe"]).get(case.get_absolute_url()).content.decode()


def test_the_unit_has_one_thing_to_do_at_a_time(running, walker, cast, client_of):
    anna, said = client_of(cast["anna"]), []

    def look():
        said.append(anna.get(at("project", running)).context["act"])

    look()
    go_to(running, "halfway", -30)
    look()
    walker.voucher(38_000_00)
    go_to(running, "final_report", -30)
    look()
    walker.write_final()
    walker.take("report", "anna")
    look()
    walker.take("confirm_accounts", "frida")
    karen = client_of(cast["karen"]).get(at("project", running)).context["act"]
    assert (karen.label, karen.url) == ("Afslut projektet", at("step", running, "complete"))
    walker.take("complete", "karen")
    look()
    go_to(running, "effect_later", -30)
    look()
    labels = [act and act.label for act in said]
    assert labels == [
        "Læg et bilag ind",
        "Skriv en status",
        "Skriv slutrapporten",
        None,
        None,
        "Skriv om effekten efter et år",
    ]


def test_a_milestone_says_how_it_stands_and_what_may_be_done(running, cast):
    def stands(role, days):
        go_to(running, "halfway", days)
        running.held = frozenset({role})
        running.project.application = running
        marks = {mark.milestone.kind: mark for mark in whats_next.marks(running.project)}
        half, final = marks["halfway"], marks["final_report"]
        return half.status, half.tone, half.may_be_moved, half.may_be_reached, final.may_be_moved, final.may_be_reached

    assert stands(Role.APPLICANT, -3) == ("om 3 dage", "warning", True, True, False, False)
    assert stands(Role.CONSULTANT, 1) == ("1 dag for sent", "error", True, True, True, False)
    assert stands(Role.FINANCE, -31) == ("venter", "neutral", False, False, False, False)
    Milestone.objects.filter(kind="halfway").update(done_on=clock.today())
    assert stands(Role.CONSULTANT, 1)[:4] == ("nået", "success", False, False)


def test_the_page_asks_as_much_for_many_vouchers_as_for_one(running, walker, cast, client_of):
    anna = client_of(cast["anna"])
    walker.voucher(1_000_00)
    report_writing.begin(running.pk, cast["anna"], "status")
    pages = [at(name, running) for name in ("project", "project-vouchers", "photos")]
    pages.append(at("write-report", running, "status"))
    few = [queries_of(anna, page) for page in pages]
    for _each in range(8):
        walker.voucher(1_000_00, line=1)
    assert [queries_of(anna, page) for page in pages] == few
    assert max(few) <= 24
    assert Application.objects.get().project.spent == 9_000_00
