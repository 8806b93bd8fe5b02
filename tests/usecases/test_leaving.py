"""Leaving: what somebody sees to who may not do so any more goes to others, with a step, and the others are told."""

from datetime import timedelta

import pytest

from rubrica.domain.calibration_round import ItemChoice, RoundEvent
from rubrica.domain.edge_case import CaseEvent
from rubrica.domain.gold import Purpose
from rubrica.domain.notification import Topic
from rubrica.domain.review import ReviewEvent
from rubrica.domain.roles import Role
from rubrica.records.models import (
    Account,
    Attempt,
    AuditEvent,
    CalibrationRound,
    CaseStep,
    ChangeProposal,
    ClauseQuestion,
    EdgeCase,
    Review,
    ReviewStep,
)
from rubrica.usecases import (
    assignments,
    attempts,
    clause_questions,
    edge_cases,
    gold,
    leaving,
    notifications,
    organisations,
    projects,
    reviews,
    rounds,
)
from rubrica.usecases.account_deletion import delete_account
from rubrica.usecases.notifications import notify
from tests.cast import World, evaluate, person, proposed_change

pytestmark = pytest.mark.django_db

RETURN = reviews.Verdict(ReviewEvent.RETURN, comment="The seam is a fault.")


@pytest.fixture
def leo(world: World) -> Account:
    """Return a second lead."""
    leo = person("leo")
    organisations.add_project_member(world.project, leo, Role.LEAD, now=world.now)
    return leo


def ask(world: World) -> EdgeCase:
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held
    asked = {"kind": "gap", "question": "Is a seam a fault?"}
    return edge_cases.raise_case(world.rita, held.public_id, payload=asked, key="ask-it-once", now=world.now).case


def flag(world: World, by: Account | None = None) -> Review:
    evaluation = evaluate(world, world.rita).receipt.evaluation
    return reviews.flag_evaluation(by or world.rowan, "audit", evaluation, note="", now=world.now)


def give_role(world: World, member: Account, role: Role | None) -> None:
    projects.set_project_role(world.omar, "audit", member.public_id, role, now=world.later(hours=1))


def news(account: Account) -> list[str]:
    return [row.text for row in notifications.news_of(account)]


def own_everything(world: World) -> None:
    """Let Lena see to a case, a round, a proposal and a question."""
    case = ask(world)
    edge_cases.take_over(world.lena, "audit", case.number, now=world.now)
    world.rater("ravi")
    rounds.open_round(world.lena, "audit", title="Seams", choice=ItemChoice.SAMPLE, count=1, now=world.now)
    proposal = proposed_change(world)
    ChangeProposal.objects.of(world.project).filter(pk=proposal.pk).update(owner=world.lena)
    question = clause_questions.ask_about_clause(world.rita, "audit", "AL-1", text="What?", now=world.now)
    ClauseQuestion.objects.of(world.project).filter(pk=question.pk).update(owner=world.lena)


LEAVES = {
    "the project": lambda world: give_role(world, world.lena, None),
    "the role": lambda world: give_role(world, world.lena, Role.SPECIALIST),
    "the organisation": lambda world: organisations.remove_member(
        world.omar, "atelier", world.lena.public_id, now=world.now
    ),
    "the installation": lambda world: leaving.deactivate_account(world.petra, world.lena, now=world.now),
    "for good": lambda world: delete_account(world.lena, confirmed_email=world.lena.email, now=world.now),
}


@pytest.mark.parametrize("leaves", LEAVES.values(), ids=LEAVES)
def test_who_leaves_hands_over_what_waits_and_the_new_owner_is_told(world: World, leo: Account, leaves):
    own_everything(world)
    due = EdgeCase.objects.of(world.project).get().due_at
    leaves(world)
    for model in (EdgeCase, CalibrationRound, ChangeProposal, ClauseQuestion):
        assert model.objects.of(world.project).get().owner == leo
    assert EdgeCase.objects.of(world.project).get().due_at == due
    assert len([text for text in news(leo) if text.startswith("You see to")]) == 4
    step = CaseStep.objects.of(world.project).order_by("pk").last()
    assert (step.event, step.source, step.target) == (CaseEvent.HAND_OVER, "raised", "raised")
    assert AuditEvent.objects.everywhere("a test").filter(action__endswith=".handed_over").count() == 4


