"""How people stand to a case: roles, impartiality, four eyes; and the same answer from every side."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import assessing
from applications.door import NotYours, take
from applications.models import Application, Declaration, Hand, Hearing
from applications.roles import MAY, READ_BY_ROLES, may, people_with, roles_on, told, visible_to, with_standing
from applications.states import State
from journal import clock
from people import appointments
from people.models import Person, RoleAssignment, Unit
from people.roles import APPOINTED, Role
from tests.proof import FOLDER

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def fresh(person):
    return Person.objects.get(pk=person.pk)


def held(cast, name, case):
    return set(roles_on(fresh(cast[name]), Application.objects.get(pk=case.pk)))


EVERYBODY = {
    State.DRAFT: {"anna": "applicant", "bo": "applicant", "ulla": "unit_leader", "rasmus": "auditor"},
    State.SUBMITTED: {"karen": "consultant", "kurt": "consultant", "mads": "manager", "malene": "manager"},
    State.UNDER_ASSESSMENT: {"rune": "co_assessor"},
    State.APPROVED_FOR_DECISION: {"signe": "secretary"},
    State.GRANTED: {"frida": "finance"},
}


@pytest.mark.parametrize("state", list(EVERYBODY))
def test_each_stage_lets_in_who_belongs_there_and_nobody_else(case, cast, state):
    reached = case(state)
    expected = {}
    for stage, people in EVERYBODY.items():
        expected |= people
        if stage == state:
            break
    assert {name: held(cast, name, reached) for name in cast if held(cast, name, reached)} == {
        name: {role} for name, role in expected.items()
    }


def test_a_leader_above_the_unit_holds_its_cases_too(case, cast):
    draft = case(State.DRAFT)
    centre = Unit.objects.get(name="Center for Dagtilbud, Skole og Forebyggelse")
    appointments.appoint(cast["otto"], Role.UNIT_LEADER, centre, by=None)
    assert held(cast, "otto", draft) == {Role.UNIT_LEADER}


def test_a_manager_of_one_centre_holds_nothing_in_another(case, cast):
    submitted = case(State.SUBMITTED)
    appointments.appoint(cast["otto"], Role.MANAGER, Unit.objects.get(name="Center for Ejendomme og Indkøb"), by=None)
    assert held(cast, "otto", submitted) == set()


def test_a_consultant_reads_a_draft_only_when_asked_for_help(case, cast):
    draft = case(State.DRAFT)
    assert held(cast, "karen", draft) == set()
    Application.objects.filter(pk=draft.pk).update(help_requested=True)
    assert held(cast, "karen", draft) == {Role.CONSULTANT}


def test_an_inactive_person_holds_nothing_from_that_instant(case, cast):
    submitted = case(State.SUBMITTED)
    appointments.deactivate(cast["karen"], by=None)
    assert held(cast, "karen", submitted) == set()
    assert list(visible_to(fresh(cast["karen"]))) == []


def test_a_role_counts_from_its_first_to_its_last_day(case, cast):
    submitted = case(State.SUBMITTED)
    RoleAssignment.objects.filter(person=cast["karen"]).update(valid_to=clock.today())
    assert held(cast, "karen", submitted) == {Role.CONSULTANT}
    clock.set_to(clock.now() + timedelta(days=1))
    assert held(cast, "karen", submitted) == set()


INTERESTS = {
    "wrote it": lambda case, person: case.authors.create(person=person),
    "endorsed it": lambda case, person: Application.objects.filter(pk=case.pk).update(endorsed_by=person),
    "is its contact": lambda case, person: Application.objects.filter(pk=case.pk).update(contact_email=person.email.upper()),
    "leads the unit": lambda case, person: appointments.appoint(person, Role.UNIT_LEADER, case.unit, by=None),
    "is disqualified": lambda case, person: Declaration.objects.update_or_create(
        application=case,
        person=person,
        defaults={"level": "disqualified", "note": "Gift med lederen", "declared_at": clock.now()},
    ),
}


@pytest.mark.parametrize("how", list(INTERESTS))
@pytest.mark.parametrize("name", ["karen", "rune", "mads", "signe", "rasmus"])
def test_who_has_an_interest_holds_only_that_interest(case, cast, how, name):
    decided = case(State.GRANTED)
    INTERESTS[how](decided, cast[name])
    # the auditor alone has had no hand in deciding it
    expected = {Role.UNIT_LEADER} if (how, name) == ("leads the unit", "rasmus") else set()
    assert held(cast, name, decided) == expected
    assert visible_to(fresh(cast[name])).filter(pk=decided.pk).exists() is bool(expected)


def test_the_case_officer_does_not_approve(case, walker, cast):
    walker.round.refresh_from_db()
    reached = case(State.UNDER_ASSESSMENT)
    centre = Unit.objects.get(name="Næstved Kommune")
    appointments.appoint(cast["karen"], Role.MANAGER, centre, by=None)
    assert held(cast, "karen", reached) == {Role.CONSULTANT}
    walker.recommend()
    with pytest.raises(NotYours):
        take("approve_recommendation", reached.pk, cast["karen"])


FOUR_EYES = [
    ("case_officer", Role.MANAGER, State.GRANTED),
    ("case_officer", Role.SECRETARY, State.GRANTED),
    ("recommended_by", Role.MANAGER, State.GRANTED),
    ("recommended_by", Role.SECRETARY, State.GRANTED),
    ("approved_by", Role.SECRETARY, State.GRANTED),
]


@pytest.mark.parametrize(("hand", "role", "state"), FOUR_EYES)
def test_a_hand_in_the_case_keeps_its_owner_from_the_next_control_in_lists_too(case, cast, hand, role, state):
    decided = case(state)
    appointments.appoint(cast["otto"], role, Unit.objects.get(name="Næstved Kommune"), by=None)
    assert held(cast, "otto", decided) == {role}
    Application.objects.filter(pk=decided.pk).update(**{hand: cast["otto"]})
    assert held(cast, "otto", decided) == set()
    assert not visible_to(fresh(cast["otto"])).filter(pk=decided.pk).exists()


HANDS = {  # what each act keeps its owner from, and what it does not
    Hand.Act.ASSESSED: {Role.APPLICANT, Role.UNIT_LEADER},
    Hand.Act.RECOMMENDED: {Role.APPLICANT, Role.UNIT_LEADER, Role.MANAGER, Role.SECRETARY},
    Hand.Act.APPROVED: {Role.APPLICANT, Role.UNIT_LEADER, Role.CONSULTANT, Role.SECRETARY},
    Hand.Act.RECORDED: {Role.APPLICANT, Role.UNIT_LEADER, Role.CONSULTANT, Role.MANAGER},
}


@pytest.mark.parametrize("act", list(HANDS))
def test_a_hand_in_deciding_stays_whatever_role_its_owner_gets_later(case, cast, act):
    """In one case: held on the page, in lists, in mails and at the door, and the twin without the hand holds it."""
    decided, centre = case(State.GRANTED), Unit.objects.get(name="Center for Dagtilbud, Skole og Forebyggelse")
    kept = Application.objects.get(pk=decided.pk).hands.create(person=cast["otto"], act=act)
    for role in (Role.APPLICANT, Role.UNIT_LEADER, Role.CONSULTANT, Role.MANAGER, Role.SECRETARY, Role.FINANCE):
        RoleAssignment.objects.filter(person=cast["otto"]).delete()
        unit = decided.unit if role == Role.APPLICANT else centre
        appointments.appoint(cast["otto"], role, unit, by=None)
        expected = set() if role in HANDS[act] else {role}
        row = Application.objects.get(pk=decided.pk)
        assert held(cast, "otto", decided) == expected, role
        assert set(roles_on(fresh(cast["otto"]), with_standing(Application.objects, fresh(cast["otto"])).get())) == expected
        assert visible_to(fresh(cast["otto"])).exists() is bool(expected), role
        assert (cast["otto"] in people_with(role, row)) is bool(expected), role
    kept.delete()
    assert held(cast, "otto", decided) == {Role.FINANCE}


def test_each_deciding_step_leaves_its_hand(case, walker, cast):
    decided = case(State.GRANTED)
    names = {hand.act: hand.person.name.split()[0] for hand in decided.hands.select_related("person").order_by("-person")}
    assert (decided.hands.count(), names) == (
        5,
        {Hand.Act.ASSESSED: "Karen", Hand.Act.RECOMMENDED: "Karen", Hand.Act.APPROVED: "Mads", Hand.Act.RECORDED: "Signe"},
    )


def test_who_assessed_a_case_does_not_withdraw_it_for_its_unit_later(case, cast):
    """The consultant changes chairs: she becomes the daycare's leader while her old case is still open."""
    reached = case(State.RECOMMENDED)
    appointments.end(RoleAssignment.objects.get(person=cast["karen"]), by=None)
    appointments.appoint(cast["karen"], Role.UNIT_LEADER, reached.unit, by=None)
    with pytest.raises(NotYours):
        take("withdraw", reached.pk, fresh(cast["karen"]))
    take("withdraw", reached.pk, cast["ulla"])


