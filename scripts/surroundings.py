"""The environment of a first look: which variables `make run` sets so that nothing has to be set up.

Production is anything that brings its own SECRET_KEY: then nothing here is set and nothing is made.
Refuses to invent a secret anywhere but in var/secret, readable by its owner alone.
"""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def first_look() -> None:
    """The demo's variables; each may be overridden from outside."""
    os.chdir(ROOT)
    var = Path(os.environ.setdefault("POOL_VAR", str(ROOT / "var")))
    var.mkdir(parents=True, exist_ok=True)
    port = os.environ.setdefault("PORT", "8000")
    os.environ["POOL_DEMO"] = "1"
    os.environ.setdefault("HOST_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("SECRET_KEY", _kept_secret(var / "secret"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def as_it_stands() -> None:
    """For commands on an existing pool: production's own variables, or else the first look's."""
    if "SECRET_KEY" not in os.environ:
        first_look()
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
