"""The whole form of a round: its rules, its criteria and its gates, read together and saved in one call."""

from journal import chain
from pages.numbers import whole
from pool import rounds
from pool.forms import accepted
from pool.forms.rounds import RoundForm
from pool.forms.rows import CriterionFormSet, GateFormSet
from pool.models import Round

EMPTY_ROWS = {"criteria": 3, "gates": 1}


class RoundPlan:
    def __init__(self, round: Round, data=None):
        self.round, self.is_new = round, round.pk is None
        self.seen = 0 if self.is_new else chain.last_number(round.subject)
        self.shown = None if data is None else whole(data.get("seen"), None)
        self.adding = data is not None and data.get("add_row") in EMPTY_ROWS
        if self.adding:
            data = _with_row(data, data["add_row"])
        criteria = [] if self.is_new else list(round.criteria.values("key", "name", "weight", "help"))
        gates = [] if self.is_new else list(round.gates.values("key", "name", "required"))
        self.known = [{row["key"] for row in rows} for rows in (criteria, gates)]
        gates = [{**row, "required": "yes" if row["required"] else "no"} for row in gates]
        self.form = RoundForm(round, data)
        self.form.quiet = self.adding
        if data is not None:
            criteria = gates = None  # every posted row is read for itself, whatever there is now
        self.criteria = CriterionFormSet(data, prefix="criteria", initial=criteria, quiet=self.adding)
        self.gates = GateFormSet(data, prefix="gates", initial=gates, quiet=self.adding)
        for rows in (self.criteria, self.gates):
            rows.extra = EMPTY_ROWS[rows.prefix] if self.is_new else 0

    @property
    def parts(self) -> list:
        """For the error summary, in the page's order."""
        return [self.form, self.criteria, self.gates]

    def saved(self, by) -> bool:
        """Store what was posted; False when something must be corrected first."""
        if self.adding:
            return False
        readable = [part.is_valid() for part in self.parts]  # each is asked, so that all errors show at once
        if not all(readable):
            return False
        criteria, gates = self.criteria.rows(self.known[0]), self.gates.rows(self.known[1])
        self.form.write_on(self.round)
        return accepted(self.form, lambda: rounds.save(self.round, by, criteria=criteria, gates=gates, seen=self.shown))


def _with_row(data, prefix: str):
    """The posted data with one empty row more."""
    data, key = data.copy(), f"{prefix}-TOTAL_FORMS"
    count = data.get(key, "")
    if count.isdecimal() and len(count) < 4:
        data[key] = str(int(count) + 1)
    return data
