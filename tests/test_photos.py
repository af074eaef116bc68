"""Photos: nothing that can recognise a person is shown without leave, and a consent withdrawn hides at once."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from applications import case_file, photos, report_writing, voucher_entry
from applications.door import AlreadyHandled, NotYet, NotYours, WrongAnswers
from applications.models import Application, Attachment, Consent, Photo
from journal import chain, clock
from tests.test_uploads import pdf, picture

pytestmark = pytest.mark.django_db
WORDS = {"alt": "To børn hælder madrester i en grøn spand.", "caption": "Køkkendøren", "credit": "Bo"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast["anna"])


def at(name, case, *more):
    return reverse(f"applications:{name}", args=[case.number, *more])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def taken(body=None, name="foto.jpg", width=40):
    return SimpleUploadedFile(name, body or picture("JPEG", (width, 30)))


def consent_of(case, by, **more) -> Consent:
    facts = {"covers": "Børnene ved spanden", "reference": "Aula", "given_on": clock.today()}
    return photos.note_consent(case.pk, by, **facts | more)


def photo_of(case, by, **more) -> Photo:
    return photos.add_photo(case.pk, by, taken(), **WORDS | more)


def test_a_picture_that_the_consultant_chooses_is_seen_by_the_unit_before_it_is_public(story, cast):
    story.write()
    story.send()
    assert story.result.is_seen
    photo = photo_of(story.case, cast["karen"], nobody_shown=True)
    assert story.result.is_seen  # it is not shown yet
    photos.show(photo.pk, cast["karen"])
    assert not story.result.is_seen
    with pytest.raises(NotYet, match="set"):
        story.publish()
    story.see()
    photos.describe(photo.pk, cast["anna"], nobody_shown=True, consent=None, **WORDS | {"caption": "Ved døren"})
    assert story.publish().status == "published"


def test_a_photo_comes_in_without_where_it_was_taken(running, anna):
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (55.0, 13.0, 46.0)  # the latitude of Næstved
    body = picture("JPEG", exif=exif)
    assert Image.open(io.BytesIO(body)).getexif().get_ifd(0x8825)  # it was in what was sent
    anna.post(at("new-photo", running), WORDS | {"file": taken(body)})
    photo = Photo.objects.get()
    with default_storage.open(photo.file.file.name) as file:
        assert not dict(Image.open(file).getexif())
    assert (photo.alt, photo.credit, photo.is_shown, photo.nobody_shown_by) == (WORDS["alt"], "Bo", False, None)
    assert photo.file.project_id == running.pk
    assert chain.story(running.subject).last().step == "add_photo"


def test_a_button_pressed_twice_is_one_photo_and_one_consent(running, cast):
    assert photo_of(running, cast["anna"]) == photo_of(running, cast["anna"])
    assert consent_of(running, cast["anna"]) == consent_of(running, cast["anna"])
    assert (Photo.objects.count(), Attachment.objects.count(), Consent.objects.count()) == (1, 1, 1)
    assert chain.story(running.subject).filter(step__in=("add_photo", "note_consent")).count() == 2


def test_what_is_no_picture_is_refused_and_kept_nowhere(running, anna):
    answer = anna.post(at("new-photo", running), WORDS | {"file": taken(pdf(), "foto.pdf")})
    assert "Vælg et billede: JPEG eller PNG." in text_of(answer)
    assert WORDS["alt"] in answer.content.decode()
    assert Photo.objects.count() == Attachment.objects.count() == 0


def test_a_photo_without_leave_cannot_be_chosen_and_the_page_says_why(running, anna, cast):
    photo = photo_of(running, cast["anna"], alt="")
    said = text_of(anna.get(at("photos", running)))
    assert "Skriv, hvad billedet viser." in said
    assert "der er ikke valgt et samtykke" in said
    assert "Det må vises offentligt" not in said
    anna.post(at("turn-photo", running, photo.pk), {"act": "show"})
    with pytest.raises(NotYet, match="Skriv, hvad billedet viser"):
        photos.show(photo.pk, cast["anna"])
    assert not Photo.objects.get().is_shown


def test_the_database_itself_refuses_a_photo_shown_without_leave(running, cast, monkeypatch):
    photo = photo_of(running, cast["anna"])
    monkeypatch.setattr(photos, "why_not_shown", lambda photo: [])
    with pytest.raises(IntegrityError), transaction.atomic():
        photos.show(photo.pk, cast["anna"])


def test_a_named_person_says_that_nobody_can_be_recognised(running, anna, cast):
    photo = photo_of(running, cast["bo"])
    anna.post(at("describe-photo", running, photo.pk), WORDS | {"nobody_shown": "on"})
    photo.refresh_from_db()
    assert photo.nobody_shown_by == cast["anna"]
    anna.post(at("turn-photo", running, photo.pk), {"act": "show"})
    photo.refresh_from_db()
    assert photo.is_shown
    photos.describe(photo.pk, cast["bo"], nobody_shown=True, consent=None, **WORDS)
    assert Photo.objects.get().nobody_shown_by == cast["anna"]  # who said it first stands for it
    photos.describe(photo.pk, cast["bo"], nobody_shown=False, consent=None, **WORDS)
    assert not Photo.objects.get().is_shown  # its leave was taken away
    steps = [event.step for event in chain.story(running.subject)][-5:]
    assert steps == ["add_photo", "describe_photo", "show_photo", "describe_photo", "describe_photo"]


def test_a_consent_withdrawn_hides_its_photos_and_no_other(running, anna, cast):
    consent, other = consent_of(running, cast["anna"]), consent_of(running, cast["anna"], covers="En anden")
    covered = photo_of(running, cast["anna"], consent=consent)
    kept = photos.add_photo(running.pk, cast["anna"], taken(width=44), consent=other, **WORDS)
    for photo in (covered, kept):
        photos.show(photo.pk, cast["ulla"])
    address = at("withdraw-consent", running, consent.pk)
    assert WORDS["alt"] in text_of(anna.get(address))
    assert Photo.objects.filter(is_shown=True).count() == 2  # a look withdraws nothing
    for _press in range(2):
        anna.post(address)
    covered.refresh_from_db()
    kept.refresh_from_db()
    consent.refresh_from_db()
    assert (covered.is_shown, kept.is_shown) == (False, True)
    assert (consent.withdrawn_at, consent.withdrawn_by) == (clock.now(), cast["anna"])
    events = chain.story(running.subject).filter(step="withdraw_consent")
    assert [event.payload for event in events] == [{"samtykke": consent.pk, "billeder": [covered.pk]}]
    with pytest.raises(AlreadyHandled):
        photos.withdraw_consent(consent.pk, cast["anna"])
    with pytest.raises(NotYet, match="Samtykket er trukket tilbage"):
        photos.show(covered.pk, cast["anna"])


def test_without_that_line_the_photo_would_stay_in_public(running, cast, monkeypatch):
    consent = consent_of(running, cast["anna"])
    photo = photo_of(running, cast["anna"], consent=consent)
    photos.show(photo.pk, cast["anna"])
    monkeypatch.setattr(photos, "_hide_what_it_covers", lambda consent: [])
    photos.withdraw_consent(consent.pk, cast["anna"])
    assert Photo.objects.get().is_shown


def test_a_consent_covers_its_own_project_and_its_own_time(running, cast, anna):
    old = consent_of(running, cast["anna"], given_on=clock.today() - timedelta(9), valid_to=clock.today() - timedelta(1))
    with pytest.raises(WrongAnswers, match="udløbet"):
        photo_of(running, cast["anna"], consent=old)
    assert Attachment.objects.count() == 0
    with pytest.raises(WrongAnswers, match="fremtiden"):
        consent_of(running, cast["anna"], given_on=clock.today() + timedelta(1))
    day = clock.today()
    typed = {"covers": "Børnene", "reference": "Aula", "given_on_day": day.day, "given_on_month": day.month}
    anna.post(at("note-consent", running), typed | {"given_on_year": day.year})
    assert Consent.objects.latest("pk").covers == "Børnene"


def test_unit_and_consultant_may_and_nobody_else(running, cast, client_of):
    photo = photo_of(running, cast["karen"])
    assert photo.file.uploaded_by == cast["karen"]
    for who, look, write in (("ulla", 200, 200), ("frida", 200, 403), ("kamille", 404, 404), ("olga", 404, 404)):
        browser = client_of(cast[who])
        assert browser.get(at("photos", running)).status_code == look, who
        assert browser.get(at("new-photo", running)).status_code == write, who
    with pytest.raises(NotYours):
        photos.show(photo.pk, cast["frida"])


def test_a_photo_taken_off_is_gone_with_its_file(running, anna, cast, tmp_path):
    photo = photo_of(running, cast["anna"])
    assert anna.get(at("remove-photo", running, photo.pk)).status_code == 200
    for _press in range(2):
        assert anna.post(at("remove-photo", running, photo.pk)).status_code == 302
    assert Photo.objects.count() == Attachment.objects.count() == 0
    assert chain.story(running.subject).last().step == "remove_photo"


def test_the_case_file_holds_reports_vouchers_and_files(running, walker, cast):
    walker.voucher(1_000_00)
    photo_of(running, cast["anna"])
    bought = {"budget_line": running.budget_lines.first(), "amount": 500_00, "supplier": "Spandfabrikken", "text": ""}
    voucher_entry.register(running.pk, cast["anna"], taken(name="kvittering.jpg"), date=clock.today(), **bought)
    report = report_writing.begin(running.pk, cast["anna"], "status")
    words = {"summary": "Det går godt.", "lessons": "", "hours": None}
    saved = report_writing.save(report.pk, cast["anna"], words, [], [], report.revision)
    report_writing.send_status(report.pk, cast["anna"], saved.revision)
    walker.write_final()
    walker.take("report", "anna")
    with zipfile.ZipFile(io.BytesIO(case_file.build(Application.objects.get(pk=running.pk)))) as archive:
        facts = json.loads(archive.read("metadata.json"))
        names = archive.namelist()
        assert len(names) == len(set(names)) == len(facts["akter"]) + 2
        acts = {act["type"]: act for act in facts["akter"]}
        assert archive.read(acts["Bilag til regnskabet"]["fil"]).startswith(b"\xff\xd8\xff")
    for kind in ("Statusrapport", "Slutrapport", "Bilagsliste", "Bilag til regnskabet", "Billede fra projektet"):
        assert kind in acts, kind
    assert not acts["Billede fra projektet"]["offentlig"]
    assert acts["Bilag til regnskabet"]["titel"] == "bilag 2 kvittering.jpg"
