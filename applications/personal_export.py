"""Everything that is stored about one person, as a ZIP: readable, as JSON, and the files they put in (art. 15).

Every table is looked through by itself: each row that points to the person is there with its day, and with the words that
are the person's own (OWN). Where others have written the person's name, the place is told and not the text, because that
is theirs. Secrets are named and not shown. The ZIP is made by the worker and kept for a month; to order one is an event.
"""

import json
from collections.abc import Iterator

from axes.models import AccessAttempt
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _

from applications import content
from applications.erasing_person import EXPORT, Known
from applications.models import Application, Attachment
from applications.papers import in_danish
from applications.personal_export_paper import pages
from applications.retention_rules import CONTACT
from documents import store
from documents.archive import build_zip
from documents.models import Document
from documents.pdf import render_blocks
from journal import chain, outbox
from journal.models import Event
from people.models import AccessMail, Person

STEP = "order_export"
TEXTS = (models.TextField, models.CharField, models.JSONField)
# by whom a row was written → which of its columns are that person's own words
OWN: dict[str, tuple[str, ...]] = {
    "journal.Event.actor": ("step", "subject", "payload"),
    "journal.Message.person": ("subject", "body", "last_error"),
    "people.RoleAssignment.person": ("role", "unit"),
    "people.RegisterFile.person": ("name",),
    "people.KeptForm.person": ("path", "typed"),
    "climate.Calculation.made_by": ("calculator", "answers", "value", "measure"),
    "applications.Application.recommended_by": ("recommended_amount", "recommended_reason", "recommended_conditions"),
    "applications.Application.decided_by": ("granted_amount", "decision_reason", "decision_conditions"),
    "applications.Declaration.person": ("level", "note"),
    "applications.Hand.person": ("act",),
    "applications.GateAnswer.answered_by": ("met", "note"),
    "applications.Assessment.assessor": ("comment",),
    "applications.Question.asked_by": ("field", "text"),
    "applications.Question.answered_by": ("answer",),
    "applications.Hearing.asked_by": ("question",),
    "applications.Hearing.stated_by": ("stance", "statement"),
    "applications.HelpGiven.person": ("text", "substantial"),
    "applications.Note.person": ("text",),
    "applications.Attachment.uploaded_by": ("name", "file", "media_type", "size"),
    "applications.HelpQuestion.asked_by": ("field", "text"),
    "applications.HelpQuestion.answered_by": ("answer",),
    "applications.AgendaItem.written_by": ("title", "case_number", "sections", "closed_reason", "supplement"),
    "applications.AgendaItem.recorded_by": ("decision_text", "dissent", "absentees", "disqualified_members"),
    "applications.Project.started_by": ("settlement", "account"),
    "applications.Project.cancel_proposed_by": ("cancel_reason",),
    "applications.StatusReport.begun_by": ("summary", "result", "lessons", "advice", "anchoring"),
    "applications.Voucher.registered_by": ("supplier", "text", "amount"),
    "applications.Voucher.decided_by": ("refusal",),
    "applications.ChangeRequest.asked_by": ("kind", "reason", "new_purpose"),
    "applications.ChangeRequest.decided_by": ("answer",),
    "applications.Talk.written_by": ("text",),
    "applications.Consent.noted_by": ("reference",),
    "applications.Result.written_by": ("title", "lead", "what", "why", "outcome", "lesson", "advice", "contact"),
    "applications.Result.published_by": ("unpublish_reason",),
    "applications.FinanceFile.sent_by": ("name",),
    "applications.FinanceLine.not_ours_by": ("date", "amount", "not_ours"),
    "applications.RefusalAdvice.written_by": ("text",),
    "applications.Idea.saved_by": ("note",),
    "publishing.YearReport.written_by": ("sections",),
    "publishing.YearReport.published_by": ("unpublish_reason",),
    "applications.ErasureProposal.decided_by": ("kind", "subject", "reason"),
}
# rows that belong to a person by the row they hang on
VIA: dict[str, tuple[str, tuple[str, ...]]] = {
    "applications.Score": ("assessment__assessor", ("points", "reason")),
    "applications.ReportedActivity": ("report__begun_by", ("text", "status", "comment")),
    "applications.MeasuredEffect": ("report__begun_by", ("indicator", "baseline", "value", "unit", "method")),
    "applications.Photo": ("file__uploaded_by", ("alt", "caption", "credit")),
}
# stored about a person, and not shown: nobody may read it, or it is not about the person
HIDDEN = {
    "people.Person.password": "Adgangskoden er gemt, så ingen kan læse den.",
    "otp_totp.TOTPDevice.key": "Den hemmelige nøgle til telefonen.",
    "people.RecoveryCode.digest": "Nødkoderne er gemt, så ingen kan læse dem.",
    "people.RegisterFile.tables": "En fil med enheder og personer handler om andre.",
    "applications.Consent.covers": "Et samtykke handler om dem, der er på billedet.",
}


