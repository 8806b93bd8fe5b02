"""Engagements, the terms that both sides accepted, and what happened between them.

Only the engagement itself moves on; its steps, terms and what was answered to them are facts.
"""

from typing import Final

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from typing_extensions import override

from rubrica.domain.application import LEAST_REASON
from rubrica.domain.engagement import (
    BY_CLOCK,
    ENGAGEMENT_PROCESS,
    IN_HEARING,
    LIVE,
    Cause,
    EngagementEvent,
    EngagementState,
    NoticeReason,
    PauseReason,
)
from rubrica.domain.terms import PAID_ROLES, TermsAnswerKind
from rubrica.records.models.account import Account
from rubrica.records.models.application import Application
from rubrica.records.models.fields import public_id
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

ENGAGEMENT_STATES: Final = [
    (EngagementState.OFFERED.value, "Offered"),
    (EngagementState.ACTIVE.value, "Active"),
    (EngagementState.PAUSED.value, "Paused"),
    (EngagementState.ENDING.value, "Notice given"),
    (EngagementState.RESTRICTED.value, "Restricted"),
    (EngagementState.HEARING.value, "Hearing"),
    (EngagementState.DECIDING.value, "Hearing, being decided"),
    (EngagementState.ENDED.value, "Ended"),
    (EngagementState.ENDED_FOR_CAUSE.value, "Ended for cause"),
    (EngagementState.NOT_BEGUN.value, "Never begun"),
]
_EVENTS: Final = [
    (EngagementEvent.OFFER.value, "offered terms"),
    (EngagementEvent.ACCEPT.value, "accepted the terms"),
    (EngagementEvent.DECLINE.value, "declined the offer"),
    (EngagementEvent.CANCEL.value, "took the offer back"),
    (EngagementEvent.PAUSE.value, "paused it"),
    (EngagementEvent.RESUME.value, "resumed it"),
    (EngagementEvent.GIVE_NOTICE.value, "gave notice"),
    (EngagementEvent.TAKE_BACK.value, "took the notice back"),
    (EngagementEvent.RESTRICT.value, "restricted access"),
    (EngagementEvent.LIFT.value, "lifted the restriction"),
    (EngagementEvent.OPEN_HEARING.value, "opened a hearing"),
    (EngagementEvent.ANSWER.value, "answered"),
    (EngagementEvent.REINSTATE.value, "reinstated"),
    (EngagementEvent.END_FOR_CAUSE.value, "ended it for cause"),
    (EngagementEvent.LEAVE.value, "left"),
    (EngagementEvent.LET_LAPSE.value, "the offer lapsed"),
    (EngagementEvent.LET_RESUME.value, "the pause was over"),
    (EngagementEvent.LET_NOTICE_RUN.value, "the notice runs on"),
    (EngagementEvent.END.value, "the notice was over"),
    (EngagementEvent.LET_GO.value, "the restriction was over"),
    (EngagementEvent.CLOSE_ANSWER.value, "the time for an answer was over"),
    (EngagementEvent.LET_REINSTATE.value, "nobody decided in time: reinstated"),
]
CAUSES: Final = [
    (Cause.FRAUD.value, "Fraud"),
    (Cause.SECURITY.value, "Security"),
    (Cause.CONFIDENTIALITY.value, "Confidentiality"),
    (Cause.ABUSE.value, "Abuse"),
]
PAUSE_REASONS: Final = [
    (PauseReason.SPECIALIST.value, "Paused by the specialist"),
    (PauseReason.HOST.value, "Paused by the project"),
    (PauseReason.NO_WORK.value, "No work at present"),
]
NOTICE_REASONS: Final = [
    (NoticeReason.WORK_ENDS.value, "The work ends"),
    (NoticeReason.BUDGET.value, "The budget ends"),
    (NoticeReason.NO_AGREEMENT.value, "No agreement on terms"),
    (NoticeReason.FIT.value, "The work and the person do not fit"),
]
_REASONS: Final = [*CAUSES, *PAUSE_REASONS, *NOTICE_REASONS]
_WAITING: Final = sorted(state.value for state in ENGAGEMENT_PROCESS.waiting)
_RESTING: Final = sorted(state.value for state in set(EngagementState) - ENGAGEMENT_PROCESS.waiting)
UNENDED: Final = sorted(state.value for state in LIVE | {EngagementState.OFFERED})
_ACCUSED: Final = sorted(
    state.value for state in {EngagementState.RESTRICTED, EngagementState.ENDED_FOR_CAUSE, *IN_HEARING}
)
_BLOCKABLE: Final = sorted(state.value for state in {EngagementState.RESTRICTED, *IN_HEARING})
_BEFORE: Final = sorted((EngagementState.OFFERED.value, EngagementState.NOT_BEGUN.value))
_OVER: Final = sorted((EngagementState.ENDED.value, EngagementState.ENDED_FOR_CAUSE.value))
_CAUSES: Final = sorted(cause.value for cause in Cause)


