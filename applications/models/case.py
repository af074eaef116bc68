"""The application: one unit's request in one round, from draft to decision. Its steps are in applications.workflow.

Amounts are whole øre ex. VAT. A draft may lack anything; what a complete form needs is in applications.content.
`round_answers` are the answers to the round's own questions, by key: applications.round_questions.
"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.states import State
from applications.workflow import CaseWorkflow
from people.models import Person, Unit
from pool.models import Round
from pool.themes import Theme
from questionnaires.models import Version


class Application(CaseWorkflow):
    number = models.CharField(_("nummer"), max_length=12, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications", verbose_name=_("runde"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="applications", verbose_name=_("enhed"))
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # who wrote each field last, and when: {"title": [12, "2026-03-02T09:00:00+00:00"]}
    written_by = models.JSONField(default=dict, blank=True)

    title = models.CharField(_("projektets titel"), max_length=120, blank=True)
    short_description = models.CharField(_("kort beskrivelse"), max_length=500, blank=True)
    themes = models.JSONField(_("temaer"), default=list, blank=True)
    sdgs = models.JSONField(_("verdensmål"), default=list, blank=True)
    purpose = models.TextField(_("formål og baggrund"), blank=True)
    activities = models.TextField(_("aktiviteter og tidsplan"), blank=True)
    starts = models.DateField(_("starter"), null=True, blank=True)
    ends = models.DateField(_("slutter"), null=True, blank=True)
    beneficiaries = models.PositiveIntegerField(_("hvor mange får glæde af projektet"), null=True, blank=True)
    touches_buildings = models.BooleanField(_("berører bygninger, grunde eller faste installationer"), default=False)
    amount_sought = models.BigIntegerField(_("beløb, I søger"), null=True, blank=True)
    minimum_amount = models.BigIntegerField(_("mindste beløb, projektet kan gennemføres for"), null=True, blank=True)
    own_contribution = models.BigIntegerField(_("egen medfinansiering"), null=True, blank=True)
    other_funding = models.BigIntegerField(_("anden finansiering"), null=True, blank=True)
    resulting_operating_cost = models.BigIntegerField(_("årlig drift efter projektet"), null=True, blank=True)
    operating_cost_payer = models.CharField(_("hvem betaler driften"), max_length=200, blank=True)
    risks = models.TextField(_("risici og forudsætninger"), blank=True)
    anchoring = models.TextField(_("forankring efter projektet"), blank=True)
    communication = models.TextField(_("formidling"), blank=True)
    consent_to_publish = models.BooleanField(_("må projektet offentliggøres"), null=True, blank=True)
    contact_name = models.CharField(_("kontaktperson"), max_length=120, blank=True)
    contact_email = models.EmailField(_("kontaktpersonens e-mail"), blank=True)
    contact_phone = models.CharField(_("kontaktpersonens telefon"), max_length=30, blank=True)
    partners = models.ManyToManyField(
        Unit, blank=True, related_name="partner_in", verbose_name=_("samarbejdspartnere i kommunen")
    )

    round_answers = models.JSONField(_("svar på rundens spørgsmål"), default=dict, blank=True)
    questions_version = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")

    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    # the published project that it does again («Gør det samme»)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followers")
    help_requested = models.BooleanField(_("må konsulenten læse kladden"), default=False)
    endorsed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="endorsed_cases")
    case_officer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="officer_of")
    records_number = models.CharField(_("sagsnummer i ESDH"), max_length=40, blank=True)

    version_number = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)
    recommended_amount = models.BigIntegerField(_("indstillet beløb"), null=True, blank=True)
    recommended_reason = models.TextField(_("begrundelse for indstillingen"), blank=True)
    recommended_conditions = models.TextField(_("vilkår i indstillingen"), blank=True)
    recommended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="approved_cases")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_version = models.PositiveIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    granted_amount = models.BigIntegerField(_("bevilget beløb"), null=True, blank=True)
    decision_reason = models.TextField(_("begrundelse for beslutningen"), blank=True)
    decision_conditions = models.TextField(_("vilkår"), blank=True)
    letter_released_at = models.DateTimeField(null=True, blank=True)
    lapse_warned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("ansøgning")
        verbose_name_plural = _("ansøgninger")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recommended_amount=None) | Q(recommended_amount__gte=0), name="recommended_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(granted_amount=None)
                | Q(granted_amount__gt=0, amount_sought__isnull=False, granted_amount__lte=F("amount_sought")),
                name="granted_within_what_was_sought",
            ),
            models.CheckConstraint(condition=Q(amount_sought=None) | Q(amount_sought__gt=0), name="amount_sought_positive"),
            models.CheckConstraint(condition=Q(minimum_amount=None) | Q(minimum_amount__gte=0), name="minimum_not_negative"),
        ]
        indexes = [
            models.Index(fields=["round", "state"], name="case_of_round_and_state"),
            models.Index(fields=["unit", "state"], name="case_of_unit_and_state"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self):
        return reverse("applications:case", args=[self.number])

    @staticmethod
    def subject_of(number: str) -> str:
        """What the journal calls a case."""
        return f"ansøgning/{number}"

    @property
    def subject(self) -> str:
        return self.subject_of(self.number)

    @property
    def display_title(self) -> str:
        return self.title or str(_("Uden titel endnu"))

    @property
    def theme_labels(self) -> list[str]:
        return [str(Theme(code).label) for code in self.themes]

    @property
    def is_not_sent(self) -> bool:
        """The unit is still writing it, or its leader is reading what will be sent."""
        return self.state in (State.DRAFT, State.AWAITING_ENDORSEMENT)

    @property
    def is_partial_grant(self) -> bool:
        """«Delvist bevilget» is a fact about the amounts, not a state."""
        return self.granted_amount is not None and self.granted_amount < (self.amount_sought or 0)

    @property
    def needs_building_hearing(self) -> bool:
        return self.touches_buildings

    def current_version(self):
        """The frozen version that counts, or None before the first submission."""
        return next((version for version in self.versions.all() if version.number == self.version_number), None)


class ApplicationVersion(models.Model):
    """What the unit said at one time, frozen. An approval names the version it stands on."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    endorsed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    endorsed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="version_number_once_per_case")]

    def __str__(self):
        return f"{self.application_id} v{self.number}"


class Author(models.Model):
    """Who has written in a case or taken a step for its unit: an interest in it, for good."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="authors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="authored")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="author_once_per_case")]


class Hand(models.Model):
    """Who has had which hand in deciding a case, for good: what it keeps them from is in applications.roles."""

    class Act(models.IntegerChoices):
        """Powers of two: the sum of a person's acts says them all."""

        ASSESSED = 1, _("Har givet point")
        RECOMMENDED = 2, _("Har indstillet")
        APPROVED = 4, _("Har godkendt")
        RECORDED = 8, _("Har registreret beslutningen")

    application = models.ForeignKey(Application, models.CASCADE, related_name="hands")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    act = models.PositiveSmallIntegerField(choices=Act.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "person", "act"], name="hand_once_per_case_and_act")]
