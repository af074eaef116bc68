"""Under which ids, name and licence the pool's data go out. Ids hang on the row and the publisher's prefix alone: never on a
title, a host or the order of rows, so that they stay.

A grant is «360G-<prefix>-<number>», a unit «360G-<prefix>-ORG:<row>» (units have no CVR number of their own), the
municipality «DK-CVR-<number>» (org-id.guide). What must be a UUID is one of version 8 (RFC 9562), whose last bits are the
row: it can be read back without being stored.
"""

import hashlib
from uuid import UUID

from django.conf import settings

KINDS = ("opportunity", "award", "organization", "project")
FUNDER = 0  # the row that stands for the municipality among the organizations
ROW_BITS = 48


def grant_id(number: str) -> str:
    return f"360G-{settings.OPEN_DATA['prefix']}-{number}"


def unit_id(row: int) -> str:
    return f"360G-{settings.OPEN_DATA['prefix']}-ORG:{row}"


def funder_id() -> str:
    return settings.OPEN_DATA["organisation"]


def round_code(row: int) -> str:
    return f"runde-{row}"


def round_title(name: str, year: int) -> str:
    """«Forår 2026», «Runde 1, 2026»: with its year, once."""
    return name if str(year) in name else f"{name} {year}"


def uuid_of(kind: str, row: int) -> UUID:
    """48 bits of publisher and kind, the version, the variant, and the row."""
    said = hashlib.sha256(f"{settings.OPEN_DATA['prefix']}/{kind}".encode()).digest()
    return UUID(int=int.from_bytes(said[:6], "big") << 80 | 0x8 << 76 | 0b10 << 62 | row)


def row_of(kind: str, text: str) -> int | None:
    """The row behind a UUID of ours; None for every other text."""
    try:
        given = UUID(text)
    except ValueError:
        return None
    row = given.int & ((1 << ROW_BITS) - 1)
    return row if given == uuid_of(kind, row) else None


def address(path: str) -> str:
    """An address of ours as the world knows it."""
    return f"{settings.HOST_URL}{path}"
