"""Calibration rounds: blind until revealed, talked about, judged again, and what that brought."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rubrica.domain.calibration_round import ItemChoice, RoundEvent
from rubrica.domain.gold import Purpose
from rubrica.records.models import CalibrationRound, GuidelineDraft, RoundPost
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import assignments, attempts, evaluations, gold, guidelines, notifications, projects, rounds
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.instance.invariants import invariants
from rubrica.usecases.reports import project_report
from rubrica.usecases.reports.rounds import round_results
from tests.cast import World, audit_answer, build_world, judge_all

pytestmark = pytest.mark.django_db

BEFORE = {"rita": (5, 4, 5, 4), "remy": (4, 5, 4, 5), "rosa": (5, 5, 4, 4)}
AFTER = {"rita": (5, 4, 5, 4), "remy": (5, 4, 5, 4), "rosa": (5, 4, 5, 5)}


@pytest.fixture
def world(db) -> World:
    """Eight items, four of which are complete, and three specialists."""
    world = build_world(items=4, overlap=1)
    world.people = {"rita": world.rita, "remy": world.rater("remy"), "rosa": world.rater("rosa")}
    judge_all(world, world.rita, lambda _item, _shown: audit_answer(5))
    return world


def open_round(world: World, count: int = 4, **changes) -> CalibrationRound:
    settings = {"title": "Seams", "choice": ItemChoice.SAMPLE, "count": count, **changes}
    return rounds.open_round(world.lena, "audit", **settings, now=world.now)


def move(world: World, event: RoundEvent, by=None) -> CalibrationRound:
    return rounds.move_round(by or world.lena, "audit", 1, event, now=world.now)


def judge(world: World, name: str, levels, most: int = 4) -> None:
    """Let somebody judge what the round asks for: one level on all scales for each item, in the order of their ids."""
    by_item = dict(zip(sorted(item.pk for item in world.items), levels, strict=True))
    for _ in range(most):
        held = assignments.take_assignments(world.people[name], "audit", hold=1, now=world.now).assignments[0].held
        assert held.pass_number >= 10_000
        evaluations.submit_evaluation(
            world.people[name],
            held.public_id,
            payload=audit_answer(by_item[held.item_id], explanation=f"I see what I see, says {name}."),
            key=f"key-{held.public_id}",
            hold=0,
            now=world.later(seconds=20),
        )


def judge_everybody(world: World, levels=BEFORE) -> None:
    for name in levels:
        judge(world, name, levels[name])


def file(world: World, person=None):
    return rounds.round_file(open_project(person or world.lena, "audit"), 1)


def results(world: World, criterion: str = "overall"):
    found = round_results(world.project, CalibrationRound.objects.of(world.project).get())
    return next(row for row in found.criteria if row.id == criterion)


def test_a_round_goes_from_blind_answers_through_talk_to_a_lift(world: World):
    opened = open_round(world)
    assert (opened.owner, opened.due_at) == (world.lena, world.now + timedelta(days=5))
    judge_everybody(world)
    assert [(row.account.name, row.done) for row in file(world).participants] == [("Remy", 4), ("Rita", 4), ("Rosa", 4)]
    move(world, RoundEvent.REVEAL)
    rounds.post_in_round(world.rita, "audit", 1, 0, text="The seam is on the left.", now=world.now)
    assert [post.text for post in file(world, world.people["remy"]).posts] == ["The seam is on the left."]
    move(world, RoundEvent.JUDGE_AGAIN)
    judge_everybody(world, AFTER)
    closed = move(world, RoundEvent.CLOSE)
    assert (closed.state, closed.owner) == ("closed", None)
    row = results(world)
    assert row.before is not None
    assert row.after is not None
    assert row.after.value > row.before.value
    assert row.lift is not None
    assert row.lift.value == pytest.approx(row.after.value - row.before.value)
    assert all(finding.level == "ok" for finding in invariants())


def test_nobody_sees_an_answer_before_it_is_revealed_the_lead_included(world: World):
    open_round(world)
    judge_everybody(world)
    for person in (world.lena, world.rowan, world.rita):
        assert not file(world, person).sees_answers
    client = Client()
    client.force_login(world.lena)
    text = client.get("/projects/audit/rounds/1/").content.decode()
    assert "Nobody sees what the others answered" in text
    assert "says remy" not in text
    assert "says remy" not in client.get(f"/projects/audit/items/{world.items[0].public_id}/").content.decode()
    move(world, RoundEvent.REVEAL)
    text = client.get("/projects/audit/rounds/1/").content.decode()
    assert "says remy" in text
    client.force_login(world.rita)
    text = client.get("/projects/audit/rounds/1/").content.decode()
    assert "says remy" in text
    assert "Remy" not in text


def test_who_has_not_judged_everything_sees_nothing_when_it_is_revealed_and_is_free_for_work(world: World):
    open_round(world)
    judge(world, "rita", BEFORE["rita"])
    judge(world, "remy", BEFORE["remy"])
    judge(world, "rosa", BEFORE["rosa"], most=2)
    move(world, RoundEvent.REVEAL)
    rosa = world.people["rosa"]
    assert not file(world, rosa).sees_answers
    assert file(world, world.rita).sees_answers
    with pytest.raises(ConflictError, match="Talk begins"):
        rounds.post_in_round(rosa, "audit", 1, 0, text="What was it?", now=world.now)
    held = assignments.take_assignments(rosa, "audit", hold=1, now=world.now)
    assert all(offer.held.pass_number == 1 for offer in held.assignments)


def test_a_round_needs_two_who_have_judged_everything(world: World):
    open_round(world)
    judge(world, "rita", BEFORE["rita"])
    with pytest.raises(ConflictError, match="it takes 2 to compare"):
        move(world, RoundEvent.REVEAL)
    assert file(world).round.state == "judging"
    judge(world, "remy", BEFORE["remy"])  # nothing was ended by the refusal
    assert move(world, RoundEvent.REVEAL).state == "discussion"


def test_a_round_closed_with_half_the_answers_is_revealed_to_those_who_gave_them(world: World):
    open_round(world)
    judge(world, "rita", BEFORE["rita"])
    judge(world, "remy", BEFORE["remy"])
    judge(world, "rosa", BEFORE["rosa"], most=2)
    closed = move(world, RoundEvent.CLOSE)
    assert (closed.state, closed.revealed_at) == ("closed", world.now)
    assert [file(world, world.people[name]).sees_answers for name in BEFORE] == [True, True, False]
    row = results(world)
    assert row.before is not None
    assert row.after is None
    told = [one.path for one in notifications.news_of(world.rita) if "see how the others judged" in one.text]
    assert told == ["/projects/audit/rounds/1/"]
    # Nobody is held up by it: Rosa goes on with other work.
    held = assignments.take_assignments(world.people["rosa"], "audit", hold=1, now=world.now)
    assert all(offer.held.pass_number == 1 for offer in held.assignments)


def test_a_round_closed_with_half_the_answers_says_on_its_page_what_each_may_see(world: World):
    open_round(world)
    judge(world, "rita", BEFORE["rita"])
    judge(world, "remy", BEFORE["remy"])
    judge(world, "rosa", BEFORE["rosa"], most=2)
    pages = {}
    client = Client()
    client.force_login(world.lena)
    client.post("/projects/audit/rounds/1/close/")
    for name, person in {**world.people, "lena": world.lena}.items():
        client.force_login(person)
        pages[name] = client.get("/projects/audit/rounds/1/").content.decode()
    assert ["says remy" in pages[name] for name in ("lena", "rita", "rosa")] == [True, True, False]
    assert "shown to those who judged everything before" in pages["rosa"]
    assert "Say it" not in pages["rita"]


def test_a_round_closed_before_two_can_compare_shows_nothing_to_anybody(world: World):
    open_round(world)
    judge(world, "rita", BEFORE["rita"])
    closed = move(world, RoundEvent.CLOSE)
    assert (closed.state, closed.revealed_at) == ("closed", None)
    assert [file(world, one).sees_answers for one in (world.rita, world.lena)] == [False, False]


def test_what_is_judged_again_is_blind_until_the_round_is_closed(world: World):
    open_round(world)
    judge_everybody(world)
    move(world, RoundEvent.REVEAL)
    move(world, RoundEvent.JUDGE_AGAIN)
    judge(world, "remy", AFTER["remy"])
    judge(world, "rosa", AFTER["rosa"], most=2)
    for person in (world.rita, world.lena):
        assert file(world, person).stages == (1,)
        client = Client()
        client.force_login(person)
        page = client.get("/projects/audit/rounds/1/").context
        assert [entry["after"] for entry in page["items"]] == [None] * 4
    assert results(world).after is None
    judge(world, "rita", AFTER["rita"])
    # Half of them have judged again: those are compared.
    move(world, RoundEvent.CLOSE)
    assert file(world, world.rita).stages == (1, 2)
    assert results(world).after is not None


def test_another_version_closes_a_round_so_that_it_compares_answers_under_one(world: World):
    open_round(world)
    judge(world, "rita", BEFORE["rita"])
    judge(world, "remy", BEFORE["remy"])
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown = f"{draft.markdown}\nOne more line.\n"
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=draft.rubric, now=world.now)
    guidelines.publish_guideline(world.lena, "audit", change_class=ChangeClass.EDITORIAL, now=world.now)
    closed = file(world).round
    assert (closed.state, closed.revealed_at) == ("closed", world.now)
    assert file(world, world.rita).sees_answers
    assert "Seams was closed: version 2 of the guideline is in force." in [
        row.text for row in notifications.news_of(world.lena)
    ]
    with pytest.raises(ConflictError):
        move(world, RoundEvent.JUDGE_AGAIN)


def test_what_is_answered_in_a_round_counts_in_no_report(world: World):
    before = project_report(open_project(world.lena, "audit")).counts.evaluations
    open_round(world)
    judge_everybody(world)
    assert project_report(open_project(world.lena, "audit")).counts.evaluations == before
    assert attempts.own_attempts(open_project(world.rita, "audit")) == []


def test_those_with_a_test_in_hand_take_no_part_and_keep_it(world: World):
    for item in world.items[:3]:
        gold.make_gold(world.lena, "audit", item.public_id, answers={"overall": 5}, now=world.now)
    rosa = world.people["rosa"]
    attempts.order_attempt(world.lena, "audit", rosa.public_id, Purpose.QUALIFICATION, 3, now=world.now)
    open_round(world)
    assert [row.account.name for row in file(world).participants] == ["Remy", "Rita"]
    with pytest.raises(NotFoundError):
        rounds.round_file(open_project(rosa, "audit"), 1)


def test_items_on_which_raters_differ_can_be_chosen():
    world = build_world(items=3)
    world.rater("rosa")
    with pytest.raises(ConflictError, match="differ on"):
        rounds.open_round(world.lena, "audit", title="A", choice=ItemChoice.DISPUTED, count=3, now=world.now)


@pytest.mark.parametrize("changes", [{"count": 0}, {"count": 31}, {"title": " "}])
def test_a_round_that_cannot_be_is_refused(world: World, changes):
    with pytest.raises(InvalidInputError):
        open_round(world, **changes)
    assert not CalibrationRound.objects.of(world.project).exists()


def test_steps_follow_the_table_and_only_leads_take_them(world: World):
    open_round(world)
    with pytest.raises(ConflictError):
        move(world, RoundEvent.JUDGE_AGAIN)
    with pytest.raises(NotAllowedError):
        move(world, RoundEvent.CLOSE, by=world.rowan)
    assert move(world, RoundEvent.CLOSE).state == "closed"
    with pytest.raises(ConflictError):
        move(world, RoundEvent.REVEAL)


def test_what_was_said_is_never_changed(world: World):
    open_round(world)
    judge_everybody(world)
    move(world, RoundEvent.REVEAL)
    rounds.post_in_round(world.rowan, "audit", 1, 0, text="Look again.", now=world.now)
    with pytest.raises(InvalidInputError):
        rounds.post_in_round(world.rowan, "audit", 1, 0, text=" ", now=world.now)
    with pytest.raises(NotFoundError):
        rounds.post_in_round(world.rowan, "audit", 1, 9, text="Where?", now=world.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundPost.objects.of(world.project).update(text="Otherwise")


def test_the_whole_round_runs_from_the_pages(world: World):
    client = Client()
    client.force_login(world.lena)
    assert "There has been no round yet" in client.get("/projects/audit/rounds/").content.decode()
    client.post("/projects/audit/rounds/open/", {"title": "Seams", "choice": "sample", "count": "4"})
    judge_everybody(world)
    client.post("/projects/audit/rounds/1/reveal/")
    client.post("/projects/audit/rounds/1/0/say/", {"text": "The seam is on the left."})
    text = client.get("/projects/audit/rounds/1/").content.decode()
    assert "The seam is on the left." in text
    client.post("/projects/audit/rounds/1/judge-again/")
    judge_everybody(world, AFTER)
    client.post("/projects/audit/rounds/1/close/")
    text = client.get("/projects/audit/rounds/1/").content.decode()
    assert "After it" in text
    assert client.post("/projects/audit/rounds/1/burn/").status_code == 404


def test_the_page_of_a_round_costs_the_same_with_one_item_and_rater_as_with_four_items_and_three(world: World):
    client = Client()
    client.force_login(world.lena)

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/projects/audit/rounds/{number}/").status_code == 200
        return len(counted)

    open_round(world)
    judge_everybody(world)
    move(world, RoundEvent.REVEAL)
    queries(1)
    many = queries(1)
    move(world, RoundEvent.CLOSE)
    rosa = world.people["rosa"]
    projects.set_project_role(world.lena, "audit", rosa.public_id, None, now=world.now)
    open_round(world, count=1, title="Hands")
    for name in ("rita", "remy"):
        judge(world, name, (5, 5, 5, 5), most=1)
    rounds.move_round(world.lena, "audit", 2, RoundEvent.REVEAL, now=world.now)

    assert queries(2) == many
