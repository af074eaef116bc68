"""A report as the unit types it: its words, a row per activity, a row per effect beside what was promised.

A draft may lack anything. An effect that was promised is offered as a row with its kind and unit filled in; left without a
number it is no row. What cannot be read stays as it was typed, with a sentence.
"""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications import content, effects, reporting
from applications.forms.writing import MayLack, NamesItsRow, Rows
from applications.forms.writing_fields import LONGEST, LONGEST_KEY, USUAL_UNITS, Count
from applications.models import Effect, MeasuredEffect, ReportedActivity, StatusReport
from applications.report_writing import WITH_ACTIVITIES, WORDS_OF
from pages.fields import Number, Prose
from pages.numbers import number

NEEDED = {"summary", "result", "lessons"}
LONGEST_LIFE = 100
HINTS = {
    "summary": _("Hvad er gjort, hvad er på vej, og er der noget, der driller? Et par linjer er nok."),
    "result": _("Skriv det, så en kollega fra et andet sted kan forstå det."),
    "lessons": _("Hvad gik godt, og hvad ville I gøre anderledes?"),
    "advice": _("Hvad skal andre huske, hvis de vil gøre det samme?"),
    "anchoring": _("Hvem holder det i gang nu, hvor pengene er brugt?"),
    "hours": _("Et skøn er nok. Det hjælper andre med at se, hvad det kræver."),
}


class WordsForm(MayLack, forms.Form):
    def __init__(self, report: StatusReport, data=None):
        words = WORDS_OF[report.kind]
        super().__init__(data, initial={name: getattr(report, name) for name in words})
        for name in words:
            label = str(StatusReport._meta.get_field(name).verbose_name)
            asked = {"label": label[:1].upper() + label[1:], "help_text": HINTS[name]}
            if name == "hours":
                self.fields[name] = Count(required=False, **asked)
            else:
                self.fields[name] = Prose(longest=LONGEST, rows=5, required=name in NEEDED, **asked)
        if report.kind == StatusReport.Kind.STATUS:
            self.fields["lessons"].required = False


class ActivityRow(NamesItsRow, MayLack, forms.Form):
    may_lack = frozenset()
    text = Prose(label=_("Aktivitet"), longest=300, rows=2)
    status = forms.ChoiceField(label=_("Hvor langt"), choices=ReportedActivity.Status.choices)
    comment = Prose(label=_("Bemærkning"), longest=500, rows=2, required=False)

    def has_changed(self):
        """The choice alone, which stands there from the start, makes no row."""
        return any(name != "status" for name in self.changed_data)

    def plain(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("text", "status", "comment")}


class Hidden(forms.IntegerField):
    widget = forms.HiddenInput


class EffectRow(NamesItsRow, MayLack, forms.Form):
    """What was expected stands beside the number; `note` shows the calculation behind it under the row."""

    may_lack = frozenset()
    note = "applications/project/calculated.html"
    typed = ("value", "low", "high", "basis", "method", "lifetime")

    id = Hidden(required=False)
    expected = Hidden(required=False)
    indicator = forms.ChoiceField(label=_("Virkning"))
    value = Number(label=_("Mængde"))
    unit = Prose(label=_("Måleenhed"), longest=30, required=False, widget=forms.TextInput({"list": "usual-units"}))
    basis = forms.ChoiceField(label=_("Tallet er"), choices=[("", _("Vælg")), *Effect.Basis.choices])
    low = Number(label=_("Mindst"), required=False)
    high = Number(label=_("Højst"), required=False)
    baseline = Prose(label=_("Udgangspunkt før projektet"), longest=200, required=False)
    lifetime = forms.IntegerField(
        label=_("Varer så mange år"), required=False, min_value=1, max_value=LONGEST_LIFE,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "input-width-xs num"}),
        error_messages={
            "invalid": _("Skriv et helt antal år, fx 10."), "min_value": _("Skriv mindst 1 år."),
            "max_value": _("Skriv højst 100 år."),
        },
    )  # fmt: skip
    method = Prose(label=_("Sådan fandt I tallet"), longest=500, rows=3, required=False)
    overlaps = forms.ChoiceField(label=_("Tæller den allerede med i en anden?"), required=False)

    def __init__(self, *args, promises=None, calculated=None, stored=(), **options):
        super().__init__(*args, **options)
        named = [(kind.value, f"{kind.label} ({USUAL_UNITS[kind]})") for kind in Effect.Indicator]
        self.fields["indicator"].choices = [("", _("Vælg")), *named]
        self.calculated = calculated or {}
        self._offer(stored)
        if promised := (promises or {}).get(self._key("expected")):
            self.fields["value"].help_text = format_lazy(_("I forventede {promised}."), promised=promised)

    def _offer(self, stored) -> None:
        """The other effects of the report that this one may already count in; the first of a report has none."""
        others = [(str(pk), name) for pk, name in stored if pk != self._key("id")]
        self.fields["overlaps"].choices = [("", _("Nej, den tæller for sig")), *others]
        if not others:
            del self.fields["overlaps"]

    def _written(self, name: str) -> bool:
        return bool(str(self[name].data or "").strip())

    def _key(self, name: str) -> int | None:
        key = str(self[name].value() or "")
        return int(key) if key.isascii() and key.isdecimal() and len(key) < LONGEST_KEY else None

    @property
    def calculation_of(self) -> MeasuredEffect | None:
        """The effect as it is stored, when a calculation stands behind it."""
        return self.calculated.get(self._key("id"))

    def has_changed(self):
        """What was offered and left without an answer is no row."""
        names = self.typed if self._written("expected") else (*self.typed, "indicator", "baseline")
        return any(self._written(name) for name in names)

    def clean(self):
        found = self.cleaned_data
        value, low, high = (found.get(name) for name in ("value", "low", "high"))
        if value is not None and low is not None and low > value:
            self.add_error("low", _("Det mindste tal må ikke være over mængden."))
        if value is not None and high is not None and high < value:
            self.add_error("high", _("Det højeste tal må ikke være under mængden."))
        return found

    def plain(self) -> dict:
        row = {name: self.cleaned_data[name] for name in ("id", "expected", *reporting.EFFECT_FIELDS)}
        row["overlaps"] = int(self.cleaned_data.get("overlaps") or 0) or None
        return row | {"unit": row["unit"] or str(USUAL_UNITS[row["indicator"]])}


