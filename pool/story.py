"""The story of a round or a year in words: every event with who, when and what changed."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from journal import chain
from pages.money import format_kroner

TITLES = {
    "plan_round": gettext_lazy("Runden er oprettet"),
    "change_round": gettext_lazy("Runden er rettet"),
    "announce_round": gettext_lazy("Annonceret for alle enheder"),
    "move_deadline": gettext_lazy("Fristen er flyttet for alle"),
    "extend_deadline": gettext_lazy("En enhed har fået mere tid"),
    "open_evaluation": gettext_lazy("Evalueringen er åbnet"),
    "remind_evaluation": gettext_lazy("Påmindelse om evalueringen sendt"),
    "note_next_time": gettext_lazy("Noteret, hvad der skal ændres næste gang"),
    "archive_round": gettext_lazy("Lagt i arkivet"),
    "publish_questions": gettext_lazy("Rundens egne spørgsmål er udgivet"),
    "change_questions": gettext_lazy("Rundens egne spørgsmål er ændret"),
    "open_year": gettext_lazy("Puljeåret er oprettet"),
    "appropriate": gettext_lazy("Bevilling"),
    "cut": gettext_lazy("Bevilling sat ned"),
    "carry_over": gettext_lazy("Overført til et andet år"),
    "close_year": gettext_lazy("Puljeåret er afsluttet"),
    "change_account": gettext_lazy("Kontostrengen er rettet"),
}
# which of a round's own questions differ
DIFFERS = {"tilføjet": gettext_lazy("Nye"), "rettet": gettext_lazy("Rettet"), "fjernet": gettext_lazy("Fjernet")}
TONES = {"announce_round": "success", "move_deadline": "warning"}
AMOUNTS = frozenset({"ceiling", "delegated_limit", "minimum_amount", "maximum_amount"})


def entries(subject: str) -> list[dict]:
    """What the timeline component shows, newest first."""
    return [_entry(event) for event in chain.story(subject).reverse()]


def _entry(event) -> dict:
    return {
        "at": event.at,
        "title": str(TITLES.get(event.step, event.step)),
        "actor": str(event.actor) if event.actor_id else _("Systemet"),
        "text": "\n".join(_lines(event.step, event.payload)),
        "tone": TONES.get(event.step, ""),
    }


def _lines(step: str, facts: dict) -> list[str]:
    """What the event says beyond its title."""
    lines = []
    if "enhed" in facts:
        lines.append(facts["enhed"])
    if step == "move_deadline":
        lines.append(_("Fra %(old)s til %(new)s") % {"old": moment(facts["fra"]), "new": moment(facts["til"])})
    if step == "extend_deadline":
        lines.append(_("Ny frist: %(new)s") % {"new": moment(facts["til"])})
    if step == "plan_round" and "ramme" in facts:
        lines.append(_("Ramme: %(amount)s") % {"amount": format_kroner(facts["ramme"])})
    if "beløb" in facts:
        lines.append(format_kroner(facts["beløb"]))
    if step == "change_account":
        lines.append(f"{facts['før'] or _('ikke sat')} → {facts['konto'] or _('ikke sat')}")
    if step == "close_year":
        lines.append(_("Ikke overført: %(amount)s") % {"amount": format_kroner(facts["rest"])})
    if step == "carry_over":
        lines.append(_("Til %(year)s") % {"year": facts["til"]})
    lines += [f"{label}: {', '.join(facts[key])}" for key, label in DIFFERS.items() if key in facts]
    lines += [facts[key] for key in ("begrundelse", "beslutning", "tekst") if facts.get(key)]
    return lines + [change_words(name, *pair) for name, pair in facts.get("ændret", {}).items()]


def change_words(name: str, old, new) -> str:
    """«Ramme: 520.000 kr. → 600.000 kr.» of one changed field; long texts and lists are only named."""
    from pool.models import Round

    listed = {"criteria": _("Kriterier"), "gates": _("Krav")}
    if name in listed:
        return _("%(field)s er rettet") % {"field": listed[name]}
    label = str(Round._meta.get_field(name).verbose_name)
    label = label[:1].upper() + label[1:]
    if name in ("introduction", "exclusions", "themes", "committee"):
        return _("%(field)s er rettet") % {"field": label}
    return f"{label}: {shown(name, old)} → {shown(name, new)}"


def shown(name: str, value) -> str:
    if value in (None, ""):
        return _("ikke sat")
    if name in AMOUNTS:
        return format_kroner(value)
    return moment(value) if name in ("opens", "deadline", "answer_by") else str(value)


def moment(text: str) -> str:
    """A day, or a day and a time, from ISO text as Danes write it."""
    if len(text) == len("2026-02-03"):
        return date_format(date.fromisoformat(text), pgettext("date format", "j. F Y"))
    local = timezone.localtime(datetime.fromisoformat(text))
    return date_format(local, pgettext("date and time format", r"j. F Y \k\l. H.i"))
