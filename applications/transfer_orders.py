"""Transfer orders (omplaceringer): what finance is asked to book in the finance system, and that it is done.

At `start` of a project that gets its money by budget transfer an order is owed: the grant from the pool year's account to
the unit's. When the project ends, an order for what is left, back. An order is a document of frozen facts, with both halves:
debit and credit, whose sum is zero (domain guide 3, «Omplacering»). Booking one twice is refused.
"""

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.dates import day
from applications.door import AlreadyHandled, load_locked_for
from applications.models import Application, Project, TransferOrder
from applications.papers import in_danish
from applications.roles import held_as
from documents import store
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table
from documents.models import Document
from documents.pdf import render_blocks
from documents.sheets import SheetColumn
from journal import chain, clock
from journal.models import Event
from pages.money import exact_kroner, format_kroner
from people.models import Person
from people.roles import Role
from pool import account_strings

KIND = "transfer_order"
OUT, BACK = TransferOrder.Direction.OUT, TransferOrder.Direction.BACK
COLUMNS = [
    SheetColumn("Ordre", "integer"),
    SheetColumn("Dato", "date"),
    SheetColumn("Sagsnummer"),
    SheetColumn("Konto", width=24),
    SheetColumn("Kontonavn", width=30),
    SheetColumn("Tekst", width=40),
    SheetColumn("Debet", "kroner"),
    SheetColumn("Kredit", "kroner"),
    SheetColumn("Beløb", "kroner"),
]
# what each column of the CSV holds, as the page explains it; docs/operations.md has the same list
MEANS = {
    "Ordre": "ordrens nummer; begge halvdele har det samme",
    "Dato": "den dag, ordren blev skrevet, dd.mm.åååå",
    "Sagsnummer": "projektets nummer i puljen",
    "Konto": "kontostreng eller EAN, som den er skrevet",
    "Kontonavn": "puljens år eller enhedens navn",
    "Tekst": "teksten på posteringen",
    "Debet": "beløb, der lægges til kontoens budget, med komma og to decimaler",
    "Kredit": "beløb, der trækkes fra kontoens budget, med komma og to decimaler",
    "Beløb": "debet minus kredit; de to halvdele giver nul",
}


# ── owed ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def at_start(case: Application) -> None:
    """The grant goes to the unit's account."""
    if case.project.is_transfer:
        _owe(case, case.project, case.event, OUT, case.project.holds)


def at_end(case: Application) -> None:
    """What the account at the unit holds too much, or too little, when the project has ended."""
    project = case.project
    if not project.is_transfer:
        return
    _supersede(project)
    left = project.spent - _moved(project)
    if left:
        _owe(case, project, case.event, OUT if left > 0 else BACK, abs(left))


@transaction.atomic
def renew(order_id: int, by: Person) -> TransferOrder:
    """A new order in place of one that nobody has booked and whose amount is no longer the grant's."""
    order, case = _open_order(order_id, by)
    if case.project.transferred_at is not None:
        raise AlreadyHandled(_("Bevillingen er allerede flyttet. Ordren gælder det, der er brugt siden."))
    event = chain.record(case.subject, "renew_transfer_order", by, {"beløb": case.project.holds, "før": order.amount})
    _supersede(case.project)
    return _owe(case, case.project, event, OUT, case.project.holds)


def _moved(project: Project) -> int:
    """What booked orders have left on the unit's account, in øre."""
    sums = project.transfer_orders.exclude(booked_at=None).order_by().values_list("direction").annotate(Sum("amount"))
    by_direction = dict(sums)
    return by_direction.get(OUT, 0) - by_direction.get(BACK, 0)


def _supersede(project: Project) -> None:
    open_ones = project.transfer_orders.filter(booked_at=None, superseded_at=None)
    Document.objects.filter(pk__in=open_ones.values("document")).update(superseded=True)
    open_ones.update(superseded_at=clock.now())


def _owe(case: Application, project: Project, event: Event, direction: str, amount: int) -> TransferOrder:
    back = direction == BACK
    document = store.owe(
        KIND,
        case.subject,
        cause=event,
        title=_("Omplacering, projekt %(number)s") % {"number": case.number},
        file_name=f"omplacering-{case.number}-{event.number}.pdf",
        facts=_facts(case, project, event, amount, back=back),
    )
    return TransferOrder.objects.create(project=project, direction=direction, amount=amount, cause=event, document=document)


def _facts(case: Application, project: Project, event: Event, amount: int, *, back: bool) -> dict:
    year = case.round.pool_year
    pool = _side(f"Bæredygtighedspuljen {year.year}", year.account)
    unit = _side(case.unit.name, project.account)
    says = "Rest tilbage" if back else "Tilskud"
    return {
        "back": back,
        "amount": amount,
        "number": case.number,
        "title": case.display_title,
        "text": f"{says}, bæredygtighedspuljen {year.year}, {case.number}",
        "minus": unit if back else pool,
        "plus": pool if back else unit,
        "accepted_by": str(project.started_by),
        "accepted_on": day(project.started_at),
        "written_on": day(event.at),
    }


