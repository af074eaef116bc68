"""A real clamd on a socket of its own, with a signature file of our own that knows the test virus alone.

It proves the wiring: that what we send is what clamd scans, and that we understand its answers. It does not prove how many
viruses are found: that is a matter of ClamAV's own signatures, which a municipality keeps up to date.
"""

import os
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from servers import clamd

from applications import scanning, uploads
from applications.models import Attachment
from applications.states import State
from documents import scanner
from journal import chain
from journal.models import Message
from tests.upload_corpus import EICAR, HARMLESS, archive, honest, hostile, office, pdf

pytestmark = pytest.mark.django_db
SIGNATURES = {"own.ndb": f"Pool.Test.Virus:0:*:{EICAR.hex()}\n"}
FOUND = "Pool.Test.Virus.UNOFFICIAL"
WORD = office("docx", {"word/media/image1.bin": EICAR})
INFECTED = {
    "plain": EICAR,
    "in a zip": archive({"eicar.com": EICAR}),
    "in a zip that is not packed": archive({"eicar.com": EICAR}, zipfile.ZIP_STORED),
    "in a zip in a zip": archive({"a.zip": archive({"eicar.com": EICAR})}),
    "in a word file": WORD,
    "in an excel file": office("xlsx", {"xl/media/image1.bin": EICAR}),
    "in a stream of a pdf": pdf(lambda made: setattr(made.Root, "Extra", made.make_stream(EICAR))),
    "behind nineteen megabytes": os.urandom(19_000_000) + EICAR,
}


@pytest.fixture(scope="module")
def socket():
    with clamd(SIGNATURES) as address:
        yield address


@pytest.fixture
def real(settings, socket, tmp_path):
    settings.CLAMD_ADDRESS, settings.MEDIA_ROOT = socket, tmp_path


@pytest.mark.proves(14)
def test_the_test_virus_is_found_plain_and_packed(real, proof):
    """The test virus (EICAR), plain and packed, is caught by a real clamd with a signature file of our own."""
    assert {label: scanner.virus_in(content, 30) for label, content in INFECTED.items()} == dict.fromkeys(INFECTED, FOUND)
    proof.count("infected contents caught", len(INFECTED))
    proof.found("The signature file is our own and knows the test virus alone: this proves the wiring, not what is found.")


@pytest.mark.proves(14)
def test_every_honest_file_is_clean(real, proof):
    """No false alarm: every honest file, and every hostile one that is made harmless, is clean to the same clamd."""
    kept = [sample for sample in honest() + hostile() if sample.fate == HARMLESS]
    from documents.uploads import cleaned

    assert [sample.label for sample in kept if scanner.virus_in(cleaned(sample.content)[0], 30)] == []
    proof.count("clean files", len(kept))


@pytest.mark.proves(14)
def test_through_the_door_it_is_refused_and_what_waited_is_removed(
    real, settings, socket, case, cast, client_of, tmp_path, django_capture_on_commit_callbacks, proof
):
    """Through the page: refused and kept nowhere; sent while clamd was down: waiting, and removed when it is back."""
    draft, anna = case(State.DRAFT), client_of(cast["anna"])
    address = reverse("applications:attach", args=[draft.number])
    answer = anna.post(address, {"file": SimpleUploadedFile("noter.docx", WORD)}, follow=True)
    assert "Filen indeholder en virus og er ikke gemt." in answer.content.decode()
    assert (Attachment.objects.count(), [path for path in tmp_path.rglob("*") if path.is_file()]) == (0, [])
    settings.CLAMD_ADDRESS = str(tmp_path / "nobody")
    anna.post(address, {"file": SimpleUploadedFile("noter.docx", WORD)})
    anna.post(address, {"file": SimpleUploadedFile("plan.pdf", pdf())})
    assert [row.scan for row in Attachment.objects.all()] == ["waiting", "waiting"]
    settings.CLAMD_ADDRESS = socket
    with django_capture_on_commit_callbacks(execute=True):
        assert scanning.scan_waiting() == 2
    assert {row.name: row.scan for row in Attachment.objects.all()} == {"noter.docx": "infected", "plan.pdf": "clean"}
    assert chain.story(draft.subject).last().payload["virus"] == FOUND
    assert Message.objects.get(template="virus_found").person == cast["anna"]
    assert uploads.faults() == []


@pytest.mark.proves(14)
def test_without_the_signature_nothing_is_found(settings, case, cast, proof, tmp_path):
    """The twin: a clamd that does not know the test virus lets it in, so the catch above is clamd's."""
    settings.MEDIA_ROOT = tmp_path
    with clamd({"other.ndb": f"Pool.Other:0:*:{b'quite something else'.hex()}\n"}) as address:
        settings.CLAMD_ADDRESS = address
        draft = case(State.DRAFT)
        try:
            row = uploads.attach(draft.pk, cast["anna"], SimpleUploadedFile("noter.docx", WORD))
        except ValidationError as refusal:
            pytest.fail(str(refusal))
    assert row.scan == "clean"
    proof.teeth("the signature", harm=1, of=1)
