"""The notebook of applications elsewhere: private, with a way of its own and what an hour brought in."""

import pytest

from rubrica.domain.money import Money
from rubrica.domain.tracked_application import PlatformIncome, TrackedEvent
from rubrica.records.models import TrackedApplication
from rubrica.usecases import tracked_applications as notebook
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.tracked_applications import Tracked
from tests.cast import NOON, World

pytestmark = pytest.mark.django_db

MAPLE = Tracked("Maple", "Rater of images", "https://maple.example/jobs/1", "Asked in March", 45, 60, "21.00", "USD")


def test_what_is_noted_comes_back_with_what_an_hour_brought_in(world: World):
    row = notebook.track(world.rita, MAPLE, now=NOON)
    notebook.track(world.rita, Tracked("Maple", "Another", unpaid_minutes=21), now=NOON)
    own = notebook.notebook_of(world.rita)

    assert [each.title for each in own.rows] == ["Another", "Rater of images"]
    assert notebook.income_of(row) == Money(2_100, "USD")
    assert own.income == (PlatformIncome("Maple", 66, 60, Money(2_100, "USD"), Money(1_000, "USD")),)


def test_nobody_else_sees_or_changes_it(world: World):
    row = notebook.track(world.rita, MAPLE, now=NOON)

    assert notebook.notebook_of(world.lena).rows == ()
    for act in (
        lambda: notebook.change_tracked(world.lena, row.public_id, MAPLE, now=NOON),
        lambda: notebook.step_tracked(world.lena, row.public_id, "apply", now=NOON),
        lambda: notebook.untrack(world.lena, row.public_id),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_it_goes_its_way_and_no_other(world: World):
    row = notebook.track(world.rita, MAPLE, now=NOON)

    assert notebook.events_of(row) == (TrackedEvent.APPLY, TrackedEvent.LEAVE)
    with pytest.raises(ConflictError, match="It is saved"):
        notebook.step_tracked(world.rita, row.public_id, "accept", now=NOON)
    with pytest.raises(ConflictError):
        notebook.step_tracked(world.rita, row.public_id, "fly", now=NOON)
    for event in ("apply", "test", "accept", "work", "leave"):
        row = notebook.step_tracked(world.rita, row.public_id, event, now=NOON)
    assert (row.state, notebook.events_of(row)) == ("left", ())


def test_it_is_changed_and_removed(world: World):
    row = notebook.track(world.rita, MAPLE, now=NOON)
    changed = notebook.change_tracked(world.rita, row.public_id, Tracked("Birch", "Rater"), now=NOON)

    assert (changed.platform, changed.income_minor, changed.currency, changed.state) == ("Birch", None, "", "saved")
    notebook.untrack(world.rita, row.public_id)
    assert not TrackedApplication.objects.of_account(world.rita).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"platform": " "}, "platform"),
        ({"title": "x" * 121}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"unpaid_minutes": -1}, "unpaid_minutes"),
        ({"paid_minutes": 10**7}, "paid_minutes"),
        ({"income": "1,250"}, "income"),
        ({"currency": "usd"}, "currency"),
    ],
)
def test_what_cannot_be_noted_is_named(world: World, change, field):
    values = {name: getattr(MAPLE, name) for name in Tracked.__dataclass_fields__}
    with pytest.raises(InvalidInputError) as refusal:
        notebook.track(world.rita, Tracked(**{**values, **change}), now=NOON)

    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_notebook_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notebook, "MOST_TRACKED", 1)
    notebook.track(world.rita, MAPLE, now=NOON)
    with pytest.raises(ConflictError, match="holds 1 applications"):
        notebook.track(world.rita, MAPLE, now=NOON)
