"""The sheet of answers that a page shows and reads: plain fields and rows together, and what each showed (`seen-…`).

A draft may lack anything, so nothing is required here; what must be there to send is in applications.content. What
cannot be read stays as it was typed, with a sentence, and does not keep the rest from being saved.
"""

from decimal import Decimal
from functools import cached_property

from django import forms
from django.db.models import prefetch_related_objects
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from applications import calculated, content, drafts, round_questions
from applications.forms.writing_fields import LONGEST, QUESTIONS, USUAL_UNITS, BudgetRow, EffectRow, Prose
from applications.papers import said
from questionnaires import fields as of_a_question
from questionnaires.answering import shown
from questionnaires.fields import plain

SEEN = "seen-"
NOT_IN_SHEET = {"attachments"}
SEVERAL_INPUTS = {"themes", "sdgs", "starts", "ends", "consent_to_publish"}


class MayLack:
    """Fields named in `may_lack` (all when it is None) are marked as needed and may still be left empty."""

    use_required_attribute = False
    may_lack: frozenset | None = None

    def full_clean(self):
        waived = [f for name, f in self.fields.items() if f.required and (self.may_lack is None or name in self.may_lack)]
        for field in waived:
            field.required = False
        super().full_clean()
        for field in waived:
            field.required = True


class AnswersForm(MayLack, forms.Form):
    """The plain fields among `names`, in that order; answers to questions are named `answer_<id>`."""

    def __init__(self, case, names, questions=(), data=None, initial=None):
        super().__init__(data, initial=initial)
        known = drafts.known_fields(case)
        asked = {f"{drafts.ANSWER}{question.pk}": question for question in questions}
        for name in names:
            if name in asked:
                self.fields[name] = Prose(label=asked[name].text, longest=LONGEST, rows=5)
            elif own := known[name].question:
                self.fields[name] = of_a_question.field(own)
            else:
                self.fields[name] = QUESTIONS[name](case)
                self.fields[name].label = known[name].label
                self.fields[name].required = known[name].required
            self.fields[name].error_messages["invalid_choice"] = gettext_lazy("Vælg blandt mulighederne.")
        of_a_question.show_when(self, content.PREFIX)
        self.case = case

    def full_clean(self):
        super().full_clean()
        if self.is_bound:
            self._forgive_what_nobody_asks()

    def _forgive_what_nobody_asks(self):
        """What cannot be read is no matter where the other answers do not call for it."""
        typed = {content.key_of(name): plain(value) for name, value in self.cleaned_data.items()}
        called_for = shown(round_questions.asked(self.case), round_questions.answers(self.case) | typed)
        names = {content.PREFIX + question.key for question in called_for}
        for name in [name for name in self.errors if name.startswith(content.PREFIX) and name not in names]:
            del self._errors[name]


class NamesItsRow:
    """Says what a half-written row lacks, and that it can be removed instead."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.error_messages["required"] = format_lazy(
                gettext_lazy("Udfyld «{label}», eller fjern linjen."), label=field.label
            )
            field.error_messages["invalid_choice"] = gettext_lazy("Vælg en af mulighederne.")

    def full_clean(self):
        super().full_clean()
        if getattr(self, "cleaned_data", {}).get("DELETE"):
            self._errors.clear()  # what is thrown away need not be right


class BudgetRowForm(NamesItsRow, MayLack, BudgetRow):
    may_lack = frozenset({"text"})

    def plain(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("kind", "text", "amount")}


class EffectRowForm(NamesItsRow, MayLack, EffectRow):
    may_lack = frozenset()

    def plain(self) -> dict:
        row = {name: self.cleaned_data[name] for name in ("indicator", "baseline", "value", "unit", "basis", "method")}
        row["value"] = content.plain_number(row["value"])
        row["unit"] = row["unit"] or str(USUAL_UNITS[row["indicator"]])
        return row | ({"calculation": mark} if (mark := self.cleaned_data["calculation"]) else {})

    def has_changed(self):
        """An emptied row is empty, whatever was calculated for it."""
        return any(name != "calculation" for name in self.changed_data)

    @property
    def note(self) -> str:
        """What stands under the row: the calculation behind its number."""
        return "applications/writing/calculated.html" if self.mark else ""

    @cached_property
    def mark(self) -> dict | None:
        field = self.fields["calculation"]
        return field.to_python(self["calculation"].data) if self.is_bound else self.initial.get("calculation")

    @property
    def changed_by_us(self) -> str:
        """«beregnet 1.240 kg CO2e/år, ændret til 1.500 kg CO2e/år af jer», once what was typed can be read."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else {} if self.is_bound else self.initial
        return calculated.told({**data, "calculation": self.mark}, gettext("jer")) if data.get("value") is not None else ""


