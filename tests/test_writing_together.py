"""Writing together, losing nothing: saving while one writes, several at once, and a session that ends meanwhile."""

import random
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import drafts
from applications.door import create, take
from applications.states import State
from journal import clock
from people import kept
from people.models import KeptForm, Unit
from tests.cast import CONTENT
from tests.test_writing import RUBBISH, SLUGS, fields_of, fresh, rows, url

pytestmark = pytest.mark.django_db
ANCHORING = "forankring"


@pytest.fixture
def anna(client_of, cast):
    return client_of(cast["anna"])


@pytest.fixture
def bo(client_of, cast):
    return client_of(cast["bo"])


@pytest.fixture
def draft(case):
    return case(State.DRAFT)


def page_of(browser, case, slug=ANCHORING) -> dict:
    """The step as a browser holds it."""
    return fields_of(browser.get(url("form-step", case, slug)))


def save(browser, case, page, slug=ANCHORING, **typed):
    """What the page sends by itself after a pause; it takes the digests of the answer."""
    page |= typed
    answer = browser.post(f"{url('autosave', case)}?trin={slug}", page)
    if answer.status_code == 200:
        page |= {f"seen-{name}": digest for name, digest in answer.json()["seen"].items()}
    return answer


# ── saving while one writes ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_typed_is_saved_and_the_page_learns_what_it_has_seen(anna, draft):
    page = page_of(anna, draft)
    said = save(anna, draft, page, risks="Vanerne.").json()
    assert (said["time"], said["settled"], fresh(draft).risks) == ("10.00", True, "Vanerne.")
    assert said["seen"] == drafts.seen(fresh(draft), ["risks", "anchoring", "communication", "consent_to_publish"])
    clock.set_to(clock.now() + timedelta(minutes=42))
    assert save(anna, draft, page, risks="Vanerne kan glide.").json()["time"] == "10.42"
    assert fresh(draft).risks == "Vanerne kan glide."


def test_a_page_that_has_not_learned_would_meet_its_own_words_as_another_s(anna, draft):
    """The twin: without the new digests the second saving clashes with the first."""
    page = page_of(anna, draft)
    anna.post(url("autosave", draft), page | {"risks": "Et"})
    said = anna.post(url("autosave", draft), page | {"risks": "Et og to"}).json()
    assert (said["settled"], fresh(draft).risks) == (False, "Et")


def test_the_same_body_sent_twice_is_one_saving(anna, draft):
    """An answer that was lost on a dead line is asked for again."""
    page = page_of(anna, draft) | {"risks": "Vanerne."}
    one, two = (anna.post(url("autosave", draft), page).json() for _time in range(2))
    assert (one["seen"], one["settled"]) == (two["seen"], two["settled"])
    assert fresh(draft).revision == draft.revision + 1


def test_what_cannot_be_read_is_said_and_the_rest_is_saved(anna, draft):
    page = page_of(anna, draft, "budget")
    half = rows("budget_lines", {"kind": "equipment", "text": "Spande", "amount": "mange"})
    said = save(anna, draft, page, "budget", **half, minimum_amount="ti tusind", own_contribution="1.500").json()
    assert (said["settled"], fresh(draft).own_contribution, fresh(draft).minimum_amount) == (False, 1_500_00, 24_000_00)
    assert [line.text for line in fresh(draft).budget_lines.all()] == ["Sorteringsstationer", "Skilte og poser"]
    assert said["notes"].count("er ikke gemt endnu:") == 2
    assert 'href="#id_minimum_amount"' in said["notes"] and 'href="#budget_lines"' in said["notes"]


def test_the_list_of_what_is_missing_is_right_after_saving_and_each_entry_leads_to_its_field(anna, cast, open_round):
    empty = create(cast["anna"], Unit.objects.get(name="Børnehuset Solstrålen"), open_round)
    page = anna.get(url("form-step", empty, ANCHORING)).content.decode()
    assert "19 svar mangler endnu" in page
    assert '<a href="#id_risks">Udfyld «Risici og forudsætninger».</a>' in page
    title = f'<a href="{url("form-step", empty, "projektet")}#id_title">Udfyld «Projektets titel».</a>'
    assert title in page
    said = save(anna, empty, page_of(anna, empty), risks="Vanerne.").json()
    assert "18 svar mangler endnu" in said["missing"] and "id_risks" not in said["missing"] and title in said["missing"]


