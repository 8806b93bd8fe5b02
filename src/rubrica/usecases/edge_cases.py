"""Edge cases: raising one from the work, triage, the blind vote, and the discussion that follows it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q

from rubrica.domain.edge_case import (
    CASE_PROCESS,
    MAX_OPTION,
    MAX_POST,
    OPTIONS,
    Alike,
    CaseEvent,
    CaseState,
    Question,
    Traits,
    likeness,
    parse_question,
)
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings, Problem
from rubrica.domain.roles import Permission, Role, may
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    CasePost,
    CaseStep,
    CaseVote,
    EdgeCase,
    GuidelineVersion,
    ItemImage,
    Project,
    ProjectMembership,
)
from rubrica.records.queries.work_queue import HeldAssignment
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.assignments import desk_and_assignment, presentation_of
from rubrica.usecases.errors import ConflictError, InvalidInputError, KeyReusedError, NotAllowedError, NotFoundError
from rubrica.usecases.evaluations import check_key
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import LEFT, checked_reason, come_back, lead_with_fewest, step_of

MAX_REASON = 500
MOST_A_DAY = 100
"""Cases that one person may raise in a project within a day."""
MOST_SUGGESTED = 5
LEAST_ALIKE = 2.0
"""Of a suggestion: more than the same criterion or group of codes, which many cases share."""


@dataclass(frozen=True, slots=True)
class RaisedCase:
    """A case as it was stored, and whether it had been before."""

    case: EdgeCase
    is_replay: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another case that this one may be a duplicate of."""

    case: EdgeCase
    alike: Alike


