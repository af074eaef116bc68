"""Two at once in one draft, words that come back, and a session that ends under somebody's fingers: as a browser does it."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
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


def test_what_never_arrived_comes_back_to_its_person_alone_and_can_be_thrown_away(page_of, case, cast):
    draft = case()
    page = page_of(cast["anna"], form_step(draft, "forankring"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/gem/**", lambda route: route.abort())
    writes(page, RISKS, " Aldrig sendt.")
    expect(page.locator("[data-offline]")).to_be_visible()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Det nåede ikke at blive gemt sidst, du var her.")
    expect(page.get_by_label(RISKS)).to_have_value(f"{draft.risks} Aldrig sendt.")
    page.get_by_role("button", name="Smid det væk, og vis det gemte").click()
    expect(page.get_by_label(RISKS)).to_have_value(draft.risks)
    assert kept_here(page) == 0

    writes(page, RISKS, " Heller ikke sendt.")
    expect(page.locator("[data-offline]")).to_be_visible()
    page.evaluate("document.querySelector('[data-session]').dataset.person")
    page.context.add_cookies([{"name": "pool-session", "value": cookie_of(cast["bo"]), "url": page.url}])
    page.reload()
    expect(page.get_by_label(RISKS)).to_have_value(draft.risks)  # Bo sees nothing of hers
    page.locator("details.user-menu summary").click()
    page.get_by_role("button", name="Log ud").click()
    assert kept_here(page) == 1  # and signing him out takes nothing from her


def cookie_of(person) -> str:
    from django.test import Client

    browser = Client()
    browser.force_login(person, backend="people.backend.PersonBackend")
    return browser.cookies["pool-session"].value


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
    page.context.add_cookies([{"name": "pool-session", "value": cookie_of(cast["bo"]), "url": page.url}])
    comes_back(page)
    expect(end).to_contain_text("En anden er logget ind i denne browser.")
    assert Application.objects.get(pk=draft.pk).risks == draft.risks
    page.context.add_cookies([{"name": "pool-session", "value": cookie_of(cast["anna"]), "url": page.url}])
    comes_back(page)
    expect(end).to_be_hidden()
    is_saved(page)
    assert Application.objects.get(pk=draft.pk).risks == f"{draft.risks} Skrevet efter udløb."
