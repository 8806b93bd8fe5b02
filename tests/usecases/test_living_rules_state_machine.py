"""Whatever people do while the rules change: blind stays blind, versions stay apart, and everything waits for somebody.

Two raters, a reviewer and two leads work, ask, vote, judge in rounds, review, appeal, propose and publish, join, leave
and change roles, and days pass. After every step the invariants below are asked of the database and of the very
functions that pages and API show things with.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rubrica.domain.calibration_round import ROUND_PROCESS, ItemChoice, RoundState
from rubrica.domain.change_proposal import ProposalEvent, clause_text
from rubrica.domain.edge_case import CASE_PROCESS, CaseEvent, CaseState
from rubrica.domain.gold import AttemptState, Purpose
from rubrica.domain.problems import ProblemsError
from rubrica.domain.review import REVIEW_PROCESS, ReviewEvent, ReviewReason, ReviewState
from rubrica.domain.roles import Permission, Role, may
from rubrica.records.models import (
    Attempt,
    CalibrationRound,
    CasePost,
    CaseStep,
    CaseVote,
    ChangeProposal,
    ClauseAnswer,
    ClauseQuestion,
    EdgeCase,
    Evaluation,
    Gold,
    GuidelineDraft,
    GuidelineVersion,
    Item,
    Job,
    Notification,
    ProjectMembership,
    ProposalOpinion,
    Review,
    ReviewStep,
    RoundPost,
    Ruling,
)
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.records.queries.evaluations import is_counted
from rubrica.usecases import (
    acknowledgements,
    assignments,
    attempts,
    change_proposals,
    clause_questions,
    edge_cases,
    evaluations,
    gold,
    guidelines,
    organisations,
    projects,
    reviews,
    rounds,
    rulings,
    scheduled_publications,
)
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import RefusedError
from rubrica.usecases.instance.invariants import invariants
from rubrica.usecases.jobs import run_next
from rubrica.usecases.processes import KINDS
from rubrica.usecases.reevaluation import impact_of_draft
from rubrica.usecases.reports import project_report
from rubrica.worker.handlers import HANDLERS
from tests.cast import audit_answer, build_world, person

PROJECT = "audit"
WHO = st.integers(0, 5)
"""Somebody: two raters, a reviewer, two leads, the organisation's admin; or who comes next of those who may."""
ANY = st.integers(0, 9)
"""One of what there is."""
STEPS = st.lists(ANY, min_size=1, max_size=4)
"""Steps that follow each other, each one of those that the table allows then."""
CLAUSE = "AL-1"
MARK = {
    "image": "a",
    "shape": "box",
    "geometry": {"x": 0.2, "y": 0.25, "width": 0.1, "height": 0.1},
    "code": "TEXT.garbled",
    "severity": 2,
    "note": "",
}
DROPPED = "GE-1.3"
"""A clause that marks may name, and that a draft may be without."""
FACTS = (CaseStep, CaseVote, CasePost, ReviewStep, RoundPost, ProposalOpinion, ClauseAnswer, Evaluation, Ruling)
"""What is appended and never changed."""


def judged(level, clause=""):
    """Return an answer with one mark, which names a clause or none."""
    return audit_answer(level, marks=[{**MARK, "clause": clause}], explanation="Unreadable [[1]].")


