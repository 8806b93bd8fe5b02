"""Active time: the vectors of its rules, and what holds of every stream of beats."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.active_time import (
    DEFAULT_CAP,
    MOST_LATE,
    Beat,
    Because,
    Kind,
    Page,
    Place,
    Span,
    Tally,
    Terms,
    anchor_of,
    by_day,
    cap_from,
    clipped,
    day_bounds,
    left_to_claim,
    placed,
    spans_of,
    tally,
)

SECOND = 1_000
T0 = 1_000 * SECOND
"""When the pages of the vectors are opened, on the server's clock."""
TASK = Place(1, Page.WORKBENCH, "T1")
OTHER = Place(1, Page.WORKBENCH, "T2")
GUIDE = Place(1, Page.GUIDELINE)
UNCAPPED = {1: Terms(cap=10**9), 2: Terms(cap=10**9)}

Told = Callable[[int], bool]


def never(_number: int) -> bool:
    return False


def always(_number: int) -> bool:
    return True


def page(
    count: int,
    *,
    session: str = "a",
    opened: int = T0,
    place: Place = TASK,
    acts: Told = always,
    visible: Told = always,
    answers: Told = never,
    counter: Callable[[int], int] = lambda number: number * 15,
    received: Callable[[int], int] | None = None,
) -> list[Beat]:
    """Beats of one page, every 15 seconds; ``counter`` and ``received`` in seconds since it was opened."""
    arrives = received or counter
    anchor = anchor_of(counter(0) * SECOND, opened + arrives(0) * SECOND)
    made = [placed(counter(at) * SECOND, anchor, opened + arrives(at) * SECOND) for at in range(count)]
    return [
        Beat(session, at, moment, place, visible(at), int(acts(at)), answers(at))
        for at, moment in enumerate(made)
        if moment is not None
    ]


def seconds(beats: Iterable[Beat], terms=None, waits=()) -> tuple[float, float, float]:
    """Credited, idle and over the cap, in seconds."""
    sums = tally(spans_of(beats, terms or UNCAPPED, waits))
    return sums.credited / SECOND, sums.idle / SECOND, sums.over_cap / SECOND


# --- the vectors ---


def test_steady_work_is_credited_whole():
    assert seconds(page(41)) == (600, 0, 0)


def test_a_pause_shorter_than_the_idle_time_is_credited_whole():
    assert seconds(page(41, acts=lambda at: not 10 <= at < 16)) == (600, 0, 0)


def test_of_a_long_pause_the_idle_time_is_kept():
    assert seconds(page(41, acts=lambda at: not 11 <= at < 30)) == (420, 180, 0)


def test_an_answer_in_time_credits_the_whole_pause():
    looked = page(41, acts=lambda at: not 11 <= at < 22, answers=lambda at: at == 21)
    assert seconds(looked) == (600, 0, 0)
    assert {span.because for span in spans_of(looked, UNCAPPED)} == {Because.WORKED, Because.ANSWERED}


def test_an_answer_that_comes_late_credits_no_more_than_the_idle_time():
    assert seconds(page(41, acts=lambda at: not 11 <= at < 25, answers=lambda at: at == 24)) == (510, 90, 0)


def test_the_hand_on_its_way_to_the_button_does_not_spoil_the_answer():
    hesitant = page(41, acts=lambda at: not 11 <= at < 20, answers=lambda at: at == 21)
    assert seconds(hesitant) == (600, 0, 0)


def test_two_devices_are_one_clock():
    assert seconds([*page(41), *page(41, session="b", place=OTHER)]) == (600, 0, 0)


def test_a_machine_that_sleeps_earns_nothing_meanwhile():
    asleep = page(41, counter=lambda at: at * 15 + (1200 if at > 20 else 0))
    assert seconds(asleep) == (585, 0, 0)


def test_beats_that_were_made_offline_count():
    assert seconds(page(41, received=lambda at: at * 15 if at < 10 or at >= 30 else 450)) == (600, 0, 0)


def test_of_forty_minutes_offline_the_last_fifteen_count():
    assert seconds(page(201, received=lambda at: at * 15 if at < 10 else 3000)) == (135 + 900, 0, 0)


