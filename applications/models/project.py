"""A granted case followed up: the project, its milestones, reports, vouchers, effects and changes.

From `start` on a case has a Project; its steps are in applications.project_workflow. Amounts are whole øre ex. VAT. The
database refuses to account for more than was granted, a voucher accepted without its event, a photo shown without leave.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.case import Application
from applications.models.content import Attachment, BudgetLine, Effect
from climate.models import Calculation
from journal.models import Event
from people.models import Person


class Project(models.Model):
    """What a granted case holds from its start on. `spent` is the sum of the vouchers that finance has accepted."""

    class Settlement(models.TextChoices):
        BUDGET_TRANSFER = "budget_transfer", _("Omplacering til enhedens konto")
        POOL_INVOICE = "pool_invoice", _("Regninger sendes til puljens EAN")
        REFUND = "refund", _("Enheden betaler og får dækket udgiften")

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="project")
    amount = models.BigIntegerField(_("bevilget"))
    given_back = models.BigIntegerField(_("ført tilbage undervejs"), default=0)
    spent = models.BigIntegerField(_("dokumenteret forbrug"), default=0)
    settlement = models.CharField(_("afregning"), max_length=20, choices=Settlement.choices)
    account = models.CharField(_("kontostreng eller EAN"), max_length=60, blank=True)
    starts = models.DateField(_("begynder"))
    ends = models.DateField(_("slutter"))
    started_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    transferred_at = models.DateTimeField(_("omplacering bogført"), null=True, blank=True)
    transferred_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_report = models.ForeignKey("StatusReport", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.TextField(_("hvorfor projektet bør afbrydes"), blank=True)
    cancel_proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("projekt")
        ordering = ["application__number"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="project_has_money"),
            models.CheckConstraint(
                condition=Q(spent__gte=0, given_back__gte=0, amount__gte=F("spent") + F("given_back")),
                name="project_accounts_within_its_grant",
            ),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="project_ends_after_it_begins"),
        ]

    def __str__(self):
        return str(self.application)

    @property
    def holds(self) -> int:
        """What the project may use in all, in øre."""
        return self.amount - self.given_back

    @property
    def left(self) -> int:
        """What no accepted voucher has used, in øre."""
        return self.holds - self.spent

    @property
    def is_transfer(self) -> bool:
        return self.settlement == self.Settlement.BUDGET_TRANSFER


class Milestone(models.Model):
    """Something the unit (or the consultant) owes by a day. Who moved the day is an event."""

    class Kind(models.TextChoices):
        START_TALK = "start_talk", _("Opstartssamtale")
        HALFWAY = "halfway", _("Halvvejsstatus")
        FINAL_REPORT = "final_report", _("Slutrapport")
        EFFECT_LATER = "effect_later", _("Effekt et år efter")
        OWN = "own", _("Egen milepæl")

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    kind = models.CharField(_("slags"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("milepæl"), max_length=120, blank=True)
    due = models.DateField(_("senest"))
    done_on = models.DateField(_("nået"), null=True, blank=True)

    class Meta:
        verbose_name = _("milepæl")
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=~Q(kind="own"), name="one_milestone_of_a_kind_per_project"
            ),
            models.CheckConstraint(condition=~Q(kind="own") | ~Q(title=""), name="own_milestone_has_a_title"),
        ]
        indexes = [models.Index(fields=["due"], name="milestone_not_reached", condition=Q(done_on=None))]

    def __str__(self):
        return self.title or str(self.get_kind_display())


class Reminder(models.Model):
    """A milestone was reminded of on a day: once, whatever is killed and begun again."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="reminders")
    day = models.DateField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["milestone", "day"], name="reminded_once_per_milestone_and_day")]


