"""The drafted text of a yearly report, section by section, from its frozen figures: true for any year, also an empty one.

Lines that begin with «# » are headings, «- » lists (publishing.year_report reads them). What a unit wrote is put on one
line, so that it can be neither.
"""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_lazy as _

from applications.dates import day, short_day
from applications.models import Effect
from pages.money import NO_BREAK_SPACE, format_kroner
from pages.numbers import number
from publishing.wording import closed, counted, cut, first_large, full_stop, join, many, one_line, opened
from publishing.year_charts import rounded

# sections that only people can write: what is asked of them
ASKS = {
    "foreword": _("Skriv et kort forord: Hvad var det vigtigste i året, og hvem vil du takke? Et tomt afsnit trykkes ikke."),
    "changes": _("Skriv, hvad puljen ændrer næste år, og hvorfor. Et tomt afsnit trykkes ikke."),
}


def _day(facts: dict) -> str:
    return day(date.fromisoformat(facts["day"]))


# ── the year and its money ──────────────────────────────────────────────────────────────────────────────────────────


def short(facts: dict) -> str:
    found, account = facts["applications"], facts["account"]
    if not found["submitted"]:
        return f"Der kom ingen ansøgninger til puljen i {facts['year']}."
    said = [
        f"Puljen fik {many(found['submitted'], 'ansøgning', 'ansøgninger')} i {facts['year']}. {_answered(found)}",
        f"Der er brugt {format_kroner(account['forbrug'])} pr. {_day(facts)}. {_ended(facts['projects'])}",
    ]
    return "\n\n".join(line.strip() for line in said)


def _answered(found: dict) -> str:
    if not found["granted"]:
        return "Ingen har fået penge endnu." if found["waiting"] else "Ingen fik penge."
    return full_stop(f"{first_large(counted(found['granted']))} fik penge, i alt {format_kroner(found['granted_amount'])}")


def _ended(found: dict) -> str:
    if not found["started"]:
        return "Ingen projekter er begyndt."
    started = first_large(many(found["started"], "projekt er begyndt", "projekter er begyndt"))
    if not found["ended"]:
        return f"{started}, og ingen er slut endnu."
    if found["ended"] == found["started"]:
        return f"{started}, og {'det er' if found['started'] == 1 else 'alle er'} slut."
    return f"{started}, og {'ét' if found['ended'] == 1 else counted(found['ended'])} er slut."


def money(facts: dict) -> str:
    account = facts["account"]
    if not account["budget"]:
        return f"Byrådet har ikke givet puljen penge i {facts['year']}."
    said = [
        f"Byrådet gav puljen {format_kroner(account['budget'])} i {facts['year']}. Alle beløb er uden moms.",
        f"Pr. {_day(facts)} er {format_kroner(account['forbrug'])} brugt. {_tied(account)}{_returned(account)}",
        f"{format_kroner(account['rest'])} er ikke delt ud." if account["rest"] else "Alle puljens penge er delt ud.",
    ]
    return "\n\n".join(said + _ceilings(facts))


def _tied(account: dict) -> str:
    left = account["disponeret"] - account["tilbagefoert"]
    said = f"{format_kroner(left)} er bevilget og ikke brugt endnu. " if left else ""
    if account["reserveret"]:
        said += f"{format_kroner(account['reserveret'])} er reserveret og venter på udvalget. "
    return said


def _returned(account: dict) -> str:
    amount = account["tilbagefoert"]
    return (
        f"{format_kroner(amount)} er ført tilbage til puljen, fordi projekter ikke brugte alle deres penge."
        if amount
        else ""
    )


def _ceilings(facts: dict) -> list[str]:
    lines = [
        f"- {one_line(each['name'])}: ramme {format_kroner(each['ceiling'])}, bevilget "
        f"{format_kroner(each['disponeret'] + each['forbrug'])}, brugt {format_kroner(each['forbrug'])}"
        for each in facts["rounds"]
    ]
    return ["\n".join(lines)] if lines else []


# ── who applied ─────────────────────────────────────────────────────────────────────────────────────────────────────


