"""Technical checks propose answers: the first that holds, and nothing where nothing is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.proposal import MEASURES, Check, Proposal, propose
from rubrica.domain.rubric import RubricInvalidError, parse_rubric

SIZE = (Check("longer_side", "pass", at_least=1_000), Check("longer_side", "reject", at_most=999))


def rubric(checks, *, unit="single", **criterion):
    criterion = {
        "id": "size",
        "name": "Size",
        "question": "Is it large enough?",
        "type": "choice",
        "options": [{"code": "pass", "label": "Pass"}, {"code": "reject", "label": "Reject"}],
        **criterion,
    }
    return {
        "format": "rubrica/rubric/1",
        "key": "photo",
        "name": "Photo",
        "unit": unit,
        "criteria": [{**criterion, "checks": checks}],
    }


def problems_of(data):
    with pytest.raises(RubricInvalidError) as refused:
        parse_rubric(data)
    return [(problem.field, problem.problem) for problem in refused.value.problems]


def test_the_first_check_that_holds_proposes_its_answer_and_says_why():
    assert propose("size", SIZE, {"width": 640, "height": 1_200}) == Proposal("size", "pass", "longer side 1200 pixels")
    assert propose("size", SIZE, {"width": 640, "height": 480}) == Proposal("size", "reject", "longer side 640 pixels")


def test_limits_belong_to_what_they_limit():
    check = Check("white_border", "pass", at_least=0.5, at_most=0.75)
    assert [check.holds(value) for value in (0.49, 0.5, 0.75, 0.76)] == [False, True, True, False]


def test_a_share_is_said_in_percent_and_never_as_all_unless_it_is():
    check = (Check("white_border", "pass", at_least=0.0),)
    because = [propose("ground", check, {"white_border": share}) for share in (0.9999, 1.0)]
    assert [found and found.because for found in because] == [
        "white along the edges 99.9 %",
        "white along the edges 100 %",
    ]


@given(st.sampled_from(MEASURES), st.dictionaries(st.sampled_from(MEASURES), st.none() | st.text() | st.booleans()))
def test_of_what_was_not_measured_nothing_is_proposed(measure, measures):
    assert propose("size", (Check(measure, "pass", at_least=0.0),), measures) is None


def test_a_rubric_with_checks_is_read_back_as_it_was():
    checks = [
        {"measure": "longer_side", "at_least": 1_000, "then": "pass"},
        {"measure": "clipped", "at_most": 0.1, "then": "reject"},
    ]
    read = parse_rubric(rubric(checks))
    assert parse_rubric(read.as_json()) == read
    assert [check.then for check in read.criterion("size").checks] == ["pass", "reject"]


@pytest.mark.parametrize(
    ("check", "field", "problem"),
    [
        ({"measure": "beauty", "at_least": 1, "then": "pass"}, "measure", "is 'beauty'"),
        ({"measure": "clipped", "then": "pass"}, "at_least", "is missing, and so is at_most"),
        ({"measure": "clipped", "at_least": 0.5, "at_most": 0.1, "then": "pass"}, "at_most", "is 0.1, below at_least"),
        ({"measure": "clipped", "at_least": 0.5, "then": "maybe"}, "then", "is no answer to this criterion"),
        ({"measure": "clipped", "at_least": 0.5}, "then", "is no answer to this criterion"),
        ({"measure": "clipped", "at_least": "half", "then": "pass"}, "at_least", "is 'half'"),
    ],
)
def test_a_check_that_cannot_be_is_refused_where_it_stands(check, field, problem):
    assert (f"criteria[0].checks[0].{field}", problem) in problems_of(rubric([check]))


def test_checks_are_for_one_image_and_for_answers_that_can_be_proposed():
    check = [{"measure": "clipped", "at_least": 0.5, "then": "pass"}]
    assert ("criteria[0].checks", "are given for pair") in problems_of(rubric(check, unit="pair"))
    assert ("criteria[0].checks", "is given for text") in problems_of(rubric(check, type="text", options=None))
    levels = [{"value": 2, "label": "Good"}, {"value": 1, "label": "Bad"}]
    scale = rubric([{"measure": "clipped", "at_least": 0.5, "then": True}], type="scale", options=None, levels=levels)
    assert ("criteria[0].checks[0].then", "is no answer to this criterion") in problems_of(scale)
