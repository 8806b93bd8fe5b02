"""How long a check of an explanation takes: 600 characters, of a rater who has written 500 explanations before."""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

CHARACTERS = 600
CHECKS = 200
PLACES = ("in the upper left corner", "behind the table", "at the right edge", "in the foreground", "near the window")
THINGS = ("hand", "sign", "chair", "shadow", "reflection", "sleeve", "cup", "roof", "wheel", "eye")
FACTS = (
    "fuses with the wall",
    "has one part too many",
    "casts no shadow",
    "is blurred to its outline",
    "carries no letters",
)
SLIPS = ("teh", "wiht", "colr", "shaddow", "backgruond", "fingres", "refection", "recieve", "obvios", "symetric")


def explanation(chance: random.Random, slips: int) -> str:
    """Return sentences of a diligent rater, with so many slips of the pen."""
    text = ""
    while len(text) < CHARACTERS:
        what, other = chance.choice(THINGS), chance.choice(THINGS)
        text += f"The {what} {chance.choice(PLACES)} {chance.choice(FACTS)}, {other} {chance.randint(1, 999)}. "
    words = text[:CHARACTERS].split()
    for _ in range(slips):
        words[chance.randrange(len(words))] = chance.choice(SLIPS) + chance.choice("abcdefgh")
    return " ".join(words)


def _measured(check: Callable[[str], object], slips: int) -> tuple[float, float]:
    chance = random.Random(slips)
    check(explanation(chance, slips))
    milliseconds = []
    for _ in range(CHECKS):
        text = explanation(chance, slips)
        begun = time.process_time()
        check(text)
        milliseconds.append(1000 * (time.process_time() - begun))
    return statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]


def _own_memory() -> int:
    """Return the proportional set size of this process in MB."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:  # noqa: PTH123  (no file of ours)
        return next(int(line.split()[1]) // 1024 for line in rollup if line.startswith("Pss:"))


def _checks() -> None:
    from benchmarks.world import make_world

    world = make_world(600, raters=1, overlap=3)
    from rubrica.domain.coach import check_explanation
    from rubrica.domain.templates import template_rubric
    from rubrica.kit.clock import now
    from rubrica.usecases.accounts import account_of_token
    from rubrica.usecases.assignments import take_assignments
    from rubrica.usecases.evaluations import submit_evaluation
    from rubrica.usecases.explanation_checks import check_own_explanation
    from rubrica.usecases.language import READER

    rater = account_of_token(world["tokens"][0], now=now())
    assert rater is not None
    chance = random.Random(0)
    work = take_assignments(rater, str(world["slug"]), hold=1, now=now())
    recent = [explanation(chance, 0) for _ in range(500)]
    for text in recent:
        held = work.assignments[0].held.public_id
        answer = {**world["answer"], "explanation": text}
        work = submit_evaluation(rater, held, payload=answer, key=f"key-{held}", hold=1, now=now()).work
    before = _own_memory()
    begun = time.perf_counter()
    READER.read(explanation(chance, 0))
    first = 1000 * (time.perf_counter() - begun)
    rubric = template_rubric("ai-image-audit")
    rows: list[tuple[str, Callable[[str], object], int]] = [
        ("rules, own 500 explanations among them", lambda text: check_explanation(rubric, {}, (), text, recent), 0),
        ("language, no slip", READER.read, 0),
        ("language, 3 slips", READER.read, 3),
        ("the whole check, no slip", lambda text: _whole(check_own_explanation, rater, world, text), 0),
        ("the whole check, 3 slips", lambda text: _whole(check_own_explanation, rater, world, text), 3),
    ]
    for what, check, slips in rows:
        median, p95 = _measured(check, slips)
        print(f"| {what} | {median:.1f} | {p95:.1f} |", flush=True)
    print(f"\nFirst text of a process: {first:.0f} ms; memory of the dictionaries: {_own_memory() - before} MB")


def _whole(check: Callable[..., object], rater: object, world: dict[str, object], text: str) -> object:
    return check(rater, str(world["slug"]), draft={"explanation": text})


def report() -> None:
    """Print the table, measured in a fresh installation."""
    print(f"\n### A check of an explanation of {CHARACTERS} characters, {CHECKS} times")
    print("\nProcessor time in one process, SQLite.\n")
    print("| what | median ms | p95 ms |")
    print("|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home:
        environment = {**os.environ, "RUBRICA_HOME": home, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"}
        subprocess.run([sys.executable, "-m", "benchmarks.coach"], env=environment, check=True)


if __name__ == "__main__":
    _checks()
