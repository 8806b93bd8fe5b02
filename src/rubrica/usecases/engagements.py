"""Engagements: seeing them, pausing, leaving by notice and answering in a hearing, by either side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count

from rubrica.domain.engagement import (
    ENGAGEMENT_PROCESS,
    MAX_REASON,
    EngagementEvent,
    EngagementState,
    NoticeReason,
    PauseReason,
    check_long_reason,
)
from rubrica.domain.problems import Findings, one_of, quoted
from rubrica.domain.roles import Permission
from rubrica.domain.text import check_text
from rubrica.records.models import Account, Engagement, EngagementStep, EngagementTerms, Project
from rubrica.records.models.engagement import UNENDED
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases import engagement_terms
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.engagement_access import advance
from rubrica.usecases.engagement_steps import Grounds, accusers_of, tell_project, tell_specialist
from rubrica.usecases.engagement_terms import TermsVersion, terms_versions
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.processes import checked_reason
from rubrica.usecases.pseudonyms import name_for_all

MAX_ANSWER: Final = 4_000
BY_SPECIALIST: Final = frozenset(
    {
        EngagementEvent.PAUSE,
        EngagementEvent.RESUME,
        EngagementEvent.GIVE_NOTICE,
        EngagementEvent.TAKE_BACK,
        EngagementEvent.ANSWER,
    }
)
"""What the person does apart from answering terms."""
BY_HOST: Final = frozenset(
    {
        EngagementEvent.CANCEL,
        EngagementEvent.PAUSE,
        EngagementEvent.RESUME,
        EngagementEvent.GIVE_NOTICE,
        EngagementEvent.TAKE_BACK,
        EngagementEvent.RESTRICT,
        EngagementEvent.LIFT,
        EngagementEvent.OPEN_HEARING,
        EngagementEvent.REINSTATE,
        EngagementEvent.END_FOR_CAUSE,
    }
)
"""What those who lead the project do apart from proposing terms."""


@dataclass(frozen=True, slots=True)
class EngagementFile:
    """An engagement as one side sees it: all of it, and what this side may do now."""

    engagement: Engagement
    versions: tuple[TermsVersion, ...]
    steps: tuple[EngagementStep, ...]
    events: frozenset[EngagementEvent]
    answers_terms: bool
    proposes_terms: bool

    @property
    def pending(self) -> TermsVersion | None:
        """The version that waits for an answer."""
        return next((row for row in self.versions if row.is_pending), None)

    @property
    def in_force(self) -> TermsVersion | None:
        """The version that holds now."""
        return next((row for row in self.versions if row.is_in_force), None)


# --- seeing ---


def own_engagements(account: Account) -> ScopedQuerySet[Engagement]:
    """Return a person's engagements, newest first: also those that have ended, whatever for."""
    rows = Engagement.objects.of_account(account).select_related("project__organisation", "owner", "account")
    return rows.select_related("application__opening").order_by("-offered_at", "-pk")


def waiting_engagements(account: Account) -> Sequence[Engagement]:
    """Return the engagements that wait for the person whose they are: offers and hearings."""
    waits = (EngagementState.OFFERED, EngagementState.HEARING)
    return list(own_engagements(account).filter(owner=account, state__in=waits))


def waiting_for(account: Account, projects: Sequence[Project]) -> dict[int, int]:
    """Return how many restrictions and hearings wait for a person who leads projects, by row id of the project."""
    waits = (EngagementState.RESTRICTED, EngagementState.DECIDING)
    rows = Engagement.objects.visible_to(account).filter(project__in=projects, owner=account, state__in=waits)
    return dict(rows.order_by().values_list("project").annotate(Count("pk")))


def own_engagement(account: Account, public_id: str, *, now: datetime) -> EngagementFile:
    """Return one's own engagement with its terms and all that happened.

    Raises
    ------
    NotFoundError
        The person has no such engagement.
    """
    engagement = _own(account, public_id)
    events = BY_SPECIALIST & frozenset(ENGAGEMENT_PROCESS.events(EngagementState(engagement.state)))
    return _file(engagement, account, _less_the_others(engagement, events, is_specialist=True), now=now)


def engagements_of(access: ProjectAccess) -> ScopedQuerySet[Engagement]:
    """Return the engagements in a project, those that are not over first."""
    access.require(Permission.MANAGE_PROJECT_MEMBERS)
    rows = Engagement.objects.of(access.project).select_related("account", "owner", "project__organisation")
    return rows.select_related("application__opening", "opened_by").order_by("ended_at", "-number")


