"""Assignments: taking work, keeping it, passing it on. Taking is the hot path (see ``records.queries.work_queue``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from rubrica.domain.allocation import (
    FIRST_ATTEMPT_PASS,
    GOLD_PASS,
    REPEATS_LOOKED_AT,
    choose,
    choose_hidden,
    expected_evaluations,
    is_gold_due,
    is_repeat_due,
    repeat_gap,
)
from rubrica.domain.blinding import Presentation, shown_again, shown_as
from rubrica.domain.mark import SLOTS
from rubrica.domain.problems import Problem
from rubrica.domain.proposal import Proposal
from rubrica.domain.roles import Permission, Role, may
from rubrica.kit.ids import new_id
from rubrica.records.models import Account
from rubrica.records.models.assignment import AssignmentState, SkipReason
from rubrica.records.models.project import ProjectState
from rubrica.records.queries import work_queue
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.records.queries.work_queue import Desk, HeldAssignment
from rubrica.records.retrying import retried
from rubrica.usecases.attempts import after_attempt
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, QueueBusyError

MOST_HELD = 5
MOST_NOTE = 500
_CLAIM_ATTEMPTS = 3
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ShownImage:
    """One image of an assignment, at the place where the rater sees it."""

    place: str
    public_id: str
    width: int
    height: int
    has_pyramid: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What a rater holds, and why there is not more of it."""

    assignments: tuple["Offer", ...]
    reason: str
    done: int
    total: int
    again_at: datetime | None = None
    """Where an hourly limit was reached, when work is given again."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One assignment as the rater may see it: no model names, no metadata, images in the order shown."""

    held: HeldAssignment
    images: tuple[ShownImage, ...]
    proposals: tuple[Proposal, ...] = ()


@retried
def take_assignments(account: Account, slug: str, *, hold: int, now: datetime) -> Work:
    """Give the rater work until ``hold`` assignments are open; those already open come first.

    Raises
    ------
    NotFoundError
        The person has no part in the project.
    NotAllowedError
        The person's role does not evaluate.
    """
    with transaction.atomic():
        desk = specialist_desk(work_queue.find_desk(slug, account.pk))
        taken = refill(desk, hold=hold, now=now)
    return work_of(taken)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a transaction has handed out. Its images are read afterwards, while the next writer is at work."""

    held: tuple[HeldAssignment, ...]
    reason: str
    done: int
    total: int
    again_at: datetime | None


def work_of(taken: Taken) -> Work:
    """Return what was handed out as the rater may see it."""
    return Work(_offers(taken.held), taken.reason, taken.done, taken.total, taken.again_at)


def refill(desk: Desk, *, hold: int, now: datetime, submitted: HeldAssignment | None = None) -> Taken:
    """Top up what the rater holds, inside the caller's transaction, and count what was just ``submitted``."""
    held = work_queue.open_assignments(desk)
    reason = _why_not(desk)
    cursor = desk.cursor
    again_at = None
    if reason == "offered":
        work_queue.reclaim_expired(desk, now)
        wanted = min(hold, MOST_HELD)
        if desk.hourly_limit is not None and len(held) < wanted:
            room, again_at = _hourly_room(desk, desk.hourly_limit, len(held), now)
            wanted = min(wanted, len(held) + room)
        while len(held) < wanted:
            if _lend_of_attempt(desk, now=now):
                held = work_queue.open_assignments(desk)
                continue
            if desk.must_pass or desk.role == Role.APPLICANT:
                reason = "offered" if held else _why_no_other_work(desk)
                break
            if _lend_lapsed(desk, now=now) or _lend_again(desk, now=now) or _lend_gold(desk, now=now):
                held = work_queue.open_assignments(desk)
                continue
            choice = _claim_next(desk, cursor)
            cursor = choice.cursor if choice else cursor
            if choice is None:
                reason = "offered" if held else "queue_empty"
                break
            _lend(desk, choice.item_id, now=now)
            held = work_queue.open_assignments(desk)
        if not held and again_at is not None:
            reason = "hourly_limit"
    counted = int(submitted is not None and not submitted.counts_apart)
    hidden = int(submitted is not None and submitted.counts_apart and submitted.pass_number < FIRST_ATTEMPT_PASS)
    if counted or hidden or cursor != desk.cursor:
        work_queue.move_cursor(desk, cursor, submitted=counted, hidden=hidden)
    done, total = progress_of(desk)
    is_limited = reason == "hourly_limit"
    return Taken(tuple(held), reason, done + counted + hidden, total, again_at if is_limited else None)


def progress_of(desk: Desk) -> tuple[int, int]:
    """Return how much the rater has done, and how much there is for the rater, as the rater may know it.

    What comes unannounced is counted with the rest, and as much of it as is to be expected: a count that stood still
    after some item would tell what that item was.
    """
    total = expected_evaluations(desk.item_count, desk.repeat_percent + desk.gold_percent)
    return desk.evaluation_count + desk.hidden_count, total


