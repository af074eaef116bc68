"""A picture from outside: decoded and written anew, so that what hid in it or behind it is gone.

Where it was taken, comments and profiles are dropped; it stands upright, has eight bits a colour and is at most 2400
pixels wide or high. Memory is bounded: a phone's JPEG is scaled while it is read; what must be held whole may be smaller.
"""

import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LONGEST_SIDE = 2400  # pixels kept
MILLION = 1_000_000
MOST_PIXELS = 100 * MILLION
MOST_HELD_PIXELS = 20 * MILLION  # of a PNG, and of a JPEG that comes in several passes: both are held whole
ROWS = 64
START_OF_SCAN = 0xDA
Image.MAX_IMAGE_PIXELS = None  # our own limits are the ones that count


def harmless(content: bytes, kind: str) -> bytes:
    """The picture written anew as the same kind (PNG or JPEG). Raises ValidationError, or whatever its reader raises."""
    picture = Image.open(io.BytesIO(content), formats=[kind])
    _refuse_too_large(picture, content, kind)
    if kind == "PNG":  # a cut file is refused, whatever a library has told the decoder to put up with
        Image.open(io.BytesIO(content), formats=[kind]).verify()
        picture = _reduced(_in_eight_bits(picture))
    else:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(picture)
    picture = picture.convert("RGBA" if kind == "PNG" and picture.has_transparency_data else "RGB")
    picture.info = {}  # comments and profiles would be written again
    out = io.BytesIO()
    picture.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return out.getvalue()


def _refuse_too_large(picture, content: bytes, kind: str) -> None:
    """By the head alone: nothing has been decoded yet."""
    pixels = picture.width * picture.height
    if kind == "JPEG" and _in_one_pass(content, len(picture.getbands())):
        if pixels > MOST_PIXELS:
            text = _("Billedet har for mange billedpunkter (højst %(most)s millioner). Gør det mindre, og prøv igen.")
            raise ValidationError(text % {"most": MOST_PIXELS // MILLION})
    elif pixels > MOST_HELD_PIXELS:
        text = _(
            "Billedet har for mange billedpunkter (højst %(most)s millioner i denne slags billede). "
            "Gem det som et almindeligt JPEG-billede, eller gør det mindre, og prøv igen."
        )
        raise ValidationError(text % {"most": MOST_HELD_PIXELS // MILLION})


def _in_one_pass(content: bytes, bands: int) -> bool:
    """Whether a JPEG's first scan is one of a plain frame and holds every colour: only then is it read row by row."""
    at = 2
    while content[at + 1] != START_OF_SCAN:
        if content[at + 1] in (0xC2, 0xC6, 0xCA, 0xCE):  # frames that become sharper pass by pass
            return False
        at += 1 if content[at + 1] == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4])
    return content[at + 4] == bands


def _in_eight_bits(picture):
    """Grey of sixteen bits keeps its upper eight."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.point(lambda value: value / 256).convert("L")


def _reduced(picture):
    """About the size kept, in strips: scaling with transparency would hold the whole twice more."""
    factor = max(picture.size) // LONGEST_SIDE
    if factor < 2:
        return picture
    mode = picture.mode
    if mode == "P":
        mode = "RGBA" if picture.has_transparency_data else "RGB"
    small = Image.new("L" if mode == "1" else mode, (-(-picture.width // factor), -(-picture.height // factor)))
    for top in range(0, picture.height, ROWS * factor):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + ROWS * factor)))
        small.paste(strip.convert(small.mode).reduce(factor), (0, top // factor))
    return small
