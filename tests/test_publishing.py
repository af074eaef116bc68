"""The public site: what it says, to nobody in particular, quickly, and what it never says."""

import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from lxml import html

from applications import following
from applications.models import Application, Effect, Note, Project, PublicEffect, Result
from applications.states import State
from climate import calculations, register
from journal import clock
from journal.models import Message
from people.models import Person, Unit
from publishing import figures, visitors
from tests.cast import NOW
from tests.stories import WORDS

pytestmark = pytest.mark.django_db
PAGES = ["", "spand-ved-doeren/", "spand-ved-doeren/tal/1/", "tal/recycled/", "feed.xml", "kort.geojson"]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site(story):
    """One published project."""
    story.published()
    return story


def get(path="", **keys):
    return Client().get(path if path.startswith("/sitemap") else f"/resultater/{path}", **keys)


def words(path="", **keys):
    main = html.document_fromstring(get(path, **keys).content.decode()).find(".//main")
    return " ".join(" ".join(main.itertext()).split()).replace(" .", ".")


def copies(result, number):
    """More published results, from a real one; only tests and the bench write this way."""
    model, made = result.application, []
    for place in range(number):
        case = Application(**{f.attname: getattr(model, f.attname) for f in model._meta.concrete_fields if f.name != "id"})
        case.number, case.endorsed_by = f"2025-{place + 1:03}", None
        case.save()
        card = result.card | {"title": f"Projekt {place}"}
        row = Result.objects.get(pk=result.pk)
        row.application, row.slug, row.card = case, f"projekt-{place}", card
        row.published_at -= timedelta(days=place + 1)
        row.save(force_insert=True)
        made.append(case)
    return made


# ── what it says ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_site_says_so(db):
    assert "Ingen projekter er offentliggjort endnu" in words()
    assert [get(path).status_code for path in PAGES] == [200, 404, 404, 200, 200, 200]


def test_the_front_page_tells_the_pool_s_figures_in_plain_words(site):
    said = words()
    assert "Puljen har givet 40.000 kr. til 1 projekt" in said
    assert "Brugt indtil nu 38.000 kr. 2.000 kr. er gået tilbage til puljen" in said
    assert "Sorteret til genanvendelse 2.440 kg/år målt" in said
    assert "Spand ved døren" in said


def test_a_project_page_tells_a_citizen_all_and_how_sure_it_is(site):
    said = words("spand-ved-doeren/")
    for each in (
        "Vi købte ni stationer.",
        "Alt madaffald gik i restaffald.",
        "Spanden skal stå ved døren.",
        "cirka 60 timer",
    ):
        assert each in said
    assert "Sorteret til genanvendelse 2.440 kg/år målt" in said
    assert "Fra puljen 40.000 kr." in said and "Brugt 38.000 kr." in said and "Sorteringsstationer" in said
    assert "12. Ansvarligt forbrug og produktion" in said
    assert "Spørg: Køkkenlederen i Børnehuset Solstrålen." in said


def test_behind_a_number_stands_how_it_was_found(site):
    said = words("spand-ved-doeren/tal/1/")
    assert "Tallet er målt" in said and "Vejet i tre uger" in said
    assert "Bag tallet ligger ingen beregning i systemet" in said
    assert get("spand-ved-doeren/tal/2/").status_code == 404


def calculated(story, cast, *, changed_by: int = 0):
    """The project's one effect is the answer of a calculator, or a number that the unit made of it; answers both."""
    register.import_factors()
    unit = Unit.objects.get(name="Børnehuset Solstrålen")
    typed = {"kind": "furniture.mixed_item", "pieces": Decimal(4), "replaced": None}
    made = calculations.freeze("moebler", typed, unit, cast["anna"])
    row = Project.objects.get(pk=story.case.pk).measured_effects.get()
    row.indicator, row.unit, row.basis, row.calculation = "co2e", made.measure, "calculated", made
    row.value = made.value + changed_by
    row.save()
    return row, made


def test_behind_a_calculated_number_stand_factor_source_and_licence(story, cast):
    row, made = calculated(story, cast)
    story.published()
    said = words("spand-ved-doeren/tal/1/")
    factor = made.snapshot["factors"][0]
    for each in (factor["name"], factor["source"], factor["licence"], "Undgået ny produktion af møbler"):
        assert each in said
    row.delete()  # the page stands on the frozen words alone
    caches["visitors"].clear()
    assert factor["licence"] in words("spand-ved-doeren/tal/1/")


