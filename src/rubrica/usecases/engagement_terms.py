"""Terms: offering them, proposing others while the old stay in force, and accepting exactly what one has read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from rubrica.domain.application import OFFER_STANDS
from rubrica.domain.canonical import canonical_json, sha256_hex
from rubrica.domain.engagement import (
    ANSWER_TERMS_WITHIN,
    MAX_REASON,
    EngagementEvent,
    EngagementState,
)
from rubrica.domain.opening import Opening, Pay
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission, Role
from rubrica.domain.terms import (
    PAID_ROLES,
    Rate,
    Terms,
    TermsAnswerKind,
    announced_rate,
    check_rate,
    holds_from,
    parse_rate,
    read_terms,
    terms_hash,
)
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    Application,
    Engagement,
    EngagementTerms,
    Project,
    ProjectMembership,
    TermsAnswer,
)
from rubrica.records.retrying import retried
from rubrica.usecases.access import open_project, record
from rubrica.usecases.engagement_access import ANSWER_TERMS, advance
from rubrica.usecases.engagement_steps import (
    ENGAGEMENT_DEADLINE,
    add_step,
    live_engagement,
    stored_terms_in_force,
    tell_project,
    tell_specialist,
)
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.house_rules import current_rules
from rubrica.usecases.jobs import enqueue
from rubrica.usecases.organisations import add_project_member
from rubrica.usecases.pseudonyms import name_for_all

_PROPOSES_IN: Final = frozenset({EngagementState.OFFERED, EngagementState.ACTIVE, EngagementState.PAUSED})


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One version as both sides see it.

    Attributes
    ----------
    is_pending
        Whether the other side may still answer it.
    is_in_force
        Whether it is the version that holds at this moment.
    """

    stored: EngagementTerms
    terms: Terms
    answers: tuple[TermsAnswer, ...]
    is_pending: bool
    is_in_force: bool
    holds_from: datetime | None


def rules_hash() -> str:
    """Return the SHA-256 of the house rules that hold now: terms name the rules that they were made under."""
    return sha256_hex(canonical_json([rule.as_json() for rule in current_rules()]))


def terms_versions(engagement: Engagement, *, now: datetime) -> tuple[TermsVersion, ...]:
    """Return all versions of the terms with what was answered to each, newest first."""
    project = engagement.project
    rows = EngagementTerms.objects.of(project).filter(engagement=engagement).select_related("proposed_by")
    answers = TermsAnswer.objects.of(project).filter(terms__engagement=engagement).select_related("account")
    of_version: dict[int, list[TermsAnswer]] = {}
    for answer in answers.order_by("at", "pk"):
        of_version.setdefault(answer.terms_id, []).append(answer)
    in_force = stored_terms_in_force(engagement, now)
    return tuple(
        _version(row, of_version.get(row.pk, []), is_in_force=row == in_force, now=now)
        for row in rows.order_by("-version")
    )


def _version(stored: EngagementTerms, answers: list[TermsAnswer], *, is_in_force: bool, now: datetime) -> TermsVersion:
    is_open = all(row.holds_from is None and row.kind == TermsAnswerKind.ACCEPTED for row in answers)
    return TermsVersion(
        stored,
        read_terms(stored.document),
        tuple(answers),
        is_pending=is_open and stored.answer_by > now,
        is_in_force=is_in_force,
        holds_from=next((row.holds_from for row in answers if row.holds_from is not None), None),
    )


def pending_terms(engagement: Engagement, *, now: datetime) -> TermsVersion | None:
    """Return the version that waits for an answer; None where none does."""
    return next((row for row in terms_versions(engagement, now=now) if row.is_pending), None)


def suggested_rate(application: Application) -> Rate | None:
    """Return what the opening of an application promises, to begin an offer with; None where it names no pay."""
    opening = _opening_of(application)
    if opening.pay is None:
        return None
    return announced_rate(opening.pay, opening.hours.high if opening.hours is not None else None)


def _opening_of(application: Application) -> Opening:
    return parse_opening(application.opening.document)


def _announced(engagement: Engagement) -> Pay | None:
    return _opening_of(engagement.application).pay if engagement.application is not None else None


# --- offering ---


def offer_for_application(
    application: Application, account: Account, payload: object | None, *, now: datetime
) -> Engagement:
    """Offer terms to whoever applied, by default those that the opening promises; the caller has locked the project.

    Raises
    ------
    InvalidInputError
        Something in the terms cannot be offered; every problem is named.
    """
    if payload is None:
        suggested = suggested_rate(application)
        found = Findings()
        if suggested is None:
            found.add("rate_minor", "is missing", "the rate of the work: the opening names none")
            message = "No offer was made: say what is paid."
            raise InvalidInputError(message, found.problems)
        rate = suggested
    else:
        rate = _read_rate(payload, _opening_of(application).pay, now, is_first=True)
    return _offer(application.project, application.account, account, rate, Role.SPECIALIST, application, now=now)


