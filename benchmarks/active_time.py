"""How near active time comes to the truth, against other ways to measure it; and what beats of 200 people cost."""

import contextlib
import http.client
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.loops import _python, served
from rubrica.domain.active_time import Beat, Page, Place, Terms, spans_of, tally

SHIFTS, TASKS = 200, 60
SECOND = 1_000


@dataclass
class Shift:
    """What happened in a shift, second by second: inputs, what was work, and where the person would answer."""

    inputs: list[float] = field(default_factory=list)
    tasks: list[tuple[float, float]] = field(default_factory=list)
    worked: float = 0.0
    looking: list[tuple[float, float]] = field(default_factory=list)
    end: float = 0.0


def shift(rng: random.Random, *, away: float, jiggle: float) -> Shift:
    """Simulate one person's shift; ``away`` and ``jiggle`` are shares of tasks."""
    made, now = Shift(), 0.0
    for _ in range(TASKS):
        begun = now
        for _ in range(rng.randint(8, 20)):
            gap = rng.uniform(60, 240) if rng.random() < 0.06 else rng.expovariate(1 / 5)
            if gap > 20:
                made.looking.append((now, now + gap))
            now += gap
            made.worked += gap
            made.inputs.append(now)
        if rng.random() < 0.15:
            read = rng.uniform(20, 90)
            for _ in range(int(read // 12)):
                now += 12
                made.inputs.append(now)
            made.worked += 12 * int(read // 12)
        if rng.random() < away:
            now += rng.uniform(180, 1_500)
            made.inputs.append(now)
        if rng.random() < jiggle:
            for _ in range(int(rng.uniform(600, 2_400) // 30)):
                now += 30
                made.inputs.append(now)
        made.tasks.append((begun, now))
    made.end = now
    return made


def gaps(made: Shift) -> list[float]:
    """Return the lengths between inputs."""
    return [later - earlier for earlier, later in zip([0.0, *made.inputs], made.inputs, strict=False)]


def wall(made: Shift, _rng: random.Random) -> float:
    return made.end


def stop_after_five(made: Shift, _rng: random.Random) -> float:
    return sum(min(gap, 300) for gap in gaps(made))


def away_after_three(made: Shift, _rng: random.Random) -> float:
    return sum(gap if gap <= 180 else 0 for gap in gaps(made))


def blocks_of_ten(made: Shift, _rng: random.Random) -> float:
    return 600.0 * len({int(moment // 600) for moment in made.inputs})


def ours(answering: float, cap: float) -> Callable[[Shift, random.Random], float]:
    """Return our rules, with a share of the questions answered by those who are indeed looking."""

    def measure(made: Shift, rng: random.Random) -> float:
        answers = [start + 110 for start, end in made.looking if end - start > 120 and rng.random() < answering]
        answers += [moment + 100 for moment in list(answers) if _is_still_looking(made, moment + 100)]
        return credited(made, answers, cap)

    return measure


def _is_still_looking(made: Shift, moment: float) -> bool:
    return any(start < moment < end for start, end in made.looking)


def credited(made: Shift, answers: list[float], cap: float) -> float:
    """Let a page beat through the shift and return what our rules credit."""
    moments = sorted([*((each, 1, False) for each in made.inputs), *((each, 0, True) for each in answers)])
    beats, place = [], 0
    task = iter([*made.tasks, (made.end, made.end + 10**6)])
    _begun, ended = next(task)
    number = 0
    for count in range(int(made.end // 15) + 2):
        at = count * 15.0
        inputs, answered = 0, False
        while place < len(moments) and moments[place][0] <= at:
            inputs += moments[place][1]
            answered |= moments[place][2]
            place += 1
        beats.append(
            Beat("a", count, round(at * SECOND), Place(1, Page.WORKBENCH, f"t{number}"), True, inputs, answered)
        )
        while at >= ended:
            _begun, ended = next(task)
            number += 1
    sums = tally(spans_of(beats, {1: Terms(cap=round(cap * SECOND))}))
    return sums.credited / SECOND


PEOPLE = {"honest": (0.04, 0.0), "distracted": (0.15, 0.0), "gaming": (0.04, 0.10)}
METHODS: dict[str, Callable[[Shift, random.Random], float]] = {
    "wall clock": wall,
    "stopped after 5 min, idle time kept": stop_after_five,
    "away after 3 min, taken back": away_after_three,
    "blocks of 10 min": blocks_of_ten,
    "ours, 90 % of the questions answered": ours(0.9, 10**6),
    "ours, 70 % answered": ours(0.7, 10**6),
    "ours, none answered, nothing claimed": ours(0.0, 10**6),
    "ours, 90 % answered, cap 10 min a task": ours(0.9, 600),
}


def simulate() -> None:
    """Print the mean error of each method against the true time at work."""
    print(f"\n### Active time: mean error against the truth, {SHIFTS} shifts of {TASKS} tasks each\n")
    print(f"| method | {' | '.join(PEOPLE)} |")
    print("|---|" + "---:|" * len(PEOPLE))
    shifts = {
        kind: [shift(random.Random(f"{kind}{each}"), away=away, jiggle=jiggle) for each in range(SHIFTS)]
        for kind, (away, jiggle) in PEOPLE.items()
    }
    for name, method in METHODS.items():
        rng = random.Random(name)
        errors = [
            statistics.fmean((method(made, rng) - made.worked) / made.worked for made in shifts[kind])
            for kind in PEOPLE
        ]
        print(f"| {name} | {' | '.join(f'{error:+.1%}' for error in errors)} |", flush=True)


# --- what it costs ---

CREW, MINUTES = 200, 2


def _processor_seconds(pid: int) -> float:
    """Return what a process and its threads have used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _serving(port: int) -> list[int]:
    """Return the processes that serve a port: granian and its worker."""
    named = f"--port\0{port}\0".encode()
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if named in each.read_bytes():
                found.append(int(each.parent.name))
    return found + [child for pid in found for child in _children(pid) if child not in found]


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def cost() -> None:
    """Print what 200 people who beat every 15 seconds cost, and what as many requests that do nothing cost."""
    print(f"\n### {CREW} people, a beat every 15 s, {MINUTES * 60} s sent as fast as they come, SQLite\n")
    print("| requests | processor ms each | of two cores at 13.3 a second | p95 ms |")
    print("|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home:
        world = json.loads(_python(["-m", "benchmarks.world", "--items", "50", "--raters", str(CREW)], home, ""))
        with served("rubrica.config.wsgi:application", home) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            rounds = MINUTES * 4

            def send(number: int, who: int, token: str) -> None:
                body = {
                    "session": f"bench-page-{who}",
                    "counter": number * 15_000,
                    "beats": [{"number": number, "counter": number * 15_000, "page": "workbench", "inputs": 3}],
                }
                _call(connection, "POST", f"/api/v1/projects/{world['slug']}/beats", token, body)

            def nothing(_number: int, _who: int, token: str) -> None:
                _call(connection, "GET", "/api/v1/me", token, None)

            def today(_number: int, _who: int, token: str) -> None:
                _call(connection, "GET", f"/api/v1/projects/{world['slug']}/active-time", token, None)

            for who, token in enumerate(world["tokens"]):  # open the pages: rows and anchors, once a page
                send(0, who, token)
            for name, call in (("a beat", send), ("next to nothing: `GET /me`", nothing), ("how long today?", today)):
                before = sum(map(_processor_seconds, _serving(port)))
                seconds = []
                for number in range(1, rounds + 1):
                    for who, token in enumerate(world["tokens"]):
                        begun = time.perf_counter()
                        call(number, who, token)
                        seconds.append(time.perf_counter() - begun)
                used = sum(map(_processor_seconds, _serving(port))) - before
                each = used / len(seconds)
                share = each * CREW / 15 / 2
                p95 = statistics.quantiles(seconds, n=20)[18]
                print(f"| {name} | {1000 * each:.2f} | {share:.1%} | {1000 * p95:.1f} |", flush=True)
    _work_out_a_day()


def _work_out_a_day() -> None:
    beats = [
        Beat("a", count, count * 15 * SECOND, Place(1, Page.WORKBENCH, "t"), True, count % 5) for count in range(1_921)
    ]
    used = []
    for _ in range(20):
        begun = time.process_time()
        spans_of(beats, {1: Terms()})
        used.append(time.process_time() - begun)
    print(f"\nWorking out the beats of eight hours: {1000 * statistics.median(used):.1f} ms")


def _call(connection: http.client.HTTPConnection, verb: str, path: str, token: str, body: object) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(verb, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    told = answer.read()
    assert answer.status == 200, told


def report() -> None:
    """Print both tables."""
    simulate()
    cost()
