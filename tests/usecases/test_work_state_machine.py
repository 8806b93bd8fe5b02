"""Whatever raters do, in whatever order: the invariants of the queue hold, and the work can always be finished."""

import pytest
from django.db import transaction
from django.db.models import F
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

from rubrica.domain.allocation import FEWEST_BEFORE_REPEATS
from rubrica.records.models import (
    Assignment,
    Evaluation,
    GuidelineDraft,
    GuidelineVersion,
    Item,
    ProjectMembership,
)
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.usecases import acknowledgements, assignments, evaluations, guidelines, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, KeyReusedError
from rubrica.usecases.reevaluation import impact_of_draft
from tests.cast import add_items, audit_answer, build_world, evaluate

RATERS = st.integers(0, 2)


class Work(RuleBasedStateMachine):
    """Three raters, a handful of items, and a clock that sometimes runs past every lease."""

    @initialize(items=st.integers(1, 5), overlap=st.integers(1, 3), repeats=st.sampled_from([0, 20]))
    def open_project(self, items, overlap, repeats):
        # Repeats come to those who have done something: then the first rater has.
        done = FEWEST_BEFORE_REPEATS if repeats else 0
        self.world = build_world(items=items + done, overlap=overlap)
        self.raters = [self.world.rita, self.world.rater("ravi"), self.world.rater("rosa")]
        self.acknowledged = {}
        for _ in range(done):
            receipt = evaluate(self.world, self.world.rita).receipt
            self.acknowledged[receipt.evaluation] = receipt.body_sha256
        projects.change_settings(self.world.lena, self.project().slug, repeat_percent=repeats, now=self.world.now)

    def project(self):
        return self.world.project

    def open_of(self, rater):
        rows = Assignment.objects.of(self.project()).filter(rater=self.raters[rater])
        return list(rows.exclude(state="skipped").order_by("id"))

    @rule(rater=RATERS, hold=st.integers(1, 3))
    def take(self, rater, hold):
        before = Assignment.objects.of(self.project()).filter(rater=self.raters[rater], state="open").count()
        work = assignments.take_assignments(
            self.raters[rater], self.project().slug, hold=hold, now=self.world.later(seconds=1)
        )
        assert len(work.assignments) <= max(hold, before)

    @rule(rater=RATERS, pick=st.integers(0, 9), resend=st.booleans())
    def submit(self, rater, pick, resend):
        held = self.open_of(rater)
        if not held:
            return
        assignment = held[pick % len(held)]
        key = f"key-{assignment.public_id}"
        for _ in range(1 + resend):
            try:
                submission = evaluations.submit_evaluation(
                    self.raters[rater],
                    assignment.public_id,
                    payload=audit_answer(),
                    key=key,
                    hold=1,
                    now=self.world.later(seconds=1),
                )
            except (ConflictError, KeyReusedError):
                return
            self.acknowledged.setdefault(submission.receipt.evaluation, submission.receipt.body_sha256)

    @rule(rater=RATERS, pick=st.integers(0, 9))
    def skip(self, rater, pick):
        held = [row for row in self.open_of(rater) if row.state == "open"]
        if held:
            assignments.skip_assignment(
                self.raters[rater],
                held[pick % len(held)].public_id,
                reason="other",
                note="",
                hold=1,
                now=self.world.later(seconds=1),
            )

    @rule()
    def let_every_lease_run_out(self):
        self.world.later(seconds=self.project().lease_seconds + 1)

    @rule(overlap=st.integers(1, 3))
    def change_the_overlap(self, overlap):
        projects.change_settings(self.world.lena, self.project().slug, overlap=overlap, now=self.world.now)
        self.project().refresh_from_db()

    @rule(count=st.integers(1, 2))
    @precondition(lambda self: Item.objects.of(self.project()).count() < 18)
    def add_more_items(self, count):
        add_items(self.project(), count)

    @rule(change_class=st.sampled_from(ChangeClass.values), which=st.sampled_from(Which.values))
    @precondition(lambda self: GuidelineVersion.objects.of(self.project()).count() < 5)
    def publish(self, change_class, which):
        lena, slug, now = self.world.lena, self.project().slug, self.world.later(seconds=1)
        draft = GuidelineDraft.objects.of(self.project()).get()
        # Under the clause of a question, so that everything judged so far is reached.
        markdown = draft.markdown.replace("## AL-1 Alignment\n", "## AL-1 Alignment\nMore.\n", 1)
        assert markdown != draft.markdown
        guidelines.replace_draft(lena, slug, markdown=markdown, rubric=draft.rubric, now=now)
        impact = impact_of_draft(open_project(lena, slug))
        again = Which(which) if change_class != "editorial" else Which.NONE
        promised = impact.chosen(again, 2)
        before = {item.pk: item.pass_number for item in Item.objects.of(self.project())}
        guidelines.publish_guideline(lena, slug, change_class=ChangeClass(change_class), which=again, sample=2, now=now)
        self.project().refresh_from_db()
        after = Item.objects.of(self.project())
        assert {item.pk for item in after if item.pass_number != before[item.pk]} == set(promised)

    @rule(rater=RATERS)
    def read_what_changed(self, rater):
        newest = GuidelineVersion.objects.of(self.project()).count()
        acknowledgements.acknowledge(
            self.raters[rater], self.project().slug, number=newest, now=self.world.later(seconds=1)
        )

    @invariant()
    def nothing_is_lent_under_a_breaking_change_that_was_not_read(self):
        for rater in self.raters:
            news = acknowledgements.news_for(rater, self.project().pk)
            breaking = [row.number for row in news.versions if row.change_class == "breaking"] if news else []
            assert bool(news and news.blocks) == bool(breaking)
            if breaking:
                lent = Assignment.objects.of(self.project()).filter(rater=rater)
                assert not lent.filter(guideline__number__gte=min(breaking)).exists()

    @invariant()
    def every_evaluation_carries_the_version_its_rater_saw(self):
        rows = Evaluation.objects.of(self.project()).select_related("assignment")
        assert all(row.guideline_id == row.assignment.guideline_id for row in rows)

    @invariant()
    def places_add_up(self):
        """Lent, done and free places make the overlap, or more where it was lowered after the fact."""
        for item in Item.objects.of(self.project()):
            lent = Assignment.objects.of(self.project()).filter(
                item=item, is_repeat=False, pass_number=item.pass_number
            )
            taken = lent.filter(state__in=["open", "submitted"]).count()
            done = Evaluation.objects.of(self.project()).filter(assignment__in=lent, supersedes=None).count()
            assert item.evaluation_count == done
            assert item.places_left == max(0, self.project().overlap - taken), item

    @invariant()
    def no_rater_judges_an_item_twice_in_a_pass_save_once_more_as_a_repeat(self):
        columns = ("item_id", "rater_id", "is_repeat", "assignment__pass_number")
        rows = list(Evaluation.objects.of(self.project()).values_list(*columns))
        assert len(rows) == len(set(rows))
        repeated = [(item, rater) for item, rater, is_repeat, _ in rows if is_repeat]
        assert len(repeated) == len(set(repeated))
        assert set(repeated) <= {(item, rater) for item, rater, is_repeat, _ in rows if not is_repeat}

    @invariant()
    def repeats_are_no_progress(self):
        for membership in ProjectMembership.objects.of(self.project()).filter(role="specialist"):
            first = Evaluation.objects.of(self.project()).filter(rater=membership.account, is_repeat=False)
            assert membership.evaluation_count == first.count()

    @invariant()
    def everything_acknowledged_is_stored_once(self):
        stored = dict(Evaluation.objects.of(self.project()).values_list("public_id", "body_sha256"))
        assert stored == self.acknowledged

    @invariant()
    def nothing_eligible_lies_behind_a_cursor(self):
        for membership in ProjectMembership.objects.of(self.project()).filter(role="specialist"):
            own = Assignment.objects.of(self.project()).filter(rater=membership.account)
            had = own.filter(pass_number=F("item__pass_number")).exclude(state="expired")
            passed = Item.objects.of(self.project()).filter(
                queue_position__lte=membership.queue_cursor, places_left__gt=0
            )
            assert not passed.exclude(pk__in=had.values("item_id")).exists()

    def teardown(self):
        """Whatever happened, three willing raters can finish all that was not skipped."""
        if not hasattr(self, "world"):
            return
        self.world.later(seconds=self.project().lease_seconds + 1)
        for number in range(len(self.raters)):
            self.read_what_changed(number)
        for _ in range(2):
            for rater in self.raters:
                self.finish(rater)
        passed_on = Assignment.objects.of(self.project()).filter(state="skipped", pass_number=F("item__pass_number"))
        skipped = passed_on.values("item_id")
        rest = Item.objects.of(self.project()).filter(places_left__gt=0).exclude(pk__in=skipped)
        assert not rest.exists()

    def finish(self, rater):
        hold = {"hold": 1, "now": self.world.later(seconds=1)}
        work = assignments.take_assignments(rater, self.project().slug, **hold)
        while work.assignments:
            held = work.assignments[0].held
            submission = evaluations.submit_evaluation(
                rater, held.public_id, payload=audit_answer(), key=f"key-{held.public_id}", **hold
            )
            self.acknowledged[submission.receipt.evaluation] = submission.receipt.body_sha256
            work = submission.work


class _InTransaction(Work):
    """The machine, with the database put back after each run."""

    def __init__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        super().__init__()

    def teardown(self):
        try:
            super().teardown()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_the_invariants_of_the_queue_hold_whatever_raters_do():
    """Run random work days, and shrink any that breaks an invariant."""
    run_state_machine_as_test(
        _InTransaction,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
