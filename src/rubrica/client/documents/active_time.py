"""Active time and claims."""

from typing import Literal, TypedDict

from rubrica.client.documents.values import Moment

PageName = Literal["workbench", "guideline", "qualification", "review", "discussion"]
ClaimReason = Literal["thinking", "reading", "meeting", "outage"]


class Period(TypedDict):
    """A stretch of time."""

    started_at: Moment
    ended_at: Moment


class TakenBeats(TypedDict):
    """What became of the beats."""

    stored: int
    late: Period | None


class TimeTally(TypedDict):
    """Milliseconds by what became of them."""

    credited_ms: int
    idle_ms: int
    over_cap_ms: int


class TimeTerms(TypedDict):
    """What holds of time in the project."""

    idle_ms: int
    prompt_after_ms: int
    task_cap_ms: int


class OwnTimeToday(TimeTally):
    """What became of the caller's time in the project today."""

    terms: TimeTerms
    idle: Period | None


class DayOfTime(TimeTally):
    """What became of one day."""

    day: str


class TimeSpanDocument(Period):
    """A stretch of the caller's time."""

    project: str
    page: PageName
    task: str
    kind: Literal["credited", "idle", "over_cap"]
    because: Literal["worked", "answered", "waited", "no_input", "long_task"]


class OwnTime(TypedDict):
    """All that is stored of the caller's time in a period."""

    time_zone: str
    days: list[DayOfTime]
    spans: list[TimeSpanDocument]


class TimeClaimDocument(Period):
    """A claim."""

    number: int
    person: str
    claimed_ms: int
    reason: ClaimReason
    note: str
    state: Literal["claimed", "approved", "refused", "contested", "upheld"]
    due_at: Moment | None
