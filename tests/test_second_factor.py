"""The second factor: set up before any other page by who must, each code once, lost and found; through the real doors."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher
from django.core import mail
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from journal import chain, clock, outbox
from journal.models import Message
from people import access, appointments, second_factor, throttle
from people.models import Bucket, Person, RecoveryCode, Unit
from people.roles import Role

SIGN_IN, CODE, MINE = "/log-ind/", "/log-ind/kode/", "/min-side/"
SECURITY, PHONE, PAPER, OFF = (f"/min-side/sikkerhed/{rest}" for rest in ("", "telefon/", "noedkoder/", "slaa-fra/"))
PASSWORD = "kornblomst og kaffe"
WRONG = "Koden er forkert eller allerede brugt."


def words(response) -> str:
    return response.content.decode()


def now_on(key: str, steps: int = 0) -> str:
    """What a phone with that key shows now, or so many half minutes later."""
    phone = TOTP(bytes.fromhex(key))
    phone.time = time.time() + 30 * steps
    return f"{phone.token():06}"


def code_of(person, steps=0) -> str:
    return now_on(TOTPDevice.objects.get(user=person).key, steps)


def wrong_code(person) -> str:
    right = {code_of(person, steps) for steps in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in right)


def signs_in(person, browser=None, **more) -> Client:
    browser = browser or Client()
    browser.answer = browser.post(SIGN_IN, {"email": person.email, "password": PASSWORD, **more})
    return browser


def is_in(browser) -> bool:
    return browser.get(MINE).status_code == 200


def sets_up(browser, **more):
    """Pairs a phone on the page; answers the response."""
    browser.get(PHONE)
    return browser.post(PHONE, {"code": now_on(browser.session["key of a new phone"]), **more})


def printed(response) -> list[str]:
    return re.findall(r"<code>(\w{4}-\w{4}-\w{4})</code>", words(response))


class QuickHasher(Argon2PasswordHasher):
    """The product's own, at a thousandth of its cost: what it costs is no matter here."""

    time_cost, memory_cost, parallelism = 1, 64, 1


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.QuickHasher"]


@pytest.fixture
def karen(cast):
    """A consultant with a password and no phone yet."""
    access.choose_password(cast["karen"], PASSWORD)
    return cast["karen"]


@pytest.fixture
def anna(cast):
    access.choose_password(cast["anna"], PASSWORD)
    return cast["anna"]


@pytest.fixture
def paired(karen):
    """The consultant has a phone, whose code of the half minute before this one was used, and ten codes on paper."""
    key = second_factor.new_phone(karen).key
    karen.paper = second_factor.switch_on(karen, key, now_on(key, -1))
    return karen


# ── who must ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", [role for role in Role if role not in ("heard_unit", "system")])
def test_every_role_of_the_municipality_needs_one_and_no_role_of_a_unit(cast, role):
    appointments.appoint(cast["otto"], role, Unit.objects.first(), by=None)
    person = Person.objects.get(pk=cast["otto"].pk)
    assert second_factor.must_have(person) == (role not in ("applicant", "unit_leader"))
    assert second_factor.owes(person, {}) == second_factor.must_have(person)


def test_who_must_is_led_to_set_it_up_before_any_other_page(karen):
    browser = signs_in(karen, next="/beskeder/")
    assert browser.answer.url == f"{CODE}?next=/beskeder/"
    page = browser.get(browser.answer.url, follow=True)
    assert page.redirect_chain == [(f"{PHONE}?next=/beskeder/", 302)]
    assert "Sæt totrinslogin op" in words(page)
    for address in (MINE, "/beskeder/", "/runder/", "/venter-paa-mig/", SECURITY, PAPER):
        assert browser.get(address).url == f"{CODE}?next={address}"
    for address in (MINE, "/beskeder/laest/", OFF):
        assert browser.post(address).url.startswith(CODE)
    assert browser.get(SIGN_IN, {"next": MINE}).url == f"{CODE}?next={MINE}"
    front = words(browser.get("/"))
    assert "Karen Konsulent" not in front and "Log ind" in front


def test_an_applicant_needs_none(anna):
    browser = signs_in(anna)
    assert browser.answer.url == "/"
    assert is_in(browser)
    assert browser.get(CODE).url == SIGN_IN


def test_a_role_given_in_the_middle_of_a_session_asks_for_it_at_once(anna):
    browser = signs_in(anna)
    appointments.appoint(anna, Role.FINANCE, Unit.objects.first(), by=None)
    assert browser.get(MINE).url == f"{CODE}?next={MINE}"


