"""The drafted agenda item is true for any round, and its annexes add up to the øre."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications import agenda, agenda_text, annexes, sentences
from applications.door import take
from applications.models import AgendaItem, Effect
from applications.states import State
from documents.blocks import Heading, PageBreak, Paragraph, Table
from documents.text import as_text
from journal import clock
from pages.money import parse_kroner
from tests.cast import CONTENT, NOW, Walker, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(cast, open_round):
    """`put(amount, sought=…, **content)`: one more case on the round's item, recommended for an amount in øre."""
    walkers = []

    def one_more(amount, sought=40_000_00, round_=None, **content):
        walker = Walker(cast, round_ or open_round)
        line = [{"kind": "equipment", "text": "Udstyr", "amount": sought}]
        values = {"amount_sought": sought, "minimum_amount": 0, "budget_lines": line} | content
        walkers.append(walker)
        clock.set_to(NOW)  # sent in while the round was open
        walker(State.UNDER_ASSESSMENT, **values)
        walker.recommend(amount)
        walker.approve()
        if len(walkers) == 1 or round_:
            walker.place()
        else:
            walker.meeting = walkers[0].meeting
            walker.take("place_on_agenda", "karen", meeting=walker.meeting)
        walker.item = AgendaItem.objects.get(meeting=walker.meeting, round=walker.round)
        walker.case.refresh_from_db()
        return walker

    return one_more


def drafted(walker) -> dict[str, str]:
    item = AgendaItem.objects.select_related("round__pool_year", "meeting__committee").get(pk=walker.item.pk)
    return {key: text.replace("\N{NO-BREAK SPACE}", " ") for key, text in agenda_text.drafted(item).items()}


def test_one_application_that_is_granted(put):
    text = drafted(put(40_000_00, resulting_operating_cost=1_500_50))
    assert text["summary"] == (
        "Politisk behandling\nTeknik- og Klimaudvalget (godkender), 05.04.2026\n\n"
        "Der er kommet 1 ansøgning på 40.000 kr. til Runde 1, 2026. Der er 520.000 kr. til rådighed i runden.\n\n"
        "Administrationen foreslår, at 1 projekt får tilskud på 40.000 kr."
    )
    assert text["recommendation"] == (
        "Administrationen indstiller, at Teknik- og Klimaudvalget godkender,\n\n"
        "1. at 40.000 kr. fra bæredygtighedspuljen 2026 gives til «Madaffald sorteres på alle stuer» som vist i bilag 1,\n"
        "2. at 480.000 kr. af rundens ramme bliver i bæredygtighedspuljen 2026."
    )
    assert text["presentation"] == (
        "Kommunens egne centre og institutioner kan søge bæredygtighedspuljen til projekter, der nedbringer CO2 og "
        "forbruget af ressourcer, øger genanvendelsen, styrker biodiversiteten og engagerer medarbejderne.\n\n"
        "Ansøgningen er godkendt af enhedens leder og vurderet af to bedømmere, hvis habilitet er afklaret.\n\n"
        "Ansøgningerne er vurderet efter rundens kriterier:\n\n- CO2-reduktion (60 %)\n- Spredning (40 %)\n\n"
        "Administrationen indstiller dette projekt til tilskud:\n\n"
        "- Børnehuset Solstrålen: Madaffald sorteres på alle stuer (40.000 kr.)\n\n"
        "Bilag 1 viser ansøgningen med indstilling, begrundelse og løbende saldo."
    )
    assert text["economy"] == (
        "Tilskuddet finansieres af bæredygtighedspuljen 2026 på puljens konto. Beløbet er uden moms. Efter fordelingen er "
        "der 480.000 kr. tilbage af rundens ramme på 520.000 kr.\n\nSagen har ikke konsekvenser for kassebeholdningen. "
        "Den afledte drift er oplyst til 1.500,50 kr. om året og holdes inden for ansøgerens eget budget."
    )
    assert text["climate"] == (
        "Det indstillede projekt har ikke opgjort en årlig virkning på CO2 i kg eller ton. De øvrige virkninger står i "
        "bilag 2.\n\nTallene er ansøgerens egne og gælder, hvis projektet gennemføres som beskrevet. Metode og grundlag "
        "(målt, beregnet eller skønnet) fremgår af bilag 2."
    )
    assert text["annexes"] == "1. Oversigt over ansøgningen og indstilling\n2. Metode og beregninger"


