"""Repeats: an item comes again, unannounced and with its sides exchanged, and says something of its rater only."""

from dataclasses import asdict

import pytest

from rubrica.api.assignments import taken_work
from rubrica.domain.allocation import FEWEST_BEFORE_REPEATS
from rubrica.records.models import Assignment, Evaluation, Item, ItemImage, ProjectMembership
from rubrica.usecases import assignments, evaluations, guidelines, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.assignments import work_of
from rubrica.usecases.instance.invariants import invariants
from rubrica.usecases.reports import project_report
from rubrica.web.evaluated_item import evaluated_item
from tests.cast import World, audit_answer, build_world

PAIR = {"answers": {"overall": "a_slightly"}, "marks": [], "explanation": "", "cannot_judge": None}


def rating(world: World, rater, answer, most=200):
    """Let a rater judge all there is, and return what was held in the order of working."""
    worked = []
    work = assignments.take_assignments(rater, "audit", hold=1, now=world.later(seconds=1))
    while work.assignments and len(worked) < most:
        held = work.assignments[0].held
        worked.append(held)
        work = evaluations.submit_evaluation(
            rater,
            held.public_id,
            payload=answer(held),
            key=f"key-{held.public_id}",
            hold=1,
            now=world.later(seconds=20),
        ).work
    return worked


def with_repeats(percent=20, **world):
    made = build_world(**world)
    projects.change_settings(made.lena, "audit", repeat_percent=percent, now=made.now)
    return made


def consistently(held):
    """Prefer the first image of the item, whatever side it is on."""
    answers = {"overall": "a_slightly" if held.presentation == [0, 1] else "b_slightly"}
    return {**PAIR, "answers": answers}


@pytest.fixture
def judged(db) -> World:
    world = with_repeats(items=60, overlap=1)
    rating(world, world.rita, lambda _: audit_answer())
    return world


def test_some_items_come_again_once_and_late_and_only_after_a_beginning(judged: World):
    worked = list(Assignment.objects.of(judged.project).order_by("taken_at", "pk"))
    first = {row.item_id: place for place, row in enumerate(worked) if not row.is_repeat}
    repeats = [(place, row) for place, row in enumerate(worked) if row.is_repeat]

    assert len(first) == 60
    assert 5 <= len(repeats) <= 25
    assert len({row.item_id for _, row in repeats}) == len(repeats)
    assert min(place for place, _ in repeats) >= FEWEST_BEFORE_REPEATS
    assert min(place - first[row.item_id] for place, row in repeats) >= 5


def test_a_repeat_takes_no_place_and_is_no_progress(judged: World):
    assert set(Item.objects.of(judged.project).values_list("evaluation_count", "places_left")) == {(1, 0)}
    assert ProjectMembership.objects.of(judged.project).get(account=judged.rita).evaluation_count == 60
    assert [found for found in invariants() if found.level != "ok"] == []


def test_without_repeats_none_comes(db):
    world = with_repeats(0, items=30, overlap=1)
    rating(world, world.rita, lambda _: audit_answer())
    assert not Assignment.objects.of(world.project).filter(is_repeat=True).exists()


def test_a_pair_comes_again_with_its_sides_exchanged(db):
    world = with_repeats(template="side-by-side", items=60, overlap=1)
    rating(world, world.rita, consistently)
    shown = {row.item_id: row.presentation for row in Assignment.objects.of(world.project).filter(is_repeat=False)}
    again = {row.item_id: row.presentation for row in Assignment.objects.of(world.project).filter(is_repeat=True)}

    assert again
    assert all(presentation == shown[item][::-1] for item, presentation in again.items())


def test_nothing_that_the_rater_is_given_tells_a_repeat_from_a_first_time(db):
    world = with_repeats(items=60, overlap=1)
    documents = []
    work = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)
    while work.assignments:
        held = work.assignments[0].held
        documents.append((held.is_repeat, taken_work(work)["assignments"][0]))
        work = evaluations.submit_evaluation(
            world.rita,
            held.public_id,
            payload=audit_answer(),
            key=f"key-{held.public_id}",
            hold=1,
            now=world.later(seconds=20),
        ).work

    repeats = [document for is_repeat, document in documents if is_repeat]
    others = [document for is_repeat, document in documents if not is_repeat]
    assert repeats
    assert {frozenset(document) for document in repeats} == {frozenset(document) for document in others}
    assert not any("repeat" in str(document) for document in repeats)


