"""What a form holds besides its fields: budget lines, expected effects, attachments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.case import Application
from climate.models import Calculation
from people.models import Person


class BudgetLine(models.Model):
    class Kind(models.TextChoices):
        MATERIALS = "materials", _("Materialer")
        EXTERNAL_SERVICES = "external_services", _("Ydelser udefra")
        EQUIPMENT = "equipment", _("Udstyr")
        TRAINING = "training", _("Kurser og kompetencer")

    application = models.ForeignKey(Application, models.CASCADE, related_name="budget_lines")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("art"), max_length=30, choices=Kind.choices)
    text = models.CharField(_("hvad"), max_length=200)
    amount = models.BigIntegerField(_("beløb uden moms"))
    # what was agreed when the project was changed; what was applied for stays
    agreed = models.BigIntegerField(_("aftalt beløb"), null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="budget_line_positive"),
            models.CheckConstraint(condition=models.Q(agreed=None) | models.Q(agreed__gte=0), name="agreed_not_negative"),
        ]

    @property
    def planned(self) -> int:
        """What the project may count on for this line, in øre."""
        return self.amount if self.agreed is None else self.agreed


class Effects(models.Manager):
    """Each with the calculation behind it: no paper shows one without the other."""

    def get_queryset(self):
        return super().get_queryset().select_related("calculation")


class Effect(models.Model):
    """An expected effect: how much of what, how sure, how it was found, and the calculation behind it, if any."""

    class Indicator(models.TextChoices):
        CO2E = "co2e", _("CO2e sparet")
        ENERGY = "energy", _("Energi sparet")
        WATER = "water", _("Vand sparet")
        RESOURCES = "resources", _("Ressourcer sparet")
        WASTE_AVOIDED = "waste_avoided", _("Affald undgået")
        RECYCLED = "recycled", _("Sorteret til genanvendelse")
        REUSED = "reused", _("Ting genbrugt")
        BIODIVERSITY_AREA = "biodiversity_area", _("Areal med mere natur")
        ENGAGED = "engaged", _("Mennesker, der er med")
        SAVINGS = "savings", _("Besparelse")

    class Basis(models.TextChoices):
        MEASURED = "measured", _("målt")
        CALCULATED = "calculated", _("beregnet")
        ESTIMATED = "estimated", _("skønnet")

    application = models.ForeignKey(Application, models.CASCADE, related_name="effects")
    position = models.PositiveSmallIntegerField(default=0)
    indicator = models.CharField(_("virkning"), max_length=30, choices=Indicator.choices)
    baseline = models.CharField(_("udgangspunkt"), max_length=200, blank=True)
    value = models.DecimalField(_("mængde"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("enhed"), max_length=30)
    basis = models.CharField(_("grundlag"), max_length=12, choices=Basis.choices)
    method = models.CharField(_("sådan fandt I tallet"), max_length=500)
    calculation = models.ForeignKey(Calculation, models.PROTECT, null=True, blank=True, related_name="effects")

    objects = Effects()

    class Meta:
        ordering = ["position", "id"]


class Attachment(models.Model):
    """A checked file of the case. `sha256` is of what is stored, after checking and cleaning.

    `question` is the key of the round's question that it answers, empty for an attachment in general. One that was taken
    off although a sent version names it is kept with its case in `taken_from`; of one with a virus only the row is left.
    A file of `project` is a voucher's or a photo.
    """

    class Scan(models.TextChoices):
        WAITING = "waiting", _("Venter på viruskontrol")
        CLEAN = "clean", _("Kontrolleret for virus")
        INFECTED = "infected", _("Fjernet på grund af virus")
        UNSCANNED = "unscanned", _("Ikke kontrolleret for virus")  # the first look has no scanner

    application = models.ForeignKey(Application, models.CASCADE, null=True, related_name="attachments")
    project = models.ForeignKey("applications.Project", models.CASCADE, null=True, related_name="files")
    taken_from = models.ForeignKey(Application, models.CASCADE, null=True, related_name="attachments_taken_off")
    scan = models.CharField(_("viruskontrol"), max_length=10, choices=Scan.choices, default=Scan.WAITING)
    file = models.FileField(upload_to="attachments/%Y/", blank=True)
    question = models.CharField(max_length=20, blank=True)
    name = models.CharField(_("filnavn"), max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="uploads")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["uploaded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(application__isnull=False, project=None, taken_from=None)
                | models.Q(application=None, project__isnull=False, taken_from=None)
                | models.Q(application=None, project=None, taken_from__isnull=False),
                name="attachment_of_one_case",
            ),
            models.CheckConstraint(
                condition=~models.Q(scan="infected") | models.Q(file="", application=None), name="attachment_virus_is_gone"
            ),
        ]
        indexes = [models.Index(fields=["uploaded_at"], name="attachment_waits", condition=models.Q(scan="waiting"))]

    def __str__(self):
        return self.name

    @property
    def is_waiting(self) -> bool:
        return self.scan == self.Scan.WAITING
