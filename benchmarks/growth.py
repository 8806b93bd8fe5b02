"""Does taking get slower as the queue grows? Submit-and-next inside one process, at three lengths of the queue."""

import os
import statistics
import subprocess
import sys
import tempfile

SIZES = (1_000, 10_000, 100_000)


def median_milliseconds(items: int) -> float:
    """Return the median of 300 submit-and-next loops in a fresh world, nine tenths of whose items are complete."""
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home:
        environment = {**os.environ, "RUBRICA_HOME": home, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"}
        command = [sys.executable, "-m", "benchmarks.growth", str(items)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return float(done.stdout)


def _loops(items: int) -> float:
    import time

    from benchmarks.world import make_world

    world = make_world(items, raters=1, overlap=3, completed=items * 9 // 10 if items > 1_000 else 0)
    from rubrica.kit.clock import now
    from rubrica.usecases.accounts import account_of_token
    from rubrica.usecases.assignments import take_assignments
    from rubrica.usecases.evaluations import submit_evaluation

    rater = account_of_token(world["tokens"][0], now=now())
    assert rater is not None
    work = take_assignments(rater, str(world["slug"]), hold=1, now=now())
    seconds = []
    for _ in range(300):
        held = work.assignments[0].held.public_id
        begun = time.process_time()
        work = submit_evaluation(rater, held, payload=world["answer"], key=f"key-{held}", hold=1, now=now()).work
        seconds.append(time.process_time() - begun)
    return 1000 * statistics.median(seconds)


def report() -> None:
    """Print the medians and their ratio to the smallest queue."""
    print("\n### Submit and next as the queue grows (processor time in one process, SQLite)\n")
    print("| items | median ms | ratio to 1 000 |")
    print("|---|---|---|")
    medians = {items: median_milliseconds(items) for items in SIZES}
    for items, median in medians.items():
        print(f"| {items:,} | {median:.2f} | {median / medians[SIZES[0]]:.2f} |".replace(",", " "), flush=True)


if __name__ == "__main__":
    print(_loops(int(sys.argv[1])))
