"""Reviews: queueing evaluations, deciding on them, adjudicating items, and appeals that another person decides."""

import hashlib
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count, Max

from rubrica.domain.gold import GoldSource, read_right_answers
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings, one_of, quoted
from rubrica.domain.review import MAX_COMMENT, REVIEW_PROCESS, ReviewEvent, ReviewReason, ReviewState
from rubrica.domain.roles import Permission, Role
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    Adjudication,
    Evaluation,
    Gold,
    Project,
    Review,
    ReviewStep,
)
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.attempts import void_gold_item
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import (
    LEFT,
    checked_reason,
    come_back,
    evaluates,
    lead_with_fewest,
    step_of,
    with_fewest,
)
from rubrica.usecases.reevaluation import disputed_items

MAX_NOTE: Final = 500
MOST_AT_ONCE: Final = 200
REVIEWERS: Final = (Role.REVIEWER, Role.LEAD)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer says of an evaluation.

    Attributes
    ----------
    answers
        The right answers by criterion, where the reviewer adjudicates.
    """

    event: ReviewEvent
    comment: str = ""
    criterion: str = ""
    clause: str = ""
    answers: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """A review with its steps, and what this person may do."""

    review: Review
    steps: tuple[ReviewStep, ...]
    adjudication: Adjudication | None
    events: frozenset[ReviewEvent]


# --- the queue ---


@retried
@transaction.atomic
def queue_reviews(account: Account, slug: str, why: ReviewReason, count: int, *, now: datetime) -> int:
    """Put up to ``count`` evaluations under the version in force into the queue: drawn by lot, or the disputed ones.

    Raises
    ------
    InvalidInputError
        The number is out of range, or ``why`` is a flag, which names one evaluation.
    """
    access = open_project(account, slug, Permission.REVIEW)
    if not 1 <= count <= MOST_AT_ONCE or why == ReviewReason.FLAG:
        found = Findings()
        found.add("count", f"is {count}", f"1 to {MOST_AT_ONCE} evaluations, by sample or disagreement")
        message = "Nothing was queued."
        raise InvalidInputError(message, found.problems)
    project = Project.objects.of(access.project).select_for_update().get()
    open_to_review = Evaluation.objects.of(project).filter(
        guideline=project.guideline_id, superseded_by=None, is_repeat=False, review=None
    )
    if why == ReviewReason.DISAGREEMENT:
        items = disputed_items(project)
        in_order = open_to_review.order_by("item", "pk").values_list("pk", "item")
        chosen = [pk for pk, item in in_order if item in items][:count]
    else:
        by_lot = heapq.nsmallest(count, open_to_review.values_list("public_id", "pk"), key=lambda row: _lot(row[0]))
        chosen = [pk for _public_id, pk in by_lot]
    rows = Evaluation.objects.of(project).select_related("rater").in_bulk(chosen)
    for pk in chosen:
        _open(project, rows[pk], account, why, note="", now=now)
    return len(chosen)


def _lot(evaluation: str) -> bytes:
    return hashlib.blake2b(f"review:{evaluation}".encode()).digest()


@retried
@transaction.atomic
def flag_evaluation(account: Account, slug: str, evaluation: str, *, note: str, now: datetime) -> Review:
    """Put one evaluation into the queue, saying why.

    Raises
    ------
    NotFoundError
        There is no such current evaluation in the project.
    ConflictError
        It is, or was, under review already.
    """
    access = open_project(account, slug, Permission.REVIEW)
    found = Findings()
    said = check_text(note, "note", found, maximum=MAX_NOTE).strip()
    if found:
        message = "The evaluation was not flagged."
        raise InvalidInputError(message, found.problems)
    project = Project.objects.of(access.project).select_for_update().get()
    row = Evaluation.objects.of(project).filter(public_id=evaluation, superseded_by=None).first()
    if row is None:
        message = "There is no such evaluation in this project, or it was revised since."
        raise NotFoundError(message)
    if Review.objects.of(project).filter(evaluation=row).exists():
        message = "This evaluation has a review already."
        raise ConflictError(message)
    return _open(project, row, account, ReviewReason.FLAG, note=said, now=now)


def _open(
    project: Project, evaluation: Evaluation, by: Account, why: ReviewReason, *, note: str, now: datetime
) -> Review:
    last = Review.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    review = Review.objects.create(
        project=project,
        number=last + 1,
        evaluation=evaluation,
        rater=evaluation.rater,
        why=why,
        note=note,
        owner=_owner(project, {evaluation.rater_id}),
        due_at=now + REVIEW_PROCESS.time_allowed[ReviewState.PENDING],
        opened_at=now,
        opened_by=by,
    )
    come_back("review", review, now=now)
    record("review.opened", str(review), at=now, actor=by, project=project, why=why)
    return review


def _owner(project: Project, without: set[int]) -> Account:
    """Return who reviews with the fewest reviews to see to, save those who may not decide on this one.

    Raises
    ------
    ConflictError
        There is nobody else.
    """
    found = with_fewest(project, Review, roles=REVIEWERS, without=without)
    if found is None:
        message = "There is nobody else in this project who could decide. Add a reviewer first."
        raise ConflictError(message)
    return found


# --- reading ---


def reviews_of(access: ProjectAccess) -> ScopedQuerySet[Review]:
    """Return the reviews of a project, newest first."""
    access.require(Permission.REVIEW)
    return _with_names(Review.objects.of(access.project))


def own_reviews(access: ProjectAccess) -> ScopedQuerySet[Review]:
    """Return the reviews of one's own evaluations that something was decided on, newest first."""
    access.require(Permission.READ_OWN_EVALUATIONS)
    decided = Review.objects.of(access.project).filter(rater=access.account).exclude(decided_at=None)
    return _with_names(decided)


