"""Change proposals: another wording of a clause, made by anybody, approved by peers, decided on by a lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from rubrica.domain.change_proposal import (
    MAX_CLAUSE,
    MAX_RATIONALE,
    MAX_SUMMARY,
    PROPOSAL_PROCESS,
    ClauseMovedError,
    ProposalEvent,
    ProposalState,
    amended,
    clause_text,
)
from rubrica.domain.guideline import check_guideline
from rubrica.domain.guideline_changes import Changes, compare
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings, one_of
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.text import check_text
from rubrica.records.models import (
    Account,
    ChangeProposal,
    GuidelineDraft,
    Project,
    ProposalOpinion,
    Ruling,
)
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.guidelines import replace_draft
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import checked_reason, come_back, lead_with_fewest, step_of
from rubrica.usecases.reevaluation import Impact, impact_of
from rubrica.usecases.rulings import rulings_in_force

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Wording:
    """What a proposal says.

    Attributes
    ----------
    clause
        Anchor of the clause that would read otherwise.
    text
        The whole clause as it would read, with its heading.
    rulings
        Numbers of rulings in force that it is built from.
    """

    clause: str
    text: str
    summary: str
    rationale: str = ""
    rulings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalFile:
    """A proposal with what it changes, what that would reach, and what people think of it."""

    proposal: ChangeProposal
    changes: Changes
    impact: Impact | None
    """None where the clause reads otherwise by now, so that nobody can tell."""
    opinions: tuple[ProposalOpinion, ...]
    own_opinion: ProposalOpinion | None
    rulings: tuple[Ruling, ...]
    events: frozenset[ProposalEvent]


@retried
@transaction.atomic
def propose_change(account: Account, slug: str, wording: Wording, *, now: datetime) -> ChangeProposal:
    """Propose that a clause of the guideline in force reads otherwise.

    Raises
    ------
    ConflictError
        No guideline has been published, or the clause would read as it does.
    InvalidInputError
        There is no such clause or ruling, the text is no clause of this anchor any more, or a summary is missing.
    """
    access = open_project(account, slug, Permission.PROPOSE_CHANGE)
    project = Project.objects.of(access.project).select_for_update().get()
    version = project.guideline
    if version is None:
        message = "No version of the guideline has been published yet."
        raise ConflictError(message)
    found = Findings()
    summary = check_text(wording.summary, "summary", found, minimum=1, maximum=MAX_SUMMARY, one_line=True).strip()
    rationale = check_text(wording.rationale, "rationale", found, maximum=MAX_RATIONALE).strip()
    text = check_text(wording.text, "text", found, minimum=1, maximum=MAX_CLAUSE).replace("\r\n", "\n")
    old = clause_text(version.markdown, wording.clause) if wording.clause else None
    known = set(rulings_in_force(project).values_list("number", flat=True))
    if old is None:
        found.add("clause", f"is {wording.clause[:40]!r}", "a clause of the guideline in force")
    if not set(wording.rulings) <= known:
        found.add("rulings", "names one that is not in force", one_of([f"R-{number}" for number in sorted(known)]))
    if old is not None and not found:
        _check_still_fits(version.markdown, parse_rubric(version.rubric), wording.clause, old, text, found)
    if found:
        message = "The change was not proposed."
        raise InvalidInputError(message, found.problems)
    if old == text:
        message = "The clause would read as it does now."
        raise ConflictError(message)
    last = ChangeProposal.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    proposal = ChangeProposal.objects.create(
        project=project,
        number=last + 1,
        guideline=version,
        clause=wording.clause,
        old_text=old or "",
        new_text=text,
        summary=summary,
        rationale=rationale,
        rulings=sorted(set(wording.rulings)),
        author=account,
        made_at=now,
        owner=lead_with_fewest(project, ChangeProposal),
        due_at=now + PROPOSAL_PROCESS.time_allowed[ProposalState.OPEN],
    )
    come_back("proposal", proposal, now=now)
    record("change.proposed", str(proposal), at=now, actor=account, project=project, clause=wording.clause)
    path = f"guideline/proposals/{proposal.number}/"
    owners = [proposal.owner] if proposal.owner is not None and proposal.owner != account else []
    notify(owners, Topic.PROPOSAL, project, f"{proposal} waits for your decision: {summary}", path, now=now)
    return proposal


def _check_still_fits(markdown: str, rubric: Rubric, clause: str, old: str, text: str, found: Findings) -> None:
    """Note what the amended guideline would lack: its anchor, or another that the rubric rests on."""
    after = amended(markdown, clause, old, text)
    if clause_text(after, clause) is None:
        found.add("text", f"does not begin with the heading of {clause}", f"a heading such as '## {clause} Title'")
        return
    for problem in check_guideline(after, rubric):
        found.add("text", problem.problem, problem.allowed)


def proposals_of(access: ProjectAccess) -> ScopedQuerySet[ChangeProposal]:
    """Return the proposals of a project, newest first."""
    access.require(Permission.PROPOSE_CHANGE)
    rows = ChangeProposal.objects.of(access.project).select_related("author", "owner", "guideline", "decided_by")
    return rows.order_by("-number")


def proposal_file(access: ProjectAccess, number: int) -> ProposalFile:
    """Return a proposal with its difference by clause and what it would reach if it were published now.

    Raises
    ------
    NotFoundError
        There is no such proposal.
    """
    proposal = proposals_of(access).filter(number=number).first()
    if proposal is None:
        message = "There is no such proposal in this project."
        raise NotFoundError(message)
    opinions = ProposalOpinion.objects.of(access.project).filter(proposal=proposal).select_related("account")
    given = tuple(opinions.order_by("at", "pk"))
    rulings = Ruling.objects.of(access.project).filter(number__in=proposal.rulings).select_related("case")
    return ProposalFile(
        proposal=proposal,
        changes=compare(proposal.old_text, None, proposal.new_text, None),
        impact=_impact(access.project, proposal),
        opinions=given,
        own_opinion=next((row for row in given if row.account_id == access.account.pk), None),
        rulings=tuple(rulings.order_by("number")),
        events=frozenset(_possible(access, proposal)),
    )


def _impact(project: Project, proposal: ChangeProposal) -> Impact | None:
    version = project.guideline
    if version is None or proposal.state != ProposalState.OPEN:
        return None
    try:
        markdown = amended(version.markdown, proposal.clause, proposal.old_text, proposal.new_text)
    except ClauseMovedError:
        return None
    return impact_of(project, version, markdown, parse_rubric(version.rubric))


def _possible(access: ProjectAccess, proposal: ChangeProposal) -> list[ProposalEvent]:
    events: Sequence[ProposalEvent] = PROPOSAL_PROCESS.events(ProposalState(proposal.state))
    return [
        event
        for event in events
        if access.may(PROPOSAL_PROCESS.step(ProposalState(proposal.state), event).permission)
        and (event != ProposalEvent.WITHDRAW or proposal.author_id == access.account.pk)
    ]


@retried
@transaction.atomic
def give_opinion(
    account: Account, slug: str, number: int, *, approves: bool, comment: str, now: datetime
) -> ProposalOpinion:
    """Approve of a proposal, or object to it; once, and an objection says why.

    Raises
    ------
    ConflictError
        It is decided on, it is one's own, or one has said so before.
    """
    access, proposal = _locked(account, slug, number)
    if proposal.state != ProposalState.OPEN:
        message = "This proposal is decided on."
        raise ConflictError(message)
    if proposal.author_id == account.pk:
        message = "This is your own proposal: others say what they think of it."
        raise ConflictError(message)
    if ProposalOpinion.objects.of_account(account).filter(proposal=proposal).exists():
        message = "You have said what you think of this proposal already."
        raise ConflictError(message)
    found = Findings()
    said = check_text(comment, "comment", found, minimum=0 if approves else 1, maximum=MAX_REASON).strip()
    if found:
        message = "Nothing was kept."
        raise InvalidInputError(message, found.problems)
    record("change.opinion", str(proposal), at=now, actor=account, project=access.project, approves=approves)
    return ProposalOpinion.objects.create(proposal=proposal, account=account, approves=approves, comment=said, at=now)


@retried
@transaction.atomic
def decide_proposal(
    account: Account, slug: str, number: int, event: ProposalEvent, *, reason: str, now: datetime
) -> ChangeProposal:
    """Put a proposal into the draft, decline it saying why, or withdraw one's own.

    Raises
    ------
    ConflictError
        It is decided on; or the draft's clause reads otherwise by now, so that it has to be merged by hand.
    NotFoundError
        Somebody else's proposal cannot be withdrawn.
    """
    access, proposal = _locked(account, slug, number)
    step = step_of(PROPOSAL_PROCESS, ProposalState(proposal.state), event, proposal)
    access.require(step.permission)
    if event == ProposalEvent.WITHDRAW and proposal.author_id != account.pk:
        message = "There is no such proposal of yours."
        raise NotFoundError(message)
    said = checked_reason(reason, MAX_REASON, fewest=int(event == ProposalEvent.DECLINE))
    if event == ProposalEvent.ACCEPT:
        _put_into_draft(access, proposal, now=now)
    proposal.state, proposal.owner, proposal.due_at = step.target, None, None
    proposal.decided_by, proposal.decided_at, proposal.reason = account, now, said
    proposal.save()
    record(f"change.{event}", str(proposal), at=now, actor=account, project=access.project, reason=said)
    text = f"{proposal} is {step.target}: {proposal.summary}"
    path = f"guideline/proposals/{number}/"
    authors = [proposal.author] if proposal.author != account else []
    notify(authors, Topic.PROPOSAL, access.project, text, path, now=now)
    return proposal


def _put_into_draft(access: ProjectAccess, proposal: ChangeProposal, *, now: datetime) -> None:
    draft = GuidelineDraft.objects.of(access.project).select_for_update().get()
    try:
        markdown = amended(draft.markdown, proposal.clause, proposal.old_text, proposal.new_text)
    except ClauseMovedError as error:
        message = (
            f"{proposal.clause} reads otherwise in the draft by now. Put the change in by hand, then decline the "
            "proposal with a word, or publish the draft and have it proposed anew."
        )
        raise ConflictError(message) from error
    replace_draft(access.account, access.project.slug, markdown=markdown, rubric=draft.rubric, now=now)


def _locked(account: Account, slug: str, number: int) -> tuple[ProjectAccess, ChangeProposal]:
    access = open_project(account, slug, Permission.PROPOSE_CHANGE)
    proposal = ChangeProposal.objects.of(access.project).select_for_update().filter(number=number).first()
    if proposal is None:
        message = "There is no such proposal in this project."
        raise NotFoundError(message)
    return access, proposal
