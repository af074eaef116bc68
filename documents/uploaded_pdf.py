"""A PDF from outside: one that acts is refused, one that is more than a PDF is written anew as nothing else.

Refused: scripts, launch actions, forms that send or fetch, files inside, forms of the old kind (XFA), passwords, no
pages. Made harmless: what lies before, behind or between (written anew), damage, and a lock without a password.
Everything else is kept to the byte, so that a signature holds.
"""

import io

import pikepdf
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

ACTIONS = frozenset(
    ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute", "/GoToE", "/GoToR", "/Rendition", "/Movie")
)
SUBTYPES = frozenset(("/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/3D"))
KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA")
MOST_PARTS = 400_000
MOST_MEMORY = 64 * 1024 * 1024  # that anything packed inside may need to be read
LOCKED = gettext_lazy("PDF-filen er låst med en adgangskode. Gem den uden, og prøv igen.")
ACTS = gettext_lazy("PDF-filen indeholder kode eller indlejrede filer. Gem den som en almindelig PDF.")
NO_PAGES = gettext_lazy("PDF-filen har ingen sider. Vælg en anden.")
TOO_MUCH = gettext_lazy("PDF-filen er for indviklet til, at vi kan tjekke den. Gem den på ny, eller del den i mindre dele.")

# for the whole process: nothing that we write ourselves comes near
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_MEMORY,
    png_max_memory=MOST_MEMORY,
    run_length_max_memory=MOST_MEMORY,
    tiff_max_memory=MOST_MEMORY,
    dct_max_memory=MOST_MEMORY,
    parser_max_container_size=MOST_PARTS,
)


def harmless(content: bytes) -> bytes:
    """The bytes to keep. Raises ValidationError, or whatever its reader raises."""
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
