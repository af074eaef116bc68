"""Letters, receipts, packets and case files as they are read: the exact words, in the order a screen reader meets them."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from docx import Document as OpenDocx

from applications import agenda, assessing, case_file, content, papers
from applications.minutes import minutes
from applications.models import AgendaItem, Attachment
from applications.states import State
from documents import store
from documents.models import Document
from documents.pdf import RefusedAddress, render_html
from documents.text import as_text
from journal import clock
from people.models import Person, Unit
from pool.themes import Theme
from tests.reading import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def read(document: Document) -> Reading:
    return Reading(store.content_of(document))


def words(document: Document) -> list[str]:
    """Every element's words, no-break spaces as spaces."""
    return [text for _tag, text in read(document).elements]


HEAD = ["Næstved Kommune · Bæredygtighedspuljen", "Ressource City · Teatergade 8, 4700 Næstved · Telefon 5588 5588"]
TO = "Børnehuset Solstrålen Center for Dagtilbud, Skole og Forebyggelse Att. Anna Ansøger"
BYE = "Venlig hilsen Karen Konsulent Ressource City, Næstved Kommune"
WHAT_NOW = [
    "Sådan kommer I videre",
    "Pengene er sat af til jer (disponeret).",
    "1. Læs brevet og vilkårene sammen.",
    "2. Aftal med konsulenten, hvordan I får pengene, før I køber ind: Enten sendes regningerne direkte til puljen, eller "
    "også betaler I selv og får udgiften dækket mod bilag.",
    "3. Brug kun pengene til det, I har søgt om. Bliver noget anderledes end beskrevet, så skriv til konsulenten først.",
    "4. Gem regninger og bilag. Penge, I ikke bruger, går tilbage til puljen.",
]
COMPLAINT = [
    "Klagevejledning",
    "Beslutningen kan ikke indbringes for en anden administrativ myndighed. I kan bede Næstved Kommune om at se på sagen "
    "igen. Ankestyrelsen fører tilsyn med, at kommuner følger loven, og afgør selv, om den vil tage en sag op.",
]


def references(case, item=None):
    extra = f" Sagsnr. {item.case_number} Bilag: Udskrift af beslutningsprotokollen" if item else ""
    day = "5. april 2026" if item else "2. marts 2026"
    return f"{day} Ansøgning {case.number}: Madaffald sorteres på alle stuer{extra}"


def extract(case, item, *last, said=("Godkendt.",)):
    return [
        "Udskrift af beslutningsprotokollen",
        "Udvalg", "Teknik- og Klimaudvalget", "Møde", "5. april 2026 kl. 12.00", "Sted", "Mødelokale 6",
        "Punkt", "Beslutning om fordeling af bæredygtighedspuljen, Runde 1, 2026", "Sagsnr.", item.case_number,
        "Indstilling", "Administrationen indstiller, at Teknik- og Klimaudvalget godkender,",
        "1. at 40.000 kr. fra bæredygtighedspuljen 2026 gives til «Madaffald sorteres på alle stuer» som vist i bilag 1,",
        "2. at 480.000 kr. af rundens ramme bliver i bæredygtighedspuljen 2026.",
        "Beslutning", "Teknik- og Klimaudvalget, 5. april 2026:", *said, f"Ansøgning {case.number}: {last[0]}", *last[1:],
    ]  # fmt: skip


def decide(walker, step, minutes=None, **answers):
    """The meeting is held and decides; answers the case's letter."""
    walker.to_meeting()
    outcome = agenda.Outcome(walker.case.pk, step, answers)
    agenda.decide(walker.item.pk, walker.cast["signe"], [outcome], text="Godkendt.", **(minutes or {}))
    walker.item.refresh_from_db()
    return agenda.letter_of(walker.case)


