"""Attempts: tests that new specialists pass, and calibrations after a change of the rules. Both are sets of gold items.

Their items are lent before other work and count apart. What was answered is scored against the gold in force when it is
looked at: voiding a gold item scores everybody anew.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from rubrica.domain.allocation import FIRST_ATTEMPT_PASS, is_apart
from rubrica.domain.gold import AttemptState, Purpose, Scores, Tally, added, overall
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission, Role
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    Assignment,
    Attempt,
    AttemptItem,
    CalibrationRound,
    Gold,
    Project,
    ProjectMembership,
    RoundItem,
)
from rubrica.records.models.assignment import AssignmentState
from rubrica.records.models.guideline import ChangeClass
from rubrica.records.queries.work_queue import Desk, HeldAssignment
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.gold import MAX_REASON, ScoredItem, gold_in_force, plan_of, scored_items
from rubrica.usecases.notifications import notify

FEWEST_ITEMS: Final = 3
"""Gold items below which no attempt is asked for: so few say nothing."""
Z90: Final = 1.6448536269514722
"""Quantile of the normal distribution for a two-sided interval of 90 %."""


@dataclass(frozen=True, slots=True)
class Progress:
    """An open attempt, and how much of it is answered."""

    attempt: Attempt
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class AttemptReport:
    """What came of an attempt."""

    attempt: Attempt
    items: tuple[ScoredItem, ...]
    scores: Scores
    total: Tally
    at_least: float | None
    """Lower end of the 90 % interval of right answers; None of none."""
    answered: int
    asked: int


def at_least(tally: Tally) -> float | None:
    """Return the lower end of Wilson's two-sided 90 % interval of the share of right answers; None of none.

    Wilson, E. B. (1927). Journal of the American Statistical Association, 22(158), 209-212.
    """
    if tally.n == 0:
        return None
    share, squared = tally.right / tally.n, Z90**2
    centre = share + squared / (2 * tally.n)
    reach = Z90 * math.sqrt((share * (1 - share) + squared / (4 * tally.n)) / tally.n)
    return max(0.0, (centre - reach) / (1 + squared / tally.n))


def begin_attempt(
    project: Project, membership: ProjectMembership, purpose: Purpose, size: int, *, blocks: bool, now: datetime
) -> Attempt | None:
    """Ask a specialist to judge so many gold items before other work; None where there are too few of them.

    The caller has locked the project. Items that the person has had come last, so that a retake brings others first.
    """
    version = project.guideline
    golds = list(gold_in_force(project).filter(item__is_withdrawn=False))
    if version is None or size < 1 or len(golds) < FEWEST_ITEMS:
        return None
    account = membership.account
    pass_number = _next_pass(project, account)
    had = set(
        Assignment.objects.of(project)
        .filter(rater=account, item__in={gold.item_id for gold in golds})
        .values_list("item", flat=True)
    )
    golds.sort(key=lambda gold: (gold.item_id in had, _lot(account.pk, pass_number, gold.pk)))
    Attempt.objects.of(project).filter(account=account, state=AttemptState.OPEN).update(
        state=AttemptState.FAILED, ended_at=now
    )
    attempt = Attempt.objects.create(
        project=project,
        account=account,
        guideline=version,
        purpose=purpose,
        pass_number=pass_number,
        blocks=blocks,
        pass_percent=plan_of(project).pass_percent,
        opened_at=now,
    )
    AttemptItem.objects.bulk_create(
        AttemptItem(attempt=attempt, gold=gold, item_id=gold.item_id, position=place)
        for place, gold in enumerate(golds[:size])
    )
    ProjectMembership.objects.of(project).filter(pk=membership.pk).update(
        attempt=attempt, must_pass=blocks or membership.must_pass
    )
    waits = " Other work follows." if blocks else ""
    text = f"A {purpose} of {min(size, len(golds))} items waits for you.{waits}"
    notify([account], Topic.TEST, project, text, "tests/", now=now)
    return attempt


def _next_pass(project: Project, account: Account) -> int:
    last = Attempt.objects.of(project).filter(account=account).aggregate(last=Max("pass_number"))["last"]
    return FIRST_ATTEMPT_PASS if last is None else int(last) + 1


def begin_round(
    project: Project, membership: ProjectMembership, of: CalibrationRound, *, stage: int, now: datetime
) -> None:
    """Ask a specialist, who is free, to judge the items of a round before other work; the caller locked the project."""
    attempt = Attempt.objects.create(
        project=project,
        account=membership.account,
        guideline=of.guideline,
        purpose=Purpose.ROUND,
        round=of,
        stage=stage,
        pass_number=_next_pass(project, membership.account),
        blocks=False,
        pass_percent=0,
        opened_at=now,
    )
    rows = RoundItem.objects.of(project).filter(round=of).order_by("position")
    AttemptItem.objects.bulk_create(
        AttemptItem(attempt=attempt, item_id=row.item_id, position=row.position) for row in rows
    )
    ProjectMembership.objects.of(project).filter(pk=membership.pk).update(attempt=attempt)


def end_round_stage(project: Project, of: CalibrationRound, *, now: datetime) -> list[Account]:
    """End what is still open of a round, and return who has answered everything in its latest stage."""
    attempts = Attempt.objects.of(project).filter(round=of)
    ProjectMembership.objects.of(project).filter(attempt__in=attempts.values("pk")).update(attempt=None)
    attempts.filter(state=AttemptState.OPEN).update(state=AttemptState.FAILED, ended_at=now)
    stage = attempts.aggregate(last=Max("stage"))["last"] or 1
    done = attempts.filter(stage=stage, state=AttemptState.PASSED).select_related("account")
    return [attempt.account for attempt in done]


def _lot(account: int, pass_number: int, gold: int) -> bytes:
    return hashlib.blake2b(f"attempt:{account}:{pass_number}:{gold}".encode(), digest_size=8).digest()


def ask_newcomer(project: Project, membership: ProjectMembership, *, now: datetime) -> None:
    """Ask somebody who joins as a specialist to pass the project's test, where it has one."""
    plan = plan_of(project)
    if membership.role != Role.SPECIALIST or plan.test_items < 1 or membership.attempt_id is not None:
        return
    if Attempt.objects.of(project).filter(account=membership.account_id, purpose=Purpose.QUALIFICATION).exists():
        return
    begin_attempt(project, membership, Purpose.QUALIFICATION, plan.test_items, blocks=True, now=now)


