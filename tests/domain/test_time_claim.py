"""Claims: the table of their way, what silence does, and by when."""

from datetime import UTC, datetime, timedelta

from rubrica.domain.roles import Permission
from rubrica.domain.time_claim import BY_SILENCE, CLAIM_PROCESS, ClaimEvent, ClaimReason, ClaimState, claim_due

THURSDAY = datetime(2026, 11, 26, 15, tzinfo=UTC)


def test_every_way_of_a_claim():
    ways = {
        (state, event): CLAIM_PROCESS.step(state, event).target
        for state in ClaimState
        for event in CLAIM_PROCESS.events(state)
    }
    assert ways == {
        (ClaimState.CLAIMED, ClaimEvent.APPROVE): ClaimState.APPROVED,
        (ClaimState.CLAIMED, ClaimEvent.REFUSE): ClaimState.REFUSED,
        (ClaimState.REFUSED, ClaimEvent.CONTEST): ClaimState.CONTESTED,
        (ClaimState.REFUSED, ClaimEvent.LET_STAND): ClaimState.UPHELD,
        (ClaimState.CONTESTED, ClaimEvent.APPROVE): ClaimState.APPROVED,
        (ClaimState.CONTESTED, ClaimEvent.UPHOLD): ClaimState.UPHELD,
    }


def test_no_state_waits_for_ever_and_silence_of_those_who_decide_approves():
    assert set(BY_SILENCE) == CLAIM_PROCESS.waiting
    for state, event in BY_SILENCE.items():
        step = CLAIM_PROCESS.step(state, event)
        assert step.target not in CLAIM_PROCESS.waiting
        falls_to_the_lead = Permission.DECIDE_TIME in {
            CLAIM_PROCESS.step(state, each).permission for each in CLAIM_PROCESS.events(state)
        }
        assert (step.target == ClaimState.APPROVED) == falls_to_the_lead


def test_decisions_have_five_working_days_and_contesting_seven_days():
    assert claim_due(ClaimState.CLAIMED, THURSDAY) == THURSDAY + timedelta(days=7)
    assert claim_due(ClaimState.CONTESTED, THURSDAY) == THURSDAY + timedelta(days=7)
    assert claim_due(ClaimState.REFUSED, THURSDAY) == THURSDAY + timedelta(days=7)
    assert claim_due(ClaimState.CLAIMED, THURSDAY + timedelta(days=2)) == datetime(2026, 12, 7, tzinfo=UTC)
    assert claim_due(ClaimState.APPROVED, THURSDAY) is None
    assert claim_due(ClaimState.UPHELD, THURSDAY) is None


def test_quality_is_no_reason():
    assert {reason.value for reason in ClaimReason} == {"thinking", "reading", "meeting", "outage"}