def test_a_full_grant(case, walker):
    case(State.ON_AGENDA)
    letter = decide(walker, "grant", amount=40_000_00, reason="Målbart og billigt.", conditions="Vej affaldet i uge 20.")
    assert words(letter) == [
        *HEAD, TO, references(walker.case, walker.item),
        "Tilsagn om tilskud fra bæredygtighedspuljen",
        "Teknik- og Klimaudvalget har på mødet den 5. april 2026 bevilget 40.000 kr. til projektet «Madaffald sorteres på "
        "alle stuer».",
        "Bevilget", "40.000 kr. uden moms", "Søgt", "40.000 kr. uden moms",
        "Projektet løber", "15. april 2026 til 30. november 2026",
        "Begrundelse", "Målbart og billigt.", "Vilkår", "Vej affaldet i uge 20.",
        *WHAT_NOW, BYE, *extract(walker.case, walker.item, "Bevilget 40.000 kr."),
    ]  # fmt: skip


def test_a_part_of_what_was_sought_to_the_ore_and_without_conditions(case, walker):
    case(State.ON_AGENDA)
    type(walker.case).objects.update(recommended_reason="", recommended_conditions="")
    letter = decide(walker, "grant", amount=25_000_50, reason="", conditions="")
    assert words(letter) == [
        *HEAD, TO, references(walker.case, walker.item),
        "Delvist tilsagn om tilskud fra bæredygtighedspuljen",
        "Teknik- og Klimaudvalget har på mødet den 5. april 2026 bevilget 25.000,50 kr. til projektet «Madaffald sorteres "
        "på alle stuer».",
        "Bevilget", "25.000,50 kr. uden moms", "Søgt", "40.000 kr. uden moms",
        "Projektet løber", "15. april 2026 til 30. november 2026",
        *WHAT_NOW[:2], "1. Læs brevet sammen.",
        "2. Tilpas budgettet til det bevilgede beløb, og send det til konsulenten, før I går i gang.",
        *[f"{place}. {step[3:]}" for place, step in enumerate(WHAT_NOW[3:], 3)],
        BYE, *extract(walker.case, walker.item, "Bevilget 25.000,50 kr."),
    ]  # fmt: skip


def refused(walker):
    return [
        *HEAD, TO, references(walker.case, walker.item),
        "Afslag på ansøgning til bæredygtighedspuljen",
        "Teknik- og Klimaudvalget har på mødet den 5. april 2026 givet afslag på ansøgningen om 40.000 kr. til «Madaffald "
        "sorteres på alle stuer».",
        "Begrundelse", "Der er ikke penge nok.",
        "Har I brug for hjælp til næste gang?",
        "Konsulenten i Ressource City fortæller gerne, hvad der kan gøre projektet egnet til en senere runde.",
    ]  # fmt: skip


def test_a_refusal_with_dissent_absentees_and_a_disqualified_member(case, walker):
    case(State.ON_AGENDA)
    minutes = {
        "dissent": "Liste Å ønskede projektet fremmet.",
        "absentees": "Ib Ibsen (A)",
        "disqualified_members": "Eva Evasdatter (V)",
    }
    letter = decide(walker, "refuse", minutes, reason="Der er ikke penge nok.")
    said = (
        "Godkendt.",
        "Afbud: Ib Ibsen (A)",
        "Deltog ikke i behandlingen på grund af inhabilitet: Eva Evasdatter (V)",
        "Mindretalsudtalelse: Liste Å ønskede projektet fremmet.",
    )
    assert words(letter) == [*refused(walker), BYE, *extract(walker.case, walker.item, "Afslag.", said=said)]


def test_only_a_separate_legal_entity_is_told_how_to_complain(case, walker):
    Unit.objects.filter(name="Børnehuset Solstrålen").update(is_separate_legal_entity=True)
    case(State.ON_AGENDA)
    letter = decide(walker, "refuse", reason="Der er ikke penge nok.")
    assert words(letter) == [*refused(walker), *COMPLAINT, BYE, *extract(walker.case, walker.item, "Afslag.")]


def test_a_delegated_grant_has_no_minutes(quick_case):
    granted = quick_case(State.RECOMMENDED)
    assessing.declare(granted.pk, quick_case.cast["mads"], "none")
    quick_case.take("grant_by_delegation", "mads")
    assert words(agenda.letter_of(granted)) == [
        *HEAD, TO, references(granted),
        "Tilsagn om tilskud fra bæredygtighedspuljen",
        "Ledelsen har efter delegation bevilget 40.000 kr. til projektet «Madaffald sorteres på alle stuer».",
        "Bevilget", "40.000 kr. uden moms", "Søgt", "40.000 kr. uden moms",
        "Projektet løber", "15. april 2026 til 30. november 2026",
        "Begrundelse", "Målbart og billigt.", "Vilkår", "Vej affaldet i uge 20.", *WHAT_NOW, BYE,
    ]  # fmt: skip


