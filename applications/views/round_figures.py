"""The figures of a round, two rounds beside each other, both as files, and what to do differently next time."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications import round_charts, round_lines
from applications.forms.round_figures import CompareForm, NextTimeForm
from applications.round_figures import READERS, figures
from pages.access import opens_to
from pool import rounds
from pool.acts import KEEPS_ROUNDS
from pool.forms import accepted
from pool.models import Round


def _round(round_id) -> Round:
    return get_object_or_404(Round.objects.select_related("pool_year", "cloned_from"), pk=round_id)


@opens_to(*READERS)
@require_GET
def page(request, round_id):
    round_ = _round(round_id)
    found = figures(round_)
    context = {
        "round": round_,
        "found": found,
        "charts": round_charts.of(found),
        "before": _before(round_),
        "keeps": request.user.has_role(*KEEPS_ROUNDS),
    }
    return render(request, "applications/figures/page.html", context)


def _before(round_: Round) -> Round | None:
    """The round to compare with: the one it is a copy of, else the newest on the same track before it."""
    earlier = Round.objects.filter(track=round_.track, announced_at__isnull=False, opens__lt=round_.opens)
    return round_.cloned_from or earlier.order_by("-opens", "-id").first()


@opens_to(*READERS)
@require_GET
def csv(request, round_id):
    return _file(round_lines.as_csv(figures(_round(round_id))), f"tal-runde-{round_id}")


@opens_to(*READERS)
@require_GET
def compare(request):
    """Two rounds, the older first: what changed in words, and every figure of both."""
    form = CompareForm(request.GET or None)
    pair = form.chosen()
    context = {"form": form, "pair": pair, "same": form.is_bound and form.is_valid() and pair is None}
    if pair:
        changes = round_lines.changes(*(figures(row) for row in pair))
        context |= {"changes": changes, "words": round_lines.in_words(changes), "query": request.GET.urlencode()}
    return render(request, "applications/figures/compare.html", context)


@opens_to(*READERS)
@require_GET
def compare_csv(request):
    pair = CompareForm(request.GET or None).chosen()
    if pair is None:
        raise Http404
    changes = round_lines.changes(*(figures(row) for row in pair))
    return _file(round_lines.changes_csv(changes, *(row.name for row in pair)), "sammenligning-af-runder")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@opens_to(*KEEPS_ROUNDS)
@require_http_methods(["GET", "POST"])
def next_time(request, round_id):
    round_ = _round(round_id)
    form = NextTimeForm(request.POST or None, initial={"text": round_.next_time})

    def noted():
        rounds.note_next_time(round_, request.user, form.cleaned_data["text"])

    if request.method == "POST" and form.is_valid() and accepted(form, noted):
        messages.success(request, _("Det er noteret og vises, når den næste runde planlægges."))
        return redirect("applications:round-figures", round_.pk)
    return render(request, "applications/figures/next_time.html", {"round": round_, "form": form})