def test_who_takes_a_step_for_the_unit_has_an_interest_from_then_on(case, walker, cast):
    """A leader above the unit, who is a manager too, chooses a side by acting."""
    case(State.SUBMITTED)
    centre = Unit.objects.get(name="Center for Dagtilbud, Skole og Forebyggelse")
    for role in (Role.UNIT_LEADER, Role.MANAGER):
        appointments.appoint(cast["otto"], role, centre, by=None)
    assert held(cast, "otto", walker.case) == {Role.UNIT_LEADER, Role.MANAGER}
    walker.take("reopen_draft", "otto")
    assert held(cast, "otto", walker.case) == {Role.UNIT_LEADER}


def test_who_approved_does_not_record_the_decision(case, walker, cast):
    approved = case(State.APPROVED_FOR_DECISION)
    appointments.appoint(cast["mads"], Role.SECRETARY, Unit.objects.get(name="Næstved Kommune"), by=None)
    assert held(cast, "mads", approved) == {Role.MANAGER}


def test_a_heard_unit_s_leader_sees_the_case_she_is_asked_about(case, walker, cast):
    reached = case(State.UNDER_ASSESSMENT)
    assert held(cast, "henrik", reached) == set()
    unit = Unit.objects.get(name="Center for Ejendomme og Indkøb")
    assessing.ask_hearing(reached.pk, cast["karen"], unit, "Kan taget bære det?", clock.today() + timedelta(days=7))
    assert held(cast, "henrik", reached) == {Role.HEARD_UNIT}
    assert may(fresh(cast["henrik"]), reached, "see_assessment") is False
    assert people_with(Role.HEARD_UNIT, reached) == [cast["henrik"]]


