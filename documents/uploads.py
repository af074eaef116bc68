"""What may come in as a file, whatever it is for: judged by its content, never by its name, and made harmless.

PDF, PNG, JPEG, DOCX and XLSX; each kind has its own judge (documents.uploaded_*). Knows nothing of cases, people or
viruses (documents.scanner), and refuses in Danish. What is refused is kept nowhere; what is kept gets the server's name.
"""

from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext_lazy

from documents import uploaded_office, uploaded_pdf, uploaded_picture
from documents.archive import safe_name

MEGABYTE = 1024 * 1024
LARGEST_FILE = 20 * MEGABYTE
LONGEST_NAME = 100  # letters before the ending
ALLOWED = gettext_lazy("Vi kan tage imod PDF, PNG, JPEG, Word (.docx) og Excel (.xlsx).")
TOO_LARGE = gettext_lazy("Filen er for stor. Den må højst fylde 20 MB.")
EMPTY = gettext_lazy("Filen er tom. Vælg en anden.")
BROKEN = gettext_lazy("Filen er beskadiget og kan ikke læses. Gem den på ny, og prøv igen.")
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StopsAtTheLimit(FileUploadHandler):
    """Reads no more of a file than may come in; the page says so, and what was typed beside it is read."""

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > LARGEST_FILE:
            self.request.refused_file = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        return None


def cleaned(content: bytes) -> tuple[bytes, str, str]:
    """(bytes to keep, media type, file ending). Raises ValidationError for what may not come in."""
    if not content:
        raise ValidationError(EMPTY)
    if len(content) > LARGEST_FILE:
        raise ValidationError(TOO_LARGE)
    try:
        if content.startswith(b"%PDF-"):
            return uploaded_pdf.harmless(content), PDF, "pdf"
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return uploaded_picture.harmless(content, "PNG"), "image/png", "png"
        if content.startswith(b"\xff\xd8\xff"):
            return uploaded_picture.harmless(content, "JPEG"), "image/jpeg", "jpg"
        if content.startswith(b"PK\x03\x04") and (kind := uploaded_office.judged(content)):
            return content, *{"word": (WORD, "docx"), "excel": (EXCEL, "xlsx")}[kind]
    except ValidationError:
        raise
    except Exception as error:  # a broken file breaks its reader in its own way
        raise ValidationError(BROKEN) from error
    raise ValidationError(ALLOWED)


def named(name: str, ending: str) -> str:
    """The server's name for a file: the person's words without tricks, and the ending that its content has earned."""
    spaced = " ".join(safe_name(name).split())
    stem = spaced.rpartition(".")[0] or spaced
    return f"{stem[:LONGEST_NAME].rstrip(' .')}.{ending}"
