"""Applying, page by page: begin, write, two at once, check, send, receipt, questions, and everything typed wrongly."""

import random
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from applications import content, drafts
from applications.door import create, take
from applications.forms.writing_fields import Count, Number, Prose
from applications.models import Application
from applications.states import State
from journal import clock
from people import appointments
from people.models import Unit
from people.roles import Role
from pool import rounds
from tests.cast import CONTENT, make_round

pytestmark = pytest.mark.django_db
SLUGS = [step.slug for step in content.FORM_STEPS]


def url(name, case, *args):
    return reverse(f"applications:{name}", args=[case.number, *args])


def fresh(case):
    return Application.objects.get(pk=case.pk)


def fields_of(page) -> dict:
    """What a browser would post from the page's writing form, untouched: {name: [values]}."""
    form = max(re.findall(r"<form.*?</form>", page.content.decode(), re.S), key=len)
    form = re.sub(r"<template>.*?</template>", "", form, flags=re.S)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticked = attributes.get("type") not in ("checkbox", "radio") or "checked" in tag
        if "name" in attributes and ticked and attributes.get("type") != "file":
            found.setdefault(attributes["name"], []).append(
                unescape(attributes.get("value", "on" if attributes.get("type") == "checkbox" else ""))
            )
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = [unescape(text).removeprefix("\n")]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        found[name] = re.findall(r'value="([^"]*)"[^>]*selected', options) or [""]
    return found


def unescape(text):
    import html

    return html.unescape(text)


