"""The tests' own servers: a private PostgreSQL, a private Redis, a running pool, and Chromium's start.

Loaded with `-p tests.servers` (pyproject.toml), because Django reads its settings before any conftest.py.
TEST_DATABASE=postgres runs everything on PostgreSQL; otherwise SQLite. PostgreSQL is started once per run by the
process that starts the workers, which find it in DATABASE_URL; each worker has a database of its own by its suffix.
Servers listen on the loopback alone, live in a temporary folder, and die with the process that started them.

`python -m tests.servers COMMAND…` runs any command with DATABASE_URL pointing at a fresh PostgreSQL.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60
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
PR_SET_PDEATHSIG = 1
_held = ExitStack()  # what this run started, ended in pytest_unconfigure


# ── starting and stopping ─────────────────────────────────────────────────────────────────────────────────────────


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], ready, end_with=signal.SIGTERM, **options) -> Iterator[subprocess.Popen]:
    """A child that is ready when `ready()` says so, and that the kernel ends should we be killed."""

    def die_with_parent():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, end_with)

    with tempfile.TemporaryFile("w+") as said:
        options = {"stdout": said, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL} | options
        child = subprocess.Popen(command, preexec_fn=die_with_parent, **options)
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not ready():
                if child.poll() is not None or time.monotonic() > deadline:
                    said.seek(0)
                    raise RuntimeError(f"{command[0]} did not start:\n{said.read()[-4000:]}")
                time.sleep(0.05)
            yield child
        finally:
            child.send_signal(end_with)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL; gives its DATABASE_URL. It refuses to run as root, so then it runs as Debian's `postgres`."""
    tools = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    if tools is None:
        raise RuntimeError("PostgreSQL is not installed: scripts/system-packages test")
    home = Path(tempfile.mkdtemp(prefix="pool-postgres-"))
    who = {}
    if os.geteuid() == 0:
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
    data, port = home / "data", free_port()
    try:
        subprocess.run(
            [tools / "initdb", "-D", data, "-U", "pool", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, cwd=home, stdout=subprocess.DEVNULL, **who,
        )  # fmt: skip
        settings = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": home, "max_connections": 60,
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB",
        }  # fmt: skip
        command = [str(tools / "postgres"), "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        is_ready = [tools / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "pool", "-d", "postgres"]
        with running(command, lambda: not subprocess.run(is_ready).returncode, signal.SIGQUIT, cwd=home, **who):
            yield f"postgres://pool@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis that keeps nothing; gives its CELERY_BROKER_URL."""
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with tempfile.TemporaryDirectory(prefix="pool-redis-") as home, running(command, lambda: listens(port), cwd=home):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def open_pool(var: Path) -> Iterator[str]:
    """The product as `make run` starts it, with its state in `var`; gives its address."""
    port = free_port()
    dropped = {"DATABASE_URL", "CELERY_BROKER_URL", "HOST_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    environment |= {"POOL_VAR": str(var), "PORT": str(port)}
    subprocess.run([sys.executable, "scripts/prepare"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with running([sys.executable, "scripts/serve"], lambda: listens(port), cwd=ROOT, env=environment):
        yield f"http://127.0.0.1:{port}"


# ── pytest ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Before pytest-django reads the settings: the tests' surroundings. Workers find them made."""
    if "POOL_TEST_SURROUNDINGS" not in os.environ:
        _surround()
    return (yield)


def _surround() -> None:
    var = _held.enter_context(tempfile.TemporaryDirectory(prefix="pool-tests-"))
    if os.environ.get("TEST_DATABASE", "sqlite") == "postgres":
        os.environ["DATABASE_URL"] = _held.enter_context(postgres())
    else:
        os.environ["DATABASE_URL"] = f"sqlite:///{var}/pool.sqlite3"
    os.environ["POOL_VAR"] = var
    os.environ["POOL_TEST_SURROUNDINGS"] = str(os.getpid())
    for name, value in {"SECRET_KEY": "only-for-tests-" * 4, "HOST_URL": "https://testserver"}.items():
        os.environ.setdefault(name, value)


def pytest_unconfigure(config):
    if os.environ.get("POOL_TEST_SURROUNDINGS") == str(os.getpid()):
        _held.close()


def pytest_collection_modifyitems(items):
    """On SQLite a test of PostgreSQL's own has nothing to say."""
    if os.environ.get("TEST_DATABASE") == "postgres":
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: TEST_DATABASE=postgres"))


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private broker, started when the first test asks for it."""
    with redis() as url:
        yield url


@pytest.fixture(scope="session")
def pool_address(tmp_path_factory) -> Iterator[str]:
    """A running demo pool for the browser, started when the first test asks for it; one per worker."""
    with open_pool(tmp_path_factory.mktemp("pool")) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium: no download, no look-ups of its own."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "da-DK", "timezone_id": "Europe/Copenhagen"}


if __name__ == "__main__":
    with postgres() as database_url:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": database_url}).returncode)
