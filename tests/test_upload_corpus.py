"""Row 14: every hostile file is refused or made harmless, every honest one comes in, and none takes long or much memory.

All of them before the law (documents.uploads); every tenth through the door, as a browser sends it. The corpus is built
by tests/upload_corpus.py. `make hard` sends all of them through the door and asks a real clamd (tests/hard/clamd.py).
"""

import io
import json
import subprocess
import sys
import time
import unicodedata

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from PIL import Image

from applications.models import Attachment
from applications.states import State
from documents import uploaded_office, uploaded_pdf, uploads
from tests.servers import ROOT
from tests.upload_corpus import EITHER, HARMLESS, REFUSED, honest, hostile

SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

pytestmark = [pytest.mark.django_db]
SECONDS = 2
MEGABYTES = 200
KINDS = {"application/pdf", "image/png", "image/jpeg", uploads.WORD, uploads.EXCEL}


@pytest.fixture(scope="module")
def enemies():
    return hostile()


@pytest.fixture(scope="module")
def friends():
    return honest()


def fate_of(sample) -> str:
    """What became of it; what is kept has no poison in it, and a name of the server's."""
    begun = time.process_time()
    try:
        kept, media_type, ending = uploads.cleaned(sample.content)
    except ValidationError:
        return REFUSED
    finally:
        assert time.process_time() - begun < SECONDS, sample.label
    assert media_type in KINDS, sample.label
    assert not sample.poison or sample.poison not in laid_open(kept), sample.label
    name = uploads.named(sample.name, ending)
    assert name.endswith(f".{ending}") and 0 < len(name) <= 150, name
    assert not set(name) & set('<>:"/\\|?*') and not name.startswith("."), name
    assert {unicodedata.category(sign)[0] for sign in name} & {"C"} == set(), name
    return HARMLESS


def laid_open(kept: bytes) -> bytes:
    """The bytes, and of a PDF what its streams unpack to."""
    if not kept.startswith(b"%PDF"):
        return kept
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False)
    return kept + out.getvalue()


@pytest.mark.proves(14)
def test_every_hostile_file_is_refused_or_made_harmless(enemies, proof):
    """Hostile and broken files before the law: each refused or made harmless, as it is said of it, within two seconds."""
    fates = {sample.label: fate_of(sample) for sample in enemies}
    assert len(fates) == len(enemies) >= 300
    wrong = [sample.label for sample in enemies if sample.fate not in (fates[sample.label], EITHER)]
    assert wrong == []
    proof.goal("hostile files", 300)
    proof.count("hostile files", len(enemies))
    proof.count("of them made harmless", list(fates.values()).count(HARMLESS))


@pytest.mark.proves(14)
def test_every_honest_file_comes_in(friends, proof):
    """Honest files as people's programs write them: every one accepted, and of the kind it is."""
    endings = {"jpeg": "jpg", "JPG": "jpg", "PDF": "pdf"}
    for sample in friends:
        ending = sample.name.rpartition(".")[2]
        assert uploads.cleaned(sample.content)[2] == endings.get(ending, ending), sample.label
    assert len({sample.label for sample in friends}) == len(friends) >= 100
    proof.goal("honest files", 100)
    proof.count("honest files", len(friends))


@pytest.mark.parametrize(
    ("taken_away", "harm"),
    [
        ((uploaded_pdf, "_acts", lambda thing: False), "pdf: script at opening, plain"),
        ((uploaded_pdf, "_ends_as_a_pdf", lambda content: True), "pdf: zip before the end"),
        ((uploaded_pdf, "_refuse_bombs", lambda content: None), "pdf: nothing but words"),
        ((uploaded_office, "_refuse_words", lambda read: None), "docx: file in docProps/core.xml, utf-16"),
        ((uploaded_office, "_refuse_links", lambda archive, entry: None), "fetches attachedTemplate"),
        ((uploaded_office, "_leads_out", lambda entry: False), "link instead of a part"),
        ((uploaded_office, "FORBIDDEN_STARTS", ()), "docx: program inside"),
        ((uploaded_office, "FORBIDDEN_NAMES", ()), "docx: macros"),
    ],
)
@pytest.mark.proves(14)
def test_each_guard_bites(enemies, monkeypatch, taken_away, harm, proof):
    """Twins: without a guard its file comes in."""
    sample = next(each for each in enemies if each.label == harm)
    assert fate_of(sample) == sample.fate
    monkeypatch.setattr(*taken_away)
    kept = fate_of_unguarded(sample)
    assert kept != sample.fate
    proof.teeth(f"{taken_away[1].strip('_').lower().replace('_', ' ')} ({harm})", harm=1, of=1)


