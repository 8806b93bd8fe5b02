"""Change proposals: anybody makes one, others approve or object, a lead puts it into the draft or declines it."""

import pytest
from django.db import IntegrityError, transaction

from rubrica.domain.change_proposal import ClauseMovedError, ProposalEvent, amended, clause_text
from rubrica.domain.guideline import sections
from rubrica.records.models import ChangeProposal, GuidelineDraft, ProposalOpinion
from rubrica.usecases import change_proposals, guidelines
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import World, audit_answer, build_world, evaluate, proposed_change

pytestmark = pytest.mark.django_db


def propose(world: World, text: str, clause: str, **changes) -> ChangeProposal:
    wording = change_proposals.Wording(clause, text, changes.pop("summary", "Otherwise"), **changes)
    return change_proposals.propose_change(world.rita, "audit", wording, now=world.now)


def first_clause(world: World) -> tuple[str, str]:
    markdown = world.guideline.markdown
    anchor = next(name for name, _text in sections(markdown) if name)
    return anchor, clause_text(markdown, anchor) or ""


def decide(world: World, event: ProposalEvent, by=None, reason: str = "") -> ChangeProposal:
    return change_proposals.decide_proposal(by or world.lena, "audit", 1, event, reason=reason, now=world.now)


def opinion(world: World, by, *, approves: bool = True, comment: str = "") -> ProposalOpinion:
    return change_proposals.give_opinion(by, "audit", 1, approves=approves, comment=comment, now=world.now)


def file(world: World, by=None):
    return change_proposals.proposal_file(open_project(by or world.rita, "audit"), 1)


def test_a_proposal_shows_what_reads_otherwise_what_it_reaches_and_who_decides_until_when():
    world = build_world()
    evaluate(world, world.rita, audit_answer(5))
    proposal = proposed_change(world)
    assert proposal.owner == world.lena
    shown = file(world)
    assert [change.place for change in shown.changes.clauses] == [proposal.clause]
    assert shown.impact is not None
    assert (len(shown.impact.items), shown.impact.evaluations, shown.impact.raters) == (1, 1, 1)


def test_accepted_it_stands_in_the_draft_and_is_published_with_it(world: World):
    proposal = proposed_change(world)
    decide(world, ProposalEvent.ACCEPT)
    draft = GuidelineDraft.objects.of(world.project).get()
    assert clause_text(draft.markdown, proposal.clause) == proposal.new_text
    assert guidelines.publish_guideline(world.lena, "audit", change_class="breaking", now=world.now).number == 2
    assert file(world).proposal.state == "accepted"


def test_a_draft_whose_clause_reads_otherwise_is_not_overwritten(world: World):
    proposal = proposed_change(world)
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown = amended(draft.markdown, proposal.clause, proposal.old_text, proposal.old_text + "\nMore.\n")
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=draft.rubric, now=world.now)
    with pytest.raises(ConflictError, match="reads otherwise in the draft"):
        decide(world, ProposalEvent.ACCEPT)
    assert GuidelineDraft.objects.of(world.project).get().markdown == markdown
    assert file(world).proposal.state == "open"


def test_after_the_clause_was_published_otherwise_nobody_can_tell_what_it_reaches(world: World):
    proposal = proposed_change(world)
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown = amended(draft.markdown, proposal.clause, proposal.old_text, proposal.old_text + "\nMore.\n")
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=draft.rubric, now=world.now)
    guidelines.publish_guideline(world.lena, "audit", change_class="breaking", now=world.now)
    assert file(world).impact is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clause": "XX-9"}, "clause"),
        ({"clause": ""}, "clause"),
        ({"text": "Without any heading."}, "text"),
        ({"text": ""}, "text"),
        ({"summary": " "}, "summary"),
        ({"rulings": (4,)}, "rulings"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused_with_the_field(world: World, changes, field):
    anchor, text = first_clause(world)
    given = {"text": text + "\nMore.", "clause": anchor, **changes}
    with pytest.raises(InvalidInputError) as refusal:
        propose(world, given.pop("text"), given.pop("clause"), **given)
    assert field in {problem.field for problem in refusal.value.problems}
    assert not ChangeProposal.objects.of(world.project).exists()


def test_what_changes_nothing_is_no_proposal(world: World):
    anchor, text = first_clause(world)
    with pytest.raises(ConflictError, match="as it does now"):
        propose(world, text, anchor)


def test_everybody_says_once_what_they_think_and_an_objection_says_why(world: World):
    proposed_change(world)
    opinion(world, world.rowan)
    for person, match in ((world.rowan, "already"), (world.rita, "your own")):
        with pytest.raises(ConflictError, match=match):
            opinion(world, person)
    with pytest.raises(InvalidInputError):
        opinion(world, world.lena, approves=False)
    opinion(world, world.lena, approves=False, comment="It says too much.")
    assert [(row.account.name, row.approves) for row in file(world).opinions] == [("Rowan", True), ("Lena", False)]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalOpinion.objects.of(world.project).update(approves=True)


def test_leads_decline_with_a_reason_and_authors_withdraw(world: World):
    proposed_change(world)
    with pytest.raises(NotAllowedError):
        decide(world, ProposalEvent.ACCEPT, by=world.rita)
    with pytest.raises(InvalidInputError):
        decide(world, ProposalEvent.DECLINE)
    with pytest.raises(NotFoundError):
        decide(world, ProposalEvent.WITHDRAW, by=world.rowan)
    assert decide(world, ProposalEvent.WITHDRAW, by=world.rita).state == "withdrawn"
    with pytest.raises(ConflictError, match="not possible now"):
        decide(world, ProposalEvent.DECLINE, reason="Late")
    with pytest.raises(ConflictError, match="decided on"):
        opinion(world, world.rowan)


def test_nobody_outside_finds_it(world: World):
    proposed_change(world)
    with pytest.raises(NotFoundError):
        change_proposals.proposal_file(open_project(world.otto, world.others_project.slug), 1)


def test_an_amended_guideline_differs_in_that_clause_alone(world: World):
    markdown = world.guideline.markdown
    anchor, text = first_clause(world)
    after = amended(markdown, anchor, text, text + "\nMore.")
    changed = [
        name for (name, before), (_name, now) in zip(sections(markdown), sections(after), strict=True) if before != now
    ]
    assert changed == [anchor]
    with pytest.raises(ClauseMovedError):
        amended(markdown, anchor, "Something else", text)
