"""Row 20: tests that bite. Mutants of the law files, each met by the tests that reach its function, until one of them fails.

mutmut (3.8.1) makes the mutants; all of them are loaded at once and one is switched on in a forked child, so that a
mutant costs no more than its tests (SQLite in memory, no start of anything). Decorated functions are not mutated, but
`@transaction.atomic` is taken off and put on again at the end of the file. A seeded sample within the share; ledger and
roles come first and whole.
"""

import importlib.abc
import importlib.machinery
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEED, CHILDREN, LEAST = 20260302, 2, 0.95
WHOLE = ("pool.ledger", "applications.roles")
SHARE = {"applications.roles": 3, "pool.ledger": 2}  # of the time; 1 for every other file
TESTS = {
    "ledger": ["test_money", "test_pool", "test_finance"],
    "money": ["test_money"],
    "workflow": ["test_workflow", "test_door"],
    "roles": ["test_roles", "test_finance"],
    "chain": ["test_journal"],
    "outbox": ["test_outbox"],
    "uploads": ["test_uploads"],
    "uploaded_office": ["test_uploads"],
    "uploaded_pdf": ["test_uploads"],
    "uploaded_picture": ["test_uploads"],
    "scanner": ["test_scanner"],
}
# mutants that no test can kill, by module and the line they make, with the reason
EQUIVALENT: dict[tuple[str, str], str] = {}


def law_files() -> list[str]:
    """The law files that are there, as modules (scripts/run_tests.py names them)."""
    from run_tests import LAW

    from tests import servers  # noqa: F401  puts scripts/ on the path

    return [name.removesuffix(".py").replace("/", ".") for name in LAW if (ROOT / name).exists()]


@pytest.mark.proves(20, minutes=11)  # what the tests cost without a mutant comes on top
def test_mutants_of_the_law_are_killed(proof, tmp_path):
    """Mutants of the law files, met by the tests of each file: at least 95 % killed, ledger and roles all of them."""
    env = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL", "POOL_PROOF")
    }
    env |= {"DATABASE_URL": "sqlite://:memory:", "PYTHONWARNINGS": "ignore"}
    left, results = sorted(law_files(), key=lambda name: name not in WHOLE), []
    for place, module in enumerate(left):
        mine, others = SHARE.get(module, 1), sum(SHARE.get(name, 1) for name in left[place + 1 :])
        seconds = max(10, proof.time_left() * mine / (mine + others))
        report = tmp_path / f"{module}.json"
        command = [sys.executable, "-m", "tests.hard.mutants", module, str(seconds), str(report)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert report.exists(), f"{module}: {done.stdout[-3000:]}{done.stderr[-2000:]}"
        results.append(json.loads(report.read_text()))
    unnamed = tell(proof, results)
    killed, tried = proof.counts["mutants killed"], proof.counts["mutants tried"]
    assert [name for name in unnamed if name.startswith(WHOLE)] == []
    assert killed / tried >= LEAST, unnamed


def tell(proof, results: list[dict]) -> list[str]:
    """Every file's figures and every survivor by name; answers those that have no reason."""
    unnamed = []
    for result in results:
        module, survivors = result["module"], result["survivors"]
        equal = [one for one in survivors if (module, one["line"]) in EQUIVALENT]
        proof.goal(f"mutants of {module}", result["made"])
        proof.count(f"mutants of {module}", result["tried"])
        proof.count("mutants tried", result["tried"] - len(equal))
        proof.count("mutants killed", result["tried"] - len(survivors))
        for one in survivors:
            reason = EQUIVALENT.get((module, one["line"]))
            unnamed += [] if reason else [f"{module}: {one['was']} → {one['line']}"]
            proof.found(
                f"survivor {module} {one['name']}: `{one['was']}` → `{one['line']}`{f' ({reason})' if reason else ''}"
            )
    return unnamed


# ── one process for one file ────────────────────────────────────────────────────────────────────────────────────────


class Mutated(importlib.machinery.SourceFileLoader):
    """Loads a module with all its mutants inside, asleep."""

    made = None

    def get_code(self, fullname):
        from mutmut import configuration
        from mutmut.mutation.file_mutation import mutate_file_contents

        configuration._guess_source_paths = lambda: ["."]  # it asks only whether there are any
        Mutated.made = mutate_file_contents(self.path, plain(Path(self.path).read_text(encoding="utf-8")))
        return compile(Mutated.made.code, self.path, "exec", dont_inherit=True)


def plain(source: str) -> str:
    """`@transaction.atomic` moved from above its function to the end of the file: decorated functions are left alone."""
    names = re.findall(r"^@transaction\.atomic\ndef (\w+)", source, re.MULTILINE)
    source = re.sub(r"^@transaction\.atomic\n(?=def )", "", source, flags=re.MULTILINE)
    return source + "".join(f"\n{name} = transaction.atomic({name})\n" for name in names)


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self, module: str):
        self.module = module

    def find_spec(self, fullname, path, target=None):
        if fullname != self.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        spec.loader = Mutated(fullname, spec.origin)
        return spec


