"""What the public is told of a project: written by unit or consultant, seen by the unit, published by a communicator.

What visitors read is the frozen `public` words of the last publishing; the draft can be worked on meanwhile. `card` and
`facets` are cut from the same words, for lists and filters. Whether the unit has seen the words as they are now is
`is_seen`: a change by anybody else undoes it.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.case import Application
from people.models import Person


class Result(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        IN_REVIEW = "in_review", _("Hos Kommunikation")
        PUBLISHED = "published", _("Offentliggjort")
        UNPUBLISHED = "unpublished", _("Taget ned")

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="public_result")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(_("titel"), max_length=120)
    lead = models.CharField(_("kort fortalt"), max_length=400, blank=True)
    what = models.TextField(_("hvad gjorde vi"), blank=True)
    why = models.TextField(_("hvorfor"), blank=True)
    outcome = models.TextField(_("hvad kom der ud af det"), blank=True)
    lesson = models.TextField(_("hvad lærte vi"), blank=True)
    advice = models.TextField(_("sådan gør du det samme"), blank=True)
    contact = models.CharField(_("hvem kan man spørge (funktion, ikke navn)"), max_length=120, blank=True)
    hours = models.PositiveIntegerField(_("timer brugt"), null=True, blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    seen_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_revision = models.PositiveIntegerField(null=True, blank=True)
    # the unit's yes to being public, where its application had none
    unit_consents = models.BooleanField(_("enheden siger ja til, at projektet vises"), default=False)
    publish_at = models.DateTimeField(_("offentliggøres"), null=True, blank=True)
    slug = models.SlugField(max_length=140, unique=True, null=True, blank=True)
    public = models.JSONField(default=dict, blank=True)
    card = models.JSONField(default=dict, blank=True)
    facets = models.CharField(max_length=600, blank=True)  # «|year:2026|theme:waste|»
    published_revision = models.PositiveIntegerField(null=True, blank=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)  # the first time
    updated_at = models.DateTimeField(null=True, blank=True)  # the last time
    unpublish_reason = models.CharField(_("hvorfor taget ned"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("resultat")
        ordering = ["-published_at", "application_id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published")
                | Q(seen_at__isnull=False, published_at__isnull=False, updated_at__isnull=False, slug__isnull=False),
                name="published_result_was_seen_by_its_unit",
            ),
            models.CheckConstraint(condition=Q(status="published") | Q(facets=""), name="only_a_published_result_is_public"),
        ]
        indexes = [models.Index(fields=["status", "-published_at"], name="result_published")]

    def __str__(self):
        return self.title

    @property
    def is_seen(self) -> bool:
        """The unit has seen exactly these words."""
        return self.seen_at is not None and self.seen_revision == self.revision

    @property
    def tone(self) -> str:
        """Of its status, for a badge."""
        return {"published": "success", "in_review": "info", "unpublished": "warning"}.get(self.status, "neutral")

    @property
    def prose(self) -> str:
        """All that is written to be read, in its order."""
        return "\n\n".join(filter(None, [self.lead, self.what, self.why, self.outcome, self.lesson, self.advice]))

    @property
    def has_new_words(self) -> bool:
        """Published, and written in since."""
        return self.status == self.Status.PUBLISHED and self.published_revision != self.revision


class PublicEffect(models.Model):
    """One number of a published result that counts in the sums of the public site; `place` is its place on the page, from 1.

    Written with the frozen words and gone with them, so that sums are added by the database.
    """

    result = models.ForeignKey(Result, models.CASCADE, related_name="public_effects")
    place = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=30)
    unit = models.CharField(max_length=30)
    basis = models.CharField(max_length=12)
    family = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=3)
    low = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    high = models.DecimalField(max_digits=14, decimal_places=3, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "place"], name="one_public_number_per_place")]
        indexes = [models.Index(fields=["indicator", "unit", "basis", "family"], name="public_effect_of_indicator")]


class PublicSite(models.Model):
    """One row: the number of times that what the public may see has changed. Every kept page hangs on it."""

    generation = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
