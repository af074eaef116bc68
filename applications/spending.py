"""What a project has used of its money, read from its vouchers: per budget line and in all. Nothing is typed twice.

«Brugt» is what finance has accepted, «venter» what the unit has registered; what was refused counts nowhere. What is left
is what neither has taken, so it may fall below zero: that is said, never hidden. Amounts are whole øre.
"""

from dataclasses import dataclass

from applications.models import BudgetLine, Project, Voucher

Status = Voucher.Status


@dataclass(frozen=True)
class Spent:
    """`name` is of a budget line, or of the project in all."""

    name: str
    planned: int
    spent: int
    waiting: int

    @property
    def left(self) -> int:
        return self.planned - self.spent - self.waiting

    @property
    def used(self) -> int:
        return self.spent + self.waiting

    @property
    def over(self) -> int:
        """How much is used above the plan."""
        return max(-self.left, 0)

    @property
    def share(self) -> int:
        """Whole per cent of the plan that is used, at most 100: the length of a bar."""
        return min(self.used * 100 // self.planned, 100) if self.planned > 0 else 100


def _sum(vouchers, status: str) -> int:
    return sum(voucher.amount for voucher in vouchers if voucher.status == status)


def name_of(line: BudgetLine) -> str:
    return f"{line.get_kind_display()}: {line.text}" if line.text else str(line.get_kind_display())


def in_all(project: Project) -> Spent:
    return Spent(str(project), project.holds, project.spent, _sum(project.vouchers.all(), Status.REGISTERED))


def by_line(project: Project) -> list[Spent]:
    """A row per budget line, in the plan's order."""
    vouchers = list(project.vouchers.all())
    rows = []
    for line in project.application.budget_lines.all():
        own = [voucher for voucher in vouchers if voucher.budget_line_id == line.pk]
        rows.append(Spent(name_of(line), line.planned, _sum(own, Status.ACCEPTED), _sum(own, Status.REGISTERED)))
    return rows


def with_running_sums(project: Project) -> list[Voucher]:
    """The vouchers by number, each with `line`, its budget line's name, and `line_used`, the line's sum so far."""
    lines = {line.pk: line for line in project.application.budget_lines.all()}
    used = dict.fromkeys(lines, 0)
    vouchers = list(project.vouchers.all())
    for voucher in vouchers:
        if voucher.status != Status.REFUSED:
            used[voucher.budget_line_id] += voucher.amount
        voucher.line, voucher.line_used = name_of(lines[voucher.budget_line_id]), used[voucher.budget_line_id]
    return vouchers
