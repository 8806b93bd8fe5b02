"""Calibration rounds: their items, and what is said of them."""

from django.db import models
from typing_extensions import override

from rubrica.domain.calibration_round import ROUND_PROCESS, RoundState
from rubrica.records.models.account import Account
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.item import Item
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

_WAITING = sorted(ROUND_PROCESS.waiting)


class CalibrationRound(models.Model):
    """Items that everybody judges blind, talks about, and judges again.

    As long as it is not closed it has an owner and a moment until when.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=14,
        choices=[(state.value, state.replace("_", " ").capitalize()) for state in RoundState],
        default=RoundState.JUDGING.value,
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["CalibrationRound"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="calibration_round_number_unique"),
            models.CheckConstraint(
                condition=models.Q(state__in=_WAITING, owner__isnull=False, due_at__isnull=False)
                | models.Q(state=RoundState.CLOSED.value, owner__isnull=True, due_at__isnull=True),
                name="calibration_round_waits_for_somebody",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"Round {self.number}"


class RoundItem(models.Model):
    """One item of a round."""

    round = models.ForeignKey(CalibrationRound, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    scope = Scope(project="round__project", organisation="round__project__organisation")
    objects = ScopedManager["RoundItem"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="round_position_unique"),
            models.UniqueConstraint(fields=["round", "item"], name="round_item_unique"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.item} in {self.round}"


class RoundPost(models.Model):
    """Something said about an item of a round, once it was revealed. The database refuses to change it."""

    round_item = models.ForeignKey(RoundItem, on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2_000)
    at = models.DateTimeField()

    scope = Scope(
        project="round_item__round__project", organisation="round_item__round__project__organisation", account="author"
    )
    objects = ScopedManager["RoundPost"]()

    @override
    def __str__(self) -> str:
        return self.text
