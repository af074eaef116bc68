"""The form: its fields in steps, what a complete form needs, its frozen content and the difference between two.

A field is named as on Application; the three lists are `budget_lines`, `effects` and `attachments`. The round's own
questions are one step more, with fields named `question_<key>`: `steps_of` a case, `steps_in` frozen content.
`missing` says what blocks sending, `doubts` what should be looked at twice and blocks nothing.
"""

import hashlib
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import round_questions
from applications.round_questions import PREFIX
from climate import calculations
from pages.money import format_kroner
from questionnaires import answering
from questionnaires.models import Question


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    required: bool = True
    question: Question | None = None  # of the round's own

    @property
    def holds_files(self) -> bool:
        return self.name == "attachments" or (self.question is not None and self.question.kind == Question.Kind.FILE)


@dataclass(frozen=True)
class FormStep:
    slug: str
    title: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]


FORM_STEPS = (
    FormStep(
        "projektet",
        gettext_lazy("Projektet"),
        (
            Field("title", gettext_lazy("Projektets titel")),
            Field("short_description", gettext_lazy("Kort beskrivelse")),
            Field("themes", gettext_lazy("Temaer")),
            Field("sdgs", gettext_lazy("Verdensmål")),
        ),
    ),
    FormStep(
        "indhold",
        gettext_lazy("Formål og tidsplan"),
        (
            Field("purpose", gettext_lazy("Formål og baggrund")),
            Field("activities", gettext_lazy("Aktiviteter og tidsplan")),
            Field("starts", gettext_lazy("Starter")),
            Field("ends", gettext_lazy("Slutter")),
            Field("beneficiaries", gettext_lazy("Hvor mange får glæde af projektet")),
            Field("touches_buildings", gettext_lazy("Berører bygninger, grunde eller faste installationer"), False),
        ),
    ),
    FormStep(
        "budget",
        gettext_lazy("Budget"),
        (
            Field("budget_lines", gettext_lazy("Budgetlinjer")),
            Field("amount_sought", gettext_lazy("Beløb, I søger")),
            Field("minimum_amount", gettext_lazy("Mindste beløb, projektet kan gennemføres for")),
            Field("own_contribution", gettext_lazy("Egen medfinansiering")),
            Field("other_funding", gettext_lazy("Anden finansiering"), False),
            Field("resulting_operating_cost", gettext_lazy("Årlig drift efter projektet")),
            Field("operating_cost_payer", gettext_lazy("Hvem betaler driften"), False),
        ),
    ),
    FormStep("virkning", gettext_lazy("Virkning"), (Field("effects", gettext_lazy("Forventede virkninger")),)),
    FormStep(
        "forankring",
        gettext_lazy("Forankring og formidling"),
        (
            Field("risks", gettext_lazy("Risici og forudsætninger")),
            Field("anchoring", gettext_lazy("Forankring efter projektet")),
            Field("communication", gettext_lazy("Formidling")),
            Field("consent_to_publish", gettext_lazy("Må projektet offentliggøres")),
        ),
    ),
    FormStep(
        "kontakt",
        gettext_lazy("Kontakt og bilag"),
        (
            Field("contact_name", gettext_lazy("Kontaktperson")),
            Field("contact_email", gettext_lazy("Kontaktpersonens e-mail")),
            Field("contact_phone", gettext_lazy("Kontaktpersonens telefon"), False),
            Field("partners", gettext_lazy("Samarbejdspartnere i kommunen"), False),
            Field("attachments", gettext_lazy("Bilag"), False),
        ),
    ),
)
FIELDS = {field.name: field for form_step in FORM_STEPS for field in form_step.fields}
STEP_OF = {field.name: form_step.slug for form_step in FORM_STEPS for field in form_step.fields}
LISTS = ("budget_lines", "effects", "attachments")
MOST_ROWS = 40  # of a list
OWN_STEP = "rundens-spoergsmaal"
OWN_TITLE = gettext_lazy("Rundens spørgsmål")


