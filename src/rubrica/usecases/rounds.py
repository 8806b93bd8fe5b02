"""Calibration rounds: opening one, revealing what everybody answered, talking, judging again, and what it brought."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from rubrica.domain.calibration_round import (
    FEWEST_PEOPLE,
    MAX_POST,
    MAX_TITLE,
    MOST_ITEMS,
    ROUND_PROCESS,
    ItemChoice,
    RoundEvent,
    RoundState,
)
from rubrica.domain.gold import AttemptState
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission, Role
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    Attempt,
    CalibrationRound,
    Evaluation,
    GuidelineVersion,
    Item,
    Project,
    ProjectMembership,
    RoundItem,
    RoundPost,
)
from rubrica.records.queries.items import is_complete
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.attempts import begin_round, end_round_stage
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import come_back, step_of
from rubrica.usecases.reevaluation import disputed_items


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part in a round, and how far that person has come in its present stage."""

    account: Account
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RoundFile:
    """A round as one person may see it: what was answered only once it is revealed."""

    round: CalibrationRound
    items: tuple[RoundItem, ...]
    participants: tuple[Participant, ...]
    sees_answers: bool
    stages: tuple[int, ...]
    """Whose answers this person sees: 1 before the talk, 2 after it."""
    posts: tuple[RoundPost, ...]
    events: frozenset[RoundEvent]
    may_post: bool


@retried
@transaction.atomic
def open_round(
    account: Account, slug: str, *, title: str, choice: ItemChoice, count: int, now: datetime
) -> CalibrationRound:
    """Have everybody who is free judge the same items blind, before other work.

    Raises
    ------
    InvalidInputError
        The title is missing or the number of items out of range.
    ConflictError
        No guideline is published, there are too few items of the kind, or fewer than two people are free.
    """
    access = open_project(account, slug, Permission.RUN_ROUNDS)
    found = Findings()
    said = check_text(title, "title", found, minimum=1, maximum=MAX_TITLE, one_line=True).strip()
    if not 1 <= count <= MOST_ITEMS:
        found.add("count", f"is {count}", f"1 to {MOST_ITEMS} items")
    if found:
        message = "The round was not opened."
        raise InvalidInputError(message, found.problems)
    project = Project.objects.of(access.project).select_for_update(of=("self",)).select_related("guideline").get()
    if project.guideline is None:
        message = "No version of the guideline has been published yet."
        raise ConflictError(message)
    items = _chosen(project, choice, count)
    if not items:
        message = "There are no complete items that raters differ on." if choice == ItemChoice.DISPUTED else "No items."
        raise ConflictError(message)
    last = CalibrationRound.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    made = CalibrationRound.objects.create(
        project=project,
        number=last + 1,
        title=said,
        guideline=project.guideline,
        opened_at=now,
        opened_by=account,
        owner=account,
        due_at=now + ROUND_PROCESS.time_allowed[RoundState.JUDGING],
    )
    come_back("round", made, now=now)
    RoundItem.objects.bulk_create(RoundItem(round=made, item=item, position=place) for place, item in enumerate(items))
    _ask(project, made, _free(project), stage=1, now=now)
    record("round.opened", str(made), at=now, actor=account, project=project, items=len(items))
    return made


def _chosen(project: Project, choice: ItemChoice, count: int) -> list[Item]:
    """Return items by lot, complete ones first: who judges an item in a round is not lent it as work any more."""
    items = Item.objects.of(project).filter(is_withdrawn=False)
    if choice == ItemChoice.DISPUTED:
        disputed = disputed_items(project)
        found = [item for item in items.filter(is_complete()) if item.pk in disputed]
        return sorted(found, key=_lot)[:count]
    complete = sorted(items.filter(is_complete()), key=_lot)[:count]
    others = sorted(items.exclude(pk__in=[item.pk for item in complete]), key=_lot) if len(complete) < count else []
    return (complete + others)[:count]


def _lot(item: Item) -> bytes:
    return hashlib.blake2b(f"round:{item.public_id}".encode(), digest_size=8).digest()


def _free(project: Project) -> list[ProjectMembership]:
    members = ProjectMembership.objects.of(project).filter(
        role=Role.SPECIALIST, is_active=True, attempt=None, must_pass=False
    )
    return list(members.select_related("account").order_by("pk"))


