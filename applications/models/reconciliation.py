"""The finance system's own lines, beside what the pool has booked: files that were read in, their lines, what answers what.

A match joins lines of a file with bookings of the pool: accepted vouchers and booked transfer orders. The database refuses a
file read in twice, a booking in two matches, a line that is matched and yet not the pool's. Nothing here moves money.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.finance import TransferOrder, Voucher
from people.models import Person


class FinanceFile(models.Model):
    """A file from the finance system: `table` holds its cells until somebody has said which column is what."""

    name = models.CharField(_("filens navn"), max_length=200)
    sha256 = models.CharField(max_length=64)
    table = models.JSONField(default=list, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    imported_at = models.DateTimeField(_("læst ind"), null=True, blank=True)
    first_day = models.DateField(_("fra"), null=True, blank=True)
    last_day = models.DateField(_("til"), null=True, blank=True)
    skipped = models.PositiveIntegerField(_("linjer sprunget over"), default=0)

    class Meta:
        verbose_name = _("fil fra økonomisystemet")
        ordering = ["-imported_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(imported_at__isnull=False), name="finance_file_read_once"
            ),
            models.UniqueConstraint(
                fields=["sent_by"], condition=Q(imported_at=None), name="one_waiting_finance_file_per_person"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def subject(self) -> str:
        return f"afstemning/{self.pk}"


class FinanceMatch(models.Model):
    class Status(models.TextChoices):
        EXACT = "exact", _("Sikkert")
        DOUBT = "doubt", _("Tvivl")
        CONFIRMED = "confirmed", _("Bekræftet")

    file = models.ForeignKey(FinanceFile, models.PROTECT, related_name="matches")
    status = models.CharField(max_length=10, choices=Status.choices)
    why = models.CharField(_("hvorfor"), max_length=200, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="confirmed_match_says_who",
            )
        ]


class FinanceLine(models.Model):
    """One line of a file; `amount` in øre, plus is money out of the pool. `rejected`: the bookings it is said not to be."""

    file = models.ForeignKey(FinanceFile, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField(_("linje"))
    date = models.DateField(_("dato"))
    amount = models.BigIntegerField(_("beløb"))
    supplier = models.CharField(_("leverandør"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    text = models.CharField(_("tekst"), max_length=300, blank=True)
    match = models.ForeignKey(FinanceMatch, models.SET_NULL, null=True, blank=True, related_name="lines")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    rejected = models.JSONField(default=list, blank=True)
    not_ours = models.CharField(_("hvorfor ikke puljens"), max_length=300, blank=True)
    not_ours_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["file", "row"], name="finance_line_once_per_file"),
            models.CheckConstraint(
                condition=Q(not_ours="", not_ours_by=None) | (~Q(not_ours="") & Q(not_ours_by__isnull=False, match=None)),
                name="line_not_ours_says_why_and_is_not_matched",
            ),
            models.CheckConstraint(
                condition=Q(repeats=None) | Q(match=None, not_ours=""), name="repeated_line_counts_nowhere"
            ),
        ]
        indexes = [models.Index(fields=["date", "amount"], name="finance_line_day_and_amount")]


class FinanceMatched(models.Model):
    """A booking of the pool in a match: it answers to one match at most."""

    match = models.ForeignKey(FinanceMatch, models.CASCADE, related_name="matched")
    voucher = models.OneToOneField(Voucher, models.PROTECT, null=True, blank=True, related_name="matched")
    order = models.OneToOneField(TransferOrder, models.PROTECT, null=True, blank=True, related_name="matched")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(voucher=None, order__isnull=False) | Q(voucher__isnull=False, order=None),
                name="matched_is_one_booking",
            )
        ]
