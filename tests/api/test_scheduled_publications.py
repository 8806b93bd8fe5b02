"""A program schedules a publication, sees what waits, and takes it back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rubrica.kit import clock
from tests.api.conftest import Callers, problem

pytestmark = pytest.mark.django_db

SCHEDULE = "/projects/audit/guideline/schedule"
DRAFT = "/projects/audit/guideline/draft"


@pytest.fixture
def soon(callers: Callers) -> datetime:
    """Return a time to come, having written something to publish."""
    draft = callers.lena.get(DRAFT).json()
    changed = {"markdown": draft["markdown"] + "\n\nMore.", "rubric": draft["rubric"]}
    callers.lena.put(DRAFT, changed, If_Match='"1"')
    return clock.now() + timedelta(days=2)


def schedule(callers: Callers, effective_at: object, **changes: Any) -> Any:
    return callers.lena.post(SCHEDULE, {"summary": "More", "effective_at": effective_at, **changes})


def test_what_is_scheduled_is_seen_by_everybody_and_taken_back(callers: Callers, soon: datetime):
    assert callers.rita.get(SCHEDULE).json() == {"scheduled": None}
    made = schedule(callers, soon.isoformat(), change_class="breaking", reevaluate="sample", sample=5)
    assert made.status_code == 201

    shown = callers.rita.get(SCHEDULE).json()["scheduled"]

    assert shown == made.json()
    assert datetime.fromisoformat(shown["effective_at"]) == soon
    assert {name: shown[name] for name in ("summary", "change_class", "reevaluate", "sample", "scheduled_by")} == {
        "summary": "More",
        "change_class": "breaking",
        "reevaluate": "sample",
        "sample": 5,
        "scheduled_by": "Lena",
    }
    assert schedule(callers, soon.isoformat()).status_code == 409
    assert callers.lena.delete(SCHEDULE).status_code == 204
    assert callers.lena.get(SCHEDULE).json() == {"scheduled": None}
    gone = callers.lena.delete(SCHEDULE)
    assert (gone.status_code, problem(gone)["type"]) == (409, "conflict")


@pytest.mark.parametrize(
    "effective_at",
    ["2026-11-27", "2026-11-27T09:00:00", "tomorrow", "", 1_800_000_000, "1800000000", None, "2026-02-30T09:00:00Z"],
)
def test_a_time_that_is_no_instant_is_refused(callers: Callers, soon: datetime, effective_at: object):
    answer = schedule(callers, effective_at)

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, ["effective_at"])
    assert "RFC 3339" in problem(answer)["problems"][0]["allowed"]


@pytest.mark.parametrize("days", [-1, 400])
def test_a_time_that_is_past_or_far_away_is_refused(callers: Callers, soon: datetime, days: int):
    answer = schedule(callers, (clock.now() + timedelta(days=days)).isoformat())

    assert (answer.status_code, [row["field"] for row in problem(answer)["problems"]]) == (422, ["effective_at"])
    assert callers.lena.get(SCHEDULE).json() == {"scheduled": None}


def test_an_instant_may_be_written_in_any_zone(callers: Callers, soon: datetime):
    written = soon.replace(microsecond=0).isoformat().replace("+00:00", "z").replace("T", "t")

    shown = schedule(callers, written).json()

    assert datetime.fromisoformat(shown["effective_at"]) == soon.replace(microsecond=0)
