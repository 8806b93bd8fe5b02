"""Adaptive overlap: items on which raters differ get further raters, up to a number, and nothing else changes."""

import pytest

from rubrica.records.models import Item, Project
from rubrica.usecases import projects
from rubrica.usecases.access import open_project
from rubrica.usecases.assignments import skip_assignment, take_assignments
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.instance.invariants import invariants
from rubrica.usecases.projects import progress_of
from tests.cast import World, audit_answer, build_world, judge_all

pytestmark = pytest.mark.django_db

GOOD, POOR = 0, 1
"""The slot of the image that is preferred."""


def preferring(slot: int, shown: list[int]) -> dict[str, object]:
    side = "a" if shown[0] == slot else "b"
    return {"answers": {"overall": f"{side}_slightly"}, "marks": [], "explanation": "", "cannot_judge": None}


@pytest.fixture
def world(db) -> World:
    world = build_world(template="side-by-side", items=2, overlap=2)
    projects.change_settings(world.lena, "audit", most_overlap=4, now=world.now)
    world.project = Project.objects.of(world.project).get()
    return world


def counts(world: World) -> list[tuple[int, int, int]]:
    rows = Item.objects.of(world.project).order_by("pk")
    return [(row.evaluation_count, row.extra_places, row.places_left) for row in rows]


def judge(world: World, name: str, on_first, on_second=GOOD) -> None:
    rater = world.rita if name == "rita" else world.rater(name)
    by_item = dict(zip((item.pk for item in world.items), (on_first, on_second), strict=True))
    judge_all(world, rater, lambda item, shown: preferring(by_item[item], shown))


def is_sound() -> bool:
    return all(finding.level == "ok" for finding in invariants())


def test_an_item_on_which_two_differ_goes_to_a_third_and_the_other_is_done(world: World):
    judge(world, "rita", GOOD)
    judge(world, "remy", POOR)
    assert counts(world) == [(2, 1, 1), (2, 0, 0)]
    assert progress_of(open_project(world.lena, "audit")).completed_items == 1
    judge(world, "rosa", GOOD)
    assert counts(world)[0] == (3, 2, 1)  # two of three are not three of four
    judge(world, "ruth", GOOD)
    assert counts(world)[0] == (4, 2, 0)
    assert progress_of(open_project(world.lena, "audit")).completed_items == 2
    assert is_sound()


def test_it_ends_at_the_most_however_raters_differ(world: World):
    for name, payload in (("rita", GOOD), ("remy", POOR), ("rosa", GOOD), ("ruth", POOR)):
        judge(world, name, payload)
    assert counts(world)[0] == (4, 2, 0)
    assert take_assignments(world.rater("ravi"), "audit", hold=1, now=world.now).reason == "queue_empty"
    assert is_sound()


def test_where_it_is_off_nothing_is_added():
    world = build_world(template="side-by-side", items=2, overlap=2)
    judge(world, "rita", GOOD)
    judge(world, "remy", POOR)
    assert counts(world) == [(2, 0, 0), (2, 0, 0)]


def test_a_further_place_that_is_passed_on_is_not_lost(world: World):
    judge(world, "rita", GOOD)
    judge(world, "remy", POOR)
    rosa = world.rater("rosa")
    held = take_assignments(rosa, "audit", hold=1, now=world.now).assignments[0].held
    skip_assignment(rosa, held.public_id, reason="too_hard", note="", hold=0, now=world.now)
    assert counts(world)[0] == (2, 1, 1)
    ruth = world.rater("ruth")
    assert take_assignments(ruth, "audit", hold=1, now=world.now).assignments[0].held.item_id == world.items[0].pk
    assert is_sound()


def test_a_raised_overlap_and_another_pass_keep_count(world: World):
    judge(world, "rita", GOOD)
    judge(world, "remy", POOR)
    projects.change_settings(world.lena, "audit", overlap=3, now=world.now)
    assert counts(world) == [(2, 1, 2), (2, 0, 1)]
    assert is_sound()


def test_a_number_out_of_range_is_refused(world: World):
    with pytest.raises(InvalidInputError):
        projects.change_settings(world.lena, "audit", most_overlap=51, now=world.now)


def test_scales_are_left_alone():
    world = build_world(items=1, overlap=2)
    projects.change_settings(world.lena, "audit", most_overlap=4, now=world.now)
    for rater, score in ((world.rita, 5), (world.rater("remy"), 4)):
        judge_all(world, rater, lambda _item, _shown, score=score: audit_answer(score))
    assert counts(world) == [(2, 0, 0)]
