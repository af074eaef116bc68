"""Reconciliation: files as finance systems write them, what answers what, and a difference explained to the øre."""

import csv
import io
import os
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from applications import finance_files, reconciling, vouchers
from applications import reconciliation_report as report
from applications.finance_files import Mapping, guess, read, read_amount, read_day
from applications.matching import Booking, Line, propose
from applications.models import FinanceFile, FinanceLine, FinanceMatched, Voucher
from applications.states import State
from documents import incoming
from journal.models import Event
from pool import ledger
from pool.models import LedgerEntry

HEAD = "Næstved Kommune;;;;\nPosteringer på 00.52.89.1;;;;\n\nBogføringsdato;Leverandør;Bilagsnummer;Tekst;Beløb\n"


def table(content: bytes):
    return incoming.lines_in(content, finance_files.MOST_LINES).rows


def lines_of(content: bytes):
    rows = table(content)
    return read(rows, guess(rows))


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\xa0", " "))


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_is_read_in_every_dress(encoding, separator):
    """Words above the headings, decimals with a comma, in quotes where the separator is one too."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([["Posteringsliste, udskrevet 01.07.2026"], [], ["Dato", "Leverandør", "Beløb"]])
    writer.writerows([["03.04.2026", "Grøn Leverance ApS", "1.234,50"], ["2026-04-09", "Bæk & Søn", "99,00-"]])
    lines, skipped = lines_of(out.getvalue().encode(encoding))
    assert [(line.row, line.date, line.supplier, line.amount) for line in lines] == [
        (4, date(2026, 4, 3), "Grøn Leverance ApS", 1_234_50),
        (5, date(2026, 4, 9), "Bæk & Søn", -99_00),
    ]
    assert skipped == []


@pytest.mark.parametrize(
    ("cell", "ore"),
    [("1.234,50", 123450), ("1.234,50-", -123450), ("(1.234,50)", -123450), ("-5", -500), ("−5,5", -550), ("+7 kr.", 700)]
    + [("1234.5", 123450), ("12,-", 1200), ("1 234,00", 123400)],
)
def test_amounts_with_the_minus_where_it_may_stand(cell, ore):
    assert read_amount(cell) == ore


@pytest.mark.parametrize("cell", ["", "-", "--5", "(5", "1,234.50", "1e5", "=1+1", "5,-5", "12.5.0", "५", "9" * 30])
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(ValidationError):
        read_amount(cell)


@pytest.mark.parametrize("cell", ["31.12.2026", "31-12-2026", "31/12/26", "2026-12-31", "2026-12-31 00:00:00", "20261231"])
def test_days_as_systems_write_them(cell):
    assert read_day(cell) == date(2026, 12, 31)


@pytest.mark.parametrize("cell", ["", "31.02.2026", "2026", "12.31.2026", "01.01.1899", "46022", "i går"])
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(ValidationError):
        read_day(cell)


def test_headings_sums_and_debit_with_credit_are_understood():
    rows = table(
        b"Konto 52\n\nDato;Kreditor;Debet;Kredit\n03.04.2026;A;100,00;\n04.04.2026;B;;40,00\n;;;\n"
        b"I alt;;100,00;40,00\n05.04.2026;C;0,00;\nSaldo pr. 30.06.2026;;60,00;\n"
    )
    mapping = guess(rows)
    assert mapping == Mapping(3, {"date": 0, "supplier": 1, "debit": 2, "credit": 3})
    lines, skipped = read(rows, mapping)
    assert [(line.supplier, line.amount) for line in lines] == [("A", 100_00), ("B", -40_00)]
    assert skipped == [7, 8, 9]
    with pytest.raises(ValidationError, match="«Total Energi» er ikke en dato"):
        read([*rows, (10, ["Total Energi", "", "5,00"])], mapping)


def test_without_headings_the_columns_are_found_by_what_they_hold_and_minus_is_turned():
    rows = table(b"A;03.04.2026;-100,00\nB;04.04.2026;-40,50\nC;05.04.2026;10,00\n")
    mapping = guess(rows)
    assert mapping == Mapping(0, {"date": 1, "amount": 2}, sign=-1)
    assert [line.amount for line in read(rows, mapping)[0]] == [100_00, 40_50, -10_00]


def test_every_line_that_cannot_be_read_is_named_by_its_number():
    content = (
        f"{HEAD}32.13.2026;A;1;x;10,00\n03.04.2026;B;2;x;ti kroner\n03.04.2026;C;3;x;\n;D;4;x;5,00\n03.04.2026;E;5;x;5,00\n"
    )
    with pytest.raises(ValidationError) as refusal:
        lines_of(content.encode())
    assert refusal.value.messages == [
        "Linje 5: «32.13.2026» er ikke en dato som 31.12.2026.",
        "Linje 6: «ti kroner» er ikke et beløb som 1.234,50.",
        "Linje 7: der er ikke noget beløb.",
        "Linje 8: der er ikke nogen dato.",
    ]


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0\0", b"%PDF-1.7 x", b"\xd0\xcf\x11\xe0 old", b"PK\x03\x04 broken", b"\x81\x8d;\x8f\n1;2"]
)
def test_what_is_no_table_is_refused_in_words(content):
    with pytest.raises(ValidationError):
        incoming.lines_in(content, 10)


def test_too_many_lines_are_refused():
    with pytest.raises(ValidationError, match="for mange linjer"):
        incoming.lines_in(b"a;b\n" * 12, 10)


# ── what answers what ───────────────────────────────────────────────────────────────────────────────────────────────

DAY = date(2026, 4, 10)


def line(key, amount, supplier="Grøn Leverance ApS", words="", days=0, rejected=()):
    return Line(key, DAY + timedelta(days), amount, supplier, words, frozenset(rejected))


def booking(key, amount, supplier="Grøn Leverance ApS", case="2026-001", days=0):
    return Booking(key, DAY + timedelta(days), amount, supplier, case)


def said(proposals):
    return [
        (sorted(row.key for row in each.lines), sorted(row.key for row in each.bookings), each.sure, each.why)
        for each in proposals
    ]


def test_sure_needs_amount_supplier_day_and_case():
    assert said(propose([line(1, 100, "GRØN LEVERANCE A/S", days=12)], [booking("a", 100)])) == [([1], ["a"], True, "")]
    far = propose([line(1, 100, days=90)], [booking("a", 100)])
    assert said(far) == [([1], ["a"], False, "Datoerne ligger langt fra hinanden.")]
    other = propose([line(1, 100, words="sag 2026-002")], [booking("a", 100)])
    assert said(other) == [([1], ["a"], False, "Linjen nævner en anden sag.")]
    spelled = propose([line(1, 100, "Groen Lev.")], [booking("a", 100)])
    assert said(spelled) == [([1], ["a"], False, "Beløbet passer, men leverandøren er skrevet anderledes.")]
    assert propose([line(1, 100)], [booking("a", 101)]) == []


def test_several_alike_are_a_doubt_unless_the_case_s_number_tells_them_apart():
    twins = [booking("a", 100), booking("b", 100, case="2026-002")]
    assert [each[2] for each in said(propose([line(1, 100), line(2, 100)], twins))] == [False, False]
    told = propose([line(1, 100, words="2026-002"), line(2, 100, words="2026-001")], twins)
    assert said(told) == [([1], ["b"], True, ""), ([2], ["a"], True, "")]


def test_vat_and_sums_are_doubts_that_say_so():
    vat = propose([line(1, 125_00)], [booking("a", 100_00)])
    assert said(vat) == [([1], ["a"], False, "Beløbet i filen ser ud til at være med moms.")]
    many = propose([line(1, 600)], [booking("a", 100), booking("b", 200), booking("c", 300)])
    assert said(many) == [([1], ["a", "b", "c"], False, "3 bilag giver tilsammen beløbet.")]
    parts = propose([line(1, 100), line(2, 200)], [booking("a", 300)])
    assert said(parts) == [([1, 2], ["a"], False, "2 linjer giver tilsammen beløbet.")]


def test_what_was_rejected_is_not_proposed_again():
    assert propose([line(1, 100, rejected=["a"])], [booking("a", 100)]) == []
    assert said(propose([line(1, 100, rejected=["a"])], [booking("a", 100), booking("b", 100, days=3)]))[0][1] == ["b"]


ROWS = st.lists(st.tuples(st.integers(-3, 6), st.sampled_from("ABC"), st.integers(0, 60), st.integers(1, 2)), max_size=9)


@settings(max_examples=int(os.environ.get("POOL_MOVES", "200")) // 4, deadline=None)
@given(ROWS, ROWS)
def test_nobody_is_matched_twice_and_a_sure_match_is_one_and_one_of_the_same_amount(lines, bookings):
    lines = [line(place, amount, name, f"2026-00{case}", days) for place, (amount, name, days, case) in enumerate(lines)]
    made = [
        booking(f"b{place}", amount, name, f"2026-00{case}", days)
        for place, (amount, name, days, case) in enumerate(bookings)
    ]
    found = propose(lines, made)
    keys = [row.key for each in found for row in (*each.lines, *each.bookings)]
    assert len(keys) == len(set(keys))
    for each in found:
        if each.sure:
            ((one,), (other,)) = each.lines, each.bookings
            assert (one.amount, one.supplier, one.words) == (other.amount, other.supplier, other.case)
        assert each.sure or each.why


# ── the whole way ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def booked(case, walker):
    """Three accepted vouchers of one project, and one that waits."""
    case(State.ACTIVE)
    walker.voucher(1_000_00)
    walker.voucher(2_500_50, supplier="Nyt Skilt")
    walker.voucher(300_00, supplier="Tømrer Holm")
    walker.voucher(70_00, accepted=False)
    return walker.case


def file_of(*lines: str, name="udtræk.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (HEAD + "\n".join(lines) + "\n").encode("latin-1"))


@pytest.fixture
def frida(cast, client_of):
    return client_of(cast["frida"])


def read_through(browser, upload):
    """Send a file in and say yes to the guessed columns; the answer of the last page."""
    answer = browser.post(url("finance-files"), {"file": upload}, follow=True)
    form = answer.context["form"]
    data = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    return browser.post(url("finance-columns"), data, follow=True)


DAYS = "16.04.2026;GRØN LEVERANCE A/S;F-1;Spande;1.000,00"
SKILT = "17.04.2026;Nyt Skilt & Co;F-2;;2.500,50"
FEE = "18.04.2026;Banken;G-1;Gebyr;25,00"


def test_a_file_is_explained_to_the_last_ore(booked, frida):
    moves = LedgerEntry.objects.count()
    page = text_of(read_through(frida, file_of(DAYS, SKILT, FEE, ";;;I alt;3.525,50")))
    file = FinanceFile.objects.get()
    totals = {total.kind: (total.in_file, total.in_pool) for total in report.totals_of(report.rows_of(file))}
    assert totals == {
        "sikre": (1_000_00, 1_000_00), "tvivl": (2_500_50, 2_500_50), "kun-i-filen": (25_00, 0), "kun-i-puljen": (0, 300_00),
        "bekraeftet": (0, 0), "ikke-puljens": (0, 0), "gengangere": (0, 0),
    }  # fmt: skip
    assert "I alt 3 3.525,50 3 3.800,50 −275,00" in page
    assert (file.skipped, file.table) == (1, [])
    assert LedgerEntry.objects.count() == moves
    assert ledger.faults() == []


def test_a_person_confirms_rejects_and_marks_what_is_not_the_pool_s(booked, frida, cast):
    read_through(frida, file_of(DAYS, SKILT, FEE))
    file = FinanceFile.objects.get()
    doubt = file.matches.get(status="doubt")
    frida.post(url("turn-finance-file", file.pk, "bekraeft-sikre"))
    frida.post(url("turn-match", doubt.pk, "afvis"))
    assert frida.post(url("turn-match", doubt.pk, "bekraeft"), follow=True).status_code == 200  # gone: said in words
    assert reconciling.match_again(file, cast["frida"]) == 0  # not proposed again
    fee, skilt = file.lines.get(supplier="Banken"), file.lines.get(supplier="Nyt Skilt & Co")
    page = frida.post(url("finance-line", fee.pk), {"act": "note", "note": ""})
    assert "Udfyld feltet «Hvorfor er den ikke puljens?»." in text_of(page)
    frida.post(url("finance-line", fee.pk), {"act": "note", "note": "Bankens gebyr"})
    right = Voucher.objects.get(supplier="Nyt Skilt")
    frida.post(url("finance-line", skilt.pk), {"act": "pair", "booking": f"bilag:{right.pk}"})
    rows = report.rows_of(file)
    assert [(row.kind, row.why) for row in rows] == [
        ("kun-i-puljen", ""), ("bekraeftet", ""), ("bekraeftet", "Valgt i hånden."), ("ikke-puljens", "Bankens gebyr"),
    ]  # fmt: skip
    steps = Event.objects.filter(subject=file.subject).order_by("number").values_list("step", "actor")
    frida_id = cast["frida"].pk
    assert list(steps) == [
        (step, frida_id) for step in ("read_finance_file", "confirm_sure", "reject_match", "not_ours", "confirm_match")
    ]
    frida.post(url("finance-line", fee.pk), {"act": "back"})
    page = text_of(frida.get(url("reconciliation", file.pk)))
    assert "En linje er ikke puljens" in page
    assert "Linje 7 25 kr. Bankens gebyr" in page
    assert FinanceLine.objects.get(pk=fee.pk).not_ours == ""


def test_the_same_file_and_the_same_line_are_known_again(booked, frida):
    read_through(frida, file_of(DAYS, FEE))
    answer = frida.post(url("finance-files"), {"file": file_of(DAYS, FEE, name="igen.csv")}, follow=True)
    assert "Filen er læst ind før, af Frida Finans." in text_of(answer)
    read_through(frida, file_of(DAYS, FEE, FEE, SKILT))  # a longer extract: one fee is new
    second = FinanceFile.objects.first()
    kinds = [row.kind for row in report.rows_of(second)]
    assert {kind: kinds.count(kind) for kind in kinds} == {"tvivl": 1, "kun-i-filen": 1, "gengangere": 2, "kun-i-puljen": 1}
    assert report.whole(report.totals_of(report.rows_of(second))).in_file == 2_525_50
    assert FinanceMatched.objects.count() == 2


def test_a_file_with_one_bad_line_is_not_half_imported(booked, frida):
    page = text_of(read_through(frida, file_of(DAYS, "99.99.2026;X;1;x;5,00")))
    assert "Intet er læst ind." in page
    assert "Linje 6: «99.99.2026» er ikke en dato som 31.12.2026." in page
    assert (FinanceLine.objects.count(), FinanceFile.objects.get().imported_at) == (0, None)
    frida.post(url("forget-finance-file"))
    assert not FinanceFile.objects.exists()
    assert "Vælg en fil først." in text_of(frida.get(url("finance-columns"), follow=True))


def test_columns_can_be_chosen_otherwise(booked, frida):
    frida.post(url("finance-files"), {"file": file_of(DAYS)})
    data = {"headings": 4, "sign": 1, "date": 0, "amount": 0}
    assert "den samme kolonne to gange" in text_of(frida.post(url("finance-columns"), data))
    assert "Vælg kolonnen med datoen." in text_of(
        frida.post(url("finance-columns"), {"headings": 4, "sign": 1, "amount": 4})
    )
    frida.post(url("finance-columns"), {"headings": 4, "sign": -1, "date": 0, "amount": 4, "text": 1})
    assert FinanceLine.objects.values_list("amount", "text", "supplier").get() == (-1_000_00, "GRØN LEVERANCE A/S", "")


def test_a_booking_that_was_undone_is_a_doubt_again(booked, frida, cast):
    read_through(frida, file_of(DAYS))
    file = FinanceFile.objects.get()
    reconciling.confirm_sure(file, cast["frida"])
    voucher = Voucher.objects.get(matched__isnull=False)
    vouchers.undo(voucher.pk, cast["frida"], seen_revision=voucher.revision, reason="Forkert.")
    row = report.rows_of(file)[0]
    assert (row.kind, row.why, row.in_file, row.in_pool) == ("tvivl", "Godkendelsen af bilaget er fortrudt.", 1_000_00, 0)


def test_the_report_as_a_file_never_begins_a_formula(booked, frida):
    read_through(frida, file_of('20.04.2026;"=HYPERLINK(""http://x"")";1;x;7,00', DAYS))
    content = frida.get(url("reconciliation-csv", FinanceFile.objects.get().pk)).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))
    assert [(row["Resultat"], row["Leverandør"], row["Beløb i filen"], row["Beløb i puljen"]) for row in rows] == [
        ("Kun i filen", '\'=HYPERLINK("http://x")', "7,00", ""),
        ("Kun i puljen", "", "", "2500,50"),
        ("Kun i puljen", "", "", "300,00"),
        ("Sikre", "GRØN LEVERANCE A/S", "1000,00", "1000,00"),
    ]


def test_the_report_asks_the_same_of_the_database_for_many_lines(booked, frida):
    asked = []
    for count in (2, 40):
        more = [f"2{number % 9}.04.2026;Leverandør {number};{number};x;{number},00" for number in range(1, count)]
        read_through(frida, file_of(DAYS if count == 2 else SKILT, *more))
        file = FinanceFile.objects.first()
        with CaptureQueriesContext(connection) as queries:
            assert len(report.rows_of(file)) >= count
        asked.append(len(queries))
    assert asked == [4, 4]


def test_others_read_or_stay_outside(booked, frida, cast, client_of):
    read_through(frida, file_of(DAYS))
    file, rasmus = FinanceFile.objects.get(), client_of(cast["rasmus"])
    assert "GRØN LEVERANCE A/S" in text_of(rasmus.get(url("reconciliation", file.pk), {"vis": "sikre"}))
    assert rasmus.post(url("finance-files"), {"file": file_of(FEE)}).status_code == 403
    assert rasmus.post(url("turn-finance-file", file.pk, "bekraeft-sikre")).status_code == 403
    assert client_of(cast["karen"]).get(url("reconciliation", file.pk)).status_code == 403


def test_the_database_keeps_a_booking_in_one_match_and_a_file_read_once(booked, frida):
    read_through(frida, file_of(DAYS, SKILT))
    one, other = FinanceMatched.objects.order_by("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        FinanceMatched.objects.filter(pk=one.pk).update(voucher=other.voucher_id)
    file = FinanceFile.objects.get()
    copy = FinanceFile(sha256=file.sha256, name="Kopi", sent_by=file.sent_by, sent_at=file.sent_at, imported_at=file.sent_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        FinanceLine.objects.update(not_ours="x", not_ours_by=file.sent_by)