def _side(name: str, account: str) -> dict:
    """Frozen with the order: what an account is called is a setting, and may change."""
    said = f"{account_strings.label(account)} {account}" if account else "konto ikke skrevet"
    return {"name": name, "account": account, "said": said, "doubt": account_strings.doubt(account)}


# ── booked ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def confirm(order_id: int, by: Person) -> TransferOrder:
    """Finance has booked the order. The grant's own order is then spent by the pool: vouchers.confirm_transfer."""
    from applications import vouchers

    order, case = _open_order(order_id, by)
    if order.direction == OUT and case.project.ended_at is None:
        if order.amount != case.project.holds:
            raise AlreadyHandled(_("Bevillingen er ændret, siden ordren blev skrevet. Lav en ny ordre, og bogfør den."))
        vouchers.confirm_transfer(case.pk, by)
    else:
        event = chain.record(case.subject, "confirm_return", by, {"beløb": order.amount, "retning": order.direction})
        booked(case.project, event)
    order.refresh_from_db()
    return order


def booked(project: Project, event: Event) -> None:
    """The project's open order is booked by this event."""
    open_ones = project.transfer_orders.filter(booked_at=None, superseded_at=None)
    open_ones.update(booked_at=event.at, booked_by=event.actor)


def _open_order(order_id: int, by: Person) -> tuple[TransferOrder, Application]:
    project_id = TransferOrder.objects.values_list("project_id", flat=True).get(pk=order_id)
    case = load_locked_for(project_id, by, "decide_voucher")
    order = TransferOrder.objects.get(pk=order_id)
    if order.superseded_at:
        raise AlreadyHandled(_("Ordren er afløst af en ny."))
    if order.booked_at:
        raise AlreadyHandled(_("Omplaceringen er allerede bogført."))
    return order, case


def orders_for(person: Person):
    """Every order of the projects in which the person is finance, with what its row shows."""
    rows = TransferOrder.objects.filter(project__application__in=held_as(person, Role.FINANCE))
    return rows.select_related(
        "project__application__unit", "project__application__round__pool_year", "document", "booked_by"
    )


def waiting_for(person: Person):
    """Orders that nobody has booked yet, oldest first."""
    return orders_for(person).filter(booked_at=None, superseded_at=None)


# ── written ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def lines(order: TransferOrder) -> list[list]:
    """Both halves as rows of the CSV; their amounts sum to zero."""
    facts = order.document.facts
    head = [order.pk, timezone.localdate(order.document.owed_at), facts["number"]]
    plus, minus, amount = facts["plus"], facts["minus"], facts["amount"]
    return [
        [*head, plus["account"], plus["name"], facts["text"], amount, None, amount],
        [*head, minus["account"], minus["name"], facts["text"], None, amount, -amount],
    ]


@store.writes(KIND)
@in_danish
def order_paper(document: Document) -> bytes:
    facts = document.facts
    return render_blocks(document.title, _body(document), running=f"Omplacering, projekt {facts['number']}")


def _body(document: Document) -> list[Block]:
    facts = document.facts
    plus, minus, amount = facts["plus"], facts["minus"], facts["amount"]
    what = "Resten af bevillingen føres tilbage til puljen." if facts["back"] else "Bevillingen flyttes til enhedens konto."
    rows = [
        [plus["said"], plus["name"], exact_kroner(amount), "", exact_kroner(amount)],
        [minus["said"], minus["name"], "", exact_kroner(amount), exact_kroner(-amount)],
    ]
    sums = [Column(name, "right", 14) for name in ("Debet", "Kredit", "Beløb")]
    columns = [Column("Konto", width=28), Column("Kontonavn", width=30), *sums]
    foot = ["I alt", "", exact_kroner(amount), exact_kroner(amount), exact_kroner(0)]
    doubts = [Paragraph(f"{side['name']}: {side['doubt']}") for side in (minus, plus) if side["doubt"]]
    return [
        Paragraph(f"Økonomi bedes bogføre denne omplacering. {what} Beløbet er uden moms."),
        Facts(
            [
                ("Beløb", format_kroner(amount)),
                ("Fra", f"{minus['name']}, {minus['said']}"),
                ("Til", f"{plus['name']}, {plus['said']}"),
                ("Tekst", facts["text"]),
                ("Projekt", f"{facts['number']}: {facts['title']}"),
                ("Accepteret af", f"{facts['accepted_by']}, {facts['accepted_on']}"),
                ("Ordren er skrevet", facts["written_on"]),
            ]
        ),
        Heading("Posteringer"),
        Table("De to halvdele", columns, rows, foot),
        *([Heading("Se efter"), *doubts] if doubts else []),
    ]
