"""Units and persons from a file: nothing before the yes, all or nothing after it, and every refusal in plain Danish."""

import io
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import incoming
from journal import chain, clock
from journal.models import Event, Message
from people import appointments, from_file, units
from people.ean import check_digit
from people.models import AccessMail, Person, RegisterFile, RoleAssignment, Unit
from people.roles import Role

ROUND = Path(__file__).resolve().parent.parent / "applications" / "data" / "round" / "units.csv"
CENTRE = "Center for Dagtilbud, Skole og Forebyggelse"
UNITS = "Navn;Hører under;Type;EAN-nummer;Brugere;Ansatte"
PERSONS = "Navn;E-mail;Rolle;Enhed;Fra;Til"


def ean(number: int) -> str:
    twelve = f"{579800000000 + number:012}"
    return f"{twelve}{check_digit(twelve)}"


def text(*rows: str) -> bytes:
    return "\r\n".join(rows).encode()


def send(by, *rows: str, name="enheder.csv"):
    """The file as it is kept, and its plan."""
    from_file.keep(by, name, text(*rows))
    kept = from_file.kept(by)
    return kept, from_file.plan(kept)


def faults(by, *rows: str) -> list[str]:
    return [f"{number}: {words}" for _sheet, number, words in send(by, *rows)[1].faults]


def lines(plan) -> list[tuple]:
    return [(line.about, line.what, line.name, line.changes) for line in plan.lines if line.what != "missing"]


def confirm(by, *rows: str, invited=False):
    kept, plan = send(by, *rows)
    assert plan.faults == []
    return from_file.confirm(kept, seen=plan.fingerprint, invited=invited)


def workbook(**sheets) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def asger(cast):
    return cast["asger"]


@pytest.fixture
def house(cast):
    return Unit.objects.get(name="Børnehuset Solstrålen")


# ── units ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_rounds_own_file_founds_every_unit_once_and_a_second_reading_changes_nothing(asger):
    for unit in Unit.objects.exclude(name="Næstved Kommune"):
        units.amend(unit, None, ean="", name=f"Gammel {unit.pk}")
    from_file.keep(asger, "units.csv", ROUND.read_bytes())
    kept = from_file.kept(asger)
    plan = from_file.plan(kept)
    assert (plan.faults, len(plan.found), len(plan.amended)) == ([], 37, 1)
    before = Event.objects.count()
    from_file.confirm(kept, seen=plan.fingerprint, invited=False)
    assert Event.objects.count() - before == 37 + 1 + 1  # the top unit got its EAN and place; the reading itself
    solstraalen = Unit.objects.get(name="Børnehuset Solstrålen")
    assert (solstraalen.parent.name, solstraalen.kind, solstraalen.ean) == (CENTRE, "daycare", "5798000104075")
    assert solstraalen.path == f"{solstraalen.parent.path}{solstraalen.pk}/"
    assert chain.faults() == []
    from_file.keep(asger, "units.csv", ROUND.read_bytes())
    again = from_file.plan(from_file.kept(asger))
    assert (again.faults, again.changes_something) == ([], False)
    assert sorted({line.what for line in again.lines}) == ["missing", "unchanged"]
    assert sum(line.what == "missing" for line in again.lines) == 4


def test_a_second_file_says_what_changes_field_by_field_and_never_deletes(asger, house):
    kept, plan = send(
        asger,
        UNITS,
        f"Børnehuset Solstrålen;{CENTRE};Daginstitution;5798000104075;106;22",
        "Åmosens Skole;Center for Ejendomme og Indkøb;Skole;5798000106291;410;52",
        f"Børnehuset Enge;{CENTRE};daycare;{ean(9001)};60;12",
    )
    assert plan.faults == []
    assert lines(plan) == [
        ("unit", "changed", "Børnehuset Solstrålen", (("Brugere", "0", "106"),)),
        ("unit", "changed", "Åmosens Skole", (("Brugere", "0", "410"), ("Ansatte", "0", "52"), ("Hører under", CENTRE, "Center for Ejendomme og Indkøb"))),
        ("unit", "new", "Børnehuset Enge", ()),
    ]  # fmt: skip
    missing = [line.name for line in plan.lines if line.what == "missing"]
    assert missing == ["Næstved Kommune", CENTRE, "Center for Ejendomme og Indkøb"]
    from_file.confirm(kept, seen=plan.fingerprint, invited=False)
    house.refresh_from_db()
    school = Unit.objects.get(name="Åmosens Skole")
    assert (house.users_count, school.parent.name, school.users_count) == (106, "Center for Ejendomme og Indkøb", 410)
    assert Unit.objects.count() == 6
    assert [event.step for event in chain.story(school.subject)] == ["found_unit", "move_unit", "amend_unit"]


