"""Proposals to change a clause of the guideline, and who approves of them."""

from django.db import models
from typing_extensions import override

from rubrica.domain.change_proposal import PROPOSAL_PROCESS, ProposalState
from rubrica.records.models.account import Account
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

_WAITING = sorted(PROPOSAL_PROCESS.waiting)
_ENDS = sorted(set(ProposalState) - PROPOSAL_PROCESS.waiting)


class ChangeProposal(models.Model):
    """Another wording of a clause. As long as it waits for a decision it has an owner and a moment until when."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=40)
    old_text = models.TextField()
    new_text = models.TextField()
    summary = models.CharField(max_length=300)
    rationale = models.TextField(max_length=2_000, blank=True)
    rulings = models.JSONField(default=list, help_text="Numbers of the rulings that it is built from.")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.capitalize()) for state in ProposalState],
        default=ProposalState.OPEN.value,
    )
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    scope = Scope(project="project", organisation="project__organisation", account="author")
    objects = ScopedManager["ChangeProposal"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="change_proposal_number_unique"),
            models.CheckConstraint(
                condition=models.Q(state__in=_WAITING, owner__isnull=False, due_at__isnull=False)
                | models.Q(state__in=_ENDS, owner__isnull=True, due_at__isnull=True),
                name="change_proposal_waits_for_somebody",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"P-{self.number}"


class ProposalOpinion(models.Model):
    """Whether a person approves of a proposal, and why. The database refuses to change it."""

    proposal = models.ForeignKey(ChangeProposal, on_delete=models.PROTECT, related_name="opinions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    approves = models.BooleanField()
    comment = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    scope = Scope(project="proposal__project", organisation="proposal__project__organisation", account="account")
    objects = ScopedManager["ProposalOpinion"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "account"], name="proposal_opinion_once")]

    @override
    def __str__(self) -> str:
        return f"{self.account} on {self.proposal}"
