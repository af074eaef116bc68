"""Numbers as a Dane writes them: «12.700,5», whole percents, and whole numbers that a page sends along."""

from decimal import ROUND_HALF_UP, Decimal


def number(value: Decimal) -> str:
    """«12.700» or «12.700,5»."""
    whole, _dot, rest = format(abs(value).normalize(), "f").partition(".")
    return ("-" if value < 0 else "") + f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")


def percent(part: int, whole: int) -> int | None:
    """Whole percent, a half rounded up; None of nothing."""
    return int((Decimal(part) * 100 / whole).quantize(Decimal(1), ROUND_HALF_UP)) if whole else None


def whole(text: str | None, otherwise: int = 0, *, digits: int = 9) -> int:
    """The whole number that a hidden field holds; what else somebody may have written there is `otherwise`."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= digits else otherwise
