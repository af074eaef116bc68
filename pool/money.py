"""Amounts, as the pool's own code names them. How they are read and written stands in pages.money."""

from pages.money import LARGEST, NO_BREAK_SPACE, exact_kroner, format_kroner, ore_from, parse_kroner

__all__ = ["LARGEST", "NO_BREAK_SPACE", "exact_kroner", "format_kroner", "ore_from", "parse_kroner"]
