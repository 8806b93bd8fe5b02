"""Gold and attempts: hidden among the work, asked for as tests, scored anew when a gold item turns out wrong."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from rubrica.domain.gold import GoldSource, Purpose
from rubrica.domain.roles import Role
from rubrica.records.models import (
    Assignment,
    Attempt,
    AttemptItem,
    Evaluation,
    Gold,
    GuidelineDraft,
    Item,
    Project,
    ProjectMembership,
)
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import (
    assignments,
    attempts,
    evaluations,
    gold,
    gold_proposals,
    gold_scores,
    guidelines,
    organisations,
    projects,
)
from rubrica.usecases.access import open_project
from rubrica.usecases.acknowledgements import acknowledge
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.instance.invariants import invariants
from rubrica.usecases.reports import project_report
from tests.cast import World, audit_answer, build_world, judge_all

pytestmark = pytest.mark.django_db

RIGHT, WRONG = audit_answer(5), audit_answer(4)
ANSWERS = dict.fromkeys(("plausibility", "alignment", "aesthetics", "overall"), 5)


@pytest.fixture
def world(db) -> World:
    """Twenty items, ten of which are gold: five on every scale, and nothing beside it is right."""
    world = build_world(items=20)
    gold.plan_of(world.project).save()
    gold.GoldPlan.objects.of(world.project).update(tolerances=dict.fromkeys(ANSWERS, 0))
    for item in world.items[:10]:
        make(world, item)
    return world


def make(world: World, item: Item, **changes) -> Gold:
    return gold.make_gold(
        world.lena, "audit", item.public_id, answers=changes.pop("answers", ANSWERS), now=world.now, **changes
    )


def take(world: World, rater=None):
    return assignments.take_assignments(rater or world.rita, "audit", hold=1, now=world.now)


def judge(world: World, payload, rater=None) -> evaluations.Submission:
    held = take(world, rater).assignments[0].held
    return evaluations.submit_evaluation(
        rater or world.rita,
        held.public_id,
        payload=payload,
        key=f"key-{held.public_id}",
        hold=0,
        now=world.later(seconds=20),
    )


def ask(world: World, purpose=Purpose.QUALIFICATION, size=5) -> Attempt:
    return attempts.order_attempt(world.lena, "audit", world.rita.public_id, purpose, size, now=world.now)


def items_of(world: World, attempt: Attempt) -> list[AttemptItem]:
    rows = AttemptItem.objects.of(world.project).filter(attempt=attempt).select_related("gold")
    return list(rows.order_by("position"))


def membership(world: World) -> ProjectMembership:
    return ProjectMembership.objects.of(world.project).get(account=world.rita)


def plan(world: World, tolerances=None, **numbers: int) -> None:
    gold.change_plan(world.lena, "audit", numbers=numbers, tolerances=tolerances or {}, now=world.now)


def own(world: World) -> attempts.AttemptReport:
    return attempts.own_attempts(open_project(world.rita, "audit"))[0]


def is_sound() -> bool:
    return all(finding.level == "ok" for finding in invariants())


# --- making gold ---


def test_an_item_is_gold_once_and_only_leads_make_it(world: World):
    with pytest.raises(ConflictError, match="gold already"):
        make(world, world.items[0])
    with pytest.raises(NotAllowedError):
        gold.make_gold(world.rowan, "audit", world.items[11].public_id, answers=ANSWERS, now=world.now)
    with pytest.raises(NotFoundError):
        gold.make_gold(world.lena, "audit", "A" * 22, answers=ANSWERS, now=world.now)


@pytest.mark.parametrize("answers", [{}, {"overall": 9}, {"beauty": 3}, "five"])
def test_gold_without_a_right_answer_is_refused_and_nothing_is_kept(world: World, answers):
    before = Gold.objects.of(world.project).count()
    with pytest.raises(InvalidInputError):
        make(world, world.items[12], answers=answers)
    assert Gold.objects.of(world.project).count() == before


def test_items_on_which_nearly_all_agree_are_proposed_and_those_on_which_they_differ_are_not():
    world = build_world(items=2, overlap=3)
    for name, scores in (("rita", (5, 4)), ("remy", (5, 5)), ("rosa", (5, 4))):
        rater = world.rita if name == "rita" else world.rater(name)
        by_item = dict(zip((item.pk for item in world.items), scores, strict=True))
        judge_all(world, rater, lambda item, _shown, by_item=by_item: audit_answer(by_item[item]))
    found = gold_proposals.proposals(open_project(world.lena, "audit"))
    assert [(row.item.key, row.source) for row in found] == [("item-1", GoldSource.AGREEMENT)]
    assert gold_proposals.accept_proposals(world.lena, "audit", [world.items[0].public_id], now=world.now) == 1
    assert gold.gold_in_force(world.project).get().answers == ANSWERS
    assert gold_proposals.proposals(open_project(world.lena, "audit")) == []


def test_planted_faults_are_gold_of_the_marks():
    world = build_world(items=0)
    box = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
    defect = {"slot": 0, "kind": "swirl", "code": "ANAT.malformed", "box": box, "severity": 2}
    from tests.cast import add_items  # noqa: PLC0415  (only here)

    world.items = add_items(world.project, 3, known_defects=[defect])
    access = open_project(world.lena, "audit")
    assert {row.source for row in gold_proposals.proposals(access)} == {GoldSource.PLANTED}
    gold_proposals.accept_proposals(world.lena, "audit", [item.public_id for item in world.items], now=world.now)
    ask(world, size=3)
    mark = {"image": "a", "shape": "box", "geometry": box, "code": "ANAT.malformed", "severity": 2, "note": ""}
    hit = audit_answer(5, marks=[{**mark, "part": "hand"}])
    for payload in (hit, hit, RIGHT):
        judge(world, payload)
    assert (own(world).scores["marks"].right, own(world).scores["marks"].n) == (2, 3)


def test_items_that_raters_answered_alike_twice_are_proposed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assignments, "is_repeat_due", lambda *_: True)
    world = build_world(items=24, overlap=2)
    projects.change_settings(world.lena, "audit", repeat_percent=20, now=world.now)
    remy = world.rater("remy")
    for rater in (world.rita, remy):
        judge_all(world, rater, lambda _item, _shown: RIGHT)
    repeats = Assignment.objects.of(world.project).filter(is_repeat=True)
    twice = [set(repeats.filter(rater=rater).values_list("item", flat=True)) for rater in (world.rita, remy)]
    found = gold_proposals.proposals(open_project(world.lena, "audit"))

    assert twice[0] & twice[1]
    assert {row.item.pk for row in found} == twice[0] & twice[1]
    assert {(row.source, row.because) for row in found} == {(GoldSource.REPEAT, "2 raters answered alike twice")}
    assert all(row.answers == ANSWERS for row in found)


# --- how far an answer may lie from the right one ---


def test_answers_within_the_tolerance_are_right(world: World):
    ask(world, Purpose.CALIBRATION, 3)
    for _ in range(3):
        judge(world, WRONG)
    assert own(world).total.right == 0
    plan(world, tolerances={"overall": 1, "alignment": None})
    assert gold.plan_of(world.project).tolerances == {"plausibility": 0, "aesthetics": 0, "overall": 1}
    # One level off is right of the overall impression as said, and of the alignment as usual.
    assert (own(world).scores["overall"].right, own(world).scores["alignment"].right) == (3, 3)
    assert own(world).total.right == 6


@pytest.mark.parametrize("tolerances", [{"beauty": 1}, {"overall": 11}, {"overall": -1}])
def test_a_tolerance_that_is_none_is_refused_and_nothing_is_changed(world: World, tolerances):
    with pytest.raises(InvalidInputError):
        plan(world, tolerances=tolerances, retake_days=1)
    assert gold.plan_of(world.project).retake_days == 7


# --- unannounced gold ---


@pytest.fixture
def always_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the lot fall for gold after every other item."""
    monkeypatch.setattr(assignments, "is_gold_due", lambda *_: True)


