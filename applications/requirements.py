"""What a step needs. Each function gets (case, person) and answers "" or the reason why not yet, in Danish.

The reason is shown where the button would have been. Also here: what a question of a step may choose among.
"""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import content
from journal import clock
from pages.money import format_kroner
from people.models import Person, RoleAssignment, Unit
from people.roles import Role
from pool import ledger
from pool.models import Round

USUAL_DAYS_TO_ANSWER = 7


# ── the unit ────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_author(case, person) -> str:
    if case.authors.filter(person=person).exists():
        return ""
    return _("Det kan kun den, der selv har skrevet i ansøgningen.")


def never_submitted(case, person) -> str:
    return _("Ansøgningen har været sendt ind; træk den tilbage i stedet.") if case.version_number else ""


def round_is_open(case, person) -> str:
    if case.round.is_open_for(case.unit):
        return ""
    if clock.now() < case.round.opens or case.round.announced_at is None:
        return _("Runden er ikke åbnet endnu.")
    return _("Fristen er overskredet. I kan flytte kladden til næste runde eller bede konsulenten om mere tid.")


def form_is_complete(case, person) -> str:
    lacks = content.missing(case)
    if not lacks:
        return ""
    return _("Der mangler %(count)s svar. Se listen under «Tjek dine svar».") % {"count": len(lacks)}


def other_open_rounds(case):
    now = clock.now()
    rounds = Round.objects.filter(announced_at__isnull=False, archived_at=None, opens__lte=now, deadline__gt=now)
    return rounds.exclude(pk=case.round_id)


def questions_answered(case, person) -> str:
    open_ones = case.questions.filter(status="open", answer="").count()
    return _("Der er %(count)s spørgsmål, I ikke har svaret på.") % {"count": open_ones} if open_ones else ""


def version_awaits_endorsement(case, person) -> str:
    version = case.current_version()
    return "" if version and version.endorsed_at is None else _("Den nyeste udgave er allerede godkendt.")


# ── assessment ──────────────────────────────────────────────────────────────────────────────────────────────────────


def round_closed_or_quick(case, person) -> str:
    if case.round.is_quick or not case.round.is_open_for(case.unit):
        return ""
    return _("Runden er stadig åben for enheden. Vurderingen begynder efter fristen.")


def has_declared(case, person) -> str:
    declaration = next((row for row in case.declarations.all() if row.person_id == person.pk), None)
    if declaration is None:
        return _("Erklær først, om du har en interesse i sagen (habilitet).")
    if declaration.level == "possible" and declaration.settled_by_id is None:
        return _("Du har oplyst en mulig interesse. En leder skal først tage stilling.")
    return ""


def version_is_endorsed(case, person) -> str:
    version = case.current_version()
    if version is not None and version.endorsed_at is not None:
        return ""
    return _("Enhedens leder har ikke godkendt den nyeste udgave.")


def gates_are_answered(case, person) -> str:
    left = len(case.round.gates.all()) - len(case.gate_answers.all())
    return _("Der mangler svar på %(count)s krav.") % {"count": left} if left else ""


def enough_assessments(case, person) -> str:
    """The round's number of assessors, and one who gave no substantial help when somebody did."""
    assessors = {assessment.assessor_id for assessment in case.assessments.all()}
    left = case.round.assessors_required - len(assessors)
    if left > 0:
        return ngettext("Der mangler point fra %(count)s bedømmer.", "Der mangler point fra %(count)s bedømmere.", left) % {
            "count": left
        }
    helpers = {given.person_id for given in case.help_given.all() if given.substantial}
    if helpers and not assessors - helpers:
        return _("Der er givet væsentlig hjælp til ansøgningen: en anden skal også give point.")
    return ""


def hearings_are_answered(case, person) -> str:
    hearings = case.hearings.all()
    if case.needs_building_hearing and not hearings:
        return _("Projektet berører bygninger eller grunde: hør Ejendomme & Indkøb først.")
    if any(hearing.stated_at is None and hearing.due >= clock.today() for hearing in hearings):
        return _("En hørt enhed har ikke svaret, og dens frist er ikke udløbet.")
    return ""


def files_are_scanned(case, person) -> str:
    """Who recommends has been able to read every file."""
    if any(file.is_waiting for file in case.attachments.all()):
        return _("Et bilag venter på viruskontrol. Indstil, når det er kontrolleret.")
    return ""


def recommended_it(case, person) -> str:
    return "" if case.recommended_by_id == person.pk else _("Kun den, der har indstillet, kan kalde indstillingen tilbage.")


