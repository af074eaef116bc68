"""Tags for forms: one widget as the design system wants it, the error summary, the rows of a formset.

Knows Django's bound fields and nothing else. The templates in templates/dkfds/ (the crispy pack) are built from these.
"""

from django import forms, template
from django.template.loader import render_to_string

register = template.Library()
# attributes that our templates read and that no browser knows
OURS = {"prefix": False, "suffix": False}


def kind_of(field):
    """Which template draws a bound field: choices, checkbox, parts (several inputs), file, or the ordinary box."""
    widget = field.field.widget
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.MultiWidget):
        return "parts"
    return "file" if isinstance(widget, forms.FileInput) else "box"


@register.filter
def ui_kind(field):
    return kind_of(field)


@register.simple_tag
def widget(field):
    """The input itself, with the design system's class beside those the form asked for."""
    inner = field.field.widget
    css = {"checkbox": "form-checkbox", "file": "form-file"}.get(kind_of(field), "form-input")
    if isinstance(inner, forms.Select):
        css = "form-select"
    own = inner.attrs.get("class", "")
    attrs = {"class": f"{css} {own}".strip(), **{name: no for name, no in OURS.items() if name in inner.attrs}}
    if field.use_fieldset:
        attrs["aria-describedby"] = field.aria_describedby
    return field.as_widget(attrs=attrs)


def first_input(field):
    """The id that a link to the field must point at, or '' for a hidden one."""
    if field.is_hidden or not field.auto_id:
        return ""
    return f"{field.auto_id}_0" if kind_of(field) in {"choices", "parts"} else field.id_for_label


def errors_of_form(form):
    for name, texts in form.errors.items():
        where = first_input(form[name]) if name in form.fields else ""
        yield from ((where, text) for text in texts)


def errors_of(source):
    """(id, text) of every error of a bound form or formset, in the order of the page."""
    if source is None or source == "" or not source.is_bound:
        return
    if isinstance(source, forms.BaseFormSet):
        yield from (("", text) for text in source.non_form_errors())
        for form in source.forms:
            yield from errors_of_form(form)
    else:
        yield from errors_of_form(source)


@register.simple_tag
def error_summary(*sources):
    """Links to every field in error with the very words shown there; nothing when all is well."""
    flat = [form for source in sources for form in (source if isinstance(source, list) else [source])]
    errors = [error for form in flat for error in errors_of(form)]
    return render_to_string("components/error_summary.html", {"errors": errors}) if errors else ""


@register.simple_tag
def formset_rows(formset, label):
    return render_to_string("components/formset_rows.html", {"formset": formset, "label": label})
