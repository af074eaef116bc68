"""Posting a valid form to one domain call: what it refuses stands on the form, with what was typed."""

from django.core.exceptions import PermissionDenied, ValidationError

from applications.door import NotYours, Refused
from applications.views.loading import refused
from people.views.answering import facts_of


def done(request, form, act, *, rest: str | None = None) -> bool:
    """Whether the form was posted, valid, and the call went through. «Not yours» is a 403.

    What is refused about a field that the form does not have stands at the field `rest`, or on top.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except NotYours as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        refused(form, refusal)
    except ValidationError as refusal:
        for name, texts in facts_of(refusal).items():
            form.add_error(name if name in form.fields else rest, texts)
    else:
        return True
    return False
