"""Files in the store that nothing names: what a killed process left. Swept when they are a day old, never before.

A younger one may belong to a transaction that has not committed yet. Looks only where the product puts its files.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.core.files.storage import default_storage

from applications import public_photos
from applications.models import Attachment
from documents.models import Document
from journal import clock

FOLDERS = ("attachments", "documents", public_photos.FOLDER)
YOUNG = timedelta(days=1)


def named() -> set[str]:
    """Every file that a row names."""
    rows = (Attachment.objects.exclude(file=""), Document.objects.exclude(file=""))
    return {name for each in rows for name in each.values_list("file", flat=True)} | public_photos.named()


def orphans() -> list[str]:
    """Files that nothing names and that are older than a day."""
    lying = [name for folder in FOLDERS for name in _files_under(folder)]  # first: what comes meanwhile is young
    kept, limit = named(), clock.now() - YOUNG
    return [name for name in lying if name not in kept and default_storage.get_modified_time(name) < limit]


def sweep() -> int:
    """Delete the orphans; answers how many."""
    found = orphans()
    for name in found:
        default_storage.delete(name)
    return len(found)


def _files_under(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in sorted(files))
    for inner in sorted(folders):
        yield from _files_under(f"{folder}/{inner}")