def calibrate_all(project: Project, change_class: ChangeClass, *, now: datetime) -> int:
    """Ask everybody to calibrate after a change of the rules, and return how many were asked.

    A clarification brings a few items that other work follows upon; after a breaking change other work waits until they
    are done. Whoever has a test to pass keeps that one.
    """
    plan = plan_of(project)
    size = {ChangeClass.CLARIFICATION: plan.clarification_items, ChangeClass.BREAKING: plan.breaking_items}.get(
        change_class, 0
    )
    blocks = change_class == ChangeClass.BREAKING
    members = ProjectMembership.objects.of(project).filter(role=Role.SPECIALIST, is_active=True, must_pass=False)
    asked = 0
    for membership in members.select_related("account", "attempt"):
        asked += begin_attempt(project, membership, Purpose.CALIBRATION, size, blocks=blocks, now=now) is not None
    return asked


def order_attempt(account: Account, slug: str, member: str, purpose: Purpose, size: int, *, now: datetime) -> Attempt:
    """Ask one specialist for a test or a calibration.

    Raises
    ------
    NotFoundError
        There is no such specialist in the project.
    ConflictError
        There are too few gold items, or the person has a test, calibration or round in hand.
    InvalidInputError
        The size is none.
    """
    with transaction.atomic():
        access = open_project(account, slug, Permission.MANAGE_GOLD)
        project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("guideline").get()
        membership = (
            ProjectMembership.objects.of(project)
            .select_related("account")
            .filter(account__public_id=member, role=Role.SPECIALIST, is_active=True)
            .first()
        )
        if membership is None:
            message = "There is no such specialist in this project."
            raise NotFoundError(message)
        if not 1 <= size <= 100:  # noqa: PLR2004  (as the plan allows)
            found = Findings()
            found.add("size", f"is {size}", "1 to 100 items")
            message = "Nobody was asked."
            raise InvalidInputError(message, found.problems)
        if membership.attempt_id is not None:
            message = f"{membership.account} has a test, calibration or round in hand. Wait until it is done."
            raise ConflictError(message)
        blocks = purpose == Purpose.QUALIFICATION
        attempt = begin_attempt(project, membership, purpose, size, blocks=blocks, now=now)
        if attempt is None:
            message = f"It takes {FEWEST_ITEMS} gold items in force or more; make some first."
            raise ConflictError(message)
        record("attempt.ordered", str(attempt), at=now, actor=account, project=project, items=size)
    return attempt


