"""Two machines as processes: on each a web server, a worker and a beat, with nothing shared but servers.

PostgreSQL, a broker, a bucket (moto's S3 on the loopback) and a mail server that remembers. Each machine has a folder of its
own, so what one of them writes outside the servers is lost to the other. `People` are real browsers as far as the door goes:
a password, a second factor for who needs one, and a cookie after that.
"""

import contextlib
import http.client
import os
import secrets
import signal
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import boto3
from django.conf import settings
from django.db import connection

from applications.models import Application
from applications.states import State
from tests.hard.house import BIN, MailServer
from tests.servers import ROOT, die_with_parent, free_port, listens, wait_until

HOST = "puljen.naestved.example"
TOKEN = "t" * 32  # of the form, in cookie and header alike
PASSWORD = "en lang adgangskode til prøven"
BUCKET = {"bucket": "pool-files", "region": "us-east-1", "key": "noegle", "secret": "hemmelig"}


@contextlib.contextmanager
def bucket():
    """An S3-compatible server on the loopback with an empty bucket; yields the options of our storage."""
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "preexec_fn": die_with_parent}
    server = subprocess.Popen([BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)], **quiet)
    try:
        wait_until(lambda: listens(port))
        options = {**BUCKET, "endpoint": f"http://127.0.0.1:{port}"}
        keys = {"aws_access_key_id": options["key"], "aws_secret_access_key": options["secret"]}
        client = boto3.client("s3", endpoint_url=options["endpoint"], region_name=options["region"], **keys)
        client.create_bucket(Bucket=options["bucket"])
        yield options
    finally:
        server.kill()
        server.wait()


class Scanner(socketserver.StreamRequestHandler):
    """A virus scanner that reads everything and finds nothing (clamd's INSTREAM)."""

    def handle(self):
        self.rfile.read(len(b"zINSTREAM\0"))
        while size := int.from_bytes(self.rfile.read(4)):
            self.rfile.read(size)
        self.wfile.write(b"stream: OK\0")

    @classmethod
    def start(cls) -> str:
        """Its address; it ends with the process."""
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), cls)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"127.0.0.1:{server.server_address[1]}"


