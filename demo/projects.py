"""What became of the first round's grants in the invented pool: some projects are done, some run, some call for somebody.

The nine grants of the played round are followed to where a reader finds one of each: settled, reported, running with a
voucher to decide, wishing a change, late and silent. Vouchers, effects and lessons are those of the played round's reports.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from applications import changing, going_public, photos, report_writing, talks
from applications.door import take
from applications.models import Milestone, Project
from applications.rehearsal import Rehearsal
from applications.rehearsal_projects import Aftermath
from demo import drawings
from journal import clock
from pool import closing
from pool.models import PoolYear
from publishing import year_flow

ACCOUNT = "00.52.89-1-01"  # invented, in the form of an account string
DONE = (2, 10, 11, 16)  # settled
REPORTED = 3  # waits for finance
VOUCHER_WAITS = 13  # its last voucher waits
SILENT = 4  # began, bought once, and nobody has been heard of since
CHANGES = 6  # wants more time
RUNS_WELL = 23
PICTURES = {  # drawings, for the pool and its people are invented
    2: (
        drawings.bins,
        "Tegning af tre affaldsspande: en grøn, en gul og en blå.",
        "Hver slags affald har sin farve på stuerne.",
    ),
    10: (drawings.fruit_trees, "Tegning af tre frugttræer bag et lavt stakit.", "Æbler, pærer og blommer ved hegnet."),
    16: (drawings.meadow, "Tegning af en eng med blomster i solen.", "Engen bag huset er med i naturvejledningen."),
}
HOW_IT_GOES = "Vi følger planen. Det første er købt ind, og alle er med."


class Projects:
    """The played grants, brought to the present moment of the scene."""

    def __init__(self, first: Rehearsal, now: datetime, weeks: int):
        self.aftermath = Aftermath(first, bill=drawings.receipt)
        self.first, self.now, self.weeks = first, now, timedelta(weeks=weeks)
        self.by_number = {report["number"]: self._moved(report) for report in self.aftermath.reports}
        self.aftermath.reports = list(self.by_number.values())

    def _moved(self, report: dict) -> dict:
        moved = [row | {"date": (date.fromisoformat(row["date"]) + self.weeks).isoformat()} for row in report["vouchers"]]
        return report | {"vouchers": moved}

    def build(self) -> None:
        self._give_the_year_its_account()
        self.aftermath.start()
        self._start_talks()
        self._buy()
        for number in (*DONE, REPORTED):
            self._report(number)
        self._settle()
        self._show_pictures()
        self._publish()
        self._say_how_it_goes()
        self._ask_for_time()
        self._begin_the_yearly_report()

    def _give_the_year_its_account(self) -> None:
        """Transfer orders name the account that the money comes from."""
        closing.set_account(self._year, self.first.cast["finance"], ACCOUNT)

    def _start_talks(self) -> None:
        clock.set_to(clock.now() + timedelta(days=7))
        for report in self.aftermath.reports:
            text = "Vilkår og bilag er gennemgået. Enheden er klar."
            talks.note(self._case(report).pk, self._consultant, kind="talk", day=clock.today(), text=text)

    def _buy(self) -> None:
        """All but the last of the silent project's and the waiting one's vouchers are in and accepted."""
        for number, report in self.by_number.items():
            rows = report["vouchers"][:1] if number == SILENT else report["vouchers"]
            for row in rows:
                day = date.fromisoformat(row["date"])
                if number == VOUCHER_WAITS and row is rows[-1]:
                    self._at(-3)
                    self.aftermath._register(self._day(-6), report, row)
                elif day < timezone.localdate(self.now):
                    self.aftermath._buy(day, report, row)

    def _report(self, number: int) -> None:
        self._at(-9 if number == REPORTED else -60)
        report = self.by_number[number]
        self.aftermath._write(report)
        take("report", self._case(report).pk, self.aftermath._contact(report))

    def _settle(self) -> None:
        for step, person, days in (("confirm_accounts", "finance", -52), ("complete", "consultant", -50)):
            self._at(days)
            for number in DONE:
                take(step, self._case(self.by_number[number]).pk, self.first.cast[person])

    def _show_pictures(self) -> None:
        self._at(-45)
        for number, (drawn, alt, caption) in PICTURES.items():
            report = self.by_number[number]
            case, contact = self._case(report), self.aftermath._contact(report)
            words = {"alt": alt, "caption": caption}
            photo = photos.add_photo(case.pk, contact, drawn(), nobody_shown=True, **words)
            photos.show(photo.pk, contact)

    def _publish(self) -> None:
        """The stories of those that are done; the last waits for a communicator."""
        self._at(-40)
        for number in DONE:
            self.aftermath.tell(self.by_number[number])
        self._at(-37)
        for number in DONE[:-1]:
            going_public.publish(self._case(self.by_number[number]).pk, self.first.cast["communicator"])

    def _ask_for_time(self) -> None:
        self._at(-4)
        report = self.by_number[CHANGES]
        project = Project.objects.get(pk=self._case(report).pk)
        reason = "Vægtene kom seks uger for sent. Vi vil gerne måle i fire uger mere."
        new_end = project.ends + timedelta(days=42)
        changing.ask(project.pk, self.aftermath._contact(report), "period", reason, new_end=new_end)

    def _begin_the_yearly_report(self) -> None:
        self._at(-2)
        year_flow.begin(self._year, self._consultant)

    def _say_how_it_goes(self) -> None:
        """The one that runs well is on time with what it owes; the milestones behind the others were reached too."""
        for number in (RUNS_WELL, CHANGES, VOUCHER_WAITS):
            report = self.by_number[number]
            halfway = Milestone.objects.filter(project=self._case(report).pk, kind=Milestone.Kind.HALFWAY, done_on=None)
            for milestone in halfway.filter(due__lt=self._day(0)):
                clock.set_to(timezone.make_aware(datetime.combine(milestone.due, time(10))))
                self._status(report)
            self._at(-20)
            self._status(report)

    def _status(self, report: dict) -> None:
        contact = self.aftermath._contact(report)
        draft = report_writing.begin(self._case(report).pk, contact, "status")
        words = {"summary": HOW_IT_GOES, "lessons": "", "hours": None}
        rows = [{"text": row.text, "status": row.status, "comment": row.comment} for row in draft.activities.all()]
        draft = report_writing.save(draft.pk, contact, words, rows, [], draft.revision)
        report_writing.send_status(draft.pk, contact, draft.revision)

    @property
    def _year(self) -> PoolYear:
        return PoolYear.objects.get(year=self.first.plan["pool_year"])

    @property
    def _consultant(self):
        return self.first.cast["consultant"]

    def _case(self, report: dict):
        return self.aftermath._case(report)

    def _day(self, days: int) -> date:
        return timezone.localdate(self.now) + timedelta(days=days)

    def _at(self, days: int) -> None:
        clock.set_to(self.now + timedelta(days=days))
