"""The columns of a file with units or persons: what each is called, what it may hold, and how a cell is read.

Headings count in Danish and in English, whatever their case, spaces and hyphens. A cell is read alone: what a row means
beside other rows and the registers, people.file_plan says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.ean import check_digit
from people.models import Person, Unit
from people.roles import APPOINTED

YES, NO = {"ja", "j", "yes", "true", "1", "x"}, {"nej", "n", "no", "false", "0"}
DAY = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
WHOLE = re.compile(r"\d{1,9}|\d{1,3}(\.\d{3}){1,2}")
SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """`name` is the fact's name on the model, `label` its heading in the template and in every message."""

    name: str
    label: str
    read: Callable
    means: str
    example: str
    other_names: tuple[str, ...] = ()
    needed: bool = False


@dataclass
class Row:
    """A row as it was read: typed values of the cells that say something, and what is wrong with the others."""

    number: int
    values: dict = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def text(most: int) -> Callable:
    def read(cell: str) -> str:
        if len(cell) > most:
            raise ValidationError(_("må højst være %(most)s tegn") % {"most": most})
        return cell

    return read


def whole(most: int) -> Callable:
    def read(cell: str) -> int:
        digits = cell.replace(".", "")
        if not (cell.isascii() and WHOLE.fullmatch(cell)) or int(digits) > most:
            raise ValidationError(_("skal være et helt tal, ikke «%(cell)s»") % {"cell": cell})
        return int(digits)

    return read


def degrees(cell: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,12})?", cell):
        raise ValidationError(_("skal være et tal som 55,22992, ikke «%(cell)s»") % {"cell": cell})
    return round(Decimal(cell.replace(",", ".")), 5)


def yes_or_no(cell: str) -> bool:
    if cell.casefold() not in YES | NO:
        raise ValidationError(_("skal være ja eller nej, ikke «%(cell)s»") % {"cell": cell})
    return cell.casefold() in YES


def day(cell: str) -> date:
    try:
        if found := DAY.fullmatch(cell):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := ISO_DAY.fullmatch(cell):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise ValidationError(_("skal være en dato som 01-08-2026, ikke «%(cell)s»") % {"cell": cell})


def ean(cell: str) -> str:
    digits = "".join(cell.split())
    if SHORTENED.fullmatch(digits):
        raise ValidationError(
            _("%(cell)s er forkortet af regnearket. Gør kolonnen til tekst, og skriv alle 13 cifre"), params={"cell": cell}
        )
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        raise ValidationError(_("%(cell)s er ikke 13 cifre"), params={"cell": cell})
    if int(digits[-1]) != check_digit(digits[:12]):
        raise ValidationError(_("%(cell)s har et forkert kontrolciffer"), params={"cell": digits})
    return digits


def email(cell: str) -> str:
    address = cell.lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("«%(cell)s» er ikke en e-mailadresse") % {"cell": cell}) from None
    return text(Person._meta.get_field("email").max_length)(address)


def one_of(choices, unknown) -> Callable:
    """A choice by its Danish words or its code."""
    known = {}

    def read(cell: str) -> str:
        if not known:
            known.update({plain(choice.value): choice.value for choice in choices})
            known.update({plain(str(choice.label)): choice.value for choice in choices})
        if plain(cell) not in known:
            raise ValidationError(str(unknown) % {"cell": cell, "known": ", ".join(str(choice.label) for choice in choices)})
        return known[plain(cell)]

    return read


def plain(words: str) -> str:
    """As words are compared: small letters and digits alone."""
    return "".join(sign for sign in words.casefold() if sign.isalnum())