def test_without_the_middleware_a_password_alone_would_open_everything(karen, settings):
    """The twin: what the guard is for."""
    browser = signs_in(karen)
    assert not is_in(browser)
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]
    unguarded = Client()
    unguarded.cookies = browser.cookies
    assert is_in(unguarded)


def test_the_mark_costs_no_query(paired, client_of, settings):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person, counted, guarded = Person.objects.get(pk=paired.pk), [], settings.MIDDLEWARE
    for settings.MIDDLEWARE in (guarded, [m for m in guarded if "SecondFactor" not in m]):
        browser = client_of(person)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/beskeder/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] > 0


# ── set up ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_right_code_pairs_the_phone_shows_ten_codes_once_and_lets_in_under_a_new_key(karen):
    browser = signs_in(karen)
    halfway = browser.session.session_key
    answer = sets_up(browser, next="/beskeder/")
    codes = printed(answer)
    assert len(set(codes)) == 10
    assert 'href="/beskeder/"' in words(answer) and answer.headers["Cache-Control"] == "no-store"
    assert is_in(browser)
    assert browser.session.session_key != halfway
    assert "key of a new phone" not in browser.session
    assert not any(code in words(browser.get(page)) for code in codes for page in (SECURITY, PHONE, MINE))
    stored = repr([*RecoveryCode.objects.values_list(), *Message.objects.values_list("body")])
    assert not any(code.replace("-", "") in stored for code in codes)
    assert identify_hasher(RecoveryCode.objects.first().digest).algorithm == "argon2"
    copied = Client()
    copied.cookies["__Host-pool-session"] = halfway
    assert not is_in(copied)
    event = chain.story(karen.subject).last()
    assert (event.step, event.actor) == ("second_factor_on", karen)
    assert Message.objects.get(event=event).subject == "Totrinslogin er slået til"


def test_the_page_offers_a_picture_within_the_policy_and_the_key_to_type(karen):
    browser = signs_in(karen)
    page = words(browser.get(PHONE))
    key = browser.session["key of a new phone"]
    from base64 import b32encode

    shown = b32encode(bytes.fromhex(key)).decode()
    assert f'<code class="secret">{" ".join(shown[n : n + 4] for n in range(0, 32, 4))}</code>' in page
    picture = re.search(r"<svg viewBox.*?</svg>", page)[0]
    assert "style" not in picture and "href" not in picture and " d=" in picture
    assert browser.get(PHONE) and browser.session["key of a new phone"] == key  # the same on a reload


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "0" * 500, "१२३४५६", "\x00", "-00001", "1e5", "🦆"])
def test_a_wrong_first_code_pairs_nothing(karen, code):
    browser = signs_in(karen)
    browser.get(PHONE)
    assert browser.post(PHONE, {"code": code}).status_code == 200
    assert not TOTPDevice.objects.exists() and not is_in(browser)
    assert Person.objects.get(pk=karen.pk).second_factor_since is None


def test_who_has_a_phone_and_gave_only_the_password_cannot_pair_another(paired):
    browser = signs_in(paired)
    for answer in (browser.get(PHONE), browser.post(PHONE, {"code": "123456"})):
        assert answer.url == CODE
    other = second_factor.new_phone(paired).key
    stale = Person.objects.get(pk=paired.pk)
    stale.second_factor_since = None  # as a page saw the person before the phone was paired elsewhere
    with pytest.raises(Exception, match="Totrinslogin er ændret"):
        second_factor.switch_on(stale, other, now_on(other))
    assert TOTPDevice.objects.get(user=paired).key != other


# ── at the door ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_lets_in_once_and_under_a_new_key(paired):
    browser = signs_in(paired, next="/beskeder/")
    assert "Skriv koden" in words(browser.get(browser.answer.url))
    halfway, code = browser.session.session_key, code_of(paired)
    answer = browser.post(CODE, {"code": f" {code[:3]} {code[3:]} ", "next": "/beskeder/"})
    assert answer.url == "/beskeder/" and is_in(browser)
    assert browser.session.session_key != halfway
    second = signs_in(paired)
    assert WRONG in words(second.post(CODE, {"code": code}))
    assert not is_in(second)
    assert second.post(CODE, {"code": code_of(paired, 1)}).status_code == 302


