"""Taking work: overlap, no item twice, leases that end, skipping, two tabs, an order of one's own."""

from datetime import timedelta

import pytest

from rubrica.domain.roles import Role
from rubrica.records.models import Assignment, Item, Project, ProjectMembership
from rubrica.usecases import assignments, evaluations, organisations, projects
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import World, add_items, audit_answer, build_world, evaluate

pytestmark = pytest.mark.django_db


def take(world, rater, hold=1):
    return assignments.take_assignments(rater, world.project.slug, hold=hold, now=world.now)


def places(world):
    return list(Item.objects.of(world.project).order_by("key").values_list("places_left", flat=True))


def test_taking_lends_an_item_and_uses_one_of_its_places(world: World):
    work = take(world, world.rita)

    assert [offer.held.item_key for offer in work.assignments] == [
        Item.objects.of(world.project).get(places_left=1).key
    ]
    assert (work.reason, work.done, work.total) == ("offered", 0, 3)
    assert sorted(places(world)) == [1, 2, 2]


def test_taking_again_gives_the_same_work_instead_of_more(world: World):
    assert take(world, world.rita) == take(world, world.rita)
    assert Assignment.objects.of(world.project).count() == 1


def test_a_rater_may_hold_the_next_item_so_that_it_can_be_loaded_ahead(world: World):
    assert len(take(world, world.rita, hold=2).assignments) == 2
    assert len(take(world, world.rita, hold=100).assignments) == 3


def test_nothing_is_handed_out_beyond_the_overlap(world: World):
    raters = [world.rita, world.rater("ravi"), world.rater("rosa")]
    for rater in raters:
        take(world, rater, hold=5)

    assert places(world) == [0, 0, 0]
    assert Assignment.objects.of(world.project).count() == 6
    assert take(world, raters[-1], hold=5).reason == "queue_empty"


def test_a_rater_never_gets_an_item_twice(world: World):
    seen = []
    for _ in range(3):
        seen.append(take(world, world.rita).assignments[0].held.item_key)
        evaluate(world, world.rita)

    assert sorted(seen) == ["item-1", "item-2", "item-3"]
    assert take(world, world.rita).reason == "queue_empty"


def test_each_rater_goes_through_a_block_in_an_order_of_their_own(world: World):
    add_items(world.project, 13)
    orders = set()
    for rater in [world.rita, world.rater("ravi")]:
        orders.add(tuple(offer.held.item_key for offer in take(world, rater, hold=5).assignments))

    assert len(orders) == 2


def test_an_expired_lease_frees_the_place_for_another_rater(world: World):
    taken = take(world, world.rita, hold=5).assignments
    world.later(seconds=world.project.lease_seconds + 1)
    others = [world.rater("ravi"), world.rater("rosa")]
    got = [len(take(world, other, hold=5).assignments) for other in others]

    assert got == [3, 3]
    assert len(taken) == 3
    assert Assignment.objects.of(world.project).filter(rater=world.rita, state="expired").count() == 3


def test_a_lease_that_ran_out_while_nobody_else_came_is_simply_continued(world: World):
    before = take(world, world.rita).assignments[0].held.public_id
    world.later(days=2)

    assert take(world, world.rita).assignments[0].held.public_id == before


def test_an_expired_item_is_offered_again_to_the_rater_who_never_answered_it(world: World):
    """Otherwise a project with as many raters as its overlap could never be completed."""
    ravi = world.rater("ravi")
    take(world, world.rita)
    world.later(seconds=world.project.lease_seconds + 1)
    take(world, ravi)
    offered = {offer.held.item_key for offer in take(world, world.rita, hold=5).assignments}

    assert offered == {"item-1", "item-2", "item-3"}


def test_an_expired_item_comes_back_under_its_id_where_the_draft_is_kept(world: World):
    before = {offer.held.item_key: offer.held.public_id for offer in take(world, world.rita, hold=5).assignments}
    world.later(seconds=world.project.lease_seconds + 1)
    take(world, world.rater("ravi"))
    after = {offer.held.item_key: offer.held.public_id for offer in take(world, world.rita, hold=5).assignments}

    assert after == before


def test_what_was_held_when_the_lease_ran_out_comes_before_anything_new(db):
    world = build_world(items=40)
    before = take(world, world.rita, hold=2).assignments
    world.later(seconds=world.project.lease_seconds + 1)
    take(world, world.rater("ravi"), hold=5)
    after = take(world, world.rita, hold=2).assignments

    assert {offer.held.public_id for offer in after} == {offer.held.public_id for offer in before}


def test_what_is_complete_by_now_does_not_come_back_to_who_held_it_too_long(db):
    world = build_world(items=2, overlap=1)
    take(world, world.rita, hold=2)
    world.later(seconds=world.project.lease_seconds + 1)
    (held,) = take(world, world.rater("ravi")).assignments
    offered = {offer.held.item_key for offer in take(world, world.rita, hold=2).assignments}

    assert len(offered) == 1
    assert held.held.item_key not in offered


def test_a_renewed_lease_does_not_run_out(world: World):
    held = take(world, world.rita).assignments[0].held
    world.later(seconds=world.project.lease_seconds - 1)
    ends = assignments.renew_assignment(world.rita, held.public_id, now=world.now)
    world.later(seconds=2)
    take(world, world.rater("ravi"), hold=5)

    assert ends == world.now + timedelta(seconds=world.project.lease_seconds - 2)
    assert Assignment.objects.of(world.project).get(public_id=held.public_id).state == "open"