def test_a_whole_draft_says_that_nothing_is_missing(anna, draft):
    text = anna.get(url("form-step", draft, ANCHORING)).content.decode()
    assert "Alle svar er der." in text and url("check-answers", draft) in text


@pytest.mark.parametrize("slug", SLUGS)
def test_saving_asks_the_database_for_little_and_draws_no_page(anna, draft, slug):
    page = page_of(anna, draft, slug)
    with CaptureQueriesContext(connection) as asked:
        answer = save(anna, draft, page, slug)
    assert len([query for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]) <= 12
    assert b"<html" not in answer.content and len(answer.content) < 4000


def test_saving_changed_words_asks_for_one_query_more(anna, draft):
    page = page_of(anna, draft)
    with CaptureQueriesContext(connection) as idle:
        save(anna, draft, page)
    with CaptureQueriesContext(connection) as writing:
        save(anna, draft, page, risks="Nyt")
    assert len(writing) - len(idle) == 1


def test_answers_to_questions_are_saved_too(anna, case):
    asked = case(State.AWAITING_INFORMATION)
    question = asked.questions.get()
    page = fields_of(anna.get(url("answer-questions", asked)))
    said = save(anna, asked, page, **{f"answer_{question.pk}": "Der er fire."}, purpose="Fire stuer.").json()
    question.refresh_from_db()
    assert (said["settled"], question.answer, fresh(asked).purpose) == (True, "Der er fire.", "Fire stuer.")


def test_a_field_that_is_not_open_is_not_saved_and_the_words_stay_on_the_page(anna, case):
    asked = case(State.AWAITING_INFORMATION)
    page = fields_of(anna.get(url("answer-questions", asked)))
    answer = save(anna, asked, page, title="Smuglet", **{"seen-title": drafts.seen(asked, ["title"])["title"]})
    assert (answer.status_code, fresh(asked).title) == (409, CONTENT["title"])


def test_after_sending_the_page_says_so_and_shows_the_way_to_the_words(anna, draft):
    page = page_of(anna, draft)
    take("request_endorsement", draft.pk, draft.changed_by)
    answer = save(anna, draft, page, risks="For sent")
    assert (answer.status_code, fresh(draft).risks) == (409, CONTENT["risks"])
    assert "Ansøgningen er nu «Afventer leders godkendelse»" in answer.json()["notes"]


@pytest.mark.parametrize("who", ["olga", "otto", "karen", "mads"])
def test_others_cannot_save_and_learn_nothing(client_of, cast, draft, who):
    assert client_of(cast[who]).post(url("autosave", draft), {"title": "x", "seen-title": "x"}).status_code == 404
    assert Client().post(url("autosave", draft)).status_code == 302
    assert fresh(draft).title == CONTENT["title"]


# ── several at once ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_write_and_neither_loses_a_word(anna, bo, draft):
    hers, his = page_of(anna, draft), page_of(bo, draft)
    save(anna, draft, hers, risks="Annas risici")
    said = save(bo, draft, his, risks="Bos risici", anchoring="Bos forankring").json()
    assert "Anna Ansøger har også rettet «Risici og forudsætninger»." in said["notes"]
    assert (said["settled"], fresh(draft).risks, fresh(draft).anchoring) == (False, "Annas risici", "Bos forankring")
    save(bo, draft, his, communication="Bos formidling")  # what does not clash goes on being saved
    assert (fresh(draft).risks, fresh(draft).communication) == ("Annas risici", "Bos formidling")
    both = bo.post(url("form-step", draft, ANCHORING), his | {"then": "stay"})
    assert both.status_code == 409
    text = both.content.decode()
    # Bo has saved last himself, and still it is Anna who wrote this field
    assert "Anna Ansøger har rettet de samme felter" in text and "Brug det, Anna Ansøger har gemt" in text
    bo.post(url("form-step", draft, ANCHORING), fields_of(both) | {"choose-risks": "mine"})
    assert fresh(draft).risks == "Bos risici"


def test_the_words_that_differ_are_marked(anna, bo, draft):
    long = "Vanerne kan glide tilbage, når hverdagen bliver travl og"
    save(anna, draft, page_of(anna, draft), risks=f"{long} mørk")
    his = page_of(bo, draft)
    save(anna, draft, page_of(anna, draft), risks=f"{long} lys")
    text = bo.post(url("form-step", draft, ANCHORING), his | {"risks": f"{long} lang"}).content.decode()
    assert f"{long} <mark>lys</mark>" in text and f"{long} <mark>lang</mark>" in text


