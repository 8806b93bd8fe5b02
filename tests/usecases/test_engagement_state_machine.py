"""Whatever both sides and the clock do in whatever order, access follows the engagement and nobody loses by silence."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rubrica.domain.engagement import (
    ACCUSING,
    BY_SILENCE,
    ENGAGEMENT_PROCESS,
    Access,
    Cause,
    EngagementState,
    access_of,
    block_ends,
)
from rubrica.domain.roles import Role
from rubrica.records.models import Engagement, EngagementStep, ProjectMembership, TermsAnswer
from rubrica.usecases import assignments, engagement_conduct, engagement_terms, engagements, projects
from rubrica.usecases.engagement_steps import current_terms
from rubrica.usecases.errors import ConflictError, NotAllowedError, NotFoundError
from tests.cast import World, build_world
from tests.usecases.applying import work
from tests.usecases.engaging import EVIDENCE, RATE, REASON, engaged, fresh

pytestmark = pytest.mark.django_db
ENDS = set(EngagementState) - ENGAGEMENT_PROCESS.waiting - {EngagementState.ACTIVE}
OWN = (
    engagements.pause_own,
    engagements.resume_own,
    engagements.give_own_notice,
    engagements.take_own_notice_back,
    engagements.take_own_terms_back,
    engagements.refuse_own_terms,
)
HOSTS = (
    engagements.pause,
    engagements.resume,
    engagements.take_notice_back,
    engagements.take_terms_back,
    engagements.refuse_proposed_terms,
)


class Engaging(RuleBasedStateMachine):
    world: World
    engagement: Engagement

    @initialize()
    def begin(self):
        self.world = build_world(items=2)
        self.engagement = engaged(self.world)
        self.seen: dict[datetime, int | None] = {}

    def tried(self, step, *arguments, **named):
        """Take a step where it is possible; a refusal changes nothing."""
        try:
            with transaction.atomic():
                step(*arguments, **named, now=self.world.now)
        except (ConflictError, NotAllowedError):
            pass

    @property
    def state(self) -> str:
        return fresh(self.engagement).state

    @property
    def place(self):
        return "audit", self.engagement.number

    @rule(step=st.sampled_from(OWN))
    def the_specialist_acts(self, step):
        self.tried(step, self.world.rita, self.engagement.public_id)

    @rule(step=st.sampled_from(HOSTS), by=st.sampled_from(["lena", "omar"]))
    def the_project_acts(self, step, by):
        self.tried(step, getattr(self.world, by), *self.place)

    @rule(by=st.sampled_from(["lena", "omar"]))
    def the_project_gives_notice(self, by):
        host = getattr(self.world, by)
        self.tried(engagements.give_notice, host, *self.place, reason_code="budget", reason=REASON)

    @rule(
        step=st.sampled_from([engagement_conduct.restrict, engagement_conduct.open_hearing]),
        by=st.sampled_from(["lena", "omar"]),
        cause=st.sampled_from([*Cause]),
    )
    def somebody_accuses(self, step, by, cause):
        host = getattr(self.world, by)
        self.tried(step, host, *self.place, reason_code=cause, reason=REASON, evidence=EVIDENCE)

    @rule(by=st.sampled_from(["lena", "omar"]))
    def a_restriction_is_lifted(self, by):
        self.tried(engagement_conduct.lift_restriction, getattr(self.world, by), *self.place, reason="A slip.")

    @rule()
    def the_specialist_answers(self):
        self.tried(engagements.answer_hearing, self.world.rita, self.engagement.public_id, answer="It was not me.")

    @rule(by=st.sampled_from(["lena", "omar"]), ends=st.booleans())
    def somebody_decides(self, by, ends):
        host = getattr(self.world, by)
        self.tried(engagement_conduct.decide_hearing, host, *self.place, ends=ends, reason=REASON)

    @rule(rate=st.integers(1_000, 5_000), days=st.none() | st.integers(0, 20), is_own=st.booleans())
    def somebody_proposes_terms(self, rate, days, is_own):
        moment = self.world.now + timedelta(days=days) if days is not None else None
        valid_from = moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else None
        payload = {**RATE, "rate_minor": rate, "valid_from": valid_from}
        if is_own:
            self.tried(engagements.propose_own_terms, self.world.rita, self.engagement.public_id, payload)
        else:
            self.tried(engagements.propose_terms, self.world.lena, *self.place, payload)

    @rule(is_own=st.booleans())
    def somebody_accepts_terms(self, is_own):
        newest = engagement_terms.terms_versions(fresh(self.engagement), now=self.world.now)[0].stored.sha256
        if is_own:
            self.tried(engagements.accept_own_terms, self.world.rita, self.engagement.public_id, sha256=newest)
        else:
            self.tried(engagements.accept_proposed_terms, self.world.lena, *self.place, sha256=newest)

    @rule()
    def the_specialist_takes_work(self):
        opens = self.opens
        try:
            reason = assignments.take_assignments(self.world.rita, "audit", hold=1, now=self.world.now).reason
        except NotFoundError:
            assert opens in {Access.NOTHING, None}
        else:
            assert (reason == "engagement_paused") is (opens is not Access.WORK)

    @rule(hours=st.sampled_from([1, 24, 24 * 7, 24 * 9, 24 * 12, 24 * 30]))
    def time_passes(self, hours):
        self.world.later(hours=hours)
        work(self.world)

    @precondition(lambda self: self.state in ENDS)
    @rule()
    def the_person_comes_again(self):
        self.world.later(days=2)
        work(self.world)
        projects.set_project_role(
            self.world.lena, "audit", self.world.rita.public_id, Role.SPECIALIST, now=self.world.now
        )
        self.engagement = engaged(self.world)
        self.seen = {}

    @property
    def opens(self) -> Access | None:
        row = fresh(self.engagement)
        is_blocked = row.blocked_until is not None and row.blocked_until > self.world.now
        return access_of(EngagementState(row.state), is_blocked=is_blocked, is_restricted=row.is_restricted)

    @invariant()
    def access_follows_the_engagement(self):
        row = ProjectMembership.objects.of(self.world.project).get(account=self.world.rita)
        if self.state == EngagementState.ENDED and row.is_active:
            assert not row.takes_work
            assert self.world.now < fresh(self.engagement).ended_at + timedelta(
                seconds=self.world.project.lease_seconds
            )
            return
        assert row.is_active is (self.opens is not Access.NOTHING)
        assert not row.is_active or row.takes_work is (self.opens is Access.WORK)

    @invariant()
    def what_waits_has_somebody_and_a_day_that_has_not_passed(self):
        row = fresh(self.engagement)
        if row.state in ENGAGEMENT_PROCESS.waiting:
            assert row.owner is not None
            assert row.due_at > self.world.now
            assert row.state in BY_SILENCE
        else:
            assert (row.owner, row.due_at) == (None, None)

    @invariant()
    def nobody_is_accused_alone_without_evidence_or_blocked_for_longer(self):
        steps = EngagementStep.objects.of(self.world.project).filter(engagement=self.engagement)
        assert all(step.actor_id and step.evidence for step in steps if step.event in ACCUSING)
        row = fresh(self.engagement)
        if row.state == EngagementState.ENDED_FOR_CAUSE:
            last = steps.order_by("-pk").first()
            assert last.actor_id == row.decided_by_id
            assert last.actor_id not in {
                step.actor_id for step in steps if step.event in ACCUSING and step.pk >= self._last_calm(steps)
            }
            assert row.evidence_count >= 1
        if row.blocked_until is not None:
            assert row.blocked_until <= block_ends(row.blocked_at)

    def _last_calm(self, steps) -> int:
        calm = [step.pk for step in steps if step.target == EngagementState.ACTIVE]
        return max(calm, default=0)

    @invariant()
    def what_was_agreed_for_a_moment_stays_so(self):
        for moment, rate in self.seen.items():
            terms = current_terms(self.engagement, moment)
            assert (terms.rate.rate_minor if terms is not None else None) == rate
        now = self.world.now - timedelta(microseconds=1)
        terms = current_terms(self.engagement, now)
        self.seen[now] = terms.rate.rate_minor if terms is not None else None
        answers = TermsAnswer.objects.of(self.world.project).filter(holds_from__isnull=False)
        assert all(answer.holds_from >= answer.at for answer in answers)


def test_access_follows_the_engagement_and_nobody_loses_by_silence():
    class InOneTransaction(Engaging):
        def __init__(self):
            super().__init__()
            self.transaction = transaction.atomic()
            self.transaction.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    run_state_machine_as_test(
        InOneTransaction,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
