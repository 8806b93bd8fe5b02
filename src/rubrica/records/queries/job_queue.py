"""Durable jobs: taking one in a single statement, keeping its lease, ending it.

One statement takes, so that no two workers hold the same job: SQLite runs one writer at a time, PostgreSQL skips rows
that another worker has locked. A lease that runs out without a result makes the job available again; ``attempts`` tells
its holders apart, so that one who was thought dead cannot go on beside the next.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from rubrica.records.models.job import Job, JobState


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job in the hands of one worker."""

    id: int
    kind: str
    subject: str
    attempts: int


def take_job(now: datetime, lease_ends: datetime) -> HeldJob | None:
    """Take the oldest job that nobody holds; None when there is none."""
    skip_locked = "" if connection.vendor == "sqlite" else " FOR UPDATE SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_job SET state = 'running', attempts = attempts + 1, lease_ends = %s "  # noqa: S608  (a constant is formatted in)
            "WHERE id = (SELECT id FROM records_job "
            "WHERE (state = 'waiting' AND (available_at IS NULL OR available_at <= %s)) "
            "OR (state = 'running' AND lease_ends < %s) ORDER BY id LIMIT 1"
            f"{skip_locked}) RETURNING id, kind, subject, attempts",
            [_moment(lease_ends), _moment(now), _moment(now)],
        )
        row = cursor.fetchone()
    return HeldJob(*row) if row else None


def keep_job(job: HeldJob, lease_ends: datetime) -> bool:
    """Hold the job longer; False when another worker has it."""
    return bool(_held(job).update(lease_ends=lease_ends))


def end_job(job: HeldJob, state: JobState, *, failure: str, now: datetime) -> bool:
    """Record how the job ended; False when another worker has it."""
    return bool(_held(job).update(state=state, failure=failure, finished_at=now, lease_ends=None))


def is_work_waiting(now: datetime) -> bool:
    """Tell whether a worker would find a job."""
    due = Q(available_at=None) | Q(available_at__lte=now)
    return (
        Job.objects.filter(due, state=JobState.WAITING).exists()
        or Job.objects.filter(state=JobState.RUNNING, lease_ends__lt=now).exists()
    )


def _held(job: HeldJob) -> Any:
    return Job.objects.filter(pk=job.id, state=JobState.RUNNING, attempts=job.attempts)


def _moment(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