@retried
@transaction.atomic
def offer_to_member(account: Account, slug: str, member: str, payload: object, *, now: datetime) -> Engagement:
    """Offer terms to somebody who is part of the project without any. Until they are accepted nothing changes.

    Raises
    ------
    NotFoundError
        There is no such specialist or reviewer in the project.
    InvalidInputError
        Something in the terms cannot be offered; every problem is named.
    ConflictError
        There are terms already.
    """
    access = open_project(account, slug, Permission.MANAGE_PROJECT_MEMBERS)
    project = Project.objects.of(access.project).select_for_update().get()
    members = ProjectMembership.objects.of(project).filter(is_active=True, role__in=PAID_ROLES)
    found = members.filter(account__public_id=member).exclude(account=account).select_related("account").first()
    if found is None:
        message = "There is no such specialist or reviewer in this project."
        raise NotFoundError(message)
    held = live_engagement(project, found.account)
    if held is not None:
        message = (
            f"{name_for_all(project, found.account)} has terms here already ({held}). Propose a new version there."
        )
        raise ConflictError(message)
    rate = _read_rate(payload, None, now, is_first=True)
    engagement = _offer(project, found.account, account, rate, Role(found.role), None, now=now)
    told = f"You are offered terms in {project.name}. The offer stands for {OFFER_STANDS.days} days."
    tell_specialist(engagement, told, now=now)
    return engagement


def _offer(
    project: Project,
    specialist: Account,
    account: Account,
    rate: Rate,
    role: Role,
    application: Application | None,
    *,
    now: datetime,
) -> Engagement:
    last = Engagement.objects.of(project).aggregate(last=Max("number"))["last"]
    engagement = Engagement.objects.create(
        project=project,
        number=(last or 0) + 1,
        account=specialist,
        application=application,
        role=role,
        owner=specialist,
        due_at=now + OFFER_STANDS,
        offered_at=now,
    )
    add_step(engagement, EngagementEvent.OFFER, EngagementState.OFFERED, account, now=now)
    _propose(engagement, account, rate, now=now)
    enqueue(ENGAGEMENT_DEADLINE, str(engagement.pk), now=now, available_at=now + OFFER_STANDS)
    return engagement


def _read_rate(payload: object, announced: Pay | None, now: datetime, *, is_first: bool) -> Rate:
    found = Findings()
    rate = parse_rate(payload, found)
    check_rate(rate, announced, now, found)
    if is_first and rate.valid_from is not None:
        found.add("valid_from", "is given", "nothing: the first terms hold from their acceptance on")
    if found:
        message = "The terms were not proposed."
        raise InvalidInputError(message, found.problems)
    return rate


def _propose(engagement: Engagement, account: Account, rate: Rate, *, now: datetime) -> EngagementTerms:
    """Append a version, which whoever proposes it has accepted."""
    project = engagement.project
    last = EngagementTerms.objects.of(project).filter(engagement=engagement).aggregate(last=Max("version"))["last"]
    terms = Terms(
        version=(last or 0) + 1,
        organisation=project.organisation.name,
        project=project.name,
        project_slug=project.slug,
        role=Role(engagement.role),
        starts_on=(engagement.started_at or now).date(),
        house_rules=rules_hash(),
        rate=rate,
    )
    document = terms.as_json()
    answer_by = engagement.due_at if engagement.state == EngagementState.OFFERED else None
    stored = EngagementTerms.objects.create(
        engagement=engagement,
        version=terms.version,
        document=document,
        sha256=terms_hash(document),
        proposed_by=account,
        proposed_at=now,
        answer_by=answer_by or now + ANSWER_TERMS_WITHIN,
    )
    TermsAnswer.objects.create(
        terms=stored, kind=TermsAnswerKind.ACCEPTED, account=account, at=now, sha256=stored.sha256
    )
    if engagement.state != EngagementState.OFFERED:
        enqueue(ANSWER_TERMS, str(stored.pk), now=now, available_at=stored.answer_by)
    record(
        "engagement.terms_proposed",
        str(engagement),
        at=now,
        actor=account,
        project=project,
        version=stored.version,
        sha256=stored.sha256,
    )
    return stored


# --- proposing others ---


def propose(engagement: Engagement, account: Account, payload: object, *, now: datetime) -> EngagementTerms:
    """Append another version, by either side; the project is locked. The old one stays in force until both agree.

    Raises
    ------
    InvalidInputError
        Something in the terms cannot be proposed; every problem is named.
    ConflictError
        Another version waits for an answer, or this is no time for new terms.
    """
    state = EngagementState(engagement.state)
    is_offer = state == EngagementState.OFFERED
    if state not in _PROPOSES_IN or (is_offer and account.pk == engagement.account_id):
        message = f"{engagement} is {engagement.get_state_display().lower()}: new terms cannot be proposed now."
        raise ConflictError(message)
    rate = _read_rate(payload, _announced(engagement), now, is_first=is_offer)
    pending = pending_terms(engagement, now=now)
    if pending is not None and not is_offer:
        message = f"Version {pending.stored.version} waits for an answer. Take it back, or wait for the answer."
        raise ConflictError(message)
    if pending is not None:
        _answer(pending.stored, TermsAnswerKind.WITHDRAWN, account, now=now)
    stored = _propose(engagement, account, rate, now=now)
    project = engagement.project.name
    told = f"Version {stored.version} of the terms in {project} waits for an answer until {stored.answer_by:%Y-%m-%d}."
    _tell_other_side(engagement, account, told, now=now)
    return stored


