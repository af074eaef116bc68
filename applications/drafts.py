"""Writing in a draft: by several people at once, without anybody's words being lost.

A page carries a digest of each value it showed. `save` writes the fields that its person changed; where somebody else
has changed the same field in the meantime nothing is written and both texts come back (Conflict). Saves raise the
case's revision and are no events. While information is awaited only the fields that were asked about are open.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from applications import content
from applications.door import NotYours, load_locked
from applications.models import Application, Author, BudgetLine, Effect
from applications.roles import may
from applications.workflow import State
from journal import clock
from people.models import Person, Unit


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: what the other wrote and what this person typed."""

    field: content.Field
    theirs: object
    mine: object


class Conflict(Exception):
    """Fields that somebody else changed while this person was writing; nothing was saved."""

    def __init__(self, clashes: list[Clash], changed_by):
        super().__init__(_("En anden har ændret de samme felter."))
        self.clashes, self.changed_by = clashes, changed_by


def open_fields(case: Application, person: Person) -> frozenset[str]:
    """The names of the fields that the person may change now."""
    if not may(person, case, "edit"):
        return frozenset()
    if case.state == State.DRAFT:
        return frozenset(content.FIELDS)
    if case.state == State.AWAITING_INFORMATION:
        asked = {question.field for question in case.questions.all() if question.status == "open"}
        return frozenset(content.FIELDS if "" in asked else asked)
    return frozenset()


def seen(case: Application, names) -> dict[str, str]:
    """A digest of each value as it is shown now; the page gives it back when it saves."""
    frozen = content.freeze(case)
    return {name: content.digest(frozen[name])[:12] for name in names}


@transaction.atomic
def save(case_id: int, by: Person, values: dict, seen_digests: dict[str, str]) -> Application:
    """Write the changed fields of `values` (plain data as content.freeze gives it). Raises NotYours or Conflict."""
    case = load_locked(case_id)
    if not values.keys() <= open_fields(case, by):
        raise NotYours(_("De felter er ikke åbne for rettelser."))
    now = content.freeze(case)
    changed = {name: value for name, value in values.items() if value != now[name]}
    clashes = [
        Clash(content.FIELDS[name], now[name], value)
        for name, value in changed.items()
        if seen_digests.get(name) != content.digest(now[name])[:12]
    ]
    if clashes:
        raise Conflict(clashes, case.changed_by)
    if changed:
        _write(case, changed)
        case.revision += 1
        case.changed_at, case.changed_by = clock.now(), by
        case.save()
        Author.objects.get_or_create(application=case, person=by)
    return case


def restore(case: Application, frozen: dict) -> None:
    """Put frozen content into a case: a copy of an earlier application, or what was sent before. Files stay."""
    _write(case, {name: frozen[name] for name in content.FIELDS if name in frozen and name != "attachments"})
    case.save()


def _write(case: Application, values: dict) -> None:
    for name, value in values.items():
        if name == "partners":
            case.partners.set(Unit.objects.filter(name__in=value))
        elif name == "budget_lines":
            case.budget_lines.all().delete()
            BudgetLine.objects.bulk_create(
                BudgetLine(application=case, position=place, **line) for place, line in enumerate(value)
            )
        elif name == "effects":
            case.effects.all().delete()
            Effect.objects.bulk_create(
                Effect(application=case, position=place, **{**effect, "value": Decimal(effect["value"])})
                for place, effect in enumerate(value)
            )
        elif name in ("starts", "ends"):
            setattr(case, name, date.fromisoformat(value) if value else None)
        elif name != "attachments":
            setattr(case, name, value)


@transaction.atomic
def ask_for_help(case_id: int, by: Person, wanted: bool) -> Application:
    """Let the consultant read the draft, or no longer."""
    case = load_locked(case_id)
    if not may(by, case, "edit"):
        raise NotYours(_("Det kan kun enheden selv."))
    case.help_requested = wanted
    case.revision += 1
    case.save()
    return case
