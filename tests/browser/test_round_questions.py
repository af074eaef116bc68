"""A round's own questions in a browser: the preview follows what is typed, and a question comes when it is called for."""

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from applications import round_questions
from questionnaires import designing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the server and the test write at the same time"),
]


def test_a_question_is_designed_and_answered(page_of, cast, case, open_round):
    subject = open_round.subject
    held = {"label": "Har I en tovholder?", "kind": "yes_no"}
    designing.put(subject, "Runde 1", designing.NOTHING, held)
    page = page_of(cast["karen"], reverse("applications:round-question", args=[open_round.pk, "nyt"]))
    preview = page.locator("#preview")
    page.get_by_label("Spørgsmål", exact=True).fill("Hvem er det?")
    expect(preview).to_contain_text("Hvem er det?")
    expect(page.get_by_label("Muligheder")).to_be_hidden()
    page.get_by_label("Hvordan skal der svares?").select_option("Ét valg")
    page.get_by_label("Muligheder").fill("Anna\nBo")
    expect(preview.get_by_label("Bo")).to_be_visible()
    page.locator("form").get_by_label("Ja", exact=True).check()
    expect(preview).to_contain_text("Svar kun, hvis I har svaret «Ja» til «Har I en tovholder?».")
    page.get_by_role("button", name="Gem spørgsmålet").click()
    expect(page.get_by_role("heading", name="Hvem er det?")).to_be_visible()
    expect(preview.get_by_label("Bo")).to_be_hidden()
    preview.get_by_label("Ja").check()
    expect(preview.get_by_label("Bo")).to_be_visible()
    round_questions.publish(open_round, designing.stamp(designing.newest(subject)), cast["karen"])

    page = page_of(cast["anna"], reverse("applications:form-step", args=[case().number, "rundens-spoergsmaal"]))
    expect(page.get_by_label("Bo")).to_be_hidden()
    page.get_by_label("Ja").check()
    page.get_by_label("Bo").check()
    page.get_by_label("Nej").check()
    expect(page.get_by_label("Bo")).to_be_hidden()
    page.get_by_label("Ja").check()
    expect(page.get_by_label("Bo")).to_be_checked()
    page.get_by_role("button", name="Gem og fortsæt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kontakt og bilag")
    page.get_by_role("link", name="Rundens spørgsmål").click()
    expect(page.get_by_label("Bo")).to_be_checked()
    expect(page.locator("[data-condition]")).to_be_hidden()
