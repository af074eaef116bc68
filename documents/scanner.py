"""What a virus scanner (clamd) says of some bytes. It knows the wire, and nothing of files or cases.

Speaks INSTREAM over a unix socket or the loopback, within a time. Whatever is not a clear word is no answer: then the
file waits. Production refuses to start without an address; the first look has no scanner and says so.
"""

import ipaddress
import re
import socket
import time
from contextlib import contextmanager

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

REFUSAL = (
    "Production needs a virus scanner: set CLAMD_ADDRESS to clamd's socket (/run/clamav/clamd.ctl) or to host:port on "
    "this machine's loopback (127.0.0.1:3310)."
)
CHUNK = 64 * 1024
LONGEST_ANSWER = 1024
PERSON_WAITS = 5  # seconds
WORKER_WAITS = 60
FOUND = re.compile(r"stream: (\S.*) FOUND")


class NoAnswer(Exception):
    """The scanner could not be reached, or did not answer in time or in its language."""


class NotScanned(Exception):
    """The scanner answered that it could not look into this file."""


def exists() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def virus_in(content: bytes, seconds: float = PERSON_WAITS) -> str:
    """The name of what clamd found, or "". Raises NoAnswer or NotScanned."""
    try:
        with _line(seconds) as (line, left):
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                piece = content[start : start + CHUNK]
                line.settimeout(left())
                line.sendall(len(piece).to_bytes(4) + piece)
            line.sendall(bytes(4))
            answer = _answer(line, left)
    except OSError as error:
        raise NoAnswer(type(error).__name__) from error
    if answer == "stream: OK":
        return ""
    if found := FOUND.fullmatch(answer):
        return found[1]
    raise NotScanned(answer) if answer.endswith("ERROR") else NoAnswer("not the language of clamd")


@contextmanager
def _line(seconds: float):
    """(an open line, how many seconds are left as a function)."""
    end = time.monotonic() + seconds

    def left() -> float:
        return max(end - time.monotonic(), 0.001)

    family, address = where(settings.CLAMD_ADDRESS)
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(left())
        line.connect(address)
        yield line, left


def _answer(line: socket.socket, left) -> str:
    """One word of the scanner, ended by a null byte or by hanging up."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        line.settimeout(left())
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].decode("ascii", "replace").strip()


def where(address: str):
    """(family, address) of a unix socket's path or of «host:port» on the loopback. Raises ImproperlyConfigured."""
    if address.startswith("/"):
        return socket.AF_UNIX, address
    host, _colon, port = address.rpartition(":")
    try:
        number = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host.strip("[]"))
        fits = number.is_loopback and 0 < int(port) < 65536
    except ValueError:
        fits = False
    if not fits:
        raise ImproperlyConfigured(REFUSAL)
    return (socket.AF_INET if number.version == 4 else socket.AF_INET6), (str(number), int(port))


def refuse_to_start_without(**kwargs) -> None:
    """Called by the web process, the worker and the timetable when they start."""
    if exists():
        where(settings.CLAMD_ADDRESS)
    elif not settings.DEMO:
        raise ImproperlyConfigured(REFUSAL)


@register(Tags.security, deploy=True)
def scanner_check(app_configs=None, **kwargs):
    try:
        refuse_to_start_without()
    except ImproperlyConfigured:
        return [Error(REFUSAL, id="documents.E001")]
    return []
