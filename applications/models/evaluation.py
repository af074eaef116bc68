"""The evaluation of a round: who is asked, who has answered, and the answers, which no row joins to a person.

An answer has no time and no number that tells its place, and all answers of an evaluation are written anew in random order
with each new one (applications.evaluation): neither rows nor their place on the disk say who wrote which.
"""

from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from people.models import Person
from pool.models import Round
from questionnaires.models import Version


class Evaluation(models.Model):
    """Opened once when a round is decided; open to and with the day it closes."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="evaluation")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    closes = models.DateField(_("sidste dag"))
    reminded_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.round}"


class Invitation(models.Model):
    """One person is asked once in an evaluation. `answered` is all that is known of what they did."""

    class As(models.TextChoices):
        APPLICANT = "applicant", _("Ansøgere")
        LEADER = "leader", _("Ledere")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="evaluations")
    role = models.CharField(max_length=10, choices=As.choices)
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "person"], name="asked_once_in_an_evaluation"),
            models.CheckConstraint(condition=Q(role__in=["applicant", "leader"]), name="asked_as_applicant_or_leader"),
        ]

    def __str__(self):
        return f"{self.evaluation_id} {self.role}"


def random_key() -> str:
    return get_random_string(22)


class EvaluationAnswer(models.Model):
    key = models.CharField(primary_key=True, max_length=22, default=random_key)
    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="answers")
    role = models.CharField(max_length=10, choices=Invitation.As.choices)
    answers = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=["applicant", "leader"]), name="answered_as_applicant_or_leader")
        ]

    def __str__(self):
        return self.role
