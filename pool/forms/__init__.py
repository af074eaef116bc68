"""Forms of the pool's account and its rounds: they read what was typed; the domain decides."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import Form


def accepted(form: Form, call: Callable) -> bool:
    """Make the domain's call; a refusal stands on the fields it names, what the form does not ask above them."""
    try:
        call()
    except ValidationError as refusal:
        errors = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        for name, texts in errors.items():
            for text in texts:
                form.add_error(name if name in form.fields else None, text)
        return False
    return True
