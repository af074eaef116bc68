"""The product as child processes that can be killed and started again: web, worker, beat, broker, PostgreSQL.

The web process forks its workers from one that has loaded everything, and so does the worker of Celery: a child that is
killed is replaced at once, so that kills hit work and not the start of an interpreter. Mail goes to a server of our own
that remembers what it accepted. PostgreSQL is killed only when its cluster is one of scripts/servers.py's.
"""

import contextlib
import http.client
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

from django.utils import timezone

from tests.servers import ROOT, die_with_parent, free_port, listens, wait_until

BIN = Path(sys.executable).parent


class MailServer(socketserver.ThreadingTCPServer):
    """Accepts every mail and remembers how often it accepted each Message-ID."""

    daemon_threads = allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.accepted, self.lock = Counter(), threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def doubled(self) -> list[str]:
        with self.lock:
            return [mail for mail, times in self.accepted.items() if times > 1]


class Session(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs."""

    def handle(self):
        with contextlib.suppress(OSError):
            self.say("220 rig")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.say("354 go on")
                    self.receive()
                elif word == b"QUIT":
                    return self.say("221 bye")
                self.say("250 ok") if word != b"DATA" else None
        return None

    def receive(self):
        mail = ""
        while (line := self.rfile.readline()) and line != b".\r\n":
            if line.lower().startswith(b"message-id:"):
                mail = line.split(b":", 1)[1].strip().decode()
        with self.server.lock:
            self.server.accepted[mail] += 1
        self.say("250 accepted")

    def say(self, words: str):
        self.wfile.write(f"{words}\r\n".encode())


class House:
    """All processes of one pool on one database."""

    def __init__(self, var: Path, database: dict, twin: str = "", program: str = "tests.hard.tight"):
        self.var, self.points, self.mail = var, var / "points", MailServer()
        self.opened = timezone.now()
        self.points.mkdir(parents=True, exist_ok=True)
        self.port, self.broker_port = free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.children: dict[str, subprocess.Popen] = {}
        self.cluster = Cluster.of(database)
        url = f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        self.environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
            "DJANGO_SETTINGS_MODULE": "tests.hard.settings",
            "DATABASE_URL": url,
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{self.broker_port}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "CLAMD_ADDRESS": "127.0.0.1:3310",  # nothing is uploaded here
            "HOST_URL": self.address,
            "POOL_VAR": str(var),
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "RIG_TWIN": twin,
        }
        redis = shutil.which("valkey-server") or shutil.which("redis-server")
        web = f"config.wsgi --bind 127.0.0.1:{self.port} --workers 3 --threads 2 --preload --no-control-socket"
        worker = f"--quiet -A {program} worker --concurrency 2 --loglevel ERROR --without-gossip --without-mingle"
        self.commands = {
            "broker": f"{redis} --port {self.broker_port} --bind 127.0.0.1 --save  --appendonly no --dir {var}".split(" "),
            "web": f"{BIN}/gunicorn {web} --log-level critical".split(),
            "worker": f"{BIN}/celery {worker} --without-heartbeat".split(),
            "beat": f"{BIN}/celery --quiet -A {program} beat --loglevel ERROR --schedule {var}/beat".split(),
        }

    # ── up and down ─────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, name: str) -> None:
        with (self.var / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip

    def tend(self) -> None:
        """Start again what has ended by itself, as systemd does (docs/operations.md); from the main thread alone."""
        for name, child in self.children.items():
            if child.poll() is not None:
                self.start(name)

    def open(self) -> None:
        for name in self.commands:
            self.start(name)
        self.wait_for_web()
        wait_until(lambda: self.forks("worker"), self.var / "worker.log", seconds=60)

    def close(self) -> None:
        for name in self.children:
            self.kill(name)
        self.children = {}

    @contextlib.contextmanager
    def closing(self):
        yield self
        self.close()

    def wait_for_web(self, seconds: float = 60) -> None:
        wait_until(lambda: self.tend() or listens(self.port), self.var / "web.log", seconds)

    def first_page(self, seconds: float = 60) -> float:
        """Seconds until the sign-in page is answered whole."""
        began = time.monotonic()
        while time.monotonic() - began <= seconds:
            self.tend()
            door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException):
                door.request("GET", "/log-ind/")
                if door.getresponse().status == 200:
                    break
            time.sleep(0.02)
        return time.monotonic() - began

    def forks(self, name: str) -> list[int]:
        """The processes that the child has forked and that do its work."""
        try:
            pid = self.children[name].pid
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except FileNotFoundError:
            return []

    # ── kills ───────────────────────────────────────────────────────────────────────────────────────────────────

    def kill(self, name: str) -> None:
        """The whole child with all it forked."""
        child = self.children[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def kill_fork(self, name: str, chance: Random) -> bool:
        """One of the processes that do its work."""
        forks = self.forks(name)
        if not forks:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(forks), signal.SIGKILL)
        return True

    def kill_everything(self) -> None:
        """A power cut, as processes feel it: nobody says goodbye. What the kernel holds for the disk is kept."""
        for name in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.children[name].pid, signal.SIGKILL)
        self.cluster.kill()
        for child in self.children.values():
            child.wait()


class Cluster:
    """A PostgreSQL of scripts/servers.py, taken over: stopped in order once, and from then on ours to kill."""

    def __init__(self, data: Path, port: str):
        self.data, self.port, self.server = data, port, None

    @classmethod
    def of(cls, database: dict) -> "Cluster":
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            return cls(Path(cursor.fetchone()[0]), str(database["PORT"]))

    def take_over(self) -> None:
        """From now on every commit is with the kernel before it is answered: a kill of processes loses nothing of it."""
        if not self.data.parent.name.startswith("pool-pg-"):
            raise ValueError(f"{self.data} is not ours")
        if self.server is None:
            os.kill(self.pid(), signal.SIGINT)
            wait_until(lambda: not (self.data / "postmaster.pid").exists())
            self.start()
            self.wait()

    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        from servers import AS_POSTGRES, postgres_bin

        command = [postgres_bin() / "postgres", "-D", self.data, "-p", self.port, "-k", self.data.parent]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "fsync=off"]
        with (self.data.parent / "log").open("ab") as log:
            self.server = subprocess.Popen(
                command, stdout=log, stderr=log, cwd="/", preexec_fn=die_with_parent, **AS_POSTGRES
            )

    def kill(self) -> None:
        """Postmaster and every one of its processes; it is held still first, or it forks one more that survives."""
        pid = self.server.pid
        os.kill(pid, signal.SIGSTOP)
        forks = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for fork in forks:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(fork), signal.SIGKILL)
        self.server.kill()
        self.server.wait()
        wait_until(lambda: not any(Path(f"/proc/{fork}").exists() for fork in forks))

    def wait(self) -> None:
        """Until it has recovered and answers."""
        from servers import postgres_bin

        ready = [postgres_bin() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port]
        wait_until(lambda: not subprocess.run(ready, check=False).returncode, self.data.parent / "log", seconds=60)
