"""The text of a round's agenda item in Næstved's layout (domain guide 2.1–2.2): drafted from the data, edited by people.

`drafted` writes every section from the cases as they stand; what a person has written instead wins. `frozen` is all
that the packet prints, as plain data, taken when the item is sent; `blocks` turns it into a document.
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from applications.dates import moment, short_day
from applications.models import AgendaItem, Application, Effect
from documents.blocks import Block, Column, Facts, Heading, Paragraph, Table, paragraphs
from pool.models import Round
from pool.money import format_kroner

SECTIONS = (
    ("summary", _("Resumé")),
    ("recommendation", _("Indstilling")),
    ("decision", _("Beslutning")),
    ("presentation", _("Sagsfremstilling")),
    ("economy", _("Økonomi")),
    ("climate", _("Klima- og miljøkonsekvenser")),
    ("annexes", _("Bilag")),
)
# what people edit: the decision is recorded at the meeting
WRITTEN = tuple(key for key, _label in SECTIONS if key != "decision")


def title(round: Round) -> str:
    return f"Beslutning om fordeling af bæredygtighedspuljen, {round_name(round)}"


def round_name(round: Round) -> str:
    """The round's name with its year, once."""
    year = str(round.pool_year.year)
    return round.name if year in round.name else f"{round.name} {year}"


def case_number(round: Round) -> str:
    """KLE subject, facet, running number, year (domain guide 2.5); people correct it."""
    return f"{settings.KLE_NUMBER}-{settings.KLE_FACET}-{round.pk}-{round.pool_year.year % 100:02}"


def cases_of(item: AgendaItem) -> list[Application]:
    """The item's cases: those recommended for a grant by number of points, then the rest."""
    from applications.assessing import result_of

    rows = (
        Application.objects.filter(placements__item=item)
        .exclude(placements__outcome__in=["taken_off", "withdrawn"], placements__item=item)
        .distinct()
        .select_related("unit", "round")
        .prefetch_related("assessments__scores__criterion", "effects")
    )
    for case in rows:
        case.result = result_of(case)
    return sorted(rows, key=lambda c: (not c.recommended_amount, -(c.result.points if c.result else 0), c.number))


def drafted(item: AgendaItem) -> dict[str, str]:
    """Every section as the data says it."""
    with override("da"):
        cases = cases_of(item)
        funded = [case for case in cases if case.recommended_amount]
        figures = {
            "committee": str(item.meeting.committee),
            "competence": item.get_competence_display(),
            "date": short_day(item.meeting.at),
            "round": round_name(item.round),
            "year": item.round.pool_year.year,
            "cases": len(cases),
            "sought": format_kroner(sum(case.amount_sought for case in cases)),
            "ceiling": format_kroner(item.round.ceiling),
            "funded": len(funded),
            "sum": format_kroner(sum(case.recommended_amount for case in funded)),
            "rest": format_kroner(item.round.ceiling - sum(case.recommended_amount for case in funded)),
            "account": item.round.pool_year.account or "puljens konto",
            "projects": _projects(funded),
            "climate": _climate(funded),
            "criteria": "\n".join(f"- {c.name} ({c.weight} %)" for c in item.round.criteria.all()),
        }
        return {key: one_full_stop(TEXTS[key].format(**figures).strip()) for key in WRITTEN}


def one_full_stop(text: str) -> str:
    """«520.000 kr.» at the end of a sentence needs no second full stop."""
    return text.replace("kr..", "kr.")


