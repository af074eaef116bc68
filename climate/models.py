"""Factors with their source, and calculations that were made with them.

The database refuses to change what a factor says or to delete one (migration 0002): a correction is a new row that
supersedes the old. A calculation is written once and never changed; it carries what it used in its own words.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Person, Unit


class Family(models.TextChoices):
    """What may stand in one sum. Numbers of two families answer different questions and are never added."""

    ENERGY = "energy", _("Energi i danske bygninger")
    TRANSPORT = "transport", _("Kørsel")
    MATERIALS = "materials", _("Undgået ny produktion af materialer")
    FURNITURE = "furniture", _("Undgået ny produktion af møbler")
    FOOD = "food", _("Mad (AGRIBALYSE)")
    INCINERATION = "incineration", _("Fossil CO2 fra forbrænding af affald")
    WASTE_HANDLING = "waste_handling", _("Kørsel med affald: bruges ikke")
    ASSUMED = "assumed", _("Forudsætninger")


class FactorSource(models.Model):
    """Who published a factor, and what one may do with it."""

    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(_("kilde"), max_length=200)
    publisher = models.CharField(_("udgiver"), max_length=120)
    licence = models.CharField(_("licens"), max_length=200)
    year = models.PositiveSmallIntegerField(_("år"))
    taken_from = models.CharField(_("hentet fra"), max_length=300)
    caveat = models.CharField(_("forbehold"), max_length=300)

    class Meta:
        verbose_name = _("kilde")
        ordering = ["title"]

    def __str__(self):
        return self.title


class Factor(models.Model):
    """One factor as it was known from a day on. Everything but its end is written once."""

    key = models.CharField(max_length=80)
    name = models.CharField(_("faktor"), max_length=160)
    family = models.CharField(_("slags"), max_length=20, choices=Family.choices)
    value = models.DecimalField(_("værdi"), max_digits=14, decimal_places=6)
    low = models.DecimalField(_("lav"), max_digits=14, decimal_places=6)
    high = models.DecimalField(_("høj"), max_digits=14, decimal_places=6)
    unit = models.CharField(_("enhed"), max_length=40)
    year = models.PositiveSmallIntegerField(_("gælder året"))
    boundary = models.CharField(_("afgrænsning"), max_length=300)
    caveat = models.CharField(_("forbehold"), max_length=400, blank=True)
    least = models.DecimalField(_("mindst troværdige"), max_digits=14, decimal_places=6)
    most = models.DecimalField(_("størst troværdige"), max_digits=14, decimal_places=6)
    source = models.ForeignKey(FactorSource, models.PROTECT, related_name="factors", verbose_name=_("kilde"))
    valid_from = models.DateField(_("i brug fra"))
    valid_to = models.DateField(_("i brug til"), null=True, blank=True)
    superseded_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="supersedes")

    class Meta:
        verbose_name = _("klimafaktor")
        ordering = ["family", "name", "year", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(valid_to=None), name="one_current_factor_per_key"),
            models.CheckConstraint(condition=Q(low__lte=F("value"), high__gte=F("value")), name="factor_within_its_range"),
            models.CheckConstraint(condition=Q(least__lte=F("value"), most__gte=F("value")), name="factor_is_plausible"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="factor_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | Q(valid_to__isnull=False), name="superseded_factor_has_ended"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def has_range(self) -> bool:
        return self.low != self.high


class Calculation(models.Model):
    """A calculation as it was taken into an application: answers, factors and result in its own words."""

    calculator = models.SlugField(max_length=30)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="calculations")
    answers = models.JSONField()
    value = models.DecimalField(max_digits=14, decimal_places=3)
    measure = models.CharField(max_length=30)
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="calculations")
    made_at = models.DateTimeField()
    factors = models.ManyToManyField(Factor, related_name="calculations")

    class Meta:
        verbose_name = _("beregning")
        ordering = ["id"]
