"""Applications for openings, the forms they answer, and what was read, decided and written on the way.

Only the application itself moves on; its steps, readings and messages are facts.
"""

from typing import Final

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from typing_extensions import override

from rubrica.domain.application import (
    APPLICATION_PROCESS,
    LEAST_REASON,
    ApplicationEvent,
    ApplicationState,
    DeclineReason,
    ReadingVerdict,
)
from rubrica.domain.tracked_application import TrackedState
from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id
from rubrica.records.models.opening import StoredOpening
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

STATES: Final = [
    (ApplicationState.DRAFT.value, "Draft"),
    (ApplicationState.SUBMITTED.value, "Submitted"),
    (ApplicationState.SCREENING.value, "Screening"),
    (ApplicationState.UNDER_REVIEW.value, "Under review"),
    (ApplicationState.SHORTLISTED.value, "Shortlisted"),
    (ApplicationState.OFFERED.value, "Offered"),
    (ApplicationState.ACCEPTED.value, "Accepted"),
    (ApplicationState.OFFER_DECLINED.value, "Offer declined"),
    (ApplicationState.OFFER_EXPIRED.value, "Offer expired"),
    (ApplicationState.DECLINED.value, "Declined"),
    (ApplicationState.APPEALED.value, "Appealed"),
    (ApplicationState.CLOSED.value, "Declined for good"),
    (ApplicationState.WITHDRAWN.value, "Withdrawn"),
    (ApplicationState.JOB_CLOSED.value, "Opening closed"),
    (ApplicationState.EXPIRED_NO_DECISION.value, "No decision in time"),
]
EVENTS: Final = [
    (ApplicationEvent.SUBMIT.value, "submitted it"),
    (ApplicationEvent.START_SCREENING.value, "the screening began"),
    (ApplicationEvent.FINISH_SCREENING.value, "the screening ended"),
    (ApplicationEvent.BEGIN_REVIEW.value, "it is read"),
    (ApplicationEvent.SHORTLIST.value, "shortlisted it"),
    (ApplicationEvent.OFFER.value, "made an offer"),
    (ApplicationEvent.DECLINE.value, "declined it"),
    (ApplicationEvent.ACCEPT_OFFER.value, "accepted the offer"),
    (ApplicationEvent.DECLINE_OFFER.value, "declined the offer"),
    (ApplicationEvent.WITHDRAW.value, "withdrew it"),
    (ApplicationEvent.APPEAL.value, "appealed"),
    (ApplicationEvent.UPHOLD.value, "upheld the appeal"),
    (ApplicationEvent.DISMISS.value, "dismissed the appeal"),
    (ApplicationEvent.CLOSE_JOB.value, "the opening was closed"),
    (ApplicationEvent.EXPIRE.value, "nobody decided in time"),
    (ApplicationEvent.LET_LAPSE.value, "the offer lapsed"),
    (ApplicationEvent.LET_STAND.value, "no appeal came"),
]
REASONS: Final = [
    (DeclineReason.EXPERIENCE.value, "Experience"),
    (DeclineReason.ANSWERS.value, "Answers to the questions"),
    (DeclineReason.LANGUAGE.value, "Language"),
    (DeclineReason.SCREENING.value, "Result of the screening"),
    (DeclineReason.AVAILABILITY.value, "Availability"),
    (DeclineReason.FILLED.value, "All places are filled"),
]
_WAITING: Final = sorted(state.value for state in APPLICATION_PROCESS.waiting)
_ENDS: Final = sorted(state.value for state in set(ApplicationState) - APPLICATION_PROCESS.waiting)
# Whoever was declined and does not appeal may apply again from the day that was given.
LIVE: Final = sorted(state.value for state in APPLICATION_PROCESS.waiting - {ApplicationState.DECLINED})
_DECLINED: Final = sorted(
    state.value for state in (ApplicationState.DECLINED, ApplicationState.APPEALED, ApplicationState.CLOSED)
)


class ApplicationForm(models.Model):
    """The questions that an opening asks those who apply."""

    opening = models.OneToOneField(StoredOpening, on_delete=models.CASCADE, related_name="form")
    questions = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    scope = Scope(project="opening__project", organisation="opening__project__organisation")
    objects = ScopedManager["ApplicationForm"]()

    @override
    def __str__(self) -> str:
        return f"form of {self.opening}"


