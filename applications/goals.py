"""The seventeen goals of the United Nations by their Danish short names; the municipality's plan names five as its own."""

from django.utils.translation import gettext_lazy as _

GOALS = {
    1: _("Afskaf fattigdom"),
    2: _("Stop sult"),
    3: _("Sundhed og trivsel"),
    4: _("Kvalitetsuddannelse"),
    5: _("Ligestilling mellem kønnene"),
    6: _("Rent vand og sanitet"),
    7: _("Bæredygtig energi"),
    8: _("Anstændige jobs og økonomisk vækst"),
    9: _("Industri, innovation og infrastruktur"),
    10: _("Mindre ulighed"),
    11: _("Bæredygtige byer og lokalsamfund"),
    12: _("Ansvarligt forbrug og produktion"),
    13: _("Klimaindsats"),
    14: _("Livet i havet"),
    15: _("Livet på land"),
    16: _("Fred, retfærdighed og stærke institutioner"),
    17: _("Partnerskaber for handling"),
}
OF_THE_PLAN = (7, 9, 12, 13, 17)