def steps_of(case) -> tuple[FormStep, ...]:
    """The steps of this application's form; the round's own questions come before the last, when it has any."""
    return _with(round_questions.asked(case))


def steps_shown(case) -> tuple[FormStep, ...]:
    """The steps with those of the round's questions that the answers call for."""
    return _with(round_questions.shown(case))


def steps_in(frozen: dict) -> tuple[FormStep, ...]:
    """The steps of frozen content, with the round's questions as they were asked."""
    return _with(_own(frozen))


def _own(frozen: dict) -> list[Question]:
    return [Question.from_plain(facts) for facts in frozen.get("own_questions", [])]


def _with(questions: list[Question]) -> tuple[FormStep, ...]:
    if not questions:
        return FORM_STEPS
    own = tuple(own_fields(questions).values())
    return (*FORM_STEPS[:-1], FormStep(OWN_STEP, OWN_TITLE, own), FORM_STEPS[-1])


def key_of(name: str) -> str:
    """The key of the round's question that a field asks."""
    return name.removeprefix(PREFIX)


def own_fields(questions) -> dict[str, Field]:
    return {PREFIX + each.key: Field(PREFIX + each.key, each.label, each.required, each) for each in questions}


def fields_of(case) -> dict[str, Field]:
    return {field.name: field for form_step in steps_of(case) for field in form_step.fields}


@dataclass(frozen=True)
class Lack:
    """Something a complete form needs: the field it belongs to, and what to do."""

    field: str
    text: str

    @property
    def step(self) -> str:
        return STEP_OF.get(self.field, OWN_STEP)


def missing(case) -> list[Lack]:
    """What must be done before the form can be sent, in the form's order."""
    lacks = []
    for field in FIELDS.values():
        if field.required and _is_empty(_value(case, field.name)):
            lacks.append(Lack(field.name, _("Udfyld «%(label)s».") % {"label": field.label}))
    order = list(fields_of(case))
    found = lacks + _half_rows(case) + _contradictions(case) + _own_faults(case)
    return sorted(found, key=lambda lack: order.index(lack.field))


def _own_faults(case) -> list[Lack]:
    faults = answering.validate(round_questions.asked(case), round_questions.answers(case))
    return [Lack(PREFIX + key, text) for key, text in faults.items()]


def _half_rows(case) -> list[Lack]:
    """Rows may be kept half written; they are not sent so."""
    lines = [place for place, line in enumerate(case.budget_lines.all(), 1) if not line.text]
    text = _("Skriv, hvad budgetlinje %(place)s går til.")
    return [Lack("budget_lines", text % {"place": place}) for place in lines]


def _contradictions(case) -> list[Lack]:
    lacks, sought, minimum = [], case.amount_sought, case.minimum_amount
    if case.starts and case.ends and case.ends < case.starts:
        lacks.append(Lack("ends", _("Slutdatoen ligger før startdatoen. Ret en af dem.")))
    if sought is not None and minimum is not None and minimum > sought:
        lacks.append(Lack("minimum_amount", _("Det mindste beløb kan ikke være større end det, I søger.")))
    least, most = case.round.minimum_amount, case.round.maximum_amount
    if sought is not None and least is not None and sought < least:
        lacks.append(
            Lack("amount_sought", _("I denne runde kan I mindst søge %(amount)s") % {"amount": format_kroner(least)})
        )
    if sought is not None and most is not None and sought > most:
        lacks.append(Lack("amount_sought", _("I denne runde kan I højst søge %(amount)s") % {"amount": format_kroner(most)}))
    allowed = case.round.themes
    if allowed and case.themes and not set(case.themes) & set(allowed):
        lacks.append(Lack("themes", _("Vælg mindst ét af de temaer, runden giver penge til.")))
    return lacks


