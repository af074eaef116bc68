"""The web process's door: gunicorn config.wsgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from documents import scanner  # noqa: E402  needs the settings
from people.demo_guard import refuse_demo_persons  # noqa: E402  needs the models

refuse_demo_persons()
scanner.refuse_to_start_without()
