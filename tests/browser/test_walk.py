"""One application through all roles by pressing what is on the pages, on a pool as `make run` starts it.

The applicant's part is walked three times: without JavaScript, on a phone whose line is cut twice, and by keyboard alone,
where the case goes on to its letter. What was typed is what arrives.
The pool's clock is moved between the steps, so that weeks pass in seconds; nothing else reaches past the pages.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from applications.dates import day as danish_date
from applications.rehearsal import DATA, STAFF, read_json
from demo.own_questions import TRIED
from pool.themes import Theme
from tests.browser.conftest import MODEST, PHONE, listen
from tests.browser.mails import every_mail_is_there
from tests.browser.somebody import TEXTS, ByKeyboard, OnABadLine, Somebody

APPLICATIONS = {data["number"]: data for data in read_json(DATA / "applications.json")}
CONSULTANT, MANAGER, SECRETARY = (STAFF[key][0] for key in ("consultant", "manager", "secretary"))
CO_ASSESSOR = "Rune Fjeldgaard"
OTHER_MANAGER = "Malene Birkholm"
PLAN = read_json(DATA / "round.json")
CRITERIA, GATES = ([row["name"] for row in PLAN[key]] for key in ("criteria", "gates"))
FIRST_COMMENT = "Børnene er med hele vejen, og det kan gentages."
QUESTION = "Hvor mange legeredskaber køber I om året i dag?"
HEADING = "Bæredygtighedspuljen: et legepladsværksted"
FROM_DEADLINE_TO_MEETING = timedelta(weeks=5)


def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
def offer(tmp_path):
    """A file to attach."""
    path = tmp_path / "tegning.png"
    Image.new("RGB", (40, 30), "green").save(path)
    return path


@pytest.fixture
def window(browser, running_pool):
    """`window(kind, viewport=…, java_script_enabled=…)`: somebody at a browser; at the end nothing was complained of."""
    opened, said = [], []

    def open_window(kind=Somebody, **options) -> Somebody:
        context = browser.new_context(locale="da-DK", timezone_id="Europe/Copenhagen", **options)
        opened.append(context)
        page = context.new_page()
        said.append(listen(page))
        return kind(page, running_pool.address)

    yield open_window
    for context in opened:
        context.close()
    assert [line for lines in said for line in lines] == []


def lacks(me: Somebody) -> int:
    """How many answers the list of what is missing names."""
    me.page.get_by_role("navigation", name="Trin").get_by_role("link", name="Tjek dine svar").click()
    me.reads_heading("Tjek dine svar")
    named = me.main.get_by_role("link", name=re.compile(r"^Udfyld «")).count()
    me.reads(f"Der mangler {named} svar, før I kan sende")
    return named


def downloads(me: Somebody, name) -> bytes:
    """What a link gives to keep."""
    with me.page.expect_download() as coming:
        me.press(name)
    return Path(coming.value.path()).read_bytes()


def arrives_complete(me: Somebody, data: dict) -> None:
    """Every text, row and tick of the data stands among the answers."""
    page = " ".join(me.main.inner_text().split())
    texts = [data[name] for name in TEXTS if isinstance(data[name], str)]
    texts += [line["text"] for line in data["budget_lines"]]
    texts += [effect["method"] for effect in data["expected_effects"] if effect["method"]]
    texts += [TRIED[1], TRIED[2][0]]
    texts += [f"Verdensmål {goal}" for goal in data["sdgs"]] + [str(Theme(theme).label) for theme in data["themes"]]
    assert [text for text in texts if " ".join(text.split()) not in page] == []


def writes_and_sends(me: Somebody, data: dict, file) -> str:
    """The unit's part up to «sendt ind»; gives the case's number."""
    me.become(data["contact"]["name"])
    me.press(re.compile(r"^Søg i Runde"))
    me.press("Begynd")
    me.reads_heading("Projektet")
    number = re.search(r"\d{4}-\d{3}", me.main.inner_text())[0]
    assert lacks(me) == 21
    me.press("Udfyld «Projektets titel».")
    me.fills_the_project(data)
    assert lacks(me) == 17
    me.press("Udfyld «Formål og baggrund».")
    me.fills_the_rest(data, today() + timedelta(days=120), today() + timedelta(days=300), file)
    me.reads("Alle svar er der")
    arrives_complete(me, data)
    me.press("Send til leders godkendelse")
    me.reads(data["leader"]["name"])
    me.press("Send til leders godkendelse")
    me.reads("Afventer leders godkendelse")

    me.become(data["leader"]["name"])
    me.press("Ansøgninger, du skal godkende")
    me.press("Godkend og send ind")
    me.press("Godkend og send ind")
    me.reads_heading("Ansøgningen er sendt ind")
    me.reads(f"Jeres nummer er {number}")
    return number


def test_the_applicant_s_part_without_javascript(window, offer):
    writes_and_sends(window(viewport=MODEST, java_script_enabled=False), APPLICATIONS[10], offer)


def test_the_applicant_s_part_on_a_phone_whose_line_is_cut_twice(window, offer):
    me = window(OnABadLine, viewport=PHONE, has_touch=True, is_mobile=True)
    writes_and_sends(me, APPLICATIONS[17], offer)


def deadline_of_the_round(me: Somebody, unit: str) -> datetime:
    """As the unit reads it."""
    me.become(unit)
    me.press(re.compile(r"^Søg i Runde"))
    return datetime.fromisoformat(me.main.locator("time").first.get_attribute("datetime"))


def takes_up(me: Somebody, what: str, title: str) -> None:
    """A case under its heading in the list of what waits."""
    me.menu("Venter på mig")
    under = me.main.locator("section").filter(has=me.page.get_by_role("heading", name=what, exact=True))
    me.press(title, under)


def declares(me: Somebody, title: str) -> None:
    takes_up(me, "Erklær din habilitet", title)
    me.press("Erklær")
    me.reads_heading(title)


def scores(me: Somebody, points: dict[str, int], comment: str) -> None:
    me.press("Giv point")
    for criterion, given in points.items():
        me.ticks(str(given), criterion)
    me.types("Samlet begrundelse", comment)
    me.press("Gem")


def committed(me: Somebody) -> int:
    """Whole kroner that the pool's account says are committed."""
    me.menu("Puljen")
    words = me.main.get_by_role("link", name=re.compile(r"kr\. Disponeret$")).inner_text()
    return int(re.match(r"[\d.]+", words)[0].replace(".", ""))