class Rows(forms.BaseFormSet):
    """Every row is one's own: emptied ones vanish, and none is the «original»."""

    default_error_messages = {
        "missing_management_form": gettext_lazy("Rækkerne kunne ikke læses. Åbn siden igen, og prøv en gang til."),
        "too_many_forms": gettext_lazy("Der er plads til højst %(num)d linjer. Slå nogle sammen."),
    }

    def initial_form_count(self):
        return 0 if self.is_bound else super().initial_form_count()

    def get_deletion_widget(self):
        return forms.CheckboxInput()

    def plain(self) -> list[dict]:
        return [form.plain() for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]


ROWS = {"budget_lines": BudgetRowForm, "effects": EffectRowForm}


def rows(name, data=None, initial=None):
    kind = forms.formset_factory(
        ROWS[name], formset=Rows, extra=0 if initial else 1, can_delete=True, max_num=content.MOST_ROWS, validate_max=True,
        absolute_max=content.MOST_ROWS + 20,
    )  # fmt: skip
    made = kind(data, prefix=name, initial=initial)
    made.use_required_attribute = False
    return made


class Sheet:
    """Built from the case as it is, or from what was posted: then only of the fields whose `seen-…` came along."""

    def __init__(self, case, names, data=None, questions=(), add_row=""):
        names = [name for name in names if name not in NOT_IN_SHEET]
        if data is not None:
            round_questions.recall(case, drafts.own_keys(key.removeprefix(SEEN) for key in data if key.startswith(SEEN)))
            names = [*names, *content.own_fields(round_questions.recalled(case))]
        self.known = drafts.known_fields(case)
        self.files = [name for name in names if name in self.known and self.known[name].holds_files]
        self.data = data if data is None else _with_row(data, add_row)
        self.order = names if data is None else [name for name in names if SEEN + name in data or name in self.files]
        self.names = [name for name in self.order if name not in self.files]
        if "partners" in self.names and data is None:
            prefetch_related_objects([case], "partners")
        now = drafts.values_of(case, self.names) if data is None else {}
        in_form = [name for name in self.order if name not in ROWS]
        self.seen = (
            {name: drafts.fingerprint(value) for name, value in now.items()}
            if data is None
            else {name: data[SEEN + name] for name in self.names}
        )
        self.form = AnswersForm(case, in_form, questions, self.data, _initial(case, now, self.known))
        self.show_files(case)
        self.rows = {name: rows(name, self.data, _row_initial(name, now)) for name in self.names if name in ROWS}

    @cached_property
    def unreadable(self) -> list[str]:
        """The names of what cannot be saved as it was typed."""
        broken = [name for name, formset in self.rows.items() if formset.is_bound and not formset.is_valid()]
        errors = self.form.errors
        return broken + [name for name in self.form.fields if name in errors]

    def values(self) -> dict:
        """What can be read, as plain data."""
        unreadable = set(self.unreadable)
        cleaned = self.form.cleaned_data
        values = {name: plain(cleaned[name]) for name in self.names if name in cleaned and name not in unreadable}
        return values | {name: formset.plain() for name, formset in self.rows.items() if name not in unreadable}

    def saved(self, case) -> list[str]:
        """After saving: what is stored as it was typed is now what the page has seen.

        Answers the fields that somebody else changed and this page still shows as they were: those it has not seen.
        """
        now = drafts.seen(case, self.names)
        typed = {name: drafts.fingerprint(value) for name, value in self.values().items()}
        older = [name for name, digest in typed.items() if digest == self.seen[name] != now[name]]
        self.seen |= {name: digest for name, digest in typed.items() if digest == now[name]}
        return older

    def faults(self) -> list[tuple[str, str]]:
        """(name, the first sentence about it) of what cannot be saved as it was typed."""
        return [(name, self._fault(name)) for name in self.unreadable]

    def _fault(self, name: str) -> str:
        if name in self.form.errors:
            return self.form.errors[name][0]
        formset = self.rows[name]
        texts = [text for form in formset.forms for texts in form.errors.values() for text in texts]
        return [*formset.non_form_errors(), *texts][0]

    def show_files(self, case) -> None:
        """What answers each of the round's questions that ask for a file."""
        self.form.initial |= {name: round_questions.rows_of(case, content.key_of(name)) for name in self.files}

    def refuse_file(self, name: str, why: str) -> None:
        self.form.add_error(name, why)
        self.unreadable.append(name)

    def forms(self) -> list:
        """For the error summary, in the page's order."""
        return [self.form, *self.rows.values()]

    def parts(self) -> list[tuple]:
        """(name, bound field or None, rows or None) in the page's order."""
        return [(name, self.form[name] if name in self.form.fields else None, self.rows.get(name)) for name in self.order]

    def typed(self, names) -> list[tuple[str, str]]:
        """The posted (key, value) pairs that belong to some fields, to carry along unread."""
        return [(key, value) for key in self.data for value in self.data.getlist(key) if _belongs(key, names)]

    def words(self) -> list[tuple[str, str]]:
        """(label, what was typed) of every posted field, to read and copy when it cannot be saved."""
        values, found = self.values(), []
        for name in self.names:
            label = self.form.fields[name].label if name in self.form.fields else self.known[name].label
            pieces = [value for key, value in self.typed([name]) if not key.startswith(SEEN) and not key.endswith("_FORMS")]
            field = self.known.get(name, content.Field(name, label))
            found.append((label, said(field, values[name]) if name in values else "\n".join(filter(None, pieces))))
        return [(label, words) for label, words in found if words]


