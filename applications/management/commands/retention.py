"""`manage.py retention` writes docs/retention.md from the table in the code; `--check` fails when they differ."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from applications.retention_rules import KEPT, KINDS, Kind

PAGE = Path(settings.BASE_DIR) / "docs" / "retention.md"
HEAD = """# What is kept, and for how long

Written by `manage.py retention` from `applications/retention_rules.py`. Do not edit. The words are those of the pages.
«Eget forslag»: our own assumption, which an administrator changes under «Sletning → Frister»."""


class Command(BaseCommand):
    help = "Write docs/retention.md from the code (--check: fail when it differs)."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check, **options):
        with override("da"):
            text = page()
        if not check:
            PAGE.write_text(text, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            raise CommandError("docs/retention.md differs from the code: run `make docs`")


def page() -> str:
    head = ["Slags", "Frist", "Regnet fra", "Det sker der", "Grundlag", "Felter"]
    rows = [
        [kind.name, _lasts(kind), kind.counted_from, kind.happens, kind.basis, _code(kind.fields)] for kind in KINDS.values()
    ]
    kept = [[each.name, each.why, _code(each.fields)] for each in KEPT]
    return "\n\n".join([HEAD, _table(head, rows), "## Never proposed", _table(["Hvad", "Hvorfor", "Felter"], kept)]) + "\n"


def _lasts(kind: Kind) -> str:
    lasts = f"{kind.years} år" if kind.years else f"{kind.days} døgn" if kind.days else "straks"
    return f"{lasts}, {'en person siger ja' if kind.asks else 'af sig selv'}{' (eget forslag)' if kind.editable else ''}"


def _code(fields) -> str:
    """«Note (text), Score (reason)», a model once."""
    by_model: dict[str, list[str]] = {}
    for name in sorted(fields):
        _app, model, column = name.split(".")
        by_model.setdefault(model, []).append(column)
    return ", ".join(f"{model} ({', '.join(columns)})" for model, columns in by_model.items())


def _table(head: list[str], rows: list[list]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
