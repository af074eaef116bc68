"""Takes the pictures of docs/pictures from a first look of its own: a pool, a browser, and people stepped into.

Each picture is what one person sees; colours are reduced so that a picture is small. Run by `make pictures`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.servers import CHROMIUM, CHROMIUM_ARGUMENTS, open_pool  # noqa: E402  this folder is no package

PICTURES = ROOT / "docs" / "pictures"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LARGEST = 150_000
COLOURS = 128


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pool-pictures-") as name, sync_playwright() as play:
        folder, browser = Path(name), play.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        with open_pool(folder) as pool:
            take_all(browser, pool.address, folder)
        browser.close()
    for path in sorted(PICTURES.glob("*.png")):
        print(f"{path.relative_to(ROOT)}  {make_small(path) // 1000} kB")


def take_all(browser: Browser, address: str, folder: Path) -> None:
    page = browser.new_page(viewport=DESK, locale="da-DK")
    page.goto(f"{address}/")
    keep(page, "front", "")

    become(page, address, "Camilla Åkjær")
    page.get_by_role("main").get_by_role("link", name="Kladder, der ikke er sendt").click()
    fill_budget(page)
    keep(page, "application-budget", "Budget", at="main")
    page.set_viewport_size(PHONE)
    keep(page, "application-budget-phone", "Budget", at="section#budget_lines")
    page.set_viewport_size(DESK)

    become(page, address, "Karen Lindegaard")
    menu(page, "Venter på mig")
    keep(page, "waiting", "Venter på mig")
    menu(page, "Runder")
    page.get_by_role("link", name="7 ansøgninger, Runde").click()
    keep(page, "round", "Ansøgninger, Runde")
    page.get_by_role("row").filter(has_text="Delecykler mellem afdelingerne").get_by_role("link").first.click()
    keep(page, "scores", "Delecykler mellem afdelingerne", at="#point")
    menu(page, "Møder")
    page.get_by_role("row").filter(has_text="Sendt til udvalget").get_by_role("cell").get_by_role("link").first.click()
    keep(page, "agenda-item", "Bæredygtighedspuljen")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Sagsfremstilling med bilag (PDF)").click()
    packet = folder / "packet.pdf"
    coming.value.save_as(packet)
    menu(page, "Puljen")
    keep(page, "account", "Puljen 2")
    menu(page, "Projekter")
    keep(page, "portfolio", "Projekter")
    page.get_by_role("row").filter(has_text="Mindre madspild").get_by_role("link").first.click()
    page.get_by_role("link", name="Se projektet").click()
    keep(page, "project", "Mindre madspild")
    page.goto(f"{address}/resultater/")
    keep(page, "results", "Det kom der ud af pengene")
    page.get_by_role("link", name="Frugttræer og bærhegn").click()
    keep(page, "result", "Frugttræer og bærhegn")
    page.close()
    draw_packet(packet)


def become(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/demo/")
    page.get_by_role("button", name=f"Træd ind som {name}", exact=True).click()
    page.get_by_role("heading", name=f"Hej {name}").wait_for()


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Hovedmenu").get_by_role("link", name=name).click()
    page.get_by_role("navigation", name="Hovedmenu").locator("[aria-current=page]", has_text=name).wait_for()


def fill_budget(page: Page) -> None:
    """A draft's budget as it looks half way."""
    page.get_by_role("link", name="Skriv videre").click()
    page.get_by_role("link", name="Budget", exact=False).click()
    page.get_by_role("heading", name="Budget", exact=True).wait_for()
    for number, (kind, text, amount) in enumerate(
        (("Udstyr", "Regnvandstønder", "7.200"), ("Materialer", "Rør", "1.850")), 1
    ):
        if number > 1:
            page.get_by_role("button", name="Tilføj budgetlinje").click()
        row = page.get_by_role("group", name=f"Budgetlinje {number}")
        row.get_by_label("Art").select_option(label=kind)
        row.get_by_label("Hvad").fill(text)
        row.get_by_label("Beløb uden moms").fill(amount)
    page.get_by_label("Beløb, I søger").fill("9.050")


def keep(page: Page, name: str, heading: str, at: str = "") -> None:
    """What fits in the window of the page with that heading, from the top or from a part of it."""
    page.get_by_role("heading", level=1, name=heading).wait_for()
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("at => scrollTo(0, at ? document.querySelector(at).getBoundingClientRect().top + scrollY - 16 : 0)", at)
    page.screenshot(path=PICTURES / f"{name}.png")


def draw_packet(packet: Path) -> None:
    """The first page, and the first page of annex 1: the first that lies down, or else the second."""
    sizes = subprocess.run(["pdfinfo", "-l", "99", packet], capture_output=True, text=True, check=True).stdout
    pages = [line.split() for line in sizes.splitlines() if line.startswith("Page ") and "size:" in line]
    lying = next((int(words[1]) for words in pages if float(words[3]) > float(words[5])), 2)
    for name, number in (("packet", 1), ("annex-1", lying)):
        only = ["-png", "-singlefile", "-r", "80", "-f", str(number), "-l", str(number)]
        subprocess.run(["pdftoppm", *only, packet, PICTURES / name], check=True)


def make_small(path: Path) -> int:
    """Fewer colours until the file is small enough; its size in bytes."""
    picture, colours = Image.open(path).convert("RGB"), COLOURS
    while True:
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST or colours <= 16:
            return path.stat().st_size
        colours //= 2


if __name__ == "__main__":
    main()
