"""Attempts: practice, tests that new specialists pass, calibrations after a change. All are sets of gold items.

Their items are lent before other work and count apart. What was answered is scored against the gold in force when it is
looked at: voiding a gold item scores everybody anew.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import NormalDist
from typing import Final

from django.db import transaction
from django.db.models import Count, Max, Q

from rubrica.domain.allocation import FIRST_ATTEMPT_PASS, is_apart
from rubrica.domain.gold import ASKED_BY_LEADS, AttemptState, Purpose, Scores, Tally, added, overall
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings, one_of
from rubrica.domain.roles import Permission, Role
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
from rubrica.usecases.gold import MAX_REASON, gold_in_force, plan_of
from rubrica.usecases.gold_scores import ScoredItem, scored_items
from rubrica.usecases.jobs import enqueue
from rubrica.usecases.notifications import notify, notify_outside
from rubrica.usecases.processes import checked_reason
from rubrica.usecases.pseudonyms import name_for_all

MOST_SHOWN: Final = 200
MOST_PRACTICE: Final = 20
FEWEST_ITEMS: Final = 3
"""Gold items below which no attempt is asked for: so few say nothing."""
SCREENED: Final = "screened"
"""Kind of the job that looks whether a screening is done, once an applicant's attempt has ended."""
Z90: Final = NormalDist().inv_cdf(0.95)
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

    @property
    def is_passed(self) -> bool:
        """Whether the lower end of the interval of right answers reaches what was asked for."""
        return self.at_least is not None and 100 * self.at_least >= self.attempt.pass_percent


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
    """Ask a specialist to judge at most so many gold items before other work; None where there are too few of them.

    The caller has locked the project. Items that the person has had come last, so that a retake brings others first.
    """
    version = project.guideline
    is_practice = purpose == Purpose.PRACTICE
    golds = list(gold_in_force(project).filter(item__is_withdrawn=False, is_practice=is_practice))
    if version is None or size < 1 or len(golds) < (1 if is_practice else FEWEST_ITEMS):
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
    """Ask somebody who joins as a specialist to practise and to pass the project's test, where it has one."""
    if membership.role != Role.SPECIALIST or membership.attempt_id is not None:
        return
    if membership.must_pass and not _failed_last(project, membership.account_id):
        ProjectMembership.objects.of(project).filter(pk=membership.pk).update(must_pass=False)
    plan = plan_of(project)
    if plan.test_items < 1:
        return
    tests = gold_in_force(project).filter(item__is_withdrawn=False, is_practice=False)
    if tests.count() < FEWEST_ITEMS or _was_tested(project, membership.account_id):
        return
    if begin_attempt(project, membership, Purpose.PRACTICE, MOST_PRACTICE, blocks=False, now=now) is None:
        begin_attempt(project, membership, Purpose.QUALIFICATION, plan.test_items, blocks=True, now=now)
    else:
        # The test follows when the practice is done, and nothing comes between the two.
        ProjectMembership.objects.of(project).filter(pk=membership.pk).update(must_pass=True)


def _was_tested(project: Project, account: int) -> bool:
    return Attempt.objects.of(project).filter(account=account, purpose=Purpose.QUALIFICATION).exists()


def _failed_last(project: Project, account: int) -> bool:
    tests = Attempt.objects.of(project).filter(account=account, blocks=True).order_by("-pass_number")
    last = tests.first()
    return last is not None and last.state == AttemptState.FAILED


def end_attempt(project: Project, account: Account, *, now: datetime) -> None:
    """End what somebody has in hand of tests, calibrations and rounds; the caller has locked the project."""
    ended = Attempt.objects.of(project).filter(account=account, state=AttemptState.OPEN)
    if ended.update(state=AttemptState.FAILED, ended_at=now):
        ProjectMembership.objects.of(project).filter(account=account).update(attempt=None)


def cut_short(project: Project, account: Account, *, now: datetime) -> None:
    """End a test whose time is over, with what is answered of it; the caller has locked the project."""
    attempt = Attempt.objects.of(project).filter(account=account, state=AttemptState.OPEN).first()
    if attempt is None:
        return
    held = Assignment.objects.of(project).filter(rater=account, pass_number=attempt.pass_number)
    held.filter(state=AssignmentState.OPEN).update(state=AssignmentState.SKIPPED)
    attempt.state, attempt.ended_at = AttemptState.FAILED, now
    if report_of(attempt).is_passed:
        attempt.state = AttemptState.PASSED
    else:
        attempt.retake_from = now + timedelta(days=plan_of(project).retake_days)
    attempt.save(update_fields=["state", "ended_at", "retake_from"])
    ProjectMembership.objects.of(project).filter(account=account).update(attempt=None)


