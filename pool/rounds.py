"""Rounds: planned, announced, their deadline moved, extended for one unit, cloned, archived. Every change is an event.

Refuses what would pull the ground from under applications that are already there, with ValidationError in Danish.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from journal import chain, clock, outbox
from people.models import Person, RoleAssignment, Unit
from people.roles import UNIT_ROLES
from pool.models import Criterion, Extension, Gate, PoolYear, Round
from pool.money import format_kroner

COPIED = [
    "introduction", "track", "ceiling", "delegated_limit", "minimum_amount", "maximum_amount", "themes", "exclusions",
    "assessors_required", "optional_gates_needed", "committee",
]  # fmt: skip


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
def save(round: Round, by: Person, *, criteria: list[dict] | None = None, gates: list[dict] | None = None) -> Round:
    """Create or change a round with its criteria and gates. Those that have been scored or answered stay."""
    new = round.pk is None
    if not new:
        Round.objects.select_for_update().get(pk=round.pk)
    round.full_clean(exclude=["reserved", "committed", "spent"])
    if round.is_quick and not round.delegated_limit:
        raise ValidationError({"delegated_limit": _("Skriv, hvor stort et beløb en leder må afgøre.")})
    fields = None if new else [f.name for f in Round._meta.fields if f.name not in ("id", "reserved", "committed", "spent")]
    try:
        with transaction.atomic():
            round.save(update_fields=fields)
    except IntegrityError as refusal:
        if "round_within_its_ceiling" in str(refusal):
            raise ValidationError({"ceiling": _("Der er allerede reserveret eller bevilget mere end det.")}) from refusal
        raise
    _replace(round, Criterion, criteria)
    _replace(round, Gate, gates)
    facts = {"navn": round.name, "ramme": round.ceiling, "frist": round.deadline.isoformat()}
    chain.record(round.subject, "plan_round" if new else "change_round", by, facts)
    return round


def _replace(round: Round, model, rows: list[dict] | None) -> None:
    if rows is None:
        return
    keys = [row["key"] for row in rows]
    gone = model.objects.filter(round=round).exclude(key__in=keys)
    used = {"scores__isnull": False} if model is Criterion else {"answers__isnull": False}
    if gone.filter(**used).exists():
        raise ValidationError(_("Et kriterium eller krav, der allerede er brugt i en vurdering, kan ikke fjernes."))
    gone.delete()
    for position, row in enumerate(rows):
        model.objects.update_or_create(round=round, key=row["key"], defaults={**row, "position": position})


@transaction.atomic
def announce(round: Round, by: Person) -> None:
    """Tell every unit that can apply; from the opening on it can. A round is announced once."""
    if not Round.objects.filter(pk=round.pk, announced_at=None).update(announced_at=clock.now()):
        raise ValidationError(_("Runden er allerede annonceret."))
    round.refresh_from_db()
    if not round.criteria.exists():
        raise ValidationError(_("Runden mangler kriterier."))
    event = chain.record(round.subject, "announce_round", by, {"åbner": round.opens.isoformat()})
    _tell_units(event, "round_announced", {"round": round, "by": by})


@transaction.atomic
def move_deadline(round: Round, deadline: datetime, by: Person, reason: str) -> None:
    """A new deadline for all, with notice to all. Never into the past, never before the opening."""
    if deadline <= clock.now() or deadline <= round.opens:
        raise ValidationError(_("Den nye frist skal ligge i fremtiden og efter åbningen."))
    old = round.deadline
    round.deadline = deadline
    round.save(update_fields=["deadline"])
    facts = {"fra": old.isoformat(), "til": deadline.isoformat(), "begrundelse": reason}
    event = chain.record(round.subject, "move_deadline", by, facts)
    _tell_units(event, "deadline_moved", {"round": round, "old_deadline": old, "reason": reason, "by": by})


@transaction.atomic
def extend(round: Round, unit: Unit, deadline: datetime, by: Person, reason: str) -> Extension:
    """A later deadline for one unit, with a reason; the unit is told."""
    if deadline <= round.deadline or deadline <= clock.now():
        raise ValidationError(_("Enhedens frist skal ligge efter rundens egen frist og i fremtiden."))
    extension, _new = Extension.objects.update_or_create(
        round=round, unit=unit, defaults={"deadline": deadline, "reason": reason, "given_by": by}
    )
    facts = {"enhed": unit.name, "til": deadline.isoformat(), "begrundelse": reason}
    event = chain.record(round.subject, "extend_deadline", by, facts)
    context = {"round": round, "unit": unit, "deadline": deadline, "reason": reason, "by": by}
    _tell_units(event, "extension_given", context, unit)
    return extension


@transaction.atomic
def clone(round: Round, year: PoolYear, name: str, opens: datetime, deadline: datetime, answer_by, by: Person) -> Round:
    """A new round with the rules of an old one, in another year or the same."""
    copy = Round(pool_year=year, name=name, opens=opens, deadline=deadline, answer_by=answer_by, cloned_from=round)
    for field in COPIED:
        setattr(copy, field, getattr(round, field))
    criteria = list(round.criteria.values("key", "name", "help", "weight"))
    gates = list(round.gates.values("key", "name", "required"))
    return save(copy, by, criteria=criteria, gates=gates)


@transaction.atomic
def archive(round: Round, by: Person) -> None:
    """Put a round away when nothing is reserved in it any more."""
    round.refresh_from_db()
    if round.reserved:
        text = _("Der er stadig %(amount)s reserveret i runden.") % {"amount": format_kroner(round.reserved)}
        raise ValidationError(text)
    round.archived_at = clock.now()
    round.save(update_fields=["archived_at"])
    chain.record(round.subject, "archive_round", by, {})


def _tell_units(event, template: str, context: dict, unit: Unit | None = None) -> None:
    """Everybody who writes for a unit or leads one; of one unit, when it is named."""
    held = RoleAssignment.objects.in_force().filter(role__in=UNIT_ROLES)
    if unit is not None:
        held = held.filter(unit=unit)
    for person in Person.objects.filter(pk__in=held.values("person")):
        outbox.owe(event, person, template, context, link="/")
