"""Edge cases: the table of their way, and what makes two of them alike."""

from datetime import timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.edge_case import CASE_PROCESS, Alike, CaseEvent, CaseState, Likeness, Traits, likeness
from rubrica.domain.roles import Permission
from rubrica.domain.transitions import NoSuchStepError, Process, Transition


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


class Tick(StrEnum):
    CHANGE = "change"


def row(source: Light, target: Light) -> Transition[Light, Tick]:
    return Transition(Tick.CHANGE, frozenset({source}), target, Permission.RULE)


def test_each_waiting_state_has_a_time_allowed_and_a_way_to_an_end():
    assert {CaseState.RAISED, CaseState.VOTING, CaseState.DISCUSSION} == CASE_PROCESS.waiting
    for state in CASE_PROCESS.waiting:
        ends = {CASE_PROCESS.step(state, event).target for event in CASE_PROCESS.events(state)} - CASE_PROCESS.waiting
        assert ends
        assert CASE_PROCESS.time_allowed[state] > timedelta(0)


def test_a_ruling_is_the_end():
    assert CASE_PROCESS.events(CaseState.RULED) == ()
    with pytest.raises(NoSuchStepError, match="rule is not possible while voting"):
        CASE_PROCESS.step(CaseState.VOTING, CaseEvent.RULE)


def test_a_table_that_contradicts_itself_or_gets_stuck_is_refused():
    with pytest.raises(ValueError, match="two states"):
        Process((row(Light.RED, Light.GREEN), row(Light.RED, Light.RED)), {})
    with pytest.raises(ValueError, match="nothing leads out of green"):
        Process((row(Light.RED, Light.GREEN),), {Light.GREEN: timedelta(days=1)})


TEXT = st.text(alphabet="abcdef ", max_size=40)
TRAITS = st.builds(
    Traits,
    text=TEXT,
    criterion=st.sampled_from(["", "overall", "realism"]),
    clause=st.sampled_from(["", "PL-1", "PL-2"]),
    codes=st.frozensets(st.sampled_from(["ANAT.extra", "ANAT.missing", "PHYS.light"]), max_size=2),
    items=st.frozensets(st.integers(1, 3), max_size=2),
    fingerprints=st.frozensets(st.integers(1, 2**64 - 1), max_size=2),
)


@given(TRAITS, TRAITS)
def test_likeness_is_the_same_both_ways_and_has_reasons(one: Traits, other: Traits):
    alike = likeness(one, other)
    assert alike == likeness(other, one)
    assert (alike.score > 0) == bool(alike.in_what)


@given(TRAITS)
def test_nothing_is_more_like_a_case_than_itself(one: Traits):
    assert likeness(one, one).score >= likeness(one, Traits("something else")).score


def test_the_little_words_that_every_question_has_are_no_likeness():
    assert likeness(Traits("Is the hand a fault?"), Traits("Is the sky a gap?")).in_what == ()
    assert likeness(Traits("Seams along mirrors"), Traits("a mirror with a seam")).in_what == (Likeness.WORDS,)


def test_the_nearer_the_images_the_more_alike_unless_they_are_the_same():
    one, other = Traits("", items=frozenset({1})), Traits("", items=frozenset({2}))
    assert likeness(one, other).in_what == ()
    assert [likeness(one, other, nearness) for nearness in (0.0, 0.5, 1.0)] == [
        Alike(1.0, (Likeness.SIMILAR,)),
        Alike(2.0, (Likeness.SIMILAR,)),
        Alike(3.0, (Likeness.SIMILAR,)),
    ]
    assert likeness(one, one, 1.0).in_what == (Likeness.ITEM,)
    same = Traits("", fingerprints=frozenset({0xFF}))
    assert likeness(same, same, 1.0).in_what == (Likeness.IMAGE,)


def test_the_strongest_reason_stands_first():
    one, other = (Traits("", clause="A-1", codes=frozenset({"ANAT.extra"}), items=frozenset({n})) for n in (1, 2))
    assert likeness(one, other, 0.9).in_what == (Likeness.CODE, Likeness.SIMILAR, Likeness.CLAUSE)
    assert likeness(one, other, 0.1).in_what == (Likeness.CODE, Likeness.CLAUSE, Likeness.SIMILAR)


def test_images_are_alike_up_to_eight_bits():
    one = Traits("", fingerprints=frozenset({0xFF}))
    assert likeness(one, Traits("", fingerprints=frozenset({0xFFFF}))).in_what == (Likeness.IMAGE,)
    assert likeness(one, Traits("", fingerprints=frozenset({0x1FFFF}))).in_what == ()