def walks_to_the_letter(me: Somebody, pool, file) -> None:
    """Every role's part, in the order of the case."""
    data = APPLICATIONS[3]
    title, unit, leader = data["title"], data["contact"]["name"], data["leader"]["name"]
    me.become(CONSULTANT)
    before = committed(me)
    number = writes_and_sends(ByKeyboard(me.page, me.address), data, file)
    assert downloads(me, f"kvittering-{number}.pdf").startswith(b"%PDF-")

    deadline = deadline_of_the_round(me, unit)
    pool.move_clock_to(deadline + timedelta(hours=1))
    the_consultant_assesses(me, title)
    the_unit_answers(me, title, unit, leader)
    the_co_assessor_scores(me, title)
    the_consultant_recommends(me, title)
    the_manager_approves(me, title)
    meeting = deadline.date() + FROM_DEADLINE_TO_MEETING
    the_secretary_puts_it_on(me, title, meeting)
    the_papers_from_the_text(me, meeting)
    pool.move_clock_to(datetime.combine(meeting, time(16), UTC))
    the_decision(me, meeting)

    me.become(unit)
    me.menu("Mine ansøgninger")
    me.main.get_by_role("link", name=title, exact=True).first.click()  # the newest; last year's of the same name is older
    me.reads("Bevilget")
    me.reads("67.000 kr.")
    assert downloads(me, f"Svar på ansøgning {number} (PDF)").startswith(b"%PDF-")
    me.become(CONSULTANT)
    assert committed(me) - before == 67_000
    every_mail_is_there(pool, number)


def the_consultant_assesses(me: Somebody, title: str) -> None:
    me.become(CONSULTANT)
    declares(me, title)
    me.press("Fordel sagen")
    me.main.get_by_label("Sagsbehandler", exact=True).select_option(label=CONSULTANT)
    me.ticks(CO_ASSESSOR)
    me.does("Fordel sagen")
    me.press("Begynd den faglige vurdering")
    me.does("Begynd den faglige vurdering")
    me.press("Svar på krav")
    for gate in GATES:
        me.ticks("Ja", gate)
    me.press("Gem")
    scores(me, dict.fromkeys(CRITERIA, 4), FIRST_COMMENT)
    me.press("Bed om oplysninger")
    me.main.get_by_label(re.compile("^Felt")).select_option(label="Formål og baggrund")
    me.types("Spørgsmål", QUESTION)
    me.does("Bed om oplysninger")


