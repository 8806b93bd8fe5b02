"""Guideline health: the questions that raters disagree on come first, with what was asked and why they differ."""

import numpy as np
import pytest

from rubrica.domain.review import ReviewEvent
from rubrica.records.models import Evaluation, GuidelineDraft
from rubrica.usecases import assignments, guidelines, reviews
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import NotAllowedError
from rubrica.usecases.reports import guideline_health
from tests.cast import World, audit_answer, build_world, judge_all, put_to_vote

pytestmark = pytest.mark.django_db

ITEMS = 30


@pytest.fixture
def world(db) -> World:
    """Thirty items and three raters, who agree on how an image looks and on nothing about how it fits its prompt."""
    world = build_world(items=ITEMS + 1, overlap=3)
    random = np.random.default_rng(2)
    looks = dict(zip((item.pk for item in world.items), random.integers(1, 6, ITEMS + 1), strict=True))
    for rater in (world.rita, world.rater("remy"), world.rater("rosa")):
        own = np.random.default_rng(rater.pk)

        def answer(item: int, _shown, own=own) -> dict[str, object]:
            payload = audit_answer(5)
            payload["answers"]["aesthetics"] = int(looks[item])
            payload["answers"]["alignment"] = int(own.integers(1, 6))
            return payload

        judge_all(world, rater, answer)
    return world


def health(world: World, **options):
    return guideline_health(open_project(world.lena, "audit"), **options)


def criterion(found, name: str):
    return next(row for row in found.criteria if row.id == name)


def test_the_question_that_raters_read_in_different_ways_comes_first_and_says_why(world: World):
    found = health(world)
    assert found.criteria[0].id == "alignment"
    worst, best = criterion(found, "alignment"), criterion(found, "aesthetics")
    assert worst.report.verdict.code == "look_at_guideline"
    assert best.report.verdict.code == "healthy"
    assert worst.shares.reading.value > 0.7
    assert best.shares.item.value > 0.9
    assert criterion(found, "overall").shares is None  # everybody says five


def test_questions_returned_and_appealed_stand_beside_question_and_clause(world: World):
    before = health(world)
    clause = before.clauses[0].anchor
    row = Evaluation.objects.of(world.project).filter(rater=world.rita).order_by("pk").first()
    assert row is not None
    reviews.flag_evaluation(world.rowan, "audit", row.public_id, note="", now=world.now)
    verdict = reviews.Verdict(ReviewEvent.RETURN, comment="Look again", criterion="alignment", clause=clause)
    reviews.decide(world.lena, "audit", 1, verdict, now=world.now)
    reviews.appeal(world.rita, "audit", 1, reason="I did", now=world.now)
    found = health(world)
    assert (criterion(found, "alignment").returned, criterion(found, "alignment").appeals) == (1, 1)
    assert (found.clauses[0].anchor, found.clauses[0].returned, found.clauses[0].appeals) == (clause, 1, 1)
    assert found.as_json()["format"] == "rubrica/guideline-health/1"


@pytest.mark.parametrize("uphold", [True, False])
def test_what_was_returned_counts_whatever_became_of_the_appeal(world: World, uphold: bool):
    row = Evaluation.objects.of(world.project).filter(rater=world.rita).order_by("pk").first()
    assert row is not None
    reviews.flag_evaluation(world.rowan, "audit", row.public_id, note="", now=world.now)
    verdict = reviews.Verdict(ReviewEvent.RETURN, comment="Look again", criterion="alignment")
    reviews.decide(world.lena, "audit", 1, verdict, now=world.now)
    reviews.appeal(world.rita, "audit", 1, reason="I did", now=world.now)
    reviews.decide_appeal(world.rowan, "audit", 1, uphold=uphold, reason="Seen", now=world.now)
    found = criterion(health(world), "alignment")
    assert (found.returned, found.appeals) == (1, 1)


def test_agreement_before_and_after_a_change_is_shown_for_each_question(world: World):
    draft = GuidelineDraft.objects.of(world.project).get()
    guidelines.save_draft(
        world.lena,
        "audit",
        markdown=draft.markdown + "\nOne more line.\n",
        rubric=draft.rubric,
        revision=draft.revision,
        now=world.later(days=1),
    )
    guidelines.publish_guideline(world.lena, "audit", summary="A line", change_class="editorial", now=world.now)
    changes = {row.criterion: row for row in health(world).changes}
    assert changes["aesthetics"].before.value > 0.9
    assert changes["aesthetics"].after is None
    assert health(world, version=1).changes == ()


def test_raters_do_not_see_it(world: World):
    with pytest.raises(NotAllowedError):
        guideline_health(open_project(world.rita, "audit"))


def test_a_project_without_evaluations_has_a_page_too():
    world = build_world()
    assert all(row.report.n == 0 for row in health(world).criteria)
    work = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)
    put_to_vote(world, work.assignments[0].held.public_id)
    assert sum(row.cases for row in health(world).criteria) == 0  # the question names neither question nor clause
