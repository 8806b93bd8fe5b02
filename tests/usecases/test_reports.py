"""Reports: what the stored evaluations say is what measuring the same numbers says, or why it cannot be said."""

import json
from dataclasses import replace

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rubrica.domain.roles import Role
from rubrica.domain.rubric import parse_rubric
from rubrica.measure.agreement.alpha import krippendorff_alpha, percent_agreement
from rubrica.measure.opinion.mean import rater_bias
from rubrica.measure.preference.choices import side_bias, win_rates
from rubrica.records.models import GuidelineDraft, Item
from rubrica.usecases import assignments, evaluations, guidelines, organisations
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import NotAllowedError, NotFoundError
from rubrica.usecases.reports import project_report
from tests.cast import NOON, World, audit_answer, build_world, judge_all

pytestmark = pytest.mark.django_db

ITEMS = 24
BOX = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
DEFECT = {"slot": 0, "kind": "swirl", "code": "ANAT.malformed", "box": BOX, "severity": 2}
MARK = {
    "image": "a",
    "shape": "box",
    "geometry": BOX,
    "code": "ANAT.malformed",
    "part": "hand",
    "severity": 2,
    "note": "",
}
ELSEWHERE = {**MARK, "geometry": {"x": 0.7, "y": 0.7, "width": 0.1, "height": 0.1}, "code": "TECH.blur", "part": None}


def report(world, account=None, **options):
    return project_report(open_project(account or world.omar, world.project.slug), **options)


def criterion(found, name):
    return next(each for each in found.criteria if each.id == name)


def scores(seed, ids):
    """Scores that two raters share in part."""
    generator = np.random.default_rng(seed)
    true = np.random.default_rng(0).integers(1, 6, len(ids))
    noise = generator.integers(-1, 2, len(ids))
    return {item: int(score) for item, score in zip(ids, np.clip(true + noise, 1, 5), strict=True)}


@pytest.fixture
def rated(db):
    """Twenty-four items, each scored by Rita and by Remy."""
    world = build_world(items=ITEMS)
    remy = world.rater("remy")
    ids = [item.pk for item in world.items]
    world.given = {rater.pk: scores(seed, ids) for seed, rater in enumerate((world.rita, remy), start=1)}
    world.remy = remy
    for rater in (world.rita, remy):
        judge_all(world, rater, lambda item, _, rater=rater: scored(world.given[rater.pk][item]))
    return world


def scored(score, **changes):
    needs_mark = score <= 3
    answer = audit_answer(score, **changes)
    if needs_mark and not answer["marks"]:
        answer["marks"] = [MARK]
    if score <= 2:
        answer["explanation"] = "The hand [[1]] is wrong."
    return answer


def columns(world):
    rows = [(item, rater, score) for rater, given in world.given.items() for item, score in given.items()]
    units, raters, values = (np.array(column) for column in zip(*rows, strict=True))
    return units, raters, values.astype(float)


def test_agreement_is_what_measuring_the_same_numbers_gives(rated: World):
    units, _, values = columns(rated)
    expected = krippendorff_alpha(units, values)
    found = criterion(report(rated), "overall")

    assert found.alpha.value == pytest.approx(expected.alpha)
    assert (found.alpha.ci_low, found.alpha.ci_high) == pytest.approx((expected.ci_low, expected.ci_high))
    assert (found.alpha.n_units, found.alpha.n_ratings) == (ITEMS, 2 * ITEMS)
    assert found.exact.share == pytest.approx(percent_agreement(units, values).agreement)
    assert found.within_one.share == pytest.approx(percent_agreement(units, values, within=1).agreement)
    assert found.within_one.n_pairs == ITEMS


def test_the_distribution_counts_every_level_also_those_that_nobody_chose(rated: World):
    _, _, values = columns(rated)
    found = criterion(report(rated), "overall")

    assert [(answer.value, answer.count) for answer in found.distribution] == [
        (str(level), int(np.count_nonzero(values == level))) for level in (5, 4, 3, 2, 1)
    ]
    assert sum(answer.share for answer in found.distribution) == pytest.approx(1)


