"""Applications: the table of their way, what silence does, and what a refusal must say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.application import (
    APPLICATION_PROCESS,
    BY_APPLICANT,
    BY_SILENCE,
    BY_TEAM,
    DECIDE_WITHIN,
    LATEST_REAPPLICATION,
    UNDECIDED,
    WAITS_FOR_APPLICANT,
    ApplicationEvent,
    ApplicationState,
    DeclineReason,
    ReadingVerdict,
    application_due,
    check_decline,
    needs_second_reading,
)
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission
from rubrica.domain.transitions import NoSuchStepError

FRIDAY = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 6)
REASON = "Your second answer says nothing about how you would mark the seam."
ENDS = set(ApplicationState) - APPLICATION_PROCESS.waiting


def test_every_state_is_an_end_or_has_a_deadline_and_something_that_happens_at_it():
    assert set(BY_SILENCE) == APPLICATION_PROCESS.waiting
    for state, event in BY_SILENCE.items():
        assert APPLICATION_PROCESS.step(state, event)
    for state in ENDS:
        assert APPLICATION_PROCESS.events(state) == ()


def test_silence_alone_leads_to_an_end_from_everywhere():
    for start in ApplicationState:
        state, steps = start, 0
        while state in APPLICATION_PROCESS.waiting:
            state = APPLICATION_PROCESS.step(state, BY_SILENCE[state]).target
            steps += 1
            assert steps < 4
        assert state in ENDS


def test_no_silence_declines():
    assert ApplicationEvent.DECLINE not in BY_SILENCE.values()
    assert ApplicationEvent.DISMISS not in BY_SILENCE.values()


def test_whoever_applies_and_the_team_have_steps_of_their_own():
    for state in ApplicationState:
        for event in APPLICATION_PROCESS.events(state):
            permission = APPLICATION_PROCESS.step(state, event).permission
            assert (event in BY_TEAM) <= (permission == Permission.MANAGE_OPENINGS)
            assert (event in BY_APPLICANT) <= (permission == Permission.APPLY)
    assert not BY_TEAM & BY_APPLICANT


def test_one_can_withdraw_until_it_is_decided():
    for state in UNDECIDED | {ApplicationState.OFFERED}:
        assert APPLICATION_PROCESS.step(state, ApplicationEvent.WITHDRAW).target == ApplicationState.WITHDRAWN
    with pytest.raises(NoSuchStepError, match="withdraw is not possible while accepted"):
        APPLICATION_PROCESS.step(ApplicationState.ACCEPTED, ApplicationEvent.WITHDRAW)


@given(st.lists(st.sampled_from(ApplicationEvent), max_size=40), st.lists(st.integers(0, 15), max_size=40))
def test_on_no_way_is_anybody_without_a_decision_for_longer_than_promised(events, pauses):
    """Walk at random; before each step the clock does what it does at a deadline that has come."""
    now, state, due, decide_by = FRIDAY, ApplicationState.DRAFT, FRIDAY + timedelta(days=30), None
    for event, pause in zip(events, pauses, strict=False):
        now += timedelta(days=pause)
        while due is not None and now >= due:
            state, entered = APPLICATION_PROCESS.step(state, BY_SILENCE[state]).target, due
            decide_by = (
                decide_by if state in UNDECIDED and decide_by and decide_by > entered else entered + DECIDE_WITHIN
            )
            due = application_due(state, entered, decide_by)
        if event not in APPLICATION_PROCESS.events(state):
            continue
        was, state = state, APPLICATION_PROCESS.step(state, event).target
        if was in {ApplicationState.DRAFT, ApplicationState.APPEALED}:
            decide_by = now + DECIDE_WITHIN
        due = application_due(state, now, decide_by)
        if state in UNDECIDED:
            assert decide_by is not None
            assert due is not None
            assert now <= due <= decide_by
        assert (due is None) == (state in ENDS)


def test_an_application_waits_for_one_of_the_two_sides():
    assert APPLICATION_PROCESS.waiting > WAITS_FOR_APPLICANT
    assert ApplicationState.UNDER_REVIEW not in WAITS_FOR_APPLICANT


def test_a_decision_has_the_time_that_was_promised_an_appeal_five_working_days():
    promised = FRIDAY + timedelta(days=4)

    assert application_due(ApplicationState.UNDER_REVIEW, FRIDAY, promised) == promised
    assert application_due(ApplicationState.SCREENING, FRIDAY, promised) == FRIDAY + timedelta(days=2)
    assert application_due(ApplicationState.OFFERED, FRIDAY, promised) == FRIDAY + timedelta(days=7)
    assert application_due(ApplicationState.DECLINED, FRIDAY, promised) == FRIDAY + timedelta(days=7)
    # From Friday to the next Friday: the weekend is no time to decide.
    assert application_due(ApplicationState.APPEALED, FRIDAY, promised) == FRIDAY + timedelta(days=7)
    assert application_due(ApplicationState.DRAFT, FRIDAY, None) == FRIDAY + timedelta(days=30)
    assert application_due(ApplicationState.CLOSED, FRIDAY, promised) is None


YES, BORDERLINE, NO = ReadingVerdict.YES, ReadingVerdict.BORDERLINE, ReadingVerdict.NO


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((YES,), False),
        ((NO,), False),
        ((BORDERLINE,), True),
        ((BORDERLINE, YES), False),
        ((BORDERLINE, BORDERLINE), False),
        ((YES, NO), True),
        ((NO, YES, YES), False),
        ((), False),
    ],
)
def test_who_is_in_doubt_or_contradicted_is_not_alone(verdicts, expected):
    assert needs_second_reading(verdicts) is expected


def test_a_refusal_says_why_by_which_criterion_and_when_to_apply_again():
    found = Findings()

    assert check_decline("answers", f" {REASON} ", "Marks seams", TODAY, TODAY, found) == (
        DeclineReason.ANSWERS,
        REASON,
        "Marks seams",
    )
    assert not found


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("because", REASON, "Marks", TODAY), "reason_code"),
        (("answers", "Too short.", "Marks", TODAY), "reason"),
        (("answers", " " * 60, "Marks", TODAY), "reason"),
        (("answers", None, "Marks", TODAY), "reason"),
        (("answers", REASON, " ", TODAY), "criterion"),
        (("answers", REASON, "Marks", None), "reapply_from"),
        (("answers", REASON, "Marks", TODAY - timedelta(days=1)), "reapply_from"),
        (("answers", REASON, "Marks", TODAY + LATEST_REAPPLICATION + timedelta(days=1)), "reapply_from"),
    ],
)
def test_a_refusal_that_leaves_something_out_is_refused(given, field):
    found = Findings()
    code, reason, criterion, reapply_from = given
    check_decline(code, reason, criterion, reapply_from, TODAY, found)

    assert [problem.field for problem in found.problems] == [field]