def gates_allow_a_grant(case) -> str:
    """For a grant: every required gate met, and enough of the optional ones (the round says how many)."""
    met = {answer.gate_id: answer.met for answer in case.gate_answers.all()}
    gates = list(case.round.gates.all())
    failed = [gate.name for gate in gates if gate.required and not met.get(gate.pk)]
    if failed:
        text = ngettext(
            "Kravet er ikke opfyldt: %(gates)s. Sagen kan kun indstilles til afslag.",
            "Kravene er ikke opfyldt: %(gates)s. Sagen kan kun indstilles til afslag.",
            len(failed),
        )
        return text % {"gates": "; ".join(failed)}
    optional = sum(1 for gate in gates if not gate.required and met.get(gate.pk))
    if optional < case.round.optional_gates_needed:
        return _("Mindst %(needed)s af de valgfrie krav skal være opfyldt; %(met)s er det.") % {
            "needed": case.round.optional_gates_needed,
            "met": optional,
        }
    return ""


# ── the manager ─────────────────────────────────────────────────────────────────────────────────────────────────────


def main_track(case, person) -> str:
    return _("Runden er et hurtigt spor: afgør sagen efter delegation.") if case.round.is_quick else ""


def quick_track(case, person) -> str:
    return "" if case.round.is_quick else _("Runden går til politisk behandling.")


def money_left(case, person) -> str:
    return shortage(ledger.room_as_read(case.round), case.recommended_amount or 0)


def shortage(room: int, amount: int) -> str:
    """Why an amount does not fit in what is left of the round, or ""."""
    if amount <= room:
        return ""
    return _("Der er %(room)s tilbage i runden, og der er indstillet %(amount)s") % {
        "room": format_kroner(room),
        "amount": format_kroner(amount),
    }


def within_delegation(case, person) -> str:
    if not case.recommended_amount:
        return _("Sagen er indstillet til afslag.")
    if case.recommended_amount > (case.round.delegated_limit or 0):
        return _("Beløbet er over grænsen for delegation: %(limit)s") % {
            "limit": format_kroner(case.round.delegated_limit or 0)
        }
    return ""


# ── the committee ───────────────────────────────────────────────────────────────────────────────────────────────────


def approval_counts(case, person) -> str:
    if case.approved_version == case.version_number:
        return ""
    return _("Godkendelsen gælder en ældre udgave af ansøgningen.")


def live_item(case):
    """The agenda item the case stands on now, or None."""
    return next((placement.item for placement in case.placements.all() if not placement.outcome), None)


def meeting_not_held(case, person) -> str:
    item = live_item(case)
    if item and item.meeting.status in ("planned", "cancelled"):
        return ""
    return _("Mødet er holdt. Registrér i stedet, at sagen er udsat.")


def decision_is_recorded(case, person) -> str:
    item = live_item(case)
    if item and item.status in ("decided", "final"):
        return ""
    return _("Beslutningen registreres for hele punktet på mødets side.")


def may_correct_the_minutes(case, person) -> str:
    """The secretary; a manager when a manager decided it or the letter is out (workflow.md, reopen_decision)."""
    from applications.roles import roles_on

    needed = Role.MANAGER if case.approved_at is None or case.letter_released_at else Role.SECRETARY
    if needed in roles_on(person, case):
        return ""
    return _("Det skal en leder gøre.") if needed == Role.MANAGER else _("Det skal udvalgssekretæren gøre.")


# ── what the questions choose among ─────────────────────────────────────────────────────────────────────────────────


def _holders(role: Role):
    held = RoleAssignment.objects.in_force().filter(role=role)
    return Person.objects.filter(pk__in=held.values("person"))


def possible_officers(case):
    return _holders(Role.CONSULTANT)


def possible_co_assessors(case):
    return _holders(Role.CO_ASSESSOR)


def planned_meetings(case):
    from applications.models import Meeting

    meetings = Meeting.objects.filter(status="planned", at__gt=clock.now()).select_related("committee")
    if case.round.committee_id:
        return meetings.filter(committee=case.round.committee)
    return meetings


def meetings_of_other_bodies(case):
    from applications.models import Meeting

    item = live_item(case)
    meetings = Meeting.objects.filter(status="planned", at__gt=clock.now()).select_related("committee")
    return meetings.exclude(committee=item.meeting.committee) if item else meetings


def question_fields(case):
    """What the consultant may ask about: every field that opens by itself; files come with the whole form."""
    return [(field.name, field.label) for field in content.fields_of(case).values() if not field.holds_files]


def usual_due_date(case):
    return clock.today() + timedelta(days=USUAL_DAYS_TO_ANSWER)


def hearing_units():
    """Units that are heard when buildings or grounds are touched (Ejendomme & Indkøb)."""
    return Unit.objects.filter(hears_building_cases=True, valid_to=None)


def advice_so_far(case) -> str:
    """What the consultant has advised the unit, should it be refused."""
    first = case.refusal_advice.filter(is_supplement=False).first()
    return first.text if first else ""
