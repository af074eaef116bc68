"""A file with units and persons, from sending it in to what it changed.

Sent in, it changes nothing: it is kept for a day with the person who sent it, and its difference is shown. Confirmed,
all of it is done in one transaction through units, persons and appointments, or nothing: when the difference is no
longer the one that was shown, it is shown again.
"""

import hashlib
from collections import Counter
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from documents import incoming
from documents.incoming import Table
from journal import chain, clock
from people import access, appointments, file_plan, persons, units
from people.file_plan import CHANGED, NEW, Plan
from people.models import Person, RegisterFile, Unit

KEPT = timedelta(days=1)


class ShownAnew(Exception):
    """The registers have changed since the difference was shown."""


def keep(by: Person, name: str, content: bytes) -> None:
    """Read a file and keep its rows for the person. Raises ValidationError for what is no file with units or persons."""
    tables = incoming.tables_in(content)
    file_plan.plan(tables, by)
    rows = [[table.name, table.rows] for table in tables]
    facts = {"name": name[:200], "sha256": hashlib.sha256(content).hexdigest(), "tables": rows, "sent_at": clock.now()}
    RegisterFile.objects.update_or_create(person=by, defaults=facts)


def kept(by: Person) -> RegisterFile | None:
    return RegisterFile.objects.filter(person=by, sent_at__gt=clock.now() - KEPT).first()


def plan(file: RegisterFile) -> Plan:
    return file_plan.plan([Table(name, [tuple(row) for row in rows]) for name, rows in file.tables], file.person)


@transaction.atomic
def confirm(file: RegisterFile, *, seen: str, invited: bool) -> Plan:
    """Do everything the file says. Raises ShownAnew, or ValidationError, and then nothing is done."""
    by = file.person
    list(Unit.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    list(Person.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    chain.lock()
    made = plan(file)
    if made.fingerprint != seen or not RegisterFile.objects.filter(pk=file.pk, sha256=file.sha256).exists():
        raise ShownAnew
    if made.faults or not made.changes_something:
        raise ValidationError(_("Der er intet i filen, der kan gennemføres."))
    units.found_all(by, made.found)
    for unit, parent in made.moved:
        units.move(unit, parent, by)
    for unit, facts in made.amended:
        units.amend(unit, by, **facts)
    persons.enrol_all(made.enrolled, by=by)
    for person, facts in made.amended_persons:
        persons.amend(person, by=by, **facts)
    for assignment, last_day in made.ended:
        appointments.end(assignment, by=by, last_day=last_day)
    appointments.appoint_all(made.appointed, by=by)
    if invited:
        access.invite_all(made.enrolled, by=by)
    told = Counter(line.what for line in made.lines)
    counted = {"new": told[NEW], "changed": told[CHANGED]}
    chain.record(by.subject, "read_register_file", by, {"fil": file.name, "sha256": file.sha256, "talt": counted})
    file.delete()
    return made


def forget(by: Person) -> None:
    RegisterFile.objects.filter(person=by).delete()


def forget_old() -> None:
    """Files that nobody confirmed within a day: they hold names and addresses."""
    RegisterFile.objects.filter(sent_at__lte=clock.now() - KEPT).delete()
