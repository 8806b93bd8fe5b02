"""Evaluations: submitting one, revising one's own, looking back."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from rubrica.domain.adaptive_overlap import unsettled
from rubrica.domain.allocation import FIRST_ATTEMPT_PASS
from rubrica.domain.answer import Answer, AnswerRejectedError, parse_answer, ratings
from rubrica.domain.blinding import canonical
from rubrica.domain.canonical import canonical_json, sha256_hex
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.mark import check_clauses
from rubrica.domain.problems import Findings, Problem
from rubrica.domain.roles import Permission
from rubrica.kit.ids import new_id
from rubrica.records.models import Account, Evaluation, GuidelineVersion, Project
from rubrica.records.models.assignment import AssignmentState
from rubrica.records.models.project import ProjectState
from rubrica.records.queries import submissions, work_queue
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.records.queries.work_queue import Desk, HeldAssignment
from rubrica.records.retrying import retried
from rubrica.usecases.access import open_project
from rubrica.usecases.assignments import (
    ShownImage,
    Taken,
    Work,
    desk_and_assignment,
    presentation_of,
    refill,
    shown_images,
    work_of,
)
from rubrica.usecases.attempts import after_attempt, feedback_on
from rubrica.usecases.errors import ConflictError, InvalidInputError, KeyReusedError, LeaseLostError, NotFoundError
from rubrica.usecases.gold_scores import ScoredItem
from rubrica.usecases.reviews import settle_by_revision

KEY_LENGTH = (8, 64)
REASON_LENGTH = (3, 500)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an evaluation is stored."""

    evaluation: str
    submitted_at: datetime
    body_sha256: str
    is_replay: bool


@dataclass(frozen=True, slots=True)
class Submission:
    """The receipt of one evaluation and the work that follows it."""

    receipt: Receipt
    work: Work
    feedback: ScoredItem | None = None
    """What was right of it, where the item was for practice."""


@dataclass(frozen=True, slots=True)
class OwnEvaluation:
    """One of the rater's own evaluations, as it was shown."""

    evaluation: Evaluation
    images: tuple[ShownImage, ...]
    not_revisable: str
    """Why it cannot be revised any more, in words; empty where it can."""


@retried
def submit_evaluation(
    account: Account, assignment: str, *, payload: object, key: str, hold: int, now: datetime
) -> Submission:
    """Store an evaluation and hand out the next work, in one transaction.

    The same key with the same body gives the same receipt, however often it is sent.

    Raises
    ------
    AnswerRejectedError
        The answer does not fit the rubric; every problem is named and nothing is stored.
    KeyReusedError
        The key has come with another body before.
    LeaseLostError
        Others have completed the item since the lease ended; the answer is kept, not counted.
    """
    check_key(key)
    body_sha256 = body_hash(payload)
    stored = _submit(account, assignment, payload, key=key, body_sha256=body_sha256, hold=hold, now=now)
    if stored is None:
        # Raised after the transaction, because the late answer must stay.
        message = (
            "Your lease on this item ended and others have completed it. Your answer is kept with the assignment but "
            "does not count; you can go on with the next item."
        )
        raise LeaseLostError(message)
    receipt, taken, held = stored
    feedback = feedback_on(account, held) if held.pass_number >= FIRST_ATTEMPT_PASS else None
    return Submission(receipt, work_of(taken), feedback)


@transaction.atomic
def _submit(
    account: Account, assignment: str, payload: object, *, key: str, body_sha256: str, hold: int, now: datetime
) -> tuple[Receipt, Taken, HeldAssignment] | None:
    """Store the answer and take the next work; None where the answer came too late and was only kept."""
    desk, held = desk_and_assignment(account, assignment)
    if held.state != AssignmentState.OPEN:
        stored = _replay(account, held, key, body_sha256)
        if stored is not None:
            return _receipt(stored, is_replay=True), refill(desk, hold=hold, now=now), held
    answer = parse_answer(rubric_of_version(held.guideline_id, held.guideline_hash), payload, held.prompt)
    _check_clauses(held, answer)
    if held.state == AssignmentState.OPEN or _regain(held):
        receipt = _store(desk, held, answer, key=key, body_sha256=body_sha256, now=now)
        work_queue.end_assignment(held.id, AssignmentState.SUBMITTED)
        desk = after_attempt(desk, held, now=now)
        if desk.most_overlap > desk.overlap and held.takes_place:
            _ask_more_where_raters_differ(desk, held)
        return receipt, refill(desk, hold=hold, now=now, submitted=held), held
    submissions.keep_late_answer(held.id, answer.as_json())
    return None


