"""What the administration adds to a case: impartiality, assignment, gates, scores, questions, hearings, help, notes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.case import Application
from people.models import Person, Unit
from pool.models import Criterion, Gate


class Declaration(models.Model):
    """What a person has declared about their impartiality in one case. «Possible» is settled by a manager."""

    class Level(models.TextChoices):
        NONE = "none", _("Ingen interesse i sagen")
        POSSIBLE = "possible", _("Mulig interesse i sagen")
        DISQUALIFIED = "disqualified", _("Inhabil")

    application = models.ForeignKey(Application, models.CASCADE, related_name="declarations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="declarations")
    level = models.CharField(_("habilitet"), max_length=12, choices=Level.choices)
    note = models.TextField(_("bemærkning"), blank=True)
    declared_at = models.DateTimeField()
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="one_declaration_per_case_and_person")]


class CoAssessor(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="co_assessors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assessing")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="co_assessor_once_per_case")]


class GateAnswer(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="gate_answers")
    gate = models.ForeignKey(Gate, models.PROTECT, related_name="answers")
    met = models.BooleanField(_("opfyldt"))
    note = models.CharField(_("bemærkning"), max_length=300, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "gate"], name="gate_answered_once_per_case")]


class Assessment(models.Model):
    """One assessor's scores, given once and corrected by the same person until the recommendation."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="assessments")
    assessor = models.ForeignKey(Person, models.PROTECT, related_name="assessments")
    version_number = models.PositiveIntegerField()
    comment = models.TextField(_("samlet begrundelse"))
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "assessor"], name="one_assessment_per_assessor")]


class Score(models.Model):
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(_("point"))
    reason = models.CharField(_("begrundelse"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="a_criterion_is_scored_once"),
            models.CheckConstraint(condition=Q(points__lte=5), name="scores_run_from_0_to_5"),
        ]


class Question(models.Model):
    """A question to the unit about one field (or the whole, when `field` is empty). Its field opens for editing."""

    class Status(models.TextChoices):
        OPEN = "open", _("Venter på svar")
        ANSWERED = "answered", _("Besvaret")
        CLOSED = "closed", _("Lukket uden svar")

    application = models.ForeignKey(Application, models.CASCADE, related_name="questions")
    field = models.CharField(_("felt"), max_length=40, blank=True)
    text = models.TextField(_("spørgsmål"))
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due = models.DateField(_("svar senest"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    answer = models.TextField(_("svar"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]


class Hearing(models.Model):
    """Another unit (Ejendomme & Indkøb) is asked, and states: for, against or with conditions; both are dated."""

    class Stance(models.TextChoices):
        FOR = "for", _("Anbefaler")
        CONDITIONS = "conditions", _("Anbefaler på vilkår")
        AGAINST = "against", _("Anbefaler ikke")

    application = models.ForeignKey(Application, models.CASCADE, related_name="hearings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="hearings", verbose_name=_("enhed, der høres"))
    question = models.TextField(_("hvad skal enheden udtale sig om"))
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due = models.DateField(_("svar senest"))
    stance = models.CharField(_("udtalelse"), max_length=12, choices=Stance.choices, blank=True)
    statement = models.TextField(_("begrundelse og vilkår"), blank=True)
    stated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    stated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]


class HelpGiven(models.Model):
    """Help a consultant gave the unit with its application; substantial help calls for another assessor."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="help_given")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("hvad hjalp du med"))
    substantial = models.BooleanField(_("væsentlig hjælp"), default=False)

    class Meta:
        ordering = ["at", "id"]


class Note(models.Model):
    """An internal note: never shown to the unit."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="notes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("notat"))

    class Meta:
        ordering = ["at", "id"]
