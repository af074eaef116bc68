"""The datasets under /data/: their names, columns and what each column means. Files, data dictionary and catalogue are made
from this list alone; a row that has a key that is not declared here is a fault (streams.as_cells).

A column is "text", "kroner" (øre within, kroner with two decimals outside), "integer" or "decimal".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from publishing.open_data import pool_figures, stories

KINDS = {"text": _("tekst"), "kroner": _("kroner"), "integer": _("helt tal"), "decimal": _("tal")}


@dataclass(frozen=True)
class Column:
    name: str
    means: str
    kind: str = "text"

    @property
    def says_kind(self) -> str:
        return str(KINDS[self.kind])


@dataclass(frozen=True)
class Dataset:
    """`rows` and `columns` are empty for the grants, whose form the 360Giving standard gives (threesixty)."""

    slug: str
    title: str
    about: str
    columns: tuple[Column, ...] = ()
    rows: Callable[[], Iterator[dict]] | None = None

    @property
    def is_standard(self) -> bool:
        return self.rows is None


PROJECT = (
    Column("projekt", _("Projektets nummer, det samme som i listen over tilskud")),
    Column("titel", _("Projektets titel, som den er offentliggjort")),
    Column("enhed", _("Den institution eller afdeling, der gennemførte projektet")),
    Column("center", _("Det center, som enheden hører under")),
    Column("aar", _("Puljens år"), "integer"),
    Column("temaer", _("Koder for temaer, adskilt af semikolon")),
    Column("verdensmaal", _("Numre på FN's verdensmål, adskilt af semikolon")),
    Column("side", _("Adressen på projektets side")),
)
DATASETS = (
    Dataset(
        "360giving",
        _("Tilskud fra bæredygtighedspuljen"),
        _("Hvert tilskud, der er bevilget: hvem fik det, hvor meget, hvornår, til hvad. I standarden 360Giving."),
    ),
    Dataset(
        "resultater",
        _("Projekternes resultater"),
        _("Det, de offentliggjorte projekter har opnået: ét tal pr. række, med grundlag, spænd, metode og kilde."),
        (
            *PROJECT,
            Column("indikator", _("Kode for det, der er talt eller målt, fx co2e, energy, reused")),
            Column("vaerdi", _("Tallet"), "decimal"),
            Column("enhed_for_vaerdi", _("Det, tallet er talt i, fx kg CO2e")),
            Column("mindst", _("Det mindste, tallet kan være; tomt, hvis det ikke er oplyst"), "decimal"),
            Column("hoejst", _("Det højeste, tallet kan være; tomt, hvis det ikke er oplyst"), "decimal"),
            Column("grundlag", _("measured (målt), calculated (beregnet) eller estimated (skønnet). Læg dem ikke sammen.")),
            Column("udgangspunkt", _("Hvordan det var før projektet")),
            Column("metode", _("Sådan har enheden fundet tallet")),
            Column(
                "co2e_slags",
                _("Kun CO2e: den slags faktorer, tallet er regnet med. Forskellige slags kan ikke lægges sammen."),
            ),
            Column("varer_aar", _("Så mange år varer virkningen, hvis det er oplyst"), "integer"),
            Column("kilde", _("Kilder til faktorerne og deres licens; tomt, når der ikke er regnet med faktorer")),
            Column("taeller_i", _("Pladsen for det tal i samme projekt, som dette tal allerede er talt med i"), "integer"),
            Column("plads", _("Tallets plads på projektets side"), "integer"),
            Column("bevis", _("Adressen på siden, der viser, hvad tallet bygger på")),
        ),
        stories.effects,
    ),
    Dataset(
        "noegletal",
        _("Puljens nøgletal"),
        _("Puljens penge og antal for hvert år og hver runde. Rækken uden runde er hele året."),
        (
            Column("aar", _("Puljens år"), "integer"),
            Column("runde", _("Rundens navn; tomt for hele året")),
            Column("ramme", _("Det beløb, runden højst kan bevilge; tomt for hele året"), "kroner"),
            Column("budget", _("Byrådets bevilling til året med ændringer; tomt for en runde"), "kroner"),
            Column("bevilget", _("Summen af de tilskud, som enhederne har fået brev om"), "kroner"),
            Column("brugt", _("Bilag og omplaceringer, som Økonomi har godkendt"), "kroner"),
            Column("tilbage", _("Bevilget, men givet tilbage til puljen"), "kroner"),
            Column("ansoegninger", _("Ansøgninger, der er sendt; tælles først, når fristen er gået"), "integer"),
            Column("tilskud", _("Antal tilskud"), "integer"),
            Column("afslag", _("Antal afslag"), "integer"),
            Column("afsluttede", _("Antal projekter, der er afsluttet"), "integer"),
        ),
        pool_figures.rows,
    ),
    Dataset(
        "opskrifter",
        _("Opskrifter: færdige projekter, andre kan gøre efter"),
        _("Hvad man gjorde, hvad det kostede i penge og timer, hvad det gav, og hvem man kan spørge."),
        (
            *PROJECT,
            Column("kort_fortalt", _("Projektet i få ord")),
            Column("hvad", _("Hvad man gjorde")),
            Column("aktiviteter", _("Det, der blev gjort, ét punkt pr. linje")),
            Column("pris", _("Det, projektet brugte af sit tilskud, uden moms"), "kroner"),
            Column("indkoeb", _("Det, pengene gik til, ét punkt pr. linje")),
            Column("timer", _("Egne timer brugt; tomt, hvis det ikke er oplyst"), "integer"),
            Column("virkning", _("Hvad der kom ud af det, med grundlag, ét tal pr. linje")),
            Column("laerte", _("Hvad man lærte")),
            Column("raad", _("Gode råd til andre")),
            Column("spoerg", _("Den funktion, man kan spørge; aldrig en person")),
            Column("fulgt_af", _("Så mange enheder har sendt en ansøgning, der følger projektet"), "integer"),
        ),
        stories.recipes,
    ),
)
BY_SLUG = {dataset.slug: dataset for dataset in DATASETS}


@dataclass(frozen=True)
class Form:
    """A way to fetch a dataset; `end` is the end of its address."""

    end: str
    media_type: str
    label: str
    means: str


FORMS = (
    Form(".json", "application/json", "JSON", _("til programmer")),
    Form(".csv", "text/csv", "CSV", _("komma mellem felter, punktum i tal")),
    Form("-excel.csv", "text/csv", _("CSV til Excel"), _("åbner rigtigt i et dansk regneark")),
)
