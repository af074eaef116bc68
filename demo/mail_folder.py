"""Mails of a first look: each lands as one .eml file in a folder, and can be read again.

Writes and reads; knows nothing of who is owed what. Refuses names that are not its own, and takes odd files as they are.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import format_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from journal import clock

LARGEST_SHOWN = 200_000
TIME = "%Y%m%d-%H%M%S-%f"


class MailFolder(BaseEmailBackend):
    """Django's door for mails; a file appears whole or not at all."""

    def send_messages(self, email_messages):
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            now, message = clock.now(), mail.message()
            del message["Date"]
            message["Date"] = format_datetime(now)
            name = f"{now.astimezone(UTC).strftime(TIME)}-{secrets.token_hex(3)}.eml"
            (folder / f".{name}").write_bytes(message.as_bytes())
            (folder / f".{name}").rename(folder / name)
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    """A file of the folder; `readable` is False when it is no mail we can show."""

    name: str
    at: datetime
    to: str = ""
    subject: str = ""
    text: str = ""
    readable: bool = True


def names() -> list[str]:
    """Newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return []
    found = [path.name for path in folder.glob("[!.]*.eml") if path.is_file() and not path.is_symlink()]
    return sorted(found, reverse=True)


def read(name: str) -> Mail | None:
    """One mail of the folder; None when there is no such file."""
    if name not in names():
        return None
    path = Path(settings.EMAIL_FILE_PATH) / name
    at = _moment(path)
    try:
        with path.open("rb") as file:
            message = message_from_bytes(file.read(LARGEST_SHOWN), policy=policy.default)
        body = message.get_body(("plain",))
        return Mail(name, at, str(message["To"] or ""), str(message["Subject"] or ""), body.get_content() if body else "")
    except Exception:  # an odd file in the folder is shown as odd, whatever is wrong with it
        return Mail(name, at, readable=False)


def _moment(path: Path) -> datetime:
    try:
        return datetime.strptime(path.name[: len("20261124-153200-123456")], TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
