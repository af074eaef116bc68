"""Runs the longer proofs one file after the other and writes docs/proof.md from what they say (tests/proof.py).

A file is every one in tests/hard/, and every tests/test_*.py that carries the mark `proves`. Each has a process and a
PostgreSQL of its own, so that one that falls takes no other with it. Arguments choose files by a part of their name;
then the page is printed, not written. HARD_MINUTES scales every share of the hour.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from servers import broker, postgres

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "proof.md"
MINUTES = float(os.environ.get("HARD_MINUTES", "60"))
SLOWEST_FILE = 45 * 60  # seconds, whatever a share says: then the file is stopped and reported as failed
PROMISES = {
    1: "No overspend, ever",
    2: "The rig has teeth",
    3: "The sums hold after every step",
    4: "Nothing lost or done twice when killed",
    5: "Mails at least once, doubles recognisable",
    6: "Recovery: a page within 10 s, owed mails within 60 s",
    7: "Every permission is as signed, in every list, page and mail",
    9: "Four eyes and impartiality",
    10: "No leak: nobody reads what is not for them",
    11: "Tampering is found",
    13: "Backup and restore give the same facts",
    14: "Uploads: hostile files are refused or made harmless",
    15: "Security headers on every answer",
    16: "A session ends when it should",
    17: "Sign-in withstands guessing",
    19: "Random posts break nothing",
    20: "Tests that bite: mutants of the law are killed",
    21: "Migrations lose nothing",
    22: "Deletion on time",
    23: "Documents are right for everybody",
}


def files(chosen: list[str]) -> list[Path]:
    """Every file with a proof in it, the chosen ones when some are named."""
    found = [path for path in sorted((ROOT / "tests" / "hard").glob("[a-z]*.py")) if "mark.proves" in path.read_text()]
    found += [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "mark.proves" in path.read_text()]
    return [path for path in found if not chosen or any(word in path.name for word in chosen)]


def minutes_in(hour: float) -> float:
    """HARD_MINUTES for the tests, so that all their shares together fit: they may say more than an hour between them."""
    shares = [float(share) for path in files([]) for share in re.findall(r"^@.*minutes=([\d.]+)", path.read_text(), re.M)]
    return hour * 60 / max(60, sum(shares))


def run(path: Path, folder: Path) -> dict | None:
    """The file's proofs, on servers of its own; a result when the file itself fell."""
    print(f"── {path.relative_to(ROOT)}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-m", "proves", "-p", "no:xdist", "--no-header", str(path)]
    with postgres() as database, broker() as queue:
        env = {**os.environ, "DATABASE_URL": database, "CELERY_BROKER_URL": queue, "PYTHONWARNINGS": "ignore"}
        env |= {"POOL_PROOF": str(folder), "HARD_MINUTES": str(minutes_in(MINUTES))}
        env.pop("POOL_DEMO", None)
        try:
            code = subprocess.run(command, cwd=ROOT, env=env, timeout=SLOWEST_FILE).returncode
        except subprocess.TimeoutExpired:
            code = "a time far beyond its share"
    if code in (0, 1):  # 1: a test failed, and has said so itself
        return None
    return {"rows": [], "test": str(path.relative_to(ROOT)), "outcome": "fell", "why": f"pytest ended with {code}"}


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def page(results: list[dict], seconds: float, whole: bool) -> str:
    now = datetime.now(UTC).astimezone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    failed = [result for result in results if result["outcome"] not in ("passed", "skipped")]
    ran = {row for result in results for row in result["rows"] if result["outcome"] == "passed"}
    lines = [
        "# Proof",
        "",
        f"Written by `make hard` on {now:%d.%m.%Y at %H.%M}: {os.cpu_count()} cores, {memory:.0f} GiB memory, "
        f"Python {platform.python_version()}, {seconds / 60:.0f} minutes (HARD_MINUTES={MINUTES:g}).",
        "",
        "These tests sample; they do not prove. No failure in N tries still allows up to 3/N at 95 % confidence (rule of",
        "three). «Wanted» is the figure of the promise; what was not reached within the time is said as such. Teeth: the",
        "guard is taken away, and the same test must see the harm.",
        "",
        f"{len(ran)} of {len(PROMISES)} promises have a proof in this run; {len(failed)} tests failed.",
        "",
        "| Row | Promise | Result |",
        "|--:|---|---|",
        *[
            f"| {row} | {promise} | {verdict(of_row(results, row))} |"
            for row, promise in PROMISES.items()
            if whole or of_row(results, row)
        ],
        "",
    ]
    for row, promise in PROMISES.items():
        if mine := of_row(results, row):
            lines += [f"## {row}. {promise}", "", *section(mine, row)]
    for result in results:
        if not result["rows"]:
            lines += [f"FAILED `{result['test']}`: {result['why']}", ""]
    return "\n".join(lines)


def of_row(results: list[dict], row: int) -> list[dict]:
    return [result for result in results if row in result["rows"]]


def verdict(results: list[dict]) -> str:
    outcomes = {result["outcome"] for result in results}
    if not outcomes - {"skipped"}:
        return "not run"
    if outcomes - {"passed", "skipped"}:
        return "**FAILED**"
    short = any(reached(result, name) < goal for result in results for name, goal in result["goals"].items())
    return "held, fewer tries than wanted" if short else "held"


def reached(result: dict, name: str) -> int:
    return result["counts"].get(name, 0)


def section(results: list[dict], row: int) -> list[str]:
    """A test with figures has a table of its own; those that only passed share a line."""
    lines, plain = [], {}
    for result in results:
        if result["rows"][0] != row:  # said in full once, under its first row
            lines.append(f"* See row {result['rows'][0]}: {result['says']}")
        elif result["outcome"] == "passed" and not (result["counts"] or result["teeth"] or result["found"]):
            plain.setdefault(result["test"].partition("::")[0], []).append(result)
        else:
            lines += said(result)
    lines += [f"* {len(tests)} tests of `{path}` passed." for path, tests in sorted(plain.items())]
    return [*lines, ""]


def said(result: dict) -> list[str]:
    lines = [f"* {result['says']} (`{result['test']}`, {result['seconds']:.0f} s): **{result['outcome']}**"]
    names = [*result["counts"], *(name for name in result["goals"] if name not in result["counts"])]
    for name in names:
        wanted = result["goals"].get(name)
        words = f"{reached(result, name):,} {name}"
        if wanted is not None:
            held = result["outcome"] == "passed" and reached(result, name)
            words += f"; wanted {wanted:,}" + ("" if reached(result, name) >= wanted else " (not reached)")
            words += f"; no failure: at most {bound(reached(result, name))} at 95 %" if held else ""
        lines.append(f"  * {words}")
    lines += [f"  * teeth, {bite['without']}: harm seen {bite['harm']:,} of {bite['of']:,}" for bite in result["teeth"]]
    lines += [f"  * found: {sentence}" for sentence in result["found"]]
    if result["why"]:
        lines += ["", *[f"        {line}" for line in result["why"].splitlines()[-12:]], ""]
    return lines


def bound(tries: int) -> str:
    """The rule of three as a share in per cent."""
    share = min(100.0, 300 / tries)
    return f"{share:.0f} %" if share >= 1 else f"{share:.1g} %"


def main(chosen: list[str]) -> int:
    began, fallen = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="pool-proof-") as folder:
        for path in files(chosen):
            fallen.append(run(path, Path(folder)))
        results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*.json"))]
    results += [result for result in fallen if result]
    text = page(results, time.monotonic() - began, whole=not chosen)
    if chosen:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    return int(any(result["outcome"] not in ("passed", "skipped") for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
