"""Applications: nobody waits longer than promised, nobody is declined without a reason, and appeals go to others."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from rubrica.domain.application import UNDECIDED, ApplicationEvent
from rubrica.domain.roles import Role
from rubrica.records.models import (
    Account,
    Application,
    ApplicationMessage,
    ApplicationReading,
    ApplicationStep,
    Job,
    Notification,
    ProjectMembership,
    StoredOpening,
)
from rubrica.usecases import (
    account_deletion,
    application_forms,
    application_review,
    applications,
    leaving,
    openings,
    organisations,
)
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.response_records import FEWEST_ANSWERED, public_record, response_record
from tests.cast import NOON, World, candidate, declare_fit, person
from tests.usecases.applying import (
    ANSWERS,
    QUESTIONS,
    REASON,
    accept,
    applied,
    declined,
    offered,
    opening_with_questions,
    read,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def opening(world: World) -> StoredOpening:
    return opening_with_questions(world)


@pytest.fixture
def anna(opening: StoredOpening) -> Account:
    return candidate()


def fresh(application: Application) -> Application:
    return Application.objects.everywhere("a test").get(pk=application.pk)


def events_of(application: Application) -> list[str]:
    steps = ApplicationStep.objects.of(application.project).filter(application=application)
    return list(steps.order_by("pk").values_list("event", flat=True))


def news_of(account: Account) -> list[str]:
    return list(Notification.objects.of_account(account).order_by("pk").values_list("text", flat=True))


# --- the form ---


def test_a_lead_writes_the_questions(world: World, opening: StoredOpening):
    assert [question.id for question in application_forms.questions_of(opening)] == ["why", "screen", "work"]
    with pytest.raises(InvalidInputError) as refusal:
        application_forms.replace_questions(world.lena, "audit", 1, [{"kind": "film", "text": "?"}], now=NOON)
    assert [problem.field for problem in refusal.value.problems] == ["questions[0].kind"]
    with pytest.raises(NotAllowedError):
        application_forms.replace_questions(world.rita, "audit", 1, [], now=NOON)
    with pytest.raises(NotFoundError):
        application_forms.replace_questions(world.lena, "audit", 9, [], now=NOON)


def test_a_closed_opening_asks_nothing_new(world: World, opening: StoredOpening):
    openings.close_opening(world.lena, "audit", 1, now=NOON)
    with pytest.raises(ConflictError, match="closed"):
        application_forms.replace_questions(world.lena, "audit", 1, [], now=NOON)


# --- drafts ---


def test_a_draft_keeps_what_can_be_taken_and_names_the_rest(world: World, opening: StoredOpening, anna: Account):
    draft, problems = applications.save_draft(anna, opening.public_id, {"why": "Six", "work": "htt"}, now=world.now)

    assert (draft.answers, [problem.field for problem in problems]) == ({"why": "Six"}, ["answers.work"])
    again, problems = applications.save_draft(anna, opening.public_id, ANSWERS, now=world.later(minutes=1))
    assert (again.pk, again.answers, problems) == (draft.pk, ANSWERS, ())
    assert again.saved_at == world.now
    applying = applications.apply_to(anna, opening.public_id, now=world.now)
    assert (applying.application, applying.refusal) == (again, "")


def test_nobody_else_sees_a_draft(world: World, opening: StoredOpening, anna: Account):
    draft, _problems = applications.save_draft(anna, opening.public_id, ANSWERS, now=world.now)
    access = open_project(world.lena, "audit")

    assert list(application_review.applications_of(access)) == []
    with pytest.raises(NotFoundError):
        application_review.application_file(access, draft.number)
    with pytest.raises(NotFoundError):
        applications.own_application(world.rita, draft.public_id)
    with pytest.raises(ConflictError, match="Submit the application first"):
        applications.write_to_project(anna, draft.public_id, text="Hello", now=world.now)


def test_a_draft_that_is_left_for_30_days_is_withdrawn(world: World, opening: StoredOpening, anna: Account):
    draft, _problems = applications.save_draft(anna, opening.public_id, ANSWERS, now=world.now)
    world.later(days=29, hours=23)
    work(world)
    assert fresh(draft).state == "draft"
    world.later(hours=1)
    work(world)
    assert fresh(draft).state == "withdrawn"
    assert news_of(world.lena) == []


# --- submitting ---


def test_an_application_has_somebody_who_sees_to_it_and_a_day_for_the_decision(
    world: World, opening: StoredOpening, anna: Account
):
    application = applied(world, anna, opening)

    assert application.state == "under_review"
    assert application.owner == world.lena
    assert application.due_at == application.decide_by == world.now + timedelta(days=10)
    assert application.questions == [{"choices": [], "is_required": True, **row} for row in QUESTIONS]
    assert events_of(application) == ["submit", "begin_review"]
    assert news_of(world.lena) == ["A-1 for Image evaluation specialist waits to be read."]


def test_an_opening_may_promise_to_decide_sooner(world: World):
    opening = opening_with_questions(world, decision_days=3)

    assert applied(world, candidate(), opening).decide_by == world.now + timedelta(days=3)


def test_what_has_to_be_answered_is_asked_for(world: World, opening: StoredOpening, anna: Account):
    with pytest.raises(InvalidInputError) as refusal:
        applications.submit_application(anna, opening.public_id, {"screen": "Perhaps"}, now=world.now)

    assert [problem.field for problem in refusal.value.problems] == ["answers.why", "answers.screen"]
    assert not Application.objects.of(world.project).exists()


def test_whoever_is_not_eligible_hears_it_in_the_words_of_the_list(world: World, opening: StoredOpening):
    nobody = person("nobody")
    refusal = applications.apply_to(nobody, opening.public_id, now=world.now).refusal

    assert "It asks for English at B2, which your profile does not name." in refusal
    for act in (applications.save_draft, applications.submit_application):
        with pytest.raises(ConflictError) as error:
            act(nobody, opening.public_id, ANSWERS, now=world.now)
        assert str(error.value) == refusal


def test_nobody_applies_after_the_closing(world: World, anna: Account, opening: StoredOpening):
    applications.save_draft(anna, opening.public_id, ANSWERS, now=world.now)
    world.now = opening.closes_at
    with pytest.raises(ConflictError, match="Applications closed on"):
        applications.submit_application(anna, opening.public_id, ANSWERS, now=world.now)


def test_nobody_applies_twice(world: World, anna: Account, opening: StoredOpening):
    applied(world, anna, opening)
    with pytest.raises(ConflictError, match="You have applied already: A-1 is under review"):
        applied(world, anna, opening)
    row = Application.objects.of(world.project).get()
    row.pk, row.number, row.public_id = None, 2, "x" * 22
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_who_is_part_of_the_project_has_nothing_to_apply_for(world: World, opening: StoredOpening):
    declare_fit(world.rita)
    with pytest.raises(ConflictError, match="part of this project already"):
        applied(world, world.rita, opening)


# --- reading and deciding ---


def test_readers_see_answers_and_neither_name_nor_country(world: World, opening: StoredOpening, anna: Account):
    application = applied(world, anna, opening)
    for reader in (world.rowan, world.lena, world.omar):
        file = application_review.application_file(open_project(reader, "audit"), application.number)
        assert file.name == "Applicant 1"
        assert file.application.answers == ANSWERS
        assert file.may_read
    with pytest.raises(NotAllowedError):
        application_review.applications_of(open_project(world.rita, "audit"))


def test_nobody_sees_what_others_made_of_it_before_saying_so(world: World, opening: StoredOpening, anna: Account):
    application = applied(world, anna, opening)
    read(world, application, world.rowan, "borderline")
    lena = open_project(world.lena, "audit")
    before = application_review.application_file(lena, 1)

    assert (before.readings, before.hidden_readings, before.wants_reading) == ((), 1, True)
    assert before.events == frozenset()
    read(world, application, world.lena)
    after = application_review.application_file(lena, 1)
    assert [row.verdict for row in after.readings] == ["borderline", "yes"]
    assert after.events == {ApplicationEvent.SHORTLIST, ApplicationEvent.DECLINE}


def test_who_decides_has_read_it_and_a_borderline_one_is_read_by_two(
    world: World, opening: StoredOpening, anna: Account
):
    application = applied(world, anna, opening)
    with pytest.raises(ConflictError, match="Read the application first"):
        application_review.shortlist(world.lena, "audit", 1, now=world.now)
    read(world, application, world.lena, "borderline")
    with pytest.raises(ConflictError, match="somebody else has to read it"):
        application_review.shortlist(world.lena, "audit", 1, now=world.now)
    read(world, application, world.rowan)
    assert application_review.shortlist(world.lena, "audit", 1, now=world.now).state == "shortlisted"
    assert fresh(application).due_at == application.decide_by


def test_one_reads_once_and_says_why(world: World, opening: StoredOpening, anna: Account):
    application = applied(world, anna, opening)
    with pytest.raises(InvalidInputError) as refusal:
        application_review.read_application(world.lena, "audit", 1, "perhaps", note=" ", now=world.now)
    assert [problem.field for problem in refusal.value.problems] == ["verdict", "note"]
    read(world, application, world.lena)
    with pytest.raises(ConflictError, match="You have read this application"):
        read(world, application, world.lena)


def test_a_refusal_says_everything_that_is_owed(world: World, opening: StoredOpening, anna: Account):
    application = declined(world, applied(world, anna, opening))

    assert application.state == "declined"
    assert (application.owner, application.due_at) == (anna, world.now + timedelta(days=7))
    own = applications.own_application(anna, application.public_id)
    assert (own.application.reason, own.application.criterion) == (REASON, "Cites rules")
    assert own.events == {ApplicationEvent.APPEAL}
    assert "was declined. You see why" in news_of(anna)[-1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "No."}, "reason"),
        ({"reason_code": ""}, "reason_code"),
        ({"criterion": ""}, "criterion"),
        ({"reapply_from": None}, "reapply_from"),
        ({"reapply_from": date(2020, 1, 1)}, "reapply_from"),
    ],
)
def test_a_refusal_that_owes_something_is_not_made(world: World, opening, anna, change, field):
    application = applied(world, anna, opening)
    with pytest.raises(InvalidInputError) as refusal:
        declined(world, application, **change)

    assert [problem.field for problem in refusal.value.problems] == [field]
    assert fresh(application).state == "under_review"


@pytest.mark.parametrize(
    "change", [{"reason": "x" * 39}, {"criterion": ""}, {"reason_code": ""}, {"reapply_from": None}]
)
def test_the_database_refuses_a_refusal_that_owes_something(world: World, opening, anna, change):
    application = declined(world, applied(world, anna, opening))
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.of(world.project).filter(pk=application.pk).update(**change)


def test_one_may_apply_again_from_the_day_that_was_given(world: World, opening: StoredOpening, anna: Account):
    again = world.now.date() + timedelta(days=5)
    declined(world, applied(world, anna, opening), reapply_from=again)
    world.later(days=4)
    with pytest.raises(ConflictError, match=f"You may apply again from {again}"):
        applied(world, anna, opening)
    world.later(days=1)
    assert applied(world, anna, opening).number == 2


# --- the clock ---


def test_nobody_is_undecided_after_ten_days(world: World, opening: StoredOpening, anna: Account):
    waiting = applied(world, anna, opening)
    shortlisted = applied(world, candidate("berta"), opening)
    read(world, shortlisted, world.lena)
    application_review.shortlist(world.lena, "audit", shortlisted.number, now=world.later(days=9))
    world.later(hours=23)
    work(world)
    assert {fresh(waiting).state, fresh(shortlisted).state} == {"under_review", "shortlisted"}
    world.later(hours=1)
    with pytest.raises(ConflictError, match="The time for this was over"):
        declined(world, waiting)
    work(world)
    assert {fresh(waiting).state, fresh(shortlisted).state} == {"expired_no_decision"}
    assert not Application.objects.of(world.project).filter(state__in=UNDECIDED).exists()
    assert "Nobody decided on your application" in news_of(anna)[-1]
    assert news_of(world.lena)[-1] == "A-2: no decision in time."
    record = response_record(world.project)
    assert (record.decided, record.undecided, record.total) == (0, 2, 2)
    assert applied(world, anna, opening).state == "under_review"


def test_an_offer_stands_for_seven_days(world: World, opening: StoredOpening, anna: Account):
    application = offered(world, applied(world, anna, opening))
    world.later(days=7)
    with pytest.raises(ConflictError, match="was over"):
        accept(world, application)
    work(world)
    assert fresh(application).state == "offer_expired"
    assert response_record(world.project).decided == 1


def test_an_accepted_offer_gives_access_at_once(world: World, opening: StoredOpening, anna: Account):
    application = offered(world, applied(world, anna, opening))
    with pytest.raises(NotFoundError):
        open_project(anna, "audit")
    world.later(days=1)
    accept(world, application)

    assert open_project(anna, "audit").role == Role.SPECIALIST
    assert application_review.application_file(open_project(world.lena, "audit"), 1).name.startswith("rater-")
    assert application_review.application_file(open_project(world.omar, "audit"), 1).name == "Anna"
    assert applications.own_application(anna, application.public_id).events == frozenset()
    work(world)
    assert fresh(application).state == "accepted"


def test_a_declined_offer_gives_none(world: World, opening: StoredOpening, anna: Account):
    application = offered(world, applied(world, anna, opening))

    assert (
        applications.answer_offer(anna, application.public_id, accepts=False, now=world.now).state == "offer_declined"
    )
    assert not ProjectMembership.objects.of(world.project).filter(account=anna).exists()


def test_a_closed_opening_tells_those_who_wait_and_keeps_its_offers(world: World, opening, anna):
    offer = offered(world, applied(world, anna, opening))
    waiting = applied(world, candidate("berta"), opening)
    draft, _problems = applications.save_draft(candidate("carla"), opening.public_id, {}, now=world.now)
    openings.close_opening(world.lena, "audit", 1, now=world.later(days=1))

    assert [fresh(row).state for row in (offer, waiting, draft)] == ["offered", "job_closed", "job_closed"]
    assert "was closed before anybody decided" in news_of(waiting.account)[-1]
    assert accept(world, offer).state == "accepted"


def test_one_may_withdraw_until_it_is_decided(world: World, opening: StoredOpening, anna: Account):
    application = applied(world, anna, opening)
    applications.withdraw_application(anna, application.public_id, now=world.now)
    with pytest.raises(ConflictError, match="is withdrawn"):
        applications.withdraw_application(anna, application.public_id, now=world.now)

    assert response_record(world.project).total == 0
    assert applied(world, anna, opening).number == 2


# --- appeals ---


def test_another_person_decides_an_appeal(world: World, opening: StoredOpening, anna: Account):
    application = declined(world, applied(world, anna, opening))
    applications.appeal_decision(anna, application.public_id, reason="I cite PL-1 in it.", now=world.later(days=6))

    assert fresh(application).owner == world.omar
    with pytest.raises(NotAllowedError, match="You declined this application"):
        application_review.decide_application_appeal(world.lena, "audit", 1, uphold=True, reason="x", now=world.now)
    assert application_review.application_file(open_project(world.lena, "audit"), 1).events == frozenset()
    with pytest.raises(InvalidInputError):
        application_review.decide_application_appeal(world.omar, "audit", 1, uphold=False, reason="No.", now=world.now)
    upheld = application_review.decide_application_appeal(
        world.omar, "audit", 1, uphold=True, reason="It does.", now=world.now
    )
    assert (upheld.state, upheld.due_at) == ("under_review", world.now + timedelta(days=10))
    assert (upheld.reason, upheld.decided_at) == ("", None)
    assert REASON in ApplicationStep.objects.of(world.project).values_list("reason", flat=True)


def test_a_dismissed_appeal_is_the_end(world: World, opening: StoredOpening, anna: Account):
    application = declined(world, applied(world, anna, opening))
    applications.appeal_decision(anna, application.public_id, reason="I cite PL-1 in it.", now=world.now)
    dismissed = application_review.decide_application_appeal(
        world.omar, "audit", 1, uphold=False, reason=REASON, now=world.now
    )

    assert (dismissed.state, dismissed.owner, dismissed.due_at) == ("closed", None, None)
    assert application_review.application_file(open_project(world.omar, "audit"), 1).events == frozenset()


def test_without_an_appeal_a_refusal_stands_after_seven_days(world: World, opening: StoredOpening, anna: Account):
    application = declined(world, applied(world, anna, opening))
    world.later(days=7)
    with pytest.raises(ConflictError, match="was over"):
        applications.appeal_decision(anna, application.public_id, reason="Late.", now=world.now)
    work(world)
    assert fresh(application).state == "closed"


def test_an_appeal_that_nobody_decides_within_five_working_days_is_upheld(world: World, opening, anna):
    application = declined(world, applied(world, anna, opening))
    # NOON is a Monday: five working days later it is Monday again.
    applications.appeal_decision(anna, application.public_id, reason="I do.", now=world.now)
    world.later(days=6, hours=23)
    work(world)
    assert fresh(application).state == "appealed"
    world.later(hours=1)
    work(world)
    assert fresh(application).state == "under_review"


def test_an_appeal_about_a_closed_opening_that_is_upheld_says_that_it_is_closed(world: World, opening, anna):
    application = declined(world, applied(world, anna, opening))
    applications.appeal_decision(anna, application.public_id, reason="I do.", now=world.now)
    openings.close_opening(world.lena, "audit", 1, now=world.now)
    application_review.decide_application_appeal(world.omar, "audit", 1, uphold=True, reason="Yes.", now=world.now)

    assert fresh(application).state == "job_closed"


def test_one_appeals_with_a_reason_and_not_beside_a_new_application(world: World, opening, anna):
    application = declined(world, applied(world, anna, opening))
    with pytest.raises(InvalidInputError):
        applications.appeal_decision(anna, application.public_id, reason=" ", now=world.now)
    applied(world, anna, opening)
    with pytest.raises(ConflictError, match="applied for this opening anew"):
        applications.appeal_decision(anna, application.public_id, reason="I do.", now=world.now)


def test_where_nobody_else_could_decide_an_appeal_waits_for_whoever_founded_the_project(world: World, opening, anna):
    organisations.remove_member(world.petra, "atelier", world.omar.public_id, now=world.now)
    application = declined(world, applied(world, anna, opening))
    with pytest.raises(ConflictError, match="nobody else in this project who could decide"):
        applications.appeal_decision(anna, application.public_id, reason="I do.", now=world.now)


# --- messages ---


def test_both_sides_write_after_the_submission(world: World, opening: StoredOpening, anna: Account):
    application = applied(world, anna, opening)
    applications.write_to_project(anna, application.public_id, text="When may I begin?", now=world.now)
    application_review.write_to_applicant(world.lena, "audit", 1, text="On Monday.", now=world.later(minutes=1))
    with pytest.raises(InvalidInputError):
        application_review.write_to_applicant(world.lena, "audit", 1, text=" ", now=world.now)

    texts = [message.text for message in applications.own_application(anna, application.public_id).messages]
    assert texts == ["When may I begin?", "On Monday."]
    assert [
        row.text for row in application_review.application_file(open_project(world.lena, "audit"), 1).messages
    ] == texts
    # Those who only read see no messages: they could say who it is.
    assert application_review.application_file(open_project(world.rowan, "audit"), 1).messages == ()
    # What is in a message stands in no mail.
    assert not any("Monday" in text or "begin" in text for text in [*news_of(anna), *news_of(world.lena)])


# --- facts ---


@pytest.mark.parametrize("model", [ApplicationStep, ApplicationReading, ApplicationMessage])
def test_what_happened_cannot_be_rewritten(world: World, opening: StoredOpening, anna: Account, model):
    application = applied(world, anna, opening)
    read(world, application, world.lena)
    applications.write_to_project(anna, application.public_id, text="Hello", now=world.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.of(world.project).update(at=NOON)


def test_a_deleted_account_leaves_no_answers_and_nothing_that_waits(world: World, opening, anna):
    application = applied(world, anna, opening)
    account_deletion.delete_account(anna, confirmed_email=anna.email, now=world.now)

    assert (fresh(application).answers, fresh(application).state) == ({}, "withdrawn")


def test_outsiders_see_nothing(world: World, opening: StoredOpening, anna: Account):
    application = applied(world, anna, opening)
    with pytest.raises(NotFoundError):
        application_review.read_application(world.otto, "audit", 1, "yes", note="x", now=world.now)
    with pytest.raises(NotFoundError):
        applications.withdraw_application(world.otto, application.public_id, now=world.now)


def test_lists_cost_the_same_for_one_and_three(world: World, opening, anna, django_assert_num_queries):
    access = open_project(world.lena, "audit")
    applied(world, anna, opening)
    with django_assert_num_queries(1):
        [
            (row.opening.title, row.owner, application_review.shown_name(access, row))
            for row in application_review.applications_of(access)
        ]
    for name in ("berta", "carla"):
        applied(world, candidate(name), opening)
    with django_assert_num_queries(1):
        [
            (row.opening.title, row.owner, application_review.shown_name(access, row))
            for row in application_review.applications_of(access)
        ]
    assert application_review.waiting_for(world.lena, [world.project]) == {world.project.pk: 3}
    assert applications.waiting_applications(anna) == []


def test_an_opening_from_elsewhere_has_its_own_page(world: World, anna: Account):
    with pytest.raises(NotFoundError):
        applications.apply_to(anna, "x" * 22, now=world.now)


def test_the_record_of_answers_is_the_median_of_what_happened(world: World, opening: StoredOpening, anna: Account):
    first, second = applied(world, anna, opening), applied(world, candidate("berta"), opening)
    world.later(days=2)
    declined(world, first)
    world.later(days=2)
    declined(world, second)
    record = response_record(world.project)

    assert (record.decided, record.undecided, record.waiting, record.median_days) == (2, 0, 0, 3.0)


def test_everybody_sees_how_an_opening_and_its_organisation_answer_once_there_are_enough(
    world: World, opening: StoredOpening, anna: Account
):
    other = opening_with_questions(world, title="Another one of the same")
    people = [anna, *(candidate(f"person{number}") for number in range(1, FEWEST_ANSWERED))]
    several = [applied(world, each, opening) for each in people[:-1]]
    applied(world, people[-1], other)
    world.later(days=2)
    for application in several:
        declined(world, application)
    before = public_record(opening)
    assert before is not None
    assert (before.opening.decided, before.opening.tells, before.organisation.waiting) == (4, False, 1)
    world.later(days=8)
    work(world)
    record = public_record(opening)

    assert record is not None
    assert (record.opening.tells, record.organisation.tells) == (False, True)
    assert (record.organisation.undecided_percent, record.organisation.median_days) == (20.0, 2.0)


def test_a_deadline_that_was_acted_on_does_nothing(world: World, opening: StoredOpening, anna: Account):
    application = applied(world, anna, opening)
    applications.withdraw_application(anna, application.public_id, now=world.now)
    world.later(days=40)
    work(world)

    assert fresh(application).state == "withdrawn"
    assert not Job.objects.filter(state="failed").exists()


def test_who_leaves_hands_over_applications_and_appeals_and_keeps_the_own(world: World, opening, anna):
    leo = person("leo")
    organisations.add_project_member(world.project, leo, Role.LEAD, now=world.now)
    waiting = applied(world, anna, opening)
    Application.objects.of(world.project).update(owner=world.lena)
    leaving.deactivate_account(world.petra, world.lena, now=world.now)
    assert Application.objects.of(world.project).get(pk=waiting.pk).owner == leo

    read(world, waiting, leo, "no")
    refusal = application_review.Refusal("answers", REASON, "Cites rules", world.now.date())
    application_review.decline_application(leo, "audit", waiting.number, refusal, now=world.now)
    leaving.deactivate_account(world.petra, anna, now=world.now)
    assert Application.objects.of(world.project).get(pk=waiting.pk).owner == anna