def take_terms_back(engagement: Engagement, account: Account, *, now: datetime) -> EngagementTerms:
    """Withdraw the version that waits for an answer, by the side that proposed it; the project is locked."""
    pending = _pending(engagement, now=now)
    is_own = pending.proposed_by_id == engagement.account_id
    if is_own != (account.pk == engagement.account_id) or engagement.state == EngagementState.OFFERED:
        message = "Only the side that proposed terms takes them back, and an offer is cancelled as a whole."
        raise ConflictError(message)
    _answer(pending, TermsAnswerKind.WITHDRAWN, account, now=now)
    return pending


# --- answering ---


def accept_terms(engagement: Engagement, account: Account, sha256: str, *, now: datetime) -> EngagementTerms:
    """Accept the version that waits, by the side that did not propose it; the project is locked.

    Of an engagement that is offered this is the beginning: the project is open to the person at once.

    Parameters
    ----------
    sha256
        Hash of the terms that the person has read.

    Raises
    ------
    ConflictError
        No version waits for this side, or it is not the one that was read.
    """
    pending = _pending(engagement, now=now)
    _refuse_own_side(engagement, pending, account)
    if sha256 != pending.sha256:
        message = "These are not the terms that you have read: they have changed since. Read them, then accept."
        raise ConflictError(message)
    terms = read_terms(pending.document)
    _answer(pending, TermsAnswerKind.ACCEPTED, account, at=holds_from(terms.rate.valid_from, now), now=now)
    if engagement.state == EngagementState.OFFERED:
        _begin(engagement, now=now)
    else:
        told = f"Version {pending.version} of the terms in {engagement.project.name} was accepted."
        _tell_other_side(engagement, account, told, now=now)
    return pending


def _begin(engagement: Engagement, *, now: datetime) -> None:
    # The membership comes first: what has begun holds the hand off it.
    add_project_member(engagement.project, engagement.account, Role(engagement.role), now=now)
    advance(engagement, EngagementEvent.ACCEPT, engagement.account, now=now)
    if engagement.application is None:
        tell_project(
            engagement,
            f"{name_for_all(engagement.project, engagement.account)} accepted the terms ({engagement}).",
            now=now,
        )


def refuse_terms(engagement: Engagement, account: Account, *, reason: str = "", now: datetime) -> EngagementTerms:
    """Refuse the version that waits: what was in force stays so, and an offer is declined."""
    pending = _pending(engagement, now=now)
    _refuse_own_side(engagement, pending, account)
    found = Findings()
    said = check_text(reason, "reason", found, maximum=MAX_REASON).strip()
    if found:
        message = "Nothing was answered."
        raise InvalidInputError(message, found.problems)
    _answer(pending, TermsAnswerKind.REFUSED, account, reason=said, now=now)
    if engagement.state == EngagementState.OFFERED:
        advance(engagement, EngagementEvent.DECLINE, engagement.account, now=now)
    told = f"Version {pending.version} of the terms in {engagement.project.name} was refused."
    _tell_other_side(engagement, account, told, now=now)
    return pending


def _tell_other_side(engagement: Engagement, account: Account, told: str, *, now: datetime) -> None:
    if account.pk == engagement.account_id:
        tell_project(engagement, told, now=now)
    else:
        tell_specialist(engagement, told, now=now)


def _refuse_own_side(engagement: Engagement, pending: EngagementTerms, account: Account) -> None:
    is_specialist = account.pk == engagement.account_id
    if (pending.proposed_by_id == engagement.account_id) == is_specialist:
        message = "Your side proposed these terms: the other side answers."
        raise ConflictError(message)


def _pending(engagement: Engagement, *, now: datetime) -> EngagementTerms:
    pending = pending_terms(engagement, now=now)
    if pending is None:
        message = "No terms wait for an answer."
        raise ConflictError(message)
    return pending.stored


def _answer(
    terms: EngagementTerms,
    kind: TermsAnswerKind,
    account: Account,
    *,
    at: datetime | None = None,
    reason: str = "",
    now: datetime,
) -> None:
    TermsAnswer.objects.create(
        terms=terms, kind=kind, account=account, at=now, sha256=terms.sha256, holds_from=at, reason=reason
    )
    record(
        f"engagement.terms_{kind}",
        str(terms.engagement),
        at=now,
        actor=account,
        project=terms.engagement.project,
        version=terms.version,
        sha256=terms.sha256,
    )