def _with_names(rows: ScopedQuerySet[Review]) -> ScopedQuerySet[Review]:
    return rows.select_related("evaluation__item", "evaluation__guideline", "owner", "rater").order_by("-number")


def review_file(access: ProjectAccess, number: int) -> ReviewFile:
    """Return a review as this person may see it: reviewers every one, a rater one's own once it is decided.

    Raises
    ------
    NotFoundError
        There is no such review in the person's world.
    """
    rows = reviews_of(access) if access.may(Permission.REVIEW) else own_reviews(access)
    review = rows.filter(number=number).first()
    if review is None:
        message = "There is no such review."
        raise NotFoundError(message)
    steps = ReviewStep.objects.of(access.project).filter(review=review).select_related("actor").order_by("at", "pk")
    adjudication = Adjudication.objects.of(access.project).filter(review=review).first()
    events = frozenset(
        event
        for event in REVIEW_PROCESS.events(ReviewState(review.state))
        if access.may(REVIEW_PROCESS.step(ReviewState(review.state), event).permission)
        and not _why_not(access.account, review, event)
    )
    return ReviewFile(review, tuple(steps), adjudication, events)


def waiting_reviews(account: Account, projects: Sequence[Project]) -> dict[int, int]:
    """Return how many reviews wait for a person, as reviewer or as rater, by row id of the project."""
    rows = Review.objects.visible_to(account).filter(project__in=projects, owner=account)
    return dict(rows.order_by().values_list("project").annotate(Count("pk")))


# --- deciding ---