class LivingRules(RuleBasedStateMachine):
    """People at work on a project whose rules change."""

    @initialize()
    def begin(self):
        self.world = build_world(items=6, overlap=2)
        leo = person("leo")
        organisations.add_project_member(self.world.project, leo, Role.LEAD, now=self.world.now)
        self.people = [
            self.world.rita,
            self.world.rater("ravi"),
            self.world.rowan,
            self.world.lena,
            leo,
            self.world.omar,
        ]
        self.shown = {}  # assignment: the version that it was shown under
        self.options = {}  # vote: what it was given for, in words
        self.facts = {}
        self.has_changed = True
        for level in (5, 3, 1):
            self.judge(0, level, count=1, clause="")
            self.judge(1, 6 - level, count=1, clause="")
        self.ask(0)
        self.queue_reviews(2, ReviewReason.SAMPLE)

    # --- who and what ---

    @property
    def project(self):
        return self.world.project

    @property
    def now(self):
        return self.world.now

    def roles(self):
        """Return who has which role in the project at present, in the order of the cast."""
        found = dict(ProjectMembership.objects.of(self.project).filter(is_active=True).values_list("account", "role"))
        found[self.world.omar.pk] = Role.ORGANISATION_ADMIN
        return {one: Role(found[one.pk]) for one in self.people if one.pk in found}

    def allowed(self, who, permission):
        """Return one of those who may do this; nobody but specialists judges, so it may be None."""
        found = [one for one, role in self.roles().items() if may(role, permission)]
        return found[who % len(found)] if found else None

    def pick(self, model, which, **conditions):
        rows = list(model.objects.of(self.project).filter(**conditions).order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def attempted(self, action, *arguments, **named):
        """Do something that may be refused; then nothing has happened."""
        now = self.world.later(seconds=1)
        try:
            with transaction.atomic():
                done = action(*arguments, **named, now=now)
        except (RefusedError, ProblemsError):
            return None
        self.has_changed = True
        return done

    # --- the rules change ---

    @rule(drops=st.booleans())
    def write_the_draft(self, drops):
        draft = GuidelineDraft.objects.of(self.project).get()
        line = f"## {CLAUSE} Alignment\n"
        more = draft.markdown.replace(line, f"{line}{draft.revision}.\n")
        markdown = draft.markdown.replace(f"### {DROPPED}", "### Formerly") if drops else more
        lead = self.allowed(0, Permission.EDIT_GUIDELINE)
        self.attempted(guidelines.replace_draft, lead, PROJECT, markdown=markdown, rubric=draft.rubric)

    @rule(who=WHO, change_class=st.sampled_from(ChangeClass.values), which=st.sampled_from(Which.values))
    def publish(self, who, change_class, which):
        self.write_the_draft(drops=False)
        lead = self.allowed(who, Permission.PUBLISH_GUIDELINE)
        promised = impact_of_draft(open_project(lead, PROJECT)).chosen(Which(which), 2)
        before = dict(Item.objects.of(self.project).values_list("pk", "pass_number"))
        terms = {"change_class": ChangeClass(change_class), "which": Which(which), "sample": 2}
        version = self.attempted(guidelines.publish_guideline, lead, PROJECT, **terms)
        self.project.refresh_from_db()
        after = dict(Item.objects.of(self.project).values_list("pk", "pass_number"))
        queued = {item for item in after if after[item] != before[item]}
        assert queued == (set(promised) if version is not None else set())

    @rule(who=WHO, hours=st.integers(1, 60), cancels=st.booleans())
    def schedule(self, who, hours, cancels):
        lead = self.allowed(who, Permission.PUBLISH_GUIDELINE)
        terms, at = guidelines.Terms("Later", ChangeClass.CLARIFICATION), self.now + timedelta(hours=hours)
        self.attempted(scheduled_publications.schedule, lead, PROJECT, terms, effective_at=at)
        if cancels:
            self.attempted(scheduled_publications.cancel, lead, PROJECT)

    @rule(who=WHO)
    def read_what_changed(self, who):
        newest = GuidelineVersion.objects.of(self.project).count()
        self.attempted(acknowledgements.acknowledge, self.allowed(who, Permission.EVALUATE), PROJECT, number=newest)

    # --- the work goes on ---

    def take(self, rater):
        work = self.attempted(assignments.take_assignments, rater, PROJECT, hold=1) if rater else None
        for offer in work.assignments if work else ():
            self.shown.setdefault(offer.held.public_id, offer.held.guideline_id)
        return work.assignments[0].held.public_id if work and work.assignments else None

    @rule(level=st.integers(1, 5), count=st.integers(1, 3), apart=st.integers(0, 4))
    def everybody_judges(self, level, count, apart):
        for place in range(len(self.people)):
            self.judge(place, 1 + (level + apart * place) % 5, count, "")

    @rule(who=WHO, level=st.integers(1, 5), count=st.integers(1, 4), clause=st.sampled_from(["", DROPPED]))
    def judge(self, who, level, count, clause):
        rater = self.allowed(who, Permission.EVALUATE)
        for _ in range(count):
            if held := self.take(rater):
                sent = {"payload": judged(level, clause), "key": f"key-{held}", "hold": 0}
                self.attempted(evaluations.submit_evaluation, rater, held, **sent)

    @rule(who=WHO, passes_on=st.booleans())
    def only_take(self, who, passes_on):
        rater = self.allowed(who, Permission.EVALUATE)
        if (held := self.take(rater)) and passes_on:
            self.attempted(assignments.skip_assignment, rater, held, reason="other", note="", hold=0)

    @rule(which=ANY, level=st.integers(1, 5))
    def revise(self, which, level):
        if row := self.pick(Evaluation, which, superseded_by=None):
            sent = {"payload": judged(level), "reason": "Looked again", "key": f"again-{row.public_id}"}
            self.attempted(evaluations.revise_evaluation, row.rater, row.public_id, **sent)

    # --- cases ---

    @rule(who=WHO)
    def ask(self, who):
        rater = self.allowed(who, Permission.RAISE_EDGE_CASE)
        if held := self.take(rater):
            asked = {"kind": "gap", "question": "Is it?", "answer": "I say so", "clause": CLAUSE}
            key = f"ask-{held}-{self.now:%d%H%M%S}"
            self.attempted(edge_cases.raise_case, rater, held, payload=asked, key=key)

    @rule(who=WHO, which=ANY, steps=STEPS)
    def move_a_case(self, who, which, steps):
        """Ask, where nothing is asked yet, and move on; some vote where it is voted on, and some talk."""
        if self.pick(EdgeCase, 0) is None:
            self.ask(who)
        for place, how in enumerate(steps):
            self.step_of_a_case(who + place, which, how)
            self.vote(how, which, how % 3)
            self.discuss(how % 6, which)
            self.everything_holds()

    def step_of_a_case(self, who, which, how):
        """Take a step that the table allows, or hand an open case to oneself."""
        case = self.pick(EdgeCase, which)
        events = CASE_PROCESS.events(CaseState(case.state)) if case else ()
        if not events:
            return
        event = events[how % len(events)]
        by = self.allowed(who, CASE_PROCESS.step(CaseState(case.state), event).permission)
        into = self.pick(EdgeCase, how).number
        review_on = self.now.date() + timedelta(days=90)
        decision = rulings.Decision("It is", "Seen", "pattern", review_on, clause=CLAUSE, stands_beside=how > 2)
        steps = {
            CaseEvent.OPEN_VOTE: (edge_cases.open_vote, {"options": [f"Answer {how}", "Another", "A third"]}),
            CaseEvent.CLOSE_VOTE: (edge_cases.close_vote, {}),
            CaseEvent.ANSWER: (edge_cases.answer_case, {"reason": "It says so"}),
            CaseEvent.MERGE: (edge_cases.merge_case, {"into": into}),
            CaseEvent.REOPEN: (edge_cases.reopen_case, {"reason": "It does not"}),
            CaseEvent.RESUME: (edge_cases.reopen_case, {"reason": "It does not"}),
            CaseEvent.TAKE_OVER: (edge_cases.take_over, {}),
        }
        if event == CaseEvent.RULE:
            self.attempted(rulings.rule, by, PROJECT, case.number, decision)
        else:
            self.attempted(steps[event][0], by, PROJECT, case.number, **steps[event][1])

    def vote(self, who, which, option):
        if case := self.pick(EdgeCase, which, state=CaseState.VOTING):
            for voter in self.people[who % 6 :]:
                given = self.attempted(edge_cases.vote, voter, PROJECT, case.number, option=option, reason="So")
                if given is not None:
                    self.options[given.pk] = case.options[option]

    def discuss(self, who, which):
        if case := self.pick(EdgeCase, which, owner__isnull=False):
            self.attempted(edge_cases.post, self.people[who], PROJECT, case.number, text="Hm")

    # --- rounds ---

    def open_a_round(self, who, count):
        lead = self.allowed(who, Permission.RUN_ROUNDS)
        self.attempted(rounds.open_round, lead, PROJECT, title="Seams", choice=ItemChoice.SAMPLE, count=count)

    @rule(who=WHO, which=ANY, steps=STEPS)
    def move_a_round(self, who, which, steps):
        """Open one, where none is open, and move on; all judge what they are asked to, or some of it."""
        if self.pick(CalibrationRound, 0, owner__isnull=False) is None:
            self.open_a_round(who, 1 + which % 2)
        for place, how in enumerate(steps):
            for judging in range(how % 4):
                self.judge(judging, 5 - judging, count=2, clause="")
            self.step_of_a_round(who + place, which, how)
            self.talk(how % 6, which)
            self.everything_holds()

    def step_of_a_round(self, who, which, how):
        row = self.pick(CalibrationRound, which, owner__isnull=False)
        if row is not None:
            events = ROUND_PROCESS.events(RoundState(row.state))
            lead = self.allowed(who, Permission.RUN_ROUNDS)
            self.attempted(rounds.move_round, lead, PROJECT, row.number, events[how % len(events)])

    def talk(self, who, which):
        if row := self.pick(CalibrationRound, which, owner__isnull=False):
            self.attempted(rounds.post_in_round, self.people[who], PROJECT, row.number, 0, text="Left")

    # --- reviews ---

    @rule(who=WHO, why=st.sampled_from([ReviewReason.SAMPLE, ReviewReason.DISAGREEMENT]))
    def queue_reviews(self, who, why):
        self.attempted(reviews.queue_reviews, self.allowed(who, Permission.REVIEW), PROJECT, why, 2)

    @rule(who=WHO, which=ANY, steps=STEPS)
    def move_a_review(self, who, which, steps):
        """Move on; where a step leads somewhere, it is the same review that takes the next one."""
        for place, how in enumerate(steps):
            self.step_of_a_review(who + place, which, how)
            self.everything_holds()

    def step_of_a_review(self, who, which, how):
        """Take a step that the table allows, as the rater or as somebody who reviews."""
        row = self.pick(Review, which, owner__isnull=False)
        if row is None:
            return
        events = REVIEW_PROCESS.events(ReviewState(row.state))
        event = events[how % len(events)]
        is_raters = event in {ReviewEvent.APPEAL, ReviewEvent.SETTLE}
        by = row.rater if is_raters else self.allowed(who, Permission.REVIEW)
        steps = {
            ReviewEvent.APPEAL: (reviews.appeal, {"reason": "No"}),
            ReviewEvent.SETTLE: (reviews.settle, {}),
            ReviewEvent.UPHOLD: (reviews.decide_appeal, {"uphold": True, "reason": "Seen"}),
            ReviewEvent.DISMISS: (reviews.decide_appeal, {"uphold": False, "reason": "Seen"}),
            ReviewEvent.TAKE_OVER: (reviews.take_over, {}),
        }
        if event in steps:
            self.attempted(steps[event][0], by, PROJECT, row.number, **steps[event][1])
        else:
            answers = {"overall": 4} if event == ReviewEvent.ADJUDICATE else None
            verdict = reviews.Verdict(event, "A seam", "overall", answers=answers)
            self.attempted(reviews.decide, by, PROJECT, row.number, verdict)

    # --- proposals and questions ---

    @rule(who=WHO, number=ANY)
    def propose(self, who, number):
        old = clause_text(self.project.guideline.markdown, CLAUSE)
        wording = change_proposals.Wording(CLAUSE, f"{old}\n\nSeam {number}.\n", "Seams")
        self.attempted(change_proposals.propose_change, self.people[who], PROJECT, wording)

    @rule(who=WHO, which=ANY, approves=st.booleans())
    def give_an_opinion(self, who, which, approves):
        if row := self.pick(ChangeProposal, which, owner__isnull=False):
            said = {"approves": approves, "comment": "Why"}
            self.attempted(change_proposals.give_opinion, self.people[who], PROJECT, row.number, **said)

    @rule(who=WHO, which=ANY, event=st.sampled_from(ProposalEvent))
    def decide_a_proposal(self, who, which, event):
        if row := self.pick(ChangeProposal, which, owner__isnull=False):
            by = row.author if event == ProposalEvent.WITHDRAW else self.allowed(who, Permission.EDIT_GUIDELINE)
            self.attempted(change_proposals.decide_proposal, by, PROJECT, row.number, event, reason="Why")

    @rule(who=WHO)
    def ask_about_a_clause(self, who):
        self.attempted(clause_questions.ask_about_clause, self.people[who], PROJECT, CLAUSE, text="What?")

    @rule(who=WHO, which=ANY, settles=st.booleans())
    def answer_a_question(self, who, which, settles):
        if row := self.pick(ClauseQuestion, which, settled_at=None):
            at = (self.people[who], PROJECT, row.public_id)
            self.attempted(clause_questions.answer_clause_question, *at, text="That")
            if settles:
                self.attempted(clause_questions.settle_clause_question, *at)

    # --- gold and tests ---

    @rule(who=WHO)
    def make_gold(self, who):
        lead = self.allowed(who, Permission.MANAGE_GOLD)
        for item in self.world.items[:3]:
            self.attempted(gold.make_gold, lead, PROJECT, item.public_id, answers={"overall": 5})

    @rule(who=WHO, which=ANY)
    def void_gold(self, who, which):
        if row := self.pick(Gold, which, voided_at=None):
            lead = self.allowed(who, Permission.MANAGE_GOLD)
            self.attempted(attempts.void_gold, lead, PROJECT, row.number, reason="No")

    @rule(who=WHO, whom=WHO, purpose=st.sampled_from([Purpose.QUALIFICATION, Purpose.CALIBRATION]))
    def order_a_test(self, who, whom, purpose):
        lead, rater = self.allowed(who, Permission.MANAGE_GOLD), self.allowed(whom, Permission.EVALUATE)
        if rater is not None:
            self.attempted(attempts.order_attempt, lead, PROJECT, rater.public_id, purpose, 3)

    @rule(who=WHO)
    def retake_a_test(self, who):
        if rater := self.allowed(who, Permission.EVALUATE):
            self.attempted(attempts.retake, rater, PROJECT)

    # --- people and time ---

    @rule(whom=st.integers(0, 4), role=st.sampled_from([None, Role.SPECIALIST, Role.REVIEWER, Role.LEAD]))
    def change_a_role(self, whom, role):
        member = self.people[whom].public_id
        self.attempted(projects.set_project_role, self.world.omar, PROJECT, member, role)

    @rule(whom=st.integers(0, 4), role=st.sampled_from([None, Role.SPECIALIST, Role.LEAD]))
    def leave_and_perhaps_come_back(self, whom, role):
        one, organisation = self.people[whom], self.world.organisation.slug
        self.attempted(organisations.remove_member, self.world.omar, organisation, one.public_id)
        if role is not None:
            self.attempted(organisations.add_project_member, self.project, one, role)

    @rule(hours=st.integers(1, 100))
    def let_time_pass(self, hours):
        before, now = self.now, self.world.later(hours=hours)
        while run_next(HANDLERS, lambda: now):
            pass
        for kind in KINDS.values():
            for row in kind.model.objects.of(self.project).filter(due_at__gt=before, due_at__lte=now):
                told = Notification.objects.of_account(row.owner).filter(at=now, path__endswith=kind.page(row))
                assert told.exists(), f"nobody told {row.owner} that {row} is late"
        self.project.refresh_from_db()
        self.has_changed = True

    # --- what is always true ---

    @invariant()
    def everything_holds(self):
        """After a step that was refused nothing has changed, and nothing is asked again."""
        if not getattr(self, "has_changed", False):
            return
        self.has_changed = False
        self.the_installations_own_invariants_hold()
        self.nothing_is_judged_but_under_the_version_that_was_shown()
        self.a_round_compares_answers_under_one_version()
        self.nobody_who_has_yet_to_vote_sees_a_position()
        self.a_vote_stands_for_what_was_voted_on()
        self.nobody_sees_answers_of_a_round_before_giving_them()
        self.raters_see_verdicts_on_their_own_work_only_and_once_they_are_given()
        self.whoever_decided_never_decides_the_appeal()
        self.what_waits_has_an_owner_who_may_see_to_it_and_a_deadline()
        self.what_was_said_and_done_stays_as_it_was()
        assert [job.failure for job in Job.objects.filter(state="failed")] == []

    def accesses(self, permission):
        """Return the project as each person sees it who may do this."""
        return [ProjectAccess(self.project, one, role) for one, role in self.roles().items() if may(role, permission)]

    def the_installations_own_invariants_hold(self):
        assert [finding for finding in invariants() if finding.level != "ok"] == []

    def nothing_is_judged_but_under_the_version_that_was_shown(self):
        rows = Evaluation.objects.of(self.project).values_list("assignment__public_id", "guideline", "pk")
        assert [row for row in rows if self.shown[row[0]] != row[1]] == []

    def a_round_compares_answers_under_one_version(self):
        for row in CalibrationRound.objects.of(self.project):
            for stage in (1, 2):
                versions = set(rounds.round_evaluations(self.project, row, stage).values_list("guideline", flat=True))
                assert versions <= {row.guideline_id}

    def nobody_who_has_yet_to_vote_sees_a_position(self):
        voting = list(EdgeCase.objects.of(self.project).filter(state=CaseState.VOTING))
        voted = set(CaseVote.objects.of(self.project).values_list("case", "account"))
        for access in self.accesses(Permission.DISCUSS_EDGE_CASES) if voting else ():
            for case in voting:
                file = edge_cases.case_file(access, case)
                may_see = (case.pk, access.account.pk) in voted
                assert file.sees_positions == may_see
                assert may_see or not (file.positions or file.posts)

    def a_vote_stands_for_what_was_voted_on(self):
        for given in CaseVote.objects.of(self.project).select_related("case"):
            assert given.case.options[given.option] == self.options[given.pk]

    def nobody_sees_answers_of_a_round_before_giving_them(self):
        rows = list(CalibrationRound.objects.of(self.project).order_by("-pk")[:2])
        taken = Attempt.objects.of(self.project).filter(state=AttemptState.PASSED, round__in=rows)
        done = set(taken.values_list("account", "round", "stage"))
        for access in self.accesses(Permission.SEE_PROJECT) if rows else ():
            visible = {row.number for row in rounds.rounds_of(access)}
            for row in rows:
                file = rounds.round_file(access, row.number) if row.number in visible else None
                if file is None:
                    continue
                has_answered = access.may(Permission.SEE_RESULTS) or (access.account.pk, row.pk, 1) in done
                if row.revealed_at is None or not has_answered:
                    assert (file.stages, file.posts, file.may_post) == ((), (), False)
                if row.state != RoundState.CLOSED:
                    assert 2 not in file.stages

    def raters_see_verdicts_on_their_own_work_only_and_once_they_are_given(self):
        rows = list(Review.objects.of(self.project))
        for access in self.accesses(Permission.READ_OWN_EVALUATIONS) if rows else ():
            seen = set(reviews.own_reviews(access).values_list("number", flat=True))
            assert seen == {row.number for row in rows if row.rater_id == access.account.pk and row.decided_at}

    def whoever_decided_never_decides_the_appeal(self):
        steps = ReviewStep.objects.of(self.project).filter(event__in=[ReviewEvent.UPHOLD, ReviewEvent.DISMISS])
        for step in steps.select_related("review"):
            assert step.actor_id not in {step.review.decided_by_id, step.review.rater_id}

    def what_waits_has_an_owner_who_may_see_to_it_and_a_deadline(self):
        roles = {one.pk: role for one, role in self.roles().items()}
        for kind in KINDS.values():
            for row in kind.model.objects.of(self.project).exclude(owner=None):
                is_raters = isinstance(row, Review) and row.owner_id == row.rater_id
                needed = Permission.READ_OWN_EVALUATIONS if is_raters else kind.permission
                role = roles.get(row.owner_id)
                assert role, f"{row} waits for {row.owner}, who is gone"
                assert may(role, needed), f"{row} waits for {row.owner}, who is {role}"
                assert row.due_at is not None
        for attempt in Attempt.objects.of(self.project).filter(state=AttemptState.OPEN):
            assert roles.get(attempt.account_id) == Role.SPECIALIST

    def what_was_said_and_done_stays_as_it_was(self):
        stored = {(model, row["id"]): row for model in FACTS for row in model.objects.of(self.project).values()}
        assert {name: row for name, row in self.facts.items() if stored.get(name) != row} == {}
        self.facts = stored

    def teardown(self):
        """Whatever happened, a report is about one version, and counts what was judged under it."""
        if not hasattr(self, "world"):
            return
        for version in GuidelineVersion.objects.of(self.project):
            report = project_report(open_project(self.world.omar, PROJECT), version=version.number)
            under_it = Evaluation.objects.of(self.project).filter(is_counted(None), guideline=version)
            assert report.counts.evaluations == under_it.count()


class _InTransaction(LivingRules):
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
def test_whatever_people_do_while_the_rules_change_the_invariants_hold():
    """Run random weeks, and shrink any that breaks an invariant."""
    run_state_machine_as_test(
        _InTransaction,
        settings=settings(
            max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
