import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.verdict import BANDS, MIN_DOUBLED_ITEMS, QUESTION_KINDS, Verdict, verdict

kinds = st.sampled_from(QUESTION_KINDS)
agreements = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("kind", "healthy_from", "look_below"),
    [
        ("factual", 0.70, 0.55),
        ("alignment", 0.60, 0.45),
        ("artifact", 0.50, 0.35),
        ("quality", 0.40, 0.25),
        ("aesthetics", 0.25, 0.15),
        ("pair", 0.70, 0.62),
    ],
)
def test_every_kind_of_question_has_bands_of_its_own(kind, healthy_from, look_below):
    assert verdict(kind, healthy_from, 20).code == "healthy"
    assert verdict(kind, healthy_from - 0.001, 20).code == "watch"
    assert verdict(kind, look_below, 20).code == "watch"
    assert verdict(kind, look_below - 0.001, 20).code == "look_at_guideline"


def test_bands_are_kept_for_every_kind():
    assert set(BANDS) == set(QUESTION_KINDS)


@given(kinds, agreements | st.none(), st.integers(0, MIN_DOUBLED_ITEMS - 1))
def test_below_twenty_doubled_items_there_is_no_verdict(kind, agreement, doubled):
    assert verdict(kind, agreement, doubled).code == "too_few_items"


@pytest.mark.parametrize(
    ("doubled", "said"),
    [(0, "no item has"), (1, "1 item has"), (19, "19 items have")],
)
def test_a_refused_verdict_says_why_in_plain_words(doubled: int, said: str):
    assert verdict("quality", 0.9, doubled).sentence == (
        f"No verdict yet: {said} been rated by two or more people, "
        "and it takes at least 20 to tell agreement from luck."
    )


def test_a_healthy_verdict_says_for_what():
    assert verdict("alignment", 0.664, 40) == Verdict(
        "healthy", "Alpha is 0.66: healthy for an alignment scale (0.60 or more)."
    )


def test_a_verdict_on_pairs_speaks_of_shares():
    assert verdict("pair", 0.655, 40) == Verdict(
        "watch",
        "Pair agreement is 66%: watch it. "
        "For a preference between two images, 70% or more is healthy and below 62% the guideline needs a look.",
    )


def test_a_poor_verdict_says_what_to_do():
    sentence = verdict("quality", -0.02, 40).sentence

    assert sentence.startswith("Alpha is -0.02: look at the guideline.")
    assert "talk through the items" in sentence


def test_agreement_without_variation_is_not_judged():
    found = verdict("artifact", None, 40)

    assert found.code == "no_variation"
    assert "the same answer on every item" in found.sentence


@given(kinds, agreements, agreements)
def test_more_agreement_is_never_judged_worse(kind, one, other):
    order = ["look_at_guideline", "watch", "healthy"]
    lower, higher = sorted((one, other))

    assert order.index(verdict(kind, lower, 20).code) <= order.index(verdict(kind, higher, 20).code)


def test_taste_is_not_held_to_the_measure_of_facts():
    assert verdict("aesthetics", 0.30, 40).code == "healthy"
    assert verdict("factual", 0.30, 40).code == "look_at_guideline"