def practise(account: Account, slug: str, *, now: datetime) -> Attempt:
    """Begin to practise, on items that are shown with their answers once they are judged.

    Raises
    ------
    ConflictError
        There is nothing to practise on, or something else is in hand.
    """
    with transaction.atomic():
        access = open_project(account, slug, Permission.EVALUATE)
        project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("guideline").get()
        membership = ProjectMembership.objects.of(project).select_related("account").get(account=account)
        if membership.attempt_id is not None:
            message = "You have a test, calibration or round in hand. Practise when it is done."
            raise ConflictError(message)
        attempt = begin_attempt(project, membership, Purpose.PRACTICE, MOST_PRACTICE, blocks=False, now=now)
        if attempt is None:
            message = "This project has no items for practice at present."
            raise ConflictError(message)
    return attempt


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
        The size is none, or it is nothing that a lead asks one person for.
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
        found = Findings()
        if purpose not in ASKED_BY_LEADS:
            found.add("purpose", f"is {purpose}", one_of(ASKED_BY_LEADS))
        if not 1 <= size <= 100:  # noqa: PLR2004  (as the plan allows)
            found.add("size", f"is {size}", "1 to 100 items")
        if found:
            message = "Nobody was asked."
            raise InvalidInputError(message, found.problems)
        if membership.attempt_id is not None:
            name = name_for_all(project, membership.account)
            message = f"{name} has a test, calibration or round in hand. Wait until it is done."
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
    if attempt.state != AttemptState.OPEN or _left([attempt])[attempt.pk]:
        return desk
    return _ended(attempt, desk, now=now)


def _left(attempts: Collection[Attempt]) -> Mapping[int, int]:
    """Return how many items are neither judged nor skipped, by row id of the attempt."""
    if not attempts:
        return {}
    items = AttemptItem.objects.everywhere("the caller has scoped the attempts").filter(attempt__in=attempts)
    left = Counter(items.values_list("attempt", flat=True))
    done = Assignment.objects.everywhere("the caller has scoped the attempts").filter(
        project__in={attempt.project_id for attempt in attempts},
        rater__in={attempt.account_id for attempt in attempts},
        pass_number__in={attempt.pass_number for attempt in attempts},
        state__in=[AssignmentState.SUBMITTED, AssignmentState.SKIPPED],
    )
    of = {(attempt.project_id, attempt.account_id, attempt.pass_number): attempt.pk for attempt in attempts}
    left.subtract(of[key] for key in done.values_list("project", "rater", "pass_number") if key in of)
    return left


def _ended(attempt: Attempt, desk: Desk, *, now: datetime) -> Desk:
    passed = attempt.purpose in {Purpose.ROUND, Purpose.PRACTICE} or report_of(attempt).is_passed
    attempt.state = AttemptState.PASSED if passed else AttemptState.FAILED
    attempt.ended_at = now
    if not passed:
        attempt.retake_from = now + timedelta(days=plan_of(attempt.project).retake_days)
    attempt.save()
    # A calibration is done when it is done: what it shows is talked about, and bars nobody from work. One that does not
    # block leaves a test that is still to be passed as it is.
    goes_on = attempt.blocks and (passed or attempt.purpose == Purpose.CALIBRATION)
    must_pass = desk.must_pass and not goes_on
    memberships = ProjectMembership.objects.of(attempt.project).filter(pk=desk.membership_id)
    memberships.update(attempt=None, must_pass=must_pass)
    record(
        f"attempt.{attempt.state}",
        str(attempt),
        at=now,
        actor=attempt.account,
        project=attempt.project,
        purpose=attempt.purpose,
    )
    if desk.role == Role.APPLICANT:
        enqueue(SCREENED, f"{attempt.project_id}:{attempt.account_id}", now=now)
    if attempt.purpose == Purpose.PRACTICE and must_pass and not _was_tested(attempt.project, attempt.account_id):
        return _test_after_practice(attempt.project, memberships.select_related("account").get(), desk, now=now)
    return replace(desk, attempt_id=None, must_pass=must_pass)


def _test_after_practice(project: Project, membership: ProjectMembership, desk: Desk, *, now: datetime) -> Desk:
    size = plan_of(project).test_items
    test = begin_attempt(project, membership, Purpose.QUALIFICATION, size, blocks=True, now=now)
    if test is None:
        # The project has given up its test in the meantime.
        ProjectMembership.objects.of(project).filter(pk=membership.pk).update(must_pass=False)
    return replace(desk, attempt_id=test.pk if test is not None else None, must_pass=test is not None)


def report_of(attempt: Attempt) -> AttemptReport:
    """Return how an attempt went, by the gold that holds now. What was skipped is not right."""
    return reports_of(attempt.project, [attempt])[0]


