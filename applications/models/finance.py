"""What finance decides and what it is owed: a project's vouchers, and the orders to move its money in the finance system.

Nothing here moves money in the pool: the ledger does. The database refuses a voucher accepted without its event, an order
booked without who and when, and two open orders of one project.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.content import Attachment, BudgetLine
from applications.models.project import Project
from documents.models import Document
from journal.models import Event
from people.models import Person


class Voucher(models.Model):
    """A bill or receipt. The unit registers it, finance accepts or refuses it; accepted it has the event that did it."""

    class Status(models.TextChoices):
        REGISTERED = "registered", _("Afventer Økonomi")
        ACCEPTED = "accepted", _("Godkendt")
        REFUSED = "refused", _("Afvist")

    project = models.ForeignKey(Project, models.PROTECT, related_name="vouchers")
    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="vouchers", verbose_name=_("budgetlinje"))
    number = models.PositiveSmallIntegerField(_("bilag nr."))
    revision = models.PositiveIntegerField(default=1)
    date = models.DateField(_("bilagets dato"))
    supplier = models.CharField(_("leverandør"), max_length=120)
    text = models.CharField(_("hvad"), max_length=200, blank=True)
    amount = models.BigIntegerField(_("beløb uden moms"))
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="vouchers")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.REGISTERED)
    registered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("hvorfor afvist"), max_length=300, blank=True)
    # the event that accepted it: an event accepts one voucher, and a voucher is accepted by one event at a time
    accepted_in = models.OneToOneField(Event, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("bilag")
        verbose_name_plural = _("bilag")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_positive"),
            models.UniqueConstraint(fields=["project", "number"], name="voucher_number_once_per_project"),
            models.CheckConstraint(
                condition=Q(status="accepted", accepted_in__isnull=False) | (~Q(status="accepted") & Q(accepted_in=None)),
                name="accepted_voucher_has_its_event",
            ),
            models.CheckConstraint(condition=~Q(status="refused") | ~Q(refusal=""), name="refused_voucher_says_why"),
        ]
        indexes = [models.Index(fields=["status"], name="voucher_waits", condition=Q(status="registered"))]

    def __str__(self):
        return f"{self.number}: {self.supplier}"


class TransferOrder(models.Model):
    """An omplacering that finance is asked to book: the grant to the unit's account, or what was left back to the pool's.

    Superseded: the amount was changed, or the project stopped, before anybody booked it.
    """

    class Direction(models.TextChoices):
        OUT = "out", _("Fra puljen til enheden")
        BACK = "back", _("Fra enheden tilbage til puljen")

    project = models.ForeignKey(Project, models.PROTECT, related_name="transfer_orders")
    direction = models.CharField(_("retning"), max_length=4, choices=Direction.choices)
    amount = models.BigIntegerField(_("beløb"))
    cause = models.OneToOneField(Event, models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(_("bogført"), null=True, blank=True)
    booked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    superseded_at = models.DateTimeField(_("afløst"), null=True, blank=True)

    class Meta:
        verbose_name = _("omplacering")
        verbose_name_plural = _("omplaceringer")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_order_positive"),
            models.CheckConstraint(
                condition=Q(booked_at=None, booked_by=None) | Q(booked_at__isnull=False, booked_by__isnull=False),
                name="booked_order_says_who",
            ),
            models.CheckConstraint(
                condition=Q(booked_at=None) | Q(superseded_at=None), name="superseded_order_is_not_booked"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(booked_at=None, superseded_at=None),
                name="one_open_transfer_order_per_project",
            ),
        ]

    def __str__(self):
        return f"{self.project}: {self.amount}"
