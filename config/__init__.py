"""How the product is wired: settings, security, addresses, worker."""

from config import lines  # registers its check
from config.celery import app as celery_app

__all__ = ["celery_app", "lines"]
