"""How a person stands to one case, and what that lets them do. Impartiality and four eyes live here.

`roles_on` is the one answer for one case; `visible_to` is the same rule as a queryset and `people_with` the same rule
from the case's side. Tests on random worlds hold the three together. An inactive person holds nothing.

Interest: who wrote a case or took a step for its unit, endorsed it, is its contact, leads the applying unit itself, or
declared themselves disqualified. Who has an interest holds only that interest: the unit's side, whatever roles they have.
Four eyes: case officer and recommender neither approve nor record the decision; who approved does not record it. A hand
in deciding a case stays: its owner never takes another of these parts in it, and never acts for its unit.
"""

from dataclasses import dataclass

from django.db.models import (
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from applications.models import Application, Author, CoAssessor, Declaration, Hand, Hearing
from applications.states import PROJECT
from people.models import Person, RoleAssignment
from people.roles import UNIT_ROLES, Role

UNIT = frozenset({Role.APPLICANT, Role.UNIT_LEADER})
ADMINISTRATION = frozenset({Role.CONSULTANT, Role.CO_ASSESSOR, Role.MANAGER})
EVERY_READER = UNIT | ADMINISTRATION | {Role.SECRETARY, Role.FINANCE, Role.AUDITOR, Role.HEARD_UNIT}

# the lists of a case that roles_on reads, for whoever asks about many
READ_BY_ROLES = ("authors", "declarations", "co_assessors", "hearings", "hands")

# what a role lets one do with a case on pages that are not steps
MAY: dict[str, frozenset[Role]] = {
    "see": EVERY_READER,
    "edit": UNIT,
    "see_assessment": ADMINISTRATION | {Role.SECRETARY, Role.AUDITOR},
    "declare": ADMINISTRATION,
    "settle_declaration": frozenset({Role.MANAGER}),
    "assess": frozenset({Role.CONSULTANT, Role.CO_ASSESSOR}),
    "answer_gates": frozenset({Role.CONSULTANT}),
    "ask_hearing": frozenset({Role.CONSULTANT}),
    "state_hearing": frozenset({Role.HEARD_UNIT}),
    "log_help": frozenset({Role.CONSULTANT}),
    "ask_help": UNIT,
    "see_help": UNIT | {Role.CONSULTANT},
    "answer_help": frozenset({Role.CONSULTANT}),
    "write_note": ADMINISTRATION,
    "export_file": frozenset({Role.CONSULTANT, Role.AUDITOR}),
    "release_letter": frozenset({Role.SECRETARY, Role.CONSULTANT}),
    "write_advice": frozenset({Role.CONSULTANT}),
    "keep_idea": UNIT,
    # the project
    "see_project": UNIT | {Role.CONSULTANT, Role.MANAGER, Role.FINANCE, Role.AUDITOR},
    "write_report": UNIT,
    "register_voucher": UNIT,
    "decide_voucher": frozenset({Role.FINANCE}),
    "move_milestone": UNIT | {Role.CONSULTANT},
    "ask_change": UNIT,
    "decide_change": frozenset({Role.CONSULTANT, Role.MANAGER}),
    "place_change": frozenset({Role.CONSULTANT, Role.SECRETARY}),
    "note_talk": frozenset({Role.CONSULTANT}),
    "see_talks": frozenset({Role.CONSULTANT, Role.MANAGER, Role.AUDITOR}),
    "write_result": UNIT | {Role.CONSULTANT},
    "publish_result": frozenset({Role.COMMUNICATOR}),
    # whom a picture shows, by name: for those who answer for it, and for the auditor who asks
    "see_consents": UNIT | {Role.CONSULTANT, Role.AUDITOR},
}
# which hand an event is (steps, and the assessment, which is none), and what it keeps its owner from in that case
HAND_OF: dict[str, Hand.Act] = {
    "assess": Hand.Act.ASSESSED,
    "recommend": Hand.Act.RECOMMENDED,
    **dict.fromkeys(("approve_recommendation", "grant_by_delegation", "refuse_by_delegation"), Hand.Act.APPROVED),
    **dict.fromkeys(("grant", "refuse", "postpone", "send_back", "refer_onwards"), Hand.Act.RECORDED),
}
KEEPS_FROM: dict[Hand.Act, frozenset[Role]] = {
    Hand.Act.ASSESSED: UNIT,
    Hand.Act.RECOMMENDED: UNIT | {Role.MANAGER, Role.SECRETARY},
    Hand.Act.APPROVED: UNIT | {Role.CONSULTANT, Role.SECRETARY},
    Hand.Act.RECORDED: UNIT | {Role.CONSULTANT, Role.MANAGER},
}


@dataclass(frozen=True)
class Standing:
    """What the rows of a case say of one person; `hands` is the sum of their acts."""

    wrote: bool
    disqualified: bool
    assesses: bool
    heard: bool
    hands: int


def with_standing(rows: QuerySet[Application], person: Person) -> QuerySet[Application]:
    """The cases with this person's standing in the same query: a list asks `roles_on` of each for nothing."""
    case, led = OuterRef("pk"), _led_by(person)
    acts = Hand.objects.filter(application=case, person=person).values("person").annotate(sum=Sum("act")).values("sum")
    return rows.annotate(
        standing_of=Value(person.pk),
        wrote=Exists(Author.objects.filter(application=case, person=person)),
        disqualified=Exists(Declaration.objects.filter(application=case, person=person, level="disqualified")),
        assesses=Exists(CoAssessor.objects.filter(application=case, person=person)),
        heard=Exists(Hearing.objects.filter(application=case, unit__in=led)) if led else Value(False),
        acts_of=Coalesce(Subquery(acts, output_field=IntegerField()), 0),
    )


def _standing(person: Person, case: Application) -> Standing:
    if getattr(case, "standing_of", None) == person.pk:
        return Standing(case.wrote, case.disqualified, case.assesses, case.heard, case.acts_of)
    led = _led_by(person)
    return Standing(
        wrote=any(author.person_id == person.pk for author in case.authors.all()),
        disqualified=any(d.person_id == person.pk and d.level == "disqualified" for d in case.declarations.all()),
        assesses=any(row.person_id == person.pk for row in case.co_assessors.all()),
        heard=any(hearing.unit_id in led for hearing in case.hearings.all()),
        hands=sum(hand.act for hand in case.hands.all() if hand.person_id == person.pk),
    )


def _led_by(person: Person) -> list[int]:
    return [a.unit_id for a in person.current_assignments if a.role == Role.UNIT_LEADER]


def has_interest(person: Person, case: Application, standing: Standing) -> bool:
    """The person wrote, endorsed, is contact of, leads the unit of, or is disqualified in the case."""
    if case.endorsed_by_id == person.pk or (case.contact_email and case.contact_email.lower() == person.email):
        return True
    return case.unit_id in _led_by(person) or standing.wrote or standing.disqualified


def roles_on(person: Person, case: Application) -> frozenset[Role]:
    """Every role the person holds on the case at this instant."""
    standing = _standing(person, case)
    held = {Role(a.role) for a in person.current_assignments if _covers(a, case, standing)}
    for act, roles in KEEPS_FROM.items():
        if standing.hands & act:
            held -= roles
    if standing.heard:
        held.add(Role.HEARD_UNIT)
    if has_interest(person, case, standing):
        return frozenset(held & UNIT_ROLES)
    if person.pk in (case.case_officer_id, case.recommended_by_id):
        held -= {Role.MANAGER, Role.SECRETARY}
    if case.approved_by_id == person.pk:
        held -= {Role.SECRETARY}
    return frozenset(held)


def may(person: Person, case: Application, action: str) -> bool:
    return not MAY[action].isdisjoint(roles_on(person, case))


def _covers(assignment: RoleAssignment, case: Application, standing: Standing) -> bool:
    """The assignment reaches this case: by its unit, by its stage, by being assigned."""
    match assignment.role:
        case Role.APPLICANT:
            return assignment.unit_id == case.unit_id
        case Role.UNIT_LEADER:
            return case.unit.path.startswith(assignment.unit.path)
        case Role.CONSULTANT:
            return case.submitted_at is not None or case.version_number > 0 or case.help_requested
        case Role.CO_ASSESSOR:
            return case.version_number > 0 and standing.assesses
        case Role.MANAGER:
            return case.version_number > 0 and case.unit.path.startswith(assignment.unit.path)
        case Role.SECRETARY:
            return case.approved_at is not None
        case Role.FINANCE:
            return case.granted_amount is not None
        case Role.COMMUNICATOR:
            return case.state in PROJECT
        case Role.AUDITOR:
            return True
        case _:
            return False


def visible_to(person: Person) -> QuerySet[Application]:
    """The cases on which the person holds a role that may see; the same answer as roles_on, for lists."""
    assignments = person.current_assignments
    unit_side, staff_side = Q(pk__in=[]), Q(pk__in=[])
    for assignment in assignments:
        if assignment.role in UNIT_ROLES:
            unit_side |= _reach(assignment)
        else:
            staff_side |= _reach(assignment)
    led = _led_by(person)
    if led:
        staff_side |= Q(Exists(Hearing.objects.filter(application=OuterRef("pk"), unit__in=led)))
    return Application.objects.filter(unit_side | (staff_side & ~_interest(person, led)))


def held_as(person: Person, role: Role) -> QuerySet[Application]:
    """The cases on which the person holds this role of the administration: `roles_on` for one role, as a list."""
    reach = Q(pk__in=[])
    for assignment in person.current_assignments:
        if assignment.role == role:
            reach |= _reach(assignment)
    return Application.objects.filter(reach & ~_interest(person, _led_by(person)))


def _reach(assignment: RoleAssignment) -> Q:
    acts = [act for act, roles in KEEPS_FROM.items() if assignment.role in roles]
    kept = Hand.objects.filter(application=OuterRef("pk"), person=assignment.person_id, act__in=acts)
    return _covered(assignment) & ~Q(Exists(kept)) if acts else _covered(assignment)


def _covered(assignment: RoleAssignment) -> Q:
    below = Q(unit__path__startswith=assignment.unit.path)
    sent = Q(version_number__gt=0)
    own = Q(case_officer=assignment.person_id) | Q(recommended_by=assignment.person_id)
    match assignment.role:
        case Role.APPLICANT:
            return Q(unit=assignment.unit_id)
        case Role.UNIT_LEADER:
            return below
        case Role.CONSULTANT:
            return sent | Q(submitted_at__isnull=False) | Q(help_requested=True)
        case Role.CO_ASSESSOR:
            assigned = CoAssessor.objects.filter(application=OuterRef("pk"), person=assignment.person_id)
            return sent & Q(Exists(assigned))
        case Role.MANAGER:
            return sent & below & ~own
        case Role.SECRETARY:
            return Q(approved_at__isnull=False) & ~own & ~Q(approved_by=assignment.person_id)
        case Role.FINANCE:
            return Q(granted_amount__isnull=False)
        case Role.AUDITOR:
            return ~Q(pk__in=[])
        case _:
            return Q(pk__in=[])


def _interest(person: Person, led: list[int]) -> Q:
    wrote = Author.objects.filter(application=OuterRef("pk"), person=person)
    disqualified = Declaration.objects.filter(application=OuterRef("pk"), person=person, level="disqualified")
    return (
        Q(endorsed_by=person)
        | Q(contact_email__iexact=person.email)
        | Q(unit__in=led)
        | Q(Exists(wrote))
        | Q(Exists(disqualified))
    )


def appointed(role: Role, case: Application | None = None) -> QuerySet[Person]:
    """Everybody with an assignment from which the role can follow (on one case), with what roles_on reads of them."""
    held = RoleAssignment.objects.in_force().filter(role=Role.UNIT_LEADER if role == Role.HEARD_UNIT else role)
    if case is not None and role in (Role.APPLICANT, Role.UNIT_LEADER, Role.MANAGER):
        held = held.filter(unit__in=case.unit.ancestor_ids())
    now = Prefetch(
        "assignments", RoleAssignment.objects.in_force().select_related("unit", "deputy_for"), to_attr="current_assignments"
    )
    return Person.objects.filter(pk__in=held.values("person")).prefetch_related(now)


def people_with(role: Role, case: Application, among: list[Person] | None = None) -> list[Person]:
    """Everybody who holds the role on the case now, by name. A list of cases gives the appointed once, as `among`."""
    prefetch_related_objects([case], *READ_BY_ROLES)
    candidates = appointed(role, case) if among is None else among
    return [person for person in candidates if role in roles_on(person, case)]


def told(role: Role, case: Application, among: list[Person] | None = None) -> list[Person]:
    """Whom a step tells when it names a role: of the unit those who stand behind the case, of consultants its officer."""
    people = people_with(role, case, among)
    if role == Role.APPLICANT:
        authors = {author.person_id for author in case.authors.all()}
        near = [p for p in people if p.pk in authors or p.email == case.contact_email.lower()]
        return near or people
    if role == Role.UNIT_LEADER:
        own = [p for p in people if any(a.unit_id == case.unit_id and a.role == role for a in p.current_assignments)]
        return own or people
    if role == Role.CONSULTANT and case.case_officer_id:
        return [p for p in people if p.pk == case.case_officer_id] or people
    return people