def test_a_number_that_the_unit_has_changed_is_of_no_family_on_the_public_site_either(story, cast):
    _row, made = calculated(story, cast, changed_by=1)
    story.published()
    assert [(each.value, each.family) for each in PublicEffect.objects.all()] == [(made.value + 1, "")]
    assert Result.objects.get().public["effects"][0]["family"] == ""


def test_a_page_that_is_published_after_an_erasure_says_none_of_the_unit_s_own_words(story, cast):
    """The erased name can no longer be looked for, so what might hold it stays away."""
    Project.objects.get(pk=story.case.pk).measured_effects.update(method="Vejet af Anna Ansøger")
    Person.objects.filter(pk=cast["anna"].pk).update(name="Tidligere medarbejder", email="slettet-1@slettet.invalid")
    story.published()
    assert Result.objects.get().public["effects"][0]["method"] == "…"


def test_sums_mix_no_certainties_and_count_nothing_twice(site):
    facts = {"result": site.result, "indicator": "co2e", "unit": "kg/år", "basis": "measured"}
    PublicEffect.objects.create(place=2, **facts, value=100, low=90, high=120)
    PublicEffect.objects.create(place=3, **facts | {"unit": "ton/år"}, value=1)
    PublicEffect.objects.create(place=4, **facts | {"basis": "estimated"}, value=50)
    (line,) = figures.effects().of("co2e")
    told = [(part.basis, part.value, part.low, part.high, part.count, part.without_range) for part in line.parts]
    assert told == [("measured", 1100, 1090, 1120, 2, 1), ("estimated", 50, 50, 50, 1, 1)]
    project = Project.objects.get(pk=site.case.pk)
    first = project.measured_effects.get()
    facts = {"indicator": "recycled", "value": 400, "unit": "kg/år", "basis": "measured", "report": first.report}
    project.measured_effects.create(position=1, overlaps=first, **facts)
    site.write("bo", lead="Nu med to tal.")
    site.see()
    site.publish()
    assert len(site.result.public["effects"]) == 2 and site.result.public_effects.count() == 1
    assert "tæller allerede med i «Sorteret til genanvendelse»" in words("spand-ved-doeren/")
    assert "2.440 kg/år" in words()


def test_filters_combine_count_and_can_be_shared(site):
    centre = site.result.public["centre"]["id"]
    copies(site.result, 3)
    Result.objects.filter(slug="projekt-0").update(facets=f"|year:2025|centre:{centre}|theme:food|sdg:2|")
    assert "3 projekter" in words("?tema=waste")
    assert "1 projekt " in words(f"?tema=food&aar=2025&center={centre}&maal=2")
    page = html.document_fromstring(get("?tema=food").content.decode())
    assert [o.text for o in page.get_element_by_id("vis-aar")] == ["Alle", "2026 (0)", "2025 (1)"]
    assert page.get_element_by_id("vis-tema").value == "food"
    assert "Ingen projekter passer" in words("?tema=waste&aar=2025")
    assert len(json.loads(get("kort.geojson?tema=waste").content)["features"]) == 0  # no unit of the tests has a place


def test_the_list_has_pages_and_costs_the_same_for_many(site, django_assert_num_queries):
    copies(site.result, 30)
    assert "Side 1 af 2" in words() and "Projekt 29" in words("?page=2") and "Side 2 af 2" in words("?page=99")
    caches["visitors"].clear()
    with django_assert_num_queries(8):
        get()


def test_the_map_has_what_the_list_has(site):
    place = {"place": ["11.76110", "55.22990"]}
    Result.objects.update(card=site.result.card | place)
    (feature,) = json.loads(get("kort.geojson").content)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [11.7611, 55.2299]}
    told = {"name": "Spand ved døren", "url": "/resultater/spand-ved-doeren/", "text": "Børnehuset Solstrålen, 2026"}
    assert feature["properties"] == told


def test_the_number_of_a_project_leads_to_its_page(site):
    answer = get(f"{site.case.number}/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/resultater/spand-ved-doeren/")