def fate_of_unguarded(sample) -> str:
    try:
        kept = uploads.cleaned(sample.content)[0]
    except ValidationError as refusal:
        return f"refused otherwise: {refusal.messages}"
    return "kept with its poison" if sample.poison and sample.poison in kept else HARMLESS


# ── through the door ────────────────────────────────────────────────────────────────────────────────────────────────


NAMELESS = {".."}  # to Django a field without a file


def send(browser, address, sample):
    """As a browser writes it: the name as it is, with the three signs escaped that would end it."""
    name = sample.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").encode()
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: application/pdf\r\n\r\n'
    body = head % name + sample.content + b"\r\n--edge--\r\n"
    return browser.generic("POST", address, body, content_type="multipart/form-data; boundary=edge")


@pytest.mark.proves(14, minutes=2)
def test_through_the_door_nothing_breaks_and_what_is_refused_is_kept_nowhere(
    enemies, friends, case, cast, client_of, settings, tmp_path, proof
):
    """Through the page as a browser sends them: never a 5xx, a refused file leaves no trace, a kept one is a download."""
    settings.MEDIA_ROOT = tmp_path
    draft, anna = case(State.DRAFT), client_of(cast["anna"])
    address = reverse("applications:attach", args=[draft.number])
    page = reverse("applications:form-step", args=[draft.number, "kontakt"])
    for sample in (enemies + friends)[:: 1 if proof.hard else 10]:
        anna.cookies.pop("messages", None)
        answer = send(anna, address, sample)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{page}#attachments"), sample.label
        kept, files = list(Attachment.objects.all()), [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(kept) == len(files), sample.label
        fates = (HARMLESS if kept else REFUSED, EITHER)
        assert sample.fate in fates or (sample.name in NAMELESS and not kept), sample.label
        for row in kept:
            served = anna.get(reverse("applications:attachment", args=[draft.number, row.pk]))
            assert served.status_code == 200
            assert served.headers["Content-Disposition"].startswith("attachment; filename"), sample.label
            assert served.headers["Content-Type"] in KINDS
            assert served.headers["X-Content-Type-Options"] == "nosniff"
            assert served.headers["Content-Security-Policy"] == SANDBOX
            assert not sample.poison or sample.poison not in b"".join(served.streaming_content), sample.label
            row.delete()
            files[0].unlink()
        proof.count("files through the door")


# ── a phone's picture ───────────────────────────────────────────────────────────────────────────────────────────────

PHONE = """
import sys
from PIL import Image
exif = Image.Exif()
exif[0x0112] = 6
exif.get_ifd(0x8825)[2] = (55.0, 13.0, 45.0)
taken = Image.linear_gradient("L").resize((8160, 6120)).convert("RGB")
taken.save(sys.argv[1], "JPEG", exif=exif, quality=80)
"""
MEASURE = """
import json, pathlib, re, sys, time
from documents import uploads
content = open(sys.argv[1], "rb").read()
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
before, begun = peak(), time.process_time()
kept, _media_type, _ending = uploads.cleaned(content)
open(sys.argv[2], "wb").write(kept)
print(json.dumps([time.process_time() - begun, peak() - before]))
"""


@pytest.mark.proves(14)
def test_a_phones_picture_of_fifty_megapixels_in_two_seconds_and_two_hundred_megabytes(tmp_path, proof):
    """A phone's picture of 50 megapixels, in a process of its own: upright, small, without its place, in time and memory."""
    big, small = tmp_path / "big.jpg", tmp_path / "small.jpg"
    subprocess.run([sys.executable, "-c", PHONE, big], check=True)
    done = subprocess.run([sys.executable, "-c", MEASURE, big, small], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seconds, megabytes = json.loads(done.stdout)
    assert (seconds < SECONDS, 40 < megabytes < MEGABYTES) == (True, True), (seconds, megabytes)
    with Image.open(small) as kept:
        assert (kept.size, kept.mode, dict(kept.getexif())) == ((1800, 2400), "RGB", {})
    proof.found(f"50 megapixels: {seconds:.2f} s of CPU and {megabytes:.0f} MB more than before.")
