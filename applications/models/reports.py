"""What a project reports: in words, by activity, and what came of it in numbers.

A draft is written in; what was sent is frozen and never changes.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.content import Effect
from applications.models.project import Project
from climate.models import Calculation
from people.models import Person


class StatusReport(models.Model):
    """What the unit reports. A draft is written in; what was sent is frozen in `content` and never changes."""

    class Kind(models.TextChoices):
        STATUS = "status", _("Statusrapport")
        FINAL = "final", _("Slutrapport")
        EFFECT = "effect", _("Virkning et år efter")

    project = models.ForeignKey(Project, models.PROTECT, related_name="reports")
    kind = models.CharField(_("slags"), max_length=10, choices=Kind.choices)
    revision = models.PositiveIntegerField(default=1)
    summary = models.TextField(_("sådan går det"), blank=True)
    result = models.TextField(_("det kom der ud af det"), blank=True)
    lessons = models.TextField(_("det lærte vi"), blank=True)
    advice = models.TextField(_("gode råd til andre"), blank=True)
    anchoring = models.TextField(_("sådan lever det videre"), blank=True)
    hours = models.PositiveIntegerField(_("egne timer brugt"), null=True, blank=True)
    begun_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("rapport")
        ordering = ["begun_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(sent_at=None), name="one_draft_report_of_a_kind_per_project"
            ),
            models.CheckConstraint(condition=Q(sent_at=None) | ~Q(sha256=""), name="sent_report_is_frozen"),
        ]

    @property
    def slug(self) -> str:
        """The kind as it stands in an address."""
        return {"status": "status", "final": "slutrapport", "effect": "effekt"}[self.kind]


class ReportedActivity(models.Model):
    class Status(models.TextChoices):
        DONE = "done", _("Gennemført")
        ON_THE_WAY = "on_the_way", _("I gang")
        DROPPED = "dropped", _("Opgivet")

    report = models.ForeignKey(StatusReport, models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("aktivitet"), max_length=300)
    status = models.CharField(_("hvor langt"), max_length=12, choices=Status.choices, default=Status.ON_THE_WAY)
    comment = models.CharField(_("bemærkning"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "id"]


class MeasuredEffect(models.Model):
    """What was found out about one effect, as the unit reports it: how much, from what, how sure, and how it was found.

    `expected` is the application's effect it answers to; `lifetime` is how many years a yearly effect
    lasts, if known. What already counts in another effect names it in `overlaps`.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="measured_effects")
    report = models.ForeignKey(StatusReport, models.CASCADE, null=True, blank=True, related_name="measured_effects")
    expected = models.ForeignKey(Effect, models.SET_NULL, null=True, blank=True, related_name="measured")
    position = models.PositiveSmallIntegerField(default=0)
    indicator = models.CharField(_("virkning"), max_length=30, choices=Effect.Indicator.choices)
    baseline = models.CharField(_("udgangspunkt"), max_length=200, blank=True)
    value = models.DecimalField(_("mængde"), max_digits=14, decimal_places=3)
    low = models.DecimalField(_("mindst"), max_digits=14, decimal_places=3, null=True, blank=True)
    high = models.DecimalField(_("højst"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("enhed"), max_length=30)
    basis = models.CharField(_("grundlag"), max_length=12, choices=Effect.Basis.choices)
    method = models.CharField(_("sådan fandt I tallet"), max_length=500, blank=True)
    calculation = models.ForeignKey(Calculation, models.PROTECT, null=True, blank=True, related_name="measured_effects")
    lifetime = models.PositiveSmallIntegerField(_("varer så mange år"), null=True, blank=True)
    overlaps = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="overlapped_by", verbose_name=_("tæller allerede med i")
    )

    class Meta:
        verbose_name = _("virkning")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(low=None) | Q(low__lte=F("value"))) & (Q(high=None) | Q(high__gte=F("value"))),
                name="measured_effect_within_its_range",
            ),
            models.CheckConstraint(condition=Q(overlaps=None) | ~Q(overlaps=F("id")), name="no_effect_overlaps_itself"),
            models.CheckConstraint(
                condition=Q(lifetime=None) | Q(lifetime__gte=1, lifetime__lte=100), name="measured_effect_lasts_some_years"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "basis"], name="effect_of_indicator_and_basis")]
