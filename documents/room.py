"""Whether the store of files answers and has room: asked by the health page and the figures."""

import logging
import shutil
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage, storages

log = logging.getLogger(__name__)
OK, DOWN, FULL = "ok", "down", "full"
LEAST_ROOM = 500 * 1024 * 1024  # bytes: a day of uploads
PROBE = "is-it-there"


class StoreDown(OSError):
    """The store of files does not answer, or refuses us."""


def free_bytes() -> int | None:
    """Room left where the folder lies; None for a bucket, which has no end that we could ask for."""
    if not isinstance(storages["default"], FileSystemStorage):
        return None
    place = Path(default_storage.location)
    while not place.exists():  # the folder is made with its first file
        place = place.parent
    return shutil.disk_usage(place).free


def state() -> str:
    try:
        default_storage.exists(PROBE)
        left = free_bytes()
    except OSError as error:
        log.warning("the store of files does not answer: %s", error)
        return DOWN
    return FULL if left is not None and left < LEAST_ROOM else OK
