"""The pages on which a consultant designs a round's own questions: the list, one question, publishing.

The preview is the form's own step. Everything is kept apart from what units answer until it is published.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import content, round_questions
from pages.access import opens_to
from pool.acts import KEEPS_ROUNDS
from pool.forms import accepted
from pool.forms.rounds import ConfirmForm
from pool.models import Round
from questionnaires import answering, designing
from questionnaires.forms import Asked, QuestionForm
from questionnaires.models import Question

PREVIEW = "vis_"
NEW = "nyt"


def _design(round_id) -> tuple[Round, object, list[Question]]:
    """The round, the version that is designed now, and its questions."""
    round_ = get_object_or_404(Round.objects.select_related("pool_year"), pk=round_id)
    version = designing.newest(round_.subject)
    return round_, version, designing.questions_of(version)


def _list(round_):
    return redirect("applications:round-questions", round_.pk)


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def page(request, round_id):
    """The questions in order; a press moves or copies one."""
    round_, version, questions = _design(round_id)
    if request.method == "POST":
        _act(request, round_)
        return _list(round_)
    context = {
        "round": round_, "version": version, "stamp": designing.stamp(version), "preview": Asked(questions, PREVIEW),
        "rows": [(question, answering.condition(question, questions)) for question in questions],
        "changes": _changes(round_, version, questions), "title": content.OWN_TITLE,
    }  # fmt: skip
    return render(request, "questionnaires/design.html", context)


def _changes(round_, version, questions) -> dict:
    """What is not published yet."""
    if version is None or version.published_at:
        return {}
    before = designing.questions_of(designing.published(round_.subject))
    return designing.differences(before, questions) or {"rettet": [_("Rækkefølgen")]}


def _act(request, round_) -> None:
    key, seen = request.POST.get("key", ""), request.POST.get("stamp", "")
    acts = {
        "up": lambda: designing.move(round_.subject, round_.name, seen, key, -1),
        "down": lambda: designing.move(round_.subject, round_.name, seen, key, 1),
        "copy": lambda: designing.duplicate(round_.subject, round_.name, seen, key),
    }
    try:
        round_questions.must_be_open(round_)
        acts.get(request.POST.get("act"), lambda: None)()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def question(request, round_id, key):
    """One question with the form as the units will see it."""
    round_, version, questions = _design(round_id)
    at = next((place for place, each in enumerate(questions) if each.key == key), None)
    if at is None and key != NEW:
        raise Http404
    before, there = (questions, None) if at is None else (questions[:at], questions[at])
    form = QuestionForm(before, there, request.POST or None)
    valid = form.is_bound and form.is_valid()
    draft = designing.changed(there, form.facts()) if there and form.is_bound else there
    if draft is None:
        draft = Question(key=NEW, **form.facts()) if form.is_bound else Question(key=NEW, kind=Question.Kind.TEXT)
    if request.POST.get("then") == "show":
        form.hush()
    elif valid and accepted(form, lambda: _put(round_, request.POST.get("stamp", ""), form.facts(), key)):
        messages.success(request, _("Spørgsmålet er gemt. Det bliver først stillet, når du udgiver."))
        return _list(round_)
    shown = [*before, draft, *questions[len(before) + 1 :]]
    context = {
        "round": round_, "form": form, "key": key, "preview": Asked(shown, PREVIEW), "edited": PREVIEW + draft.key,
        "stamp": request.POST.get("stamp") or designing.stamp(version), "title": content.OWN_TITLE,
    }  # fmt: skip
    return render(request, "questionnaires/question_form.html", context)


def _put(round_, seen, facts, key) -> None:
    round_questions.must_be_open(round_)
    designing.put(round_.subject, round_.name, seen, facts, "" if key == NEW else key)


def _confirm(request, round_, act, **words):
    """An act on a page of its own; its form carries the stamp of what it shows."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)

    def call():
        round_questions.must_be_open(round_)
        act(request.POST.get("stamp", ""))

    if form.is_bound and form.is_valid() and accepted(form, call):
        messages.success(request, words["done"])
        return _list(round_)
    stamp = designing.stamp(designing.newest(round_.subject))
    return render(request, "questionnaires/confirm.html", {"round": round_, "form": form, "stamp": stamp, **words})


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def remove(request, round_id, key):
    round_, _version, questions = _design(round_id)
    there = next((each for each in questions if each.key == key), None)
    if there is None:
        raise Http404
    return _confirm(
        request,
        round_,
        lambda seen: designing.remove(round_.subject, round_.name, seen, key),
        title=_("Slet «%(label)s»?") % {"label": there.label},
        lead=_(
            "Spørgsmålet stilles, til du udgiver ændringerne. Svar, som enheder allerede har skrevet, bliver gemt hos dem."
        ),
        button=_("Slet spørgsmålet"),
        done=_("Spørgsmålet er slettet."),
        danger=True,
    )


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def publish(request, round_id):
    round_, version, questions = _design(round_id)
    return _confirm(
        request,
        round_,
        lambda seen: round_questions.publish(round_, seen, request.user),
        title=_("Udgiv rundens spørgsmål"),
        lead=_("Fra nu af bliver enhederne spurgt om dette. En udgivet udgave kan ikke rettes, men afløses af en ny."),
        button=_("Udgiv"),
        done=_("Rundens spørgsmål er udgivet."),
        reason=designing.why_not_published(version),
        changes=_changes(round_, version, questions),
        drafts=round_questions.drafts_touched(round_),
    )


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def discard(request, round_id):
    round_, _version, _questions = _design(round_id)
    return _confirm(
        request,
        round_,
        lambda seen: designing.discard(round_.subject, seen),
        title=_("Fortryd ændringerne"),
        lead=_("Alt, der ikke er udgivet, slettes. Det, enhederne bliver spurgt om nu, står ved magt."),
        button=_("Fortryd ændringerne"),
        done=_("Ændringerne er fortrudt."),
        danger=True,
    )
