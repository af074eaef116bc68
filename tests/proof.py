"""How a test says what it proved: `make hard` runs what carries the mark `proves` and writes docs/proof.md from it.

    @pytest.mark.proves(4, minutes=20)            # a row of the promises; its share of an hour of `make hard`
    def test_kills(proof):
        for _turn in proof.turns(gate=20, night=1000):
            proof.count("kills of the web")
        proof.teeth("mails sent before they are claimed", harm=3, of=5)

In the gate `turns` counts to `gate`; by `make hard` to `night` or until the share is spent, whichever comes first, and
what was not reached is said as such. A test without turns needs the mark alone. The docstring's first line becomes
the line of the proof. Teeth are a twin that takes the guard away: how often the harm was seen. Files in tests/hard/
are named without test_, so that `make test` leaves them alone.
"""

import contextlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FOLDER = os.environ.get("POOL_PROOF")  # where the results go; set by scripts/hard.py alone
SCALE = float(os.environ.get("HARD_MINUTES", "60")) / 60
KEPT = pytest.StashKey["Proof"]()


@dataclass
class Proof:
    """What one test has to say."""

    seconds: float
    counts: Counter = field(default_factory=Counter)
    goals: dict[str, int] = field(default_factory=dict)
    bites: list[dict] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    began: float | None = None  # at the first question for time: what a test builds before it comes on top

    @property
    def hard(self) -> bool:
        """This is `make hard`, not the gate."""
        return FOLDER is not None

    def time_left(self, part: float = 1.0) -> float:
        """Seconds left of this part of the share."""
        self.began = self.began or time.monotonic()
        return self.began + self.seconds * part - time.monotonic()

    def turns(self, gate: int, night: int, part: float = 1.0) -> Iterator[int]:
        """Running numbers: `gate` of them, or by `make hard` up to `night` within the (part of the) share; one at least."""
        for turn in range(night if self.hard else gate):
            if self.hard and self.time_left(part) <= 0 and turn:
                return
            yield turn

    def count(self, what: str, times: int = 1) -> None:
        self.counts[what] += times

    def goal(self, what: str, number: int) -> None:
        """How many of it the promise asks for at night."""
        self.goals[what] = number

    def teeth(self, without: str, harm: int, of: int) -> None:
        """The guard was taken away `of` times, and its harm seen `harm` times."""
        self.bites.append({"without": without, "harm": harm, "of": of})

    def found(self, sentence: str) -> None:
        """Something a reader of the proof should know."""
        self.findings.append(sentence)


@pytest.fixture
def proof(request) -> Proof:
    mark = request.node.get_closest_marker("proves")
    minutes = mark.kwargs.get("minutes", 0) if mark else 0
    request.node.stash[KEPT] = said = Proof(seconds=minutes * 60 * SCALE)
    return said


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """By `make hard`, one file of JSON for each test that proves something."""
    report = yield
    mark = item.get_closest_marker("proves")
    if FOLDER and mark and (report.when == "call" or (report.when == "setup" and not report.passed)):
        said, words = item.stash.get(KEPT, None) or Proof(0), (item.function.__doc__ or item.name).strip()
        result = {
            "rows": list(mark.args),
            "test": item.nodeid,
            "says": words.splitlines()[0],
            "outcome": report.outcome,
            "why": str(report.longrepr)[-1500:] if not report.passed else "",
            "seconds": round(report.duration, 1),
            "counts": dict(said.counts),
            "goals": said.goals,
            "teeth": said.bites,
            "found": said.findings,
        }
        name = "".join(letter if letter.isalnum() else "-" for letter in item.nodeid)[-120:]
        with contextlib.suppress(FileExistsError):
            Path(FOLDER).mkdir(parents=True)
        (Path(FOLDER) / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    return report
