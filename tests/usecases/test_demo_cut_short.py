"""The demo again: a build that ends in the middle. In a file of its own, because it needs an empty database."""

import pytest

from rubrica.records.models import EdgeCase, Evaluation, Review
from rubrica.usecases.demo import DemoSize, build_demo, is_demo_built
from tests.cast import NOON

pytestmark = pytest.mark.django_db

SMALL = DemoSize(completed=4, open=2)


@pytest.mark.parametrize(
    "where",
    ["questions asked, version 2 published", "Image audit: 4 items imported", "reviews held", "Side by side: 4 items"],
)
def test_a_build_that_was_cut_short_goes_on(db, where):
    def cut(text):
        if where in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_demo(now=NOON, size=SMALL, say=cut)
    assert not is_demo_built(SMALL)
    build_demo(now=NOON, size=SMALL)

    assert is_demo_built(SMALL)
    audit, *others = build_demo(now=NOON, size=SMALL).projects
    for project in others:
        assert Evaluation.objects.of(project).count() == 4 * project.overlap
    counted = Evaluation.objects.of(audit).filter(is_repeat=False).values_list("guideline__number", flat=True)
    assert sorted(counted) == [1] * SMALL.pilot * audit.overlap + [2] * 4 * audit.overlap
    assert EdgeCase.objects.of(audit).count() == len(set(EdgeCase.objects.of(audit).values_list("question"))) == 6
    assert len(set(Review.objects.of(audit).values_list("evaluation"))) == Review.objects.of(audit).count()
