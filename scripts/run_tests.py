"""Runs the suite as `make test` does; arguments go to pytest."""

import os
import subprocess
import sys
import tempfile

from servers import broker, postgres

PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-q"]
# the law of the house is covered to the last branch (architecture: law files)
LAW = [
    "applications/workflow.py",
    "applications/roles.py",
    "pool/ledger.py",
    "pool/money.py",
    "journal/chain.py",
    "journal/outbox.py",
]
LEAST = 95


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="pool-coverage-") as folder, postgres() as database, broker() as queue:
        env = {**os.environ, "COVERAGE_FILE": f"{folder}/coverage", "PYTHONWARNINGS": "ignore"}
        env.pop("POOL_DEMO", None)
        real = {**env, "DATABASE_URL": database, "CELERY_BROKER_URL": queue}
        failed = subprocess.run([*PYTEST, "--cov", "--cov-report=", *arguments], env=real).returncode
        small = {name: value for name, value in env.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
        print("── the same law on SQLite", flush=True)
        failed |= subprocess.run(
            [*PYTEST, "-m", "both", "--cov", "--cov-append", "--cov-report=", *arguments], env=small
        ).returncode
        return failed | (0 if arguments else gates(env))


def gates(env: dict) -> int:
    """95 % over all, 100 % of the branches of the law files."""
    report = [sys.executable, "-m", "coverage", "report", "--skip-covered"]
    law = subprocess.run([*report, "--fail-under=100", f"--include={','.join(LAW)}"], env=env).returncode
    everything = subprocess.run([*report, f"--fail-under={LEAST}"], env=env).returncode
    print(f"coverage: law files {'FAILED' if law else 'ok'}, all {'FAILED' if everything else 'ok'}")
    return law | everything


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
