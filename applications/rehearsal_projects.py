"""Plays what becomes of a played round's grants: projects start, buy, report, are settled, and their results are published.

The folder's reports.json says it: vouchers, effects, lesson and result of each granted application by its number. Every
step is taken as the person whose step it is, at the dates of round.json (`start`, `reported`, `completed`) and the vouchers.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from applications import going_public, project_files, reporting, results, vouchers
from applications.door import take
from applications.models import Application, MeasuredEffect, Project, ReportedActivity, Voucher
from applications.rehearsal import DATA, Rehearsal, moment, read_json
from journal import clock
from pages.money import ore_from
from people.models import Person

REPORTS = "reports.json"
# each way of settling is played; which project gets which follows from its place in the file
SETTLEMENTS = (Project.Settlement.BUDGET_TRANSFER, Project.Settlement.POOL_INVOICE, Project.Settlement.REFUND)
STAGES = ("decided", "started", "reported", "completed", "published")


class Aftermath:
    """The projects of one played round, in acts. The data have no bills: `bill(day, supplier, text, øre)` may draw one."""

    def __init__(self, rehearsal: Rehearsal, folder: Path = DATA, bill: Callable = lambda *said: None):
        self.bill = bill
        self.rehearsal, self.plan, self.cast = rehearsal, rehearsal.plan, rehearsal.cast
        self.data = {data["number"]: data for data in rehearsal.applications}
        self.reports = sorted(read_json(folder / REPORTS), key=lambda report: report["number"])

    def play(self, stage: str) -> None:
        """All acts up to and with the stage."""
        acts = {"started": self.start, "reported": self.report, "completed": self.complete, "published": self.publish}
        for name, act in acts.items():
            if STAGES.index(name) <= STAGES.index(stage):
                act()

    def start(self) -> None:
        """Each leader accepts the conditions; finance books the transfers the day after."""
        clock.set_to(moment(self.plan["start"]))
        for place, report in enumerate(self.reports):
            settlement = SETTLEMENTS[place % len(SETTLEMENTS)]
            account = "" if settlement == Project.Settlement.POOL_INVOICE else self._case(report).unit.ean
            answers = {"settlement": settlement.value, "account": account, "accepts": True}
            take("start", self._case(report).pk, self._leader(report), answers=answers)
        clock.set_to(moment(self.plan["start"]) + timedelta(days=1))
        for project in Project.objects.filter(settlement=Project.Settlement.BUDGET_TRANSFER, transferred_at=None):
            vouchers.confirm_transfer(project.pk, self.cast["finance"])

    def report(self) -> None:
        """Vouchers come in by their dates and are accepted two days later; the final report comes when all are in."""
        bought = [(date.fromisoformat(row["date"]), report, row) for report in self.reports for row in report["vouchers"]]
        for day, report, row in sorted(bought, key=lambda each: (each[0], each[1]["number"])):
            self._buy(day, report, row)
        clock.set_to(moment(self.plan["reported"]))
        for report in self.reports:
            self._write(report)
            take("report", self._case(report).pk, self._contact(report))

    def _buy(self, day: date, report: dict, row: dict) -> None:
        self._at(day)
        voucher = self._register(day, report, row)
        vouchers.accept(voucher.pk, self.cast["finance"], seen_revision=voucher.revision)

    def _register(self, day: date, report: dict, row: dict) -> Voucher:
        case, contact, supplier, amount = self._case(report), self._contact(report), row["supplier"], ore_from(row["amount"])
        line = case.budget_lines.all()[row["budget_line"] - 1]
        said = {"date": day, "supplier": supplier, "text": line.text, "amount": amount}
        with project_files.kept(case.pk, contact, self.bill(*said.values())) as file:
            return vouchers.register(case.pk, contact, budget_line=line, file=file, **said)

    def _write(self, report: dict) -> None:
        """The final report as the unit writes it."""
        project = Project.objects.get(pk=self._case(report).pk)
        draft = reporting.begin(project, "final", self._contact(report))
        draft.result, draft.lessons = report["result"], report["lesson"]
        draft.save()
        draft.activities.update(status=ReportedActivity.Status.DONE)
        expected = {effect.indicator: effect for effect in project.application.effects.all()}
        for place, effect in enumerate(report["measured_effects"]):
            MeasuredEffect.objects.create(
                project=project,
                report=draft,
                position=place,
                expected=expected.get(effect["indicator"]),
                indicator=effect["indicator"],
                value=Decimal(effect["value"]),
                unit=effect["unit"],
                basis=effect["basis"],
                method=effect["method"],
            )

    def complete(self) -> None:
        """Finance confirms each account the day before; the consultant ends the projects."""
        day = moment(self.plan["completed"])
        for step, person, at in (("confirm_accounts", "finance", day - timedelta(days=1)), ("complete", "consultant", day)):
            clock.set_to(at)
            for report in self.reports:
                take(step, self._case(report).pk, self.cast[person])

    def publish(self) -> None:
        """Each unit tells its story the week after, and a communicator publishes it two days later."""
        day = moment(self.plan["completed"]) + timedelta(days=7)
        clock.set_to(day)
        for report in self.reports:
            self.tell(report)
        clock.set_to(day + timedelta(days=2))
        for report in self.reports:
            going_public.publish(self._case(report).pk, self.cast["communicator"])

    def tell(self, report: dict):
        """The story as the report tells it, seen by the unit and sent to Kommunikation."""
        contact = self._contact(report)
        story = results.begin(self._case(report).pk, contact)
        return results.send(story.pk, contact, seen_revision=story.revision)

    def _at(self, day: date) -> None:
        clock.set_to(timezone.make_aware(datetime.combine(day, time(12))))

    def _case(self, report: dict) -> Application:
        return Application.objects.get(pk=self.rehearsal.cases[report["number"]].pk)

    def _contact(self, report: dict) -> Person:
        return Person.objects.get(email=self.data[report["number"]]["contact"]["email"].lower())

    def _leader(self, report: dict) -> Person:
        return Person.objects.get(email=self.data[report["number"]]["leader"]["email"].lower())
