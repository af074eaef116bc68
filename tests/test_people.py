"""Persons, roles, units, committees and messages: what is written, what is refused in which words, who gets in."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from applications import agenda
from journal import chain, clock, outbox
from journal.models import Event, Message
from people import access, appointments, committees, persons, stale, story, units
from people.ean import check_digit, validate_ean
from people.models import Committee, Person, RoleAssignment, Unit
from people.roles import Role

TODAY = date(2026, 3, 2)


def words(response) -> str:
    return response.content.decode()


def day(name, when) -> dict:
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), (when.day, when.month, when.year), strict=True))


def last_event(subject) -> tuple:
    event = chain.story(subject).last()
    return event.step, event.actor and event.actor.name, event.payload


@pytest.fixture
def asger(cast, client_of):
    """The administrator's browser."""
    return client_of(cast["asger"])


@pytest.fixture
def house(cast):
    return Unit.objects.get(name="Børnehuset Solstrålen")


# ── who gets in ─────────────────────────────────────────────────────────────────────────────────────────────────────

REGISTERS = ["/personer/", "/personer/ny/", "/enheder/ny/", "/udvalg/", "/udvalg/nyt/"]


@pytest.mark.parametrize("path", [*REGISTERS, "/enheder/", "/min-side/", "/beskeder/", "/min-side/adgangskode/"])
def test_strangers_are_sent_to_sign_in(db, client, path):
    assert client.get(path).url == f"/log-ind/?next={path}"


def test_registers_open_to_the_administrator_and_units_to_staff(cast, client_of, house):
    person = cast["otto"].pk
    paths = [*REGISTERS, f"/personer/{person}/", f"/personer/{person}/rolle/", f"/enheder/{house.pk}/luk/", "/enheder/"]
    paths += [f"/enheder/{house.pk}/"]
    answers = {who: [client_of(cast[who]).get(path).status_code for path in paths] for who in ("asger", "karen", "ulla")}
    assert answers == {"asger": [200] * 10, "karen": [403] * 8 + [200] * 2, "ulla": [403] * 10}


def test_who_only_reads_units_is_offered_no_change(cast, client_of, house):
    page = words(client_of(cast["rasmus"]).get(f"/enheder/{house.pk}/"))
    assert "Ulla Leder" in page
    assert "Ret oplysninger" not in page
    assert "/personer/" not in page
    assert "Ny enhed" not in words(client_of(cast["rasmus"]).get("/enheder/"))


# ── one's own page ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_keeps_their_own_facts_and_the_change_is_an_event(cast, client_of):
    typed = {"name": "Anna Berg", "title": "Pædagog", "phone": "5588 1234", "language": "en", "daily_digest": "on"}
    answer = client_of(cast["anna"]).post("/min-side/", typed)
    assert (answer.status_code, answer.url) == (302, "/min-side/")
    step, actor, payload = last_event(cast["anna"].subject)
    assert (step, actor) == ("amend_person", "Anna Berg")
    assert payload == {
        "ændret": {
            "name": ["Anna Ansøger", "Anna Berg"],
            "title": ["", "Pædagog"],
            "phone": ["", "5588 1234"],
            "language": ["da", "en"],
            "daily_digest": [False, True],
        }
    }


def test_saving_without_a_change_is_no_event(cast, client_of):
    before = Event.objects.count()
    client_of(cast["anna"]).post("/min-side/", {"name": "Anna Ansøger", "language": "da"})
    assert Event.objects.count() == before


def test_nobody_changes_address_or_roles_on_their_own_page(cast, client_of):
    typed = {"name": "Anna", "language": "da", "email": "ny@naestved.example", "is_active": "", "is_demo": "on"}
    client_of(cast["anna"]).post("/min-side/", typed)
    anna = Person.objects.get(pk=cast["anna"].pk)
    assert (anna.name, anna.email, anna.is_active, anna.is_demo) == ("Anna", "anna@naestved.example", True, False)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "", "language": "da"}, "Udfyld feltet «Navn»."),
        ({"name": "x" * 5000, "language": "da"}, "Denne værdi må højst have 120 tegn (den har 5000)."),
        ({"name": "A", "language": "sv"}, "Marker en gyldig valgmulighed. sv er ikke en af de tilgængelige valgmuligheder."),
        ({"name": "A\x00", "language": "da"}, "Null-tegn er ikke tilladte."),
        ({}, "Udfyld feltet «Navn»."),
    ],
)
def test_a_wrong_fact_is_named(cast, client_of, typed, told):
    assert told in words(client_of(cast["anna"]).post("/min-side/", typed))
    assert Person.objects.get(pk=cast["anna"].pk).name == "Anna Ansøger"


def test_changing_the_password_asks_for_the_present_one_and_signs_out_elsewhere(cast, client):
    access.choose_password(cast["anna"], "kornblomst og kaffe")
    here, elsewhere = client, type(client)()
    for browser in (here, elsewhere):
        browser.post("/log-ind/", {"email": "anna@naestved.example", "password": "kornblomst og kaffe"})
    typed = {"current": "forkert", "new": "regnvejr med solbriller", "again": "regnvejr med solbriller"}
    assert "Adgangskoden er forkert." in words(here.post("/min-side/adgangskode/", typed))
    answer = here.post("/min-side/adgangskode/", typed | {"current": "kornblomst og kaffe"}, follow=True)
    assert "Din adgangskode er skiftet. Du er logget ud alle andre steder." in words(answer)
    assert [browser.get("/min-side/").status_code for browser in (here, elsewhere)] == [200, 302]
    assert last_event(cast["anna"].subject) == ("choose_password", "Anna Ansøger", {})


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def told(cast, house):
    """Asger has a message about each role he was told of; this one is newest."""
    appointments.appoint(cast["otto"], Role.APPLICANT, house, by=cast["asger"])
    return Message.objects.filter(person=cast["asger"]).order_by("-id").first()


