"""Attachments: what may come in, and in what shape it is kept.

A file is judged by its content, never by its name: PDF, PNG, JPEG, DOCX and XLSX. Pictures are decoded and written
anew, which drops hidden data such as where a photo was taken. Office files are opened as archives and refused with
macros, embedded objects, too many or exploding entries; PDFs with scripts, launch actions or embedded files are
refused. The name is the server's; refused files are kept nowhere. Files leave as attachments only.
"""

import hashlib
import io
import zipfile

import pikepdf
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from applications.door import NotYours, load_locked
from applications.drafts import open_fields
from applications.models import Attachment
from documents.archive import safe_name
from journal import clock

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LARGEST_CASE = 100 * MEGABYTE
MOST_FILES = 20
MOST_PIXELS = 100_000_000
LONGEST_SIDE = 2400  # pixels kept; a phone's picture is scaled down to this
LARGEST_UNPACKED = 200 * MEGABYTE
MOST_ENTRIES = 2000
ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute")
CHUNK = MEGABYTE
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALLOWED = gettext_lazy("Vi kan tage imod PDF, PNG, JPEG, Word (.docx) og Excel (.xlsx).")
TOO_LARGE = gettext_lazy("Filen er for stor. Den må højst fylde 20 MB.")
Image.MAX_IMAGE_PIXELS = None  # our own limit below is the one that counts


class StopsAtTheLimit(FileUploadHandler):
    """Reads no more of a file than may come in; the page says so, and what was typed beside it is read."""

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > LARGEST_FILE:
            self.request.refused_file = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        return None


@transaction.atomic
def attach(case_id: int, by, upload) -> Attachment:
    """Check and keep an uploaded file on a case. Raises ValidationError in Danish, or NotYours."""
    case = load_locked(case_id)
    if "attachments" not in open_fields(case, by):
        raise NotYours(_("Der kan ikke lægges bilag på sagen nu."))
    if upload.size > LARGEST_FILE:
        raise ValidationError(TOO_LARGE)
    held = list(case.attachments.values_list("size", flat=True))
    if len(held) >= MOST_FILES or sum(held) + upload.size > LARGEST_CASE:
        raise ValidationError(_("Der er ikke plads til flere bilag på ansøgningen (højst 20 filer og 100 MB)."))
    content, media_type, ending = cleaned(upload.read())
    digest = hashlib.sha256(content).hexdigest()
    attachment = Attachment(
        application=case,
        name=_named(upload.name, ending),
        media_type=media_type,
        size=len(content),
        sha256=digest,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )
    attachment.file.save(f"{digest}.{ending}", ContentFile(content), save=False)
    attachment.save()
    case.revision += 1
    case.save()
    return attachment


@transaction.atomic
def detach(case_id: int, by, attachment_id: int) -> None:
    """Take a file off a case; the frozen versions still name it, so its bytes stay."""
    case = load_locked(case_id)
    if "attachments" not in open_fields(case, by):
        raise NotYours(_("Bilag kan ikke fjernes nu."))
    case.attachments.filter(pk=attachment_id).delete()
    case.revision += 1
    case.save()


def cleaned(content: bytes) -> tuple[bytes, str, str]:
    """(bytes to keep, media type, file ending). Raises ValidationError for what may not come in."""
    if not content:
        raise ValidationError(_("Filen er tom. Vælg en anden."))
    try:
        if content.startswith(b"%PDF-"):
            return _pdf(content), "application/pdf", "pdf"
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _picture(content, "PNG"), "image/png", "png"
        if content.startswith(b"\xff\xd8\xff"):
            return _picture(content, "JPEG"), "image/jpeg", "jpg"
        if content.startswith(b"PK\x03\x04"):
            return _office(content)
    except ValidationError:
        raise
    except Exception as error:  # a broken file breaks its reader in its own way
        raise ValidationError(_("Filen er beskadiget og kan ikke læses. Gem den på ny, og prøv igen.")) from error
    raise ValidationError(ALLOWED)


