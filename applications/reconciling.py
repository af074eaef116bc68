"""Reconciliation: a file from the finance system beside what the pool has booked. It changes nothing in the ledger.

Sent in, a file waits until somebody has said which column is what; then its lines are stored, all or none, and matched. The
same file, and a line that an earlier file had, is known again. What a person says about a match is an event.
"""

import hashlib
from collections import defaultdict

from django.db import transaction
from django.utils.translation import gettext as _

from applications import finance_files, matching, pool_bookings
from applications.models import FinanceFile, FinanceLine, FinanceMatch, FinanceMatched
from documents import incoming
from journal import chain, clock
from people.models import Person

Status = FinanceMatch.Status


class SeenBefore(Exception):
    """The file was read in before: `file` is it."""

    def __init__(self, file: FinanceFile):
        super().__init__(file.name)
        self.file = file


class Gone(Exception):
    """Somebody else has decided it, or thrown the file away; str() says so in Danish."""


# ── a file comes in ─────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def keep(by: Person, name: str, content: bytes) -> FinanceFile:
    """Keep a file's cells until its columns are known. Raises SeenBefore, or ValidationError for what is no table."""
    digest = hashlib.sha256(content).hexdigest()
    if known := FinanceFile.objects.filter(sha256=digest, imported_at__isnull=False).first():
        raise SeenBefore(known)
    table = incoming.lines_in(content, finance_files.MOST_LINES + finance_files.HEADINGS_WITHIN)
    forget(by)
    mapping = finance_files.guess(table.rows).stored()
    facts = {"sent_by": by, "sent_at": clock.now(), "table": table.rows, "mapping": mapping}
    return FinanceFile.objects.create(name=name[:200], sha256=digest, **facts)


def waiting(by: Person) -> FinanceFile | None:
    return FinanceFile.objects.filter(sent_by=by, imported_at=None).first()


def forget(by: Person) -> None:
    FinanceFile.objects.filter(sent_by=by, imported_at=None).delete()


@transaction.atomic
def read_in(file_id: int, by: Person, mapping: finance_files.Mapping) -> FinanceFile:
    """Store every line and match them. Raises ValidationError with each line that cannot be read, Gone, SeenBefore."""
    chain.lock()
    file = FinanceFile.objects.filter(pk=file_id, sent_by=by, imported_at=None).first()
    if file is None:
        raise Gone(_("Filen er læst ind eller fjernet i mellemtiden."))
    if known := FinanceFile.objects.filter(sha256=file.sha256, imported_at__isnull=False).first():
        raise SeenBefore(known)
    lines, skipped = finance_files.read([tuple(row) for row in file.table], mapping)
    file.mapping, file.table, file.skipped = mapping.stored(), [], len(skipped)
    file.first_day, file.last_day = min(line.date for line in lines), max(line.date for line in lines)
    total = sum(line.amount for line in lines)
    payload = {"fil": file.name, "sha256": file.sha256, "linjer": len(lines), "beløb": total}
    event = chain.record(file.subject, "read_finance_file", by, payload)
    file.imported_at = event.at
    file.save()
    _store(file, lines)
    _match(file)
    return file


def _store(file: FinanceFile, lines: list[finance_files.Line]) -> None:
    """The lines; each that an earlier file had as often is a repetition of that one."""
    earlier = defaultdict(list)
    known = FinanceLine.objects.filter(repeats=None, date__gte=file.first_day, date__lte=file.last_day)
    for row in known.exclude(file=file).order_by("pk").iterator():
        earlier[_same(row)].append(row.pk)
    rows = []
    for line in lines:
        before = earlier[_same(line)]
        facts = {"date": line.date, "amount": line.amount, "supplier": line.supplier, "reference": line.reference}
        repeats = before.pop(0) if before else None
        rows.append(FinanceLine(file=file, row=line.row, text=line.text, repeats_id=repeats, **facts))
    FinanceLine.objects.bulk_create(rows, batch_size=500)


def _same(line) -> tuple:
    return line.date, line.amount, matching.bare(line.supplier), line.reference.casefold(), line.text.casefold()


def _match(file: FinanceFile) -> int:
    """Propose matches for the lines that have none; how many."""
    open_lines = [_as_line(row) for row in file.lines.filter(match=None, repeats=None, not_ours="")]
    proposals = matching.propose(open_lines, list(pool_bookings.unmatched()))
    made = [
        FinanceMatch(file=file, status=Status.EXACT if each.sure else Status.DOUBT, why=each.why[:200]) for each in proposals
    ]
    FinanceMatch.objects.bulk_create(made, batch_size=500)
    rows, of_line = [], {}
    for match, proposal in zip(made, proposals, strict=True):
        rows += [pool_bookings.matched(match, booking.key) for booking in proposal.bookings]
        of_line |= {line.key: match.pk for line in proposal.lines}
    FinanceMatched.objects.bulk_create(rows, batch_size=500)
    lines = [FinanceLine(pk=pk, match_id=match) for pk, match in of_line.items()]
    FinanceLine.objects.bulk_update(lines, ["match"], batch_size=400)
    return len(made)


