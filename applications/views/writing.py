"""Writing an application: the form step by step.

A page saves what can be read and says what cannot. What somebody else changed meanwhile comes back side by side, and
what is posted after the case was closed for writing is shown to copy: nothing that was typed is lost.
"""

import functools
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import prefetch_related_objects
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import content, drafts, refusal, round_questions, uploads
from applications.door import NotYours
from applications.forms.writing import Sheet, anchor
from applications.papers import said
from applications.requirements import other_open_rounds
from applications.roles import MAY, roles_on, visible_to, with_standing
from applications.states import State
from applications.word_diff import GONE, NEW, SAME, Piece, word_diff
from documents.uploads import TOO_LARGE
from journal import clock
from pages.access import SIGNED_IN, opens_to
from people import kept


def load_to_write(request, number):
    """The case for who may write in it, with what a page of the form reads."""
    return with_deadline(writable(request, number))


def writable(request, number):
    """The bare case for who may write in it: 404 for who may not see it, 403 for who may only read."""
    rows = with_standing(visible_to(request.user), request.user).select_related("round", "unit", "changed_by")
    case = get_object_or_404(kept.with_kept(rows, request.user, request.path), number=number)
    case.held = roles_on(request.user, case)
    if MAY["see"].isdisjoint(case.held):
        raise Http404
    if MAY["edit"].isdisjoint(case.held):
        raise PermissionDenied
    return case


def with_deadline(case):
    """The case with the rows that every page of the form reads, and how it stands to its deadline."""
    prefetch_related_objects([case], "budget_lines", "effects", "round__extensions")
    case.standing = standing(case)
    case.advice = refusal.advice_for_copy(case)
    return case


def standing(case) -> dict:
    """How a draft stands to its deadline, and where it could go when that has passed."""
    closed = case.state == State.DRAFT and not case.round.is_open_for(case.unit)
    return {
        "deadline": case.round.deadline_for(case.unit),
        "missed": closed and clock.now() >= case.round.opens,
        "questions_changed": round_questions.is_behind(case),
        "aside": round_questions.aside(case) if case.is_not_sent else [],
        "other_rounds": closed and other_open_rounds(case).exists(),
    }


@opens_to(SIGNED_IN)
@kept.keeps_typed
@require_http_methods(["GET", "POST"])
def form_step(request, number, slug):
    case = load_to_write(request, number)
    step = next((step for step in content.steps_of(case) if step.slug == slug), None)
    if step is None and slug == content.OWN_STEP:
        step = content.FormStep(slug, content.OWN_TITLE, ())  # a page that somebody still has open
    if step is None:
        raise Http404
    if request.method == "POST":
        show = functools.partial(_show_step, request, step)
        return write(request, case, step.names, show, functools.partial(_onward, request, case, step))
    fields = drafts.open_fields(case, request.user)
    names = [name for name in step.names if name in fields]
    if not names:
        return closed(request, case)
    return _show_step(request, step, case, sheet_to_show(case, names))


def sheet_to_show(case, names, questions=()):
    """What the person had typed when their session ended; else the answers as they are."""
    typed = QueryDict(case.kept_typed) if case.kept_typed else None
    return Sheet(case, names, typed, questions)


def closed(request, case):
    """Nothing of this can be changed now: to where something can, or to the case."""
    if case.state == State.AWAITING_INFORMATION:
        return redirect("applications:answer-questions", case.number)
    messages.info(request, _("Ansøgningen kan ikke rettes nu. Den er «%(state)s».") % {"state": case.get_state_display()})
    return redirect(case)


