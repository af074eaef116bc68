"""What visitors will read of a project, put together from its story, its frozen application and its last report.

`freeze` gives plain data: words, money in øre, dates as text, decimals as text. Everything in it is shown on the public
page, so that who sees the preview has seen all. `faults` refuses what is never public: telephone numbers, addresses of
persons, names of the people of the case.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from applications import effects, evidence, private_words, public_photos
from applications.models import Application, MeasuredEffect, PublicEffect, Result
from applications.states import State
from climate import summing

WORDS = ("title", "lead", "what", "why", "outcome", "lesson", "advice", "contact")
NEEDED = ("title", "lead", "what", "why", "outcome", "contact")
# of an effect, what sums need
COUNTED = ("indicator", "unit", "basis", "family", "value", "low", "high")
# of the evidence, what the public page of a number shows
SHOWN = ("indicator", "unit", "basis", "value", "low", "high", "baseline", "method", "lifetime", "over_the_years")
SHOWN += ("expected", "calculation", "report", "vouchers")


def lacking(result: Result) -> list[str]:
    """What must be written before anybody can publish it, each a sentence."""
    labels = {name: str(Result._meta.get_field(name).verbose_name) for name in NEEDED}
    lacks = [_("Skriv «%(label)s».") % {"label": labels[name]} for name in NEEDED if not getattr(result, name).strip()]
    return lacks + list(dict.fromkeys(faults(result).values()))


def faults(result: Result) -> dict[str, str]:
    """Field by field what may never be public."""
    people, found = private_words.people_of(result.application), {}
    for name in WORDS:
        text = getattr(result, name)
        if private_words.says_how_to_reach(text):
            found[name] = _("Et telefonnummer eller en mailadresse kan ikke stå på en offentlig side. Skriv en funktion.")
        elif said := private_words.named(text, people):
            found[name] = _("Skriv en funktion i stedet for navnet «%(name)s».") % {"name": said}
    return found


def freeze(result: Result) -> dict:
    """Everything that the public page says, as it is now; in Danish, whoever publishes."""
    with override("da"):
        return _frozen(result)


def _frozen(result: Result) -> dict:
    case, project = result.application, result.application.project
    without, centre = private_words.Without(case), case.unit.centre()
    sent = case.current_version().content
    return {
        "number": case.number,
        **{name: getattr(result, name).strip() for name in WORDS},
        "hours": result.hours,
        "unit": {"id": case.unit_id, "name": case.unit.name, "kind": case.unit.kind},
        "centre": {"id": centre.pk, "name": centre.name},
        "place": [str(case.unit.longitude), str(case.unit.latitude)] if case.unit.latitude is not None else None,
        "themes": list(case.themes),
        "sdgs": sorted(case.sdgs),
        "year": case.round.pool_year.year,
        "starts": project.starts.isoformat(),
        "ends": project.ends.isoformat(),
        "is_done": case.state == State.COMPLETED,
        "granted": project.amount,
        "spent": project.spent,
        "beneficiaries": case.beneficiaries,
        "activities": [without(line) for line in _activities(case, project)],
        "budget": [
            {"kind": line["kind"], "text": without(line["text"]), "amount": line["amount"]}
            for line in sent.get("budget_lines") or []
        ],
        "effects": effects_of(project),
        "photos": photos(project),
    }


def photos(project) -> list[dict]:
    """The pictures that may be shown, their words without the people of the case."""
    without = private_words.Without(project.application)
    found = [public_photos.facts_of(photo) for photo in public_photos.shown(project.pk)]
    return [facts | {name: without(facts[name]) for name in ("alt", "caption")} for facts in found]


def _activities(case: Application, project) -> list[str]:
    """What was done, as reported last; before a report with activities what was applied for."""
    report = effects.counting_report(project)
    done = [row.text for row in report.activities.all() if row.status != "dropped"] if report else []
    return done or [line.strip(" -•\t") for line in case.activities.splitlines() if line.strip(" -•\t")]


def effects_of(project) -> list[dict]:
    """What came of it, each with its certainty and what the number rests on (applications.evidence). `counts_in` is the
    place in this list of the effect that it is a part of already: it is shown, and added nowhere."""
    rows = list(effects.counting_effects(project).select_related("calculation", "overlaps", "report", "expected"))
    places = {row.pk: place for place, row in enumerate(rows)}
    elsewhere = summing.counted_elsewhere([effects.amount(row) for row in rows])
    return [_effect(row) | {"counts_in": places[row.overlaps_id] if row.pk in elsewhere else None} for row in rows]


def _effect(row: MeasuredEffect) -> dict:
    behind = evidence.evidence_of(row)
    return {name: behind[name] for name in SHOWN} | {"family": effects.amount(row).family}


def card(public: dict) -> dict:
    """The few facts that a list and a map need."""
    names = ("title", "lead", "year", "themes", "sdgs", "granted", "spent", "place")
    return {name: public[name] for name in names} | {
        "unit": public["unit"]["name"],
        "centre": public["centre"]["name"],
        "photo": public["photos"][0] if public["photos"] else None,
    }


def numbers(public: dict) -> list[PublicEffect]:
    """The numbers that count in the sums of the site, without those that are a part of another."""
    counted = [(place, each) for place, each in enumerate(public["effects"], 1) if each["counts_in"] is None]
    return [PublicEffect(place=place, **{name: each[name] for name in COUNTED}) for place, each in counted]


def facets(public: dict) -> str:
    """«|year:2026|centre:4|theme:waste|»: a filter is one LIKE, on every database."""
    words = [f"year:{public['year']}", f"centre:{public['centre']['id']}"]
    words += [f"theme:{theme}" for theme in public["themes"]] + [f"sdg:{goal}" for goal in public["sdgs"]]
    return f"|{'|'.join(words)}|"
