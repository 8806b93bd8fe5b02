"""Deadlines: those who could act are told once when one has come; nothing is decided by time alone."""

import pytest

from rubrica.domain.calibration_round import ItemChoice
from rubrica.domain.review import ReviewEvent
from rubrica.domain.roles import Role
from rubrica.records.models import Account, ChangeProposal, Job, Review
from rubrica.usecases import assignments, clause_questions, edge_cases, notifications, organisations, reviews, rounds
from rubrica.usecases.jobs import run_next
from rubrica.usecases.pseudonyms import pseudonym
from rubrica.worker.handlers import HANDLERS
from tests.cast import World, evaluate, person, proposed_change, put_to_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def leo(world: World) -> Account:
    """Return a second lead."""
    leo = person("leo")
    organisations.add_project_member(world.project, leo, Role.LEAD, now=world.now)
    return leo


def days_pass(world: World, days: int) -> None:
    now = world.later(days=days)
    while run_next(HANDLERS, lambda: now):
        pass
    assert not Job.objects.filter(state="failed").exists()


def late(account: Account) -> list[tuple[str, str]]:
    rows = notifications.news_of(account)
    return [(row.text, row.path) for row in rows if "still waits" in row.text or "is over" in row.text]


def test_a_case_that_nobody_saw_to_is_told_to_its_owner_and_the_leads_once(world: World, leo: Account):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held
    asked = {"kind": "gap", "question": "Is a seam a fault?"}
    case = edge_cases.raise_case(world.rita, held.public_id, payload=asked, key="ask-it-once", now=world.now).case
    edge_cases.take_over(world.rowan, "audit", 1, now=world.now)
    days_pass(world, 1)
    assert late(world.lena) == []
    days_pass(world, 2)
    days_pass(world, 9)
    rowan = pseudonym(world.project.pk, world.rowan.public_id)
    told = [(f"E-1 was to be seen to by {rowan} until 2026-03-04, and still waits.", "/projects/audit/cases/1/")]
    assert [late(one) for one in (world.rowan, world.lena, leo, world.rita)] == [told, told, told, []]
    case.refresh_from_db()
    assert case.state == "raised"


def test_nobody_is_told_of_what_was_acted_on_in_time(world: World):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held
    put_to_vote(world, held.public_id)
    days_pass(world, 2)  # two days for the triage, which was done at once
    assert late(world.lena) == []
    days_pass(world, 2)
    assert [text for text, _path in late(world.lena)] == [
        "E-1 was to be seen to by Lena until 2026-03-05, and still waits."
    ]


def test_everything_that_waits_is_told_of_when_it_is_late(world: World):
    evaluation = evaluate(world, world.rita).receipt.evaluation
    reviews.flag_evaluation(world.rowan, "audit", evaluation, note="", now=world.now)
    world.rater("ravi")
    rounds.open_round(world.lena, "audit", title="Seams", choice=ItemChoice.SAMPLE, count=1, now=world.now)
    clause_questions.ask_about_clause(world.rita, "audit", "AL-1", text="What?", now=world.now)
    days_pass(world, 8)
    assert sorted(text.partition(" was to be")[0] for text, _path in late(world.lena)) == [
        "Round 1",
        "The question about AL-1",
        "V-1",
    ]


def test_a_proposal_is_not_decided_by_its_deadline(world: World):
    proposal = proposed_change(world)
    world.now = proposal.due_at
    days_pass(world, 1)
    assert [path for _text, path in late(world.lena)] == ["/projects/audit/guideline/proposals/1/"]
    assert ChangeProposal.objects.of(world.project).get().state == "open"


def test_a_rater_hears_that_the_time_for_an_appeal_is_over_and_leads_do_not(world: World):
    evaluation = evaluate(world, world.rita).receipt.evaluation
    reviews.flag_evaluation(world.rowan, "audit", evaluation, note="", now=world.now)
    reviews.decide(world.lena, "audit", 1, reviews.Verdict(ReviewEvent.RETURN, comment="A seam."), now=world.now)
    days_pass(world, 8)
    told = "The time for an appeal in V-1 is over: what was decided stands."
    assert [late(one) for one in (world.rita, world.lena)] == [[(told, "/projects/audit/reviews/1/")], []]
    assert Review.objects.of(world.project).get().state == "returned"