def _as_line(row: FinanceLine) -> matching.Line:
    words = f"{row.reference} {row.text}"
    return matching.Line(row.pk, row.date, row.amount, row.supplier, words, frozenset(row.rejected))


# ── what a person says ──────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def match_again(file: FinanceFile, by: Person) -> int:
    """Look once more, after vouchers were accepted or matches rejected."""
    chain.lock()
    found = _match(file)
    if found:
        chain.record(file.subject, "match_again", by, {"antal": found})
    return found


@transaction.atomic
def confirm_sure(file: FinanceFile, by: Person) -> int:
    """Confirm every sure match of the file."""
    chain.lock()
    rows = file.matches.filter(status=Status.EXACT)
    if not (count := rows.count()):
        return 0
    event = chain.record(file.subject, "confirm_sure", by, {"antal": count})
    return rows.update(status=Status.CONFIRMED, decided_by=by, decided_at=event.at)


@transaction.atomic
def confirm(match_id: int, by: Person) -> FinanceMatch:
    match = _proposed(match_id)
    event = chain.record(match.file.subject, "confirm_match", by, _facts(match))
    match.status, match.decided_by, match.decided_at = Status.CONFIRMED, by, event.at
    match.save()
    return match


@transaction.atomic
def reject(match_id: int, by: Person) -> None:
    """The lines and the bookings do not belong together, whoever said so before; the pair is not proposed again."""
    match = _existing(match_id)
    chain.record(match.file.subject, "reject_match", by, _facts(match))
    keys = [pool_bookings.key_of(row) for row in match.matched.all()]
    for line in match.lines.all():
        line.rejected, line.match = sorted({*line.rejected, *keys}), None
        line.save()
    match.delete()


@transaction.atomic
def not_ours(line_id: int, by: Person, note: str) -> None:
    """The line is none of the pool's business; `note` says why."""
    line = _open_line(line_id)
    chain.record(line.file.subject, "not_ours", by, {"linje": line.row, "beløb": line.amount, "begrundelse": note})
    line.not_ours, line.not_ours_by = note, by
    line.save()


@transaction.atomic
def ours_after_all(line_id: int, by: Person) -> None:
    chain.lock()
    line = FinanceLine.objects.select_related("file").get(pk=line_id)
    if not line.not_ours:
        raise Gone(_("Linjen er ikke længere markeret."))
    chain.record(line.file.subject, "ours_after_all", by, {"linje": line.row, "beløb": line.amount})
    line.not_ours, line.not_ours_by = "", None
    line.save()


@transaction.atomic
def pair(line_id: int, by: Person, booking_key: str) -> FinanceMatch:
    """A person says which booking the line is. The booking must be free."""
    line = _open_line(line_id)
    booking = next((each for each in pool_bookings.unmatched() if each.key == booking_key), None)
    if booking is None:
        raise Gone(_("Bilaget er allerede fundet i en anden linje."))
    facts = {"linjer": [line.row], "beløb": line.amount, "bogført": [booking_key]}
    event = chain.record(line.file.subject, "confirm_match", by, facts)
    decided = {"decided_by": by, "decided_at": event.at}
    match = FinanceMatch.objects.create(file=line.file, status=Status.CONFIRMED, why=_("Valgt i hånden."), **decided)
    pool_bookings.matched(match, booking_key).save()
    line.match = match
    line.save()
    return match


def _existing(match_id: int) -> FinanceMatch:
    chain.lock()
    match = FinanceMatch.objects.select_related("file").filter(pk=match_id).first()
    if match is None:
        raise Gone(_("Der er allerede taget stilling til det."))
    return match


def _proposed(match_id: int) -> FinanceMatch:
    match = _existing(match_id)
    if match.status == Status.CONFIRMED:
        raise Gone(_("Der er allerede taget stilling til det."))
    return match


def _open_line(line_id: int) -> FinanceLine:
    chain.lock()
    line = FinanceLine.objects.select_related("file").get(pk=line_id)
    if line.match_id or line.not_ours or line.repeats_id:
        raise Gone(_("Der er allerede taget stilling til det."))
    return line


def _facts(match: FinanceMatch) -> dict:
    lines = list(match.lines.all())
    keys = [pool_bookings.key_of(row) for row in match.matched.all()]
    return {"linjer": [line.row for line in lines], "beløb": sum(line.amount for line in lines), "bogført": keys}
