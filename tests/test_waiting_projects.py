"""What waits once a case is granted: for the unit, finance and the consultant, each until it is done."""

from datetime import timedelta

import pytest

from applications import agenda, changing, vouchers
from applications.door import NotYet
from applications.models import Application, ChangeRequest, Project
from applications.rows import cases_for
from applications.states import State
from applications.steps import STEPS
from applications.waiting import waiting_for
from applications.waiting_facts import facts
from applications.waiting_projects import may_complete
from journal import clock
from pool import rounds
from tests.test_round_list import queries_of, waiting_titles

pytestmark = pytest.mark.django_db


def test_a_grant_waits_for_its_leader_when_the_letter_is_out(walker, cast):
    walker(State.GRANTED)
    assert waiting_titles(cast["ulla"]) == {}
    walker.release()
    assert waiting_titles(cast["ulla"]) == {"Projekter, du kan sætte i gang": 1}
    assert waiting_titles(cast["anna"]) == {}
    clock.set_to(clock.now() + timedelta(days=60))  # long after it was news
    assert waiting_titles(cast["ulla"]) == {"Projekter, du kan sætte i gang": 1}


def test_a_project_waits_for_one_after_the_other(running, walker, cast):
    assert {who: waiting_titles(cast[who]) for who in ("anna", "ulla", "karen")} == {"anna": {}, "ulla": {}, "karen": {}}
    row = walker.voucher(38_000_00, accepted=False)
    assert waiting_titles(cast["frida"])["Bilag, du skal tage stilling til"] == 1
    vouchers.refuse(row.pk, cast["frida"], seen_revision=1, reason="Uskarpt.")
    assert waiting_titles(cast["anna"]) == {"Bilag, I skal rette": 1}
    values = {name: getattr(row, name) for name in vouchers.FIELDS}
    vouchers.correct(row.pk, cast["anna"], seen_revision=2, **values)
    vouchers.accept(row.pk, cast["frida"], seen_revision=3)
    assert waiting_titles(cast["anna"]) == {}
    due = running.project.milestones.get(kind="final_report").due
    clock.set_to(clock.now() + (due - clock.today()) - timedelta(days=60))
    assert waiting_titles(cast["ulla"]) == waiting_titles(cast["anna"]) == {"Slutrapporter, I skal aflevere": 1}
    walker.write_final()
    walker.take("report", "anna")
    assert waiting_titles(cast["anna"]) == {}
    assert waiting_titles(cast["karen"]) == {"Slutrapporter, du skal se igennem": 1}
    assert waiting_titles(cast["frida"]) == {"Regnskaber, du skal godkende": 1}
    walker.take("confirm_accounts", "frida")
    assert (waiting_titles(cast["frida"]), waiting_titles(cast["karen"])) == ({}, {"Projekter, du kan afslutte": 1})
    walker.take("complete", "karen")
    assert waiting_titles(cast["karen"]) == {}
    due = running.project.milestones.get(kind="effect_later").due
    clock.set_to(clock.now() + (due - clock.today()) - timedelta(days=31))
    assert waiting_titles(cast["anna"]) == {}
    clock.set_to(clock.now() + timedelta(days=1))
    assert waiting_titles(cast["anna"]) == {"Effekten efter et år, I skal skrive om": 1}


def test_a_round_that_is_put_away_keeps_nobody_from_their_project(running, walker, cast):
    walker.voucher(1_000_00, accepted=False)
    before = waiting_titles(cast["frida"])
    assert before["Bilag, du skal tage stilling til"] == 1
    rounds.archive(running.round, cast["karen"])
    assert waiting_titles(cast["frida"]) == before


def test_the_facts_say_complete_exactly_when_the_step_has_no_reason_against(running, walker, cast):
    walker.voucher(38_000_00)
    end = running.ends + timedelta(days=9)
    wish = changing.ask(running.pk, cast["anna"], "period", "Vi blev forsinket.", new_end=end)
    walker.write_final()
    with pytest.raises(NotYet, match="bedt om en ændring"):
        walker.take("report", "anna")
    changing.withdraw(wish.pk, cast["anna"])
    walker.take("report", "anna")
    ChangeRequest.objects.update(status="open")  # as none can stand there any more
    acts = [
        lambda: None,
        lambda: walker.take("confirm_accounts", "frida"),
        lambda: ChangeRequest.objects.update(status="withdrawn"),
        lambda: _undo_the_last(cast),
    ]
    said = []
    for act in acts:
        act()
        case = Application.objects.get(pk=running.pk)
        told = cases_for(cast["karen"]).annotate(**facts(cast["karen"])).get(pk=case.pk)
        reasons = STEPS["complete"].reasons_against(case, cast["karen"])
        assert may_complete(told) == (not reasons), reasons
        said.append(not reasons)
    assert said == [False, False, True, False]


