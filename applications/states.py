"""The states of a case; who takes it from one to the next is in applications.workflow and applications.project_workflow."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Kladde")
    AWAITING_ENDORSEMENT = "awaiting_endorsement", _("Afventer leders godkendelse")
    SUBMITTED = "submitted", _("Indsendt")
    UNDER_ASSESSMENT = "under_assessment", _("Under faglig vurdering")
    AWAITING_INFORMATION = "awaiting_information", _("Afventer oplysninger")
    RECOMMENDED = "recommended", _("Indstillet af konsulenten")
    APPROVED_FOR_DECISION = "approved_for_decision", _("Godkendt til politisk behandling")
    ON_AGENDA = "on_agenda", _("På dagsorden")
    GRANTED = "granted", _("Bevilget")
    REFUSED = "refused", _("Afslag")
    WITHDRAWN = "withdrawn", _("Trukket tilbage")
    ACTIVE = "active", _("I gang")
    REPORTED = "reported", _("Slutrapport afleveret")
    COMPLETED = "completed", _("Afsluttet")
    CANCELLED = "cancelled", _("Afbrudt")
    LAPSED = "lapsed", _("Bortfaldet")


# a project runs, or has run
PROJECT = frozenset({State.ACTIVE, State.REPORTED, State.COMPLETED, State.CANCELLED})
# decided with money, whatever became of it
GRANTED_ONCE = PROJECT | {State.GRANTED, State.LAPSED}
# the decision stands and nothing has come of it yet: what its letter may still have to tell
DECIDED = frozenset({State.GRANTED, State.REFUSED})
# the round has its answer
FINAL = GRANTED_ONCE | {State.REFUSED, State.WITHDRAWN}
# nothing more happens
ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.COMPLETED, State.CANCELLED, State.LAPSED})
WITH_THE_UNIT = frozenset({State.DRAFT, State.AWAITING_ENDORSEMENT, State.AWAITING_INFORMATION})
BEFORE_DECISION = (
    State.AWAITING_ENDORSEMENT,
    State.SUBMITTED,
    State.UNDER_ASSESSMENT,
    State.AWAITING_INFORMATION,
    State.RECOMMENDED,
    State.APPROVED_FOR_DECISION,
    State.ON_AGENDA,
)
