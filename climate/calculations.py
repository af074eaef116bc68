"""Working a calculation out, and freezing it: answers, factors and result in Danish words, written once.

`faults` proves that what was frozen is what the database holds.
"""

import hashlib
import json
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from climate import register
from climate.calculating import Question, plain, said, text
from climate.calculators import CALCULATORS
from climate.models import Calculation
from journal import clock
from people.models import Person, Unit


def work_out(calculator, answers: dict, factors) -> dict:
    """The result as plain data, with the calculator's title and what was asked and answered."""
    result = calculator.work(answers, factors)
    asked = [[question.label, spoken(question, answers[question.name])] for question in calculator.questions(factors)]
    return {"title": str(calculator.title), "asked": asked, **plain(result)}


@transaction.atomic
def freeze(slug: str, answers: dict, unit: Unit, by: Person) -> Calculation:
    """Reckon with the factors in force and keep it."""
    calculator = CALCULATORS[slug]
    factors = register.current(calculator.families)
    with override("da"):
        shown = work_out(calculator, answers, factors)
    calculation = Calculation.objects.create(
        calculator=slug,
        unit=unit,
        answers={name: raw(value) for name, value in answers.items()},
        value=Decimal(shown["value"]),
        measure=shown["measure"],
        snapshot=shown,
        sha256=digest(shown),
        made_by=by,
        made_at=clock.now(),
    )
    calculation.factors.set(factors[each["key"]] for each in shown["factors"])
    return calculation


def raw(value) -> str:
    """An answer as it can be typed again."""
    return "" if value is None else text(value).replace(".", ",") if isinstance(value, Decimal) else str(value)


def spoken(question: Question, value) -> str:
    """An answer in words: «4.200 liter», «Fjernvarme»."""
    if value is None:
        return _("Ikke oplyst")
    if question.kind == "choice":
        return next(str(label) for key, label in flat(question.choices) if key == value)
    return f"{said(Decimal(value))} {question.suffix}".strip()


def flat(choices):
    """(key, label) of plain and of grouped choices; in a group the label carries the group's name."""
    for key, label in choices:
        if isinstance(label, tuple):
            yield from ((inner, f"{key}: {name}") for inner, name in label)
        else:
            yield key, label


def digest(snapshot: dict) -> str:
    written = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def mark(calculation: Calculation) -> dict:
    """What stands at a number that was calculated, so that frozen words can say what was calculated, and from what."""
    return {
        "id": calculation.pk,
        "title": calculation.snapshot["title"],
        "value": text(calculation.value),
        "measure": calculation.measure,
        "sha256": calculation.sha256,
    }


def faults() -> list[str]:
    """Calculations that are not what they were when they were made."""
    return [
        f"calculation {row.pk}: changed since it was made"
        for row in Calculation.objects.iterator(chunk_size=500)
        if digest(row.snapshot) != row.sha256 or Decimal(row.snapshot["value"]) != row.value
    ]
