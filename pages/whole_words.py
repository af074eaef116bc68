"""Putting other words in the place of some, where they stand whole. No pattern is made of what was typed."""


def exchanged(text: str, words: dict[str, str]) -> str:
    """`text` with each of the words changed for its own; the longest first, none within a longer word («Bo» in «Bord»)."""
    made, start = [], 0
    while found := min(_places(text, words, start), default=None):
        place, _shortness, word = found
        made += [text[start:place], words[word]]
        start = place + len(word)
    return "".join([*made, text[start:]])


def _places(text: str, words, start: int):
    """(where, minus its length, word) of each word's next whole place."""
    for word in filter(None, words):
        place = text.find(word, start)
        while place >= 0 and not _is_whole(text, place, place + len(word)):
            place = text.find(word, place + 1)
        if place >= 0:
            yield place, -len(word), word


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (start > 0 and _in_word(text[start - 1])) and not (end < len(text) and _in_word(text[end]))


def _in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"
