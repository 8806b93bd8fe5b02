"""Active time: the beats of pages, what they come to, and claims."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import Lines, RequestBody, Slug
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.active_time import PROMPT_BEFORE_IDLE, Page, Span, Tally
from rubrica.domain.problems import Problem
from rubrica.domain.time_claim import MAX_NOTE, ClaimEvent
from rubrica.kit import clock
from rubrica.records.models import Project, TimeClaim
from rubrica.usecases import active_time, time_claims
from rubrica.usecases.access import ProjectAccess, open_project, project_of_work
from rubrica.usecases.accounts import zone_of
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.pseudonyms import name_shown

router = Router(tags=["Time"])

MOST_BEATS: Final = 200
MOST_DAYS: Final = 92
MOST_LISTED: Final = 500
_LONGEST_PAGE: Final = 31 * 86_400_000
"""Milliseconds for which a page counts before it has to be loaded again."""

Counter = Annotated[int, Field(ge=0, le=_LONGEST_PAGE, description="Milliseconds since the page was opened.")]
ClaimNumber = Annotated[int, Path(description="Number of the claim in its project, from 1.", example=1)]
PageName = Literal["workbench", "guideline", "qualification", "review", "discussion"]
Because = Literal["worked", "answered", "waited", "no_input", "long_task"]


class BeatDocument(RequestBody):
    """One sign of life of a page. It says nothing of what was typed, seen or visited."""

    number: int = Field(ge=0, le=1_000_000, description="Counts the beats of the page.")
    counter: Counter
    page: PageName
    task: str = Field("", pattern=r"^([A-Za-z0-9_-]{22})?$", description="The assignment in hand.")
    visible: bool = Field(True, description="Whether the page was visible since the beat before.")
    inputs: int = Field(0, ge=0, le=10_000, description="How often the person did something there since then.")
    answered: bool = Field(False, description="Whether the person said to be still looking.")


class Beats(RequestBody):
    """What a page tells, in one message; sent again, it changes nothing."""

    session: str = Field(pattern=r"^[A-Za-z0-9_-]{8,36}$", description="The page, by a random name of its own making.")
    counter: Counter = Field(description="The page's counter when this is sent.")
    beats: list[BeatDocument] = Field(min_length=1, max_length=MOST_BEATS)


class Period(BaseModel):
    """A stretch of time."""

    started_at: datetime
    ended_at: datetime


class TakenBeats(BaseModel):
    """What became of the beats."""

    stored: int = Field(description="How many were new.")
    late: Period | None = Field(description="The time of those that came too late to be credited; it can be claimed.")


class TimeTally(BaseModel):
    """Milliseconds by what became of them."""

    credited_ms: int
    idle_ms: int
    over_cap_ms: int = Field(description="Beyond the cap of a task: paid unless a person decides otherwise.")


class TimeTerms(BaseModel):
    """What holds of time in the project."""

    idle_ms: int = Field(description="What is credited of a pause without input.")
    prompt_after_ms: int = Field(description="After how long without input one is asked whether one is still looking.")
    task_cap_ms: int


class OwnTimeToday(TimeTally):
    """What became of the caller's time in the project today, in the caller's own zone."""

    terms: TimeTerms
    idle: Period | None = Field(description="The newest idle stretch that can be claimed.")


class DayOfTime(TimeTally):
    """What became of one day."""

    day: date


class TimeSpanDocument(Period):
    """A stretch of the caller's time; no two overlap."""

    project: str = Field(description="The project's address.")
    page: PageName
    task: str
    kind: Literal["credited", "idle", "over_cap"]
    because: Because


class OwnTime(BaseModel):
    """All that is stored of the caller's time in a period."""

    time_zone: str
    days: list[DayOfTime]
    spans: list[TimeSpanDocument]


class NewTimeClaim(RequestBody):
    """Time that was not credited and was work all the same."""

    started_at: datetime = Field(strict=False)
    ended_at: datetime = Field(strict=False)
    reason: Literal["thinking", "reading", "meeting", "outage"]
    note: Lines = Field("", max_length=MAX_NOTE)