def rows(prefix, *lines):
    """A formset as posted."""
    data = {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": "0"}
    for place, line in enumerate(lines):
        data |= {f"{prefix}-{place}-{name}": value for name, value in line.items()}
    return data


@pytest.fixture
def anna(client_of, cast):
    return client_of(cast["anna"])


@pytest.fixture
def draft(case):
    return case(State.DRAFT)


@pytest.fixture
def empty(cast, open_round):
    return create(cast["anna"], Unit.objects.get(name="Børnehuset Solstrålen"), open_round)


def post(browser, case, slug, then="stay", **changes):
    """Open the step, change some fields, press a button."""
    data = fields_of(browser.get(url("form-step", case, slug))) | {"then": then}
    return browser.post(url("form-step", case, slug), data | changes)


# ── the steps ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_posted_untouched_changes_nothing(anna, draft, slug):
    before = content.freeze(draft), fresh(draft).revision
    answer = post(anna, draft, slug)
    assert (answer.status_code, answer.headers["Location"]) == (302, url("form-step", draft, slug))
    assert (content.freeze(fresh(draft)), fresh(draft).revision) == before


def test_a_whole_application_is_written_step_by_step(anna, empty, cast):
    """Every field of the form typed as a Dane types it, and read back exactly."""
    expected = CONTENT | {"contact_phone": "5588 0000", "operating_cost_payer": "Os selv", "other_funding": 500_50}
    typed = {
        "projektet": {
            "title": expected["title"],
            "short_description": expected["short_description"],
            "themes": ["waste"],
            "sdgs": ["12"],
        },
        "indhold": {
            "purpose": expected["purpose"],
            "activities": expected["activities"],
            "starts_day": "15",
            "starts_month": "4",
            "starts_year": "2026",
            "ends_day": "30",
            "ends_month": "11",
            "ends_year": "2026",
            "beneficiaries": "106",
        },
        "budget": {
            "amount_sought": "40.000",
            "minimum_amount": "24.000 kr.",
            "own_contribution": "3000",
            "other_funding": "500,50",
            "resulting_operating_cost": "0",
            "operating_cost_payer": "Os selv",
            **rows(
                "budget_lines",
                {"kind": "equipment", "text": "Sorteringsstationer", "amount": "33.600"},
                {"kind": "materials", "text": "Skilte og poser", "amount": "6.400,00"},
                {"kind": "", "text": "", "amount": ""},
            ),
        },
        "virkning": rows(
            "effects",
            {"indicator": "recycled", "value": "2.100", "unit": "", "basis": "estimated", "method": "prøvevejning i uge 41"},
        ),
        "forankring": {
            "risks": expected["risks"],
            "anchoring": expected["anchoring"],
            "communication": expected["communication"],
            "consent_to_publish": "ja",
        },
        "kontakt": {
            "contact_name": expected["contact_name"],
            "contact_email": expected["contact_email"],
            "contact_phone": "5588 0000",
            "partners": ["Åmosens Skole"],
        },
    }
    ways = [*(url("form-step", empty, slug) for slug in SLUGS[1:]), url("check-answers", empty)]
    for slug, onward in zip(SLUGS, ways, strict=True):
        assert post(anna, empty, slug, "next", **typed[slug]).headers["Location"] == onward
    frozen = content.freeze(fresh(empty))
    assert {name: frozen[name] for name in expected} == expected
    assert (frozen["partners"], content.missing(fresh(empty))) == (["Åmosens Skole"], [])


@pytest.mark.parametrize(
    ("then", "slug", "way"),
    [
        ("back", "budget", "indhold"),
        ("stay", "budget", "budget"),
        ("next", "budget", "virkning"),
        ("", "budget", "virkning"),
        ("remove:99999999999", "kontakt", None),
        ("remove:x", "kontakt", None),
    ],
)
def test_where_a_button_leads(anna, draft, then, slug, way):
    expected = url("form-step", draft, way) if way else url("check-answers", draft)
    assert post(anna, draft, slug, then).headers["Location"] == expected


def test_back_from_the_first_step_is_the_case(anna, draft):
    assert (
        post(anna, draft, "projektet", "back", title="Gemt på vej tilbage").headers["Location"] == draft.get_absolute_url()
    )
    assert fresh(draft).title == "Gemt på vej tilbage"


def test_saving_says_when(anna, draft):
    answer = anna.post(url("form-step", draft, "projektet"), {"then": "stay"}, follow=True)
    assert "Gemt kl. 10.00." in answer.content.decode()


def test_a_step_that_does_not_exist_is_404(anna, draft):
    assert anna.get(url("form-step", draft, "findes-ikke")).status_code == 404


def test_the_indicator_shows_done_todo_and_what_contradicts_itself(anna, draft):
    drafts.save(draft.pk, draft.changed_by, {"ends": "2026-04-01", "risks": ""}, drafts.seen(draft, ["ends", "risks"]))
    steps = anna.get(url("form-step", draft, "budget")).context["steps"]
    assert [step["state"] for step in steps] == ["done", "error", "current", "done", "todo", "done", "todo"]


# ── what cannot be read ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("slug", "name", "typed", "sentence"),
    [
        ("projektet", "title", "x" * 121, "Teksten er for lang: skriv højst 120 tegn. Du har skrevet 121."),
        ("indhold", "beneficiaries", "mange", "Skriv et helt tal, fx 106."),
        ("indhold", "beneficiaries", "1000001", "Skriv et helt tal, fx 106."),
        ("indhold", "starts_day", "31", "Datoen passer ikke. Skriv den fx som 3 2 2026."),
        ("indhold", "starts_month", "9" * 400, "Datoen passer ikke. Skriv den fx som 3 2 2026."),
        ("budget", "amount_sought", "omkring 40.000", "Skriv et beløb i kroner, fx 12.500 eller 12.500,50."),
        ("budget", "amount_sought", "0", "Skriv et beløb over 0 kr."),
        ("budget", "own_contribution", "9" * 5000, "Beløbet er for stort."),
        ("budget", "minimum_amount", "-1", "Skriv et beløb i kroner, fx 12.500 eller 12.500,50."),
        ("kontakt", "contact_email", "anna@", "Skriv en hel e-mailadresse, fx navn@naestved.dk."),
    ],
)
def test_what_cannot_be_read_is_kept_as_typed_with_a_sentence_and_the_rest_is_saved(
    anna, draft, slug, name, typed, sentence
):
    other = {"projektet": "short_description", "indhold": "purpose", "budget": "operating_cost_payer"}.get(
        slug, "contact_name"
    )
    answer = post(anna, draft, slug, "next", **{name: typed, other: "Gemt alligevel"})
    page = answer.content.decode()
    assert (answer.status_code, page.count(sentence)) == (200, 2)  # at the field, and in the summary
    assert f'value="{typed}"' in page and "Alt det andet på siden er gemt." in page
    assert getattr(fresh(draft), other) == "Gemt alligevel"
    field = name.partition("_day")[0].partition("_month")[0]
    assert content.plain(fresh(draft), field) == CONTENT[field]


