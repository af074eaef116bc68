"""The criteria and gates of a round: replaced row by row, with keys that the server derives.

Refuses what would pull the ground from under assessments: once points are given the criteria and their weights stand,
once gates are answered they stand; a name or an explanation may still be corrected.
"""

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from pool.models import Criterion, Gate, Round

LONGEST_KEY = 30
DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
SCORED = _("Der er allerede givet point i runden. Kriterier og vægte kan ikke ændres nu, kun navn og forklaring.")
ANSWERED = _("Kravene er allerede brugt i en vurdering. De kan ikke ændres nu, kun navnene.")


def replace(round: Round, criteria: list[dict] | None, gates: list[dict] | None) -> list[str]:
    """Store the rows in their order; None leaves them be. Answers the kinds that changed.

    A row is a dict of the model's fields; `key` names the row it replaces, a row without one is new.
    """
    changed = []
    if criteria is not None and _replace(round, Criterion, criteria, ("name", "help", "weight")):
        changed.append("criteria")
    if gates is not None and _replace(round, Gate, gates, ("name", "required")):
        changed.append("gates")
    optional = round.gates.filter(required=False).count()
    if round.optional_gates_needed > optional:
        text = _("Der er kun %(count)s valgfrie krav. Skriv et mindre tal, eller tilføj valgfrie krav.")
        raise ValidationError({"optional_gates_needed": text % {"count": optional}})
    return changed


def _replace(round: Round, model, rows: list[dict], fields: tuple) -> bool:
    rows = _with_keys(rows)
    before = [(row.key, *(getattr(row, name) for name in fields)) for row in model.objects.filter(round=round)]
    blank = {"help": "", "required": True}
    after = [(row["key"], *(row.get(name, blank.get(name)) for name in fields)) for row in rows]
    if before == after:
        return False
    if before and _is_used(round, model) and _substance(before) != _substance(after):
        raise ValidationError(SCORED if model is Criterion else ANSWERED)
    model.objects.filter(round=round).exclude(key__in=[row["key"] for row in rows]).delete()
    for position, row in enumerate(rows):
        model.objects.update_or_create(round=round, key=row["key"], defaults={**row, "position": position})
    return True


def is_answered(round: Round) -> bool:
    return round.pk is not None and _is_used(round, Gate)


def _is_used(round: Round, model) -> bool:
    used = {"scores__isnull": False} if model is Criterion else {"answers__isnull": False}
    return model.objects.filter(round=round, **used).exists()


def _substance(rows: list[tuple]) -> list[tuple]:
    """Key and the last field (weight, required): what an assessment stands on; not names, not the order."""
    return sorted((row[0], row[-1]) for row in rows)


def _with_keys(rows: list[dict]) -> list[dict]:
    """Every row with a key: its own, or a new one from its name."""
    taken = {row["key"] for row in rows if row.get("key")}
    keyed = []
    for row in rows:
        key = row.get("key") or _new_key(row["name"], taken)
        taken.add(key)
        keyed.append({**row, "key": key})
    return keyed


def _new_key(name: str, taken: set[str]) -> str:
    base = slugify(name.lower().translate(DANISH))[:LONGEST_KEY].strip("-_") or "punkt"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base[: LONGEST_KEY - 1 - len(str(number))]}-{number}"
    return key