class Application(models.Model):
    """What somebody answered to an opening. While it waits for somebody it has an owner and a moment until when."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    opening = models.ForeignKey(StoredOpening, on_delete=models.PROTECT, related_name="applications")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=STATES, default=ApplicationState.DRAFT.value)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    questions = models.JSONField(default=list, help_text="As they were when it was submitted.")
    answers = models.JSONField(default=dict, help_text="By the id of the question; empty once the account is deleted.")
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True, help_text="Until when a decision was promised.")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    reason_code = models.CharField(max_length=12, choices=REASONS, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    criterion = models.CharField(max_length=120, blank=True)
    reapply_from = models.DateField(null=True)

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["Application"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="application_number_unique"),
            models.UniqueConstraint(
                fields=["opening", "account"], condition=models.Q(state__in=LIVE), name="application_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_WAITING, owner__isnull=False, due_at__isnull=False)
                | models.Q(state__in=_ENDS, owner__isnull=True, due_at__isnull=True),
                name="application_waits_for_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=_DECLINED)
                | (
                    ~models.Q(reason_code="")
                    & ~models.Q(criterion="")
                    & models.Q(reapply_from__isnull=False, decided_by__isnull=False)
                    & models.Q(GreaterThanOrEqual(Length("reason"), LEAST_REASON))
                ),
                name="application_declined_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="application_queue")]

    @override
    def __str__(self) -> str:
        return f"A-{self.number}"


class ApplicationStep(models.Model):
    """What happened to an application, by whom and why. The database refuses to change it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="None where it was the clock."
    )
    event = models.CharField(max_length=20, choices=EVENTS)
    source = models.CharField(max_length=20, choices=STATES)
    target = models.CharField(max_length=20, choices=STATES)
    reason_code = models.CharField(max_length=12, choices=REASONS, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    criterion = models.CharField(max_length=120, blank=True)

    scope = Scope(project="application__project", organisation="application__project__organisation", account="actor")
    objects = ScopedManager["ApplicationStep"]()

    @override
    def __str__(self) -> str:
        return f"{self.application}: {self.event}"


class ApplicationReading(models.Model):
    """What one person made of an application, before seeing what others did. The database refuses to change it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="readings")
    reader = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(
        max_length=10,
        choices=[
            (ReadingVerdict.YES.value, "Yes"),
            (ReadingVerdict.BORDERLINE.value, "Borderline"),
            (ReadingVerdict.NO.value, "No"),
        ],
    )
    note = models.CharField(max_length=1000)
    at = models.DateTimeField()

    scope = Scope(project="application__project", organisation="application__project__organisation", account="reader")
    objects = ScopedManager["ApplicationReading"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "reader"], name="application_read_once_by_each"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.application}: {self.verdict}"


class ApplicationMessage(models.Model):
    """Something written between whoever applies and the project. The database refuses to change it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()

    scope = Scope(project="application__project", organisation="application__project__organisation", account="author")
    objects = ScopedManager["ApplicationMessage"]()

    @override
    def __str__(self) -> str:
        return f"message in {self.application}"


class TrackedApplication(models.Model):
    """An application elsewhere, in somebody's own notebook."""

    public_id = public_id()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    url = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[
            (TrackedState.SAVED.value, "Saved"),
            (TrackedState.APPLIED.value, "Applied"),
            (TrackedState.TESTING.value, "Testing"),
            (TrackedState.ACCEPTED.value, "Accepted"),
            (TrackedState.WORKING.value, "Working"),
            (TrackedState.LEFT.value, "Left"),
            (TrackedState.REJECTED.value, "Rejected"),
            (TrackedState.NO_ANSWER.value, "No answer"),
        ],
        default=TrackedState.SAVED.value,
    )
    unpaid_minutes = models.PositiveIntegerField(default=0)
    paid_minutes = models.PositiveIntegerField(default=0)
    income_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    scope = Scope(account="account")
    objects = ScopedManager["TrackedApplication"]()

    @override
    def __str__(self) -> str:
        return f"{self.title} at {self.platform}"