def engagement_file(access: ProjectAccess, number: int, *, now: datetime) -> EngagementFile:
    """Return an engagement with what this person may do with it.

    Raises
    ------
    NotFoundError
        There is no such engagement.
    """
    engagement = _one(engagements_of(access), number)
    events = BY_HOST & frozenset(ENGAGEMENT_PROCESS.events(EngagementState(engagement.state)))
    if access.account.pk in accusers_of(engagement):
        events -= {EngagementEvent.END_FOR_CAUSE}
    if access.account.pk == engagement.account_id:
        events = frozenset()
    return _file(engagement, access.account, _less_the_others(engagement, events, is_specialist=False), now=now)


def _file(
    engagement: Engagement, account: Account, events: frozenset[EngagementEvent], *, now: datetime
) -> EngagementFile:
    versions = terms_versions(engagement, now=now)
    pending = next((row.stored for row in versions if row.is_pending), None)
    is_specialist = account.pk == engagement.account_id
    steps = EngagementStep.objects.of(engagement.project).filter(engagement=engagement).select_related("actor")
    own_side = pending is not None and (pending.proposed_by_id == engagement.account_id) == is_specialist
    proposes = engagement.state in {EngagementState.ACTIVE, EngagementState.PAUSED} and pending is None
    return EngagementFile(
        engagement,
        versions,
        tuple(steps.order_by("at", "pk")),
        events,
        answers_terms=pending is not None and not own_side,
        proposes_terms=proposes or (engagement.state == EngagementState.OFFERED and not is_specialist),
    )


def _less_the_others(
    engagement: Engagement, events: frozenset[EngagementEvent], *, is_specialist: bool
) -> frozenset[EngagementEvent]:
    """Leave out what only the other side may undo: whoever paused resumes, whoever gave notice takes it back."""
    if _acted(engagement) == is_specialist:
        return events
    return events - {EngagementEvent.RESUME, EngagementEvent.TAKE_BACK}


def _acted(engagement: Engagement) -> bool:
    """Tell whether it was the specialist who paused or gave notice, as the last such step says."""
    wanted = {
        EngagementState.PAUSED: EngagementEvent.PAUSE,
        EngagementState.ENDING: EngagementEvent.GIVE_NOTICE,
    }.get(EngagementState(engagement.state))
    steps = EngagementStep.objects.of(engagement.project).filter(engagement=engagement, event=wanted)
    last = steps.order_by("-pk").first()
    return last is not None and last.actor_id == engagement.account_id


# --- what either side does ---


@retried
@transaction.atomic
def pause_own(account: Account, public_id: str, *, reason: str = "", now: datetime) -> Engagement:
    """Pause one's own work for up to 30 days; no new tasks come, and what one holds may be finished."""
    engagement = own_locked(account, public_id)
    said = _short_reason(reason)
    advance(engagement, EngagementEvent.PAUSE, account, grounds=Grounds(said, PauseReason.SPECIALIST), now=now)
    tell_project(engagement, f"{name_for_all(engagement.project, account)} paused the work ({engagement}).", now=now)
    return engagement


@retried
@transaction.atomic
def resume_own(account: Account, public_id: str, *, now: datetime) -> Engagement:
    """Go on after a pause of one's own.

    Raises
    ------
    ConflictError
        The project paused it, which resumes it or lets the pause run out.
    """
    engagement = own_locked(account, public_id)
    _refuse_other_side(engagement, is_specialist=True)
    advance(engagement, EngagementEvent.RESUME, account, now=now)
    tell_project(engagement, f"{name_for_all(engagement.project, account)} goes on ({engagement}).", now=now)
    return engagement


@retried
@transaction.atomic
def give_own_notice(account: Account, public_id: str, *, reason: str = "", now: datetime) -> Engagement:
    """Leave at the end of the notice that the terms give; nobody needs a reason to leave."""
    engagement = own_locked(account, public_id)
    advance(engagement, EngagementEvent.GIVE_NOTICE, account, grounds=Grounds(_short_reason(reason)), now=now)
    name = name_for_all(engagement.project, account)
    told = f"{name} gave notice ({engagement}) and leaves on {engagement.due_at:%Y-%m-%d}."
    tell_project(engagement, told, now=now)
    return engagement


@retried
@transaction.atomic
def take_own_notice_back(account: Account, public_id: str, *, now: datetime) -> Engagement:
    """Stay after all."""
    engagement = own_locked(account, public_id)
    _refuse_other_side(engagement, is_specialist=True)
    advance(engagement, EngagementEvent.TAKE_BACK, account, now=now)
    tell_project(
        engagement, f"{name_for_all(engagement.project, account)} took the notice back ({engagement}).", now=now
    )
    return engagement


