"""Reviews: what was decided, why and by which clause; who disagrees appeals, and another person decides."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rubrica.domain.gold import GoldSource
from rubrica.domain.review import REVIEW_PROCESS, ReviewEvent, ReviewReason, ReviewState
from rubrica.domain.roles import Role
from rubrica.records.models import Adjudication, Evaluation, Gold, Review, ReviewStep
from rubrica.usecases import evaluations, gold_proposals, organisations, reviews
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import World, audit_answer, build_world, evaluate, judge_all, person

pytestmark = pytest.mark.django_db

RETURN = reviews.Verdict(ReviewEvent.RETURN, comment="The seam is a fault.", criterion="overall")
ADJUDICATE = reviews.Verdict(ReviewEvent.ADJUDICATE, comment="Seen at a glance.", answers={"overall": 4})
ACCEPT = reviews.Verdict(ReviewEvent.ACCEPT)


def flagged(world: World) -> Review:
    receipt = evaluate(world, world.rita).receipt
    return reviews.flag_evaluation(world.rowan, "audit", receipt.evaluation, note="Hasty", now=world.now)


def decide(world: World, verdict, by=None) -> Review:
    return reviews.decide(by or world.lena, "audit", 1, verdict, now=world.now)


def own(world: World):
    return list(reviews.own_reviews(open_project(world.rita, "audit")))


# --- the queue ---


def test_a_review_waits_for_somebody_until_a_day(world: World):
    review = flagged(world)
    assert (review.owner, review.due_at) == (world.rowan, world.now + timedelta(days=5))
    assert reviews.waiting_reviews(world.rowan, [world.project]) == {world.project.pk: 1}
    assert reviews.waiting_reviews(world.rita, [world.project]) == {}


def test_somebody_else_can_take_a_review_over_and_the_deadline_stays(world: World):
    due = flagged(world).due_at
    review = reviews.take_over(world.lena, "audit", 1, now=world.later(days=1))
    assert (review.owner, review.due_at) == (world.lena, due)


def test_an_evaluation_is_reviewed_once_and_only_by_those_who_may(world: World):
    review = flagged(world)
    with pytest.raises(ConflictError, match="has a review already"):
        reviews.flag_evaluation(world.lena, "audit", review.evaluation.public_id, note="", now=world.now)
    with pytest.raises(NotAllowedError):
        reviews.flag_evaluation(world.rita, "audit", review.evaluation.public_id, note="", now=world.now)
    with pytest.raises(NotFoundError):
        reviews.flag_evaluation(world.lena, "audit", "A" * 22, note="", now=world.now)


def test_a_sample_and_what_raters_differ_on_are_queued_once():
    world = build_world(items=4)
    for rater, score in ((world.rita, 5), (world.rater("remy"), 4)):
        judge_all(world, rater, lambda _item, _shown, score=score: audit_answer(score))
    assert reviews.queue_reviews(world.rowan, "audit", ReviewReason.DISAGREEMENT, 50, now=world.now) == 0
    assert reviews.queue_reviews(world.rowan, "audit", ReviewReason.SAMPLE, 3, now=world.now) == 3
    assert reviews.queue_reviews(world.rowan, "audit", ReviewReason.SAMPLE, 50, now=world.now) == 5
    assert {row.owner_id for row in Review.objects.of(world.project)} == {world.rowan.pk, world.lena.pk}


def test_items_on_which_raters_are_two_levels_apart_are_disputed():
    world = build_world(items=2)
    mark = {
        "image": "a",
        "shape": "whole",
        "geometry": None,
        "code": "TECH.blur",
        "severity": 2,
        "note": "",
        "part": None,
    }
    bad = audit_answer(3, marks=[mark], explanation="Mark [[1]] shows a blur all over the image.")
    judge_all(world, world.rita, lambda item, _shown: bad if item == world.items[0].pk else audit_answer(5))
    judge_all(world, world.rater("remy"), lambda _item, _shown: audit_answer(5))
    assert reviews.queue_reviews(world.rowan, "audit", ReviewReason.DISAGREEMENT, 50, now=world.now) == 2
    assert {row.evaluation.item_id for row in Review.objects.of(world.project)} == {world.items[0].pk}


@pytest.mark.parametrize("count", [0, 201])
def test_a_queue_of_no_size_is_refused(world: World, count: int):
    with pytest.raises(InvalidInputError):
        reviews.queue_reviews(world.rowan, "audit", ReviewReason.SAMPLE, count, now=world.now)


# --- deciding ---


def test_before_it_is_decided_the_rater_sees_nothing_and_afterwards_what_why_and_by_which_clause(world: World):
    flagged(world)
    assert own(world) == []
    decide(world, RETURN)
    assert [(row.state, row.comment, row.criterion) for row in own(world)] == [
        ("returned", "The seam is a fault.", "overall")
    ]
    assert reviews.waiting_reviews(world.rita, [world.project]) == {world.project.pk: 1}


@pytest.mark.parametrize(
    "verdict",
    [
        reviews.Verdict(ReviewEvent.RETURN),
        reviews.Verdict(ReviewEvent.RETURN, comment="Why", criterion="beauty"),
        reviews.Verdict(ReviewEvent.RETURN, comment="Why", clause="XX-9"),
        reviews.Verdict(ReviewEvent.ADJUDICATE, comment="Why"),
        reviews.Verdict(ReviewEvent.ADJUDICATE, comment="Why", answers={"overall": 9}),
        reviews.Verdict(ReviewEvent.ADJUDICATE, answers={"overall": 4}),
    ],
)
def test_a_verdict_that_says_not_enough_is_refused_and_nothing_is_decided(world: World, verdict):
    flagged(world)
    with pytest.raises(InvalidInputError):
        decide(world, verdict)
    assert Review.objects.of(world.project).get().state == "pending"
    assert not Adjudication.objects.of(world.project).exists()


def test_nobody_decides_on_their_own_evaluation(world: World):
    flagged(world)
    organisations.add_project_member(world.project, world.rita, Role.REVIEWER, now=world.now)
    with pytest.raises(NotAllowedError, match="looked at by others"):
        decide(world, ACCEPT, by=world.rita)


def test_an_adjudication_is_a_fact_beside_the_evaluations(world: World):
    flagged(world)
    before = list(Evaluation.objects.of(world.project).values())
    decide(world, ADJUDICATE)
    assert list(Evaluation.objects.of(world.project).values()) == before
    fact = reviews.adjudications_in_force(world.project).get()
    assert (fact.answers, fact.decided_by) == ({"overall": 4}, world.lena)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjudication.objects.of(world.project).update(answers={"overall": 5})
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewStep.objects.of(world.project).update(reason="Otherwise")


def test_a_rater_who_revises_what_was_returned_has_settled_it(world: World):
    review = flagged(world)
    decide(world, RETURN)
    evaluations.revise_evaluation(
        world.rita,
        review.evaluation.public_id,
        payload=audit_answer(5),
        reason="I looked again",
        key="another-key",
        now=world.now,
    )
    assert own(world)[0].state == "settled"


# --- appeals ---


def test_an_appeal_goes_to_another_person_than_who_decided(world: World):
    flagged(world)
    decide(world, RETURN)
    review = reviews.appeal(world.rita, "audit", 1, reason="It is a reflection.", now=world.now)
    assert (review.state, review.owner) == ("appealed", world.rowan)
    with pytest.raises(NotAllowedError, match="another person decides"):
        reviews.decide_appeal(world.lena, "audit", 1, uphold=False, reason="No.", now=world.now)
    with pytest.raises(NotAllowedError):
        reviews.take_over(world.lena, "audit", 1, now=world.now)
    upheld = reviews.decide_appeal(world.rowan, "audit", 1, uphold=True, reason="It is one.", now=world.now)
    assert (upheld.state, upheld.owner, upheld.due_at) == ("upheld", None, None)


def test_an_appeal_comes_within_seven_days_says_why_and_is_made_once(world: World):
    flagged(world)
    decide(world, RETURN)
    with pytest.raises(InvalidInputError):
        reviews.appeal(world.rita, "audit", 1, reason=" ", now=world.now)
    with pytest.raises(ConflictError, match="The time for an appeal was over"):
        reviews.appeal(world.rita, "audit", 1, reason="Late", now=world.now + timedelta(days=8))
    reviews.appeal(world.rita, "audit", 1, reason="In time", now=world.now + timedelta(days=6))
    with pytest.raises(ConflictError):
        reviews.appeal(world.rita, "audit", 1, reason="Again", now=world.now)


def test_where_nobody_else_could_decide_an_appeal_says_so():
    world = build_world()
    flagged(world)
    decide(world, RETURN)
    from rubrica.records.models import Membership, ProjectMembership  # noqa: PLC0415  (only here)

    ProjectMembership.objects.of(world.project).exclude(account__in=[world.rita, world.lena]).update(is_active=False)
    Membership.objects.of_organisation(world.organisation).filter(account=world.omar).delete()
    with pytest.raises(ConflictError, match="nobody else"):
        reviews.appeal(world.rita, "audit", 1, reason="It is a reflection", now=world.now)


def test_only_the_rater_appeals_and_nobody_outside_finds_the_review(world: World):
    flagged(world)
    decide(world, RETURN)
    for other, error in ((world.rater("remy"), NotFoundError), (world.rowan, NotAllowedError)):
        with pytest.raises(error):
            reviews.appeal(other, "audit", 1, reason="Not mine", now=world.now)
    with pytest.raises(NotFoundError):
        reviews.appeal(world.otto, "audit", 1, reason="Not mine", now=world.now)


def test_an_upheld_appeal_repairs_the_gold_that_rested_on_it(world: World):
    flagged(world)
    decide(world, ADJUDICATE)
    access = open_project(world.lena, "audit")
    assert [row.source for row in gold_proposals.proposals(access)] == [GoldSource.ADJUDICATION]
    gold_proposals.accept_proposals(
        world.lena, "audit", [row.item.public_id for row in gold_proposals.proposals(access)], now=world.now
    )
    reviews.appeal(world.rita, "audit", 1, reason="It is a reflection.", now=world.now)
    reviews.decide_appeal(world.rowan, "audit", 1, uphold=True, reason="It is one.", now=world.now)
    voided = Gold.objects.of(world.project).get()
    assert voided.void_reason == "The appeal in V-1 was upheld: It is one."
    assert not reviews.adjudications_in_force(world.project).exists()
    assert gold_proposals.proposals(access) == []


# --- whatever is done in whatever order ---


class Reviews(RuleBasedStateMachine):
    """Two raters, a reviewer and two leads, who queue, decide, appeal, settle and take over as they like."""

    @initialize()
    def begin(self):
        self.world = build_world(items=4, overlap=2)
        self.leo = person("leo")
        organisations.add_project_member(self.world.project, self.leo, Role.LEAD, now=self.world.now)
        self.raters = [self.world.rita, self.world.rater("remy")]
        for rater in self.raters:
            judge_all(self.world, rater, lambda _item, _shown: audit_answer(5))
        self.facts = list(Evaluation.objects.of(self.world.project).order_by("pk").values())
        self.deciders = [self.world.rowan, self.world.lena, self.leo]

    def rows(self):
        return list(Review.objects.of(self.world.project).order_by("number"))

    def attempted(self, action):
        try:
            with transaction.atomic():
                action()
        except (ConflictError, NotAllowedError, InvalidInputError):
            return

    @rule(by=st.integers(0, 2), count=st.integers(1, 3))
    def queue(self, by, count):
        reviews.queue_reviews(self.deciders[by], "audit", ReviewReason.SAMPLE, count, now=self.world.now)

    @precondition(lambda self: self.rows())
    @rule(by=st.integers(0, 2), which=st.integers(0, 9), verdict=st.sampled_from([RETURN, ADJUDICATE, ACCEPT]))
    def decide(self, by, which, verdict):
        rows = self.rows()
        number = rows[which % len(rows)].number
        self.attempted(lambda: reviews.decide(self.deciders[by], "audit", number, verdict, now=self.world.now))

    @precondition(lambda self: self.rows())
    @rule(which=st.integers(0, 9), appeals=st.booleans())
    def answer(self, which, appeals):
        rows = self.rows()
        row = rows[which % len(rows)]
        if row.decided_at is None:
            return
        if appeals:
            self.attempted(lambda: reviews.appeal(row.rater, "audit", row.number, reason="No", now=self.world.now))
        else:
            self.attempted(lambda: reviews.settle(row.rater, "audit", row.number, now=self.world.now))

    @precondition(lambda self: self.rows())
    @rule(by=st.integers(0, 2), which=st.integers(0, 9), uphold=st.booleans())
    def decide_appeal(self, by, which, uphold):
        rows = self.rows()
        number = rows[which % len(rows)].number
        self.attempted(
            lambda: reviews.decide_appeal(
                self.deciders[by], "audit", number, uphold=uphold, reason="Why", now=self.world.now
            )
        )

    @precondition(lambda self: self.rows())
    @rule(by=st.integers(0, 2), which=st.integers(0, 9))
    def take_over(self, by, which):
        rows = self.rows()
        number = rows[which % len(rows)].number
        self.attempted(lambda: reviews.take_over(self.deciders[by], "audit", number, now=self.world.now))

    @rule(days=st.integers(1, 9))
    def pass_time(self, days):
        self.world.later(days=days)

    @invariant()
    def what_waits_waits_for_somebody_who_may_act(self):
        for row in self.rows() if hasattr(self, "world") else ():
            if row.state in REVIEW_PROCESS.waiting:
                assert row.due_at is not None
                assert row.owner_id is not None
                is_raters = row.state in {ReviewState.RETURNED, ReviewState.ADJUDICATED}
                assert (row.owner_id == row.rater_id) == is_raters
            if row.state == ReviewState.APPEALED:
                assert row.owner_id != row.decided_by_id

    @invariant()
    def whoever_decided_never_decided_the_appeal(self):
        if not hasattr(self, "world"):
            return
        steps = ReviewStep.objects.of(self.world.project).select_related("review")
        for step in steps.filter(event__in=[ReviewEvent.UPHOLD, ReviewEvent.DISMISS]):
            assert step.actor_id not in {step.review.decided_by_id, step.review.rater_id}

    @invariant()
    def evaluations_are_what_they_were(self):
        if hasattr(self, "world"):
            assert list(Evaluation.objects.of(self.world.project).order_by("pk").values()) == self.facts

    @invariant()
    def adjudications_hold_unless_an_appeal_was_upheld(self):
        if hasattr(self, "world"):
            held = {fact.review_id for fact in reviews.adjudications_in_force(self.world.project)}
            made = Adjudication.objects.of(self.world.project).select_related("review")
            assert held == {fact.review_id for fact in made if fact.review.state != ReviewState.UPHELD}


def test_whatever_is_done_in_whatever_order_every_review_waits_for_the_right_person():
    class InOneTransaction(Reviews):
        def __init__(self):
            super().__init__()
            self.transaction = transaction.atomic()
            self.transaction.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    run_state_machine_as_test(
        InOneTransaction,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
