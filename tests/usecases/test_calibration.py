"""Calibration: planted habits are found within their intervals, and raters without any stay silent."""

import numpy as np
import pytest

from rubrica.records.models import GuidelineDraft
from rubrica.usecases import guidelines
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import NotAllowedError, NotFoundError
from rubrica.usecases.reports import own_calibration, team_calibration
from rubrica.usecases.reports.habits import Answers, biases, changes, spreads
from tests.cast import World, audit_answer, build_world, judge_all

PROJECTS = 200
RATERS, EACH, ITEMS = 9, 3, 300
TESTS = 12
"""Habits looked at in each rater: as many as four scales have."""
LENIENT, NARROW, DRIFTING = 0, 1, 2
BIAS, SPREAD, SHIFT = 0.8, 0.5, 1.0


def simulated(seed: int, *, planted: bool) -> Answers:
    """Return whole-numbered scores of a project; with planted habits in three of its nine raters."""
    random = np.random.default_rng(seed)
    units = np.repeat(np.arange(ITEMS), EACH)
    raters = np.concatenate([random.permutation(RATERS)[:EACH] for _ in range(ITEMS)])
    bias, spread, shift = np.zeros(RATERS), np.ones(RATERS), np.zeros(RATERS)
    if planted:
        bias[LENIENT], spread[NARROW], shift[DRIFTING] = BIAS, SPREAD, SHIFT
    seen = random.normal(0, 0.8, ITEMS)[units] + random.normal(0, 0.5, len(units))
    scores = 3 + seen * spread[raters] + bias[raters] + shift[raters] * (units >= ITEMS // 2)
    return Answers(units, raters, np.rint(scores), np.arange(len(units)))


def true_ratio() -> float:
    """Return how much narrower the narrow rater is: rounding to whole points adds a variance of 1/12 to everybody."""
    variance = 0.8**2 + 0.5**2
    return float(np.sqrt((SPREAD**2 * variance + 1 / 12) / (variance + 1 / 12)))


@pytest.mark.parametrize("planted", [False, True])
def test_raters_without_habits_stay_silent_over_200_simulated_projects(planted: bool):
    silent = range(DRIFTING + 1 if planted else 0, RATERS)
    false = 0
    for seed in range(PROJECTS):
        answers = simulated(seed, planted=planted)
        bias, spread = biases(answers, TESTS)[0], spreads(answers, TESTS)[0]
        change = changes(answers, np.arange(RATERS), TESTS)[0]
        false += sum(
            bias[rater].is_signal or spread[rater].is_signal or change[rater].habit.is_signal for rater in silent
        )
    rate = false / (PROJECTS * len(silent))
    print(f"false alarms per rater, {'with' if planted else 'without'} planted habits in others: {rate:.4f}")  # noqa: T201  (a measured rate)
    # At most 0.05 is promised; the bound leaves three standard errors of the simulation.
    assert rate <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / (PROJECTS * len(silent)))


def test_planted_habits_are_found_within_their_intervals_over_200_simulated_projects():
    found, inside = np.zeros(3), np.zeros(3)
    for seed in range(PROJECTS):
        answers = simulated(seed, planted=True)
        change = changes(answers, np.arange(RATERS), TESTS)[0][DRIFTING]
        habits = (biases(answers, TESTS)[0][LENIENT], spreads(answers, TESTS)[0][NARROW], change.habit)
        for place, (habit, truth) in enumerate(zip(habits, (BIAS, true_ratio(), SHIFT), strict=True)):
            found[place] += habit.is_signal
            estimate = habit.estimate
            inside[place] += estimate is not None and estimate.ci_low <= truth <= estimate.ci_high
    print(f"found: level, spread, change {found / PROJECTS}; within the interval {inside / PROJECTS}")  # noqa: T201  (a measured rate)
    assert (found / PROJECTS >= 0.9).all()
    assert (inside / PROJECTS >= 0.9).all()


def test_habits_of_those_who_signal_are_measured_against_the_others_alone():
    answers = simulated(7, planted=True)
    spread = spreads(answers, TESTS)[0]
    without = spreads(answers.where(answers.raters != NARROW), TESTS)[0]
    assert spread[NARROW].is_signal
    assert spread[4] == without[4]


# --- from stored evaluations ---


@pytest.fixture
def world(db) -> World:
    """Sixty items, each judged by five people; Rita is a point more lenient on one scale."""
    world = build_world(items=60, overlap=5)
    random = np.random.default_rng(1)
    quality = dict(zip((item.pk for item in world.items), random.normal(3, 0.7, 60), strict=True))
    raters = [world.rita, *(world.rater(name) for name in ("remy", "rosa", "ruth", "ravi"))]
    for rater in raters:
        own = np.random.default_rng(rater.pk)

        def answer(item: int, _shown, rater=rater, own=own) -> dict[str, object]:
            level = quality[item] + own.normal(0, 0.5) + (1.0 if rater == world.rita else 0.0)
            payload = audit_answer(4)
            payload["answers"]["aesthetics"] = int(np.clip(np.rint(level), 1, 5))
            return payload

        judge_all(world, rater, answer)
    return world


