"""Screenings: applicants show what is asked, see nothing else of the project, and are paid for what takes long."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rubrica.domain.roles import Role
from rubrica.domain.screening import Part
from rubrica.records.models import (
    Account,
    Application,
    Attempt,
    ItemImage,
    Notification,
    ProjectMembership,
    ScreeningAnswer,
    ScreeningCredit,
    StoredOpening,
)
from rubrica.usecases import (
    account_deletion,
    application_review,
    applications,
    assignments,
    attempts,
    edge_cases,
    evaluations,
    gold,
    images,
    openings,
    projects,
    screening,
    screening_plan,
    screening_steps,
    screening_texts,
    workbench,
)
from rubrica.usecases.access import open_project, visible_projects
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import World, build_world, candidate, declare_fit
from tests.usecases.applying import accept, offered, work
from tests.usecases.screening_cast import (
    RATIONALE,
    RIGHT,
    WRONG,
    anchors,
    answer,
    checks,
    judge,
    opening_of,
    row_of,
    screened,
    screens,
    spend,
    writing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db) -> World:
    return build_world(items=20)


@pytest.fixture
def anna(world: World) -> Account:
    return candidate()


def fresh(application: Application) -> Application:
    return Application.objects.everywhere("a test").select_related("opening", "project").get(pk=application.pk)


def membership_of(world: World, account: Account) -> ProjectMembership:
    return ProjectMembership.objects.of(world.project).get(account=account)


def credits_of(account: Account) -> list[int]:
    return list(ScreeningCredit.objects.of_account(account).order_by("pk").values_list("seconds", flat=True))


def parts_of(world: World, account: Account, application: Application) -> dict[Part, bool]:
    own = screening.own_screening(account, application.public_id, now=world.now)
    return {each.part: each.is_done for each in own.parts}


# --- what a project asks ---


def test_a_project_that_asks_for_nothing_has_applications_read_at_once(world: World, anna: Account):
    application = screened(world, anna, opening_of(world))

    assert application.state == "under_review"
    assert not ProjectMembership.objects.of(world.project).filter(account=anna).exists()
    with pytest.raises(NotFoundError):
        screening.own_screening(anna, application.public_id, now=world.now)


def test_a_screening_has_an_end_that_leaves_half_of_the_time_for_reading(world: World, anna: Account):
    screens(world)
    application = screened(world, anna, opening_of(world))

    assert (application.state, application.owner) == ("screening", anna)
    assert application.due_at == world.now + timedelta(days=5)
    assert application.decide_by == world.now + timedelta(days=10)


def test_questions_cite_a_clause_and_know_what_is_right(world: World):
    bad = [{"text": "?", "choices": ["Yes"], "right": [4], "clause": "XX-9"}, *checks(world)[1:]]
    with pytest.raises(InvalidInputError) as refusal:
        screening_plan.change_screening(world.lena, "audit", is_on=True, questions=bad, writing=None, now=world.now)
    assert {problem.field for problem in refusal.value.problems} == {
        "questions[0].choices",
        "questions[0].right",
        "questions[0].clause",
    }
    with pytest.raises(InvalidInputError, match="not changed"):
        screening_plan.change_screening(
            world.lena, "audit", is_on=True, questions=checks(world)[:2], writing=None, now=world.now
        )
    with pytest.raises(InvalidInputError) as nothing:
        screening_plan.change_screening(world.lena, "audit", is_on=True, questions=[], writing=None, now=world.now)
    assert nothing.value.problems[0].field == "is_on"
    with pytest.raises(NotAllowedError):
        screening_plan.change_screening(world.rowan, "audit", is_on=False, questions=[], writing=None, now=world.now)


def test_a_writing_task_shows_no_gold_of_the_test(world: World):
    screens(world, tests=3)
    item = world.items[1].key
    task = writing(world, prompts=[{"text": "Why?", "item": item}, {"text": "Why?", "item": "no-such"}])
    with pytest.raises(InvalidInputError) as refusal:
        screening_plan.change_screening(world.lena, "audit", is_on=True, questions=[], writing=task, now=world.now)
    assert [(row.field, row.problem) for row in refusal.value.problems] == [
        ("writing.prompts[0].item", "is gold of the test"),
        ("writing.prompts[1].item", "is not known"),
    ]


# --- reading ---


def test_a_wrong_answer_shows_its_clause_and_is_given_again(world: World, anna: Account):
    screens(world, writes=True)
    application = screened(world, anna, opening_of(world))
    chosen = {0: (0,), 1: (1,), 2: (0,)}

    asked = screening.answer_questions(anna, application.public_id, chosen, now=world.now)
    assert [(each.is_right, each.clause.anchor if each.clause else None) for each in asked] == [
        (True, None),
        (False, anchors(world)[1]),
        (False, anchors(world)[2]),
    ]
    with pytest.raises(InvalidInputError) as refusal:
        screening.answer_questions(anna, application.public_id, {1: (0, 1)}, now=world.now)
    assert [problem.field for problem in refusal.value.problems] == ["answers[1]", "answers[2]"]
    asked = screening.answer_questions(anna, application.public_id, {0: (2,), 1: (0,), 2: (1, 0)}, now=world.now)
    assert [(each.is_right, each.tries) for each in asked] == [(True, 1), (True, 2), (True, 2)]
    assert parts_of(world, anna, application) == {Part.READING: True, Part.WRITING: False}


def test_what_was_answered_cannot_be_rewritten(world: World, anna: Account):
    screens(world)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application, right=False)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ScreeningAnswer.objects.of(world.project).update(is_right=True)


def test_once_everything_is_done_the_application_is_read(world: World, anna: Account):
    screens(world)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application, right=False)
    assert fresh(application).state == "screening"
    answer(world, anna, application)

    assert fresh(application).state == "under_review"
    assert fresh(application).due_at == application.decide_by
    with pytest.raises(ConflictError, match="The screening is over"):
        screening.answer_questions(anna, application.public_id, {}, now=world.now)


# --- practice and test ---


def test_practice_and_test_follow_the_reading(world: World, anna: Account):
    screens(world, tests=4, practice=2)
    application = screened(world, anna, opening_of(world))
    with pytest.raises(ConflictError, match="Read the guideline"):
        screening.begin_items(anna, application.public_id, now=world.now)
    answer(world, anna, application)

    assert screening.begin_items(anna, application.public_id, now=world.now).purpose == "practice"
    judge(world, anna, RIGHT)
    assert parts_of(world, anna, application) == {Part.READING: True, Part.PRACTICE: True, Part.TEST: True}
    assert fresh(application).state == "under_review"
    report = screening.own_screening(anna, application.public_id, now=world.now).reports[0]
    assert (report.attempt.state, report.total.right, report.answered) == ("passed", 16, 4)


def test_whoever_is_screened_gets_the_items_of_the_test_and_no_others(world: World, anna: Account):
    screens(world, tests=3)
    application = screened(world, anna, opening_of(world))
    assert assignments.take_assignments(anna, "audit", hold=5, now=world.now).reason == "screened"
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)

    taken = assignments.take_assignments(anna, "audit", hold=5, now=world.now)
    assert {each.held.item_id for each in taken.assignments} == {item.pk for item in world.items[1:4]}
    judge(world, anna, RIGHT)
    last = assignments.take_assignments(anna, "audit", hold=5, now=world.now)
    assert (last.assignments, last.reason) == ((), "screened")


def test_a_retake_before_its_day_is_refused_with_the_day(world: World, anna: Account):
    screens(world, tests=3, retake_days=3)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    judge(world, anna, WRONG)

    own = screening.own_screening(anna, application.public_id, now=world.now)
    assert own.reports[0].attempt.state == "failed"
    assert own.retake_from is not None
    assert fresh(application).state == "screening"
    with pytest.raises(ConflictError, match=f"again from {own.retake_from:%Y-%m-%d}"):
        screening.begin_items(anna, application.public_id, now=world.now)
    world.later(days=3)
    screening.begin_items(anna, application.public_id, now=world.now)
    judge(world, anna, RIGHT)
    assert fresh(application).state == "under_review"


def test_a_retake_whose_day_comes_later_can_be_taken_while_the_application_is_read(world: World, anna: Account):
    screens(world, tests=3, retake_days=7)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    judge(world, anna, WRONG)
    assert fresh(application).state == "under_review"
    with pytest.raises(ConflictError, match="again from"):
        screening.begin_items(anna, application.public_id, now=world.now)
    world.later(days=7)

    screening.begin_items(anna, application.public_id, now=world.now)
    judge(world, anna, RIGHT)
    reports = screening.own_screening(anna, application.public_id, now=world.now).reports
    assert [report.attempt.state for report in reports] == ["passed", "failed"]
    with pytest.raises(ConflictError, match="passed"):
        screening.begin_items(anna, application.public_id, now=world.now)


def test_when_the_time_is_over_what_there_is_is_read(world: World, anna: Account):
    screens(world, tests=3, writes=True)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    held = assignments.take_assignments(anna, "audit", hold=1, now=world.now).assignments[0].held
    screening_texts.save_texts(anna, application.public_id, ["A beginning.", ""], now=world.now)
    world.later(days=4, hours=23)
    work(world)
    assert fresh(application).state == "screening"
    world.later(hours=1)
    work(world)

    assert fresh(application).state == "under_review"
    attempt = Attempt.objects.of(world.project).get(account=anna)
    assert (attempt.state, attempt.ended_at) == ("failed", world.now)
    report = screening.own_screening(anna, application.public_id, now=world.now).reports[0]
    assert (report.answered, report.total.right, report.total.n) == (0, 0, 12)
    assert row_of(application).texts == ["A beginning.", ""]
    assert assignments.take_assignments(anna, "audit", hold=1, now=world.now).assignments == ()
    with pytest.raises(ConflictError):
        assignments.renew_assignment(anna, held.public_id, now=world.now)
    with pytest.raises(ConflictError, match="over"):
        screening_texts.hand_in_texts(anna, application.public_id, [RATIONALE, RATIONALE], now=world.now)


def test_one_may_hand_in_what_one_has(world: World, anna: Account):
    screens(world, tests=3)
    application = screened(world, anna, opening_of(world))

    assert screening.hand_in(anna, application.public_id, now=world.now).state == "under_review"
    with pytest.raises(ConflictError, match="The time for the test is over"):
        screening.begin_items(anna, application.public_id, now=world.now)
    with pytest.raises(ConflictError, match="over"):
        screening.hand_in(anna, application.public_id, now=world.now)


def test_whoever_failed_by_a_void_item_alone_has_passed_and_is_told(world: World, anna: Account):
    screens(world, tests=3, retake_days=0, pass_percent=40)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    while held := assignments.take_assignments(anna, "audit", hold=1, now=world.now).assignments:
        said = WRONG if held[0].held.item_id != world.items[1].pk else RIGHT
        key = held[0].held.public_id
        evaluations.submit_evaluation(anna, key, payload=said, key=f"key-{key}", hold=0, now=world.later(seconds=20))
    work(world)
    assert fresh(application).state == "screening"
    for number in (2, 3):
        attempts.void_gold(world.lena, "audit", number, reason="Two ways to see it.", now=world.now)
    work(world)

    assert fresh(application).state == "under_review"
    told = Notification.objects.of_account(anna).order_by("pk").values_list("text", flat=True)
    assert "A gold item of your test was void: you have passed." in told


# --- writing ---


def test_texts_are_kept_while_they_are_written_and_handed_in_once(world: World, anna: Account):
    screens(world, writes=True)
    application = screened(world, anna, opening_of(world))
    problems = screening_texts.save_texts(anna, application.public_id, ["One", "x\x00"], now=world.now)
    assert [problem.field for problem in problems] == ["texts[1]"]
    screening_texts.save_texts(anna, application.public_id, ["One", "Two"], now=world.now)
    assert [text for _prompt, _images, text in screening_texts.own_writing(anna, application.public_id).prompts] == [
        "One",
        "Two",
    ]
    with pytest.raises(ConflictError, match="Read the guideline"):
        screening_texts.hand_in_texts(anna, application.public_id, [RATIONALE, RATIONALE], now=world.now)
    answer(world, anna, application)
    with pytest.raises(InvalidInputError) as refusal:
        screening_texts.hand_in_texts(anna, application.public_id, [RATIONALE, "Too short."], now=world.now)
    assert [str(problem) for problem in refusal.value.problems] == ["texts[1]: has 2 words; allowed: 60 words or more"]
    screening_texts.hand_in_texts(anna, application.public_id, [RATIONALE, RATIONALE], now=world.now)
    assert fresh(application).state == "under_review"
    with pytest.raises(ConflictError):
        screening_texts.save_texts(anna, application.public_id, ["", ""], now=world.now)


# --- access ---


def test_whoever_is_screened_sees_nothing_else_of_the_project(world: World, anna: Account):
    screens(world, tests=3, writes=True)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    taken = assignments.take_assignments(anna, "audit", hold=1, now=world.now).assignments[0]

    assert list(visible_projects(anna)) == []
    with pytest.raises(NotFoundError):
        open_project(anna, "audit")
    with pytest.raises(NotFoundError):
        projects.progress_of(open_project(anna, "audit"))
    with pytest.raises(NotFoundError):
        attempts.practise(anna, "audit", now=world.now)
    payload = {"kind": "gap", "question": "Is it?"}
    with pytest.raises(NotAllowedError):
        edge_cases.raise_case(anna, taken.held.public_id, payload=payload, key="key-of-mine-0001", now=world.now)
    assert workbench.open_workbench(anna, "audit", now=world.now).version == world.guideline
    assert images.open_image(anna, taken.images[0].public_id, "view").public_id == taken.images[0].public_id
    written_about = ItemImage.objects.of(world.project).get(item=world.items[0]).image
    assert images.open_image(anna, written_about.public_id, "view") == written_about
    another = ItemImage.objects.of(world.project).get(item=world.items[9]).image
    with pytest.raises(NotAllowedError):
        images.open_image(anna, another.public_id, "view")
    with pytest.raises(NotAllowedError):
        images.open_image(anna, taken.images[0].public_id, "original")


def test_the_team_does_not_learn_who_is_screened(world: World, anna: Account):
    screens(world, tests=3)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    judge(world, anna, RIGHT)
    access = open_project(world.lena, "audit")

    assert anna not in {member.account for member in projects.project_members(access)}
    assert attempts.attempts_of(access) == []


def test_who_has_nothing_to_write_about_sees_no_image_but_those_that_are_lent(world: World, anna: Account):
    screens(world, tests=3)
    screened(world, anna, opening_of(world))
    image = ItemImage.objects.of(world.project).get(item=world.items[0]).image

    with pytest.raises(NotAllowedError):
        images.open_image(anna, image.public_id, "view")


@pytest.mark.parametrize("end", ["withdraw", "close", "expire"])
def test_access_ends_with_the_application(world: World, anna: Account, end: str):
    screens(world, tests=3)
    opening = opening_of(world)
    application = screened(world, anna, opening)
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    held = assignments.take_assignments(anna, "audit", hold=1, now=world.now).assignments[0]
    match end:
        case "withdraw":
            applications.withdraw_application(anna, application.public_id, now=world.now)
        case "close":
            openings.close_opening(world.lena, "audit", opening.number or 0, now=world.now)
        case _:
            world.later(days=11)
            work(world)

    assert not membership_of(world, anna).is_active
    with pytest.raises(NotFoundError):
        assignments.take_assignments(anna, "audit", hold=1, now=world.now)
    with pytest.raises(NotFoundError):
        images.open_image(anna, held.images[0].public_id, "view")
    assert not Attempt.objects.of(world.project).filter(account=anna, state="open").exists()


def test_whoever_is_accepted_works_without_another_test(world: World, anna: Account):
    screens(world, tests=3)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    screening.begin_items(anna, application.public_id, now=world.now)
    judge(world, anna, RIGHT)
    accept(world, offered(world, fresh(application)))

    member = membership_of(world, anna)
    assert (member.role, member.is_active, member.must_pass) == (Role.SPECIALIST, True, False)
    assert assignments.take_assignments(anna, "audit", hold=1, now=world.now).reason == "offered"


def test_whoever_is_accepted_without_a_test_works_too(world: World, anna: Account):
    screens(world)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    accept(world, offered(world, fresh(application)))
    assert assignments.take_assignments(anna, "audit", hold=1, now=world.now).reason == "offered"


def test_a_former_specialist_is_one_again_in_the_record_after_a_screening(world: World, anna: Account):
    screens(world)
    former = world.rater("anton")
    declare_fit(former)
    projects.set_project_role(world.lena, "audit", former.public_id, None, now=world.now)
    application = screened(world, former, opening_of(world))
    assert membership_of(world, former).role == Role.APPLICANT
    applications.withdraw_application(former, application.public_id, now=world.now)
    member = membership_of(world, former)
    assert (member.role, member.is_active) == (Role.SPECIALIST, False)


# --- what is paid ---


def test_forty_minutes_of_screening_give_a_credit_of_twenty_five(world: World, anna: Account):
    screens(world)
    opening = opening_of(world)
    application = screened(world, anna, opening)
    spend(world, anna, 40)
    answer(world, anna, application)

    (credit,) = ScreeningCredit.objects.of_account(anna)
    pay = opening.document["pay"]
    assert (credit.seconds, credit.total_seconds) == (25 * 60, 40 * 60)
    assert (credit.rate_minor, credit.currency, credit.opening) == (pay["low"], pay["currency"], opening)
    assert credit.amount is not None
    assert credit.amount.minor == round(pay["low"] * 25 / 60)
    work(world)
    world.later(hours=2)
    work(world)
    assert credits_of(anna) == [25 * 60]


@pytest.mark.parametrize("result", ["withdraw", "decline", "expire", "delete"])
def test_the_credit_stands_whatever_the_result(world: World, anna: Account, result: str):
    screens(world)
    application = screened(world, anna, opening_of(world))
    spend(world, anna, 20)
    match result:
        case "withdraw":
            applications.withdraw_application(anna, application.public_id, now=world.now)
        case "delete":
            account_deletion.delete_account(anna, confirmed_email=anna.email, now=world.now)
            assert row_of(application).texts == []
        case "decline":
            screening.hand_in(anna, application.public_id, now=world.now)
            note = application_review.read_application
            note(world.lena, "audit", application.number, "no", note="No.", now=world.now)
            reason = "The questions on the guideline were left unanswered by you."
            refusal = application_review.Refusal("screening", reason, "Reading", world.now.date())
            application_review.decline_application(world.lena, "audit", application.number, refusal, now=world.now)
        case _:
            world.later(days=11)
            work(world)
            assert fresh(application).state == "expired_no_decision"
    assert credits_of(anna) == [5 * 60]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ScreeningCredit.objects.of_account(anna).update(seconds=1)


def test_the_unpaid_part_is_counted_once_over_all_attempts_for_an_opening(world: World, anna: Account):
    screens(world)
    opening = opening_of(world)
    for place in range(3):
        application = screened(world, anna, opening)
        spend(world, anna, 10, session=f"reading-{place}")
        applications.withdraw_application(anna, application.public_id, now=world.now)
        world.later(hours=2)
        work(world)

    assert credits_of(anna) == [5 * 60, 10 * 60]
    assert screening_steps.credited_seconds(anna, opening) == 15 * 60


def test_time_in_the_project_outside_a_screening_is_none_of_it(world: World, anna: Account):
    screens(world)
    opening = opening_of(world)
    application = screened(world, anna, opening)
    spend(world, anna, 10)
    answer(world, anna, application)
    spend(world, anna, 30, session="later")
    applications.withdraw_application(anna, application.public_id, now=world.now)
    assert credits_of(anna) == []
    assert screening_steps.seconds_worked(anna, opening, now=world.now) == 10 * 60


def test_an_opening_that_is_paid_by_item_gives_the_rate_of_its_own_estimate(world: World, anna: Account):
    screens(world)
    pay = {"basis": "item", "currency": "USD", "low": 50, "high": 80, "per": 1}
    application = screened(world, anna, opening_of(world, pay=pay, minutes_per_item=4))
    row = row_of(application)
    assert (row.rate_minor, row.currency) == (750, "USD")


def test_the_way_is_told_before_it_begins(world: World, anna: Account):
    screens(world, tests=3, practice=2, writes=True)
    application = screened(world, anna, opening_of(world, minutes_per_item=2))
    minutes = row_of(application).minutes
    assert (minutes["practice"], minutes["test"], minutes["writing"]) == (4, 6, 10)
    assert minutes["reading"] > 3
    assert isinstance(application.opening, StoredOpening)
    assert gold.plan_of(world.project).test_items == 3
