"""Attachments: judged by content, cleaned, limited, refused in Danish; out again as a download alone."""

import errno
import io
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image

from applications import content, drafts, sweeping, uploads, verifying
from applications.door import NotYours, take
from applications.models import Application, Attachment
from applications.states import State
from applications.tasks import sweep_files
from documents import uploaded_office
from documents import uploads as rules
from journal import clock

SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
pytestmark = [pytest.mark.django_db]
BROKEN = "Filen er beskadiget og kan ikke læses. Gem den på ny, og prøv igen."
MACROS = "Filen indeholder makroer eller indlejrede filer. Gem den uden, eller som PDF."
PDF_CODE = "PDF-filen indeholder kode eller indlejrede filer. Gem den som en almindelig PDF."
EXPLODES = "Filen pakker sig ud til mere, end vi kan tage imod. Vælg en mindre fil."
TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml" ContentType="%s"/></Types>'
)
WORD_TYPES = TYPES % uploaded_office.MAIN_TYPES["word"]
EXCEL_TYPES = TYPES % uploaded_office.MAIN_TYPES["excel"]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind="PNG", size=(40, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind, **options)
    return out.getvalue()


def noise():
    """A picture that does not pack, so that half of it is missing when the file is cut."""
    out = io.BytesIO()
    Image.effect_noise((100, 100), 90).save(out, "PNG")
    return out.getvalue()


def pdf(change=lambda pdf: None, pages=1, **options):
    made, out = pikepdf.new(), io.BytesIO()
    for _each in range(pages):
        made.add_blank_page()
    change(made)
    made.save(out, **options)
    return out.getvalue()


def archive(entries, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, body in entries.items():
            made.writestr(name, body)
    return out.getvalue()


def word(**more):
    return archive({"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"<w/>"} | more)


def excel(**more):
    return archive({"[Content_Types].xml": EXCEL_TYPES, "xl/workbook.xml": b"<x/>"} | more)


def refused(body) -> str:
    with pytest.raises(ValidationError) as caught:
        rules.cleaned(body)
    return " ".join(caught.value.messages)


# ── what may come in ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "media_type", "ending"),
    [
        (pdf(), "application/pdf", "pdf"),
        (picture("PNG"), "image/png", "png"),
        (picture("JPEG"), "image/jpeg", "jpg"),
        (word(), rules.WORD, "docx"),
        (excel(), rules.EXCEL, "xlsx"),
    ],
)
def test_the_content_decides_what_a_file_is(body, media_type, ending):
    assert rules.cleaned(body)[1:] == (media_type, ending)


def test_office_and_pdf_files_are_kept_to_the_byte():
    assert [rules.cleaned(body)[0] == body for body in (pdf(), word(), excel())] == [True] * 3


def test_a_picture_is_written_anew_without_where_it_was_taken():
    exif = Image.Exif()
    exif[0x010F] = "Hemmelig telefon"
    exif.get_ifd(0x8825)[2] = (55.0, 13.0, 45.0)
    taken = picture("JPEG", exif=exif, comment=b"Hemmelig kommentar")
    assert b"Hemmelig" in taken
    kept = rules.cleaned(taken)[0]
    assert b"Hemmelig" not in kept and not Image.open(io.BytesIO(kept)).getexif()


def test_a_picture_on_its_side_is_turned_up():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(io.BytesIO(rules.cleaned(picture("JPEG", (40, 30), exif=exif))[0])).size == (30, 40)


def test_a_phones_picture_is_scaled_down():
    kept = Image.open(io.BytesIO(rules.cleaned(picture("JPEG", (8000, 6000)))[0]))
    assert kept.size == (2400, 1800)


def test_what_hides_behind_a_picture_is_gone():
    assert b"<script>" not in rules.cleaned(picture("PNG") + b"<script>alert(1)</script>")[0]
    assert b"<script>" not in rules.cleaned(picture("JPEG") + b"<script>alert(1)</script>")[0]


def test_transparent_and_palette_pictures_come_through():
    for mode in ("P", "RGBA", "LA", "L", "1", "I;16"):
        out = io.BytesIO()
        Image.new(mode, (5, 5)).save(out, "PNG")
        assert rules.cleaned(out.getvalue())[1] == "image/png", mode


def big(mode, value, **options):
    out = io.BytesIO()
    Image.new(mode, (5000, 130), value).save(out, "PNG", **options)
    return Image.open(io.BytesIO(rules.cleaned(out.getvalue())[0]))


def test_a_wide_png_of_any_kind_is_scaled_in_strips_and_keeps_its_colours():
    drawn = {"RGB": (9, 99, 199), "RGBA": (9, 99, 199, 128), "LA": (99, 128), "L": 99, "1": 1, "I;16": 25_344}
    kept = {mode: big(mode, value) for mode, value in drawn.items()}
    assert {mode: (each.size, each.mode, each.getpixel((1200, 31))) for mode, each in kept.items()} == {
        "RGB": ((2400, 62), "RGB", (9, 99, 199)),
        "RGBA": ((2400, 62), "RGBA", (9, 99, 199, 128)),
        "LA": ((2400, 62), "RGBA", (99, 99, 99, 128)),
        "L": ((2400, 62), "RGB", (99, 99, 99)),
        "1": ((2400, 62), "RGB", (255, 255, 255)),
        "I;16": ((2400, 62), "RGB", (99, 99, 99)),
    }
    drawn = Image.new("P", (5000, 130), 1)
    drawn.putpalette([0, 0, 0, 9, 99, 199])
    for options, there in (({}, (9, 99, 199)), ({"transparency": 1}, (0, 0, 0, 0))):
        out = io.BytesIO()
        drawn.save(out, "PNG", **options)
        assert Image.open(io.BytesIO(rules.cleaned(out.getvalue())[0])).getpixel((1200, 31)) == there


# ── what may not ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        b"MZ\x90\x00 program",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a....",
        b"plain text",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old office",
        b"7z\xbc\xaf\x27\x1c",
        b" %PDF-1.7 one blank before",
        archive({"readme.txt": b"a zip"}),
        archive({"word/document.xml": b"<w/>"}),
        archive({"[Content_Types].xml": WORD_TYPES}),
    ],
)
def test_other_kinds_are_refused_with_what_we_take(body):
    assert refused(body) == "Vi kan tage imod PDF, PNG, JPEG, Word (.docx) og Excel (.xlsx)."


