"""Active time: from the beats of a person's pages to time that is credited, idle, or over the cap of a task.

A visible page beats every quarter of a minute and says how often the person did something since the beat before. What
was visible is known from the beats of each page; whether the person was at it is known from all of them together,
because a person has one clock, however many tabs and devices there are. All times are whole milliseconds on the
server's clock; the clock of the person's own machine is never asked.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final

BEAT_EVERY: Final = 15_000
LONGEST_GAP: Final = 45_000
"""Between two beats: beyond it nobody knows what was on the screen."""
GRACE: Final = 60_000
"""Beyond the idle time, for answering whether one is still looking."""
PROMPT_BEFORE_IDLE: Final = 20_000
MOST_LATE: Final = 900_000
"""How much later than it was made a beat may arrive; what is older can be claimed."""
TOLERANCE: Final = 2_000
"""How much later than its arrival a beat may seem to have been made."""

DEFAULT_IDLE: Final = 120_000
IDLE_RANGE: Final = (60_000, 300_000)
DEFAULT_CAP: Final = 600_000
"""Least time that a task is allowed before it is over its cap."""

Interval = tuple[int, int]


class Page(StrEnum):
    """The pages on which time is work."""

    WORKBENCH = "workbench"
    GUIDELINE = "guideline"
    QUALIFICATION = "qualification"
    REVIEW = "review"
    DISCUSSION = "discussion"


class Kind(StrEnum):
    """What became of a stretch of time."""

    CREDITED = "credited"
    IDLE = "idle"
    OVER_CAP = "over_cap"


class Because(StrEnum):
    """Why it did."""

    WORKED = "worked"
    ANSWERED = "answered"
    WAITED = "waited"
    NO_INPUT = "no_input"
    LONG_TASK = "long_task"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds in one engagement, fixed before its work starts."""

    idle: int = DEFAULT_IDLE
    cap: int = DEFAULT_CAP


@dataclass(frozen=True, slots=True)
class Place:
    """Where time was spent: in which engagement, on what kind of page, and, where it is known, at which task."""

    engagement: int
    page: Page
    task: str = ""


@dataclass(frozen=True, slots=True)
class Beat:
    """One sign of life of one page.

    Attributes
    ----------
    session
        The page, from when it was opened until it is left.
    number
        Counts the beats of the page; the same number twice is the same beat.
    at
        When it was made, on the server's clock.
    is_visible
        Whether the page was visible since the beat before.
    inputs
        How often the person did something there since then.
    is_answer
        Whether the person said to be still looking.
    """

    session: str
    number: int
    at: int
    place: Place
    is_visible: bool = True
    inputs: int = 0
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a person's time. No two of one person overlap."""

    start: int
    end: int
    place: Place
    kind: Kind
    because: Because

    @property
    def length(self) -> int:
        """How long it is, in milliseconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Tally:
    """Milliseconds by what became of them."""

    credited: int = 0
    idle: int = 0
    over_cap: int = 0


def anchor_of(counter: int, received: int) -> int:
    """Return where a page's counter was nought on the server's clock, from the counter at the first message."""
    return received - counter


def placed(counter: int, anchor: int, received: int) -> int | None:
    """Return when a beat was made, never later than it arrived; nothing for one that arrives too late to be told."""
    made = min(anchor + counter, received + TOLERANCE)
    return None if received - made > MOST_LATE else made


def spans_of(
    beats: Iterable[Beat],
    terms: Mapping[int, Terms],
    waits: Sequence[Interval] = (),
    spent: Mapping[str, int] | None = None,
    since: int = 0,
) -> list[Span]:
    """Return what became of a person's time, in order.

    Parameters
    ----------
    beats
        Of all the person's pages, in any order; one that came twice, or whose page went backwards, says nothing.
    terms
        By engagement.
    waits
        When the platform kept the person waiting, by the server's own log: this is work, and nobody is idle meanwhile.
    spent
        What was credited before ``since``, by task; it counts towards the task's cap.
    since
        Where to begin. Beats a little earlier still say whether the person was at it then.
    """
    pages = [_read_page(page) for page in _pages(beats)]
    told = _Told(
        sorted({moment for page in pages for moment in page.inputs}),
        sorted(moment for page in pages for moment in page.answers),
        _united(waits),
    )
    horizon = max((run.end for page in pages for run in page.runs), default=0)
    kept = {idle: told.kept(idle, horizon) for idle in {_idle(terms, run) for page in pages for run in page.runs}}
    credited: list[_Stretch] = []
    idle: list[_Stretch] = []
    for page in pages:
        for run in page.runs:
            inside, outside = _divided(run, kept[_idle(terms, run)])
            credited += inside
            idle += outside
    credited = _from(since, _once(credited))
    idle = _from(since, _without(_once(idle), credited))
    capped = _capped(credited, terms, dict(spent or {}))
    missed = [Span(each.start, each.end, each.place, Kind.IDLE, Because.NO_INPUT) for each in idle]
    return _joined(sorted([*capped, *missed], key=lambda span: span.start))


def tally(spans: Iterable[Span]) -> Tally:
    """Sum spans by what became of them."""
    sums = dict.fromkeys(Kind, 0)
    for span in spans:
        sums[span.kind] += span.length
    return Tally(sums[Kind.CREDITED], sums[Kind.IDLE], sums[Kind.OVER_CAP])


def clipped(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what lies between two moments."""
    return [
        span
        if span.start >= start and span.end <= end
        else replace(span, start=max(span.start, start), end=min(span.end, end))
        for span in spans
        if span.start < end and span.end > start
    ]


