"""Persons: enrolled, amended. Every change is an event. What roles they have is said by people.appointments."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from journal import chain
from people import access
from people.models import Person

FACTS = ["name", "email", "title", "phone", "language", "daily_digest"]
OWN_FACTS = ["name", "title", "phone", "language", "daily_digest"]


@transaction.atomic
def enrol(*, by: Person | None, email: str, name: str, **facts) -> Person:
    """A new person without a password, who is owed an invitation: the only way in."""
    chain.lock()
    refuse_taken(email)
    person = Person.objects.create_person(email, name, **facts)
    chain.record(person.subject, "enrol", by, {"navn": person.name})
    access.invite(person, by=by)
    return person


@transaction.atomic
def amend(person: Person, *, by: Person, **facts) -> bool:
    """Save changed facts of a person and say which; answers whether anything changed."""
    if "email" in facts:
        facts["email"] = facts["email"].strip().lower()
        refuse_taken(facts["email"], but=person)
    before = Person.objects.select_for_update().get(pk=person.pk)
    changed = {name: [getattr(before, name), value] for name, value in facts.items() if getattr(before, name) != value}
    for name, value in facts.items():
        setattr(person, name, value)
    person.full_clean(exclude=["password"])
    if changed:
        try:
            with transaction.atomic():
                person.save(update_fields=list(changed))
        except IntegrityError as quicker:
            raise taken() from quicker
        chain.record(person.subject, "amend_person", by, {"ændret": changed})
    return bool(changed)


def refuse_taken(email: str, but: Person | None = None) -> None:
    others = Person.objects.exclude(pk=but.pk) if but else Person.objects.all()
    if others.filter(email__iexact=email.strip()).exists():
        raise taken()


def taken() -> ValidationError:
    return ValidationError({"email": _("Der findes allerede en person med den e-mailadresse.")})