def test_the_page_with_an_error_can_be_corrected_and_saved(anna, draft):
    answer = post(anna, draft, "budget", "next", amount_sought="vrøvl", own_contribution="4.000")
    data = fields_of(answer) | {"amount_sought": "39.000", "then": "next"}
    assert anna.post(url("form-step", draft, "budget"), data).status_code == 302
    assert (fresh(draft).amount_sought, fresh(draft).own_contribution) == (39_000_00, 4_000_00)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"kind": "", "text": "Spande", "amount": "100"}, "Udfyld «Art», eller fjern linjen."),
        ({"kind": "materials", "text": "Spande", "amount": ""}, "Udfyld «Beløb uden moms», eller fjern linjen."),
        ({"kind": "materials", "text": "Spande", "amount": "0"}, "Skriv et beløb over 0 kr."),
        (
            {"kind": "guld", "text": "Spande", "amount": "1"},
            "Vælg en af mulighederne.",
        ),
    ],
)
def test_a_half_budget_line_is_kept_on_the_page_and_the_saved_lines_stay(anna, draft, row, sentence):
    answer = post(anna, draft, "budget", "next", **rows("budget_lines", row))
    assert answer.status_code == 200 and answer.content.decode().count(escape(sentence)) == 2
    assert content.plain(fresh(draft), "budget_lines") == CONTENT["budget_lines"]


def test_a_line_without_its_text_may_wait(anna, draft):
    answer = post(anna, draft, "budget", **rows("budget_lines", {"kind": "materials", "text": "", "amount": "100"}))
    assert answer.status_code == 302
    assert content.plain(fresh(draft), "budget_lines") == [{"kind": "materials", "text": "", "amount": 100_00}]


def test_a_removed_line_goes_even_when_it_is_wrong(anna, draft):
    lines = rows("budget_lines", {"kind": "", "text": "", "amount": "vrøvl", "DELETE": "on"})
    assert post(anna, draft, "budget", **lines).status_code == 302
    assert content.plain(fresh(draft), "budget_lines") == []


def test_a_removed_line_says_nothing_beside_another_that_is_wrong(anna, draft):
    lines = rows("budget_lines", {"amount": "vrøvl", "DELETE": "on"}, {"kind": "materials", "text": "a", "amount": ""})
    page = post(anna, draft, "budget", **lines).content.decode()
    assert "Skriv et beløb i kroner, fx" not in page and page.count("Udfyld «Beløb uden moms», eller fjern linjen.") == 2


def test_without_javascript_a_line_is_added_by_the_server_and_what_was_typed_is_saved(anna, draft):
    data = fields_of(anna.get(url("form-step", draft, "budget"))) | {"budget_lines-0-text": "Nye stationer"}
    answer = anna.post(url("form-step", draft, "budget"), data | {"add_row": "budget_lines"})
    page = answer.content.decode()
    assert (answer.status_code, 'name="budget_lines-2-text"' in page, 'name="budget_lines-3-text"' in page) == (
        200,
        True,
        False,
    )
    assert "form-error" not in page and fresh(draft).budget_lines.first().text == "Nye stationer"
    again = fields_of(answer) | {"budget_lines-2-kind": "training", "budget_lines-2-amount": "5", "then": "stay"}
    assert anna.post(url("form-step", draft, "budget"), again).status_code == 302
    assert fresh(draft).budget_lines.count() == 3


def test_more_lines_than_there_is_room_for_are_refused(anna, draft):
    many = rows("budget_lines", *[{"kind": "materials", "text": "a", "amount": "1"}] * 41)
    page = post(anna, draft, "budget", **many).content.decode()
    assert "Der er plads til højst 40 linjer. Slå nogle sammen." in page
    assert fresh(draft).budget_lines.count() == 2


def test_the_amount_is_suggested_from_the_lines_and_not_forced(anna, empty):
    post(anna, empty, "budget", **rows("budget_lines", {"kind": "materials", "text": "a", "amount": "1.250,50"}))
    assert fresh(empty).amount_sought is None
    assert fields_of(anna.get(url("form-step", empty, "budget")))["amount_sought"] == ["1.250,50"]
    post(anna, empty, "budget", amount_sought="")
    assert fresh(empty).amount_sought is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2.100", "2100"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.234.567,891", "1234567.891"),
        ("0", "0"),
        ("007", "7"),
    ],
)
def test_numbers_as_danes_write_them(typed, value):
    assert content.plain_number(Number().clean(typed)) == value


@pytest.mark.parametrize("typed", ["1,2345", "1.2.3", "-1", "tusind", "1e5", "٣", "1" * 5000, "1,2,3", "\x00"])
def test_what_is_no_number_is_refused(typed):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match=re.escape("Skriv et tal med højst tre decimaler, fx 2.100 eller 12,5.")):
        Number().clean(typed)