def test_an_unread_message_is_marked_until_it_is_opened(cast, asger, told):
    assert words(asger.get("/beskeder/")).count("Ulæst</span>") == Message.objects.filter(person=cast["asger"]).count()
    page = words(asger.get(f"/beskeder/{told.pk}/"))
    assert "Otto Udenfor har fået rollen Ansøger i Børnehuset Solstrålen fra 2. marts 2026." in page
    told.refresh_from_db()
    assert told.read_at == clock.now()
    assert words(asger.get("/beskeder/")).count("Ulæst</span>") == Message.objects.filter(person=cast["asger"]).count() - 1


def test_all_are_marked_as_read_by_post(cast, asger, told):
    assert asger.get("/beskeder/laest/").status_code == 405
    assert "Alle beskeder er markeret som læst." in words(asger.post("/beskeder/laest/", follow=True))
    assert not Message.objects.filter(person=cast["asger"], read_at=None).exists()
    assert "Markér alle som læst" not in words(asger.get("/beskeder/"))


def test_nobody_reads_or_marks_anothers_message(cast, client_of, told):
    browser = client_of(cast["karen"])
    assert browser.get(f"/beskeder/{told.pk}/").status_code == 404
    browser.post("/beskeder/laest/")
    told.refresh_from_db()
    assert told.read_at is None


def test_a_held_message_is_not_there_before_it_is_released(cast, asger):
    event = Event.objects.order_by("-position").first()
    held = outbox.owe(event, cast["asger"], "anchor", {}, held=True)
    assert asger.get(f"/beskeder/{held.pk}/").status_code == 404
    outbox.release(Message.objects.filter(pk=held.pk))
    assert asger.get(f"/beskeder/{held.pk}/").status_code == 200


def test_a_message_leads_to_its_case_and_its_text_is_never_markup(cast, asger, told):
    Message.objects.filter(pk=told.pk).update(link="/ansoegninger/2026-001/", body="<script>x</script> https://a.dk/")
    page = words(asger.get(f"/beskeder/{told.pk}/"))
    assert 'href="/ansoegninger/2026-001/"' in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_messages_come_sixty_on_a_page(cast, asger, told):
    events = list(Event.objects.all()[:25])
    for event in events:
        for template in ("a", "b", "c"):
            Message.objects.create(event=event, person=cast["asger"], template=template, subject="S", body="B",
                                   created_at=clock.now(), due_at=clock.now())  # fmt: skip
    first = words(asger.get("/beskeder/"))
    assert first.count('<th scope="row">') == 60
    assert "Side 1 af 2" in first
    assert words(asger.get("/beskeder/?page=vrøvl")).count('<th scope="row">') == 60


def test_who_has_no_message_is_told_so(cast, client_of):
    assert "Ingen beskeder endnu" in words(client_of(cast["otto"]).get("/beskeder/"))


# ── persons ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def names_on(response) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/personer/\d+/">([^<]+)</a>', words(response))


def test_the_list_shows_roles_and_state_and_is_narrowed(cast, asger):
    appointments.deactivate(cast["kurt"], by=None)
    assert len(names_on(asger.get("/personer/"))) == 16
    assert names_on(asger.get("/personer/?q=karen")) == ["Karen Konsulent"]
    assert names_on(asger.get("/personer/?q=Åmosens")) == ["Olga fra en anden enhed"]
    assert names_on(asger.get("/personer/?role=manager")) == ["Mads Centerchef", "Malene Direktør"]
    assert names_on(asger.get("/personer/?role=consultant&state=active")) == ["Karen Konsulent"]
    assert names_on(asger.get("/personer/?state=inactive")) == ["Kurt Konsulent"]
    assert "Ingen personer passer" in words(asger.get("/personer/?q=findes+ikke"))


@pytest.mark.parametrize("query", ["role=konge", "state=x", "page=-1", "q=" + "x" * 500, "role=a&role=b"])
def test_a_filter_that_makes_no_sense_is_left_out(cast, asger, query):
    assert asger.get(f"/personer/?{query}").status_code == 200


