"""A ZIP of named files: safe names, no clock, the same bytes for the same files."""

import io
import re
import unicodedata
import zipfile

from documents.docx import zip_entry

LONGEST = 150
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # devices, to Windows


def safe_name(name: str) -> str:
    """A file name without folders, invisible characters or what Windows forbids; a long one keeps its ending."""
    seen = "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] != "C")
    cleaned = re.sub(r'[<>:"/\\|?*]+', "_", seen).strip(" .")
    if RESERVED.match(cleaned):
        cleaned = f"_{cleaned}"
    if len(cleaned) > LONGEST:
        stem, dot, ending = cleaned.rpartition(".")
        short = dot and len(ending) <= 10
        cleaned = f"{stem[: LONGEST - len(ending) - 1].rstrip()}.{ending}" if short else cleaned[:LONGEST]
    return cleaned or "fil"


def build_zip(files: list[tuple[str, bytes]]) -> bytes:
    """Files in the order given; a second file of the same name, however it is spelt, gets a number."""
    out, used = io.BytesIO(), set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for wanted, content in files:
            name = "/".join(safe_name(part) for part in wanted.split("/") if part not in ("", ".", "..")) or "fil"
            name = _free(name, used)
            used.add(name.casefold())
            archive.writestr(zip_entry(name), content)
    return out.getvalue()


def _free(name: str, used: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    free, number = name, 1
    while free.casefold() in used:
        number += 1
        free = f"{stem} ({number}){dot}{ending}" if dot else f"{name} ({number})"
    return free