@pytest.mark.parametrize(("typed", "value"), [("106", 106), ("1.200", 1200), ("1 200", 1200), (" 7 ", 7)])
def test_counts_as_danes_write_them(typed, value):
    assert Count().clean(typed) == value


def test_pasted_text_loses_what_nobody_can_see_and_nothing_else():
    pasted = "Mad\u00adaffald\r\nlinje 2\u202e \x00🌱👩\u200d🏫\ufeff\tend"
    assert Prose(longest=100).clean(pasted) == "Madaffald\nlinje 2 🌱👩\u200d🏫\tend"


# ── several at once ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_texts_side_by_side_and_a_choice_for_each(client_of, cast, anna, draft):
    bo = client_of(cast["bo"])
    page = fields_of(bo.get(url("form-step", draft, "forankring")))
    post(anna, draft, "forankring", risks="Annas risici", anchoring="Annas forankring")
    mine = page | {
        "risks": "Bos <b>risici</b>",
        "anchoring": "Bos forankring",
        "communication": "Bos formidling",
        "then": "next",
    }
    answer = bo.post(url("form-step", draft, "forankring"), mine)
    text = answer.content.decode()
    assert (answer.status_code, fresh(draft).communication) == (409, "Bos formidling")
    assert [escape(words) in text for words in ("Bos <b>risici</b>", "Annas risici", "Bos forankring")] == [True] * 3
    assert "Anna Ansøger har rettet de samme felter" in text and "<b>risici" not in text
    carried = fields_of(answer)
    unchosen = bo.post(url("form-step", draft, "forankring"), carried | {"choose-risks": "mine"})
    assert (unchosen.status_code, fresh(draft).risks) == (409, "Bos <b>risici</b>")  # the one chosen is saved
    assert "Der mangler et valg" in unchosen.content.decode()
    done = bo.post(url("form-step", draft, "forankring"), fields_of(unchosen) | {"choose-anchoring": "theirs"})
    assert (done.status_code, done.headers["Location"]) == (302, url("form-step", draft, "kontakt"))
    assert (fresh(draft).risks, fresh(draft).anchoring) == ("Bos <b>risici</b>", "Annas forankring")


def test_what_could_not_be_read_is_carried_through_the_choice(client_of, cast, anna, draft):
    bo = client_of(cast["bo"])
    page = fields_of(bo.get(url("form-step", draft, "budget")))
    post(anna, draft, "budget", own_contribution="1")
    typed = page | {"own_contribution": "2", "minimum_amount": "cirka ti tusind", "then": "next"}
    answer = bo.post(url("form-step", draft, "budget"), typed)
    after = bo.post(url("form-step", draft, "budget"), fields_of(answer) | {"choose-own_contribution": "mine"})
    assert (after.status_code, fresh(draft).own_contribution) == (200, 2_00)
    assert 'value="cirka ti tusind"' in after.content.decode()


def test_lists_and_dates_come_back_as_words_and_can_be_chosen(client_of, cast, anna, draft):
    bo = client_of(cast["bo"])
    page = fields_of(bo.get(url("form-step", draft, "budget")))
    post(anna, draft, "budget", **{"budget_lines-0-text": "Annas stationer"})
    answer = bo.post(url("form-step", draft, "budget"), page | {"budget_lines-0-text": "Bos stationer", "then": "stay"})
    text = re.sub("</?mark>", "", answer.content.decode())
    assert "<mark>Annas </mark>" in answer.content.decode() and "<mark>Bos </mark>" in answer.content.decode()
    assert "Udstyr: Annas stationer, 33.600" in text and "Udstyr: Bos stationer, 33.600" in text
    bo.post(url("form-step", draft, "budget"), fields_of(answer) | {"choose-budget_lines": "mine"})
    assert [line.text for line in fresh(draft).budget_lines.all()] == ["Bos stationer", "Skilte og poser"]


def test_my_own_other_window_is_called_that(anna, draft):
    page = fields_of(anna.get(url("form-step", draft, "forankring")))
    post(anna, draft, "forankring", risks="Et")
    answer = anna.post(url("form-step", draft, "forankring"), page | {"risks": "To"})
    assert "Du har selv rettet de samme felter i et andet vindue" in answer.content.decode()