def test_a_new_person_is_invited_and_both_are_events(cast, asger):
    typed = {"name": "Ny Medarbejder", "email": "Ny@Naestved.example", "title": "Leder", "phone": ""}
    answer = asger.post("/personer/ny/", typed, follow=True)
    new = Person.objects.get(email="ny@naestved.example")
    assert answer.redirect_chain == [(f"/personer/{new.pk}/", 302)]
    text = "Ny Medarbejder er oprettet og får en mail med et link til at vælge adgangskode. Giv nu personen en rolle."
    assert text in words(answer)
    assert not new.has_usable_password()
    access.send_due()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["ny@naestved.example"], "Velkommen til bæredygtighedspuljen")
    told = [(event.step, event.actor_id, event.payload) for event in chain.story(new.subject)]
    assert told == [
        ("enrol", cast["asger"].pk, {"navn": "Ny Medarbejder"}),
        ("invite", cast["asger"].pk, {}),
        ("mail_link", None, {"grund": "invitation"}),
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "A", "email": "ANNA@naestved.example"}, "Der findes allerede en person med den e-mailadresse."),
        ({"name": "", "email": "x"}, "Skriv en e-mailadresse, fx navn@naestved.dk."),
        ({}, "Udfyld feltet «E-mail»."),
        ({"name": ["A", "B"], "email": "æ@" + "ø" * 300}, "Skriv en e-mailadresse, fx navn@naestved.dk."),
    ],
)
def test_a_person_that_cannot_be_is_refused_and_what_was_typed_stays(cast, asger, typed, told):
    before = Person.objects.count()
    page = words(asger.post("/personer/ny/", typed | {"title": "Kornblomstblå"}))
    assert told in page
    assert "Kornblomstblå" in page
    assert Person.objects.count() == before


def test_facts_are_corrected_and_the_story_says_which(cast, asger):
    person = cast["anna"]
    page = f"/personer/{person.pk}/rediger/"
    assert 'value="anna@naestved.example"' in words(asger.get(page))
    asger.post(page, {"name": "Anna Berg", "email": "Anna.Berg@naestved.example", "title": "", "phone": ""})
    newest = story.entries(person.subject)[0]
    assert (newest["title"], newest["actor"], newest["text"]) == (
        "Oplysninger rettet",
        "Asger Administrator",
        "E-mail: anna@naestved.example → anna.berg@naestved.example\nNavn: Anna Ansøger → Anna Berg",
    )
    taken = asger.post(page, {"name": "Anna", "email": "bo@naestved.example"})
    assert "Der findes allerede en person med den e-mailadresse." in words(taken)


def test_a_persons_page_tells_roles_now_coming_and_past_and_deputies(cast, asger, house):
    ulla, otto = cast["ulla"], cast["otto"]
    appointments.appoint(ulla, Role.APPLICANT, house, by=None, valid_from=TODAY + timedelta(days=9))
    appointments.appoint(
        ulla, Role.MANAGER, house, by=None, valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31)
    )  # fmt: skip
    appointments.appoint(otto, Role.UNIT_LEADER, house, by=None, deputy_for=ulla, valid_to=date(2026, 4, 1))
    page = words(asger.get(f"/personer/{ulla.pk}/"))
    parts = re.findall(r"(?:Nu|Kommende|Tidligere|Institutionsleder|Ansøger|Leder)(?=\s*</caption>|</th>)", page)
    assert parts == ["Nu", "Institutionsleder", "Kommende", "Ansøger", "Tidligere", "Leder"]
    assert f'<a href="/personer/{otto.pk}/">Otto Udenfor</a>: Institutionsleder, Børnehuset Solstrålen' in page
    assert "Stedfortræder for Ulla Leder" in words(asger.get(f"/personer/{otto.pk}/"))
    assert story.entries(otto.subject)[0]["text"].splitlines() == [
        "Institutionsleder i Børnehuset Solstrålen",
        "Fra 2. marts 2026 til 1. april 2026",
        "Stedfortræder for Ulla Leder",
    ]


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def role_typed(unit, role="applicant", first=TODAY, last=None, deputy=""):
    return {
        "role": role,
        "unit": unit.pk,
        "deputy_for": deputy,
        **day("valid_from", first),
        **(day("valid_to", last) if last else {}),
    }


def test_a_role_is_given_for_a_period_is_an_event_and_is_told_to_the_administrators(cast, asger, house):
    otto = cast["otto"]
    typed = role_typed(house, first=TODAY, last=date(2026, 6, 30), deputy=cast["anna"].pk)
    answer = asger.post(f"/personer/{otto.pk}/rolle/", typed, follow=True)
    assert "Otto Udenfor har fået rollen, og administratorerne har fået besked." in words(answer)
    given_ = otto.assignments.get()
    assert (given_.role, given_.unit, given_.valid_from, given_.valid_to, given_.deputy_for) == (
        "applicant", house, TODAY, date(2026, 6, 30), cast["anna"],
    )  # fmt: skip
    assert last_event(otto.subject) == (
        "appoint",
        "Asger Administrator",
        {
            "rolle": "applicant",
            "enhed": house.pk,
            "fra": "2026-03-02",
            "til": "2026-06-30",
            "stedfortræder for": cast["anna"].pk,
        },
    )
    event = chain.story(otto.subject).last()
    assert [(m.person, m.subject) for m in event.messages.all()] == [(cast["asger"], "Ny rolle til Otto Udenfor: Ansøger")]


def test_nobody_gives_or_ends_a_role_of_their_own(cast, asger, house):
    own = cast["asger"]
    page = words(asger.get(f"/personer/{own.pk}/"))
    assert "Det er dig selv. Dine egne roller kan kun en anden administrator ændre." in page
    assert "Giv en rolle" not in page
    answer = words(asger.post(f"/personer/{own.pk}/rolle/", role_typed(house)))
    assert "Du kan ikke give dig selv en rolle. Bed en anden administrator om det." in answer
    held = own.assignments.get()
    answer = words(asger.post(f"/roller/{held.pk}/afslut/", {"when": "now"}))
    assert "Du kan ikke ændre dine egne roller. Bed en anden administrator om det." in answer
    assert own.assignments.in_force().count() == 1


