"""Somebody at a browser: steps into people through the demo page, and from there presses only what has a name on the page.

Types an application as a person does. Refuses addresses: after the first page of a person nothing is reached by its URL.
"""

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from applications.goals import GOALS
from applications.models import BudgetLine, Effect
from demo.own_questions import QUESTIONS, TRIED
from pool.themes import Theme

TEXTS = {
    "title": "Projektets titel",
    "short_description": "Kort beskrivelse",
    "purpose": "Formål og baggrund",
    "activities": "Aktiviteter og tidsplan",
    "beneficiaries": "Hvor mange får glæde af projektet",
    "amount_sought": "Beløb, I søger",
    "minimum_amount": "Mindste beløb, projektet kan gennemføres for",
    "own_contribution": "Egen medfinansiering",
    "resulting_operating_cost": "Årlig drift efter projektet",
    "risks": "Risici og forudsætninger",
    "anchoring": "Forankring efter projektet",
    "communication": "Formidling",
}


class Somebody:
    """One window. `become` is the only address that is typed."""

    def __init__(self, page: Page, address: str):
        self.page, self.address = page, address

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def become(self, name: str) -> None:
        self.page.goto(f"{self.address}/demo/")
        self.page.get_by_role("button", name=f"Træd ind som {name}", exact=True).click()
        self.reads_heading(f"Hej {name}")

    def reads_heading(self, words) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

    def reads(self, words) -> None:
        """The words stand on the page, in whatever part of it."""
        expect(self.main).to_contain_text(words)

    def press(self, name, within: Locator | None = None) -> None:
        """The one button or link of that name."""
        place, exact = within or self.main, isinstance(name, str)
        button, link = (place.get_by_role(role, name=name, exact=exact) for role in ("button", "link"))
        button.or_(link).click()

    def does(self, step: str) -> None:
        """A step's button, and the page's word that it is taken."""
        self.press(step)
        self.reads("Det er gjort")

    def menu(self, name: str) -> None:
        """A page of the main menu, which on a phone lies behind «Menu»."""
        closed = self.page.locator("summary").filter(has_text="Menu")
        if closed.is_visible():
            closed.click()
        self.page.get_by_role("navigation", name="Hovedmenu").get_by_role("link", name=name).click()

    def types(self, label: str, words, within: Locator | None = None) -> None:
        (within or self.main).get_by_label(label, exact=True).fill(str(words))

    def ticks(self, label: str, group: str | None = None) -> None:
        place = self.main.get_by_role("group", name=group, exact=True) if group else self.main
        # a person presses the words; whether the words or the box lie on top there is the design system's business
        place.get_by_text(label, exact=True).click(force=True)
        expect(place.get_by_label(label, exact=True)).to_be_checked()

    def chooses(self, box: Locator, option: str) -> None:
        box.select_option(label=option)

    def attaches(self, file: Path) -> None:
        self.main.get_by_label("Læg et bilag ved").set_input_files(file)

    def types_day(self, label: str, day: date) -> None:
        group = self.main.get_by_role("group", name=label, exact=True)
        for part, number in (("Dag", day.day), ("Måned", day.month), ("År", day.year)):
            self.types(part, number, group)

    # ── the form of an application ──────────────────────────────────────────────────────────────────────────────

    def types_all_of(self, data: dict, names: list[str]) -> None:
        for name in names:
            self.types(TEXTS[name], data[name])

    def row(self, kind: str, number: int) -> Locator:
        """A row of a list; the page adds it when it is not there yet."""
        row = self.main.get_by_role("group", name=re.compile(rf"^{kind} {number}$"))
        if not row.count():
            self.press(f"Tilføj {kind.lower()}")
        expect(row).to_be_visible()
        return row

    def types_budget(self, lines: list[dict]) -> None:
        for number, line in enumerate(lines, 1):
            row = self.row("Budgetlinje", number)
            self.chooses(row.get_by_label("Art", exact=True), str(BudgetLine.Kind(line["kind"]).label))
            self.types("Hvad", line["text"], row)
            self.types("Beløb uden moms", line["amount"], row)

    def types_effects(self, effects: list[dict]) -> None:
        for number, effect in enumerate(effects, 1):
            row = self.row("Virkning", number)
            label = re.compile(re.escape(str(Effect.Indicator(effect["indicator"]).label)))
            which = row.get_by_label("Virkning", exact=True)
            self.chooses(which, which.locator("option").filter(has_text=label).inner_text())
            self.types("Mængde", effect["value"], row)
            self.types("Enhed (valgfrit)", effect["unit"], row)
            self.chooses(row.get_by_label("Tallet er", exact=True), str(Effect.Basis(effect["basis"]).label))
            self.types("Sådan fandt I tallet (valgfrit)", effect["method"] or "talt op", row)

    def next(self, heading: str) -> None:
        self.press("Gem og fortsæt")
        self.reads_heading(heading)

    def fills_the_project(self, data: dict) -> None:
        """The first step of the form."""
        self.types_all_of(data, ["title", "short_description"])
        for theme in data["themes"]:
            self.ticks(str(Theme(theme).label), "Temaer")
        for goal in data["sdgs"]:
            self.ticks(f"{goal}. {GOALS[goal]}", "Verdensmål")
        self.next("Formål og tidsplan")

    def fills_the_rest(self, data: dict, starts: date, ends: date, file: Path) -> None:
        """The other steps, to the list of answers."""
        self.types_all_of(data, ["purpose", "activities", "beneficiaries"])
        self.types_day("Starter", starts)
        self.types_day("Slutter", ends)
        self.next("Budget")
        self.types_budget(data["budget_lines"])
        self.types_all_of(data, ["amount_sought", "minimum_amount", "own_contribution", "resulting_operating_cost"])
        self.next("Virkning")
        self.types_effects(data["expected_effects"])
        self.next("Forankring og formidling")
        self.types_all_of(data, ["risks", "anchoring", "communication"])
        self.ticks("Ja, resultatet må vises på puljens sider")
        self.next("Rundens spørgsmål")
        self.ticks("Ja", QUESTIONS[0]["label"])
        self.types(QUESTIONS[1]["label"], TRIED[1])
        self.ticks(TRIED[2][0], QUESTIONS[2]["label"])
        self.next("Kontakt og bilag")
        self.attaches(file)
        self.press("Læg ved")
        expect(self.main.get_by_role("link", name=file.name)).to_be_visible()
        self.next("Tjek dine svar")


