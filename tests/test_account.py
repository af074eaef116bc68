"""The pool year's account at any date: it balances to the øre, every split sums to it, every figure is its moves."""

import csv
import io
import os
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import accounts, assessing
from applications.models import Application
from applications.states import State
from journal import chain, clock
from pool import account_figures, ledger
from pool.account_figures import FIGURES, OF_PART, OF_YEAR
from pool.models import LAWFUL_MOVES, Pocket, PoolYear
from tests.cast import Walker

FAR = date(2030, 1, 1)


def figures(account) -> dict[str, int]:
    return {shown.figure.key: shown.value for shown in account.of_year()}


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\xa0", " "))


@pytest.fixture
def settled(cast, open_round, quick_round, year):
    """One case with one theme is completed (38,000 of 40,000), one of another round, with two themes, runs with 40,000."""
    running = Walker(cast, quick_round)
    running(State.RECOMMENDED, themes=["waste", "food"])
    assessing.declare(running.case.pk, cast["mads"], "none")
    running.take("grant_by_delegation", "mads")
    running.start()
    done = Walker(cast, open_round)
    done(State.COMPLETED)
    return done.case, running.case


def test_a_worked_year(settled, year):
    account = accounts.at(year, FAR)
    assert figures(account) == {
        "budget": 1_500_000_00,
        "reserveret": 0,
        "disponeret": 42_000_00,  # 40,000 that run, and 2,000 of the first before they went back
        "forbrug": 38_000_00,
        "tilbagefoert": 2_000_00,
        "rest": 1_422_000_00,
        "regnskab": 1_462_000_00,
    }
    rows = {part.label: [shown.value for shown in account.of_part(part)] for part in account.splits["tema"]}
    assert rows == {
        "Affald og genanvendelse": [0, 2_000_00, 38_000_00, 2_000_00, 38_000_00],
        "Flere temaer": [0, 40_000_00, 0, 0, 40_000_00],
    }
    assert [part.label for part in account.splits["center"]] == ["Center for Dagtilbud, Skole og Forebyggelse"]
    assert [part.label for part in account.splits["runde"]] == ["Hurtig pulje", "Runde 1, 2026"]


def test_the_day_itself_counts_to_its_last_danish_minute(year):
    """23:59 in Denmark on the last of June is 21:59 UTC; one minute later is July."""
    base = accounts.at(year, FAR).figure("budget")
    for minute, amount in ((59, 100), (0, 7)):
        clock.set_to(datetime(2026, 6, 30, 21 if minute else 22, minute, tzinfo=UTC))
        with transaction.atomic():
            ledger.move(year, Pocket.OUTSIDE, Pocket.AVAILABLE, amount, cause=chain.record("prøve/1", "try", None))
    on = lambda day: accounts.at(year, day).figure("budget") - base  # noqa: E731
    assert [on(date(2026, 6, 29)), on(date(2026, 6, 30)), on(date(2026, 7, 1))] == [0, 100, 107]


def test_the_page_shows_every_figure_with_the_moves_behind_it(settled, client_of, cast, year):
    frida = client_of(cast["frida"])
    page = frida.get(reverse("applications:account", args=[2026]), {"dato": FAR.isoformat()})
    assert "Rest til ny bevilling 1.422.000,00" in text_of(page)
    account = accounts.at(year, FAR)
    shown = account.of_year() + [
        each for parts in account.splits.values() for part in parts for each in account.of_part(part)
    ]
    assert len(shown) == len(OF_YEAR) + 5 * len(OF_PART)
    for each in shown:
        answer = frida.get(each.href)
        rows = answer.context["rows"]
        assert (rows[0].balance if rows else 0) == each.value
        assert sum(row.effect for row in rows) == each.value
    assert frida.get(reverse("applications:account-moves", args=[2026]), {"tal": "rest", "center": "999"}).status_code == 404
    assert frida.get(reverse("applications:account-moves", args=[2026]), {"tal": "guld"}).status_code == 404
    assert client_of(cast["anna"]).get(reverse("applications:account", args=[2026])).status_code == 403


def test_a_day_that_is_none_is_answered_in_words(client_of, cast, year):
    page = client_of(cast["frida"]).get(reverse("applications:account", args=[2026]), {"dato": "31.02.2026"})
    assert "Skriv en dato, fx 30.06.2026." in text_of(page)
    page = client_of(cast["frida"]).get(reverse("applications:account", args=[2026]), {"dato": "9999-12-31"})
    assert "Skriv en dato, fx 30.06.2026." in text_of(page)