def test_what_cannot_be_given_is_refused_in_words(cast, asger, house):
    otto, page = cast["otto"], f"/personer/{cast['otto'].pk}/rolle/"
    school = Unit.objects.get(name="Åmosens Skole")
    appointments.appoint(otto, Role.APPLICANT, house, by=None)
    units.close(school, date(2026, 5, 1), cast["asger"])
    cases = {
        "Rollen kan ikke slutte, før den begynder.": role_typed(house, "manager", TODAY, TODAY - timedelta(days=1)),
        "Personen har allerede den rolle i enheden i den periode.": role_typed(house, last=date(2027, 1, 1)),
        "Enheden lukker. Rollen skal slutte, før den lukker.": role_typed(school),
        "Skriv en dato med dag, måned og år, fx 3 2 2026.": {"role": "applicant", "unit": house.pk},
        "Vælg et svar: «Rolle».": {},
        "Marker en gyldig valgmulighed. system er ikke en af de tilgængelige valgmuligheder.": role_typed(house, "system"),
        "Marker en gyldig valgmulighed. 99999 er ikke en af de tilgængelige valgmuligheder.": {"unit": "99999"},
        "Marker en gyldig valgmulighed. x er ikke en af de tilgængelige valgmuligheder.": {"unit": "x"},
        "Datoen passer ikke. Skriv den fx som 3 2 2026.": {**role_typed(house), "valid_from_day": "32"},
    }
    for told, typed in cases.items():
        assert told in words(asger.post(page, typed)), told
    assert otto.assignments.count() == 1
    appointments.deactivate(otto, by=None)
    typed = role_typed(house, "manager")
    assert "Personen er ikke aktiv. Gør personen aktiv først." in words(asger.post(page, typed))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"role": Role.SYSTEM}, "Den rolle kan ikke gives til nogen."),
        ({"deputy_for": "otto"}, "Man kan ikke være stedfortræder for sig selv."),
        ({"unit": "closed"}, "Enheden er lukket."),
    ],
)
def test_the_domain_refuses_what_no_form_offers(cast, house, change, told):
    if change.get("unit"):
        units.close(house, TODAY, cast["asger"])
    facts = {"role": Role.APPLICANT, "unit": house} | {key: value for key, value in change.items() if key == "role"}
    deputy = cast["otto"] if change.get("deputy_for") else None
    with pytest.raises(ValidationError, match=re.escape(told)):
        appointments.appoint(cast["otto"], by=None, deputy_for=deputy, **facts)


@pytest.mark.parametrize(
    ("typed", "ends"),
    [({"when": "now"}, date(2026, 3, 1)), ({"when": "later", **day("last_day", date(2026, 3, 31))}, date(2026, 3, 31))],
)
def test_a_role_ends_at_once_or_after_a_last_day(cast, asger, typed, ends):
    held = cast["anna"].assignments.get()
    answer = asger.post(f"/roller/{held.pk}/afslut/", typed, follow=True)
    assert "Rollen er afsluttet, og administratorerne har fået besked." in words(answer)
    held.refresh_from_db()
    assert held.valid_to == ends
    step, actor, payload = last_event(cast["anna"].subject)
    assert (step, actor, payload["til"]) == ("end_role", "Asger Administrator", ends.isoformat())
    assert [m.person.name for m in chain.story(cast["anna"].subject).last().messages.all()] == ["Asger Administrator"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Vælg et svar: «Hvornår ophører rollen?»."),
        ({"when": "later"}, "Skriv den sidste dag, rollen gælder."),
        (
            {"when": "later", "last_day_day": "30", "last_day_month": "2", "last_day_year": "2026"},
            "Datoen passer ikke. Skriv den fx som 3 2 2026.",
        ),
        ({"when": "later", **day("last_day", date(2026, 2, 1))}, "Rollen kan ikke slutte før i dag."),
        ({"when": "aldrig"}, "Marker en gyldig valgmulighed. aldrig er ikke en af de tilgængelige valgmuligheder."),
    ],
)
def test_a_wrong_end_is_refused(cast, asger, typed, told):
    held = cast["anna"].assignments.get()
    assert told in words(asger.post(f"/roller/{held.pk}/afslut/", typed))
    held.refresh_from_db()
    assert held.valid_to is None


def test_a_half_written_day_does_not_stop_who_chose_now(cast, asger):
    held = cast["anna"].assignments.get()
    assert asger.post(f"/roller/{held.pk}/afslut/", {"when": "now", "last_day_day": "3"}).status_code == 302


def test_a_role_that_has_an_end_is_not_made_longer_by_ending_it(cast, asger, house):
    held = appointments.appoint(cast["otto"], Role.APPLICANT, house, by=None, valid_to=date(2026, 3, 5))
    typed = {"when": "later", **day("last_day", date(2026, 12, 31))}
    told = "Rollen slutter allerede tidligere. Giv en ny rolle i stedet."
    assert told in words(asger.post(f"/roller/{held.pk}/afslut/", typed))


