"""Pages by keyboard alone, and what JavaScript adds to them: focus, rows, menus, one press, warnings, copying."""

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from applications.models import Application
from applications.states import State
from journal.models import Event
from tests.browser.conftest import MODEST, PHONE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the server and the test write at the same time"),
]


def form_step(case, slug: str) -> str:
    return reverse("applications:form-step", args=[case.number, slug])


def in_focus(page):
    return page.locator(":focus")


def test_the_first_tab_leads_past_the_menu(page_of, cast):
    page = page_of(cast["karen"], "/")
    page.keyboard.press("Tab")
    expect(in_focus(page)).to_have_text("Gå til sidens indhold")
    expect(in_focus(page)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(in_focus(page)).to_have_id("main-content")


@pytest.mark.parametrize(("size", "menu"), [(MODEST, "details.user-menu"), (PHONE, "details.phone-menu")])
def test_a_menu_opens_by_key_and_closes_on_escape(page_of, cast, size, menu):
    page = page_of(cast["karen"], "/", viewport=size)
    opener, inside = page.locator(f"{menu} summary"), page.locator(f"{menu} .menu-sheet")
    opener.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.querySelector('{menu} .menu-sheet').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(opener).to_be_focused()


def test_an_open_menu_closes_on_a_press_elsewhere(page_of, cast):
    page = page_of(cast["karen"], "/")
    page.locator("details.user-menu summary").click()
    expect(page.locator("details.user-menu .menu-sheet")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(page.locator("details.user-menu .menu-sheet")).to_be_hidden()


def test_rows_are_added_and_removed_by_key_and_summed(page_of, case, cast):
    page = page_of(cast["anna"], form_step(case(), "budget"))
    total = page.locator("output[data-sum-of]")
    expect(total).to_have_text("40.000\u00a0kr.")
    page.get_by_role("button", name="Tilføj budgetlinje").focus()
    page.keyboard.press("Enter")
    third = page.get_by_role("group", name="Budgetlinje 3")
    expect(third.get_by_label("Art")).to_be_focused()
    page.keyboard.type("Materialer")
    page.keyboard.press("Tab")
    page.keyboard.type("Poser")
    page.keyboard.press("Tab")
    page.keyboard.type("1.500,50")
    expect(total).to_have_text("41.500,50\u00a0kr.")
    page.keyboard.press("Tab")
    expect(in_focus(page)).to_have_text("Fjern budgetlinje 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Budgetlinje 3")).to_have_count(0)
    expect(page.get_by_role("group", name="Budgetlinje 2").get_by_label("Art")).to_be_focused()
    expect(total).to_have_text("40.000\u00a0kr.")
    assert page.said == []


def test_enter_in_a_field_saves_and_goes_on(page_of, case, cast):
    page = page_of(cast["anna"], form_step(case(), "projektet"))
    page.get_by_label("Projektets titel").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Formål og tidsplan")


def test_the_list_of_errors_has_focus_and_its_links_lead_to_the_field(page_of, case, cast):
    page = page_of(cast["anna"], form_step(case(), "budget"))
    page.get_by_label("Beløb, I søger").fill("mange penge")
    page.get_by_role("button", name="Gem og fortsæt").press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Beløb, I søger")).to_be_focused()
    expect(page.get_by_label("Beløb, I søger")).to_have_value("mange penge")


def test_who_leaves_what_is_not_saved_is_asked_first(page_of, case, cast):
    page = page_of(cast["anna"], form_step(case(), "projektet"))
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Projektets titel").press_sequentially("!")
    page.get_by_role("link", name="Mine ansøgninger").first.click()
    expect(page.get_by_label("Projektets titel")).to_have_value("!Madaffald sorteres på alle stuer")
    assert asked == ["beforeunload"]


def test_who_has_typed_nothing_or_saved_is_not_asked(page_of, case, cast):
    page = page_of(cast["anna"], form_step(case(), "projektet"))
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type) or dialog.accept())
    page.get_by_label("Projektets titel").press_sequentially("!")
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.locator(".alert-success")).to_have_text("Gemt kl. 10.00.")
    expect(page.get_by_label("Projektets titel")).to_have_value("!Madaffald sorteres på alle stuer")
    page.get_by_role("link", name="Mine ansøgninger").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine ansøgninger")
    assert asked == []


def test_a_double_click_sends_once(page_of, case, cast):
    draft = case()
    page = page_of(cast["anna"], reverse("applications:step", args=[draft.number, "request_endorsement"]))
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.get_by_role("main").get_by_role("button", name="Send til leders godkendelse").dblclick()
    expect(page.get_by_role("main")).to_contain_text("Det er gjort")
    assert len(posts) == 1
    assert Event.objects.filter(step="request_endorsement").count() == 1
    assert Application.objects.get(pk=draft.pk).state == State.AWAITING_ENDORSEMENT


def test_a_copy_button_copies_and_says_so(page_of, case, cast):
    case(State.ON_AGENDA)
    page = page_of(cast["signe"], reverse("applications:item-text", args=[case.item.pk]))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    part = page.locator(".copy-text").first
    part.get_by_role("button").press("Enter")
    expect(part.get_by_role("status")).to_have_text("Kopieret")
    assert page.evaluate("navigator.clipboard.readText()") == part.locator("textarea").input_value()
