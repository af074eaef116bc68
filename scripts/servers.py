"""A private PostgreSQL and a private Redis-compatible broker in a folder of their own, for tests and benchmarks.

Started on free ports of the loopback, stopped at the end, and by the kernel when their
starter is killed; nothing of the machine's own servers is touched.
"""

import contextlib
import ctypes
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# PostgreSQL refuses to run as root; then it runs as Debian's own user for it
AS_POSTGRES = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Runs in the child: a server never outlives the process that started it, however that ended."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(ready: Callable[[], bool], log: Path | None = None, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            sys.exit(f"a server did not start\n{log.read_text()[-2000:] if log else ''}")
        time.sleep(0.05)


def postgres_bin() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        sys.exit("PostgreSQL is not installed: scripts/system-packages test")
    return Path(found[-1]).parent


@contextlib.contextmanager
def postgres(fsync: bool = False):
    """A cluster of its own; yields its DATABASE_URL (user pool, database pool)."""
    folder, programs, port = Path(tempfile.mkdtemp(prefix="pool-pg-")), postgres_bin(), free_port()
    if AS_POSTGRES:
        shutil.chown(folder, "postgres", "postgres")
    data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "check": True, "cwd": "/"}
    initdb = [programs / "initdb", "-D", data, "-U", "pool", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(initdb, **quiet, **AS_POSTGRES)
    command = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"]
    command += ["-c", "max_connections=200"]
    if not fsync:
        command += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", preexec_fn=die_with_parent, **AS_POSTGRES)
    try:
        where = ["-h", "127.0.0.1", "-p", str(port), "-U", "pool"]
        wait_until(
            lambda: not subprocess.run([programs / "pg_isready", "-q", *where], check=False).returncode, folder / "log"
        )
        subprocess.run([programs / "createdb", *where, "pool"], **quiet)
        yield f"postgresql://pool@127.0.0.1:{port}/pool"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def broker():
    """A Redis-compatible server that keeps nothing; yields its address."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if not program:
        sys.exit("no Redis or Valkey is installed: scripts/system-packages test")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pool-broker-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
        try:
            wait_until(lambda: listens(port))
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


@contextlib.contextmanager
def clamd(signatures: dict[str, str]):
    """A virus scanner that knows these signature files alone; yields its socket. Nothing is fetched from anywhere."""
    program = "/usr/sbin/clamd"
    if not os.access(program, os.X_OK):
        sys.exit("clamd is not installed: scripts/system-packages hard")
    with tempfile.TemporaryDirectory(prefix="pool-clamd-") as name:
        folder = Path(name)
        (folder / "known").mkdir()
        for file, lines in signatures.items():
            (folder / "known" / file).write_text(lines)
        said = f"LocalSocket {folder}/socket\nDatabaseDirectory {folder}/known\nTemporaryDirectory {folder}\n"
        (folder / "clamd.conf").write_text(f"{said}Foreground yes\nStreamMaxLength 25M\n")
        with (folder / "log").open("wb") as log:
            command = [program, f"--config-file={folder}/clamd.conf"]
            server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=die_with_parent)
        try:
            wait_until((folder / "socket").exists, folder / "log")
            yield str(folder / "socket")
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":  # servers.py COMMAND…: the command with a fresh database in DATABASE_URL
    with postgres() as url:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode)