def test_the_mean_is_that_of_the_items_with_an_interval_over_items(rated: World):
    units, _, values = columns(rated)
    means = [values[units == unit].mean() for unit in np.unique(units)]
    found = criterion(report(rated), "overall").mean

    assert found.value == pytest.approx(np.mean(means))
    assert found.ci_low < found.value < found.ci_high


def test_each_raters_bias_is_what_measuring_gives_with_an_interval(rated: World):
    units, raters, values = columns(rated)
    expected = rater_bias(units, raters, values)
    found = {
        rater.name: next(bias for bias in rater.bias if bias.criterion == "overall") for rater in report(rated).raters
    }

    for position, account in enumerate(expected.raters.tolist()):
        name = "Rita" if account == rated.rita.pk else "Remy"
        assert found[name].bias.value == pytest.approx(expected.bias[position])
        assert found[name].bias.ci_low == pytest.approx(expected.ci_low[position])
        assert found[name].n == ITEMS


def test_twenty_doubled_items_earn_a_verdict(rated: World):
    found = criterion(report(rated), "overall")

    assert (found.doubled_items, found.verdict.code) == (ITEMS, "healthy")


def test_below_twenty_doubled_items_the_verdict_is_refused_in_words(db):
    world = build_world(items=19)
    for rater in (world.rita, world.rater("remy")):
        judge_all(world, rater, lambda *_: audit_answer())
    found = criterion(report(world), "overall")

    assert (found.doubled_items, found.verdict.code) == (19, "too_few_items")
    assert "19 items have been rated by two or more people" in found.verdict.sentence


def test_without_variation_there_is_no_alpha_and_a_sentence_says_why(db):
    world = build_world(items=ITEMS)
    for rater in (world.rita, world.rater("remy")):
        judge_all(world, rater, lambda *_: audit_answer())
    found = criterion(report(world), "overall")

    assert (found.alpha, found.verdict.code) == (None, "no_variation")
    assert found.alpha_refusal


def test_a_project_without_evaluations_has_a_report_all_the_same(world: World):
    found = report(world)

    assert (found.counts.items, found.counts.evaluations, found.raters) == (3, 0, ())
    assert all(each.n == 0 and each.alpha_refusal for each in found.criteria)
    json.dumps(found.as_json(), allow_nan=False)


def test_a_project_without_a_version_has_none(world: World):
    with pytest.raises(NotFoundError, match="No version"):
        project_report(open_project(world.otto, world.others_project.slug))


# --- what counts ---


def test_a_superseded_evaluation_is_not_counted_and_its_correction_is(db):
    world = build_world(items=1, overlap=2)
    judge_all(world, world.rita, lambda *_: audit_answer(5))
    (own,) = evaluations.own_evaluations(world.rita, world.project.slug, limit=1)
    evaluations.revise_evaluation(
        world.rita,
        own.evaluation.public_id,
        payload=audit_answer(4),
        reason="looked again",
        key="another-key",
        now=world.now,
    )
    found = report(world)

    assert (found.counts.evaluations, found.counts.superseded) == (1, 1)
    given = {answer.value: answer.count for answer in criterion(found, "overall").distribution}
    assert given == {"5": 0, "4": 1, "3": 0, "2": 0, "1": 0}


def test_versions_are_reported_one_at_a_time_and_the_others_counted(db):
    world = build_world(items=2, overlap=2)
    judge_all(world, world.rita, lambda *_: audit_answer(5))
    draft = GuidelineDraft.objects.of(world.project).get()
    guidelines.replace_draft(
        world.lena, world.project.slug, markdown=draft.markdown + "\nMore.\n", rubric=draft.rubric, now=NOON
    )
    guidelines.publish_guideline(world.lena, world.project.slug, now=NOON)
    judge_all(world, world.rater("remy"), lambda *_: audit_answer(4))

    second, first = report(world), report(world, version=1)
    assert [(found.guideline.number, found.guideline.is_in_force) for found in (first, second)] == [
        (1, False),
        (2, True),
    ]
    assert [found.counts.evaluations for found in (first, second)] == [2, 2]
    assert [found.counts.evaluations_of_other_versions for found in (first, second)] == [2, 2]
    assert [found.counts.doubled_items for found in (first, second)] == [0, 0]


