"""Durable jobs: work that outlives the request that asked for it."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.fields import public_id


class JobState(models.TextChoices):
    """How far a job has come."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Job(models.Model):
    """One piece of work, leased by a worker. A lease that ends without a result makes it available again."""

    public_id = public_id()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=40, help_text="Public id of what the job works on.")
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_ends = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    available_at = models.DateTimeField(null=True, help_text="Not to be begun before; null for at once.")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = models.Manager["Job"]()

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="job_queue")]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