class ByKeyboard(Somebody):
    """The same person without a mouse: everything is reached with Tab, and pressed, ticked and chosen by key."""

    def reaches(self, target: Locator) -> None:
        expect(target).to_have_count(1)
        here = "(element) => element === document.activeElement"
        for _key in range(400):
            if target.evaluate(here):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def press(self, name, within: Locator | None = None) -> None:
        place, exact = within or self.main, isinstance(name, str)
        button, link = (place.get_by_role(role, name=name, exact=exact) for role in ("button", "link"))
        self.reaches(button.or_(link))
        self.page.keyboard.press("Enter")

    def types(self, label: str, words, within: Locator | None = None) -> None:
        self.reaches((within or self.main).get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(str(words))

    def ticks(self, label: str, group: str | None = None) -> None:
        place = self.main.get_by_role("group", name=group, exact=True) if group else self.main
        box = place.get_by_label(label, exact=True)
        if box.get_attribute("type") == "radio":  # a group of them is one stop
            self.reaches(place.locator(f"input[name={box.get_attribute('name')}]").first)
        else:
            self.reaches(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def chooses(self, box: Locator, option: str) -> None:
        self.reaches(box)
        self.page.keyboard.type(option)
        expect(box.locator("option:checked")).to_have_text(option)

    def attaches(self, file: Path) -> None:
        for last in (False, False, True):  # a browser on a busy machine may not open it; then one presses again
            self.reaches(self.main.get_by_label("Læg et bilag ved"))
            try:
                with self.page.expect_file_chooser(timeout=10_000) as choosing:
                    self.page.keyboard.press("Space")
                break
            except TookTooLong:
                if last:
                    raise
        choosing.value.set_files(file)


class OnABadLine(Somebody):
    """The same person on a phone whose line is dead at every other step of the form: waits for it and loses nothing."""

    def next(self, heading: str) -> None:
        if heading in ("Budget", "Forankring og formidling"):
            self.page.context.set_offline(True)
            self.press("Gem og fortsæt")
            expect(self.main.get_by_text("Ingen forbindelse.").first).to_be_visible()
            self.page.context.set_offline(False)
            expect(self.main.get_by_text("Gemt kl.").first).to_be_visible(timeout=15_000)
        super().next(heading)