def test_a_page_that_still_shows_old_words_does_not_count_as_having_seen_the_new(anna, bo, draft):
    """Bo corrects his own error beside a text that Anna changed meanwhile: her text stays."""
    his = page_of(bo, draft, "budget")
    save(anna, draft, page_of(anna, draft, "budget"), "budget", own_contribution="1")
    answer = bo.post(url("form-step", draft, "budget"), his | {"minimum_amount": "ti tusind", "then": "stay"})
    again = fields_of(answer) | {"minimum_amount": "10.000", "then": "stay"}
    bo.post(url("form-step", draft, "budget"), again)
    assert (fresh(draft).own_contribution, fresh(draft).minimum_amount) == (1_00, 10_000_00)


def test_what_another_changed_and_i_have_not_touched_is_told_and_not_overwritten(anna, bo, draft):
    his = page_of(bo, draft)
    before = his["seen-risks"]
    save(anna, draft, page_of(anna, draft), risks="Annas risici")
    said = save(bo, draft, his, anchoring="Bos forankring").json()
    assert "har rettet «Risici og forudsætninger»" in said["notes"] and said["settled"]
    assert his["seen-risks"] == before
    save(bo, draft, his)
    assert fresh(draft).risks == "Annas risici"


def test_who_else_is_writing_is_said_for_two_minutes(anna, bo, draft):
    clock.set_to(clock.now() + timedelta(minutes=10))
    save(anna, draft, page_of(anna, draft), risks="Annas risici")
    says = "Anna Ansøger skriver også i ansøgningen."
    his = page_of(bo, draft)
    save(bo, draft, his, anchoring="Bos forankring")
    assert says in save(bo, draft, his).json()["notes"]  # though Bo saved last
    assert says in bo.get(url("form-step", draft, "budget")).content.decode()
    assert says not in anna.get(url("form-step", draft, "budget")).content.decode()
    clock.set_to(clock.now() + timedelta(minutes=2))
    assert says not in save(bo, draft, his).json()["notes"]


# ── a session that ends meanwhile ───────────────────────────────────────────────────────────────────────────────────


def aged(browser, **back):
    session = browser.session
    for key, seconds in back.items():
        session[key] = session.get(key, 0) - seconds
    session.save()


def test_a_saving_keeps_no_session_and_a_posted_form_does(anna, draft):
    page = page_of(anna, draft)
    aged(anna, seen=29 * 60)
    seen = anna.session["seen"]
    assert save(anna, draft, page, risks="Nyt").status_code == 200
    assert anna.get(reverse("people:session")).json()["person"] == draft.changed_by_id
    assert anna.session["seen"] == seen
    anna.post(url("form-step", draft, ANCHORING), page | {"then": "stay"})
    assert anna.session["seen"] > seen


def test_a_key_or_a_click_keeps_it_but_never_past_eight_hours(anna):
    anna.get("/")
    aged(anna, seen=29 * 60, begun=7 * 3600)
    left = anna.get(reverse("people:session")).json()
    assert (60 - left["idle"], 3600 - left["whole"]) == (pytest.approx(0, abs=5), pytest.approx(0, abs=5))
    left = anna.post(reverse("people:stay")).json()
    assert (1800 - left["idle"], 3600 - left["whole"]) == (pytest.approx(0, abs=5), pytest.approx(0, abs=5))


def test_every_page_of_a_signed_in_person_knows_when_the_session_ends(anna):
    anna.get("/")
    aged(anna, seen=29 * 60)
    text = anna.get("/beskeder/").content.decode()
    assert 'data-session="/log-ind/tid/"' in text and 'data-idle="1800"' in text  # the visit itself has kept it
    assert "data-session" not in Client().get("/log-ind/").content.decode()


def test_who_is_asked_after_the_end_is_nobody(anna):
    anna.get("/")
    aged(anna, seen=31 * 60)
    assert anna.get(reverse("people:session")).json()["person"] is None


def test_signing_in_again_beside_the_page(anna):
    answer = anna.post(reverse("people:sign-in-again"))
    assert answer.headers["Location"] == "/log-ind/?next=/log-ind/velkommen-igen/"
    assert anna.get("/log-ind/velkommen-igen/").headers["Location"] == answer.headers["Location"]


def test_the_window_of_who_signed_in_again_can_be_closed(anna):
    assert "Du er logget ind igen" in anna.get("/log-ind/velkommen-igen/").content.decode()


