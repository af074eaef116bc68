"""Meetings of a committee, agenda items, and which cases an item holds. They change through applications.agenda."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.dates import moment
from applications.models.case import Application
from people.models import Committee, Person
from pool.models import Round


class Meeting(models.Model):
    class Status(models.TextChoices):
        PLANNED = "planned", _("Planlagt")
        HELD = "held", _("Afholdt")
        CLOSED = "closed", _("Afsluttet")
        CANCELLED = "cancelled", _("Aflyst")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings", verbose_name=_("udvalg"))
    at = models.DateTimeField(_("tidspunkt"))
    place = models.CharField(_("sted"), max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["committee", "at"], name="one_meeting_at_a_time")]

    def __str__(self):
        return f"{self.committee}, {moment(self.at)}"

    @property
    def subject(self) -> str:
        return f"møde/{self.pk}"


class AgendaItem(models.Model):
    """One item of an agenda: a round, or a single case. `sections` holds the edited text by section key.

    Sent: the text is frozen, what comes later is a supplement. Minutes final: letters may be released.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Kladde")
        READY = "ready", _("Godkendt af leder")
        SENT = "sent", _("Sendt til udvalget")
        DECIDED = "decided", _("Besluttet")
        FINAL = "final", _("Protokollen er endelig")

    class Competence(models.TextChoices):
        DECIDES = "decides", _("godkender")
        RECOMMENDS = "recommends", _("anbefaler")
        NOTES = "notes", _("til efterretning")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("møde"))
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    number = models.PositiveSmallIntegerField(_("punkt nr."), null=True, blank=True)
    title = models.CharField(_("overskrift"), max_length=200)
    case_number = models.CharField(_("sagsnr."), max_length=40, blank=True)
    competence = models.CharField(_("kompetence"), max_length=12, choices=Competence.choices, default=Competence.DECIDES)
    sections = models.JSONField(default=dict)
    is_open = models.BooleanField(_("åbent punkt"), default=True)
    closed_reason = models.TextField(_("hvorfor punktet er lukket"), blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    supplement = models.TextField(_("supplerende oplysninger efter udsendelsen"), blank=True)
    decision_text = models.TextField(_("beslutning"), blank=True)
    dissent = models.TextField(_("mindretalsudtalelse"), blank=True)
    absentees = models.CharField(_("afbud"), max_length=200, blank=True)
    disqualified_members = models.CharField(_("inhabile medlemmer"), max_length=200, blank=True)
    council_demanded = models.BooleanField(_("et medlem har krævet sagen i byrådet (§ 23)"), default=False)
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    minutes_final_on = models.DateField(_("protokollen er endelig"), null=True, blank=True)

    class Meta:
        ordering = ["meeting__at", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "round"], name="one_item_per_round_and_meeting"),
            models.CheckConstraint(condition=Q(is_open=True) | ~Q(closed_reason=""), name="a_closed_item_has_a_reason"),
        ]

    def __str__(self):
        return self.title

    @property
    def subject(self) -> str:
        return f"dagsordenspunkt/{self.pk}"


class Placement(models.Model):
    """A case on an agenda item, and what became of it there. A case stands on one live item at a time."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Bevilget")
        REFUSED = "refused", _("Afslag")
        POSTPONED = "postponed", _("Udsat")
        SENT_BACK = "sent_back", _("Sendt tilbage")
        REFERRED = "referred", _("Sendt videre")
        TAKEN_OFF = "taken_off", _("Taget af dagsordenen")
        WITHDRAWN = "withdrawn", _("Trukket tilbage")
        REOPENED = "reopened", _("Taget tilbage")

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="placements")
    application = models.ForeignKey(Application, models.PROTECT, related_name="placements")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(outcome=""), name="a_case_stands_on_one_live_item"),
        ]