def day_bounds(day: date, zone: tzinfo) -> Interval:
    """Return when a day of a zone begins and ends; it has 23, 24 or 25 hours, or less usual numbers of them."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def by_day(spans: Sequence[Span], first: date, last: date, zone: tzinfo) -> dict[date, Tally]:
    """Return what became of the time on each day of a zone, from ``first`` to ``last``."""
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    return {day: tally(clipped(spans, *day_bounds(day, zone))) for day in days}


def left_to_claim(interval: Interval, spans: Iterable[Span]) -> int:
    """Return how much of an interval is neither credited nor over a cap."""
    work = (span for span in spans if span.kind != Kind.IDLE)
    return interval[1] - interval[0] - sum(span.length for span in clipped(work, *interval))


def cap_from(sample: Sequence[int]) -> int:
    """Return the cap of a task: twice what 19 of 20 tasks of a calibration took, and no less than ten minutes."""
    if not sample:
        return DEFAULT_CAP
    ordered = sorted(sample)
    place = -(-95 * len(ordered) // 100) - 1  # the nearest rank
    return max(DEFAULT_CAP, 2 * ordered[place])


def _midnight(day: date, zone: tzinfo) -> int:
    # An earlier hour is meant where clocks go back over midnight, and the change itself where they skip it.
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1_000


# --- what the pages tell ---


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of one page; ``turned_to`` are the moments when the person did something there."""

    start: int
    end: int
    place: Place
    session: str
    turned_to: Sequence[int]
    because: Because = Because.WORKED


@dataclass(frozen=True, slots=True)
class _PageTime:
    runs: list[_Stretch]
    inputs: list[int]
    answers: list[int]


def _pages(beats: Iterable[Beat]) -> Iterator[list[Beat]]:
    pages: dict[str, dict[int, Beat]] = {}
    for beat in beats:
        numbered = pages.setdefault(beat.session, {})
        other = numbered.get(beat.number)
        # Of two that bear one number the order of arrival must not decide.
        if other is None or _content(beat) < _content(other):
            numbered[beat.number] = beat
    for _session, numbered in sorted(pages.items()):
        yield [numbered[number] for number in sorted(numbered)]


def _content(beat: Beat) -> tuple[int, bool, int, bool, Place]:
    return (beat.at, beat.is_visible, beat.inputs, beat.is_answer, beat.place)


def _read_page(beats: Sequence[Beat]) -> _PageTime:
    inputs: list[int] = []
    answers: list[int] = []
    runs: list[_Stretch] = []
    last: Beat | None = None
    for beat in beats:
        if last is not None and beat.at <= last.at:
            continue
        if beat.is_visible:
            if last is not None and not last.is_visible:
                inputs.append(last.at)  # Coming back to a page is doing something.
            if beat.inputs or beat.is_answer:
                inputs.append(beat.at)
            if beat.is_answer:
                answers.append(beat.at)
            if last is not None and beat.at - last.at <= LONGEST_GAP:
                _lengthen(runs, last.at, beat, inputs)
        last = beat
    return _PageTime(runs, inputs, answers)


def _lengthen(runs: list[_Stretch], start: int, beat: Beat, inputs: Sequence[int]) -> None:
    if runs and runs[-1].end == start and runs[-1].place == beat.place:
        runs[-1] = replace(runs[-1], end=beat.at)
    else:
        runs.append(_Stretch(start, beat.at, beat.place, beat.session, inputs))


# --- where the person was at it ---


@dataclass(frozen=True, slots=True)
class _Told:
    """What all pages of a person tell together."""

    inputs: list[int]
    answers: list[int]
    waits: list[Interval]

    def kept(self, idle: int, horizon: int) -> list[tuple[int, int, Because]]:
        """Return when the person was at it, in order, up to the end of the last page."""
        found: list[tuple[int, int, Because]] = []
        ends = [*self.inputs[1:], max(horizon, self.inputs[-1])] if self.inputs else []
        last = len(ends) - 1
        for place, (start, end) in enumerate(zip(self.inputs, ends, strict=True)):
            found += self._of_gap(start, end, idle, is_open=place == last)
        return found

    def _of_gap(self, start: int, end: int, idle: int, *, is_open: bool) -> Iterator[tuple[int, int, Because]]:
        waits = self._waits(start, end)
        because = Because.WORKED
        if end - start <= idle and not waits:
            yield start, end, because
            return
        room = idle
        if not is_open and self._awake(start, end) > idle and self._is_answered(start, end, idle):
            room, because = end - start, Because.ANSWERED
        for wait in (*waits, (end, end)):
            reached = min(wait[0], start + room)
            if reached > start:
                yield start, reached, because
                room -= reached - start
            if wait[1] > wait[0]:
                yield *wait, Because.WAITED
            start = wait[1]

    def _is_answered(self, start: int, end: int, idle: int) -> bool:
        place = bisect_left(self.answers, end)
        return place < len(self.answers) and self._awake(start, self.answers[place]) <= idle + GRACE

    def _awake(self, start: int, end: int) -> int:
        return end - start - sum(wait[1] - wait[0] for wait in self._waits(start, end))

    def _waits(self, start: int, end: int) -> list[Interval]:
        if not self.waits:
            return []
        # They do not overlap, so only the one before the first that begins inside can reach in.
        first = max(0, bisect_right(self.waits, (start, start)) - 1)
        found: list[Interval] = []
        for wait in self.waits[first:]:
            if wait[0] >= end:
                break
            if wait[1] > start:
                found.append((max(wait[0], start), min(wait[1], end)))
        return found