def write(request, case, names, show, onward, questions=()):
    """Save a posted sheet. Answers the page that shows what is still to settle, or the way onward."""
    if case.kept_typed:
        kept.forget(request.user, request.path)
        if request.POST.get("then") == "discard":
            return redirect(request.path)
    sheet = Sheet(case, names, request.POST, questions, add_row=request.POST.get("add_row", ""))
    if not set(sheet.names) <= drafts.open_fields(case, request.user):
        return _too_late(request, case, sheet)
    values, seen = _chosen(sheet, request.POST)
    try:
        case = drafts.save(case.pk, request.user, values, seen)
    except NotYours:
        return _too_late(request, case, sheet)
    except drafts.Conflict as conflict:
        return _side_by_side(request, conflict, sheet)
    with_deadline(case)
    sheet.saved(case)
    problem = take_file(request, case, needed=request.POST.get("then") == "attach") if "attachments" in names else ""
    take_own_files(request, case, sheet)
    if sheet.unreadable or problem or request.POST.get("add_row"):
        return show(case, sheet, problem)
    return _aside(case, request.POST.get("then", "")) or onward()


# where a button inside the form leads, once what was typed is saved; the thing it is about has a number
ASIDE = {"remove": "applications:detach", "recalculate": "applications:recalculate", "let-go": "applications:let-go"}


def _aside(case, then: str):
    kind, _colon, key = then.partition(":")
    if then == "calculate":
        return redirect("applications:calculators", case.number)
    if kind in ASIDE and key.isascii() and key.isdigit() and len(key) < 10:
        return redirect(ASIDE[kind], case.number, int(key))
    return None


def _chosen(sheet, data) -> tuple[dict, dict]:
    """Values and digests to save: on the page of two texts the person has chosen one of each."""
    values, seen = sheet.values(), dict(sheet.seen)
    if "choosing" in data:
        for name in set(data.getlist("choosing")) & values.keys():
            choice = data.get(f"choose-{name}")
            if choice == "theirs":
                values.pop(name)
            elif choice != "mine":
                seen.pop(name)  # not chosen yet: the page of two texts comes again
    return values, seen


def take_file(request, case, needed=False) -> str:
    """Keep a file that came along; why not, or ""."""
    if getattr(request, "refused_file", False):
        return str(TOO_LARGE)
    if "file" not in request.FILES:
        return _("Vælg først en fil.") if needed else ""
    try:
        uploads.attach(case.pk, request.user, request.FILES["file"])
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    except NotYours as refusal:
        return str(refusal)
    return ""


def take_own_files(request, case, sheet) -> None:
    """Keep the files that came along to the round's own questions; why not stands at the question."""
    for name in sheet.files:
        if name in request.FILES:
            try:
                uploads.attach(case.pk, request.user, request.FILES[name], content.key_of(name))
                case.refresh_from_db(fields=["attachments"])  # what was read of them
                sheet.show_files(case)
            except (ValidationError, NotYours) as refusal:
                sheet.refuse_file(name, " ".join(getattr(refusal, "messages", [str(refusal)])))
        elif request.POST.get("then") == f"attach:{name}":
            sheet.refuse_file(name, str(TOO_LARGE if getattr(request, "refused_file", False) else _("Vælg først en fil.")))


def to_ask(case, field: str):
    """What was typed is saved; now ask the consultant about a field."""
    query = urlencode({"felt": field if field in content.fields_of(case) else ""})
    return redirect(f"{reverse('applications:ask-consultant', args=[case.number])}?{query}")


def _onward(request, case, step):
    """To where the pressed button leads."""
    slugs = [each.slug for each in content.steps_of(case)]
    if step.slug not in slugs:
        return redirect("applications:check-answers", case.number)
    place, then = slugs.index(step.slug), request.POST.get("then", "")
    here = reverse("applications:form-step", args=[case.number, step.slug])
    kind, _colon, what = then.partition(":")
    if kind == "ask":
        return to_ask(case, what)
    if then == "attach":
        return redirect(f"{here}#attachments")
    if kind == "attach":
        return redirect(f"{here}#{what}" if what in step.names else here)
    if then == "back":
        return redirect("applications:form-step", case.number, slugs[place - 1]) if place else redirect(case)
    if then == "stay":
        now = timezone.localtime(clock.now())
        messages.success(request, _("Gemt kl. %(time)s.") % {"time": f"{now:%H.%M}"})
        return redirect(here)
    if place + 1 < len(slugs):
        return redirect("applications:form-step", case.number, slugs[place + 1])
    return redirect("applications:check-answers", case.number)


