"""A private PostgreSQL and a private Redis-compatible broker in a folder of their own, for tests and benchmarks.

Started on free ports of the loopback, stopped at the end; nothing of the machine's own servers is touched.
"""

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_for(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    sys.exit(f"nothing answers on port {port}")


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
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    if not fsync:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": "/"}
    data = str(folder / "data")
    subprocess.run(
        [*AS_POSTGRES, programs / "initdb", "-D", data, "-U", "pool", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        **quiet,
    )
    subprocess.run(
        [*AS_POSTGRES, programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"], **quiet
    )
    try:
        subprocess.run([programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "pool", "pool"], **quiet)
        yield f"postgresql://pool@127.0.0.1:{port}/pool"
    finally:
        subprocess.run(
            [*AS_POSTGRES, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd="/"
        )
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
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)
