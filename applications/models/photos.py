"""A project's pictures, and the consents to show who can be recognised in them.

The database refuses a picture that is shown without its words and without leave.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.content import Attachment
from applications.models.project import Project
from people.models import Person


class Consent(models.Model):
    """A consent to show recognisable persons, kept with the project. Withdrawn, it covers nothing from that moment."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="consents")
    covers = models.CharField(_("hvem og hvad dækker samtykket"), max_length=300)
    reference = models.CharField(_("hvor ligger samtykket"), max_length=200)
    given_on = models.DateField(_("givet"))
    valid_to = models.DateField(_("gælder til"), null=True, blank=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("samtykke")
        ordering = ["given_on", "id"]


class Photo(models.Model):
    """A picture of the project. It is shown in public only with an alternative text, and either a named editor's word
    that nobody can be recognised, or a consent that covers it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="photos")
    file = models.OneToOneField(Attachment, models.PROTECT, related_name="photo")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(_("hvad viser billedet"), max_length=300, blank=True)
    caption = models.CharField(_("billedtekst"), max_length=300, blank=True)
    credit = models.CharField(_("fotograf"), max_length=120, blank=True)
    nobody_shown_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, related_name="photos")
    is_shown = models.BooleanField(_("vises på projektets side"), default=False)

    class Meta:
        verbose_name = _("billede")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_shown=False) | (~Q(alt="") & (Q(nobody_shown_by__isnull=False) | Q(consent__isnull=False))),
                name="photo_shown_has_alt_and_leave",
            ),
        ]