def posted_names(case, data, also=()) -> list[str]:
    """The fields of the form, and those named besides, that a posted page says it showed."""
    shown = [key.removeprefix(SEEN) for key in data if key.startswith(SEEN)]
    known = content.fields_of(case)
    return [name for name in dict.fromkeys(shown) if name in known or name in also]


def _with_row(data, prefix):
    """The posted data with one empty row more, for who has no JavaScript."""
    key = f"{prefix}-TOTAL_FORMS"
    count = data.get(key, "")
    if prefix not in ROWS or not count.isdecimal() or len(count) > 3:
        return data
    data = data.copy()
    data[key] = str(min(int(count) + 1, content.MOST_ROWS + 1))
    return data


def _belongs(key: str, names) -> bool:
    return any(key in (name, SEEN + name) or key.startswith((f"{name}-", f"{name}_")) for name in names)


def _initial(case, now: dict, known: dict[str, content.Field]) -> dict:
    """Plain data as the fields take it; an amount is suggested from the budget lines, never forced."""
    initial = {name: getattr(case, name) if name in ("starts", "ends") else value for name, value in now.items()}
    own = [name for name in now if name in known and known[name].question]
    initial |= {name: of_a_question.initial(known[name].question, now[name]) for name in own}
    if "consent_to_publish" in initial and initial["consent_to_publish"] is not None:
        initial["consent_to_publish"] = "ja" if initial["consent_to_publish"] else "nej"
    if "amount_sought" in initial and initial["amount_sought"] is None:
        initial["amount_sought"] = sum(line["amount"] for line in now.get("budget_lines", [])) or None
    return initial


def _row_initial(name: str, now: dict) -> list[dict]:
    lines = now.get(name, [])
    return [{**line, "value": Decimal(line["value"])} for line in lines] if name == "effects" else lines


def anchor(name: str) -> str:
    """The id that a link to a field points at."""
    if name in ROWS or name in ("attachments", "partners"):
        return name
    if name.startswith(content.PREFIX):
        return name
    return f"id_{name}_0" if name in SEVERAL_INPUTS else f"id_{name}"
