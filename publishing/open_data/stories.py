"""Published projects as rows: what each was found to give (a row per effect), and how to do it again (a row per project).

Everything is read from the frozen words of the last publishing, but for how many units have followed a project.
"""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count
from django.utils import translation

from applications.models import Application, Effect
from climate.families import effect_name
from pages.numbers import number
from publishing.listing import published
from publishing.open_data import identity
from publishing.open_data.paging import in_pages


def effects() -> Iterator[dict]:
    for public, page in _stories():
        for place, effect in enumerate(public["effects"], 1):
            yield {
                **_project(public, page),
                "indikator": effect["indicator"],
                "vaerdi": effect["value"],
                "enhed_for_vaerdi": effect["unit"],
                "mindst": effect["low"],
                "hoejst": effect["high"],
                "grundlag": effect["basis"],
                "udgangspunkt": effect["baseline"],
                "metode": effect["method"],
                "co2e_slags": effect["family"] if effect["indicator"] == "co2e" else "",
                "varer_aar": effect["lifetime"],
                "kilde": "; ".join(sources(effect)),
                "taeller_i": None if effect["counts_in"] is None else effect["counts_in"] + 1,
                "plads": place,
                "bevis": identity.address(f"{page}tal/{place}/"),
            }


def recipes() -> Iterator[dict]:
    followed = units_that_followed()
    for public, page in _stories():
        if public["is_done"]:
            yield {
                **_project(public, page),
                "kort_fortalt": public["lead"],
                "hvad": public["what"],
                "aktiviteter": "\n".join(public["activities"]),
                "pris": public["spent"],
                "indkoeb": "\n".join(line["text"] for line in public["budget"]),
                "timer": public["hours"],
                "virkning": "\n".join(_in_words(effect) for effect in public["effects"] if effect["counts_in"] is None),
                "laerte": public["lesson"],
                "raad": public["advice"],
                "spoerg": public["contact"],
                "fulgt_af": followed.get(public["number"], 0),
            }


def _stories() -> Iterator[tuple[dict, str]]:
    """(frozen words, path of the page), the newest first."""
    for slug, public in in_pages(published(), "slug", "public"):
        yield public, f"/resultater/{slug}/"


def _project(public: dict, page: str) -> dict:
    return {
        "projekt": public["number"],
        "titel": public["title"],
        "enhed": public["unit"]["name"],
        "center": public["centre"]["name"],
        "aar": public["year"],
        "temaer": ";".join(public["themes"]),
        "verdensmaal": ";".join(str(goal) for goal in public["sdgs"]),
        "side": identity.address(page),
    }


def sources(effect: dict) -> list[str]:
    """Whose factors a number rests on, and under which licence; nothing when the unit found it out by itself."""
    factors = (effect["calculation"] or {}).get("factors", [])
    return list(dict.fromkeys(f"{each['source']} ({each['licence']})" for each in factors))


def _in_words(effect: dict) -> str:
    """«CO2e sparet: 2.440 kg (målt)»."""
    with translation.override("da"):
        label, basis = Effect.Indicator(effect["indicator"]).label, Effect.Basis(effect["basis"]).label
        kind = effect_name(effect["family"]) if effect["indicator"] == "co2e" else ""
        value = number(Decimal(effect["value"]))
        return f"{kind or label}: {value} {effect['unit']} ({basis})"


def units_that_followed() -> dict[str, int]:
    """{number of a project: units that have sent in an application that follows it}, counted as its page counts them."""
    sent = Application.objects.filter(follows__isnull=False, submitted_at__isnull=False)
    return dict(sent.values_list("follows__number").annotate(units=Count("unit", distinct=True)).order_by())