def test_an_empty_cell_changes_nothing_and_a_known_ean_renames(asger, house):
    confirm(asger, UNITS, "Solstrålens Børnehus;;;5798000104075;;")
    house.refresh_from_db()
    assert (house.name, house.staff_count, house.kind, house.parent.name) == ("Solstrålens Børnehus", 22, "daycare", CENTRE)


def test_children_may_stand_before_their_parents_and_two_units_may_change_places(asger):
    confirm(
        asger,
        UNITS,
        "Lærkens stue;Børnehuset Lærken;Daginstitution;;;",
        "Børnehuset Lærken;Center Øst;Daginstitution;;;",
        "Center Øst;Næstved Kommune;Center;;;",
    )
    room, nest = Unit.objects.get(name="Lærkens stue"), Unit.objects.get(name="Børnehuset Lærken")
    assert room.path == f"{nest.path}{room.pk}/"
    confirm(
        asger,
        UNITS,
        "Børnehuset Lærken;Lærkens stue;;;;",
        "Lærkens stue;Center Øst;;;;",
    )
    room.refresh_from_db()
    nest.refresh_from_db()
    assert (nest.path, room.parent.name) == (f"{room.path}{nest.pk}/", "Center Øst")


WRONG_UNITS = [
    (f"A;{CENTRE};Daginstitution;5798000104076;;", "EAN 5798000104076 har et forkert kontrolciffer."),
    (f"A;{CENTRE};Daginstitution;579800010407;;", "EAN 579800010407 er ikke 13 cifre."),
    (
        f"A;{CENTRE};Daginstitution;5,798E+12;;",
        "EAN 5,798E+12 er forkortet af regnearket. Gør kolonnen til tekst, og skriv alle 13 cifre.",
    ),
    (
        "A;Center for Intet;Daginstitution;;;",
        "«Hører under» peger på Center for Intet, som hverken systemet eller filen kender.",
    ),
    ("A;;Daginstitution;;;", "«Hører under» mangler. Skriv navnet på enheden over."),
    (f";{CENTRE};Daginstitution;;;", "«Navn» mangler."),
    (f"A;{CENTRE};;;;", "«Type» mangler."),
    (f"A;{CENTRE};Daginstitution;;mange;", "«Brugere» skal være et helt tal, ikke «mange»."),
    (f"A;{CENTRE};Daginstitution;;-3;", "«Brugere» skal være et helt tal, ikke «-3»."),
    (f"A;{CENTRE};Daginstitution;;9999999;", "«Brugere» skal være et helt tal, ikke «9999999»."),
    (f"=HYPERLINK(1);{CENTRE};Daginstitution;;;", "«Navn» indeholder en formel. Skriv selve teksten."),
    (f"{'A' * 121};{CENTRE};Daginstitution;;;", "«Navn» må højst være 120 tegn."),
    ("Næstved Kommune;Åmosens Skole;;;;", "Næstved Kommune er den øverste enhed og kan ikke høre under en anden."),
    ("A;A;Daginstitution;;;", "Enhederne hører under hinanden i ring: A → A."),
]


def test_a_wrong_row_is_named_with_its_number(asger):
    answers = {row: faults(asger, UNITS, "", row) for row, _said in WRONG_UNITS}
    assert answers == {row: [f"3: {said}"] for row, said in WRONG_UNITS}


def test_the_unknown_type_names_the_known_ones(asger):
    [said] = faults(asger, UNITS, f"A;{CENTRE};Slot;;;")
    assert said.startswith("2: Type «Slot» kendes ikke. Skriv en af disse: Kommune, Center, Daginstitution, ")


