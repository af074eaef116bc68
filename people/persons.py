"""Persons: enrolled, amended. Every change is an event. What roles they have is said by people.appointments."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from journal import chain
from people import access, stale
from people.models import Person

FACTS = ["name", "email", "title", "phone", "language", "daily_digest"]
OWN_FACTS = ["name", "title", "phone", "language", "daily_digest"]


@transaction.atomic
def enrol(*, by: Person | None, email: str, name: str, **facts) -> Person:
    """A new person without a password, who is owed an invitation: the only way in."""
    person = Person(email=email.strip().lower(), name=name, **facts)
    enrol_all([person], by=by)
    access.invite(person, by=by)
    return person


@transaction.atomic
def enrol_all(new: list[Person], *, by: Person | None) -> None:
    """New persons who get no word yet: none of them can sign in before somebody invites them."""
    chain.lock()
    for refusal in refusals(new).values():
        raise refusal
    for person in new:
        person.set_unusable_password()
    Person.objects.bulk_create(new, batch_size=500)
    chain.record_all(by, "enrol", [(person.subject, {"navn": person.name}) for person in new])


@transaction.atomic
def amend(person: Person, *, by: Person, seen: int | None = None, **facts) -> bool:
    """Save changed facts of a person and say which; answers whether anything changed."""
    if "email" in facts:
        facts["email"] = facts["email"].strip().lower()
        refuse_taken(facts["email"], but=person)
    before = Person.objects.select_for_update().get(pk=person.pk)
    stale.refuse(person.subject, seen)
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


def refusals(new: list[Person]) -> dict[int, ValidationError]:
    """Why new persons cannot be enrolled, by their place in the list."""
    known = Person.objects.annotate(small=Lower("email")).filter(small__in={person.email for person in new})
    held, found = set(known.values_list("small", flat=True)), {}
    for place, person in enumerate(new):
        try:
            if person.email in held:
                raise taken()
            person.clean_fields(exclude=["password"])
        except ValidationError as refusal:
            found[place] = refusal
        held.add(person.email)
    return found


def refuse_taken(email: str, but: Person | None = None) -> None:
    others = Person.objects.exclude(pk=but.pk) if but else Person.objects.all()
    if others.filter(email__iexact=email.strip()).exists():
        raise taken()


def taken() -> ValidationError:
    return ValidationError({"email": _("Der findes allerede en person med den e-mailadresse.")})