def test_a_page_posted_after_sending_shows_what_was_typed(anna, draft):
    page = fields_of(anna.get(url("form-step", draft, "budget")))
    take("request_endorsement", draft.pk, draft.changed_by)
    answer = anna.post(url("form-step", draft, "budget"), page | {"own_contribution": "7.000", "minimum_amount": "<i>vrøvl"})
    text = answer.content.decode()
    assert (answer.status_code, fresh(draft).own_contribution) == (409, 3_000_00)
    assert "7.000\N{NO-BREAK SPACE}kr." in text and "&lt;i&gt;vrøvl" in text and "Afventer leders godkendelse" in text


def test_opening_a_step_of_a_sent_case_leads_to_the_case(anna, case):
    sent = case(State.SUBMITTED)
    answer = anna.get(url("form-step", sent, "budget"), follow=True)
    assert answer.redirect_chain == [(sent.get_absolute_url(), 302)]
    assert "Ansøgningen kan ikke rettes nu. Den er «Indsendt»." in answer.content.decode()


# ── the deadline ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_deadline_passes_while_somebody_types(anna, draft, open_round, cast, year, committee):
    page = fields_of(anna.get(url("form-step", draft, "forankring")))
    clock.set_to(open_round.deadline + timedelta(seconds=1))
    answer = anna.post(url("form-step", draft, "forankring"), page | {"risks": "Efter fristen", "then": "stay"}, follow=True)
    text = answer.content.decode()
    assert fresh(draft).risks == "Efter fristen"
    assert "Fristen var 16. marts 2026 kl. 10.00" in text and "Bed konsulenten om mere tid" in text
    assert "Der er ingen anden åben runde lige nu." in text
    check = anna.get(url("check-answers", draft)).content.decode()
    assert "Fristen er overskredet. I kan flytte kladden til næste runde" in check
    make_round(cast, year, committee, name="Runde 2, 2026", opens=clock.now(), deadline=clock.now() + timedelta(days=9))
    text = anna.get(url("form-step", draft, "forankring")).content.decode()
    assert reverse("applications:step", args=[draft.number, "carry_over"]) in text


def test_an_extension_opens_the_draft_again(anna, draft, open_round, cast):
    later = open_round.deadline + timedelta(days=3)
    rounds.extend(open_round, draft.unit, later, cast["karen"], "Sygdom")
    clock.set_to(open_round.deadline + timedelta(days=1))
    text = anna.get(url("form-step", draft, "budget")).content.decode()
    assert "Frist: 19. marts 2026 kl. 10.00." in text and "Fristen var" not in text


# ── check, send, receipt ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_missing_links_to_its_field(anna, empty):
    page = anna.get(url("check-answers", empty)).content.decode()
    for name, anchor in [
        ("title", "id_title"),
        ("themes", "id_themes_0"),
        ("starts", "id_starts_0"),
        ("effects", "effects"),
    ]:
        address = f"{url('form-step', empty, content.STEP_OF[name])}#{anchor}"
        assert page.count(f'href="{address}"') == 1
        assert f'id="{anchor}"' in anna.get(address).content.decode()
    assert "Knappen til at sende kommer her" in page and "request_endorsement" not in page


def test_every_anchor_exists_on_its_step(anna, empty):
    from applications.forms.writing import anchor

    pages = {slug: anna.get(url("form-step", empty, slug)).content.decode() for slug in SLUGS}
    assert [name for name in content.FIELDS if f'id="{anchor(name)}"' not in pages[content.STEP_OF[name]]] == []


@pytest.mark.parametrize(("who", "step"), [("anna", "request_endorsement"), ("ulla", "submit")])
def test_a_complete_form_offers_the_step_of_the_person(client_of, cast, draft, who, step):
    if who == "ulla":
        drafts.save(draft.pk, cast["ulla"], {"title": "Lederens titel"}, drafts.seen(draft, ["title"]))
    page = client_of(cast[who]).get(url("check-answers", draft)).content.decode()
    assert url("step", draft, step) in page and "Alle svar er der" in page


def test_a_leader_who_has_not_written_is_told_who_sends(client_of, cast, draft):
    page = client_of(cast["ulla"]).get(url("check-answers", draft)).content.decode()
    assert "Det kan kun den, der selv har skrevet i ansøgningen." in page


def test_doubts_stand_on_the_check_page(anna, draft):
    page = anna.get(url("check-answers", draft)).content.decode()
    assert "Projektet starter, før I får svar." in page


def test_the_check_page_of_a_sent_case_is_the_case(anna, case):
    sent = case(State.SUBMITTED)
    assert anna.get(url("check-answers", sent)).headers["Location"] == sent.get_absolute_url()