def test_one_application_that_is_refused(put):
    text = drafted(put(0))
    assert text["summary"].endswith("Administrationen foreslår, at ansøgningen får afslag.")
    assert text["recommendation"] == (
        "Administrationen indstiller, at Teknik- og Klimaudvalget godkender,\n\n"
        "1. at ansøgningen får afslag med den begrundelse, der fremgår af bilag 1,\n"
        "2. at 520.000 kr. af rundens ramme bliver i bæredygtighedspuljen 2026."
    )
    assert text["economy"] == "Sagen har ikke økonomiske konsekvenser."
    assert text["climate"] == (
        "Ingen projekter er indstillet til tilskud. Punktet har derfor ingen virkning på klima og miljø."
    )
    assert "Administrationen indstiller ingen projekter til tilskud." in text["presentation"]


def test_many_and_all_of_them_refused(put):
    put(0)
    text = drafted(put(0))
    assert "Der er kommet 2 ansøgninger for i alt 80.000 kr. til Runde 1, 2026." in text["summary"]
    assert text["summary"].endswith("Administrationen foreslår, at ingen af ansøgningerne får tilskud.")
    assert "1. at alle 2 ansøgninger får afslag med" in text["recommendation"]


def test_all_granted_and_nothing_left_is_one_sentence_without_a_third_point(cast, year, committee, put):
    small = make_round(cast, year, committee, name="Lille runde", ceiling=80_000_00)
    first = put(40_000_00, round_=small)
    second = Walker(cast, small)
    clock.set_to(NOW)
    second(State.UNDER_ASSESSMENT)
    second.recommend()
    second.approve()
    second.take("place_on_agenda", "karen", meeting=first.meeting)
    text = drafted(first)
    assert text["recommendation"] == (
        "Administrationen indstiller, at Teknik- og Klimaudvalget godkender, "
        "at 80.000 kr. fra bæredygtighedspuljen 2026 fordeles som vist i bilag 1."
    )
    assert "Efter fordelingen er der ikke flere penge tilbage af rundens ramme på 80.000 kr.\n" in text["economy"]
    assert "Der er ikke oplyst afledt drift." in text["economy"]
    assert "til Lille runde 2026." in text["summary"]


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (1, "2. at den anden ansøgning får afslag med den begrundelse, der fremgår af bilag 1,"),
        (2, "2. at de øvrige 2 ansøgninger får afslag med den begrundelse, der fremgår af bilag 1,"),
    ],
)
def test_some_granted_some_refused(put, refused, said):
    put(25_000_25, sought=40_000_00)
    for _number in range(refused):
        last = put(0)
    text = drafted(last)
    assert said in text["recommendation"].splitlines()
    assert "(25.000,25 kr. af de søgte 40.000 kr.)" in text["presentation"]
    assert text["recommendation"].endswith("3. at 494.999,75 kr. af rundens ramme bliver i bæredygtighedspuljen 2026.")


def test_two_granted_and_the_last_refused(put):
    put(40_000_00), put(40_000_00)
    assert "2. at den sidste ansøgning får afslag med" in drafted(put(0))["recommendation"]


def test_the_committee_s_competence_decides_the_verb(put):
    walker = put(40_000_00)
    AgendaItem.objects.filter(pk=walker.item.pk).update(competence="recommends")
    text = drafted(walker)
    assert text["recommendation"].startswith("Administrationen indstiller, at Teknik- og Klimaudvalget anbefaler,")
    assert "Teknik- og Klimaudvalget (anbefaler), 05.04.2026" in text["summary"]


def test_a_postponed_case_comes_back_as_a_part_of_its_round(put, cast, committee):
    granted, postponed = put(40_000_00), put(30_000_00)
    granted.to_meeting()
    outcomes = [
        agenda.Outcome(granted.case.pk, "grant", {"amount": 40_000_00, "reason": "", "conditions": ""}),
        agenda.Outcome(postponed.case.pk, "postpone", {"reason": "Udvalget vil se stedet."}),
    ]
    agenda.decide(granted.item.pk, cast["signe"], outcomes, text="Ad 1: Godkendt. Den anden sag er udsat.")
    postponed.place()
    text = drafted(postponed)
    assert (
        "Punktet omfatter 1 af de 2 ansøgninger til Runde 1, 2026. Her er der i alt søgt om 40.000 kr. Af" in text["summary"]
    )
    assert (
        "Af rundens ramme på 520.000 kr. går 40.000 kr. til andre ansøgninger. Der er 480.000 kr. til rådighed."
        in (text["summary"])
    )
    facts = annexes.overview(postponed.item.round, agenda_text.cases_of(postponed.item))
    assert [row[-2] for row in facts["rows"]] == ["450.000"]
    printed = as_text(annexes.blocks(facts, annexes.method(postponed.item.round, [])))
    assert "Rundens ramme er 520.000 kr. 480.000 kr. af den er til rådighed. Beløb er" in printed.replace("\xa0", " ")