@retried
@transaction.atomic
def decide(account: Account, slug: str, number: int, verdict: Verdict, *, now: datetime) -> Review:
    """Accept an evaluation, return it with a comment, or adjudicate its item.

    Raises
    ------
    InvalidInputError
        The comment is missing, or names what the rules do not have; or an adjudication answers nothing.
    ConflictError
        The review does not wait for this.
    NotAllowedError
        One's own evaluation is decided on by others.
    """
    access, review = _locked(account, slug, number)
    if verdict.event not in {ReviewEvent.ACCEPT, ReviewEvent.RETURN, ReviewEvent.ADJUDICATE}:
        message = "A review is accepted, returned or adjudicated."
        raise ConflictError(message)
    version = review.evaluation.guideline
    rubric = parse_rubric(version.rubric)
    found = Findings()
    fewest = 0 if verdict.event == ReviewEvent.ACCEPT else 1
    comment = check_text(verdict.comment, "comment", found, minimum=fewest, maximum=MAX_COMMENT).strip()
    for name, value, choices in (
        ("criterion", verdict.criterion, tuple(rubric.criterion_of)),
        ("clause", verdict.clause, parse_guideline(version.markdown).anchors),
    ):
        if value and value not in choices:
            found.add(name, f"is {quoted(value)}", one_of(choices))
    right: dict[str, int | str] = {}
    if verdict.event == ReviewEvent.ADJUDICATE:
        right = read_right_answers(rubric, verdict.answers or {}, found)
        if not right and not found:
            found.add("answers", "is empty", "the right answer to one question or more")
    if found:
        message = "Nothing was decided."
        raise InvalidInputError(message, found.problems)
    review.criterion, review.clause, review.comment = verdict.criterion, verdict.clause, comment
    review.decided_by, review.decided_at = account, now
    _move(access, review, verdict.event, owner=review.rater, reason=comment, now=now)
    if verdict.event == ReviewEvent.ADJUDICATE:
        Adjudication.objects.create(
            project=access.project,
            review=review,
            item=review.evaluation.item,
            guideline=version,
            answers=right,
            reason=comment,
            clause=verdict.clause,
            decided_by=account,
            decided_at=now,
        )
    said = {ReviewEvent.ACCEPT: "accepted", ReviewEvent.RETURN: "returned with a comment"}.get(
        verdict.event, "looked at, and its item adjudicated"
    )
    if review.state in REVIEW_PROCESS.waiting and not evaluates(access.project, review.rater):
        _settle_for_absent(review, now=now)
    text = f"Your evaluation of {review.evaluation.item.key} was {said}."
    notify([review.rater], Topic.REVIEW, access.project, text, f"reviews/{number}/", now=now)
    return review


@retried
@transaction.atomic
def appeal(account: Account, slug: str, number: int, *, reason: str, now: datetime) -> Review:
    """Say why what was decided on one's own evaluation is wrong; another person decides.

    Raises
    ------
    ConflictError
        There is nothing to appeal against, the time for it is over, or nobody else could decide.
    """
    access, review = _locked(account, slug, number, own=True)
    said = checked_reason(reason, MAX_COMMENT)
    if review.due_at is not None and review.state != ReviewState.APPEALED and now > review.due_at:
        message = f"The time for an appeal was over on {review.due_at:%Y-%m-%d}."
        raise ConflictError(message)
    owner = _owner(access.project, {account.pk, review.decided_by_id or 0})
    _move(access, review, ReviewEvent.APPEAL, owner=owner, reason=said, now=now)
    notify(
        [owner], Topic.APPEAL, access.project, f"An appeal in {review} waits for you.", f"reviews/{number}/", now=now
    )
    return review


@retried
@transaction.atomic
def settle(account: Account, slug: str, number: int, *, now: datetime) -> Review:
    """Take what was decided on one's own evaluation as it is."""
    access, review = _locked(account, slug, number, own=True)
    return _move(access, review, ReviewEvent.SETTLE, owner=None, reason="", now=now)


def settle_by_revision(account: Account, evaluation: Evaluation, *, now: datetime) -> None:
    """End what waits for a rater who has just revised the evaluation that was returned."""
    review = Review.objects.of(evaluation.project).filter(evaluation=evaluation).first()
    if review is None or ReviewEvent.SETTLE not in REVIEW_PROCESS.events(ReviewState(review.state)):
        return
    access = ProjectAccess(evaluation.project, account, Role.SPECIALIST)
    _move(access, review, ReviewEvent.SETTLE, owner=None, reason="Revised", now=now)


@retried
@transaction.atomic
def decide_appeal(account: Account, slug: str, number: int, *, uphold: bool, reason: str, now: datetime) -> Review:
    """Uphold or dismiss an appeal, saying why. What an upheld one was decided by is repaired.

    The adjudication holds no longer, and gold that rests on it is voided: everybody is scored without it.

    Raises
    ------
    NotAllowedError
        Whoever decided on the evaluation, or made it, does not decide on the appeal.
    """
    access, review = _locked(account, slug, number)
    said = checked_reason(reason, MAX_COMMENT)
    event = ReviewEvent.UPHOLD if uphold else ReviewEvent.DISMISS
    _move(access, review, event, owner=None, reason=said, now=now)
    if uphold:
        rests = Gold.objects.of(access.project).filter(
            item=review.evaluation.item, source=GoldSource.ADJUDICATION, voided_at=None
        )
        for gold in rests:
            void_gold_item(gold, account, reason=f"The appeal in {review} was upheld: {said}"[:500], now=now)
    text = f"Your appeal in {review} was {'upheld' if uphold else 'dismissed'}."
    notify([review.rater], Topic.APPEAL, access.project, text, f"reviews/{number}/", now=now)
    return review


