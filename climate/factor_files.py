"""What the factor files say: every factor with source, family, boundary and what is plausible. Reads decimals, never floats.

Leaves out what must not be used: interpolated rows (the path interpolates itself), fuels marked historical, fuels
without a CO2 factor.
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median

from climate.models import Family

DATA = Path(__file__).parent / "data"
PER_KWH, PER_KM, PER_TONNE, PER_ITEM, PER_KG = "kg CO2e/kWh", "kg CO2e/km", "kg CO2e/ton", "kg CO2e/stk.", "kg CO2e/kg"


@dataclass(frozen=True)
class Facts:
    """One factor as the files say it now."""

    key: str
    name: str
    family: Family
    value: Decimal
    unit: str
    year: int
    boundary: str
    source: str
    least: Decimal
    most: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    caveat: str = ""

    def fields(self) -> dict:
        """As the model holds them; without a range of its own a factor is its own range."""
        plain = {name: getattr(self, name) for name in FIELDS}
        return plain | {
            "low": self.value if self.low is None else self.low,
            "high": self.value if self.high is None else self.high,
        }


FIELDS = ("key", "name", "family", "value", "unit", "year", "boundary", "least", "most", "caveat")


def sources() -> list[dict]:
    return [{**row, "year": int(row["year"])} for row in rows("sources.csv")]


def factors() -> list[Facts]:
    found = [*_br18(), *_fuels(), *_uk(), *_materials(), *_furniture(), *_food(), *_burnt(), *_assumed()]
    return sorted(found, key=lambda facts: facts.key)


def rows(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ── energy ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CARRIERS = {"el": "El", "fjernvarme": "Fjernvarme", "ledningsgas": "Ledningsgas"}
PATH = "Hele kæden fra udvinding til forbrug, gennemsnit for Danmark, som det ventes at blive i året"
BURNT = "CO2 fra forbrændingen alene, uden udvinding og transport af brændslet"
UNITS = {"liter": "liter", "kg": "kg", "Nm3": "Nm³", "ton": "ton"}


def _br18():
    for row in rows("dk_br18_bilag2_tabel8.csv"):
        for carrier, name in CARRIERS.items():
            if row["kind"] == "published":
                yield Facts(
                    f"br18.{carrier}.{row['year']}", f"{name} i {row['year']}", Family.ENERGY,
                    Decimal(row[f"{carrier}_kgco2e_per_kwh"]), PER_KWH, int(row["year"]), PATH, "br18", Decimal(0), Decimal(1),
                    caveat="Til fremtidige besparelser. Mellem de år, bygningsreglementet nævner, er værdien en ret linje.",
                )  # fmt: skip


def _fuels():
    for row in rows("dk_hb2016_fuels.csv"):
        if not row["kgco2_per_unit"] or "historisk" in row["fuel_da"]:
            continue
        key, unit = f"hb2016.{row['fuel_en'].replace(' ', '_').lower()}.{row['unit'].lower()}", UNITS[row["unit"]]
        yield Facts(
            f"{key}.co2", f"{row['fuel_da']}, CO2 pr. {unit}", Family.ENERGY, Decimal(row["kgco2_per_unit"]), f"kg CO2/{unit}",
            2016, BURNT, "hb2016", Decimal("0.5"), Decimal(4000), caveat="CO2 alene; metan og lattergas er ikke med.",
        )  # fmt: skip
        yield Facts(
            f"{key}.kwh", f"{row['fuel_da']}, energi pr. {unit}", Family.ENERGY, Decimal(row["kwh_per_unit"]), f"kWh/{unit}",
            2016, "Nedre brændværdi", "hb2016", Decimal(1), Decimal(20_000),
        )  # fmt: skip


# ── transport, and the trap beside it ───────────────────────────────────────────────────────────────────────────────

FUELS = {"Petrol": "benzin", "Diesel": "diesel", "Hybrid": "hybrid", "Unknown": "ukendt brændstof"}
SIZES = {"Small car": "Lille bil", "Medium car": "Mellemstor bil", "Large car": "Stor bil"}
OTHER_WAYS = {"25_314_3143_11_1": ("bus", "Bus, pr. passager"), "25_315_3147_11_1": ("train", "Tog, pr. passager")}
DRIVEN = "Udstødningen under kørslen; ikke brændstoffets fremstilling og ikke bilens"
TREATED = {"Closed-loop": "til genanvendelse", "Incineration with Energy Recovery": "til forbrænding"}
WASTE = {"Plastics: average plastics": ("plastics", "Plast"), "Paper and board: mixed": ("paper", "Papir og pap")}
TRAP = (
    "Tallet dækker kun kørsel med affaldet og er det samme for genanvendelse og forbrænding. Det må aldrig bruges til at "
    "sige, at sortering sparer CO2, eller at den ikke gør."
)


def _uk():
    found = rows("uk_desnz_2025_used.csv")
    by_size = {(row["level_3"], row["column_text"]): Decimal(row["factor_2025"]) for row in found}
    for row in found:
        value = Decimal(row["factor_2025"])
        if row["level_2"] == "Cars (by size)":
            yield _car(row["level_3"], row["column_text"], value, by_size)
        elif row["id"] in OTHER_WAYS:
            key, name = OTHER_WAYS[row["id"]]
            yield Facts(
                f"desnz2025.{key}", name, Family.TRANSPORT, value, "kg CO2e/km", 2025, "Kørslen, delt på passagererne",
                "desnz2025", Decimal(0), Decimal(1), caveat="Engelske busser og tog.",
            )  # fmt: skip
        else:
            key, name = WASTE[row["level_3"]]
            way = "recycled" if row["column_text"] == "Closed-loop" else "burnt"
            yield Facts(
                f"desnz2025.waste_handling.{key}.{way}", f"{name} {TREATED[row['column_text']]}: kun kørsel",
                Family.WASTE_HANDLING, value, PER_TONNE, 2025, "Indsamling og kørsel til anlægget", "desnz2025", Decimal(0),
                Decimal(1000), caveat=TRAP,
            )  # fmt: skip


def _car(size, fuel, value, by_size) -> Facts:
    """Of the average car the range is from the small to the large one with the same fuel."""
    average = size == "Average car"
    return Facts(
        f"desnz2025.car.{size.partition(' ')[0].lower()}.{fuel.lower()}",
        f"{'Gennemsnitsbil' if average else SIZES[size]}, {FUELS[fuel]}", Family.TRANSPORT, value, PER_KM, 2025, DRIVEN,
        "desnz2025", Decimal(0), Decimal(1), *((by_size["Small car", fuel], by_size["Large car", fuel]) if average else ()),
        caveat="Engelske biler og engelsk blanding af brændstof.",
    )  # fmt: skip


# ── materials, furniture, food ──────────────────────────────────────────────────────────────────────────────────────

MATERIALS = {
    "papir": "Papir", "pap": "Pap", "glas": "Glas", "metal": "Metal, blandet (dåser)", "metal_staal": "Stål (dåser)",
    "metal_aluminium": "Aluminium (dåser og folie)", "plast": "Plast, blandet", "plast_bloed": "Blød plast (folie)",
    "plast_haard": "Hård plast", "tekstil_genbrug": "Tøj og tekstiler", "trae_genbrug": "Træ",
}  # fmt: skip
MIXED = {"metal": ("metal_staal", "metal_aluminium"), "plast": ("plast_haard", "plast_bloed")}
REUSED = "Re-used"


def _materials():
    found = {row["fraction_key"]: row for row in rows("waste_avoided_virgin_uk2025.csv")}
    for key, row in found.items():
        how = ("reused", "brugt igen i stedet for nyt") if row["secondary_route"] == REUSED else ("recycled", "genanvendt")
        low, high = (Decimal(found[each]["avoided_kgco2e_per_t"]) for each in MIXED.get(key, (key, key)))
        common = {"family": Family.MATERIALS, "unit": PER_TONNE, "year": 2025, "source": "virgin2025"}
        limits = {"least": Decimal(0), "most": Decimal(40_000)}
        yield Facts(
            key=f"virgin2025.{how[0]}.{key}", name=f"{MATERIALS[key]}, {how[1]}", **common, **limits, low=low, high=high,
            value=Decimal(row["avoided_kgco2e_per_t"]),
            boundary="Fremstilling af nyt materiale minus fremstilling af genanvendt; ikke forbrænding og ikke kørsel",
            caveat="Forudsætter, at materialet erstatter nyt, kilo for kilo, uden tab af kvalitet.",
        )  # fmt: skip
        if how[0] == "recycled":
            yield Facts(
                key=f"virgin2025.avoided.{key}", name=f"{MATERIALS[key]}, slet ikke købt", **common, **limits,
                value=Decimal(row["primary_kgco2e_per_t"]), low=Decimal(row["secondary_kgco2e_per_t"]),
                boundary="Fremstilling af nyt materiale; lavt, hvis det ellers var lavet af genanvendt",
                caveat="Kun materialet, ikke forarbejdningen til en vare.",
            )  # fmt: skip


BOUNDARIES = {
    "cradle to grave": "Fra råvare til affald",
    "cradle to gate+": "Fra råvare til færdigt møbel og levering",
    "production incl. transport, no recycled content": "Fremstilling og transport, uden genanvendt materiale",
    "manufacture and distribution": "Fremstilling og levering",
    "programme average of avoided purchases": "Gennemsnit af undgåede køb i to kommuners genbrugsordninger",
}


def _furniture():
    for row in rows("furniture_compiled.csv"):
        yield Facts(
            f"furniture.{row['item_key']}", row["name_da"][:1].upper() + row["name_da"][1:], Family.FURNITURE,
            Decimal(row["mid"]), PER_ITEM, 2024, BOUNDARIES[row["boundary"]], "furniture", Decimal(1), Decimal(1000),
            Decimal(row["low"]), Decimal(row["high"]), f"Kilde: {row['source']}.",
        )  # fmt: skip


GROUPS = {
    "meat_fish": "Kød og fisk", "cheese_butter": "Ost og smør", "milk_egg": "Mælk, yoghurt og æg",
    "grain": "Brød, ris og pasta", "plants": "Grønt, frugt og bælgfrugter",
}  # fmt: skip
TO_SHOP = "Fra mark til butik i Frankrig; ikke tilberedning og ikke ændret brug af jord"


def _food():
    foods = {row["slug_fr"]: row for row in rows("ademe_agribalyse_food.csv")}
    common = {"family": Family.FOOD, "unit": PER_KG, "year": 2026, "boundary": TO_SHOP, "source": "agribalyse"}
    limits = {"least": Decimal("0.1"), "most": Decimal(160)}
    for slug, row in foods.items():
        seasonal = row["detail"] == "total_only"
        yield Facts(
            key=f"agribalyse.{slug}", name=row["name_da"][:1].upper() + row["name_da"][1:], **common, **limits,
            value=Decimal(row["kgco2e_per_kg"]),
            caveat="Kun et samlet tal; kan afhænge af årstiden." if seasonal else "",
        )  # fmt: skip
    for group, name in GROUPS.items():
        own = [
            Decimal(foods[row["slug_fr"]]["kgco2e_per_kg"]) for row in rows("food_groups.csv") if row["group_key"] == group
        ]
        yield Facts(
            key=f"agribalyse.group.{group}", name=name, **common, **limits, value=median(own), low=min(own), high=max(own),
            caveat=f"Medianen af {len(own)} madvarer, regnet ud her. Lav og høj er den laveste og den højeste af dem.",
        )  # fmt: skip


BURNT_PREFIX = "burnt."


def _burnt():
    for row in rows("waste_burnt.csv"):
        yield Facts(
            f"{BURNT_PREFIX}{row['key']}", row["name_da"], Family.INCINERATION, Decimal(row["mid"]), "kg CO2/ton", 2026,
            row["boundary"], "burnt", Decimal(0), Decimal(4000), Decimal(row["low"]), Decimal(row["high"]),
            "Et skøn. Kun CO2, og kun den fossile; varme og strøm fra forbrændingen er ikke trukket fra.",
        )  # fmt: skip


def _assumed():
    for row in rows("assumptions.csv"):
        yield Facts(
            f"assumed.{row['key']}", row["name_da"], Family.ASSUMED, Decimal(row["mid"]), row["unit"], 2026,
            "Et skøn, som beregneren bruger, når I ikke ved bedre", "assumed", Decimal(0), Decimal(1), Decimal(row["low"]),
            Decimal(row["high"]), "Ikke målt.",
        )  # fmt: skip