def test_asking_for_everybody_with_a_role_costs_the_same_for_one_and_for_many(case, cast, django_assert_num_queries):
    reached = case(State.UNDER_ASSESSMENT)
    for name in ("otto", "olga"):
        appointments.appoint(cast[name], Role.CONSULTANT, Unit.objects.get(name="Næstved Kommune"), by=None)
    with django_assert_num_queries(3 + len(READ_BY_ROLES)):
        people = people_with(Role.CONSULTANT, Application.objects.select_related("unit").get(pk=reached.pk))
        # the case, the persons, their assignments, and each list of the case once
    assert [person.name.split()[0] for person in people] == ["Karen", "Kurt", "Olga", "Otto"]


def test_told_are_those_who_stand_behind_the_case(case, cast):
    reached = case(State.SUBMITTED)
    assert [p.name for p in told(Role.APPLICANT, reached)] == ["Anna Ansøger"]
    assert [p.name for p in told(Role.UNIT_LEADER, reached)] == ["Ulla Leder"]
    assert [p.name for p in told(Role.CONSULTANT, reached)] == ["Karen Konsulent", "Kurt Konsulent"]
    Application.objects.filter(pk=reached.pk).update(case_officer=cast["kurt"])
    assert [p.name for p in told(Role.CONSULTANT, Application.objects.get(pk=reached.pk))] == ["Kurt Konsulent"]


def test_every_action_names_roles_that_exist():
    assert {role for roles in MAY.values() for role in roles} <= set(Role)


