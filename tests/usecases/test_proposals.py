"""Answers that technical checks propose: offered with the item, and counted against what raters made of them."""

import pytest

from rubrica.records.models import Image
from rubrica.usecases import assignments
from rubrica.usecases.access import open_project
from rubrica.usecases.reports import project_report
from tests.cast import World, build_world, evaluate

RULES = ("background", "fill", "complete", "clean", "focus", "exposure", "colour", "product", "extras", "size")
ALL_PASS = dict.fromkeys(RULES, "pass")
WHOLE = {"image": "a", "shape": "whole", "code": "PHOTO.background", "severity": 1}


@pytest.fixture
def photos(db) -> World:
    """Three photos of 640 by 480 pixels, on white."""
    world = build_world(template="product-photo-qa", items=3)
    Image.objects.of(world.project).update(facts={"white_border": 0.995, "subject_extent": 0.2})
    return world


def answering(**changes):
    answers = ALL_PASS | {"size": "reject", "instruction": "Take it again with more pixels."} | changes
    return {"answers": answers, "marks": [WHOLE], "explanation": "", "cannot_judge": None}


def offered(world: World):
    work = assignments.take_assignments(world.rita, world.project.slug, hold=2, now=world.now)
    return [[(each.criterion, each.answer) for each in offer.proposals] for offer in work.assignments]


def test_an_item_comes_with_what_its_checks_propose_and_why(photos: World):
    assert offered(photos) == [[("background", "pass"), ("size", "reject")]] * 2
    proposal = assignments.take_assignments(photos.rita, "audit", hold=1, now=photos.now).assignments[0].proposals[0]
    assert proposal.because == "white along the edges 99.5 %"


def test_of_an_image_that_was_never_measured_only_the_size_is_proposed(photos: World):
    Image.objects.of(photos.project).update(facts={})
    assert offered(photos) == [[("size", "reject")]] * 2


def test_where_no_check_stands_in_the_rubric_no_measure_is_read(world: World, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as counted:
        assert offered(world) == [[], []]
    assert not any("facts" in query["sql"] for query in counted.captured_queries)


def test_the_report_says_how_often_a_proposal_was_kept_and_how_often_overridden(photos: World):
    evaluate(photos, photos.rita, answering())
    evaluate(photos, photos.rita, answering(background="fix"))
    evaluate(photos, photos.rita, answering(background="fix"))

    report = project_report(open_project(photos.lena, "audit"))
    checked = {row.id: row.checked for row in report.criteria if row.checked is not None}
    assert {name: (found.n, found.kept) for name, found in checked.items()} == {
        "background": (3, 1),
        "fill": (0, 0),
        "size": (3, 3),
    }
    rate = checked["background"].override_rate
    assert rate is not None
    assert (rate.value, rate.ci_low < rate.value < rate.ci_high) == (pytest.approx(2 / 3), True)
    assert checked["fill"].override_rate is None


def test_before_anybody_has_answered_nothing_was_overridden(photos: World):
    report = project_report(open_project(photos.lena, "audit"))
    assert [row.checked.n for row in report.criteria if row.checked is not None] == [0, 0, 0]
