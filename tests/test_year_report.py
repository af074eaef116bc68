"""The yearly report: what it says of a year to the word, what people wrote stays, and what is published never moves."""

import itertools
import re
from datetime import date, datetime, timedelta

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from applications import going_public, results
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, WrongAnswers
from applications.models import Application
from applications.rehearsal import Rehearsal
from applications.rehearsal_projects import Aftermath
from documents import store
from documents.charts import Chart
from documents.models import Document
from journal import clock
from journal.models import Event, Message
from people.models import Person
from pool.models import PoolYear
from publishing import year_charts, year_figures, year_flow, year_report, year_sentences
from publishing.models import YearReport
from tests.reading import Reading
from tests.replay import replayed

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 31)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def words(text: str) -> str:
    return text.replace("\xa0", " ")


def begin(cast, year, day=None) -> YearReport:
    clock.set_to(max(clock.now(), timezone.make_aware(datetime(2026, 12, 31, 12))))
    return year_flow.begin(year, cast["karen"], day=day)


def again(report: YearReport) -> YearReport:
    return YearReport.objects.select_related("year").get(pk=report.pk)


def publish(report, cast, who="mads") -> YearReport:
    ready = year_flow.approve(report.pk, cast[who], seen_revision=again(report).revision)
    return year_flow.publish(report.pk, cast["kamille"], seen_revision=ready.revision)


# ── what it says ────────────────────────────────────────────────────────────────────────────────────────────────────


def play():
    rehearsal = Rehearsal()
    rehearsal.play()
    Aftermath(rehearsal).play("completed")
    case = Application.objects.get(number="2026-006")
    author, editor = (
        Person.objects.get(email=each) for each in (case.contact_email.lower(), "kamille.rosendal@naestved.example")
    )
    results.begin(case.pk, author)
    sent = results.send(case.pk, author, seen_revision=1)
    going_public.publish(case.pk, editor, seen_revision=sent.revision)


@pytest.fixture
def facts(db):
    replayed("played to completed, one story", play)
    clock.set_to(timezone.make_aware(datetime(2027, 1, 31, 12)))
    return year_figures.of(PoolYear.objects.get(year=2026), DAY)


def test_the_played_round_to_the_word(facts):
    text = {key: words(said) for key, said in year_report.drafted(facts).items()}
    assert text["short"] == (
        "Puljen fik 23 ansøgninger i 2026. Ni fik penge, i alt 520.000 kr.\n\n"
        "Der er brugt 512.750 kr. pr. 31. januar 2027. Ni projekter er begyndt, og alle er slut."
    )
    assert text["money"] == (
        "Byrådet gav puljen 1.500.000 kr. i 2026. Alle beløb er uden moms.\n\n"
        "Pr. 31. januar 2027 er 512.750 kr. brugt. 7.250 kr. er ført tilbage til puljen, fordi projekter ikke "
        "brugte alle deres penge.\n\n987.250 kr. er ikke delt ud.\n\n"
        "- Runde 1, 2026: ramme 520.000 kr., bevilget 520.000 kr., brugt 512.750 kr."
    )
    assert text["applicants"].startswith(
        "21 enheder søgte om i alt 2.745.500 kr. 9 af 23 fik ja. Det er 39 %.\n\n"
        "I «Runde 1, 2026» gik der fra 40 til 71 dage fra ansøgning til svar."
    )
    assert "- Affald undgået: 3.270 kg/år er målt\n" in text["effects"]
    assert "- Sorteret til genanvendelse: 2.440 kg/år er målt og 1.180 kg/år er beregnet\n" in text["effects"]
    assert "# Det er ikke lagt til\n\n- Ressourcer sparet, ét tal: Enheden «procentpoint»" in text["effects"]
    assert text["projects"] == (
        "# Mindre madspild med måling i køkkenet\n\n"
        "Næstved Madservice fik 59.500 kr. Projektet er gennemført som beskrevet. Måling i sig selv fjernede en fjerdedel "
        "af spildet. Læs mere: https://puljen.naestved.example/resultater/mindre-madspild-med-maaling-i-koekkenet/\n\n"
        "# De andre\n\nOtte projekter er med i tallene, men har ikke fortalt deres historie her."
    )
    assert text["lessons"] == "- Måling i sig selv fjernede en fjerdedel af spildet. (Næstved Madservice)"
    assert "bygningsreglementets faktorer (BR18)" in text["method"]
    assert (text["foreword"], text["changes"]) == ("", "")