def test_places_and_legal_persons(asger, house):
    headings = "Navn;Hører under;Type;Selvejende;Breddegrad;Længdegrad"
    assert faults(asger, headings, "Børnehuset Solstrålen;;;måske;55.2211;øst") == [
        "2: «Selvejende» skal være ja eller nej, ikke «måske».",
        "2: «Længdegrad» skal være et tal som 55,22992, ikke «øst».",
    ]
    assert faults(asger, headings, "Børnehuset Solstrålen;;;ja;12,5;11,7") == [
        "2: «Breddegrad»: Stedet ligger uden for Danmark. Skriv et tal mellem 54 og 58."
    ]
    confirm(asger, headings, "Børnehuset Solstrålen;;;JA;55,231;11.7575")
    house.refresh_from_db()
    assert (house.is_separate_legal_entity, str(house.latitude), str(house.longitude)) == (True, "55.23100", "11.75750")


def test_rows_that_contradict_each_other(asger):
    one = ean(9002)
    said = faults(
        asger,
        UNITS,
        f"A;{CENTRE};Daginstitution;{one};;",
        f"B;{CENTRE};Daginstitution;{one};;",
        f"a;{CENTRE};Daginstitution;;;",
        "C;D;Daginstitution;;;",
        "D;C;Daginstitution;;;",
        f"Børnehuset Solstrålen;{CENTRE};;;;",
        "Solstrålen;;;5798000104075;;",
    )
    assert said == [
        f"3: EAN {one} står også i række 2.",
        "4: a står også i række 2.",
        "5: Enhederne hører under hinanden i ring: C → D → C.",
        "6: Enhederne hører under hinanden i ring: D → C → D.",
        "8: Børnehuset Solstrålen står også i række 7.",
    ]


def test_a_closed_unit_is_not_opened_by_a_file_and_its_place_is_not_given(asger, house):
    units.close(house, clock.today(), None)
    said = faults(asger, UNITS, "Solstrålen;;;5798000104075;;", "Stuen;5798000104075;Daginstitution;;;")
    assert said == [
        "2: Børnehuset Solstrålen er lukket og kan ikke ændres fra en fil.",
        "3: Solstrålen er lukket. Vælg en enhed, der er åben.",
    ]


def test_a_name_that_two_units_have_asks_for_the_ean(asger):
    confirm(asger, UNITS, f"Køkkenet;{CENTRE};Køkken;;;", "Køkkenet;Åmosens Skole;Køkken;;;")
    assert faults(asger, UNITS, "Vaskeriet;Køkkenet;Køkken;;;") == [
        "2: Flere enheder hedder Køkkenet. Skriv EAN-nummeret på den rigtige."
    ]
    new = send(asger, UNITS, "Køkkenet;Børnehuset Solstrålen;Køkken;;;")[1]
    assert lines(new) == [("unit", "new", "Køkkenet", ())]


# ── persons ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_persons_get_roles_and_no_letter_before_somebody_says_so(asger, house):
    before = Message.objects.count()
    confirm(
        asger,
        PERSONS,
        "Birgit Holm;Birgit@Naestved.example;Institutionsleder;Børnehuset Solstrålen;01-08-2026;31/12/2027",
        "Birgit Holm;birgit@naestved.example;Ansøger;5798000106291;;",
        "Jens Ny;jens@naestved.example;Medbedømmer;;;",
        "Uden Rolle;uden@naestved.example;;;;",
    )
    birgit = Person.objects.get(email="birgit@naestved.example")
    held = [(row.role, row.unit.name, row.valid_from, row.valid_to) for row in birgit.assignments.order_by("id")]
    assert held == [
        ("unit_leader", "Børnehuset Solstrålen", date(2026, 8, 1), date(2027, 12, 31)),
        ("applicant", "Åmosens Skole", date(2026, 3, 2), None),
    ]
    assert Person.objects.get(name="Jens Ny").assignments.get().unit.name == "Næstved Kommune"
    assert not birgit.has_usable_password()
    assert AccessMail.objects.count() == 0
    assert [event.step for event in chain.story(birgit.subject)] == ["enrol", "appoint", "appoint"]
    [told] = Message.objects.order_by("id")[before:]
    assert (told.person, told.subject) == (asger, "3 nye roller er givet på én gang")
    assert told.body.splitlines()[0] == "Birgit Holm: Institutionsleder i Børnehuset Solstrålen"
    assert chain.faults() == []


