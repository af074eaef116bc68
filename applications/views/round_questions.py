"""The pages on which a consultant designs a round's own questions; how each works is in applications.views.designing."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications import content, round_questions
from applications.views import designing as pages
from pages.access import opens_to
from pool.acts import KEEPS_ROUNDS
from questionnaires import designing

PLACE = pages.Place(
    title=content.OWN_TITLE,
    lead=gettext_lazy("Spørgsmål, som kun denne runde stiller. De bliver et trin i ansøgningen."),
    empty=gettext_lazy("Runden har ingen egne spørgsmål"),
    nothing=gettext_lazy("Ansøgningen stiller puljens faste spørgsmål. Her kan du føje rundens egne til."),
    subject=lambda round_: round_.subject,
    named=lambda round_: round_.name,
    must_be_open=round_questions.must_be_open,
    names={
        "page": "applications:round-questions",
        "question": "applications:round-question",
        "remove": "applications:remove-question",
        "publish": "applications:publish-questions",
        "discard": "applications:discard-questions",
    },
)


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def page(request, round_id):
    return pages.listed(request, PLACE, round_id)


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def question(request, round_id, key):
    return pages.question(request, PLACE, round_id, key)


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def remove(request, round_id, key):
    return pages.remove(request, PLACE, round_id, key)


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def publish(request, round_id):
    round_, version, questions = pages.design(PLACE, round_id)
    return pages.confirm(
        request,
        PLACE,
        round_,
        lambda seen: round_questions.publish(round_, seen, request.user),
        title=_("Udgiv rundens spørgsmål"),
        lead=_("Fra nu af bliver enhederne spurgt om dette. En udgivet udgave kan ikke rettes, men afløses af en ny."),
        button=_("Udgiv"),
        done=_("Rundens spørgsmål er udgivet."),
        reason=designing.why_not_published(version),
        changes=pages.changes(PLACE, round_, version, questions),
        drafts=round_questions.drafts_touched(round_),
    )


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def discard(request, round_id):
    round_, _version, _questions = pages.design(PLACE, round_id)
    return pages.confirm(
        request,
        PLACE,
        round_,
        lambda seen: designing.discard(round_.subject, seen),
        title=_("Fortryd ændringerne"),
        lead=_("Alt, der ikke er udgivet, slettes. Det, enhederne bliver spurgt om nu, står ved magt."),
        button=_("Fortryd ændringerne"),
        done=_("Ændringerne er fortrudt."),
        danger=True,
    )