def test_a_corrected_decision_gives_a_new_letter_that_says_so(case, walker):
    case(State.ON_AGENDA)
    first = decide(walker, "grant", amount=40_000_00, reason="", conditions="")
    walker.take("reopen_decision", "signe", reason="Skrevet forkert.")
    walker.take("refuse", "signe", reason="Der er ikke penge nok.")
    second = agenda.letter_of(walker.case)
    first.refresh_from_db()
    assert (first.superseded, second.superseded) == (True, False)
    expected = refused(walker)
    expected.insert(5, "Dette brev erstatter et tidligere brev om den samme ansøgning.")
    ending = ("Afslag.", "Protokollen er rettet for denne ansøgning.")
    assert words(second) == [*expected, BYE, *extract(walker.case, walker.item, *ending)]


def test_a_closed_item_s_recommendation_stays_in_the_closed_minutes(case, walker):
    case(State.ON_AGENDA)
    AgendaItem.objects.update(is_open=False, closed_reason="Forretningsforhold, § 10")
    assert "Indstilling" not in words(decide(walker, "refuse", reason="Nej."))


def test_a_letter_written_late_says_what_was_so_at_the_decision(case, walker):
    """Owed at the decision; then the world moves on, and the worker comes a month later."""
    case(State.ON_AGENDA)
    letter = decide(walker, "grant", amount=40_000_00, reason="", conditions="")
    at_once = papers_of(letter)
    AgendaItem.objects.update(decision_text="Noget andet.", dissent="Nyt.", title="Ny", number=9)
    Unit.objects.update(is_separate_legal_entity=True)
    walker.case.case_officer, walker.case.title = walker.cast["kurt"], "Omdøbt"
    walker.case.save()
    clock.set_to(clock.now() + timedelta(days=31))
    assert papers_of(letter) == at_once == store.content_of(letter)


def papers_of(document: Document) -> bytes:
    return store._writers[document.kind](Document.objects.get(pk=document.pk))


def test_a_unit_that_is_a_centre_is_named_once(case, walker):
    case(State.ON_AGENDA)
    version = walker.case.versions.get()
    version.content["unit"]["centre"] = version.content["unit"]["name"]
    version.save()
    assert words(decide(walker, "refuse", reason="Nej."))[2] == "Børnehuset Solstrålen Att. Anna Ansøger"


def test_a_letter_without_an_officer_or_a_case_number(case, walker):
    case(State.ON_AGENDA)
    AgendaItem.objects.update(case_number="")
    type(walker.case).objects.update(case_officer=None)
    said = words(decide(walker, "refuse", reason="Nej."))
    assert said[3].endswith("alle stuer Bilag: Udskrift af beslutningsprotokollen")
    assert "Venlig hilsen Ressource City, Næstved Kommune" in said


# ── receipt ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_receipt_repeats_what_was_sent(case):
    sent = case(State.SUBMITTED)
    said = words(Document.objects.get(kind="receipt"))
    version = sent.versions.get()
    said[17] = said[17].replace(" ", "")  # the sum stands on two lines
    assert said[:18] == [
        HEAD[0], f"Kvittering for ansøgning {sent.number}",
        "Ansøgning", sent.number, "Runde", "Runde 1, 2026", "Enhed", "Børnehuset Solstrålen",
        "Sendt ind", "2. marts 2026 kl. 10.00", "Godkendt af", "Ulla Leder", "Svar senest", "1. maj 2026",
        "Udgave", "1", "Kontrolsum", version.sha256,
    ]  # fmt: skip
    table = said.index("Budgetlinjer")
    assert said[table : table + 13] == [
        "Budgetlinjer", "Art", "Hvad", "Kr. uden moms", "Udstyr", "Sorteringsstationer", "33.600,00",
        "Materialer", "Skilte og poser", "6.400,00", "I alt", "40.000,00", "Virkning",
    ]  # fmt: skip
    effects = said.index("Forventede virkninger")
    assert said[effects + 6 : effects + 11] == [
        "Sorteret til genanvendelse", "2.100", "kg/år", "skønnet", "prøvevejning i uge 41",
    ]  # fmt: skip


