"""A Word or Excel file from outside: an archive that is looked through to the last byte and kept as it is, or refused.

Refused: macros, embedded files and programs, links that fetch (templates, pictures, other workbooks), document types of
one's own (XXE), what unpacks to too much or lies about its size, links out of the archive, and two archives in one.
"""

import io
import stat
import zipfile
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

MEGABYTE = 1024 * 1024
LARGEST_UNPACKED = 100 * MEGABYTE
LARGEST_LINKS = 4 * MEGABYTE
MOST_ENTRIES = 2000
CHUNK = MEGABYTE
MAIN_PARTS = {"word/document.xml": "word", "xl/workbook.xml": "excel"}
MAIN_TYPES = {
    "word": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "excel": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
TYPES = "[content_types].xml"
FORBIDDEN_NAMES = ("vbaproject", "vbadata", "/embeddings/", "/activex/", "oleobject", "macrosheet", "webextension")
FORBIDDEN_STARTS = (b"PK\x03\x04", b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"%PDF", b"#!")
FORBIDDEN_WORDS = (b"<!DOCTYPE", b"<!ENTITY")
CODE_WORDS = (b"<SCRIPT", b"DDEAUTO", b"DDELINK")
FORBIDDEN_LINKS = ("/afchunk", "/oleobject", "/vbaproject", "/package", "/connections", "/control")
EXPLODES = gettext_lazy("Filen pakker sig ud til mere, end vi kan tage imod. Vælg en mindre fil.")
MACROS = gettext_lazy("Filen indeholder makroer eller indlejrede filer. Gem den uden, eller som PDF.")
FETCHES = gettext_lazy("Filen henter indhold fra andre filer eller fra nettet. Bryd kæderne, eller gem den som PDF.")
BROKEN = gettext_lazy("Filen er beskadiget og kan ikke læses. Gem den på ny, og prøv igen.")


def judged(content: bytes) -> str:
    """«word», «excel», or "" for another archive. Raises ValidationError, or whatever its reader raises."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise ValidationError(EXPLODES)
        names = [entry.filename.lower() for entry in entries]
        found = [kind for part, kind in MAIN_PARTS.items() if part in names]
        if len(found) != 1 or TYPES not in names:
            return ""
        if any(word in name for name in names for word in FORBIDDEN_NAMES) or any(map(_leads_out, entries)):
            raise ValidationError(MACROS)
        if len(set(names)) < len(names) or archive.comment or min(entry.header_offset for entry in entries):
            raise ValidationError(BROKEN)
        for entry in entries:
            _look_through(archive, entry)
        return found[0] if _is_declared(archive, entries, found[0]) else ""


def _leads_out(entry) -> bool:
    """A link instead of a file, or a name that would land outside the folder it is unpacked into."""
    name = entry.filename
    return stat.S_ISLNK(entry.external_attr >> 16) or ".." in name or name.startswith("/") or "\\" in name or ":" in name


def _look_through(archive, entry) -> None:
    """Read one part to its end, which proves its sum; what begins as markup is markup, whatever it is called."""
    tail, is_markup, size = b"", None, 0
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if is_markup is None:
                if chunk.startswith(FORBIDDEN_STARTS):
                    raise ValidationError(MACROS)
                is_markup = chunk.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<")
            if is_markup:
                read = tail + chunk.replace(b"\0", b"").upper()
                _refuse_words(read)
                tail = read[-10:]
    if size != entry.file_size:
        raise ValidationError(BROKEN)
    if entry.filename.lower().endswith(".rels"):
        _refuse_links(archive, entry)


def _refuse_words(read: bytes) -> None:
    if any(word in read for word in FORBIDDEN_WORDS):
        raise ValidationError(BROKEN)
    if any(word in read for word in CODE_WORDS):
        raise ValidationError(MACROS)


def _refuse_links(archive, entry) -> None:
    """Only a link that a person must press may lead out of the file."""
    if entry.file_size > LARGEST_LINKS:
        raise ValidationError(EXPLODES)
    kinds: list[tuple[str, bool]] = []

    def begin(_name, attributes):
        kinds.append((attributes.get("Type", "").lower(), attributes.get("TargetMode", "").lower() == "external"))

    reader = expat.ParserCreate()
    reader.StartElementHandler = begin
    reader.Parse(archive.read(entry), True)
    if any(kind.endswith(FORBIDDEN_LINKS) for kind, _outside in kinds):
        raise ValidationError(MACROS)
    if any(outside and not kind.endswith("/hyperlink") for kind, outside in kinds):
        raise ValidationError(FETCHES)


def _is_declared(archive, entries, kind: str) -> bool:
    """The file says of itself that it is what its parts look like; with macros it says so too."""
    entry = next(entry for entry in entries if entry.filename.lower() == TYPES)
    types = archive.read(entry).replace(b"\0", b"").lower()
    if b"macroenabled" in types or b"vbaproject" in types or b"ms-office.activex" in types:
        raise ValidationError(MACROS)
    return MAIN_TYPES[kind] in types