@retried
@transaction.atomic
def take_over(account: Account, slug: str, number: int, *, now: datetime) -> Review:
    """Answer for a review from now on; its deadline stays."""
    access, review = _locked(account, slug, number)
    return _move(access, review, ReviewEvent.TAKE_OVER, owner=account, reason="", now=now)


def hand_over_review(review: Review, *, by: Account, now: datetime) -> None:
    """Give a review to somebody else, whose owner may not decide on it any more; the caller has locked the project.

    What waits for its rater is settled: nobody else can answer for that person.
    """
    if review.owner_id == review.rater_id:
        _settle_for_absent(review, now=now)
        return
    barred = {review.rater_id, review.decided_by_id or 0}
    # Where nobody else may decide, a lead has to find somebody who may.
    found = with_fewest(review.project, Review, roles=REVIEWERS, without=barred)
    review.owner = found or lead_with_fewest(review.project, Review)
    review.save(update_fields=["owner"])
    ReviewStep.objects.create(
        review=review,
        at=now,
        actor=by,
        event=ReviewEvent.HAND_OVER,
        source=review.state,
        target=review.state,
        reason=LEFT,
    )


def _settle_for_absent(review: Review, *, now: datetime) -> None:
    access = ProjectAccess(review.project, review.rater, Role.SPECIALIST)
    _move(access, review, ReviewEvent.SETTLE, owner=None, reason=LEFT, now=now)


def adjudications_in_force(project: Project) -> ScopedQuerySet[Adjudication]:
    """Return what reviewers found right of items, save where an appeal was upheld; newest first."""
    rows = Adjudication.objects.of(project).exclude(review__state=ReviewState.UPHELD)
    return rows.select_related("item", "guideline", "decided_by", "review__evaluation").order_by("-pk")


def _locked(account: Account, slug: str, number: int, *, own: bool = False) -> tuple[ProjectAccess, Review]:
    access = open_project(account, slug, Permission.READ_OWN_EVALUATIONS if own else Permission.REVIEW)
    # Owners are chosen by what they own, so the project is locked first, always.
    project = Project.objects.of(access.project).select_for_update().get()
    rows = Review.objects.of(project).filter(number=number)
    review = (rows.filter(rater=account).exclude(decided_at=None) if own else rows).first()
    if review is None:
        message = "There is no such review."
        raise NotFoundError(message)
    return access, review


def _move(
    access: ProjectAccess, review: Review, event: ReviewEvent, *, owner: Account | None, reason: str, now: datetime
) -> Review:
    source = ReviewState(review.state)
    step = step_of(REVIEW_PROCESS, source, event, review)
    access.require(step.permission)
    refusal = _why_not(access.account, review, event)
    if refusal:
        raise NotAllowedError(refusal)
    review.state = step.target
    if step.target not in REVIEW_PROCESS.waiting:
        review.owner = review.due_at = None
    else:
        review.owner = owner
        if event != ReviewEvent.TAKE_OVER:
            review.due_at = now + REVIEW_PROCESS.time_allowed[step.target]
            come_back("review", review, now=now)
    review.save()
    ReviewStep.objects.create(
        review=review, at=now, actor=access.account, event=event, source=source, target=step.target, reason=reason
    )
    record(f"review.{event}", str(review), at=now, actor=access.account, project=access.project, reason=reason)
    return review


def _why_not(account: Account, review: Review, event: ReviewEvent) -> str:
    """Return why this person may not do this with the review; empty where the person may."""
    by_rater = event in {ReviewEvent.APPEAL, ReviewEvent.SETTLE}
    if by_rater and review.rater_id != account.pk:
        return "Only whoever made the evaluation may do this."
    if not by_rater and review.rater_id == account.pk:
        return "Your own evaluation is looked at by others."
    of_appeal = {ReviewEvent.UPHOLD, ReviewEvent.DISMISS}
    if review.decided_by_id == account.pk and (
        event in of_appeal or (event == ReviewEvent.TAKE_OVER and review.state == ReviewState.APPEALED)
    ):
        return "You decided on this evaluation, so another person decides on the appeal."
    return ""