@transaction.atomic
def order(person: Person, by: Person) -> Document:
    """Owe an export; one that is still owed is the same. The person is told when somebody else asked for it."""
    waiting = Document.objects.filter(kind=EXPORT, subject=person.subject, sha256="").first()
    if waiting:
        return waiting
    event = chain.record(person.subject, STEP, by, {})
    if by != person and not person.is_erased:
        outbox.owe(event, person, "person_export", {"by": by})
    name = f"oplysninger-person-{person.pk}.zip"
    return store.owe(EXPORT, person.subject, cause=event, title=_("Oplysninger om en person"), file_name=name)


def of(person: Person):
    """The exports that can still be fetched, newest first."""
    return Document.objects.filter(kind=EXPORT, subject=person.subject).select_related("cause__actor").order_by("-pk")


@store.writes(EXPORT)
@in_danish
def write(document: Document) -> bytes:
    person = Person.objects.get(pk=document.subject.partition("/")[2])
    facts = everything(person)
    files = [("oplysninger.json", json.dumps(facts, ensure_ascii=False, indent=1, default=str).encode())]
    files.append(("oplysninger.pdf", render_blocks(f"Oplysninger om {person.name}", list(pages(facts)))))
    return build_zip([*files, *_files(person)])


def everything(person: Person) -> dict:
    """All of it as plain data: about the person, by table, by others' mention."""
    return {
        "person": _columns(person, [f.name for f in Person._meta.concrete_fields if not _hidden(Person, f.name)]),
        "vises_ikke": HIDDEN,
        "kontakt_i_sager": list(_contact(person)),
        "skrevet_i_sager": list(_written(person)),
        "rækker": {name: rows for name, rows in _by_table(person).items() if rows},
        "log_om_personen": [_columns(each, ["at", "step", "payload"]) for each in chain.story(person.subject)],
        "forsøg_på_login": [_columns(each, _names(AccessAttempt)) for each in _tries(person)],
        "links": [_columns(each, _names(AccessMail)) for each in AccessMail.objects.filter(email__iexact=person.email)],
        "nævnt": list(_mentions(person)),
    }


def _names(model) -> list[str]:
    return [field.name for field in model._meta.concrete_fields]


def _tries(person: Person):
    return AccessAttempt.objects.filter(username__iexact=person.email)


def _hidden(model, name: str) -> bool:
    return f"{model._meta.label}.{name}" in HIDDEN


def pointers() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column of every table that points to a person."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Person:
                yield model, field


def _by_table(person: Person) -> dict[str, list[dict]]:
    found = {}
    for model, field in pointers():
        name = f"{model._meta.label}.{field.name}"
        days = [f.name for f in model._meta.concrete_fields if isinstance(f, models.DateField)]
        rows = model._base_manager.filter(**{field.name: person}).order_by("pk")
        found[name] = [_row(row, [*days, *OWN.get(name, ())]) for row in rows.iterator()]
    for label, (path, names) in VIA.items():
        rows = apps.get_model(label)._base_manager.filter(**{path: person}).order_by("pk")
        found[label] = [_row(row, names) for row in rows.iterator()]
    return found


def _row(row, names: list[str]) -> dict:
    case = getattr(row, "application", None) or getattr(getattr(row, "project", None), "application", None)
    return {"id": row.pk, **({"sag": case.number} if case else {}), **_columns(row, names)}


def _columns(row, names) -> dict:
    found = {}
    for name in names:
        value = getattr(row, name)
        if isinstance(row._meta.get_field(name), models.FileField):
            value = value.name
        found[name] = str(value) if isinstance(value, models.Model) else value
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _contact(person: Person) -> Iterator[dict]:
    for case in Application.objects.filter(contact_email__iexact=person.email).order_by("pk"):
        yield {"sag": case.number, **{name: getattr(case, name) for name in CONTACT}}


def _written(person: Person) -> Iterator[dict]:
    """The fields of applications that the person wrote last, as they stand and as they were sent."""
    for case in Application.objects.filter(authors__person=person).order_by("pk").distinct():
        mine = [name for name, (pk, _at) in case.written_by.items() if pk == person.pk]
        now = {name: content.plain(case, name) for name in mine}
        yield {"sag": case.number, "nu": now}
        for version in case.versions.all():
            yield {"sag": case.number, "udgave": version.number, **{n: version.content.get(n) for n in mine}}


def _mentions(person: Person) -> Iterator[dict]:
    """Where others have written the person's name, address or phone: the place, never the text."""
    known = Known(person)
    for model in apps.get_models(include_auto_created=True):
        names = [
            f.name
            for f in model._meta.concrete_fields
            if isinstance(f, models.TextField | models.CharField | models.JSONField)
        ]
        if model is Person or model is Event or not names:
            continue
        for pk, *values in model._base_manager.values_list("pk", *names).iterator():
            for name, value in zip(names, values, strict=True):
                if value and known.stands_in(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)):
                    yield {"tabel": model._meta.label, "felt": name, "id": pk}


def _files(person: Person) -> Iterator[tuple[str, bytes]]:
    for row in Attachment.objects.filter(uploaded_by=person).exclude(file="").order_by("pk"):
        if row.scan in (Attachment.Scan.CLEAN, Attachment.Scan.UNSCANNED) and default_storage.exists(row.file.name):
            with default_storage.open(row.file.name) as file:
                yield f"filer/{row.pk}-{row.name}", file.read()