def applicants(facts: dict) -> str:
    found = facts["applications"]
    if not found["submitted"]:
        return "Ingen enheder søgte."
    units = first_large(many(found["units"], "enhed", "enheder"))
    sought = full_stop(f"{units} søgte om i alt {format_kroner(found['sought'])}")
    said = [f"{sought} {_rate(found)}"]
    if facts["days"]:
        said.append(" ".join(_waited(each) for each in facts["days"]))
    said.append(
        "Tabellerne viser, hvem der søgte, og hvor mange der fik ja. Grupper, hvor en enhed med afslag kunne genkendes, "
        "står samlet under «Øvrige»."
    )
    return "\n\n".join(said)


def _rate(found: dict) -> str:
    if found["rate"] is None:
        return "Ingen har fået svar endnu."
    decided = found["granted"] + found["refused"]
    said = f"{found['granted']} af {decided} fik ja. Det er {found['rate']}{NO_BREAK_SPACE}%."
    if found["withdrawn"]:
        said += f" {first_large(many(found['withdrawn'], 'ansøgning', 'ansøgninger'))} blev trukket tilbage."
    if found["waiting"]:
        said += f" {first_large(many(found['waiting'], 'ansøgning', 'ansøgninger'))} venter på svar."
    return said


def _waited(each: dict) -> str:
    name = one_line(each["round"])
    if each["least"] == each["most"]:
        return f"I «{name}» gik der {many(each['most'], 'dag', 'dage')} fra ansøgning til svar."
    return f"I «{name}» gik der fra {each['least']} til {each['most']} dage fra ansøgning til svar."


# ── what came of it ─────────────────────────────────────────────────────────────────────────────────────────────────


def effects(facts: dict) -> str:
    found = facts["effects"]
    if not found["lines"] and not found["left_out"]:
        return "Ingen projekter har rapporteret virkninger endnu."
    said = [
        f"{_reporters(found)} Vi siger altid, hvor sikkert et tal er: «Målt» er vejet, talt eller aflæst. «Beregnet» bygger "
        "på faktorer med en kilde. «Skønnet» er en vurdering.",
        "\n".join(f"- {_line(line)}" for line in found["lines"]),
    ]
    if found["lasting"] or found["not_lasting"]:
        said += ["# CO2e over de år, virkningerne varer", "\n".join(_lasting(each) for each in found["lasting"])]
        said += [found["not_lasting"]]
    if found["left_out"]:
        said += ["# Det er ikke lagt til", "\n".join(f"- {_left(each)}" for each in found["left_out"])]
    return "\n\n".join(part for part in [*said, *found["says"]] if part)


def _reporters(found: dict) -> str:
    if found["reported"] == found["projects"]:
        return f"Tallene kommer fra {many(found['reported'], 'projekt', 'projekter')}."
    reported = "ét" if found["reported"] == 1 else counted(found["reported"])
    others = "Det sidste" if found["projects"] - found["reported"] == 1 else "De andre"
    of_all = many(found["projects"], "projekt", "projekter")
    return f"Tallene kommer fra {reported} af {of_all}. {others} har ikke rapporteret endnu."


def _line(line: dict) -> str:
    label = f"{line['label']} ({line['name']})" if line["name"] else line["label"]
    return f"{label}: {join([_amount(part, line['unit']) for part in line['parts']])}"


def basis(code: str) -> str:
    return str(Effect.Basis(code).label)


def _amount(part: dict, unit: str) -> str:
    value, low, high = (number(rounded(part[name])) for name in ("value", "low", "high"))
    span = f" (mellem {low} og {high})" if low != high else ""
    return f"{value}{NO_BREAK_SPACE}{unit} er {basis(part['basis'])}{span}"


def _lasting(each: dict) -> str:
    value = number(rounded(each["value"]))
    return f"- {each['name']}: {value}{NO_BREAK_SPACE}kg CO2e, {basis(each['basis'])}. {each['says']}"


def _left(each: dict) -> str:
    return f"{each['label']}, {many(each['count'], 'tal', 'tal')}: {each['reason']}"


# ── projects, lessons ───────────────────────────────────────────────────────────────────────────────────────────────


