"""The roles a person can hold. What each may do stands in applications.roles and on the steps of applications.workflow."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    APPLICANT = "applicant", _("Ansøger")
    UNIT_LEADER = "unit_leader", _("Institutionsleder")
    CONSULTANT = "consultant", _("Bæredygtighedskonsulent")
    CO_ASSESSOR = "co_assessor", _("Medbedømmer")
    MANAGER = "manager", _("Leder")
    SECRETARY = "secretary", _("Udvalgssekretær")
    FINANCE = "finance", _("Økonomi")
    COMMUNICATOR = "communicator", _("Kommunikation")
    AUDITOR = "auditor", _("Revision")
    ADMINISTRATOR = "administrator", _("Administrator")
    HEARD_UNIT = "heard_unit", _("Hørt enhed")
    SYSTEM = "system", _("Systemet")


# nobody is appointed to these: the first comes with a hearing, the second has no sign-in
DERIVED = frozenset({Role.HEARD_UNIT, Role.SYSTEM})
APPOINTED = [role for role in Role if role not in DERIVED]
# held in one unit; all others count for the whole municipality, a manager's for the unit and all below it
UNIT_ROLES = frozenset({Role.APPLICANT, Role.UNIT_LEADER})
STAFF_ROLES = frozenset(
    {
        Role.CONSULTANT,
        Role.CO_ASSESSOR,
        Role.MANAGER,
        Role.SECRETARY,
        Role.FINANCE,
        Role.COMMUNICATOR,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    }
)
# who holds one of these signs in with a second factor
NEED_SECOND_FACTOR = STAFF_ROLES
