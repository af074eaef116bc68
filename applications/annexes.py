"""The annexes of a round's agenda item: every application with a running balance, and how the figures came about.

`overview` and `method` are plain data, taken when the item is sent; `blocks` prints them. Points are shown per
criterion and per assessor, so that a reader can reckon every result again; assessors are numbered, not named.
"""

from statistics import mean

from applications import calculated, content
from applications.assessing import result_from
from applications.models import Application
from applications.sentences import available, share
from documents.blocks import Block, Column, Heading, PageBreak, Paragraph, Table
from pages.money import exact_kroner, format_kroner
from pages.numbers import number
from pool.models import Round

RIGHT = "right"


def overview(round: Round, cases: list[Application]) -> dict:
    """Annex 1: a row for each application, recommended, partly or refused, with what is left after it."""
    start = balance = available(round, cases)
    amounts = [(case.amount_sought, case.recommended_amount or 0) for case in cases]
    money = _written_alike([start, *(amount for pair in amounts for amount in pair)])
    rows = []
    for case, (sought, amount) in zip(cases, amounts, strict=True):
        balance -= amount
        points = [_points(case.result.points), _points(case.result.spread)] if case.result else ["–", "–"]
        why = "\n".join(filter(None, [case.recommended_reason, _conditions(case)]))
        row = [case.number, str(case.unit), case.title, money(sought), *points]
        rows.append([*row, verdict(case), money(amount), money(balance), why])
    count = f"{len(cases)} {'ansøgning' if len(cases) == 1 else 'ansøgninger'}"
    sought, recommended = (sum(pair[place] for pair in amounts) for place in (0, 1))
    foot = ["I alt", count, "", money(sought), "", "", "", money(recommended), money(balance), ""]
    return {"ceiling": format_kroner(round.ceiling), "start": format_kroner(start), "rows": rows, "foot": foot}


def _written_alike(amounts: list[int]):
    """How a column writes its amounts: with øre when one of them has any."""
    if any(amount % 100 for amount in amounts):
        return exact_kroner
    return lambda amount: format_kroner(amount, unit=False)


