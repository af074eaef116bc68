"""Two at once in one draft, words that come back, and a session that ends under somebody's fingers: as a browser does it."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from applications.models import Application
from tests.browser.test_keyboard import form_step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the server and the test write at the same time"),
]
RISKS, ANCHORING = "Risici og forudsætninger", "Forankring efter projektet"


def writes(page, label: str, words: str) -> None:
    box = page.get_by_label(label)
    box.press("Control+End")
    box.press_sequentially(words)


def is_saved(page) -> None:
    expect(page.locator("[data-saved]")).to_be_visible()
    expect(page.locator("[data-saved]")).to_have_text("Gemt kl. 10.00")


def kept_here(page) -> int:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('pool:typed:')).length")


def comes_back(page) -> None:
    """The person looks at the page again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_people_write_in_one_draft_and_neither_loses_a_word(page_of, case, cast):
    draft = case(risks="Vanerne kan glide tilbage, når hverdagen bliver travl.")
    anna, bo = (page_of(cast[who], form_step(draft, "forankring")) for who in ("anna", "bo"))
    writes(anna, RISKS, " Annas ord.")
    is_saved(anna)
    expect(anna.get_by_label(RISKS)).to_be_focused()
    writes(bo, ANCHORING, " Bos forankring.")
    is_saved(bo)
    expect(bo.locator("[data-notes]")).to_contain_text("Anna Ansøger skriver også i ansøgningen.")
    expect(bo.locator("[data-notes]")).to_contain_text(f"har rettet «{RISKS}»")
    writes(bo, RISKS, " Bos ord.")
    expect(bo.locator("[data-notes]")).to_contain_text(f"Anna Ansøger har også rettet «{RISKS}».")
    bo.get_by_role("button", name="Se de to tekster, og vælg").press("Enter")
    expect(bo.get_by_role("heading", level=1)).to_have_text("Vælg mellem to tekster")
    expect(bo.locator(".clash mark")).to_have_text(["Bos ", "Annas "])
    bo.get_by_label("Brug det, Anna Ansøger har gemt").check(force=True)
    bo.get_by_role("button", name="Gem mit valg").click()
    expect(bo.get_by_label(RISKS)).to_have_value("Vanerne kan glide tilbage, når hverdagen bliver travl. Annas ord.")
    stored = Application.objects.get(pk=draft.pk)
    assert stored.risks.endswith(" Annas ord.") and stored.anchoring.endswith(" Bos forankring.")
    assert kept_here(bo) == 0


def closes_unsaved(page, words: str):
    """The line is cut, something is written, and the window is closed; answers another on the front page."""
    page.context.set_offline(True)
    writes(page, RISKS, words)
    expect(page.locator("[data-offline]")).to_be_visible()
    context, front = page.context, "/".join(page.url.split("/")[:3]) + "/"
    page.close()
    context.set_offline(False)
    anew = context.new_page()
    anew.goto(front)
    return anew


def dies_unsaved(page, words: str):
    """The same, and the page is opened anew: what was written comes back, and is saved after some seconds."""
    address = page.url
    anew = closes_unsaved(page, words)
    anew.goto(address)
    return anew


def test_what_never_arrived_comes_back_to_its_person_alone_and_can_be_thrown_away(page_of, case, cast):
    draft = case()
    page = dies_unsaved(page_of(cast["anna"], form_step(draft, "forankring")), " Aldrig sendt.")
    expect(page.get_by_role("main")).to_contain_text("Det nåede ikke at blive gemt sidst, du var her.")
    expect(page.get_by_label(RISKS)).to_have_value(f"{draft.risks} Aldrig sendt.")
    page.get_by_role("button", name="Smid det væk, og vis det gemte").click()
    expect(page.get_by_label(RISKS)).to_have_value(draft.risks)
    assert kept_here(page) == 0

    address = page.url
    bo = closes_unsaved(page, " Heller ikke sendt.")
    signs_in(bo, cast["bo"])
    bo.goto(address)
    expect(bo.get_by_label(RISKS)).to_have_value(draft.risks)  # he sees nothing of hers
    bo.locator("details.user-menu summary").click()
    bo.get_by_role("button", name="Log ud").click()
    expect(bo.get_by_role("heading", level=1)).to_have_text("Log ind")
    assert kept_here(bo) == 1  # and signing out takes only his own


def test_signing_out_takes_one_s_own_copies(page_of, case, cast):
    page = dies_unsaved(page_of(cast["anna"], form_step(case(), "forankring")), " Aldrig sendt.")
    assert kept_here(page) == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("details.user-menu summary").click()
    page.get_by_role("button", name="Log ud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
    assert kept_here(page) == 0


def signs_in(page, person) -> None:
    """In another window of the same browser."""
    browser = Client()
    browser.force_login(person, backend="people.backend.PersonBackend")
    host = "/".join(page.url.split("/")[:3])
    value = browser.cookies["pool-session"].value
    page.context.add_cookies([{"name": "pool-session", "value": value, "url": host}])


def age_every_session(seconds: int) -> None:
    for row in Session.objects.all():
        store = row.get_session_store_class()(row.session_key)
        store["seen"] -= seconds
        store.save()


def test_five_minutes_before_the_end_the_page_says_so_and_one_press_keeps_the_session(page_of, case, cast):
    page = page_of(cast["anna"], form_step(case(), "forankring"))
    end = page.locator(".session-end")
    expect(end).to_be_hidden()
    age_every_session(26 * 60)
    page.evaluate("document.dispatchEvent(new Event('pool:ask-session'))")
    expect(end).to_contain_text("Du bliver snart logget ud.")
    end.get_by_role("button", name="Bliv logget ind").press("Enter")
    expect(end).to_be_hidden()
    assert page.said == []


def test_who_signs_in_again_beside_the_page_finds_the_words_and_they_are_saved(page_of, case, cast):
    draft = case()
    page = page_of(cast["anna"], form_step(draft, "forankring"))
    age_every_session(31 * 60)
    writes(page, RISKS, " Skrevet efter udløb.")
    end = page.locator(".session-end")
    expect(end).to_contain_text("Du er logget ud.")
    expect(page.locator("[data-out]")).to_be_visible()
    with page.context.expect_page() as opening:
        end.get_by_role("button", name="Log ind igen").click()
    expect(opening.value.get_by_role("heading", level=1)).to_have_text("Log ind")
    signs_in(page, cast["bo"])
    comes_back(page)
    expect(end).to_contain_text("En anden er logget ind i denne browser.")
    assert Application.objects.get(pk=draft.pk).risks == draft.risks
    signs_in(page, cast["anna"])
    comes_back(page)
    expect(end).to_be_hidden()
    is_saved(page)
    assert Application.objects.get(pk=draft.pk).risks == f"{draft.risks} Skrevet efter udløb."
