"""From a grant to a published result and on to «Gør det samme», by pressing what is on the pages.

The case has walked to its letter by its steps; from there every part is somebody's at a browser; a visitor reads the end.
"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from PIL import Image
from playwright.sync_api import expect

from applications.models import Application, Result
from applications.states import State
from journal import clock
from tests.browser.conftest import MODEST, listen
from tests.cast import make_round

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the server and the test write at the same time"),
]


@pytest.fixture
def granted(case, walker):
    """A grant whose letter is out."""
    reached = case(State.GRANTED)
    walker.release()
    return Application.objects.get(pk=reached.pk)


@pytest.fixture
def receipt(tmp_path):
    path = tmp_path / "bon.jpg"
    Image.new("RGB", (60, 80), "white").save(path)
    return path


def press(page, name, role="button"):
    page.get_by_role("main").get_by_role(role, name=name, exact=isinstance(name, str)).first.click()


def starts(page):
    press(page, "Sæt projektet i gang", "link")
    page.get_by_label("Sådan får I pengene").select_option(label="Regninger sendes til puljens EAN")
    page.get_by_text("Vi accepterer vilkårene i brevet og det bevilgede beløb").click(force=True)
    press(page, "Sæt projektet i gang")
    expect(page.get_by_role("main")).to_contain_text("I gang")


def buys(page, receipt, kroner):
    press(page, "Læg et bilag ind", "link")
    page.get_by_label("Billede eller PDF af bilaget").set_input_files(receipt)
    page.get_by_label("Beløb uden moms").fill(kroner)
    page.get_by_label("Budgetlinje", exact=True).select_option(index=1)
    page.get_by_label("Leverandør", exact=True).fill("Grøn Leverance ApS")
    day = page.get_by_role("group", name="Bilagets dato")
    today = clock.today()
    for part, number in (("Dag", today.day), ("Måned", today.month), ("År", today.year)):
        day.get_by_label(part, exact=True).fill(str(number))
    press(page, "Læg bilaget ind")
    expect(page.get_by_role("main")).to_contain_text("Grøn Leverance ApS")


def reports(page):
    press(page, "Skriv slutrapporten", "link")
    press(page, "Begynd")
    page.get_by_label("Det kom der ud af det").fill("Alle stuer sorterer nu madaffald.")
    page.get_by_label("Det lærte vi").fill("Spanden skal stå ved døren.")
    page.get_by_label("Hvor langt").first.select_option(label="Gennemført")
    page.get_by_label("Mængde").first.fill("2.440")
    page.get_by_label("Tallet er").first.select_option(label="målt")
    page.get_by_label("Sådan fandt I tallet").first.fill("vejet i uge 1, 8 og 20")
    press(page, "Se rapporten igennem")
    press(page, "Gå videre og aflever", "link")
    press(page, "Aflever slutrapporten")
    expect(page.get_by_role("main")).to_contain_text("Slutrapport afleveret")


def takes(page, step):
    press(page, step, "link")
    press(page, step)
    expect(page.get_by_role("main")).to_contain_text("Det er gjort")


def publishes(page):
    press(page, "Offentliggør historien", "link")
    press(page, re.compile("^Offentliggør"))
    expect(page.get_by_role("main")).to_contain_text("Offentliggjort")


def test_from_grant_to_published_result_and_on_to_the_next(page_of, live_server, browser, granted, cast, receipt, committee):
    case_page, project = granted.get_absolute_url(), f"{granted.get_absolute_url()}projekt/"
    starts(page_of(cast["ulla"], case_page))
    unit = page_of(cast["anna"], project)
    buys(unit, receipt, "38.000")
    finance = page_of(cast["frida"], "/oekonomi/bilag/")
    press(finance, re.compile("^Bilag 1"), "link")
    press(finance, "Godkend bilaget")
    unit.goto(live_server.url + project)
    expect(unit.get_by_role("main")).to_contain_text("38.000 kr.")
    reports(unit)
    finance.goto(live_server.url + case_page)
    takes(finance, "Godkend regnskabet")
    takes(page_of(cast["karen"], case_page), "Afslut projektet")
    unit.goto(f"{live_server.url}{case_page}historie/")
    press(unit, "Begynd historien")
    unit.goto(f"{live_server.url}{case_page}historie/")
    press(unit, re.compile("^Send (den )?til Kommunikation"), "link")
    press(unit, re.compile("^Send"))
    publishes(page_of(cast["kamille"], f"{case_page}historie/"))

    clock.set_to(clock.now() + timedelta(days=1))
    visitor = browser.new_context(viewport=MODEST, locale="da-DK")
    page = visitor.new_page()
    said = listen(page)
    page.goto(f"{live_server.url}/resultater/")
    press(page, "Madaffald sorteres på alle stuer", "link")
    expect(page.get_by_role("main")).to_contain_text("2.440 kg/år")
    expect(page.get_by_role("main")).to_contain_text("målt")
    press(page, "2.440 kg/år", "link")
    expect(page.get_by_role("main")).to_contain_text("Vejet i uge 1, 8 og 20")
    assert (visitor.cookies(), said) == ([], [])
    visitor.close()

    days = {"opens": clock.now() - timedelta(days=1), "deadline": clock.now() + timedelta(days=30)}
    answer_by = (clock.now() + timedelta(days=90)).date()
    make_round(
        cast, granted.round.pool_year, committee, name="Runde 2, 2026", ceiling=200_000_00, answer_by=answer_by, **days
    )
    next_door = page_of(cast["olga"], f"/resultater/{Result.objects.get().slug}/")
    press(next_door, "Gør det samme", "link")
    press(next_door, "Begynd ansøgningen")
    expect(next_door.get_by_label("Projektets titel")).to_have_value("Madaffald sorteres på alle stuer")
    copy = Application.objects.exclude(pk=granted.pk).get()
    assert (copy.follows, copy.unit.name, copy.state) == (granted, "Åmosens Skole", State.DRAFT)
