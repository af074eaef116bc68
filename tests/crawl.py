"""Every address of the product, and a world in which each leads somewhere: what the crawls of the tests walk.

Routes come from the resolver, never from a list kept by hand. An address with a case is asked for once per state.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from applications import assessing, calculating
from applications.models import (
    AgendaItem,
    Application,
    Attachment,
    ChangeRequest,
    Consent,
    Declaration,
    ErasureProposal,
    FinanceFile,
    FinanceLine,
    FinanceMatch,
    Hearing,
    MeasuredEffect,
    Meeting,
    Milestone,
    Photo,
    StatusReport,
    TransferOrder,
    Voucher,
)
from applications.states import State
from applications.steps import STEPS
from climate import register
from climate.calculators import CALCULATORS
from climate.models import Calculation, Factor
from documents.models import Document
from journal import clock
from journal.models import Message
from pages.access import need_of
from people.models import Committee, RoleAssignment, Unit
from publishing.models import YearReport

# several words lead to one view: each is an address of its own
WORDS = {
    "applications:step": ("step", list(STEPS)),
    "applications:form-step": ("slug", ["projektet", "budget", "virkning", "kontakt"]),
    "applications:calculate": ("calculator", ["moebler", "energi"]),
    "applications:calculate-in-report": ("calculator", ["moebler"]),
    "applications:write-report": ("kind", ["status", "slutrapport", "effekt"]),
    "applications:preview-report": ("kind", ["status", "slutrapport", "effekt"]),
    "climate:calculator": ("calculator", list(CALCULATORS)),
    "applications:turn-meeting": ("act", ["holdt", "afslut", "aflys"]),
    "applications:turn-story": ("act", ["godkend", "send", "udgiv", "planlaeg", "afplanlaeg", "retur", "tag-ned"]),
    "publishing:turn-year-report": ("act", ["send", "godkend", "udgiv", "tag-ned"]),
    "applications:turn-item": ("act", ["godkend", "send", "supplement", "byraad", "endelig"]),
}


@dataclass(frozen=True)
class Route:
    name: str
    path: str
    view: object
    parameters: tuple[str, ...]

    @property
    def of_case(self) -> bool:
        return "number" in self.parameters

    @property
    def of_project(self) -> bool:
        """Addresses that only a granted case has something behind."""
        return any(part in self.path for part in ("/projekt/", "/historie/", "/virkninger/", "/rapport/"))

    @property
    def need(self) -> frozenset | None:
        return need_of(self.view, self.name.rpartition(":")[2])


def routes() -> list[Route]:
    """Every named address, in the order of its name."""
    return sorted(_walk(get_resolver().url_patterns, "", ""), key=lambda route: route.name)


def _walk(patterns, namespace: str, prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            parameters = tuple(re.findall(r"<(?:\w+:)?(\w+)>", path))
            yield Route(f"{namespace}{pattern.name}", f"/{path}", pattern.callback, parameters)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, path)


def addresses(route: Route, facts: dict, state: str = "") -> Iterator[tuple[str, str]]:
    """(label, address) for each word of a route; with a state, of all steps those that begin there and one that does not."""
    word, values = WORDS.get(route.name, (None, [None]))
    if state and word == "step":
        values = [name for name, step in STEPS.items() if state in step.sources]
        values.append(next(name for name in STEPS if name not in values))
    for value in values:
        chosen = facts | ({word: value} if word else {})
        label = f"{route.name} {value}" if word else route.name
        yield label, reverse(route.name, kwargs={name: chosen[name] for name in route.parameters})


def facts_about(case: Application, cast) -> dict:
    """A value for every parameter; 0 where the case has nothing of the kind."""

    def key(rows) -> int:
        return rows.order_by("pk").values_list("pk", flat=True).first() or 0

    return {
        "number": case.number,
        "round_id": case.round_id,
        "year": case.round.pool_year.year,
        "document_id": key(Document.objects.filter(subject=case.subject)),
        "attachment_id": key(Attachment.objects.filter(application=case)),
        "declaration_id": key(Declaration.objects.filter(application=case, level="possible")),
        "hearing_id": key(Hearing.objects.filter(application=case)),
        "meeting_id": key(Meeting.objects.all()),
        "item_id": key(AgendaItem.objects.all()),
        "key": "nyt",
        "message_id": key(Message.objects.filter(person=cast["karen"])),
        "person_id": cast["bo"].pk,
        "assignment_id": key(RoleAssignment.objects.filter(person=cast["bo"])),
        "unit_id": key(Unit.objects.filter(name="Åmosens Skole")),
        "committee_id": key(Committee.objects.filter(valid_to=None)),
        "calculation_id": key(Calculation.objects.filter(effects__application=case)),
        "report_id": key(StatusReport.objects.filter(project=case.pk)),
        "edition_id": key(YearReport.objects.all()),
        "effect_id": key(MeasuredEffect.objects.filter(project=case.pk)),
        "factor_id": key(Factor.objects.filter(valid_to=None)),
        "proposal_id": key(ErasureProposal.objects.filter(erased_at=None)),
        "data_kind": "not_granted",
        "kind": "period",
        "voucher_id": key(Voucher.objects.filter(project=case.pk)),
        "consent_id": key(Consent.objects.filter(project=case.pk)),
        "photo_id": key(Photo.objects.filter(project=case.pk)),
        "indicator": "recycled",
        "place": 1,
        "mark": "x",
        "width": 640,
        "change_id": key(ChangeRequest.objects.filter(project=case.pk)),
        "milestone_id": key(Milestone.objects.filter(project=case.pk)),
        "order_id": key(TransferOrder.objects.filter(project=case.pk)),
        "file_id": key(FinanceFile.objects.all()),
        "line_id": key(FinanceLine.objects.all()),
        "match_id": key(FinanceMatch.objects.all()),
        "act": "godkend",
        "uid": "x",
        "token": "x",
        "slug": "projektet",
    }


def furnish(walker, state: State) -> Application:
    """A case in a state, with a file, a hearing and a possible interest where the state allows them."""
    register.import_factors()
    case = walker(state)
    cast = walker.cast
    if state == State.DRAFT:
        calculating.take_in(
            case.pk, cast["anna"], "moebler", {"kind": "furniture.mixed_item", "pieces": 4, "replaced": None}
        )
    file = Attachment(application=case, name="tilbud.pdf", media_type="application/pdf", size=5, sha256="0" * 64)
    file.scan = Attachment.Scan.CLEAN
    file.uploaded_by, file.uploaded_at = cast["anna"], clock.now()
    file.file.save("tilbud.pdf", ContentFile(b"%PDF-"))
    if state in (State.UNDER_ASSESSMENT, State.AWAITING_INFORMATION):
        unit = Unit.objects.get(name="Center for Ejendomme og Indkøb")
        assessing.ask_hearing(case.pk, cast["karen"], unit, "Er det i orden?", clock.today())
        assessing.declare(case.pk, cast["kurt"], "possible", "Kender lederen.")
    case.refresh_from_db()
    return case