def test_a_round_whose_answer_moves_changes_no_receipt(case, open_round):
    case(State.SUBMITTED)
    receipt = Document.objects.get(kind="receipt")
    before = papers_of(receipt)
    type(open_round).objects.update(name="Omdøbt", answer_by="2027-01-01")
    assert papers_of(receipt) == before


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("title", None, ""),
        ("title", "", ""),
        ("sdgs", [], ""),
        ("amount_sought", 0, "0 kr."),
        ("amount_sought", 12_345_67, "12.345,67 kr."),
        ("themes", ["waste"], str(Theme("waste").label)),
        ("sdgs", [7, 13], "Verdensmål 7, Verdensmål 13"),
        ("starts", "2026-02-03", "3. februar 2026"),
        ("attachments", [{"name": "tilbud.pdf"}, {"name": "foto.jpg"}], "tilbud.pdf\nfoto.jpg"),
        ("budget_lines", [{"kind": "equipment", "text": "Spande", "amount": 100_50}], "Udstyr: Spande, 100,50 kr."),
        (
            "effects",
            [{"indicator": "co2e", "value": "12700.5", "unit": "kg/år", "basis": "measured", "method": "Aflæst"}],
            "CO2e sparet: 12.700,5 kg/år (målt). Aflæst",
        ),
        (
            "effects",
            [
                {
                    "indicator": "water",
                    "value": "40",
                    "unit": "m³/år",
                    "basis": "measured",
                    "baseline": "120 m³ om året.",
                    "method": "Aflæst",
                }
            ],
            "Vand sparet: 40 m³/år (målt). Udgangspunkt: 120 m³ om året. Aflæst",
        ),
        ("touches_buildings", True, "Ja"),
        ("touches_buildings", False, "Nej"),
        ("partners", ["Åmosens Skole", "Biblioteket"], "Åmosens Skole, Biblioteket"),
        ("beneficiaries", 106, "106"),
    ],
)
def test_answers_as_a_dane_reads_them(name, value, said):
    assert papers.said(content.FIELDS[name], value).replace("\N{NO-BREAK SPACE}", " ") == said


# ── packet ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_packet_is_the_item_with_its_annexes_and_the_journal_s_head(case, walker):
    case(State.ON_AGENDA)
    walker.to_meeting()
    packet = Document.objects.get(kind="packet")
    reading = read(packet)
    assert reading.of("H1") == ["Beslutning om fordeling af bæredygtighedspuljen, Runde 1, 2026"]
    assert reading.of("H2") == [
        "Resumé", "Indstilling", "Beslutning", "Sagsfremstilling", "Økonomi", "Klima- og miljøkonsekvenser", "Bilag",
        "Bilag 1. Oversigt over ansøgninger og indstilling", "Bilag 2. Metode og beregninger",
    ]  # fmt: skip
    assert f"Journalens fingeraftryk ved udsendelsen: {packet.facts['anchor']}" in reading.of("P")
    wide = [float(page.MediaBox[2]) > float(page.MediaBox[3]) for page in reading.pdf.pages]
    assert (wide[0], wide[-1]) == (False, True)
    assert packet.facts["sent"] == "2026-03-16T11:00:00+01:00"


def test_the_packet_as_docx_holds_the_same_item(case, walker):
    case(State.ON_AGENDA)
    walker.to_meeting()
    content = store.content_of(Document.objects.get(kind="packet_docx"))
    document = OpenDocx(io.BytesIO(content))
    assert [p.text for p in document.paragraphs if p.style.name in ("Heading 1", "Heading 2")] == [
        "Beslutning om fordeling af bæredygtighedspuljen, Runde 1, 2026",
        "Resumé", "Indstilling", "Beslutning", "Sagsfremstilling", "Økonomi", "Klima- og miljøkonsekvenser", "Bilag",
        "Bilag 1. Oversigt over ansøgninger og indstilling", "Bilag 2. Metode og beregninger",
    ]  # fmt: skip
    assert document.core_properties.created == walker.item.meeting.at - timedelta(days=20)