def test_nothing_is_no_file():
    assert refused(b"") == "Filen er tom. Vælg en anden."


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 and then nothing",
        b"\x89PNG\r\n\x1a\n and then nothing",
        b"\xff\xd8\xff and then nothing",
        b"PK\x03\x04 and then nothing",
        noise()[:2000],
        picture("JPEG", (300, 300))[:400],
        word()[:-30],
    ],
)
def test_broken_and_truncated_files_are_refused(body):
    assert refused(body) in (BROKEN, "Billedet er beskadiget og kan ikke læses. Gem det på ny, og prøv igen.")


def test_a_changed_byte_in_an_office_file_is_seen():
    body = archive({"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"<w/>" * 50}, zipfile.ZIP_STORED)
    assert refused(body.replace(b"<w/><w/>", b"<w/><v/>", 1)) == BROKEN


def action(kind):
    def change(made):
        made.Root.OpenAction = made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name(kind), JS="app.alert(1)", F="cmd.exe"))

    return change


def nested(made):
    made.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))


def with_attachment(made):
    made.attachments["x.exe"] = b"MZ"


def name_tree(made):
    made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([])))


def rich_media(made):
    annotation = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 1, 1])
    made.pages[0].Annots = made.make_indirect(pikepdf.Array([annotation]))


