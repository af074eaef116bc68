"""Finance's work: the list of vouchers, transfer orders with both halves, and a year that is closed."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import transfer_orders, verifying
from applications.door import AlreadyHandled, NotYet, NotYours, WrongAnswers
from applications.models import Attachment, Project, TransferOrder, Voucher
from applications.roles import held_as, roles_on, visible_to
from applications.states import State
from documents import store
from journal import chain, clock
from people import appointments
from people.models import Unit
from people.roles import Role
from pool import closing, ledger, years
from pool.models import LedgerEntry, PoolYear
from tests.cast import make_round

EAN = "5798000104075"


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\xa0", " "))


def sound() -> list[str]:
    return [*verifying.stories(), *ledger.faults()]


@pytest.fixture
def sign_in(cast, client_of):
    """`sign_in(name)`: a browser of one of the cast."""
    return lambda name: client_of(cast[name])


@pytest.fixture
def running(case, walker):
    """An active project whose money goes through the pool."""
    case(State.ACTIVE)
    return walker


# ── vouchers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_gone_through_from_voucher_to_voucher(running, sign_in):
    """The next one comes after each; what was decided is in the ledger, and the list ends empty."""
    first, second = (
        running.voucher(1_000_00, accepted=False),
        running.voucher(2_500_50, accepted=False, supplier="Nyt Skilt"),
    )
    frida = sign_in("frida")
    page = text_of(frida.get(url("vouchers")))
    assert "Bilag på listen 2" in page or "2 Bilag på listen" in page
    assert "3.500,50 kr." in page
    answer = frida.post(url("decide-voucher", first.pk, "godkend") + "?tilstand=registered", {"seen": 1})
    assert answer.url == f"{url('voucher', second.pk)}?tilstand=registered#bilag"
    answer = frida.post(url("decide-voucher", second.pk, "afvis"), {"seen": 1, "reason": "Regningen er privat."})
    assert answer.url == url("vouchers")
    assert "Ingen bilag venter" in text_of(frida.get(url("vouchers")))
    assert list(Voucher.objects.values_list("status", "refusal")) == [("accepted", ""), ("refused", "Regningen er privat.")]
    assert LedgerEntry.objects.get(target="spent").amount == 1_000_00
    frida.post(url("decide-voucher", first.pk, "fortryd"), {"seen": 2, "reason": "Forkert projekt."})
    assert Voucher.objects.get(pk=first.pk).status == "registered"
    assert Project.objects.get().spent == 0
    assert sound() == []


def test_the_list_is_narrowed_and_stays_so_from_one_to_the_next(running, sign_in, cast):
    waits, accepted = running.voucher(1_000_00, accepted=False), running.voucher(200_00, supplier="Nyt Skilt")
    frida = sign_in("frida")
    shown = lambda **query: [row.pk for row in frida.get(url("vouchers"), query).context["page"].object_list]  # noqa: E731
    here, other = running.case, Unit.objects.get(name="Åmosens Skole")
    assert shown() == shown(tilstand="noget andet") == [waits.pk]
    assert shown(tilstand="accepted") == [accepted.pk]
    assert shown(tilstand="alle", enhed=here.unit_id, runde=here.round_id) == [waits.pk, accepted.pk]
    assert shown(tilstand="alle", enhed=other.pk) == [waits.pk, accepted.pk]  # no unit of a project: narrows nothing
    page = frida.get(url("voucher", waits.pk) + f"?enhed={here.unit_id}")
    assert f"/{waits.pk}/godkend/?enhed={here.unit_id}" in page.content.decode()


def test_an_accepted_voucher_of_a_project_that_ended_is_left_alone(case, sign_in):
    case(State.COMPLETED)
    page = text_of(sign_in("frida").get(url("voucher", Voucher.objects.get().pk)))
    assert "Projektet er afsluttet. Genåbn regnskabet" in page
    assert "Fortryd godkendelsen" not in page


def test_an_old_page_and_a_double_press_book_nothing_more(running, sign_in):
    row, frida = running.voucher(1_000_00, accepted=False), sign_in("frida")
    stale = frida.post(url("decide-voucher", row.pk, "godkend"), {"seen": 7}, follow=True)
    assert "Bilaget er ændret, siden du åbnede siden" in text_of(stale)
    for _press in range(2):
        frida.post(url("decide-voucher", row.pk, "godkend"), {"seen": 1})
    assert LedgerEntry.objects.filter(target="spent").count() == 1


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(running, sign_in):
    row, frida = running.voucher(1_000_00, accepted=False), sign_in("frida")
    page = text_of(frida.post(url("decide-voucher", row.pk, "afvis"), {"seen": 1, "reason": " "}))
    assert "Udfyld feltet «Hvorfor afvises bilaget?»." in page
    assert Voucher.objects.get().status == "registered"


def test_a_bill_that_was_laid_in_twice_is_pointed_out_and_one_too_large_too(running, sign_in):
    running.voucher(30_000_00)
    twin, large = running.voucher(30_000_00, accepted=False), running.voucher(11_000_00, accepted=False, supplier="X")
    page = text_of(sign_in("frida").get(url("voucher", twin.pk)))
    assert "Samme leverandør, beløb og dato" in page
    page = text_of(sign_in("frida").get(url("voucher", large.pk)))
    assert "større end det, der er tilbage" in page
    assert "30.000 kr. brugt af 33.600 kr." in page


def test_who_has_an_interest_in_a_case_is_not_its_finance(running, cast, sign_in):
    """Frida, contact of the case, sees its vouchers nowhere in the worklist; another of finance does."""
    row = running.voucher(1_000_00, accepted=False)
    assert set(held_as(cast["frida"], Role.FINANCE)) == {running.case}
    type(running.case).objects.update(contact_email="frida@naestved.example")
    assert not held_as(cast["frida"], Role.FINANCE).exists()
    assert sign_in("frida").get(url("voucher", row.pk)).status_code == 404
    appointments.appoint(cast["otto"], Role.FINANCE, Unit.objects.get(parent=None), by=None)
    assert str(row.number) in text_of(sign_in("otto").get(url("vouchers")))
    running.case.refresh_from_db()
    for person in cast.values():
        assert held_as(person, Role.FINANCE).exists() == (Role.FINANCE in roles_on(person, running.case))
        assert set(held_as(person, Role.FINANCE)) <= set(visible_to(person))


def test_the_list_asks_as_much_of_the_database_for_many_as_for_few(running, sign_in):
    frida = sign_in("frida")
    asked = []
    for count in (2, 12):
        while Voucher.objects.count() < count:
            running.voucher(100_00, accepted=False)
        with CaptureQueriesContext(connection) as queries:
            frida.get(url("vouchers"))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 14


def test_the_voucher_s_file_is_finance_s_to_fetch_once_it_is_scanned(running, sign_in, cast):
    facts = {"name": "regning.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0" * 64}
    file = Attachment(project_id=running.case.pk, uploaded_by=cast["anna"], uploaded_at=clock.now(), **facts)
    file.file.save("regning.pdf", ContentFile(b"%PDF-1.7x"))
    row = running.voucher(1_000_00, accepted=False, file=file)
    address = url("voucher-file", row.pk)
    assert sign_in("frida").get(address).status_code == 409
    Attachment.objects.update(scan=Attachment.Scan.CLEAN)
    assert b"".join(sign_in("frida").get(address).streaming_content) == b"%PDF-1.7x"
    assert sign_in("karen").get(address).status_code == 403
    assert sign_in("frida").get(url("voucher-file", running.voucher(1_00, accepted=False).pk)).status_code == 404


# ── transfer orders ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def transferred(case, walker, year):
    """An active project that gets its money on its own account."""
    PoolYear.objects.filter(pk=year.pk).update(account="00.52.89.1")
    case(State.GRANTED)
    walker.start(settlement="budget_transfer", account=EAN)
    return walker


def read(content: bytes) -> list[dict]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_start_owes_finance_an_order_with_both_halves(transferred, sign_in):
    order, frida = TransferOrder.objects.get(), sign_in("frida")
    page = text_of(frida.get(url("transfers")))
    assert (
        "Bæredygtighedspuljen 2026 Kontostreng 00.52.89.1 Børnehuset Solstrålen EAN-nummer 5798000104075 40.000 kr." in page
    )
    plus, minus = read(frida.get(url("transfers-csv")).content)
    assert (plus["Konto"], plus["Debet"], plus["Kredit"], plus["Beløb"]) == (EAN, "40000,00", "", "40000,00")
    assert (minus["Konto"], minus["Debet"], minus["Kredit"], minus["Beløb"]) == ("00.52.89.1", "", "40000,00", "-40000,00")
    assert plus["Tekst"] == f"Tilskud, bæredygtighedspuljen 2026, {transferred.case.number}"
    assert list(transfer_orders.MEANS) == list(plus)
    paper = store.content_of(order.document)
    assert paper.startswith(b"%PDF")
    assert paper == frida.get(url("transfer-pdf", order.pk)).content


def test_a_booked_order_is_spent_by_the_pool_once(transferred, sign_in, cast):
    order, frida = TransferOrder.objects.get(), sign_in("frida")
    assert "Er omplaceringen bogført?" in text_of(frida.get(url("confirm-transfer", order.pk)))
    for _press in range(2):
        frida.post(url("confirm-transfer", order.pk))
    assert list(LedgerEntry.objects.filter(target="spent").values_list("amount", flat=True)) == [40_000_00]
    order.refresh_from_db()
    assert (order.booked_by, Project.objects.get().transferred_by) == (cast["frida"], cast["frida"])
    assert "Ingen omplaceringer venter" in text_of(frida.get(url("transfers")))
    with pytest.raises(NotYours):
        transfer_orders.confirm(order.pk, cast["karen"])


def test_what_is_left_at_the_end_is_an_order_back(transferred, cast):
    transfer_orders.confirm(TransferOrder.objects.get().pk, cast["frida"])
    transferred.report(spent=38_000_00)
    transferred.complete()
    back = TransferOrder.objects.get(direction="back")
    assert (back.amount, back.document.facts["plus"]["account"]) == (2_000_00, "00.52.89.1")
    plus, minus = transfer_orders.lines(back)
    assert (plus[-1], minus[-1], plus[3], minus[3]) == (2_000_00, -2_000_00, "00.52.89.1", EAN)
    before = LedgerEntry.objects.count()
    transfer_orders.confirm(back.pk, cast["frida"])
    assert LedgerEntry.objects.count() == before  # the pool's own account had it back already
    with pytest.raises(AlreadyHandled):
        transfer_orders.confirm(back.pk, cast["frida"])
    assert sound() == []


def test_a_project_that_stops_before_the_transfer_asks_only_for_what_it_used(transferred):
    transferred.cancel()
    orders = list(TransferOrder.objects.order_by("pk").values_list("direction", "amount", "superseded_at"))
    assert [(row[0], row[1], row[2] is None) for row in orders] == [("out", 40_000_00, False), ("out", 5_000_00, True)]
    assert sound() == []


def test_an_order_whose_grant_has_changed_is_written_anew(transferred, cast, sign_in):
    order = TransferOrder.objects.get()
    Project.objects.update(given_back=4_000_00)
    with pytest.raises(AlreadyHandled, match="Bevillingen er ændret"):
        transfer_orders.confirm(order.pk, cast["frida"])
    sign_in("frida").post(url("renew-transfer", order.pk))
    assert list(transfer_orders.waiting_for(cast["frida"]).values_list("amount", flat=True)) == [36_000_00]
    with pytest.raises(AlreadyHandled, match="afløst"):
        transfer_orders.confirm(order.pk, cast["frida"])


def test_a_grant_that_has_been_moved_is_not_ordered_again(transferred, cast):
    """An order for what was spent after a reopening is never made into one for the whole grant."""
    order = TransferOrder.objects.get()
    transfer_orders.confirm(order.pk, cast["frida"])
    TransferOrder.objects.filter(pk=order.pk).update(booked_at=None, booked_by=None)
    with pytest.raises(AlreadyHandled, match="Bevillingen er allerede flyttet"):
        transfer_orders.renew(order.pk, cast["frida"])


def test_an_ean_with_a_wrong_digit_is_refused_and_an_odd_account_only_doubted(case, walker):
    case(State.GRANTED)
    with pytest.raises(WrongAnswers, match="kontrolciffer"):
        walker.start(settlement="budget_transfer", account="5798000104076")
    walker.take("start", "ulla", settlement="budget_transfer", account="konto 7", accepts=True)
    facts = TransferOrder.objects.get().document.facts
    assert facts["plus"]["doubt"].startswith("Kontoen er ikke skrevet som en kontostreng")
    assert facts["minus"]["doubt"] == "Der er ikke skrevet nogen konto."


def test_the_database_keeps_one_open_order_a_project(transferred):
    order = TransferOrder.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferOrder.objects.bulk_create(
            [TransferOrder(project=order.project, direction="back", amount=1, cause_id=1, document_id=order.document_id + 1)]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferOrder.objects.update(booked_at=order.cause.at)


# ── the year's end ──────────────────────────────────────────────────────────────────────────────────────────────────

NEW_YEAR = datetime(2027, 1, 8, 9, 0, tzinfo=UTC)


def shut(browser, year, **changes):
    return browser.post(reverse("pool:close-year", args=[year.year]), {"seen": years.stamp(year)} | changes, follow=True)


def test_a_year_with_open_business_names_what_binds_it(running, year, sign_in):
    clock.set_to(NEW_YEAR)
    frida = sign_in("frida")
    page = text_of(frida.get(reverse("pool:close-year", args=[2026])))
    assert f"{running.case.number}: Madaffald sorteres på alle stuer 0 kr. 40.000 kr." in page
    assert "eller projekter, som ikke er afsluttet" in text_of(shut(frida, year))
    year.refresh_from_db()
    assert year.closed_at is None


def test_a_project_that_has_spent_all_and_may_give_back_binds_the_year_too(transferred, cast, year):
    transfer_orders.confirm(TransferOrder.objects.get().pk, cast["frida"])
    clock.set_to(NEW_YEAR)
    assert [(row.reserved, row.committed) for row in closing.bindings(year)] == [(0, 0)]
    with pytest.raises(ValidationError):
        closing.close(year, cast["frida"], years.stamp(year))


def test_a_year_closes_once_it_has_gone_and_late_returns_have_come(case, walker, year, sign_in, cast):
    case(State.REPORTED)
    frida = sign_in("frida")
    assert "Året er ikke gået endnu. Det kan afsluttes fra 1. januar 2027." in text_of(shut(frida, year))
    clock.set_to(NEW_YEAR)
    walker.complete()  # a late return: 2,000 kr. land in the year that gave them
    year.refresh_from_db()
    assert (year.available, year.spent) == (1_462_000_00, 38_000_00)
    following = years.open_year(2027, cast["frida"])
    page = frida.get(reverse("pool:appropriate", args=[2026]), {"kind": "carry_over"})
    assert page.context["form"].initial == {"kind": "carry_over", "amount": 1_462_000_00, "into": following}
    assert "har ændret sig" in text_of(shut(frida, year, seen="1"))
    assert "Puljeåret 2026 er afsluttet." in text_of(shut(frida, year))
    year.refresh_from_db()
    assert year.closed_at == NEW_YEAR
    assert "allerede afsluttet" in text_of(shut(frida, year))


@pytest.fixture
def closed(case, walker, year, cast):
    case(State.COMPLETED)
    clock.set_to(NEW_YEAR)
    closing.close(year, cast["frida"], years.stamp(year))
    year.refresh_from_db()
    return year


def test_nothing_is_booked_in_a_closed_year(closed, walker, cast, sign_in, committee):
    """By the council, by a step, by a move of any kind: each is refused in words, and nothing is stored."""
    before = LedgerEntry.objects.count()
    following = years.open_year(2027, cast["frida"])
    for booking in (
        years.Booking("appropriate", 100, "Punkt 1"),
        years.Booking("cut", 100, "Punkt 2"),
        years.Booking("carry_over", 100, "Punkt 3", following),
    ):
        with pytest.raises(ledger.YearIsClosed, match="Puljeåret 2026 er afsluttet"):
            years.book(closed, booking, cast["frida"], years.stamp(closed))
    with pytest.raises(ValidationError, match="Vælg et andet"):
        make_round(cast, closed, committee, name="Runde 2, 2026")
    with pytest.raises(NotYet, match="Puljeåret er afsluttet"):
        walker.take("reopen_accounts", "frida", reason="En regning mere.")
    page = sign_in("frida").post(
        reverse("pool:appropriate", args=[2026]), {"kind": "cut", "amount": "1", "decision": "Punkt 4"}
    )
    assert "Der kan ikke bogføres i det." in text_of(page)
    assert LedgerEntry.objects.count() == before
    closed.refresh_from_db()
    assert (closed.available, closed.spent) == (1_462_000_00, 38_000_00)


def test_the_database_closes_no_year_that_owes(year, walker):
    """The twin: past our code the constraint holds; without it the year would owe what nobody can pay."""
    walker(State.GRANTED)
    with pytest.raises(IntegrityError, match="closed_year_owes_nothing"), transaction.atomic():
        PoolYear.objects.filter(pk=year.pk).update(closed_at=clock.now())


def booked_past_our_code(year) -> None:
    """An entry of the day after the closing, as if no file of ours asked whether the year is open."""
    clock.set_to(NEW_YEAR + timedelta(days=1))
    with transaction.atomic():
        cause = chain.record(year.subject, "cut", None, {"beløb": 100, "beslutning": "Ingen"})
        facts = {"source": ledger.AVAILABLE, "target": ledger.OUTSIDE, "amount": 100, "at": cause.at}
        LedgerEntry.objects.create(pool_year=year, cause=cause, **facts)


@pytest.mark.both
def test_the_database_changes_no_closed_year(closed):
    """Not its pockets, not its account, not its closing; and it takes no entry of a later day."""
    for change in ({"available": closed.available - 100}, {"account": "x"}, {"closed_at": None}):
        with pytest.raises(IntegrityError, match="closed_year_is_closed"), transaction.atomic():
            PoolYear.objects.filter(pk=closed.pk).update(**change)
    with pytest.raises(IntegrityError, match="closed_year_is_closed"):
        booked_past_our_code(closed)
    assert ledger.faults() == []


@pytest.mark.both
def test_a_move_in_a_closed_year_past_our_code_is_found(closed):
    """The twin: without the triggers the year is booked in; the books say so afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DROP FUNCTION closed_year_is_closed() CASCADE")
            cursor.execute("DROP FUNCTION closed_year_is_closed_for_entries() CASCADE")
        else:
            cursor.execute("DROP TRIGGER closed_year_is_closed")
            cursor.execute("DROP TRIGGER closed_year_is_closed_for_entries")
    booked_past_our_code(closed)
    PoolYear.objects.filter(pk=closed.pk).update(available=closed.available - 100)
    assert ledger.faults() == ["year 2026: booked in after it was closed"]


def test_the_year_s_account_is_changed_by_finance_with_an_event(year, sign_in, cast):
    frida, address = sign_in("frida"), reverse("pool:edit-account", args=[2026])
    assert "Kontoen er ikke skrevet som en kontostreng" in text_of(frida.post(address, {"account": "52-89"}, follow=True))
    assert "kontrolciffer" in text_of(frida.post(address, {"account": "5798000104076"}))
    frida.post(address, {"account": " 00.52.89.1.1.05 "})
    year.refresh_from_db()
    assert year.account == "00.52.89.1.1.05"
    told = chain.story(year.subject).filter(step="change_account").values_list("actor", "payload")
    assert list(told) == [
        (cast["frida"].pk, {"før": "", "konto": "52-89"}),
        (cast["frida"].pk, {"før": "52-89", "konto": "00.52.89.1.1.05"}),
    ]
    assert sign_in("karen").post(address, {"account": "x"}).status_code == 403