def test_skipping_frees_the_place_and_the_item_never_comes_back_to_the_same_rater(world: World):
    held = take(world, world.rita).assignments[0].held
    work = assignments.skip_assignment(
        world.rita, held.public_id, reason="distressing", note="blood", hold=5, now=world.now
    )
    skipped = Assignment.objects.of(world.project).get(public_id=held.public_id)

    assert held.item_key not in {offer.held.item_key for offer in work.assignments}
    assert (skipped.state, skipped.skip_reason, skipped.skip_note) == ("skipped", "distressing", "blood")
    assert Item.objects.of(world.project).get(key=held.item_key).places_left == 2


def test_skipping_twice_frees_one_place_only(world: World):
    held = take(world, world.rita).assignments[0].held
    for _ in range(2):
        assignments.skip_assignment(world.rita, held.public_id, reason="other", note="", hold=1, now=world.now)

    assert Item.objects.of(world.project).get(key=held.item_key).places_left == 2


def test_a_submitted_item_cannot_be_skipped(world: World):
    held = take(world, world.rita).assignments[0].held
    evaluate(world, world.rita)
    with pytest.raises(ConflictError):
        assignments.skip_assignment(world.rita, held.public_id, reason="other", note="", hold=1, now=world.now)


@pytest.mark.parametrize(("reason", "note"), [("boring", ""), ("other", "x" * 501), ("other", "a\x00b")])
def test_a_skip_without_a_proper_reason_is_refused_with_what_is_allowed(world: World, reason, note):
    held = take(world, world.rita).assignments[0].held
    with pytest.raises(InvalidInputError) as refused:
        assignments.skip_assignment(world.rita, held.public_id, reason=reason, note=note, hold=1, now=world.now)

    assert refused.value.problems[0].field in {"reason", "note"}


def test_somebody_elses_assignment_does_not_exist(world: World):
    held = take(world, world.rita).assignments[0].held
    for stranger in (world.otto, world.rater("ravi")):
        with pytest.raises(NotFoundError):
            assignments.renew_assignment(stranger, held.public_id, now=world.now)


@pytest.mark.parametrize("name", ["rowan", "lena"])
def test_only_specialists_evaluate(world: World, name):
    with pytest.raises(NotAllowedError):
        take(world, getattr(world, name))


@pytest.mark.parametrize("name", ["otto", "petra", "omar"])
def test_those_without_a_part_in_the_project_find_nothing(world: World, name):
    with pytest.raises(NotFoundError):
        take(world, getattr(world, name))


def test_a_role_that_ends_stops_the_work_at_once(world: World):
    take(world, world.rita)
    projects.set_project_role(world.lena, world.project.slug, world.rita.public_id, None, now=world.now)
    with pytest.raises(NotFoundError):
        take(world, world.rita)


def test_a_paused_project_hands_out_nothing_but_takes_what_is_finished(world: World):
    held = take(world, world.rita).assignments[0].held
    projects.change_state(world.lena, world.project.slug, projects.ProjectState.PAUSED, now=world.now)
    submission = evaluations.submit_evaluation(
        world.rita, held.public_id, payload=audit_answer(), key="a-key-of-mine", hold=1, now=world.now
    )

    assert (submission.work.reason, submission.work.assignments) == ("project_paused", ())


def test_raising_the_overlap_offers_completed_items_to_further_raters(world: World):
    for rater in (world.rita, world.rater("ravi")):
        for _ in range(3):
            evaluate(world, rater)
    rosa = world.rater("rosa")
    assert take(world, rosa).reason == "queue_empty"
    projects.change_settings(world.lena, world.project.slug, overlap=3, now=world.now)

    assert len(take(world, rosa, hold=5).assignments) == 3
    assert take(world, world.rita).reason == "queue_empty"


def test_lowering_the_overlap_takes_back_only_places_that_nobody_holds(world: World):
    take(world, world.rita)
    projects.change_settings(world.lena, world.project.slug, overlap=1, now=world.now)

    assert sorted(places(world)) == [0, 1, 1]
    projects.change_settings(world.lena, world.project.slug, overlap=2, now=world.now)
    assert sorted(places(world)) == [1, 2, 2]


def test_the_cursor_only_moves_past_what_the_rater_cannot_get(world: World):
    add_items(world.project, 40)
    for _ in range(20):
        evaluate(world, world.rita)
    cursor = ProjectMembership.objects.of(world.project).get(account=world.rita).queue_cursor
    passed = Item.objects.of(world.project).filter(queue_position__lte=cursor)
    held = Assignment.objects.of(world.project).filter(rater=world.rita)

    assert cursor > 0
    assert set(passed.values_list("pk", flat=True)) <= set(held.values_list("item_id", flat=True))


def test_a_new_rater_starts_where_overlap_is_missing(world: World):
    evaluate(world, world.rita)
    newcomer = organisations.add_project_member(world.project, world.rater("nora"), Role.SPECIALIST, now=world.now)

    assert newcomer.queue_cursor == 0
    assert len(take(world, newcomer.account, hold=5).assignments) == 3


def test_work_needs_a_published_guideline(world: World):
    Project.objects.of(world.project).update(guideline=None)

    assert take(world, world.rita).reason == "project_not_started"


def test_places_that_come_back_after_the_overlap_was_lowered_are_not_lent_again(db):
    world = build_world(items=1, overlap=3)
    for rater in (world.rita, world.rater("ravi"), world.rater("rosa")):
        take(world, rater)
    projects.change_settings(world.lena, "audit", overlap=1, now=world.now)
    world.later(seconds=world.project.lease_seconds + 1)
    take(world, world.rater("remy"))

    item = Item.objects.of(world.project).get()
    open_ones = Assignment.objects.of(world.project).filter(state="open").count()
    assert (item.places_left, open_ones) == (0, 1)
