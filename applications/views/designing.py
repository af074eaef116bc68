"""The pages on which a consultant designs a list of questions for a round: the list, one question, an act with its page.

A `Place` says which list it is: the round's own questions in the form, or its evaluation. The preview is the form as those
who answer see it. Everything is kept apart from what is answered until it is published.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pool.forms import accepted
from pool.forms.rounds import ConfirmForm
from pool.models import Round
from questionnaires import answering, designing
from questionnaires.forms import Asked, QuestionForm
from questionnaires.models import Question

PREVIEW = "vis_"
NEW = "nyt"


@dataclass(frozen=True)
class Place:
    """One list of questions of a round. `names`: the names of its pages by what they do, those it lacks left out."""

    title: str
    lead: str
    empty: str
    nothing: str
    subject: Callable[[Round], str]
    named: Callable[[Round], str]
    must_be_open: Callable[[Round], None]
    names: dict[str, str]


def design(place: Place, round_id) -> tuple[Round, object, list[Question]]:
    """The round, the version that is designed now, and its questions."""
    round_ = get_object_or_404(Round.objects.select_related("pool_year"), pk=round_id)
    version = designing.newest(place.subject(round_))
    return round_, version, designing.questions_of(version)


def back_to_list(place: Place, round_):
    return redirect(place.names["page"], round_.pk)


def listed(request, place: Place, round_id):
    """The questions in order; a press moves or copies one."""
    round_, version, questions = design(place, round_id)
    if request.method == "POST":
        _act(request, place, round_)
        return back_to_list(place, round_)
    context = {
        "round": round_, "version": version, "stamp": designing.stamp(version), "preview": Asked(questions, PREVIEW),
        "rows": [(question, answering.condition(question, questions)) for question in questions],
        "changes": changes(place, round_, version, questions), "title": place.title, "place": place,
    }  # fmt: skip
    return render(request, "questionnaires/design.html", context)


def changes(place: Place, round_, version, questions) -> dict:
    """What is not published yet."""
    if version is None or version.published_at:
        return {}
    before = designing.questions_of(designing.published(place.subject(round_)))
    return designing.differences(before, questions) or {"rettet": [_("Rækkefølgen")]}


def _act(request, place: Place, round_) -> None:
    key, seen, of = request.POST.get("key", ""), request.POST.get("stamp", ""), (place.subject(round_), place.named(round_))
    acts = {
        "up": lambda: designing.move(*of, seen, key, -1),
        "down": lambda: designing.move(*of, seen, key, 1),
        "copy": lambda: designing.duplicate(*of, seen, key),
    }
    try:
        place.must_be_open(round_)
        acts.get(request.POST.get("act"), lambda: None)()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))


def question(request, place: Place, round_id, key):
    """One question with the form as those who answer will see it."""
    round_, version, questions = design(place, round_id)
    at = next((spot for spot, each in enumerate(questions) if each.key == key), None)
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
    elif valid and accepted(form, lambda: _put(place, round_, request.POST.get("stamp", ""), form.facts(), key)):
        messages.success(request, _("Spørgsmålet er gemt. Det bliver først stillet, når du udgiver.")
                         if "publish" in place.names else _("Spørgsmålet er gemt."))  # fmt: skip
        return back_to_list(place, round_)
    shown = [*before, draft, *questions[len(before) + 1 :]]
    context = {
        "round": round_, "form": form, "key": key, "preview": Asked(shown, PREVIEW), "edited": PREVIEW + draft.key,
        "stamp": request.POST.get("stamp") or designing.stamp(version), "title": place.title, "place": place,
    }  # fmt: skip
    return render(request, "questionnaires/question_form.html", context)


def _put(place: Place, round_, seen, facts, key) -> None:
    place.must_be_open(round_)
    designing.put(place.subject(round_), place.named(round_), seen, facts, "" if key == NEW else key)


def confirm(request, place: Place, round_, act, **words):
    """An act on a page of its own; its form carries the stamp of what it shows."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)

    def call():
        place.must_be_open(round_)
        act(request.POST.get("stamp", ""))

    if form.is_bound and form.is_valid() and accepted(form, call):
        messages.success(request, words["done"])
        return back_to_list(place, round_)
    stamp = designing.stamp(designing.newest(place.subject(round_)))
    context = {"round": round_, "form": form, "stamp": stamp, "place": place, **words}
    return render(request, "questionnaires/confirm.html", context)


def remove(request, place: Place, round_id, key):
    round_, _version, questions = design(place, round_id)
    there = next((each for each in questions if each.key == key), None)
    if there is None:
        raise Http404
    lead = _("Spørgsmålet stilles, til du udgiver ændringerne. Svar, som enheder allerede har skrevet, bliver gemt hos dem.")
    return confirm(
        request,
        place,
        round_,
        lambda seen: designing.remove(place.subject(round_), place.named(round_), seen, key),
        title=_("Slet «%(label)s»?") % {"label": there.label},
        lead=lead if "publish" in place.names else "",
        button=_("Slet spørgsmålet"),
        done=_("Spørgsmålet er slettet."),
        danger=True,
    )
