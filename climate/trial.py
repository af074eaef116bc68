"""One calculator tried with what was typed: its form, and the result once every answer is there and plausible.

Used by the page for everybody and by the application's form alike; stores nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from climate import calculations, register
from climate.calculating import TooMuch
from climate.forms import CONFIRMED, CalculatorForm


@dataclass(frozen=True)
class Trial:
    calculator: object
    form: CalculatorForm | None  # None: the register lacks its factors
    shown: dict | None = None

    @property
    def asks(self) -> bool:
        """Some numbers look odd and have not been confirmed."""
        return self.shown is None and self.form.is_bound and bool(self.form.doubts)

    @property
    def saves(self) -> bool:
        """There is a result, and it is a saving."""
        return self.shown is not None and Decimal(self.shown["value"]) > 0

    @property
    def confirmed(self) -> bool:
        return self.shown is not None and bool(self.form.odd)

    @property
    def answers(self) -> dict:
        return self.form.answers()

    def typed(self) -> list[tuple[str, str]]:
        """(name, value) pairs to send along when the result is taken."""
        names = {*self.form.fields, CONFIRMED}
        return [(key, value) for key in self.form.data if key in names for value in self.form.data.getlist(key)]


def of(calculator, data) -> Trial:
    """`data` is a QueryDict; without any of the calculator's own fields in it nothing has been answered yet."""
    factors = register.current(calculator.families)
    if not factors:
        return Trial(calculator, None)
    try:
        form = CalculatorForm(calculator, factors)
        if not form.fields.keys() & data.keys():
            return Trial(calculator, form)
        form = CalculatorForm(calculator, factors, data)
        if not form.is_valid() or form.doubts:
            return Trial(calculator, form)
        return Trial(calculator, form, calculations.work_out(calculator, form.answers(), factors))
    except register.NoFactors:
        return Trial(calculator, None)
    except TooMuch:
        form.add_error(None, _("Tallene er så store, at vi ikke kan regne med dem. Se dem efter."))
        return Trial(calculator, form)