UNKNOWN = gettext_lazy("«%(cell)s» kendes ikke. Skriv en af disse: %(known)s")
UNITS = [
    Column("name", gettext_lazy("Navn"), text(120), gettext_lazy("Enhedens navn, som I skriver det."), "Børnehuset Solstrålen", ("name", "enhed"), needed=True),
    Column("parent", gettext_lazy("Hører under"), text(120), gettext_lazy("Navnet eller EAN-nummeret på enheden over. Den må gerne stå i samme fil."), "Center for Dagtilbud, Skole og Forebyggelse", ("parent", "center", "overordnet enhed"), needed=True),
    Column("kind", gettext_lazy("Type"), one_of(Unit.Kind, UNKNOWN), gettext_lazy("Et af ordene: %(choices)s."), "Daginstitution", ("kind",), needed=True),
    Column("ean", gettext_lazy("EAN-nummer"), ean, gettext_lazy("13 cifre. Gør kolonnen til tekst, så regnearket ikke forkorter tallet."), "5798000862005", ("ean", "gln")),
    Column("users_count", gettext_lazy("Brugere"), whole(1_000_000), gettext_lazy("Antal børn, elever, beboere eller andre brugere. Et helt tal."), "106", ("users", "antal brugere")),
    Column("staff_count", gettext_lazy("Ansatte"), whole(100_000), gettext_lazy("Antal ansatte. Et helt tal."), "22", ("staff", "antal ansatte", "medarbejdere")),
    Column("is_separate_legal_entity", gettext_lazy("Selvejende"), yes_or_no, gettext_lazy("Ja, hvis enheden er selvejende eller privat og dermed sin egen juridiske person; ellers nej."), "nej", ("is_separate_legal_entity", "selvejende eller privat")),
    Column("latitude", gettext_lazy("Breddegrad"), degrees, gettext_lazy("Hvor enheden ligger, som et tal mellem 54 og 58."), "55,22992", ("latitude",)),
    Column("longitude", gettext_lazy("Længdegrad"), degrees, gettext_lazy("Hvor enheden ligger, som et tal mellem 7 og 16."), "11,76092", ("longitude",)),
]  # fmt: skip
PERSONS = [
    Column("name", gettext_lazy("Navn"), text(120), gettext_lazy("For- og efternavn."), "Birgit Holm", ("name",), needed=True),
    Column("email", gettext_lazy("E-mail"), email, gettext_lazy("Personens egen adresse. Den er nøglen: en adresse, systemet kender, er samme person."), "birgit.holm@naestved.example", ("email", "mail", "emailadresse"), needed=True),
    Column("title", gettext_lazy("Stilling"), text(120), gettext_lazy("Fx pædagogisk leder."), "Pædagogisk leder", ("title",)),
    Column("phone", gettext_lazy("Telefon"), text(30), gettext_lazy("Med eller uden mellemrum."), "55 88 12 34", ("phone", "tlf")),
    Column("role", gettext_lazy("Rolle"), one_of(APPOINTED, UNKNOWN), gettext_lazy("Et af ordene: %(choices)s. Har en person to roller, så brug to rækker. Er cellen tom, får personen ingen rolle."), "Institutionsleder", ("role",)),
    Column("unit", gettext_lazy("Enhed"), text(120), gettext_lazy("Navnet eller EAN-nummeret på enheden, rollen gælder i. Er cellen tom, gælder rollen i kommunen som helhed."), "Børnehuset Solstrålen", ("unit",)),
    Column("valid_from", gettext_lazy("Fra"), day, gettext_lazy("Rollens første dag, fx 01-08-2026. Er cellen tom, gælder rollen fra i dag."), "01-08-2026", ("from", "fra og med", "første dag")),
    Column("valid_to", gettext_lazy("Til"), day, gettext_lazy("Rollens sidste dag. Lad cellen være tom, hvis rollen ikke har en slutdato."), "", ("to", "til og med", "sidste dag")),
]  # fmt: skip
CHOICES = {"kind": Unit.Kind, "role": APPOINTED}


def meaning(column: Column) -> str:
    """What the column holds, with the words one can choose from."""
    if column.name not in CHOICES:
        return str(column.means)
    return str(column.means) % {"choices": ", ".join(str(choice.label) for choice in CHOICES[column.name])}


def kind_of(headings: list[str]) -> list[Column]:
    """The columns that these headings belong to; none when they are neither units nor persons."""
    if "email" in names_of(PERSONS, headings):
        return PERSONS
    return UNITS if names_of(UNITS, headings).keys() & {"parent", "kind", "ean"} else []


def names_of(columns: list[Column], headings: list[str]) -> dict[str, int]:
    """Where each column stands, by its name."""
    found = {}
    for place, heading in enumerate(headings):
        for column in columns:
            if plain(heading) in {plain(word) for word in (str(column.label), *column.other_names, column.name)}:
                if column.name in found:
                    raise ValidationError(_("Kolonnen «%(label)s» står to gange.") % {"label": column.label})
                found[column.name] = place
    return found


def unknown(columns: list[Column], headings: list[str]) -> list[str]:
    known = names_of(columns, headings).values()
    return [heading for place, heading in enumerate(headings) if heading and place not in known]


def read(columns: list[Column], rows: list[tuple[int, list[str]]]) -> list[Row]:
    """Every row under the headings. Raises ValidationError when a column is missing or nothing stands under them."""
    (_number, headings), *rest = rows
    places = names_of(columns, headings)
    if missing := [str(column.label) for column in columns if column.needed and column.name not in places]:
        raise ValidationError(_("Filen mangler kolonnen «%(label)s».") % {"label": "», «".join(missing)})
    if not rest:
        raise ValidationError(_("Der er ingen rækker under overskrifterne."))
    asked = [(column, places[column.name]) for column in columns if column.name in places]
    return [_row(number, cells, asked) for number, cells in rest]


def _row(number: int, cells: list[str], asked: list[tuple[Column, int]]) -> Row:
    row = Row(number)
    for column, place in asked:
        cell = cells[place] if place < len(cells) else ""
        if cell.startswith(("=", "@")):
            row.faults.append(_("«%(label)s» indeholder en formel. Skriv selve teksten.") % {"label": column.label})
        elif cell:
            try:
                row.values[column.name] = column.read(cell)
            except ValidationError as refusal:
                row.faults.append(_sentence(column, refusal))
    return row


def _sentence(column: Column, refusal: ValidationError) -> str:
    words = refusal.messages[0]
    label = "EAN" if column.name == "ean" else f"«{column.label}»"
    return f"{label} {words}." if not words.startswith("«") else f"{column.label} {words}."
