"""The demo again: a build that ends in the middle. In a file of its own, because it needs an empty database."""

import pytest

from rubrica.records.models import Evaluation
from rubrica.usecases.demo import DemoSize, build_demo, is_demo_built
from tests.cast import NOON

pytestmark = pytest.mark.django_db

SMALL = DemoSize(completed=4, open=2)


def test_a_build_that_was_cut_short_goes_on(db):
    told = []

    def cut(text):
        told.append(text)
        if "Side by side: 4 items imported" in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_demo(now=NOON, size=SMALL, say=cut)
    assert not is_demo_built(SMALL)
    build_demo(now=NOON, size=SMALL)

    assert is_demo_built(SMALL)
    for project in build_demo(now=NOON, size=SMALL).projects:
        assert Evaluation.objects.of(project).count() == 4 * project.overlap