@retried
@transaction.atomic
def answer_hearing(account: Account, public_id: str, *, answer: str, now: datetime) -> Engagement:
    """Say one's side of what one is accused of; another person than who accuses decides.

    Raises
    ------
    InvalidInputError
        There is nothing in it, or too much.
    ConflictError
        There is no hearing, or the time for an answer is over.
    """
    engagement = own_locked(account, public_id)
    said = checked_reason(answer, MAX_ANSWER)
    advance(engagement, EngagementEvent.ANSWER, account, grounds=Grounds(said), now=now)
    tell_project(engagement, f"There is an answer in the hearing of {engagement}. It waits for your decision.", now=now)
    return engagement


@retried
@transaction.atomic
def pause(
    account: Account, slug: str, number: int, *, no_work: bool = False, reason: str = "", now: datetime
) -> Engagement:
    """Give somebody no new tasks for up to 30 days, because the project says so or because there are none."""
    engagement = locked_engagement(account, slug, number)
    code = PauseReason.NO_WORK if no_work else PauseReason.HOST
    advance(engagement, EngagementEvent.PAUSE, account, grounds=Grounds(_short_reason(reason), code), now=now)
    told = f"{engagement.project.name}: {engagement.get_reason_code_display().lower()}, until {_day(engagement)}."
    tell_specialist(engagement, told, now=now)
    return engagement


@retried
@transaction.atomic
def resume(account: Account, slug: str, number: int, *, now: datetime) -> Engagement:
    """End a pause that the project began."""
    engagement = locked_engagement(account, slug, number)
    _refuse_other_side(engagement, is_specialist=False)
    advance(engagement, EngagementEvent.RESUME, account, now=now)
    tell_specialist(engagement, f"There is work again in {engagement.project.name}.", now=now)
    return engagement


@retried
@transaction.atomic
def give_notice(
    account: Account, slug: str, number: int, *, reason_code: str, reason: str, now: datetime
) -> Engagement:
    """End an engagement at the end of the notice that its terms give, saying why.

    Raises
    ------
    InvalidInputError
        The reason is none, or too short.
    """
    engagement = locked_engagement(account, slug, number)
    found = Findings()
    code = next((each for each in NoticeReason if each == reason_code), None)
    if code is None:
        found.add("reason_code", f"is {quoted(reason_code)}", one_of([each.value for each in NoticeReason]))
    said = check_long_reason(reason, found)
    if found or code is None:
        message = "No notice was given: say why."
        raise InvalidInputError(message, found.problems)
    advance(engagement, EngagementEvent.GIVE_NOTICE, account, grounds=Grounds(said, code), now=now)
    told = f"{engagement.project.name} gave notice: your engagement ends on {_day(engagement)}. You see why."
    tell_specialist(engagement, told, now=now)
    return engagement


@retried
@transaction.atomic
def take_notice_back(account: Account, slug: str, number: int, *, now: datetime) -> Engagement:
    """Take back the notice that the project gave."""
    engagement = locked_engagement(account, slug, number)
    _refuse_other_side(engagement, is_specialist=False)
    advance(engagement, EngagementEvent.TAKE_BACK, account, now=now)
    tell_specialist(engagement, f"The notice in {engagement.project.name} was taken back.", now=now)
    return engagement


@retried
@transaction.atomic
def cancel_offer(account: Account, slug: str, number: int, *, now: datetime) -> Engagement:
    """Take back terms that were offered to a member and are not accepted yet.

    Raises
    ------
    ConflictError
        The offer answers an application: it stands for as long as was said.
    """
    engagement = locked_engagement(account, slug, number)
    if engagement.application is not None:
        message = "This offer answers an application, so it stands until it is answered or lapses."
        raise ConflictError(message)
    advance(engagement, EngagementEvent.CANCEL, account, now=now)
    tell_specialist(engagement, f"The offer of terms in {engagement.project.name} was taken back.", now=now)
    return engagement


# --- terms, by the person or for the project ---


@retried
@transaction.atomic
def accept_own_terms(account: Account, public_id: str, *, sha256: str, now: datetime) -> EngagementTerms:
    """Accept the terms that wait for one's answer, naming the hash of what one has read."""
    engagement = own_locked(account, public_id)
    _refuse_offer_of_application(engagement)
    return engagement_terms.accept_terms(engagement, account, sha256, now=now)


@retried
@transaction.atomic
def refuse_own_terms(account: Account, public_id: str, *, reason: str = "", now: datetime) -> EngagementTerms:
    """Refuse the terms that wait for one's answer; those in force stay."""
    engagement = own_locked(account, public_id)
    _refuse_offer_of_application(engagement)
    return engagement_terms.refuse_terms(engagement, account, reason=reason, now=now)


@retried
@transaction.atomic
def propose_own_terms(account: Account, public_id: str, payload: object, *, now: datetime) -> EngagementTerms:
    """Propose other terms for one's own work."""
    return engagement_terms.propose(own_locked(account, public_id), account, payload, now=now)