class Runner:
    """In the place of pytest's own loop: every test once as it is, then the tests of each mutant in a child."""

    def __init__(self, module: str, seconds: float, report: Path):
        self.module, self.seconds, self.report = module, seconds, report
        self.hits, self.reached, self.cost = set(), defaultdict(list), {}

    def pytest_runtestloop(self, session):
        from mutmut.mutation import trampoline

        trampoline.record_trampoline_hit = lambda name, caller=None: self.hits.add(name)
        os.environ["MUTANT_UNDER_TEST"] = "stats"
        for place, item in enumerate(session.items):
            self.hits.clear()
            began = time.monotonic()
            if not passes(item, session.items[(place + 1) % len(session.items)]):
                raise RuntimeError(f"{item.nodeid} fails without a mutant")
            self.cost[item] = time.monotonic() - began
            for name in self.hits:
                self.reached[name.rpartition(".")[2]].append(item)
        self.end = time.monotonic() + self.seconds
        names = list(Mutated.made.mutant_names)
        random.Random(SEED).shuffle(names)
        alive, tried = self.meet(session, names)
        facts = {"module": self.module, "made": len(names), "tried": tried, "survivors": [self.said(name) for name in alive]}
        self.report.write_text(json.dumps(facts), encoding="utf-8")
        return True

    def meet(self, session, names: list[str]) -> tuple[list[str], int]:
        """(survivors, how many were tried) within the time."""
        alive, running, waiting, tried = [], {}, list(reversed(names)), 0
        while running or (waiting and time.monotonic() < self.end):
            while waiting and len(running) < CHILDREN and time.monotonic() < self.end:
                name = waiting.pop()
                running[self.fork(session, name)] = name
                tried += 1
            pid, status = os.wait()
            if pid in running and os.waitstatus_to_exitcode(status) == 0:
                alive.append(running[pid])
            running.pop(pid, None)
        return alive, tried

    def fork(self, session, name: str) -> int:
        """A child with one mutant awake: ends with 0 when every test still passes."""
        tests = sorted(self.reached[name.rpartition("__mutmut_")[0]], key=self.cost.get)
        if pid := os.fork():
            return pid
        signal.alarm(int(20 + 5 * sum(self.cost[item] for item in tests)))  # a mutant that never ends is killed
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        os.environ["MUTANT_UNDER_TEST"] = f"{self.module}.{name}"
        code = 0
        try:
            for place, item in enumerate(tests):
                session._setupstate.teardown_exact(item)
                if not passes(item, tests[(place + 1) % len(tests)]):
                    code = 1
                    break
        except BaseException:
            code = 1
        os._exit(code)

    def said(self, name: str) -> dict:
        """A survivor in words: its function, the line as it was and as it is."""
        spans, code = Mutated.made.line_span_by_function_name, Mutated.made.code.splitlines()

        def lines(key):
            span, plain_name = spans[key], key.rpartition("__mutmut_")[0]
            text = [line.partition("  # type: ignore")[0].strip() for line in code[span.start - 1 : span.end]]
            return [line.replace(key, plain_name) for line in text if "_mutmut_mutated(" not in line]

        old, new = lines(f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"), lines(name)
        was, line = next(((a, b) for a, b in zip(old, new, strict=False) if a != b), ("?", "?"))
        return {"name": name, "was": was, "line": line}


def passes(item, following) -> bool:
    from _pytest.runner import runtestprotocol

    return all(report.outcome != "failed" for report in runtestprotocol(item, log=False, nextitem=following))


def main(module: str, seconds: str, report: str) -> int:
    sys.meta_path.insert(0, Finder(module))
    tests = [f"tests/{name}.py" for name in TESTS[module.rpartition(".")[2]] if (ROOT / f"tests/{name}.py").exists()]
    options = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:randomly", "-x"]
    return pytest.main([*options, *tests], plugins=[Runner(module, float(seconds), Path(report))])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
