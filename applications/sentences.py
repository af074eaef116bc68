"""The drafted sentences of an agenda item, true for any round: one case or many, all granted or none, nothing left.

Each writer gets the facts of the item and answers one section. The cases may be a part of the round's: the rest was
decided before, or waits, and the money they hold is not shared out again.
"""

from decimal import Decimal

from applications.dates import short_day
from applications.models import AgendaItem, Application, Effect
from climate import measures
from pages.money import NO_BREAK_SPACE, format_kroner
from pages.numbers import number

TREATMENT = "Politisk behandling"
WORDS = ("nul", "en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti")
VERBS = {
    AgendaItem.Competence.DECIDES: "godkender",
    AgendaItem.Competence.RECOMMENDS: "anbefaler",
    AgendaItem.Competence.NOTES: "tager til efterretning",
}


class Facts:
    """What the sentences tell of."""

    def __init__(self, item: AgendaItem, cases: list[Application], round_name: str):
        self.item, self.round, self.cases, self.round_name = item, item.round, cases, round_name
        self.committee, self.year = str(item.meeting.committee), item.round.pool_year.year
        self.funded = [case for case in cases if case.recommended_amount]
        self.refused = [case for case in cases if not case.recommended_amount]
        self.sum = sum(case.recommended_amount for case in self.funded)
        self.sought = sum(case.amount_sought for case in cases)
        others = item.round.applications.exclude(pk__in=[case.pk for case in cases])
        self.others = others.exclude(submitted_at=None).exclude(state="withdrawn").count()
        self.available = available(item.round, cases)
        self.rest = self.available - self.sum


def available(round, cases: list[Application]) -> int:
    """What the round's ceiling leaves for these cases: nothing that its other cases hold."""
    own = sum((case.recommended_amount if case.granted_amount is None else case.granted_amount) or 0 for case in cases)
    return min(round.remaining + own, round.ceiling)


def one_full_stop(text: str) -> str:
    """«520.000 kr.» at the end of a sentence needs no second full stop."""
    return text.replace("kr..", "kr.")


def _count(number: int, one: str, many: str) -> str:
    return f"{number}{NO_BREAK_SPACE}{one if number == 1 else many}"


def _join(parts: list[str]) -> str:
    """«a, b og c»."""
    return " og ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


# ── sections ────────────────────────────────────────────────────────────────────────────────────────────────────────


def summary(facts: Facts) -> str:
    line = f"{facts.committee} ({facts.item.get_competence_display()}), {short_day(facts.item.meeting.at)}"
    return one_full_stop(f"{TREATMENT}\n{line}\n\n{_received(facts)} {_at_hand(facts)}\n\n{_proposal(facts)}")


def _received(facts: Facts) -> str:
    sought, count = format_kroner(facts.sought), len(facts.cases)
    if facts.others:
        of_all = _count(count + facts.others, "ansøgning", "ansøgninger")
        return f"Punktet omfatter {count} af de {of_all} til {facts.round_name}. Her er der i alt søgt om {sought}."
    if count == 1:
        return f"Der er kommet {_count(1, 'ansøgning', '')} på {sought} til {facts.round_name}."
    return f"Der er kommet {_count(count, '', 'ansøgninger')} for i alt {sought} til {facts.round_name}."


def _at_hand(facts: Facts) -> str:
    if facts.available == facts.round.ceiling:
        return f"Der er {format_kroner(facts.available)} til rådighed i runden."
    bound = format_kroner(facts.round.ceiling - facts.available)
    return (
        f"Af rundens ramme på {format_kroner(facts.round.ceiling)} går {bound} til andre ansøgninger. "
        f"Der er {format_kroner(facts.available)} til rådighed."
    )


def _proposal(facts: Facts) -> str:
    if not facts.funded:
        none = "ansøgningen får afslag" if len(facts.cases) == 1 else "ingen af ansøgningerne får tilskud"
        return f"Administrationen foreslår, at {none}."
    amount = format_kroner(facts.sum)
    share = f"på {amount}" if len(facts.funded) == 1 else f"for i alt {amount}"
    return f"Administrationen foreslår, at {_count(len(facts.funded), 'projekt', 'projekter')} får tilskud {share}."