def the_unit_answers(me: Somebody, title: str, unit: str, leader: str) -> None:
    me.become(unit)
    me.press("Spørgsmål, I skal svare på")
    me.types(QUESTION, "Omkring 40 stykker.")
    purpose = me.main.get_by_label("Formål og baggrund", exact=True)
    purpose.fill(f"{purpose.input_value()} I dag køber vi 40 om året.")
    me.press("Gem og gå videre til at sende")
    me.does("Send svarene")
    me.become(leader)
    me.press("Nye svar, du skal godkende")
    me.press("Godkend de nye svar")
    me.does("Godkend de nye svar")


def the_co_assessor_scores(me: Somebody, title: str) -> None:
    me.become(CO_ASSESSOR)
    declares(me, title)
    me.reads("1 bedømmer har givet point.")
    expect(me.main).not_to_contain_text(FIRST_COMMENT)
    scores(me, dict.fromkeys(CRITERIA, 3), "Lidt dyrt.")
    me.reads(FIRST_COMMENT)


def the_consultant_recommends(me: Somebody, title: str) -> None:
    me.become(CONSULTANT)
    takes_up(me, "Nye svar: gælder dine point stadig?", title)
    me.press("Gem")
    me.reads_heading(title)
    takes_up(me, "Klar til indstilling", title)
    me.types("Indstillet beløb", "67.000")
    me.types("Begrundelse", APPLICATIONS[3]["reason"])
    me.types("Vilkår (valgfrit)", "Brug kommunens egne arbejdsborde.")
    me.does("Indstil")


def the_manager_approves(me: Somebody, title: str) -> None:
    me.become(MANAGER)
    takes_up(me, "Erklær din habilitet, før du godkender", title)
    me.press("Erklær")
    me.reads_heading(title)
    me.press("Godkend til politisk behandling")
    me.does("Godkend til politisk behandling")


def the_secretary_puts_it_on(me: Somebody, title: str, day: date) -> None:
    me.become(SECRETARY)
    me.menu("Møder")
    me.press("Planlæg et møde")
    me.main.get_by_label("Udvalg", exact=True).select_option(label="Teknik- og Klimaudvalget")
    me.types_day("Dag", day)
    me.types("Tidspunkt", "15.00")
    me.press("Planlæg mødet")
    me.reads("Mødet er planlagt.")
    me.menu("Venter på mig")
    me.main.get_by_role("link", name=title, exact=True).first.click()
    me.press("Sæt på dagsordenen")
    me.main.get_by_label("Møde", exact=True).select_option(label=f"Teknik- og Klimaudvalget, {danish_date(day)} kl. 15.00")
    me.press("Sæt på dagsordenen")
    me.reads("På dagsorden")


def the_papers_from_the_text(me: Somebody, day: date) -> None:
    """Written by one, approved by another, sent by a third."""
    me.become(CONSULTANT)
    to_the_item(me, day)
    me.press("Ret teksten")
    me.types("Overskrift", HEADING)
    me.main.get_by_role("button", name="Gem teksten").last.click()
    me.reads("Teksten er gemt.")
    me.become(OTHER_MANAGER)
    to_the_item(me, day)
    me.reads_heading(HEADING)
    me.press("Godkend teksten")
    me.reads("Teksten er godkendt.")
    me.become(SECRETARY)
    to_the_item(me, day)
    me.press("Send til udvalget")
    me.reads("Punktet er sendt til udvalget.")
    assert downloads(me, "Sagsfremstilling med bilag (PDF)").startswith(b"%PDF-")


def to_the_item(me: Somebody, day: date) -> None:
    me.menu("Møder")
    row = me.main.get_by_role("row").filter(has=me.page.get_by_role("link", name=re.compile(f"^{danish_date(day)}")))
    row.get_by_role("cell").get_by_role("link").click()


def the_decision(me: Somebody, day: date) -> None:
    """Held, recorded, final, and the letter sent."""
    me.become(SECRETARY)
    me.menu("Møder")
    me.press(re.compile(f"^{danish_date(day)}"))
    me.press("Mødet er holdt")
    me.press(re.compile("^Registrér beslutningen om"))
    me.press("Gem beslutningen for alle sager")
    me.reads("Beslutningen er registreret")
    me.press("Protokollen er endelig")
    me.reads("Protokollen er endelig.")
    me.press("Send 1 brev")
    me.press("Send alle breve")
    me.reads("1 brev er sendt.")


def test_one_application_through_all_roles(window, running_pool, offer):
    walks_to_the_letter(window(viewport=MODEST), running_pool, offer)
