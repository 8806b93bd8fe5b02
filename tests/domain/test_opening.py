"""Openings: one value, whatever it says, and JSON that is read back as it was written."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.opening import OPENING_PROCESS, OpeningEvent, OpeningState, moment_text, read_moment, tidy_text
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.problems import ProblemsError
from rubrica.domain.transitions import NoSuchStepError
from tests.domain.openings import IMAGE_EVALUATION, NOON, descriptions, moments, openings
from tests.domain.strategies import json_values


@given(openings)
def test_what_an_opening_says_is_read_back_as_it_was_written(opening):
    assert parse_opening(opening.as_json()) == opening


def test_an_opening_may_say_nothing():
    empty = parse_opening({})

    assert empty.countries is None
    assert not empty.is_worldwide
    assert parse_opening({"countries": []}).is_worldwide


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"salary": 1}, "salary"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"data_type": "smell"}, "data_type"),
        ({"label_types": ["evaluation_rating", "guessing"]}, "label_types[1]"),
        ({"template": "../etc"}, "template"),
        ({"pay": {"basis": "hour", "currency": "XXX", "low": 1}}, "pay.currency"),
        ({"pay": {"basis": "hour", "currency": "USD", "low": 3_000, "high": 2_000}}, "pay.high"),
        ({"pay": {"basis": "hour", "currency": "USD", "low": 20.5}}, "pay.low"),
        ({"pay": {"basis": "hour", "currency": "USD", "low": 20, "per": 10}}, "pay.per"),
        ({"hours": {"low": 200}}, "hours.low"),
        ({"hours": {"low": 20, "high": 10}}, "hours.high"),
        ({"languages": [{"tag": "xx"}]}, "languages[0].tag"),
        ({"languages": [{"tag": "en"}, {"tag": "English"}]}, "languages[1].tag"),
        ({"languages": [{"tag": "en", "level": "B3"}]}, "languages[0].level"),
        ({"languages": ["en"]}, "languages[0]"),
        ({"countries": ["Atlantis"]}, "countries[0]"),
        ({"experience": "wizard"}, "experience"),
        ({"screening_minutes": -1}, "screening_minutes"),
        ({"closes_at": "next week"}, "closes_at"),
        ({"closes_at": 5}, "closes_at"),
        ({"pay": "USD 20"}, "pay"),
        ({"hours": 20}, "hours"),
    ],
)
def test_what_is_not_of_the_model_is_named(changes, field):
    with pytest.raises(ProblemsError) as refused:
        parse_opening({**IMAGE_EVALUATION.as_json(), **changes})

    assert [problem.field for problem in refused.value.problems] == [field]


@given(json_values)
def test_any_json_is_read_or_refused(payload):
    try:
        opening = parse_opening(payload)
    except ProblemsError:
        return
    assert parse_opening(opening.as_json()) == opening


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(IMAGE_EVALUATION.as_json(), json_values)))
def test_any_values_of_its_fields_are_read_or_refused(payload):
    try:
        opening = parse_opening(payload)
    except ProblemsError:
        return
    assert parse_opening(opening.as_json()) == opening


@given(moments)
def test_a_moment_is_read_back_as_it_was_written(moment):
    assert read_moment(moment_text(moment) or "") == moment


@pytest.mark.parametrize("text", ["", "2026-13-01", "0001-01-01T00:00:00+14:00", "soon"])
def test_what_is_no_moment_is_none(text):
    assert read_moment(text) is None


@given(descriptions)
def test_a_tidy_text_stays_as_it_is(text):
    assert tidy_text(text) == text


def test_lines_are_ended_and_spaced_alike():
    assert tidy_text("\r\n a  b \r\n\n\n\nc\t\r") == "a b\n\nc"


def test_what_is_closed_stays_closed():
    assert OPENING_PROCESS.step(OpeningState.DRAFT, OpeningEvent.PUBLISH).target == OpeningState.OPEN
    assert OPENING_PROCESS.step(OpeningState.OPEN, OpeningEvent.CLOSE).target == OpeningState.CLOSED
    for event in OpeningEvent:
        with pytest.raises(NoSuchStepError):
            OPENING_PROCESS.step(OpeningState.CLOSED, event)
    with pytest.raises(NoSuchStepError):
        OPENING_PROCESS.step(OpeningState.OPEN, OpeningEvent.PUBLISH)


def test_time_is_written_in_utc():
    assert moment_text(NOON) == "2026-03-02T12:00:00Z"
    assert dataclasses.replace(IMAGE_EVALUATION, closes_at=None).as_json()["closes_at"] is None
