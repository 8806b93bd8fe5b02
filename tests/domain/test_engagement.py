"""Engagements: one table, in which silence takes nothing from anybody and no state is without an exit."""

from datetime import UTC, datetime, timedelta

import pytest

from rubrica.domain.engagement import (
    ACCUSING,
    BLOCK_AGAIN_AFTER,
    BY_CLOCK,
    BY_SILENCE,
    ENGAGEMENT_PROCESS,
    LIVE,
    Access,
    EngagementEvent,
    EngagementState,
    access_of,
    block_ends,
    engagement_due,
    may_block,
)

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)
ENDS = {EngagementState.ENDED, EngagementState.ENDED_FOR_CAUSE, EngagementState.NOT_BEGUN}


def test_every_state_but_an_end_has_an_exit_and_what_waits_has_a_deadline_and_a_silence():
    for state in EngagementState:
        assert bool(ENGAGEMENT_PROCESS.events(state)) is (state not in ENDS)
    assert ENGAGEMENT_PROCESS.waiting == set(EngagementState) - ENDS - {EngagementState.ACTIVE}
    assert set(BY_SILENCE) == ENGAGEMENT_PROCESS.waiting


def test_the_clock_accuses_nobody_and_ends_nothing_for_cause():
    assert not BY_CLOCK & (ACCUSING | {EngagementEvent.END_FOR_CAUSE})
    for state, event in BY_SILENCE.items():
        target = ENGAGEMENT_PROCESS.step(state, event).target
        assert target not in {EngagementState.RESTRICTED, EngagementState.HEARING, EngagementState.ENDED_FOR_CAUSE}
    assert [
        source for source in EngagementState if EngagementEvent.END_FOR_CAUSE in ENGAGEMENT_PROCESS.events(source)
    ] == [EngagementState.DECIDING]


def test_whoever_is_engaged_can_always_leave():
    assert all(EngagementEvent.LEAVE in ENGAGEMENT_PROCESS.events(state) for state in LIVE)


@pytest.mark.parametrize(
    ("state", "entered", "due"),
    [
        (EngagementState.OFFERED, MONDAY, MONDAY + timedelta(days=7)),
        (EngagementState.ACTIVE, MONDAY, None),
        (EngagementState.PAUSED, MONDAY, MONDAY + timedelta(days=30)),
        (EngagementState.ENDING, MONDAY, MONDAY + timedelta(days=7)),
        (EngagementState.RESTRICTED, MONDAY, MONDAY + timedelta(days=9)),
        (EngagementState.RESTRICTED, FRIDAY, FRIDAY + timedelta(days=11)),
        (EngagementState.HEARING, FRIDAY, FRIDAY + timedelta(days=7)),
        (EngagementState.DECIDING, FRIDAY, FRIDAY + timedelta(days=7)),
        (EngagementState.ENDED, MONDAY, None),
        (EngagementState.ENDED_FOR_CAUSE, MONDAY, None),
    ],
)
def test_until_when(state, entered, due):
    assert engagement_due(state, entered) == due


def test_terms_may_give_a_longer_notice_and_none_that_is_shorter():
    assert engagement_due(EngagementState.ENDING, MONDAY, timedelta(days=14)) == MONDAY + timedelta(days=14)
    assert engagement_due(EngagementState.ENDING, MONDAY, timedelta(0)) == MONDAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("state", "is_blocked", "is_restricted", "access"),
    [
        (EngagementState.OFFERED, False, False, None),
        (EngagementState.ACTIVE, False, False, Access.WORK),
        (EngagementState.ENDING, False, False, Access.WORK),
        (EngagementState.PAUSED, False, False, Access.READ),
        (EngagementState.RESTRICTED, True, True, Access.NOTHING),
        (EngagementState.HEARING, True, True, Access.NOTHING),
        (EngagementState.HEARING, True, False, Access.READ),
        (EngagementState.DECIDING, False, False, Access.WORK),
        (EngagementState.ENDED, False, False, Access.NOTHING),
        (EngagementState.ENDED_FOR_CAUSE, False, False, Access.NOTHING),
        (EngagementState.NOT_BEGUN, False, False, None),
    ],
)
def test_what_is_open(state, is_blocked, is_restricted, access):
    assert access_of(state, is_blocked=is_blocked, is_restricted=is_restricted) is access


def test_one_block_does_not_follow_another():
    assert may_block(None, MONDAY)
    assert not may_block(MONDAY, block_ends(MONDAY))
    assert may_block(MONDAY, MONDAY + BLOCK_AGAIN_AFTER)
