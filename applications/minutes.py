"""What the minutes say of an agenda item, and the extract of them that goes with a letter.

`facts` is plain data, taken when a letter is owed, so that a letter written late says what the minutes said then.
"""

from applications.dates import day, moment
from documents.blocks import Block, Facts, Heading, PageBreak, Paragraph, paragraphs
from pages.money import format_kroner


def facts(item) -> dict:
    """The item as the minutes have it. A closed item's recommendation stays in the closed minutes."""
    return {
        "committee": str(item.meeting.committee),
        "day": day(item.meeting.at),
        "at": moment(item.meeting.at),
        "place": item.meeting.place,
        "number": item.number,
        "title": item.title,
        "case_number": item.case_number,
        "recommendation": item.sections.get("recommendation", "") if item.is_open else "",
        "decision": item.decision_text,
        "absentees": item.absentees,
        "disqualified": item.disqualified_members,
        "dissent": item.dissent,
    }


def minutes(item) -> list[Block]:
    """What the minutes say of an item."""
    return _said(facts(item))


def _said(minutes: dict) -> list[Block]:
    found: list[Block] = [Paragraph(f"{minutes['committee']}, {minutes['day']}:", strong=True)]
    found += paragraphs(minutes["decision"])
    for label, name in (
        ("Afbud", "absentees"),
        ("Deltog ikke i behandlingen på grund af inhabilitet", "disqualified"),
        ("Mindretalsudtalelse", "dissent"),
    ):
        if minutes[name]:
            found.append(Paragraph(f"{label}: {minutes[name]}"))
    return found


def extract(minutes: dict, *, case: str, amount: int | None, corrects: bool = False) -> list[Block]:
    """«Udskrift af beslutningsprotokollen» on a page of its own: the item, and what was decided for one application."""
    outcome = "Afslag." if amount is None else f"Bevilget {format_kroner(amount)}"
    found: list[Block] = [PageBreak(), Heading("Udskrift af beslutningsprotokollen")]
    found += protocol(minutes, f"Ansøgning {case}: {outcome}")
    if corrects:
        found.append(Paragraph("Protokollen er rettet for denne ansøgning."))
    return found


def protocol(minutes: dict, outcome: str) -> list[Block]:
    """The item as the minutes have it, and one line about one application."""
    head = [
        ("Udvalg", minutes["committee"]),
        ("Møde", minutes["at"]),
        ("Sted", minutes["place"]),
        ("Punkt nr.", str(minutes["number"] or "")),
        ("Punkt", minutes["title"]),
        ("Sagsnr.", minutes["case_number"]),
    ]
    found: list[Block] = [Facts([pair for pair in head if pair[1]])]
    if minutes["recommendation"]:
        found += [Heading("Indstilling", 3), *paragraphs(minutes["recommendation"])]
    return [*found, Heading("Beslutning", 3), *_said(minutes), Paragraph(outcome, strong=True)]