def test_the_page_says_who_was_invited(asger, client_of):
    browser = client_of(asger)
    for name, invited in (("jens", {"invited": "yes"}), ("jytte", {})):
        page = upload(browser, text(PERSONS, f"{name};{name}@naestved.example;;;;"))
        seen = page.context["plan"].fingerprint
        told = browser.post("/enheder/fra-fil/forskelle/", {"seen": seen, **invited}, follow=True).content.decode()
        assert ("De nye personer får en invitation." if invited else "Ingen har fået en invitation.") in told
    assert list(AccessMail.objects.values_list("email", flat=True)) == ["jens@naestved.example"]


def test_invitations_go_out_when_asked_for(asger):
    confirm(asger, PERSONS, "Jens Ny;jens@naestved.example;;;;", "Bo Medskriver;bo@naestved.example;;;;", invited=True)
    assert list(AccessMail.objects.values_list("email", "reason")) == [("jens@naestved.example", "invitation")]


def test_a_second_file_ends_a_role_and_amends_facts(asger, cast):
    kept, plan = send(
        asger,
        "Navn;E-mail;Rolle;Enhed;Til;Stilling",
        "Ulla Leder;ulla@naestved.example;Institutionsleder;Børnehuset Solstrålen;30-06-2026;Leder",
        "Anna Ansøger;anna@naestved.example;Ansøger;Børnehuset Solstrålen;;",
    )
    assert lines(plan) == [
        ("person", "changed", "Ulla Leder", (("Stilling", "–", "Leder"),)),
        ("role", "changed", "Ulla Leder: Institutionsleder i Børnehuset Solstrålen", (("Til", "–", "30. juni 2026"),)),
        ("person", "unchanged", "Anna Ansøger", ()),
        ("role", "unchanged", "Anna Ansøger: Ansøger i Børnehuset Solstrålen", ()),
    ]
    from_file.confirm(kept, seen=plan.fingerprint, invited=False)
    ulla = Person.objects.get(pk=cast["ulla"].pk)
    assert (ulla.title, ulla.assignments.get().valid_to) == ("Leder", date(2026, 6, 30))


def test_roles_that_the_file_leaves_out_are_listed_and_stay(asger):
    plan = send(asger, PERSONS, "Anna Ansøger;anna@naestved.example;;;;")[1]
    missing = [line.name for line in plan.lines if line.what == "missing" and line.about == "role"]
    assert missing == ["Anna Ansøger: Ansøger i Børnehuset Solstrålen"]


WRONG_PERSONS = [
    (
        "Anna Falsk;bo@naestved.example;;;;",
        "bo@naestved.example tilhører Bo Medskriver i systemet, ikke Anna Falsk. Har personen skiftet navn, så ret det på personens side først.",
    ),
    ("Ny;ikke en adresse;;;;", "E-mail «ikke en adresse» er ikke en e-mailadresse."),
    ("Ny;;;;;", "«E-mail» mangler."),
    (";ny@naestved.example;;;;", "«Navn» mangler."),
    ("Ny;ny@naestved.example;Ansøger;;;", "«Enhed» mangler. Rollen Ansøger gælder i en enhed."),
    ("Ny;ny@naestved.example;Ansøger;Slottet;;", "«Enhed» peger på Slottet, som hverken systemet eller filen kender."),
    ("Ny;ny@naestved.example;;Åmosens Skole;;", "«Rolle» mangler. Uden den giver enheden og datoerne ingen mening."),
    (
        "Ny;ny@naestved.example;Ansøger;Åmosens Skole;32-01-2026;",
        "«Fra» skal være en dato som 01-08-2026, ikke «32-01-2026».",
    ),
    (
        "Ny;ny@naestved.example;Ansøger;Åmosens Skole;2026-05-01;2026-04-01",
        "«Til»: Rollen kan ikke slutte, før den begynder.",
    ),
    (
        "Asger Administrator;asger@naestved.example;Leder;;;",
        "Du kan ikke give dig selv en rolle. Bed en anden administrator om det.",
    ),
    (
        "Asger Administrator;asger@naestved.example;Administrator;;;01-04-2026",
        "Du kan ikke ændre dine egne roller. Bed en anden administrator om det.",
    ),
    (
        "Ulla Leder;ulla@naestved.example;Institutionsleder;Børnehuset Solstrålen;01-05-2026;",
        "Personen har allerede den rolle i enheden i den periode.",
    ),
    (
        "Ulla Leder;ulla@naestved.example;Institutionsleder;Børnehuset Solstrålen;;01-01-2026",
        "Rollen kan ikke slutte før i dag.",
    ),
]