@pytest.mark.usefixtures("always_due")
def test_gold_comes_unannounced_takes_no_place_and_counts_apart(world: World):
    plan(world, gold_percent=20)
    Item.objects.of(world.project).filter(pk__in=[item.pk for item in world.items[:10]]).update(places_left=0)
    for item in world.items[:10]:
        Item.objects.of(world.project).filter(pk=item.pk).update(evaluation_count=0)
    apart = 0
    for _ in range(10):
        before = Evaluation.objects.of(world.project).filter(is_repeat=True).count()
        if not take(world).assignments:
            break
        judge(world, WRONG)
        apart += Evaluation.objects.of(world.project).filter(is_repeat=True).count() - before
    asked = gold_scores.scored_items(world.project, Q(rater=world.rita))
    assert apart == len(asked) > 0
    assert all(row.scores["overall"].right == 0 for row in asked)
    assert membership(world).evaluation_count == 10 - apart
    assert not Item.objects.of(world.project).filter(gold__isnull=False, evaluation_count__gt=0).exists()


@pytest.mark.usefixtures("always_due")
def test_nobody_is_asked_the_same_gold_twice_and_it_never_comes_as_work_again(world: World):
    plan(world, gold_percent=20)
    seen: list[int] = []
    while offers := take(world).assignments:
        seen.append(offers[0].held.item_id)
        judge(world, RIGHT)
    assert len(seen) == len(set(seen)) == 20
    assert is_sound()


