"""Posting a valid form to one domain call: what it refuses stands on the form, with what was typed."""

from django.core.exceptions import PermissionDenied, ValidationError

from applications.door import NotYours, Refused, WrongAnswers


def done(request, form, act) -> bool:
    """Whether the form was posted, valid, and the call went through. «Not yours» is a 403."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except NotYours as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except WrongAnswers as wrong:
        _put(form, wrong.errors)
    except ValidationError as wrong:
        _put(form, wrong.message_dict if hasattr(wrong, "error_dict") else {None: wrong.messages})
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False


def _put(form, errors: dict) -> None:
    for name, texts in errors.items():
        for text in texts if isinstance(texts, list) else [texts]:
            form.add_error(name if name in form.fields else None, text)