def test_a_wrong_person_is_named_with_its_row(asger):
    answers = {row: faults(asger, PERSONS, row) for row, _said in WRONG_PERSONS}
    assert answers == {row: [f"2: {said}"] for row, said in WRONG_PERSONS}


def test_one_person_in_two_rows(asger):
    said = faults(
        asger,
        PERSONS,
        "Ny Person;ny@naestved.example;Ansøger;Åmosens Skole;;",
        "Ny Person;ny@naestved.example;;;;",
        "En Anden;ny@naestved.example;Ansøger;Børnehuset Solstrålen;;",
        "Ny Person;ny@naestved.example;Ansøger;Åmosens Skole;;",
        "Ny Person;ny@naestved.example;Ansøger;Åmosens Skole;01-05-2026;",
    )
    assert said == [
        "3: Ny Person står også i række 2.",
        "4: ny@naestved.example står også i række 2, men hos Ny Person.",
        "5: Den samme rolle står også i række 2.",
        "6: Personen har allerede den rolle i enheden i den periode.",
    ]


def test_a_closed_access_is_not_opened_by_a_file(asger, cast):
    appointments.deactivate(cast["otto"], by=None)
    assert faults(asger, PERSONS, "Otto Udenfor;otto@naestved.example;;;;") == [
        "2: Adgangen for Otto Udenfor er lukket. Åbn den på personens side, eller tag rækken ud."
    ]


def test_a_role_that_already_ends_is_not_made_longer(asger, cast):
    appointments.end(cast["ulla"].assignments.get(), by=None, last_day=date(2026, 4, 1))
    row = "Ulla Leder;ulla@naestved.example;Institutionsleder;Børnehuset Solstrålen;;01-06-2026"
    assert faults(asger, PERSONS, row) == ["2: Rollen slutter allerede tidligere. Giv en ny rolle i stedet."]


# ── all or nothing, and what was shown ──────────────────────────────────────────────────────────────────────────────


def test_one_wrong_row_saves_nothing(asger):
    kept, plan = send(asger, UNITS, f"God;{CENTRE};Daginstitution;;;", "Dårlig;Ingen steder;Daginstitution;;;")
    with pytest.raises(ValidationError, match="intet i filen, der kan gennemføres"):
        from_file.confirm(kept, seen=plan.fingerprint, invited=False)
    assert not Unit.objects.filter(name="God").exists()


def test_what_breaks_on_the_way_undoes_everything(asger, monkeypatch):
    """The twin: without the one transaction the units would stand although the persons failed."""
    from people import persons

    kept, plan = send(asger, UNITS, f"God;{CENTRE};Daginstitution;;;")
    before = Event.objects.count()

    def broken(*args, **facts):
        raise ValidationError("standset")

    monkeypatch.setattr(persons, "enrol_all", broken)
    with pytest.raises(ValidationError):
        from_file.confirm(kept, seen=plan.fingerprint, invited=False)
    assert (Unit.objects.filter(name="God").count(), Event.objects.count()) == (0, before)
    with pytest.raises(ValidationError):
        from_file.confirm.__wrapped__(kept, seen=plan.fingerprint, invited=False)
    assert Unit.objects.filter(name="God").count() == 1


def test_a_register_that_changed_meanwhile_is_shown_anew(asger, client_of, house):
    browser = client_of(asger)
    page = upload(browser, text(UNITS, "Børnehuset Solstrålen;;;;106;"))
    seen = page.context["plan"].fingerprint
    units.amend(house, None, users_count=99)
    answer = browser.post("/enheder/fra-fil/forskelle/", {"seen": seen})
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "Noget er ændret, siden du så listen" in words
    assert "<del>99</del> → <ins>106</ins>" in words
    house.refresh_from_db()
    assert house.users_count == 99
    answer = browser.post("/enheder/fra-fil/forskelle/", {"seen": answer.context["plan"].fingerprint}, follow=True)
    assert "Filen er gennemført: 0 nye og 1 ændret." in answer.content.decode()
    house.refresh_from_db()
    assert (house.users_count, RegisterFile.objects.count()) == (106, 0)


def test_another_file_sent_meanwhile_is_not_what_was_shown(asger):
    kept, plan = send(asger, UNITS, f"Første;{CENTRE};Daginstitution;;;")
    send(asger, UNITS, f"Anden;{CENTRE};Daginstitution;;;")
    with pytest.raises(from_file.ShownAnew):
        from_file.confirm(kept, seen=plan.fingerprint, invited=False)