def test_what_was_asked_as_gold_stays_out_of_reports(world: World):
    ask(world, size=5)
    for _ in range(5):
        judge(world, RIGHT)
    report = project_report(open_project(world.lena, "audit"))
    assert report.counts.evaluations == 0
    assert report.repeats is None


# --- practice ---


@pytest.fixture
def practising(world: World) -> World:
    """Two of the gold items are kept for practice, and those who join have a test of four."""
    for number in (1, 2):
        gold.keep_for_practice(world.lena, "audit", number, now=world.now)
    plan(world, test_items=4)
    return world


def test_practice_says_after_each_item_what_was_right(practising: World):
    attempts.practise(practising.rita, "audit", now=practising.now)
    first, second = judge(practising, WRONG).feedback, judge(practising, RIGHT).feedback

    assert first is not None
    assert next((miss.criterion, miss.given[0], miss.right[0]) for miss in first.missed) == ("Plausibility", "4", "5")
    assert second is not None
    assert second.missed == ()
    assert own(practising).attempt.state == "passed"
    assert take(practising).assignments[0].held.pass_number == 1
    assert is_sound()


def test_an_answer_that_is_sent_again_is_told_the_same(practising: World):
    attempts.practise(practising.rita, "audit", now=practising.now)
    held = take(practising).assignments[0].held
    sent = [
        evaluations.submit_evaluation(
            practising.rita, held.public_id, payload=WRONG, key="the-same-key", hold=0, now=practising.now
        )
        for _ in range(2)
    ]
    assert sent[0].feedback is not None
    assert [row.feedback.scores for row in sent] == [sent[0].feedback.scores] * 2


def test_tests_and_work_say_nothing_of_what_was_right(practising: World):
    ask(practising, size=3)
    assert [judge(practising, WRONG).feedback for _ in range(3)] == [None] * 3


def test_who_joins_practises_first_and_the_test_follows_without_the_same_items(practising: World):
    remy = practising.rater("remy")
    organisations.add_project_member(practising.project, remy, Role.SPECIALIST, now=practising.now)
    practised = [take(practising, remy).assignments[0].held.item_id]
    judge(practising, RIGHT, remy)
    practised.append(take(practising, remy).assignments[0].held.item_id)
    judge(practising, WRONG, remy)
    test = Attempt.objects.of(practising.project).get(account=remy, purpose=Purpose.QUALIFICATION)
    asked = {row.gold.item_id for row in items_of(practising, test)}

    assert len(asked) == 4
    assert not asked & set(practised)
    for _ in range(4):
        judge(practising, RIGHT, remy)
    assert not ProjectMembership.objects.of(practising.project).get(account=remy).must_pass
    assert is_sound()


def test_a_test_that_was_given_up_during_practice_bars_nobody(practising: World):
    remy = practising.rater("remy")
    organisations.add_project_member(practising.project, remy, Role.SPECIALIST, now=practising.now)
    plan(practising, test_items=0)
    for _ in range(2):
        judge(practising, RIGHT, remy)
    assert take(practising, remy).assignments[0].held.pass_number == 1


@pytest.mark.usefixtures("always_due")
def test_what_is_for_practice_is_never_asked_unannounced(practising: World):
    plan(practising, gold_percent=20)
    while take(practising).assignments:
        judge(practising, RIGHT)
    asked = {row.gold.number for row in gold_scores.scored_items(practising.project)}
    assert asked
    assert not asked & {1, 2}