def test_the_files_say_what_the_page_says(settled, client_of, cast, year):
    frida, asked = client_of(cast["frida"]), {"dato": FAR.isoformat()}
    content = frida.get(reverse("applications:account-csv", args=[2026]), asked).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter=";"))
    assert (rows[0]["Navn"], rows[0]["Rest til ny bevilling"], rows[0]["Rest regnskabsmæssigt"]) == (
        "2026", "1422000,00", "1462000,00",
    )  # fmt: skip
    tied = [int(row["Bundet og brugt"].replace(",", "")) for row in rows if row["Opdelt efter"] == "Tema"]
    assert sum(tied) == 78_000_00
    assert frida.get(reverse("applications:account-xlsx", args=[2026]), asked).content.startswith(b"PK")


def test_the_account_asks_the_same_of_the_database_for_many_cases(settled, year, cast, open_round):
    with CaptureQueriesContext(connection) as few:
        accounts.at(year, FAR)
    copies = Application.objects.first()
    for number in range(20):
        copies.pk, copies.number = None, f"2026-9{number:02}"
        copies.save()
        with transaction.atomic():
            cause = chain.record(copies.subject, "try", None)
            ledger.move(year, Pocket.AVAILABLE, Pocket.COMMITTED, 100, cause=cause, round=open_round)
    with CaptureQueriesContext(connection) as many:
        account = accounts.at(year, FAR)
    assert len(few) == len(many) == 4
    assert account.figure("disponeret") == 42_000_00 + 2_000


RUNS = int(os.environ.get("POOL_MOVES", "200")) // 10
MOVES = st.lists(
    st.tuples(st.sampled_from(LAWFUL_MOVES), st.integers(1, 60_000_000), st.integers(0, 3), st.integers(0, 9)), max_size=25
)


@settings(max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES, st.integers(0, 9))
def test_whatever_moved_the_account_of_any_day_balances_and_every_split_sums_to_it(year, open_round, cast, moves, asked):
    """Rest = available on that day; a figure is the sum of its moves; the rows of each split sum to the year."""
    start = clock.now()
    with transaction.atomic():
        subjects = _cases(cast, open_round)
        available, on_the_day = PoolYear.objects.get(pk=year.pk).available, None
        for (source, target), amount, which, days in sorted(moves, key=lambda move: move[3]):
            clock.set_to(start + timedelta(days=days))
            if days > asked and on_the_day is None:
                on_the_day = PoolYear.objects.get(pk=year.pk)
            in_round = open_round if which < 3 else None
            try:
                with transaction.atomic():
                    event = chain.record(subjects[which], "try", None)
                    ledger.move(year, source, target, amount, cause=event, round=in_round)
            except (ledger.NoMove, IntegrityError):
                pass
        held, day = on_the_day or PoolYear.objects.get(pk=year.pk), start.date() + timedelta(days=asked)
        account = accounts.at(year, day)
        found = figures(account)
        assert found["rest"] == held.available
        assert found["rest"] == (
            found["budget"] - found["reserveret"] - found["disponeret"] - found["forbrug"] + found["tilbagefoert"]
        )
        assert (found["budget"], found["reserveret"], found["forbrug"]) == (held.appropriation, held.reserved, held.spent)
        assert found["disponeret"] - found["tilbagefoert"] == held.committed
        assert found["regnskab"] == held.available + held.reserved + held.committed
        for parts in account.splits.values():
            for place, key in enumerate(OF_PART):
                assert sum(account.of_part(part)[place].value for part in parts) == account.figure(key)
        for key in OF_YEAR:
            rows = account_figures.behind(account_figures.until(year, day), FIGURES[key])
            assert (rows[0].balance if rows else 0) == account.figure(key) == sum(row.effect for row in rows)
        assert available >= 0
        transaction.set_rollback(True)
    clock.set_to(start)
    year.refresh_from_db()


def _cases(cast, round_) -> list[str]:
    """Subjects of three cases of different themes, and of something that is no case."""
    walker = Walker(cast, round_)
    first = walker(State.DRAFT)
    subjects = [first.subject]
    for number, themes in enumerate((["food", "waste"], [])):
        first.pk, first.number, first.themes = None, f"2026-8{number:02}", themes
        first.save()
        subjects.append(first.subject)
    return [*subjects, "prøve/1"]