def test_the_reading_is_an_event_and_stands_in_the_persons_story(asger, client_of, cast):
    confirm(asger, UNITS, f"Ny;{CENTRE};Daginstitution;;;")
    event = chain.story(asger.subject).last()
    assert (event.step, event.payload["fil"], event.payload["talt"]) == (
        "read_register_file", "enheder.csv", {"new": 1, "changed": 0}
    )  # fmt: skip
    page = client_of(asger).get(f"/personer/{asger.pk}/").content.decode()
    assert "Hentede en fil med enheder og personer" in page
    assert "1 nye, 0 ændret: enheder.csv" in page


def test_a_file_that_nobody_confirms_is_forgotten_after_a_day(asger):
    send(asger, UNITS, f"Ny;{CENTRE};Daginstitution;;;")
    clock.set_to(clock.now() + timedelta(hours=23))
    from_file.forget_old()
    assert from_file.kept(asger) is not None
    clock.set_to(clock.now() + timedelta(hours=1))
    assert from_file.kept(asger) is None
    from_file.forget_old()
    assert RegisterFile.objects.count() == 0


# ── what may come in ────────────────────────────────────────────────────────────────────────────────────────────────

TABLE = [("Navn", "Type"), ("Børnehuset Ærø", "Skole")]
READ = [(1, ["Navn", "Type"]), (2, ["Børnehuset Ærø", "Skole"])]


@pytest.mark.parametrize(
    "content",
    [
        "Navn;Type\nBørnehuset Ærø;Skole\n".encode(),
        "\ufeffNavn,Type\r\nBørnehuset Ærø,Skole".encode(),
        "Navn\tType\nBørnehuset Ærø\tSkole".encode("cp1252"),
        '"Navn";"Type"\n"Børnehuset\n Ærø";Skole'.encode("latin-1"),
        "Navn;Type\nBørnehuset Ærø;Skole".encode("utf-16"),
        workbook(Ark=TABLE),
    ],
)
def test_a_table_is_read_however_a_spreadsheet_saved_it(content):
    assert [table.rows for table in incoming.tables_in(content)] == [READ]


def test_the_line_that_names_the_separator_is_no_heading():
    assert incoming.tables_in(b"sep=;\r\nNavn;Type\r\nA;Skole")[0].rows == [(2, ["Navn", "Type"]), (3, ["A", "Skole"])]


def test_cells_of_a_workbook_as_text():
    cells = [5798000104075.0, 55.2211, True, False, date(2026, 8, 1), None, 7]
    assert incoming.tables_in(workbook(Ark=[cells]))[0].rows == [
        (1, ["5798000104075", "55.2211", "ja", "nej", "01.08.2026", "", "7"])
    ]


def zipped(**parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", incoming.EMPTY),
        (b"\xef\xbb\xbf\r\n ; ; \r\n", incoming.EMPTY),
        (workbook(Ark=[]), incoming.EMPTY),
        (b"%PDF-1.7 ...", incoming.ALLOWED),
        (b"\x89PNG\r\n\x1a\n\x00\x00", incoming.ALLOWED),
        (b"Navn;Type\nA\x00;B", incoming.ALLOWED),
        (b"\x81\x8d\x8f", incoming.ALLOWED),
        (b"\xff\xfe\x00", incoming.ALLOWED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", incoming.OLD_OR_LOCKED),
        (b"PK\x03\x04 half", incoming.BROKEN),
        (zipped(word__document_xml="<a/>"), incoming.ALLOWED),
        (zipped(xl__workbook_xml="<a/>"), incoming.BROKEN),
        (zipped(xl__workbook_xml='<!DOCTYPE a [<!ENTITY b "c">]><a/>'), incoming.BROKEN),
        (zipped(xl__workbook_xml=b"0" * (41 * 1024 * 1024)), incoming.UNPACKS_TOO_LARGE),
        (zipped(**{f"part{n}": "" for n in range(501)}), incoming.UNPACKS_TOO_LARGE),
        (b"a" * (5 * 1024 * 1024 + 1), incoming.TOO_LARGE),
        (b"Navn;Type\n" + b"A;Skole\n" * 10_000, incoming.TOO_MANY_ROWS),
        (workbook(Ark=[["Navn"], *[["A"]] * 5_001]), incoming.TOO_MANY_ROWS),
        (b"Navn;Type\nA;" + b"x" * 1001, "Række 2 har en celle med mere end 1.000 tegn. Gør den kortere."),
        (b"Navn;Type\nA;" + b"x" * 200_000, incoming.BROKEN),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(content, said):
    with pytest.raises(ValidationError) as refusal:
        incoming.tables_in(content)
    assert refusal.value.messages == [str(said)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["Frugt;Farve", "Æble;rød"], "Overskrifterne i første række kendes ikke. En fil med enheder skal have «Navn», «Hører under» og «Type», en fil med personer «Navn» og «E-mail»."),
        (["Navn;EAN", "A;"], "Filen mangler kolonnen «Hører under», «Type»."),
        (["E-mail;Rolle", "a@b.dk;"], "Filen mangler kolonnen «Navn»."),
        (["Navn;navn;E-mail", "a;b;c"], "Kolonnen «Navn» står to gange."),
        ([UNITS], "Der er ingen rækker under overskrifterne."),
    ],
)  # fmt: skip
def test_a_file_without_the_needed_columns_is_not_kept(asger, rows, said):
    with pytest.raises(ValidationError) as refusal:
        from_file.keep(asger, "fil.csv", text(*rows))
    assert refusal.value.messages == [said]
    assert RegisterFile.objects.count() == 0