def test_others_can_show_the_page(site):
    picture = site.picture()
    going_on = site.publish()
    page = html.document_fromstring(get("spand-ved-doeren/").content.decode())
    host = "https://puljen.naestved.example"
    properties = {meta.get("property"): meta.get("content") for meta in page.iter("meta") if meta.get("property")}
    assert properties["og:title"] == "Spand ved døren" and properties["og:url"] == f"{host}/resultater/spand-ved-doeren/"
    assert properties["og:image"] == f"{host}/resultater/billeder/{picture.pk}-{'a' * 16}-1280.jpg"
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{host}/resultater/spand-ved-doeren/"]
    assert page.xpath("//article/@itemtype") == ["https://schema.org/Article"]
    assert page.xpath("//*[@itemprop='dateModified']/@content") == [timezone.localtime(going_on.updated_at).isoformat()]
    assert page.xpath("//figure/img/@alt") == ["En spand ved en dør"]


def test_the_feed_is_valid_atom(site):
    feed = ET.fromstring(get("feed.xml").content)  # noqa: S314  our own
    assert feed.findtext(f"{ATOM}id") == "tag:puljen.naestved.example,2026-01-01:resultater"
    assert feed.findtext(f"{ATOM}updated")
    (entry,) = feed.findall(f"{ATOM}entry")
    told = [entry.findtext(f"{ATOM}{name}") for name in ("title", "id", "summary")]
    assert told == [WORDS["title"], f"tag:puljen.naestved.example,2026-01-01:{site.case.number}", WORDS["lead"]]
    assert entry.find(f"{ATOM}link").get("href") == "https://puljen.naestved.example/resultater/spand-ved-doeren/"


def test_search_engines_find_what_is_published_and_nothing_else(site, client):
    pages = ET.fromstring(get("/sitemap.xml").content)  # noqa: S314  our own
    assert [page[0].text.removeprefix("https://puljen.naestved.example") for page in pages] == [
        "/resultater/", "/data/", "/om/", "/was", "/resultater/spand-ved-doeren/"
    ]  # fmt: skip
    robots = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /" in robots and "Allow: /resultater/" in robots
    assert "Sitemap: https://puljen.naestved.example/sitemap.xml" in robots


# ── to nobody in particular, and quickly ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_gets_no_cookie_and_everybody_the_same(site, client_of, cast, path):
    answer = get(path)
    assert (answer.status_code, dict(answer.cookies), answer.headers.get("Vary")) == (200, {}, None)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    known = client_of(cast["kamille"]).get(f"/resultater/{path}")
    assert known.content == answer.content and not known.cookies
    assert b"Kamille" not in answer.content and b"csrf" not in answer.content
    english = Client(headers={"accept-language": "en"}, COOKIES={"__Host-pool-language": "en"}).get(f"/resultater/{path}")
    assert english.content == answer.content


def test_a_page_that_a_person_shapes_would_be_seen(site, client_of, cast, monkeypatch):
    """The twin: behind the sessions the same view answers each in their own language, with a cookie's mark on it."""
    monkeypatch.setattr(visitors, "PREFIXES", ("/nowhere/",))
    answer = client_of(cast["kamille"]).get("/resultater/")
    assert "Cookie" in answer.headers.get("Vary", "")


@pytest.mark.parametrize("path", PAGES[:-1])  # the map has no place to show
def test_what_a_visitor_holds_already_is_not_sent_again(site, path):
    first = get(path)
    again = get(path, headers={"if-none-match": f"W/{first.headers['ETag']}"})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    site.write("bo", title="Andre ord")
    site.see()
    site.publish()
    caches["visitors"].clear()
    fresh = get(path, headers={"if-none-match": first.headers["ETag"]})
    assert fresh.status_code == 200 and fresh.headers["ETag"] != first.headers["ETag"]


def test_the_second_visit_asks_the_database_for_one_number(site, django_assert_num_queries):
    for path in PAGES:
        get(path)
        with django_assert_num_queries(1):
            get(path)


def test_words_of_the_address_that_mean_nothing_reach_no_page(site):
    plain = get("?tema=waste").content
    assert get("?tema=waste&x=<script>&page=").content == plain
    copies(site.result, 30)
    caches["visitors"].clear()
    assert b"evil" not in get("?evil=1&page=1").content  # the pager repeats the address