def test_a_case_that_was_taken_off_is_gone_here_and_present_on_the_next_meeting(put):
    stays, leaves = put(40_000_00), put(30_000_00)
    leaves.take("take_off_agenda", "signe", reason="Der mangler et tilbud.")
    assert [case.pk for case in agenda_text.cases_of(stays.item)] == [stays.case.pk]
    first = leaves.item
    clock.set_to(clock.now() + timedelta(days=1))
    leaves.place()
    assert [case.pk for case in agenda_text.cases_of(leaves.item)] == [leaves.case.pk]
    leaves.take("take_off_agenda", "signe", reason="Alligevel ikke.")
    leaves.take("place_on_agenda", "karen", meeting=first.meeting)
    assert {case.pk for case in agenda_text.cases_of(first)} == {stays.case.pk, leaves.case.pk}


def test_more_assessors_than_asked_and_unlike_numbers_of_them(put, cast):
    put(40_000_00)
    walker = Walker(cast, put(0).round)
    clock.set_to(NOW)
    walker(State.UNDER_ASSESSMENT)
    walker.score("kurt")
    walker.recommend(0)
    walker.approve()
    meeting = AgendaItem.objects.get().meeting
    take("place_on_agenda", walker.case.pk, cast["karen"], answers={"meeting": meeting})
    text = agenda_text.drafted(AgendaItem.objects.get())["presentation"]
    assert "Hver ansøgning er godkendt af enhedens leder og vurderet af mindst to bedømmere, hvis habilitet" in text


def test_a_round_that_asks_for_one_assessor_says_one(cast, year, committee):
    walker = Walker(cast, make_round(cast, year, committee, name="Én", assessors_required=1))
    walker(State.UNDER_ASSESSMENT)
    walker.score("karen")
    walker.gates()
    walker.take("recommend", "karen", amount=40_000_00, reason="Godt.", conditions="")
    walker.approve()
    walker.place()
    assert "vurderet af en bedømmer, hvis habilitet er afklaret." in drafted(walker)["presentation"]
    printed = as_text(agenda_text.blocks(agenda_text.frozen(walker.item)))
    assert "Runden kræver mindst 1 bedømmer pr. ansøgning." in printed


# ── climate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def effect(value, unit, basis="estimated", indicator="co2e"):
    return CONTENT["effects"][0] | {"indicator": indicator, "value": str(value), "unit": unit, "basis": basis}


def test_kilos_and_tons_of_one_basis_are_added_and_bases_are_not(put):
    put(40_000_00, effects=[effect(1200, "kg/år"), effect("0.5", "ton CO2e/år"), effect(300, "kg CO2e/år", "measured")])
    text = drafted(put(40_000_00, effects=[effect(7, "kg CO2e pr. år", "calculated"), effect(9, "kg i alt")]))["climate"]
    assert text.startswith(
        "De indstillede projekter ventes at nedbringe udledningen med 300 kg CO2e om året (målt), 7 kg CO2e om året "
        "(beregnet) og 1.700 kg CO2e om året (skønnet). 1 opgørelse af CO2 i andre enheder er ikke talt med. De øvrige"
    )


def test_projects_without_any_effect_promise_nothing(put):
    walker = put(40_000_00)
    walker.case.effects.all().delete()
    assert drafted(walker)["climate"] == (
        "Det indstillede projekt har ikke opgjort en årlig virkning på CO2 i kg eller ton."
    )


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("kg/år", 1), ("kg CO2e/år", 1), ("kg CO₂-e/år", 1), ("Kg CO2 pr. år", 1), ("ton/år", 1000),
        ("t CO2e om året", 1000),
        ("tons CO2e/år", 1000), ("kg", None), ("kWh/år", None), ("kg/måned", None), ("", None), ("/år", None),
    ],
)  # fmt: skip
def test_units_of_co2_that_people_write(unit, factor):
    assert sentences._kilograms_a_year(unit) == factor


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("12700", "12.700"),
        ("12700.500", "12.700,5"),
        ("-0.25", "-0,25"),
        ("-12000", "-12.000"),
        ("1E+3", "1.000"),
        ("0", "0"),
    ],
)
def test_numbers_as_danes_write_them(value, said):
    assert sentences.number(Decimal(value)) == said