def test_an_item_that_cannot_be_judged_is_counted_and_carries_no_rating(db):
    world = build_world(items=1)
    refusal = {"answers": {}, "cannot_judge": {"reason": "did_not_load", "note": ""}}
    judge_all(world, world.rita, lambda *_: refusal)
    found = report(world)

    assert (found.counts.evaluations, found.counts.cannot_judge, found.counts.doubled_items) == (1, 1, 0)
    assert (found.raters[0].n, found.raters[0].cannot_judge) == (1, 1)
    assert criterion(found, "overall").n == 0


def test_skipped_assignments_are_counted(world: World):
    work = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now)
    held = work.assignments[0].held
    assignments.skip_assignment(world.rita, held.public_id, reason="too_hard", note="", hold=0, now=world.now)

    assert report(world).counts.skipped == 1


def test_the_median_time_is_of_those_whose_client_told(db):
    world = build_world(items=3)
    times = iter((10_000, None, 30_000))
    judge_all(world, world.rita, lambda *_: audit_answer(viewing={"active_ms": next(times)}))

    assert report(world).raters[0].median_active_seconds == 20.0


# --- who may see what ---


def test_an_admin_sees_names_and_leads_and_reviewers_the_same_people_by_pseudonym(rated: World):
    to_admin, to_lead, to_reviewer = report(rated), report(rated, rated.lena), report(rated, rated.rowan)

    assert {rater.name for rater in to_admin.raters} == {"Rita", "Remy"}
    assert {rater.name for rater in to_reviewer.raters} == {rater.pseudonym for rater in to_admin.raters}
    assert to_lead.raters == to_reviewer.raters
    text = json.dumps(to_reviewer.as_json())
    assert not any(word in text for word in ("Rita", "Remy", "example.org"))


def test_a_specialist_sees_no_results(rated: World):
    with pytest.raises(NotAllowedError):
        report(rated, rated.rita)


def test_a_report_is_plain_json_with_finite_numbers(rated: World):
    found = json.loads(json.dumps(report(rated).as_json(), allow_nan=False))

    assert found["format"] == "rubrica/report/1"
    assert found["criteria"][0]["verdict"]["sentence"]


# --- marks ---


def marked(db_items):
    """A world whose first item has a planted defect, and two raters: one finds it, one points elsewhere."""
    world = build_world(items=db_items)
    Item.objects.of(world.project).filter(pk=world.items[0].pk).update(known_defects=[DEFECT])
    for rater, mark in ((world.rita, MARK), (world.rater("remy"), ELSEWHERE)):
        judge_all(world, rater, lambda *_, mark=mark: audit_answer(4, marks=[mark]))
    return world


def test_marks_are_counted_by_code_and_severity(db):
    found = report(marked(2)).marks

    assert found.n == 4
    assert [(code.code, code.count, code.severities) for code in found.codes] == [
        ("ANAT.malformed", 2, ((2, 2),)),
        ("TECH.blur", 2, ((2, 2),)),
    ]


def test_the_heatmap_is_the_mean_over_evaluations(db):
    (heat,) = report(marked(2)).marks.heatmaps
    grid = np.array(heat.values).reshape(heat.rows, heat.columns)

    assert (heat.slot, heat.n_evaluations, heat.columns) == (0, 4, 24)
    assert heat.rows == 18
    assert grid.max() == 0.5
    assert grid[0, 0] == 0


