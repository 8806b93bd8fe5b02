"""Evaluations: facts, appended and never rewritten, with the ratings and marks they consist of."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.account import Account
from rubrica.records.models.assignment import Assignment
from rubrica.records.models.fields import public_id, sha256
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.item import Item
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class Evaluation(models.Model):
    """What one rater judged of one item, under which guideline, shown how. The database refuses to change it."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    rater = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    guideline_hash = sha256()
    image_sha256s = models.JSONField(help_text="SHA-256 of the original in each item slot.")
    presentation = models.JSONField(help_text="Which item slot was shown at each place.")
    answer = models.JSONField(help_text="As given, in terms of what was shown.")
    explanation = models.TextField(blank=True)
    cannot_judge = models.CharField(max_length=40, blank=True)
    active_ms = models.PositiveIntegerField(null=True)
    is_repeat = models.BooleanField(
        db_default=False, help_text="Counts apart: judged again by the same rater, or asked as gold or in an attempt."
    )
    idempotency_key = models.CharField(max_length=64)
    body_sha256 = sha256()
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    revision_reason = models.CharField(max_length=500, blank=True)
    taken_at = models.DateTimeField()
    submitted_at = models.DateTimeField()

    scope = Scope(project="project", organisation="project__organisation", account="rater")
    objects = ScopedManager["Evaluation"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "idempotency_key"], name="evaluation_idempotent"),
            # One fact for an assignment; a revision is a further fact that names the one it supersedes.
            models.UniqueConstraint(
                fields=["assignment"], name="evaluation_once_per_assignment", condition=models.Q(supersedes=None)
            ),
        ]
        indexes = [
            models.Index(fields=["project", "id"], name="evaluation_of_project"),
            models.Index(fields=["rater", "project", "id"], name="evaluation_of_rater"),
        ]

    @override
    def __str__(self) -> str:
        return self.public_id


class Rating(models.Model):
    """One answer to one criterion, in terms of item slots (never of what side was shown)."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=60)
    value = models.CharField(max_length=60)
    score = models.FloatField(null=True, help_text="Null where the answer carries no order, such as 'not sure'.")

    scope = Scope(project="evaluation__project", organisation="evaluation__project__organisation")
    objects = ScopedManager["Rating"]()

    @override
    def __str__(self) -> str:
        return f"{self.criterion}={self.value}"


class Mark(models.Model):
    """A place in an image where a rater saw an error. Coordinates are fractions of the displayed original."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="1, 2, … in the order of the answer; explanations cite it.")
    slot = models.PositiveSmallIntegerField()
    shape = models.CharField(max_length=12)
    geometry = models.JSONField()
    code = models.CharField(max_length=60, blank=True)
    part = models.CharField(max_length=60, blank=True)
    severity = models.PositiveSmallIntegerField(null=True, help_text="Null where the code is recorded, not a fault.")
    note = models.CharField(max_length=1000, blank=True)
    missing = models.BooleanField(db_default=False, help_text="The place is where something should be and is not.")
    clause = models.CharField(max_length=40, blank=True, db_default="", help_text="Anchor that the rater named.")
    pair = models.PositiveSmallIntegerField(null=True, help_text="Number of the mark of the same on the other image.")

    scope = Scope(project="evaluation__project", organisation="evaluation__project__organisation")
    objects = ScopedManager["Mark"]()

    @override
    def __str__(self) -> str:
        return f"{self.code} ({self.severity})"