def _hourly_room(desk: Desk, limit: int, held: int, now: datetime) -> tuple[int, datetime | None]:
    """Return how many more may be lent within the hour, and where that is none, when there will be room again.

    What is held counts as if it were submitted now, so that what was fetched ahead cannot exceed the limit.
    """
    recent = [moment for moment in work_queue.newest_submissions(desk, limit) if moment > now - HOUR]
    room = max(0, limit - held - len(recent))
    return room, (recent[limit - 1] + HOUR if len(recent) >= limit else None)


def _lend_lapsed(desk: Desk, *, now: datetime) -> bool:
    """Lend what the rater held when the lease ran out, where it is still to be had: a draft of it may be waiting."""
    for lapsed in work_queue.lapsed_assignments(desk, MOST_HELD):
        if lapsed.is_repeat:
            lease_ends = now + timedelta(seconds=desk.lease_seconds)
            shown = lapsed.presentation
            work_queue.open_assignment(new_id(), desk, lapsed.item_id, shown, now, lease_ends, is_repeat=True)
            return True
        if work_queue.claim_place(lapsed.item_id):
            _lend(desk, lapsed.item_id, now=now)
            return True
    return False


def _lend_again(desk: Desk, *, now: datetime) -> bool:
    """Lend an item that the rater has judged before, where one is due; tell whether one was."""
    gap = repeat_gap(desk.evaluation_count) if desk.repeat_percent else None
    last = work_queue.last_lent(desk) if gap is not None else None
    if gap is None or last is None:
        return False
    secret = settings.SECRET_KEY.encode()
    item_id, was_repeat = last
    if was_repeat or not is_repeat_due(desk.rater_id, item_id, desk.repeat_percent, secret):
        return False
    shown_first = dict(work_queue.repeatable(desk, gap, REPEATS_LOOKED_AT))
    chosen = choose_hidden(tuple(shown_first), desk.rater_id, secret)
    if chosen is None:
        return False
    rubric = rubric_of_version(desk.guideline_id or 0, desk.guideline_hash or "")
    shown = shown_again(rubric, shown_first[chosen])
    lease_ends = now + timedelta(seconds=desk.lease_seconds)
    work_queue.open_assignment(new_id(), desk, chosen, shown.order, now, lease_ends, is_repeat=True)
    return True


def _lend_of_attempt(desk: Desk, *, now: datetime) -> bool:
    """Lend the next item of the test or calibration that the rater is asked for; tell whether there was one."""
    found = work_queue.next_of_attempt(desk) if desk.attempt_id is not None else None
    if found is None:
        return False
    _lend(desk, found[0], now=now, pass_number=found[1])
    return True


def _lend_gold(desk: Desk, *, now: datetime) -> bool:
    """Lend a gold item that the rater has never had, where one is due; tell whether one was."""
    last = work_queue.last_lent(desk) if desk.gold_percent else None
    if last is None:
        return False
    secret = settings.SECRET_KEY.encode()
    item_id, was_hidden = last
    if was_hidden or not is_gold_due(desk.rater_id, item_id, desk.gold_percent, secret):
        return False
    chosen = choose_hidden(work_queue.unseen_gold(desk, REPEATS_LOOKED_AT), desk.rater_id, secret)
    if chosen is None:
        return False
    _lend(desk, chosen, now=now, pass_number=GOLD_PASS)
    return True


def _why_not(desk: Desk) -> str:
    if desk.guideline_id is None or desk.state == ProjectState.DRAFT:
        return "project_not_started"
    if not desk.takes_work:
        return "engagement_paused"
    ready = "guideline_changed" if desk.must_acknowledge else "offered"
    return {ProjectState.PAUSED: "project_paused", ProjectState.CLOSED: "project_closed"}.get(
        ProjectState(desk.state), ready
    )


def _why_no_other_work(desk: Desk) -> str:
    # Whoever is screened judges the items of practice and test, and nothing else of the project.
    return "screened" if desk.role == Role.APPLICANT else "test_failed"


@dataclass(frozen=True, slots=True)
class _Claim:
    item_id: int
    cursor: int


def _claim_next(desk: Desk, cursor: int) -> _Claim | None:
    """Take a place of the item that the allocation chooses; a place lost to a quicker rater means the next choice."""
    for _ in range(_CLAIM_ATTEMPTS):
        candidates = work_queue.candidates(desk, cursor)
        choice = choose(candidates, rater_id=desk.rater_id, seed=desk.project_id)
        if choice is None:
            return None
        reached = choice.cursor
        while choice is not None:
            if work_queue.claim_place(choice.candidate.item_id):
                return _Claim(choice.candidate.item_id, reached)
            candidates.remove(choice.candidate)
            choice = choose(candidates, rater_id=desk.rater_id, seed=desk.project_id)
    raise QueueBusyError


