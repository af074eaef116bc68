"""Persons, units, committees and role assignments.

Refuses: two persons with one address, a wrong EAN, a unit that is its own ancestor, a role that ends before it begins.
Changes of units and roles go through people.appointments and people.units, which write the event.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from journal import clock
from journal.models import UNREAD
from people.ean import validate_ean
from people.roles import Role


class PersonManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(email=username.strip().lower())

    def create_person(self, email: str, name: str, password: str | None = None, **fields) -> "Person":
        """A new person; without a password there is no way in but an invitation."""
        person = self.model(email=email.strip().lower(), name=name, **fields)
        person.set_password(password)
        person.save()
        return person


ERASED_DOMAIN = "@slettet.invalid"


class Person(AbstractBaseUser):
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("navn"), max_length=120)
    title = models.CharField(_("stilling"), max_length=120, blank=True)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    language = models.CharField(_("sprog"), max_length=2, choices=[("da", "Dansk"), ("en", "English")], default="da")
    daily_digest = models.BooleanField(_("saml dagens beskeder i én mail"), default=False)
    is_active = models.BooleanField(_("aktiv"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    # since when a code from the person's phone is asked for; a session remembers this moment and ends with it
    second_factor_since = models.DateTimeField(null=True, editable=False)
    # who the person is at the municipality's own sign-in: issuer and subject, bound once (people.directory)
    directory_id = models.CharField(max_length=400, null=True, unique=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self):
        return self.name

    @property
    def is_erased(self) -> bool:
        """The name and the ways in are gone; what the person did stays (applications.erasing_person)."""
        return self.email.endswith(ERASED_DOMAIN)

    def _get_session_auth_hash(self, secret=None):
        """What a session must match: the password and the phone; a change of either ends every other session."""
        found = super()._get_session_auth_hash(secret)
        return f"{found}.{self.second_factor_since.timestamp()}" if self.second_factor_since else found

    @property
    def subject(self) -> str:
        return f"person/{self.pk}"

    @cached_property
    def current_assignments(self) -> list["RoleAssignment"]:
        """The assignments in force now, read once per object; an inactive person holds nothing."""
        if not self.is_active:
            return []
        return list(self.assignments.in_force().select_related("unit", "deputy_for"))

    @cached_property
    def unread_messages(self) -> int:
        """Counted once per object; `forget_unread` when some were read in between."""
        return self.messages.filter(UNREAD).count()

    def forget_unread(self) -> None:
        self.__dict__.pop("unread_messages", None)

    def role_codes(self) -> frozenset[str]:
        """Codes of every role held now, in whatever unit."""
        return frozenset(assignment.role for assignment in self.current_assignments)

    def has_role(self, *roles: Role) -> bool:
        return not self.role_codes().isdisjoint(roles)


class Unit(models.Model):
    """A part of the municipality, or a separate legal entity that belongs to it.

    `path` holds the ids from the top, «/1/4/17/», so that everything under a unit is one prefix.
    """

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Kommune")
        CENTRE = "centre", _("Center")
        DAYCARE = "daycare", _("Daginstitution")
        SCHOOL = "school", _("Skole")
        AFTER_SCHOOL = "after_school", _("SFO eller klub")
        CARE_HOME = "care_home", _("Plejecenter")
        RESIDENTIAL = "residential", _("Bosted")
        DAY_ACTIVITY = "day_activity", _("Dagtilbud for voksne")
        KITCHEN = "kitchen", _("Køkken")
        ADMINISTRATION = "administration", _("Administration")
        TECHNICAL_SERVICES = "technical_services", _("Teknisk service og drift")
        CULTURE = "culture", _("Kultur og bibliotek")
        SPORTS = "sports", _("Idræt")
        YOUTH = "youth", _("Ungdomstilbud")
        WORKSHOP = "workshop", _("Værksted")

    name = models.CharField(_("navn"), max_length=120)
    kind = models.CharField(_("type"), max_length=30, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("hører under")
    )
    path = models.CharField(max_length=200, default="", editable=False, db_index=True)
    ean = models.CharField(_("EAN-nummer"), max_length=13, blank=True, validators=[validate_ean])
    users_count = models.PositiveIntegerField(_("antal brugere"), default=0)
    staff_count = models.PositiveIntegerField(_("antal ansatte"), default=0)
    latitude = models.DecimalField(_("breddegrad"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("længdegrad"), max_digits=8, decimal_places=5, null=True, blank=True)
    is_separate_legal_entity = models.BooleanField(_("selvejende eller privat (egen juridisk person)"), default=False)
    hears_building_cases = models.BooleanField(_("høres, når bygninger eller grunde berøres"), default=False)
    valid_from = models.DateField(_("oprettet"), null=True, blank=True)
    valid_to = models.DateField(_("lukket fra"), null=True, blank=True)

    class Meta:
        verbose_name = _("enhed")
        verbose_name_plural = _("enheder")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["ean"], condition=~Q(ean=""), name="unit_ean_once"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
        ]

    def __str__(self):
        return self.name

    @property
    def subject(self) -> str:
        return f"enhed/{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.valid_to is None or self.valid_to > clock.today()

    def is_within(self, other: "Unit") -> bool:
        """This unit is `other` or lies below it."""
        return self.path.startswith(other.path)

    def ancestor_ids(self) -> list[int]:
        """Ids from the top down to the unit itself."""
        return [int(part) for part in self.path.strip("/").split("/") if part]

    def centre(self) -> "Unit":
        """The centre the unit belongs to; itself when it is one or stands above them."""
        chain = {unit.pk: unit for unit in Unit.objects.filter(pk__in=self.ancestor_ids())}
        for pk in self.ancestor_ids():
            if chain[pk].kind == Unit.Kind.CENTRE:
                return chain[pk]
        return self


class RoleAssignmentQuerySet(models.QuerySet):
    def in_force(self, day=None):
        """Assignments that count on a day (today), the last day included."""
        day = day or clock.today()
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, person__is_active=True)


class RoleAssignment(models.Model):
    """A person holds a role in a unit for a period; a deputy holds it for somebody."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name=_("enhed"))
    role = models.CharField(_("rolle"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("fra og med"))
    valid_to = models.DateField(_("til og med"), null=True, blank=True)
    deputy_for = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("stedfortræder for")
    )
    from_directory = models.BooleanField(default=False, editable=False)  # by a group at the municipality's own sign-in

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("rolle")
        verbose_name_plural = _("roller")
        ordering = ["role", "person__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="assignment_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.HEARD_UNIT, Role.SYSTEM]), name="nobody_is_appointed_to_a_derived_role"
            ),
            models.CheckConstraint(
                condition=Q(deputy_for=None) | ~Q(deputy_for=F("person")), name="nobody_deputises_for_themselves"
            ),
        ]
        indexes = [models.Index(fields=["role", "unit"], name="assignment_of_role_in_unit")]

    def __str__(self):
        return f"{self.get_role_display()}, {self.unit}"