def _points(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _conditions(case: Application) -> str:
    return f"Vilkår: {case.recommended_conditions}" if case.recommended_amount and case.recommended_conditions else ""


def verdict(case: Application) -> str:
    """«Tilskud», «Delvist tilskud» or «Afslag», from the recommended amount."""
    if not case.recommended_amount:
        return "Afslag"
    return "Tilskud" if case.recommended_amount == case.amount_sought else "Delvist tilskud"


def method(round: Round, cases: list[Application]) -> dict:
    """Annex 2: criteria, requirements, points and effects."""
    criteria = list(round.criteria.all())
    weights = sum(criterion.weight for criterion in criteria)
    optional = round.optional_gates_needed
    return {
        "criteria": [[c.name, share(c.weight, weights), c.help] for c in criteria],
        "gates": [[gate.name, "skal være opfyldt" if gate.required else "valgfrit"] for gate in round.gates.all()],
        "optional": optional if any(not gate.required for gate in round.gates.all()) else 0,
        "unmet": [
            [case.number, answer.gate.name, answer.note]
            for case in cases
            for answer in sorted(case.gate_answers.all(), key=lambda a: a.gate.position)
            if not answer.met
        ],
        "scores": [_scores(case, criteria) for case in cases],
        "effects": [_effect(case, effect) for case in cases for effect in case.effects.all()],
        "calculations": [
            [case.number, *cells]
            for case in cases
            for effect in case.effects.all()
            if effect.calculation
            for cells in [calculated.cells(effect.calculation)]
        ],
        "assessors": round.assessors_required,
    }


def _effect(case: Application, effect) -> list[str]:
    plain = content.plain_effect(effect)
    how = [calculated.basis(plain), calculated.method(plain) or "–"]
    return [case.number, str(effect.get_indicator_display()), number(effect.value), effect.unit, *how]


def _scores(case: Application, criteria: list) -> list[str]:
    """Number, the mean of each criterion, each assessor's result, the result and the spread."""
    given = [{score.criterion_id: score.points for score in a.scores.all()} for a in case.assessments.all()]
    means = []
    for criterion in criteria:
        points = [scores[criterion.pk] for scores in given if criterion.pk in scores]
        means.append(_points(mean(points)) if points else "–")
    each = []
    for scores in given:
        kept = [(scores[c.pk], c.weight) for c in criteria if c.pk in scores]
        if kept:
            each.append(sum(points * weight for points, weight in kept) / sum(weight for _points, weight in kept))
    result = result_from(each)
    ends = [_points(result.points), _points(result.spread)] if result else ["–", "–"]
    return [case.number, *means, " / ".join(map(_points, each)) or "–", *ends]


# ── on paper ────────────────────────────────────────────────────────────────────────────────────────────────────────


def blocks(overview: dict, method: dict) -> list[Block]:
    return [*_overview_blocks(overview), *_method_blocks(method)]


def _overview_blocks(facts: dict) -> list[Block]:
    bound = "" if facts["start"] == facts["ceiling"] else f"{facts['start']} af den er til rådighed. "
    whole = f"Rundens ramme er {facts['ceiling']} {bound}"
    columns = [
        Column("Nr.", width=14), Column("Enhed", width=24), Column("Projekt", width=30), Column("Søgt", RIGHT, 15),
        Column("Point", RIGHT, 10), Column("Spredning", RIGHT, 15), Column("Indstilling", width=15),
        Column("Indstillet", RIGHT, 16), Column("Saldo", RIGHT, 15), Column("Begrundelse og vilkår", width=48),
    ]  # fmt: skip
    return [
        PageBreak(wide=True),
        Heading("Bilag 1. Oversigt over ansøgninger og indstilling"),
        Paragraph(
            f"{whole}Beløb er i kroner uden moms. Ansøgninger, der er indstillet til tilskud, står først, efter point. "
            "Saldo er det, der er tilbage efter ansøgningen og dem over den."
        ),
        Table("Alle ansøgninger med indstilling", columns, facts["rows"], facts["foot"]),
    ]


def _method_blocks(facts: dict) -> list[Block]:
    names = [name for name, _weight, _help in facts["criteria"]]
    needed = facts["assessors"]
    people = "1 bedømmer" if needed == 1 else f"{needed} bedømmere"
    criteria = [Column("Kriterium", width=30), Column("Vægt", width=15), Column("Forklaring", width=55)]
    found: list[Block] = [
        PageBreak(wide=True),
        Heading("Bilag 2. Metode og beregninger"),
        Heading("Sådan er pointene regnet ud", 3),
        Paragraph(
            "Hver bedømmer giver fra 0 til 5 point for hvert kriterium. En bedømmers resultat er gennemsnittet vægtet med "
            "kriteriernes vægte. En ansøgnings resultat er gennemsnittet af bedømmernes resultater, og spredningen er "
            f"forskellen mellem det højeste og det laveste. Runden kræver mindst {people} pr. ansøgning."
        ),
        Table("Kriterier", criteria, facts["criteria"], empty="Runden har ingen kriterier.").lean(),
        _score_table(names, facts["scores"]),
        Table("Krav", [Column("Krav", width=70), Column("Art", width=30)], facts["gates"], empty="Runden har ingen krav."),
    ]
    if facts["optional"]:
        found.append(Paragraph(f"Mindst {facts['optional']} af de valgfrie krav skal være opfyldt."))
    if facts["unmet"]:
        columns = [Column("Nr.", width=10), Column("Krav", width=45), Column("Bemærkning", width=45)]
        found.append(Table("Krav, der ikke er opfyldt", columns, facts["unmet"]).lean())
    return found + [
        Heading("Forventede virkninger", 3),
        Paragraph(
            "Virkningerne er oplyst af ansøgerne. «Målt» er aflæst eller talt, «beregnet» er regnet ud fra kendte tal, "
            "«skønnet» er et fagligt skøn. Tal med forskelligt grundlag lægges ikke sammen."
        ),
        Table(
            "Virkninger, som ansøgerne har oplyst",
            [
                Column("Nr.", width=10), Column("Virkning", width=26), Column("Mængde", RIGHT, 13),
                Column("Enhed", width=16), Column("Grundlag", width=13), Column("Metode", width=60),
            ],
            facts["effects"],
            empty="Ansøgerne har ikke oplyst virkninger.",
        ),
        *_calculation_blocks(facts.get("calculations", [])),
    ]  # fmt: skip


def _calculation_blocks(rows: list[list[str]]) -> list[Block]:
    """The calculations behind the numbers; a packet that was sent before there were any has none."""
    if not rows:
        return []
    columns = [
        Column("Nr.", width=14), Column("Beregning", width=20), Column("Svar", width=28),
        Column("Resultat og spænd", width=20), Column("Faktorer og kilder", width=36), Column("Forbehold", width=40),
    ]  # fmt: skip
    return [
        Heading("Beregninger bag virkningerne", 3),
        Paragraph(
            "Ansøgerne har brugt puljens beregner. Svarene er ansøgernes egne; faktorerne er dem, der gjaldt, da der blev "
            "regnet. Tal fra forskellige slags beregninger må ikke lægges sammen."
        ),
        Table("Beregninger", columns, rows),
    ]


def _score_table(names: list[str], rows: list[list[str]]) -> Table:
    columns = [Column("Nr.", width=11), *(Column(name, RIGHT, 16) for name in names)]
    columns += [Column("Hver bedømmers resultat", RIGHT, 20), Column("Resultat", RIGHT, 11), Column("Spredning", RIGHT, 12)]
    return Table("Point: gennemsnit for hvert kriterium", columns, rows)
