"""The yearly report of 40 projects, measured: its figures from the world as it is, then charts and PDF/UA from nothing kept.

The world has no published stories, so forty of the usual length are put into the frozen figures, with effects of every kind.
"""

import time
from datetime import date

PROJECTS = 40
STORY = "Vi begyndte med én stue og gik videre. Nu gør alle det, også vikarerne. Det tog længere tid end ventet. "
EFFECTS = [("Sorteret til genanvendelse", "kg/år"), ("Affald undgået", "kg/år"), ("Energi sparet", "kWh/år")]
EFFECTS += [("CO2e sparet", "kg CO2e/år"), ("Mennesker, der er med", "personer"), ("Ting genbrugt", "stk./år")]


def measure() -> dict:
    from django.core.cache import cache

    from journal import clock
    from pool.models import PoolYear
    from publishing import year_figures, year_flow, year_report

    year = PoolYear.objects.filter(rounds__applications__granted_amount__isnull=False).order_by("-year").first()
    cache.clear()
    begun = time.perf_counter()
    facts = year_figures.of(year, max(clock.today(), date(year.year, 12, 31)))
    _fill(facts)
    held = {"facts": facts, "texts": year_report.drafted(facts), "edition": 1}
    count = len(year_report.charts(held))
    content = year_flow.pdf(held)
    return {"s": round(time.perf_counter() - begun, 1), "charts": count, "kb": len(content) // 1024}


def _fill(facts: dict) -> None:
    facts["projects"] |= {"started": PROJECTS, "ended": PROJECTS - 3, "told": [_story(place) for place in range(PROJECTS)]}
    facts["effects"] |= {
        "projects": PROJECTS,
        "reported": PROJECTS - 2,
        "lines": [
            {"label": label, "name": "", "unit": unit, "parts": _parts(place)} for place, (label, unit) in enumerate(EFFECTS)
        ],
    }


def _story(place: int) -> dict:
    words = {"title": f"Projekt {place + 1} med et navn af den sædvanlige længde", "unit": f"Børnehuset Nr. {place + 1}"}
    money = {"granted": 40_000_00 + place * 100_00, "spent": 38_000_00, "given_back": 500_00}
    address = f"https://puljen.naestved.example/resultater/projekt-{place + 1}/"
    return (
        {"number": f"B-{place:03}", "lead": STORY, "outcome": STORY * 3, "lesson": STORY, "address": address} | words | money
    )


def _parts(place: int) -> list[dict]:
    facts = {"value": str(1000 + 137 * place), "low": str(800 + 100 * place), "high": str(1300 + 180 * place), "count": 9}
    return [facts | {"basis": basis, "range_says": ""} for basis in ("measured", "calculated", "estimated")]
