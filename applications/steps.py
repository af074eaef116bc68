"""What a step is: django-fsm's transition plus who may take it, what it says, needs, asks and whom it tells.

A step is declared once, on the method that does it; buttons, forms, permissions, mails, the audit trail and
docs/workflow.md all read this declaration.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django_fsm import RETURN_VALUE, transition

from applications.answers import Answer
from people.roles import Role

Requirement = Callable[[object, object], str]


@dataclass(frozen=True)
class Step:
    name: str
    label: str
    says: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    by: frozenset[Role]
    tells: tuple[Role, ...]
    requires: tuple[Requirement, ...]
    asks: dict[str, Answer]
    freezes: bool
    stays: bool
    danger: bool
    order: int
    target_of: Callable[[object], str] = field(compare=False)

    @property
    def mail(self) -> str:
        """Name of the text in templates/mail/."""
        return self.name

    def reasons_against(self, case, person) -> list[str]:
        """Why not yet: the answers of its requirements that refuse."""
        return [reason for requirement in self.requires if (reason := requirement(case, person))]

    def clean(self, answers: dict, case) -> tuple[dict, dict[str, str]]:
        """(cleaned, errors by name). An answer to a question nobody asked is an error too."""
        cleaned, errors = {}, {}
        for name, question in self.asks.items():
            try:
                cleaned[name] = question.clean(answers.get(name), case)
            except ValueError as error:
                errors[name] = str(error)
        errors |= {name: _("Det felt findes ikke.") for name in answers.keys() - self.asks.keys()}
        return cleaned, errors

    def facts(self, cleaned: dict) -> dict:
        return {name: self.asks[name].as_fact(value) for name, value in cleaned.items()}


STEPS: dict[str, Step] = {}


def step(
    label,
    *,
    source: Iterable[str] | str,
    by: Iterable[Role],
    target: str | None = None,
    returns_to: Callable[[object], str] | None = None,
    possible: Iterable[str] = (),
    says="",
    tells: Iterable[Role] = (),
    requires: Iterable[Requirement] = (),
    freezes: bool = False,
    danger: bool = False,
):
    """Declare a method as a step. `target` None stays; `returns_to(case)` computes the target among `possible`."""
    sources = (source,) if isinstance(source, str) else tuple(source)
    targets = tuple(possible) if returns_to else (target,) if target else sources

    def declare(method):
        asks = {
            name: parameter.annotation
            for name, parameter in inspect.signature(method).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        wrong = [name for name, answer in asks.items() if not isinstance(answer, Answer)]
        if wrong or not by:
            raise TypeError(f"{method.__name__}: {wrong or 'by'} does not say what it asks")
        STEPS[method.__name__] = Step(
            name=method.__name__,
            label=label,
            says=says,
            sources=sources,
            targets=targets,
            by=frozenset(by),
            tells=tuple(tells),
            requires=tuple(requires),
            asks=asks,
            freezes=freezes,
            stays=not target and not returns_to,
            danger=danger,
            order=len(STEPS),
            target_of=returns_to or (lambda case: target or case.state),
        )
        fsm_target = RETURN_VALUE(*targets) if returns_to else target
        return transition(field="state", source=list(sources), target=fsm_target)(method)

    return declare
