"""Engagements: access follows them at once, both sides may pause and leave, and silence takes nothing from anybody."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from rubrica.domain.roles import Role
from rubrica.records.models import (
    Account,
    Application,
    Engagement,
    EngagementStep,
    EngagementTerms,
    Notification,
    ProjectMembership,
    TermsAnswer,
)
from rubrica.usecases import (
    account_deletion,
    application_review,
    applications,
    assignments,
    engagement_conduct,
    engagement_terms,
    engagements,
    images,
    organisations,
    own_data,
    projects,
    work_records,
)
from rubrica.usecases.access import open_project
from rubrica.usecases.engagement_steps import current_terms
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import NOON, World, candidate, evaluate
from tests.usecases.applying import accept, applied, offered, opening_with_questions, read, work
from tests.usecases.engaging import (
    EVIDENCE,
    RATE,
    REASON,
    answered,
    decided,
    engaged,
    events_of,
    fresh,
    in_hearing,
    newest_hash,
    offered_terms,
    restricted,
)

pytestmark = pytest.mark.django_db


def take(world: World) -> assignments.Work:
    return assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)


def membership(world: World) -> tuple[bool, bool]:
    row = ProjectMembership.objects.of(world.project).get(account=world.rita)
    return row.is_active, row.takes_work


def news_of(account: Account) -> str:
    return Notification.objects.of_account(account).order_by("-pk").values_list("text", flat=True)[0]


OPEN, CALM, SHUT = (True, True), (True, False), (False, False)


# --- offers ---


def test_a_member_is_offered_terms_and_nothing_changes_until_they_are_accepted(world: World):
    engagement = offered_terms(world)
    assert (engagement.state, engagement.owner, membership(world)) == ("offered", world.rita, OPEN)
    assert "offered terms in Audit" in news_of(world.rita)
    assert list(engagements.waiting_engagements(world.rita)) == [engagement]

    sha256 = newest_hash(world, engagement)
    engagements.accept_own_terms(world.rita, engagement.public_id, sha256=sha256, now=world.later(days=1))
    engagement = fresh(engagement)
    assert (engagement.state, engagement.started_at, engagement.owner, engagement.due_at) == (
        "active",
        world.now,
        None,
        None,
    )
    assert membership(world) == OPEN
    assert events_of(engagement) == ["offer", "accept"]


def test_an_offer_that_nobody_answers_lapses_and_the_member_stays(world: World):
    engagement = offered_terms(world)
    world.later(days=7)
    work(world)
    assert (fresh(engagement).state, membership(world)) == ("not_begun", OPEN)


def test_pause_and_resume(world: World):
    engagement = engaged(world)
    engagements.pause_own(world.rita, engagement.public_id, now=world.now)
    assert (membership(world), take(world).reason) == (CALM, "engagement_paused")
    with pytest.raises(ConflictError, match=r"rater-.* takes it back"):
        engagements.resume(world.lena, "audit", engagement.number, now=world.now)
    engagements.resume_own(world.rita, engagement.public_id, now=world.now)
    assert (membership(world), take(world).reason) == (OPEN, "offered")


def test_for_cause(world: World):
    engagement = engaged(world)
    restricted(world, engagement)
    assert membership(world) == SHUT
    in_hearing(world, engagement)
    assert membership(world) == SHUT
    answered(world, engagement)
    with pytest.raises(NotAllowedError):
        decided(world, engagement, world.lena, ends=True)
    decided(world, engagement, world.omar, ends=True)
    engagement = fresh(engagement)
    assert (engagement.state, engagement.opened_by, engagement.decided_by) == (
        "ended_for_cause",
        world.lena,
        world.omar,
    )
    assert membership(world) == SHUT


# --- terms ---


def test_terms_that_were_not_read_are_not_accepted(world: World):
    engagement = offered_terms(world)
    stale = newest_hash(world, engagement)
    engagements.propose_terms(world.lena, "audit", engagement.number, {**RATE, "rate_minor": 2_000}, now=world.now)
    with pytest.raises(ConflictError, match="changed since"):
        engagements.accept_own_terms(world.rita, engagement.public_id, sha256=stale, now=world.now)
    assert fresh(engagement).state == "offered"
    sha256 = newest_hash(world, engagement)
    engagements.accept_own_terms(world.rita, engagement.public_id, sha256=sha256, now=world.now)
    versions = engagement_terms.terms_versions(fresh(engagement), now=world.now)
    assert [(row.stored.version, row.is_in_force) for row in versions] == [(2, True), (1, False)]
    assert [answer.account for answer in versions[0].answers] == [world.lena, world.rita]
    assert {answer.sha256 for answer in versions[0].answers} == {sha256}


def test_the_old_terms_hold_until_others_are_accepted_and_for_what_was_worked_before(world: World):
    engagement, began = engaged(world), world.now
    world.later(days=3)
    proposal = {**RATE, "rate_minor": 3_000, "valid_from": "2026-03-10T00:00:00Z"}
    stored = engagements.propose_terms(world.lena, "audit", engagement.number, proposal, now=world.now)
    with pytest.raises(ConflictError, match="waits for an answer"):
        engagements.propose_terms(world.lena, "audit", engagement.number, RATE, now=world.now)
    with pytest.raises(ConflictError, match="Your side"):
        engagements.accept_proposed_terms(world.lena, "audit", engagement.number, sha256=stored.sha256, now=world.now)
    assert rate_at(engagement, world.now) == 2_500
    engagements.accept_own_terms(world.rita, engagement.public_id, sha256=stored.sha256, now=world.later(hours=1))
    assert [rate_at(engagement, began), rate_at(engagement, world.now)] == [2_500, 2_500]
    assert rate_at(engagement, world.later(days=7)) == 3_000
    assert rate_at(engagement, began - timedelta(seconds=1)) is None


def rate_at(engagement: Engagement, at) -> int | None:
    terms = current_terms(engagement, at)
    return terms.rate.rate_minor if terms is not None else None


def test_terms_never_begin_in_the_past(world: World):
    engagement = engaged(world)
    past = {**RATE, "valid_from": "2026-03-01T00:00:00Z"}
    with pytest.raises(InvalidInputError) as refusal:
        engagements.propose_terms(world.lena, "audit", engagement.number, past, now=world.now)
    assert [problem.field for problem in refusal.value.problems] == ["valid_from"]
    answer = TermsAnswer.objects.of_account(world.rita).get(account=world.rita)
    with pytest.raises(DatabaseError), transaction.atomic():
        TermsAnswer.objects.create(
            terms=answer.terms,
            kind="accepted",
            account=world.omar,
            at=world.now,
            sha256=answer.sha256,
            holds_from=world.now - timedelta(seconds=1),
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"basis": "day"}, "basis"),
        ({"currency": "EURO"}, "currency"),
        ({"rate_minor": -1}, "rate_minor"),
        ({"rate_minor": 25.5}, "rate_minor"),
        ({"weekly_hours": 169}, "weekly_hours"),
        ({"notice_days": 6}, "notice_days"),
        ({"per": 10}, "per"),
        ({"bonus": 1}, "bonus"),
        ({"valid_from": "2026-12-01T00:00:00Z"}, "valid_from"),
    ],
)
def test_terms_that_cannot_be_offered_name_the_field(world: World, changes, field):
    with pytest.raises(InvalidInputError) as refusal:
        offered_terms(world, **changes)
    assert field in {problem.field for problem in refusal.value.problems}
    assert not Engagement.objects.of(world.project).exists()


def test_a_proposal_that_nobody_answers_lapses(world: World):
    engagement = engaged(world)
    engagements.propose_own_terms(world.rita, engagement.public_id, {**RATE, "rate_minor": 4_000}, now=world.now)
    world.later(days=7)
    work(world)
    newest = engagement_terms.terms_versions(fresh(engagement), now=world.now)[0]
    assert [answer.kind for answer in newest.answers] == ["accepted", "lapsed"]
    assert (newest.is_pending, newest.is_in_force, rate_at(engagement, world.now)) == (False, False, 2_500)
    assert "was not answered in time" in news_of(world.rita)


def test_either_side_takes_its_own_proposal_back_and_refuses_the_others(world: World):
    engagement = engaged(world)
    engagements.propose_own_terms(world.rita, engagement.public_id, RATE, now=world.now)
    with pytest.raises(ConflictError, match="Only the side"):
        engagements.take_terms_back(world.lena, "audit", engagement.number, now=world.now)
    engagements.take_own_terms_back(world.rita, engagement.public_id, now=world.now)
    engagements.propose_terms(world.lena, "audit", engagement.number, RATE, now=world.now)
    engagements.refuse_own_terms(world.rita, engagement.public_id, reason="It is the same.", now=world.now)
    assert fresh(engagement).state == "active"
    kinds = [row.answers[-1].kind for row in engagement_terms.terms_versions(engagement, now=world.now)]
    assert kinds == ["refused", "withdrawn", "accepted"]


def test_terms_answers_and_steps_are_facts(world: World):
    engaged(world)
    for model, forged in (
        (EngagementTerms, {"sha256": "0" * 64}),
        (TermsAnswer, {"kind": "refused"}),
        (EngagementStep, {"reason": "Another."}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.of_account(world.rita).update(**forged)


# --- offers that answer an application ---


@pytest.fixture
def anna(world: World) -> Account:
    return candidate()


@pytest.fixture
def offer(world: World, anna: Account) -> Application:
    return offered(world, applied(world, anna, opening_with_questions(world)))


def test_an_offer_carries_what_the_opening_promises(world: World, offer: Application):
    engagement = applications.offer_of(offer)
    (version,) = engagement_terms.terms_versions(engagement, now=world.now)
    pay = offer.opening.document["pay"]
    rate = version.terms.rate
    assert (rate.rate_minor, rate.currency, rate.basis) == (pay["low"], pay["currency"], pay["basis"])
    assert version.terms.house_rules == engagement_terms.rules_hash()
    with pytest.raises(ConflictError, match="answer it there"):
        engagements.accept_own_terms(offer.account, engagement.public_id, sha256=version.stored.sha256, now=world.now)


def test_less_than_was_announced_cannot_be_offered(world: World, anna: Account):
    application = applied(world, anna, opening_with_questions(world))
    read(world, application, world.lena)
    application_review.shortlist(world.lena, "audit", application.number, now=world.now)
    pay = application.opening.document["pay"]
    less = {**RATE, "basis": pay["basis"], "currency": pay["currency"], "rate_minor": pay["low"] - 1}
    with pytest.raises(InvalidInputError, match="not proposed") as refusal:
        application_review.make_offer(world.lena, "audit", application.number, terms=less, now=world.now)
    assert "as the opening says" in refusal.value.problems[0].allowed
    assert Application.objects.of(world.project).get().state == "shortlisted"


def test_accepting_needs_the_hash_and_begins_the_engagement(world: World, offer: Application, anna: Account):
    with pytest.raises(ConflictError, match="not the terms that you have read"):
        applications.answer_offer(anna, offer.public_id, accepts=True, now=world.now)
    with pytest.raises(NotFoundError):
        open_project(anna, "audit")
    accept(world, offer)
    engagement = fresh(applications.offer_of(offer))
    assert (engagement.state, engagement.started_at) == ("active", world.now)
    assert open_project(anna, "audit").role == Role.SPECIALIST


def test_an_offer_ends_with_its_application(world: World, offer: Application, anna: Account):
    engagement = applications.offer_of(offer)
    world.later(days=7)
    work(world)
    assert (fresh(engagement).state, events_of(engagement)) == ("not_begun", ["offer", "let_lapse"])
    again = offered(world, applied(world, anna, offer.opening))
    applications.answer_offer(anna, again.public_id, accepts=False, now=world.now)
    assert fresh(applications.offer_of(again)).state == "not_begun"


# --- pauses and notice ---


def test_a_pause_runs_out_whoever_made_it(world: World):
    engagement = engaged(world)
    engagements.pause(world.lena, "audit", engagement.number, no_work=True, now=world.now)
    assert (fresh(engagement).reason_code, fresh(engagement).owner, membership(world)) == (
        "no_work",
        world.lena,
        CALM,
    )
    with pytest.raises(ConflictError, match="the project takes it back"):
        engagements.resume_own(world.rita, engagement.public_id, now=world.now)
    world.later(days=30)
    work(world)
    assert (fresh(engagement).state, membership(world)) == ("active", OPEN)


def test_what_is_in_hand_may_be_finished_in_a_pause(world: World):
    engagement = engaged(world)
    held = take(world).assignments[0].held
    engagements.pause_own(world.rita, engagement.public_id, now=world.now)
    desk, again = assignments.desk_and_assignment(world.rita, held.public_id)
    assert (again.state, desk.takes_work) == ("open", False)
    assert [offer.held.public_id for offer in take(world).assignments] == [held.public_id]


def test_notice_ends_after_seven_days_and_the_task_in_hand_may_be_finished(world: World):
    engagement = engaged(world)
    with pytest.raises(InvalidInputError) as refusal:
        engagements.give_notice(
            world.lena, "audit", engagement.number, reason_code="quality", reason="Bad.", now=world.now
        )
    assert [problem.field for problem in refusal.value.problems] == ["reason_code", "reason"]
    engagements.give_notice(world.lena, "audit", engagement.number, reason_code="budget", reason=REASON, now=world.now)
    assert (fresh(engagement).due_at, membership(world)) == (world.now + timedelta(days=7), OPEN)
    world.later(days=7, minutes=-1)
    held = take(world).assignments[0].held
    world.later(minutes=1)
    work(world)
    assert (fresh(engagement).state, fresh(engagement).ended_at, membership(world)) == ("ended", world.now, CALM)
    assert assignments.desk_and_assignment(world.rita, held.public_id)[1].state == "open"
    world.later(days=1)
    work(world)
    assert membership(world) == SHUT
    assert work_records.work_record(world.rita, now=world.now) == []


def test_the_notice_of_the_terms_is_kept(world: World):
    engagement = engaged(world, notice_days=14)
    engagements.give_own_notice(world.rita, engagement.public_id, now=world.now)
    assert fresh(engagement).due_at == world.now + timedelta(days=14)
    with pytest.raises(ConflictError, match=r"rater-\w+ takes it back"):
        engagements.take_notice_back(world.lena, "audit", engagement.number, now=world.now)
    engagements.take_own_notice_back(world.rita, engagement.public_id, now=world.now)
    assert (fresh(engagement).state, fresh(engagement).notice_ends_at) == ("active", None)


def test_a_restriction_does_not_stop_a_notice(world: World):
    engagement = engaged(world, notice_days=30)
    engagements.give_own_notice(world.rita, engagement.public_id, now=world.now)
    ends = world.now + timedelta(days=30)
    restricted(world, engagement)
    engagement_conduct.lift_restriction(world.lena, "audit", engagement.number, reason="A slip.", now=world.now)
    assert (fresh(engagement).state, fresh(engagement).due_at, membership(world)) == ("ending", ends, OPEN)
    world.later(days=31)
    work(world)
    assert (fresh(engagement).state, membership(world)) == ("ended", SHUT)


# --- restriction and hearing ---


def test_a_restriction_closes_images_at_once_and_ends_by_silence(world: World):
    engagement = engaged(world)
    held = take(world).assignments[0]
    images.open_image(world.rita, held.images[0].public_id, "view")
    restricted(world, engagement)
    for look in (
        lambda: images.open_image(world.rita, held.images[0].public_id, "view"),
        lambda: take(world),
        lambda: assignments.desk_and_assignment(world.rita, held.held.public_id),
    ):
        with pytest.raises(NotFoundError):
            look()
    # Monday noon and seven working days: the Wednesday of the next week.
    assert fresh(engagement).due_at == world.now + timedelta(days=9)
    assert engagements.own_engagement(world.rita, engagement.public_id, now=world.now).steps[-1].evidence == [
        {"kind": "note", "reference": "", "text": EVIDENCE[0]["text"]}
    ]
    world.later(days=9)
    work(world)
    assert (fresh(engagement).state, membership(world)) == ("active", OPEN)
    with pytest.raises(ConflictError, match="Open a hearing instead"):
        restricted(world, engagement)
    in_hearing(world, engagement)
    assert membership(world) == OPEN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason_code": "quality"}, "reason_code"),
        ({"reason": "Too short."}, "reason"),
        ({"evidence": []}, "evidence"),
        ({"evidence": [{"kind": "rumour", "text": "?"}]}, "evidence[0].kind"),
        ({"evidence": [{"kind": "note", "text": " "}]}, "evidence[0].text"),
        ({"evidence": [{"kind": "note", "text": "x" * 1_001}]}, "evidence[0].text"),
        ({"evidence": [{"kind": "evaluation", "reference": "nobody's"}]}, "evidence[0].reference"),
        ({"evidence": [{"kind": "claim", "reference": "T-9"}]}, "evidence[0].reference"),
    ],
)
def test_an_accusation_needs_cause_reason_and_evidence(world: World, changes, field):
    engagement = engaged(world)
    for accuse in (restricted, in_hearing):
        with pytest.raises(InvalidInputError) as refusal:
            accuse(world, engagement, **changes)
        assert [problem.field for problem in refusal.value.problems] == [field]
    assert (fresh(engagement).state, membership(world)) == ("active", OPEN)


def test_a_hearing_withholds_work_for_seven_working_days_at_most(world: World):
    engagement = engaged(world)
    in_hearing(world, engagement)
    assert membership(world) == CALM
    assert open_project(world.rita, "audit").role == Role.SPECIALIST
    world.later(days=7)
    work(world)
    assert (fresh(engagement).state, fresh(engagement).owner, membership(world)) == ("deciding", world.omar, CALM)
    world.later(days=2)
    work(world)
    assert (fresh(engagement).state, membership(world)) == ("deciding", OPEN)
    world.later(days=5)
    work(world)
    assert (fresh(engagement).state, membership(world)) == ("active", OPEN)
    assert events_of(engagement)[-3:] == ["open_hearing", "close_answer", "let_reinstate"]
    assert "you are reinstated" in news_of(world.rita)


def test_whoever_accuses_may_close_the_hearing_but_not_end_the_engagement(world: World):
    engagement = engaged(world)
    in_hearing(world, engagement)
    with pytest.raises(ConflictError):
        decided(world, engagement, world.omar, ends=True)
    answered(world, engagement)
    with pytest.raises(InvalidInputError):
        engagement_conduct.decide_hearing(
            world.omar, "audit", engagement.number, ends=True, reason="Because.", now=world.now
        )
    with pytest.raises(NotAllowedError, match="another person"):
        decided(world, engagement, world.lena, ends=True)
    decided(world, engagement, world.lena, ends=False)
    assert (fresh(engagement).state, fresh(engagement).opened_by, membership(world)) == ("active", None, OPEN)


def test_a_restricted_persons_accuser_does_not_decide_the_hearing_of_another(world: World):
    engagement = engaged(world)
    engagement_conduct.restrict(
        world.omar, "audit", engagement.number, reason_code="abuse", reason=REASON, evidence=EVIDENCE, now=world.now
    )
    with pytest.raises(ConflictError, match="nobody else"):
        in_hearing(world, engagement)


def test_an_end_for_cause_leaves_record_and_data(world: World):
    engagement = engaged(world)
    evaluation = evaluate(world, world.rita).receipt.evaluation
    evidence = [{"kind": "evaluation", "reference": evaluation, "text": "Judged in a second."}]
    in_hearing(world, engagement, evidence=evidence)
    answered(world, engagement)
    decided(world, engagement, world.omar, ends=True)
    assert membership(world) == SHUT
    (work_done,) = work_records.work_record(world.rita, now=world.now)
    assert (work_done.entry.role, work_done.entry.first, work_done.entry.evaluations) == (
        "Specialist",
        NOON.date(),
        1,
    )
    assert [row.number for row in engagements.own_engagements(world.rita)] == [1]
    with own_data.export_own_data(world.rita, now=world.now) as file:
        assert file.read()


def test_the_database_refuses_an_end_for_cause_by_one_person_or_without_evidence(world: World):
    engagement = engaged(world)
    ended = {"state": "ended_for_cause", "ended_at": world.now, "reason_code": "fraud", "reason": REASON}
    for forged in (
        {"opened_by": world.lena, "decided_by": world.lena, "evidence_count": 1},
        {"opened_by": world.lena, "decided_by": world.omar, "evidence_count": 0},
        {"opened_by": world.lena, "decided_by": world.rita, "evidence_count": 1},
        {"opened_by": None, "decided_by": world.omar, "evidence_count": 1},
        {"opened_by": world.lena, "decided_by": world.omar, "evidence_count": 1, "reason_code": "budget"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Engagement.objects.of(world.project).update(**{**ended, **forged})
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.of(world.project).update(state="paused")
    with pytest.raises(IntegrityError), transaction.atomic():
        EngagementStep.objects.create(
            engagement=engagement, at=world.now, event="restrict", source="active", target="restricted"
        )


# --- ways round it ---


def test_nobody_is_taken_out_or_back_in_round_the_engagement(world: World):
    engagement = engaged(world)
    member = world.rita.public_id
    for role in (None, Role.REVIEWER):
        with pytest.raises(ConflictError, match="give notice or open a hearing"):
            projects.set_project_role(world.lena, "audit", member, role, now=world.now)
    with pytest.raises(ConflictError, match="give notice or open a hearing"):
        organisations.remove_member(world.omar, "atelier", member, now=world.now)
    restricted(world, engagement)
    with pytest.raises(ConflictError):
        projects.set_project_role(world.lena, "audit", member, Role.SPECIALIST, now=world.now)
    assert membership(world) == SHUT


def test_members_without_terms_are_taken_in_and_out_as_before(world: World):
    projects.set_project_role(world.lena, "audit", world.rita.public_id, None, now=world.now)
    assert membership(world)[0] is False
    projects.set_project_role(world.lena, "audit", world.rita.public_id, Role.SPECIALIST, now=world.now)
    assert membership(world) == OPEN


def test_nobody_leads_ones_own_engagement_and_strangers_see_none(world: World):
    engagement = engaged(world, world.rowan)
    with pytest.raises(NotAllowedError):
        engagements.pause(world.rowan, "audit", engagement.number, now=world.now)
    with pytest.raises(NotFoundError):
        engagements.pause(world.otto, "audit", engagement.number, now=world.now)
    with pytest.raises(NotFoundError):
        engagements.own_engagement(world.rita, engagement.public_id, now=world.now)
    with pytest.raises(NotFoundError):
        engagement_terms.offer_to_member(world.lena, "audit", world.lena.public_id, RATE, now=world.now)


def test_whoever_deletes_the_account_leaves_at_once(world: World):
    engagement = engaged(world)
    in_hearing(world, engagement)
    account_deletion.delete_account(world.rita, confirmed_email="rita@example.org", now=world.later(days=8))
    assert (fresh(engagement).state, membership(world)[0]) == ("ended", False)
