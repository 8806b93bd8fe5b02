"""Edge cases: what raters asked, how peers voted and what was said of it. Only the case itself moves on."""

from django.db import models
from typing_extensions import override

from rubrica.domain.edge_case import CaseEvent, CaseKind, CaseState
from rubrica.records.models.account import Account
from rubrica.records.models.assignment import Assignment
from rubrica.records.models.fields import public_id
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.item import Item
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

_KINDS = [(kind.value, kind.replace("_", " ").capitalize()) for kind in CaseKind]
_STATES = [(state.value, state.capitalize()) for state in CaseState]
_EVENTS = [
    (CaseEvent.OPEN_VOTE.value, "put it to the vote"),
    (CaseEvent.CLOSE_VOTE.value, "closed the vote"),
    (CaseEvent.RULE.value, "ruled on it"),
    (CaseEvent.MERGE.value, "merged it"),
    (CaseEvent.ANSWER.value, "closed it as answered"),
    (CaseEvent.REOPEN.value, "reopened it"),
    (CaseEvent.RESUME.value, "took it up again"),
    (CaseEvent.TAKE_OVER.value, "sees to it from now on"),
    (CaseEvent.HAND_OVER.value, "handed it over"),
]


class EdgeCase(models.Model):
    """A question that the rules did not decide, about a place of an item.

    As long as it waits for somebody it has an owner and a moment until when.
    """

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=_KINDS)
    question = models.CharField(max_length=300)
    answer = models.CharField(max_length=300, blank=True, help_text="What the rater would do; hidden from voters.")
    clause = models.CharField(max_length=40, blank=True)
    criterion = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=60, blank=True)
    slot = models.PositiveSmallIntegerField()
    shape = models.CharField(max_length=12)
    geometry = models.JSONField()
    raised_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=_STATES, default=CaseState.RAISED)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    options = models.JSONField(default=list, help_text="What is voted on, as short answers to the question.")
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")

    scope = Scope(project="project", organisation="project__organisation", account="raised_by")
    objects = ScopedManager["EdgeCase"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="edge_case_number_unique"),
            models.UniqueConstraint(fields=["raised_by", "idempotency_key"], name="edge_case_idempotent"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[CaseState.RAISED, CaseState.VOTING, CaseState.DISCUSSION],
                    owner__isnull=False,
                    due_at__isnull=False,
                )
                | models.Q(
                    state__in=[CaseState.RULED, CaseState.DUPLICATE, CaseState.ANSWERED],
                    owner__isnull=True,
                    due_at__isnull=True,
                ),
                name="edge_case_waits_for_somebody",
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="edge_case_board")]

    @override
    def __str__(self) -> str:
        return f"E-{self.number}"


class CaseStep(models.Model):
    """What happened to a case, by whom and why. The database refuses to change it."""

    case = models.ForeignKey(EdgeCase, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=12, choices=_EVENTS)
    source = models.CharField(max_length=12, choices=_STATES)
    target = models.CharField(max_length=12, choices=_STATES)
    reason = models.CharField(max_length=500, blank=True)

    scope = Scope(project="case__project", organisation="case__project__organisation", account="actor")
    objects = ScopedManager["CaseStep"]()

    @override
    def __str__(self) -> str:
        return f"{self.case}: {self.event}"


class CaseVote(models.Model):
    """How a person would decide, given before seeing how others would. The database refuses to change it."""

    case = models.ForeignKey(EdgeCase, on_delete=models.PROTECT, related_name="votes")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    option = models.PositiveSmallIntegerField(null=True, help_text="Place among the options; null for none of them.")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    scope = Scope(project="case__project", organisation="case__project__organisation", account="account")
    objects = ScopedManager["CaseVote"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "account"], name="case_vote_once")]

    @override
    def __str__(self) -> str:
        return f"{self.account} on {self.case}"


class CasePost(models.Model):
    """Something said in the discussion of a case. The database refuses to change it."""

    case = models.ForeignKey(EdgeCase, on_delete=models.PROTECT, related_name="posts")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2_000)
    at = models.DateTimeField()

    scope = Scope(project="case__project", organisation="case__project__organisation", account="author")
    objects = ScopedManager["CasePost"]()

    @override
    def __str__(self) -> str:
        return f"{self.author} on {self.case}"


class RulingScope(models.TextChoices):
    """How far a ruling reaches."""

    ITEM = "item", "This item only"
    PATTERN = "pattern", "Everything like it"
    GLOBAL = "global", "The whole project"


class Ruling(models.Model):
    """The decision of a case, a precedent from then on. The database refuses to change it."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    case = models.OneToOneField(EdgeCase, on_delete=models.PROTECT, related_name="ruling")
    question = models.CharField(max_length=300)
    decision = models.CharField(max_length=500)
    rationale = models.TextField(max_length=2_000)
    clause = models.CharField(max_length=40, blank=True)
    criterion = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=60, blank=True)
    reach = models.CharField(max_length=8, choices=RulingScope.choices)
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    review_on = models.DateField(help_text="The day from which the ruling wants to be looked at again.")
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    # The right answers for the case's item, by criterion; empty where the ruling gives none.
    answers = models.JSONField(default=dict)

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["Ruling"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="ruling_number_unique")]

    @override
    def __str__(self) -> str:
        return f"R-{self.number}"
