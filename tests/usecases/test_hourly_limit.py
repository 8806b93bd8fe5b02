"""An hourly limit: never more evaluations of one person in any hour, and work goes on when there is room again."""

import random
from datetime import timedelta

import pytest

from rubrica.records.models import Evaluation
from rubrica.usecases import assignments, evaluations, projects
from tests.cast import World, audit_answer, build_world

HOUR = timedelta(hours=1)


def limited(limit, items=40, **world):
    made = build_world(items=items, overlap=2, **world)
    projects.change_settings(made.lena, "audit", hourly_limit=limit, now=made.now)
    return made


def take(world: World, rater, hold=2):
    return assignments.take_assignments(rater, "audit", hold=hold, now=world.now)


def submit(world: World, rater, held, hold=2):
    return evaluations.submit_evaluation(
        rater, held.public_id, payload=audit_answer(), key=f"key-{held.public_id}", hold=hold, now=world.now
    ).work


def test_at_the_limit_nothing_more_is_lent_and_the_moment_is_said_when_it_is(db):
    world = limited(3)
    begun = world.now
    work = take(world, world.rita)
    for _ in range(3):
        work = submit(world, world.rita, work.assignments[0].held)
        world.later(minutes=1)

    assert (work.assignments, work.reason, work.again_at) == ((), "hourly_limit", begun + HOUR)
    world.now = begun + HOUR
    assert len(take(world, world.rita).assignments) == 1


def test_what_is_fetched_ahead_counts_so_that_holding_cannot_exceed_the_limit(db):
    world = limited(3)
    work = take(world, world.rita, hold=5)
    assert len(work.assignments) == 3
    assert len(submit(world, world.rita, work.assignments[0].held, hold=5).assignments) == 2


def test_the_limit_is_of_each_person(db):
    world = limited(1)
    submit(world, world.rita, take(world, world.rita).assignments[0].held)
    assert take(world, world.rita).reason == "hourly_limit"
    assert take(world, world.rater("remy")).reason == "offered"


def test_lifting_the_limit_lets_work_go_on(db):
    world = limited(1)
    submit(world, world.rita, take(world, world.rita).assignments[0].held)
    projects.change_settings(world.lena, "audit", hourly_limit=0, now=world.now)
    assert take(world, world.rita).reason == "offered"


def test_an_empty_queue_is_not_called_a_limit(db):
    world = limited(5, items=1)
    work = submit(world, world.rita, take(world, world.rita).assignments[0].held)
    assert (work.reason, work.again_at) == ("queue_empty", None)


def test_safety_projects_begin_with_a_limit_and_blurred(db):
    project = build_world(template="safety-moderation", items=0).project
    assert (project.is_sensitive, project.hourly_limit) == (True, 60)


@pytest.mark.parametrize("seed", range(6))
def test_in_no_hour_are_there_more_than_the_limit_however_one_works(db, seed):
    chance = random.Random(seed)
    limit = chance.randint(1, 4)
    world = limited(limit)
    for _ in range(20):
        world.later(minutes=chance.randint(0, 50))
        work = take(world, world.rita, hold=chance.randint(1, 4))
        if work.assignments:
            submit(world, world.rita, work.assignments[0].held, hold=chance.randint(0, 4))

    times = list(Evaluation.objects.of(world.project).order_by("pk").values_list("submitted_at", flat=True))
    assert len(times) > limit
    assert all(later - earlier >= HOUR for earlier, later in zip(times, times[limit:], strict=False))