def test_the_charts_carry_the_account_to_the_ore(facts):
    held = {"facts": facts, "texts": year_report.drafted(facts), "edition": 1}
    drawn = {chart.title: chart for chart in year_report.charts(held)}
    assert list(drawn) == [
        "Hvor er pengene?", "Bevilget pr. tema", "Bevilget pr. center", "Antal bevillinger efter størrelse",
        "Antal ansøgninger og svar pr. runde",
        "Dage fra ansøgning til svar: den midterste, den korteste og den længste ventetid",
        "Virkninger i kg/år", "Virkninger i kg CO2e/år", "Virkninger i personer", "Bevilget og brugt pr. projekt",
    ]  # fmt: skip
    assert drawn["Hvor er pengene?"].total == 1_500_000_00
    assert drawn["Bevilget pr. tema"].total == drawn["Bevilget pr. center"].total == 520_000_00
    assert drawn["Bevilget og brugt pr. projekt"].total == 520_000_00
    assert drawn["Antal bevillinger efter størrelse"].total == 9
    assert {chart.source for chart in drawn.values()} == {
        "Puljens regnskab pr. 31.01.2027", "Puljens ansøgninger pr. 31.01.2027", "Projekternes rapporter pr. 31.01.2027",
    }  # fmt: skip
    account = year_report.account_table(facts)
    assert [words(row[1]) for row in [*account.rows, account.foot]] == [
        "1.500.000 kr.", "0 kr.", "7.250 kr.", "512.750 kr.", "7.250 kr.", "987.250 kr.",
    ]  # fmt: skip


def test_who_was_refused_is_nowhere_by_name_and_no_small_group_gives_one_away(facts, monkeypatch):
    """Seven kinds of unit had one or two applicants and a refusal: they stand under one name."""
    printed = str(facts) + str(year_report.drafted(facts))
    units = set(Application.objects.filter(state="refused").values_list("unit__name", flat=True))
    titles = set(Application.objects.filter(state="refused").values_list("title", flat=True))
    centres = {each["label"] for each in facts["by_centre"]}
    assert len(units) == 12 and [name for name in (units | titles) - centres if name in printed] == []
    assert [(row["label"], row["submitted"], row["granted"]) for row in facts["by_kind"]][-1] == ("Øvrige", 7, 0)
    monkeypatch.setattr(year_figures, "FEWEST", 1)
    alone = year_figures.of(PoolYear.objects.get(year=2026), DAY)["by_kind"]
    assert ("Kultur og bibliotek", 1, 1) in [(row["label"], row["units"], row["refused"]) for row in alone]  # the harm
    assert sum(row["submitted"] for row in facts["by_kind"]) == sum(row["submitted"] for row in facts["by_centre"]) == 23


def test_on_an_earlier_day_the_report_knows_no_more_than_the_day(facts):
    before = year_figures.of(PoolYear.objects.get(year=2026), date(2026, 1, 10))
    assert (before["applications"]["waiting"], before["applications"]["granted"], before["days"]) == (23, 0, [])
    assert before["account"]["reserveret"] == 520_000_00
    said = words(year_sentences.short(before))
    assert said.startswith("Puljen fik 23 ansøgninger i 2026. Ingen har fået penge endnu.")


def test_an_empty_year_says_so(year):
    facts = year_figures.of(year, date(2026, 12, 31))
    text = {key: words(said) for key, said in year_report.drafted(facts).items()}
    assert text["short"] == "Der kom ingen ansøgninger til puljen i 2026."
    assert text["applicants"] == "Ingen enheder søgte."
    assert text["effects"] == "Ingen projekter har rapporteret virkninger endnu."
    assert text["projects"] == "Ingen projekter er begyndt."
    held = {"facts": facts, "texts": text, "edition": 1}
    assert [chart.title for chart in year_report.charts(held)] == ["Hvor er pengene?"]
    assert year_report.empty_sections(held) == ["Forord", "Hvad ændrer vi næste år"]
    assert year_flow.pdf(held).startswith(b"%PDF-1.7")