def test_practice_bars_nobody_from_work_and_does_not_open_it_after_a_failed_test(practising: World):
    ask(practising, size=3)
    for _ in range(3):
        judge(practising, WRONG)
    attempts.practise(practising.rita, "audit", now=practising.now)
    with pytest.raises(ConflictError, match="in hand"):
        attempts.practise(practising.rita, "audit", now=practising.now)
    for _ in range(2):
        assert judge(practising, RIGHT).feedback is not None
    assert take(practising).reason == "test_failed"
    assert attempts.retake(practising.rita, "audit", now=practising.later(days=8)).purpose == Purpose.QUALIFICATION


def test_without_items_for_practice_nobody_can_practise(world: World):
    with pytest.raises(ConflictError, match="no items for practice"):
        attempts.practise(world.rita, "audit", now=world.now)
    with pytest.raises(NotFoundError):
        gold.keep_for_practice(world.lena, "audit", 99, now=world.now)
    with pytest.raises(InvalidInputError):
        make(world, world.items[12], is_secret=True, is_practice=True)


# --- tests ---


def test_a_test_comes_before_all_other_work_and_opens_it_when_passed(world: World):
    ask(world, size=5)
    plan(world, pass_percent=60)
    assert membership(world).must_pass
    for _ in range(5):
        offer = take(world).assignments[0]
        assert offer.held.pass_number == 10_000
        judge(world, RIGHT)
    assert not membership(world).must_pass
    assert own(world).attempt.state == "passed"
    assert take(world).assignments[0].held.pass_number == 1
    assert is_sound()


def test_a_failed_test_gives_no_work_says_why_and_can_be_taken_again_on_its_day(world: World):
    plan(world, retake_days=3)
    ask(world, size=5)
    last = None
    for _ in range(5):
        last = judge(world, WRONG)
    assert last is not None
    assert (last.work.assignments, take(world).reason) == ((), "test_failed")
    report = own(world)
    assert (report.attempt.state, report.total.right, report.at_least) == ("failed", 0, 0.0)
    assert {miss.right for row in report.items for miss in row.missed} == {"5 No fault"} or report.items[0].missed
    with pytest.raises(ConflictError, match="can be taken again from"):
        attempts.retake(world.rita, "audit", now=world.later(days=1))
    again = attempts.retake(world.rita, "audit", now=world.later(days=3))
    had = set(Assignment.objects.of(world.project).filter(pass_number=10_000).values_list("item", flat=True))
    assert not had & {row.gold.item_id for row in items_of(world, again)}
    for _ in range(5):
        judge(world, RIGHT)
    assert not membership(world).must_pass
    assert is_sound()


def test_a_few_right_answers_are_not_enough_to_be_sure():
    """Three of three says less than the threshold: the lower end of the interval decides, not the share."""
    assert attempts.at_least(attempts.Tally(3, 3)) == pytest.approx(0.526, abs=0.001)
    assert attempts.at_least(attempts.Tally(18, 20)) == pytest.approx(0.738, abs=0.001)
    assert attempts.at_least(attempts.Tally()) is None


def test_what_was_skipped_in_a_test_is_not_right(world: World):
    ask(world, size=5)
    for place in range(5):
        if place:
            judge(world, RIGHT)
        else:
            held = take(world).assignments[0].held
            assignments.skip_assignment(world.rita, held.public_id, reason="other", note="", hold=0, now=world.now)
    assert (own(world).total.right, own(world).total.n) == (16, 20)
    assert own(world).attempt.ended_at is not None


def test_a_lease_that_ran_out_brings_the_item_of_the_test_again(world: World):
    ask(world, size=3)
    held = take(world).assignments[0].held
    world.later(days=1)
    assignments.take_assignments(world.rater("remy"), "audit", hold=1, now=world.now)
    assert take(world).assignments[0].held.public_id == held.public_id
    for _ in range(3):
        judge(world, RIGHT)
    assert own(world).attempt.ended_at is not None
    assert is_sound()


def test_the_last_item_of_a_test_that_lapsed_and_is_passed_on_ends_it(world: World):
    ask(world, size=3)
    judge(world, RIGHT)
    judge(world, RIGHT)
    held = take(world).assignments[0].held
    world.later(days=1)
    assignments.take_assignments(world.rater("remy"), "audit", hold=1, now=world.now)
    assignments.skip_assignment(world.rita, held.public_id, reason="other", note="", hold=0, now=world.now)
    assert own(world).attempt.ended_at is not None