def _rows(kind, prefix: str, data, initial: list[dict], **options):
    """What is posted stands for itself: measured against what is stored, a row left as it was would seem empty."""
    made = forms.formset_factory(
        kind, formset=Rows, extra=0 if initial else 1, can_delete=True, max_num=content.MOST_ROWS, validate_max=True,
        absolute_max=content.MOST_ROWS + 20,
    )(data, prefix=prefix, initial=None if data is not None else initial, form_kwargs=options)  # fmt: skip
    made.use_required_attribute = False
    return made


class ReportSheet:
    """All that one report's page asks, from the draft as it is or from what was posted."""

    def __init__(self, report: StatusReport, data=None):
        promised = list(report.project.application.effects.all())
        promises = {effect.pk: promise(effect) for effect in promised}
        rows = report.measured_effects.exclude(calculation=None).select_related("calculation", "report")
        calculated = {row.pk: row for row in rows}
        data = data if data is None else _with_row(data)
        self.words = WordsForm(report, data)
        self.activities = self.effects = None
        if report.kind in WITH_ACTIVITIES:
            rows = [{"text": r.text, "status": r.status, "comment": r.comment} for r in report.activities.all()]
            self.activities = _rows(ActivityRow, "activities", data, rows)
        stored = [(row.pk, effects.named(row)) for row in report.measured_effects.all()]
        known = {"promises": promises, "calculated": calculated, "stored": stored}
        self.effects = _rows(EffectRow, "effects", data, _effect_rows(report, promised), **known)

    def forms(self) -> list:
        return [part for part in (self.words, self.activities, self.effects) if part is not None]

    def is_valid(self) -> bool:
        """Every part is asked: each says at once what is wrong in it."""
        return not [part for part in self.forms() if not part.is_valid()]

    def values(self) -> tuple[dict, list[dict], list[dict]]:
        activities = self.activities.plain() if self.activities is not None else []
        return self.words.cleaned_data, activities, self.effects.plain()


def promise(effect: Effect) -> str:
    """«2.100 kg/år (skønnet)»."""
    return f"{number(effect.value)} {effect.unit} ({effect.get_basis_display()})"


def _effect_rows(report: StatusReport, promised: list[Effect]) -> list[dict]:
    """What is written, then what was promised and has no answer yet."""
    written = list(report.measured_effects.all())
    rows = [
        {"id": row.pk, "expected": row.expected_id, "overlaps": row.overlaps_id or ""}
        | {name: getattr(row, name) for name in reporting.EFFECT_FIELDS}
        for row in written
    ]
    answered = {row.expected_id for row in written}
    return rows + [
        {"expected": effect.pk, "indicator": effect.indicator, "unit": effect.unit, "baseline": effect.baseline}
        for effect in promised
        if effect.pk not in answered
    ]


def _with_row(data):
    """The posted data with one empty row more, for who has no JavaScript."""
    prefix = data.get("add_row", "")
    key = f"{prefix}-TOTAL_FORMS"
    count = data.get(key, "")
    if prefix not in ("activities", "effects") or not count.isdecimal() or len(count) > 3:
        return data
    data = data.copy()
    data[key] = str(min(int(count) + 1, content.MOST_ROWS + 1))
    return data


def differences(mine: tuple, report: StatusReport) -> list[tuple[str, str, str]]:
    """(label, what is stored, what was typed) of the words that differ from what somebody else has saved."""
    found = []
    for name in WORDS_OF[report.kind]:
        stored, typed = (str(value or "").strip() for value in (getattr(report, name), mine[0].get(name)))
        if stored != typed:
            found.append((str(StatusReport._meta.get_field(name).verbose_name), stored, typed))
    return found
