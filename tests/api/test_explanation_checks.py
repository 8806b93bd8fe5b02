"""Checks of an explanation: scoped like the work it belongs to, and nothing of it is stored."""

from typing import Any

import pytest

from rubrica.domain.roles import Role
from rubrica.records.models import Evaluation
from rubrica.usecases import guidelines, organisations, projects
from tests.api.conftest import Callers, problem
from tests.cast import World, audit_answer, evaluate

pytestmark = pytest.mark.django_db

PATH = "/projects/audit/explanation-checks"
HAND = {"code": "ANAT.extra", "severity": 2, "part": "hand"}
TEXT = "Left hand has six fingers; the ring finger fuses with the mug."


def checked(callers: Callers, **draft: Any) -> dict[str, Any]:
    answer = callers.rita.post(PATH, draft)
    assert answer.status_code == 200, answer.content
    return answer.json()


def codes(callers: Callers, **draft: Any) -> list[str]:
    return [finding["code"] for finding in checked(callers, **draft)["findings"]]


def test_a_good_explanation_has_no_findings(callers: Callers, world: World):
    assert checked(callers, explanation=TEXT) == {"findings": [], "language": "checked"}


def test_rules_and_language_are_told_in_one_answer(callers: Callers, world: World):
    found = checked(callers, marks=[HAND], explanation="It seems teh hand [[1]] is weird.")

    assert found == {
        "findings": [
            {
                "code": "vague",
                "blocks": False,
                "message": "Say what can be seen, in place of “seems”, “weird”",
                "spans": [[3, 8], [27, 32]],
                "suggestion": None,
            },
            {
                "code": "spelling",
                "blocks": False,
                "message": "“teh” may be misspelt",
                "spans": [[9, 12]],
                "suggestion": "the",
            },
        ],
        "language": "checked",
    }


def test_what_blocks_is_told_with_the_answers_beside_it(callers: Callers, world: World):
    low = {"overall": 2}

    assert codes(callers, answers=low, explanation="") == ["missing"]
    assert codes(callers, answers=low, explanation="Six fingers.") == ["length"]
    assert codes(callers, answers=low, explanation="An extra finger.") == ["length", "unlocated"]
    assert codes(callers, marks=[HAND], explanation="No visible errors.") == ["contradiction"]


def test_hints_that_rest_on_english_words_are_kept_from_other_languages(callers: Callers, world: World):
    found = checked(callers, marks=[HAND], explanation="Die linke Hand hat sechs Finger und verschmilzt mit der Tasse.")

    assert found == {"findings": [], "language": "not_english"}


def test_ones_own_last_explanations_are_remembered_and_those_of_others_are_not(callers: Callers, world: World):
    nora = world.rater("nora")
    evaluate(world, nora, audit_answer(explanation=TEXT))
    assert codes(callers, explanation=TEXT) == []
    submission = evaluate(world, world.rita, audit_answer(explanation=TEXT))

    assert codes(callers, explanation=TEXT) == ["repeated"]
    assert codes(callers, explanation=TEXT, revised=submission.receipt.evaluation) == []


def test_an_operator_can_leave_language_unread(callers: Callers, world: World, settings: Any):
    settings.LANGUAGE_CHECKS = False

    assert checked(callers, explanation=TEXT + " Teh end.") == {"findings": [], "language": "off"}


def test_nothing_is_stored(callers: Callers, world: World):
    checked(callers, explanation=TEXT)

    assert not Evaluation.objects.of(world.project).exists()


def test_the_rules_are_those_of_the_version_one_works_under(callers: Callers, world: World):
    evaluate(world, world.rita)
    rubric = {**world.guideline.rubric, "explanation": None}
    guidelines.replace_draft(world.lena, "audit", markdown=world.guideline.markdown, rubric=rubric, now=world.now)
    guidelines.publish_guideline(world.lena, "audit", now=world.later(minutes=1))

    assert codes(callers, explanation="It seems weird.") == []
    assert codes(callers, explanation="It seems weird.", version=1) == ["vague"]


def test_another_version_is_only_for_those_who_work_under_it(callers: Callers, world: World):
    answer = callers.rita.post(PATH, {"explanation": TEXT, "version": 7})

    assert answer.status_code == 404
    assert problem(answer)["detail"] == "You have no assignment under that version of the guideline."


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"explanation": 1},
        {"explanation": "x" * 10_001},
        {"explanation": "x", "more": 1},
        {"explanation": "x", "version": 0},
        {"explanation": "x", "marks": [{}] * 201},
    ],
)
def test_a_malformed_draft_is_refused(callers: Callers, world: World, draft: dict[str, Any]):
    assert problem(callers.rita.post(PATH, draft))["status"] == 422


def test_a_text_with_characters_that_no_text_has_is_read_as_none(callers: Callers, world: World):
    assert checked(callers, explanation="\x01 seems weird") == {"findings": [], "language": "checked"}


def test_a_project_without_a_guideline_has_nothing_to_check(callers: Callers, world: World):
    fresh = projects.create_project(world.lena, "atelier", name="Fresh", template="side-by-side", now=world.now)
    organisations.add_project_member(fresh, world.rita, Role.SPECIALIST, now=world.now)

    assert callers.rita.post("/projects/fresh/explanation-checks", {"explanation": TEXT}).status_code == 409


def test_what_was_kept_is_stored_with_the_answer(callers: Callers, world: World):
    held = callers.rita.post("/projects/audit/assignments", {"hold": 1}).json()["assignments"][0]["id"]
    kept = [{"rule": "top_score_grave_mark", "criterion": "plausibility", "mark": 1}]
    mark = {**HAND, "severity": 3, "shape": "whole"}
    body = audit_answer(5, marks=[mark], explanation=f"[[1]] {TEXT}", kept=kept)
    answer = callers.rita.post(f"/assignments/{held}/submission", body, Idempotency_Key="a-key-of-hers")

    assert answer.status_code == 201, answer.content
    (evaluation,) = Evaluation.objects.of(world.project)
    assert evaluation.answer["kept"] == kept