def too_late(browser, case, **typed):
    """A form sent without JavaScript after the session has run out."""
    page = page_of(browser, case) | typed
    aged(browser, seen=31 * 60)
    return browser.post(url("form-step", case, ANCHORING), page | {"then": "next"})


def test_without_javascript_a_form_sent_too_late_comes_back_after_sign_in(anna, client_of, cast, draft):
    answer = too_late(anna, draft, risks="Skrevet før frokost", anchoring="")
    assert answer.headers["Location"] == f"/log-ind/?next={url('form-step', draft, ANCHORING)}"
    assert fresh(draft).risks == CONTENT["risks"]
    inside = client_of(cast["anna"])
    page = inside.get(url("form-step", draft, ANCHORING))
    assert "Du var logget ud, da du sendte siden." in page.content.decode()
    assert (fields_of(page)["risks"], fields_of(page)["anchoring"]) == (["Skrevet før frokost"], [""])
    inside.post(url("form-step", draft, ANCHORING), fields_of(page) | {"then": "next"})
    assert (fresh(draft).risks, fresh(draft).anchoring) == ("Skrevet før frokost", "")
    assert "Du var logget ud" not in inside.get(url("form-step", draft, ANCHORING)).content.decode()


def test_what_was_kept_is_shown_to_nobody_else(anna, bo, draft):
    too_late(anna, draft, risks="Annas egne ord")
    text = bo.get(url("form-step", draft, ANCHORING)).content.decode()
    assert "Annas egne ord" not in text and "Du var logget ud" not in text


def test_what_was_kept_can_be_thrown_away(anna, client_of, cast, draft):
    too_late(anna, draft, risks="Skrevet før frokost")
    inside = client_of(cast["anna"])
    page = fields_of(inside.get(url("form-step", draft, ANCHORING)))
    inside.post(url("form-step", draft, ANCHORING), page | {"then": "discard"})
    assert page_of(inside, draft)["risks"] == [CONTENT["risks"]]
    assert (fresh(draft).risks, KeptForm.objects.count()) == (CONTENT["risks"], 0)


def test_what_was_kept_and_then_saved_by_the_page_itself_does_not_come_again(anna, client_of, cast, draft):
    too_late(anna, draft, risks="Skrevet før frokost")
    inside = client_of(cast["anna"])
    save(inside, draft, page_of(inside, draft))
    assert (fresh(draft).risks, KeptForm.objects.count()) == ("Skrevet før frokost", 0)


def test_what_was_kept_never_overwrites_what_another_wrote_meanwhile(anna, bo, client_of, cast, draft):
    too_late(anna, draft, risks="Annas risici")
    save(bo, draft, page_of(bo, draft), risks="Bos risici")
    inside = client_of(cast["anna"])
    answer = inside.post(url("form-step", draft, ANCHORING), page_of(inside, draft) | {"then": "next"})
    assert (answer.status_code, fresh(draft).risks) == (409, "Bos risici")


def test_by_morning_the_cookie_is_gone_and_the_words_are_not(anna, client_of, cast, draft):
    page = page_of(anna, draft) | {"risks": "Skrevet i aftes"}
    stranger = Client()
    answer = stranger.post(url("form-step", draft, ANCHORING), page)
    assert answer.headers["Location"] == f"/log-ind/?next={url('form-step', draft, ANCHORING)}"
    assert page_of(client_of(cast["anna"]), draft)["risks"] == ["Skrevet i aftes"]


@pytest.mark.parametrize("word", ["", "x", "\x00", "MTI:1abc:def", "æ" * 500])
def test_a_stranger_s_form_without_a_true_word_of_its_writer_is_not_kept(draft, word):
    Client().post(url("form-step", draft, ANCHORING), {"risks": "Plantet", "seen-risks": "x", "writer": word})
    assert KeptForm.objects.count() == 0


