"""docs/security.md answers every requirement once, and names only tests, documents and figures that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ASKED = dict(line.split() for line in (ROOT / "tests/golden/asvs-5.0.txt").read_text(encoding="utf-8").splitlines())
PROOF = re.compile(r"`([^`]+)`")
CELLS = 5


def rows_of(page: str) -> list[list[str]]:
    """The cells of every row that begins with a requirement's number."""
    lines = re.findall(r"^\| (\d+\.\d+\.\d+ \|.*) \|$", page, re.M)
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


ROWS = rows_of(PAGE)


def status(row: list[str]) -> str:
    proof = row[-1]
    return next((word for word in ("not applicable", "not met") if proof.startswith(f"{word}: ")), "met")


@cache
def functions_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def headings_in(path: str) -> frozenset[str]:
    titles = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.M)
    return frozenset(re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles)


def exists(named: str) -> bool:
    """A test `tests/test_x.py::test_y`, or a section `docs/x.md#heading`."""
    if test := re.fullmatch(r"(tests/test_\w+\.py)::(test_\w+)", named):
        return (ROOT / test[1]).is_file() and test[2] in functions_in(test[1])
    section = re.fullmatch(r"(docs/[\w/-]+\.md)#([\w-]+)", named)
    return bool(section) and (ROOT / section[1]).is_file() and section[2] in headings_in(section[1])


def faults(row: list[str]) -> list[str]:
    """What is wrong with a row's form or its proof."""
    if len(row) != CELLS or not all(row):
        return [f"{row[0]}: {len(row)} cells, or an empty one"]
    if status(row) != "met":
        return [] if len(row[-1].partition(": ")[2]) > 5 else [f"{row[0]}: without a reason"]
    named = PROOF.findall(row[-1])
    if row[-1] != ", ".join(f"`{name}`" for name in named) or not named or row[3] == "—":
        return [f"{row[0]}: neither a proof nor a reason"]
    return [f"{row[0]}: {name} does not exist" for name in named if not exists(name)]


def test_every_requirement_has_its_row_once_with_its_level():
    assert len(ASKED) == 265
    assert sorted(ASKED.values()) == ["1"] * 70 + ["2"] * 183 + ["3"] * 12
    assert [(row[0], row[1]) for row in ROWS] == list(ASKED.items())


def test_every_row_has_a_proof_that_exists_or_a_reason():
    assert [fault for row in ROWS for fault in faults(row)] == []


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "met",
        "`tests/test_front.py::test_that_nobody_wrote`",
        "`tests/test_gone.py::test_x`",
        "`docs/security.md#gone`",
        "`docs/operations.md`",
        "`tests/test_front.py::test_a_healthy_house` and hope",
        "not met: ",
        "not applicable: no",
    ],
)
def test_a_row_that_proves_nothing_is_found(cell):
    row = [*ROWS[0][:-1], cell]
    assert faults(row) != [] and faults(ROWS[0]) == []


def test_the_figures_at_the_top_are_those_of_the_rows():
    lines = []
    for level in ("1", "2", "3", "all"):
        these = [status(row) for row in ROWS if level in ("all", row[1])]
        without, missing = these.count("not applicable"), these.count("not met")
        applicable = len(these) - without
        lines.append((level, len(these), without, applicable, applicable - missing, missing))
    top = PAGE.split("\n## Summary\n")[1].split("\n## ")[0]
    for line in lines:
        assert "| " + " | ".join(map(str, line)) + " |" in top
    _level, _all, without, applicable, met, missing = lines[-1]
    words = re.findall(r"\d+", re.search(r"\*\*(.+?)\*\*", top)[1])
    assert list(map(int, words)) == [met, applicable, missing, without]


def test_what_is_not_met_is_listed_at_the_top_with_what_is_missing():
    listed = re.findall(r"^\* \*\*(\S+)\*\* \(level (\d)\) (.+)$", PAGE.split("\n## Not met\n")[1].split("\n## ")[0], re.M)
    missing = [row for row in ROWS if status(row) == "not met"]
    assert listed == [(row[0], row[1], f"{row[2]}: {row[-1].removeprefix('not met: ')}.") for row in missing]


def test_every_link_and_file_on_the_page_exists():
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings_in("docs/security.md")
    text = PAGE.split("\n## The rows\n")[0]
    packages = "applications|config|people|documents|pages|deploy|docs|frontend|scripts"
    named = set(re.findall(rf"`((?:{packages})/[\w./-]+|SECURITY\.md)`", text + "".join(row[3] for row in ROWS)))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_nobody_claims_a_certificate():
    assert "certified" not in PAGE and "Self-assessed" in PAGE