def test_what_a_page_shows_of_the_minutes(case, walker):
    case(State.ON_AGENDA)
    decide(walker, "refuse", {"absentees": "Ib Ibsen (A)"}, reason="Nej.")
    assert as_text(minutes(walker.item)) == ("Teknik- og Klimaudvalget, 5. april 2026:\n\nGodkendt.\n\nAfbud: Ib Ibsen (A)")


# ── case file ───────────────────────────────────────────────────────────────────────────────────────────────────────


def opened(content: bytes) -> tuple[dict, zipfile.ZipFile]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return json.loads(archive.read("metadata.json")), archive


def test_the_case_file_of_a_decided_case(case, walker):
    case(State.ON_AGENDA)
    decide(walker, "grant", amount=40_000_00, reason="", conditions="")
    type(walker.case).objects.update(records_number="00.30.10-Ø34-7-26")
    walker.case.refresh_from_db()
    walker.case.partners.add(Unit.objects.get(name="Åmosens Skole"))
    content = case_file.build(walker.case)
    facts, archive = opened(content)
    number = walker.case.number
    assert {key: facts[key] for key in list(facts)[:-1]} == {
        "sagsnummer": "00.30.10-Ø34-7-26", "ansøgningsnummer": number, "titel": "Madaffald sorteres på alle stuer",
        "kle_emne": "00.30.10", "kle_facet": "Ø34", "oprettet": "2026-03-02", "indsendt": "2026-03-02",
        "afgjort": "2026-04-05", "tilstand": "granted",
        "parter": [
            {"navn": "Børnehuset Solstrålen", "ean": "5798000104075", "rolle": "ansøger"},
            {"navn": "Åmosens Skole", "ean": "5798000106291", "rolle": "samarbejdspartner"},
        ],
        "sagsbehandler": "Karen Konsulent",
    }  # fmt: skip
    shown = [(a["fil"], a["type"], a["dato"][:10], a["retning"], a["offentlig"], a["version"]) for a in facts["akter"]]
    item = walker.item.pk
    assert shown == [
        (f"01 kvittering-{number}.pdf", "Ansøgning med kvittering", "2026-03-02", "udgående", True, 1),
        (f"02 bedoemmelser-{number}.pdf", "Bedømmelser", "2026-03-16", "intern", False, 1),
        (f"03 dagsordenspunkt-{item}.pdf", "Dagsordenspunkt", "2026-03-16", "intern", True, 1),
        (f"04 protokoludskrift-punkt-{item}.pdf", "Udskrift af beslutningsprotokollen", "2026-04-05", "intern", True, 1),
        (f"05 svar-{number}.pdf", "Svar på ansøgning", "2026-04-05", "udgående", True, 1),
    ]
    assert [act["hvorfor_ikke"] for act in facts["akter"]] == [None, case_file.INTERNAL, None, None, None]
    assert archive.namelist() == ["metadata.json", "aktliste.pdf", *[act["fil"] for act in facts["akter"]]]
    for act in facts["akter"]:
        assert hashlib.sha256(archive.read(act["fil"])).hexdigest() == act["sha256"]
    index = [text for _tag, text in Reading(archive.read("aktliste.pdf")).elements]
    assert f"Aktliste for ansøgning {number}" in index
    assert f"Bedømmelser bedoemmelser-{number}.pdf" in index
    scores = [text for _tag, text in Reading(archive.read(shown[1][0])).elements]
    assert scores[scores.index("Karen Konsulent") :][5:12] == [
        "Point fra 0 til 5", "Kriterium", "Point", "CO2-reduktion", "4", "Spredning", "3",
    ]  # fmt: skip
    assert case_file.build(walker.case) == content
    assert case_file.KLE_CASE_NUMBER.match(facts["sagsnummer"])


def test_points_stay_out_of_the_file_while_they_are_closed_to_other_assessors(case, walker):
    case(State.UNDER_ASSESSMENT)
    walker.score("rune")
    facts, _archive = opened(case_file.build(walker.case))
    assert [act["type"] for act in facts["akter"]] == ["Ansøgning med kvittering"]