class StatusReport(models.Model):
    """What the unit reports. A draft is written in; what was sent is frozen in `content` and never changes."""

    class Kind(models.TextChoices):
        STATUS = "status", _("Statusrapport")
        FINAL = "final", _("Slutrapport")
        EFFECT = "effect", _("Effekt et år efter")

    project = models.ForeignKey(Project, models.PROTECT, related_name="reports")
    kind = models.CharField(_("slags"), max_length=10, choices=Kind.choices)
    revision = models.PositiveIntegerField(default=1)
    summary = models.TextField(_("sådan går det"), blank=True)
    result = models.TextField(_("det kom der ud af det"), blank=True)
    lessons = models.TextField(_("det lærte vi"), blank=True)
    advice = models.TextField(_("gode råd til andre"), blank=True)
    anchoring = models.TextField(_("sådan lever det videre"), blank=True)
    hours = models.PositiveIntegerField(_("egne timer brugt"), null=True, blank=True)
    begun_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("rapport")
        ordering = ["begun_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(sent_at=None), name="one_draft_report_of_a_kind_per_project"
            ),
            models.CheckConstraint(condition=Q(sent_at=None) | ~Q(sha256=""), name="sent_report_is_frozen"),
        ]

    @property
    def slug(self) -> str:
        """The kind as it stands in an address."""
        return {"status": "status", "final": "slutrapport", "effect": "effekt"}[self.kind]


class ReportedActivity(models.Model):
    class Status(models.TextChoices):
        DONE = "done", _("Gennemført")
        ON_THE_WAY = "on_the_way", _("I gang")
        DROPPED = "dropped", _("Opgivet")

    report = models.ForeignKey(StatusReport, models.CASCADE, related_name="activities")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("aktivitet"), max_length=300)
    status = models.CharField(_("hvor langt"), max_length=12, choices=Status.choices, default=Status.ON_THE_WAY)
    comment = models.CharField(_("bemærkning"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "id"]


class Voucher(models.Model):
    """A bill or receipt. The unit registers it, finance accepts or refuses it; accepted it has the event that did it."""

    class Status(models.TextChoices):
        REGISTERED = "registered", _("Afventer Økonomi")
        ACCEPTED = "accepted", _("Godkendt")
        REFUSED = "refused", _("Afvist")

    project = models.ForeignKey(Project, models.PROTECT, related_name="vouchers")
    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="vouchers", verbose_name=_("budgetlinje"))
    number = models.PositiveSmallIntegerField(_("bilag nr."))
    revision = models.PositiveIntegerField(default=1)
    date = models.DateField(_("bilagets dato"))
    supplier = models.CharField(_("leverandør"), max_length=120)
    text = models.CharField(_("hvad"), max_length=200, blank=True)
    amount = models.BigIntegerField(_("beløb uden moms"))
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="vouchers")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.REGISTERED)
    registered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("hvorfor afvist"), max_length=300, blank=True)
    # the event that accepted it: an event accepts one voucher, and a voucher is accepted by one event at a time
    accepted_in = models.OneToOneField(Event, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("bilag")
        verbose_name_plural = _("bilag")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_positive"),
            models.UniqueConstraint(fields=["project", "number"], name="voucher_number_once_per_project"),
            models.CheckConstraint(
                condition=Q(status="accepted", accepted_in__isnull=False) | (~Q(status="accepted") & Q(accepted_in=None)),
                name="accepted_voucher_has_its_event",
            ),
            models.CheckConstraint(condition=~Q(status="refused") | ~Q(refusal=""), name="refused_voucher_says_why"),
        ]
        indexes = [models.Index(fields=["status"], name="voucher_waits", condition=Q(status="registered"))]

    def __str__(self):
        return f"{self.number}: {self.supplier}"