def retake(account: Account, slug: str, *, now: datetime) -> Attempt:
    """Begin the test again, once the day for it has come.

    Raises
    ------
    ConflictError
        There is no failed test to take again, or it is too early.
    """
    with transaction.atomic():
        access = open_project(account, slug, Permission.EVALUATE)
        project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("guideline").get()
        membership = ProjectMembership.objects.of(project).select_related("account").get(account=account)
        last = Attempt.objects.of(project).filter(account=account, blocks=True).order_by("-pass_number").first()
        if last is None or last.state != AttemptState.FAILED or not membership.must_pass:
            message = "There is no test to take again."
            raise ConflictError(message)
        if last.retake_from is not None and now < last.retake_from:
            message = f"The test can be taken again from {last.retake_from:%Y-%m-%d}."
            raise ConflictError(message)
        size = AttemptItem.objects.of(project).filter(attempt=last).count()
        attempt = begin_attempt(project, membership, Purpose(last.purpose), size, blocks=last.blocks, now=now)
        if attempt is None:
            message = "There are too few gold items at present. Ask the lead."
            raise ConflictError(message)
    return attempt


def after_attempt(desk: Desk, held: HeldAssignment, *, now: datetime) -> Desk:
    """End the attempt that an assignment belongs to once nothing of it is left, and return the desk as it is then."""
    if desk.attempt_id is None or not is_apart(held.pass_number):
        return desk
    attempt = Attempt.objects.everywhere("the caller holds the desk that names it").get(pk=desk.attempt_id)
    if attempt.state != AttemptState.OPEN or _left_of(attempt):
        return desk
    return _ended(attempt, desk, now=now)


def _left_of(attempt: Attempt) -> int:
    done = Assignment.objects.of(attempt.project).filter(
        rater=attempt.account_id,
        pass_number=attempt.pass_number,
        state__in=[AssignmentState.SUBMITTED, AssignmentState.SKIPPED],
    )
    return AttemptItem.objects.of(attempt.project).filter(attempt=attempt).count() - done.count()


def _ended(attempt: Attempt, desk: Desk, *, now: datetime) -> Desk:
    passed = attempt.purpose == Purpose.ROUND or is_passed(attempt)
    attempt.state = AttemptState.PASSED if passed else AttemptState.FAILED
    attempt.ended_at = now
    if not passed:
        attempt.retake_from = now + timedelta(days=plan_of(attempt.project).retake_days)
    attempt.save()
    # A calibration is done when it is done: what it shows is talked about, and bars nobody from work. One that does not
    # block leaves a test that is still to be passed as it is.
    goes_on = attempt.blocks and (passed or attempt.purpose == Purpose.CALIBRATION)
    must_pass = desk.must_pass and not goes_on
    ProjectMembership.objects.of(attempt.project).filter(pk=desk.membership_id).update(
        attempt=None, must_pass=must_pass
    )
    record(
        f"attempt.{attempt.state}",
        str(attempt),
        at=now,
        actor=attempt.account,
        project=attempt.project,
        purpose=attempt.purpose,
    )
    return replace(desk, attempt_id=None, must_pass=must_pass)


def is_passed(attempt: Attempt) -> bool:
    """Tell whether the lower end of the interval of right answers reaches what was asked for."""
    found = report_of(attempt).at_least
    return found is not None and 100 * found >= attempt.pass_percent