def test_a_draft_s_file_is_an_empty_list(case):
    facts, archive = opened(case_file.build(case(State.DRAFT)))
    assert (facts["akter"], facts["indsendt"], facts["afgjort"], facts["sagsbehandler"]) == ([], None, None, None)
    assert "Sagen har ingen dokumenter." in [text for _tag, text in Reading(archive.read("aktliste.pdf")).elements]


def test_a_corrected_letter_is_a_second_version_and_a_closed_item_says_why(case, walker):
    case(State.ON_AGENDA)
    AgendaItem.objects.update(is_open=False, closed_reason="Forretningsforhold, § 10")
    decide(walker, "grant", amount=40_000_00, reason="", conditions="")
    walker.take("reopen_decision", "signe", reason="Skrevet forkert.")
    walker.take("refuse", "signe", reason="Nej.")
    walker.case.refresh_from_db()
    facts, archive = opened(case_file.build(walker.case))
    letters = [(a["version"], a["afløst"], a["fil"]) for a in facts["akter"] if a["type"] == "Svar på ansøgning"]
    assert [letter[:2] for letter in letters] == [(1, True), (2, False)]
    assert letters[0][2] != letters[1][2]
    closed = {a["type"]: a["hvorfor_ikke"] for a in facts["akter"]}
    assert (closed["Dagsordenspunkt"], closed["Udskrift af beslutningsprotokollen"]) == ("Forretningsforhold, § 10",) * 2
    index = [text for _tag, text in Reading(archive.read("aktliste.pdf")).elements]
    assert any(text.startswith("Svar på ansøgning (afløst)") for text in index)
    assert "Ikke offentlig: Forretningsforhold, § 10" in index


def test_attachments_come_with_safe_names_and_a_lost_file_is_told(case, cast, tmp_path):
    sent = case(State.SUBMITTED)
    for name, file in (("..\\..\\tilbud/2026?.pdf", "a/tilbud.pdf"), ("væk.pdf", "a/gone.pdf")):
        Attachment.objects.create(
            application=sent, file=file, name=name, media_type="application/pdf", size=3, scan="clean",
            sha256=hashlib.sha256(b"abc").hexdigest(), uploaded_by=cast["anna"], uploaded_at=clock.now() - timedelta(days=1),
        )  # fmt: skip
    (tmp_path / "files" / "a").mkdir(parents=True)
    (tmp_path / "files" / "a" / "tilbud.pdf").write_bytes(b"abc")
    facts, archive = opened(case_file.build(sent))
    told = {act["titel"]: (act["fil"], act["retning"], act["bemærkning"]) for act in facts["akter"][:2]}
    assert told == {
        "..\\..\\tilbud/2026?.pdf": ("01 .._.._tilbud_2026_.pdf", "indgående", None),
        "væk.pdf": (None, "indgående", "Filen mangler i lageret."),
    }
    assert archive.read("01 .._.._tilbud_2026_.pdf") == b"abc"


def test_an_issued_file_that_is_lost_is_told_and_holds_up_no_other(case, tmp_path):
    sent = case(State.SUBMITTED)
    receipt = store.issue(Document.objects.get(kind="receipt"))
    (tmp_path / "files" / receipt.file.name).unlink()
    facts, archive = opened(case_file.build(sent))
    assert [(a["fil"], a["bemærkning"]) for a in facts["akter"]] == [(None, "Filen mangler i lageret.")]
    assert archive.namelist() == ["metadata.json", "aktliste.pdf"]


def test_every_letter_is_tagged_throughout(case, walker):
    case(State.ON_AGENDA)
    reading = read(decide(walker, "grant", amount=40_000_00, reason="", conditions=""))
    assert (reading.unmarked, set(reading._text) - reading.used) == ([], set())


def test_what_people_type_stays_text(case, walker):
    """Markup in an answer is shown, never followed: no file, no address."""
    case(State.ON_AGENDA)
    evil = '<img src="file:///etc/passwd"><script>x</script>'
    assert evil in words(decide(walker, "refuse", reason=evil))
    with pytest.raises(RefusedAddress):
        render_html(f'<html lang="da"><title>x</title>{evil}</html>')
    assert Person.objects.count() == len(walker.cast)
