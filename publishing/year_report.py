"""The yearly report put together: its sections in order, each with its text, key figures, charts and tables.

`drafted` writes every section from the figures; what a person has written instead wins (`filled`). `frozen` is all that is
published, as plain data; `sections` and `blocks` read nothing else, so the page and the PDF can be made again at any time.
Always in Danish: it is the municipality's document.
"""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from applications.dates import day as said_day
from documents.blocks import Block, Column, Heading, KeyFigures, Table, paragraphs
from documents.charts import Chart
from documents.reports import Cover
from pages.money import NO_BREAK_SPACE, format_kroner
from publishing import year_charts, year_figures, year_sentences
from publishing.models import YearReport

SECTIONS = (
    ("foreword", gettext_lazy("Forord")),
    ("short", gettext_lazy("Året kort")),
    ("money", gettext_lazy("Pengene")),
    ("applicants", gettext_lazy("Hvem søgte, og hvem fik penge")),
    ("effects", gettext_lazy("Hvad kom der ud af det")),
    ("projects", gettext_lazy("Projekterne")),
    ("lessons", gettext_lazy("Hvad lærte vi")),
    ("changes", gettext_lazy("Hvad ændrer vi næste år")),
    ("method", gettext_lazy("Metode og forbehold")),
    ("data", gettext_lazy("Om tallene og åbne data")),
)
KEYS = tuple(key for key, _label in SECTIONS)
LONGEST = 60_000

Part = Block | Chart


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    parts: list[Part] = field(default_factory=list)


def title(year: int) -> str:
    return f"Bæredygtighedspuljen {year}"


def drafted(facts: dict) -> dict[str, str]:
    """Every section as the figures say it."""
    with override("da"):
        return {key: year_sentences.WRITERS[key](facts) for key in KEYS}


def filled(report: YearReport, facts: dict) -> dict[str, str]:
    """Every section: what people wrote, else what the figures say."""
    draft = drafted(facts)
    return {key: report.sections.get(key) or draft[key] for key in KEYS}


def frozen(report: YearReport) -> dict:
    facts = year_figures.of(report.year, report.day)
    return {"facts": facts, "texts": filled(report, facts), "edition": report.edition}


# ── as sections ─────────────────────────────────────────────────────────────────────────────────────────────────────


def sections(held: dict) -> list[Section]:
    """What is printed: a section without text, key figures and charts is left out."""
    with override("da"):
        facts, texts = held["facts"], held["texts"]
        found = [Section(key, str(label), _parts(key, texts[key], facts)) for key, label in SECTIONS]
        return [section for section in found if section.parts]


def _parts(key: str, text: str, facts: dict) -> list[Part]:
    """The text and then what is drawn; the stories of the projects, which can be many pages, come after their chart."""
    said, drawn = written(text), _drawn(key, facts)
    return [*drawn, *said] if key == "projects" else [*said, *drawn]


def written(text: str) -> list[Block]:
    """A section's text as blocks; a line of its own that begins with «# » is a heading."""
    found: list[Block] = []
    rest: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith("# ") and line[2:].strip():
            found += [*paragraphs("\n".join(rest)), Heading(line[2:].strip(), 3)]
            rest = []
        else:
            rest.append(line)
    return found + paragraphs("\n".join(rest))


def _drawn(key: str, facts: dict) -> list[Part]:
    """The key figures, charts and tables that belong to a section; none of an empty year."""
    if not facts["applications"]["submitted"]:
        return [] if key != "money" or not facts["account"]["budget"] else [year_charts.money(facts), account_table(facts)]
    match key:
        case "short":
            return [key_figures(facts)]
        case "money":
            charts = [year_charts.money(facts), year_charts.themes(facts), year_charts.centres(facts)]
            return [charts[0], account_table(facts), *charts[1:], year_charts.sizes(facts)]
        case "applicants":
            tables = [success_table(facts, "by_centre", _("Center")), success_table(facts, "by_kind", _("Slags enhed"))]
            return [year_charts.answers(facts), *tables, year_charts.days(facts)]
        case "effects":
            return [*year_charts.effects(facts), *effects_table(facts)]
        case "projects":
            return [year_charts.projects(facts)] if facts["projects"]["started"] else []
    return []


def charts(held: dict) -> list[Chart]:
    return [part for section in sections(held) for part in section.parts if isinstance(part, Chart)]