def test_the_receipt_says_number_when_who_and_what_next(anna, case):
    sent = case(State.SUBMITTED)
    page = anna.get(url("receipt", sent))
    text = page.content.decode()
    for words in (
        "Jeres nummer er 2026-001",
        "Ulla Leder",
        "2. marts 2026 kl. 10.00",
        "1. maj 2026",
        "kvittering-2026-001.pdf",
    ):
        assert words in text, words
    pdf = anna.get(url("document", sent, page.context["document"].pk))
    assert pdf.content.startswith(b"%PDF-")


def test_no_receipt_before_sending(anna, draft):
    answer = anna.get(url("receipt", draft), follow=True)
    assert "Ansøgningen er ikke sendt ind" in answer.content.decode()


# ── help ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_help_is_switched_on_and_off(anna, client_of, cast, draft):
    karen = client_of(cast["karen"])
    assert karen.get(draft.get_absolute_url()).status_code == 404
    anna.post(url("ask-for-help", draft), {"wanted": "yes"})
    assert karen.get(draft.get_absolute_url()).status_code == 200
    assert karen.get(url("form-step", draft, "budget")).status_code == 403
    assert "Konsulenten kan læse kladden nu." in anna.get(url("ask-for-help", draft)).content.decode()
    anna.post(url("ask-for-help", draft), {"wanted": "no"})
    assert karen.get(draft.get_absolute_url()).status_code == 404


def test_help_with_what_is_sent_is_refused_in_words(anna, case):
    answer = anna.post(url("ask-for-help", case(State.SUBMITTED)), {"wanted": "yes"}, follow=True)
    assert "Ansøgningen er ikke længere en kladde: den er nu «Indsendt»." in answer.content.decode()


# ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_answered_and_its_field_corrected_and_only_that(anna, case):
    asked = case(State.AWAITING_INFORMATION)
    question = asked.questions.get()
    page = anna.get(url("answer-questions", asked))
    data = fields_of(page)
    assert sorted(name for name in data if name.startswith("seen-")) == [f"seen-answer_{question.pk}", "seen-purpose"]
    assert "Hvor mange stuer er der?" in page.content.decode() and "24. marts 2026" not in page.content.decode()
    data |= {f"answer_{question.pk}": "Der er tre.", "purpose": "Tre stuer uden sortering.", "then": "send"}
    assert anna.post(url("answer-questions", asked), data).headers["Location"] == url("step", asked, "provide_information")
    question.refresh_from_db()
    assert (question.answer, fresh(asked).purpose) == ("Der er tre.", "Tre stuer uden sortering.")


def test_a_field_nobody_asked_about_cannot_be_smuggled_in(anna, case):
    asked = case(State.AWAITING_INFORMATION)
    data = fields_of(anna.get(url("answer-questions", asked))) | {"title": "Smuglet", "seen-title": "x"}
    assert anna.post(url("answer-questions", asked), data).status_code == 409
    assert anna.post(url("form-step", asked, "projektet"), data).status_code == 409
    assert fresh(asked).title == CONTENT["title"]
    assert anna.get(url("form-step", asked, "projektet")).headers["Location"] == url("answer-questions", asked)
    only = fields_of(anna.get(url("form-step", asked, "indhold")))
    assert [name for name in only if name.startswith("seen-")] == ["seen-purpose"]


def test_a_question_to_the_whole_opens_the_steps(anna, case, walker):
    asked = case(State.AWAITING_INFORMATION)
    walker.take("ask_more", "karen", field="", question="Se det hele igennem.", due=clock.today())
    page = anna.get(url("answer-questions", asked)).content.decode()
    assert [url("form-step", asked, slug) in page for slug in SLUGS] == [True] * 6


def test_an_answer_kept_for_later_says_so(anna, case):
    asked = case(State.AWAITING_INFORMATION)
    data = fields_of(anna.get(url("answer-questions", asked))) | {"then": "stay"}
    page = anna.post(url("answer-questions", asked), data, follow=True).content.decode()
    assert "Jeres svar er gemt. De er ikke sendt endnu." in page


def test_questions_of_a_case_that_has_none_open_is_the_case(anna, case):
    sent = case(State.SUBMITTED)
    assert anna.get(url("answer-questions", sent)).headers["Location"] == sent.get_absolute_url()