def _ask(
    project: Project, made: CalibrationRound, members: Sequence[ProjectMembership], *, stage: int, now: datetime
) -> None:
    if len(members) < FEWEST_PEOPLE:
        message = f"It takes {FEWEST_PEOPLE} specialists who have no test or other round in hand."
        raise ConflictError(message)
    for member in members:
        begin_round(project, member, made, stage=stage, now=now)
    again = "once more " if stage > 1 else ""
    text = f"{made.title}: everybody judges the same items {again}before other work."
    notify([member.account for member in members], Topic.TEST, project, text, f"rounds/{made.number}/", now=now)


@retried
@transaction.atomic
def move_round(account: Account, slug: str, number: int, event: RoundEvent, *, now: datetime) -> CalibrationRound:
    """Reveal what was answered, have it judged again, or close the round.

    Raises
    ------
    ConflictError
        The round is not where this can follow, or fewer than two people have answered everything.
    """
    access = open_project(account, slug, Permission.RUN_ROUNDS)
    project = Project.objects.of(access.project).select_for_update().get()
    row = CalibrationRound.objects.of(project).filter(number=number).first()
    if row is None:
        message = "There is no such round in this project."
        raise NotFoundError(message)
    step = step_of(ROUND_PROCESS, RoundState(row.state), event, row)
    finished = end_round_stage(project, row, now=now)
    if event == RoundEvent.REVEAL:
        if len(finished) < FEWEST_PEOPLE:
            message = f"{len(finished)} have answered everything; it takes {FEWEST_PEOPLE} to compare."
            raise ConflictError(message)
        _reveal(project, row, finished, now=now)
    if event == RoundEvent.JUDGE_AGAIN:
        took_part = {person.pk for person in _finished(project, row, stage=1)}
        members = [member for member in _free(project) if member.account_id in took_part]
        _ask(project, row, members, stage=2, now=now)
    if event == RoundEvent.CLOSE:
        _close(project, row, finished, now=now)
    else:
        row.state = step.target
        row.owner, row.due_at = account, now + ROUND_PROCESS.time_allowed[step.target]
        row.save()
        come_back("round", row, now=now)
    record(f"round.{event}", str(row), at=now, actor=account, project=project)
    return row


def _close(project: Project, row: CalibrationRound, finished: Sequence[Account], *, now: datetime) -> None:
    """Close a round. One that nobody had revealed shows its answers to those who gave them, where two can compare."""
    if row.revealed_at is None and len(finished) >= FEWEST_PEOPLE:
        _reveal(project, row, finished, now=now)
    row.state, row.owner, row.due_at, row.closed_at = RoundState.CLOSED, None, None, now
    row.save()


def _reveal(project: Project, row: CalibrationRound, finished: Sequence[Account], *, now: datetime) -> None:
    row.revealed_at = now
    text = f"{row.title}: see how the others judged, and talk about it."
    notify(finished, Topic.TEST, project, text, f"rounds/{row.number}/", now=now)


def end_rounds(project: Project, version: GuidelineVersion, by: Account, *, now: datetime) -> None:
    """Close the rounds under way, because another version is in force: what they compare is judged under one.

    The caller has locked the project.
    """
    for row in CalibrationRound.objects.of(project).exclude(state=RoundState.CLOSED).select_related("owner"):
        owners = [row.owner] if row.owner is not None else []
        _close(project, row, end_round_stage(project, row, now=now), now=now)
        record("round.close", str(row), at=now, actor=by, project=project, because=f"v{version.number}")
        text = f"{row.title} was closed: version {version.number} of the guideline is in force."
        notify(owners, Topic.TEST, project, text, f"rounds/{row.number}/", now=now)


@transaction.atomic
def post_in_round(account: Account, slug: str, number: int, position: int, *, text: str, now: datetime) -> RoundPost:
    """Say something about an item of a round that is revealed and not closed.

    Raises
    ------
    ConflictError
        It is not revealed yet, or closed.
    NotFoundError
        There is no such round or item, or the person takes no part.
    """
    access = open_project(account, slug, Permission.DISCUSS_EDGE_CASES)
    file = round_file(access, number)
    if not file.may_post:
        message = "Talk begins when the round is revealed, and ends when it is closed."
        raise ConflictError(message)
    item = next((row for row in file.items if row.position == position), None)
    if item is None:
        message = "There is no such item in this round."
        raise NotFoundError(message)
    found = Findings()
    said = check_text(text, "text", found, minimum=1, maximum=MAX_POST).strip()
    if found:
        message = "Nothing was said."
        raise InvalidInputError(message, found.problems)
    return RoundPost.objects.create(round_item=item, author=account, text=said, at=now)