def recommendation(facts: Facts) -> str:
    """One point is a sentence; several are numbered."""
    opening = f"Administrationen indstiller, at {facts.committee} {VERBS[facts.item.competence]},"
    points = [point for point in (_grants(facts), _refusals(facts), _remainder(facts)) if point]
    if len(points) == 1:
        return f"{opening} {points[0]}."
    numbered = ",\n".join(f"{place}. {point}" for place, point in enumerate(points, 1))
    return one_full_stop(f"{opening}\n\n{numbered}.")


def _grants(facts: Facts) -> str:
    if not facts.funded:
        return ""
    amount = f"at {format_kroner(facts.sum)} fra bæredygtighedspuljen {facts.year}"
    if len(facts.funded) == 1:
        return f"{amount} gives til «{facts.funded[0].title}» som vist i bilag 1"
    return f"{amount} fordeles som vist i bilag 1"


def _refusals(facts: Facts) -> str:
    count, reason = len(facts.refused), "afslag med den begrundelse, der fremgår af bilag 1"
    if not count:
        return ""
    if facts.funded:
        return f"at {'den anden ansøgning' if count == len(facts.cases) - 1 == 1 else _the_others(count)} får {reason}"
    return f"at {'ansøgningen' if count == 1 else f'alle {count} ansøgninger'} får {reason}"


def _the_others(count: int) -> str:
    return "den sidste ansøgning" if count == 1 else f"de øvrige {_count(count, '', 'ansøgninger')}"


def _remainder(facts: Facts) -> str:
    return (
        f"at {format_kroner(facts.rest)} af rundens ramme bliver i bæredygtighedspuljen {facts.year}" if facts.rest else ""
    )


def presentation(facts: Facts) -> str:
    parts = [
        "Kommunens egne centre og institutioner kan søge bæredygtighedspuljen til projekter, der nedbringer CO2 og "
        "forbruget af ressourcer, øger genanvendelsen, styrker biodiversiteten og engagerer medarbejderne.",
        _treatment(facts),
    ]
    if criteria := list(facts.round.criteria.all()):
        weights = sum(criterion.weight for criterion in criteria)
        parts += ["Ansøgningerne er vurderet efter rundens kriterier:"]
        parts += ["\n".join(f"- {criterion.name} ({share(criterion.weight, weights)})" for criterion in criteria)]
    if facts.funded:
        what = "dette projekt" if len(facts.funded) == 1 else "disse projekter"
        parts += [f"Administrationen indstiller {what} til tilskud:", "\n".join(map(_project, facts.funded))]
    else:
        parts += ["Administrationen indstiller ingen projekter til tilskud."]
    shown = "ansøgningen" if len(facts.cases) == 1 else "alle ansøgninger på punktet"
    parts += [f"Bilag 1 viser {shown} med indstilling, begrundelse og løbende saldo."]
    return "\n\n".join(parts)


def _treatment(facts: Facts) -> str:
    who = "Ansøgningen" if len(facts.cases) == 1 else "Hver ansøgning"
    numbers = [case.result.assessors if case.result else 0 for case in facts.cases]
    least, most = min(numbers, default=0), max(numbers, default=0)
    if not least:
        return f"{who} er godkendt af enhedens leder."
    word = WORDS[least] if least < len(WORDS) else str(least)
    people = f"{'' if least == most else 'mindst '}{word} {'bedømmer' if least == 1 else 'bedømmere'}"
    return f"{who} er godkendt af enhedens leder og vurderet af {people}, hvis habilitet er afklaret."


def _project(case: Application) -> str:
    amount, sought = case.recommended_amount, case.amount_sought
    partly = "" if amount == sought else f" af de søgte {format_kroner(sought)}"
    return f"- {case.unit}: {case.title} ({format_kroner(amount)}{partly})"


