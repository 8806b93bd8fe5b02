"""Claims of time: what the clock did not credit, claimed with a reason, decided by another person, paid by silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, Max

from rubrica.domain.active_time import Kind, Span, left_to_claim
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings, one_of, quoted
from rubrica.domain.roles import Permission, Role
from rubrica.domain.text import check_text
from rubrica.domain.time_claim import (
    BY_SILENCE,
    CLAIM_PROCESS,
    CLAIM_WITHIN,
    LONGEST_CLAIM,
    MAX_NOTE,
    ClaimEvent,
    ClaimReason,
    ClaimState,
    claim_due,
)
from rubrica.records.models import Account, Project, ProjectMembership, TimeClaim, TimeClaimStep
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.active_time import milliseconds, moment_of, spans_between
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.jobs import Clock, KeptJob, enqueue
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import checked_reason, lead_with_fewest, step_of, with_fewest
from rubrica.usecases.pseudonyms import name_for_all

DECIDE_BY_SILENCE: Final = "settle_claim"
_LEAST_MS: Final = 1_000
LEAST_OFFERED_MS: Final = 15_000
"""A shorter pause is not worth a question."""


@dataclass(frozen=True, slots=True)
class ClaimFile:
    """A claim as one person may see it."""

    claim: TimeClaim
    steps: tuple[TimeClaimStep, ...]
    events: frozenset[ClaimEvent]


@retried
@transaction.atomic
def claim_time(
    account: Account, slug: str, *, started_at: datetime, ended_at: datetime, reason: str, note: str, now: datetime
) -> TimeClaim:
    """Claim time in a project that was not credited. The same claim again is the same claim.

    Raises
    ------
    InvalidInputError
        The reason is none, or the time is to come, too long, or too long ago.
    ConflictError
        All of it is credited, or claimed, already.
    """
    access = open_project(account, slug)
    found = Findings()
    if reason not in set(ClaimReason):
        found.add("reason", f"is {quoted(reason)}", one_of([each.value for each in ClaimReason]))
    said = check_text(note, "note", found, maximum=MAX_NOTE).strip()
    if not started_at < ended_at <= started_at + LONGEST_CLAIM:
        found.add("ended_at", "is not after the start, or long after it", "up to 12 hours after the start")
    if ended_at > now:
        found.add("ended_at", "is in the future", "a time that is over")
    if started_at < now - CLAIM_WITHIN:
        found.add("started_at", "is long ago", f"the last {CLAIM_WITHIN.days} days")
    if found:
        message = "Nothing was claimed."
        raise InvalidInputError(message, found.problems)
    project = Project.objects.of(access.project).select_for_update().get()
    _require_member(project, account)
    overlapping = TimeClaim.objects.of_account(account).filter(started_at__lt=ended_at, ended_at__gt=started_at)
    for other in overlapping.exclude(state=ClaimState.UPHELD):
        if (other.project_id, other.started_at, other.ended_at) == (project.pk, started_at, ended_at):
            return other
        message = f"You have claimed time of {other.started_at:%Y-%m-%d %H:%M} (UTC) already, in {other}."
        raise ConflictError(message)
    interval = milliseconds(started_at), milliseconds(ended_at)
    left = left_to_claim(interval, spans_between(account, *interval, now=now))
    if left < _LEAST_MS:
        message = "All of this time is credited already: there is nothing to claim."
        raise ConflictError(message)
    claim = TimeClaim(
        project=project,
        number=(TimeClaim.objects.of(project).aggregate(last=Max("number"))["last"] or 0) + 1,
        account=account,
        started_at=started_at,
        ended_at=ended_at,
        claimed_ms=left,
        reason=reason,
        note=said,
        claimed_at=now,
    )
    _wait(claim, ClaimState.CLAIMED, _decider(project, {account.pk}), now=now)
    record("time.claimed", str(claim), at=now, actor=account, project=project, reason=reason)
    text = (
        f"{name_for_all(project, account)} claims {_minutes(left)} min of time: {claim.get_reason_display().lower()}."
    )
    if claim.owner is not None:
        notify([claim.owner], Topic.TIME, project, text, "time-claims/", now=now)
    return claim


@retried
@transaction.atomic
def decide_claim(
    account: Account, slug: str, number: int, event: ClaimEvent, *, reason: str, now: datetime
) -> TimeClaim:
    """Approve a claim, refuse it with a reason, or uphold the refusal.

    Raises
    ------
    InvalidInputError
        A refusal gives no reason.
    NotAllowedError
        The claim is one's own, or one has refused it oneself.
    ConflictError
        The claim does not wait for this.
    """
    access = open_project(account, slug, Permission.DECIDE_TIME)
    project = Project.objects.of(access.project).select_for_update().get()
    claim = _claim(TimeClaim.objects.of(project), number)
    said = checked_reason(reason, MAX_NOTE, fewest=0 if event == ClaimEvent.APPROVE else 1)
    refusal = _why_not(account, claim)
    if refusal:
        raise NotAllowedError(refusal)
    claim.decided_by = account
    _step(access.project, claim, event, account, owner=claim.account, reason=said, now=now)
    decided = {ClaimEvent.APPROVE: "approved", ClaimEvent.REFUSE: "refused"}.get(event, "refused for good")
    text = f"Your claim {claim} of {_minutes(claim.claimed_ms)} min was {decided}."
    notify([claim.account], Topic.TIME, project, f"{text} {said}".strip(), "time-claims/", now=now)
    return claim


@retried
@transaction.atomic
def contest_refusal(account: Account, slug: str, number: int, *, reason: str, now: datetime) -> TimeClaim:
    """Have another person look at the refusal of one's own claim.

    Raises
    ------
    ConflictError
        The claim is not refused, the time to contest it is over, or nobody else could decide.
    """
    access = open_project(account, slug)
    project = Project.objects.of(access.project).select_for_update().get()
    claim = _claim(TimeClaim.objects.of(project).filter(account=account), number)
    said = checked_reason(reason, MAX_NOTE)
    owner = _decider(project, {account.pk, claim.decided_by_id or 0})
    _step(project, claim, ClaimEvent.CONTEST, account, owner=owner, reason=said, now=now)
    notify(
        [owner],
        Topic.TIME,
        project,
        f"{name_for_all(project, account)} contests the refusal of {claim}.",
        "time-claims/",
        now=now,
    )
    return claim


def decide_by_silence(job: KeptJob, now: Clock) -> None:
    """Decide on a claim whose time is over, as silence does; nothing where somebody has acted since."""
    found = TimeClaim.objects.everywhere("the job names the claim").filter(pk=int(job.subject)).first()
    if found is None:
        return
    at = now()
    with transaction.atomic():
        project = Project.objects.of(found.project).select_for_update().get()
        claim = _claim(TimeClaim.objects.of(project), found.number)
        event = BY_SILENCE.get(ClaimState(claim.state))
        if event is None or claim.due_at is None or claim.due_at > at:
            return
        _step(project, claim, event, None, owner=None, reason="Nobody decided in time.", now=at)
        text = (
            f"Your claim {claim} of {_minutes(claim.claimed_ms)} min: {claim.get_state_display().lower()} by silence."
        )
        notify([claim.account], Topic.TIME, project, text, "time-claims/", now=at)


# --- reading ---


def claims_of(access: ProjectAccess) -> ScopedQuerySet[TimeClaim]:
    """Return the claims of a project that a person may see, newest first: those who decide all, others their own."""
    rows = TimeClaim.objects.of(access.project)
    if not access.may(Permission.DECIDE_TIME):
        rows = rows.filter(account=access.account)
    return rows.select_related("account", "owner", "decided_by").order_by("-number")


def claim_files(access: ProjectAccess, *, most: int) -> list[ClaimFile]:
    """Return claims with what happened to each, and what this person may do."""
    claims = list(claims_of(access)[:most])
    steps: dict[int, list[TimeClaimStep]] = {}
    rows = TimeClaimStep.objects.of(access.project).filter(claim__in=claims).select_related("actor")
    for step in rows.order_by("at", "pk"):
        steps.setdefault(step.claim_id, []).append(step)
    return [ClaimFile(claim, tuple(steps.get(claim.pk, ())), _events(access, claim)) for claim in claims]


def own_claims(account: Account, *, most: int) -> Sequence[TimeClaim]:
    """Return a person's claims in all projects, newest first."""
    rows = TimeClaim.objects.of_account(account).select_related("project", "decided_by")
    return list(rows.order_by("-started_at", "-pk")[:most])