def test_who_has_something_in_hand_is_not_asked_for_more(world: World):
    ask(world, size=3)
    with pytest.raises(ConflictError, match="in hand"):
        ask(world, Purpose.CALIBRATION, 3)
    assert own(world).attempt.purpose == Purpose.QUALIFICATION


@pytest.mark.parametrize("purpose", [Purpose.ROUND, Purpose.PRACTICE])
def test_leads_ask_one_person_for_tests_and_calibrations_only(world: World, purpose):
    with pytest.raises(InvalidInputError):
        ask(world, purpose)


def test_reports_cost_the_same_for_one_attempt_as_for_three(world: World):
    def measured() -> int:
        with CaptureQueriesContext(connection) as queries:
            reports = attempts.attempts_of(open_project(world.lena, "audit"))
        assert all(row.answered for row in reports)
        return len(queries)

    def calibrate(rater) -> None:
        attempts.order_attempt(world.lena, "audit", rater.public_id, Purpose.CALIBRATION, 3, now=world.now)
        for _ in range(3):
            judge(world, RIGHT, rater)

    calibrate(world.rita)
    one = measured()
    for name in ("remy", "rosa"):
        calibrate(world.rater(name))
    assert measured() == one


def test_a_calibration_opens_no_way_round_a_test_that_was_failed(world: World):
    ask(world, size=3)
    for _ in range(3):
        judge(world, WRONG)
    ask(world, Purpose.CALIBRATION, 3)
    for _ in range(3):
        judge(world, RIGHT)
    assert membership(world).must_pass
    assert take(world).reason == "test_failed"
    assert attempts.retake(world.rita, "audit", now=world.later(days=8)).purpose == Purpose.QUALIFICATION


def test_answers_of_a_test_cannot_be_revised_afterwards(world: World):
    ask(world, size=3)
    stored = judge(world, WRONG)
    with pytest.raises(ConflictError, match="stays as it is"):
        evaluations.revise_evaluation(
            world.rita,
            stored.receipt.evaluation,
            payload=RIGHT,
            reason="I looked again",
            key="another-key",
            now=world.now,
        )


def test_who_joins_a_project_with_a_test_is_asked_once(world: World):
    plan(world, test_items=4)
    remy = world.rater("remy")
    assert take(world, remy).assignments[0].held.pass_number == 10_000
    assert not membership(world).must_pass  # who was there before is not asked
    organisations.add_project_member(world.project, remy, Role.SPECIALIST, now=world.now)
    assert Attempt.objects.of(world.project).filter(account=remy).count() == 1


def test_too_few_gold_items_make_no_test(world: World):
    for row in list(gold.gold_in_force(world.project))[2:]:
        attempts.void_gold(world.lena, "audit", row.number, reason="Not clear", now=world.now)
    plan(world, test_items=4)
    assert take(world, world.rater("remy")).assignments[0].held.pass_number == 1
    with pytest.raises(ConflictError, match="It takes 3 gold items"):
        ask(world)


@pytest.mark.parametrize("changes", [{"gold_percent": 21}, {"pass_percent": 101}, {"test_items": -1}])
def test_a_plan_out_of_range_is_refused_whole(world: World, changes):
    with pytest.raises(InvalidInputError):
        plan(world, retake_days=1, **changes)
    assert gold.plan_of(world.project).retake_days == 7


# --- gold that turns out wrong ---


def test_voiding_gold_scores_everybody_anew_and_lets_pass_who_failed_by_it_alone(world: World):
    plan(world, pass_percent=70, retake_days=30)
    attempt = ask(world, size=3)
    first = items_of(world, attempt)[0]
    judge(world, WRONG)
    judge(world, RIGHT)
    judge(world, RIGHT)
    assert own(world).attempt.state == "failed"
    attempts.void_gold(world.lena, "audit", first.gold.number, reason="Both levels are right", now=world.now)
    report = own(world)
    assert (report.attempt.state, report.total.right, report.total.n) == ("passed", 8, 8)
    assert not membership(world).must_pass
    assert take(world).assignments
    with pytest.raises(NotFoundError):
        attempts.void_gold(world.lena, "audit", first.gold.number, reason="Again", now=world.now)