@pytest.mark.parametrize("code", ["", "000", "x" * 41, "\x00", "💥", "abcd-efgh-jkmn", "-", "١٢٣٤٥٦"])
def test_a_wrong_code_lets_nobody_in(paired, code):
    browser = signs_in(paired)
    assert browser.post(CODE, {"code": code}).status_code == 200
    assert not is_in(browser)


def test_where_one_is_led_is_a_page_of_ours(paired):
    browser = signs_in(paired)
    assert browser.post(CODE, {"code": code_of(paired), "next": "https://ond.example/"}).url == "/"


def test_a_code_on_paper_lets_in_once_and_the_person_is_told(paired):
    code = paired.paper[3]
    assert signs_in(paired).post(CODE, {"code": code.lower().replace("-", " ")}).status_code == 302
    assert WRONG in words(signs_in(paired).post(CODE, {"code": code}))
    assert RecoveryCode.objects.filter(person=paired).count() == 9
    event = chain.story(paired.subject).last()
    assert (event.step, event.payload) == ("recovery_code_used", {"tilbage": 9})
    assert "Du har 9 tilbage." in Message.objects.get(event=event).body


def test_another_persons_codes_open_nothing(paired, cast):
    access.choose_password(cast["kurt"], PASSWORD)
    key = second_factor.new_phone(cast["kurt"]).key
    paper = second_factor.switch_on(cast["kurt"], key, now_on(key, -1))
    browser = signs_in(paired)
    for code in (paper[0], code_of(cast["kurt"])):
        assert WRONG in words(browser.post(CODE, {"code": code}))


def test_five_wrong_codes_close_it_for_a_while_and_it_says_until_when(paired):
    browser, wrong = signs_in(paired), wrong_code(paired)
    for _turn in range(5):
        assert WRONG in words(browser.post(CODE, {"code": wrong}))
    told = words(browser.post(CODE, {"code": code_of(paired)}))
    assert "Der er skrevet for mange forkerte koder. Prøv igen kl. 10.13." in told  # one more every twelve minutes
    assert WRONG not in told and not is_in(browser)
    clock.set_to(clock.now() + timedelta(minutes=12, seconds=1))
    assert browser.post(CODE, {"code": code_of(paired)}).status_code == 302


def test_a_right_code_costs_no_try(paired):
    for n in range(7):
        second_factor.check(paired, paired.paper[n])


def test_a_new_password_by_mail_opens_the_codes_again(paired):
    browser, wrong = signs_in(paired), wrong_code(paired)
    for _turn in range(5):
        browser.post(CODE, {"code": wrong})
    access.choose_password(paired, PASSWORD)
    assert signs_in(paired).post(CODE, {"code": code_of(paired)}).status_code == 302


def test_a_half_session_grows_old_like_any_other(paired):
    browser = signs_in(paired)
    session = browser.session
    session["seen"] -= 30 * 60 + 1
    session.save()
    assert browser.get(CODE).url == SIGN_IN


# ── «Sikkerhed» ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def inside(paired):
    browser = signs_in(paired)
    browser.post(CODE, {"code": paired.paper[9]})
    assert is_in(browser)
    return browser


def test_the_page_says_what_one_has(inside, anna):
    page = words(inside.get(SECURITY))
    assert "Du har 9 nødkoder tilbage af 10." in page and "Skift telefon" in page and OFF not in page
    assert "Ikke slået til" in words(signs_in(anna).get(SECURITY))


def test_an_applicant_switches_it_on_with_their_password_and_off_with_a_code(anna):
    browser = signs_in(anna)
    elsewhere = signs_in(anna)
    assert "Adgangskoden er forkert." in words(sets_up(browser, current="forkert"))
    assert not TOTPDevice.objects.exists()
    codes = printed(sets_up(browser, current=PASSWORD))
    assert len(codes) == 10 and is_in(browser)
    assert elsewhere.get(MINE).url == f"{SIGN_IN}?next={MINE}"  # signed out: it never showed a code
    assert signs_in(anna).answer.url.startswith(CODE)
    assert WRONG in words(browser.post(OFF, {"code": "ABCD-EFGH-JKMN"}))
    answer = browser.post(OFF, {"code": codes[0]}, follow=True)
    assert "Totrinslogin er slået fra." in words(answer)
    assert not TOTPDevice.objects.exists() and not RecoveryCode.objects.exists()
    assert signs_in(anna).answer.url == "/"


