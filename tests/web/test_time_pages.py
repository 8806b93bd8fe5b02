"""One's own time on My work, claims by form, and what no page may ask of a machine."""

from datetime import timedelta

import pytest
from django.test import Client

from rubrica.domain.active_time import Page
from rubrica.kit import clock
from rubrica.records.models import Account, TimeClaim
from rubrica.usecases.accounts import zone_of
from rubrica.usecases.active_time import SentBeat, take_beats
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_person(world: World):
    def sign_in(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def worked(world: World) -> None:
    """Let Rita have worked ten minutes half an hour ago, eight of them quiet; it is about noon where she is."""
    Account.objects.filter(pk=world.rita.pk).update(time_zone=f"Etc/GMT{clock.now().hour - 12:+d}")
    world.rita.refresh_from_db()
    beats = [SentBeat(number, number * 15_000, Page.WORKBENCH, inputs=int(number in {0, 40})) for number in range(41)]
    now = clock.now() - timedelta(minutes=30)
    take_beats(world.rita, "audit", session="half-an-hour-ago", counter=600_000, beats=beats, now=now)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_my_work_shows_what_became_of_ones_time_and_what_can_be_claimed(world: World, as_person, worked: None):
    page = text_of(as_person(world.rita).get("/my-work/?project=audit"))
    assert "Your time" in page
    assert "2 min 00 s" in page
    assert "8 min 00 s" in page
    assert "Not credited: was it work?" in page
    assert "Your time" in text_of(as_person(world.rita).get("/my-work/"))


def test_an_idle_stretch_is_claimed_and_decided_by_form(world: World, as_person, worked: None):
    rita, lena = as_person(world.rita), as_person(world.lena)
    page = rita.get("/my-work/?project=audit")
    (idle,) = page.context["idle"]
    form = {"started_at": idle[1].isoformat(), "ended_at": idle[2].isoformat(), "reason": "thinking"}

    told = rita.post("/projects/audit/time-claims/new/", form, follow=True)
    assert "Claimed. What nobody decides on" in text_of(told)
    assert "Not credited: was it work?" not in text_of(told)

    listed = text_of(lena.get("/projects/audit/time-claims/"))
    assert "Rita" not in listed
    assert "Rita" in text_of(as_person(world.omar).get("/projects/audit/time-claims/"))
    assert "T-1: 8 min 00 s · Thinking or looking" in listed
    refused = lena.post("/projects/audit/time-claims/1/refuse/", {"reason": ""}, follow=True)
    assert "say why" in text_of(refused)
    lena.post("/projects/audit/time-claims/1/refuse/", {"reason": "Not here."})
    rita.post("/projects/audit/time-claims/1/contest/", {"reason": "It was."})
    assert "Uphold the refusal" not in text_of(lena.get("/projects/audit/time-claims/"))
    as_person(world.omar).post("/projects/audit/time-claims/1/approve/", {"reason": ""})
    assert TimeClaim.objects.of(world.project).get().state == "approved"
    assert "Nothing has been claimed" in text_of(as_person(world.rowan).get("/projects/audit/time-claims/"))


def test_lost_time_is_claimed_by_when_it_began_in_ones_own_zone(world: World, as_person, worked: None):
    began = (clock.now() - timedelta(hours=5)).replace(second=0, microsecond=0)
    local = began.astimezone(zone_of(world.rita)).strftime("%Y-%m-%dT%H:%M")
    form = {"started_at": local, "minutes": "45", "reason": "meeting", "note": "The calibration call"}
    as_person(world.rita).post("/projects/audit/time-claims/new/", form)
    claim = TimeClaim.objects.of(world.project).get()
    assert (claim.started_at, claim.claimed_ms, claim.note) == (began, 45 * 60_000, "The calibration call")


@pytest.mark.parametrize("moment", ["", "soon", "2026-13-01T00:00", "0001-01-01T00:00", "x" * 41])
def test_a_time_that_is_none_is_refused_in_words(world: World, as_person, moment):
    form = {"started_at": moment, "ended_at": moment, "minutes": "5", "reason": "meeting"}
    answer = as_person(world.rita).post("/projects/audit/time-claims/new/", form, follow=True)
    assert answer.status_code in {200, 422}
    assert not TimeClaim.objects.of(world.project).exists()


def test_a_step_that_there_is_not_is_not_found(world: World, as_person):
    assert as_person(world.lena).post("/projects/audit/time-claims/1/pay/", {}).status_code == 404


def test_the_clock_stands_where_time_is_work_and_only_for_those_who_work_there(world: World, as_person):
    rita, omar = as_person(world.rita), as_person(world.omar)
    for room, page in (
        ("guideline", "guideline"),
        ("cases", "discussion"),
        ("reviews", "review"),
        ("tests", "qualification"),
    ):
        assert f'data-page="{page}"' in text_of(rita.get(f"/projects/audit/{room}/"))
    for client, path in ((rita, "/projects/audit/"), (rita, "/my-work/"), (omar, "/projects/audit/guideline/")):
        assert "<rubrica-clock" not in text_of(client.get(path))


@pytest.mark.parametrize("path", ["/", "/my-work/", "/projects/audit/work/", "/projects/audit/guideline/"])
def test_no_page_may_use_camera_microphone_place_or_screen(world: World, as_person, path):
    policy = as_person(world.rita).get(path).headers["Permissions-Policy"]
    refused = {"camera=()", "microphone=()", "geolocation=()", "display-capture=()"}
    assert refused <= {each.strip() for each in policy.split(",")}


def test_a_lead_says_what_holds_of_time_and_is_told_of_claims(world: World, as_person, worked: None):
    lena = as_person(world.lena)
    page = lena.get("/projects/audit/time-claims/")
    assert "speak for 10 minutes" in text_of(page)
    assert "Saved." in text_of(
        lena.post("/projects/audit/time-claims/terms/", {"idle_seconds": "180", "cap_minutes": "15"}, follow=True)
    )
    refused = lena.post("/projects/audit/time-claims/terms/", {"idle_seconds": "120", "cap_minutes": "15"}, follow=True)
    assert "these numbers only grow" in text_of(refused)
    assert "What holds of time here" not in text_of(as_person(world.rita).get("/projects/audit/time-claims/"))

    now = clock.now()
    form = {
        "started_at": (now - timedelta(hours=3)).isoformat(),
        "ended_at": (now - timedelta(hours=2)).isoformat(),
        "reason": "outage",
    }
    as_person(world.rita).post("/projects/audit/time-claims/new/", form)
    assert "1 claim of time to decide on" in text_of(lena.get("/"))


def test_hours_are_taken_along_from_my_work_in_the_columns_of_a_program(world: World, as_person, worked: None):
    rita = as_person(world.rita)
    page = rita.get("/my-work/?project=audit")
    assert "Take your hours to a time sheet" in text_of(page)
    first, last = (f"{day}" for day in page.context["hours_days"])
    answer = rita.get("/my-work/hours/", {"layout": "toggl", "first": first, "last": last})
    assert answer.headers["Content-Type"] == "text/csv"
    assert f'filename="hours-{first}-{last}-toggl.csv"' in answer.headers["Content-Disposition"]
    header, *lines = answer.content.decode().splitlines()
    assert header.startswith("User,Email,Client,Project,Task,")
    assert sum(line.count("00:02:00") for line in lines) == 1
    assert rita.get("/my-work/hours/").content.decode().startswith("started_at,ended_at,seconds,")


@pytest.mark.parametrize(
    "asked",
    [{"layout": "excel"}, {"first": "soon"}, {"first": "2026-02-30"}, {"last": "0001-01-01"}, {"last": "9999-12-31"}],
)
def test_hours_of_no_program_or_period_are_refused_in_words(world: World, as_person, asked):
    answer = as_person(world.rita).get("/my-work/hours/", asked)
    assert answer.status_code == 422
    assert next(iter(asked.values())) in text_of(answer)
