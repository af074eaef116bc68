"""The figures of one pool year up to and with a day, as plain data that can be frozen: money in øre, decimals as text.

Money is the account's (applications.accounts), effects are the summary's (applications.effect_summary): nothing is added up
anew here. Of the projects only those that are published are told by name; the rest are in the figures alone. What was
refused is never told by name: an applicant's kind that could be one unit is counted under «Øvrige».
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from statistics import median

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications import accounts, effect_summary
from applications.models import Application, Project, Result
from applications.rows import centre_of
from applications.states import State
from climate import families
from climate.calculating import text
from climate.models import Factor
from journal import clock
from pages.numbers import percent
from people.models import Unit
from pool.account_figures import FIGURES, OF_PART, OF_YEAR, until, value
from pool.models import PoolYear

FEWEST = 3  # applicants of one kind: fewer could be recognised when one of them was refused
OTHERS = "øvrige"
SIZES = ((0, 25_000_00), (25_000_00, 50_000_00), (50_000_00, 100_000_00), (100_000_00, 250_000_00), (250_000_00, None))
ANSWERS = ("granted", "refused", "withdrawn", "waiting")


def of(year: PoolYear, day: date) -> dict:
    """Everything that a yearly report tells, and nothing that may not be told."""
    with override("da"):
        account = accounts.at(year, day)
        cases = _cases(year, day)
        return {
            "year": year.year,
            "day": day.isoformat(),
            "site": settings.HOST_URL,
            "account": {key: account.figure(key) for key in OF_YEAR},
            "rounds": [_round(round, account, cases, day) for round in year.rounds.order_by("opens", "pk")],
            "themes": _granted_by(account, "tema"),
            "centres": _granted_by(account, "center"),
            "applications": _counts(cases, day) | {"sought": sum(case.amount_sought or 0 for case in cases)},
            "by_centre": _success(cases, day, _centre_names(cases)),
            "by_kind": _success(cases, day, {case.pk: str(case.unit.get_kind_display()) for case in cases}),
            "sizes": _sizes([case.granted_amount for case in cases if _answer(case, day) == "granted"]),
            "days": _days(cases, day),
            "projects": _projects(year, day),
            "effects": _effects(year),
            "told_on": clock.today().isoformat(),  # effects and stories are as they are when the figures are taken
        }


# ── applications and answers ────────────────────────────────────────────────────────────────────────────────────────


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _cases(year: PoolYear, day: date) -> list[Application]:
    rows = Application.objects.filter(round__pool_year=year, submitted_at__lt=_end(day))
    fields = ("state", "round_id", "amount_sought", "granted_amount", "submitted_at", "decided_at", "letter_released_at")
    unit = ("unit__kind", "unit__path", "unit__name")
    return list(rows.select_related("unit").only(*fields, *unit).order_by("pk"))


def _answer(case: Application, day: date) -> str:
    """What became of the application by the end of the day: one of ANSWERS."""
    if case.state == State.WITHDRAWN:
        return "withdrawn"
    if case.decided_at is None or case.decided_at >= _end(day):
        return "waiting"
    return "refused" if case.granted_amount is None else "granted"


def _counts(cases: list[Application], day: date) -> dict:
    answers = [_answer(case, day) for case in cases]
    granted = [case for case, answer in zip(cases, answers, strict=True) if answer == "granted"]
    return {
        "submitted": len(cases),
        **{answer: answers.count(answer) for answer in ANSWERS},
        "units": len({case.unit_id for case in cases}),
        "units_granted": len({case.unit_id for case in granted}),
        "granted_amount": sum(case.granted_amount for case in granted),
        "rate": percent(answers.count("granted"), answers.count("granted") + answers.count("refused")),
    }


def _round(round, account: accounts.Account, cases: list[Application], day: date) -> dict:
    part = next((each for each in account.splits["runde"] if each.key == str(round.pk)), None)
    sums = part.sums if part else {}
    money = {key: value(FIGURES[key], sums) for key in OF_PART}
    own = [case for case in cases if case.round_id == round.pk]
    words = {"name": round.name, "next_time": round.next_time}
    return {**words, "ceiling": round.ceiling, **money, **_counts(own, day)}


def _granted_by(account: accounts.Account, split: str) -> list[dict]:
    """What was promised or used in each row of the account, before anything was given back; the largest first."""
    found = [(part.label, _granted(part.sums)) for part in account.splits[split]]
    return [{"label": label, "amount": amount} for label, amount in sorted(found, key=lambda each: -each[1]) if amount]


def _granted(sums: dict) -> int:
    return value(FIGURES["disponeret"], sums) + value(FIGURES["forbrug"], sums)


def _centre_names(cases: list[Application]) -> dict[int, str]:
    centres = Unit.objects.filter(kind=Unit.Kind.CENTRE).in_bulk()
    return {case.pk: centre_of(case.unit, centres).name for case in cases}


def _success(cases: list[Application], day: date, names: dict[int, str]) -> list[dict]:
    """Rows by name, the most applications first; what could tell of one refused unit is gathered under one name."""
    groups: dict[str, list[Application]] = defaultdict(list)
    for case in cases:
        groups[names[case.pk]].append(case)
    few = [name for name, own in groups.items() if len({case.unit_id for case in own}) < FEWEST and _has_refusal(own, day)]
    gathered = [case for name in few for case in groups.pop(name)]
    rows = [{"label": name, **_counts(own, day)} for name, own in groups.items()]
    rows.sort(key=lambda row: (-row["submitted"], row["label"]))
    return [*rows, *([{"label": _("Øvrige"), **_counts(gathered, day)}] if gathered else [])]


def _has_refusal(cases: list[Application], day: date) -> bool:
    return any(_answer(case, day) != "granted" for case in cases)


def _sizes(amounts: list[int]) -> list[dict]:
    return [
        {"from": low, "to": high, "count": sum(low <= amount and (high is None or amount < high) for amount in amounts)}
        for low, high in SIZES
    ]


def _days(cases: list[Application], day: date) -> list[dict]:
    """From an application came in to its unit had the answer, in whole days, by round."""
    waits: dict[int, list[int]] = defaultdict(list)
    for case in cases:
        if case.letter_released_at is not None and case.letter_released_at < _end(day):
            local = [timezone.localdate(at) for at in (case.submitted_at, case.letter_released_at)]
            waits[case.round_id].append((local[1] - local[0]).days)
    names = dict(Application.objects.filter(round__in=waits).values_list("round", "round__name"))
    return [
        {"round": names[pk], "least": min(own), "most": max(own), "median": round(median(own)), "count": len(own)}
        for pk, own in sorted(waits.items())
    ]


# ── projects ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _projects(year: PoolYear, day: date) -> dict:
    """The published ones with their story, and all of them in numbers. Two queries, however many."""
    moved = until(year, day).order_by().values_list("cause__subject", "source", "target").annotate(Sum("amount"))
    sums: dict[str, dict] = defaultdict(lambda: defaultdict(int))
    for subject, source, target, amount in moved:
        sums[subject][source, target] += amount
    rows = Project.objects.filter(application__round__pool_year=year, started_at__lt=_end(day))
    facts = rows.values_list("application__number", "application__state", "ended_at")
    stories = Result.objects.filter(application__round__pool_year=year, status=Result.Status.PUBLISHED)
    told = [_told(story, sums) for story in stories.select_related("application").order_by("application__number")]
    known = {each["number"] for each in told}
    others = [_money(sums[Application.subject_of(number)]) for number, _state, _ended in facts if number not in known]
    done = [ended is not None and ended < _end(day) for _number, _state, ended in facts]
    return {
        "started": len(facts),
        "ended": sum(done),
        "told": told,
        "others": {name: sum(each[name] for each in others) for name in ("granted", "spent", "given_back")}
        | {"count": len(others)},
    }


def _money(sums: dict) -> dict:
    names = {"spent": "forbrug", "given_back": "tilbagefoert"}
    return {"granted": _granted(sums), **{name: value(FIGURES[key], sums) for name, key in names.items()}}


def _told(story: Result, sums: dict) -> dict:
    """Frozen words alone: they have been seen by the unit and passed by a communicator."""
    public, number = story.public, story.application.number
    words = {name: public[name] for name in ("title", "lead", "outcome", "lesson")}
    address = f"{settings.HOST_URL}/resultater/{story.slug}/"
    return {"number": number, "unit": public["unit"]["name"], "address": address, **words} | _money(
        sums[Application.subject_of(number)]
    )


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _effects(year: PoolYear) -> dict:
    """The summary of all projects that ended or are published, in words that can be frozen."""
    found = effect_summary.summary(years=[year.year])
    return {
        "lines": [
            {
                "label": effect_summary.label_of(line.indicator),
                "name": line.name,
                "unit": line.unit,
                "parts": [_part(part) for part in line.parts],
            }
            for line in found.total.lines
        ],
        "left_out": [
            {"label": effect_summary.label_of(left.indicator), "reason": left.reason, "count": left.count}
            for left in found.total.left_out
        ],
        "lasting": [
            {"name": line.name, "basis": line.basis, "value": text(line.value), "says": line.says, "count": line.count}
            for line in found.lasting
        ],
        "not_lasting": found.not_lasting,
        "says": [str(said) for said in found.total.says],
        "projects": found.projects,
        "reported": found.reported,
        "sources": _sources(year),
    }


def _part(part) -> dict:
    numbers = {name: text(getattr(part, name)) for name in ("value", "low", "high")}
    return {"basis": part.basis, **numbers, "count": part.count, "range_says": part.range_says}


def _sources(year: PoolYear) -> list[dict]:
    """The factors' sources behind the counted calculations, and which family each is of."""
    counted = effect_summary.counting_effects(effect_summary.projects_of(years=[year.year]))
    rows = Factor.objects.filter(calculations__measured_effects__in=counted.values("pk")).order_by()
    names = ("family", "source__title", "source__publisher", "source__year", "source__licence", "source__caveat")
    return [
        dict(zip(("family", "title", "publisher", "year", "licence", "caveat"), row, strict=True))
        | {"family": families.effect_name(row[0])}
        for row in sorted(set(rows.values_list(*names)))
    ]
