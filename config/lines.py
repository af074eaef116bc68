"""Lines to other machines: encrypted, and who answers there proven. `manage.py check --deploy` refuses any that is not.

What stays on this machine (a socket, the loopback) is left alone.
"""

from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

PROVEN = (["required"], ["CERT_REQUIRED"])


def stays_here(host: str | None) -> bool:
    """A socket, no host at all, or the loopback."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def open_lines() -> list[str]:
    """What to say instead, for each variable whose line can be read or answered by somebody else."""
    database, broker = settings.DATABASES["default"], urlsplit(settings.CELERY_BROKER_URL)
    bucket = urlsplit(settings.BUCKET["OPTIONS"]["endpoint"])
    proven = broker.scheme == "rediss" and parse_qs(broker.query).get("ssl_cert_reqs") in PROVEN
    sslmode = database.get("OPTIONS", {}).get("sslmode")
    closed = {
        "DATABASE_URL: add ?sslmode=verify-full": stays_here(database.get("HOST")) or sslmode == "verify-full",
        "CELERY_BROKER_URL: rediss://…?ssl_cert_reqs=required": stays_here(broker.hostname) or proven,
        "EMAIL_URL: smtp+tls:// or smtp+ssl://": stays_here(settings.EMAIL_HOST)
        or settings.EMAIL_USE_TLS
        or settings.EMAIL_USE_SSL,
        "POOL_FILES_S3_ENDPOINT: https://": stays_here(bucket.hostname) or bucket.scheme == "https",
    }
    return [instead for instead, is_closed in closed.items() if not is_closed]


@register(Tags.security, deploy=True)
def lines_check(app_configs=None, **kwargs):
    return [Error(f"A line to another machine is open. {instead}", id="config.E001") for instead in open_lines()]
