"""The science at the size of a large crowd: beside its peers, beside a floor in C, as data grow, and bit by bit."""

import json
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure_inputs import Columns, comparisons, labels, opinions, ratings, shuffled, store

PEERS = Path(__file__).parents[1] / ".oracles" / "peers" / "bin" / "python"
REPEATS = 5
PANELISTS = ("sureal", "sureal, alternating")
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Contest:
    """One line of the table: our task, the peers' names for it, and the floor's."""

    what: str
    task: str
    columns: Columns
    peers: tuple[str, ...] = ()
    floor: str = ""


def contests() -> Iterator[Contest]:
    """Yield the lines one by one, as their columns are large."""
    crowd = labels(200_000)
    yield Contest("Dawid–Skene, 20 iterations, 1 000 000 labels", "dawid-skene", crowd, ("crowd-kit",), "dawid-skene")
    yield Contest("— of which its columns are numbered and sorted", "preparation", crowd)
    yield Contest("— the same from unsorted columns", "dawid-skene", shuffled(crowd))
    for levels in (5, 101):
        million = ratings(200_000, levels)
        for level in ("interval", "ordinal"):
            what = f"alpha, {level}, {levels} levels, 1 000 000 ratings"
            floor = "alpha" if level == "interval" else ""
            peers = (f"krippendorff, {level}",)
            yield Contest(f"{what}, sorted", f"alpha, {level}", million, peers, floor)
            yield Contest(f"{what}, unsorted", f"alpha, {level}", shuffled(million))
    complete = opinions(2_000, 50, per_unit=50)
    yield Contest("subject model, 100 000 ratings, complete", "subject model", complete, PANELISTS)
    small = opinions(2_000, 200, per_unit=5)
    yield Contest("subject model, 10 000 ratings, sparse", "subject model", small, PANELISTS)
    yield Contest("subject model, 1 000 000 ratings, sparse", "subject model", opinions(200_000, 1_000, per_unit=5))
    games = comparisons(10_000, 1_000_000)
    yield Contest("Bradley–Terry, 1 000 000 comparisons", "bradley-terry", games, ("choix", "evalica"))


def ours(task: str, path: Path, repeats: int = REPEATS) -> dict[str, Any]:
    """Run a task of ours, or of the floor, in a process of its own."""
    done = _run([sys.executable, "-m", "benchmarks.measure_work", task, str(path), str(repeats)])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def theirs(peer: str, path: Path) -> dict[str, Any]:
    """Run a peer's task once, in its own environment, and say so where it was stopped."""
    done = _run([str(PEERS), "-W", "ignore", "-m", "benchmarks.measure_peers", peer, str(path)], may_be_stopped=True)
    return json.loads(done.stdout) if done.returncode == 0 else {"refused": "not done in 120 s"}


def _run(command: list[str], *, may_be_stopped: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=False, stdout=subprocess.PIPE, text=True)
    if not (may_be_stopped and done.returncode == -signal.SIGXCPU):
        done.check_returncode()
    return done


def _seconds(times: list[float]) -> str:
    low, middle, high = min(times), statistics.median(times), max(times)
    return f"{_figures(middle)} ({_figures(low)}–{_figures(high)})" if len(times) > 1 else _figures(middle)


def _figures(value: float) -> str:
    """Return a number with three significant figures."""
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


def _contest_lines(contest: Contest, folder: Path) -> Iterator[str]:
    path = store(folder, "columns", contest.columns)
    found = ours(f"time: {contest.task}", path)
    middle = statistics.median(found["processor"])
    yield _line(contest.what, "Rubrica", found, "", f"{found['memory']:.0f}")
    if contest.floor and shutil.which("cc"):
        floor = ours(f"floor: {contest.floor}", path)
        ratio = f"ours takes {middle / statistics.median(floor['processor']):.1f} × as long"
        yield _line(f"  differs from ours by {floor['difference']:.1e}", "floor in C", floor, ratio, "")
    for peer in contest.peers if PEERS.is_file() else ():
        told = theirs(peer, path)
        if "refused" in told:
            yield f"| | {peer} | {told['refused']} | | | | |"
        else:
            yield _line("", peer, told, f"takes {told['processor'][0] / middle:.0f} × as long as ours", "")


def _line(what: str, who: str, found: dict[str, Any], ratio: str, above: str) -> str:
    times = f"{_seconds(found['wall'])} | {_seconds(found['processor'])}"
    return f"| {what} | {who} | {times} | {ratio} | {above} | {found['whole']:.0f} |"


def _growing(size: int) -> dict[str, Columns]:
    """Return columns of each kind with `size` rows, raters or comparisons of an item staying as many as they are."""
    rated = ratings(size // 5, 5, n_raters=100)
    return {
        "alpha, ordinal": rated,
        "twenty iterations": labels(size // 5, n_raters=100),
        "variance components": rated,
        "bradley-terry": comparisons(size // 100, size),
        "subject model": opinions(size // 5, 100, per_unit=5),
    }


def _growth(folder: Path) -> None:
    print("\n### Growth: seconds of the processor by number of rows, medians (of 1 for the largest)\n")
    print(f"| what | {' | '.join(f'{size:,}'.replace(',', ' ') for size in SIZES)} | exponent |")
    print("|---|" + "---:|" * (len(SIZES) + 1))
    found: dict[str, list[float]] = {}
    for size in SIZES:
        for task, columns in _growing(size).items():
            path = store(folder, "columns", columns)
            timed = ours(f"time: {task}", path, 1 if size == SIZES[-1] else REPEATS)
            found.setdefault(task, []).append(statistics.median(timed["processor"]))
    for task, seconds in found.items():
        exponent = float(np.polyfit(np.log(SIZES), np.log(seconds), 1)[0])
        last = math.log10(seconds[-1] / seconds[-2])
        print(f"| {task} | {' | '.join(map(_figures, seconds))} | {exponent:.2f} (last step {last:.2f}) |", flush=True)


def _bits(folder: Path) -> None:
    print("\n### The same to the last bit when the rows are shuffled, 100 000 rows\n")
    print("| what | same |")
    print("|---|---|")
    for task, columns in _growing(100_000).items():
        found = ours(f"same: {task}", store(folder, "columns", columns))
        print(f"| {task} | {'yes' if found['same'] else 'no'} |", flush=True)


def report() -> None:
    """Print the tables."""
    print(f"\n### Measures beside their peers, one thread, medians and ranges of {REPEATS} (peers: one run)\n")
    if not PEERS.is_file():
        print("The peers' environment is not there (`make oracles` builds it): Rubrica's numbers alone.\n")
    if not shutil.which("cc"):
        print("There is no C compiler: the floor is left out.\n")
    print("| what | who | seconds | of the processor | ratio (of the processor) | MiB for the work | MiB in all |")
    print("|---|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as name:
        folder = Path(name)
        for contest in contests():
            for line in _contest_lines(contest, folder):
                print(line, flush=True)
        _bits(folder)
        _growth(folder)


if __name__ == "__main__":
    report()
