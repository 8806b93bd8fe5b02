"""Beats and claims over the API: cheap to send, strict in what is taken, and the same twice."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from rubrica.api import gate
from rubrica.kit import clock
from rubrica.records.models import Account, Beat, PlatformWait, TimeClaim
from rubrica.usecases import assignments
from tests.api.conftest import Callers, problem
from tests.cast import PASSWORD, World

BEATS = "/projects/audit/beats"


@pytest.fixture(autouse=True)
def midday(world: World) -> None:
    """Let it be about noon where Rita works, whatever the hour is here: her day does not end within a test."""
    ahead = 12 - clock.now().hour
    Account.objects.filter(pk=world.rita.pk).update(time_zone=f"Etc/GMT{-ahead:+d}")


def told(*beats: dict[str, Any], counter: int = 600_000, **changes: Any) -> dict[str, Any]:
    return {"session": "a-page-of-mine", "counter": counter, "beats": list(beats), **changes}


def beat(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"number": number, "counter": number * 15_000, "page": "workbench", "inputs": 1, **changes}


def ten_minutes(callers: Callers, *, acts=bool) -> None:
    beats = [beat(number, inputs=int(not number or acts(number))) for number in range(41)]
    assert callers.rita.post(BEATS, told(*beats)).json() == {"stored": 41, "late": None}


def test_ten_minutes_of_work_are_told_and_read(callers: Callers):
    ten_minutes(callers, acts=lambda number: not 4 <= number <= 36)

    today = callers.rita.get("/projects/audit/active-time").json()

    assert (today["credited_ms"], today["idle_ms"], today["over_cap_ms"]) == (210_000, 390_000, 0)
    assert today["terms"] == {"idle_ms": 120_000, "prompt_after_ms": 100_000, "task_cap_ms": 600_000}
    own = callers.rita.get("/me/active-time").json()
    assert sum(day["credited_ms"] for day in own["days"]) == 210_000
    assert [(span["kind"], span["because"], span["page"], span["project"]) for span in own["spans"]] == [
        ("credited", "worked", "workbench", "audit"),
        ("idle", "no_input", "workbench", "audit"),
        ("credited", "worked", "workbench", "audit"),
    ]
    assert callers.rowan.get("/me/active-time").json()["spans"] == []


def test_the_same_message_twice_is_one(callers: Callers, world: World):
    ten_minutes(callers)
    assert callers.rita.post(BEATS, told(*(beat(number) for number in range(41)))).json()["stored"] == 0
    assert Beat.objects.of_account(world.rita).count() == 41


def test_what_comes_too_late_is_named_so_that_it_can_be_claimed(callers: Callers):
    hour = told(beat(0), beat(1, counter=3_600_000), session="an-hour-offline", counter=3_600_000)
    answer = callers.rita.post(BEATS, hour).json()
    assert answer["stored"] == 1
    assert answer["late"]["started_at"] == answer["late"]["ended_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (told(), "beats"),
        (told(*(beat(number) for number in range(201))), "beats"),
        (told(beat(), session="short"), "session"),
        (told(beat(), session="no spaces in it"), "session"),
        (told(beat(), counter=-1), "counter"),
        (told(beat(), counter=32 * 86_400_000), "counter"),
        (told(beat(-1, counter=0)), "beats[0].number"),
        (told(beat(1_000_001, counter=0)), "beats[0].number"),
        (told(beat(counter=-15_000)), "beats[0].counter"),
        (told(beat(counter=1.5)), "beats[0].counter"),
        (told(beat(counter="0")), "beats[0].counter"),
        (told(beat(page="elsewhere")), "beats[0].page"),
        (told(beat(task="../../etc/passwd")), "beats[0].task"),
        (told(beat(inputs=10_001)), "beats[0].inputs"),
        (told(beat(visible="yes")), "beats[0].visible"),
        (told(beat(title="Inbox (3)")), "beats[0].title"),
        (told(beat(keys="secret")), "beats[0].keys"),
        (told(beat(url="https://elsewhere.example/")), "beats[0].url"),
        (told(beat(at="2020-01-01T00:00:00Z")), "beats[0].at"),
    ],
)
def test_what_is_no_beat_is_refused_by_name_and_nothing_is_stored(callers: Callers, world: World, body, field):
    answer = callers.rita.post(BEATS, body)
    assert answer.status_code == 422
    assert [each["field"] for each in problem(answer)["problems"]] == [field]
    assert not Beat.objects.of_account(world.rita).exists()


def test_a_task_of_somebody_else_is_refused(callers: Callers, world: World):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=clock.now()).assignments[0].held.public_id
    assert callers.rita.post(BEATS, told(beat(task=held))).status_code == 200
    refused = callers.rowan.post(BEATS, told(beat(task=held)))
    assert problem(refused)["problems"][0]["field"] == "task"


def test_a_claim_goes_its_way(callers: Callers, world: World):
    ten_minutes(callers, acts=lambda number: number in {0, 40})
    idle = callers.rita.get("/projects/audit/active-time").json()["idle"]
    claim = {**idle, "reason": "reading", "note": "The style guide"}

    made = callers.rita.post("/projects/audit/time-claims", claim)
    assert (made.status_code, made.json()["state"], made.json()["person"]) == (201, "claimed", "Rita")
    assert callers.rita.post("/projects/audit/time-claims", claim).json()["number"] == 1
    assert callers.rita.get("/projects/audit/active-time").json()["idle"] is None

    refusal = {"decision": "refuse", "reason": "Not for this project."}
    assert callers.lena.post("/projects/audit/time-claims/1/decision", {"decision": "refuse"}).status_code == 422
    assert callers.lena.post("/projects/audit/time-claims/1/decision", refusal).json()["state"] == "refused"
    contested = callers.rita.post("/projects/audit/time-claims/1/contest", {"reason": "It is linked there."})
    assert contested.json()["state"] == "contested"
    upheld = {"decision": "approve"}
    assert callers.lena.post("/projects/audit/time-claims/1/decision", upheld).status_code == 403
    assert callers.omar.post("/projects/audit/time-claims/1/decision", upheld).json()["state"] == "approved"
    assert [row["number"] for row in callers.omar.get("/projects/audit/time-claims").json()["claims"]] == [1]
    assert callers.rowan.get("/projects/audit/time-claims").json()["claims"] == []
    assert TimeClaim.objects.of(world.project).get().state == "approved"


def test_a_claim_names_its_times_with_an_offset(callers: Callers):
    claim = {"started_at": "2026-03-02T12:00:00", "ended_at": "2026-03-02T12:05:00Z", "reason": "meeting"}
    answer = callers.rita.post("/projects/audit/time-claims", claim)
    assert [each["field"] for each in problem(answer)["problems"]] == ["started_at"]


@pytest.mark.parametrize(
    "query", ["first=2026-03-02&last=2026-03-01", "first=2025-01-01&last=2026-03-01", "last=9999-12-31", "first=soon"]
)
def test_what_is_no_period_is_refused(callers: Callers, query):
    assert callers.rita.get(f"/me/active-time?{query}").status_code == 422


# --- waiting for the platform ---


@pytest.fixture
def browser(world: World) -> Client:
    client = Client()
    client.force_login(world.rita, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def waits(world: World) -> list[int]:
    return [row.end_ms - row.start_ms for row in PlatformWait.objects.of_account(world.rita)]


def test_a_slow_answer_to_a_browser_is_noted_as_waiting(browser: Client, world: World, monkeypatch):
    browser.get("/api/v1/me")
    assert waits(world) == []
    monkeypatch.setattr(gate, "SLOW", timedelta(0))
    browser.get("/api/v1/me")
    assert len(waits(world)) == 1


def test_an_answer_that_failed_is_noted_however_quick_it_was(browser: Client, world: World, monkeypatch):
    def fail(*_args: object) -> None:
        raise OperationalError

    monkeypatch.setattr("rubrica.api.me.organisations_of", fail)
    assert browser.get("/api/v1/me").status_code == 503
    assert len(waits(world)) == 1


def test_nobody_waits_where_a_program_or_a_stranger_asked(callers: Callers, world: World, monkeypatch):
    monkeypatch.setattr(gate, "SLOW", timedelta(0))
    callers.rita.get("/me")
    callers.nobody.get("/me")
    assert not PlatformWait.objects.everywhere("a test").exists()


def test_an_answer_reaches_the_person_also_where_the_wait_cannot_be_noted(browser: Client, world: World, monkeypatch):
    def fail(*_args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(gate, "SLOW", timedelta(0))
    monkeypatch.setattr(gate, "log_wait", fail)
    answer = browser.get("/api/v1/me")
    assert (answer.status_code, json.loads(answer.content)["name"]) == (200, "Rita")
    assert PASSWORD not in answer.content.decode()
