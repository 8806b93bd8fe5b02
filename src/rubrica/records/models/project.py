"""Projects and who works in them."""

from django.db import models
from typing_extensions import override

from rubrica.domain.active_time import DEFAULT_CAP, DEFAULT_IDLE
from rubrica.domain.money import Money
from rubrica.domain.roles import PROJECT_ROLES, Role
from rubrica.records.models.account import Account
from rubrica.records.models.organisation import Organisation
from rubrica.records.scoping import Scope, ScopedManager


class ProjectState(models.TextChoices):
    """Whether a project hands out work."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class Project(models.Model):
    """A set of items judged under one evolving guideline."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(max_length=2000, blank=True)
    template = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=ProjectState.choices, default=ProjectState.DRAFT)
    overlap = models.PositiveSmallIntegerField(default=3)
    most_overlap = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="Most evaluations of an item on which raters differ; 0 for as many as of the others.",
    )
    lease_seconds = models.PositiveIntegerField(default=1800)
    # Of a hundred evaluations of one person, how many judge again what the person has judged before, unannounced.
    repeat_percent = models.PositiveSmallIntegerField(default=0, db_default=0)
    gold_percent = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Of a hundred evaluations of one person, how many are of gold, unannounced."
    )
    is_sensitive = models.BooleanField(
        default=False, db_default=False, help_text="Images stay blurred until the person reveals them."
    )
    may_be_named = models.BooleanField(
        default=False, db_default=False, help_text="Whether those who worked in it may tell others its name."
    )
    hourly_limit = models.PositiveSmallIntegerField(
        null=True, help_text="Most evaluations of one person within an hour, to limit exposure."
    )
    hourly_cost_minor = models.PositiveIntegerField(
        null=True, help_text="What an hour of a specialist is reckoned to cost, in minor units of the currency."
    )
    currency = models.CharField(max_length=3, default="USD", db_default="USD", help_text="Code of ISO 4217.")
    idle_seconds = models.PositiveSmallIntegerField(
        default=DEFAULT_IDLE // 1_000, db_default=DEFAULT_IDLE // 1_000, help_text="Credited of a pause without input."
    )
    task_cap_seconds = models.PositiveIntegerField(
        default=DEFAULT_CAP // 1_000,
        db_default=DEFAULT_CAP // 1_000,
        help_text="Beyond it, the time of one task is told apart.",
    )
    # The version that new work is judged under; null until the first publication.
    guideline = models.ForeignKey("records.GuidelineVersion", on_delete=models.PROTECT, null=True, related_name="+")
    # Counters kept in the transaction that changes them, so that handing out work never counts rows.
    queue_tail = models.BigIntegerField(default=0)
    item_count = models.PositiveIntegerField(default=0)
    requeued_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How often items were queued again because the rules had changed."
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    scope = Scope(project="", organisation="organisation")
    objects = ScopedManager["Project"]()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(overlap__gte=1, overlap__lte=50), name="project_overlap_range"),
            models.CheckConstraint(condition=models.Q(most_overlap__lte=50), name="project_most_overlap_range"),
            models.CheckConstraint(
                condition=models.Q(lease_seconds__gte=60, lease_seconds__lte=86_400), name="project_lease_range"
            ),
            models.CheckConstraint(condition=models.Q(repeat_percent__lte=20), name="project_repeat_range"),
            models.CheckConstraint(condition=models.Q(gold_percent__lte=20), name="project_gold_range"),
            models.CheckConstraint(condition=models.Q(hourly_limit__gte=1), name="project_hourly_limit_range"),
            models.CheckConstraint(
                condition=models.Q(idle_seconds__gte=60, idle_seconds__lte=300), name="project_idle_range"
            ),
            models.CheckConstraint(condition=models.Q(task_cap_seconds__gte=600), name="project_task_cap_range"),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    @property
    def hourly_cost(self) -> Money | None:
        """What an hour of a specialist is reckoned to cost; None where nobody has said."""
        return None if self.hourly_cost_minor is None else Money(self.hourly_cost_minor, self.currency)


class ProjectMembership(models.Model):
    """A person's role in one project, and how far that person has come in its queue."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="project_memberships")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="project_memberships")
    role = models.CharField(
        max_length=24, choices=[(role.value, role.value.capitalize()) for role in (*PROJECT_ROLES, Role.APPLICANT)]
    )
    is_active = models.BooleanField(default=True)
    # No item at or before this place of the queue can be offered to this person.
    queue_cursor = models.BigIntegerField(default=0)
    evaluation_count = models.PositiveIntegerField(default=0)
    hidden_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Evaluations that count apart, of repeats and gold that came unannounced."
    )
    must_acknowledge = models.BooleanField(
        default=False, db_default=False, help_text="A breaking change waits to be read before new work is given."
    )
    must_pass = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A test or calibration comes before all other work.",
    )
    takes_work = models.BooleanField(
        default=True, db_default=True, help_text="Whether new work is given; an engagement that is paused gives none."
    )
    attempt = models.ForeignKey("records.Attempt", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    scope = Scope(project="project", account="account")
    objects = ScopedManager["ProjectMembership"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "account"], name="project_membership_unique")]

    @override
    def __str__(self) -> str:
        return f"{self.account} in {self.project} as {self.role}"

    @property
    def own_count(self) -> int:
        """How much the person has done as the person sees it: with what came unannounced, which nothing may tell."""
        return self.evaluation_count + self.hidden_count