# ── begin, copy ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_begin_an_empty_application(anna, open_round):
    page = anna.get(reverse("applications:new", args=[open_round.pk])).content.decode()
    assert "mindst 10.000\N{NO-BREAK SPACE}kr." in page and "I søger for Børnehuset Solstrålen." in page
    answer = anna.post(reverse("applications:new", args=[open_round.pk]), {"begin": "yes"})
    begun = Application.objects.get()
    assert answer.headers["Location"] == url("form-step", begun, "projektet")
    assert (begun.title, begun.contact_name, begun.round) == ("", "Anna Ansøger", open_round)


def test_begin_from_an_earlier_one(anna, draft, open_round):
    answer = anna.post(reverse("applications:new", args=[open_round.pk]), {"begin": "yes", "copy_of": draft.pk})
    begun = Application.objects.get(copied_from=draft)
    assert answer.headers["Location"] == url("form-step", begun, "projektet")
    old, new = content.freeze(draft), content.freeze(begun)
    assert {k: v for k, v in old.items() if k != "attachments"} == {k: v for k, v in new.items() if k != "attachments"}


def test_another_units_application_cannot_be_copied(client_of, cast, draft, open_round):
    olga = client_of(cast["olga"])
    answer = olga.post(reverse("applications:new", args=[open_round.pk]), {"begin": "yes", "copy_of": draft.pk})
    assert olga.get(url("copy", draft)).status_code == 404
    begun = Application.objects.exclude(pk=draft.pk).get()
    assert (answer.status_code, begun.title, begun.copied_from) == (302, "", None)


def test_who_has_several_units_chooses(client_of, cast, open_round):
    school = Unit.objects.get(name="Åmosens Skole")
    appointments.appoint(cast["anna"], Role.APPLICANT, school, by=None)
    browser, address = client_of(cast["anna"]), reverse("applications:new", args=[open_round.pk])
    assert "Udfyld feltet" in browser.post(address, {"begin": "yes"}).content.decode() or Application.objects.count() == 0
    browser.post(address, {"begin": "yes", "unit": school.pk})
    assert Application.objects.get().unit == school
    other = Unit.objects.get(name="Center for Ejendomme og Indkøb")
    assert browser.post(address, {"begin": "yes", "unit": other.pk}).status_code == 200
    assert Application.objects.count() == 1


def test_copy_from_the_cases_page_into_the_open_round(anna, case, cast, year, committee):
    old = case(State.REFUSED)
    assert "Der er ingen åben runde lige nu." in anna.get(url("copy", old)).content.decode()
    now = clock.now()
    new_round = make_round(cast, year, committee, name="Næste", opens=now, deadline=now + timedelta(days=9))
    assert "Runde: Næste." in anna.get(url("copy", old)).content.decode()
    anna.post(url("copy", old), {"begin": "yes"})
    assert Application.objects.get(copied_from=old).round == new_round


def test_a_closed_round_and_a_person_without_a_unit_are_told_what_to_do(client_of, cast, anna, open_round):
    address = reverse("applications:new", args=[open_round.pk])
    page = client_of(cast["karen"]).get(address)
    assert (page.status_code, "Du har ikke en rolle som ansøger eller leder i en enhed." in page.content.decode()) == (
        409,
        True,
    )
    clock.set_to(open_round.deadline)
    page = anna.post(address, {"begin": "yes"})
    assert (page.status_code, "Fristen er overskredet, og runden er lukket." in page.content.decode()) == (409, True)
    clock.set_to(open_round.opens - timedelta(hours=1))
    assert "Runden er ikke åbnet endnu." in anna.get(address).content.decode()
    assert anna.get(reverse("applications:new", args=[999])).status_code == 404


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def groups(browser):
    page = browser.get(reverse("applications:mine"))
    return [(str(title), [row.case.number for row in found]) for title, found in page.context["groups"]]


def test_what_needs_the_unit_comes_first(anna, case, cast):
    sent, waiting = case(State.SUBMITTED), case(State.AWAITING_ENDORSEMENT)
    ended, draft = case(State.WITHDRAWN), case(State.DRAFT)
    assert groups(anna) == [
        ("I skal gøre noget", [draft.number, waiting.number]),
        ("På vej", [sent.number]),
        ("Afgjort eller afsluttet", [ended.number]),
    ]


def test_a_decision_is_on_its_way_until_its_letter_is_released(anna, case, cast):
    decided = case(State.REFUSED)
    page = anna.get(reverse("applications:mine")).content.decode()
    assert groups(anna) == [("På vej", [decided.number])] and "Afslag" not in page and "På dagsorden" in page
    Application.objects.filter(pk=decided.pk).update(letter_released_at=clock.now())
    assert groups(anna) == [("Afgjort eller afsluttet", [decided.number])]