def share(weight: int, weights: int) -> str:
    """«25 %» when the weights are percentages, else «vægt 3 af 10»."""
    return f"{weight}{NO_BREAK_SPACE}%" if weights == 100 else f"vægt {weight} af {weights}"


def economy(facts: Facts) -> str:
    if not facts.funded:
        return "Sagen har ikke økonomiske konsekvenser."
    what = "Tilskuddet" if len(facts.funded) == 1 else "Tilskuddene"
    amount = "Beløbet" if len(facts.funded) == 1 else "Beløbene"
    account = facts.round.pool_year.account or "puljens konto"
    ceiling = format_kroner(facts.round.ceiling)
    left = f"{format_kroner(facts.rest)} tilbage" if facts.rest else "ikke flere penge tilbage"
    said = (
        f"{what} finansieres af bæredygtighedspuljen {facts.year} på {account}. {amount} er uden moms. "
        f"Efter fordelingen er der {left} af rundens ramme på {ceiling}.\n\n"
        f"Sagen har ikke konsekvenser for kassebeholdningen. {_operation(facts)}"
    )
    return one_full_stop(said)


def _operation(facts: Facts) -> str:
    cost = sum(case.resulting_operating_cost or 0 for case in facts.funded)
    one = len(facts.funded) == 1
    if cost > 0:
        whose = "ansøgerens eget budget" if one else "ansøgernes egne budgetter"
        return f"Den afledte drift er oplyst til {format_kroner(cost)} om året og holdes inden for {whose}."
    return "Der er ikke oplyst afledt drift."


# ── climate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def climate(facts: Facts) -> str:
    if not facts.funded:
        return "Ingen projekter er indstillet til tilskud. Punktet har derfor ingen virkning på klima og miljø."
    one = len(facts.funded) == 1
    who = "Det indstillede projekt" if one else "De indstillede projekter"
    effects = [effect for case in facts.funded for effect in case.effects.all()]
    sums, unread = _co2e(effects)
    if sums:
        parts = [f"{number(sums[b.value])} kg CO2e om året ({b.label})" for b in Effect.Basis if b.value in sums]
        parts_said = f"{who} ventes at nedbringe udledningen med {_join(parts)}."
    else:
        parts_said = f"{who} har ikke opgjort en årlig virkning på CO2 i kg eller ton."
    if unread:
        parts_said += f" {_count(unread, 'opgørelse', 'opgørelser')} af CO2 i andre enheder er ikke talt med."
    if not effects:
        return parts_said
    whose, projects = ("ansøgerens", "projektet") if one else ("ansøgernes", "projekterne")
    return (
        f"{parts_said} De øvrige virkninger står i bilag 2.\n\n"
        f"Tallene er {whose} egne og gælder, hvis {projects} gennemføres som beskrevet. "
        "Metode og grundlag (målt, beregnet eller skønnet) fremgår af bilag 2."
    )


def _co2e(effects) -> tuple[dict[str, Decimal], int]:
    """Kilograms a year by basis, never added across: a calculated and an estimated kilo are not one figure."""
    sums: dict[str, Decimal] = {}
    unread = 0
    for effect in effects:
        if effect.indicator != Effect.Indicator.CO2E:
            continue
        if (factor := _kilograms_a_year(effect.unit)) is None:
            unread += 1
        else:
            sums[effect.basis] = sums.get(effect.basis, Decimal(0)) + effect.value * factor
    return sums, unread


def _kilograms_a_year(unit: str) -> Decimal | None:
    """«kg/år», «ton CO2e pr. år» and their like; None for what is not a mass a year."""
    measure = measures.read(measures.CO2E, unit)
    return measure.times if measure and measure.per_year else None


def annex_list(facts: Facts) -> str:
    what = "ansøgningen" if len(facts.cases) == 1 else "ansøgninger"
    return f"1. Oversigt over {what} og indstilling\n2. Metode og beregninger"


WRITERS = {
    "summary": summary,
    "recommendation": recommendation,
    "presentation": presentation,
    "economy": economy,
    "climate": climate,
    "annexes": annex_list,
}