TEXTS = {
    "summary": """
Politisk behandling: {committee} ({competence}), {date}.

Der er kommet {cases} ansøgninger for i alt {sought} til {round}. Der er {ceiling} til rådighed i runden.
Administrationen foreslår, at {funded} projekter får tilskud for i alt {sum}.""",
    "recommendation": """
Administrationen indstiller, at {committee} godkender,

1. at {sum} fra bæredygtighedspuljen {year} fordeles som vist i bilag 1,
2. at de øvrige ansøgninger får afslag med den begrundelse, der fremgår af bilag 1,
3. at {rest} af rundens ramme bliver i bæredygtighedspuljen {year}.""",
    "presentation": """
Kommunens egne centre og institutioner kan søge bæredygtighedspuljen til projekter, der nedbringer CO2 og forbruget af ressourcer, øger genanvendelsen, styrker biodiversiteten og engagerer medarbejderne.

Hver ansøgning er godkendt af enhedens leder og vurderet af mindst to bedømmere, der har erklæret sig habile. Ansøgningerne er vurderet efter rundens kriterier:

{criteria}

Administrationen indstiller disse projekter til tilskud:

{projects}

Bilag 1 viser alle ansøgninger med indstilling, begrundelse og løbende saldo.""",
    "economy": """
Tilskuddene finansieres af bæredygtighedspuljen {year} på {account}. Beløbene er uden moms. Efter fordelingen er der {rest} tilbage af rundens ramme på {ceiling}.

Sagen har ikke konsekvenser for kassebeholdningen. Afledt drift holdes inden for ansøgernes egne budgetter.""",
    "climate": """
{climate}

Tallene er ansøgernes egne og gælder, hvis projekterne gennemføres som beskrevet. Metode, usikkerhed og grundlag (målt, beregnet eller skønnet) fremgår af bilag 2.""",
    "annexes": """
1. Oversigt over ansøgninger og indstilling
2. Metode og beregninger""",
}


def _projects(funded: list[Application]) -> str:
    lines = [f"- {c.unit}: {c.title} ({format_kroner(c.recommended_amount)})" for c in funded]
    return "\n".join(lines) or "- Ingen"


def _climate(funded: list[Application]) -> str:
    """CO2e a year by basis, never added across: a calculated and an estimated kilo are not one figure."""
    sums: dict[str, object] = {}
    for case in funded:
        for effect in case.effects.all():
            if effect.indicator == Effect.Indicator.CO2E and effect.unit == "kg/år":
                sums[effect.basis] = sums.get(effect.basis, 0) + effect.value
    if not sums:
        return "De indstillede projekter har ikke opgjort en årlig CO2-virkning."
    parts = [
        f"{_number(sums[basis.value])} kg CO2e om året ({basis.label})" for basis in Effect.Basis if basis.value in sums
    ]
    return "De indstillede projekter ventes at nedbringe udledningen med " + " og ".join(parts) + "."


def _number(value) -> str:
    """«12.700» or «12.700,5»."""
    whole, _dot, rest = format(value.normalize(), "f").partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")


def filled(item: AgendaItem) -> dict[str, str]:
    """Every section: what people wrote, else what the data says."""
    draft = drafted(item)
    return {key: item.sections.get(key) or draft[key] for key in WRITTEN}


def frozen(item: AgendaItem) -> dict:
    """All that the packet prints."""
    with override("da"):
        cases = cases_of(item)
        return {
            "title": item.title,
            "number": item.number,
            "case_number": item.case_number,
            "committee": str(item.meeting.committee),
            "at": moment(item.meeting.at),
            "day": short_day(item.meeting.at),
            "place": item.meeting.place,
            "officer": ", ".join(sorted({str(c.case_officer) for c in cases if c.case_officer_id})),
            "closed_reason": "" if item.is_open else item.closed_reason,
            "sent": timezone.localtime(item.sent_at).isoformat() if item.sent_at else "",
            "sections": filled(item),
            "annex_1": _annex_1(item, cases),
            "annex_2": _annex_2(item, cases),
        }


def _annex_1(item: AgendaItem, cases: list[Application]) -> dict:
    balance, rows = item.round.ceiling, []
    for case in cases:
        amount = case.recommended_amount or 0
        balance -= amount
        result = case.result
        rows.append(
            [
                case.number,
                str(case.unit),
                case.title,
                format_kroner(case.amount_sought, unit=False),
                f"{result.points:.2f}".replace(".", ",") if result else "–",
                f"{result.spread:.2f}".replace(".", ",") if result else "–",
                verdict(case),
                format_kroner(amount, unit=False),
                format_kroner(balance, unit=False),
                "\n".join(filter(None, [case.recommended_reason, case.recommended_conditions])),
            ]
        )
    sought = sum(case.amount_sought for case in cases)
    recommended = sum(case.recommended_amount or 0 for case in cases)
    foot = ["I alt", f"{len(cases)} ansøgninger", "", format_kroner(sought, unit=False), "", "", ""]
    foot += [format_kroner(recommended, unit=False), format_kroner(balance, unit=False), ""]
    return {"ceiling": format_kroner(item.round.ceiling), "rows": rows, "foot": foot}


