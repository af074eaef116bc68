"""Rounds: planned, announced, their deadline moved, extended for one unit, cloned, archived. Every change is an event.

Refuses with ValidationError in Danish what units no longer could count on; the rules of a change are in round_rules,
those of criteria and gates in criteria.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal import chain, clock, outbox
from pages.money import format_kroner
from people.models import Person, RoleAssignment, Unit
from people.roles import UNIT_ROLES
from pool import cases, round_rules, story
from pool.criteria import replace
from pool.models import Extension, PoolYear, Round

COPIED = [
    "introduction", "track", "ceiling", "delegated_limit", "minimum_amount", "maximum_amount", "themes", "exclusions",
    "assessors_required", "optional_gates_needed", "committee",
]  # fmt: skip
# where a unit finds what it has written
MINE = "/ansoegninger/"
# a change of a round's rules never writes these
KEPT = frozenset({"id", "reserved", "committed", "spent", "announced_at", "archived_at", "next_time"})
LONGEST_NOTE = 4000


@dataclass(frozen=True)
class PublicRound:
    """What anybody may know of a round that has been announced."""

    round: Round
    is_open: bool

    @property
    def themes(self) -> list[str]:
        return self.round.theme_labels

    @property
    def exclusions(self) -> list[str]:
        return self.round.exclusion_lines

    @property
    def deadline(self) -> datetime:
        return self.round.deadline


def public_rounds() -> list[PublicRound]:
    """The rounds that are open now, the nearest deadline first, then the next announced one. One query."""
    now = clock.now()
    announced = Round.objects.filter(announced_at__isnull=False, archived_at=None, deadline__gt=now)
    rows = list(announced.select_related("pool_year", "committee").order_by("deadline", "id"))
    coming = min((row for row in rows if row.opens > now), key=lambda row: (row.opens, row.pk), default=None)
    opened = [PublicRound(row, True) for row in rows if row.opens <= now]
    return opened + ([PublicRound(coming, False)] if coming else [])


@transaction.atomic
def save(
    round: Round, by: Person, *, criteria: list[dict] | None = None, gates: list[dict] | None = None, seen: int | None = None
) -> Round:
    """Create or change a round with its criteria and gates; rows are as in pool.criteria.replace.

    `seen` is the number of the round's last event as the page showed it: an older page is refused.
    """
    chain.lock()
    old = Round.objects.select_for_update().get(pk=round.pk) if round.pk else None
    if old is not None and seen is not None and seen != chain.last_number(round.subject):
        raise ValidationError(
            _("En anden har ændret runden, siden du åbnede siden. Se dine rettelser igennem, og gem igen.")
        )
    round.full_clean(validate_constraints=False)
    round_rules.check(round, old)
    fields = None if old is None else [f.name for f in Round._meta.fields if f.name not in KEPT]
    try:
        with transaction.atomic():
            round.save(update_fields=fields)
    except IntegrityError as refusal:
        if "round_within_its_ceiling" in str(refusal):
            used = format_kroner(old.ceiling - old.remaining)
            text = _("Der er allerede reserveret eller bevilget %(used)s Rammen kan ikke være mindre.")
            raise ValidationError({"ceiling": text % {"used": used}}) from refusal
        raise
    changed = round_rules.changes(old, round) if old else {}
    for kind in replace(round, criteria, gates):
        changed[kind] = ["", ""]
    facts = {"navn": round.name, "ramme": round.ceiling, "frist": round.deadline.isoformat()}
    if old is None:
        chain.record(round.subject, "plan_round", by, facts)
    elif changed:
        chain.record(round.subject, "change_round", by, {**facts, "ændret": changed})
    return round


@transaction.atomic
def announce(round: Round, by: Person) -> None:
    """Tell every unit that can apply; from the opening on it can. A round is announced once."""
    chain.lock()
    round.refresh_from_db()
    if refusal := why_not_announced(round):
        raise ValidationError(refusal)
    round.announced_at = clock.now()
    round.save(update_fields=["announced_at"])
    event = chain.record(round.subject, "announce_round", by, {"åbner": round.opens.isoformat()})
    _tell_units(event, "round_announced", {"round": round, "by": by}, "/")


@transaction.atomic
def move_deadline(round: Round, deadline: datetime, by: Person, reason: str) -> None:
    """A later deadline for all, with notice to all: who counts on the old one loses nothing."""
    chain.lock()
    round.refresh_from_db()
    if refusal := why_not_moved(round):
        raise ValidationError(refusal)
    if deadline <= clock.now() or deadline <= round.deadline:
        raise ValidationError({"deadline": _("Den nye frist skal ligge i fremtiden og efter den nuværende.")})
    _must_precede_the_answer(round, deadline)
    old = round.deadline
    round.deadline = deadline
    round.save(update_fields=["deadline"])
    facts = {"fra": old.isoformat(), "til": deadline.isoformat(), "begrundelse": reason}
    event = chain.record(round.subject, "move_deadline", by, facts)
    _tell_units(event, "deadline_moved", {"round": round, "old_deadline": old, "reason": reason, "by": by}, MINE)


@transaction.atomic
def extend(round: Round, unit: Unit, deadline: datetime, by: Person, reason: str) -> Extension:
    """A later deadline for one unit, with a reason; the unit is told."""
    chain.lock()
    round.refresh_from_db()
    if refusal := why_not_moved(round):
        raise ValidationError(refusal)
    if not unit.is_open:
        raise ValidationError(_("Enheden er lukket."))
    if deadline <= round.deadline or deadline <= clock.now():
        text = _("Enhedens frist skal ligge efter rundens egen frist og i fremtiden.")
        raise ValidationError({"deadline": text})
    given = Extension.objects.filter(round=round, unit=unit).first()
    if given and deadline <= given.deadline:
        raise ValidationError({"deadline": _("Enheden har allerede en frist, der er lige så sen eller senere.")})
    _must_precede_the_answer(round, deadline)
    extension, _new = Extension.objects.update_or_create(
        round=round, unit=unit, defaults={"deadline": deadline, "reason": reason, "given_by": by}
    )
    facts = {"enhed": unit.name, "til": deadline.isoformat(), "begrundelse": reason}
    event = chain.record(round.subject, "extend_deadline", by, facts)
    context = {"round": round, "unit": unit, "deadline": deadline, "reason": reason, "by": by}
    _tell_units(event, "extension_given", context, MINE, unit)
    return extension


@transaction.atomic
def clone(round: Round, year: PoolYear, name: str, opens: datetime, deadline: datetime, answer_by, by: Person) -> Round:
    """A new round with the rules of an old one, in another year or the same.

    A committee that is gone on the new day is left open, to be chosen before the round is announced.
    """
    copy = Round(pool_year=year, name=name, opens=opens, deadline=deadline, answer_by=answer_by, cloned_from=round)
    for field in COPIED:
        setattr(copy, field, getattr(round, field))
    if copy.committee and not copy.committee.existed_on(answer_by):
        copy.committee = None
    criteria = list(round.criteria.values("key", "name", "help", "weight"))
    gates = list(round.gates.values("key", "name", "required"))
    save(copy, by, criteria=criteria, gates=gates)
    cases.cloned(round, copy, by)
    return copy


@transaction.atomic
def archive(round: Round, by: Person) -> None:
    """Put a round away when it is over: closed, every case decided, nothing reserved."""
    chain.lock()
    round.refresh_from_db()
    if refusal := why_not_archived(round):
        raise ValidationError(refusal)
    round.archived_at = clock.now()
    round.save(update_fields=["archived_at"])
    chain.record(round.subject, "archive_round", by, {})


@transaction.atomic
def note_next_time(round: Round, by: Person, text: str) -> None:
    """What is to be done differently in the next round; also of a round in the archive. The same text is no event."""
    chain.lock()
    round.refresh_from_db()
    text = text.strip()
    if len(text) > LONGEST_NOTE:
        raise ValidationError({"text": _("Skriv højst %(most)s tegn.") % {"most": LONGEST_NOTE}})
    if text != round.next_time:
        round.next_time = text
        round.save(update_fields=["next_time"])
        chain.record(round.subject, "note_next_time", by, {"tekst": text})


def learned_before(round: Round) -> list[Round]:
    """The rounds whose notes a planner should read: the one it is a copy of, and the newest before it."""
    noted = Round.objects.exclude(next_time="").exclude(pk=round.pk).select_related("pool_year")
    newest = noted.filter(opens__lt=round.opens) if round.opens else noted
    rows = [*noted.filter(pk=round.cloned_from_id or 0), *newest.order_by("-opens", "-id")[:1]]
    return list({row.pk: row for row in rows}.values())


def why_not_announced(round: Round) -> str:
    """Empty when the round may be announced now."""
    if round.announced_at:
        return _("Runden er allerede annonceret.")
    if round.archived_at:
        return _("Runden ligger i arkivet.")
    if not round.criteria.exists():
        return _("Runden mangler kriterier.")
    if not round.is_quick and not round.committee:
        return _("Vælg det udvalg, der skal beslutte, før du annoncerer.")
    if round.deadline <= clock.now():
        return _("Rundens frist er passeret. Ret fristen, før du annoncerer.")
    return ""


def why_not_moved(round: Round) -> str:
    """Empty when the deadline may be moved, for all or for one unit."""
    if round.archived_at:
        return _("Runden ligger i arkivet.")
    if round.announced_at is None:
        return _("Runden er ikke annonceret endnu. Ret fristen på runden selv.")
    return ""


def why_not_archived(round: Round) -> str:
    """Empty when the round may be put away now."""
    if round.archived_at:
        return _("Runden ligger allerede i arkivet.")
    if round.reserved:
        return _("Der er stadig %(amount)s reserveret i runden.") % {"amount": format_kroner(round.reserved)}
    if round.announced_at and clock.now() < latest_deadline(round):
        return _("Runden tager stadig imod ansøgninger.")
    if undecided := cases.counts([round.pk]).get(round.pk, cases.Counts()).undecided:
        return ngettext(
            "Der er %(count)s ansøgning i runden, der ikke er afgjort.",
            "Der er %(count)s ansøgninger i runden, der ikke er afgjort.",
            undecided,
        ) % {"count": undecided}
    return ""


def _must_precede_the_answer(round: Round, deadline: datetime) -> None:
    if timezone.localdate(deadline) >= round.answer_by:
        text = _("Enhederne er lovet svar senest %(day)s. Ret først «Svar senest» på runden.")
        raise ValidationError({"deadline": text % {"day": story.moment(round.answer_by.isoformat())}})


def latest_deadline(round: Round) -> datetime:
    """The round's own deadline or the latest that a unit was given."""
    return max([round.deadline, *(extension.deadline for extension in round.extensions.all())])


def status_of(round: Round, counts: cases.Counts) -> Round.Status:
    """The round's status with what its cases add: closed, and every case that was sent is decided."""
    if round.status == Round.Status.CLOSED and counts.sent and not counts.undecided:
        return Round.Status.DECIDED
    return Round.Status(round.status)


def told(unit: Unit | None = None):
    """Everybody who writes for a unit or leads one; of one unit, when it is named."""
    return Person.objects.filter(pk__in=_held(unit).values("person"))


def units_told() -> int:
    """In how many units these people are."""
    return _held(None).values("unit").distinct().count()


def _held(unit: Unit | None):
    held = RoleAssignment.objects.in_force().filter(role__in=UNIT_ROLES)
    return held if unit is None else held.filter(unit=unit)


def _tell_units(event, template: str, context: dict, link: str, unit: Unit | None = None) -> None:
    for person in told(unit):
        outbox.owe(event, person, template, context | {"link": link}, link=link)
