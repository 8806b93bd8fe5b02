"""Engagements: access follows them at once, both sides may pause and leave, and silence takes nothing from anybody."""

import pytest

from rubrica.records.models import (
    Account,
    Notification,
    ProjectMembership,
)
from rubrica.usecases import (
    assignments,
    engagements,
)
from rubrica.usecases.errors import ConflictError, NotAllowedError
from tests.cast import World
from tests.usecases.applying import work
from tests.usecases.engaging import (
    answered,
    decided,
    engaged,
    events_of,
    fresh,
    in_hearing,
    newest_hash,
    offered_terms,
    restricted,
)

pytestmark = pytest.mark.django_db


def take(world: World) -> assignments.Work:
    return assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)


def membership(world: World) -> tuple[bool, bool]:
    row = ProjectMembership.objects.of(world.project).get(account=world.rita)
    return row.is_active, row.takes_work


def news_of(account: Account) -> str:
    return Notification.objects.of_account(account).order_by("-pk").values_list("text", flat=True)[0]


OPEN, CALM, SHUT = (True, True), (True, False), (False, False)


# --- offers ---


def test_a_member_is_offered_terms_and_nothing_changes_until_they_are_accepted(world: World):
    engagement = offered_terms(world)
    assert (engagement.state, engagement.owner, membership(world)) == ("offered", world.rita, OPEN)
    assert "offered terms in Audit" in news_of(world.rita)
    assert list(engagements.waiting_engagements(world.rita)) == [engagement]

    sha256 = newest_hash(world, engagement)
    engagements.accept_own_terms(world.rita, engagement.public_id, sha256=sha256, now=world.later(days=1))
    engagement = fresh(engagement)
    assert (engagement.state, engagement.started_at, engagement.owner, engagement.due_at) == (
        "active",
        world.now,
        None,
        None,
    )
    assert membership(world) == OPEN
    assert events_of(engagement) == ["offer", "accept"]


def test_an_offer_that_nobody_answers_lapses_and_the_member_stays(world: World):
    engagement = offered_terms(world)
    world.later(days=7)
    work(world)
    assert (fresh(engagement).state, membership(world)) == ("not_begun", OPEN)


def test_pause_and_resume(world: World):
    engagement = engaged(world)
    engagements.pause_own(world.rita, engagement.public_id, now=world.now)
    assert (membership(world), take(world).reason) == (CALM, "engagement_paused")
    with pytest.raises(ConflictError, match="Rita takes it back"):
        engagements.resume(world.lena, "audit", engagement.number, now=world.now)
    engagements.resume_own(world.rita, engagement.public_id, now=world.now)
    assert (membership(world), take(world).reason) == (OPEN, "offered")


def test_for_cause(world: World):
    engagement = engaged(world)
    restricted(world, engagement)
    assert membership(world) == SHUT
    in_hearing(world, engagement)
    assert membership(world) == SHUT
    answered(world, engagement)
    with pytest.raises(NotAllowedError):
        decided(world, engagement, world.lena, ends=True)
    decided(world, engagement, world.omar, ends=True)
    engagement = fresh(engagement)
    assert (engagement.state, engagement.opened_by, engagement.decided_by) == (
        "ended_for_cause",
        world.lena,
        world.omar,
    )
    assert membership(world) == SHUT
