"""The pool's years, rounds and ledger entries. Amounts are whole øre ex. VAT.

The database refuses: a pocket below zero, a round above its ceiling, a move between pockets that the law does not
know, a cause booked twice, an entry changed or deleted. Money moves through pool.ledger alone; rounds change
through pool.rounds.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from journal import clock
from journal.models import Event
from people.models import Committee, Person, Unit
from pool.themes import Theme


class Pocket(models.TextChoices):
    OUTSIDE = "outside", _("Uden for puljen")
    AVAILABLE = "available", _("Til rådighed")
    RESERVED = "reserved", _("Reserveret")
    COMMITTED = "committed", _("Disponeret")
    SPENT = "spent", _("Forbrug")


# the only moves there are (workflow.md, «Money»)
LAWFUL_MOVES = [
    (Pocket.OUTSIDE, Pocket.AVAILABLE),
    (Pocket.AVAILABLE, Pocket.OUTSIDE),
    (Pocket.AVAILABLE, Pocket.RESERVED),
    (Pocket.RESERVED, Pocket.AVAILABLE),
    (Pocket.RESERVED, Pocket.COMMITTED),
    (Pocket.AVAILABLE, Pocket.COMMITTED),
    (Pocket.COMMITTED, Pocket.SPENT),
    (Pocket.SPENT, Pocket.COMMITTED),
    (Pocket.COMMITTED, Pocket.AVAILABLE),
]


def _lawful():
    lawful = Q()
    for source, target in LAWFUL_MOVES:
        lawful |= Q(source=source, target=target)
    return lawful


class PoolYear(models.Model):
    """One year's appropriation in four pockets."""

    year = models.PositiveSmallIntegerField(_("år"), unique=True)
    available = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    committed = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    account = models.CharField(_("kontostreng"), max_length=60, blank=True)
    closed_at = models.DateTimeField(_("afsluttet"), null=True, blank=True)

    class Meta:
        verbose_name = _("puljeår")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(reserved=0, committed=0), name="closed_year_owes_nothing"
            ),
            models.CheckConstraint(
                condition=Q(available__gte=0, reserved__gte=0, committed__gte=0, spent__gte=0), name="no_pocket_below_zero"
            ),
        ]

    def __str__(self):
        return str(self.year)

    @property
    def subject(self) -> str:
        return f"pulje/{self.year}"

    @property
    def appropriation(self) -> int:
        """Everything the council has put into the year, in øre."""
        return self.available + self.reserved + self.committed + self.spent