def reports_of(project: Project, attempts: Sequence[Attempt]) -> list[AttemptReport]:
    """Return how attempts of one project went. Costs the same for one as for many."""
    if not attempts:
        return []
    which = Q(
        rater__in={attempt.account_id for attempt in attempts},
        assignment__pass_number__in={attempt.pass_number for attempt in attempts},
    )
    answered: defaultdict[tuple[int, int], list[ScoredItem]] = defaultdict(list)
    for row in scored_items(project, which):
        answered[row.rater, row.pass_number].append(row)
    asked: defaultdict[int, dict[int, Collection[str]]] = defaultdict(dict)
    items = AttemptItem.objects.of(project).filter(attempt__in=attempts, gold__voided_at=None)
    for attempt, gold, answers in items.values_list("attempt", "gold", "gold__answers"):
        asked[attempt][gold] = answers
    left = _left(attempts)
    return [
        _report(attempt, answered[attempt.account_id, attempt.pass_number], asked[attempt.pk], left[attempt.pk])
        for attempt in attempts
    ]


def _report(
    attempt: Attempt, rows: Sequence[ScoredItem], asked: Mapping[int, Collection[str]], left: int
) -> AttemptReport:
    answered = {row.gold.pk for row in rows}
    is_over = attempt.state != AttemptState.OPEN or not left
    skipped = [dict.fromkeys(asked[gold], Tally(0, 1)) for gold in asked.keys() - answered] if is_over else []
    scores = added([*(row.scores for row in rows), *skipped])
    total = overall(scores)
    return AttemptReport(attempt, tuple(rows), scores, total, at_least(total), len(rows), len(asked))


def feedback_on(account: Account, held: HeldAssignment) -> ScoredItem | None:
    """Return what was right of an item that was just judged for practice; None where it was not for practice."""
    attempts = Attempt.objects.of_account(account).filter(purpose=Purpose.PRACTICE, pass_number=held.pass_number)
    attempt = attempts.filter(items__item=held.item_id).select_related("project").first()
    if attempt is None:
        return None
    which = Q(rater=account, assignment__pass_number=held.pass_number, item=held.item_id)
    return next(iter(scored_items(attempt.project, which)), None)


def own_attempts(access: ProjectAccess) -> list[AttemptReport]:
    """Return how one's own attempts in a project went, newest first; an open one shows no answers yet."""
    access.require(Permission.READ_OWN_EVALUATIONS)
    attempts = Attempt.objects.of(access.project).filter(account=access.account, round=None).order_by("-pass_number")
    return reports_of(access.project, list(attempts.select_related("project", "account", "guideline")))


def attempts_of(access: ProjectAccess) -> list[AttemptReport]:
    """Return everybody's attempts in a project, newest first."""
    access.require(Permission.MANAGE_GOLD)
    # Applicants stay unnamed; what came of their tests stands with their applications.
    applicants = ProjectMembership.objects.of(access.project).filter(role=Role.APPLICANT).values("account")
    rows = Attempt.objects.of(access.project).filter(round=None).exclude(account__in=applicants)
    attempts = rows.order_by("-opened_at", "-pk")
    shown = attempts.select_related("project", "account", "guideline")[:MOST_SHOWN]
    return reports_of(access.project, list(shown))


def open_attempts(account: Account, projects: Sequence[Project]) -> dict[int, Progress]:
    """Return the attempts that a person is asked for, by row id of the project."""
    rows = Attempt.objects.of_account(account).filter(project__in=projects, state=AttemptState.OPEN)
    attempts = list(rows.select_related("project").annotate(total=Count("items")))
    left = _left(attempts)
    return {row.project_id: Progress(row, row.total - left[row.pk], row.total) for row in attempts}


def void_gold(account: Account, slug: str, number: int, *, reason: str, now: datetime) -> Gold:
    """Void a gold item from the beginning: nobody is scored by it any more, and tests failed by it alone are passed.

    Raises
    ------
    NotFoundError
        There is no such gold item in force.
    InvalidInputError
        The reason is missing or too long.
    """
    said = checked_reason(reason, MAX_REASON)
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


def _is_applicant(project: Project, account: int) -> bool:
    return ProjectMembership.objects.of(project).filter(account=account, role=Role.APPLICANT).exists()


def _score_anew(project: Project, gold: Gold, by: Account, *, now: datetime) -> None:
    """Let those pass who failed by a voided item alone; nobody who passed fails by it."""
    touched = Attempt.objects.of(project).filter(items__gold=gold, state=AttemptState.FAILED, ended_at__isnull=False)
    for report in reports_of(project, list(touched.select_related("project", "account", "guideline"))):
        attempt = report.attempt
        if not report.is_passed:
            continue
        attempt.state, attempt.retake_from = AttemptState.PASSED, None
        attempt.save(update_fields=["state", "retake_from"])
        ProjectMembership.objects.of(project).filter(account=attempt.account_id, attempt=None).update(must_pass=False)
        text = "A gold item of your test was void: you have passed."
        if _is_applicant(project, attempt.account_id):
            notify_outside(attempt.account, Topic.TEST, project, text, "/applications/", now=now)
            enqueue(SCREENED, f"{project.pk}:{attempt.account_id}", now=now)
        else:
            notify([attempt.account], Topic.TEST, project, text, "tests/", now=now)
        record("attempt.passed_on_review", str(attempt), at=now, actor=by, project=project, gold=str(gold))
