"""Hours to take along: what was worked, by whom and where, no second lost between lines, and days cut at midnight."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from rubrica.domain.active_time import Page
from rubrica.domain.time_claim import ClaimEvent
from rubrica.records.models import Account
from rubrica.usecases.active_time import SentBeat, milliseconds, own_time, take_beats, worked_by_project
from rubrica.usecases.assignments import take_assignments
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.own_hours import own_hours
from rubrica.usecases.time_claims import claim_time, decide_claim
from tests.cast import World

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = NOON.date()


def work(
    account: Account, start: datetime, minutes: int, page: Page = Page.WORKBENCH, *, task: str = "", acts: bool = True
) -> None:
    """Let somebody work, doing something before each beat or only before the first."""
    beats = [
        SentBeat(number, number * 15_000, page, task, inputs=int(acts or not number))
        for number in range(minutes * 4 + 1)
    ]
    now = start + timedelta(minutes=minutes)
    take_beats(account, "audit", session=f"from-{start:%H-%M}", counter=minutes * 60_000, beats=beats, now=now)


def hours(account: Account, layout: str = "rubrica", *, first: date = DAY, last: date = DAY, later: int = 12) -> list:
    text = own_hours(account, layout=layout, first=first, last=last, now=NOON + timedelta(hours=later))
    return list(csv.DictReader(io.StringIO(text)))


def test_hours_say_when_for_whom_and_at_what(world: World):
    work(world.rita, NOON, 5)
    work(world.rita, NOON + timedelta(hours=1), 2, Page.REVIEW)
    rows = hours(world.rita)
    assert [(row["started_at"], row["ended_at"], row["task"]) for row in rows] == [
        ("2026-03-02T12:00:00Z", "2026-03-02T12:05:00Z", "Evaluation"),
        ("2026-03-02T13:00:00Z", "2026-03-02T13:02:00Z", "Review"),
    ]
    assert {(row["project"], row["organisation"]) for row in rows} == {
        (world.project.name, world.project.organisation.name)
    }
    assert {(row["person"], row["email"]) for row in rows} == {(world.rita.name, world.rita.email)}


def test_hours_hold_exactly_what_is_paid(world: World):
    """Credited time, time over a cap and approved claims; not idle time, and not a claim that still waits."""
    work(world.rita, NOON, 5)
    start = NOON + timedelta(hours=2)
    told = {"reason": "meeting", "note": "=The call", "now": NOON + timedelta(hours=4)}
    claim_time(world.rita, "audit", started_at=start, ended_at=start + timedelta(minutes=20), **told)
    assert sum(int(row["seconds"]) for row in hours(world.rita)) == 300
    decide_claim(world.lena, "audit", 1, ClaimEvent.APPROVE, reason="", now=NOON + timedelta(hours=5))
    rows = hours(world.rita)
    claimed = rows[1]
    assert (claimed["tag"], claimed["task"], claimed["description"]) == ("claimed", "A meeting", "'=The call")
    worked = worked_by_project(world.rita, now=NOON + timedelta(hours=12))
    assert sum(int(row["seconds"]) for row in rows) * 1_000 == worked[world.project.pk] == 1_500_000


def test_time_over_a_cap_is_told_apart_and_idle_time_is_not_told(world: World):
    held = take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0].held.public_id
    work(world.rita, NOON, 13, task=held)
    work(world.rita, NOON + timedelta(hours=1), 10, acts=False)
    total = own_time(world.rita, UTC, first=DAY, last=DAY, now=NOON + timedelta(hours=12)).total
    rows = hours(world.rita)
    assert [row["tag"] for row in rows] == ["", "over the cap", ""]
    assert int(rows[1]["seconds"]) * 1_000 == total.over_cap == 180_000
    assert total.idle > 0
    assert sum(int(row["seconds"]) for row in rows) * 1_000 == total.credited + total.over_cap


def test_a_stretch_over_midnight_is_cut_in_ones_own_zone(world: World):
    Account.objects.filter(pk=world.rita.pk).update(time_zone="Asia/Kolkata")
    world.rita.refresh_from_db()
    midnight = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    work(world.rita, midnight - timedelta(minutes=4), 10)
    rows = hours(world.rita, "harvest", last=DAY + timedelta(days=1))
    assert [(row["Date"], row["Hours"]) for row in rows] == [("2026-03-02", "0.0667"), ("2026-03-03", "0.1000")]
    assert [row["Hours"] for row in hours(world.rita, "harvest")] == ["0.0667"]


def test_no_second_is_lost_between_lines(world: World):
    start = NOON + timedelta(milliseconds=700)
    work(world.rita, start, 5)
    work(world.rita, start + timedelta(minutes=5), 5, Page.GUIDELINE)
    rows = hours(world.rita)
    assert all(before["ended_at"] == after["started_at"] for before, after in pairwise(rows))
    whole = own_time(world.rita, UTC, first=DAY, last=DAY, now=NOON + timedelta(hours=12)).total.credited
    assert abs(sum(int(row["seconds"]) for row in rows) * 1_000 - whole) < 1_000
    assert milliseconds(datetime.fromisoformat(rows[0]["started_at"])) == milliseconds(NOON)


def test_others_hours_are_nobody_elses(world: World):
    work(world.rita, NOON, 5)
    assert hours(world.rowan) == []


@pytest.mark.parametrize(
    ("layout", "first", "last"),
    [
        ("excel", DAY, DAY),
        ("toggl", DAY, DAY - timedelta(days=1)),
        ("toggl", DAY - timedelta(days=366), DAY),
        ("toggl", date.min, date.min),
        ("toggl", date.max, date.max),
    ],
)
def test_what_is_no_layout_or_no_period_is_refused(world: World, layout, first, last):
    with pytest.raises(InvalidInputError):
        hours(world.rita, layout, first=first, last=last)
