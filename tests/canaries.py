"""A world in which every private field of the database holds a word of its own, and who may meet each word.

A word is planted through the door that fills the field; where the field is filled by a machine, in the row itself.
Every text field of every model stands in AUDIENCES or in NOT_PRIVATE: tests/test_canaries.py holds the two to that.
"""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.http import QueryDict
from django_otp.plugins.otp_totp.models import TOTPDevice

from applications import agenda, assessing, consultant_help, content, drafts, round_questions
from applications.calculating import take_in
from applications.door import create
from applications.models import Application, Attachment, ErasureProposal, Placement
from applications.rehearsal import as_recommended
from climate import register
from documents.models import Document
from documents.store import issue
from journal import clock
from journal.models import Message
from people import from_file, kept
from people.models import AccessMail, Person, Unit
from questionnaires import designing
from tests.cast import CONTENT, Walker, make_round

# one of each role, those beside the case, and somebody who is not signed in
WHO = ["nobody", "anna", "ulla", "karen", "rune", "mads", "signe", "frida", "kamille", "rasmus", "asger"]
WHO += ["henrik", "olga", "otto"]

UNIT = {"anna", "bo", "ulla"}
CONSULTANTS = {"karen", "kurt"}
ADMINISTRATION = CONSULTANTS | {"rune", "mads", "malene"}
INSIDE = ADMINISTRATION | {"signe", "rasmus"}  # who reads the assessment
READERS = UNIT | INSIDE | {"frida", "henrik"}  # who reads a case that was granted; Henrik's unit is heard
AGENDA = CONSULTANTS | {"mads", "malene", "signe", "rasmus"}
MINUTES = AGENDA | READERS  # the letter carries an extract of the minutes
HELP = UNIT | CONSULTANTS
OTHER_UNIT = {"olga", "rasmus"}  # who reads a draft of Åmosens Skole
NOBODY: set[str] = set()

CASE_FIELDS = ["title", "short_description", "purpose", "activities", "operating_cost_payer", "risks", "anchoring"]
CASE_FIELDS += ["communication", "contact_name", "contact_email", "contact_phone"]

AUDIENCES: dict[str, set[str]] = {
    **{f"applications.Application.{name}": READERS for name in CASE_FIELDS},
    **{f"draft.{name}": OTHER_UNIT for name in ("title", "purpose", "risks", "contact_phone")},
    "applications.Application.round_answers": READERS,
    "applications.Application.recommended_reason": INSIDE,
    "applications.Application.recommended_conditions": INSIDE,
    "applications.Application.decision_reason": READERS,
    "applications.Application.decision_conditions": READERS,
    "applications.BudgetLine.text": READERS,
    "applications.Effect.baseline": OTHER_UNIT,  # planted in that draft
    "applications.Effect.method": READERS,
    "applications.Attachment.name": READERS,
    "applications.Attachment.file": READERS,
    "applications.Question.text": READERS,
    "applications.Question.answer": READERS,
    "applications.Hearing.question": INSIDE | {"henrik"},
    "applications.Hearing.statement": INSIDE | {"henrik"},
    "applications.HelpQuestion.text": HELP,
    "applications.HelpQuestion.answer": HELP,
    "applications.HelpGiven.text": INSIDE,
    "applications.Note.text": ADMINISTRATION | {"rasmus"},
    "applications.Declaration.note": {"kurt", "mads", "malene", "rasmus"},
    "applications.GateAnswer.note": INSIDE,
    "applications.Assessment.comment": INSIDE,
    "applications.Score.reason": CONSULTANTS | {"rasmus"},  # in the case file
    "applications.AgendaItem.title": MINUTES,
    "applications.AgendaItem.case_number": MINUTES,
    "applications.AgendaItem.sections": AGENDA,
    "applications.AgendaItem.closed_reason": AGENDA,
    "applications.AgendaItem.supplement": AGENDA,
    "applications.AgendaItem.decision_text": MINUTES,
    "applications.AgendaItem.dissent": MINUTES,
    "applications.AgendaItem.absentees": MINUTES,
    "applications.AgendaItem.disqualified_members": MINUTES,
    "applications.Placement.reason": INSIDE,
    "applications.ErasureProposal.reason": {"asger"},
    "climate.Calculation.answers": READERS,
    "journal.Message.subject": {"karen"},
    "journal.Message.body": {"karen"},
    "journal.Message.last_error": NOBODY,
    "people.Person.phone": {"bo", "asger"},
    "people.KeptForm.typed": {"olga"},
    "people.RegisterFile.name": {"asger"},
    "people.RegisterFile.tables": {"asger"},
    "people.Person.password": NOBODY,
    "people.Person.directory_id": NOBODY,
    "people.AccessMail.email": NOBODY,
    "otp_totp.TOTPDevice.key": NOBODY,
}

