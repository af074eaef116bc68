"""What no public page or file may say: telephone numbers, mail addresses, and the names of the people of a case."""

import re

from applications.models import Application, Project
from pages.whole_words import exchanged
from people.models import Person

# «55 88 55 88», «5588 5588», «+45 55885588»; two years («2026-2027») and a day («2026-11-24») are none
TELEPHONE = re.compile(r"(?<!\d)(\+45[\s-]?)?(\d{8}|\d{2}([\s.-]\d{2}){3}|\d{4}\s\d{4})(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
TAKEN_OUT = "…"
SHORTEST_NAME = 4  # shorter ones stand in other words: «Bo» in «bor»
# the columns of a case that name a person by key
HANDS = ("endorsed_by_id", "case_officer_id", "recommended_by_id", "approved_by_id", "decided_by_id")


def says_how_to_reach(text: str) -> bool:
    return bool(TELEPHONE.search(text) or MAIL.search(text))


def _persons(case: Application) -> list[Person]:
    """Who wrote the case or its reports, who leads or decided."""
    ids = {getattr(case, name) for name in HANDS} | set(case.authors.values_list("person", flat=True))
    if project := Project.objects.filter(pk=case.pk).first():
        ids |= {pk for pair in project.reports.values_list("begun_by", "sent_by") for pk in pair}
    return list(Person.objects.filter(pk__in=ids - {None}))


def people_of(case: Application, persons: list[Person] | None = None) -> set[str]:
    """The names of the case's contact and of its `persons` (read when they are not given)."""
    names = {case.contact_name, *(person.name for person in (_persons(case) if persons is None else persons))}
    return {name for name in names if name.strip()}


def named(text: str, people: set[str]) -> str:
    """The first of the people whose whole name stands in the text, however it is written; else nothing."""
    folded = text.casefold()
    return next((name for name in sorted(people) if len(name) > SHORTEST_NAME and name.casefold() in folded), "")


class Without:
    """Words without the people of a case (their whole names and their first ones), telephone numbers and mail addresses.
    Of a case whose contact, or one of whose people, has been erased no words are left: nobody knows any more
    whom they might name."""

    def __init__(self, case: Application):
        persons = _persons(case)
        self.is_blind = not case.contact_name or any(person.is_erased for person in persons)
        self.names = {each: TAKEN_OUT for name in people_of(case, persons) for each in (name, name.split()[0])}

    def __call__(self, words: str) -> str:
        if self.is_blind and words:
            return TAKEN_OUT
        return exchanged(TELEPHONE.sub(TAKEN_OUT, MAIL.sub(TAKEN_OUT, words)), self.names)
