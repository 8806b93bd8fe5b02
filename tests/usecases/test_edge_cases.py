"""Edge cases: raised while working, voted on blind, discussed and ruled on; every step has an owner and a trace."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from rubrica.domain.edge_case import CaseEvent, CaseState, Likeness
from rubrica.domain.problems import ProblemsError
from rubrica.domain.roles import Role
from rubrica.records.models import AuditEvent, CasePost, CaseStep, CaseVote, EdgeCase, Image, Item, Ruling
from rubrica.usecases import assignments, edge_cases, organisations, rulings
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import (
    ConflictError,
    InvalidInputError,
    KeyReusedError,
    NotAllowedError,
    NotFoundError,
)
from tests.cast import World, build_world, person

pytestmark = pytest.mark.django_db

OPTIONS = ("A fault", "No fault")


@pytest.fixture
def world(db) -> World:
    return build_world(items=6)


def held(world: World, account=None) -> str:
    work = assignments.take_assignments(account or world.rita, "audit", hold=1, now=world.now)
    return work.assignments[0].held.public_id


def asked(question="Is a seam along a mirror a fault?", **changes):
    return {"kind": "gap", "question": question, "answer": "I call it minor", **changes}


def raised(world: World, account=None, *, key="", **changes) -> EdgeCase:
    account = account or world.rita
    assignment = held(world, account)
    payload = asked(**changes)
    key = key or f"key-{payload['question']}"
    return edge_cases.raise_case(account, assignment, payload=payload, key=key, now=world.later(minutes=1)).case


def put_to_vote(world: World, case: EdgeCase, options=OPTIONS) -> EdgeCase:
    return edge_cases.open_vote(world.lena, "audit", case.number, options=options, now=world.later(minutes=1))


def vote(world: World, account, case: EdgeCase, option: int | None = 0, reason=""):
    return edge_cases.vote(account, "audit", case.number, option=option, reason=reason, now=world.later(minutes=1))


def seen_by(world: World, account, case: EdgeCase):
    access = open_project(account, "audit")
    return edge_cases.case_file(access, edge_cases.case_of(access, case.number))


def moves(case: EdgeCase) -> list[str]:
    return [step.event for step in CaseStep.objects.everywhere("a test").filter(case=case).order_by("pk")]


# --- Raising ----------------------------------------------------------------------------------------------------


def test_a_question_is_kept_with_its_place_and_waits_for_a_lead(world: World):
    region = {"image": "a", "shape": "box", "geometry": {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.1}}
    case = raised(world, clause=world_clause(world), criterion="plausibility", code="PHYS.reflection", region=region)

    assert str(case) == "E-1"
    assert (case.kind, case.state, case.owner) == ("gap", CaseState.RAISED, world.lena)
    assert case.due_at is not None
    assert (case.due_at - case.raised_at).days == 2
    assert (case.slot, case.shape, case.geometry) == (0, "box", region["geometry"])
    assert case.guideline == world.guideline
    assert AuditEvent.objects.of(world.project).filter(action="edge_case.raised", subject="E-1").exists()


def world_clause(world: World) -> str:
    return next(line.split()[1] for line in world.guideline.markdown.splitlines() if line.startswith("## "))


def test_work_goes_on_and_the_item_can_still_be_judged(world: World):
    raised(world)
    assert assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).reason == "offered"


def test_the_same_question_sent_again_is_the_same_case(world: World):
    assignment = held(world)
    first = edge_cases.raise_case(world.rita, assignment, payload=asked(), key="a-key-kept", now=world.now)
    again = edge_cases.raise_case(world.rita, assignment, payload=asked(), key="a-key-kept", now=world.now)

    assert (first.is_replay, again.is_replay) == (False, True)
    assert first.case == again.case
    with pytest.raises(KeyReusedError):
        edge_cases.raise_case(world.rita, assignment, payload=asked("Another?"), key="a-key-kept", now=world.now)


def test_a_question_that_does_not_fit_names_every_problem_and_keeps_nothing(world: World):
    payload = {"kind": "odd", "question": " ", "clause": "ZZ-9", "criterion": "no", "code": "NO.such", "more": 1}
    with pytest.raises(ProblemsError) as refusal:
        edge_cases.raise_case(world.rita, held(world), payload=payload, key="key-of-this", now=world.now)

    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {"kind", "question", "clause", "criterion", "code", "more"}
    assert not EdgeCase.objects.of(world.project).exists()


@pytest.mark.parametrize(
    "payload",
    [None, [], "?", {"kind": "gap", "question": "Why?", "region": 3}, {"kind": "gap", "question": "Two\nlines?"}],
)
def test_what_is_no_question_is_refused(world: World, payload):
    with pytest.raises(ProblemsError):
        edge_cases.raise_case(world.rita, held(world), payload=payload, key="key-of-this", now=world.now)


def test_nobody_asks_about_what_another_holds(world: World):
    assignment = held(world)
    ravi = world.rater("ravi")
    with pytest.raises(NotFoundError):
        edge_cases.raise_case(ravi, assignment, payload=asked(), key="key-of-ravi", now=world.now)
    with pytest.raises(NotFoundError):
        edge_cases.raise_case(world.otto, assignment, payload=asked(), key="key-of-otto", now=world.now)


def test_a_flood_of_questions_is_stopped(world: World, monkeypatch):
    monkeypatch.setattr(edge_cases, "MOST_A_DAY", 2)
    raised(world, question="One?")
    raised(world, question="Two?")
    with pytest.raises(ConflictError, match="within a day"):
        raised(world, question="Three?")
    world.later(days=1, minutes=5)
    raised(world, question="Three?")


def test_cases_go_to_the_lead_who_has_fewest(world: World):
    lou = person("lou")
    organisations.add_project_member(world.project, lou, Role.LEAD, now=world.now)
    owners = [raised(world, question=f"Question {number}?").owner for number in range(4)]

    assert owners == [world.lena, lou, world.lena, lou]


# --- The blind vote -----------------------------------------------------------------------------------------------


def test_nobody_sees_a_position_before_voting(world: World):
    ravi = world.rater("ravi")
    case = put_to_vote(world, raised(world))
    vote(world, world.rita, case, 0, "It breaks the reflection")

    before = seen_by(world, ravi, case)
    assert (before.sees_positions, before.positions, before.posts, before.voters) == (False, (), (), 1)
    assert (before.may_vote, before.may_post) == (True, False)
    with pytest.raises(ConflictError, match="Vote first"):
        edge_cases.post(ravi, "audit", case.number, text="I think …", now=world.now)

    vote(world, ravi, case, 1)
    after = seen_by(world, ravi, case)
    assert after.sees_positions
    assert [(position.option, len(position.votes)) for position in after.positions] == [("A fault", 1), ("No fault", 1)]
    assert not after.may_vote


def test_not_even_the_lead_sees_positions_before_voting(world: World):
    case = put_to_vote(world, raised(world))
    vote(world, world.rita, case)

    assert not seen_by(world, world.lena, case).sees_positions
    vote(world, world.lena, case)
    assert seen_by(world, world.lena, case).sees_positions


def test_before_triage_only_who_raised_it_and_those_who_triage_see_the_provisional_answer(world: World):
    ravi = world.rater("ravi")
    case = raised(world)

    assert [seen_by(world, who, case).sees_positions for who in (world.rita, world.rowan, world.lena, ravi)] == [
        True,
        True,
        True,
        False,
    ]


def test_a_vote_is_given_once_and_never_changed(world: World):
    case = put_to_vote(world, raised(world))
    kept = vote(world, world.rita, case, 0)
    with pytest.raises(ConflictError, match="voted"):
        vote(world, world.rita, case, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseVote.objects.of(world.project).filter(pk=kept.pk).update(option=1)


@pytest.mark.parametrize(("option", "reason"), [(2, ""), (-1, ""), (None, ""), (None, "  ")])
def test_a_vote_is_for_one_of_the_answers_or_says_why_for_none(world: World, option, reason):
    case = put_to_vote(world, raised(world))
    with pytest.raises(InvalidInputError):
        vote(world, world.rita, case, option, reason)
    vote(world, world.rita, case, None, "Both are wrong")
    assert seen_by(world, world.rita, case).positions[-1].option == ""


@pytest.mark.parametrize("options", [(), ("One",), ("Same", "same"), tuple("abcdefg"), ("Fine", " ")])
def test_a_vote_has_two_to_six_answers_that_differ(world: World, options):
    case = raised(world)
    with pytest.raises(InvalidInputError):
        put_to_vote(world, case, options)
    assert seen_by(world, world.lena, case).case.state == CaseState.RAISED


def test_a_case_that_is_not_voted_on_takes_no_vote(world: World):
    with pytest.raises(ConflictError, match="not being voted"):
        vote(world, world.rita, raised(world))


def test_what_waits_for_a_vote_is_counted_for_each_person(world: World):
    case = put_to_vote(world, raised(world))
    raised(world, question="Not yet triaged?")
    projects = [world.project, world.others_project]
    counts = [edge_cases.unvoted_cases(who, projects) for who in (world.rita, world.rowan, world.otto)]
    vote(world, world.rita, case)

    assert counts == [{world.project.pk: 1}, {world.project.pk: 1}, {}]
    assert edge_cases.unvoted_cases(world.rita, projects) == {}


# --- The way of a case --------------------------------------------------------------------------------------------


def test_a_case_is_voted_on_discussed_and_ruled_on_with_a_trace(world: World):
    case = put_to_vote(world, raised(world))
    vote(world, world.rita, case)
    edge_cases.close_vote(world.lena, "audit", case.number, now=world.later(minutes=1))
    edge_cases.post(world.rowan, "audit", case.number, text="Mirrors are physics.", now=world.later(minutes=1))
    ruling = decide(world, case)

    settled = seen_by(world, world.rita, case)
    assert (settled.case.state, settled.case.owner, settled.case.due_at) == (CaseState.RULED, None, None)
    assert settled.case.ruling == ruling
    assert moves(case) == [CaseEvent.OPEN_VOTE, CaseEvent.CLOSE_VOTE, CaseEvent.RULE]
    assert [post.text for post in settled.posts] == ["Mirrors are physics."]
    assert not settled.may_post


def decide(world: World, case: EdgeCase, **changes) -> Ruling:
    given = {
        "decision": "A seam is a fault, minor",
        "rationale": "It is seen at a close look only.",
        "reach": "pattern",
        "review_on": world.now.date().replace(year=2027),
        **changes,
    }
    decision = rulings.Decision(**given)
    return rulings.rule(world.lena, "audit", case.number, decision, now=world.later(minutes=1))


def test_whoever_triages_may_answer_merge_and_reopen_and_says_why(world: World):
    case, other = raised(world), raised(world, question="And along a window?")
    edge_cases.answer_case(world.rowan, "audit", case.number, reason="PH-2 says so", now=world.now)
    with pytest.raises(ConflictError, match="answered"):
        edge_cases.close_vote(world.lena, "audit", case.number, now=world.now)
    edge_cases.reopen_case(world.rowan, "audit", case.number, reason="It does not", now=world.later(minutes=1))
    again = seen_by(world, world.lena, case).case
    assert (again.state, again.owner) == (CaseState.RAISED, world.rowan)
    merged = edge_cases.merge_case(world.lena, "audit", other.number, into=case.number, now=world.now)

    assert (merged.state, merged.duplicate_of, merged.owner) == (CaseState.DUPLICATE, case, None)
    assert moves(case) == [CaseEvent.ANSWER, CaseEvent.REOPEN]


def test_what_was_voted_on_is_taken_up_again_in_its_discussion(world: World):
    """A vote is given once, for the answers it was given to: other answers are not put in their place."""
    case = put_to_vote(world, raised(world))
    vote(world, world.rita, case, option=1)
    number = case.number
    edge_cases.answer_case(world.lena, "audit", number, reason="PL-1 says so", now=world.now)
    case = edge_cases.reopen_case(world.lena, "audit", number, reason="It does not", now=world.later(days=1))
    assert (case.state, case.due_at) == ("discussion", world.now + timedelta(days=5))
    with pytest.raises(ConflictError):
        edge_cases.open_vote(world.lena, "audit", number, options=("Something else", "Nothing"), now=world.now)


def test_nothing_is_a_duplicate_of_itself_or_of_a_duplicate(world: World):
    one, two, three = (raised(world, question=f"Question {number}?") for number in range(3))
    edge_cases.merge_case(world.lena, "audit", two.number, into=one.number, now=world.now)
    for into in (three, two):
        with pytest.raises(ConflictError, match="stands for itself"):
            edge_cases.merge_case(world.lena, "audit", three.number, into=into.number, now=world.now)
    edge_cases.merge_case(world.lena, "audit", one.number, into=three.number, now=world.now)

    two.refresh_from_db()
    assert two.duplicate_of == three


def test_a_specialist_neither_triages_nor_rules_and_a_reviewer_does_not_rule(world: World):
    case = raised(world)
    with pytest.raises(NotAllowedError):
        edge_cases.open_vote(world.rita, "audit", case.number, options=OPTIONS, now=world.now)
    decision = rulings.Decision("Yes", "Because", "pattern", world.now.date().replace(year=2027))
    for account in (world.rita, world.rowan):
        with pytest.raises(NotAllowedError):
            rulings.rule(account, "audit", case.number, decision, now=world.now)
    with pytest.raises(NotFoundError):
        rulings.rule(world.otto, "audit", case.number, decision, now=world.now)
    assert seen_by(world, world.lena, case).case.state == CaseState.RAISED


def test_nobody_rules_over_the_heads_of_those_who_vote(world: World):
    case = put_to_vote(world, raised(world))
    with pytest.raises(ConflictError, match="voting"):
        decide(world, case)


def test_somebody_else_can_take_a_case_over_and_the_deadline_stays(world: World):
    case = raised(world)
    taken = edge_cases.take_over(world.rowan, "audit", case.number, now=world.later(hours=5))
    assert (taken.owner, taken.due_at) == (world.rowan, case.due_at)


def test_what_was_said_and_done_is_never_rewritten(world: World):
    case = raised(world)
    edge_cases.post(world.rita, "audit", case.number, text="More of it", now=world.now)
    edge_cases.take_over(world.rowan, "audit", case.number, now=world.now)
    decide(world, case)
    for rows, change in (
        (CasePost.objects.of(world.project), {"text": "x"}),
        (CaseStep.objects.of(world.project), {"reason": "x"}),
        (Ruling.objects.of(world.project), {"decision": "x"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


# --- Alike --------------------------------------------------------------------------------------------------------


def test_duplicates_are_suggested_with_their_reasons(world: World):
    first = raised(world, question="Is a seam along a mirror a fault?", code="PHYS.reflection")
    Item.objects.of(world.project).exclude(pk=first.item_id).update(places_left=0)
    ravi = world.rater("ravi")
    same = raised(world, ravi, question="Mirror shows a seam: fault or not?", code="PHYS.reflection")
    raised(world, question="How many fingers count as too many?", code="ANAT.extra")

    suggested = edge_cases.similar_cases(open_project(world.lena, "audit"), first)
    assert suggested[0].case == same
    assert suggested[0].alike.in_what == (Likeness.ITEM, Likeness.CODE, Likeness.WORDS)


def test_the_same_picture_under_another_key_is_found_by_its_fingerprint(world: World):
    Image.objects.of(world.project).update(fingerprint="00ff00ff00ff00ff")
    first = raised(world, question="Halo?")
    assignments.skip_assignment(world.rita, held(world), reason="other", note="", hold=1, now=world.now)
    second = raised(world, question="Something else entirely?")

    assert first.item != second.item
    suggested = edge_cases.similar_cases(open_project(world.lena, "audit"), second)
    assert [(row.case, row.alike.in_what) for row in suggested] == [(first, (Likeness.IMAGE,))]


# --- Rulings and precedents -----------------------------------------------------------------------------------------


def precedents(world: World, account=None, **sought):
    account = account or world.rita
    return list(rulings.precedents_for(account, held(world, account), **sought).found)


def test_a_ruling_is_a_precedent_at_once_and_credits_who_asked(world: World):
    case = raised(world, code="PHYS.reflection")
    assert precedents(world) == []
    ruling = decide(world, case, criterion="plausibility", code="PHYS.reflection")

    (found,) = precedents(world, codes=["PHYS.reflection"])
    assert found.ruling == ruling
    assert found.ruling.case.raised_by == world.rita
    assert found.alike.in_what == (Likeness.ITEM, Likeness.CODE)


def test_precedents_come_most_alike_first_and_can_be_looked_for_by_words(world: World):
    hands = raised(world, question="Is a sixth finger in the shadow counted?", code="ANAT.extra")
    mirror = raised(world, question="Is a seam along a mirror a fault?", code="PHYS.reflection")
    decide(world, hands, decision="Fingers in shadow count", code="ANAT.extra")
    decide(world, mirror, code="PHYS.reflection")
    assignments.skip_assignment(world.rita, held(world), reason="other", note="", hold=1, now=world.now)

    assert [str(each.ruling) for each in precedents(world, codes=["ANAT.missing"])] == ["R-1", "R-2"]
    assert [str(each.ruling) for each in precedents(world, words="seam mir")] == ["R-2"]
    assert [str(each.ruling) for each in precedents(world, words="a shadow that shows fingers")] == ["R-1"]
    assert precedents(world, words="bokeh") == []
    assert len(precedents(world, codes=["NO.such"])) == 2


def test_a_ruling_on_one_item_is_shown_at_that_item_only(world: World):
    decide(world, raised(world), reach="item")
    assert len(precedents(world)) == 1
    assignments.skip_assignment(world.rita, held(world), reason="other", note="", hold=1, now=world.now)
    assert precedents(world) == []


def test_a_second_ruling_on_the_same_says_how_it_goes_with_the_first(world: World):
    clause = world_clause(world)
    first = decide(world, raised(world, question="One?"), clause=clause)
    second = raised(world, question="Two?")
    with pytest.raises(ConflictError, match="R-1"):
        decide(world, second, clause=clause)
    assert seen_by(world, world.lena, second).case.state == CaseState.RAISED

    decide(world, second, clause=clause, supersedes=first.number)
    assert [str(each.ruling) for each in precedents(world)] == ["R-2"]
    decide(world, raised(world, question="Three?"), clause=clause, stands_beside=True)
    shown = rulings.rulings_of(open_project(world.rita, "audit"), now=world.now)
    assert [(str(row.ruling), row.is_in_force, [str(other) for other in row.conflicts]) for row in shown] == [
        ("R-3", True, ["R-2"]),
        ("R-2", True, ["R-3"]),
        ("R-1", False, []),
    ]


def test_answers_that_differ_for_the_same_item_are_shown_as_a_conflict(world: World):
    decide(world, raised(world, question="One?"), answers={"overall": 2})
    decide(world, raised(world, question="Two?"), answers={"overall": 4})
    shown = rulings.rulings_of(open_project(world.lena, "audit"), now=world.now)
    assert [len(row.conflicts) for row in shown] == [1, 1]


def test_a_ruling_that_does_not_fit_names_every_problem_and_leaves_the_case_open(world: World):
    case = raised(world)
    with pytest.raises(InvalidInputError) as refusal:
        decide(
            world,
            case,
            decision="",
            rationale=" ",
            reach="all",
            clause="ZZ-9",
            criterion="no",
            code="NO.such",
            supersedes=7,
            review_on=world.now.date(),
            answers={"overall": 9, "no": 1},
        )
    fields = {problem.field for problem in refusal.value.problems}
    assert fields == {
        "decision",
        "rationale",
        "reach",
        "clause",
        "criterion",
        "code",
        "supersedes",
        "review_on",
        "answers.overall",
        "answers.no",
    }
    assert seen_by(world, world.lena, case).case.state == CaseState.RAISED
    assert not Ruling.objects.of(world.project).exists()


def test_a_ruling_asks_to_be_looked_at_again_when_its_day_has_come(world: World):
    decide(world, raised(world), review_on=world.now.date().replace(year=2027))
    access = open_project(world.lena, "audit")
    now, later = world.now, world.now.replace(year=2027)
    assert [rulings.rulings_of(access, now=when)[0].is_due for when in (now, later)] == [False, True]
    assert rulings.rulings_of(access, words="mirror", now=now)
    assert not rulings.rulings_of(access, words="bokeh", now=now)