def test_a_replay_changes_nothing():
    beats = page(41)
    assert seconds(beats * 3) == (600, 0, 0)


def test_a_counter_that_runs_ahead_gains_two_seconds():
    forged = page(3, counter=[0, 15, 3615].__getitem__, received=[0, 15, 30].__getitem__)
    assert seconds(forged) == (32, 0, 0)


def test_a_hidden_page_earns_nothing():
    assert seconds(page(41, visible=lambda at: not 10 <= at < 30)) == (300, 0, 0)


def test_a_hidden_task_beside_a_visible_guideline_earns():
    beside = page(21, session="g", opened=T0 + 135 * SECOND, place=GUIDE)
    assert seconds([*page(41, visible=lambda at: not 10 <= at < 30), *beside]) == (600, 0, 0)


def test_what_goes_beyond_the_cap_of_a_task_is_told_apart():
    assert seconds(page(41), {1: Terms(cap=400 * SECOND)}) == (400, 0, 200)


def test_waiting_for_the_platform_is_credited():
    slow = page(41, acts=lambda at: not 11 <= at < 24)
    assert seconds(slow) == (510, 90, 0)
    wait = (T0 + 150 * SECOND, T0 + 345 * SECOND)
    assert seconds(slow, waits=[wait]) == (600, 0, 0)
    waited = [span for span in spans_of(slow, UNCAPPED, [wait]) if span.because == Because.WAITED]
    assert [(span.start, span.end, span.kind) for span in waited] == [(*wait, Kind.CREDITED)]


# --- bad and odd streams ---


@pytest.mark.parametrize(
    ("beats", "expected"),
    [
        ([], (0, 0, 0)),
        (page(1), (0, 0, 0)),
        (page(41, acts=never), (0, 600, 0)),
        (page(41, visible=never), (0, 0, 0)),
        # A page that goes backwards says nothing until it is ahead again.
        ([*page(21), replace(page(1)[0], number=21, at=T0 + 60 * SECOND)], (300, 0, 0)),
        # A number used twice is one beat, whatever the second says.
        ([*page(21), replace(page(1)[0], number=20, at=T0 + 400 * SECOND)], (300, 0, 0)),
    ],
)
def test_odd_streams(beats, expected):
    assert seconds(beats) == expected


def test_of_two_beats_with_one_number_the_order_of_arrival_does_not_decide():
    beats = page(21)
    other = replace(beats[20], at=beats[20].at + 15 * SECOND)
    assert spans_of([*beats, other], UNCAPPED) == spans_of([other, *beats], UNCAPPED)


def test_a_beat_is_placed_by_the_servers_clock_alone():
    anchor = anchor_of(5_000, T0)
    assert placed(20_000, anchor, T0 + 15_300) == T0 + 15_000
    assert placed(9_999_999, anchor, T0 + 15_000) == T0 + 17_000
    assert placed(20_000, anchor, T0 + 15_000 + MOST_LATE) == T0 + 15_000
    assert placed(20_000, anchor, T0 + 15_001 + MOST_LATE) is None


def test_a_moment_belongs_to_the_page_that_the_person_turned_to_last():
    first = page(5, acts=lambda at: at == 0, place=Place(1, Page.WORKBENCH))
    second = page(5, session="b", acts=lambda at: at == 2, place=Place(2, Page.WORKBENCH))
    assert [(span.start - T0, span.end - T0, span.place.engagement) for span in spans_of(first + second, UNCAPPED)] == [
        (0, 30 * SECOND, 1),
        (30 * SECOND, 60 * SECOND, 2),
    ]


def test_each_engagement_has_the_idle_time_of_its_terms():
    terms = {1: Terms(idle=60 * SECOND), 2: Terms(idle=300 * SECOND)}
    quiet = {"acts": lambda at: at in {0, 20}}
    assert seconds(page(21, **quiet), terms) == (60, 240, 0)
    assert seconds(page(21, place=Place(2, Page.REVIEW), **quiet), terms) == (300, 0, 0)


