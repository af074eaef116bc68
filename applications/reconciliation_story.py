"""The story of a reconciliation in words: who read the file in, and what was said about its lines."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import FinanceFile
from journal import chain
from pages.money import format_kroner

TITLES = {
    "read_finance_file": gettext_lazy("Filen er læst ind"),
    "match_again": gettext_lazy("Sammenlignet igen"),
    "confirm_sure": gettext_lazy("De sikre par er bekræftet"),
    "confirm_match": gettext_lazy("Linje og bilag hører sammen"),
    "reject_match": gettext_lazy("Linje og bilag hører ikke sammen"),
    "not_ours": gettext_lazy("En linje er ikke puljens"),
    "ours_after_all": gettext_lazy("En linje er alligevel puljens"),
    "erase_kind": gettext_lazy("Slettet, fordi fristen er gået"),
    "postpone_erasure": gettext_lazy("Sletning er udsat"),
    "resume_erasure": gettext_lazy("Sletning er ikke længere udsat"),
}
NEWEST = 60


def entries(file: FinanceFile) -> list[dict]:
    """What the timeline component shows, the newest first."""
    return [_entry(event) for event in chain.story(file.subject).reverse()[:NEWEST]]


def _entry(event) -> dict:
    facts = event.payload
    rows = facts["linjer"] if isinstance(facts.get("linjer"), list) else [facts["linje"]] if "linje" in facts else []
    text = [_("Linje %(rows)s") % {"rows": ", ".join(map(str, rows))}] if rows else []
    text += [_("%(count)s par") % {"count": facts["antal"]}] if "antal" in facts else []
    text += [format_kroner(facts["beløb"])] if "beløb" in facts else []
    text += [facts["begrundelse"]] if facts.get("begrundelse") else []
    return {"at": event.at, "title": str(TITLES[event.step]), "actor": str(event.actor), "text": "\n".join(text)}