class Committee(models.Model):
    """A political body, with the days it existed: old decisions keep the name of who took them."""

    name = models.CharField(_("navn"), max_length=120)
    valid_from = models.DateField(_("fra og med"))
    valid_to = models.DateField(_("til og med"), null=True, blank=True)
    members = models.PositiveSmallIntegerField(_("antal medlemmer"), default=7)
    is_council = models.BooleanField(_("byrådet"), default=False)
    place = models.CharField(_("mødested"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("udvalg")
        verbose_name_plural = _("udvalg")
        ordering = ["name", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="committee_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="committee_ends_after_it_begins"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def subject(self) -> str:
        return f"udvalg/{self.pk}"

    def existed_on(self, day) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class RegisterFile(models.Model):
    """A file with units and persons that somebody has sent in and not confirmed: the latest of each, for a day."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="register_file")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    tables = models.JSONField()
    sent_at = models.DateTimeField()

    def __str__(self):
        return self.name


class AccessMail(models.Model):
    """A link owed to an address, known to us or not: an invitation, or a new password. Never holds a token."""

    class Reason(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        FORGOTTEN = "forgotten", _("Glemt adgangskode")

    email = models.EmailField(unique=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.reason} → {self.email}"


class RecoveryCode(models.Model):
    """One of ten codes on paper for who has lost the phone; kept as a password is kept, deleted when used."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=160, unique=True)

    def __str__(self):
        return f"recovery code of {self.person_id}"


class Bucket(models.Model):
    """How often something may still be tried (people.throttle). The key is a keyed digest: whose it is cannot be read."""

    key = models.CharField(max_length=64, unique=True)
    left = models.FloatField()
    at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.left:.1f} left"


class KeptForm(models.Model):
    """What a person had typed when their session ended: the form's fields as they were sent, for the page at `path`."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    typed = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "path"], name="one_kept_form_per_person_and_page")]

    def __str__(self):
        return f"{self.person_id} {self.path}"
