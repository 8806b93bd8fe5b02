"""Durable jobs: work that outlives the request that asked for it.

A job names what it works on and which use case does it. Workers lease jobs; a worker that dies lets its lease run out,
and the next worker takes the job again. One installation needs no separate service: whoever enqueues a job starts a
worker that ends when there is nothing left to do.
"""

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from rubrica.kit import clock
from rubrica.records.models import Job
from rubrica.records.models.job import JobState
from rubrica.records.queries import job_queue
from rubrica.records.queries.job_queue import HeldJob

LEASE: Final = timedelta(seconds=20)
"""How long a silent worker is believed to be alive."""
RENEW_EVERY: Final = timedelta(seconds=5)
MOST_ATTEMPTS: Final = 5
"""A job that has ended this many workers is not given to another."""

WATCH_SECONDS: Final = 30.0
"""How often a server looks whether work has become due."""

_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class JobLostError(Exception):
    """The lease ran out and another worker has the job: stop at once and change nothing more."""


class KeptJob:
    """A running job as its use case sees it: what to work on, and the duty to show signs of life."""

    def __init__(self, held: HeldJob, now: Clock) -> None:
        self._held = held
        self._now = now
        self._renewed_at = now()
        self.subject = held.subject
        self.attempts = held.attempts

    def keep(self) -> None:
        """Renew the lease when it is due. Between two calls no more than a few seconds should pass."""
        if self._now() - self._renewed_at >= RENEW_EVERY:
            self.confirm()

    def confirm(self) -> None:
        """Renew the lease now. Inside a transaction this is the proof that its changes are still this worker's to make.

        Raises
        ------
        JobLostError
            Another worker has the job.
        """
        now = self._now()
        if not job_queue.keep_job(self._held, now + LEASE):
            raise JobLostError
        self._renewed_at = now


Handler = Callable[[KeptJob, Clock], None]
Undertaker = Callable[[str, str, datetime], None]
"""Told of a job that has failed for good: its subject, why, and when; in the transaction that ends the job."""


def enqueue(kind: str, subject: str, *, now: datetime, available_at: datetime | None = None) -> Job:
    """Put a job into the queue, in the transaction of the change that wants it; it begins at ``available_at``."""
    return Job.objects.create(kind=kind, subject=subject, created_at=now, available_at=available_at)


def run_next(handlers: Mapping[str, Handler], now: Clock, undertakers: Mapping[str, Undertaker] | None = None) -> bool:
    """Run the next job to its end; False when there was none.

    An error of the use case ends the job as failed, with its message; it never ends the worker. The undertaker of its
    kind then sees to it that those who wait for a result hear that there will be none.
    """
    taken_at = now()
    held = job_queue.take_job(taken_at, taken_at + LEASE)
    if held is None:
        return False
    if held.attempts > MOST_ATTEMPTS:
        failure = f"Given up: the worker ended without a result {MOST_ATTEMPTS} times."
        _fail(held, failure, (undertakers or {}).get(held.kind), now=taken_at)
        return True
    try:
        handlers[held.kind](KeptJob(held, now), now)
    except JobLostError:
        return True
    except Exception as error:  # noqa: BLE001  (one job's fault must not stop the others)
        failure = f"{type(error).__name__}: {error}"[:2000]
        _fail(held, failure, (undertakers or {}).get(held.kind), now=now())
    else:
        job_queue.end_job(held, JobState.DONE, failure="", now=now())
    return True


def _fail(held: HeldJob, failure: str, undertake: Undertaker | None, *, now: datetime) -> None:
    with transaction.atomic():
        if job_queue.end_job(held, JobState.FAILED, failure=failure, now=now) and undertake is not None:
            undertake(held.subject, failure, now)


def is_work_waiting(now: datetime) -> bool:
    """Tell whether a worker would find a job."""
    return job_queue.is_work_waiting(now)


def enqueue_and_start(kind: str, subject: str, *, now: datetime) -> None:
    """Put a job into the queue, and see that a worker runs as soon as the transaction is committed."""
    enqueue(kind, subject, now=now)
    transaction.on_commit(start_worker_if_idle)


@contextmanager
def only_worker() -> Iterator[bool]:
    """Hold the installation's place for a worker while the context lasts; yields False when it is taken."""
    descriptor = os.open(_lock_path(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _lock(descriptor)
    finally:
        os.close(descriptor)


def start_worker_if_idle() -> None:
    """Start a worker in the background, unless one runs or the installation starts its own.

    The worker looks at the queue once more after it has given up its place, so a job put in while the last worker was
    about to end is not left lying.
    """
    if not settings.START_WORKERS:
        return
    with only_worker() as is_free:
        if not is_free:
            return
    log_path = Path(settings.HOME) / "worker.log"
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rubrica.worker", "--until-empty"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # it goes on when the server ends
            env={**os.environ, "RUBRICA_HOME": str(settings.HOME)},
        )
    # Somebody must take the exit status, or the ended worker stays in the process table.
    threading.Thread(target=process.wait, name="worker-exit", daemon=True).start()


def start_worker_if_work_waits() -> None:
    """Start a worker when there is work that nobody does, such as what a killed worker has left."""
    if job_queue.is_work_waiting(clock.now()):
        start_worker_if_idle()


def watch_for_work() -> None:
    """Look from time to time whether work has become due, and start a worker for it; for as long as the server runs."""
    if not settings.START_WORKERS:
        return

    def watch() -> None:
        while True:
            time.sleep(WATCH_SECONDS)
            try:
                start_worker_if_work_waits()
            except DatabaseError:
                _log.warning("could not look for work; looking again later", exc_info=True)
            finally:
                connection.close()

    threading.Thread(target=watch, name="watch-for-work", daemon=True).start()


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_path() -> Path:
    return Path(settings.HOME) / "worker.lock"
