"""What finance is owed and what it has: orders to move money in the finance system, and that system's own lines.

Nothing here moves money in the pool: the ledger does. The database refuses an order booked without who and when, and two
open orders of one project.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.project import Project
from documents.models import Document
from journal.models import Event
from people.models import Person


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
