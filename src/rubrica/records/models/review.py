"""Reviews of evaluations, adjudications, and what happened to them. Only the review itself moves on."""

from django.db import models
from typing_extensions import override

from rubrica.domain.review import REVIEW_PROCESS, ReviewEvent, ReviewReason, ReviewState
from rubrica.records.models.account import Account
from rubrica.records.models.evaluation import Evaluation
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.item import Item
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

_STATES = [(state.value, state.capitalize()) for state in ReviewState]
_EVENTS = [
    (ReviewEvent.ACCEPT.value, "accepted it"),
    (ReviewEvent.RETURN.value, "returned it"),
    (ReviewEvent.ADJUDICATE.value, "adjudicated"),
    (ReviewEvent.APPEAL.value, "appealed"),
    (ReviewEvent.UPHOLD.value, "upheld the appeal"),
    (ReviewEvent.DISMISS.value, "dismissed the appeal"),
    (ReviewEvent.SETTLE.value, "took it as it is"),
    (ReviewEvent.TAKE_OVER.value, "sees to it from now on"),
    (ReviewEvent.HAND_OVER.value, "handed it over"),
]
_WAITING = sorted(REVIEW_PROCESS.waiting)
_ENDS = sorted(set(ReviewState) - REVIEW_PROCESS.waiting)


class Review(models.Model):
    """A look at one evaluation. As long as it waits for somebody it has an owner and a moment until when."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="review")
    rater = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, choices=[(reason.value, reason.capitalize()) for reason in ReviewReason])
    note = models.CharField(max_length=500, blank=True, help_text="What whoever flagged it said; not for the rater.")
    state = models.CharField(max_length=12, choices=_STATES, default=ReviewState.PENDING.value)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    criterion = models.CharField(max_length=60, blank=True)
    clause = models.CharField(max_length=40, blank=True)
    comment = models.CharField(max_length=1000, blank=True)

    scope = Scope(project="project", organisation="project__organisation", account="rater")
    objects = ScopedManager["Review"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="review_number_unique"),
            models.CheckConstraint(
                condition=models.Q(state__in=_WAITING, owner__isnull=False, due_at__isnull=False)
                | models.Q(state__in=_ENDS, owner__isnull=True, due_at__isnull=True),
                name="review_waits_for_somebody",
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="review_queue")]

    @override
    def __str__(self) -> str:
        return f"V-{self.number}"


class ReviewStep(models.Model):
    """What happened to a review, by whom and why. The database refuses to change it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=12, choices=_EVENTS)
    source = models.CharField(max_length=12, choices=_STATES)
    target = models.CharField(max_length=12, choices=_STATES)
    reason = models.CharField(max_length=1000, blank=True)

    scope = Scope(project="review__project", organisation="review__project__organisation", account="actor")
    objects = ScopedManager["ReviewStep"]()

    @override
    def __str__(self) -> str:
        return f"{self.review}: {self.event}"


class Adjudication(models.Model):
    """What a reviewer found right of an item: a fact beside the evaluations. The database refuses to change it.

    It holds unless an appeal against its review was upheld.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="adjudication")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(help_text="The right answers, by criterion.")
    reason = models.CharField(max_length=1000)
    clause = models.CharField(max_length=40, blank=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["Adjudication"]()

    @override
    def __str__(self) -> str:
        return f"adjudication of {self.review}"
