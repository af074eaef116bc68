"""The project's page: the one thing to do now for each reader, how milestones stand, and nothing told before its time."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import milestones, photos, report_writing, vouchers, whats_next
from applications.door import NotYet
from applications.models import Application, Milestone
from applications.states import State
from journal import clock
from people.roles import Role
from tests.test_hygiene import page_faults
from tests.test_round_list import queries_of
from tests.test_uploads import picture

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
        "Fortæl historien",
        "Skriv om virkningen efter et år",
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


def test_a_completed_project_owes_only_its_effect_a_year_later(walker, cast, client_of):
    """What was not reached on the way is told without alarm: nobody owes it, nobody may move it, no page names it next."""
    case = walker(State.COMPLETED)
    Milestone.objects.filter(project=case.pk, kind="halfway").update(done_on=None, due=clock.today() - timedelta(days=9))
    case.held = frozenset({Role.CONSULTANT})
    marks = {mark.milestone.kind: mark for mark in whats_next.marks(case.project)}
    half, later = marks["halfway"], marks["effect_later"]
    assert (half.status, half.tone, half.is_owed, half.may_be_moved, half.may_be_reached) == (
        "ikke nået",
        "neutral",
        False,
        False,
        False,
    )
    assert (later.is_owed, later.may_be_moved) == (True, True)
    assert [each.kind for each in Milestone.objects.owed()] == ["effect_later"]
    with pytest.raises(NotYet, match="«Afsluttet», så milepælen kan ikke ændres"):
        milestones.move(half.milestone.pk, cast["karen"], due=clock.today(), reason="For sent")
    with pytest.raises(NotYet, match="«Afsluttet», så milepælen kan ikke ændres"):
        milestones.add(case.pk, cast["karen"], title="Høstfest", due=clock.today())
    assert "dage for sent" not in client_of(cast["karen"]).get(at("project", case)).text


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


def test_every_page_of_a_project_is_well_made(running, walker, cast, client_of, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    anna = cast["anna"]
    refused = walker.voucher(45_000_00, accepted=False)
    vouchers.refuse(refused.pk, cast["frida"], seen_revision=1, reason="Uskarpt.")
    walker.voucher(50_000_00, accepted=False)
    given = {"covers": "Børnene", "reference": "Aula", "given_on": clock.today()}
    consent = photos.note_consent(running.pk, anna, **given)
    upload = SimpleUploadedFile("foto.jpg", picture("JPEG"))
    photo = photos.add_photo(running.pk, anna, upload, alt="En spand", caption="", credit="", consent=consent)
    sent = report_writing.begin(running.pk, anna, "status")
    words = {"summary": "Det går godt.", "lessons": "", "hours": 1200}
    sent = report_writing.save(sent.pk, anna, words, [], [], sent.revision)
    report_writing.send_status(sent.pk, anna, sent.revision)
    walker.write_final()
    paths = [at(name, running) for name in ("case", "project", "project-vouchers", "new-voucher", "photos", "new-photo")]
    paths += [at("note-consent", running), at("withdraw-consent", running, consent.pk)]
    paths += [at(name, running, photo.pk) for name in ("describe-photo", "remove-photo")]
    paths += [at(name, running, refused.pk) for name in ("correct-voucher", "remove-voucher")]
    paths += [at("write-report", running, kind) for kind in ("status", "slutrapport")]
    paths += [at("preview-report", running, "slutrapport"), at("report", running, sent.pk)]
    for who in ("anna", "karen"):
        browser = client_of(cast[who])
        answers = {path: browser.get(path) for path in paths}
        assert {path: found for path, page in answers.items() if (found := page_faults(page.content.decode()))} == {}
        assert {page.status_code for page in answers.values()} <= {200, 403}
    assert sum(page.status_code == 200 for page in answers.values()) > 8
