"""Raters who take, submit and take again, over HTTP against the server that operators run; and the floor beside it."""

import contextlib
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.servers import free_port, postgres

SERVER = "rubrica.config.wsgi:application"
FLOOR = "benchmarks.floor:application"
THREADS = 8


@dataclass(frozen=True)
class Loops:
    """What a group of raters reached."""

    raters: int
    per_second: float
    p50: float
    p95: float
    p99: float
    beyond_overlap: int


@contextlib.contextmanager
def served(application: str, home: str, database_url: str = "") -> Iterator[int]:
    """Serve a WSGI application with granian as ``rubrica serve`` does, and yield the port."""
    port = free_port()
    environment = {
        **os.environ,
        "RUBRICA_HOME": home,
        "RUBRICA_DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "rubrica.config.settings",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", str(THREADS), "--no-access-log", "--log-level", "error"]
    process = subprocess.Popen([*command, application], env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.connect()
            connection.close()
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not come up")


class Rater(threading.Thread):
    """One person with a token who never stops to think."""

    def __init__(
        self, port: int, world: dict[str, Any], token: str, until: list[float], start: threading.Barrier
    ) -> None:
        super().__init__()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._world, self._until, self._begin = world, until, start
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.seconds: list[float] = []
        self.failures: list[str] = []

    def _post(self, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        self._connection.request("POST", path, json.dumps(body), headers)
        response = self._connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        if response.status >= 400:
            self.failures.append(f"{response.status} {answer}")
        return answer

    def run(self) -> None:
        """Loop until the time is up or the queue is empty."""
        work = self._post(f"/api/v1/projects/{self._world['slug']}/assignments", {"hold": 1})
        self._begin.wait()
        while work.get("assignments") and time.perf_counter() < self._until[0]:
            held = work["assignments"][0]["id"]
            begun = time.perf_counter()
            work = self._post(f"/api/v1/assignments/{held}/submission?hold=1", self._world["answer"], f"key-{held}")
            self.seconds.append(time.perf_counter() - begun)
        self._connection.close()


def work_day(port: int, world: dict[str, Any], raters: int, seconds: float, home: str, database_url: str) -> Loops:
    """Let ``raters`` work for some seconds and return what they reached."""
    until = [0.0]

    def begin() -> None:
        until[0] = time.perf_counter() + seconds

    start = threading.Barrier(raters, action=begin)
    crew = [Rater(port, world, token, until, start) for token in world["tokens"][:raters]]
    for rater in crew:
        rater.start()
    begun = time.perf_counter()
    for rater in crew:
        rater.join()
    elapsed = time.perf_counter() - begun
    failures = [failure for rater in crew for failure in rater.failures]
    if failures:
        raise RuntimeError(f"{len(failures)} requests failed, the first: {failures[0]}")
    every = sorted(second for rater in crew for second in rater.seconds)
    points = statistics.quantiles(every, n=100)
    milliseconds = [1000 * points[index] for index in (49, 94, 98)]
    return Loops(raters, len(every) / elapsed, *milliseconds, _beyond_overlap(home, database_url))


def _beyond_overlap(home: str, database_url: str) -> int:
    code = (
        "import django; django.setup()\n"
        "from django.db.models import F\nfrom rubrica.records.models import Item\n"
        "rows = Item.objects.everywhere('benchmark')\n"
        "print(rows.filter(evaluation_count__gt=F('project__overlap')).count())"
    )
    return int(_python(["-c", code], home, database_url))


def _python(arguments: list[str], home: str, database_url: str) -> str:
    environment = {
        **os.environ,
        "RUBRICA_HOME": home,
        "RUBRICA_DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "rubrica.config.settings",
    }
    done = subprocess.run([sys.executable, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def measure(database_url: str, crews: tuple[int, ...], seconds: float) -> dict[str, list[Loops]]:
    """Return Rubrica's loops and the floor's, each on a fresh world of the same size."""
    results: dict[str, list[Loops]] = {}
    for name, application in (("rubrica", SERVER), ("floor", FLOOR)):
        results[name] = []
        for raters in crews:
            with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home, _fresh(database_url) as url:
                size = ["--items", "20000", "--raters", str(raters)]
                world = json.loads(_python(["-m", "benchmarks.world", *size], home, url))
                with served(application, home, url) as port:
                    results[name].append(work_day(port, world, raters, seconds, home, url))
    return results


@contextlib.contextmanager
def _fresh(database_url: str) -> Iterator[str]:
    """Yield an empty database: SQLite lives in the fresh home, PostgreSQL gets a server of its own."""
    if not database_url:
        yield ""
        return
    with postgres() as url:
        yield url


def report(*, seconds: float = 6.0, crews: tuple[int, ...] = (1, 8, 32)) -> None:
    """Print the table for both databases."""
    for database, url in (("SQLite (WAL, FULL)", ""), ("PostgreSQL", "postgres://")):
        print(f"\n### Submit and next, {database}, {THREADS} server threads, {seconds:.0f} s each\n")
        print("| raters | loops/s | p50 ms | p95 ms | p99 ms | floor loops/s | ratio | beyond overlap |")
        print("|---|---|---|---|---|---|---|---|")
        results = measure(url, crews, seconds)
        for ours, floor in zip(results["rubrica"], results["floor"], strict=True):
            print(
                f"| {ours.raters} | {ours.per_second:.0f} | {ours.p50:.1f} | {ours.p95:.1f} | {ours.p99:.1f} | "
                f"{floor.per_second:.0f} | {ours.per_second / floor.per_second:.2f} | {ours.beyond_overlap} |",
                flush=True,
            )


if __name__ == "__main__":
    report(seconds=float(os.environ.get("SECONDS_EACH", "6")))