class TimeClaimDocument(Period):
    """A claim."""

    number: int
    person: str
    claimed_ms: int = Field(description="What of it was not credited when it was claimed.")
    reason: Literal["thinking", "reading", "meeting", "outage"]
    note: str
    state: Literal["claimed", "approved", "refused", "contested", "upheld"]
    due_at: datetime | None = Field(description="Until when somebody may act; then silence decides.")


class TimeClaims(BaseModel):
    """Claims, newest first."""

    claims: list[TimeClaimDocument]


class ClaimDecision(RequestBody):
    """What a lead decides."""

    decision: Literal["approve", "refuse", "uphold"]
    reason: Lines = Field("", max_length=MAX_NOTE, description="Needed for a refusal.")


class Contest(RequestBody):
    """Why a refusal is wrong."""

    reason: Lines = Field(min_length=1, max_length=MAX_NOTE)


@router.post(
    "/projects/{slug:slug}/beats",
    operation_id="send_beats",
    summary="Tell that one is at work",
    response=answers_to_body({200: TakenBeats}, 404),
)
def send_beats(request: HttpRequest, slug: Slug, told: Beats) -> HttpResponse:
    """Store the beats of a page. Times are the server's: the counter says how much later one beat is than another."""
    beats = [
        active_time.SentBeat(
            beat.number, beat.counter, Page(beat.page), beat.task, beat.visible, beat.inputs, beat.answered
        )
        for beat in told.beats
    ]
    taken = active_time.take_beats(
        caller(request), slug, session=told.session, counter=told.counter, beats=beats, now=clock.now()
    )
    return json_response({"stored": taken.stored, "late": _period(*taken.late) if taken.late else None})


@router.get(
    "/projects/{slug:slug}/active-time",
    operation_id="read_time_today",
    summary="How long have I worked today?",
    response=answers({200: OwnTimeToday}, 403, 404),
)
def read_time_today(request: HttpRequest, slug: Slug) -> HttpResponse:
    """Return what became of the caller's time in the project today."""
    account, now = caller(request), clock.now()
    project = project_of_work(account, slug)
    own = active_time.own_time_today(account, project, now=now)
    terms = active_time.terms_of(project)
    idle = time_claims.idle_to_claim(account, own.spans)
    return json_response(
        {
            **_tally(own.total),
            "terms": {
                "idle_ms": terms.idle,
                "prompt_after_ms": terms.idle - PROMPT_BEFORE_IDLE,
                "task_cap_ms": terms.cap,
            },
            "idle": _period(idle[0].start, idle[0].end) if idle else None,
        }
    )


@router.get(
    "/me/active-time",
    operation_id="read_own_time",
    summary="All that is stored of my time",
    response=answers({200: OwnTime}, 422),
)
def read_own_time(
    request: HttpRequest,
    first: Annotated[date | None, Query(description="First day, in the caller's own zone; a week if left out.")] = None,
    last: Annotated[date | None, Query(description=f"Last day, within {MOST_DAYS} days; today if left out.")] = None,
) -> HttpResponse:
    """Return the caller's time in all projects, by day and in full, to be kept or compared with one's own notes."""
    account, now = caller(request), clock.now()
    zone = zone_of(account)
    last = last or now.astimezone(zone).date()
    first = first or last - timedelta(days=6)
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS) or last.year > now.year + 1:
        message = "That is no period."
        raise InvalidInputError(message, [Problem("last", f"is {last}", f"within {MOST_DAYS} days from the first")])
    own = active_time.own_time(account, zone, first=first, last=last, now=now)
    slugs = _slugs({span.place.engagement for span in own.spans})
    return json_response(
        {
            "time_zone": account.time_zone,
            "days": [{"day": day, **_tally(each)} for day, each in own.days.items()],
            "spans": [_span(span, slugs[span.place.engagement]) for span in own.spans],
        }
    )


