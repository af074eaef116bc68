"""How a page posts a form to the domain, and shows what it refuses beside what was typed."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.shortcuts import render

from pages.numbers import whole


def posted(request):
    """What a form was sent with; None when the page is only opened. An empty post is a post."""
    return request.POST if request.method == "POST" else None


def seen_on(request) -> int:
    """The newest change that the posted page showed; a page that says none showed none."""
    return whole(request.POST.get("seen", "0"), -1)


def done(request, form, act) -> bool:
    """Post a valid form to the domain call; False when there is something to show."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except ValidationError as refusal:
        for name, texts in facts_of(refusal).items():
            form.add_error(name if name in form.fields else None, texts)
        return False
    return True


def facts_of(refusal: ValidationError) -> dict:
    return refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}


def form_page(request, form, title, *, back, trail=(), template="people/form.html", **context):
    """A page that is one form. `trail`: (words, address) of the pages above it."""
    context |= {"form": form, "title": title, "back": back, "trail": trail}
    return render(request, template, context)