def test_a_proposal_to_stop_waits_for_the_manager_until_it_is_answered(running, walker, cast):
    assert waiting_titles(cast["malene"]) == {}
    walker.take("propose_cancel", "karen", reason="Enheden lukker.")
    assert waiting_titles(cast["malene"]) == {"Projekter, der er foreslået afbrudt": 1}
    walker.take("keep_going", "malene", reason="Den lukker ikke.")
    assert waiting_titles(cast["malene"]) == {}


CHANGES, PLACES = "Ændringer, du skal tage stilling til", "Nye formål, der skal på et møde"


def test_a_change_waits_for_whom_its_size_makes_decide_it(running, walker, cast):
    near = changing.ask(running.pk, cast["anna"], "period", "Forsinket.", new_end=running.ends + timedelta(days=9))
    assert [waiting_titles(cast[who]).get(CHANGES) for who in ("karen", "malene", "signe", "frida")] == [1, None, None, None]
    changing.withdraw(near.pk, cast["anna"])
    far = changing.ask(running.pk, cast["anna"], "period", "Forsinket.", new_end=running.ends + timedelta(days=200))
    assert [waiting_titles(cast[who]).get(CHANGES) for who in ("karen", "malene", "signe")] == [None, 1, None]
    changing.approve(far.pk, cast["malene"])
    assert waiting_titles(cast["malene"]) == {}


def test_a_change_is_nobody_s_who_does_not_follow_the_case(running, cast):
    changing.ask(running.pk, cast["anna"], "period", "Forsinket.", new_end=running.ends + timedelta(days=9))
    Application.objects.update(case_officer=cast["malene"])
    assert CHANGES not in waiting_titles(cast["karen"])
    Application.objects.update(case_officer=None)
    assert waiting_titles(cast["karen"])[CHANGES] == 1


def test_a_new_purpose_waits_until_it_stands_on_a_meeting(running, cast):
    meeting = agenda.plan(running.round.committee, clock.now() + timedelta(days=40), by=cast["signe"])
    wish = changing.ask(running.pk, cast["anna"], "purpose", "Anlægget er solgt.", new_purpose="Et værksted.")
    assert [waiting_titles(cast[who]).get(PLACES) for who in ("karen", "malene", "signe")] == [1, None, 1]
    changing.place(wish.pk, cast["signe"], meeting)
    assert [waiting_titles(cast[who]).get(PLACES) for who in ("karen", "malene", "signe")] == [None, None, None]
    agenda.cancel(meeting, cast["signe"], "Lokalet er optaget.")
    assert waiting_titles(cast["signe"])[PLACES] == 1


def test_the_secretary_puts_a_new_purpose_on_a_meeting_from_what_waits(running, cast, client_of):
    meeting = agenda.plan(running.round.committee, clock.now() + timedelta(days=40), by=cast["signe"])
    changing.ask(running.pk, cast["anna"], "purpose", "Anlægget er solgt.", new_purpose="Et værksted.")
    (group,) = [group for group in waiting_for(cast["signe"]) if group.title == PLACES]
    signe = client_of(cast["signe"])
    assert "Enheden ønsker et andet formål: Et værksted." in signe.get(group.items[0].url).text
    answer = signe.post(group.items[0].url, {"meeting": meeting.pk}, follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(running.get_absolute_url(), 302)])
    assert "Ændringen er sat på mødets dagsorden." in answer.text
    assert PLACES not in waiting_titles(cast["signe"])


def test_what_waits_of_a_change_is_due_in_two_weeks_and_leads_to_its_answer(running, cast, client_of):
    wish = changing.ask(running.pk, cast["anna"], "period", "Forsinket.", new_end=running.ends + timedelta(days=9))
    (group,) = [group for group in waiting_for(cast["karen"]) if group.title == CHANGES]
    assert (group.items[0].day, group.items[0].days_left) == (clock.today() + timedelta(days=14), 14)
    assert group.items[0].url == f"/ansoegninger/{running.number}/projekt/aendringer/{wish.pk}/"
    assert client_of(cast["karen"]).get(group.items[0].url).status_code == 200


def _undo_the_last(cast):
    row = Project.objects.get().vouchers.get()
    vouchers.undo(row.pk, cast["frida"], seen_revision=row.revision, reason="Forkert konto.")


def test_the_list_asks_no_more_for_a_project(cast, walker, quick_case, client_of):
    walker(State.ACTIVE)
    walker.voucher(1_000_00, accepted=False)
    frida = client_of(cast["frida"])
    one = queries_of(frida, "/venter-paa-mig/")
    clock.set_to(walker.round.opens)
    quick_case(State.ACTIVE)
    quick_case.voucher(2_000_00, accepted=False)
    assert waiting_titles(cast["frida"])["Bilag, du skal tage stilling til"] == 2
    assert queries_of(frida, "/venter-paa-mig/") == one
