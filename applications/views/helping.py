"""Help where the question is: the page of words, and asking the consultant about one field."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications import glossary
from pages.access import EVERYBODY, opens_to


@opens_to(EVERYBODY)
@require_safe
def words(request):
    return render(request, "applications/words.html", {"words": glossary.in_order()})