def test_one_workbook_with_both_sheets_and_a_third_that_is_none_of_ours(asger):
    content = workbook(
        Forside=[["Læs mig"]],
        Enheder=[["Navn", "Hører under", "Type", "Noter"], ["Lærken", CENTRE, "Daginstitution", "ny"]],
        Personer=[PERSONS.split(";"), ["Birgit", "birgit@naestved.example", "Institutionsleder", "Lærken", date(2026, 8, 1), None]],
        Luftning=[PERSONS.split(";"), ["Fejl", "fejl", "", "", "", ""]],
    )  # fmt: skip
    from_file.keep(asger, "begge.xlsx", content)
    kept = from_file.kept(asger)
    plan = from_file.plan(kept)
    assert (plan.faults, plan.notes) == ([], ["Kolonnen «Noter» kendes ikke og bliver ikke læst."])
    from_file.confirm(kept, seen=plan.fingerprint, invited=False)
    held = RoleAssignment.objects.get(person__email="birgit@naestved.example")
    assert (held.unit.name, held.role, held.valid_from) == ("Lærken", Role.UNIT_LEADER, date(2026, 8, 1))


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def upload(browser, content: bytes, name="enheder.csv"):
    return browser.post("/enheder/fra-fil/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def test_from_the_list_to_the_template_to_done(asger, client_of):
    browser = client_of(asger)
    assert 'href="/enheder/fra-fil/"' in browser.get("/enheder/").content.decode()
    assert "Kolonnerne forklaret" in browser.get("/enheder/fra-fil/").content.decode()
    for kind, headings in (("enheder", "Navn"), ("personer", "Navn")):
        answer = browser.get(f"/enheder/fra-fil/{kind}.xlsx")
        assert answer["Content-Disposition"] == f'attachment; filename="{kind}.xlsx"'
        assert incoming.tables_in(answer.content)[0].rows[0][1][0] == headings
    page = upload(browser, browser.get("/enheder/fra-fil/enheder.xlsx").content, "enheder.xlsx")
    assert page.redirect_chain == [("/enheder/fra-fil/forskelle/", 302)]
    assert page.context["plan"].faults == []


def test_errors_stand_on_the_page_and_in_a_file_that_is_no_formula(asger, client_of):
    browser = client_of(asger)
    page = upload(browser, text(PERSONS, "Ny;=1+1@x;Ansøger;+45;;", "Ny;a;;;;"))
    words = page.content.decode()
    assert "«E-mail» indeholder en formel. Skriv selve teksten." in words
    assert "Gennemfør" not in words
    rows = browser.get("/enheder/fra-fil/forskelle.csv").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Række;Fejl"
    assert rows[1].startswith("Række 2;«E-mail» indeholder en formel.")


def test_the_difference_as_a_file(asger, client_of):
    browser = client_of(asger)
    upload(browser, text(UNITS, "Børnehuset Solstrålen;;;;106;", f"+Ny;{CENTRE};Skole;;;"))
    rows = browser.get("/enheder/fra-fil/forskelle.csv").content.decode("utf-8-sig").splitlines()
    assert rows[:3] == [
        "Hvad;Hvilken;Navn;Mere;Række;Felt;Før;Efter",
        "Ændret;Enhed;Børnehuset Solstrålen;;2;Brugere;0;106",
        f"Ny;Enhed;'+Ny;{CENTRE};3;;;",
    ]


def test_without_a_file_the_page_asks_for_one_and_forgetting_changes_nothing(asger, client_of):
    browser = client_of(asger)
    assert browser.get("/enheder/fra-fil/forskelle/").url == "/enheder/fra-fil/"
    assert browser.get("/enheder/fra-fil/forskelle.csv").status_code == 404
    upload(browser, text(UNITS, f"Ny;{CENTRE};Skole;;;"))
    assert browser.post("/enheder/fra-fil/glem/").url == "/enheder/fra-fil/"
    assert (RegisterFile.objects.count(), Unit.objects.count()) == (0, 5)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Vælg en fil: «Fil»."),
        ({"file": "tekst"}, "Vælg en fil: «Fil»."),
        ({"file": SimpleUploadedFile("tom.csv", b"")}, "Filen er tom."),
        ({"file": SimpleUploadedFile("stor.csv", b"a" * (6 * 1024 * 1024))}, "Filen er for stor. Den må højst fylde 5 MB."),
        (
            {"file": SimpleUploadedFile("kæmpe.csv", b"a" * (21 * 1024 * 1024))},
            "Filen er for stor. Den må højst fylde 5 MB.",
        ),
    ],
)
def test_a_wrong_upload_is_answered_on_the_page(asger, client_of, sent, said):
    answer = client_of(asger).post("/enheder/fra-fil/", sent)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_confirmation_with_nothing_or_rubbish_does_nothing(asger, client_of):
    browser = client_of(asger)
    upload(browser, text(UNITS, "Børnehuset Solstrålen;;;;;"))
    seen = from_file.plan(from_file.kept(asger)).fingerprint
    assert "Filen passer med det, systemet kender" in browser.get("/enheder/fra-fil/forskelle/").content.decode()
    assert browser.post("/enheder/fra-fil/forskelle/", {"seen": "\0" * 9}).status_code == 409
    answer = browser.post("/enheder/fra-fil/forskelle/", {"seen": seen})
    assert "Der er intet i filen, der kan gennemføres." in answer.content.decode()