def _united(intervals: Iterable[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > start:
            found.append((start, end))
    return found


def _idle(terms: Mapping[int, Terms], run: _Stretch) -> int:
    return terms[run.place.engagement].idle


def _divided(run: _Stretch, kept: Sequence[tuple[int, int, Because]]) -> tuple[list[_Stretch], list[_Stretch]]:
    """Return what of a run was kept, and what was not."""
    inside: list[_Stretch] = []
    outside: list[_Stretch] = []
    reached = run.start
    first = max(0, bisect_right(kept, run.start, key=lambda each: each[0]) - 1)
    for start, end, because in kept[first:]:
        if start >= run.end:
            break
        if end <= reached:
            continue
        if start > reached:
            outside.append(replace(run, start=reached, end=start))
            reached = start
        stop = min(end, run.end)
        if inside and inside[-1].end == reached and inside[-1].because == because:
            inside[-1] = replace(inside[-1], end=stop)
        else:
            inside.append(replace(run, start=reached, end=stop, because=because))
        reached = stop
    if reached < run.end:
        outside.append(replace(run, start=reached))
    return inside, outside


# --- one person, one clock ---


def _once(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Give each moment to one page: of those visible, the one that the person turned to last."""
    ordered = sorted(stretches, key=lambda each: (each.start, each.session))
    bounds = sorted({each.start for each in ordered} | {each.end for each in ordered})
    found: list[_Stretch] = []
    open_now: list[_Stretch] = []
    following = 0
    for start, end in pairwise(bounds):
        while following < len(ordered) and ordered[following].start <= start:
            open_now.append(ordered[following])
            following += 1
        open_now = [each for each in open_now if each.end > start]
        if len(open_now) == 1:
            found.append(replace(open_now[0], start=start, end=end))
        elif open_now:
            found += _shared(open_now, start, end)
    return found


def _shared(several: Sequence[_Stretch], start: int, end: int) -> Iterator[_Stretch]:
    turns = {moment for each in several for moment in _between(each.turned_to, start, end)}
    for first, last in pairwise([start, *sorted(turns), end]):
        chosen = max(several, key=lambda each: (_last_turn(each.turned_to, first), each.session))
        yield replace(chosen, start=first, end=last)


def _between(moments: Sequence[int], start: int, end: int) -> Sequence[int]:
    return moments[bisect_right(moments, start) : bisect_left(moments, end)]


def _last_turn(moments: Sequence[int], by: int) -> int:
    place = bisect_right(moments, by)
    return moments[place - 1] if place else -1


def _without(stretches: Iterable[_Stretch], others: Sequence[_Stretch]) -> list[_Stretch]:
    found: list[_Stretch] = []
    for each in stretches:
        reached = each.start
        first = max(0, bisect_right(others, each.start, key=lambda other: other.start) - 1)
        for other in others[first:]:
            if other.start >= each.end:
                break
            if other.end <= reached:
                continue
            if other.start > reached:
                found.append(replace(each, start=reached, end=other.start))
            reached = other.end
        if reached < each.end:
            found.append(replace(each, start=reached))
    return found


def _from(since: int, stretches: Iterable[_Stretch]) -> list[_Stretch]:
    return [each if each.start >= since else replace(each, start=since) for each in stretches if each.end > since]


def _capped(credited: Iterable[_Stretch], terms: Mapping[int, Terms], spent: dict[str, int]) -> Iterator[Span]:
    for each in credited:
        task = each.place.task
        room = terms[each.place.engagement].cap - spent.get(task, 0) if task else each.end - each.start
        full = min(each.end, max(each.start, each.start + room))
        if full > each.start:
            yield Span(each.start, full, each.place, Kind.CREDITED, each.because)
        if full < each.end:
            yield Span(full, each.end, each.place, Kind.OVER_CAP, Because.LONG_TASK)
        if task:
            spent[task] = spent.get(task, 0) + each.end - each.start


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        is_more = last is not None and last.end == span.start
        if (
            last is not None
            and is_more
            and (last.place, last.kind, last.because) == (span.place, span.kind, span.because)
        ):
            found[-1] = replace(last, end=span.end)
        else:
            found.append(span)
    return found