@retried
@transaction.atomic
def take_own_terms_back(account: Account, public_id: str, *, now: datetime) -> EngagementTerms:
    """Withdraw a proposal of one's own that nobody has answered."""
    return engagement_terms.take_terms_back(own_locked(account, public_id), account, now=now)


@retried
@transaction.atomic
def accept_proposed_terms(account: Account, slug: str, number: int, *, sha256: str, now: datetime) -> EngagementTerms:
    """Accept for the project what a specialist proposed, naming the hash of what one has read."""
    return engagement_terms.accept_terms(locked_engagement(account, slug, number), account, sha256, now=now)


@retried
@transaction.atomic
def refuse_proposed_terms(
    account: Account, slug: str, number: int, *, reason: str = "", now: datetime
) -> EngagementTerms:
    """Refuse for the project what a specialist proposed."""
    engagement = locked_engagement(account, slug, number)
    return engagement_terms.refuse_terms(engagement, account, reason=reason, now=now)


@retried
@transaction.atomic
def propose_terms(account: Account, slug: str, number: int, payload: object, *, now: datetime) -> EngagementTerms:
    """Propose other terms for the project; the old ones stay in force until they are accepted."""
    return engagement_terms.propose(locked_engagement(account, slug, number), account, payload, now=now)


@retried
@transaction.atomic
def take_terms_back(account: Account, slug: str, number: int, *, now: datetime) -> EngagementTerms:
    """Withdraw a proposal of the project that is not answered."""
    return engagement_terms.take_terms_back(locked_engagement(account, slug, number), account, now=now)


def forget_engagements(account: Account, *, now: datetime) -> None:
    """Let somebody whose account is deleted leave at once, wherever the person is engaged."""
    for engagement in own_engagements(account).filter(state__in=UNENDED):
        locked = own_locked(account, engagement.public_id)
        locked.due_at = None
        if locked.state == EngagementState.OFFERED:
            # With an application the offer has gone already.
            advance(locked, EngagementEvent.DECLINE, account, now=now)
        else:
            advance(locked, EngagementEvent.LEAVE, account, now=now)
        tell_project(locked, f"{locked}: the person has left.", now=now)


# --- shared ---


def locked_engagement(account: Account, slug: str, number: int) -> Engagement:
    """Return an engagement that somebody leads, with its project locked; nobody leads one's own.

    Raises
    ------
    NotFoundError
        There is no such engagement.
    NotAllowedError
        The person does not lead the project.
    """
    access = open_project(account, slug, Permission.MANAGE_PROJECT_MEMBERS)
    # Owners are chosen by what they own, so the project is locked first, always.
    Project.objects.of(access.project).select_for_update().get()
    engagement = _one(engagements_of(access), number)
    if engagement.account_id == account.pk:
        message = "This is your own engagement: see to it on your page Engagements."
        raise ConflictError(message)
    return engagement


def _refuse_offer_of_application(engagement: Engagement) -> None:
    if engagement.state == EngagementState.OFFERED and engagement.application is not None:
        message = "This offer answers your application: answer it there."
        raise ConflictError(message)


def _refuse_other_side(engagement: Engagement, *, is_specialist: bool) -> None:
    if engagement.state in {EngagementState.PAUSED, EngagementState.ENDING} and _acted(engagement) != is_specialist:
        other = "the project" if is_specialist else name_for_all(engagement.project, engagement.account)
        message = f"That was {other}'s step: {other} takes it back."
        raise ConflictError(message)


def _short_reason(reason: str) -> str:
    found = Findings()
    said = check_text(reason, "reason", found, maximum=MAX_REASON).strip()
    if found:
        message = "Nothing was changed."
        raise InvalidInputError(message, found.problems)
    return said


def _day(engagement: Engagement) -> str:
    return f"{engagement.due_at:%Y-%m-%d}"


def _own(account: Account, public_id: str) -> Engagement:
    engagement = own_engagements(account).filter(public_id=public_id).first()
    if engagement is None:
        message = "There is no such engagement of yours."
        raise NotFoundError(message)
    return engagement


def own_locked(account: Account, public_id: str) -> Engagement:
    """Return one's own engagement, with its project locked.

    Raises
    ------
    NotFoundError
        The person has no such engagement.
    """
    Project.objects.of(_own(account, public_id).project).select_for_update().get()
    return _own(account, public_id)


def _one(rows: ScopedQuerySet[Engagement], number: int) -> Engagement:
    engagement = rows.filter(number=number).first()
    if engagement is None:
        message = "There is no such engagement."
        raise NotFoundError(message)
    return engagement
