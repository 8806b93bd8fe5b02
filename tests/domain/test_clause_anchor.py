"""Anchors of clauses, as texts name them."""

import pytest

from rubrica.domain.clause_anchor import named_in


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("By PL-1.3, not PL-1.", {"PL-1.3", "PL-1"}),
        ("(PL-1)", {"PL-1"}),
        ("PL-1 and PL-12", {"PL-1", "PL-12"}),
        ("XXXPL-1, PL-1-a, PL-1.a, pl-1, PL1, 3PL-1", set()),
        ("", set()),
    ],
)
def test_a_clause_is_named_where_its_anchor_stands_as_a_word_of_its_own(text, named):
    assert named_in(text) == named
