"""A granted case followed up: the project, its milestones, what is changed on the way, talks with it.

From `start` on a case has a Project; its steps are in applications.project_workflow. Amounts are whole øre ex. VAT. The
database refuses to account for more than was granted.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.case import Application
from applications.states import State
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


class Milestones(models.QuerySet):
    def owed(self):
        """Those that `Milestone.is_owed_in` says are owed."""
        running = Q(project__application__state=State.ACTIVE)
        later = Q(project__application__state=State.COMPLETED, kind=Milestone.Kind.EFFECT_LATER)
        return self.filter(running | later, done_on=None)


class Milestone(models.Model):
    """Something the unit (or the consultant) owes by a day. Who moved the day is an event."""

    class Kind(models.TextChoices):
        START_TALK = "start_talk", _("Opstartssamtale")
        HALFWAY = "halfway", _("Halvvejsstatus")
        FINAL_REPORT = "final_report", _("Slutrapport")
        EFFECT_LATER = "effect_later", _("Virkning et år efter")
        OWN = "own", _("Egen milepæl")

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    kind = models.CharField(_("slags"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("milepæl"), max_length=120, blank=True)
    due = models.DateField(_("senest"))
    due_set_on = models.DateField(null=True, blank=True)  # nobody is reminded for days before it; empty: long ago
    done_on = models.DateField(_("nået"), null=True, blank=True)

    objects = Milestones.as_manager()

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

    def is_owed_in(self, state: str) -> bool:
        """Whether it is owed in a state of its case: all while the project runs, nothing while its report is looked
        through, and once it is completed only the effect a year later."""
        kept = state == State.ACTIVE or (state == State.COMPLETED and self.kind == self.Kind.EFFECT_LATER)
        return kept and self.done_on is None


class Reminder(models.Model):
    """A milestone was reminded of on a day: once, whatever is killed and begun again."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="reminders")
    day = models.DateField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["milestone", "day"], name="reminded_once_per_milestone_and_day")]


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