def rounds_of(access: ProjectAccess) -> ScopedQuerySet[CalibrationRound]:
    """Return the rounds of a project, newest first; a specialist's are those that person takes part in."""
    rows = CalibrationRound.objects.of(access.project).select_related("owner", "guideline").order_by("-number")
    if access.may(Permission.SEE_RESULTS):
        return rows
    access.require(Permission.READ_OWN_EVALUATIONS)
    own = Attempt.objects.of_account(access.account).exclude(round=None)
    return rows.filter(pk__in=own.values("round"))


def round_file(access: ProjectAccess, number: int) -> RoundFile:
    """Return a round with what this person may see of it.

    Raises
    ------
    NotFoundError
        There is no such round in the person's world.
    """
    row = rounds_of(access).filter(number=number).first()
    if row is None:
        message = "There is no such round."
        raise NotFoundError(message)
    is_revealed = row.revealed_at is not None
    finished = {person.pk for person in _finished(access.project, row, stage=1)}
    sees = is_revealed and (access.may(Permission.SEE_RESULTS) or access.account.pk in finished)
    items = RoundItem.objects.of(access.project).filter(round=row).select_related("item").order_by("position")
    posts = RoundPost.objects.of(access.project).filter(round_item__round=row).select_related("author", "round_item")
    state = RoundState(row.state)
    events = ROUND_PROCESS.events(state) if access.may(Permission.RUN_ROUNDS) else ()
    return RoundFile(
        round=row,
        items=tuple(items),
        participants=tuple(_participants(access.project, row)),
        sees_answers=sees,
        stages=shown_stages(row) if sees else (),
        posts=tuple(posts.order_by("at", "pk")) if sees else (),
        events=frozenset(events),
        may_post=sees and state in ROUND_PROCESS.waiting,
    )


def shown_stages(row: CalibrationRound) -> tuple[int, ...]:
    """Return of which stages answers are shown: what is judged again is blind too, until the round is closed."""
    if row.revealed_at is None:
        return ()
    return (1, 2) if row.state == RoundState.CLOSED else (1,)


def _participants(project: Project, row: CalibrationRound) -> list[Participant]:
    stage = 2 if row.state in {RoundState.JUDGING_AGAIN, RoundState.CLOSED} else 1
    attempts = Attempt.objects.of(project).filter(round=row).select_related("account").order_by("account__name", "pk")
    latest: dict[int, Attempt] = {}
    for attempt in attempts:
        if attempt.stage <= stage:
            kept = latest.get(attempt.account_id)
            latest[attempt.account_id] = attempt if kept is None or attempt.stage > kept.stage else kept
    done: Counter[tuple[int, int]] = Counter()
    for of_stage in {attempt.stage for attempt in latest.values()}:
        raters = round_evaluations(project, row, of_stage).values_list("rater", flat=True)
        done.update((rater, of_stage) for rater in raters)
    total = RoundItem.objects.of(project).filter(round=row).count()
    return [Participant(attempt.account, done[attempt.account_id, attempt.stage], total) for attempt in latest.values()]


def _finished(project: Project, row: CalibrationRound, *, stage: int) -> list[Account]:
    done = Attempt.objects.of(project).filter(round=row, stage=stage, state=AttemptState.PASSED)
    return [attempt.account for attempt in done.select_related("account")]


def round_evaluations(project: Project, row: CalibrationRound, stage: int) -> ScopedQuerySet[Evaluation]:
    """Return the current evaluations of one stage of a round, by those who answered everything or are at it."""
    attempts = Attempt.objects.of(project).filter(round=row, stage=stage)
    passes = {(attempt.account_id, attempt.pass_number) for attempt in attempts}
    rows = Evaluation.objects.of(project).filter(
        superseded_by=None,
        item__in=RoundItem.objects.of(project).filter(round=row).values("item"),
        rater__in={account for account, _pass in passes},
        assignment__pass_number__in={number for _account, number in passes},
    )
    ids = [
        pk
        for pk, rater, number in rows.values_list("pk", "rater_id", "assignment__pass_number")
        if (rater, number) in passes
    ]
    return Evaluation.objects.of(project).filter(pk__in=ids)