def test_a_year_without_money_divides_by_nothing(cast):
    facts = year_figures.of(PoolYear.objects.create(year=2025), date(2025, 12, 31))
    held = {"facts": facts, "texts": year_report.drafted(facts), "edition": 1}
    assert words(held["texts"]["money"]) == "Byrådet har ikke givet puljen penge i 2025."
    assert year_report.charts(held) == []


# ── one project ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def told(story):
    """One project with its story public."""
    story.published()
    return story


def test_one_project_in_the_singular(told, year):
    text = {k: words(v) for k, v in year_report.drafted(year_figures.of(year, date(2026, 12, 31))).items()}
    assert text["short"] == (
        "Puljen fik én ansøgning i 2026. Én fik penge, i alt 40.000 kr.\n\n"
        "Der er brugt 38.000 kr. pr. 31. december 2026. Ét projekt er begyndt, og det er slut."
    )
    assert text["effects"].startswith("Tallene kommer fra ét projekt.")
    assert text["projects"] == (
        "# Spand ved døren\n\nBørnehuset Solstrålen fik 40.000 kr. og har brugt 38.000 kr. Alle stuer sorterer. Det lærte "
        "de: Spanden skal stå ved døren. Læs mere: https://puljen.naestved.example/resultater/spand-ved-doeren/"
    )


def test_next_year_is_what_people_wrote_at_the_round(told, year, open_round):
    type(open_round).objects.update(next_time="- Åbn en måned før\n\nSpørg om timer")
    facts = year_figures.of(year, date(2026, 12, 31))
    assert year_report.drafted(facts)["changes"] == "- Åbn en måned før\n- Spørg om timer"


def test_a_story_that_is_not_public_is_in_the_figures_alone(told, year):
    told.unpublish()
    facts = year_figures.of(year, date(2026, 12, 31))
    assert facts["projects"]["told"] == [] and facts["projects"]["others"] == {
        "granted": 40_000_00, "spent": 38_000_00, "given_back": 2_000_00, "count": 1,
    }  # fmt: skip
    assert "Spand" not in str(year_report.drafted(facts))
    assert [p.label for p in year_charts.projects(facts).series[0].points] == ["De andre projekter (1)"]


HOSTILE = "# Overskrift\n- punkt\n\n</section><script>alert(1)</script>\x00\x07\u202e{{ 7*7 }} {% now 'Y' %}"


