"""A world in which every private field of the database holds a word of its own, and who may meet each word.

A word is planted through the door that fills the field; where the field is filled by a machine, in the row itself.
Who may meet each: tests/canary_words.py.
"""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.core.files.base import ContentFile
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
from tests.canary_project import FollowedUp
from tests.canary_words import CASE_FIELDS, of, word
from tests.cast import CONTENT, make_round


class Birds(FollowedUp):
    """A case that walks to its published result, each field with its canary; a refused one; a draft of another unit; and
    what people keep."""

    def plant(self) -> Application:
        register.import_factors()
        later = {"deadline": clock.now() + timedelta(days=200), "answer_by": date(2026, 12, 31)}
        year, committee = self.round.pool_year, self.round.committee
        self.second = make_round(self.cast, year, committee, name="Runde 2, 2026", **later)
        draft = self.ask_in_round()
        self.refused = self.refuse_another()
        self.write(draft)
        self.send_and_assess()
        self.to_letter()
        self.follow_up()
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
