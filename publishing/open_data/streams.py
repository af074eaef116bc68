"""Files that are written while they are read: a chunk of rows in memory, whatever their number.

JSON is UTF-8 without needless space. CSV comes in two forms: as the standards say (comma, point, no byte order mark), and as
a Danish spreadsheet opens it (semicolon, decimal comma, a mark). In both, text that a spreadsheet would take for a formula
gets an apostrophe before it (documents.sheets); in JSON it stands as it is.

What is streamed cannot be hashed before it is sent, so its ETag is the mark of all facts: every change of a fact adds a link
to the chain of events, and the mark is made of the last link, of what the public site has changed, and of the settings.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.conf import settings

from applications import public_site
from documents.sheets import DANGEROUS
from journal.models import ChainHead
from publishing.open_data import threesixty
from publishing.open_data.datasets import Dataset
from publishing.open_data.grants import open_grants

FORMAT = 1  # raised when the same facts are written otherwise
PIECE = 64 * 1024
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def facts_mark(name: str) -> str:
    head = ChainHead.objects.filter(pk=1).values_list("hash", flat=True).first() or ""
    said = [FORMAT, name, head, public_site.generation(), settings.HOST_URL, settings.MUNICIPALITY, settings.OPEN_DATA]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]


def as_json(dataset: Dataset) -> Iterator[bytes]:
    if dataset.is_standard:
        rows = open_grants()
        return _pieces(_document(threesixty.package(rows), "grants", threesixty.grants(rows)))
    facts = {
        "title": str(dataset.title),
        "license": settings.OPEN_DATA["licence_url"],
        "credit": settings.OPEN_DATA["credit"],
        "source": f"{settings.HOST_URL}/data/",
    }
    return _pieces(_document(facts, "rows", (as_values(dataset, row) for row in dataset.rows())))


def _document(head: dict, name: str, items: Iterable[dict]) -> Iterator[str]:
    yield f'{_written(head)[:-1]},"{name}":['
    for place, item in enumerate(items):
        yield f",{_written(item)}" if place else _written(item)
    yield "]}"


def _written(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_values(dataset: Dataset, row: dict) -> dict:
    """A row for JSON: every column, amounts in kroner; a decimal as text, so that it is exact."""
    kinds = {column.name: column.kind for column in dataset.columns}
    if row.keys() != kinds.keys():
        raise ValueError(f"{dataset.slug} declares other columns than it has: {row.keys() ^ kinds.keys()}")
    return {
        name: threesixty.kroner(value) if kinds[name] == "kroner" and value is not None else value
        for name, value in row.items()
    }


def as_csv(dataset: Dataset, *, danish: bool = False) -> Iterator[bytes]:
    writer = csv.writer(_Line(), delimiter=";" if danish else ",", lineterminator="\r\n")
    head, rows = _standard_rows() if dataset.is_standard else _own_rows(dataset)
    lines = (writer.writerow([cell(value, danish) for value in row]) for row in rows)
    return _pieces(_after([MARK if danish else "", writer.writerow(head)], lines))


def _standard_rows() -> tuple[list[str], Iterator[list]]:
    rows = open_grants()
    paths = threesixty.flat_paths(threesixty.most_classifications(rows))
    return [threesixty.title_of(path) for path in paths], _in_columns(paths, threesixty.grants(rows))


def _in_columns(paths: list[str], found: Iterator[dict]) -> Iterator[list]:
    for grant in found:
        values = dict(threesixty.flat(grant))
        yield [values.get(path) for path in paths]


def _own_rows(dataset: Dataset) -> tuple[list[str], Iterator[list]]:
    names = [column.name for column in dataset.columns]
    decimal = {column.name for column in dataset.columns if column.kind == "decimal"}
    values = (as_values(dataset, row) for row in dataset.rows())
    return names, ([Decimal(row[n]) if n in decimal and row[n] is not None else row[n] for n in names] for row in values)


def cell(value, danish: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(DANGEROUS) else value
    return str(value).replace(".", ",") if danish else str(value)


class _Line:
    """What csv writes to: it gives the line back."""

    def write(self, line: str) -> str:
        return line


def _after(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _pieces(written: Iterable[str]) -> Iterator[bytes]:
    """Small texts as larger pieces: a network likes few."""
    held, size = [], 0
    for text in written:
        held.append(text)
        size += len(text)
        if size >= PIECE:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()
