"""The yearly report of the pool: an edition that people write, and what of it was published.

`sections` holds what people wrote instead of the draft, by section; `held` all that will be printed, frozen when it is
approved. The database refuses two editions in work for one year, two published ones, and a published one that nobody
approved.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Person
from pool.models import PoolYear


class YearReport(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        READY = "ready", _("Godkendt")
        PUBLISHED = "published", _("Offentliggjort")
        SUPERSEDED = "superseded", _("Afløst af en nyere udgave")
        UNPUBLISHED = "unpublished", _("Taget ned")

    year = models.ForeignKey(PoolYear, models.PROTECT, related_name="reports", verbose_name=_("puljeår"))
    edition = models.PositiveSmallIntegerField(_("udgave"), default=1)
    day = models.DateField(_("tallene er opgjort pr."))
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    sections = models.JSONField(default=dict, blank=True)
    held = models.JSONField(default=dict, blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    unpublish_reason = models.CharField(_("hvorfor taget ned"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("årsberetning")
        ordering = ["-year__year", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["year", "edition"], name="year_report_edition_once"),
            models.UniqueConstraint(
                fields=["year"], condition=Q(status__in=["draft", "ready"]), name="one_year_report_in_work"
            ),
            models.UniqueConstraint(fields=["year"], condition=Q(status="published"), name="one_published_year_report"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="year_report_is_approved_first",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "ready"]) | Q(published_at__isnull=False),
                name="published_year_report_has_its_time",
            ),
        ]

    def __str__(self):
        return _("Årsberetning %(year)s, %(edition)s. udgave") % {"year": self.year.year, "edition": self.edition}

    @property
    def subject(self) -> str:
        return f"årsberetning/{self.year.year}"

    @property
    def is_in_work(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.READY)

    @property
    def tone(self) -> str:
        """Of its status, for a badge."""
        return {"published": "success", "ready": "info", "unpublished": "warning"}.get(self.status, "neutral")
