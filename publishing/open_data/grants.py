"""Which grants are open data, and what is said of each. Every format and the API read them here.

The rule. A grant is open data from the moment its letter is released: granted, running, reported, completed, cancelled or
lapsed, each with that fact. Refused, withdrawn and undecided applications never are. Of a grant everybody may know the unit,
its centre and place, amount, day, round, who decided, period, themes and goals; and what was spent, when it has ended.

Title and description are open only
* as they stand on the project's public page, while it is published; or
* as the unit wrote them, when it has consented to publish, the decision was taken in the open, the words hold no telephone
  number, mail address or name of the people of the case, and the page was never taken down.
Otherwise the grant has a title that says nothing, and no description. No person, score or note is ever read here.

The number of queries does not grow with the number of grants.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import private_words
from applications.models import Application, Author, Placement, Result
from applications.private_words import HANDS
from applications.states import GRANTED_ONCE, State
from people.models import Person, Unit
from pool.models import Round
from publishing.open_data.paging import keys_in_pages

WORD = re.compile(r"\w+")
# for formats that must have a description
NOT_OPEN = gettext_lazy("Beskrivelsen er ikke offentliggjort.")
ENDED = frozenset({State.COMPLETED, State.CANCELLED, State.LAPSED})
PUBLISHED, TAKEN_DOWN = Result.Status.PUBLISHED, Result.Status.UNPUBLISHED
READ = (
    *("pk", "number", "state", "title", "short_description", "consent_to_publish", "contact_name", "themes", "sdgs"),
    *("starts", "ends", "granted_amount", "decided_at", "letter_released_at", *HANDS),
    *("unit_id", "round_id", "round__name", "round__track", "round__pool_year__year", "round__committee__name"),
    *("project__starts", "project__ends", "project__spent", "project__started_at", "project__ended_at"),
    *("public_result__status", "public_result__slug", "public_result__updated_at"),
    *("public_title", "public_lead", "was_closed"),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant as everybody may know it. Amounts in øre; `spent` is None until it has ended."""

    row: int
    number: str
    state: str
    title: str
    description: str  # empty: not open
    unit: Unit
    centre: Unit
    place: tuple[Decimal, Decimal] | None  # latitude, longitude
    amount: int
    spent: int | None
    awarded_on: date
    round_row: int
    round_name: str
    year: int
    decided_by: str
    starts: date | None
    ends: date | None
    started_on: date | None
    ended_on: date | None
    themes: list[str]
    sdgs: list[int]
    page: str  # path of the public page, or nothing
    released_at: datetime
    modified_at: datetime


def open_grants(*, year: int | None = None, theme: str = "", centre: Unit | None = None) -> QuerySet:
    """The rows that are open data, in the order they were applied for; see the rule above. To be read with `read`."""
    found = Application.objects.filter(
        state__in=GRANTED_ONCE, letter_released_at__isnull=False, granted_amount__isnull=False
    ).order_by("pk")
    if year is not None:
        found = found.filter(round__pool_year__year=year)
    if theme:
        found = found.annotate(themes_text=Cast("themes", TextField())).filter(themes_text__contains=f'"{theme}"')
    return found.filter(unit__path__startswith=centre.path) if centre else found


def read(rows: QuerySet) -> Iterator[Grant]:
    """Each row as a grant, some hundred in memory at a time; the rows are in the order of `open_grants`."""
    lookup = Lookup()
    closed = Placement.objects.filter(application=OuterRef("pk"), item__is_open=False)
    asked = Application.objects.order_by("pk").annotate(
        was_closed=Exists(closed),
        public_title=F("public_result__public__title"),
        public_lead=F("public_result__public__lead"),
    )
    for keys in keys_in_pages(rows):
        lookup.turn_to(keys)
        for row in asked.filter(pk__in=keys).values_list(*READ, named=True):
            yield _grant(row, lookup)


class Lookup:
    """What many grants share: the register's units and the names that must not be said, read once."""

    def __init__(self):
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        people = Person.objects.only("pk", "name", "email")
        self.names = {person.pk: "" if person.is_erased else person.name for person in people}
        self.authors: dict[int, list[int]] = {}
        with translation.override("da"):
            self.neutral = _("Tilskud fra bæredygtighedspuljen")
            self.delegated = _("Ledelsen efter delegation")
        self.centres = {pk: self._centre(unit) for pk, unit in self.units.items()}

    def _centre(self, unit: Unit) -> Unit:
        above = (self.units[pk] for pk in unit.ancestor_ids())
        return next((each for each in above if each.kind == Unit.Kind.CENTRE), unit)

    def turn_to(self, cases: list[int]) -> None:
        """Read who wrote in these cases, which are asked about next."""
        self.authors = {}
        for case, person in Author.objects.filter(application__in=cases).values_list("application", "person"):
            self.authors.setdefault(case, []).append(person)

    def people_of(self, row) -> set[str]:
        """Names of the people of a case; an empty one for each that has been erased, or came while the list was read."""
        people = {*self.authors.get(row.pk, ()), *(getattr(row, name) for name in HANDS)} - {None}
        return {row.contact_name, *(self.names.get(pk, "") for pk in people)}


def _grant(row, lookup: Lookup) -> Grant:
    title, description = _words(row, lookup)
    unit, moments = lookup.units[row.unit_id], [row.letter_released_at, row.project__started_at, row.project__ended_at]
    if row.public_result__status in (PUBLISHED, TAKEN_DOWN):
        moments.append(row.public_result__updated_at)
    return Grant(
        row=row.pk,
        number=row.number,
        state=row.state,
        title=title or lookup.neutral,
        description=description,
        unit=unit,
        centre=lookup.centres[row.unit_id],
        place=(unit.latitude, unit.longitude) if unit.latitude is not None and unit.longitude is not None else None,
        amount=row.granted_amount,
        spent=(row.project__spent or 0) if row.state in ENDED else None,
        awarded_on=_day(row.decided_at or row.letter_released_at),
        round_row=row.round_id,
        round_name=row.round__name,
        year=row.round__pool_year__year,
        decided_by=lookup.delegated if row.round__track == Round.Track.QUICK else row.round__committee__name or "",
        starts=row.project__starts or row.starts,
        ends=row.project__ends or row.ends,
        started_on=_day(row.project__started_at),
        ended_on=_day(row.project__ended_at),
        themes=row.themes,
        sdgs=sorted(row.sdgs),
        page=f"/resultater/{row.public_result__slug}/" if row.public_result__status == PUBLISHED else "",
        released_at=row.letter_released_at,
        modified_at=max(moment for moment in moments if moment),
    )


def _words(row, lookup: Lookup) -> tuple[str, str]:
    """Title and description that are open; empty ones otherwise."""
    if row.public_result__status == PUBLISHED:
        return row.public_title or "", row.public_lead or ""
    if not row.consent_to_publish or row.was_closed or row.public_result__status == TAKEN_DOWN:
        return "", ""
    said, people = f"{row.title}\n{row.short_description}", lookup.people_of(row)
    if "" in people:  # nobody knows any more whom the words might name
        return "", ""
    if private_words.says_how_to_reach(said) or _names_somebody(said, people):
        return "", ""
    return row.title.strip(), row.short_description.strip()


def _names_somebody(said: str, people: set[str]) -> bool:
    """A whole name stands in the words, however it is written, or a first name as a word of its own."""
    words = set(WORD.findall(said))
    first = (name.split()[0] for name in people if len(name) > private_words.SHORTEST_NAME)
    return bool(private_words.named(said, people)) or any(name in words for name in first)


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None
