"""What a unit asks the consultant while it writes. Read by the unit's people and the consultants alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.assessment import HelpGiven
from applications.models.case import Application
from people.models import Person


class HelpQuestion(models.Model):
    """A question about one field (or the whole, when `field` is empty); answered, it is help given on the case's log."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="help_questions")
    field = models.CharField(_("felt"), max_length=80, blank=True)
    text = models.TextField(_("spørgsmål"))
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("svar"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    given = models.OneToOneField(HelpGiven, models.PROTECT, null=True, related_name="question")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None, given=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False, given__isnull=False)),
                name="help_is_answered_and_logged_or_neither",
            )
        ]
        indexes = [models.Index(fields=["application"], name="help_unanswered", condition=Q(answered_at=None))]

    def __str__(self):
        return self.text
