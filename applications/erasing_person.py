"""A person who has left becomes «Tidligere medarbejder 123»: name, address, phone and way in are gone, facts stay.

Refuses while the person holds a role, now or later, or sits on a case that is on its way. Who decided can still be told
from who applied, because the row stays; that is what four eyes rest on. Papers of the committee keep the names they were
printed with (domain guide 2.5: «B»). Lock order: person → chain.
"""

from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import uploads
from applications.models import Application, ApplicationVersion, CalendarFeed
from applications.project_acts import PROJECT_PAPERS
from applications.retention_due import UNITS_PAPERS, running_cases
from applications.retention_rules import CONTACT, GONE
from documents import store
from documents.models import Document
from journal import chain, clock
from journal.models import Event, Message
from pages.whole_words import exchanged
from people.models import ERASED_DOMAIN, AccessMail, KeptForm, Person, RegisterFile, RoleAssignment

STEP = "erase_person"
EXPORT = "person_export"
STAYS = (
    gettext_lazy("Hvem der har søgt, vurderet, indstillet, godkendt og besluttet. Reglen om fire øjne bygger på det."),
    gettext_lazy("Hvornår det skete, i loggen. Navnet står som «Tidligere medarbejder» med et nummer."),
    gettext_lazy("Rollerne og den tid, de gjaldt."),
    gettext_lazy("Det, personen har skrevet i sager. Det følger sagens egen frist."),
    gettext_lazy("Dagsordener og protokol, som de er udsendt. De bevares efter arkivloven."),
)


def refusals(person: Person) -> list[str]:
    """Why the person cannot be erased now; empty when nothing holds it back."""
    held = person.assignments.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()))
    found = [] if person.is_active or not person.is_erased else [_("Personens oplysninger er allerede slettet.")]
    if held.exists() and person.is_active:
        roles = ", ".join(str(row) for row in held.select_related("unit"))
        found.append(_("Personen har stadig en rolle: %(roles)s. Afslut den først.") % {"roles": roles})
    if numbers := list(running_cases(person).order_by("number").values_list("number", flat=True)[:5]):
        found.append(_("Personen er med i sager, der ikke er slut: %(numbers)s.") % {"numbers": ", ".join(numbers)})
    return found


@transaction.atomic
def erase(person_id: int, by: Person, payload: dict | None = None) -> Event:
    """Take the person's name and ways in from everywhere they stand. Raises ValidationError with the reasons."""
    person = Person.objects.select_for_update().get(pk=person_id)
    chain.lock()  # whoever gives a role holds it too
    if by.pk == person.pk:
        raise ValidationError(_("Du kan ikke slette dig selv. Bed en anden administrator om det."))
    if reasons := refusals(person):
        raise ValidationError(reasons)
    known = Known(person)
    cases = _contact_details(person)
    gone = {"beskeder": _messages(person, known), "sager": len(cases), "papirer": _papers(person, known, cases)}
    left = _journal(person, known)
    _ways_in(person)
    person.name, person.email, person.phone, person.title = known.name, f"slettet-{person.pk}{ERASED_DOMAIN}", "", ""
    person.is_active, person.directory_id, person.second_factor_since, person.last_login = False, None, None, None
    person.set_unusable_password()
    person.save()
    RoleAssignment.objects.filter(person=person, valid_to=None).update(valid_to=clock.today())
    return chain.black_out(by, STEP, person.subject, {**(payload or {}), "slettet": gone}, left)


class Known:
    """What the person is known by, and what stands there afterwards."""

    def __init__(self, person: Person):
        self.name = _("Tidligere medarbejder %(number)s") % {"number": person.pk}
        words = {person.name: self.name, person.email: GONE, person.phone: GONE}
        self.words = {word: new for word, new in words.items() if word}

    def stands_in(self, text: str) -> bool:
        return exchanged(text, dict.fromkeys(self.words, "")) != text

    def out_of(self, value):
        """The same text, list or dictionary without what the person is known by."""
        match value:
            case str():
                return exchanged(value, self.words)
            case list():
                return [self.out_of(each) for each in value]
            case dict():
                return {name: self.out_of(each) for name, each in value.items()}
        return value


def _messages(person: Person, known: Known) -> int:
    """Their own say nothing any more; others' say the same without the name."""
    count = person.messages.exclude(body="").update(subject=GONE, body="", last_error="")
    held = Q()
    for word in known.words:
        held |= Q(subject__contains=word) | Q(body__contains=word)
    for row in Message.objects.filter(held).exclude(person=person).iterator():
        row.subject, row.body = known.out_of(row.subject), known.out_of(row.body)
        row.save(update_fields=["subject", "body"])
        count += 1
    person.messages.filter(sent_at=None).update(sent_at=clock.now())
    return count


def _contact_details(person: Person) -> set[str]:
    """Where the person is a case's contact, in the case and its versions; answers which cases."""
    rows = Application.objects.filter(contact_email__iexact=person.email)
    found = set(rows.values_list("number", flat=True))
    rows.update(**dict.fromkeys(CONTACT, ""))
    for version in ApplicationVersion.objects.select_related("application").iterator():
        if str(version.content.get("contact_email", "")).lower() == person.email.lower():
            version.content |= dict.fromkeys(CONTACT, "") | {"erased": clock.today().isoformat()}
            version.save(update_fields=["content"])
            found.add(version.application.number)
    return {Application.subject_of(number) for number in found}


def _papers(person: Person, known: Known, cases: set[str]) -> int:
    """Papers of unit and project that name the person are written again; exports about the person go."""
    for row in Document.objects.filter(subject=person.subject, kind=EXPORT):
        _forget(row)
        row.delete()
    count = 0
    for row in Document.objects.filter(kind__in=UNITS_PAPERS + PROJECT_PAPERS).select_related("cause").iterator():
        facts = known.out_of(row.facts)
        if facts != row.facts or row.cause.actor_id == person.pk or row.subject in cases:
            _forget(row)
            row.facts, row.file, row.sha256, row.size, row.pages, row.owed_at = facts, "", "", 0, 0, clock.now()
            row.save()
            count += 1
    store.nudge_after_commit()
    return count


def _forget(row: Document) -> None:
    if row.file:
        uploads.forget_file(row.file.name)


def _journal(person: Person, known: Known) -> list[tuple[Event, dict]]:
    """Every event whose payload names the person, with what is left; what was changed about the person is gone whole."""
    left = []
    for event in Event.objects.order_by("position").iterator(chunk_size=500):
        rest = known.out_of(event.payload)
        if event.subject == person.subject:
            rest = _without_facts(rest)
        if rest != event.payload and chain.SEAL not in event.payload:
            left.append((event, rest))
    return left


def _without_facts(payload: dict) -> dict:
    """What an event of the register says of the person: names, addresses and file names are gone."""
    left = payload | {name: GONE for name in ("navn", "fil") if name in payload}
    if "ændret" in payload:
        left["ændret"] = {name: [GONE if isinstance(value, str) and value else value for value in pair]
                          for name, pair in payload["ændret"].items()}  # fmt: skip
    return left


def _ways_in(person: Person) -> None:
    """Tries, links, phones, codes, kept forms and files that only this person has."""
    AccessAttempt.objects.filter(username__iexact=person.email).delete()
    AccessMail.objects.filter(email__iexact=person.email).delete()
    KeptForm.objects.filter(person=person).delete()
    RegisterFile.objects.filter(person=person).delete()
    CalendarFeed.objects.filter(person=person).delete()
    person.recovery_codes.all().delete()
    person.totpdevice_set.all().delete()