def test_who_must_have_it_cannot_switch_it_off(inside, paired):
    assert inside.get(OFF).url == inside.post(OFF, {"code": paired.paper[0]}).url == SECURITY
    with pytest.raises(Exception, match="Din rolle kræver totrinslogin"):
        second_factor.switch_off(paired)


def test_another_phone_takes_over_with_a_code_of_the_old(inside, paired):
    other = signs_in(paired)
    other.post(CODE, {"code": paired.paper[8]})
    old = TOTPDevice.objects.get(user=paired).key
    assert WRONG in words(sets_up(inside, proof="ABCD-EFGH-JKMN"))
    assert TOTPDevice.objects.get(user=paired).key == old
    clock.set_to(clock.now() + timedelta(seconds=1))
    codes = printed(sets_up(inside, proof=paired.paper[7]))
    assert len(codes) == 10 and is_in(inside)
    assert not is_in(other)
    door = signs_in(paired)
    assert WRONG in words(door.post(CODE, {"code": now_on(old, 1)}))
    assert WRONG in words(door.post(CODE, {"code": paired.paper[0]}))
    assert door.post(CODE, {"code": code_of(paired, 1)}).status_code == 302
    assert chain.story(paired.subject).last().step == "second_factor_moved"


def test_new_codes_on_paper_end_the_old(inside, paired):
    codes = printed(inside.post(PAPER, {"code": code_of(paired)}))
    assert len(set(codes)) == 10
    door = signs_in(paired)
    assert WRONG in words(door.post(CODE, {"code": paired.paper[0]}))
    assert door.post(CODE, {"code": codes[0]}).status_code == 302


def test_the_file_holds_the_codes_and_needs_no_other_page(inside, paired):
    from urllib.parse import unquote

    answer = inside.post(PAPER, {"code": code_of(paired)})
    file = unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download="noedkoder.txt"', words(answer))[1])
    assert file.splitlines()[3:13] == printed(answer)


# ── the phone is lost ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_administrator_removes_a_lost_phone_and_the_person_is_told(inside, paired, cast, client_of):
    office, page = client_of(cast["asger"]), f"/personer/{paired.pk}/totrinslogin/"
    assert "Fjern totrinslogin" in words(office.get(f"/personer/{paired.pk}/"))
    assert "Personen bliver logget ud overalt." in words(office.get(page))
    answer = office.post(page, follow=True)
    assert "Totrinslogin er fjernet, og Karen Konsulent har fået besked." in words(answer)
    assert not TOTPDevice.objects.exists() and not RecoveryCode.objects.exists()
    assert inside.get(MINE).url == f"{SIGN_IN}?next={MINE}"
    event = chain.story(paired.subject).last()
    assert (event.step, event.actor) == ("second_factor_removed", cast["asger"])
    mail.outbox.clear()
    outbox.send_due()
    [told] = [m for m in mail.outbox if m.subject == "Totrinslogin er fjernet"]
    assert told.to == [paired.email] and "Asger Administrator har fjernet telefonen" in told.body
    assert signs_in(paired).get(CODE).url.startswith(PHONE)
    assert "Totrinslogin er ikke slået til." in words(office.post(page, follow=True))


def test_nobody_removes_their_own_there_and_others_not_at_all(paired, cast, client_of):
    asger = cast["asger"]
    key = second_factor.new_phone(asger).key
    second_factor.switch_on(asger, key, now_on(key))
    office, page = client_of(Person.objects.get(pk=asger.pk)), f"/personer/{asger.pk}/totrinslogin/"
    assert "Bed en anden administrator om det." in words(office.get(page))
    assert "Bed en anden administrator om det." in words(office.post(page, follow=True))
    assert client_of(cast["kurt"]).post(f"/personer/{paired.pk}/totrinslogin/").status_code == 403
    assert TOTPDevice.objects.count() == 2


# ── buckets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bucket_says_of_nobody_that_they_tried_and_is_swept_when_full(paired):
    throttle.take(throttle.CODES, paired.pk)
    assert re.fullmatch(r"[0-9a-f]{64}", Bucket.objects.get().key)
    assert throttle.sweep() == 0
    clock.set_to(clock.now() + timedelta(hours=1, seconds=1))
    assert throttle.sweep() == 1 and not Bucket.objects.exists()


def test_a_clock_set_back_takes_nothing_away(paired):
    throttle.take(throttle.CODES, paired.pk)
    clock.set_to(clock.now() - timedelta(days=1))
    assert [throttle.take(throttle.CODES, paired.pk) for _turn in range(5)] == [True] * 4 + [False]