def test_what_is_painted_is_in_the_heatmap_as_wide_as_the_brush(db):
    world = build_world(items=1)
    across = {"width": 0.075, "height": 0.1, "strokes": [[[0.1, 0.5], [0.9, 0.5]], [[0.5, 0.05]]]}
    mark = {**MARK, "shape": "brush", "geometry": across}
    judge_all(world, world.rita, lambda *_: audit_answer(4, marks=[mark]))
    (heat,) = report(world).marks.heatmaps
    grid = np.array(heat.values).reshape(heat.rows, heat.columns)

    assert np.flatnonzero(grid.any(axis=1)).tolist() == [0, 1, 8, 9]
    assert grid[8].tolist() == [0, 0, *[1] * 20, 0, 0]


def test_recall_and_precision_are_against_the_planted_defects(db):
    found = report(marked(2))

    assert (found.marks.known_defects.n_items, found.marks.known_defects.n_defects) == (1, 1)
    assert found.marks.known_defects.recall.value == 0.5
    assert found.marks.known_defects.precision.value == 0.5
    assert found.marks.known_defects.same_code.value == 1.0
    assert found.marks.known_defects.by_kind == (("swirl", 2, 1),)
    assert {rater.name: (rater.recall.value, rater.precision.value) for rater in found.raters} == {
        "Rita": (1.0, 1.0),
        "Remy": (0.0, 0.0),
    }


def test_a_defect_of_the_whole_image_cannot_be_pointed_at(db):
    world = marked(1)
    whole = {**DEFECT, "box": {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}}
    Item.objects.of(world.project).update(known_defects=[whole])

    assert report(world).marks.known_defects is None


# --- pairs ---


@pytest.fixture
def compared(db):
    """Twenty-four pairs: Rita always prefers slot 0, Remy always what stands left."""
    world = build_world(template="side-by-side", items=ITEMS)
    remy = world.rater("remy")
    judge_all(world, world.rita, lambda _, shown: preferred("a" if shown == [0, 1] else "b"))
    judge_all(world, remy, lambda *_: preferred("a"))
    return world


def preferred(side):
    return {"answers": {"overall": f"{side}_slightly"}, "marks": [], "explanation": "", "cannot_judge": None}


def stored_scores(world):
    rows = evaluations.Evaluation.objects.of(world.project).order_by("pk").values_list("answer", "presentation")
    shown = np.array([1.0 if answer["answers"]["overall"].startswith("a_") else -1.0 for answer, _ in rows])
    is_mirrored = np.array([presentation == [1, 0] for _, presentation in rows])
    return shown, np.where(is_mirrored, -shown, shown)


def test_win_rates_are_by_source_model_whatever_side_it_stood_on(compared: World):
    _, by_slot = stored_scores(compared)
    zeros = np.zeros(len(by_slot), dtype=np.int64)
    expected = win_rates(zeros, zeros + 1, by_slot)
    (pairs,) = report(compared).pairs
    found = {rate.model: rate for rate in pairs.win_rates}

    assert found["secret-model-0"].rate.value == pytest.approx(expected.win_rate[0])
    assert found["secret-model-0"].wins == expected.wins[0] == found["secret-model-1"].losses
    assert (pairs.n, pairs.ties, pairs.unscored) == (2 * ITEMS, 0, 0)


def test_side_bias_is_about_what_was_shown_first(compared: World):
    shown, _ = stored_scores(compared)
    (pairs,) = report(compared).pairs

    assert pairs.first_shown_rate.value == pytest.approx(side_bias(shown).left_share)
    assert pairs.first_shown_rate.value > 0.6


def test_the_verdict_on_a_preference_is_about_the_same_side(compared: World):
    found = criterion(report(compared), "overall")

    assert found.same_side.n_items == ITEMS
    assert found.verdict.sentence.startswith("Pair agreement is")


def test_ties_leave_too_few_preferences_for_a_verdict(db):
    world = build_world(template="side-by-side", items=ITEMS)
    decided = {item.pk for item in world.items[:3]}
    tie = {"answers": {"overall": "tie_good"}}
    for rater in (world.rita, world.rater("remy")):
        judge_all(world, rater, lambda item, _: preferred("a") if item in decided else tie)
    found = criterion(report(world), "overall").verdict

    assert found.code == "too_few_items"
    assert found.sentence.startswith("No verdict yet: on 3 items two or more people preferred a side")