COPIED = "holds the words of the other fields, which are looked for wherever it is shown"
CODE = "a code, a key or a name that the program gives"
DIGEST = "a digest: what it is of cannot be read from it"
REGISTER = "the municipality's own register, open to the staff who work with it"
ANNOUNCED = "part of a round that is announced to everybody"
LIBRARY = "public climate factors with their sources"
NOT_PRIVATE: dict[str, str] = {
    "auth": "Django's own tables, empty here",
    "contenttypes": CODE,
    "sessions": "sealed by its key; tests/test_sign_in.py",
    "axes": "who failed to sign in from where: no page shows it",
    "otp_totp.TOTPDevice.name": CODE,
    "journal.Event": COPIED,
    "journal.ChainHead": DIGEST,
    "journal.Message.template": CODE,
    "journal.Message.link": CODE,
    "journal.Lease": CODE,
    "journal.Job": CODE,
    "people.Person.email": REGISTER,
    "people.Person.name": REGISTER,
    "people.Person.title": REGISTER,
    "people.Person.language": CODE,
    "people.Unit": REGISTER,
    "people.RoleAssignment": CODE,
    "people.Committee": REGISTER,
    "people.RegisterFile.sha256": DIGEST,
    "people.AccessMail.reason": CODE,
    "people.RecoveryCode.digest": DIGEST,
    "people.Bucket": DIGEST,
    "people.KeptForm.path": CODE,
    "documents.Document": COPIED,
    "climate.FactorSource": LIBRARY,
    "climate.Factor": LIBRARY,
    "climate.Calculation.calculator": CODE,
    "climate.Calculation.measure": CODE,
    "climate.Calculation.snapshot": COPIED,
    "climate.Calculation.sha256": DIGEST,
    "pool": ANNOUNCED,
    "questionnaires": ANNOUNCED,
    "applications.Application.state": CODE,
    "applications.Application.number": CODE,
    "applications.Application.written_by": CODE,
    "applications.Application.themes": CODE,
    "applications.Application.sdgs": CODE,
    "applications.Application.records_number": CODE,
    "applications.ApplicationVersion": COPIED,
    "applications.Declaration.level": CODE,
    "applications.Question.field": CODE,
    "applications.Question.status": CODE,
    "applications.Hearing.stance": CODE,
    "applications.BudgetLine.kind": CODE,
    "applications.Effect.indicator": CODE,
    "applications.Effect.unit": CODE,
    "applications.Effect.basis": CODE,
    "applications.Attachment.scan": CODE,
    "applications.Attachment.question": CODE,
    "applications.Attachment.media_type": CODE,
    "applications.Attachment.sha256": DIGEST,
    "applications.HelpQuestion.field": CODE,
    "applications.Meeting": REGISTER,
    "applications.AgendaItem.competence": CODE,
    "applications.AgendaItem.status": CODE,
    "applications.Placement.outcome": CODE,
    "applications.PublicEffect": COPIED,
    "applications.Result.status": CODE,
    "applications.Result.slug": COPIED,
    "applications.Result.public": COPIED,
    "applications.Result.card": COPIED,
    "applications.Result.facets": CODE,
    "applications.ErasureProposal": CODE,
    "applications.RetentionPeriod": CODE,
}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)


