"""What a project can be about (domain guide 1.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    ENERGY = "energy", _("Energi og CO2")
    WASTE = "waste", _("Affald og genanvendelse")
    REUSE = "reuse", _("Genbrug og cirkulær økonomi")
    PROCUREMENT = "procurement", _("Indkøb")
    FOOD = "food", _("Fødevarer og madspild")
    BIODIVERSITY = "biodiversity", _("Biodiversitet")
    TRANSPORT = "transport", _("Transport")
    RESOURCES = "resources", _("Vand og andre ressourcer")
    BEHAVIOUR = "behaviour", _("Adfærd og kompetencer")
    OTHER = "other", _("Andet")