def verdict(case: Application) -> str:
    """«Tilskud», «Delvist tilskud» or «Afslag», from the recommended amount."""
    if not case.recommended_amount:
        return "Afslag"
    return "Tilskud" if case.recommended_amount == case.amount_sought else "Delvist tilskud"


def _annex_2(item: AgendaItem, cases: list[Application]) -> dict:
    effects = [
        [case.number, str(e.get_indicator_display()), _number(e.value), e.unit, str(e.get_basis_display()), e.method]
        for case in cases
        for e in case.effects.all()
    ]
    criteria = [[c.name, f"{c.weight} %"] for c in item.round.criteria.all()]
    gates = [[g.name, "skal være opfyldt" if g.required else "valgfrit krav"] for g in item.round.gates.all()]
    return {"criteria": criteria, "gates": gates, "effects": effects, "assessors": item.round.assessors_required}


def blocks(facts: dict, decision: list[Block] | None = None) -> list[Block]:
    """The packet: head, sections in order, annex 1 and annex 2. `decision` fills the section of the minutes."""
    head = [("Udvalg", facts["committee"]), ("Møde", facts["at"]), ("Sted", facts["place"])]
    head += [
        ("Punkt nr.", str(facts["number"] or "")),
        ("Sagsnr.", facts["case_number"]),
        ("Sagsbehandler", facts["officer"]),
    ]
    head += [("Lukket punkt", facts["closed_reason"])]
    found: list[Block] = [Facts([pair for pair in head if pair[1]])]
    for key, label in SECTIONS:
        with override("da"):
            found.append(Heading(str(label)))
        if key == "decision":
            found += decision or [Paragraph("Udfyldes efter mødet.")]
        else:
            found += paragraphs(facts["sections"][key])
    return found + _annex_blocks(facts)


def _annex_blocks(facts: dict) -> list[Block]:
    right = "right"
    overview = Table(
        f"Alle ansøgninger med indstilling. Rundens ramme er {facts['annex_1']['ceiling']} Beløb i kr. uden moms.",
        [
            Column("Nr."), Column("Enhed"), Column("Projekt"), Column("Søgt", right), Column("Point", right),
            Column("Spredning", right), Column("Indstilling"), Column("Indstillet", right),
            Column("Saldo", right), Column("Begrundelse og vilkår"),
        ],
        facts["annex_1"]["rows"],
        facts["annex_1"]["foot"],
        wide=True,
    )  # fmt: skip
    method = facts["annex_2"]
    return [
        Heading("Bilag 1. Oversigt over ansøgninger og indstilling", wide=True),
        overview,
        Heading("Bilag 2. Metode og beregninger"),
        Paragraph(
            "Hver bedømmer giver fra 0 til 5 point for hvert kriterium. En bedømmers resultat er gennemsnittet vægtet med "
            "kriteriernes vægte. En ansøgnings point er gennemsnittet af bedømmernes resultater, og spredningen er "
            f"forskellen mellem det højeste og det laveste. Der kræves mindst {method['assessors']} bedømmere."
        ),
        Table("Kriterier", [Column("Kriterium"), Column("Vægt", right)], method["criteria"]),
        Table("Krav", [Column("Krav"), Column("Art")], method["gates"]),
        Paragraph(
            "Virkningerne er oplyst af ansøgerne. «Målt» er aflæst eller talt, «beregnet» er regnet ud fra kendte tal, "
            "«skønnet» er et fagligt skøn. Tal med forskelligt grundlag lægges ikke sammen."
        ),
        Table(
            "Ventede virkninger",
            [
                Column("Nr."),
                Column("Virkning"),
                Column("Mængde", right),
                Column("Enhed"),
                Column("Grundlag"),
                Column("Metode"),
            ],
            method["effects"],
        ),
    ]
