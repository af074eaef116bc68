"""What a test may ask to have running: a broker, a whole pool as `make run` starts it, and Debian's Chromium.

The servers themselves are started by scripts/servers.py; here they become fixtures. PostgreSQL is no fixture:
`make test` starts it before pytest, because Django reads DATABASE_URL before any fixture exists.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from servers import broker, die_with_parent, free_port, listens, wait_until  # noqa: E402  scripts/ is no package

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Pool:
    """A running pool: its address, and the folder of its state."""

    address: str
    var: Path

    def move_clock_to(self, moment: datetime) -> None:
        """Only a pool that was started with the tests' own settings looks at this."""
        ahead = (moment - datetime.now(UTC)).total_seconds()
        new = self.var / "seconds-ahead.new"
        new.write_text(str(ahead))
        new.replace(self.var / "seconds-ahead")


@contextlib.contextmanager
def open_pool(var: Path, settings: str = "config.settings") -> Iterator[Pool]:
    """The first look on a free port, as `make run` starts it, with its state in `var`."""
    port = free_port()
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    environment |= {"POOL_VAR": str(var), "PORT": str(port), "DJANGO_SETTINGS_MODULE": settings}
    start = "set -a; . scripts/demo-env; set +a; {0} manage.py migrate -v 0 && {0} manage.py collectstatic --noinput -v 0"
    start = f"{start} && {{0}} manage.py demo && exec {{0}} scripts/serve".format(sys.executable)
    with tempfile.NamedTemporaryFile(suffix=".log") as said:
        server = subprocess.Popen(
            ["bash", "-c", start], cwd=ROOT, env=environment, preexec_fn=die_with_parent, stdout=said, stderr=said
        )
        try:
            wait_until(lambda: listens(port) or server.poll() is not None, Path(said.name), seconds=120)
            assert server.poll() is None, Path(said.name).read_text()[-4000:]
            yield Pool(f"http://127.0.0.1:{port}", var)
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="session")
def running_pool(tmp_path_factory) -> Iterator[Pool]:
    """A running demo pool for the browser, with a clock that the test can move; one per worker, when a test asks."""
    with open_pool(tmp_path_factory.mktemp("pool"), "tests.browser.settings_with_clock") as pool:
        yield pool


@pytest.fixture
def fresh_database(tmp_path) -> Iterator[str]:
    """The address of an empty database of the kind that the suite runs on."""
    from django.db import connection  # this file is read before Django is set up

    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
        return
    facts = {name: connection.settings_dict[name.upper()] for name in ("host", "port", "user")}
    name = f"fresh_{os.getpid()}"
    with psycopg.connect(**facts, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://{facts['user']}@{facts['host']}:{facts['port']}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private broker that keeps nothing."""
    with broker() as url:
        yield url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "da-DK", "timezone_id": "Europe/Copenhagen"}