def test_what_was_spent_on_a_task_earlier_counts_towards_its_cap():
    spans = spans_of(page(41), {1: Terms(cap=400 * SECOND)}, spent={"T1": 300 * SECOND, "T2": 400 * SECOND})
    assert tally(spans) == Tally(credited=100 * SECOND, over_cap=500 * SECOND)


def test_pages_without_a_task_have_no_cap():
    assert seconds(page(41, place=GUIDE), {1: Terms(cap=0)}) == (600, 0, 0)


def test_the_cap_is_twice_what_nineteen_of_twenty_tasks_took_and_at_least_ten_minutes():
    assert cap_from([]) == DEFAULT_CAP
    assert cap_from([60_000] * 20) == DEFAULT_CAP
    assert cap_from([400_000] * 19 + [5_000_000]) == 800_000
    assert cap_from([400_000] * 18 + [5_000_000] * 2) == 10_000_000


def test_what_is_left_to_claim_is_neither_credited_nor_over_the_cap():
    spans = spans_of(page(41, acts=lambda at: not 11 <= at < 30), {1: Terms(cap=400 * SECOND)})
    assert left_to_claim((T0, T0 + 600 * SECOND), spans) == 180 * SECOND
    assert left_to_claim((T0 - 50 * SECOND, T0 + 600 * SECOND), spans) == 230 * SECOND
    assert left_to_claim((T0, T0 + 100 * SECOND), spans) == 0


# --- what always holds ---


@st.composite
def streams(draw, session: str = "a") -> list[Beat]:
    """One page's beats: gaps, hiding, silence, answers, two tasks and two engagements."""
    at = T0 + draw(st.integers(0, 400)) * SECOND
    beats = []
    for number in range(draw(st.integers(0, 40))):
        at += draw(st.sampled_from([1, 7, 15, 15, 15, 30, 45, 46, 200])) * SECOND
        answer = draw(st.integers(0, 9)) == 0
        place = draw(st.sampled_from([TASK, TASK, TASK, OTHER, GUIDE, Place(2, Page.DISCUSSION)]))
        visible = draw(st.integers(0, 9)) > 0
        beats.append(Beat(session, number * 10, at, place, visible, draw(st.integers(0, 1)), answer))
    return beats


PEOPLE = st.tuples(streams("a"), streams("b"), streams("c")).map(
    lambda pages: [beat for page in pages for beat in page]
)
WAITS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 300)).map(
        lambda each: (T0 + each[0] * SECOND, T0 + sum(each) * SECOND)
    ),
    max_size=3,
)
TERMS = {1: Terms(idle=120 * SECOND, cap=100 * SECOND), 2: Terms(idle=60 * SECOND, cap=200 * SECOND)}


def paid(spans: Iterable[Span]) -> int:
    sums = tally(spans)
    return sums.credited + sums.over_cap


