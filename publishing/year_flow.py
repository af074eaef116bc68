"""The yearly report's way: drafted by a consultant, edited, approved by another, published, taken down.

Approving freezes figures and words: what was approved is what is published. A change afterwards is a draft again. Publishing
owes the PDF with the chain's head on it; a later edition takes the place of an earlier one and says so. Refuses with
door.Refused.
"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from applications import public_site
from applications.door import AlreadyHandled, NotYet, NotYours, Stale, WrongAnswers
from applications.models import Result
from applications.roles import appointed
from documents import store
from documents.models import Document
from documents.reports import render_report
from journal import chain, clock, outbox
from people.models import Person
from people.roles import Role
from pool.models import PoolYear
from publishing import year_figures, year_report
from publishing.models import YearReport

WRITES = (Role.CONSULTANT, Role.COMMUNICATOR)
RELEASES = (Role.MANAGER, Role.COMMUNICATOR)
OPENS_TO = (Role.CONSULTANT, Role.COMMUNICATOR, Role.MANAGER, Role.AUDITOR)
KIND = "year_report"
Status = YearReport.Status
STORY = {
    "begin_year_report": gettext_lazy("Årsberetningen er begyndt"),
    "write_year_report": gettext_lazy("Teksten er rettet"),
    "ask_year_report": gettext_lazy("Sendt til godkendelse"),
    "approve_year_report": gettext_lazy("Årsberetningen er godkendt"),
    "publish_year_report": gettext_lazy("Årsberetningen er offentliggjort"),
    "unpublish_year_report": gettext_lazy("Årsberetningen er taget ned"),
}


def _by(person: Person, roles: tuple[Role, ...]) -> None:
    if not person.has_role(*roles):
        raise NotYours(_("Det kræver rollen %(role)s.") % {"role": roles[0].label})


def newest_day(year: int) -> date:
    """The last day of the year, or today while it runs."""
    return min(clock.today(), date(year, 12, 31))


def _held(report_id: int, seen_revision: int) -> YearReport:
    """The edition, locked, as the reader saw it."""
    rows = YearReport.objects.select_for_update(of=("self",)).select_related("year", "written_by", "approved_by")
    report = rows.get(pk=report_id)
    if report.revision != seen_revision:
        raise Stale(_("En anden har rettet i årsberetningen, siden du åbnede den."))
    return report


def _day(year: int, day: date) -> date:
    if not date(year, 1, 1) <= day <= clock.today():
        raise WrongAnswers({"day": _("Vælg en dag fra årets begyndelse og til i dag.")})
    return day


@transaction.atomic
def begin(year: PoolYear, by: Person, *, day: date | None = None) -> YearReport:
    """The next edition, with what people wrote in the one before; a second press finds the one in work."""
    _by(by, (Role.CONSULTANT,))
    chain.lock()
    known = list(YearReport.objects.filter(year=year).order_by("edition"))
    if found := next((each for each in known if each.is_in_work), None):
        return found
    day = _day(year.year, day or newest_day(year.year))
    report = YearReport(year=year, edition=len(known) + 1, day=day, written_by=by, changed_at=clock.now())
    report.sections = known[-1].sections if known else {}
    report.save()
    chain.record(report.subject, "begin_year_report", by, {"udgave": report.edition, "dag": day.isoformat()})
    return report


@transaction.atomic
def write(
    report_id: int, by: Person, *, seen_revision: int, sections: dict[str, str], day: date | None = None
) -> YearReport:
    """Save edited text; a section that says what the figures say goes on following them. What was approved must be anew."""
    _by(by, WRITES)
    report = _held(report_id, seen_revision)
    if not report.is_in_work:
        raise AlreadyHandled(_("Udgaven er offentliggjort og låst. Begynd en ny udgave."))
    before = year_report.drafted(year_figures.of(report.year, report.day))
    report.day = _day(report.year.year, day or report.day)
    edited = {key: "" if text == before[key] else text for key, text in sections.items() if key in before}
    changed = sorted(key for key, text in edited.items() if text != report.sections.get(key, ""))
    report.sections = {key: text for key, text in (report.sections | edited).items() if text}
    report.status, report.held, report.approved_by, report.approved_at = Status.DRAFT, {}, None, None
    report.written_by, report.changed_at = by, clock.now()
    _save(report, "write_year_report", by, {"udgave": report.edition, "afsnit": changed, "dag": report.day.isoformat()})
    return report


@transaction.atomic
def ask(report_id: int, by: Person, *, seen_revision: int) -> YearReport:
    """The writer is done: Kommunikation is told, and where there is none, the managers."""
    _by(by, WRITES)
    report = _held(report_id, seen_revision)
    if report.status != Status.DRAFT:
        raise AlreadyHandled(_("Årsberetningen er allerede godkendt."))
    event = _save(report, "ask_year_report", by, {"udgave": report.edition})
    _tell(event, report, "ask_year_report", list(appointed(Role.COMMUNICATOR)) or list(appointed(Role.MANAGER)))
    return report


@transaction.atomic
def approve(report_id: int, by: Person, *, seen_revision: int) -> YearReport:
    """A manager or communicator stands behind words and figures as they are now; not the one who wrote last."""
    _by(by, RELEASES)
    report = _held(report_id, seen_revision)
    if report.status != Status.DRAFT:
        raise AlreadyHandled(_("Årsberetningen er allerede godkendt."))
    if report.written_by_id == by.pk:
        raise NotYours(_("Den, der har skrevet teksten, kan ikke også godkende den."))
    report.held = year_report.frozen(report)
    report.status, report.approved_by, report.approved_at = Status.READY, by, clock.now()
    _save(report, "approve_year_report", by, {"udgave": report.edition})
    return report


@transaction.atomic
def publish(report_id: int, by: Person, *, seen_revision: int) -> YearReport:
    """Show what was approved to everybody, and owe its PDF."""
    _by(by, RELEASES)
    report = _held(report_id, seen_revision)
    if report.status == Status.DRAFT:
        raise NotYet(_("Årsberetningen skal godkendes først."))
    if report.status != Status.READY:
        raise AlreadyHandled(_("Udgaven har været offentliggjort. Begynd en ny udgave."))
    if gone := taken_down(report.held):
        raise NotYet(_("Godkend igen: historien «%(title)s» kan ikke læses mere.") % {"title": gone[0]})
    _supersede(report)
    report.status, report.published_by, report.published_at = Status.PUBLISHED, by, clock.now()
    event = _save(report, "publish_year_report", by, {"udgave": report.edition})
    store.owe(
        KIND,
        report.subject,
        cause=event,
        title=f"{year_report.title(report.year.year)}. Årsberetning, {report.edition}. udgave",
        file_name=f"aarsberetning-{report.year.year}-{report.edition}.pdf",
        facts=report.held | {"anchor": str(chain.Anchor(event.position, event.hash))},
    )
    _tell(event, report, "publish_year_report", [report.written_by])
    public_site.changed()
    return report


@transaction.atomic
def unpublish(report_id: int, by: Person, *, seen_revision: int, reason: str) -> YearReport:
    """Gone for visitors with this transaction, page and PDF."""
    _by(by, RELEASES)
    report = _held(report_id, seen_revision)
    if report.status != Status.PUBLISHED:
        raise AlreadyHandled(_("Årsberetningen er ikke offentliggjort."))
    if not reason.strip():
        raise WrongAnswers({"reason": _("Skriv, hvorfor årsberetningen tages ned.")})
    report.status, report.unpublish_reason = Status.UNPUBLISHED, reason.strip()
    _save(report, "unpublish_year_report", by, {"udgave": report.edition, "svar": {"reason": reason.strip()}})
    public_site.changed()
    return report


def _supersede(report: YearReport) -> None:
    """The edition that was public is so no more, and its PDF says that there is a newer one."""
    YearReport.objects.filter(year=report.year, status=Status.PUBLISHED).update(status=Status.SUPERSEDED)
    Document.objects.filter(subject=report.subject, kind=KIND).update(superseded=True)


def _tell(event, report: YearReport, template: str, people: list[Person]) -> None:
    for person in people:
        if person.pk != event.actor_id:
            context = {"report": report, "by": event.actor}
            outbox.owe(event, person, template, context, link=reverse("publishing:year-report", args=[report.pk]))


def _save(report: YearReport, step: str, by: Person, payload: dict):
    report.revision += 1
    report.save()
    return chain.record(report.subject, step, by, payload)


# ── what is known of an edition ─────────────────────────────────────────────────────────────────────────────────────


def held(report: YearReport) -> dict:
    """What would be printed now: frozen once approved, before that as the figures are."""
    return report.held or year_report.frozen(report)


def taken_down(words: dict) -> list[str]:
    """The titles of told projects whose story is no longer public."""
    told = {each["number"]: each["title"] for each in words["facts"]["projects"]["told"]}
    public = Result.objects.filter(application__number__in=told, status=Result.Status.PUBLISHED)
    shown = set(public.values_list("application__number", flat=True))
    return [title for number, title in told.items() if number not in shown]


def document_of(report: YearReport) -> Document | None:
    """The edition's PDF, owed or written; none before it is published."""
    rows = Document.objects.filter(subject=report.subject, kind=KIND, facts__edition=report.edition)
    return rows.order_by("-pk").first()


@override("da")
def pdf(words: dict) -> bytes:
    """What `words` say as PDF/UA; the same bytes for the same words."""
    cover, foot = year_report.cover(words), year_report.foot(words)
    return render_report(cover, year_report.blocks(words), running=foot, anchor=words.get("anchor", ""))


@store.writes(KIND)
def write_pdf(document: Document) -> bytes:
    return pdf(document.facts)