def idle_to_claim(account: Account, spans: Sequence[Span]) -> list[Span]:
    """Return the idle stretches among a person's time that are worth a claim and have none, newest first."""
    idle = [span for span in spans if span.kind == Kind.IDLE and span.length >= LEAST_OFFERED_MS]
    if not idle:
        return []
    first, last = moment_of(idle[0].start), moment_of(idle[-1].end)
    claims = TimeClaim.objects.of_account(account).filter(started_at__lt=last, ended_at__gt=first)
    claimed = [(milliseconds(start), milliseconds(end)) for start, end in claims.values_list("started_at", "ended_at")]
    return [span for span in reversed(idle) if not any(start < span.end and end > span.start for start, end in claimed)]


def waiting_claims(account: Account, projects: Sequence[Project]) -> dict[int, int]:
    """Return how many claims wait for a person's decision, by row id of the project."""
    open_states = [ClaimState.CLAIMED, ClaimState.CONTESTED]
    rows = TimeClaim.objects.visible_to(account).filter(project__in=projects, owner=account, state__in=open_states)
    return dict(rows.order_by().values_list("project").annotate(Count("pk")))


def _events(access: ProjectAccess, claim: TimeClaim) -> frozenset[ClaimEvent]:
    own = {ClaimEvent.CONTEST} if claim.account_id == access.account.pk else set()
    may_decide = access.may(Permission.DECIDE_TIME) and not _why_not(access.account, claim)
    deciding = {ClaimEvent.APPROVE, ClaimEvent.REFUSE, ClaimEvent.UPHOLD} if may_decide else set()
    return frozenset(CLAIM_PROCESS.events(ClaimState(claim.state))) & (own | deciding)


