"""A project's story on its way to the public: who may do what, what is frozen, and what is taken away is gone at once."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from applications import going_public, photos, public_photos, public_site, results
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, WrongAnswers
from applications.models import Application, Consent, Project, PublicEffect, Result
from applications.states import State
from applications.tasks import publish_results
from journal import clock
from tests.cast import NOW
from tests.stories import WORDS, Story

pytestmark = pytest.mark.django_db

# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_story_begins_with_what_the_unit_has_told_already(story, cast):
    begun = results.begin(story.case.pk, cast["anna"])
    assert (begun.title, begun.why) == ("Madaffald sorteres på alle stuer", "Stuerne har kun én spand.")
    assert (begun.outcome, begun.lesson) == ("Alle stuer sorterer.", "Spanden skal stå ved døren.")
    assert begun.contact == "Ledelsen i Børnehuset Solstrålen"
    assert results.begin(story.case.pk, cast["karen"]).revision == begun.revision
    assert story.steps == ["write_result"]


def test_a_project_that_has_reported_nothing_has_no_story_yet(case, cast):
    begun = case(State.ACTIVE)
    with pytest.raises(NotYet, match="Send en statusrapport først"):
        results.begin(begun.pk, cast["anna"])
    reports = Project.objects.get(pk=begun.pk).reports
    reports.create(kind="status", begun_by=cast["anna"], begun_at=clock.now(), sent_at=clock.now(), sha256="0" * 64)
    assert results.begin(begun.pk, cast["anna"]).status == "draft"


@pytest.mark.parametrize("who", ["olga", "otto", "frida", "kamille", "asger"])
def test_nobody_else_begins_or_writes(story, cast, who):
    with pytest.raises(NotYours):
        results.begin(story.case.pk, cast[who])
    story.write()
    with pytest.raises(NotYours):
        story.write(who, title="Noget andet")
    assert story.result.title == "Spand ved døren"


def test_a_stale_page_writes_nothing(story, cast):
    story.write()
    with pytest.raises(Stale):
        results.write(story.case.pk, cast["bo"], seen_revision=1, title="Bos titel")
    assert story.result.title == "Spand ved døren"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("contact", "Anna Ansøger i køkkenet"),
        ("contact", "Køkkenet, 55 88 12 34"),
        ("advice", "Skriv til koekken@naestved.example"),
        ("outcome", "Ulla Leder er glad."),
    ],
)
def test_names_and_numbers_of_people_are_refused(story, field, text):
    story.write(**WORDS | {field: text})
    with pytest.raises(NotYet, match=r"Skriv en funktion"):
        story.send()


# ── the unit has seen it ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_unit_sees_the_words_as_they_are_and_another_hand_undoes_it(story, cast):
    story.write()
    story.send()  # by Anna of the unit: she has seen what she sends
    assert story.result.is_seen and story.result.seen_by == cast["anna"]
    story.write("kamille", title="Spande ved dørene")
    assert not story.result.is_seen
    assert story.told("see_result") == ["anna", "ulla"]
    with pytest.raises(NotYet, match="Enheden har ikke set teksten"):
        story.publish()
    story.see()
    assert story.told("result_seen") == ["kamille"]
    assert story.publish().public["title"] == "Spande ved dørene"
    assert story.steps == ["write_result", "see_result", "send_result", "edit_result", "see_result", "publish_result"]


def test_a_story_sent_by_the_consultant_waits_for_the_unit(story):
    story.write("karen")
    story.send("karen")
    assert not story.result.is_seen
    assert story.told("send_result") == ["kamille"]
    assert story.told("see_result") == ["anna", "ulla"]
    with pytest.raises(NotYours):
        story.see("karen")


def test_a_unit_that_did_not_say_yes_in_its_application_says_it_here(walker, cast):
    story = Story(walker(State.COMPLETED, consent_to_publish=False), cast)
    story.write("karen")
    story.send("karen")
    with pytest.raises(WrongAnswers, match="må vises offentligt"):
        story.see()
    with pytest.raises(NotYet, match="ikke sagt ja"):
        story.publish()
    story.see(consents=True)
    assert story.publish().status == "published"


# ── publishing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_visitors_read_is_frozen(story):
    result = story.published()
    assert result.slug == "spand-ved-doeren"
    assert (result.public["granted"], result.public["spent"], result.public["year"]) == (40_000_00, 38_000_00, 2026)
    effect = result.public["effects"][0]
    assert (effect["value"], effect["unit"], effect["basis"]) == ("2440", "kg/år", "measured")
    counted = PublicEffect.objects.values_list("result", "place", "indicator", "unit", "basis", "family", "value", "low")
    assert list(counted) == [(story.case.pk, 1, "recycled", "kg/år", "measured", "", 2440, None)]
    assert "|year:2026|" in result.facets and "|theme:waste|" in result.facets and "|sdg:12|" in result.facets
    story.write("bo", title="Ny titel")
    assert story.result.public["title"] == "Spand ved døren"
    assert story.result.has_new_words
    story.see()
    assert story.publish().public["title"] == "Ny titel"
    assert story.result.slug == "spand-ved-doeren"  # an address stays
    assert story.told("publish_result") == ["anna", "anna", "karen", "karen", "ulla", "ulla"]


def test_a_story_told_while_the_project_ran_takes_in_the_final_figures(running, walker, cast):
    """Kommunikation is told, and may publish the same words again."""
    walker.report()
    story = Story(Application.objects.get(pk=running.pk), cast)
    early = story.published().public
    assert (early["is_done"], early["spent"]) == (False, Project.objects.get(pk=running.pk).spent)
    walker.complete()
    assert story.told("new_figures") == ["kamille"]
    assert not story.result.has_new_words
    assert story.publish().public["is_done"] is True
    with pytest.raises(AlreadyHandled):
        story.publish()


def test_publishing_twice_is_once(story, cast):
    story.published()
    generation = public_site.generation()
    with pytest.raises(AlreadyHandled):
        story.publish()
    assert (story.steps.count("publish_result"), public_site.generation()) == (1, generation)


def test_two_stories_of_one_name_have_an_address_each(walker, story, cast):
    now = clock.now()
    clock.set_to(NOW)
    facts = {"title": "Spand ved døren", "slug": "spand-ved-doeren", "status": "unpublished", "changed_at": now}
    Result.objects.create(application=walker(State.DRAFT), written_by=cast["anna"], **facts)
    clock.set_to(now)
    assert story.published().slug == "spand-ved-doeren-2"


@pytest.mark.parametrize("who", ["anna", "ulla", "karen", "mads", "frida", "olga"])
def test_only_kommunikation_publishes_and_takes_down(story, cast, who):
    story.write()
    story.send()
    for act in (story.publish, lambda name: going_public.give_back(story.case.pk, cast[name], reason="Nej")):
        with pytest.raises(NotYours):
            act(who)
    story.publish()
    with pytest.raises(NotYours):
        going_public.unpublish(story.case.pk, cast[who], reason="Nej")


def test_a_story_given_back_can_be_written_again(story, cast):
    story.write()
    story.send()
    with pytest.raises(AlreadyHandled, match="ligger hos Kommunikation"):
        story.write("anna", title="Midt i det hele")
    going_public.give_back(story.case.pk, cast["kamille"], reason="Skriv kortere.")
    assert (story.result.status, story.told("return_result")) == ("draft", ["anna", "karen", "ulla"])
    assert story.write("anna", title="Kort").title == "Kort"


def test_the_database_refuses_to_publish_what_no_unit_has_seen(story):
    story.published()
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.update(seen_at=None)
    story.unpublish()
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.update(facets="|year:2026|")


# ── by the clock ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_planned_story_is_published_once_when_its_time_comes(story, cast):
    story.write()
    story.send()
    at = clock.now() + timedelta(days=2)
    going_public.schedule(story.case.pk, cast["kamille"], seen_revision=story.result.revision, publish_at=at)
    publish_results()
    assert story.result.status == "in_review"
    clock.set_to(at)
    publish_results()
    publish_results()
    assert (story.result.status, story.result.published_by, story.steps[-1]) == (
        "published",
        cast["kamille"],
        "publish_result",
    )
    assert story.steps.count("publish_result") == 1


def test_a_plan_falls_with_the_words_it_was_made_for(story, cast):
    story.write()
    story.send()
    at = clock.now() + timedelta(days=2)
    going_public.schedule(story.case.pk, cast["kamille"], seen_revision=story.result.revision, publish_at=at)
    story.write("kamille", title="Andre ord")
    clock.set_to(at)
    publish_results()
    assert (story.result.status, story.result.publish_at) == ("in_review", None)


# ── gone at once ────────────────────────────────────────────────────────────────────────────────────────────────────


def page_of(story):
    return Client().get(f"/resultater/{story.result.slug}/")


def test_a_result_taken_down_is_gone_everywhere_at_once(story, django_capture_on_commit_callbacks):
    picture = story.picture()
    story.published()
    address = f"/resultater/billeder/{picture.pk}-{'a' * 16}-640.jpg"
    assert (page_of(story).status_code, Client().get(address).status_code) == (200, 200)
    assert b"Spand ved d" in Client().get("/resultater/feed.xml").content
    copy = public_photos.name_of(picture, 640)
    assert default_storage.exists(copy)
    with django_capture_on_commit_callbacks(execute=True):
        story.unpublish()
    assert (page_of(story).status_code, Client().get(address).status_code) == (410, 404)
    for path in ("/resultater/", "/resultater/feed.xml", "/resultater/kort.geojson", "/sitemap.xml"):
        assert b"spand-ved-doeren" not in Client().get(path).content
    assert (story.result.public, story.result.card, default_storage.exists(copy)) == ({}, {}, False)
    assert not PublicEffect.objects.exists()
    assert story.told("unpublish_result") == ["anna", "karen", "ulla"]


def test_a_kept_page_outlives_what_was_taken_down_when_nobody_says_so(story, monkeypatch):
    """The twin: without the new generation the page that was kept is still served."""
    story.published()
    assert page_of(story).status_code == 200
    monkeypatch.setattr(public_site, "changed", lambda: None)
    story.unpublish()
    assert page_of(story).status_code == 200


def test_a_photo_whose_consent_is_withdrawn_is_gone_at_once(story, cast):
    consent = story.consent()
    picture, other = story.picture(consent), story.picture(position=1, alt="Ni stationer")
    story.published()
    assert [photo["id"] for photo in story.result.public["photos"]] == [picture.pk, other.pk]
    address = f"/resultater/billeder/{picture.pk}-{'a' * 16}-640.jpg"
    assert Client().get(address).status_code == 200
    assert b"En spand ved en d" in page_of(story).content
    photos.withdraw_consent(consent.pk, cast["anna"])
    assert Client().get(address).status_code == 404
    assert [photo["id"] for photo in story.result.public["photos"]] == [other.pk]
    assert b"En spand ved en d" not in page_of(story).content


def test_a_photo_asks_for_leave_at_every_visit(story):
    """Whatever becomes of the page: the picture itself is shown only while it may be."""
    picture = story.picture(story.consent())
    story.published()
    Consent.objects.update(withdrawn_at=clock.now())
    assert Client().get(f"/resultater/billeder/{picture.pk}-{'a' * 16}-640.jpg").status_code == 404


@pytest.mark.parametrize("act", ["hide", "remove"])
def test_a_photo_taken_off_the_project_leaves_the_public_page(story, cast, act):
    picture = story.picture()
    story.published()
    getattr(photos, act)(picture.pk, cast["anna"])
    assert story.result.public["photos"] == [] and story.result.card["photo"] is None


def test_a_consent_that_runs_out_takes_its_photo_along(story):
    consent = story.consent()
    story.picture(consent)
    Consent.objects.update(valid_to=clock.today())
    story.published()
    publish_results()
    assert len(story.result.public["photos"]) == 1
    clock.set_to(clock.now() + timedelta(days=1))
    publish_results()
    assert story.result.public["photos"] == []


def test_a_picture_that_may_not_be_shown_is_not_frozen(story):
    story.picture(is_shown=False, alt="", nobody_shown_by=None)
    assert story.published().public["photos"] == []


def test_copies_are_small_and_say_nothing_of_the_camera(story):
    picture = story.picture()
    story.published()
    for width, size in ((640, (640, 480)), (1280, (1280, 960))):
        with default_storage.open(public_photos.name_of(picture, width)) as file, Image.open(file) as opened:
            assert (opened.size, dict(opened.getexif())) == (size, {})


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_way_through_the_pages(story, client_of, cast):
    number = story.case.number
    anna, ulla, kamille = (client_of(cast[name]) for name in ("anna", "ulla", "kamille"))
    there = f"/ansoegninger/{number}/historie/"
    assert "Begynd historien" in anna.get(there).content.decode()
    assert anna.post(f"{there}begynd/").status_code == 302
    typed = {**WORDS, "seen": 1}
    assert anna.post(f"{there}rediger/", typed).status_code == 302
    assert kamille.post(f"{there}rediger/", {**typed, "seen": 2, "title": "X"}).status_code == 403
    assert anna.post(f"{there}send/", {"seen": 2}).status_code == 302
    assert "Spand ved døren" in kamille.get("/kommunikation/").content.decode()
    assert kamille.get(f"{there}vis/").status_code == 200
    late = kamille.post(f"{there}udgiv/", {"seen": 1})
    assert "Teksten er ændret" in late.content.decode()
    assert kamille.post(f"{there}udgiv/", {"seen": 2}).status_code == 302
    assert "Spand ved døren" in Client().get("/resultater/spand-ved-doeren/").content.decode()
    assert kamille.post(f"{there}tag-ned/", {"seen": 2, "reason": ""}).status_code == 200
    assert ulla.post(f"{there}tag-ned/", {"seen": 2, "reason": "Nej"}).status_code == 403
    assert kamille.post(f"{there}tag-ned/", {"seen": 2, "reason": "Fejl i tallet"}).status_code == 302
    assert "Fejl i tallet" in anna.get(there).content.decode()


def test_the_preview_is_the_public_page_with_its_pictures(story, client_of, cast):
    picture = story.picture()
    story.write()
    there, kamille = f"/ansoegninger/{story.case.number}/historie", client_of(cast["kamille"])
    page = kamille.get(f"{there}/vis/").content.decode()
    assert "Sådan vil alle se siden" in page and WORDS["outcome"] in page
    assert f'src="{there}/billede/{picture.pk}/"' in page and f'href="{there}/vis/tal/1/"' in page
    assert kamille.get(f"{there}/billede/{picture.pk}/").headers["Content-Type"] == "image/jpeg"
    assert "Vejet i tre uger" in kamille.get(f"{there}/vis/tal/1/").content.decode()
    assert client_of(cast["olga"]).get(f"{there}/billede/{picture.pk}/").status_code == 404


@pytest.mark.parametrize(("who", "code"), [("olga", 404), ("otto", 404), ("asger", 404), ("frida", 200), ("rasmus", 200)])
def test_who_may_read_a_story_that_is_not_public(story, client_of, cast, who, code):
    story.write()
    there = f"/ansoegninger/{story.case.number}/historie/"
    assert [client_of(cast[who]).get(f"{there}{page}").status_code for page in ("", "vis/")] == [code, code]


def test_each_is_told_what_to_do_next(story, client_of, cast):
    number, anna, kamille = story.case.number, client_of(cast["anna"]), client_of(cast["kamille"])

    def next_for_the_unit():
        page = anna.get(f"/ansoegninger/{number}/projekt/").content.decode()
        return [act for act in ("Fortæl historien", "Skriv historien færdig", "Se historien") if act in page]

    assert next_for_the_unit() == ["Fortæl historien"]
    story.write()
    assert next_for_the_unit() == ["Skriv historien færdig"]
    story.send("karen")
    assert next_for_the_unit() == ["Se historien"]
    assert "Historier, der kan offentliggøres" not in kamille.get("/").content.decode()
    story.see()
    assert next_for_the_unit() == []
    assert "Historier, der kan offentliggøres" in kamille.get("/").content.decode()


def test_the_worklist_is_kommunikation_s_and_costs_the_same_for_many(story, client_of, cast, django_assert_max_num_queries):
    story.write()
    story.send("karen")
    assert client_of(cast["karen"]).get("/kommunikation/").status_code == 403
    browser = client_of(cast["kamille"])
    assert "Spand ved døren" in browser.get("/kommunikation/?vis=enheden").content.decode()
    with django_assert_max_num_queries(20):
        browser.get("/kommunikation/?vis=enheden")