# ── annexes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_annex_1_sorts_and_balances_to_the_ore(put):
    low = put(10_000_01, sought=40_000_50)
    low.case.assessments.first().scores.update(points=0)
    high, refused = put(40_000_00), put(0)
    facts = agenda_text.frozen(AgendaItem.objects.get())["annex_1"]
    shown = [[row[0], row[3], row[6], row[7], row[8]] for row in facts["rows"]]
    assert shown == [
        [high.case.number, "40.000,00", "Tilskud", "40.000,00", "480.000,00"],
        [low.case.number, "40.000,50", "Delvist tilskud", "10.000,01", "469.999,99"],
        [refused.case.number, "40.000,00", "Afslag", "0,00", "469.999,99"],
    ]
    assert facts["foot"] == ["I alt", "3 ansøgninger", "", "120.000,50", "", "", "", "50.000,01", "469.999,99", ""]
    assert facts["rows"][0][-1] == "Målbart og billigt.\nVilkår: Vej affaldet i uge 20."
    assert facts["rows"][2][-1] == "Målbart og billigt."
    left = parse_kroner("520000") - sum(parse_kroner(row[7]) for row in facts["rows"])
    assert left == parse_kroner(facts["foot"][8]) == parse_kroner(facts["rows"][-1][8])


def test_whole_kroner_are_written_without_ore(put):
    facts = agenda_text.frozen(put(40_000_00).item)["annex_1"]
    assert (facts["rows"][0][3], facts["foot"][1], facts["foot"][8]) == ("40.000", "1 ansøgning", "480.000")


def test_annex_2_lets_the_reader_reckon_every_result_again(put):
    walker = put(40_000_00)
    walker.case.assessments.get(assessor__name="Rune Medbedømmer").scores.filter(criterion__key="co2").update(points=1)
    item = AgendaItem.objects.get()
    facts = agenda_text.frozen(item)
    method = facts["annex_2"]
    assert method["criteria"] == [["CO2-reduktion", "60\xa0%", ""], ["Spredning", "40\xa0%", ""]]
    assert method["scores"] == [[walker.case.number, "2,50", "3,00", "3,60 / 1,80", "2,70", "1,80"]]
    assert facts["annex_1"]["rows"][0][4:6] == ["2,70", "1,80"]
    assert method["effects"] == [
        [walker.case.number, "Sorteret til genanvendelse", "2.100", "kg/år", "skønnet", "prøvevejning i uge 41"]
    ]
    assert method["gates"] == [["Projektet er ikke begyndt", "skal være opfyldt"]]
    assert (method["unmet"], method["optional"], method["assessors"]) == ([], 0, 2)


def test_weights_that_are_no_percentages_are_not_called_so():
    assert (sentences.share(25, 100), sentences.share(3, 10)) == ("25\xa0%", "vægt 3 af 10")


def test_requirements_that_were_not_met_are_told_with_remarks_when_there_are_any(put):
    walker = put(0)
    walker.case.gate_answers.update(met=False)
    tables = [block for block in agenda_text.blocks(agenda_text.frozen(walker.item)) if isinstance(block, Table)]
    unmet = next(table for table in tables if table.caption == "Krav, der ikke er opfyldt")
    assert ([c.label for c in unmet.columns], unmet.rows) == (
        ["Nr.", "Krav"],
        [[walker.case.number, "Projektet er ikke begyndt"]],
    )
    walker.case.gate_answers.update(note="Gravet i marts.")
    tables = [block for block in agenda_text.blocks(agenda_text.frozen(walker.item)) if isinstance(block, Table)]
    unmet = next(table for table in tables if table.caption == "Krav, der ikke er opfyldt")
    assert unmet.rows == [[walker.case.number, "Projektet er ikke begyndt", "Gravet i marts."]]