@pytest.mark.parametrize(
    "change",
    [
        action("/JavaScript"),
        action("/Launch"),
        action("/SubmitForm"),
        action("/ImportData"),
        nested,
        with_attachment,
        name_tree,
        rich_media,
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_pdf_that_acts_is_refused(change, packed):
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    assert refused(pdf(change, object_stream_mode=mode)) == PDF_CODE


def test_a_locked_pdf_and_one_without_pages():
    locked = pdf(encryption=pikepdf.Encryption(user="x", owner="y"))
    assert refused(locked) == "PDF-filen er låst med en adgangskode. Gem den uden, og prøv igen."
    assert refused(pdf(pages=0)) == "PDF-filen har ingen sider. Vælg en anden."


@pytest.mark.parametrize(
    "more",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/embeddings/oleObject1.bin": b"x"},
        {"word/activeX/activeX1.xml": b"x"},
        {"../../etc/passwd": b"x"},
        {"[Content_Types].xml": TYPES % b"application/vnd.ms-word.document.macroEnabled.main+xml"},
    ],
)
def test_macros_embedded_files_and_ways_out_are_refused(more):
    assert refused(word(**more)) == MACROS


def test_entities_in_any_part_are_refused():
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><w>&a;</w>"
    assert refused(word(**{"[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + WORD_TYPES})) == BROKEN
    assert refused(word(**{"word/document.xml": bomb})) == BROKEN
    assert refused(word(**{"word/STYLES.XML": b" " * 200_000 + bomb})) == BROKEN
    assert refused(word(**{"word/document.xml": bomb.decode().encode("utf-16")})) == BROKEN


def test_what_explodes_is_refused_before_it_is_unpacked():
    assert refused(word(**{"word/big.xml": b"\0" * (uploaded_office.LARGEST_UNPACKED + 1)})) == EXPLODES
    assert refused(word(**{f"word/{n}.xml": b"" for n in range(uploaded_office.MOST_ENTRIES)})) == EXPLODES


def test_an_archive_that_lies_about_its_size_is_refused():
    body = bytearray(word(**{"word/big.xml": b"\0" * 5_000_000}))
    at = body.rindex(b"word/big.xml") - 46  # its line in the archive's list of contents
    body[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(body)) == BROKEN


def test_a_picture_with_too_many_points_is_refused_by_its_head_alone():
    body = bytearray(picture("PNG"))
    import struct
    import zlib

    body[16:24] = struct.pack(">II", 20_000, 20_000)
    body[29:33] = struct.pack(">I", zlib.crc32(bytes(body[12:29])))
    said = (
        "Billedet har for mange billedpunkter (højst 20 millioner i denne slags billede). "
        "Gem det som et almindeligt JPEG-billede, eller gør det mindre, og prøv igen."
    )
    assert refused(bytes(body)) == said


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def draft(case):
    return case(State.DRAFT)


def put(draft, who, name, body):
    return uploads.attach(draft.pk, who, SimpleUploadedFile(name, body))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("tilbud.pdf", "tilbud.pdf"),
        ("tilbud.exe", "tilbud.pdf"),
        ("tilbud.pdf.exe", "tilbud.pdf.pdf"),
        ("tilbud", "tilbud.pdf"),
        ("Æble å.PDF", "Æble å.pdf"),
        ("fdp\u202egpj.exe", "fdpgpj.pdf"),
        ("a\u2066b\u200e.pdf", "ab.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("<b>x</b>.pdf", "b_.pdf"),
        ("n\x00ul\r\nl.pdf", "null.pdf"),
        ("x" * 255 + ".pdf", "x" * 100 + ".pdf"),
        ("CON.pdf", "_CON.pdf"),
        (".pdf", "pdf.pdf"),
    ],
)
def test_the_name_is_the_servers(draft, cast, name, kept):
    assert put(draft, cast["anna"], name, pdf()).name == kept


def test_where_it_lies_says_nothing_of_its_name(draft, cast):
    row = put(draft, cast["anna"], "hemmelig.pdf", pdf())
    assert row.file.name.split("/")[-1].startswith(row.sha256) and "hemmelig" not in row.file.name
    assert uploads.faults() == []


# ── limits ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sized(length):
    """A sound PDF of exactly so many bytes."""

    def padded(by):
        return pdf(lambda made: made.Root.__setitem__("/Pad", made.make_stream(b"x" * by)), compress_streams=False)

    body = padded(length - 1000)
    return padded(length - 1000 + length - len(body))


def test_a_file_of_exactly_the_limit_comes_in_and_one_byte_more_does_not(draft, cast):
    assert put(draft, cast["anna"], "a.pdf", sized(rules.LARGEST_FILE)).size == rules.LARGEST_FILE
    with pytest.raises(ValidationError, match="Filen er for stor. Den må højst fylde 20 MB."):
        put(draft, cast["anna"], "b.pdf", sized(rules.LARGEST_FILE + 1))


def test_twenty_files_and_a_hundred_megabytes(draft, cast, monkeypatch):
    full = "Der er ikke plads til flere bilag på ansøgningen"
    for place in range(20):
        put(draft, cast["anna"], f"{place}.pdf", pdf())
    with pytest.raises(ValidationError, match=full):
        put(draft, cast["anna"], "21.pdf", pdf())
    rows = Attachment.objects.order_by("pk")
    rows.exclude(pk=rows.first().pk).delete()
    Attachment.objects.update(size=uploads.LARGEST_CASE - len(pdf()))
    put(draft, cast["anna"], "fits.pdf", pdf())
    with pytest.raises(ValidationError, match=full):
        put(draft, cast["anna"], "too-much.pdf", pdf())


def on_disk(tmp_path):
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_is_refused_is_kept_nowhere(draft, cast, tmp_path):
    with pytest.raises(ValidationError):
        put(draft, cast["anna"], "x.pdf", b"MZ")
    assert on_disk(tmp_path) == [] and not Attachment.objects.exists()


def test_a_person_has_room_for_so_much_in_a_day(draft, cast, case):
    full = "Du har lagt mange filer ved på et døgn (højst 100 filer og 500 MB). Prøv igen i morgen."
    row = put(draft, cast["anna"], "a.pdf", pdf())
    other = case(State.DRAFT)
    Attachment.objects.update(size=uploads.LARGEST_DAY - len(pdf()) + 1)
    assert refusal_of(other, cast["anna"]) == full
    put(other, cast["bo"], "b.pdf", pdf())  # a colleague's room is their own
    Attachment.objects.filter(pk=row.pk).update(size=uploads.LARGEST_DAY - len(pdf()))
    put(other, cast["anna"], "fits.pdf", pdf())
    Attachment.objects.update(size=1)
    rest = [Attachment(application=draft, name="x", size=1, uploaded_by=cast["anna"], uploaded_at=clock.now())] * 98
    for each in rest:
        each.pk = None
        each.save()
    assert refusal_of(other, cast["anna"]) == full
    clock.set_to(clock.now() + timedelta(days=1))
    put(other, cast["anna"], "tomorrow.pdf", pdf())


def refusal_of(case, who) -> str:
    with pytest.raises(ValidationError) as caught:
        put(case, who, "x.pdf", pdf())
    return " ".join(caught.value.messages)


# ── a full disk, a killed process ───────────────────────────────────────────────────────────────────────────────────


class FullDisk(FileSystemStorage):
    """Takes half of a file, and then has no room."""

    def _save(self, name, content):
        super()._save(name, ContentFile(content.read()[:100]))
        raise OSError(errno.ENOSPC, "No space left on device")


FULL = "Filen kunne ikke gemmes lige nu. Det, du har skrevet, er gemt. Prøv igen senere."


def test_a_full_disk_is_told_and_leaves_neither_row_nor_half_a_file(anna, draft, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "tests.test_uploads.FullDisk"}}
    answer = send(anna, draft, "a.pdf", pdf(), then="next")
    assert (answer.status_code, answer.content.decode().count(FULL)) == (200, 2)
    assert Application.objects.get().contact_name == "Gemt Samtidig"
    assert (Attachment.objects.count(), on_disk(tmp_path)) == (0, [])


def test_a_row_that_cannot_be_written_leaves_no_file(draft, cast, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE applications_attachment ADD COLUMN needed integer DEFAULT 1 CHECK (needed > 1)")
    with pytest.raises(IntegrityError), transaction.atomic():
        put(draft, cast["anna"], "a.pdf", pdf())
    assert on_disk(tmp_path) == []


def test_files_that_nothing_names_are_swept_when_they_are_a_day_old(draft, cast, tmp_path):
    row = put(draft, cast["anna"], "kept.pdf", pdf())
    left = default_storage.save("attachments/2026/left.pdf", ContentFile(b"x"))
    letter = default_storage.save("documents/2026/left.pdf", ContentFile(b"x"))
    elsewhere = default_storage.save("notes/ours.txt", ContentFile(b"x"))
    stored = default_storage.get_modified_time(left)  # the oldest
    clock.set_to(stored + timedelta(days=1))
    assert (sweeping.orphans(), sweeping.sweep(), verifying.unswept()) == ([], 0, [])
    clock.set_to(stored + timedelta(days=1, minutes=1))
    assert verifying.unswept() == [f"file {left}: nothing names it", f"file {letter}: nothing names it"]
    sweep_files()
    assert [default_storage.exists(name) for name in (left, letter, elsewhere, row.file.name)] == [False, False, True, True]
    assert verifying.unswept() == []


def test_an_empty_store_has_nothing_to_sweep(db):
    assert sweeping.sweep() == 0


def test_a_file_that_vanished_or_changed_is_a_fault(draft, cast, tmp_path):
    row = put(draft, cast["anna"], "x.pdf", pdf())
    (tmp_path / row.file.name).write_bytes(b"changed")
    assert uploads.faults() == [f"attachment {row.pk}: file differs from its hash"]
    (tmp_path / row.file.name).unlink()
    assert uploads.faults() == [f"attachment {row.pk}: file is missing"]


def test_only_the_unit_and_only_while_it_is_open(draft, cast):
    row = put(draft, cast["anna"], "x.pdf", pdf())
    for act in (lambda who: put(draft, who, "y.pdf", pdf()), lambda who: uploads.detach(draft.pk, who, row.pk)):
        with pytest.raises(NotYours):
            act(cast["olga"])
    take("request_endorsement", draft.pk, cast["anna"])
    for act in (lambda who: put(draft, who, "y.pdf", pdf()), lambda who: uploads.detach(draft.pk, who, row.pk)):
        with pytest.raises(NotYours):
            act(cast["anna"])
    assert [file.name for file in draft.attachments.all()] == ["x.pdf"]


# ── the pages ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def anna(client_of, cast):
    return client_of(cast["anna"])


def step(draft):
    return reverse("applications:form-step", args=[draft.number, "kontakt"])


def send(anna, draft, name, body, **more):
    seen = {"seen-contact_name": drafts.seen(draft, ["contact_name"])["contact_name"]}
    data = {"then": "attach", "contact_name": "Gemt Samtidig", **seen, **more}
    return anna.post(step(draft), data | {"file": SimpleUploadedFile(name, body)})


def test_a_file_comes_in_with_what_was_typed_and_goes_out_as_a_download(anna, draft):
    body = pdf()
    answer = send(anna, draft, "tilbud «a».pdf", body)
    assert answer.headers["Location"] == f"{step(draft)}#attachments"
    row, now = draft.attachments.get(), Application.objects.get()
    assert (row.name, now.contact_name) == ("tilbud «a».pdf", "Gemt Samtidig")
    page = anna.get(step(draft)).content.decode()
    assert "tilbud «a».pdf" in page and "Fjern" in page
    answer = anna.get(reverse("applications:attachment", args=[draft.number, row.pk]))
    assert b"".join(answer.streaming_content) == body
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''tilbud%20%C2%ABa%C2%BB.pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == SANDBOX


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("a.pdf", b"MZ", str(rules.ALLOWED)),
        ("a.pdf", b"%PDF-1.7", BROKEN),
        ("a.pdf", sized(rules.LARGEST_FILE + 1), str(rules.TOO_LARGE)),
        ("a.docx", word(**{"word/vbaProject.bin": b"x"}), MACROS),
    ],
)
def test_a_refused_file_says_why_and_what_was_typed_is_saved(anna, draft, name, body, sentence):
    answer = send(anna, draft, name, body, then="next")
    assert (answer.status_code, answer.content.decode().count(sentence)) == (200, 2)
    assert Application.objects.get().contact_name == "Gemt Samtidig" and not Attachment.objects.exists()


def test_pressing_the_button_without_a_file(anna, draft):
    assert anna.post(step(draft), {"then": "attach"}).content.decode().count("Vælg først en fil.") == 2


def test_the_address_for_one_file(anna, draft):
    address = reverse("applications:attach", args=[draft.number])
    anna.post(address, {"file": SimpleUploadedFile("a.png", picture())})
    assert draft.attachments.get().name == "a.png"
    answer = anna.post(address, {"file": SimpleUploadedFile("a.exe", b"MZ")}, follow=True)
    assert str(rules.ALLOWED) in answer.content.decode() and draft.attachments.count() == 1


def test_a_file_is_taken_off_after_a_question(anna, draft, cast):
    row = put(draft, cast["anna"], "tilbud.pdf", pdf())
    to_question = anna.post(step(draft), {"then": f"remove:{row.pk}"})
    address = reverse("applications:detach", args=[draft.number, row.pk])
    assert to_question.headers["Location"] == address
    assert "Fjern «tilbud.pdf»?" in anna.get(address).content.decode() and draft.attachments.count() == 1
    assert anna.post(address).headers["Location"] == f"{step(draft)}#attachments"
    assert draft.attachments.count() == 0 and anna.get(address).status_code == 404


@pytest.fixture
def sent_back(case, cast, walker):
    """A case that was sent with a file, about which the consultant has asked: its form is open again."""
    draft = case(State.DRAFT)
    row = put(draft, cast["anna"], "tilbud.pdf", pdf())
    take("request_endorsement", draft.pk, cast["anna"])
    take("endorse", draft.pk, cast["ulla"])
    walker.begin()
    due = clock.today() + timedelta(days=7)
    walker.take("request_information", "karen", field="", question="Er tilbuddet det nyeste?", due=due)
    draft.refresh_from_db()
    return draft, row


def test_a_file_that_was_sent_stays_with_its_version_when_it_is_taken_off(sent_back, cast, client_of):
    draft, row = sent_back
    uploads.detach(draft.pk, cast["anna"], row.pk)
    row.refresh_from_db()
    assert (draft.attachments.count(), row.application, row.taken_from) == (0, None, draft)
    assert draft.versions.get().content["attachments"][0]["id"] == row.pk
    address = reverse("applications:attachment", args=[draft.number, row.pk])
    codes = {who: client_of(cast[who]).get(address).status_code for who in ("anna", "ulla", "karen", "olga", "otto")}
    assert codes == {"anna": 200, "ulla": 200, "karen": 200, "olga": 404, "otto": 404}
    page = client_of(cast["karen"]).get(reverse("applications:versions", args=[draft.number])).content.decode()
    assert f'href="{address}"' in page and "Taget af ansøgningen" in page
    assert uploads.faults() == []


def test_a_file_that_nobody_was_sent_is_gone_when_it_is_taken_off(draft, cast, tmp_path, django_capture_on_commit_callbacks):
    row = put(draft, cast["anna"], "tilbud.pdf", pdf())
    with django_capture_on_commit_callbacks(execute=True):
        uploads.detach(draft.pk, cast["anna"], row.pk)
        assert len(on_disk(tmp_path)) == 1  # till the transaction has committed
    assert (Attachment.objects.count(), on_disk(tmp_path)) == (0, [])
    uploads.detach(draft.pk, cast["anna"], row.pk)  # twice is once


@pytest.mark.parametrize("wrong", [{"application": None}, {"taken_from": 1}, {"scan": "infected"}])
def test_the_database_knows_what_an_attachment_is(draft, cast, wrong):
    row = put(draft, cast["anna"], "tilbud.pdf", pdf())
    if "taken_from" in wrong:
        wrong = {"taken_from": draft}
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(**wrong)


def test_a_file_of_a_sent_case_cannot_be_taken_off_and_is_frozen_by_name(anna, case, cast):
    draft = case(State.DRAFT)
    row = put(draft, cast["anna"], "tilbud.pdf", pdf())
    take("request_endorsement", draft.pk, cast["anna"])
    take("endorse", draft.pk, cast["ulla"])
    assert anna.post(reverse("applications:detach", args=[draft.number, row.pk])).status_code == 403
    version = draft.versions.get()
    assert version.content["attachments"] == [{"id": row.pk, "name": "tilbud.pdf", "size": row.size, "sha256": row.sha256}]
    assert content.freeze(draft)["attachments"] == version.content["attachments"]


def test_a_file_is_read_by_who_may_see_its_case_and_under_its_case_alone(client_of, cast, draft, case, tmp_path):
    row = put(draft, cast["anna"], "tilbud.pdf", pdf())
    address = reverse("applications:attachment", args=[draft.number, row.pk])
    codes = {who: client_of(cast[who]).get(address).status_code for who in ("anna", "bo", "ulla", "olga", "otto", "karen")}
    assert codes == {"anna": 200, "bo": 200, "ulla": 200, "olga": 404, "otto": 404, "karen": 404}
    other = case(State.DRAFT)
    assert client_of(cast["anna"]).get(reverse("applications:attachment", args=[other.number, row.pk])).status_code == 404
    (tmp_path / row.file.name).unlink()
    assert client_of(cast["anna"]).get(address).status_code == 404