def _show_step(request, step, case, sheet, problem=""):
    all_steps = content.steps_of(case)
    place = next((at for at, each in enumerate(all_steps) if each.slug == step.slug), 0)
    context = {
        "case": case, "step": step, "sheet": sheet, "problem": problem,
        "file_errors": [("id_file", problem)], "place": place + 1,
        "last": place + 1 == len(all_steps), "kept": request.method == "POST",
        "steps": indicator(case, step.slug), "total": sum(line.amount for line in case.budget_lines.all()),
        "files": round_questions.rows_of(case) if "attachments" in step.names else [],
    } | writing_together(request, case, step.slug)  # fmt: skip
    return render(request, "applications/writing/step.html", context)


def writing_together(request, case, here: str) -> dict:
    """What every page with a writing form says: whose form it is, who else writes, what is missing still."""
    return {
        "writer": kept.writer_word(request.user),
        "brought_back": request.method == "GET" and case.kept_typed,
        "also_writing": drafts.also_writing(case, request.user),
        "lacks": lacks_of(case), "here": here,
    }  # fmt: skip


def lacks_of(case) -> list[tuple]:
    """(what a complete form lacks, the anchor of its field); nothing while only questions are answered."""
    return [(lack, anchor(lack.field)) for lack in content.missing(case)] if case.state == State.DRAFT else []


def indicator(case, current: str) -> list[dict]:
    """The steps with how far each is; the look at all answers is the last."""
    lacks, items = content.missing(case), []
    for step in content.steps_of(case):
        own = [lack for lack in lacks if lack.step == step.slug]
        contradicts = any(content.is_answered(case, lack.field) for lack in own)
        state = "current" if step.slug == current else "error" if contradicts else "todo" if own else "done"
        url = reverse("applications:form-step", args=[case.number, step.slug])
        items.append({"label": step.title, "url": url, "state": state})
    last = {"label": _("Tjek dine svar"), "url": reverse("applications:check-answers", args=[case.number])}
    return [*items, last | {"state": "current" if current == "" else "todo"}]


# ── when two have written, and when it is too late ──────────────────────────────────────────────────────────────────


def _side_by_side(request, conflict, sheet):
    """Both texts of each field, to choose one; what was typed is carried along, also what could not be read yet."""
    theirs = {f"seen-{clash.field.name}": drafts.fingerprint(clash.theirs) for clash in conflict.clashes}
    names = [clash.field.name for clash in conflict.clashes]
    carried = [(key, theirs.get(key, value)) for key, value in sheet.typed([*names, *sheet.unreadable])]
    carried += [("choosing", name) for name in names] + [("then", request.POST.get("then", ""))]
    context = {
        "case": conflict.case, "carried": carried, "by": _one(conflict.clashes), "again": "choosing" in request.POST,
        "pairs": [_both(clash) for clash in conflict.clashes],
    }  # fmt: skip
    return render(request, "applications/writing/conflict.html", context, status=409)


def _one(clashes):
    """The one other person of all clashes, or None when they are several or unknown."""
    others = {clash.by for clash in clashes}
    return others.pop() if len(others) == 1 else None


def _both(clash) -> tuple:
    """(clash, mine, theirs), each as pieces, so that the words that differ can be seen where most are the same."""
    theirs, mine = said(clash.field, clash.theirs), said(clash.field, clash.mine)
    pieces = word_diff(theirs, mine)
    if not any(piece.kind == SAME for piece in pieces):
        return clash, [Piece(SAME, mine)] if mine else [], [Piece(SAME, theirs)] if theirs else []
    return clash, [piece for piece in pieces if piece.kind != GONE], [piece for piece in pieces if piece.kind != NEW]


def _too_late(request, case, sheet):
    """The case is no longer open for these fields: what was typed, to copy."""
    return render(request, "applications/writing/too_late.html", {"case": case, "words": sheet.words()}, status=409)