def access(world: World, person):
    return open_project(person, world.project.slug)


def of(found, name: str):
    return next(rater for rater in found.raters if rater.name == name)


def criterion(rater, name: str = "aesthetics"):
    return next(row for row in rater.criteria if row.criterion == name)


def test_a_lenient_rater_stands_out_on_the_team_page_and_nobody_else_does(world: World):
    found = team_calibration(access(world, world.omar))
    assert [rater.name for rater in found.raters] == ["Ravi", "Remy", "Rita", "Rosa", "Ruth"]
    habit = criterion(of(found, "Rita")).bias
    assert habit.is_signal
    assert habit.estimate.ci_low <= 1.0 <= habit.estimate.ci_high + 0.25  # the scale ends at five
    assert [rater.name for rater in found.raters if rater.signals] == ["Rita"]


def test_one_sees_the_same_of_oneself_and_nobody_else(world: World):
    mine = own_calibration(access(world, world.rita))
    assert [rater.name for rater in mine.raters] == ["Rita"]
    assert mine.raters[0] == of(team_calibration(access(world, world.omar)), "Rita")
    with pytest.raises(NotAllowedError):
        team_calibration(access(world, world.rita))
    with pytest.raises(NotAllowedError):
        own_calibration(access(world, world.omar))


def test_reviewers_see_pseudonyms(world: World):
    names = {rater.name for rater in team_calibration(access(world, world.rowan)).raters}
    assert all(name.startswith("rater-") for name in names)


def test_scales_on_which_everybody_says_the_same_show_no_habit_and_say_why(world: World):
    row = criterion(of(team_calibration(access(world, world.omar)), "Rita"), "plausibility")
    assert not row.bias.is_signal
    assert row.spread.estimate is None
    assert row.spread.refusal
    assert row.drift.habit.refusal


def test_a_change_names_when_and_under_which_version_it_came(world: World):
    draft = GuidelineDraft.objects.of(world.project).get()
    guidelines.save_draft(
        world.lena,
        "audit",
        markdown=draft.markdown + "\nOne more line.\n",
        rubric=draft.rubric,
        revision=draft.revision,
        now=world.later(days=1),
    )
    guidelines.publish_guideline(
        world.lena, "audit", summary="A line", change_class="editorial", which="none", now=world.now
    )
    new = team_calibration(access(world, world.omar))
    assert new.guideline.number == 2
    assert new.raters == ()
    # The chart goes on over versions; habits of the version in force start anew.
    assert len(team_calibration(access(world, world.omar), version=1).raters) == 5
    with pytest.raises(NotFoundError):
        team_calibration(access(world, world.omar), version=3)


# --- kinds of fault ---

BLUR, HAND = "TECH.blur", "ANAT.malformed"


def with_marks(*codes: str) -> dict[str, object]:
    box = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
    marks = [
        {
            "image": "a",
            "shape": "box",
            "geometry": box,
            "code": code,
            "severity": 2,
            "note": "",
            "part": "hand" if code.startswith("ANAT") else None,
        }
        for code in codes
    ]
    return audit_answer(4, marks=marks)


def marked(overlap: int, **by_name: tuple[str, ...]) -> World:
    """Return a world with two items, on which each of these people marked the same kinds."""
    world = build_world(items=2, overlap=overlap)
    for name, codes in by_name.items():
        rater = world.rita if name == "rita" else world.rater(name)
        judge_all(world, rater, lambda _item, _shown, codes=codes: with_marks(*codes))
    return world


def kinds(world: World, name: str = "Rita"):
    rater = of(team_calibration(access(world, world.omar)), name)
    return {row.code: row for row in rater.kinds}, rater.kinds_refusal


@pytest.mark.django_db
def test_what_most_others_marked_is_missed_and_what_none_of_them_did_is_seen_alone():
    world = marked(3, rita=(BLUR,), remy=(HAND,), rosa=(HAND,))
    rows, refusal = kinds(world)
    assert refusal == ""
    assert (rows[HAND].expected, rows[HAND].missed, rows[HAND].marked) == (2, 2, 0)
    assert (rows[BLUR].expected, rows[BLUR].marked, rows[BLUR].alone) == (0, 2, 2)
    assert [item.key for item in rows[HAND].missed_items] == ["item-2", "item-1"]
    assert rows[HAND].alone_items == ()
    others, _ = kinds(world, "Remy")
    # One of the two others marked it: most did not, and none is not true either.
    assert (others[HAND].expected, others[HAND].missed, others[HAND].alone) == (0, 0, 0)


@pytest.mark.django_db
def test_one_other_says_nothing_of_who_is_right():
    rows, refusal = kinds(marked(2, rita=(BLUR,), remy=(HAND,)))
    assert rows == {}
    assert "two others" in refusal


@pytest.mark.django_db
def test_items_that_others_are_still_to_judge_show_nothing_of_their_marks():
    rows, refusal = kinds(marked(4, rita=(BLUR,), remy=(HAND,), rosa=(HAND,)))
    assert rows == {}
    assert refusal