# --- deciding ---


def _require_member(project: Project, account: Account) -> None:
    members = ProjectMembership.objects.of(project).filter(account=account, is_active=True)
    if not members.exclude(role=Role.APPLICANT).exists():
        message = "Time is claimed by those who work in the project."
        raise NotAllowedError(message)


def _claim(rows: ScopedQuerySet[TimeClaim], number: int) -> TimeClaim:
    claim = rows.filter(number=number).select_related("account").first()
    if claim is None:
        message = "There is no such claim."
        raise NotFoundError(message)
    return claim


def _decider(project: Project, without: set[int]) -> Account:
    """Return who could decide and has the fewest claims to decide on.

    Raises
    ------
    ConflictError
        There is nobody else.
    """
    found = with_fewest(project, TimeClaim, without=without)
    if found is None:
        message = "There is nobody else in this project who could decide. Ask the organisation to add a lead."
        raise ConflictError(message)
    return found


def hand_over_claim(claim: TimeClaim) -> None:
    """Give a claim to another who could decide; its project is locked, and its owner can no more."""
    found = with_fewest(claim.project, TimeClaim, without={claim.account_id, claim.decided_by_id or 0})
    claim.owner = found or lead_with_fewest(claim.project, TimeClaim)
    claim.save(update_fields=["owner"])


def _step(
    project: Project,
    claim: TimeClaim,
    event: ClaimEvent,
    actor: Account | None,
    *,
    owner: Account | None,
    reason: str,
    now: datetime,
) -> None:
    source = ClaimState(claim.state)
    target = step_of(CLAIM_PROCESS, source, event, claim).target
    if actor is not None and claim.due_at is not None and now > claim.due_at:
        message = f"The time for this was over on {claim.due_at:%Y-%m-%d %H:%M} (UTC)."
        raise ConflictError(message)
    _wait(claim, target, owner, now=now)
    TimeClaimStep.objects.create(
        claim=claim, at=now, actor=actor, event=event, source=source, target=target, reason=reason
    )
    record(f"time.{event}", str(claim), at=now, actor=actor, project=project, reason=reason)


def _wait(claim: TimeClaim, state: ClaimState, owner: Account | None, *, now: datetime) -> None:
    """Bring a claim into a state, with whoever has to act and until when; at the deadline silence decides."""
    is_waiting = state in CLAIM_PROCESS.waiting
    claim.state, claim.owner, claim.due_at = state, owner if is_waiting else None, claim_due(state, now)
    claim.save()
    if claim.due_at is not None:
        enqueue(DECIDE_BY_SILENCE, str(claim.pk), now=now, available_at=claim.due_at)


def _why_not(account: Account, claim: TimeClaim) -> str:
    """Return why this person does not decide on the claim; empty where the person may."""
    if claim.account_id == account.pk:
        return "Your own claim is decided on by another person."
    if claim.state == ClaimState.CONTESTED and claim.decided_by_id == account.pk:
        return "You refused this claim, so another person looks at it again."
    return ""


def _minutes(length_ms: int) -> int:
    return max(1, round(length_ms / 60_000))
