"""The story of a person, a unit or a committee in words: every event with who, when and what changed.

Reads names of units and deputies with one query each. A field is called what the forms call it.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from journal import chain
from people.models import Committee, Person, Unit
from people.roles import Role

TITLES = {
    "enrol": gettext_lazy("Oprettet"),
    "amend_person": gettext_lazy("Oplysninger rettet"),
    "invite": gettext_lazy("Inviteret"),
    "mail_link": gettext_lazy("Link til at vælge adgangskode sendt"),
    "choose_password": gettext_lazy("Adgangskode valgt"),
    "bind_directory": gettext_lazy("Logget ind med kommunens login første gang"),
    "second_factor_on": gettext_lazy("Totrinslogin slået til"),
    "second_factor_moved": gettext_lazy("Totrinslogin flyttet til en anden telefon"),
    "second_factor_off": gettext_lazy("Totrinslogin slået fra"),
    "second_factor_removed": gettext_lazy("Totrinslogin fjernet af en administrator"),
    "recovery_codes_renewed": gettext_lazy("Nye nødkoder lavet"),
    "recovery_code_used": gettext_lazy("Nødkode brugt"),
    "order_export": gettext_lazy("Udtræk af oplysninger bestilt"),
    "erase_person": gettext_lazy("Personens oplysninger er slettet"),
    "postpone_erasure": gettext_lazy("Sletning er udsat"),
    "resume_erasure": gettext_lazy("Sletning er ikke længere udsat"),
    "deactivate": gettext_lazy("Adgangen er lukket"),
    "reactivate": gettext_lazy("Adgangen er åbnet igen"),
    "appoint": gettext_lazy("Rolle givet"),
    "end_role": gettext_lazy("Rolle afsluttet"),
    "found_unit": gettext_lazy("Enheden er oprettet"),
    "amend_unit": gettext_lazy("Oplysninger rettet"),
    "move_unit": gettext_lazy("Flyttet"),
    "close_unit": gettext_lazy("Lukket"),
    "found_committee": gettext_lazy("Udvalget er oprettet"),
    "read_register_file": gettext_lazy("Hentede en fil med enheder og personer"),
    "amend_committee": gettext_lazy("Oplysninger rettet"),
}
TONES = {
    "deactivate": "warning",
    "second_factor_removed": "warning",
    "second_factor_off": "warning",
    "close_unit": "warning",
    "end_role": "warning",
    "appoint": "success",
    "enrol": "success",
}
MODELS = {"amend_person": Person, "amend_unit": Unit, "amend_committee": Committee}


@dataclass(frozen=True)
class Names:
    """What ids in old events are called today."""

    units: dict[int, str]
    persons: dict[int, str]


def entries(subject: str) -> list[dict]:
    """What the timeline component shows, newest first."""
    events = list(chain.story(subject))
    names = _names(events)
    return [_entry(event, names) for event in reversed(events)]


def _names(events) -> Names:
    units = {event.payload["enhed"] for event in events if "enhed" in event.payload}
    persons = {event.payload.get("stedfortræder for") for event in events} - {None}
    return Names(
        dict(Unit.objects.filter(pk__in=units).values_list("pk", "name")) if units else {},
        dict(Person.objects.filter(pk__in=persons).values_list("pk", "name")) if persons else {},
    )


def _entry(event, names: Names) -> dict:
    return {
        "at": event.at,
        "title": str(TITLES.get(event.step, event.step)),
        "actor": str(event.actor) if event.actor_id else _("Systemet"),
        "text": "\n".join(_lines(event, names)),
        "tone": TONES.get(event.step, ""),
    }


def _lines(event, names: Names) -> list[str]:
    """What the event says beyond its title."""
    facts = event.payload
    match event.step:
        case "appoint" | "end_role":
            return _role_lines(event.step, facts, names)
        case "found_unit" if facts.get("under"):
            return [_("Under %(unit)s") % {"unit": facts["under"]}]
        case "move_unit":
            return [_("Fra %(old)s til %(new)s") % {"old": facts["fra"] or "–", "new": facts["til"]}]
        case "close_unit":
            return [_("Fra den %(day)s") % {"day": day_words(facts["fra"])}]
        case "read_register_file":
            return [_("%(new)s nye, %(changed)s ændret: %(file)s") % {**facts["talt"], "file": facts["fil"]}]
        case _:
            return changes_in(event)


def changes_in(event) -> list[str]:
    """What an amendment changed, a line for each field."""
    return _changes(MODELS.get(event.step), event.payload.get("ændret", {}))


def _role_lines(step: str, facts: dict, names: Names) -> list[str]:
    role, unit = Role(facts["rolle"]).label, names.units.get(facts["enhed"], "–")
    lines = [_("%(role)s i %(unit)s") % {"role": role, "unit": unit}]
    if step == "end_role":
        lines.append(_("Sidste dag: %(day)s") % {"day": day_words(facts["til"])})
    elif facts["til"]:
        lines.append(_("Fra %(first)s til %(last)s") % {"first": day_words(facts["fra"]), "last": day_words(facts["til"])})
    else:
        lines.append(_("Fra %(first)s") % {"first": day_words(facts["fra"])})
    if facts.get("fra kommunens login"):
        lines.append(_("Af en gruppe i kommunens login"))
    if facts.get("stedfortræder for"):
        lines.append(_("Stedfortræder for %(name)s") % {"name": names.persons.get(facts["stedfortræder for"], "–")})
    return lines


def _changes(model, changed: dict) -> list[str]:
    """«Antal ansatte: 22 → 14», in the order of the model: a database may forget the order of what it stores."""
    lines = []
    for field in model._meta.fields if changed else ():
        if field.name in changed:
            label, (old, new) = str(field.verbose_name), changed[field.name]
            lines.append(f"{label[:1].upper()}{label[1:]}: {_shown(field, old)} → {_shown(field, new)}")
    return lines


def _shown(field, value) -> str:
    if value in (None, ""):
        return _("ikke sat")
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    match field.get_internal_type():
        case "DateField":
            return day_words(value)
        case "DecimalField":
            return value.replace(".", ",")
    return str(value)


def day_words(iso: str) -> str:
    return date_format(date.fromisoformat(iso), pgettext("date format", "j. F Y"))
