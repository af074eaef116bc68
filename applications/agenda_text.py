"""The text of a round's agenda item in Næstved's layout (domain guide 2.1–2.2): drafted from the data, edited by people.

`drafted` writes every section from the cases as they stand; what a person has written instead wins. `frozen` is all
that the packet prints, as plain data, taken when the item is sent; `blocks` turns it into a document.
"""

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from applications import annexes, change_sentences, sentences
from applications.dates import moment, short_day
from applications.models import AgendaItem, Application, Assessment, ChangeRequest, GateAnswer, Placement
from applications.whole_case import SCORES
from documents.blocks import Block, Facts, Heading, Paragraph, paragraphs
from pool.models import Round

SECTIONS = (
    ("summary", _("Resumé")),
    ("recommendation", _("Indstilling")),
    ("decision", _("Beslutning")),
    ("presentation", _("Sagsfremstilling")),
    ("economy", _("Økonomi")),
    ("climate", _("Klima- og miljøkonsekvenser")),
    ("annexes", _("Bilag")),
)
# what people edit: the decision is recorded at the meeting
WRITTEN = tuple(key for key, _label in SECTIONS if key != "decision")
LEFT = (Placement.Outcome.TAKEN_OFF, Placement.Outcome.WITHDRAWN)


def title(round: Round) -> str:
    return f"Beslutning om fordeling af bæredygtighedspuljen, {round_name(round)}"


def round_name(round: Round) -> str:
    """The round's name with its year, once."""
    year = str(round.pool_year.year)
    return round.name if year in round.name else f"{round.name} {year}"


def case_number(round: Round) -> str:
    """KLE subject, facet, running number, year (domain guide 2.5); people correct it."""
    return f"{settings.KLE_NUMBER}-{settings.KLE_FACET}-{round.pk}-{round.pool_year.year % 100:02}"


def cases_of(item: AgendaItem) -> list[Application]:
    """The item's cases: those recommended for a grant by number of points, then the rest; none that left the item."""
    from applications.assessing import result_of

    scored = Prefetch("assessments", Assessment.objects.prefetch_related(SCORES))
    here = Placement.objects.filter(item=item).exclude(outcome__in=LEFT)
    rows = (
        Application.objects.filter(pk__in=here.values("application"))
        .select_related("unit", "round", "case_officer")
        .prefetch_related(scored, "effects", Prefetch("gate_answers", GateAnswer.objects.select_related("gate")))
    )
    for case in rows:
        case.result = result_of(case)
    return sorted(rows, key=lambda c: (not c.recommended_amount, -(c.result.points if c.result else 0), c.number))


def changes_of(item: AgendaItem) -> list[ChangeRequest]:
    """The projects that want another purpose, by number."""
    rows = item.changes.exclude(status=ChangeRequest.Status.WITHDRAWN)
    return list(rows.select_related("project__application__unit").order_by("project__application__number"))


def drafted(item: AgendaItem) -> dict[str, str]:
    """Every section as the data says it."""
    with override("da"):
        cases, changes = cases_of(item), changes_of(item)
        if changes and not cases:
            return change_sentences.sections(changes, str(item.meeting.committee), item.round.pool_year.year)
        facts = sentences.Facts(item, cases, round_name(item.round))
        said = {key: sentences.WRITERS[key](facts) for key in WRITTEN}
        return change_sentences.with_cases(said, changes, facts.committee) if changes else said


def filled(item: AgendaItem) -> dict[str, str]:
    """Every section: what people wrote, else what the data says."""
    if all(item.sections.get(key) for key in WRITTEN):
        return {key: item.sections[key] for key in WRITTEN}
    draft = drafted(item)
    return {key: item.sections.get(key) or draft[key] for key in WRITTEN}


def frozen(item: AgendaItem) -> dict:
    """All that the packet prints."""
    with override("da"):
        cases = cases_of(item)
        return {
            "title": item.title,
            "number": item.number,
            "case_number": item.case_number,
            "committee": str(item.meeting.committee),
            "at": moment(item.meeting.at),
            "day": short_day(item.meeting.at),
            "place": item.meeting.place,
            "officer": ", ".join(sorted({str(c.case_officer) for c in cases if c.case_officer_id})),
            "closed_reason": "" if item.is_open else item.closed_reason,
            "sent": timezone.localtime(item.sent_at).isoformat() if item.sent_at else "",
            "sections": filled(item),
            "annex_1": annexes.overview(item.round, cases) if cases else None,
            "annex_2": annexes.method(item.round, cases) if cases else None,
        }


def running(facts: dict) -> str:
    """What stands at the foot of every page."""
    number = f", punkt {facts['number']}" if facts["number"] else ""
    return f"{facts['committee']}, {facts['at']}{number}"


def blocks(facts: dict, decision: list[Block] | None = None) -> list[Block]:
    """The packet: head, sections in order, annex 1 and annex 2. `decision` fills the section of the minutes."""
    head = [
        ("Udvalg", facts["committee"]),
        ("Møde", facts["at"]),
        ("Sted", facts["place"]),
        ("Punkt nr.", str(facts["number"] or "")),
        ("Sagsnr.", facts["case_number"]),
        ("Sagsbehandler", facts["officer"]),
        ("Lukket punkt", facts["closed_reason"]),
    ]
    found: list[Block] = [Facts([pair for pair in head if pair[1]])]
    for key, label in SECTIONS:
        with override("da"):
            found.append(Heading(str(label)))
        if key == "decision":
            found += decision or [Paragraph("Udfyldes efter mødet.")]
        else:
            found += section(facts["sections"][key])
    return found + (annexes.blocks(facts["annex_1"], facts["annex_2"]) if facts["annex_1"] else [])


def section(text: str) -> list[Block]:
    """A section's text as blocks; the fixed line of the layout above the bodies that treat the item is a heading."""
    first, _break, rest = text.strip().partition("\n")
    if first.strip().rstrip(":") == sentences.TREATMENT:
        return [Heading(sentences.TREATMENT, 3), *paragraphs(rest)]
    return paragraphs(text)
