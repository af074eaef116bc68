"""The export of what is stored about a person as they read it: the same facts as the JSON, in words and tables.

Codes become words where the product has words for them; what has none stays as it is stored.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime

from applications.dates import day, moment
from applications.timeline import DONE, OTHER_EVENTS
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table
from people.story import TITLES as REGISTER_EVENTS

SECTIONS = {
    "person": "Dig",
    "vises_ikke": "Gemt, men vises ikke",
    "kontakt_i_sager": "Sager, hvor du er kontaktperson",
    "skrevet_i_sager": "Det, du har skrevet i ansøgninger",
    "rækker": "Alt andet",
    "log_om_personen": "Loggen om dig",
    "forsøg_på_login": "Forsøg på at logge ind",
    "links": "Links sendt til dig",
    "nævnt": "Her har andre nævnt dig",
}
TABLES = {
    "journal.Event.actor": "Det, du har gjort",
    "journal.Message.person": "Beskeder til dig",
    "people.RoleAssignment.person": "Dine roller",
    "people.RoleAssignment.deputy_for": "Dine stedfortrædere",
    "people.KeptForm.person": "Tekst, der blev gemt for dig",
    "applications.Author.person": "Sager, du har skrevet i",
    "applications.Application.case_officer": "Sager, du behandler",
    "applications.Application.recommended_by": "Dine indstillinger",
    "applications.Application.decided_by": "Beslutninger, du har registreret",
    "applications.Note.person": "Dine notater",
    "applications.Assessment.assessor": "Dine vurderinger",
    "applications.Score": "Dine point",
    "applications.Question.asked_by": "Spørgsmål, du har stillet",
    "applications.Question.answered_by": "Svar, du har sendt",
    "applications.HelpQuestion.asked_by": "Dine spørgsmål til konsulenten",
    "applications.HelpQuestion.answered_by": "Dine svar til enheder",
    "applications.Attachment.uploaded_by": "Filer, du har lagt ind",
    "applications.Declaration.person": "Din habilitet",
    "applications.HelpGiven.person": "Hjælp, du har givet",
    "applications.Hand.person": "Din del i beslutninger",
}
NAMES = {
    "at": "tid",
    "step": "handling",
    "subject": "om",
    "payload": "svar",
    "text": "tekst",
    "body": "tekst",
    "name": "navn",
    "title": "stilling",
    "phone": "telefon",
    "email": "e-mail",
    "language": "sprog",
    "is_active": "aktiv",
    "daily_digest": "dagens beskeder i én mail",
    "last_login": "sidst logget ind",
    "role": "rolle",
    "unit": "enhed",
    "valid_from": "fra og med",
    "valid_to": "til og med",
    "created_at": "skrevet",
    "sent_at": "sendt",
    "read_at": "læst",
    "due_at": "skulle sendes",
    "comment": "begrundelse",
    "reason": "begrundelse",
    "note": "bemærkning",
    "answer": "svar",
    "points": "point",
    "given_at": "givet",
    "declared_at": "erklæret",
    "level": "habilitet",
}
KEY = ("sag", "tabel", "udgave")


def pages(facts: dict) -> Iterator[Block]:
    """The same as a person reads it."""
    yield Paragraph(
        "Her er alt, hvad bæredygtighedspuljen har gemt om dig. De samme oplysninger ligger i filen oplysninger.json. "
        "Hvor andre har skrevet dit navn, står kun stedet, ikke deres tekst."
    )
    for title, said in facts.items():
        yield Heading(SECTIONS[title])
        yield from _blocks(said)


def _blocks(said) -> Iterator[Block]:
    match said:
        case dict() if said and all(isinstance(value, list) for value in said.values()):
            for name, rows in said.items():
                yield _table(TABLES.get(name, name), rows)
        case dict() if any("." in name for name in said):
            yield Paragraph("\n".join(said.values()))
        case dict():
            yield Facts([(NAMES.get(name, name).capitalize(), words(value)) for name, value in said.items()])
        case list() if said:
            yield _table("Rækker", said)
        case _:
            yield Paragraph("Intet.")


def _table(title: str, rows: list[dict]) -> Table:
    """One row a line: where it is, and in one cell all that it says, so that no table is wider than a page."""
    return Table(title, [Column("Hvor", width=22), Column("Det står der", width=78)], [_line(row) for row in rows])


def _line(row: dict) -> list[str]:
    where = " ".join(str(row[name]) for name in KEY if name in row) or _where(row)
    said = [
        f"{NAMES.get(name, name)}: {_cell(name, value)}"
        for name, value in row.items()
        if name not in (*KEY, "id", "subject")
    ]
    if "body" in row:
        said.insert(0, row["subject"])
    return [where, "\n".join(line for line in said if not line.endswith(": "))]


def _where(row: dict) -> str:
    return row["subject"] if "step" in row and "subject" in row else words(row.get("at") or row.get("created_at") or "")


def _cell(name: str, value) -> str:
    if name == "step":
        return str(DONE.get(value) or OTHER_EVENTS.get(value) or REGISTER_EVENTS.get(value) or value)
    if name == "payload":
        return ", ".join(words(each) for each in value.get("svar", {}).values() if each not in (None, "", []))
    return words(value)


def words(value) -> str:
    """A stored value as a person reads it."""
    match value:
        case str():
            return value
        case bool():
            return "ja" if value else "nej"
        case datetime():
            return moment(value)
        case date():
            return day(value)
    return json.dumps(value, ensure_ascii=False, default=str)