def _pdf(content: bytes) -> bytes:
    """Refuses scripts, launch actions and embedded files, and what needs a password."""
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise ValidationError(_("PDF-filen er låst med en adgangskode. Gem den uden, og prøv igen.")) from error
    with pdf:
        if any(_acts(thing) for whole in pdf.objects for thing in _parts(whole)):
            raise ValidationError(_("PDF-filen indeholder kode eller indlejrede filer. Gem den som en almindelig PDF."))
        if len(pdf.pages) == 0:
            raise ValidationError(_("PDF-filen har ingen sider. Vælg en anden."))
    return content


def _parts(whole):
    """A numbered object and every dictionary that lies directly in it; what it only points at has a number of its own."""
    waiting = [whole]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
            yield thing
            inner = [value for _key, value in thing.items()]
        else:
            inner = list(thing) if isinstance(thing, pikepdf.Array) else []
        waiting += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _acts(thing) -> bool:
    if any(key in thing for key in ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA")):
        return True
    return str(thing.get("/S", "")) in ACTIONS or str(thing.get("/Subtype", "")) in ("/RichMedia", "/FileAttachment")


def _picture(content: bytes, kind: str) -> bytes:
    try:
        picture = Image.open(io.BytesIO(content), formats=[kind])
    except UnidentifiedImageError as error:
        raise ValidationError(_("Billedet er beskadiget og kan ikke læses. Gem det på ny, og prøv igen.")) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise ValidationError(_("Billedet har for mange billedpunkter (højst 100 millioner). Gør det mindre, og prøv igen."))
    if kind == "PNG":  # a cut file is refused, whatever a library has told the decoder to put up with
        Image.open(io.BytesIO(content), formats=[kind]).verify()
    if kind == "JPEG":
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clear = kind == "PNG" and ("A" in picture.getbands() or "transparency" in picture.info)
    picture = picture.convert("RGBA" if clear else "RGB")
    picture.info = {}  # comments and profiles would be written again
    out = io.BytesIO()
    picture.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return out.getvalue()


def _office(content: bytes) -> tuple[bytes, str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        names = {entry.filename.lower() for entry in entries}
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise ValidationError(_("Filen pakker sig ud til mere, end vi kan tage imod. Vælg en mindre fil."))
        if any(part in name for name in names for part in ("vbaproject", "/embeddings/", "/activex/", "..", "oleobject")):
            raise ValidationError(_("Filen indeholder makroer eller indlejrede filer. Gem den uden, eller som PDF."))
        kinds = {"word/document.xml": (WORD, "docx"), "xl/workbook.xml": (EXCEL, "xlsx")}
        found = [kind for part, kind in kinds.items() if part in names]
        if not found or "[content_types].xml" not in names:
            raise ValidationError(ALLOWED)
        types = _unpacked(archive, entries, "[content_types].xml")
        if b"macroenabled" in types.lower() or b"<!doctype" in types.lower() or b"<!entity" in types.lower():
            raise ValidationError(_("Filen indeholder makroer eller indlejrede filer. Gem den uden, eller som PDF."))
        if any(_declares(archive, entry) for entry in entries) or archive.testzip() is not None:
            raise ValidationError(_("Filen er beskadiget og kan ikke læses. Gem den på ny, og prøv igen."))
    return content, *found[0]


def _declares(archive, entry) -> bool:
    """An XML part with a document type of its own, in whatever encoding: office files have none, bombs do."""
    if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        return False
    tail = b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            read = tail + chunk.replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in read or b"<!ENTITY" in read:
                return True
            tail = read[-10:]
    return False


def _unpacked(archive, entries, name: str) -> bytes:
    return next(archive.read(entry) for entry in entries if entry.filename.lower() == name)


def _named(name: str, ending: str) -> str:
    stem = safe_name(name).rpartition(".")[0] or safe_name(name)
    return f"{stem[:100]}.{ending}"


def faults() -> list[str]:
    """Attachments whose file is gone or differs from its hash."""
    found = []
    for attachment in Attachment.objects.all().iterator():
        try:
            with default_storage.open(attachment.file.name) as file:
                if hashlib.sha256(file.read()).hexdigest() != attachment.sha256:
                    found.append(f"attachment {attachment.pk}: file differs from its hash")
        except FileNotFoundError:
            found.append(f"attachment {attachment.pk}: file is missing")
    return found