WORLD = st.lists(
    st.tuples(
        st.integers(0, 7),  # person
        st.sampled_from(APPOINTED),
        st.integers(0, 4),  # unit
        st.sampled_from([None, -1, 0, 3]),  # last day, counted from today
    ),
    max_size=12,
)
FACTS = st.fixed_dictionaries(
    {
        "version_number": st.integers(0, 2),
        "help_requested": st.booleans(),
        "approved": st.booleans(),
        "granted": st.booleans(),
        "officer": st.sampled_from([None, 0, 1]),
        "approver": st.sampled_from([None, 2, 3]),
        "recommender": st.sampled_from([None, 5]),
        "contact": st.integers(0, 7),
        "author": st.integers(0, 7),
        "endorser": st.sampled_from([None, 4]),
        "co_assessor": st.integers(0, 7),
        "disqualified": st.sampled_from([None, 1, 5]),
        "heard": st.sampled_from([None, 2, 4]),
        "inactive": st.sampled_from([None, 0, 6]),
        "unit": st.integers(3, 4),
        "hands": st.lists(st.tuples(st.integers(0, 7), st.sampled_from(Hand.Act)), max_size=3, unique=True),
    }
)


@pytest.mark.proves(7)
@settings(max_examples=500 if FOLDER else 60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORLD, FACTS)
def test_in_random_worlds_lists_pages_and_mails_agree(case, cast, proof, world, facts):
    """In random worlds visible_to is roles_on as a list, and people_with is roles_on from the case's side."""
    from django.db import transaction

    template = getattr(case, "made", None) or case(State.DRAFT)
    case.made = template
    proof.goal("random worlds", 500)
    proof.count("random worlds")
    with transaction.atomic():
        RoleAssignment.objects.all().delete()
        people = [cast[name] for name in ("anna", "bo", "ulla", "karen", "rune", "mads", "signe", "otto")]
        units = list(Unit.objects.order_by("pk"))
        for person, role, unit, last in world:
            last_day = None if last is None else clock.today() + timedelta(days=last)
            RoleAssignment.objects.create(
                person=people[person], role=role, unit=units[unit], valid_from=date(2025, 1, 1), valid_to=last_day
            )
        build(template, facts, people, units)
        row = Application.objects.get(pk=template.pk)
        for person in map(fresh, people):
            roles = roles_on(person, row)
            assert visible_to(person).filter(pk=row.pk).exists() is not MAY["see"].isdisjoint(roles), (person, roles)
            assert roles_on(person, with_standing(Application.objects, person).get(pk=row.pk)) == roles, person
            for role in Role:
                assert (person in people_with(role, row)) is (role in roles), (person, role)
        transaction.set_rollback(True)


def build(template, facts, people, units):
    """Put the facts of a random world into the case."""
    pick = lambda key: None if facts[key] is None else people[facts[key]]  # noqa: E731
    Application.objects.filter(pk=template.pk).update(
        version_number=facts["version_number"],
        help_requested=facts["help_requested"],
        approved_at=clock.now() if facts["approved"] else None,
        granted_amount=100 if facts["granted"] else None,
        case_officer=pick("officer"),
        approved_by=pick("approver"),
        recommended_by=pick("recommender"),
        endorsed_by=pick("endorser"),
        contact_email=people[facts["contact"]].email,
        unit=units[facts["unit"]],
    )
    row = Application.objects.get(pk=template.pk)
    row.authors.all().delete()
    row.authors.create(person=people[facts["author"]])
    row.co_assessors.create(person=people[facts["co_assessor"]])
    for owner, act in facts["hands"]:
        row.hands.create(person=people[owner], act=act)
    if facts["disqualified"] is not None:
        row.declarations.create(person=pick("disqualified"), level="disqualified", note="x", declared_at=clock.now())
    if facts["heard"] is not None:
        Hearing.objects.create(
            application=row,
            unit=units[facts["heard"]],
            question="?",
            asked_by=people[0],
            asked_at=clock.now(),
            due=clock.today(),
        )
    if facts["inactive"] is not None:
        Person.objects.filter(pk=people[facts["inactive"]].pk).update(is_active=False)
