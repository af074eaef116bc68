"""How long the municipality keeps a kind of data when it is its own choice, and what is proposed to be erased."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Person


class RetentionPeriod(models.Model):
    """A choice that replaces the default of applications.retention_rules; without a row the default counts."""

    kind = models.CharField(max_length=20, primary_key=True)
    years = models.PositiveSmallIntegerField(_("år"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(years__gte=1, years__lte=20), name="kept_1_to_20_years")]

    def __str__(self):
        return f"{self.kind}: {self.years}"


class ErasureProposal(models.Model):
    """One subject whose data of one kind is past its deadline. It ends as erased; until then somebody may put it off."""

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=100)
    since = models.DateField(_("regnet fra"))
    due_on = models.DateField(_("skulle slettes"))
    holds = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    postponed_until = models.DateField(_("udsat til og med"), null=True, blank=True)
    reason = models.CharField(_("hvorfor"), max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="one_proposal_per_kind_and_subject"),
            models.CheckConstraint(
                condition=Q(postponed_until=None) | ~Q(reason=""), name="a_proposal_is_put_off_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(decided_by__isnull=False), name="a_person_said_yes_to_erasing"
            ),
        ]
        indexes = [models.Index(fields=["kind"], name="proposal_open", condition=Q(erased_at=None))]

    def __str__(self):
        return f"{self.kind}: {self.subject}"

    @property
    def rows(self) -> int:
        return sum(self.holds.values())