@router.get(
    "/projects/{slug:slug}/time-claims",
    operation_id="list_time_claims",
    summary="List claims of time",
    response=answers({200: TimeClaims}, 403, 404),
)
def list_time_claims(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Return the newest claims of a project: to those who decide all of them, to others their own."""
    access = open_project(caller(request), slug)
    rows = time_claims.claims_of(access)
    return {"claims": [_claim(access, row) for row in rows[:MOST_LISTED]]}


@router.post(
    "/projects/{slug:slug}/time-claims",
    operation_id="claim_time",
    summary="Claim time",
    response=answers_to_body({201: TimeClaimDocument}, 404, 409),
)
def claim_time(request: HttpRequest, slug: Slug, new: NewTimeClaim) -> Status[dict[str, Any]]:
    """Claim time that was not credited; what nobody decides on in five working days is approved."""
    account = caller(request)
    claim = time_claims.claim_time(
        account,
        slug,
        started_at=_aware(new.started_at, "started_at"),
        ended_at=_aware(new.ended_at, "ended_at"),
        reason=new.reason,
        note=new.note,
        now=clock.now(),
    )
    return Status(201, _claim(open_project(account, slug), claim))


@router.post(
    "/projects/{slug:slug}/time-claims/{count:number}/decision",
    operation_id="decide_time_claim",
    summary="Decide on a claim",
    response=answers_to_body({200: TimeClaimDocument}, 404, 409),
)
def decide_time_claim(request: HttpRequest, slug: Slug, number: ClaimNumber, body: ClaimDecision) -> dict[str, Any]:
    """Approve or refuse somebody's claim, or uphold a refusal that another person made."""
    event = ClaimEvent(body.decision)
    access = open_project(caller(request), slug)
    claim = time_claims.decide_claim(access.account, slug, number, event, reason=body.reason, now=clock.now())
    return _claim(access, claim)


@router.post(
    "/projects/{slug:slug}/time-claims/{count:number}/contest",
    operation_id="contest_time_claim",
    summary="Contest a refusal",
    response=answers_to_body({200: TimeClaimDocument}, 404, 409),
)
def contest_time_claim(request: HttpRequest, slug: Slug, number: ClaimNumber, body: Contest) -> dict[str, Any]:
    """Have another person look at the refusal of one's own claim, within seven days."""
    access = open_project(caller(request), slug)
    claim = time_claims.contest_refusal(access.account, slug, number, reason=body.reason, now=clock.now())
    return _claim(access, claim)


def _aware(moment: datetime, name: str) -> datetime:
    if moment.tzinfo is None:
        message = "Nothing was claimed."
        raise InvalidInputError(message, [Problem(name, "has no offset", "a time with one, such as 09:00:00Z")])
    return moment


def _slugs(projects: Sequence[int] | set[int]) -> dict[int, str]:
    rows = Project.objects.everywhere("the caller has worked in them").filter(pk__in=list(projects))
    return dict(rows.values_list("pk", "slug"))


def _period(start: int, end: int) -> dict[str, datetime]:
    return {"started_at": active_time.moment_of(start), "ended_at": active_time.moment_of(end)}


def _tally(each: Tally) -> dict[str, int]:
    return {"credited_ms": each.credited, "idle_ms": each.idle, "over_cap_ms": each.over_cap}


def _span(span: Span, slug: str) -> dict[str, Any]:
    return {
        **_period(span.start, span.end),
        "project": slug,
        "page": span.place.page,
        "task": span.place.task,
        "kind": span.kind,
        "because": span.because,
    }


def _claim(access: ProjectAccess, row: TimeClaim) -> dict[str, Any]:
    return {
        "number": row.number,
        "person": name_shown(access, row.account),
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "claimed_ms": row.claimed_ms,
        "reason": row.reason,
        "note": row.note,
        "state": row.state,
        "due_at": row.due_at,
    }
