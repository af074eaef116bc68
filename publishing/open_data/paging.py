"""Long answers read page by page, each page whole.

No cursor stays open in the database while a visitor reads: one who goes away in the middle would leave it to be closed
whenever memory is tidied, which may be within another question on the same connection, and then neither ever ends.
"""

from collections.abc import Iterator

from django.db.models import QuerySet

PAGE = 500


def keys_in_pages(rows: QuerySet, size: int = PAGE) -> Iterator[list[int]]:
    """The keys of the rows in their order, so many at a time."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def in_pages(rows: QuerySet, *fields: str, size: int = PAGE) -> Iterator[tuple]:
    """These fields of each row, in the order of the rows."""
    for keys in keys_in_pages(rows, size):
        found = {pk: values for pk, *values in rows.model.objects.filter(pk__in=keys).values_list("pk", *fields)}
        yield from (tuple(found[key]) for key in keys if key in found)