def test_an_old_page_after_a_sign_in_elsewhere_gives_its_words_back(cast, client_of, draft):
    """Signing in turns the token of forms; the page that was open before has the old one."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast["anna"], backend="people.backend.PersonBackend")
    old = page_of(browser, draft) | {"risks": "Skrevet før", "then": "stay"}
    browser.cookies.pop("__Host-pool-csrf")
    browser.get("/beskeder/")
    answer = browser.post(url("form-step", draft, ANCHORING), old)
    assert answer.headers["Location"] == url("form-step", draft, ANCHORING)
    page = page_of(browser, draft) | {"then": "stay"}
    assert (page["risks"], fresh(draft).risks) == (["Skrevet før"], CONTENT["risks"])
    browser.post(url("form-step", draft, ANCHORING), page)
    assert fresh(draft).risks == "Skrevet før"


def test_a_forged_form_plants_no_words(cast, anna, bo, draft):
    """Bo's own signed word makes nothing appear on Anna's page."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast["anna"], backend="people.backend.PersonBackend")
    for word in ("", page_of(bo, draft)["writer"][0]):
        forged = {"risks": "Plantet", "seen-risks": "x", "writer": word}
        assert browser.post(url("form-step", draft, ANCHORING), forged).status_code == 403
    assert page_of(anna, draft)["risks"] == [CONTENT["risks"]]


def test_answers_to_questions_survive_too(anna, client_of, cast, case):
    asked = case(State.AWAITING_INFORMATION)
    answer = f"answer_{asked.questions.get().pk}"
    page = fields_of(anna.get(url("answer-questions", asked))) | {answer: "Der er fire."}
    aged(anna, seen=31 * 60)
    anna.post(url("answer-questions", asked), page)
    assert fields_of(client_of(cast["anna"]).get(url("answer-questions", asked)))[answer] == ["Der er fire."]


def test_only_forms_that_say_so_are_kept(anna):
    anna.get("/")
    aged(anna, seen=31 * 60)
    anna.post(reverse("people:change-password"), {"current": "hemmelig", "new": "x", "again": "x"})
    assert KeptForm.objects.count() == 0


def test_what_is_kept_is_bounded_in_size_number_and_time(cast, draft):
    from django.http import QueryDict

    anna = cast["anna"]
    assert not kept.keep(anna, "/x/", QueryDict(urlencode({"risks": "x" * kept.LONGEST})))
    for place in range(kept.MOST_PER_PERSON + 3):
        kept.keep(anna, f"/side/{place}/", QueryDict("a=1"))
    assert KeptForm.objects.count() == kept.MOST_PER_PERSON
    clock.set_to(clock.now() + kept.LASTS)
    kept.keep(cast["bo"], "/side/", QueryDict("a=1"))
    assert list(KeptForm.objects.values_list("person__name", flat=True)) == ["Bo Medskriver"]


# ── whatever is pasted ──────────────────────────────────────────────────────────────────────────────────────────────


def test_fifty_thousand_characters_and_soft_hyphens_get_a_clear_answer_and_stay(anna, draft):
    page = page_of(anna, draft)
    said = save(anna, draft, page, risks="Mad\u00adaffald " * 5000, anchoring="Et\u00adfast punkt 🌱\x00").json()
    assert fresh(draft).risks == CONTENT["risks"] and fresh(draft).anchoring == "Etfast punkt 🌱"
    assert "Teksten er for lang: skriv højst 4000 tegn. Du har skrevet 49999." in said["notes"]


def test_an_emoji_in_every_field_is_saved_or_answered(anna, draft):
    for slug in SLUGS:
        page = page_of(anna, draft, slug)
        typed = {name: "🌱" for name in page if not name.startswith(("seen-", "csrf", "writer")) and "_FORMS" not in name}
        answer = save(anna, draft, page, slug, **typed)
        assert answer.status_code == 200, slug
    assert (fresh(draft).title, fresh(draft).purpose, fresh(draft).contact_name) == ("🌱", "🌱", "🌱")
    assert (fresh(draft).beneficiaries, fresh(draft).contact_email) == (106, "anna@naestved.example")


@pytest.mark.parametrize("slug", SLUGS)
def test_no_saving_breaks_or_comes_back_unescaped(anna, draft, slug):
    chance = random.Random(slug)
    page = page_of(anna, draft, slug)
    names = [*page, "trin", "brought_back", "writer", f"{slug}-x", "title", "seen-title", "budget_lines-TOTAL_FORMS"]
    for _each in range(30):
        data = {name: list(value) for name, value in page.items() if chance.random() > 0.1}
        for name in chance.sample(names, min(len(names), chance.randint(1, 6))):
            data[name] = [chance.choice(RUBBISH) for _time in range(chance.randint(1, 2))]
        answer = anna.post(url("autosave", draft), data)
        assert answer.status_code == 200, data
        assert "<script>x</script>" not in answer.json()["notes"], data
