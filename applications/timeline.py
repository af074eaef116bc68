"""The story of a case as its page tells it: every event with who, when and what, in the reader's words.

The unit reads the same story without what belongs to the administration alone: scores, notes, impartiality, amounts
recommended, and the decision before its letter is released. What is said from the start of a project on is the project's:
who may read the case and not the project (a heard unit, a co-assessor, the secretary) reads that it happened, and no word.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.retention_rules import KINDS
from applications.roles import UNIT, may, roles_on
from applications.states import State
from applications.steps import STEPS
from journal import chain
from people.roles import Role

OTHER_EVENTS = {
    "create": gettext_lazy("Kladden er oprettet"),
    "declare": gettext_lazy("Habilitet erklæret"),
    "settle_declaration": gettext_lazy("Habilitet afgjort"),
    "answer_gates": gettext_lazy("Krav besvaret"),
    "assess": gettext_lazy("Point givet"),
    "ask_hearing": gettext_lazy("En anden enhed er hørt"),
    "state_hearing": gettext_lazy("Udtalelse modtaget"),
    "ask_consultant": gettext_lazy("Konsulenten er spurgt"),
    "answer_help": gettext_lazy("Konsulenten har svaret"),
    "log_help": gettext_lazy("Hjælp noteret"),
    "release_letter": gettext_lazy("Brevet er sendt til enheden"),
    "remove_infected_file": gettext_lazy("En fil med virus er fjernet"),
    "erase": gettext_lazy("Kladdens indhold er slettet"),
    "warn_of_lapse": gettext_lazy("Enheden er advaret om, at bevillingen bortfalder"),
    "remind": gettext_lazy("Påmindelse om en milepæl"),
    "move_milestone": gettext_lazy("En milepæl er flyttet"),
    "reach_milestone": gettext_lazy("En milepæl er nået"),
    "add_milestone": gettext_lazy("En milepæl er lagt til"),
    "send_status": gettext_lazy("Statusrapport sendt"),
    "send_effect": gettext_lazy("Rapport om effekten efter et år sendt"),
    "register_voucher": gettext_lazy("Bilag lagt ind"),
    "correct_voucher": gettext_lazy("Bilag rettet"),
    "remove_voucher": gettext_lazy("Bilag taget tilbage af enheden"),
    "accept_voucher": gettext_lazy("Bilag godkendt af Økonomi"),
    "refuse_voucher": gettext_lazy("Bilag afvist af Økonomi"),
    "undo_voucher": gettext_lazy("Bilagets godkendelse er fortrudt"),
    "confirm_transfer": gettext_lazy("Omplaceringen er bogført"),
    "confirm_return": gettext_lazy("Omplaceringen ved projektets afslutning er bogført"),
    "renew_transfer_order": gettext_lazy("Omplaceringen er skrevet om"),
    "ask_change": gettext_lazy("Enheden har bedt om en ændring"),
    "place_change": gettext_lazy("Ændringen er sat på et møde"),
    "approve_change": gettext_lazy("Ændringen er godkendt"),
    "refuse_change": gettext_lazy("Ændringen er afvist"),
    "withdraw_change": gettext_lazy("Ønsket om en ændring er trukket tilbage"),
    "note_talk": gettext_lazy("Samtale eller besøg noteret"),
    "add_photo": gettext_lazy("Billede lagt til"),
    "describe_photo": gettext_lazy("Et billedes tekst eller tilladelse er rettet"),
    "show_photo": gettext_lazy("Et billede må vises offentligt"),
    "hide_photo": gettext_lazy("Et billede vises ikke længere"),
    "remove_photo": gettext_lazy("Billede fjernet"),
    "note_consent": gettext_lazy("Samtykke noteret"),
    "withdraw_consent": gettext_lazy("Et samtykke er trukket tilbage"),
    "write_result": gettext_lazy("Historien om projektet er begyndt"),
    "see_result": gettext_lazy("Enheden har set og godkendt historien om projektet"),
    "send_result": gettext_lazy("Historien er sendt til Kommunikation"),
    "edit_result": gettext_lazy("Historien er rettet"),
    "return_result": gettext_lazy("Historien er sendt tilbage"),
    "schedule_result": gettext_lazy("Historien er planlagt til offentliggørelse"),
    "unschedule_result": gettext_lazy("Offentliggørelsen er ikke længere planlagt"),
    "publish_result": gettext_lazy("Historien er offentliggjort"),
    "unpublish_result": gettext_lazy("Historien er taget ned"),
    "keep_idea": gettext_lazy("Gemt som idé til næste runde"),
    "drop_idea": gettext_lazy("Ideen er fjernet"),
    "write_advice": gettext_lazy("Råd til enheden skrevet"),
    "add_advice": gettext_lazy("Konsulenten har skrevet et råd mere"),
    "erase_kind": gettext_lazy("Slettet, fordi fristen er gået"),
    "postpone_erasure": gettext_lazy("Sletning er udsat"),
    "resume_erasure": gettext_lazy("Sletning er ikke længere udsat"),
}
DONE = {
    "discard": gettext_lazy("Kladden er lagt væk"),
    "carry_over": gettext_lazy("Flyttet til en anden runde"),
    "request_endorsement": gettext_lazy("Sendt til leders godkendelse"),
    "take_back": gettext_lazy("Taget tilbage og rettes"),
    "decline_endorsement": gettext_lazy("Sendt tilbage til ansøgeren"),
    "endorse": gettext_lazy("Godkendt af leder og sendt ind"),
    "submit": gettext_lazy("Godkendt og sendt ind"),
    "reopen_draft": gettext_lazy("Åbnet igen for at rette"),
    "assign": gettext_lazy("Sagen er fordelt"),
    "start_assessment": gettext_lazy("Faglig vurdering begyndt"),
    "request_information": gettext_lazy("Bedt om oplysninger"),
    "ask_more": gettext_lazy("Spørgsmål stillet"),
    "provide_information": gettext_lazy("Svar sendt"),
    "endorse_answer": gettext_lazy("Nye svar godkendt af leder"),
    "resume_assessment": gettext_lazy("Vurderes uden flere svar"),
    "recommend": gettext_lazy("Indstillet"),
    "recall_recommendation": gettext_lazy("Indstilling kaldt tilbage"),
    "return_to_assessment": gettext_lazy("Sendt tilbage til vurdering"),
    "approve_recommendation": gettext_lazy("Godkendt til politisk behandling"),
    "grant_by_delegation": gettext_lazy("Bevilget efter delegation"),
    "refuse_by_delegation": gettext_lazy("Afslag efter delegation"),
    "place_on_agenda": gettext_lazy("Sat på dagsordenen"),
    "take_off_agenda": gettext_lazy("Taget af dagsordenen"),
    "grant": gettext_lazy("Bevilget"),
    "refuse": gettext_lazy("Afslag"),
    "postpone": gettext_lazy("Udsat"),
    "send_back": gettext_lazy("Sendt tilbage af udvalget"),
    "refer_onwards": gettext_lazy("Sendt videre"),
    "reopen_decision": gettext_lazy("Beslutningen er taget tilbage og registreres igen"),
    "withdraw": gettext_lazy("Trukket tilbage"),
    "start": gettext_lazy("Projektet er sat i gang"),
    "decline_grant": gettext_lazy("Enheden har sagt nej tak til pengene"),
    "lapse": gettext_lazy("Bevillingen er bortfaldet"),
    "report": gettext_lazy("Slutrapport afleveret"),
    "return_report": gettext_lazy("Slutrapporten er sendt tilbage"),
    "confirm_accounts": gettext_lazy("Regnskabet er godkendt"),
    "complete": gettext_lazy("Projektet er afsluttet"),
    "reopen_accounts": gettext_lazy("Regnskabet er genåbnet"),
    "propose_cancel": gettext_lazy("Det er foreslået at afbryde projektet"),
    "keep_going": gettext_lazy("Projektet fortsætter som før"),
    "cancel": gettext_lazy("Projektet er afbrudt"),
}
INTERNAL = frozenset(
    {"declare", "settle_declaration", "answer_gates", "assess", "log_help", "assign", "recall_recommendation"}
    | {"propose_cancel", "keep_going", "note_talk", "write_advice"}
    | {"postpone_erasure", "resume_erasure"}
)
DECISIONS = frozenset({"grant", "refuse", "grant_by_delegation", "refuse_by_delegation", "reopen_decision"})
SAID_TO_THE_UNIT = frozenset(
    {"decline_endorsement", "request_information", "ask_more", "resume_assessment", "send_back", "withdraw"}
    | {"decline_grant", "lapse", "return_report", "cancel", "refuse_voucher", "approve_change", "refuse_change"}
    | {"return_result", "unpublish_result"}
)


@dataclass(frozen=True)
class Entry:
    """What the timeline component shows."""

    at: object
    title: str
    actor: str
    text: str = ""
    tone: str = ""
    url: str = ""


def entries(case, person) -> list[Entry]:
    """The story for this person, newest first."""
    inside, follows = (may(person, case, action) for action in ("see_assessment", "see_project"))
    found, of_project = [], False
    for event in chain.story(case.subject):
        if inside or _for_the_unit(event, case):
            found.append(_entry(event, inside, silent=of_project and not follows))
        of_project = of_project or event.step == "start"
    return list(reversed(found))


def _for_the_unit(event, case) -> bool:
    if event.step in INTERNAL:
        return False
    return event.step not in DECISIONS or case.letter_released_at is not None


def _entry(event, inside: bool, silent: bool) -> Entry:
    answers = event.payload.get("svar", {})
    text = answers.get("reason") or answers.get("question") or answers.get("comment") or _what_went(event)
    if event.step != "erase_kind" and (silent or (not inside and event.step not in SAID_TO_THE_UNIT)):
        text = ""
    deputies = event.payload.get("stedfortræder for")
    actor = str(event.actor) if event.actor_id else _("Systemet")
    if deputies:
        actor = _("%(name)s (stedfortræder for %(for)s)") % {"name": actor, "for": ", ".join(deputies)}
    title = DONE.get(event.step) or OTHER_EVENTS.get(event.step) or event.step
    tone = (
        {State.GRANTED: "success", State.REFUSED: "error"}.get(event.payload.get("til"), "")
        if event.step in DECISIONS
        else ""
    )
    return Entry(event.at, str(title), actor, text, tone)


def _what_went(event) -> str:
    """Which kind of data was erased by its deadline."""
    kind = KINDS.get(event.payload.get("slags", ""))
    return str(kind.name) if kind else ""


def outcome_is_secret(case, person) -> bool:
    """To the unit's side a decision is not known before its letter is released."""
    held = getattr(case, "held", None) or roles_on(person, case)
    return case.letter_released_at is None and held <= UNIT | {Role.HEARD_UNIT}


def unnamed() -> list[str]:
    """Steps without words for the timeline; a test keeps this empty."""
    return sorted(STEPS.keys() - DONE.keys())
