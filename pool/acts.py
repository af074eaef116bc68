"""What a person may do with a round now: the buttons of its page, and the reason where one must wait."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.roles import Role
from pool import cases, rounds
from pool.models import Round

KEEPS_ROUNDS = (Role.CONSULTANT,)


@dataclass(frozen=True)
class Act:
    label: str
    address: str
    main: bool = False
    reason: str = ""


def offered(round: Round, status: Round.Status, person) -> list[Act]:
    """Those that may be taken now, and those that a reason holds back; none for who only reads."""
    if not person.has_role(*KEEPS_ROUNDS):
        return []
    acts = []
    if not round.announced_at and not round.archived_at:
        reason = rounds.why_not_announced(round)
        acts.append(_act(round, _("Annoncér runden"), "announce", main=True, reason=reason))
    if not round.archived_at:
        acts.append(_act(round, _("Ret"), "edit-round"))
        if questions := cases.questions_address(round.pk):
            acts.append(Act(str(_("Rundens spørgsmål")), questions))
    if not rounds.why_not_moved(round) and status != Round.Status.DECIDED:
        acts.append(_act(round, _("Flyt fristen"), "move-deadline"))
        acts.append(_act(round, _("Giv en enhed mere tid"), "extend"))
    acts.append(_act(round, _("Kopiér til et andet år"), "clone"))
    if status in (Round.Status.CLOSED, Round.Status.DECIDED):
        acts.append(_act(round, _("Arkivér"), "archive", reason=rounds.why_not_archived(round)))
    return acts


def _act(round: Round, label, name: str, **more) -> Act:
    return Act(str(label), reverse(f"pool:{name}", args=[round.pk]), **more)