def test_a_repeat_changes_no_number_of_the_report_but_those_on_consistency(db):
    world = with_repeats(0, items=40, overlap=2)
    remy = world.rater("remy")
    rating(world, world.rita, lambda held: audit_answer(4 + held.item_id % 2))
    rating(world, remy, lambda held: audit_answer(4 + (held.item_id // 2) % 2), most=20)
    before = asdict(project_report(open_project(world.lena, "audit")))
    projects.change_settings(world.lena, "audit", repeat_percent=20, now=world.now)
    desk_before = Evaluation.objects.of(world.project).count()
    _judge_again(world, world.rita, audit_answer(5))

    after = asdict(project_report(open_project(world.lena, "audit")))
    assert Evaluation.objects.of(world.project).count() == desk_before + 1
    assert before.pop("repeats") is None
    assert after.pop("repeats")["n"] == 1
    assert after == before


def _judge_again(world: World, rater, answer):
    """Judge one item a second time, as if the lot had fallen on it."""
    first = Assignment.objects.of(world.project).filter(rater=rater, state="submitted").order_by("pk").first()
    assert first is not None
    again = Assignment.objects.create(
        public_id="A-repeat-that-came-by-lot"[:22],
        project=world.project,
        item=first.item,
        rater=rater,
        guideline=first.guideline,
        presentation=first.presentation[::-1],
        is_repeat=True,
        taken_at=world.now,
        lease_ends=world.later(minutes=30),
    )
    return evaluations.submit_evaluation(
        rater, again.public_id, payload=answer, key="key-of-the-repeat", hold=0, now=world.now
    )


def test_a_repeat_that_runs_out_or_is_skipped_gives_no_place_back(db):
    world = with_repeats(items=60, overlap=1)
    held = _held_repeat(world)
    places = dict(Item.objects.of(world.project).values_list("pk", "places_left"))
    assignments.skip_assignment(world.rita, held.public_id, reason="other", note="", hold=0, now=world.now)
    assert dict(Item.objects.of(world.project).values_list("pk", "places_left")) == places


def test_a_repeat_that_is_skipped_or_corrected_is_counted_as_neither(db):
    world = with_repeats(0, items=4, overlap=1)
    rating(world, world.rita, lambda _: audit_answer())
    first = _judge_again(world, world.rita, audit_answer(5)).receipt.evaluation
    evaluations.revise_evaluation(
        world.rita,
        first,
        payload=audit_answer(4),
        reason="looked again",
        key="key-of-the-revision",
        now=world.later(seconds=20),
    )
    own = Assignment.objects.of(world.project)
    other = own.exclude(item=own.get(is_repeat=True).item_id).first()
    assert other is not None
    skipped = own.filter(pk=other.pk)
    skipped.update(state="skipped")
    before = project_report(open_project(world.lena, "audit")).counts
    skipped.update(is_repeat=True)

    after = project_report(open_project(world.lena, "audit")).counts
    assert (before.superseded, before.skipped) == (0, 1)
    assert (after.superseded, after.skipped) == (0, 0)


def test_the_page_of_an_item_shows_a_rater_once(db):
    world = with_repeats(0, items=4, overlap=1)
    rating(world, world.rita, lambda _: audit_answer())
    _judge_again(world, world.rita, audit_answer(5))
    again = Item.objects.of(world.project).get(assignments__is_repeat=True)

    images = list(ItemImage.objects.of(world.project).filter(item=again).select_related("image"))
    assert len(evaluated_item(open_project(world.lena, "audit"), again, images).said) == 1


def test_an_answer_to_a_repeat_whose_lease_ran_out_is_still_taken(db):
    world = with_repeats(items=60, overlap=1)
    held = _held_repeat(world)
    world.later(days=2)
    assignments.take_assignments(world.rater("remy"), "audit", hold=1, now=world.now)
    receipt = evaluations.submit_evaluation(
        world.rita, held.public_id, payload=audit_answer(), key="key-after-two-days", hold=0, now=world.now
    ).receipt
    assert Evaluation.objects.of(world.project).get(public_id=receipt.evaluation).is_repeat


def test_a_repeat_whose_lease_ran_out_comes_back_as_it_was(db):
    world = with_repeats(items=60, overlap=1)
    held = _held_repeat(world)
    world.later(days=2)
    assignments.take_assignments(world.rater("remy"), "audit", hold=1, now=world.now)
    (again,) = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments

    assert Assignment.objects.of(world.project).get(public_id=held.public_id).state == "open"
    assert (again.held.public_id, again.held.presentation, again.held.is_repeat) == (
        held.public_id,
        held.presentation,
        True,
    )


def _held_repeat(world: World):
    work = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)
    while not work.assignments[0].held.is_repeat:
        held = work.assignments[0].held
        work = evaluations.submit_evaluation(
            world.rita,
            held.public_id,
            payload=audit_answer(),
            key=f"key-{held.public_id}",
            hold=1,
            now=world.later(seconds=20),
        ).work
    return work.assignments[0].held


def test_what_was_judged_under_other_rules_does_not_come_again(db):
    world = with_repeats(items=60, overlap=1)
    rating(world, world.rita, lambda _: audit_answer(), most=30)
    repeated = Assignment.objects.of(world.project).filter(is_repeat=True).count()
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    guidelines.replace_draft(
        world.lena, "audit", markdown=f"{draft.markdown}\nMore.\n", rubric=draft.rubric, now=world.now
    )
    guidelines.publish_guideline(world.lena, "audit", now=world.now)
    rating(world, world.rita, lambda _: audit_answer(), most=12)

    rows = Assignment.objects.of(world.project).filter(is_repeat=True, guideline__number=2)
    first = Assignment.objects.of(world.project).filter(is_repeat=False, guideline__number=2).values("item_id")
    assert repeated > 0
    assert not rows.exclude(item_id__in=first).exists()


def test_a_project_without_repeats_asks_the_database_nothing_more(db, django_assert_num_queries):
    world = with_repeats(0, items=40, overlap=1)
    rating(world, world.rita, lambda _: audit_answer(), most=15)
    assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)
    with django_assert_num_queries(6) as counted:
        assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)
    assert not any("e.is_repeat AND" in query["sql"] for query in counted.captured_queries)


