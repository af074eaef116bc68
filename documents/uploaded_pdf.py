"""A PDF from outside: one that acts is refused, one that is more than a PDF is written anew as nothing else.

Refused: scripts, launch actions, forms that send or fetch, files inside, forms of the old kind (XFA), passwords, no
pages. Made harmless: what lies before, behind or between (written anew), damage, and a lock without a password.
Everything else is kept to the byte, so that a signature holds.
"""

import io
import re
import zlib
from collections.abc import Iterator

import pikepdf
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute", "/GoToE", "/GoToR", "/Rendition", "/Movie")
)
SUBTYPES = frozenset(("/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/3D"))
KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA")
MOST_PARTS = 400_000
MEGABYTE = 1024 * 1024
MOST_UNPACKED = 64 * MEGABYTE  # of all streams that hold objects: a reader must unpack them to see anything
MOST_OF_ONE = 32 * MEGABYTE
MOST_WORDS = 1_400_000  # numbers, names and brackets, at about 140 bytes each in a reader's memory
BETWEEN_WORDS = b" \t\r\n\f\0/[<("
LOCKED = gettext_lazy("PDF-filen er låst med en adgangskode. Gem den uden, og prøv igen.")
ACTS = gettext_lazy("PDF-filen indeholder kode eller indlejrede filer. Gem den som en almindelig PDF.")
NO_PAGES = gettext_lazy("PDF-filen har ingen sider. Vælg en anden.")
TOO_MUCH = gettext_lazy("PDF-filen er for indviklet til, at vi kan tjekke den. Gem den på ny, eller del den i mindre dele.")

HOLDS_OBJECTS = re.compile(rb"/First\b|/ObjStm\b|/XRef\b")
PACKED_ODDLY = re.compile(rb"/Filter\s*\d|LZW|RunLength|/RL\b|ASCII|/A85|/AHx|/Fl\b|/Crypt\b|Flate.*Flate", re.DOTALL)

# for the whole process: nothing that we write ourselves comes near
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_OF_ONE,
    png_max_memory=MOST_OF_ONE,
    run_length_max_memory=MOST_OF_ONE,
    tiff_max_memory=MOST_OF_ONE,
    dct_max_memory=MOST_OF_ONE,
    parser_max_container_size=MOST_PARTS,
)


def harmless(content: bytes) -> bytes:
    """The bytes to keep. Raises ValidationError, or whatever its reader raises."""
    _refuse_bombs(content)
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise ValidationError(LOCKED) from error
    with pdf:
        if any(_acts(thing) for thing in _parts(pdf)):
            raise ValidationError(ACTS)
        if len(pdf.pages) == 0:
            raise ValidationError(NO_PAGES)
        if pdf.is_encrypted or pdf.get_warnings() or not _ends_as_a_pdf(content):
            return _written_anew(pdf)
    return content


def _refuse_bombs(content: bytes) -> None:
    """How much a reader would hold: what it reads as words, also in the streams that it must unpack first."""
    words, unpacked = _words(content), 0
    for head, start in _streams(content):
        if not HOLDS_OBJECTS.search(head):
            continue
        if PACKED_ODDLY.search(head):
            raise ValidationError(TOO_MUCH)
        for piece in _unpacked(content[start:]) if b"Flate" in head else ():
            words, unpacked = words + _words(piece), unpacked + len(piece)
            if words > MOST_WORDS or unpacked > MOST_UNPACKED:
                raise ValidationError(TOO_MUCH)
    if words > MOST_WORDS:
        raise ValidationError(TOO_MUCH)


def _words(data: bytes) -> int:
    return len(data) - len(data.translate(None, BETWEEN_WORDS))


def _streams(content: bytes) -> Iterator[tuple[bytes, int]]:
    """(dictionary in plain letters, where the data begin) of everything that a reader might take for a stream."""
    before = 0
    for found in re.finditer(rb"(?<!end)stream(\r\n|\n|\r)", content):
        head = content[max(before, content.rfind(b"endobj", before, found.start())) : found.start()]
        yield re.sub(rb"#([0-9a-fA-F]{2})", lambda code: bytes([int(code[1], 16)]), head), found.end()
        before = found.end()


def _unpacked(packed: bytes) -> Iterator[bytes]:
    """Piece by piece, so that nobody holds the whole."""
    reader = zlib.decompressobj()
    while packed and not reader.eof:
        try:
            yield reader.decompress(packed, MEGABYTE)
        except zlib.error:
            return  # a reader gets no further either
        packed = reader.unconsumed_tail


def _parts(pdf):
    """Every dictionary of the file: the numbered objects and what lies directly in them."""
    waiting, seen = list(pdf.objects), 0
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
            yield thing
            inner = [value for _key, value in thing.items()]
        else:
            inner = list(thing) if isinstance(thing, pikepdf.Array) else []
        seen += 1 + len(inner)
        if seen > MOST_PARTS:
            raise ValidationError(TOO_MUCH)
        waiting += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _acts(thing) -> bool:
    if any(key in thing for key in KEYS):
        return True
    return str(thing.get("/S", "")) in ACTIONS or str(thing.get("/Subtype", "")) in SUBTYPES


def _ends_as_a_pdf(content: bytes) -> bool:
    """Nothing but white space behind the last mark of the end, and only one beginning."""
    return not content.rpartition(b"%%EOF")[2].strip() and b"PK\x05\x06" not in content[-66_000:]


def _written_anew(pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, encryption=False, deterministic_id=True)
    return out.getvalue()
