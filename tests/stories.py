"""A completed project and the hands that take its story to the public, for the tests of results and of the public site."""

import io
from datetime import date

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from applications import going_public, results
from applications.models import Application, Attachment, Consent, Photo, Result
from applications.states import State
from journal import clock
from journal.models import Event, Message
from tests.replay import replayed

WORDS = {
    "title": "Spand ved døren",
    "lead": "Hver stue fik en spand. Nu sorterer alle.",
    "what": "Vi købte ni stationer.",
    "why": "Alt madaffald gik i restaffald.",
    "outcome": "Alle stuer sorterer.",
    "lesson": "Spanden skal stå ved døren.",
    "advice": "Begynd med én stue.",
    "contact": "Køkkenlederen i Børnehuset Solstrålen",
    "hours": 60,
}


class Story:
    """One completed project and the hands that take its story to the public."""

    def __init__(self, case, cast):
        self.case, self.cast = case, cast

    @property
    def result(self):
        return Result.objects.get(pk=self.case.pk)

    def write(self, who="anna", **words):
        if not Result.objects.filter(pk=self.case.pk).exists():
            results.begin(self.case.pk, self.cast["anna"])
        return results.write(self.case.pk, self.cast[who], seen_revision=self.result.revision, **(words or WORDS))

    def send(self, who="anna"):
        return results.send(self.case.pk, self.cast[who], seen_revision=self.result.revision)

    def see(self, who="ulla", **more):
        return results.see(self.case.pk, self.cast[who], seen_revision=self.result.revision, **more)

    def publish(self, who="kamille"):
        return going_public.publish(self.case.pk, self.cast[who], seen_revision=self.result.revision)

    def published(self):
        self.write()
        self.send()
        return self.publish()

    def unpublish(self, reason="En fejl i tallene"):
        return going_public.unpublish(self.case.pk, self.cast["kamille"], reason=reason)

    def picture(self, consent=None, **facts):
        """A photo of 1600 × 1200 that its project shows."""
        made = io.BytesIO()
        Image.new("RGB", (1600, 1200), "green").save(made, "JPEG")
        content, anna = made.getvalue(), self.cast["anna"]
        row = Attachment(project_id=self.case.pk, name="spand.jpg", media_type="image/jpeg", size=len(content))
        row.sha256, row.scan, row.uploaded_by, row.uploaded_at = "a" * 64, "clean", anna, clock.now()
        row.file.save("spand.jpg", ContentFile(content))
        editor = None if consent else self.cast["kamille"]
        facts = {"alt": "En spand ved en dør", "is_shown": True, "nobody_shown_by": editor, "consent": consent} | facts
        return Photo.objects.create(project_id=self.case.pk, file=row, **facts)

    def consent(self):
        facts = {"covers": "To børn på Rød stue", "reference": "Mappe 4", "given_on": date(2026, 3, 1)}
        return Consent.objects.create(project_id=self.case.pk, noted_by=self.cast["anna"], **facts)

    @property
    def steps(self):
        steps = Event.objects.filter(subject=self.case.subject, step__endswith="_result").order_by("position")
        return list(steps.values_list("step", flat=True))

    def told(self, template):
        people = Message.objects.filter(template=template).values_list("person__email", flat=True)
        return sorted(email.partition("@")[0] for email in people)


_ended = []  # when the project was completed; its rows are put back, the clock must be too


@pytest.fixture
def story(walker, cast):
    replayed("completed", lambda: (walker(State.COMPLETED), _ended.append(clock.now())), cast["karen"], walker.round)
    clock.set_to(_ended[0])
    return Story(Application.objects.get(round=walker.round), cast)
