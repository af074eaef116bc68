"""The persons of a file beside the register: who is new, whose facts and roles change, and whom the file leaves out.

Finds rows that contradict each other and addresses that belong to somebody else; who may hold which role,
people.appointments refuses in its own words.
"""

from django.utils.translation import gettext as _

from journal import clock
from people import appointments, persons
from people import file_columns as columns
from people.file_plan import CHANGED, MISSING, NEW, UNCHANGED, Line, Plan, shown
from people.file_units import Units, in_words
from people.models import Person, RoleAssignment
from people.roles import UNIT_ROLES, Role

LABELS = {column.name: column.label for column in columns.PERSONS}
FACTS = ["title", "phone"]


def compare(plan: Plan, sheet: str, rows: list[columns.Row], units: Units, by: Person) -> None:
    Persons(plan, units, by).compare(sheet, rows)


class Persons:
    def __init__(self, plan: Plan, units: Units, by: Person):
        self.plan, self.units, self.by = plan, units, by
        self.stored = {person.email.lower(): person for person in Person.objects.order_by("pk")}
        self.held: dict[tuple, list[RoleAssignment]] = {}
        for row in RoleAssignment.objects.filter(deputy_for=None).order_by("valid_from", "pk"):
            if row.valid_to is None or row.valid_to >= clock.today():
                self.held.setdefault((row.person_id, row.role, row.unit_id), []).append(row)
        self.known: dict[str, tuple[columns.Row, Person, str]] = {}
        self.given: dict[tuple, int] = {}
        self.new_roles: list[tuple[columns.Row, RoleAssignment]] = []
        self.kept: set[int] = set()

    def compare(self, sheet: str, rows: list[columns.Row]) -> None:
        for row in rows:
            if (person := self._person(row)) is not None:
                self._role(row, person)
        self._refuse_by_the_registers()
        for row in rows:
            for text in row.faults:
                self.plan.fault(sheet, row.number, text)
        self._tell_who_is_left_out()

    def _person(self, row: columns.Row) -> Person | None:
        """The person of a row, new or known; None when the row does not say who."""
        for name in ("name", "email"):
            if name not in row.values and not any(str(LABELS[name]) in fault for fault in row.faults):
                row.faults.append(_("«%(label)s» mangler.") % {"label": LABELS[name]})
        name, email = row.values.get("name", ""), row.values.get("email")
        if not email or not name:
            return None
        if email in self.known:
            return self._again(row, name, email)
        person = self.stored.get(email)
        if person is None:
            person = Person(email=email, name=name, **{fact: row.values.get(fact, "") for fact in FACTS})
            self.plan.enrolled.append(person)
            self.plan.lines.append(Line("person", NEW, name, email, row.number))
        else:
            self._amend(row, person, name)
        self.known[email] = (row, person, name)
        return person

    def _again(self, row: columns.Row, name: str, email: str) -> Person | None:
        """Another row of the same address: one more role of the same person."""
        first, person, first_name = self.known[email]
        if name.casefold() != first_name.casefold():
            text = _("%(email)s står også i række %(other)s, men hos %(name)s.")
            row.faults.append(text % {"email": email, "other": first.number, "name": first_name})
            return None
        if "role" not in row.values and not row.faults:
            row.faults.append(_("%(name)s står også i række %(other)s.") % {"name": name, "other": first.number})
        return person

    def _amend(self, row: columns.Row, person: Person, name: str) -> None:
        if name.casefold() != " ".join(person.name.split()).casefold():
            text = _("%(email)s tilhører %(holder)s i systemet, ikke %(name)s.")
            advice = _("Har personen skiftet navn, så ret det på personens side først.")
            row.faults.append(f"{text % {'email': person.email, 'holder': person.name, 'name': name}} {advice}")
        elif not person.is_active:
            text = _("Adgangen for %(name)s er lukket. Åbn den på personens side, eller tag rækken ud.")
            row.faults.append(text % {"name": person.name})
        facts = {f: row.values[f] for f in FACTS if f in row.values and row.values[f] != getattr(person, f)}
        changes = tuple((str(LABELS[fact]), shown(getattr(person, fact)), value) for fact, value in facts.items())
        if facts:
            self.plan.amended_persons.append((person, facts))
        self.plan.lines.append(
            Line("person", CHANGED if facts else UNCHANGED, person.name, person.email, row.number, changes)
        )

    def _role(self, row: columns.Row, person: Person) -> None:
        role = row.values.get("role")
        if role is None:
            if any(name in row.values for name in ("unit", "valid_from", "valid_to")) and not row.faults:
                row.faults.append(_("«Rolle» mangler. Uden den giver enheden og datoerne ingen mening."))
            return
        unit = self._unit(row, Role(role))
        if unit is None or row.faults:
            return
        key = (person.pk or person.email, role, unit.pk or id(unit))
        first, last = row.values.get("valid_from"), row.values.get("valid_to")
        name = _("%(name)s: %(role)s i %(unit)s") % {"name": person.name, "role": Role(role).label, "unit": unit}
        if (key, first) in self.given:
            text = _("Den samme rolle står også i række %(other)s.")
            row.faults.append(text % {"other": self.given[key, first]})
            return
        self.given[key, first] = row.number
        held = self.held.get(key, []) if person.pk and unit.pk else []
        if same := next((old for old in held if first in (None, old.valid_from)), None):
            self._keep(row, same, last, name)
            return
        new = RoleAssignment(person=person, role=role, unit=unit, valid_from=first or clock.today(), valid_to=last)
        self.new_roles.append((row, new))
        period = f"{shown(new.valid_from)} – {shown(last)}" if last else _("fra %(day)s") % {"day": shown(new.valid_from)}
        self.plan.lines.append(Line("role", NEW, name, period, row.number))

    def _unit(self, row: columns.Row, role: Role):
        words = row.values.get("unit", "")
        if not words and role in UNIT_ROLES:
            row.faults.append(_("«Enhed» mangler. Rollen %(role)s gælder i en enhed.") % {"role": role.label})
            return None
        found = self.units.pointed_at(words) if words else [self.units.top]
        if len(found) == 1:
            return found[0]
        if found:
            row.faults.append(_("Flere enheder hedder %(words)s. Skriv EAN-nummeret på den rigtige.") % {"words": words})
        else:
            row.faults.append(_("«Enhed» peger på %(words)s, som hverken systemet eller filen kender.") % {"words": words})
        return None

    def _keep(self, row: columns.Row, held: RoleAssignment, last, name: str) -> None:
        """A role that is held already: the file can end it, never make it longer or older."""
        self.kept.add(held.pk)
        if last is None or last == held.valid_to:
            self.plan.lines.append(Line("role", UNCHANGED, name, "", row.number))
            return
        if held.person_id == self.by.pk:
            row.faults.append(_("Du kan ikke ændre dine egne roller. Bed en anden administrator om det."))
        elif held.valid_to and held.valid_to < last:
            row.faults.append(_("Rollen slutter allerede tidligere. Giv en ny rolle i stedet."))
        elif last < clock.today():
            row.faults.append(_("Rollen kan ikke slutte før i dag."))
        else:
            self.plan.ended.append((held, last))
            change = (str(LABELS["valid_to"]), shown(held.valid_to), shown(last))
            self.plan.lines.append(Line("role", CHANGED, name, "", row.number, (change,)))

    def _refuse_by_the_registers(self) -> None:
        for place, refusal in persons.refusals(self.plan.enrolled).items():
            row, _person, _name = self.known[self.plan.enrolled[place].email]
            row.faults += in_words(refusal, LABELS)
        for row, assignment in self.new_roles:
            if assignment.person == self.by:
                row.faults.append(_("Du kan ikke give dig selv en rolle. Bed en anden administrator om det."))
        sound = [(row, assignment) for row, assignment in self.new_roles if not row.faults]
        for place, refusal in appointments.refusals([assignment for _row, assignment in sound]).items():
            sound[place][0].faults += in_words(refusal, LABELS)
        self.plan.appointed = [assignment for _row, assignment in self.new_roles]

    def _tell_who_is_left_out(self) -> None:
        left_out = [person for email, person in self.stored.items() if email not in self.known and person.is_active]
        self.plan.lines += [Line("person", MISSING, person.name, person.email) for person in left_out]
        in_file = {person.pk: person for _row, person, _name in self.known.values() if person.pk}
        for (person_id, role, unit_id), held in self.held.items():
            if person_id in in_file and not any(assignment.pk in self.kept for assignment in held):
                words = {"name": in_file[person_id], "role": Role(role).label, "unit": self.units.stored[unit_id]}
                self.plan.lines.append(Line("role", MISSING, _("%(name)s: %(role)s i %(unit)s") % words))
