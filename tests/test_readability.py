"""LIX counted by hand: what a word is, where a sentence ends, which band, and what the writer is told."""

import pytest
from django.template import engines

from pages.readability import Readability, lix


def counted(text: str) -> tuple[int, int, int]:
    found = lix(text)
    return found.words, found.sentences, found.long_words


@pytest.mark.parametrize(
    ("text", "words", "sentences", "long_words"),
    [
        ("Vi sparer vand. Det er godt.", 6, 2, 0),
        # bæredygtighed (13), kommunen (8); «vores» and «hele» are short
        ("Vores mål er bæredygtighed i hele kommunen!", 7, 1, 2),
        ("Affald, madspild og energi: tre ting. Er de vigtige?", 9, 3, 2),  # madspild (8), vigtige (7); affald has six
        ("Vi søger f.eks. penge til ca. 12 skærme, bl.a. til lærerne", 11, 1, 1),  # lærerne (7)
        ("Det koster 12.500,50 kr. pr. stk. i alt.", 8, 1, 0),
        ("Det koster 500 kr. Vi har 300 kr. selv.", 9, 2, 0),
        ("Vi mødes den 3. februar 2026 kl. 12:30. Kom med.", 10, 2, 1),  # februar (7)
        ("Vi begyndte i 2026. Nu er vi færdige.", 8, 2, 2),  # begyndte, færdige
        ("Huset er på 120 m² og bruger 34 % mindre.", 9, 1, 0),
        ("Se https://www.naestved.dk/baeredygtighed?side=2 eller skriv til groenpulje@naestved.dk.", 6, 1, 0),
        ("Se (www.naestved.dk/klima/mere). Der står mere.", 5, 2, 0),
        ("Læs H. C. Andersen. Han er god.", 7, 2, 1),  # Andersen
        ("Børn og/eller voksne laver CO2-regnskab", 6, 1, 1),  # voksne has six; CO2-regnskab eleven
        ("«Det virker!» sagde hun. (Det gør det.)", 7, 3, 0),
        ("Hvad så?! Jo … det går...", 5, 2, 0),
        ("A\x00 \ud800 🌱 — – - & %", 1, 1, 0),
    ],
)
def test_words_sentences_and_long_words_as_counted_by_hand(text, words, sentences, long_words):
    assert counted(text) == (words, sentences, long_words)


def test_every_item_heading_and_paragraph_is_a_sentence_and_a_broken_line_is_none():
    text = "Mål\n\nVi vil:\n- spare vand\n- købe mindre\n1. måle\n2) veje\n\nDet er en linje, der\ner brudt midt i.\nSlut"
    assert counted(text) == (19, 8, 0)
    assert lix(text).longest == "Det er en linje, der er brudt midt i."
    assert counted(text.replace("\n", "\r\n")) == (19, 8, 0)


@pytest.mark.parametrize("text", ["", "   \n\n ", "...", "- \n- \n", "!?:", "🌱"])
def test_a_text_without_words_has_no_number(text):
    found = lix(text)
    assert (found.words, found.score, found.band, found.tips) == (0, None, "", [])
    shown = engines["django"].from_string("{% readability text %}").render({"text": text})
    assert "Skriv en tekst, så viser vi, hvor let den er at læse." in shown


def test_the_number_is_the_formula_rounded():
    assert lix("Vores mål er bæredygtighed i hele kommunen!").score == 36  # 7/1 + 200/7 = 35.57
    assert Readability(10, 4, 0).score == 3  # 2.5
    assert Readability(200, 10, 50).score == 45  # 20 + 25


@pytest.mark.parametrize(
    ("score", "band"),
    [
        *((3, "meget let"), (24, "meget let"), (25, "let"), (34, "let"), (35, "middel"), (44, "middel")),
        *((45, "svær"), (54, "svær"), (55, "meget svær"), (120, "meget svær")),
    ],
)
def test_bands(score, band):
    found = Readability(score, 1, 0)
    assert (found.score, found.band) == (score, band)


def test_a_hard_text_gets_advice_on_what_makes_it_hard():
    assert Readability(60, 1, 0).tips == ["Skriv kortere sætninger. I snit har de 60 ord."]
    assert Readability(100, 20, 50).tips == ["Brug kortere ord. 50 ud af 100 ord har mere end 6 bogstaver."]
    assert len(Readability(100, 4, 40).tips) == 2
    assert Readability(100, 10, 30).tips == []  # 40: middel


def test_the_writer_sees_number_band_and_advice():
    hard = "Kommunens indsatser forudsætter tværgående samarbejde imellem forvaltningerne <og> institutionerne."
    shown = engines["django"].from_string("{% readability text %}").render({"text": hard})
    assert "<strong>Lixtal 98</strong>" in shown  # 9 words, one sentence: 9 + 800/9 = 97.9
    assert '<span class="badge badge-warning">meget svær</span>' in shown
    assert "&lt;og&gt;" in shown
    assert "Teksten er kort, så tallet er usikkert." in shown
    easy = engines["django"].from_string("{% readability text %}").render({"text": "Vi sparer vand. " * 20})
    assert "Teksten er let at læse." in easy
    assert "60 ord, 20 sætninger, 0 lange ord." in easy
    assert "usikkert" not in easy