def test_raters_who_agree_with_themselves_are_reported_so_and_those_who_follow_the_side_too(db):
    world = with_repeats(template="side-by-side", items=120, overlap=2)
    remy = world.rater("remy")
    rating(world, world.rita, consistently)
    rating(world, remy, lambda _: PAIR)  # the left one, whatever it is

    repeats = project_report(open_project(world.omar, "audit")).repeats
    assert repeats is not None
    exact = {row.name: row.exact and row.exact.value for row in repeats.raters}
    assert exact == {"Remy": 0.0, "Rita": 1.0}
    (preference,) = [row for row in repeats.criteria if row.criterion == "overall"]
    assert preference.followed_side is not None
    assert 0.2 < preference.followed_side.value < 0.8
    assert preference.followed_side.ci_low < preference.followed_side.value < preference.followed_side.ci_high


def test_few_repeats_are_counted_and_judged_in_words(db):
    world = with_repeats(0, items=20, overlap=1)
    rating(world, world.rita, lambda _: audit_answer())
    _judge_again(world, world.rita, audit_answer())

    repeats = project_report(open_project(world.lena, "audit")).repeats
    assert repeats is not None
    assert (repeats.n, repeats.criteria[0].exact, repeats.raters[0].exact) == (1, None, None)
    assert repeats.criteria[0].refusal == "1 repeats so far; it takes at least 10 to tell consistency from luck."


def test_work_that_holds_a_repeat_is_offered_like_any_other(db):
    world = with_repeats(items=60, overlap=1)
    held = _held_repeat(world)
    work = work_of(assignments.Taken((held,), "offered", 1, 2, None))
    assert work.assignments[0].images


def test_no_count_that_a_rater_sees_tells_a_repeat_from_other_work(judged: World):
    worked = Assignment.objects.of(judged.project)
    membership = ProjectMembership.objects.of(judged.project).get(account=judged.rita)

    assert membership.hidden_count == worked.filter(is_repeat=True).count() > 0
    assert membership.own_count == worked.count()


@pytest.mark.django_db
def test_what_is_done_grows_by_one_with_each_evaluation_and_what_there_is_stays():
    done = []
    world = with_repeats(items=30, overlap=1)
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments
    while held:
        stored = evaluations.submit_evaluation(
            world.rita,
            held[0].held.public_id,
            payload=audit_answer(),
            key=f"key-{held[0].held.public_id}",
            hold=1,
            now=world.later(seconds=20),
        )
        done.append((stored.work.done, stored.work.total))
        held = stored.work.assignments
    # Thirty items, and a fifth of what one is given on top: one more is done with each, of the same whole.
    assert done == [(place, 38) for place in range(1, len(done) + 1)]