class Engagement(models.Model):
    """That somebody works in a project. While it waits for somebody it has an owner and a moment until when."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, null=True, related_name="engagement")
    role = models.CharField(max_length=24, choices=[(role.value, role.value.capitalize()) for role in PAID_ROLES])
    state = models.CharField(max_length=20, choices=ENGAGEMENT_STATES, default=EngagementState.OFFERED.value)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=16, choices=_REASONS, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    notice_ends_at = models.DateTimeField(null=True, help_text="Once notice was given, also through a restriction.")
    blocked_at = models.DateTimeField(null=True, help_text="When work was last withheld; kept afterwards.")
    blocked_until = models.DateTimeField(null=True, help_text="While work is withheld before a decision.")
    is_restricted = models.BooleanField(default=False, help_text="Whether images are closed during the block as well.")
    opened_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who accuses, while somebody does."
    )
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    evidence_count = models.PositiveSmallIntegerField(default=0, help_text="What the accusation rests on.")

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["Engagement"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="engagement_number_unique"),
            models.UniqueConstraint(
                fields=["project", "account"], condition=models.Q(state__in=UNENDED), name="engagement_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_WAITING, owner__isnull=False, due_at__isnull=False)
                | models.Q(state__in=_RESTING, owner__isnull=True, due_at__isnull=True),
                name="engagement_waits_for_somebody",
            ),
            models.CheckConstraint(
                condition=(models.Q(state__in=_BEFORE, started_at__isnull=True))
                | (~models.Q(state__in=_BEFORE) & models.Q(started_at__isnull=False)),
                name="engagement_begins_once_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_OVER, ended_at__isnull=False)
                | (~models.Q(state__in=_OVER) & models.Q(ended_at__isnull=True)),
                name="engagement_ends_once",
            ),
            # Nobody is accused by a machine, without evidence, or for poor work.
            models.CheckConstraint(
                condition=~models.Q(state__in=_ACCUSED)
                | (
                    models.Q(opened_by__isnull=False, evidence_count__gte=1, reason_code__in=_CAUSES)
                    & models.Q(GreaterThanOrEqual(Length("reason"), LEAST_REASON))
                    & ~models.Q(opened_by=models.F("account"))
                ),
                name="engagement_accused_with_evidence",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=EngagementState.ENDED_FOR_CAUSE)
                | (
                    models.Q(decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("opened_by"))
                    & ~models.Q(decided_by=models.F("account"))
                ),
                name="engagement_ended_by_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(state=EngagementState.RESTRICTED, blocked_until__isnull=False)
                | (models.Q(state__in=_BLOCKABLE) & ~models.Q(state=EngagementState.RESTRICTED))
                | (~models.Q(state__in=_BLOCKABLE) & models.Q(blocked_until__isnull=True)),
                name="engagement_blocked_only_before_decision",
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="engagement_of_project")]

    @override
    def __str__(self) -> str:
        return f"E-{self.number}"


class EngagementTerms(models.Model):
    """One version of the terms as it was proposed. The database refuses to change it."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveIntegerField()
    document = models.JSONField(help_text="As ``domain.terms`` writes it.")
    sha256 = models.CharField(max_length=64, help_text="Of the document's canonical JSON.")
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answer_by = models.DateTimeField(help_text="What nobody answers by then is not agreed.")

    scope = Scope(
        project="engagement__project", organisation="engagement__project__organisation", account="engagement__account"
    )
    objects = ScopedManager["EngagementTerms"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "version"], name="terms_version_unique"),
            models.CheckConstraint(
                condition=models.Q(answer_by__gt=models.F("proposed_at")), name="terms_leave_time_to_answer"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"terms {self.version} of {self.engagement}"


class TermsAnswer(models.Model):
    """What one side answered to one version; proposing it is accepting it. The database refuses to change it."""

    terms = models.ForeignKey(EngagementTerms, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(
        max_length=10,
        choices=[
            (TermsAnswerKind.ACCEPTED.value, "Accepted"),
            (TermsAnswerKind.REFUSED.value, "Refused"),
            (TermsAnswerKind.WITHDRAWN.value, "Taken back"),
            (TermsAnswerKind.LAPSED.value, "Not answered in time"),
        ],
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="None where it was the clock."
    )
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, help_text="Of the document that was answered to.")
    holds_from = models.DateTimeField(null=True, help_text="With the second acceptance: from when the version holds.")
    reason = models.CharField(max_length=1000, blank=True)

    scope = Scope(
        project="terms__engagement__project",
        organisation="terms__engagement__project__organisation",
        account="terms__engagement__account",
    )
    objects = ScopedManager["TermsAnswer"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["terms", "account", "kind"], name="terms_answered_once_by_each"),
            models.CheckConstraint(
                condition=models.Q(kind=TermsAnswerKind.LAPSED, account__isnull=True)
                | (~models.Q(kind=TermsAnswerKind.LAPSED) & models.Q(account__isnull=False)),
                name="terms_answered_by_people",
            ),
            models.CheckConstraint(
                condition=models.Q(holds_from__isnull=True)
                | models.Q(kind=TermsAnswerKind.ACCEPTED, holds_from__gte=models.F("at")),
                name="terms_never_hold_before_accepted",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.terms}: {self.kind}"


class EngagementStep(models.Model):
    """What happened to an engagement, by whom and why. The database refuses to change it."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="None where it was the clock."
    )
    event = models.CharField(max_length=20, choices=_EVENTS)
    source = models.CharField(max_length=20, choices=ENGAGEMENT_STATES)
    target = models.CharField(max_length=20, choices=ENGAGEMENT_STATES)
    reason_code = models.CharField(max_length=16, choices=_REASONS, blank=True)
    reason = models.CharField(max_length=4000, blank=True)
    evidence = models.JSONField(default=list, help_text="What is shown to whoever is accused.")

    scope = Scope(
        project="engagement__project", organisation="engagement__project__organisation", account="engagement__account"
    )
    objects = ScopedManager["EngagementStep"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False) | models.Q(event__in=sorted(event.value for event in BY_CLOCK)),
                name="engagement_moved_by_people",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.engagement}: {self.event}"
