"""A world to measure in: 300 applications in one round, 3,000 from earlier years, their events, moves and messages.

One case per state walks through the door; the rest are copies of its rows, because three thousand walks would take an
hour. Only the benchmark writes this way. Figures, not facts: `verify` is not meant to pass on it.
"""

import copy
from datetime import timedelta

from django.db import connection
from django.db.models import Max

from applications import agenda, assessing, round_questions
from applications.door import take
from applications.models import Application, Meeting, Placement
from applications.rehearsal import Rehearsal
from journal import chain, clock
from journal.models import ChainHead, Event, Message
from people.models import Person, Unit
from pool.models import LedgerEntry, Pocket, PoolYear, Round
from questionnaires import designing
from questionnaires.models import Question

APPLICANT = "soeren.aakjaer"
ANSWERS = {
    "yes_no": True, "text": "Et kort svar", "long": "Et langt svar. " * 60, "number": "12.5", "amount": 125_000,
    "choice": "Cykel", "several": ["Bus", "Cykel"], "date": "2026-02-03",
}  # fmt: skip
CURRENT, EARLIER, YEARS = 300, 3000, 5
COPIED = (
    "authors", "budget_lines", "effects", "versions", "declarations", "co_assessors", "gate_answers", "questions",
    "hearings", "help_given", "notes",
)  # fmt: skip


def build() -> Rehearsal:
    """The world, with one round in the middle of being assessed."""
    played = Rehearsal()
    try:
        played.play()
        decided = list(Application.objects.order_by("pk"))
        round_ = _current_round(played)
        earlier = _earlier_rounds(played.round)
        for place in range(EARLIER):
            target = earlier[place % len(earlier)]
            _copy(decided[place % len(decided)], target, f"{target.pool_year.year}-{place + 1:04}")
        models = list(round_.cases.values())
        for place in range(CURRENT - len(models)):
            _copy(models[place % len(models)], round_.round, f"{round_.plan['pool_year']}-{place + 500}")
        _events()
        _messages()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a database in use has done by itself
    finally:
        clock.set_to(None)
    return round_


def _current_round(played: Rehearsal) -> Rehearsal:
    """Cases at every stage: assessed, recommended, approved, on an agenda; the meeting is three weeks ahead."""
    clock.set_to(None)
    now = clock.now()
    day = lambda days: (now + timedelta(days=days)).isoformat(timespec="minutes")  # noqa: E731
    changes = {
        number: {"recommended_amount": amount} for number, amount in [(2, 38_500), (3, 60_000), (4, 79_000), (6, 59_500)]
    }
    changes |= {number: {} for number in (8, 9, 17, 20)}
    dates = {"opens": day(-40), "deadline": day(-12), "assessed_by": day(-5), "approved": day(-3), "meeting": day(21)}
    round_ = played.another(changes, name="Stor runde", pool_year=now.year, ceiling=450_000, **dates)
    round_.open_round()
    round_.apply()
    clock.set_to(now - timedelta(days=11))
    for number in (2, 3, 4, 6, 8, 9, 17):
        round_.begin(number)
    by_number = {data["number"]: data for data in round_.applications}
    for number in (2, 3, 4, 6, 8):
        round_.score(by_number[number])
    for number in (2, 3, 4, 6):
        round_.recommend_one(by_number[number])
    clock.set_to(now - timedelta(days=2))
    manager, secretary = round_.cast["manager"], round_.cast["secretary"]
    assessing.declare_for_round(round_.round, manager)
    for number in (2, 3, 4):
        take("approve_recommendation", round_.cases[number].pk, manager)
    meeting = agenda.plan(round_.round.committee, now + timedelta(days=21), by=secretary)
    for number in (2, 3):
        take("place_on_agenda", round_.cases[number].pk, secretary, answers={"meeting": meeting})
    round_.cases = {number: Application.objects.get(pk=case.pk) for number, case in round_.cases.items()}
    return round_


def _earlier_rounds(model: Round) -> list[Round]:
    """Two rounds in each earlier year, with the model's rules."""
    rounds = []
    for back in range(1, YEARS + 1):
        year = PoolYear.objects.create(year=model.pool_year.year - back)
        for half in (1, 2):
            row = copy.copy(model)
            row.pk = None
            row.pool_year, row.name = year, f"Runde {half}, {year.year}"
            row.ceiling, row.reserved, row.committed, row.spent = 10**12, 0, 0, 0
            for name in ("opens", "deadline"):
                setattr(row, name, getattr(model, name) - timedelta(days=365 * back - 90 * half))
            row.save()
            for related in ("criteria", "gates"):
                rows = list(getattr(model, related).all())
                for each in rows:
                    each.pk, each.round = None, row
                type(rows[0]).objects.bulk_create(rows)
            rounds.append(row)
    return rounds


_units: list[Unit] = []


def _copy(model: Application, round_: Round, number: str) -> None:
    _units[:] = _units or list(Unit.objects.exclude(parent=None).order_by("pk"))
    case = copy.copy(model)
    case.pk, case._state = None, copy.copy(model._state)
    case._state.adding = True
    case.round, case.number, case.unit = round_, number, _units[sum(map(ord, number)) % len(_units)]
    Application.objects.bulk_create([case])
    for related in COPIED:
        rows = list(getattr(model, related).all())
        for row in rows:
            row.pk, row.application = None, case
        if rows:
            type(rows[0]).objects.bulk_create(rows)
    _copy_scores(model, case)
    rows = list(Placement.objects.filter(application=model))
    for row in rows:
        row.pk, row.application = None, case
    Placement.objects.bulk_create(rows)


