"""What becomes of the case of tests/canaries.py after its letter, each field with its canary; and a case that is refused."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from applications import (
    agenda,
    assessing,
    changing,
    evaluation,
    evaluation_questions,
    finance_files,
    going_public,
    ideas,
    milestones,
    photos,
    reconciling,
    report_writing,
    results,
    talks,
    vouchers,
)
from applications.models import Application, Attachment, Result, StatusReport
from journal import clock
from publishing.models import YearReport
from tests.canary_words import RESULT_FIELDS, of, word
from tests.cast import Walker, make_round
from tests.test_uploads import picture

EFFECT = {"id": None, "expected": None, "indicator": "recycled", "value": 2440, "low": None, "high": None, "unit": "kg/år"}
EFFECT |= {"basis": "measured", "lifetime": None}
SATISFIED = {"ev_form": "Let", "ev_help": "Ja, i høj grad", "ev_decision": "Ja, helt", "ev_worth": True}


class FollowedUp(Walker):
    """Walks on from the letter: the project with all its words, its published story, and what is written of the pool."""

    def follow_up(self) -> None:
        self.run()
        self.end()

    def run(self) -> None:
        """It begins, and much happens on the way."""
        account = word("applications.Project.account")
        self.take("start", "ulla", settlement="budget_transfer", account=account, accepts=True)
        self.case.refresh_from_db()
        self.bills()
        self.on_the_way()

    def end(self) -> None:
        """It reports, is accounted for and published; and what is written of the pool."""
        self.reports()
        self.pictures()
        self.account_for()
        self.story()
        self.pool()

    def bills(self) -> None:
        """One that finance refuses, with its file, and one that is accepted."""
        anna, frida, case = self.cast["anna"], self.cast["frida"], self.case
        file = Attachment(project=case.project, name=word("voucher.name") + ".pdf", uploaded_by=anna)
        file.media_type, file.size, file.sha256, file.uploaded_at = "application/pdf", 20, "1" * 64, clock.now()
        file.scan = Attachment.Scan.CLEAN
        file.file.save("regning.pdf", ContentFile(b"%PDF-" + word("voucher.file").encode()))
        bill = of("applications.Voucher", "supplier", "text") | {"date": clock.today(), "amount": 1_000_00}
        bill["budget_line"] = case.budget_lines.first()
        refused = vouchers.register(case.pk, anna, file=file, **bill)
        reason = word("applications.Voucher.refusal")
        vouchers.refuse(refused.pk, frida, seen_revision=refused.revision, reason=reason)
        accepted = vouchers.register(case.pk, anna, **bill)
        vouchers.accept(accepted.pk, frida, seen_revision=accepted.revision)

    def on_the_way(self) -> None:
        case, anna, karen, today = self.case.pk, self.cast["anna"], self.cast["karen"], clock.today()
        milestones.add(case, anna, title=word("applications.Milestone.title"), due=today + timedelta(days=30))
        wish = of("applications.ChangeRequest", "reason", "new_purpose")
        change = changing.ask(case, anna, "purpose", **wish)
        changing.refuse(change.pk, karen, word("applications.ChangeRequest.answer"))
        talks.note(case, karen, kind="visit", day=today, text=word("applications.Talk.text"))
        self.take("propose_cancel", "karen", reason=word("applications.Project.cancel_reason"))

    def reports(self) -> None:
        status = self.written("status", *of("applications.StatusReport", "summary", "lessons").items(), ("hours", 12))
        report_writing.send_status(status.pk, self.cast["anna"], status.revision)
        told = of("applications.StatusReport", "result", "lessons", "advice", "anchoring")
        self.written("final", *told.items(), ("hours", 40))
        self.take("report", "anna")
        later = dict.fromkeys(("lessons", "anchoring"), "") | {"result": word("report.result")}
        self.written("effect", *later.items())

    def written(self, kind: str, *values) -> StatusReport:
        """A draft of this kind, as the unit leaves it."""
        anna = self.cast["anna"]
        report = report_writing.begin(self.case.pk, anna, kind)
        activities = [of("applications.ReportedActivity", "text", "comment") | {"status": "done"}]
        effects = [EFFECT | of("applications.MeasuredEffect", "baseline", "method")]
        return report_writing.save(report.pk, anna, dict(values), activities, effects, report.revision)

    def pictures(self) -> None:
        case, anna = self.case.pk, self.cast["anna"]
        consent = photos.note_consent(
            case, anna, given_on=clock.today(), **of("applications.Consent", "covers", "reference")
        )
        taken = SimpleUploadedFile("foto.jpg", picture("JPEG"))
        photo = photos.add_photo(case, anna, taken, consent=consent, **of("applications.Photo", "alt", "caption", "credit"))
        photos.show(photo.pk, anna)

    def account_for(self) -> None:
        vouchers.confirm_transfer(self.case.pk, self.cast["frida"])
        self.take("confirm_accounts", "frida")
        self.take("complete", "karen")

    def story(self) -> None:
        case, anna = self.case.pk, self.cast["anna"]
        result = results.begin(case, anna)
        words = of("applications.Result", *RESULT_FIELDS)
        result = results.write(case, anna, seen_revision=result.revision, **words)
        result = results.send(case, anna, seen_revision=result.revision)
        result = going_public.publish(case, self.cast["kamille"], seen_revision=result.revision)
        results.write(case, anna, seen_revision=result.revision, outcome=word("story.outcome"))
        Result.objects.update(**of("applications.Result", "unpublish_reason"))

    def pool(self) -> None:
        """A file of the finance system and one that waits, an answer to the round's evaluation, a yearly report."""
        frida, karen, today = self.cast["frida"], self.cast["karen"], clock.today()
        supplier, reference, text, not_ours = of(
            "applications.FinanceLine", "supplier", "reference", "text", "not_ours"
        ).values()
        line = f"Dato;Leverandør;Reference;Tekst;Beløb\r\n{today:%d.%m.%Y};{supplier};{reference};{text};12,50\r\n"
        file = reconciling.keep(frida, word("applications.FinanceFile.name") + ".csv", line.encode())
        file = reconciling.read_in(file.pk, frida, finance_files.Mapping(**file.mapping))
        reconciling.not_ours(file.lines.get().pk, frida, not_ours)
        waits = line.replace(text, word("applications.FinanceFile.table"))
        reconciling.keep(frida, "Venter.csv", waits.encode())
        evaluation.begin_with_the_usual(self.round)
        evaluation.open_to(self.round, karen, today + timedelta(days=21))
        told = {evaluation_questions.CHANGE: word("applications.EvaluationAnswer.answers")}
        evaluation.answer(self.round, self.cast["anna"], SATISFIED | told)
        sections = {"foreword": word("publishing.YearReport.sections")}
        facts = {"written_by": karen, "changed_at": clock.now(), "day": today, "sections": sections}
        YearReport.objects.create(year=self.round.pool_year, **facts, **of("publishing.YearReport", "unpublish_reason"))

    def refuse_another(self) -> Application:
        """A case of the same unit in the quick pool: a requirement is not met; it is advised, and kept as an idea."""
        facts = {"name": "Hurtig pulje", "track": "quick", "delegated_limit": 50_000_00}
        quick = make_round(self.cast, self.round.pool_year, self.round.committee, **facts)
        other = Walker(self.cast, quick)
        case = other("submitted", title=word("refused.title"))
        other.begin()
        other.score("karen")
        other.score("rune")
        note = word("refused.note")
        assessing.answer_gates(case.pk, self.cast["karen"], {gate.pk: (False, note) for gate in quick.gates.all()})
        said = {"reason": "Projektet er begyndt.", "advice": word("applications.RefusalAdvice.text")}
        other.take("recommend", "karen", amount=0, conditions="", **said)
        assessing.declare(case.pk, self.cast["mads"], "none")
        other.take("refuse_by_delegation", "mads", reason="Projektet er begyndt.")
        agenda.release_letter(case.pk, self.cast["karen"])
        ideas.keep(case.pk, self.cast["anna"], word("applications.Idea.note"))
        case.refresh_from_db()
        return case