def test_models_stay_hidden_from_a_reviewer(compared: World):
    found = report(compared, compared.rowan)

    assert (found.pairs[0].win_rates, "hidden" in found.pairs[0].win_rates_refusal) == ((), True)
    assert "secret-model" not in json.dumps(found.as_json())


def test_not_sure_is_counted_and_kept_out_of_scores(db):
    world = build_world(template="side-by-side", items=2)
    judge_all(world, world.rita, lambda *_: {"answers": {"overall": "not_sure"}})
    found = report(world)

    assert (found.pairs[0].n, found.pairs[0].unscored) == (0, 2)
    given = {answer.value: answer.count for answer in criterion(found, "overall").distribution}
    assert given["not_sure"] == 2
    assert found.pairs[0].first_shown_rate is None
    assert found.pairs[0].side_bias_refusal


def test_pairs_without_models_say_that_there_is_nothing_to_compare(compared: World):
    from rubrica.records.models import ItemImage  # noqa: PLC0415  (only here)

    ItemImage.objects.of(compared.project).update(source_model="")
    (pairs,) = report(compared).pairs

    assert (pairs.win_rates, pairs.win_rates_refusal) == (
        (),
        "No pair names two different models, so there are none to compare.",
    )


# --- ticks and choices ---


def test_each_tick_is_a_question_of_its_own(db):
    world = build_world(template="technical-quality", items=ITEMS)
    noisy = {item.pk for item in world.items[: ITEMS // 2]}
    for rater in (world.rita, world.rater("remy")):
        judge_all(
            world,
            rater,
            lambda item, _: {"answers": {"quality": 3, "faults": ["noise_major"] if item in noisy else []}},
        )
    found = criterion(report(world), "faults")
    options = {option.code: option for option in found.options}

    assert (found.n, found.alpha, found.verdict) == (2 * ITEMS, None, None)
    assert (options["noise_major"].count, options["noise_major"].share) == (ITEMS, 0.5)
    assert options["noise_major"].alpha.value == 1.0
    assert (options["noise_minor"].count, options["noise_minor"].alpha) == (0, None)
    assert options["noise_minor"].alpha_refusal


def test_a_choice_without_scores_is_measured_as_categories(db):
    world = build_world(items=ITEMS)
    draft = GuidelineDraft.objects.of(world.project).get()
    rubric = parse_rubric(draft.rubric)
    subject = {
        "id": "subject",
        "name": "Subject",
        "question": "What is it?",
        "type": "choice",
        "options": [{"code": "cat", "label": "Cat"}, {"code": "dog", "label": "Dog"}],
    }
    data = {**replace(rubric, criteria=rubric.criteria).as_json()}
    data["criteria"] = [*data["criteria"], subject]
    guidelines.replace_draft(world.lena, world.project.slug, markdown=draft.markdown, rubric=data, now=NOON)
    guidelines.publish_guideline(world.lena, world.project.slug, now=NOON)
    cats = {item.pk for item in world.items[: ITEMS // 2]}

    def answered(item, _):
        answer = audit_answer()
        answer["answers"]["subject"] = "cat" if item in cats else "dog"
        return answer

    for rater in (world.rita, world.rater("remy")):
        judge_all(world, rater, answered)
    found = criterion(report(world), "subject")

    assert (found.alpha.level, found.alpha.value, found.within_one, found.mean) == ("nominal", 1.0, None, None)


# --- cost ---


@pytest.mark.parametrize("items", [1, 3])
def test_a_report_asks_the_database_as_often_for_one_item_as_for_three(items, db):
    world = build_world(items=items)
    for rater in (world.rita, world.rater("remy")):
        judge_all(world, rater, lambda *_: audit_answer())
    organisations.add_project_member(world.project, world.lena, Role.LEAD, now=NOON)
    access = open_project(world.lena, world.project.slug)
    project_report(access)  # the rubric is kept in memory from now on
    with CaptureQueriesContext(connection) as queries:
        project_report(access)

    assert len(queries) == 14