def test_hostile_words_stay_words(told, cast, year, client):
    """A unit's text becomes neither heading, list, markup nor template; page and PDF still come."""
    facts = year_figures.of(year, date(2026, 12, 31))
    hostile = HOSTILE.replace("\0", "")  # which no form lets in, and PostgreSQL nowhere
    for name in ("title", "unit", "outcome", "lesson"):
        facts["projects"]["told"][0][name] = hostile
    held = {"facts": facts, "texts": year_report.drafted(facts), "edition": 1}
    told_ = next(section for section in year_report.sections(held) if section.key == "projects")
    assert [type(part).__name__ for part in told_.parts] == ["Chart", "Heading", "Paragraph"]
    report = begin(cast, year)
    YearReport.objects.filter(pk=report.pk).update(
        held=held, status="published", approved_by=cast["mads"], approved_at=clock.now(), published_at=clock.now()
    )
    page = client.get("/resultater/aar/2026/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and "{{ 7*7 }}" in page
    assert "<script>alert(1)</script>" in " ".join(text for _tag, text in Reading(year_flow.pdf(held)).elements)


# ── people's words ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_people_wrote_stays_and_the_rest_follows_the_figures(told, cast, year):
    report = begin(cast, year)
    before = year_report.drafted(year_figures.of(year, report.day))
    year_flow.write(report.pk, cast["karen"], seen_revision=1, sections=before | {"lessons": "Spørg børnene."})
    assert again(report).sections == {"lessons": "Spørg børnene."}
    told.unpublish()
    now = year_flow.held(again(report))["texts"]
    assert now["lessons"] == "Spørg børnene."
    assert "Spand ved døren" in before["projects"] and "Spand ved døren" not in now["projects"]


def test_a_section_takes_back_what_the_figures_say(told, cast, year, client_of):
    report = begin(cast, year)
    year_flow.write(report.pk, cast["karen"], seen_revision=1, sections={"short": "Et godt år.", "foreword": "Tak."})
    browser, address = client_of(cast["karen"]), reverse("publishing:edit-year-report", args=[report.pk])
    form = browser.get(address).context["form"]
    typed = {"seen": 2, "day_day": "31", "day_month": "12", "day_year": "2026"}
    typed |= {name: form[name].value() or "" for name in form.fields if name not in ("seen", "day")}
    page = browser.post(address, typed | {"foreword": "Mange tak.", "again": "short"})
    shown = page.context["form"]
    assert words(shown["short"].value()).startswith("Puljen fik én ansøgning")
    assert (shown["foreword"].value(), again(report).sections["short"]) == ("Mange tak.", "Et godt år.")  # nothing saved yet
    typed |= {"short": shown["short"].value(), "foreword": "Mange tak."}
    told.unpublish()  # the figures move while one writes: what was the draft then still follows
    assert browser.post(address, typed).status_code == 302
    assert again(report).sections == {"foreword": "Mange tak."}


def test_a_stale_page_and_a_day_to_come_are_refused(told, cast, year):
    report = begin(cast, year)
    year_flow.write(report.pk, cast["karen"], seen_revision=1, sections={"foreword": "Tak."})
    with pytest.raises(Stale):
        year_flow.write(report.pk, cast["kurt"], seen_revision=1, sections={"foreword": "Andet."})
    with pytest.raises(WrongAnswers, match="Vælg en dag"):
        year_flow.write(report.pk, cast["kurt"], seen_revision=2, sections={}, day=clock.today() + timedelta(days=1))
    assert again(report).sections == {"foreword": "Tak."}


@pytest.mark.parametrize("who", ["anna", "ulla", "frida", "signe", "otto"])
def test_nobody_else_writes_or_releases(told, cast, year, client_of, who):
    report = begin(cast, year)
    for call in (
        lambda: year_flow.begin(year, cast[who]),
        lambda: year_flow.write(report.pk, cast[who], seen_revision=1, sections={}),
        lambda: year_flow.ask(report.pk, cast[who], seen_revision=1),
        lambda: year_flow.approve(report.pk, cast[who], seen_revision=1),
        lambda: year_flow.publish(report.pk, cast[who], seen_revision=1),
        lambda: year_flow.unpublish(report.pk, cast[who], seen_revision=1, reason="x"),
    ):
        with pytest.raises(NotYours):
            call()
    assert client_of(cast[who]).get(reverse("publishing:year-report", args=[report.pk])).status_code == 403


# ── approved, published, taken down ─────────────────────────────────────────────────────────────────────────────────


def test_who_wrote_last_does_not_approve_and_nothing_is_published_unapproved(told, cast, year):
    report = begin(cast, year)
    year_flow.write(report.pk, cast["kamille"], seen_revision=1, sections={"foreword": "Tak."})
    with pytest.raises(NotYours, match="kan ikke også godkende"):
        year_flow.approve(report.pk, cast["kamille"], seen_revision=2)
    with pytest.raises(NotYet, match="godkendes først"):
        year_flow.publish(report.pk, cast["mads"], seen_revision=2)
    year_flow.approve(report.pk, cast["mads"], seen_revision=2)
    year_flow.write(report.pk, cast["kamille"], seen_revision=3, sections={"foreword": "Mange tak."})
    assert (again(report).status, again(report).held) == ("draft", {})


def test_what_was_published_never_moves_and_the_page_shows_it(told, cast, year, client):
    assert client.get("/resultater/aar/2026/").status_code == 404
    report = publish(begin(cast, year), cast)
    assert again(report).held["facts"]["account"]["forbrug"] == 38_000_00
    page = words(client.get("/resultater/aar/2026/").content.decode())
    assert "Der er brugt 38.000 kr. pr. 31. december 2026." in page and "PDF&#x27;en er på vej" not in page.split("<h2")[1]
    assert page.count('<figure class="chart">') == len(year_report.charts(report.held)) == 7
    english = client.get("/resultater/aar/2026/?sprog=en").content.decode()
    assert "<caption" in english and "Kilde: Puljens regnskab" in english  # the report is Danish in either frame
    with pytest.raises(AlreadyHandled, match="låst"):
        year_flow.write(report.pk, cast["karen"], seen_revision=again(report).revision, sections={"short": "Nej."})
    assert list(Event.objects.filter(subject="årsberetning/2026").order_by("position").values_list("step", flat=True)) == [
        "begin_year_report", "approve_year_report", "publish_year_report",
    ]  # fmt: skip


def test_a_story_that_is_taken_down_is_gone_from_the_yearly_report_and_its_pdf_too(told, cast, year, client):
    publish(begin(cast, year), cast)
    store.issue_owed()
    addresses = ("/resultater/aar/2026/", "/resultater/aar/2026/aarsberetning.pdf")
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    told.unpublish()
    page = client.get(addresses[0])
    assert page.status_code == 410 and "Årsberetningen rettes" in words(page.content.decode())
    assert "Spand ved døren" not in page.content.decode()
    assert client.get(addresses[1]).status_code == 404
    told.publish()
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_a_story_that_went_away_after_the_approval_stops_the_publishing(told, cast, year):
    report = begin(cast, year)
    year_flow.approve(report.pk, cast["mads"], seen_revision=1)
    told.unpublish()
    with pytest.raises(NotYet, match="«Spand ved døren» kan ikke læses mere"):
        year_flow.publish(report.pk, cast["kamille"], seen_revision=2)


def test_the_pdf_is_the_worker_s_and_a_later_edition_takes_its_place(told, cast, year, client):
    first = publish(begin(cast, year), cast)
    assert client.get("/resultater/aar/2026/aarsberetning.pdf").status_code == 404  # owed, not written yet
    store.issue_owed()
    answer = client.get("/resultater/aar/2026/aarsberetning.pdf")
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    document = Document.objects.get(kind="year_report")
    with override("en"):
        assert year_flow.write_pdf(document) == answer.content  # the same bytes, whoever asks
    second = publish(begin(cast, year), cast)
    with pytest.raises(AlreadyHandled):
        year_flow.unpublish(first.pk, cast["mads"], seen_revision=again(first).revision, reason="Forkert udgave")
    assert (second.edition, again(first).status, again(second).status) == (2, "superseded", "published")
    assert list(Document.objects.filter(kind="year_report").order_by("pk").values_list("superseded", flat=True)) == [
        True,
        False,
    ]
    assert "2. udgave, som afløser de tidligere" in client.get("/resultater/aar/2026/").content.decode()


def test_taken_down_it_is_gone_for_everybody(told, cast, year, client):
    report = publish(begin(cast, year), cast)
    assert "/resultater/aar/2026/" in client.get("/sitemap.xml").content.decode()
    with pytest.raises(WrongAnswers, match="hvorfor"):
        year_flow.unpublish(report.pk, cast["kamille"], seen_revision=report.revision, reason=" ")
    year_flow.unpublish(report.pk, cast["kamille"], seen_revision=report.revision, reason="En fejl i tallene")
    assert client.get("/resultater/aar/2026/").status_code == 410
    assert client.get("/resultater/aar/2026/aarsberetning.pdf").status_code == 404
    assert begin(cast, year).edition == 2


def test_the_database_holds_one_edition_in_work_and_one_public(told, cast, year):
    report = publish(begin(cast, year), cast)
    begin(cast, year)
    facts = {
        "year": year,
        "day": report.day,
        "written_by": cast["karen"],
        "changed_at": clock.now(),
        "approved_by": cast["mads"],
    }
    at = {"approved_at": clock.now(), "published_at": clock.now()}
    for wrong in ({"status": "draft"}, {"status": "published", **at}, {"status": "superseded", "approved_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            YearReport.objects.create(edition=9, **(facts | wrong))


def test_the_whole_way_through_the_pages(told, cast, year, client_of):
    clock.set_to(timezone.make_aware(datetime(2026, 12, 31, 12)))
    karen, mads = client_of(cast["karen"]), client_of(cast["mads"])
    assert "Begynd for 2026" in karen.get("/aarsberetninger/").content.decode()
    page = karen.post("/aarsberetninger/begynd/", {"year": 2026}, follow=True)
    pk = YearReport.objects.get().pk
    assert "Ikke skrevet endnu." in page.content.decode() and "Forord" in page.content.decode()
    assert karen.get(f"/aarsberetninger/{pk}/vis/").content.decode().count('<figure class="chart">') == 7
    assert karen.get(f"/aarsberetninger/{pk}/godkend/").status_code == 403
    assert karen.post(f"/aarsberetninger/{pk}/send/", {"seen": 1}).status_code == 302
    assert mads.get(f"/aarsberetninger/{pk}/send/").status_code == 403
    for act in ("godkend", "udgiv"):
        form = mads.get(f"/aarsberetninger/{pk}/{act}/").context["form"]
        page = mads.post(f"/aarsberetninger/{pk}/{act}/", {"seen": form["seen"].value()}, follow=True)
    assert "Årsberetningen er offentliggjort" in page.content.decode()
    told_of = Message.objects.filter(template__endswith="_year_report").values_list("template", "person__email", "subject")
    assert sorted(told_of) == [
        ("ask_year_report", "kamille@naestved.example", "Til godkendelse: årsberetningen for 2026"),
        ("publish_year_report", "karen@naestved.example", "Offentliggjort: årsberetningen for 2026"),
    ]
    assert "/resultater/aar/2026/" in Client().get("/resultater/aar/").content.decode()


# ── on paper ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pdf_is_ua_with_cover_contents_and_a_text_for_each_picture(facts):
    held = {"facts": facts, "texts": year_report.drafted(facts) | {"foreword": "Et godt år."}, "edition": 1}
    content = year_flow.pdf(held)
    reading = Reading(content)
    assert (str(reading.root.Lang), bool(reading.root.MarkInfo.Marked), reading.unmarked) == ("da", True, [])
    with reading.pdf.open_metadata() as metadata:
        assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", "Bæredygtighedspuljen 2026. Årsberetning")
    assert reading.of("H1") == ["Bæredygtighedspuljen 2026"]
    titles = [section.title for section in year_report.sections(held)]
    assert reading.of("H2") == ["Indhold", *titles] and len(titles) == 9
    levels = [int(tag[1]) for tag, _text in reading.elements if re.fullmatch(r"H\d", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    contents = [re.fullmatch(r"(.+?) ?(\d+)", item).groups() for item in reading.of("LI")[: len(titles)]]
    assert [name for name, _page in contents] == titles
    assert [int(page) for _name, page in contents] == [_page_of(reading, title) for title in titles]
    last = {}
    for node in _leaves(reading.root.StructTreeRoot.K):
        if isinstance(node.get("/Pg"), pikepdf.Dictionary):
            last[node.Pg.objgen] = str(node.S)
    assert [kind for kind in last.values() if kind in ("/H2", "/H3", "/Caption")] == []  # none alone at the foot of a page
    figures = reading.nodes("Figure")
    sentences = [chart.sentence for chart in year_report.charts(held)]
    assert [str(figure.Alt) for figure in figures] == sentences and all(sentences)


def _page_of(reading: Reading, title: str) -> int:
    """The page, counted from 1, on which a heading stands."""
    pages = {page.objgen: place for place, page in enumerate(reading.pdf.pages, 1)}
    node = next(node for node in reading.nodes("H2") if title in reading._marked(node))
    return pages[node.Pg.objgen]


def _leaves(nodes):
    for node in nodes if isinstance(nodes, pikepdf.Array) else [nodes]:
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            yield from _leaves(node.get("/K", pikepdf.Array([])))


def test_a_picture_on_the_page_is_the_picture_in_the_pdf(told, year):
    facts = year_figures.of(year, date(2026, 12, 31))
    held = {"facts": facts, "texts": year_report.drafted(facts), "edition": 1}
    on_page = [part for section in year_report.sections(held) for part in section.parts if isinstance(part, Chart)]
    in_print = [block for block in year_report.blocks(held) if type(block).__name__ == "Figure"]
    body = lambda drawing: re.sub(r"^<svg[^>]*>(<title>.*?</title>)?", "", str(drawing))  # noqa: E731
    assert [body(chart.picture) for chart in on_page] == [body(figure.drawing) for figure in in_print]
