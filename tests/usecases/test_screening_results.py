"""What came of a screening: readers score blind, two of them near the line, and the applicant reads what they say."""

import pytest
from django.db import DatabaseError, transaction

from rubrica.records.models import Account, Application, ScreeningPlan, WritingScore
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import (
    application_review,
    guidelines,
    screening,
    screening_plan,
    screening_results,
    screening_texts,
)
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import World, build_world, candidate
from tests.usecases.applying import read
from tests.usecases.screening_cast import (
    RATIONALE,
    RIGHT,
    answer,
    judge,
    opening_of,
    row_of,
    screened,
    screens,
)

pytestmark = pytest.mark.django_db

COMMENT = "You say where the fault is, and by which clause."


@pytest.fixture
def world(db) -> World:
    return build_world(items=20)


@pytest.fixture
def anna(world: World) -> Account:
    return candidate()


def written(world: World, account: Account) -> Application:
    """Let somebody be screened to the end."""
    screens(world, tests=3, writes=True)
    application = screened(world, account, opening_of(world))
    answer(world, account, application)
    screening_texts.hand_in_texts(account, application.public_id, [RATIONALE, RATIONALE], now=world.now)
    screening.begin_items(account, application.public_id, now=world.now)
    judge(world, account, RIGHT)
    return application


def score(world: World, application: Application, by: Account, value: int) -> WritingScore:
    scores = dict.fromkeys(("clarity", "evidence", "grammar", "adherence"), value)
    return screening_results.score_writing(by, "audit", application.number, scores, comment=COMMENT, now=world.now)


def results(world: World, application: Application, by: Account) -> screening_results.ScreeningResults:
    access = open_project(by, "audit")
    file = application_review.application_file(access, application.number)
    found = screening_results.results_of(access, file.application)
    assert found is not None
    return found


def test_readers_see_what_came_of_it_once_it_is_over(world: World, anna: Account):
    screens(world, tests=3, writes=True)
    application = screened(world, anna, opening_of(world))
    assert screening_results.results_of(open_project(world.lena, "audit"), application) is None
    answer(world, anna, application, right=False)
    answer(world, anna, application)
    screening_texts.hand_in_texts(anna, application.public_id, [RATIONALE, RATIONALE], now=world.now)
    screening.hand_in(anna, application.public_id, now=world.now)

    found = results(world, application, world.rowan)
    assert (found.first_try, found.right, found.asked, found.reports, found.has_test) == (0, 3, 3, (), True)
    assert found.writing is not None
    assert [(text, hints.words, hints.repeated) for _prompt, _images, text, hints in found.writing.texts] == [
        (RATIONALE, 80, 1)
    ] * 2
    with pytest.raises(NotAllowedError):
        screening_results.results_of(open_project(world.rita, "audit"), application)


def test_the_report_of_the_test_stands_with_the_application(world: World, anna: Account):
    application = written(world, anna)
    (report,) = results(world, application, world.lena).reports
    assert (report.attempt.state, report.total.right, report.total.n) == ("passed", 12, 12)


def test_nobody_sees_other_scores_before_scoring(world: World, anna: Account):
    application = written(world, anna)
    score(world, application, world.rowan, 3)

    shown = results(world, application, world.lena).writing
    assert shown is not None
    assert (shown.scores, shown.hidden_scores, shown.may_score, shown.wants_score) == ((), 1, True, True)
    score(world, application, world.lena, 4)
    shown = results(world, application, world.lena).writing
    assert shown is not None
    assert ([row.reader for row in shown.scores], shown.hidden_scores, shown.may_score, shown.wants_score) == (
        [world.rowan, world.lena],
        0,
        False,
        False,
    )


def test_what_is_near_the_line_is_scored_by_two_before_it_is_decided(world: World, anna: Account):
    application = written(world, anna)
    read(world, application, world.lena)
    with pytest.raises(ConflictError, match="Score what was written"):
        application_review.shortlist(world.lena, "audit", application.number, now=world.now)
    score(world, application, world.lena, 3)
    with pytest.raises(ConflictError, match="near the line"):
        application_review.shortlist(world.lena, "audit", application.number, now=world.now)
    assert screening_results.feedback_on(row_of(application)) == []
    score(world, application, world.rowan, 5)

    application_review.shortlist(world.lena, "audit", application.number, now=world.now)
    assert [row.comment for row in screening_results.feedback_on(row_of(application))] == [COMMENT, COMMENT]


def test_one_score_is_enough_off_the_line(world: World, anna: Account):
    application = written(world, anna)
    read(world, application, world.lena)
    score(world, application, world.rowan, 5)
    application_review.shortlist(world.lena, "audit", application.number, now=world.now)


def test_one_scores_once_and_says_why(world: World, anna: Account):
    application = written(world, anna)
    with pytest.raises(InvalidInputError) as refusal:
        screening_results.score_writing(world.lena, "audit", application.number, {}, comment="Well.", now=world.now)
    assert {row.field for row in refusal.value.problems} == {
        "scores.clarity",
        "scores.evidence",
        "scores.grammar",
        "scores.adherence",
        "comment",
    }
    with pytest.raises(NotAllowedError):
        score(world, application, world.rita, 3)
    with pytest.raises(NotFoundError):
        screening_results.score_writing(world.lena, "audit", 99, {}, comment=COMMENT, now=world.now)
    score(world, application, world.lena, 5)
    with pytest.raises(ConflictError, match="You have scored"):
        score(world, application, world.lena, 4)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        WritingScore.objects.of(world.project).update(comment="Other")


def test_questions_follow_the_guideline_in_force(world: World, anna: Account):
    screens(world)
    plan = ScreeningPlan.objects.of(world.project).get()
    assert plan.guideline == world.guideline
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    first = plan.questions[0]["clause"]
    heading = next(line for line in draft.markdown.splitlines() if f" {first}" in line)
    markdown = draft.markdown.replace(heading, f"{heading}\n\nThis is new.", 1)
    guidelines.save_draft(
        world.lena, "audit", markdown=markdown, rubric=draft.rubric, revision=draft.revision, now=world.now
    )
    guidelines.publish_guideline(
        world.lena, "audit", summary="New", change_class=ChangeClass.CLARIFICATION, now=world.later(minutes=1)
    )
    shown = screening_plan.plan_for(open_project(world.lena, "audit"))
    assert shown.asked is not None
    assert (len(shown.asked.questions), shown.outdated) == (2, 1)
