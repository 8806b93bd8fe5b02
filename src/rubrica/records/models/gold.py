"""Gold items, and attempts of people at sets of them."""

from django.db import models
from typing_extensions import override

from rubrica.domain.gold import AttemptState, GoldSource, Purpose
from rubrica.records.models.account import Account
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.item import Item
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class GoldPlan(models.Model):
    """What a project asks of its people on gold items."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    test_items = models.PositiveSmallIntegerField(
        default=0, help_text="Items of the test that new specialists pass before other work; 0 for no test."
    )
    pass_percent = models.PositiveSmallIntegerField(
        default=60, help_text="What the lower end of the 90 % interval of right answers must reach."
    )
    retake_days = models.PositiveSmallIntegerField(default=7)
    clarification_items = models.PositiveSmallIntegerField(default=5)
    breaking_items = models.PositiveSmallIntegerField(default=15)
    tolerances = models.JSONField(default=dict, help_text="Levels an answer may lie off, by criterion.")

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["GoldPlan"]()

    @override
    def __str__(self) -> str:
        return f"gold plan of {self.project}"


class Gold(models.Model):
    """An item whose right answers are known.

    It holds for evaluations under ``guideline`` and later versions, up to ``ended_by``. One that was voided scores
    nobody, from the beginning.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="gold")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=[(source.value, source.capitalize()) for source in GoldSource])
    answers = models.JSONField(default=dict, help_text="The right answers, by criterion.")
    note = models.CharField(max_length=1000, blank=True, help_text="Why they are right; shown to who missed one.")
    is_secret = models.BooleanField(default=False, help_text="Misses are counted, and the item is not shown.")
    is_practice = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Shown with its answers as soon as somebody has judged it, and asked nowhere else.",
    )
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=500, blank=True)

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["Gold"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="gold_number_unique"),
            models.UniqueConstraint(
                fields=["item"],
                name="gold_once_per_item",
                condition=models.Q(voided_at__isnull=True, ended_by__isnull=True),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"G-{self.number}"


class Attempt(models.Model):
    """A set of items that one person is asked to judge, gold or those of a round, and what came of it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=16, choices=[(purpose.value, purpose.capitalize()) for purpose in Purpose])
    pass_number = models.PositiveSmallIntegerField(help_text="The pass that its assignments carry.")
    round = models.ForeignKey("records.CalibrationRound", on_delete=models.PROTECT, null=True, related_name="+")
    stage = models.PositiveSmallIntegerField(default=1, help_text="Of a round: 1 before it is revealed, 2 after.")
    blocks = models.BooleanField(help_text="Whether other work waits for it.")
    pass_percent = models.PositiveSmallIntegerField(help_text="What the plan asked for when it began.")
    state = models.CharField(
        max_length=8,
        choices=[(state.value, state.capitalize()) for state in AttemptState],
        default=AttemptState.OPEN,
    )
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    retake_from = models.DateTimeField(null=True)

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["Attempt"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "account", "pass_number"], name="attempt_pass_unique"),
            models.UniqueConstraint(
                fields=["project", "account"], name="attempt_one_open", condition=models.Q(state="open")
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.purpose} of {self.account}"


class AttemptItem(models.Model):
    """One item of an attempt; in a test or calibration it is gold."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="items")
    gold = models.ForeignKey(Gold, on_delete=models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    scope = Scope(project="attempt__project", organisation="attempt__project__organisation", account="attempt__account")
    objects = ScopedManager["AttemptItem"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_position_unique"),
            models.UniqueConstraint(fields=["attempt", "gold"], name="attempt_gold_unique"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.position} of {self.attempt}"