def test_only_administrators_and_only_their_own_file(cast, asger, client_of):
    send(asger, UNITS, f"Ny;{CENTRE};Skole;;;")
    paths = ["", "forskelle/", "forskelle.csv", "enheder.xlsx", "personer.xlsx"]
    answers = {
        who: {client_of(cast[who]).get(f"/enheder/fra-fil/{path}").status_code for path in paths}
        for who in ("karen", "ulla", "mads", "rasmus")
    }
    assert answers == {"karen": {403}, "ulla": {403}, "mads": {403}, "rasmus": {403}}
    appointments.appoint(cast["otto"], Role.ADMINISTRATOR, Unit.objects.get(parent=None), by=None)
    assert client_of(cast["otto"]).get("/enheder/fra-fil/forskelle/").status_code == 302


def test_500_units_and_1000_persons_in_one_file(asger, record_property):
    sheets = {
        "Enheder": [UNITS.split(";"), *[[f"Enhed {n}", CENTRE, "Daginstitution", ean(n), n, 5] for n in range(500)]],
        "Personer": [
            PERSONS.split(";"),
            *[[f"Person {n}", f"p{n}@naestved.example", "Ansøger", f"Enhed {n % 500}", None, None] for n in range(1000)],
        ],
    }
    content = workbook(**sheets)
    started = time.perf_counter()
    from_file.keep(asger, "stor.xlsx", content)
    kept = from_file.kept(asger)
    plan = from_file.plan(kept)
    looked = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        from_file.confirm(kept, seen=plan.fingerprint, invited=False)
    done = time.perf_counter()
    record_property("says", f"dry run {looked - started:.1f} s, done in {done - looked:.1f} s, {len(queries)} queries")
    assert (Unit.objects.count(), RoleAssignment.objects.filter(role=Role.APPLICANT).count()) == (505, 1003)
    assert len(queries) < 150
    assert chain.faults() == []