def report_of(attempt: Attempt) -> AttemptReport:
    """Return how an attempt went, by the gold that holds now. What was skipped is not right."""
    rows = scored_items(attempt.project, account=attempt.account, attempt_pass=attempt.pass_number)
    asked = AttemptItem.objects.of(attempt.project).filter(attempt=attempt, gold__voided_at=None)
    answered = {row.gold.pk for row in rows}
    skipped = [
        {name: Tally(0, 1) for name in gold.answers}
        for gold in Gold.objects.of(attempt.project).filter(pk__in=asked.values("gold")).exclude(pk__in=answered)
    ]
    is_over = attempt.state != AttemptState.OPEN or not _left_of(attempt)
    scores = added([*(row.scores for row in rows), *(skipped if is_over else ())])
    total = overall(scores)
    return AttemptReport(attempt, tuple(rows), scores, total, at_least(total), len(rows), asked.count())


def own_attempts(access: ProjectAccess) -> list[AttemptReport]:
    """Return how one's own attempts in a project went, newest first; an open one shows no answers yet."""
    access.require(Permission.READ_OWN_EVALUATIONS)
    attempts = Attempt.objects.of(access.project).filter(account=access.account, round=None).order_by("-pass_number")
    return [report_of(attempt) for attempt in attempts.select_related("project", "account", "guideline")]


def attempts_of(access: ProjectAccess) -> list[AttemptReport]:
    """Return everybody's attempts in a project, newest first."""
    access.require(Permission.MANAGE_GOLD)
    attempts = Attempt.objects.of(access.project).filter(round=None).order_by("-opened_at", "-pk")
    return [report_of(attempt) for attempt in attempts.select_related("project", "account", "guideline")[:200]]


def open_attempts(account: Account, projects: Sequence[Project]) -> dict[int, Progress]:
    """Return the attempts that a person is asked for, by row id of the project."""
    rows = Attempt.objects.of_account(account).filter(project__in=projects, state=AttemptState.OPEN)
    found = {}
    for attempt in rows.select_related("project"):
        total = AttemptItem.objects.of(attempt.project).filter(attempt=attempt).count()
        found[attempt.project_id] = Progress(attempt, total - _left_of(attempt), total)
    return found


def void_gold(account: Account, slug: str, number: int, *, reason: str, now: datetime) -> Gold:
    """Void a gold item from the beginning: nobody is scored by it any more, and tests failed by it alone are passed.

    Raises
    ------
    NotFoundError
        There is no such gold item in force.
    InvalidInputError
        The reason is missing or too long.
    """
    found = Findings()
    said = check_text(reason, "reason", found, minimum=1, maximum=MAX_REASON).strip()
    if found:
        message = "Nothing was changed: say why."
        raise InvalidInputError(message, found.problems)
    with transaction.atomic():
        access = open_project(account, slug, Permission.MANAGE_GOLD)
        project = Project.objects.of(access.project).select_for_update().get()
        gold = Gold.objects.of(project).filter(number=number, voided_at=None).first()
        if gold is None:
            message = "There is no such gold item, or it was voided before."
            raise NotFoundError(message)
        void_gold_item(gold, account, reason=said, now=now)
    return gold


def void_gold_item(gold: Gold, by: Account, *, reason: str, now: datetime) -> None:
    """Void a gold item that the caller has locked through its project, and score everybody anew."""
    gold.voided_at, gold.voided_by, gold.void_reason = now, by, reason
    gold.save(update_fields=["voided_at", "voided_by", "void_reason"])
    record("gold.voided", str(gold), at=now, actor=by, project=gold.project, reason=reason)
    _score_anew(gold.project, gold, by, now=now)


def _score_anew(project: Project, gold: Gold, by: Account, *, now: datetime) -> None:
    """Let those pass who failed by a voided item alone; nobody who passed fails by it."""
    touched = Attempt.objects.of(project).filter(items__gold=gold, state=AttemptState.FAILED, ended_at__isnull=False)
    for attempt in touched.select_related("project", "account"):
        if not is_passed(attempt):
            continue
        attempt.state, attempt.retake_from = AttemptState.PASSED, None
        attempt.save(update_fields=["state", "retake_from"])
        ProjectMembership.objects.of(project).filter(account=attempt.account_id, attempt=None).update(must_pass=False)
        text = "A gold item of your test was void: you have passed."
        notify([attempt.account], Topic.TEST, project, text, "tests/", now=now)
        record("attempt.passed_on_review", str(attempt), at=now, actor=by, project=project, gold=str(gold))
