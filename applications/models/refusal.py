"""What a refused case leaves: the consultant's advice to the unit, and the case kept as an idea for a later round."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.case import Application
from people.models import Person


class RefusalAdvice(models.Model):
    """What would make the project fit for support. One text until the letter is out; later ones are supplements to it."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="refusal_advice")
    text = models.TextField(_("råd til enheden"))
    is_supplement = models.BooleanField(default=False)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["is_supplement", "written_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(is_supplement=False), name="one_advice_with_the_letter"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="advice_says_something"),
        ]

    def __str__(self):
        return self.text


class Idea(models.Model):
    """A refused or withdrawn case that its unit wants to come back to. A case is kept once; letting go removes the row."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="idea")
    note = models.CharField(_("note"), max_length=500, blank=True)
    saved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return str(self.application)
