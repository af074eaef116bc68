"""Papers and pictures for the invented pool, drawn here: receipts that say that they are invented, photos of nobody."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from pages.money import exact_kroner

FONT = settings.BASE_DIR / "documents/print/IBMPlexSans-Regular.ttf"
INK, PAPER, GRASS, SKY, SOIL = "#22302b", "#fbfaf5", "#8fb77a", "#dcebf2", "#7a5c41"
SMOOTH = 2  # drawn so much larger, then made smaller


def receipt(day: date, supplier: str, text: str, amount: int) -> SimpleUploadedFile:
    """The bill as a unit would photograph it; `amount` in øre, without VAT as the pool counts."""
    sheet = Image.new("RGB", (900, 1100), PAPER)
    draw = ImageDraw.Draw(sheet)
    lines = [
        (90, 54, supplier),
        (200, 30, "Faktura"),
        (245, 26, f"Dato {day:%d.%m.%Y}"),
        (345, 30, text),
        (345 + 120, 30, f"Beløb uden moms   {exact_kroner(amount)} kr."),
        (345 + 165, 26, f"Moms 25 %   {exact_kroner(amount // 4)} kr."),
        (345 + 225, 36, f"I alt   {exact_kroner(amount + amount // 4)} kr."),
        (980, 24, "Øvedata: firma, varer og beløb er opdigtet."),
    ]
    for top, size, said in lines:
        draw.text((80, top), said, fill=INK, font=ImageFont.truetype(FONT, size))
    for top in (315, 430, 960):
        draw.line((80, top, 820, top), fill=INK, width=2)
    return _file(sheet, f"faktura-{day:%Y-%m-%d}.jpg")


def bins() -> SimpleUploadedFile:
    def draw(canvas: ImageDraw.ImageDraw) -> None:
        canvas.rectangle(_s(0, 610, 1200, 800), fill="#cdb89a")
        for place, (body, lid) in enumerate([("#3f7d4e", "#2f5f3b"), ("#c9a227", "#9a7b1c"), ("#35668f", "#274d6d")]):
            left = 170 + place * 310
            canvas.rounded_rectangle(_s(left, 300, left + 240, 680), 24 * SMOOTH, fill=body)
            canvas.rounded_rectangle(_s(left - 14, 262, left + 254, 316), 20 * SMOOTH, fill=lid)
            canvas.ellipse(_s(left + 75, 420, left + 165, 510), fill=PAPER)

    return _picture("tre-spande.jpg", "#efe8da", draw)


def fruit_trees() -> SimpleUploadedFile:
    def draw(canvas: ImageDraw.ImageDraw) -> None:
        canvas.rectangle(_s(0, 560, 1200, 800), fill=GRASS)
        for place, left in enumerate((170, 520, 870)):
            canvas.rectangle(_s(left + 60, 430, left + 92, 660), fill=SOIL)
            canvas.ellipse(_s(left - 40, 180, left + 190, 470), fill="#4d8a52")
            for x, y in ((10, 260), (110, 230), (60, 340), (140, 370), (0, 390)):
                canvas.ellipse(_s(left + x, y, left + x + 34, y + 34), fill=("#b3392f", "#d8a531", "#7d2d4b")[place])
        for left in range(0, 1200, 60):
            canvas.rectangle(_s(left + 22, 640, left + 38, 780), fill="#a98a63")
        for top in (670, 730):
            canvas.rectangle(_s(0, top, 1200, top + 14), fill="#a98a63")

    return _picture("frugttraeer.jpg", SKY, draw)


def meadow() -> SimpleUploadedFile:
    def draw(canvas: ImageDraw.ImageDraw) -> None:
        canvas.ellipse(_s(900, 80, 1060, 240), fill="#e9c25a")
        canvas.rectangle(_s(0, 470, 1200, 800), fill=GRASS)
        for place in range(26):
            x, y = 30 + place * 46, 500 + (place * 97) % 210
            canvas.line(_s(x, y, x, y + 80), fill="#4d7a45", width=6 * SMOOTH)
            for dx, dy in ((-16, 0), (16, 0), (0, -16), (0, 16)):
                petal = ("#c2557a", "#f2efe2", "#6f6bb0")[place % 3]
                canvas.ellipse(_s(x + dx - 14, y + dy - 14, x + dx + 14, y + dy + 14), fill=petal)
            canvas.ellipse(_s(x - 10, y - 10, x + 10, y + 10), fill="#e0b23c")

    return _picture("vilde-blomster.jpg", SKY, draw)


def _s(*numbers: int) -> tuple[int, ...]:
    return tuple(number * SMOOTH for number in numbers)


def _picture(name: str, ground: str, draw: Callable[[ImageDraw.ImageDraw], None]) -> SimpleUploadedFile:
    sheet = Image.new("RGB", _s(1200, 800), ground)
    draw(ImageDraw.Draw(sheet))
    return _file(sheet.resize((1200, 800), Image.Resampling.LANCZOS), name)


def _file(sheet: Image.Image, name: str) -> SimpleUploadedFile:
    written = BytesIO()
    sheet.save(written, "JPEG", quality=85)
    return SimpleUploadedFile(name, written.getvalue(), content_type="image/jpeg")