def test_a_page_in_english_has_an_address_of_its_own(site):
    answer = get("?sprog=en")
    assert b'lang="en"' in answer.content and b'href="/resultater/spand-ved-doeren/?sprog=en"' in answer.content
    assert b'lang="da"' in get().content
    Result.objects.update(card=site.result.card | {"place": ["11.76110", "55.22990"]})
    assert b'data-points="/resultater/kort.geojson?tema=waste&amp;sprog=en"' in get("?tema=waste&sprog=en").content
    assert b"/resultater/spand-ved-doeren/?sprog=en" in get("kort.geojson?sprog=en").content


def test_a_name_that_is_not_ours_is_refused(site):
    assert get(headers={"host": "ond.example"}).status_code == 400


def test_nothing_is_posted_to_a_public_page(site):
    assert Client().post("/resultater/").status_code == 405


# ── what it never says ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_never_public(site, walker, cast):
    people = [person.name for person in cast.values()]
    Note.objects.create(application=site.case, text="Hemmeligt notat", person=cast["karen"], at=clock.now())
    Application.objects.filter(pk=site.case.pk).update(contact_phone="55 88 12 34")
    now = clock.now()
    clock.set_to(NOW)
    walker(State.WITHDRAWN, title="Afslået projekt")
    clock.set_to(now)
    secret = [
        *people,
        "Hemmeligt notat",
        "55 88 12 34",
        "God idé, lidt dyr",
        "Målbart og billigt",
        "Afslået projekt",
        "@naestved",
    ]
    for path in [*PAGES, "/sitemap.xml"]:
        text = get(path).content.decode().replace("baeredygtighedspuljen@naestved.example", "")
        assert [word for word in secret if word in text] == []
    assert "Hemmeligt notat" in Note.objects.get().text  # it is there to be found


# ── «Gør det samme» ─────────────────────────────────────────────────────────────────────────────────────────────────


def follow(site, client_of, cast, when=NOW):
    clock.set_to(when)
    return client_of(cast["olga"]).post("/ansoegninger/ny/efter/spand-ved-doeren/", {"begin": "yes"})


def test_a_unit_does_the_same_from_the_recipe(site, client_of, cast):
    assert "/log-ind/" in Client().get("/ansoegninger/ny/efter/spand-ved-doeren/").headers["Location"]
    later = clock.now()
    answer = follow(site, client_of, cast)
    case = Application.objects.get(follows=site.case)
    assert answer.headers["Location"] == f"/ansoegninger/{case.number}/rediger/projektet/"
    assert (case.unit.name, case.title, case.themes, case.purpose) == ("Åmosens Skole", "Spand ved døren", ["waste"], "")
    assert [(line.text, line.amount) for line in case.budget_lines.all()] == [
        ("Sorteringsstationer", 33_600_00), ("Skilte og poser", 6_400_00)
    ]  # fmt: skip
    effect = case.effects.get()
    assert (effect.value, effect.unit, effect.basis) == (2440, "kg/år", Effect.Basis.ESTIMATED)
    assert "Som i projektet «Spand ved døren» (Børnehuset Solstrålen). Dér var tallet målt." in effect.method
    follow(site, client_of, cast)
    assert Application.objects.filter(follows=site.case).count() == 1  # pressed twice
    clock.set_to(later)
    assert following.units_that_followed(site.case.pk) == 0  # a draft is not sent
    Application.objects.filter(pk=case.pk).update(submitted_at=clock.now())
    caches["visitors"].clear()
    assert "Fulgt af 1 enhed." in words("spand-ved-doeren/")


def test_without_an_open_round_the_recipe_is_kept(site, client_of, cast):
    browser, there = client_of(cast["olga"]), "/ansoegninger/ny/efter/spand-ved-doeren/"
    assert "Ingen runde er åben lige nu" in browser.get(there).content.decode()
    assert browser.post(there).headers["Location"] == "/beskeder/"
    browser.post(there)
    assert [m.link for m in Message.objects.filter(person=cast["olga"], template="recipe_kept")] == [there]
    assert "Du har ikke en rolle" in client_of(cast["otto"]).get(there).content.decode()
    site.unpublish()
    assert browser.get(there).status_code == 404
