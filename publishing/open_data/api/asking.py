"""What a question to the API may say: a page, its size, and filters. What it cannot mean is refused by name, all at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from people.models import Unit
from pool.themes import Theme
from publishing.open_data import identity

PAGE_SIZE, LARGEST_PAGE = 50, 100
MOST = 10**6
STATUSES = ("forecasted", "open", "closed")


class BadQuestion(Exception):
    """`faults` name a parameter and say what it may be."""

    def __init__(self, faults: list[dict]):
        super().__init__(str(faults))
        self.faults = faults


class Unknown(Exception):
    """There is nothing under this id."""


@dataclass(frozen=True)
class Question:
    page: int = 1
    page_size: int = PAGE_SIZE
    year: int | None = None
    theme: str = ""
    centre: Unit | None = None
    status: str = ""

    @property
    def rows(self) -> slice:
        first = (self.page - 1) * self.page_size
        return slice(first, first + self.page_size)


def read(said: dict[str, str]) -> Question:
    faults: list[dict] = []
    question = Question(
        page=_number(said, "page", 1, MOST, faults) or 1,
        page_size=_number(said, "pageSize", 1, LARGEST_PAGE, faults) or PAGE_SIZE,
        year=_number(said, "year", 2000, 2999, faults),
        theme=_word(said, "theme", Theme.values, faults),
        centre=_centre(said, faults),
        status=_word(said, "status", STATUSES, faults),
    )
    if faults:
        raise BadQuestion(faults)
    return question


def _number(said: dict, name: str, least: int, most: int, faults: list) -> int | None:
    text = said.get(name, "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    faults.append({"parameter": name, "message": _("et helt tal fra %(a)d til %(b)d") % {"a": least, "b": most}})
    return None


def _word(said: dict, name: str, words, faults: list) -> str:
    text = said.get(name, "")
    if text and text not in words:
        faults.append({"parameter": name, "message": _("en af: %(words)s") % {"words": ", ".join(words)}})
    return text


def _centre(said: dict, faults: list) -> Unit | None:
    text = said.get("centre", "")
    if not text:
        return None
    row = identity.row_of("organization", text)
    found = Unit.objects.filter(pk=row, kind=Unit.Kind.CENTRE).first() if row else None
    if found is None:
        faults.append({"parameter": "centre", "message": _("id for et center, som det står i et tilskud")})
    return found


def without_empty(said: dict) -> dict:
    """What has no value is left out: the models know absent keys, not null."""
    return {key: value for key, value in said.items() if value not in (None, "", [], {})}


def in_pages(items: Iterator | list, total: int, question: Question) -> dict:
    return {
        "items": list(items),
        "paginationInfo": {
            "page": question.page,
            "pageSize": question.page_size,
            "totalItems": total,
            "totalPages": -(-total // question.page_size),
        },
    }
