"""Rounds as opportunities and grants as awards, in the shapes of the CommonGrants protocol (commongrants.org).

Amounts are decimal text with their currency, moments UTC, days and clock times Danish. A lapsed grant is a state of our own
(«custom»). Only announced rounds are told.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.states import State
from journal import clock
from journal.models import Event
from people.models import Unit
from pool.models import Round
from publishing.open_data import identity
from publishing.open_data.api.asking import Question, Unknown, in_pages, without_empty
from publishing.open_data.grants import NOT_OPEN, Grant, open_grants, read
from publishing.open_data.threesixty import moment

AWARD_STATUS = {State.COMPLETED: "completed", State.CANCELLED: "cancelled", State.LAPSED: "custom"}
STATUS_BY_CLOCK = {
    "forecasted": lambda now: {"opens__gt": now, "archived_at": None},
    "open": lambda now: {"opens__lte": now, "deadline__gt": now, "archived_at": None},
}


# ── opportunities ───────────────────────────────────────────────────────────────────────────────────────────────────


def announced() -> QuerySet[Round]:
    return Round.objects.filter(announced_at__isnull=False).select_related("pool_year").order_by("-opens", "-pk")


def opportunities(question: Question) -> dict:
    rows = announced()
    if question.year is not None:
        rows = rows.filter(pool_year__year=question.year)
    if question.status in STATUS_BY_CLOCK:
        rows = rows.filter(**STATUS_BY_CLOCK[question.status](clock.now()))
    elif question.status:
        for by_clock in STATUS_BY_CLOCK.values():
            rows = rows.exclude(**by_clock(clock.now()))
    page = list(rows[question.rows])
    changed = _changed(page)
    return in_pages([_opportunity(each, changed) for each in page], rows.count(), question)


def opportunity(text: str) -> dict:
    found = announced().filter(pk=identity.row_of("opportunity", text)).first()
    if found is None:
        raise Unknown
    awards = [_award_ref(grant) for grant in read(open_grants().filter(round=found))]
    return {"data": {**_opportunity(found, _changed([found])), "awards": awards}}


def _changed(rounds: Iterable[Round]) -> dict[str, datetime]:
    subjects = [each.subject for each in rounds]
    return dict(Event.objects.filter(subject__in=subjects).order_by().values_list("subject").annotate(at=Max("at")))


def _opportunity(round_: Round, changed: dict) -> dict:
    return without_empty(
        {
            "id": str(identity.uuid_of("opportunity", round_.pk)),
            "title": _title(round_.pool_year.year, round_.name),
            "identifiers": _other_id("opp:dk:360giving", identity.round_code(round_.pk)),
            "status": _round_status(round_),
            "description": round_.introduction or _title(round_.pool_year.year, round_.name),
            "funding": without_empty(
                {
                    "totalAmountAvailable": money(round_.ceiling),
                    "minAwardAmount": money(round_.minimum_amount),
                    "maxAwardAmount": money(round_.maximum_amount),
                }
            ),
            "funders": {"primary": _funder()},
            "keyDates": {
                "postDate": _at(_("Runden meldes ud"), round_.announced_at),
                "closeDate": _at(_("Ansøgningsfrist"), round_.deadline),
                "otherDates": {
                    "opens": _at(_("Runden åbner"), round_.opens),
                    "answerBy": _on(_("Svar senest"), round_.answer_by),
                },
            },
            "source": identity.address("/om/"),
            "acceptedApplicantTypes": [{"value": "custom", "customValue": _("Institutioner og afdelinger i kommunen")}],
            "createdAt": moment(round_.announced_at),
            "lastModifiedAt": moment(max(round_.announced_at, changed.get(round_.subject, round_.announced_at))),
        }
    )


def _round_status(round_: Round) -> dict:
    words = {Round.Status.PLANNED: ("forecasted", _("Kommer")), Round.Status.OPEN: ("open", _("Åben"))}
    value, description = words.get(round_.status, ("closed", _("Lukket")))
    return {"value": value, "description": description}


# ── awards ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def awards(question: Question) -> dict:
    rows = open_grants(year=question.year, theme=question.theme, centre=question.centre)
    return in_pages(map(_award, read(rows[question.rows])), rows.count(), question)


def award(text: str) -> dict:
    found = next(read(open_grants().filter(pk=identity.row_of("award", text))), None)
    if found is None:
        raise Unknown
    return {"data": _award(found)}


def _award(grant: Grant) -> dict:
    period = None
    if grant.starts and grant.ends:
        dates = {"startDate": grant.starts.isoformat(), "endDate": grant.ends.isoformat()}
        period = {"name": _("Projektet løber"), "eventType": "dateRange", **dates}
    return without_empty(
        {
            **_award_ref(grant),
            "description": grant.description or str(NOT_OPEN),
            "status": _award_status(grant),
            "funding": without_empty(
                {
                    "details": _("Besluttet af: %(who)s") % {"who": grant.decided_by} if grant.decided_by else "",
                    "awardedAmount": money(grant.amount),
                    "disbursedAmount": money(grant.spent),
                }
            ),
            "keyDates": without_empty({"awardDate": _on(_("Bevilget"), grant.awarded_on), "periodOfPerformance": period}),
            "opportunity": {
                "id": str(identity.uuid_of("opportunity", grant.round_row)),
                "title": _title(grant.year, grant.round_name),
            },
            "funders": {"primary": _funder()},
            "recipientOrganizations": {"primary": _unit(grant.unit), "otherOrgs": {"centre": _unit(grant.centre)}},
            "source": identity.address(grant.page or "/data/"),
            "createdAt": moment(grant.released_at),
            "lastModifiedAt": moment(grant.modified_at),
        }
    )


def _award_ref(grant: Grant) -> dict:
    return {
        "id": str(identity.uuid_of("award", grant.row)),
        "title": grant.title,
        "identifiers": _other_id("awd:dk:360giving", identity.grant_id(grant.number)),
    }


def _award_status(grant: Grant) -> dict:
    value = AWARD_STATUS.get(State(grant.state), "awarded")
    said = {"value": value, "description": str(State(grant.state).label)}
    return said | {"customValue": grant.state} if value == "custom" else said


# ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def money(ore: int | None) -> dict | None:
    if ore is None:
        return None
    return {"amount": f"{ore // 100}.{ore % 100:02}", "currency": "DKK"}


def _title(year: int, name: str) -> str:
    return f"{_('Bæredygtighedspuljen')}: {identity.round_title(name, year)}"


def _other_id(registry: str, value: str) -> dict:
    return {"otherIds": {registry: {"id": value}}}


def _funder() -> dict:
    return {
        "id": str(identity.uuid_of("organization", identity.FUNDER)),
        "name": settings.MUNICIPALITY["name"],
        "identifiers": _other_id("org:dk:cvr", identity.funder_id()),
    }


def _unit(unit: Unit) -> dict:
    return {
        "id": str(identity.uuid_of("organization", unit.pk)),
        "name": unit.name,
        "identifiers": _other_id("org:dk:360giving", identity.unit_id(unit.pk)),
    }


def _on(name: str, day: date) -> dict:
    return {"name": name, "eventType": "singleDate", "date": day.isoformat()}


def _at(name: str, at: datetime) -> dict:
    here = timezone.localtime(at)
    return {**_on(name, here.date()), "time": here.strftime("%H:%M:%S")}