def test_a_role_that_had_not_begun_is_never_in_force(cast, house):
    held = appointments.appoint(cast["otto"], Role.APPLICANT, house, by=None, valid_from=date(2026, 9, 1))
    appointments.end(held, by=None)
    assert (held.valid_from, held.valid_to) == (date(2026, 3, 1), date(2026, 3, 1))
    assert not RoleAssignment.objects.in_force(date(2026, 9, 2)).filter(pk=held.pk).exists()


# ── closing a person's access ───────────────────────────────────────────────────────────────────────────────────────


def test_access_is_closed_after_a_page_that_says_what_it_means(cast, asger):
    person = cast["anna"]
    page = f"/personer/{person.pk}/aktiv/"
    confirm = words(asger.get(page))
    assert "Roller, der ikke længere gælder" in confirm
    assert "Ansøger, Børnehuset Solstrålen" in confirm
    told = words(asger.post(page, {"active": "no"}, follow=True))
    assert "Adgangen er lukket. Anna Ansøger er logget ud overalt." in told
    assert last_event(person.subject) == ("deactivate", "Asger Administrator", {})
    assert "Det er allerede gjort." in words(asger.post(page, {"active": "no"}, follow=True))
    told = words(asger.post(f"/personer/{person.pk}/adgang/", follow=True))
    assert "Personen er ikke aktiv. Gør personen aktiv først." in told
    assert "Åbn adgangen igen" in words(asger.get(page))
    told = words(asger.post(page, {"active": "yes"}, follow=True))
    assert "Adgangen er åbnet igen. Anna Ansøger får en mail med et link til at vælge adgangskode." in told
    assert [event.step for event in chain.story(person.subject)][-3:] == ["deactivate", "reactivate", "invite"]


def test_nobody_closes_their_own_access(cast, asger):
    told = words(asger.post(f"/personer/{cast['asger'].pk}/aktiv/", {"active": "no"}, follow=True))
    assert "Du kan ikke lukke din egen adgang. Bed en anden administrator om det." in told
    assert Person.objects.get(pk=cast["asger"].pk).is_active


def test_a_new_link_is_sent_by_a_press(cast, asger):
    assert asger.get(f"/personer/{cast['otto'].pk}/adgang/").status_code == 405
    told = words(asger.post(f"/personer/{cast['otto'].pk}/adgang/", follow=True))
    assert "Otto Udenfor får en mail med et nyt link." in told
    assert last_event(cast["otto"].subject) == ("invite", "Asger Administrator", {})


def test_forged_ids_are_not_found(cast, asger):
    paths = ["/personer/{}/", "/personer/{}/rediger/", "/personer/{}/rolle/", "/personer/{}/aktiv/", "/roller/{}/afslut/"]
    paths += [
        "/enheder/{}/",
        "/enheder/{}/rediger/",
        "/enheder/{}/flyt/",
        "/enheder/{}/luk/",
        "/udvalg/{}/",
        "/beskeder/{}/",
    ]
    assert {path: asger.get(path.format(987654)).status_code for path in paths} == dict.fromkeys(paths, 404)


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def unit_typed(**changes):
    facts = {"name": "Skovhuset", "kind": "daycare", "ean": "5798 0008 62005", "users_count": "1.200", "staff_count": "14"}
    facts |= {"latitude": "55,22992", "longitude": "11,76092", "is_separate_legal_entity": "on"}
    return {**facts, **day("valid_from", date(2020, 8, 1)), **changes}


def test_a_unit_is_founded_under_another_with_all_its_facts(cast, asger, house):
    asger.post("/enheder/ny/", unit_typed(parent=house.parent_id))
    new = Unit.objects.get(name="Skovhuset")
    assert (new.parent, new.ean, new.users_count, new.staff_count) == (house.parent, "5798000862005", 1200, 14)
    assert (str(new.latitude), str(new.longitude), new.valid_from) == ("55.22992", "11.76092", date(2020, 8, 1))
    assert (new.is_separate_legal_entity, new.hears_building_cases) == (True, False)
    assert new.path == f"{house.parent.path}{new.pk}/"
    assert last_event(new.subject) == (
        "found_unit",
        "Asger Administrator",
        {"navn": "Skovhuset", "under": str(house.parent)},
    )
    assert f'<option value="{house.pk}" selected>' in words(asger.get(f"/enheder/ny/?under={house.pk}"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"ean": "5798000862006"},
            "EAN-nummeret passer ikke: det sidste ciffer er et kontrolciffer. Se efter en tastefejl.",
        ),
        ({"ean": "579800086200"}, "Skriv EAN-nummeret som 13 cifre uden mellemrum, fx 5798000862005."),
        ({"ean": "٥٧٩٨٠٠٠٨٦٢٠٠٥"}, "Skriv EAN-nummeret som 13 cifre uden mellemrum, fx 5798000862005."),
        ({"ean": "5798000106291"}, "En anden enhed har allerede det EAN-nummer."),
        ({"longitude": ""}, "Skriv både breddegrad og længdegrad, eller ingen af dem."),
        ({"latitude": "11,76", "longitude": "55,2"}, "Stedet ligger uden for Danmark. Skriv et tal mellem 54 og 58."),
        ({"latitude": "NaN"}, "Indtast et tal."),
        ({"users_count": "-1"}, "Denne værdi skal være større end eller lig 0."),
        ({"users_count": "mange"}, "Indtast et heltal."),
        ({"staff_count": "9" * 40}, "Denne værdi skal være mindre end eller lig 100000."),
        ({"kind": "slot"}, "Marker en gyldig valgmulighed. slot er ikke en af de tilgængelige valgmuligheder."),
        ({"name": ""}, "Udfyld feltet «Navn»."),
        ({"valid_from_day": "40"}, "Datoen passer ikke. Skriv den fx som 3 2 2026."),
    ],
)
def test_a_wrong_fact_of_a_unit_is_named_and_nothing_is_written(cast, asger, house, changes, told):
    before = Event.objects.count()
    assert told in words(asger.post(f"/enheder/{house.pk}/rediger/", unit_typed(**changes)))
    assert Event.objects.count() == before
    assert Unit.objects.get(pk=house.pk).name == "Børnehuset Solstrålen"