@given(PEOPLE, WAITS)
def test_no_moment_counts_twice_and_none_counts_that_was_not_seen(beats, waits):
    spans = spans_of(beats, TERMS, waits)
    assert all(span.length > 0 for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    if beats:
        wall = max(beat.at for beat in beats) - min(beat.at for beat in beats)
        assert sum(span.length for span in spans) <= wall


@given(PEOPLE, WAITS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(beats, waits, random):
    shuffled = [*beats, *beats[:3]]
    random.shuffle(shuffled)
    assert spans_of(shuffled, TERMS, waits) == spans_of(beats, TERMS, waits)


@given(PEOPLE, WAITS, st.data())
def test_a_further_beat_of_a_visible_page_takes_nothing_away(beats, waits, data):
    before = paid(spans_of(beats, TERMS, waits))
    session = data.draw(st.sampled_from("abcd"))
    own = [beat for beat in beats if beat.session == session]
    place = data.draw(st.integers(0, len(own)))
    # A page beats in order: between its neighbours, in number and in time.
    low = (own[place - 1].number, own[place - 1].at) if place else (-10, T0 - 60 * SECOND)
    high = (own[place].number, own[place].at) if place < len(own) else (low[0] + 10, low[1] + 120 * SECOND)
    further = Beat(
        session,
        data.draw(st.integers(low[0] + 1, high[0] - 1)),
        data.draw(st.integers(low[1] + 1, high[1] - 1)),
        data.draw(st.sampled_from([own[place].place if place < len(own) else TASK])),
        inputs=data.draw(st.integers(0, 1)),
        is_answer=data.draw(st.booleans()),
    )
    assert paid(spans_of([*beats, further], TERMS, waits)) >= before


@given(streams(), st.integers(0, 40))
def test_opening_a_page_anew_costs_at_most_the_time_between_two_beats(beats, cut):
    one = replace(TERMS[1], cap=10**9)
    terms = {1: one, 2: one}
    parts = [*beats[:cut], *(replace(beat, session="z") for beat in beats[cut:])]
    lost = tally(spans_of(beats, terms)).credited - tally(spans_of(parts, terms)).credited
    gap = beats[cut].at - beats[cut - 1].at if 0 < cut < len(beats) else 0
    # Where the person comes back to a hidden page and it is opened anew in the same moment, nobody saw the coming back.
    if 0 < cut < len(beats) and not beats[cut - 1].is_visible:
        return
    assert 0 <= lost <= gap


@given(PEOPLE, WAITS, st.sampled_from(["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "Asia/Kathmandu"]))
def test_the_days_of_any_zone_come_to_the_same_sum(beats, waits, name):
    spans = spans_of(beats, TERMS, waits)
    zone = ZoneInfo(name)
    days = by_day(spans, date(1969, 12, 30), date(1970, 1, 3), zone)
    sums = [tuple(vars_of(each)) for each in days.values()]
    assert tuple(map(sum, zip(*sums, strict=True))) == vars_of(tally(spans))
    for day, each in days.items():
        start, end = day_bounds(day, zone)
        assert sum(vars_of(each)) <= end - start


def vars_of(each: Tally) -> tuple[int, int, int]:
    return each.credited, each.idle, each.over_cap


# --- days ---

HOUR = 3_600 * SECOND


def moment(*when: int, zone=UTC) -> int:
    return round(datetime(*when, tzinfo=zone).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # at midnight clocks go to one
        ("America/Havana", date(2026, 11, 1), 25),  # at one they go back to midnight
        ("Europe/Berlin", date(2026, 12, 31), 24),
        ("Pacific/Kiritimati", date(2026, 12, 31), 24),
        ("Etc/GMT+12", date(2028, 2, 29), 24),
    ],
)
def test_a_day_has_the_hours_that_its_zone_gives_it(zone, day, hours):
    start, end = day_bounds(day, ZoneInfo(zone))
    assert end - start == hours * HOUR
    assert day_bounds(day + timedelta(days=1), ZoneInfo(zone))[0] == end


@pytest.mark.parametrize("offset", range(-12, 15))
def test_a_night_at_the_end_of_a_year_is_split_where_the_zone_has_midnight(offset):
    zone = timezone(timedelta(hours=offset))
    midnight = moment(2027, 1, 1, zone=zone)
    night = Span(midnight - HOUR, midnight + 2 * HOUR, TASK, Kind.CREDITED, Because.WORKED)
    assert by_day([night], date(2026, 12, 31), date(2027, 1, 1), zone) == {
        date(2026, 12, 31): Tally(credited=HOUR),
        date(2027, 1, 1): Tally(credited=2 * HOUR),
    }


def test_work_through_the_night_when_clocks_go_back_is_credited_by_what_passed():
    zone = ZoneInfo("Europe/Berlin")
    night = Span(
        moment(2026, 10, 24, 22), moment(2026, 10, 25, 2), TASK, Kind.CREDITED, Because.WORKED
    )  # midnight until three o'clock, which is four hours
    assert by_day([night], date(2026, 10, 25), date(2026, 10, 25), zone) == {
        date(2026, 10, 25): Tally(credited=4 * HOUR)
    }


def test_clipping_keeps_what_lies_between():
    span = Span(0, 100, TASK, Kind.IDLE, Because.NO_INPUT)
    assert clipped([span], 0, 100) == [span]
    assert clipped([span], 40, 60) == [replace(span, start=40, end=60)]
    assert clipped([span], 100, 200) == []