@dataclass(frozen=True, slots=True)
class Position:
    """How many would decide so, and their reasons."""

    option: str
    votes: tuple[CaseVote, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as one person may see it."""

    case: EdgeCase
    images: tuple[ItemImage, ...]
    steps: tuple[CaseStep, ...]
    own_vote: CaseVote | None
    voters: int
    sees_positions: bool
    """Whether the person sees what others think; not before voting."""
    positions: tuple[Position, ...]
    posts: tuple[CasePost, ...]
    may_vote: bool
    may_post: bool


@retried
@transaction.atomic
def raise_case(account: Account, assignment: str, *, payload: object, key: str, now: datetime) -> RaisedCase:
    """Keep a question about an item that the rater has or had in hand; the work goes on.

    Raises
    ------
    ProblemsError
        The question does not fit the rubric or the guideline; every problem is named.
    InvalidInputError
        The key is none.
    KeyReusedError
        The key has come with another question before.
    ConflictError
        The person has raised very many cases today.
    """
    check_key(key)
    desk, held = desk_and_assignment(account, assignment)
    if not may(Role(desk.role), Permission.RAISE_EDGE_CASE):
        message = "Questions are raised by those who take part. Write to the project about your application."
        raise NotAllowedError(message)
    version = GuidelineVersion.objects.visible_to(account).select_related("project").get(pk=held.guideline_id)
    question = parse_question(parse_rubric(version.rubric), parse_guideline(version.markdown).anchors, payload)
    project = Project.objects.of(version.project).select_for_update().get()
    own = EdgeCase.objects.of_account(account)
    stored = own.filter(idempotency_key=key).first()
    if stored is not None:
        if (stored.assignment_id, stored.question) != (held.id, question.text):
            message = "This idempotency key already belongs to another question. Use a new key."
            raise KeyReusedError(message)
        return RaisedCase(stored, is_replay=True)
    if own.filter(project=project, raised_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        message = f"You have raised {MOST_A_DAY} cases within a day here. Talk to the lead before you raise more."
        raise ConflictError(message)
    return RaisedCase(_store(project, account, held, question, key=key, now=now), is_replay=False)


def _store(
    project: Project, account: Account, held: HeldAssignment, question: Question, *, key: str, now: datetime
) -> EdgeCase:
    last = EdgeCase.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    case = EdgeCase.objects.create(
        project=project,
        number=last + 1,
        item_id=held.item_id,
        assignment_id=held.id,
        guideline_id=held.guideline_id,
        kind=question.kind,
        question=question.text,
        answer=question.answer,
        clause=question.clause,
        criterion=question.criterion,
        code=question.code,
        slot=presentation_of(held).order[question.slot],
        shape=question.shape,
        geometry=question.geometry,
        raised_by=account,
        raised_at=now,
        idempotency_key=key,
        owner=lead_with_fewest(project, EdgeCase),
        due_at=now + CASE_PROCESS.time_allowed[CaseState.RAISED],
    )
    come_back("case", case, now=now)
    record("edge_case.raised", str(case), at=now, actor=account, project=project, kind=question.kind)
    asked = f"{case} was asked: {case.question}"
    owners = [case.owner] if case.owner is not None and case.owner != account else []
    notify(owners, Topic.CASE, project, asked, f"cases/{case.number}/", now=now)
    return case


def cases_of(access: ProjectAccess) -> ScopedQuerySet[EdgeCase]:
    """Return the cases of a project, newest first."""
    access.require(Permission.DISCUSS_EDGE_CASES)
    cases = EdgeCase.objects.of(access.project).select_related(
        "item", "owner", "raised_by", "guideline", "ruling", "duplicate_of"
    )
    return cases.order_by("-number")


def case_of(access: ProjectAccess, number: int) -> EdgeCase:
    """Return one case of a project.

    Raises
    ------
    NotFoundError
        There is no such case.
    """
    case = cases_of(access).filter(number=number).first()
    if case is None:
        message = "There is no such case in this project."
        raise NotFoundError(message)
    return case


def unvoted_cases(account: Account, projects: Collection[Project]) -> dict[int, int]:
    """Return how many cases wait for the person's vote, by row id of the project."""
    voting = EdgeCase.objects.visible_to(account).filter(project__in=projects, state=CaseState.VOTING)
    unvoted = voting.exclude(pk__in=CaseVote.objects.of_account(account).values("case"))
    return dict(unvoted.order_by().values_list("project").annotate(Count("pk")))


def case_file(access: ProjectAccess, case: EdgeCase) -> CaseFile:
    """Return a case with what this person may see of it: until one has voted, nobody's position is shown."""
    votes = list(CaseVote.objects.of(access.project).filter(case=case).select_related("account").order_by("at", "pk"))
    own = next((vote for vote in votes if vote.account_id == access.account.pk), None)
    sees = _sees_positions(access, case, own)
    posts = CasePost.objects.of(access.project).filter(case=case).select_related("author").order_by("at", "pk")
    steps = CaseStep.objects.of(access.project).filter(case=case).select_related("actor").order_by("at", "pk")
    images = ItemImage.objects.of(access.project).filter(item=case.item_id).select_related("image").order_by("slot")
    return CaseFile(
        case=case,
        images=tuple(images),
        steps=tuple(steps),
        own_vote=own,
        voters=len(votes),
        sees_positions=sees,
        positions=_positions(case, votes) if sees else (),
        posts=tuple(posts) if sees else (),
        may_vote=case.state == CaseState.VOTING and own is None,
        may_post=sees and case.state in CASE_PROCESS.waiting,
    )


def _sees_positions(access: ProjectAccess, case: EdgeCase, own: CaseVote | None) -> bool:
    if case.state == CaseState.RAISED:
        return access.may(Permission.TRIAGE_EDGE_CASES) or case.raised_by_id == access.account.pk
    return case.state != CaseState.VOTING or own is not None


def _positions(case: EdgeCase, votes: Sequence[CaseVote]) -> tuple[Position, ...]:
    named = [
        Position(option, tuple(vote for vote in votes if vote.option == place))
        for place, option in enumerate(case.options)
    ]
    none = tuple(vote for vote in votes if vote.option is None)
    return (*named, Position("", none)) if none else tuple(named)


@transaction.atomic
def open_vote(account: Account, slug: str, number: int, *, options: Sequence[str], now: datetime) -> EdgeCase:
    """Put short answers to the question to everybody's vote.

    Raises
    ------
    InvalidInputError
        There are too few or too many answers, or two are the same.
    """
    access, case = locked_case(account, slug, number)
    found = Findings()
    given = [
        check_text(option, f"options[{place}]", found, minimum=1, maximum=MAX_OPTION, one_line=True).strip()
        for place, option in enumerate(options)
    ]
    fewest, most = OPTIONS
    if not fewest <= len(given) <= most or len({option.casefold() for option in given}) < len(given):
        found.add("options", f"are {len(given)}", f"{fewest} to {most} answers that differ")
    _refuse(found, "The vote was not opened.")
    case.options = given
    moved = move_case(access, case, CaseEvent.OPEN_VOTE, now=now)
    members = ProjectMembership.objects.of(access.project).filter(is_active=True).exclude(account=account)
    people = [member.account for member in members.select_related("account")]
    text = f"{case} wants your vote: {case.question}"
    notify(people, Topic.CASE, access.project, text, f"cases/{number}/", now=now)
    return moved


@transaction.atomic
def vote(account: Account, slug: str, number: int, *, option: int | None, reason: str, now: datetime) -> CaseVote:
    """Keep how a person would decide; a vote is given once.

    Raises
    ------
    ConflictError
        The case is not being voted on, or the person has voted.
    InvalidInputError
        There is no such answer; or none of them is right, and no reason says why.
    """
    access, case = locked_case(account, slug, number)
    if case.state != CaseState.VOTING:
        message = "This case is not being voted on."
        raise ConflictError(message)
    if CaseVote.objects.of_account(account).filter(case=case).exists():
        message = "You have voted on this case already. Say more in the discussion."
        raise ConflictError(message)
    found = Findings()
    if option is not None and not 0 <= option < len(case.options):
        found.add("option", f"is {option}", f"0 to {len(case.options) - 1}, or none")
    fewest = 1 if option is None else 0
    text = check_text(reason, "reason", found, minimum=fewest, maximum=MAX_REASON).strip()
    _refuse(found, "The vote was not kept.")
    kept = CaseVote.objects.create(case=case, account=account, option=option, reason=text, at=now)
    record("edge_case.voted", str(case), at=now, actor=account, project=access.project)
    return kept


@transaction.atomic
def post(account: Account, slug: str, number: int, *, text: str, now: datetime) -> CasePost:
    """Say something in the discussion of a case.

    Raises
    ------
    ConflictError
        The case is settled, or the person has yet to vote.
    """
    access, case = locked_case(account, slug, number)
    own = CaseVote.objects.of_account(account).filter(case=case).first()
    if case.state not in CASE_PROCESS.waiting or not _sees_positions(access, case, own):
        message = "This case is settled." if case.state not in CASE_PROCESS.waiting else "Vote first, then discuss."
        raise ConflictError(message)
    found = Findings()
    said = check_text(text, "text", found, minimum=1, maximum=MAX_POST).strip()
    _refuse(found, "Nothing was said.")
    return CasePost.objects.create(case=case, author=account, text=said, at=now)


def close_vote(account: Account, slug: str, number: int, *, now: datetime) -> EdgeCase:
    """End the vote: from now on everybody sees how it went, and it is discussed."""
    with transaction.atomic():
        access, case = locked_case(account, slug, number)
        return move_case(access, case, CaseEvent.CLOSE_VOTE, now=now)


@transaction.atomic
def answer_case(account: Account, slug: str, number: int, *, reason: str, now: datetime) -> EdgeCase:
    """Close a case that the rules decide as they are, saying how."""
    access, case = locked_case(account, slug, number)
    return move_case(access, case, CaseEvent.ANSWER, reason=checked_reason(reason, MAX_REASON), now=now)


@transaction.atomic
def reopen_case(account: Account, slug: str, number: int, *, reason: str, now: datetime) -> EdgeCase:
    """Take up again a case that was closed as answered or as a duplicate; one that was voted on, in its discussion."""
    access, case = locked_case(account, slug, number)
    case.duplicate_of = None
    was_voted_on = CaseVote.objects.of(access.project).filter(case=case).exists()
    event = CaseEvent.RESUME if was_voted_on else CaseEvent.REOPEN
    return move_case(access, case, event, reason=checked_reason(reason, MAX_REASON), now=now)


@transaction.atomic
def take_over(account: Account, slug: str, number: int, *, now: datetime) -> EdgeCase:
    """Answer for a case from now on."""
    access, case = locked_case(account, slug, number)
    return move_case(access, case, CaseEvent.TAKE_OVER, now=now)


@transaction.atomic
def merge_case(account: Account, slug: str, number: int, *, into: int, now: datetime) -> EdgeCase:
    """Close a case as a duplicate of another, which stands for both from now on.

    Raises
    ------
    ConflictError
        The other is this one, or itself a duplicate.
    """
    access, case = locked_case(account, slug, number)
    other = case_of(access, into)
    if other.pk == case.pk or other.state == CaseState.DUPLICATE:
        message = f"{case} cannot be a duplicate of {other}: name a case that stands for itself."
        raise ConflictError(message)
    case.duplicate_of = other
    moved = move_case(access, case, CaseEvent.MERGE, reason=f"Same as {other}", now=now)
    # What was merged into this one before goes along, so that nothing is a duplicate of a duplicate.
    EdgeCase.objects.of(access.project).filter(duplicate_of=case).update(duplicate_of=other)
    return moved


def locked_case(account: Account, slug: str, number: int) -> tuple[ProjectAccess, EdgeCase]:
    """Return a case that nobody else can change before the end of the caller's transaction."""
    access = open_project(account, slug, Permission.DISCUSS_EDGE_CASES)
    case = EdgeCase.objects.of(access.project).select_for_update().filter(number=number).first()
    if case is None:
        message = "There is no such case in this project."
        raise NotFoundError(message)
    return access, case


def move_case(access: ProjectAccess, case: EdgeCase, event: CaseEvent, *, now: datetime, reason: str = "") -> EdgeCase:
    """Let a case, locked by the caller, take a step of the table, and keep who took it and why."""
    source = CaseState(case.state)
    step = step_of(CASE_PROCESS, source, event, case)
    access.require(step.permission)
    case.state = step.target
    if step.target not in CASE_PROCESS.waiting:
        case.owner = case.due_at = None
    elif event == CaseEvent.TAKE_OVER:
        case.owner = access.account
    else:
        case.owner = case.owner or access.account
        case.due_at = now + CASE_PROCESS.time_allowed[step.target]
        come_back("case", case, now=now)
    case.save()
    CaseStep.objects.create(
        case=case, at=now, actor=access.account, event=event, source=source, target=step.target, reason=reason
    )
    record(f"edge_case.{event}", str(case), at=now, actor=access.account, project=access.project, reason=reason)
    return case


def _refuse(found: Findings, message: str) -> None:
    problems: Sequence[Problem] = found.problems
    if problems:
        raise InvalidInputError(message, problems)


def hand_over_case(case: EdgeCase, *, by: Account, now: datetime) -> None:
    """Give a case to a lead, whose owner may not see to it any more; the caller has locked the project."""
    case.owner = lead_with_fewest(case.project, EdgeCase)
    case.save(update_fields=["owner"])
    CaseStep.objects.create(
        case=case, at=now, actor=by, event=CaseEvent.HAND_OVER, source=case.state, target=case.state, reason=LEFT
    )


def similar_cases(access: ProjectAccess, case: EdgeCase) -> list[Suggestion]:
    """Return the cases that are most like this one: by item, image, looks, code, clause, criterion and words."""
    from rubrica.usecases.similarity import neighbourhood  # noqa: PLC0415  (slow import: numpy)

    access.require(Permission.TRIAGE_EDGE_CASES)
    others = list(EdgeCase.objects.of(access.project).exclude(Q(pk=case.pk) | Q(state=CaseState.DUPLICATE)))
    traits = traits_of(access.project, [case, *others])
    near = neighbourhood(access.project, case.item_id, {other.item_id for other in others}).nearness
    found = [
        Suggestion(other, likeness(traits[case.pk], traits[other.pk], near.get(other.item_id))) for other in others
    ]
    likely = [suggestion for suggestion in found if suggestion.alike.score >= LEAST_ALIKE]
    likely.sort(key=lambda suggestion: (-suggestion.alike.score, -suggestion.case.number))
    return likely[:MOST_SUGGESTED]


def traits_of(project: Project, cases: Sequence[EdgeCase]) -> dict[int, Traits]:
    """Return by what cases are found again, by row id."""
    prints = fingerprints_of(project, {case.item_id for case in cases})
    return {
        case.pk: Traits(
            text=case.question,
            criterion=case.criterion,
            clause=case.clause,
            codes=frozenset({case.code} - {""}),
            items=frozenset({case.item_id}),
            fingerprints=prints.get(case.item_id, frozenset()),
        )
        for case in cases
    }


def fingerprints_of(project: Project, items: set[int]) -> dict[int, frozenset[int]]:
    """Return the difference hashes of the images of items, by row id."""
    found: dict[int, set[int]] = {}
    rows = ItemImage.objects.of(project).filter(item__in=items).values_list("item", "image__fingerprint")
    for item, fingerprint in rows:
        # Every image of one colour has the fingerprint zero.
        if int(fingerprint, 16):
            found.setdefault(item, set()).add(int(fingerprint, 16))
    return {item: frozenset(prints) for item, prints in found.items()}


def pictures_of(project: Project, cases: Collection[EdgeCase]) -> dict[int, str]:
    """Return the public id of the image that each case is about, by row id of the case."""
    rows = ItemImage.objects.of(project).filter(item__in={case.item_id for case in cases})
    images = {(item, slot): image for item, slot, image in rows.values_list("item", "slot", "image__public_id")}
    return {case.pk: images[case.item_id, case.slot] for case in cases if (case.item_id, case.slot) in images}