class Round(models.Model):
    """A round of applications with its rules. Opening and closing follow the clock; see `status`."""

    class Track(models.TextChoices):
        MAIN = "main", _("Hovedspor: et udvalg beslutter")
        QUICK = "quick", _("Hurtigt spor: en leder beslutter efter delegation")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planlagt")
        OPEN = "open", _("Åben")
        CLOSED = "closed", _("Lukket for ansøgninger")
        DECIDED = "decided", _("Afgjort")
        ARCHIVED = "archived", _("Arkiveret")

    pool_year = models.ForeignKey(PoolYear, models.PROTECT, related_name="rounds", verbose_name=_("puljeår"))
    name = models.CharField(_("navn"), max_length=80)
    introduction = models.TextField(_("hvad runden giver penge til"), blank=True)
    track = models.CharField(_("spor"), max_length=10, choices=Track.choices, default=Track.MAIN)
    opens = models.DateTimeField(_("åbner"))
    deadline = models.DateTimeField(_("ansøgningsfrist"))
    answer_by = models.DateField(_("svar senest"))
    ceiling = models.BigIntegerField(_("ramme"))
    reserved = models.BigIntegerField(default=0)
    committed = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    delegated_limit = models.BigIntegerField(_("højeste beløb ved delegation"), null=True, blank=True)
    minimum_amount = models.BigIntegerField(_("mindste beløb"), null=True, blank=True)
    maximum_amount = models.BigIntegerField(_("største beløb"), null=True, blank=True)
    themes = models.JSONField(_("temaer"), default=list, blank=True)
    exclusions = models.TextField(_("det giver puljen ikke penge til"), blank=True, help_text=_("Én linje pr. punkt."))
    assessors_required = models.PositiveSmallIntegerField(_("antal bedømmere"), default=2)
    optional_gates_needed = models.PositiveSmallIntegerField(_("mindst så mange af de valgfri krav"), default=0)
    # how far the consultant may let a project change: months beyond its end, percent of the grant between budget lines
    change_months = models.PositiveSmallIntegerField(_("konsulenten kan forlænge med, måneder"), default=3)
    change_percent = models.PositiveSmallIntegerField(_("konsulenten kan lade flytte, procent af beløbet"), default=10)
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("besluttende udvalg")
    )
    # what the consultant wants to do differently: shown when the next round is planned
    next_time = models.TextField(_("det vil vi ændre næste gang"), blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    cloned_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="clones")

    class Meta:
        verbose_name = _("runde")
        verbose_name_plural = _("runder")
        ordering = ["-opens", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["pool_year", "name"], name="round_name_once_per_year"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, committed__gte=0, spent__gte=0), name="round_account_not_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(ceiling__gte=F("reserved") + F("committed") + F("spent")), name="round_within_its_ceiling"
            ),
            models.CheckConstraint(condition=Q(deadline__gt=F("opens")), name="round_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(track="main") | Q(delegated_limit__isnull=False), name="quick_track_has_a_delegated_limit"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def subject(self) -> str:
        return f"runde/{self.pk}"

    @property
    def status(self) -> str:
        """By the clock alone; «decided» is the closed round whose cases are all decided: rounds.status_of."""
        now = clock.now()
        if self.archived_at:
            return self.Status.ARCHIVED
        if self.announced_at is None or now < self.opens:
            return self.Status.PLANNED
        return self.Status.OPEN if now < self.deadline else self.Status.CLOSED

    @property
    def remaining(self) -> int:
        """What the round may still reserve or commit, by its ceiling alone."""
        return self.ceiling - self.reserved - self.committed - self.spent

    @property
    def is_quick(self) -> bool:
        return self.track == self.Track.QUICK

    @property
    def theme_labels(self) -> list[str]:
        return [str(Theme(code).label) for code in self.themes]

    @property
    def exclusion_lines(self) -> list[str]:
        return [line.strip() for line in self.exclusions.splitlines() if line.strip()]

    def deadline_for(self, unit: Unit):
        """The deadline that counts for a unit: the round's own, or a later one it was given."""
        given = [extension.deadline for extension in self.extensions.all() if extension.unit_id == unit.pk]
        return max([self.deadline, *given])

    def is_open_for(self, unit: Unit) -> bool:
        """Announced, begun, and this unit's deadline has not passed at this instant."""
        if self.announced_at is None or self.archived_at:
            return False
        return self.opens <= clock.now() < self.deadline_for(unit)


class Criterion(models.Model):
    """A weighted criterion, scored 0–5 by each assessor."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=30)
    name = models.CharField(_("navn"), max_length=80)
    help = models.CharField(_("forklaring"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(_("vægt"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="criterion_key_once_per_round"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_has_weight"),
        ]

    def __str__(self):
        return self.name


class Gate(models.Model):
    """A yes/no requirement: required by itself, or one of those of which a number must be met."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="gates")
    key = models.SlugField(max_length=30)
    name = models.CharField(_("krav"), max_length=160)
    required = models.BooleanField(_("skal være opfyldt"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="gate_key_once_per_round")]

    def __str__(self):
        return self.name


class Extension(models.Model):
    """A later deadline that the consultant gave one unit, with a reason."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="extensions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="extensions", verbose_name=_("enhed"))
    deadline = models.DateTimeField(_("ny frist"))
    reason = models.TextField(_("begrundelse"))
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="one_extension_per_round_and_unit")]


class LedgerEntry(models.Model):
    """One move between pockets of a pool year, in øre, caused by one event."""

    pool_year = models.ForeignKey(PoolYear, models.PROTECT, related_name="entries")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="entries")
    source = models.CharField(max_length=10, choices=Pocket.choices)
    target = models.CharField(max_length=10, choices=Pocket.choices)
    amount = models.BigIntegerField()
    cause = models.ForeignKey(Event, models.PROTECT, related_name="entries")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("bevægelse")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_move_is_positive"),
            models.CheckConstraint(condition=_lawful(), name="only_lawful_moves"),
            models.UniqueConstraint(fields=["cause", "pool_year", "source", "target"], name="a_cause_is_booked_once"),
        ]
        indexes = [models.Index(fields=["pool_year", "round"], name="entry_of_year_and_round")]
