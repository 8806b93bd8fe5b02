"""What holds of time in a project: set before work starts, and afterwards in favour of those who work there only."""

import pytest

from rubrica.records.models import Evaluation, Project
from rubrica.records.models.project import ProjectState
from rubrica.usecases.access import open_project
from rubrica.usecases.active_time import terms_of
from rubrica.usecases.errors import InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.time_terms import set_time_terms, suggested_cap
from tests.cast import World, audit_answer, evaluate, opened_round

pytestmark = pytest.mark.django_db


def say(world: World, idle: int, cap: int, by=None) -> Project:
    return set_time_terms(by or world.lena, "audit", idle_seconds=idle, task_cap_seconds=cap, now=world.now)


def test_before_work_starts_any_number_in_range_is_taken(world: World):
    Project.objects.of(world.project).update(state=ProjectState.DRAFT)
    for idle, cap in ((300, 3_600), (60, 600)):
        terms = terms_of(say(world, idle, cap))
        assert (terms.idle, terms.cap) == (idle * 1_000, cap * 1_000)


def test_once_work_has_started_the_numbers_only_grow(world: World):
    say(world, 180, 900)
    for idle, cap, field in ((179, 900, "idle_seconds"), (180, 899, "task_cap_seconds")):
        with pytest.raises(InvalidInputError, match="only grow") as refused:
            say(world, idle, cap)
        assert [problem.field for problem in refused.value.problems] == [field]
    say(world, 180, 900)


@pytest.mark.parametrize(("idle", "cap"), [(301, 600), (59, 600), (120, 599), (120, 86_401), (-1, -60)])
def test_what_is_out_of_range_is_refused(world: World, idle, cap):
    with pytest.raises(InvalidInputError):
        say(world, idle, cap)
    held = Project.objects.of(world.project).get()
    assert (held.idle_seconds, held.task_cap_seconds) == (120, 600)


@pytest.mark.parametrize(
    ("name", "error"), [("rita", NotAllowedError), ("rowan", NotAllowedError), ("otto", NotFoundError)]
)
def test_only_those_who_run_the_project_say_it(world: World, name, error):
    with pytest.raises(error):
        say(world, 180, 900, by=getattr(world, name))


def test_the_suggested_cap_rests_on_tests_calibrations_and_rounds_alone(world: World):
    access = open_project(world.lena, "audit")
    long = audit_answer(viewing={"active_ms": 420_000})
    evaluate(world, world.rita, long)
    opened_round(world)
    evaluate(world, world.rita, long)  # what was in hand when the round was opened
    assert suggested_cap(access) == 600
    evaluate(world, world.rita, long)
    assert Evaluation.objects.of(world.project).filter(active_ms=420_000).count() == 3
    assert suggested_cap(access) == 840