def test_nobody_who_passed_fails_by_a_voided_item(world: World):
    plan(world, pass_percent=50)
    attempt = ask(world, size=3)
    for _ in range(3):
        judge(world, RIGHT)
    for row in items_of(world, attempt):
        attempts.void_gold(world.lena, "audit", row.gold.number, reason="Unclear", now=world.now)
    assert own(world).attempt.state == "passed"
    assert own(world).total.n == 0


def test_gold_that_good_raters_answer_otherwise_is_called_disputed(world: World):
    disputed = make(world, world.items[11], answers=dict.fromkeys(ANSWERS, 4))
    raters = [world.rater(f"r{number}") for number in range(gold_scores.FEWEST_ANSWERS)]
    for rater in raters:
        attempts.order_attempt(world.lena, "audit", rater.public_id, Purpose.CALIBRATION, 11, now=world.now)
        for _ in range(11):
            judge(world, RIGHT, rater)
    health = gold_scores.gold_health(open_project(world.lena, "audit"))
    assert [row.gold.number for row in health if row.is_disputed] == [disputed.number]
    assert (health[0].good_raters, health[0].good_raters_right) == (5, 0)


# --- changed rules ---


def publish(world: World, change_class: ChangeClass, edit) -> None:
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown, rubric = edit(draft.markdown, draft.rubric)
    guidelines.save_draft(
        world.lena, "audit", markdown=markdown, rubric=rubric, revision=draft.revision, now=world.later(minutes=1)
    )
    guidelines.publish_guideline(
        world.lena, "audit", change_class=change_class, summary="Changed", now=world.later(minutes=1)
    )
    world.project = Project.objects.of(world.project).get()


def other_anchor(markdown: str, rubric: dict) -> tuple[str, dict]:
    rubric["criteria"][0]["levels"][0]["anchor"] += " Even at a close look."
    return markdown, rubric


def a_word(markdown: str, rubric: dict) -> tuple[str, dict]:
    return markdown + "\nOne more sentence outside of all clauses.\n", rubric


def test_a_clarification_brings_a_short_calibration_before_other_work_and_bars_nobody(world: World):
    publish(world, ChangeClass.CLARIFICATION, a_word)
    assert not membership(world).must_pass
    for _ in range(5):
        assert take(world).assignments[0].held.pass_number == 10_000
        judge(world, WRONG)
    assert own(world).attempt.purpose == Purpose.CALIBRATION
    assert take(world).assignments[0].held.pass_number == 1


def test_a_breaking_change_gives_no_work_before_it_is_read_and_calibrated(world: World):
    plan(world, breaking_items=6)
    publish(world, ChangeClass.BREAKING, a_word)
    assert take(world).reason == "guideline_changed"
    acknowledge(world.rita, "audit", number=2, now=world.now)
    assert membership(world).must_pass
    for _ in range(6):
        assert take(world).assignments[0].held.pass_number == 10_000
        judge(world, WRONG)
    # Done is done: what it shows is talked about.
    assert take(world).assignments[0].held.pass_number == 1


def test_an_editorial_change_asks_for_nothing_and_gold_goes_on(world: World):
    publish(world, ChangeClass.EDITORIAL, a_word)
    assert take(world).assignments[0].held.pass_number == 1
    assert gold.gold_in_force(world.project).count() == 10


def test_answers_to_a_changed_question_are_no_longer_known_and_earlier_scores_stay(world: World):
    ask(world, Purpose.CALIBRATION, 3)
    for _ in range(3):
        judge(world, RIGHT)
    before = own(world).total
    changed = GuidelineDraft.objects.of(world.project).get().rubric["criteria"][0]["id"]
    publish(world, ChangeClass.BREAKING, other_anchor)
    rows = list(gold.gold_in_force(world.project))
    assert len(rows) == 10
    assert all(changed not in row.answers and len(row.answers) == 3 for row in rows)
    assert attempts.report_of(Attempt.objects.of(world.project).order_by("pk").first()).total == before


def test_without_gold_a_changed_guideline_asks_for_no_calibration():
    world = build_world(items=3)
    publish(world, ChangeClass.BREAKING, a_word)
    acknowledge(world.rita, "audit", number=2, now=world.now)
    assert take(world).assignments[0].held.pass_number == 1