def projects(facts: dict) -> str:
    found = facts["projects"]
    if not found["started"]:
        return "Ingen projekter er begyndt."
    if not found["told"]:
        begun = first_large(many(found["started"], "projekt", "projekter"))
        return f"{begun} er begyndt. Ingen har fortalt deres historie endnu."
    said = [part for each in found["told"] for part in (f"# {one_line(each['title'])}", _project(each))]
    if others := found["others"]["count"]:
        more = first_large(many(others, "projekt", "projekter"))
        title, whose = ("Det andet", "sin") if others == 1 else ("De andre", "deres")
        said += [f"# {title}", f"{more} er med i tallene, men har ikke fortalt {whose} historie her."]
    return "\n\n".join(said)


def _project(each: dict) -> str:
    got = f"{opened(one_line(each['unit']))} fik {format_kroner(each['granted'])}"
    used = "" if each["spent"] == each["granted"] else f" og har brugt {format_kroner(each['spent'])}"
    outcome, lesson = cut(each["outcome"] or each["lead"]), cut(each["lesson"])
    learned = f" Det lærte de: {lesson}" if lesson and lesson not in outcome else ""
    return f"{full_stop(got + used)} {outcome}{learned} Læs mere: {each['address']}"


def lessons(facts: dict) -> str:
    told = [each for each in facts["projects"]["told"] if each["lesson"].strip()]
    if not told:
        return "Ingen projekter har fortalt, hvad de lærte, endnu."
    return "\n".join(f"- {cut(each['lesson'])} ({one_line(each['unit'])})" for each in told)


# ── method and data ─────────────────────────────────────────────────────────────────────────────────────────────────


def method(facts: dict) -> str:
    said = [
        f"Pengene er puljens eget regnskab pr. {_day(facts)}. Hvert beløb er summen af bogførte bevægelser.",
        "Virkningerne er projekternes egne tal fra deres nyeste rapport. Vi lægger kun tal sammen, når de måler det samme: "
        "samme virkning, samme måleenhed og samme grundlag. Et tal, der er en del af et andet, tælles kun én gang. CO2e fra "
        "forskellige slags faktorer står hver for sig.",
        "CO2e over flere år er regnet år for år med bygningsreglementets faktorer (BR18), når det gælder energi i "
        "bygninger. Ellers er det årets tal gange de år, projektet siger, virkningen varer.",
        "Lavt og højt er det spænd, projektet har oplyst. Er der intet spænd, bruger vi tallet selv.",
    ]
    if sources := facts["effects"]["sources"]:
        said += ["# Faktorernes kilder", "\n".join(f"- {_source(each)}" for each in sources)]
    else:
        said.append("Ingen af tallene er beregnet med faktorer fra puljens eget register.")
    return "\n\n".join(said)


def _source(each: dict) -> str:
    caveat = f". {closed(each['caveat'])}" if each["caveat"] else ""
    return f"{each['family']}: {each['title']}, {each['publisher']} {each['year']}, licens {each['licence']}{caveat}"


def data(facts: dict) -> str:
    site, told = facts["site"], short_day(date.fromisoformat(facts["told_on"]))
    return (
        f"Projekterne og deres tal kan læses på {site}/resultater/. Hvert tal kan følges til det, det bygger på.\n\n"
        f"Bevillinger, resultater og tal ligger som åbne data på {site}/data/. De må bruges frit, når kilden nævnes.\n\n"
        f"Penge og svar er opgjort pr. {_day(facts)}. Virkninger og historier er, som de var den {told}."
    )


def changes(facts: dict) -> str:
    """What people have written at each round that they will do otherwise; without it nothing."""
    told = [each for each in facts["rounds"] if each["next_time"].strip()]
    lines = [f"- {one_line(line)}" for each in told for line in each["next_time"].splitlines() if one_line(line)]
    return "\n".join(lines)


def asked(facts: dict) -> str:
    """Only people can write it."""
    return ""


WRITERS: dict[str, Callable[[dict], str]] = {
    "foreword": asked,
    "short": short,
    "money": money,
    "applicants": applicants,
    "effects": effects,
    "projects": projects,
    "lessons": lessons,
    "changes": changes,
    "method": method,
    "data": data,
}