def test_each_changed_fact_stands_in_the_story(cast, asger, house):
    assert 'value="5798000104075"' in words(asger.get(f"/enheder/{house.pk}/rediger/"))
    asger.post(f"/enheder/{house.pk}/rediger/", unit_typed(hears_building_cases="on"))
    assert story.entries(house.subject)[0]["text"].splitlines() == [
        "Navn: Børnehuset Solstrålen → Skovhuset",
        "EAN-nummer: 5798000104075 → 5798000862005",
        "Antal brugere: 0 → 1200",
        "Antal ansatte: 22 → 14",
        "Breddegrad: ikke sat → 55,22992",
        "Længdegrad: ikke sat → 11,76092",
        "Selvejende eller privat (egen juridisk person): nej → ja",
        "Høres, når bygninger eller grunde berøres: nej → ja",
        "Oprettet: ikke sat → 1. august 2020",
    ]
    before, seen = Event.objects.count(), stale.shown(house.subject)
    asger.post(f"/enheder/{house.pk}/rediger/", unit_typed(hears_building_cases="on", seen=seen))
    assert Event.objects.count() == before
    asger.post(f"/enheder/{house.pk}/rediger/", unit_typed(kind="school", hears_building_cases="on", seen=seen))
    assert story.entries(house.subject)[0]["text"] == "Type: Daginstitution → Skole"


def test_a_unit_moves_with_all_below_it_and_keeps_its_story(cast, asger, house):
    other = Unit.objects.get(name="Center for Ejendomme og Indkøb")
    told = words(asger.post(f"/enheder/{house.parent_id}/flyt/", {"parent": other.pk}, follow=True))
    assert "Center for Dagtilbud, Skole og Forebyggelse er flyttet." in told
    house.refresh_from_db()
    assert house.path == f"{other.path}{house.parent_id}/{house.pk}/"
    newest = story.entries(house.parent.subject)[0]
    assert (newest["title"], newest["text"]) == ("Flyttet", "Fra Næstved Kommune til Center for Ejendomme og Indkøb")
    assert cast["ulla"].assignments.in_force().get().unit == house


def test_a_unit_is_not_hung_below_itself_or_a_closed_one(cast, asger, house):
    centre = house.parent
    told = words(asger.post(f"/enheder/{centre.pk}/flyt/", {"parent": house.pk}))
    assert f"Marker en gyldig valgmulighed. {house.pk} er ikke en af de tilgængelige valgmuligheder." in told
    with pytest.raises(ValidationError, match=re.escape("En enhed kan ikke høre under sig selv eller en enhed under sig.")):
        units.move(centre, house, None)
    school = Unit.objects.get(name="Åmosens Skole")
    units.close(school, TODAY, cast["asger"])
    with pytest.raises(ValidationError, match="Enheden er lukket. Vælg en, der er åben."):
        units.move(house, school, None)
    with pytest.raises(ValidationError, match="Enheden er lukket. Vælg en, der er åben."):
        units.found(None, name="Ny", kind="school", parent=school)


def test_closing_shows_what_ends_and_ends_it(cast, asger, house):
    coming = appointments.appoint(cast["otto"], Role.APPLICANT, house, by=None, valid_from=date(2026, 9, 1))
    page, typed = f"/enheder/{house.pk}/luk/", day("from_day", date(2026, 6, 1))
    shown = words(asger.post(page, typed))
    assert "Lukkes fra den 1. juni 2026" in shown
    assert re.findall(r"<li>([^<:]+: [^<]+)</li>", shown) == [
        "Anna Ansøger: Ansøger", "Bo Medskriver: Ansøger", "Otto Udenfor: Ansøger", "Ulla Leder: Institutionsleder",
    ]  # fmt: skip
    assert Unit.objects.get(pk=house.pk).valid_to is None
    told = words(asger.post(page, typed | {"confirmed": "yes"}, follow=True))
    assert "Børnehuset Solstrålen er lukket." in told
    assert "Enheden er lukket fra den 1. juni 2026. Sager og historik bliver stående." in told
    assert set(house.assignments.values_list("valid_to", flat=True)) == {date(2026, 5, 31)}
    coming.refresh_from_db()
    assert coming.valid_from == date(2026, 5, 31)
    assert last_event(house.subject) == ("close_unit", "Asger Administrator", {"fra": "2026-06-01"})
    assert last_event(cast["ulla"].subject)[0] == "end_role"
    assert story.entries(house.subject)[0]["text"] == "Fra den 1. juni 2026"
    clock.set_to(clock.now() + timedelta(days=100))
    assert "Børnehuset Solstrålen" not in words(asger.get("/enheder/"))
    assert "Børnehuset Solstrålen" in words(asger.get("/enheder/?closed=1"))