def text_fields() -> list[str]:
    """Every field of every model that can hold a text."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS)
    ]


def undeclared(fields) -> list[str]:
    """Those that are neither given a word nor said to be open, by themselves, by their model or by their application."""
    known = AUDIENCES.keys() | NOT_PRIVATE.keys()
    return [name for name in fields if known.isdisjoint((name, name.rpartition(".")[0], name.partition(".")[0]))]


def word(name: str) -> str:
    """The canary of a field, in small letters: no other text holds it, no line breaks it."""
    number = list(AUDIENCES).index(name)
    match name.rpartition(".")[2]:
        case "contact_phone" | "phone":
            return f"709{number:02d}641"
        case "answers":
            return "48.271"  # pieces of furniture
        case "contact_email" | "email":
            return f"kvx{number:02d}zq@naestved.example"
        case _:
            return f"kvx{number:02d}zq"


def of(model: str, *fields: str) -> dict[str, str]:
    return {field: word(f"{model}.{field}") for field in fields}


class Birds(Walker):
    """A case that walks to a sent letter, each field with its canary; a draft of another unit; and what people keep."""

    def plant(self) -> Application:
        register.import_factors()
        later = {"deadline": clock.now() + timedelta(days=200), "answer_by": date(2026, 12, 31)}
        year, committee = self.round.pool_year, self.round.committee
        self.second = make_round(self.cast, year, committee, name="Runde 2, 2026", **later)
        draft = self.ask_in_round()
        self.write(draft)
        self.send_and_assess()
        self.to_letter()
        self.beside()
        for document in Document.objects.filter(sha256=""):
            issue(document)
        self.case.refresh_from_db()
        return self.case

    def ask_in_round(self) -> Application:
        subject, name, stamp = self.round.subject, self.round.name, designing.stamp(designing.newest(self.round.subject))
        designing.put(subject, name, stamp, {"label": "Hvem er tovholder?", "kind": "text"}, "")
        asked = designing.newest(subject)
        self.key = designing.questions_of(asked)[-1].key
        round_questions.publish(self.round, designing.stamp(asked), self.cast["karen"])
        return create(self.cast["anna"], Unit.objects.get(name="Børnehuset Solstrålen"), self.round)

    def save(self, case, who, values) -> None:
        case.refresh_from_db()
        drafts.save(case.pk, self.cast[who], values, drafts.seen(case, values))

    def write(self, draft) -> None:
        self.case, anna = draft, self.cast["anna"]
        values = CONTENT | of("applications.Application", *CASE_FIELDS) | {"resulting_operating_cost": 1_000_00}
        values["budget_lines"] = [
            CONTENT["budget_lines"][0] | of("applications.BudgetLine", "text"),
            CONTENT["budget_lines"][1],
        ]
        values["effects"] = [CONTENT["effects"][0] | of("applications.Effect", "method")]
        values[content.PREFIX + self.key] = word("applications.Application.round_answers")
        self.save(draft, "anna", values)
        take_in(draft.pk, anna, "moebler", {"kind": "furniture.mixed_item", "pieces": 48271, "replaced": None})
        file = Attachment(application=draft, name=word("applications.Attachment.name") + ".pdf", uploaded_by=anna)
        file.media_type, file.size, file.sha256, file.uploaded_at = "application/pdf", 20, "0" * 64, clock.now()
        file.scan = Attachment.Scan.CLEAN
        file.file.save("bilag.pdf", ContentFile(b"%PDF-" + word("applications.Attachment.file").encode()))
        asked = consultant_help.ask(draft.pk, anna, "risks", word("applications.HelpQuestion.text"))
        consultant_help.answer(asked.pk, self.cast["karen"], word("applications.HelpQuestion.answer"), substantial=False)

    def send_and_assess(self) -> None:
        self.take("request_endorsement", "anna")
        self.take("endorse", "ulla")
        self.begin()
        case, cast, soon = self.case.pk, self.cast, clock.today() + timedelta(days=7)
        question = {"field": "purpose", "question": word("applications.Question.text"), "due": soon}
        self.take("request_information", "karen", **question)
        open_one = self.case.questions.get()
        assessing.answer_question(case, cast["anna"], {open_one.pk: word("applications.Question.answer")})
        self.take("provide_information", "ulla")
        unit = Unit.objects.get(name="Center for Ejendomme og Indkøb")
        hearing = assessing.ask_hearing(case, cast["karen"], unit, word("applications.Hearing.question"), soon)
        assessing.state_hearing(hearing, cast["henrik"], "for", word("applications.Hearing.statement"))
        assessing.log_help(case, cast["karen"], word("applications.HelpGiven.text"), substantial=False)
        assessing.write_note(case, cast["karen"], word("applications.Note.text"))
        assessing.declare(case, cast["kurt"], "possible", word("applications.Declaration.note"))
        for name in ("karen", "rune"):
            assessing.declare(case, cast[name], "none")
            points = {criterion.pk: 4 for criterion in self.round.criteria.all()}
            reasons = dict.fromkeys(points, word("applications.Score.reason"))
            assessing.assess(case, cast[name], points, word("applications.Assessment.comment"), reasons)
        gates = {gate.pk: (True, word("applications.GateAnswer.note")) for gate in self.round.gates.all()}
        assessing.answer_gates(case, cast["karen"], gates)

    def to_letter(self) -> None:
        recommended = of("applications.Application", "recommended_reason", "recommended_conditions")
        reason, conditions = recommended.values()
        self.take("recommend", "karen", amount=40_000_00, reason=reason, conditions=conditions)
        self.approve()
        self.place()
        signe = self.cast["signe"]
        fields = of("applications.AgendaItem", "title", "case_number", "closed_reason") | {"is_open": False}
        sections = {"summary": word("applications.AgendaItem.sections")}
        self.item.refresh_from_db()
        agenda.write(self.item.pk, signe, self.item.revision, sections=sections, **fields)
        agenda.approve_text(self.item.pk, self.cast["malene"])
        agenda.send(self.item.pk, signe)
        agenda.add_supplement(self.item.pk, signe, word("applications.AgendaItem.supplement"))
        clock.set_to(self.meeting.at + timedelta(hours=2))
        agenda.hold(self.meeting, signe)
        outcome = self.outcome()
        said = of("applications.AgendaItem", "dissent", "absentees", "disqualified_members")
        agenda.decide(self.item.pk, signe, [outcome], text=word("applications.AgendaItem.decision_text"), **said)
        Placement.objects.update(reason=word("applications.Placement.reason"))
        self.meeting.refresh_from_db()
        agenda.close(self.meeting, signe)
        agenda.finalise_minutes(self.item.pk, signe, clock.today())
        agenda.release_letter(self.case.pk, signe)

    def outcome(self) -> agenda.Outcome:
        """What the committee decides."""
        outcome = as_recommended(self.case.pk)
        decided = of("applications.Application", "decision_reason", "decision_conditions").values()
        outcome.answers["reason"], outcome.answers["conditions"] = decided
        return outcome

    def beside(self) -> None:
        """A draft of another unit, a form that was kept, a register file, a mail owed, a message, secrets."""
        olga, asger, karen = self.cast["olga"], self.cast["asger"], self.cast["karen"]
        self.other = create(olga, Unit.objects.get(name="Åmosens Skole"), self.second)
        typed = {name: word(f"draft.{name}") for name in ("title", "purpose", "risks", "contact_phone")}
        typed["effects"] = [CONTENT["effects"][0] | of("applications.Effect", "baseline")]
        self.save(self.other, "olga", typed)
        page = f"/ansoegninger/{self.other.number}/rediger/projektet/"
        self.other.refresh_from_db()
        seen = drafts.seen(self.other, ["short_description"])["short_description"]
        form = {"short_description": word("people.KeptForm.typed"), "seen-short_description": seen}
        kept.keep(olga, page, QueryDict(urlencode(form)))
        head = "Navn;Hører under;Type;EAN-nummer;Brugere;Ansatte"
        tables = f"{head}\r\n{word('people.RegisterFile.tables')};Næstved Kommune;Køkken;;;"
        from_file.keep(asger, word("people.RegisterFile.name") + ".csv", tables.encode())
        off = {"since": date(2020, 1, 31), "due_on": date(2022, 1, 31), "proposed_at": clock.now()}
        off |= {"postponed_until": date(2030, 1, 1), "decided_by": asger} | of("applications.ErasureProposal", "reason")
        ErasureProposal.objects.create(kind="messages", subject="beskeder/2020-01", **off)
        AccessMail.objects.create(email=word("people.AccessMail.email"), reason="forgotten", asked_at=clock.now())
        bo = self.cast["bo"]
        Person.objects.filter(pk=bo.pk).update(
            phone=word("people.Person.phone"),
            password=word("people.Person.password"),
            directory_id=word("people.Person.directory_id"),
        )
        TOTPDevice.objects.create(user=bo, name="telefon", key=word("otp_totp.TOTPDevice.key"))
        first = Message.objects.filter(person=karen).order_by("pk").first()
        Message.objects.filter(pk=first.pk).update(**of("journal.Message", "subject", "body", "last_error"))
