"""Words are changed where they stand whole, the longest first, and nothing is changed twice."""

import pytest

from pages.whole_words import exchanged


@pytest.mark.parametrize(
    ("text", "words", "then"),
    [
        ("Bo sad ved et Bord.", {"Bo": "X"}, "X sad ved et Bord."),
        ("Bo Hansen og Bo", {"Bo": "N", "Bo Hansen": "M"}, "M og N"),
        ("Årbo, Bo_2, bo", {"Bo": "X", "bo": "y"}, "Årbo, Bo_2, y"),
        ("a.b (a.b)", {"a.b": "c"}, "c (c)"),
        ("Anna Bo", {"Anna": "Bo", "Bo": "Anna"}, "Bo Anna"),
        ("", {"Bo": "X"}, ""),
        ("Bo", {"": "X"}, "Bo"),
    ],
)
def test_whole_words_alone(text, words, then):
    assert exchanged(text, words) == then
