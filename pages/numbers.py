"""Numbers as a Dane writes them: «12.700,5». Refuses nothing and rounds nothing."""

from decimal import Decimal


def number(value: Decimal) -> str:
    """«12.700» or «12.700,5»."""
    whole, _dot, rest = format(abs(value).normalize(), "f").partition(".")
    return ("-" if value < 0 else "") + f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")
