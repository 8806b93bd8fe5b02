"""Spelling and grammar, read without a network: what is told, and what raters may write as they like."""

import threading

import pytest

from rubrica.domain.coach import Finding
from rubrica.domain.coach_words import IMAGE_TERMS
from rubrica.usecases import language
from rubrica.usecases.language import MOST_READ, READER, Language, Reader

GOOD = "Left hand [[1]] has six fingers; the ring finger fuses with the mug, so the grip cannot be believed."


def test_a_good_text_is_left_alone():
    assert READER.read(GOOD) == Language("checked")
    assert READER.read("") == Language("checked")


def test_a_word_that_is_misspelt_is_shown_with_a_proposal():
    text = "🖐 The sign reads teh wrong way round."

    assert READER.read(text).findings == (
        Finding("spelling", "“teh” may be misspelt", ((text.index("teh"), text.index("teh") + 3),), "the"),
    )


def test_grammar_is_told_in_the_words_of_a_hint():
    (finding,) = READER.read("The dog is to big for the sofa it lies on.").findings

    assert (finding.code, finding.spans, finding.suggestion) == ("grammar", ((11, 21),), "too big for")
    assert "`" not in finding.message


@pytest.mark.parametrize(
    "text", ["The colour of the grey centre is realistic.", "The color of the gray center is off."]
)
def test_british_and_american_spelling_are_both_right(text):
    assert READER.read(text).findings == ()


def test_terms_of_images_are_words():
    for term in sorted(IMAGE_TERMS):
        assert READER.read(f"There is some {term} on the left.").findings == (), term


def test_words_of_the_rubric_are_words():
    text = "The glorfin on the left side of the picture is broken."

    assert [finding.code for finding in READER.read(text).findings] == ["spelling"]
    assert READER.read(text, {"glorfin"}).findings == ()


def test_capitals_and_style_are_nobodys_business():
    assert READER.read("hand has six fingers. mug has two handles, very very long").findings == (
        Finding("grammar", "Did you mean to repeat this word?", ((43, 52),), "very"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Die linke Hand hat sechs Finger und verschmilzt mit der Tasse.",
        "La mano izquierda tiene seis dedos y se funde con la taza",
        "La main gauche a six doigts et se fond dans la tasse.",
        "左手有六根手指，与杯子融合在一起。",
    ],
)
def test_another_language_is_not_read(text):
    assert READER.read(text) == Language("not_english")


def test_what_is_no_word_costs_no_time():
    endless = "Left hand " + "abcdefghij" * 990

    assert READER.read(endless).reading in {"checked", "not_english"}
    late = "The hand has six fingers. " * 80 + "teh"
    assert len(late) > MOST_READ
    assert READER.read(late) == Language("checked")


def test_while_somebody_elses_text_is_read_nobody_waits_long(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(language, "_MOST_PATIENCE", 0.01)
    reader = Reader()
    reading, done = threading.Event(), threading.Event()

    def hold() -> None:
        with reader._turn:
            reading.set()
            done.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    reading.wait(10)
    try:
        assert reader.read(GOOD) == Language("busy")
    finally:
        done.set()
        other.join()