def test_optional_requirements_say_how_many(put, open_round):
    walker = put(40_000_00)
    open_round.gates.create(key="extra", name="Måles bagefter", required=False, position=2)
    type(open_round).objects.filter(pk=open_round.pk).update(optional_gates_needed=1)
    item = AgendaItem.objects.get(pk=walker.item.pk)
    assert "Mindst 1 af de valgfrie krav skal være opfyldt." in as_text(agenda_text.blocks(agenda_text.frozen(item)))


def test_an_assessment_without_points_and_a_case_without_assessments(put):
    walker = put(40_000_00)
    walker.case.assessments.all()[0].scores.all().delete()
    one = agenda_text.frozen(walker.item)
    assert one["annex_2"]["scores"] == [[walker.case.number, "4,00", "3,00", "3,60", "3,60", "0,00"]]
    walker.case.assessments.all().delete()
    none = agenda_text.frozen(AgendaItem.objects.get())
    assert none["annex_2"]["scores"] == [[walker.case.number, "–", "–", "–", "–", "–"]]
    assert none["annex_1"]["rows"][0][4:6] == ["–", "–"]
    assert "Ansøgningen er godkendt af enhedens leder.\n" in none["sections"]["presentation"]


# ── the item ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sections_stand_in_naestved_s_order_under_the_head(put):
    walker = put(40_000_00)
    AgendaItem.objects.filter(pk=walker.item.pk).update(number=47, is_open=False, closed_reason="Forretningsforhold, § 10")
    facts = agenda_text.frozen(AgendaItem.objects.get())
    blocks = agenda_text.blocks(facts)
    assert blocks[0].pairs == [
        ("Udvalg", "Teknik- og Klimaudvalget"), ("Møde", "5. april 2026 kl. 12.00"), ("Sted", "Mødelokale 6"),
        ("Punkt nr.", "47"), ("Sagsnr.", f"00.30.10-Ø34-{walker.round.pk}-26"), ("Sagsbehandler", "Karen Konsulent"),
        ("Lukket punkt", "Forretningsforhold, § 10"),
    ]  # fmt: skip
    assert [(block.level, block.text) for block in blocks if isinstance(block, Heading)] == [
        (2, "Resumé"), (3, "Politisk behandling"), (2, "Indstilling"), (2, "Beslutning"), (2, "Sagsfremstilling"),
        (2, "Økonomi"), (2, "Klima- og miljøkonsekvenser"), (2, "Bilag"),
        (2, "Bilag 1. Oversigt over ansøgninger og indstilling"), (2, "Bilag 2. Metode og beregninger"),
        (3, "Sådan er pointene regnet ud"), (3, "Forventede virkninger"),
    ]  # fmt: skip
    assert blocks.index(Paragraph("Udfyldes efter mødet.")) > blocks.index(Heading("Beslutning"))
    assert [block.wide for block in blocks if isinstance(block, PageBreak)] == [True, True]
    assert agenda_text.running(facts) == "Teknik- og Klimaudvalget, 5. april 2026 kl. 12.00, punkt 47"
    minuted = agenda_text.blocks(facts, [Paragraph("Godkendt.")])
    assert minuted[minuted.index(Heading("Beslutning")) + 1] == Paragraph("Godkendt.")


def test_what_a_person_wrote_wins_over_the_draft_and_needs_no_fixed_line(put, cast):
    walker = put(40_000_00)
    item = AgendaItem.objects.get()
    agenda.write(item.pk, cast["karen"], item.revision, sections={"summary": "Kort og godt."})
    facts = agenda_text.frozen(AgendaItem.objects.get())
    assert facts["sections"]["summary"] == "Kort og godt."
    assert facts["sections"]["annexes"] == drafted(walker)["annexes"]
    assert agenda_text.section("Kort og godt.") == [Paragraph("Kort og godt.")]


def test_the_frozen_text_stays_when_the_cases_move_on(put, cast):
    walker = put(40_000_00)
    before = agenda_text.filled(AgendaItem.objects.get())
    walker.to_meeting()
    walker.case.effects.update(value=1, indicator=Effect.Indicator.CO2E)
    assert agenda_text.filled(AgendaItem.objects.get()) == before
    assert clock.now() > AgendaItem.objects.get().sent_at


def test_the_round_s_year_is_said_once():
    class Of:
        pool_year = type("Y", (), {"year": 2026})
        name = "Forår"

    assert agenda_text.round_name(Of) == "Forår 2026"
    Of.name = "Runde 1, 2026"
    assert agenda_text.round_name(Of) == "Runde 1, 2026"
