"""A document: a PDF (or another file) of the truth at a time. It knows its subject and its cause, nothing of any case.

Owed in the transaction of its event, written once, and never written again: its SHA-256 is a fact.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from journal import clock
from journal.models import Event


class Document(models.Model):
    """What was issued, or is owed while `sha256` is empty. `kind` names its writer in documents.store."""

    subject = models.CharField(max_length=100, db_index=True)
    kind = models.CharField(max_length=30)
    title = models.CharField(_("titel"), max_length=200)
    file_name = models.CharField(max_length=120)
    cause = models.ForeignKey(Event, models.PROTECT, related_name="documents")
    facts = models.JSONField(default=dict)
    owed_at = models.DateTimeField(default=clock.now)
    file = models.FileField(upload_to="documents/%Y/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    superseded = models.BooleanField(_("afløst af en nyere"), default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cause", "subject", "kind"], name="a_document_is_issued_once")]
        indexes = [models.Index(fields=["id"], name="document_owed", condition=Q(sha256=""))]

    def __str__(self):
        return self.title

    @property
    def is_issued(self) -> bool:
        return bool(self.sha256)
