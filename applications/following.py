"""«Gør det samme»: a new draft with what a published project did, and the count of those who followed it.

The draft takes title, themes, activities, budget lines and effects from the words that everybody may read; the numbers
become the new unit's own expectation, called «skønnet», with the project named as their source. What only that unit can
say (why, risks, who pays) stays empty. Without an open round the recipe can be kept: as a message to oneself.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from applications import drafts
from applications.door import PRESSED_TWICE, create
from applications.models import Application, Effect, Result
from applications.states import State
from journal import chain, clock, outbox
from people.models import Person, Unit
from pool.models import Round

TITLE, DESCRIPTION = 120, 500
KEPT_ONCE_IN = timedelta(days=30)


def recipe(public: dict) -> dict:
    """What a draft takes over, as content.freeze writes it."""
    source = _("Som i projektet «%(title)s» (%(unit)s).") % {"title": public["title"], "unit": public["unit"]["name"]}
    return {
        "title": public["title"][:TITLE],
        "short_description": public["lead"][:DESCRIPTION],
        "themes": public["themes"],
        "sdgs": public["sdgs"],
        "activities": "\n".join(public["activities"]),
        "budget_lines": public["budget"],
        "effects": [_expected(each, source) for each in public["effects"] if each["counts_in"] is None],
    }


def _expected(effect: dict, source: str) -> dict:
    basis = Effect.Basis(effect["basis"]).label
    method = _("%(source)s Dér var tallet %(basis)s. Ret det til jeres forhold.") % {"source": source, "basis": basis}
    taken = {name: effect[name] for name in ("indicator", "value", "unit")}
    return taken | {"baseline": "", "basis": Effect.Basis.ESTIMATED.value, "method": method[:500]}


@transaction.atomic
def begin(by: Person, unit: Unit, round: Round, result: Result) -> Application:
    """A draft that follows the project; a second press finds the draft of the first. Raises door.Refused."""
    recent = Application.objects.filter(unit=unit, round=round, follows=result.pk, state=State.DRAFT, revision=2)
    if begun := recent.filter(changed_by=by, created_at__gt=clock.now() - PRESSED_TWICE).first():
        return begun
    case = create(by, unit, round)
    case.follows_id, case.revision = result.pk, 2  # written in: a second press of «Ny ansøgning» gets a draft of its own
    drafts.restore(case, recipe(result.public))
    return case


@transaction.atomic
def keep(by: Person, result: Result) -> bool:
    """A message to oneself with the way back to the recipe; once in a month."""
    lately = by.messages.filter(template="recipe_kept", link=link_to(result), created_at__gt=clock.now() - KEPT_ONCE_IN)
    if lately.exists():
        return False
    event = chain.record(by.subject, "keep_recipe", by, {"projekt": result.application.number})
    outbox.owe(event, by, "recipe_kept", {"result": result, "title": result.public["title"]}, link=link_to(result))
    return True


def link_to(result: Result) -> str:
    return f"/ansoegninger/ny/efter/{result.slug}/"


def next_round() -> Round | None:
    """The announced round that opens next."""
    return Round.objects.filter(announced_at__isnull=False, opens__gt=clock.now()).order_by("opens", "pk").first()


def units_that_followed(case_id: int) -> int:
    """How many units have sent in an application that follows the project."""
    sent = Application.objects.filter(follows=case_id, submitted_at__isnull=False)
    return sent.aggregate(units=Count("unit", distinct=True))["units"]
