"""Assignments: an item lent to a rater for a while."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.item import Item
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class AssignmentState(models.TextChoices):
    """What became of an assignment."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"
    SKIPPED = "skipped", "Skipped"
    EXPIRED = "expired", "Expired"


class SkipReason(models.TextChoices):
    """Why a rater passed an item on."""

    DID_NOT_LOAD = "did_not_load", "The image did not load"
    TOO_HARD = "too_hard", "I cannot judge this well"
    CONFLICT_OF_INTEREST = "conflict_of_interest", "I know this image or its maker"
    DISTRESSING = "distressing", "The content distresses me"
    OTHER = "other", "Another reason"


class Assignment(models.Model):
    """One item for one rater, at most once in each pass of the item, and at most once more as a repeat.

    Passes of the item begin with 1. Gold that comes unannounced is lent in pass 0, an attempt's in a pass of its own.

    Only an expired one, never answered, can be opened again.
    """

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="assignments")
    rater = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=AssignmentState.choices, default=AssignmentState.OPEN)
    presentation = models.JSONField(help_text="Which item slot was shown at each place.")
    is_repeat = models.BooleanField(db_default=False, help_text="The rater has judged the item before.")
    pass_number = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        help_text="The pass of the item that it was lent in; 0 for gold, from 10000 on for attempts.",
    )
    taken_at = models.DateTimeField()
    lease_ends = models.DateTimeField()
    skip_reason = models.CharField(max_length=24, choices=SkipReason.choices, blank=True)
    skip_note = models.CharField(max_length=500, blank=True)
    # An answer that came after the lease was lost and the item complete: kept for the rater, counted nowhere.
    late_answer = models.JSONField(null=True)

    scope = Scope(project="project", organisation="project__organisation", account="rater")
    objects = ScopedManager["Assignment"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "rater", "is_repeat", "pass_number"], name="assignment_once_per_rater"
            )
        ]
        indexes = [
            models.Index(fields=["project", "lease_ends"], name="assignment_leases", condition=models.Q(state="open")),
            models.Index(fields=["rater", "project"], name="assignment_open", condition=models.Q(state="open")),
            models.Index(fields=["rater", "project"], name="assignment_lapsed", condition=models.Q(state="expired")),
        ]

    @override
    def __str__(self) -> str:
        return self.public_id
