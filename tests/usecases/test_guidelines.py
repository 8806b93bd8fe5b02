"""Publishing: what answers mean does not change under a harmless name once anybody has judged."""

import copy

import pytest

from rubrica.records.models import GuidelineDraft, GuidelineVersion
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import guidelines
from rubrica.usecases.errors import InvalidInputError
from tests.cast import World, audit_answer, evaluate

pytestmark = pytest.mark.django_db
MARK = {
    "image": "a",
    "shape": "box",
    "geometry": {"x": 0.2, "y": 0.25, "width": 0.1, "height": 0.1},
    "code": "TEXT.garbled",
    "severity": 2,
    "note": "",
    "clause": "GE-1.3",
}


def write(world: World, change) -> None:
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown, rubric = change(draft.markdown, copy.deepcopy(draft.rubric))
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=rubric, now=world.later(minutes=1))


def publish(world: World, change_class: ChangeClass = ChangeClass.CLARIFICATION) -> GuidelineVersion:
    return guidelines.publish_guideline(world.lena, "audit", change_class=change_class, now=world.now)


def without_words(markdown, rubric):
    return markdown, {**rubric, "criteria": rubric["criteria"][:-1]}


def without_a_clause(markdown, rubric):
    return markdown.replace("### GE-1.3", "### Formerly"), rubric


def test_a_criterion_that_goes_is_a_breaking_change_once_somebody_has_judged(world: World):
    evaluate(world, world.rita)
    write(world, without_words)
    for harmless in (ChangeClass.EDITORIAL, ChangeClass.CLARIFICATION):
        with pytest.raises(InvalidInputError, match="publish it as a breaking change") as refused:
            publish(world, harmless)
        assert [row.field for row in refused.value.problems] == ["criteria.missing_words"]

    assert publish(world, ChangeClass.BREAKING).number == 2


def test_before_anybody_has_judged_everything_may_change(world: World):
    write(world, without_words)

    assert publish(world).number == 2


def test_a_clause_that_marks_name_does_not_go_unnoticed(world: World):
    evaluate(world, world.rita, audit_answer(3, marks=[MARK], explanation="Unreadable [[1]]."))
    write(world, without_a_clause)
    with pytest.raises(InvalidInputError) as refused:
        publish(world)
    (problem,) = refused.value.problems
    assert (problem.field, problem.problem) == ("GE-1.3", "is gone, and marks name it: 1")

    assert publish(world, ChangeClass.BREAKING).number == 2


def test_a_clause_that_no_mark_names_may_go(world: World):
    evaluate(world, world.rita)
    write(world, without_a_clause)

    assert publish(world).number == 2