def _ask_more_where_raters_differ(desk: Desk, held: HeldAssignment) -> None:
    """Want one evaluation more of an item that would be complete, where too few raters agree on some question."""
    answers = work_queue.answers_to_complete_item(held, desk.overlap)
    if answers and unsettled(rubric_of_version(held.guideline_id, held.guideline_hash), answers):
        work_queue.ask_one_more(desk, held.item_id)


def _check_clauses(held: HeldAssignment, answer: Answer) -> None:
    """Refuse a mark that rests on a clause which the guideline of the assignment does not have."""
    if not any(mark.clause for mark in answer.marks):
        return
    found = Findings()
    check_clauses(answer.marks, _anchors_of_version(held.guideline_id, held.guideline_hash), found)
    if found:
        raise AnswerRejectedError(found.problems)


@lru_cache(maxsize=256)
def _anchors_of_version(guideline_id: int, content_hash: str) -> tuple[str, ...]:  # noqa: ARG001  (part of the key)
    """Return the anchors of a published version, which never changes and is therefore kept in memory."""
    versions = GuidelineVersion.objects.everywhere("the caller holds an assignment under this version")
    return parse_guideline(versions.values_list("markdown", flat=True).get(pk=guideline_id)).anchors


def check_key(key: str) -> None:
    """Refuse what is no idempotency key.

    Raises
    ------
    InvalidInputError
        It is missing, too short or too long, or holds what a header cannot.
    """
    shortest, longest = KEY_LENGTH
    if not shortest <= len(key) <= longest or not key.isascii() or not key.isprintable():
        message = "The request needs an Idempotency-Key header."
        raise InvalidInputError(
            message, [Problem("Idempotency-Key", "is missing or malformed", "8 to 64 printable ASCII characters")]
        )


def body_hash(payload: object) -> str:
    """Return the SHA-256 of a body's canonical form, so that the order of keys does not make it another body."""
    try:
        return sha256_hex(canonical_json(payload))
    except (ValueError, TypeError, RecursionError) as error:
        message = "The body is not plain JSON."
        raise InvalidInputError(message, [Problem("", "cannot be written as JSON", "finite numbers, text")]) from error


def _replay(account: Account, held: HeldAssignment, key: str, body_sha256: str) -> submissions.StoredEvaluation | None:
    """Return what the key has stored for this assignment; None where the assignment was never answered."""
    stored = submissions.find_evaluation(account.pk, key)
    if stored is not None:
        if stored.body_sha256 != body_sha256 or stored.assignment_id != held.id:
            raise KeyReusedError(_KEY_REUSED)
        return stored
    if held.state == AssignmentState.SUBMITTED:
        message = "You have submitted this item already. To change your last evaluation, revise it."
        raise ConflictError(message)
    if held.state == AssignmentState.SKIPPED:
        message = "You have skipped this item, so it cannot be answered any more."
        raise ConflictError(message)
    return None


_KEY_REUSED = "This Idempotency-Key has been used for another answer. Make a new key for each answer."


def _regain(held: HeldAssignment) -> bool:
    """Take an expired assignment's place again, if nobody else has filled it; one that has none cannot lose it."""
    if held.takes_place and not work_queue.claim_place(held.item_id, held.pass_number):
        return False
    work_queue.reopen_assignment(held.id)
    return True


def _store(
    desk: Desk,
    held: HeldAssignment,
    answer: Answer,
    *,
    key: str,
    body_sha256: str,
    now: datetime,
    supersedes_id: int | None = None,
    reason: str = "",
) -> Receipt:
    rubric = rubric_of_version(held.guideline_id, held.guideline_hash)
    by_slot = canonical(rubric, answer, presentation_of(held))
    images = work_queue.images_of_items([held.item_id])[held.item_id]
    new = submissions.NewEvaluation(
        public_id=new_id(),
        desk=desk,
        held=held,
        image_sha256s=[str(image["sha256"]) for image in images],
        answer=answer.as_json(),
        canonical=by_slot,
        ratings=ratings(rubric, by_slot),
        idempotency_key=key,
        body_sha256=body_sha256,
        submitted_at=now,
        supersedes_id=supersedes_id,
        revision_reason=reason,
    )
    if submissions.store_evaluation(new) is None:
        raise KeyReusedError(_KEY_REUSED)
    return Receipt(new.public_id, now, body_sha256, is_replay=False)