def doubts(case) -> list[Lack]:
    """What looks odd and may be right: asked about, never refused."""
    found = []
    total = sum(line.amount for line in case.budget_lines.all())
    if case.amount_sought is not None and total and case.amount_sought > total:
        text = _("I søger %(sought)s, men budgetlinjerne giver %(total)s. Passer det?")
        found.append(
            Lack("amount_sought", text % {"sought": format_kroner(case.amount_sought), "total": format_kroner(total)})
        )
    if case.starts and case.starts < case.round.answer_by:
        text = _("Projektet starter, før I får svar. Puljen giver ikke penge til noget, der er begyndt. Passer datoen?")
        found.append(Lack("starts", text))
    # a doubt and no lack: units send effects whose method they cannot name, and the assessors ask
    text = _("Skriv gerne, hvordan I fandt tallet i virkning %(place)s.")
    nameless = [place for place, effect in enumerate(case.effects.all(), 1) if not effect.method]
    found += [Lack("effects", text % {"place": place}) for place in nameless]
    if case.resulting_operating_cost and not case.operating_cost_payer:
        found.append(Lack("operating_cost_payer", _("Skriv, hvem der betaler driften bagefter.")))
    return found


def is_answered(case, name: str) -> bool:
    return not _is_empty(_value(case, name))


def _value(case, name):
    if name.startswith(PREFIX):
        return plain(case, name)
    if name in LISTS or name == "partners":
        return list(getattr(case, name).all())
    return getattr(case, name)


def _is_empty(value) -> bool:
    return value is None or value in ("", [])


def freeze(case) -> dict:
    """Everything the unit says, as plain data; amounts in øre, dates ISO, files by name and hash."""
    shown = round_questions.shown(case)
    content = {name: plain(case, name) for name in [*FIELDS, *(PREFIX + question.key for question in shown)]}
    if shown:
        content["own_questions"] = [question.plain() for question in shown]
    content["unit"] = {"id": case.unit_id, "name": case.unit.name, "centre": case.unit.centre().name, "ean": case.unit.ean}
    return content


def plain(case, name: str):
    """One answer as plain data."""
    match name:
        case "partners":
            return sorted(unit.name for unit in case.partners.all())
        case "budget_lines":
            return [{"kind": line.kind, "text": line.text, "amount": line.amount} for line in case.budget_lines.all()]
        case "effects":
            return [plain_effect(effect) for effect in case.effects.all()]
        case "attachments":
            return round_questions.files(case)
        case _ if name.startswith(PREFIX):
            return round_questions.answer(case, key_of(name))
        case _:
            value = getattr(case, name)
            return value.isoformat() if hasattr(value, "isoformat") else value


def plain_effect(effect) -> dict:
    mark = {"calculation": calculations.mark(effect.calculation)} if effect.calculation else {}
    return mark | {
        "indicator": effect.indicator,
        "baseline": effect.baseline,
        "value": plain_number(effect.value),
        "unit": effect.unit,
        "basis": effect.basis,
        "method": effect.method,
    }


def plain_number(value) -> str:
    """A decimal without idle zeros: «2100» and «0.5»."""
    return format(value.normalize(), "f")


def files_in(frozen: dict) -> list[dict]:
    """Every file that frozen content names."""
    answers = [frozen.get(PREFIX + question.key) for question in _own(frozen) if question.kind == Question.Kind.FILE]
    return [file for files in [frozen["attachments"], *answers] for file in files or []]


def digest(content: dict) -> str:
    """SHA-256 of frozen content, or of any part of it."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    field: Field
    before: object
    after: object


def differences(before: dict, after: dict) -> list[Difference]:
    """What changed between two frozen contents, field by field in the form's order."""
    own = {question.key: question for frozen in (before, after) for question in _own(frozen)}
    return [
        Difference(field, before.get(field.name), after.get(field.name))
        for form_step in _with(list(own.values()))
        for field in form_step.fields
        if before.get(field.name) != after.get(field.name)
    ]