class MeasuredEffect(models.Model):
    """What was found out about one effect, as the unit reports it: how much, from what, how sure, and how it was found.

    `expected` is the application's effect it answers to; `lifetime` is how many years a yearly effect
    lasts, if known. What already counts in another effect names it in `overlaps`.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="measured_effects")
    report = models.ForeignKey(StatusReport, models.CASCADE, null=True, blank=True, related_name="measured_effects")
    expected = models.ForeignKey(Effect, models.SET_NULL, null=True, blank=True, related_name="measured")
    position = models.PositiveSmallIntegerField(default=0)
    indicator = models.CharField(_("virkning"), max_length=30, choices=Effect.Indicator.choices)
    baseline = models.CharField(_("udgangspunkt"), max_length=200, blank=True)
    value = models.DecimalField(_("mængde"), max_digits=14, decimal_places=3)
    low = models.DecimalField(_("mindst"), max_digits=14, decimal_places=3, null=True, blank=True)
    high = models.DecimalField(_("højst"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("enhed"), max_length=30)
    basis = models.CharField(_("grundlag"), max_length=12, choices=Effect.Basis.choices)
    method = models.CharField(_("sådan fandt I tallet"), max_length=500, blank=True)
    calculation = models.ForeignKey(Calculation, models.PROTECT, null=True, blank=True, related_name="measured_effects")
    lifetime = models.PositiveSmallIntegerField(_("varer så mange år"), null=True, blank=True)
    overlaps = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="overlapped_by", verbose_name=_("tæller allerede med i")
    )

    class Meta:
        verbose_name = _("virkning")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(low=None) | Q(low__lte=F("value"))) & (Q(high=None) | Q(high__gte=F("value"))),
                name="measured_effect_within_its_range",
            ),
            models.CheckConstraint(condition=Q(overlaps=None) | ~Q(overlaps=F("id")), name="no_effect_overlaps_itself"),
            models.CheckConstraint(
                condition=Q(lifetime=None) | Q(lifetime__gte=1, lifetime__lte=100), name="measured_effect_lasts_some_years"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "basis"], name="effect_of_indicator_and_basis")]


class ChangeRequest(models.Model):
    """A wish to change a running project, and who may grant it: the consultant within the round's limits, a manager
    beyond them, the committee when the purpose changes (`item`)."""

    class Kind(models.TextChoices):
        PERIOD = "period", _("En anden slutdato")
        BUDGET = "budget", _("Flytte penge mellem budgetlinjer")
        AMOUNT = "amount", _("Færre penge")
        PURPOSE = "purpose", _("Et andet formål")

    class Status(models.TextChoices):
        OPEN = "open", _("Venter på svar")
        APPROVED = "approved", _("Godkendt")
        REFUSED = "refused", _("Afvist")
        WITHDRAWN = "withdrawn", _("Trukket tilbage")

    project = models.ForeignKey(Project, models.PROTECT, related_name="changes")
    kind = models.CharField(_("hvad skal ændres"), max_length=10, choices=Kind.choices)
    reason = models.TextField(_("hvorfor"))
    new_end = models.DateField(_("ny slutdato"), null=True, blank=True)
    new_amount = models.BigIntegerField(_("nyt beløb i alt"), null=True, blank=True)
    new_purpose = models.TextField(_("nyt formål"), blank=True)
    lines = models.JSONField(_("nye beløb på budgetlinjerne"), default=dict, blank=True)  # {budget line id: øre}
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    item = models.ForeignKey("applications.AgendaItem", models.PROTECT, null=True, blank=True, related_name="changes")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("svar"), blank=True)

    class Meta:
        verbose_name = _("ændring")
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="period") & Q(new_end__isnull=False))
                | (Q(kind="amount") & Q(new_amount__gt=0))
                | (Q(kind="purpose") & ~Q(new_purpose=""))
                | Q(kind="budget"),
                name="a_change_says_what_it_changes",
            ),
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(status="open"), name="one_open_change_of_a_kind_per_project"
            ),
        ]

    @property
    def tone(self) -> str:
        return {"open": "info", "approved": "success", "refused": "error"}.get(self.status, "neutral")


class Talk(models.Model):
    """A talk with or a visit to a project, noted by the administration."""

    class Kind(models.TextChoices):
        TALK = "talk", _("Samtale")
        VISIT = "visit", _("Besøg")
        PHONE = "phone", _("Telefon")

    project = models.ForeignKey(Project, models.CASCADE, related_name="talks")
    kind = models.CharField(_("slags"), max_length=10, choices=Kind.choices, default=Kind.TALK)
    day = models.DateField(_("dato"))
    text = models.TextField(_("notat"))
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "-id"]


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