def test_a_leader_sees_the_units_below_and_nobody_else_sees_them(client_of, cast, draft):
    centre = Unit.objects.get(name="Center for Dagtilbud, Skole og Forebyggelse")
    appointments.appoint(cast["otto"], Role.UNIT_LEADER, centre, by=None)
    seen = {
        who: sum(len(found) for _title, found in groups(client_of(cast[who]))) for who in ("otto", "ulla", "olga", "karen")
    }
    assert seen == {"otto": 1, "ulla": 1, "olga": 0, "karen": 0}


def test_a_late_draft_says_so_and_open_rounds_can_be_begun(anna, draft, open_round, quick_round):
    page = anna.get(reverse("applications:mine")).content.decode()
    assert page.count("Begynd en ansøgning") == 2 and "fristen er overskredet" not in page
    clock.set_to(open_round.deadline)
    assert "fristen er overskredet" in anna.get(reverse("applications:mine")).content.decode()


def test_an_empty_list_says_what_to_do(client_of, cast, anna, open_round):
    assert "I har ikke søgt om noget endnu" in anna.get(reverse("applications:mine")).content.decode()
    page = client_of(cast["otto"]).get(reverse("applications:mine")).content.decode()
    assert "Du er ikke med i en enhed, der kan søge" in page


def queries(browser, address):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


def test_queries_do_not_grow_with_the_list(anna, case, cast):
    on_agenda, later = case(State.ON_AGENDA), clock.now()
    one = queries(anna, reverse("applications:mine"))
    for _each in range(2):
        clock.set_to(on_agenda.created_at)
        create(cast["anna"], on_agenda.unit, on_agenda.round)
    clock.set_to(later)
    assert (one, queries(anna, reverse("applications:mine"))) == (11, 11)


@pytest.mark.parametrize("slug", [*SLUGS, None])
def test_a_page_of_the_form_needs_few_queries(anna, draft, slug):
    address = url("form-step", draft, slug) if slug else url("check-answers", draft)
    assert queries(anna, address) <= 12


# ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PAGES = [("form-step", ["budget"]), ("check-answers", []), ("receipt", []), ("copy", []), ("ask-for-help", []),
         ("answer-questions", []), ("detach", [1]), ("attachment", [1])]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in_and_others_see_nothing(client, client_of, cast, draft, name, args, method):
    address = url(name, draft, *args)
    answer = getattr(client, method)(address)
    assert (answer.status_code, "next=" in answer.headers["Location"]) == (302, True)
    for who in ("olga", "otto", "karen", "mads"):
        code = getattr(client_of(cast[who]), method)(address).status_code
        assert code == (405 if method == "post" and name in ("check-answers", "receipt", "attachment") else 404), who


# ── whatever is posted ──────────────────────────────────────────────────────────────────────────────────────────────

RUBBISH = ["", " ", "<script>x</script>", "'\"><b>", "\x00", "🌱" * 50, "9" * 5000, "-1", "NaN", "1e9", "../", "á" * 6000,
           "{{ 7 }}", "ja", "12", "waste", "2026", "on", "\u202e", "[]", "null"]  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_no_post_breaks_the_page_or_comes_back_unescaped(anna, draft, slug):
    chance = random.Random(slug)
    page = fields_of(anna.get(url("form-step", draft, slug)))
    names = [*page, "add_row", "then", "choosing", "choose-title", f"{slug}-x", "title", "budget_lines-TOTAL_FORMS"]
    for _each in range(200):
        data = {name: list(value) for name, value in page.items() if chance.random() > 0.1}
        for name in chance.sample(names, min(len(names), chance.randint(1, 6))):
            data[name] = [chance.choice(RUBBISH) for _time in range(chance.randint(1, 2))]
        answer = anna.post(url("form-step", draft, slug), data)
        text = answer.content.decode()
        assert answer.status_code in (200, 302, 409), data
        assert "<script>x</script>" not in text and "'\"><b>" not in text, data
    assert anna.get(url("check-answers", draft)).status_code == 200


def test_after_sending_comes_the_receipt(client_of, cast, case):
    waiting = case(State.AWAITING_ENDORSEMENT)
    ulla = client_of(cast["ulla"])
    answer = ulla.post(url("step", waiting, "endorse"), {"revision": fresh(waiting).revision})
    assert answer.headers["Location"] == url("receipt", waiting)