class Machines:
    """Two of everything that may be many."""

    def __init__(self, var: Path, files: dict, broker: str, lease: int = 2):
        self.var, self.mail, self.ports = var, MailServer(), [free_port(), free_port()]
        self.processes: dict[str, subprocess.Popen] = {}
        database = connection.settings_dict
        keep = ("PATH", "HOME", "LANG")
        self.environment = {name: os.environ[name] for name in keep if name in os.environ} | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}",
            "CELERY_BROKER_URL": broker,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "CLAMD_ADDRESS": Scanner.start(),
            "ALLOWED_HOSTS": HOST,
            "HOST_URL": f"https://{HOST}",
            "BEAT_LEASE_SECONDS": str(lease),
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            **{f"POOL_FILES_S3_{name.upper()}": value for name, value in files.items()},
        }
        quiet = "--quiet -A config"
        self.commands = {
            "web": "gunicorn config.wsgi --bind 127.0.0.1:{port} --threads 6 --no-control-socket --log-level error",
            "worker": f"celery {quiet} worker --pool solo --loglevel ERROR --without-gossip --without-mingle -n w{{place}}",
            "beat": f"celery {quiet} beat --loglevel ERROR",
        }

    def start(self, role: str, place: int) -> None:
        folder = self.var / str(place)
        folder.mkdir(parents=True, exist_ok=True)
        program, *arguments = self.commands[role].format(port=self.ports[place], place=place).split()
        with (self.var / f"{role}{place}.log").open("ab") as log:
            self.processes[f"{role}{place}"] = subprocess.Popen(
                [BIN / program, *arguments], cwd=ROOT, env=self.environment | {"POOL_VAR": str(folder)},
                stdout=log, stderr=log, start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip

    @contextlib.contextmanager
    def open(self, *roles: str):
        try:
            for place in (0, 1):
                for role in roles or self.commands:
                    self.start(role, place)
            if not roles or "web" in roles:
                for place, port in enumerate(self.ports):
                    wait_until(lambda port=port: listens(port), self.var / f"web{place}.log", seconds=60)
            yield self
        finally:
            for name in list(self.processes):
                self.kill(name)

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def said(self) -> str:
        return "\n".join(f"── {path.name}\n{path.read_text()[-1500:]}" for path in sorted(self.var.glob("*.log")))


class Browser:
    """One person's: goes to the two web servers in turn, as behind a proxy."""

    def __init__(self, ports: list[int]):
        self.ports, self.asked, self.cookies = ports, 0, {settings.CSRF_COOKIE_NAME: TOKEN}
        self.faults: list[tuple[str, int]] = []

    def get(self, path: str) -> tuple[int, bytes]:
        status, _where, body = self.ask("GET", path)
        return status, body

    def post(self, path: str, **data) -> tuple[int, str]:
        """(status, where it leads)."""
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **data}, doseq=True).encode()
        return self.ask("POST", path, body, "application/x-www-form-urlencoded")[:2]

    def put(self, path: str, name: str, content: bytes) -> tuple[int, str]:
        edge = secrets.token_hex(12)
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + content + f"\r\n--{edge}--\r\n".encode()
        return self.ask("POST", path, body, f"multipart/form-data; boundary={edge}")[:2]

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, bytes]:
        self.asked += 1
        door = http.client.HTTPConnection("127.0.0.1", self.ports[self.asked % len(self.ports)], timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "X-CSRFToken": TOKEN, "X-Forwarded-Proto": "https", "Content-Type": kind}
        headers |= {"Host": HOST, "Referer": f"https://{HOST}/"}
        try:
            door.request(method, quote(path, safe="/?=&%"), body, {name: value for name, value in headers.items() if value})
            answer = door.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _is, value = cookie.partition(";")[0].partition("=")
                if name != settings.CSRF_COOKIE_NAME:
                    self.cookies[name] = value
            content = answer.read()
        finally:
            door.close()
        if answer.status >= 500:
            self.faults.append((path, answer.status))
        return answer.status, answer.headers.get("Location", ""), content

    def sign_in(self, email: str, code: str = "") -> None:
        status, _where = self.post("/log-ind/", email=email, password=PASSWORD)
        assert status == 302, f"{email}: {status}"
        if code:
            status, where = self.post("/log-ind/kode/", code=code)
            assert (status, where) == (302, "/"), f"{email}: {status} {where}"


class Player(threading.Thread):
    """A person who signs in and does what waits for them until nothing more will come."""

    def __init__(self, machines: Machines, person, does: dict, ends, stop: threading.Event, code: str = ""):
        super().__init__(name=person.name, daemon=True)
        self.stop = stop  # one who fails stops all
        self.machines, self.person, self.does, self.ends, self.code = machines, person, does, ends, code
        self.browser, self.steps, self.failure = Browser(machines.ports), 0, None

    def run(self):
        try:
            self.browser.sign_in(self.person.email, self.code)
            while not self.ends() and not self.stop.is_set():
                for case in Application.objects.order_by("pk").select_related("unit"):
                    for act in self.does.get(State(case.state), ()):
                        if act(self, case):
                            self.steps += 1
                time.sleep(0.1)
        except BaseException as failure:  # told by run_together
            self.failure = failure
            self.stop.set()
        finally:
            connection.close()

    def press(self, case, page: str, **data) -> bool:
        """Post a form of the case with the revision that it has now; True when it led on."""
        revision = Application.objects.values_list("revision", flat=True).get(pk=case.pk)
        status, where = self.browser.post(f"/ansoegninger/{case.number}/{page}/", revision=revision, **data)
        return status == 302 and "log-ind" not in where


def run_together(players: list[Player], seconds: float) -> None:
    for player in players:
        player.start()
    end = time.monotonic() + seconds
    for player in players:
        player.join(max(0.1, end - time.monotonic()))
    failed = [f"{player.name}: {player.failure!r}" for player in players if player.failure]
    late = [player.name for player in players if player.is_alive()]
    assert (failed, late) == ([], []), f"{failed} {late}\n{players[0].machines.said()}"


def child(*command: str, env: dict) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
