import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.prompt_words import words_of

# The workbench reads the same cases: both sides must find the same words.
CASES = json.loads((Path(__file__).parent / "prompt_words.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["prompt"][:12])
def test_the_words_of_a_prompt(case: dict[str, object]):
    assert list(words_of(str(case["prompt"]))) == case["words"]


@given(st.text(max_size=60))
def test_a_name_says_where_its_word_stands(prompt: str):
    for name, word in words_of(prompt).items():
        start, end = map(int, name.split("-"))
        assert prompt[start:end] == word
