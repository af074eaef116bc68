"""A report as it is read: on its page, before it is sent, and as a PDF. Reads frozen content alone, so that what was sent
reads the same however late; a draft is read through what would be frozen now.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from applications import calculated, reporting
from applications.dates import day, moment
from applications.models import Application, Effect, ReportedActivity, StatusReport
from applications.papers import case_of, in_danish
from applications.report_writing import WORDS_OF
from applications.spending import Spent
from documents import store
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table
from documents.models import Document
from documents.pdf import render_blocks
from pages.money import exact_kroner, format_kroner
from pages.numbers import number


@dataclass(frozen=True)
class Found:
    """One effect in words: what it is, what was found, between what, what was promised, and how it was found."""

    name: str
    amount: str
    range: str
    basis: str
    promised: str
    baseline: str
    method: str


@dataclass(frozen=True)
class Reading:
    words: list[tuple[str, str]]
    activities: list[tuple[str, str, str]]
    accounts: list[Spent]
    effects: list[Found]
    vouchers: list[dict]
    holds: int
    days_late: int

    @property
    def total(self) -> Spent:
        planned, spent, waiting = (
            sum(getattr(row, name) for row in self.accounts) for name in ("planned", "spent", "waiting")
        )
        return Spent(_("I alt"), planned, spent, waiting)

    @property
    def grant_says(self) -> str:
        """How the grant stands to the lines, where they are not the same: less was granted than was planned."""
        total = self.total
        if self.holds in (0, total.planned):
            return ""
        grant = Spent("", self.holds, total.spent, total.waiting)
        said = {"planned": format_kroner(total.planned), "holds": format_kroner(self.holds)}
        both = _("Budgetlinjerne er på %(planned)s i alt, bevillingen er på %(holds)s") % said
        if grant.over:
            return f"{both} " + _("Der er brugt %(over)s mere end bevillingen.") % {"over": format_kroner(grant.over)}
        return f"{both} " + _("Der er %(left)s tilbage af bevillingen.") % {"left": format_kroner(grant.left)}


def read(report: StatusReport) -> Reading:
    """A sent report from what was frozen; a draft from what would be."""
    content = report.content if report.sent_at else reporting.freeze(report)
    words = [(_label(name), str(content[name] or "")) for name in WORDS_OF[report.kind]]
    accounts = [Spent(**row) for row in content.get("accounts", [])] if report.kind != StatusReport.Kind.EFFECT else []
    return Reading(
        words=[(label, text) for label, text in words if text],
        activities=[(row["text"], _how_far(row["status"]), row["comment"]) for row in content["activities"]],
        accounts=accounts,
        effects=[_found(effect, content["effects"]) for effect in content["effects"]],
        vouchers=content["vouchers"] if accounts else [],
        holds=content.get("holds", 0),
        days_late=_days_late(report, content.get("due")),
    )


def _how_far(status: str) -> str:
    return str(ReportedActivity.Status(status).label)


def _label(name: str) -> str:
    text = str(StatusReport._meta.get_field(name).verbose_name)
    return text[:1].upper() + text[1:]


def _days_late(report: StatusReport, due: str | None) -> int:
    if not due or report.kind == StatusReport.Kind.STATUS or report.sent_at is None:
        return 0
    return max((timezone.localdate(report.sent_at) - date.fromisoformat(due)).days, 0)


def _amount(effect: dict) -> str:
    return f"{number(Decimal(effect['value']))} {effect['unit']}"


def _found(effect: dict, all_of_them: list[dict]) -> Found:
    low, high = (number(Decimal(effect[end])) if effect[end] is not None else "" for end in ("low", "high"))
    promised = effect.get("promised")
    within = _counts_in(all_of_them[effect["overlaps"]]) if effect.get("overlaps") is not None else ""
    return Found(
        name=str(Effect.Indicator(effect["indicator"]).label),
        amount=_amount(effect),
        range=f"{low or '?'}–{high or '?'} {effect['unit']}" if low or high else "",
        basis=calculated.basis(effect),
        promised=f"{_amount(promised)} ({Effect.Basis(promised['basis']).label})" if promised else "",
        baseline=effect["baseline"],
        method=" ".join(filter(None, [calculated.method(effect), _lasts(effect.get("lifetime")), within])),
    )


def _counts_in(other: dict) -> str:
    name = f"{Effect.Indicator(other['indicator']).label}: {_amount(other)}"
    return _("Tæller allerede med i «%(other)s».") % {"other": name}


def _lasts(years: int | None) -> str:
    return _("Virkningen varer %(years)s år.") % {"years": years} if years else ""


# ── on paper ────────────────────────────────────────────────────────────────────────────────────────────────────────


@store.writes("report")
@in_danish
def final_report(document: Document) -> bytes:
    report = StatusReport.objects.select_related("sent_by").get(pk=document.facts["report"])
    return render_blocks(document.title, blocks(case_of(document), report), running=document.title)


def blocks(case: Application, report: StatusReport) -> list[Block]:
    """A sent report as the parts of a document."""
    reading = read(report)
    facts = [
        ("Projekt", case.number),
        ("Enhed", case.unit.name),
        ("Titel", case.title),
        ("Sendt", moment(report.sent_at)),
        ("Sendt af", str(report.sent_by)),
        ("Frist", day(date.fromisoformat(report.content["due"])) if report.content.get("due") else ""),
        ("Dage efter fristen", str(reading.days_late) if reading.days_late else ""),
        ("Kontrolsum", report.sha256),
    ]
    words = [block for label, text in reading.words for block in (Heading(label), Paragraph(text))]
    behind = calculated.blocks(calculated.behind(report.content))
    return [Facts([pair for pair in facts if pair[1]]), *words, *_tables(reading), *behind]


def _tables(reading: Reading) -> list[Block]:
    activities = [Column("Aktivitet", width=50), Column("Hvor langt", width=18), Column("Bemærkning", width=32)]
    effects = [
        Column("Virkning", width=20), Column("Fundet", width=18), Column("Mellem", width=16), Column("Grundlag", width=12),
        Column("Ventet", width=16), Column("Sådan er tallet fundet", width=28),
    ]  # fmt: skip
    money = [
        Column("Budgetlinje", width=40), Column("Planlagt", "right", 15), Column("Brugt", "right", 15),
        Column("Venter", "right", 15), Column("Tilbage", "right", 15),
    ]  # fmt: skip
    rows = [[e.name, e.amount, e.range or "–", e.basis, e.promised or "–", e.method or "–"] for e in reading.effects]
    done = list(map(list, reading.activities))
    shown: list[Block] = [
        Heading("Aktiviteter"),
        Table("Hvor langt de er kommet", activities, done, empty="Der er ingen aktiviteter.").lean(),
        Heading("Virkninger"),
        Table("Det fundne ved siden af det ventede", effects, rows, empty="Der er ingen virkninger."),
    ]
    if not reading.accounts:
        return shown
    return [
        *shown,
        Heading("Regnskab"),
        Table("Brugt på hver budgetlinje", money, [_row(row) for row in reading.accounts], _row(reading.total)),
        *([Paragraph(reading.grant_says)] if reading.grant_says else []),
        Paragraph("Beløb er i kroner uden moms. Regnskabet er bilagene, som de lå, da rapporten blev sendt."),
        *_vouchers(reading),
    ]


def _row(row: Spent) -> list[str]:
    return [row.name, *(exact_kroner(ore) for ore in (row.planned, row.spent, row.waiting, row.left))]


def _vouchers(reading: Reading) -> list[Block]:
    columns = [
        Column("Bilag", width=12),
        Column("Dato", width=24),
        Column("Leverandør", width=40),
        Column("Beløb", "right", 24),
    ]
    rows = [
        [str(v["number"]), day(date.fromisoformat(v["date"])), v["supplier"], exact_kroner(v["amount"])]
        for v in reading.vouchers
    ]
    return [Table("Bilag", columns, rows, empty="Der er ingen bilag.")]