def test_what_cannot_be_closed_is_refused_in_words(cast, asger, house):
    confirmed = {"confirmed": "yes"}
    early, later = day("from_day", date(2026, 3, 1)) | confirmed, day("from_day", date(2026, 6, 1)) | confirmed
    centre = f"/enheder/{house.parent_id}/luk/"
    assert "Vælg i dag eller en senere dag." in words(asger.post(f"/enheder/{house.pk}/luk/", early))
    assert "Der er åbne enheder under denne. Luk eller flyt dem først." in words(asger.post(centre, later))
    units.amend(house, None, valid_from=date(2027, 1, 1))
    told = words(asger.post(f"/enheder/{house.pk}/luk/", later))
    assert "Enheden kan ikke lukke, før den er oprettet." in told
    assert "Skriv en dato med dag, måned og år, fx 3 2 2026." in words(asger.post(centre, confirmed))
    assert not Unit.objects.exclude(valid_to=None).exists()


def test_the_tree_stands_in_order_and_is_searched(cast, asger):
    assert [(unit.depth, unit.name) for unit in units.tree()] == [
        (0, "Næstved Kommune"),
        (1, "Center for Dagtilbud, Skole og Forebyggelse"),
        (2, "Børnehuset Solstrålen"),
        (2, "Åmosens Skole"),
        (1, "Center for Ejendomme og Indkøb"),
    ]
    found = lambda query: re.findall(r'<a href="/enheder/\d+/">([^<]+)</a>', words(asger.get(f"/enheder/?q={query}")))  # noqa: E731
    assert found("ÅMOSENS") == ["Åmosens Skole"]
    assert found("5798000104075") == ["Børnehuset Solstrålen"]
    assert found("intet") == []


# ── committees ──────────────────────────────────────────────────────────────────────────────────────────────────────


def committee_typed(**changes):
    facts = {"name": "Teknik- og Klimaudvalget", "members": "9", "place": "Rådhuset", **day("valid_from", date(2026, 1, 1))}
    return facts | changes


def test_a_committee_is_founded_and_amended_with_its_story(cast, asger):
    assert "Ingen udvalg består nu" in words(asger.get("/udvalg/"))
    asger.post("/udvalg/nyt/", committee_typed())
    made = Committee.objects.get()
    assert (made.members, made.place, made.valid_to, made.is_council) == (9, "Rådhuset", None, False)
    asger.post(f"/udvalg/{made.pk}/", committee_typed(members="7", is_council="on", **day("valid_to", date(2029, 12, 31))))
    assert last_event(made.subject) == (
        "amend_committee",
        "Asger Administrator",
        {"ændret": {"valid_to": [None, "2029-12-31"], "members": [9, 7], "is_council": [False, True]}},
    )
    assert "Til og med: ikke sat → 31. december 2029" in words(asger.get(f"/udvalg/{made.pk}/"))
    before = Event.objects.count()
    asger.post(f"/udvalg/{made.pk}/", committee_typed(members="7", is_council="on", **day("valid_to", date(2029, 12, 31))))
    assert Event.objects.count() == before


def test_old_and_new_bodies_stand_apart(committee, cast, asger):
    page = words(asger.get("/udvalg/"))
    bodies = "Teknik- og Klimaudvalget|Klima-, Miljø- og Friluftsturismeudvalget"
    parts = rf"(Udvalg nu|Tidligere udvalg|{bodies})</(?:a|caption)>"
    assert re.findall(parts, page) == [
        "Udvalg nu", "Teknik- og Klimaudvalget", "Tidligere udvalg", "Klima-, Miljø- og Friluftsturismeudvalget",
    ]  # fmt: skip


def test_days_that_leave_a_meeting_outside_are_refused(committee, cast, asger):
    meeting = agenda.plan(committee, clock.now() + timedelta(days=20), by=cast["signe"])
    page = f"/udvalg/{committee.pk}/"
    told = "Udvalget har et møde den 22. marts 2026. Perioden skal omfatte det."
    assert told in words(asger.post(page, committee_typed(**day("valid_to", date(2026, 3, 21)))))
    assert told in words(asger.post(page, committee_typed(**day("valid_from", date(2026, 3, 23)))))
    committee.refresh_from_db()
    assert (committee.valid_from, committee.valid_to) == (date(2026, 1, 1), None)
    assert asger.post(page, committee_typed(**day("valid_to", date(2026, 3, 22)))).status_code == 302
    agenda.cancel(meeting, cast["signe"], "Ingen sager.")
    typed = committee_typed(**day("valid_to", date(2026, 3, 21)), seen=stale.shown(committee.subject))
    assert asger.post(page, typed).status_code == 302


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (day("valid_to", date(2025, 12, 31)), "Udvalget kan ikke ophøre, før det begynder."),
        ({"name": ""}, "Udfyld feltet «Navn»."),
        ({"members": "0"}, "Denne værdi skal være større end eller lig 1."),
        ({"members": "syv"}, "Indtast et heltal."),
        ({"valid_from_year": "26"}, "Datoen passer ikke. Skriv den fx som 3 2 2026."),
        ({"valid_from_year": "0000"}, "Datoen passer ikke. Skriv den fx som 3 2 2026."),
        ({"place": "x" * 900}, "Denne værdi må højst have 120 tegn (den har 900)."),
    ],
)
def test_a_committee_that_cannot_be_is_refused(cast, asger, changes, told):
    assert told in words(asger.post("/udvalg/nyt/", committee_typed(**changes)))
    assert not Committee.objects.exists()


