"""Active time: what pages told, what it came to, when the platform kept people waiting, and what they claim.

A beat says that a page was visible and how often its person did something, and nothing else: no key, no title, no
address, no picture, no place. It is deleted when its time can no longer be disputed; what it came to stays.
"""

from django.db import models
from typing_extensions import override

from rubrica.domain.active_time import Because, Kind, Page
from rubrica.domain.time_claim import CLAIM_PROCESS, MAX_NOTE, ClaimEvent, ClaimReason, ClaimState
from rubrica.records.models.account import Account
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

PAGES = [(page.value, page.capitalize()) for page in Page]
REASONS = [
    (ClaimReason.THINKING.value, "Thinking or looking"),
    (ClaimReason.READING.value, "Reading elsewhere"),
    (ClaimReason.MEETING.value, "A meeting"),
    (ClaimReason.OUTAGE.value, "An outage"),
]
_STATES = [
    (ClaimState.CLAIMED.value, "Claimed"),
    (ClaimState.APPROVED.value, "Approved"),
    (ClaimState.REFUSED.value, "Refused"),
    (ClaimState.CONTESTED.value, "Contested"),
    (ClaimState.UPHELD.value, "Refusal stands"),
]
_EVENTS = [
    (ClaimEvent.APPROVE.value, "approved it"),
    (ClaimEvent.REFUSE.value, "refused it"),
    (ClaimEvent.CONTEST.value, "contests the refusal"),
    (ClaimEvent.LET_STAND.value, "let the refusal stand"),
    (ClaimEvent.UPHOLD.value, "upheld the refusal"),
]
_WAITING = sorted(CLAIM_PROCESS.waiting)
_ENDS = sorted(set(ClaimState) - CLAIM_PROCESS.waiting)


class PageSession(models.Model):
    """One page of a project, open in one browser. Its anchor places the page's counter on the server's clock."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=36)
    anchor_ms = models.BigIntegerField(help_text="Where its counter was nought, in milliseconds since 1970.")

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["PageSession"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "project", "key"], name="page_session_unique")]

    @override
    def __str__(self) -> str:
        return self.key


class Beat(models.Model):
    """One sign of life of one page (see :class:`rubrica.domain.active_time.Beat`)."""

    session = models.ForeignKey(PageSession, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    at_ms = models.BigIntegerField(help_text="When it was made, on the server's clock, in milliseconds since 1970.")
    page = models.CharField(max_length=13, choices=PAGES)
    task = models.CharField(max_length=22, blank=True, help_text="The assignment in hand.")
    is_visible = models.BooleanField()
    inputs = models.PositiveSmallIntegerField()
    is_answer = models.BooleanField()

    scope = Scope(project="session__project", organisation="session__project__organisation", account="account")
    objects = ScopedManager["Beat"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="beat_unique")]
        indexes = [models.Index(fields=["account", "at_ms"], name="beat_of_account")]

    @override
    def __str__(self) -> str:
        return f"{self.session_id}/{self.number}"


class TimeSpan(models.Model):
    """What became of a stretch of a person's time, once no beat can change it. The database refuses to change it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=13, choices=PAGES)
    task = models.CharField(max_length=22, blank=True)
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.capitalize()) for kind in Kind])
    because = models.CharField(max_length=9, choices=[(why.value, why.capitalize()) for why in Because])
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["TimeSpan"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "start_ms"], name="time_span_unique"),
            models.CheckConstraint(condition=models.Q(end_ms__gt=models.F("start_ms")), name="time_span_lasts"),
        ]
        indexes = [
            models.Index(fields=["project", "start_ms"], name="time_span_of_project"),
            models.Index(fields=["account", "task"], name="time_span_of_task", condition=~models.Q(task="")),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.start_ms}–{self.end_ms}"


class PersonalClock(models.Model):
    """How far a person's time has been settled: what is earlier stands in spans, what is later in beats."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    settled_until_ms = models.BigIntegerField()

    scope = Scope(account="account")
    objects = ScopedManager["PersonalClock"]()

    @override
    def __str__(self) -> str:
        return f"settled until {self.settled_until_ms}"


class PlatformWait(models.Model):
    """How long the platform kept a person waiting, by its own log: a slow answer, or one that failed."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()

    scope = Scope(account="account")
    objects = ScopedManager["PlatformWait"]()

    class Meta:
        indexes = [models.Index(fields=["account", "end_ms"], name="platform_wait_of_account")]

    @override
    def __str__(self) -> str:
        return f"{self.start_ms}–{self.end_ms}"


class TimeClaim(models.Model):
    """Time that was not credited and was work all the same. As long as it waits for somebody, it has an owner."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    claimed_ms = models.PositiveIntegerField(help_text="What of it was not credited when it was claimed.")
    reason = models.CharField(max_length=8, choices=REASONS)
    note = models.CharField(max_length=MAX_NOTE, blank=True)
    state = models.CharField(max_length=9, choices=_STATES, default=ClaimState.CLAIMED.value)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["TimeClaim"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="time_claim_number_unique"),
            models.CheckConstraint(
                condition=models.Q(ended_at__gt=models.F("started_at")), name="time_claim_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_WAITING, owner__isnull=False, due_at__isnull=False)
                | models.Q(state__in=_ENDS, owner__isnull=True, due_at__isnull=True),
                name="time_claim_waits_for_somebody",
            ),
        ]
        indexes = [models.Index(fields=["account", "started_at"], name="time_claim_of_account")]

    @override
    def __str__(self) -> str:
        return f"T-{self.number}"


class TimeClaimStep(models.Model):
    """What happened to a claim, by whom and why; nobody's deed where silence decided. Never changed."""

    claim = models.ForeignKey(TimeClaim, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    event = models.CharField(max_length=9, choices=_EVENTS)
    source = models.CharField(max_length=9, choices=_STATES)
    target = models.CharField(max_length=9, choices=_STATES)
    reason = models.CharField(max_length=MAX_NOTE, blank=True)

    scope = Scope(project="claim__project", organisation="claim__project__organisation", account="claim__account")
    objects = ScopedManager["TimeClaimStep"]()

    @override
    def __str__(self) -> str:
        return f"{self.claim}: {self.event}"