def key_figures(facts: dict) -> KeyFigures:
    """Four to six numbers of the year, each with what it counts."""
    found, account, projects = facts["applications"], facts["account"], facts["projects"]
    granted = ngettext("bevilget til %(count)s projekt", "bevilget til %(count)s projekter", found["granted"])
    items = [
        (f"{found['submitted']}", _sent_by(found["submitted"], found["units"])),
        (format_kroner(found["granted_amount"]), granted % {"count": found["granted"]}),
        (format_kroner(account["forbrug"]), _("brugt indtil nu")),
        (format_kroner(account["rest"]), _("ikke delt ud")),
    ]
    if found["rate"] is not None:
        items.insert(1, (f"{found['rate']}{NO_BREAK_SPACE}%", _("af dem, der fik svar, fik ja")))
    if projects["started"]:
        of_all = ngettext(
            "af %(started)s projekt er afsluttet", "af %(started)s projekter er afsluttet", projects["started"]
        )
        items.append((f"{projects['ended']}", of_all % {"started": projects["started"]}))
    return KeyFigures(items)


def _sent_by(applications: int, units: int) -> str:
    """«ansøgninger fra 12 enheder»."""
    by = ngettext("%(units)s enhed", "%(units)s enheder", units) % {"units": units}
    return ngettext("ansøgning fra %(by)s", "ansøgninger fra %(by)s", applications) % {"by": by}


def account_table(facts: dict) -> Table:
    """The year's account with the sum that proves it, and a row for each round."""
    labels = {
        "budget": _("Budget"),
        "reserveret": _("− Reserveret"),
        "disponeret": _("− Disponeret"),
        "forbrug": _("− Forbrug"),
        "tilbagefoert": _("+ Tilbageført"),
        "rest": _("Rest til ny bevilling"),
    }
    account = facts["account"]
    rows = [[label, format_kroner(account[key])] for key, label in labels.items()]
    caption = _("Puljens regnskab %(year)s pr. %(day)s, uden moms") % {
        "year": facts["year"],
        "day": said_day(date.fromisoformat(facts["day"])),
    }
    return Table(caption, [Column(_("Post"), width=3), Column(_("Beløb"), "right", 2)], rows[:-1], rows[-1])


def success_table(facts: dict, key: str, label: str) -> Table:
    """Applications, yes and money, by centre or by kind of unit."""
    rows = [
        [
            each["label"],
            str(each["submitted"]),
            str(each["granted"]),
            "–" if each["rate"] is None else f"{each['rate']}{NO_BREAK_SPACE}%",
            format_kroner(each["granted_amount"]),
        ]
        for each in facts[key]
    ]
    columns = [
        Column(label, width=40), Column(_("Søgte"), "right", 12), Column(_("Fik ja"), "right", 12),
        Column(_("Andel"), "right", 12), Column(_("Bevilget"), "right", 24),
    ]  # fmt: skip
    caption = _("Hvem søgte, og hvem fik penge: %(label)s") % {"label": label.lower()}
    return Table(caption, columns, rows)


def effects_table(facts: dict) -> list[Table]:
    """Every number that was added, with what it rests on and how many stand behind it."""
    rows = [
        [
            line["name"] or line["label"],
            year_sentences.number(year_charts.rounded(part["value"])),
            _span(part),
            line["unit"],
            year_sentences.basis(part["basis"]),
            str(part["count"]),
        ]
        for line in facts["effects"]["lines"]
        for part in line["parts"]
    ]
    columns = [
        Column(_("Virkning"), width=32), Column(_("Mængde"), "right", 13), Column(_("Lavt–højt"), "right", 17),
        Column(_("Måleenhed"), width=15), Column(_("Sådan ved vi det"), width=14), Column(_("Tal bag"), "right", 9),
    ]  # fmt: skip
    return [Table(_("Alle virkninger, der er lagt sammen"), columns, rows)] if rows else []


def _span(part: dict) -> str:
    low, high = (year_sentences.number(year_charts.rounded(part[name])) for name in ("low", "high"))
    return f"{low}–{high}" if low != high else "–"


# ── as a document ───────────────────────────────────────────────────────────────────────────────────────────────────


@override("da")
def cover(held: dict) -> Cover:
    facts = held["facts"]
    until = said_day(date.fromisoformat(facts["day"]))
    edition = [f"{held['edition']}. udgave, som afløser de tidligere"] if held["edition"] > 1 else []
    lead = "Hvad pengene gik til, hvad der kom ud af dem, og hvad vi lærte"
    return Cover(title(facts["year"]), "Årsberetning", lead, [f"Tallene er opgjort pr. {until}", *edition])


@override("da")
def blocks(held: dict) -> list[Block]:
    found: list[Block] = []
    for section in sections(held):
        found += [Heading(section.title), *(part.figure if isinstance(part, Chart) else part for part in section.parts)]
    return found


def foot(held: dict) -> str:
    return f"{title(held['facts']['year'])}. Årsberetning"


def empty_sections(held: dict) -> list[str]:
    """The labels of sections that will not be printed."""
    printed = {section.key for section in sections(held)}
    return [str(label) for key, label in SECTIONS if key not in printed]