def _lend(desk: Desk, item_id: int, *, now: datetime, pass_number: int | None = None) -> None:
    secret = settings.SECRET_KEY.encode()
    rubric = rubric_of_version(desk.guideline_id or 0, desk.guideline_hash or "")
    shown = shown_as(rubric, desk.rater_id, item_id, secret)
    lease_ends = now + timedelta(seconds=desk.lease_seconds)
    work_queue.open_assignment(new_id(), desk, item_id, shown.order, now, lease_ends, pass_number=pass_number)


def _offers(held: Sequence[HeldAssignment]) -> tuple[Offer, ...]:
    images = work_queue.images_of_items([row.item_id for row in held])
    rubrics = {row.id: rubric_of_version(row.guideline_id, row.guideline_hash) for row in held}
    measures = work_queue.measures_of_items([row.item_id for row in held if rubrics[row.id].checked])
    return tuple(
        Offer(
            row,
            shown_images(row.presentation, images[row.item_id]),
            rubrics[row.id].proposals(measures.get(row.item_id, {})),
        )
        for row in held
    )


def shown_images(order: list[int], images: list[dict[str, object]]) -> tuple[ShownImage, ...]:
    """Return an item's images at the places where the rater sees them: ``a`` first or left, ``b`` second or right."""
    return tuple(
        ShownImage(
            place,
            str(images[slot]["public_id"]),
            int(str(images[slot]["width"])),
            int(str(images[slot]["height"])),
            bool(images[slot]["has_pyramid"]),
        )
        for place, slot in zip(SLOTS, order, strict=False)
    )


@retried
def skip_assignment(account: Account, public_id: str, *, reason: str, note: str, hold: int, now: datetime) -> Work:
    """Pass an item on with a reason; its place becomes free for another rater, and the next work is the answer."""
    if reason not in SkipReason.values:
        message = "The item was not skipped."
        raise InvalidInputError(message, [Problem("reason", "is not known", ", ".join(SkipReason.values))])
    if len(note) > MOST_NOTE or "\x00" in note:
        message = "The item was not skipped."
        raise InvalidInputError(
            message, [Problem("note", "is too long or holds NUL", f"at most {MOST_NOTE} characters")]
        )
    with transaction.atomic():
        desk, held = desk_and_assignment(account, public_id)
        if held.state == AssignmentState.OPEN:
            work_queue.end_assignment(held.id, AssignmentState.SKIPPED, reason=reason, note=note)
            if held.takes_place:
                work_queue.free_place(desk, held.item_id)
            desk = after_attempt(desk, held, now=now)
        elif held.state == AssignmentState.SUBMITTED:
            message = "You have submitted this item already; it cannot be skipped any more."
            raise ConflictError(message)
        elif held.state == AssignmentState.EXPIRED:
            work_queue.end_assignment(held.id, AssignmentState.SKIPPED, reason=reason, note=note)
            desk = after_attempt(desk, held, now=now)
        taken = refill(desk, hold=hold, now=now)
    return work_of(taken)


@retried
def renew_assignment(account: Account, public_id: str, *, now: datetime) -> datetime:
    """Keep an open assignment for another lease, and return when that one ends.

    Raises
    ------
    ConflictError
        The assignment is no longer open.
    """
    with transaction.atomic():
        desk, held = desk_and_assignment(account, public_id)
        if held.state != AssignmentState.OPEN:
            message = "Your lease on this item has ended. Go on; your answer is taken if nobody else was quicker."
            raise ConflictError(message)
        lease_ends = now + timedelta(seconds=desk.lease_seconds)
        work_queue.renew_lease(held.id, lease_ends)
    return lease_ends


def desk_and_assignment(account: Account, public_id: str) -> tuple[Desk, HeldAssignment]:
    """Return the rater's assignment and desk, refusing what is not the rater's."""
    found = work_queue.find_assignment(public_id, account.pk)
    if found is None:
        message = "There is no such assignment of yours."
        raise NotFoundError(message)
    return specialist_desk(found[0]), found[1]


def specialist_desk(desk: Desk | None) -> Desk:
    """Return the desk, refusing those who have none here or whose role does not evaluate."""
    if desk is None:
        message = "There is no such project or assignment, or you are not part of it."
        raise NotFoundError(message)
    if not may(Role(desk.role), Permission.QUALIFY):
        message = f"As {desk.role} you do not evaluate in this project; ask to be added as a specialist."
        raise NotAllowedError(message)
    return desk


def presentation_of(held: HeldAssignment) -> Presentation:
    """Return how the assignment was shown."""
    return Presentation(tuple(held.presentation))