def test_the_same_body_from_the_same_day_is_there_once(committee, cast, asger):
    assert "Der findes allerede et udvalg med det navn fra den dag." in words(asger.post("/udvalg/nyt/", committee_typed()))


# ── steady lists ────────────────────────────────────────────────────────────────────────────────────────────────────


def queries_of(browser, path) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def more_of_everything(cast, count, start=0):
    top, asger = Unit.objects.get(parent=None), cast["asger"]
    for n in range(start, start + count):
        unit = units.found(asger, name=f"Enhed {n}", kind="centre", parent=top)
        units.amend(top, asger, staff_count=n + 100)
        person = persons.enrol(by=asger, email=f"p{n}@naestved.example", name=f"Person {n}")
        appointments.appoint(person, Role.APPLICANT, unit, by=asger)
        appointments.appoint(person, Role.MANAGER, top, by=asger, deputy_for=cast["mads"])
        appointments.appoint(cast["otto"], Role.APPLICANT, unit, by=asger, deputy_for=person)
        made = committees.found(by=asger, name=f"Udvalg {n}", valid_from=date(2026, 1, 1))
        committees.amend(made, by=asger, members=5)


def test_every_list_asks_as_often_for_one_row_as_for_many(cast, asger):
    top, otto, mads = Unit.objects.get(parent=None), cast["otto"], cast["mads"]
    more_of_everything(cast, 1)
    paths = [
        "/personer/",
        "/personer/?q=person&role=applicant",
        f"/personer/{otto.pk}/",
        f"/personer/{mads.pk}/",
        "/enheder/",
    ]
    paths += [f"/enheder/{top.pk}/", f"/enheder/{top.pk}/flyt/", f"/personer/{otto.pk}/rolle/", "/udvalg/", "/beskeder/"]
    paths += [f"/personer/{otto.pk}/aktiv/", "/min-side/"]
    few = {path: queries_of(asger, path) for path in paths}
    more_of_everything(cast, 3, start=1)
    assert {path: queries_of(asger, path) for path in paths} == few
    assert max(few.values()) <= 12


# ── numbers and trees ───────────────────────────────────────────────────────────────────────────────────────────────


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(1, 9), st.integers(0, 12))
def test_a_number_with_its_check_digit_passes_and_with_one_wrong_digit_does_not(twelve, shift, place):
    right = twelve + str(check_digit(twelve))
    validate_ean(right)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    with pytest.raises(ValidationError, match="EAN-nummeret passer ikke"):
        validate_ean(wrong)


@given(st.text(max_size=20).filter(lambda text: not re.fullmatch("[0-9]{13}", text)))
def test_anything_but_thirteen_digits_is_no_number(text):
    with pytest.raises(ValidationError, match="Skriv EAN-nummeret som 13 cifre"):
        validate_ean(text)


def test_a_printed_number_passes():
    validate_ean("5798000862005")


class Trees(TestCase):
    """Whatever is founded and moved, each path is the path of the parent and the unit's own id."""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.integers(0, 50), min_size=1, max_size=8),
        st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8),
    )
    def test_paths_always_equal_parents(self, parents, moves):
        made = [units.found(None, name="Top", kind="municipality")]
        for number, place in enumerate(parents):
            made.append(units.found(None, name=f"U{number}", kind="centre", parent=made[place % len(made)]))
        for what, where in moves:
            unit, under = made[what % len(made)], made[where % len(made)]
            try:
                units.move(unit, under, None)  # objects that earlier moves have made stale, as two browsers would have
            except ValidationError:
                assert Unit.objects.get(pk=under.pk).path.startswith(Unit.objects.get(pk=unit.pk).path)
        stored = {unit.pk: unit for unit in Unit.objects.all()}
        for unit in stored.values():
            above = stored[unit.parent_id].path if unit.parent_id else "/"
            assert unit.path == f"{above}{unit.pk}/"


# ── language ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_language_of_the_menu_is_kept_by_the_person_and_is_an_event(cast, client_of):
    browser = client_of(cast["anna"])
    answer = browser.post("/sprog/", {"language": "en", "next": "/min-side/"})
    assert (answer.status_code, answer.url) == (302, "/min-side/")
    assert '<html lang="en">' in words(browser.get("/min-side/"))
    assert last_event(cast["anna"].subject) == ("amend_person", "Anna Ansøger", {"ændret": {"language": ["da", "en"]}})


@pytest.mark.parametrize("typed", [{"language": "sv"}, {}, {"language": "en\x00"}])
def test_a_language_we_do_not_speak_changes_nothing(cast, client_of, typed):
    browser = client_of(cast["anna"])
    assert browser.post("/sprog/", typed).status_code == 302
    assert Person.objects.get(pk=cast["anna"].pk).language == "da"


def test_a_stranger_keeps_the_language_in_a_cookie(db, client):
    client.post("/sprog/", {"language": "en", "next": "/log-ind/"})
    assert '<html lang="en">' in words(client.get("/log-ind/"))
    assert client.get("/sprog/").status_code == 405
