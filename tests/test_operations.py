"""docs/operations.md tells the truth: every variable that is read, every figure, every command and file is in it."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config import health

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
APPS = ("applications", "climate", "config", "demo", "documents", "journal", "pages", "people", "pool")
CODE = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
READ = re.compile(r'\benv(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)"|environ(?:\.get\(|\[)\s*"([A-Z][A-Z0-9_]+)"')
SET_BY_US = {"DJANGO_SETTINGS_MODULE"}


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(title: str) -> set[str]:
    rows = re.findall(r"^\| ((?:`[^`]+` ?)+) ?\|", section(title), re.M)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_every_variable_that_is_read_stands_in_the_table_and_no_other():
    read = {first or second for path in CODE for first, second in READ.findall(path.read_text(encoding="utf-8"))}
    assert first_cells("Environment") == read - SET_BY_US


def test_every_figure_is_explained_and_no_other():
    told = {name.partition("{")[0] for name in first_cells("Watching")}
    given = set(re.findall(r'"(pool_\w+)"', (ROOT / "config" / "figures.py").read_text(encoding="utf-8")))
    assert {name.removesuffix("_total") for name in told} == given


def test_everything_that_can_be_red_has_its_row():
    rows = section("When something is red")
    for name in [*health.WAITS, "timetable", "files: down", "files: full", "database: down"]:
        assert f"`{name}`" in rows, name


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py (\w+)", PAGE))))
def test_every_command_exists(command):
    assert command in get_commands()


def test_every_file_it_names_exists():
    named = set(re.findall(r"`((?:deploy|scripts|tests|docs)/[\w./-]+)`", PAGE))
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_link_leads_to_a_heading():
    headings = {title.lower().replace(",", "").replace(" ", "-") for title in re.findall(r"^## (.+)$", PAGE, re.M)}
    assert set(re.findall(r"\(#([\w-]+)\)", PAGE)) <= headings