def _copy_scores(model: Application, case: Application) -> None:
    criteria = {criterion.key: criterion for criterion in case.round.criteria.all()}
    for assessment in model.assessments.all():
        scores = list(assessment.scores.select_related("criterion"))
        assessment.pk, assessment.application = None, case
        assessment.save(force_insert=True)
        for score in scores:
            score.pk, score.assessment, score.criterion = None, assessment, criteria[score.criterion.key]
        type(scores[0]).objects.bulk_create(scores)


def _events() -> None:
    """Ten events for every copied case, in the chain, and the moves of those that were granted."""
    head = ChainHead.objects.get()
    known = set(Event.objects.filter(subject__startswith="ansøgning/").values_list("subject", flat=True))
    consultant = Person.objects.get(email__startswith="karen.")
    steps = ["create", "request_endorsement", "endorse", "assign", "start_assessment", "declare", "answer_gates", "assess"]
    events, previous, position = [], head.hash, head.position
    for case in Application.objects.order_by("pk"):
        if case.subject in known:
            continue
        for number, step in enumerate([*steps, "recommend", "grant"], 1):
            position += 1
            payload = {
                "fra": "draft",
                "til": case.state,
                "version": 1,
                "roller": [],
                "svar": {"reason": "Målt og beskrevet."},
            }
            event = Event(
                position=position, subject=case.subject, number=number, step=step, actor=consultant, at=case.created_at,
                payload=payload, salt="0" * 32, previous_hash=previous,
            )  # fmt: skip
            event.payload_digest = chain.digest_of(payload, event.salt)
            event.hash = previous = chain.hash_of(event)
            events.append(event)
    Event.objects.bulk_create(events, batch_size=2000)
    ChainHead.objects.update(position=position, hash=previous)
    granted = {event.subject: event for event in events if event.step == "grant"}
    rows = Application.objects.filter(granted_amount__isnull=False).select_related("round__pool_year")
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            pool_year=case.round.pool_year, round=case.round, source=Pocket.AVAILABLE, target=Pocket.COMMITTED,
            amount=case.granted_amount, cause=granted[case.subject], at=case.created_at,
        )
        for case in rows
        if case.subject in granted
    )  # fmt: skip


def _messages() -> None:
    """Three thousand messages to each who works with cases."""
    people = Person.objects.filter(email__regex=r"^(karen|mads|signe|frida|rune)\.")
    last = Event.objects.aggregate(last=Max("position"))["last"]
    events = list(Event.objects.filter(position__gt=last - 3000))
    Message.objects.bulk_create(
        (
            Message(
                event=event, person=person, template="bench", subject="Ansøgning er indstillet", body="Se sagen.",
                created_at=event.at, due_at=event.at, sent_at=event.at, read_at=event.at if place % 50 else None,
            )
            for person in people
            for place, event in enumerate(events)
        ),
        batch_size=2000,
    )  # fmt: skip


def _draft_with_questions(round_: Rehearsal, count: int) -> tuple[Application, Question]:
    """A draft in an open round that asks so many questions of every kind, half of them after a yes; all are answered."""
    now = clock.now()
    day = lambda days: (now + timedelta(days=days)).isoformat(timespec="minutes")  # noqa: E731
    dates = {"opens": day(-2), "deadline": day(20), "assessed_by": day(25), "approved": day(27), "meeting": day(60)}
    data = next(data for data in Rehearsal().applications if data["contact"]["email"].startswith(APPLICANT))
    asked = round_.another({}, name="Åben runde", **dates)
    asked.applications = [data]
    asked.open_round()
    clock.set_to(None)
    subject, options = asked.round.subject, ["Bus", "Cykel", "Til fods"]
    for place in range(count):
        before = designing.questions_of(designing.newest(subject))
        hangs = {"depends_on": before[0].key, "depends_values": [True]} if place % 2 else {}
        kind = "yes_no" if place == 0 else list(ANSWERS)[place % len(ANSWERS)]
        facts = {"kind": kind, "label": f"Spørgsmål {place}", "help": "Et eksempel på et svar. " * 4, **hangs}
        facts["options"] = options if kind in ("choice", "several") else []
        designing.put(subject, asked.round.name, designing.stamp(designing.newest(subject)), facts)
    round_questions.publish(asked.round, designing.stamp(designing.newest(subject)), asked.cast["consultant"])
    case = asked.write(data)
    questions = round_questions.asked(Application.objects.get(pk=case.pk))
    case.round_answers = {each.key: ANSWERS[each.kind] for each in questions}
    case.questions_version = questions[0].version
    case.save()
    return case, questions[-1]


def addresses(round_: Rehearsal) -> dict[str, object]:
    """What the measured pages need: a case of each kind, the round, the meeting, the item, the years."""
    meeting = Meeting.objects.filter(status="planned").get()
    draft, last = _draft_with_questions(round_, 40)
    return {
        "draft": draft.number,
        "open": draft.round_id,
        "question": last.key,
        "round": round_.round.pk,
        "assessed": round_.cases[8].number,
        "recommended": round_.cases[6].number,
        "meeting": meeting.pk,
        "item": meeting.items.get().pk,
        "year": round_.plan["pool_year"],
    }