def test_what_a_new_role_still_sees_to_stays(world: World, leo: Account):
    ask(world)
    edge_cases.take_over(world.lena, "audit", 1, now=world.now)
    give_role(world, world.lena, Role.REVIEWER)
    assert EdgeCase.objects.of(world.project).get().owner == world.lena


def test_without_a_lead_an_admin_of_the_organisation_sees_to_it(world: World):
    ask(world)
    give_role(world, world.lena, None)
    assert EdgeCase.objects.of(world.project).get().owner == world.omar


def test_a_review_goes_to_another_who_reviews(world: World):
    assert flag(world).owner == world.rowan
    give_role(world, world.rowan, None)
    review = Review.objects.of(world.project).get()
    assert review.owner == world.lena
    step = ReviewStep.objects.of(world.project).get()
    assert (step.event, step.actor) == (ReviewEvent.HAND_OVER, world.omar)
    # Raters know reviewers by pseudonyms: the step names nobody.
    assert "Lena" not in step.reason


def test_an_appeal_never_goes_to_who_decided(world: World, leo: Account):
    flag(world)
    reviews.decide(leo, "audit", 1, RETURN, now=world.now)
    reviews.appeal(world.rita, "audit", 1, reason="No", now=world.now)
    assert Review.objects.of(world.project).get().owner == world.rowan
    for member, expected in ((world.rowan, world.lena), (world.lena, world.omar)):
        give_role(world, member, None)
        assert Review.objects.of(world.project).get().owner == expected


def test_what_was_returned_to_a_rater_who_leaves_is_settled(world: World):
    flag(world)
    reviews.decide(world.lena, "audit", 1, RETURN, now=world.now)
    give_role(world, world.rita, None)
    assert Review.objects.of(world.project).get().state == "settled"


def test_what_is_returned_of_a_rater_who_has_left_waits_for_nobody(world: World):
    flag(world)
    give_role(world, world.rita, Role.REVIEWER)
    review = reviews.decide(world.lena, "audit", 1, RETURN, now=world.now)
    assert (review.state, review.owner, review.comment) == ("settled", None, "The seam is a fault.")


def test_a_test_in_hand_ends_and_can_be_taken_when_one_is_back(world: World):
    for item in world.items:
        gold.make_gold(world.lena, "audit", item.public_id, answers={"overall": 5}, now=world.now)
    attempts.order_attempt(world.lena, "audit", world.rita.public_id, Purpose.QUALIFICATION, 3, now=world.now)
    give_role(world, world.rita, None)
    assert Attempt.objects.of(world.project).get().state == "failed"
    give_role(world, world.rita, Role.SPECIALIST)
    assert assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).reason == "test_failed"
    assert attempts.retake(world.rita, "audit", now=world.now).state == "open"


def test_who_leaves_during_a_round_has_not_answered_it(world: World):
    ravi = world.rater("ravi")
    rounds.open_round(world.lena, "audit", title="Seams", choice=ItemChoice.SAMPLE, count=1, now=world.now)
    give_role(world, ravi, None)
    evaluate(world, world.rita)
    closed = rounds.move_round(world.lena, "audit", 1, RoundEvent.CLOSE, now=world.later(days=1))
    assert (closed.state, closed.revealed_at) == ("closed", None)


def test_nobody_hears_of_a_project_that_he_has_left(world: World):
    give_role(world, world.rita, None)
    people = [world.rita, world.lena, world.omar, world.otto]
    notify(people, Topic.CASE, world.project, "E-1 was ruled on", "cases/1/", now=world.later(days=1))
    assert [one.name for one in people if "E-1 was ruled on" in news(one)] == ["Lena", "Omar"]


def test_the_deadline_of_a_question_is_a_week(world: World):
    question = clause_questions.ask_about_clause(world.rita, "audit", "AL-1", text="What?", now=world.now)
    assert (question.owner, question.due_at) == (world.lena, world.now + timedelta(days=7))
    settled = clause_questions.settle_clause_question(world.lena, "audit", question.public_id, now=world.now)
    assert (settled.owner, settled.due_at) == (None, None)