def _receipt(stored: submissions.StoredEvaluation, *, is_replay: bool) -> Receipt:
    return Receipt(stored.public_id, stored.submitted_at, stored.body_sha256, is_replay)


@retried
def revise_evaluation(
    account: Account, public_id: str, *, payload: object, reason: str, key: str, now: datetime
) -> Receipt:
    """Append an evaluation that supersedes one of the rater's own.

    Raises
    ------
    ConflictError
        It has been revised already, its rules are not in force any more, or the project is closed.
    """
    check_key(key)
    reason = _checked_reason(reason)
    body_sha256 = body_hash({"answer": payload, "reason": reason, "of": public_id})
    with transaction.atomic():
        desk, held = desk_and_assignment(account, _own(account, public_id).assignment.public_id)
        # Read again, now that the desk is locked: another tab may have revised it in the meantime.
        original = _own(account, public_id)
        stored = submissions.find_evaluation(account.pk, key)
        if stored is not None:
            if stored.body_sha256 != body_sha256:
                raise KeyReusedError(_KEY_REUSED)
            return _receipt(stored, is_replay=True)
        refusal = _why_not_revisable(original, original.project)
        if refusal:
            raise ConflictError(refusal)
        rubric = rubric_of_version(original.guideline_id, original.guideline_hash)
        answer = parse_answer(rubric, payload, held.prompt)
        _check_clauses(held, answer)
        settle_by_revision(account, original, now=now)
        return _store(
            desk,
            held,
            answer,
            key=key,
            body_sha256=body_sha256,
            now=now,
            supersedes_id=original.pk,
            reason=reason,
        )


def _why_not_revisable(evaluation: Evaluation, project: Project) -> str:
    """Return why an evaluation stays as it is; empty where its rater may supersede it by a better one."""
    if hasattr(evaluation, "superseded_by"):
        return "You have revised this evaluation already; revise the newer one."
    if project.state == ProjectState.CLOSED:
        return "The project is closed, so its evaluations stay as they are."
    if evaluation.assignment.pass_number >= FIRST_ATTEMPT_PASS:
        return "What was answered in a test or calibration stays as it is."
    if evaluation.guideline_id != project.guideline_id:
        return "The guideline has changed since: what was judged under the earlier version stays as it is."
    return ""


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    shortest, longest = REASON_LENGTH
    if not shortest <= len(reason) <= longest or "\x00" in reason:
        message = "The evaluation was not revised."
        raise InvalidInputError(
            message, [Problem("reason", "is missing or too long", f"{shortest} to {longest} characters: what changed")]
        )
    return reason


def _own(account: Account, public_id: str) -> Evaluation:
    evaluations = Evaluation.objects.of_account(account).select_related("assignment", "project", "superseded_by")
    evaluation = evaluations.filter(public_id=public_id).first()
    if evaluation is None:
        message = "There is no such evaluation of yours."
        raise NotFoundError(message)
    return evaluation


def own_evaluations(
    account: Account, slug: str, *, limit: int, before: int | None = None, only: str | None = None
) -> list[OwnEvaluation]:
    """Return the rater's own evaluations in a project, newest first, without those that were superseded.

    ``before`` is the row id to go on from: the key of the page. ``only`` asks for one of them.
    """
    access = open_project(account, slug, Permission.READ_OWN_EVALUATIONS)
    rows = (
        Evaluation.objects.of(access.project)
        .filter(rater=account, superseded_by=None)
        .select_related("item", "guideline", "assignment", "superseded_by")
        .order_by("-id")
    )
    if only is not None:
        rows = rows.filter(public_id=only)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    evaluations = list(rows[:limit])
    images = work_queue.images_of_items([row.item_id for row in evaluations])
    return [
        OwnEvaluation(row, shown_images(row.presentation, images[row.item_id]), _why_not_revisable(row, access.project))
        for row in evaluations
    ]
