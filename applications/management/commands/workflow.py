"""`manage.py workflow` writes docs/workflow.md from the code; `--check` fails when the page differs from it."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from applications.roles import MAY
from applications.states import State
from applications.steps import STEPS
from people.roles import Role
from pool.models import LAWFUL_MOVES

PAGE = Path(settings.BASE_DIR) / "docs" / "workflow.md"


class Command(BaseCommand):
    help = "Write docs/workflow.md from the code (--check: fail when it differs)."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check, **options):
        with override("da"):
            text = page()
        if check:
            if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
                raise CommandError("docs/workflow.md differs from the code: run `make docs`")
            return
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")


def page() -> str:
    parts = ["# The pool's workflow", "Written by `manage.py workflow` from the code. Do not edit.", diagram(), states()]
    return "\n\n".join([*parts, steps(), matrix(), may(), mails(), moves()]) + "\n"


def diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft: create"]
    for step in STEPS.values():
        if step.stays:
            continue
        lines += [f"    {source} --> {target}: {step.name}" for source in step.sources for target in step.targets]
    return "\n".join(["## Diagram", "", *lines, "```"])


def states() -> str:
    rows = [f"| `{state.value}` | {state.label} |" for state in State]
    return "\n".join(["## States", "", "| State | Dansk |", "|---|---|", *rows])


def steps() -> str:
    rows = ["| `create` | Opret | → draft | applicant, unit_leader | | | |"]
    for step in STEPS.values():
        target = "stays" if step.stays else "→ " + ", ".join(step.targets)
        needs = ", ".join(requirement.__name__ for requirement in step.requires)
        asks = ", ".join(name if question.required else f"({name})" for name, question in step.asks.items())
        cells = [f"`{step.name}`", str(step.label), f"{', '.join(step.sources)} {target}", ", ".join(sorted(step.by))]
        rows.append("| " + " | ".join([*cells, needs, asks, ", ".join(step.tells)]) + " |")
    head = ["| Step | Button | From → to | Who | Needs | Asks | Tells |", "|---|---|---|---|---|---|---|"]
    return "\n".join(["## Steps", "", *head, *rows])


def matrix() -> str:
    """Steps that each role may take in each state: the permission matrix."""
    roles = [role for role in Role if any(role in step.by for step in STEPS.values())]
    lines = ["## Who may take which step", "", "| State | " + " | ".join(roles) + " |", "|---" * (len(roles) + 1) + "|"]
    for state in State:
        cells = [", ".join(s.name for s in STEPS.values() if state in s.sources and role in s.by) for role in roles]
        lines.append(f"| `{state.value}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def may() -> str:
    rows = [f"| `{action}` | {', '.join(sorted(roles))} |" for action, roles in MAY.items()]
    return "\n".join(["## What roles may do besides steps", "", "| Action | Roles |", "|---|---|", *rows])


def mails() -> str:
    rows = [
        f"| `templates/mail/{s.mail}.txt` | {', '.join(s.tells) or 'the named'} |"
        for s in STEPS.values()
        if s.tells or s.name == "assign"
    ]
    return "\n".join(["## Mails", "", "| Text | To |", "|---|---|", *rows])


def moves() -> str:
    rows = [f"| {source.value} | {target.value} |" for source, target in LAWFUL_MOVES]
    return "\n".join(["## Moves of money", "", "| From | To |", "|---|---|", *rows])
