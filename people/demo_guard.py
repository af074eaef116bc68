"""Production refuses to start while a demo person exists: their page of the first look asks for no password.

Called by the web process, the worker and the timetable when they start, and by `manage.py check --database default`.
"""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

REFUSAL = "Demo persons exist in this database. Production starts on a database of its own (DATABASE_URL)."


def refuse_demo_persons(**kwargs) -> None:
    """Raise unless this is the first look or nobody here is invented."""
    if not settings.DEMO and demo_persons_exist():
        raise ImproperlyConfigured(REFUSAL)


def demo_persons_exist() -> bool:
    from people.models import Person

    return Person.objects.filter(is_demo=True).exists()


@register(Tags.database)
def demo_persons_check(app_configs=None, databases=None, **kwargs):
    from people.models import Person

    if settings.DEMO or not databases or Person._meta.db_table not in connection.introspection.table_names():
        return []
    return [Error(REFUSAL, id="people.E001")] if demo_persons_exist() else []
