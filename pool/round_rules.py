"""What a round must hold, and what of it may no longer change once others count on it.

Announced: the opening that has passed and the deadline stand (a deadline is moved for all, with notice). Applied to:
the track stands, and limits of amounts are not narrowed. Every refusal names its field, in Danish.
"""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from journal import clock
from pages.money import format_kroner
from pool import criteria
from pool.models import Round

TOLD = (
    "name", "introduction", "track", "opens", "deadline", "answer_by", "ceiling", "delegated_limit", "minimum_amount",
    "maximum_amount", "themes", "exclusions", "assessors_required", "optional_gates_needed", "committee",
)  # fmt: skip


def check(round: Round, old: Round | None) -> None:
    """Raises ValidationError with every reason at once, by field."""
    wrong = _of_itself(round) | (_of_the_change(round, old) if old else _of_a_new_one(round))
    if wrong:
        raise ValidationError(wrong)


def changes(old: Round, new: Round) -> dict[str, list]:
    """{field: [before, after]} of what changed, as JSON can hold it."""
    pairs = {name: [_plain(getattr(old, name)), _plain(getattr(new, name))] for name in TOLD}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value):
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, int | list) else str(value)


def _of_itself(round: Round) -> dict:
    wrong = {}
    if Round.objects.filter(pool_year=round.pool_year, name=round.name).exclude(pk=round.pk).exists():
        wrong["name"] = _("Der er allerede en runde i året med det navn.")
    if round.ceiling <= 0:
        wrong["ceiling"] = _("Skriv, hvor mange penge der er i runden.")
    if round.is_quick and not round.delegated_limit:
        wrong["delegated_limit"] = _("Skriv, hvor stort et beløb en leder må afgøre.")
    if round.deadline <= round.opens:
        wrong["deadline"] = _("Fristen skal ligge efter åbningen.")
    elif round.answer_by <= timezone.localdate(round.deadline):
        wrong["answer_by"] = _("Svaret kan ikke komme før dagen efter fristen.")
    if round.committee and not round.committee.existed_on(round.answer_by):
        wrong["committee"] = _("Udvalget findes ikke den dag, enhederne får svar. Vælg det udvalg, der findes da.")
    if not round.assessors_required:
        wrong["assessors_required"] = _("Der skal være mindst én bedømmer.")
    low, high = round.minimum_amount, round.maximum_amount
    if low and high and low > high:
        wrong["maximum_amount"] = _("Det største beløb skal være mindst lige så stort som det mindste.")
    if low and low > round.ceiling:
        wrong["minimum_amount"] = _("Det mindste beløb er større end rundens ramme.")
    return wrong


def _of_a_new_one(round: Round) -> dict:
    return {"pool_year": _("Puljeåret er afsluttet. Vælg et andet.")} if round.pool_year.closed_at else {}


def _of_the_change(round: Round, old: Round) -> dict:
    wrong = {}
    if old.archived_at:
        raise ValidationError(_("Runden ligger i arkivet og kan ikke rettes."))
    if round.pool_year_id != old.pool_year_id:
        raise ValidationError(_("En runde kan ikke flyttes til et andet år. Kopiér den i stedet."))
    if old.announced_at and round.deadline != old.deadline:
        wrong["deadline"] = _("Enhederne har fået fristen at vide. Brug «Flyt fristen».")
    if old.announced_at and old.opens <= clock.now() and round.opens != old.opens:
        wrong["opens"] = _("Runden er allerede åben.")
    if round.track != old.track and round.applications.exists():
        wrong["track"] = _("Der er allerede ansøgninger i runden, så sporet kan ikke skiftes.")
    if round.optional_gates_needed != old.optional_gates_needed and criteria.is_answered(old):
        wrong["optional_gates_needed"] = criteria.ANSWERED
    return wrong | _narrowed(round, old)


def _narrowed(round: Round, old: Round) -> dict:
    """Limits that would shut out an application that has already been sent."""
    sent = round.applications.filter(version_number__gt=0)
    wrong = {}
    low, high = round.minimum_amount, round.maximum_amount
    if low and low > (old.minimum_amount or 0) and sent.filter(amount_sought__lt=low).exists():
        text = _("Der er allerede sendt ansøgninger ind på mindre end %(amount)s")
        wrong["minimum_amount"] = text % {"amount": format_kroner(low)}
    if high and (old.maximum_amount is None or high < old.maximum_amount) and sent.filter(amount_sought__gt=high).exists():
        text = _("Der er allerede sendt ansøgninger ind på mere end %(amount)s")
        wrong["maximum_amount"] = text % {"amount": format_kroner(high)}
    return wrong
