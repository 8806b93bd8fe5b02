"""Submitting: one fact for one answer, whatever the network does. Revising: a further fact."""

import pytest
from django.db import IntegrityError, transaction

from rubrica.domain.answer import AnswerRejectedError
from rubrica.records.models import (
    Assignment,
    Evaluation,
    GuidelineDraft,
    GuidelineVersion,
    Image,
    Item,
    Mark,
    ProjectMembership,
    Rating,
)
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import acknowledgements, assignments, evaluations, guidelines, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, KeyReusedError, LeaseLostError, NotFoundError
from tests.cast import World, audit_answer, build_world, evaluate

pytestmark = pytest.mark.django_db


def take(world, rater):
    return assignments.take_assignments(rater, world.project.slug, hold=1, now=world.now).assignments[0].held


def submit(world, rater, held, payload=None, key="key-of-the-client"):
    return evaluations.submit_evaluation(
        rater, held.public_id, payload=payload or audit_answer(), key=key, hold=1, now=world.later(seconds=9)
    )


def a_mark(**changes):
    return {
        "image": "a",
        "shape": "box",
        "geometry": {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4},
        "code": "ANAT.extra",
        "part": "hand",
        "severity": 2,
        "note": "six fingers",
        **changes,
    }


def test_a_submitted_answer_becomes_a_fact_with_all_that_is_needed_to_judge_it_later(world: World):
    held = take(world, world.rita)
    payload = audit_answer(marks=[a_mark()], viewing={"device_pixel_ratio": 2.0, "active_ms": 12345.6})
    receipt = submit(world, world.rita, held, payload).receipt
    fact = Evaluation.objects.of(world.project).get()

    assert receipt.evaluation == fact.public_id
    assert (fact.item.key, fact.rater, fact.guideline) == (held.item_key, world.rita, world.guideline)
    assert fact.guideline_hash == world.guideline.content_hash
    assert fact.image_sha256s == [Image.objects.of(world.project).get(item_images__item=fact.item).sha256]
    assert (fact.taken_at, fact.submitted_at) == (held.taken_at, world.now)
    assert (fact.presentation, fact.active_ms, fact.explanation) == ([0], 12346, "")
    assert dict(Rating.objects.of(world.project).values_list("criterion", "score")) == {
        "plausibility": 4.0,
        "alignment": 4.0,
        "aesthetics": 4.0,
        "overall": 4.0,
    }
    mark = Mark.objects.of(world.project).get()
    assert (mark.number, mark.slot, mark.shape, mark.code, mark.part, mark.severity, mark.note) == (
        (1, 0, "box", "ANAT.extra", "hand", 2, "six fingers")
    )
    assert mark.geometry == {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}


def test_the_answer_to_a_submission_is_the_receipt_and_the_next_work(world: World):
    held = take(world, world.rita)
    submission = submit(world, world.rita, held)

    assert submission.work.assignments[0].held.item_key != held.item_key
    assert (submission.work.done, submission.work.total) == (1, 3)
    assert Item.objects.of(world.project).get(key=held.item_key).evaluation_count == 1
    assert ProjectMembership.objects.of(world.project).get(account=world.rita).evaluation_count == 1


def test_the_same_key_and_body_give_the_same_receipt_however_often_sent(world: World):
    held = take(world, world.rita)
    first = submit(world, world.rita, held)
    shuffled = dict(reversed(audit_answer().items()))
    again = submit(world, world.rita, held, shuffled)

    assert again.receipt.evaluation == first.receipt.evaluation
    assert (first.receipt.is_replay, again.receipt.is_replay) == (False, True)
    assert again.receipt.submitted_at == first.receipt.submitted_at
    assert again.work.assignments == first.work.assignments
    assert Evaluation.objects.of(world.project).count() == 1


def test_the_same_key_with_another_body_is_refused(world: World):
    held = take(world, world.rita)
    submit(world, world.rita, held)
    with pytest.raises(KeyReusedError):
        submit(world, world.rita, held, audit_answer(1))
    with pytest.raises(KeyReusedError):
        submit(world, world.rita, take(world, world.rita), audit_answer())

    assert Evaluation.objects.of(world.project).count() == 1


def test_two_raters_may_use_the_same_key(world: World):
    submit(world, world.rita, take(world, world.rita))
    ravi = world.rater("ravi")
    submit(world, ravi, take(world, ravi))

    assert Evaluation.objects.of(world.project).count() == 2


def test_a_second_answer_under_another_key_is_refused(world: World):
    held = take(world, world.rita)
    submit(world, world.rita, held)
    with pytest.raises(ConflictError, match="submitted this item already"):
        submit(world, world.rita, held, key="another-key")


def test_a_rejected_answer_names_every_problem_and_stores_nothing(world: World):
    held = take(world, world.rita)
    bad = audit_answer(9, marks=[a_mark(geometry={"x": float("nan"), "y": 2, "width": 1, "height": 1})])
    bad["answers"]["beauty"] = 3
    del bad["answers"]["overall"]
    with pytest.raises((AnswerRejectedError, InvalidInputError)):
        submit(world, world.rita, held, bad)
    bad["marks"] = [a_mark(geometry={"x": 0.5, "y": 2, "width": 1, "height": 1})]
    with pytest.raises(AnswerRejectedError) as refused:
        submit(world, world.rita, held, bad)
    fields = {problem.field for problem in refused.value.problems}

    assert {"answers.plausibility", "answers.beauty", "answers.overall"} <= fields
    assert any(field.startswith("marks[0].geometry") for field in fields)
    assert Evaluation.objects.of(world.project).count() == 0
    assert Assignment.objects.of(world.project).get().state == "open"


def test_a_mark_keeps_what_sets_it_apart_and_rests_on_a_clause_of_its_guideline(world: World):
    held = take(world, world.rita)
    marks = [a_mark(missing=True, clause="AL-2"), a_mark()]
    with pytest.raises(AnswerRejectedError) as refused:
        submit(world, world.rita, held, audit_answer(4, marks=[*marks, a_mark(clause="ZZ-99")]))
    submit(world, world.rita, held, audit_answer(4, marks=marks))

    assert [problem.field for problem in refused.value.problems] == ["marks[2].clause"]
    stored = Mark.objects.of(world.project).order_by("number").values_list("missing", "clause", "pair")
    assert list(stored) == [(True, "AL-2", None), (False, "", None)]


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "schlüssel-mit-ü", "line\nbreak-in-key"])
def test_a_submission_needs_a_proper_idempotency_key(world: World, key):
    with pytest.raises(InvalidInputError, match="Idempotency-Key"):
        submit(world, world.rita, take(world, world.rita), key=key)


def test_an_answer_after_the_lease_still_counts_while_there_is_room(world: World):
    held = take(world, world.rita)
    world.later(seconds=world.project.lease_seconds + 1)
    assignments.take_assignments(world.rater("ravi"), world.project.slug, hold=1, now=world.now)
    assert Assignment.objects.of(world.project).get(public_id=held.public_id).state == "expired"
    submit(world, world.rita, held)

    assert Evaluation.objects.of(world.project).count() == 1
    assert Assignment.objects.of(world.project).get(public_id=held.public_id).state == "submitted"


def test_an_answer_after_the_lease_is_kept_but_not_counted_when_others_were_quicker(world: World):
    held = take(world, world.rita)
    world.later(seconds=world.project.lease_seconds + 1)
    for name in ("ravi", "rosa"):
        rater = world.rater(name)
        assignments.take_assignments(rater, world.project.slug, hold=5, now=world.now)
    with pytest.raises(LeaseLostError, match="kept"):
        submit(world, world.rita, held)
    late = Assignment.objects.of(world.project).get(public_id=held.public_id)

    assert late.late_answer["answers"]["overall"] == 4
    assert Evaluation.objects.of(world.project).count() == 0


def test_a_skipped_item_cannot_be_answered_afterwards(world: World):
    held = take(world, world.rita)
    assignments.skip_assignment(world.rita, held.public_id, reason="other", note="", hold=1, now=world.now)
    with pytest.raises(ConflictError, match="skipped"):
        submit(world, world.rita, held)


def test_cannot_judge_is_a_legitimate_fact_without_ratings(world: World):
    payload = audit_answer(cannot_judge={"reason": "needs_expertise", "note": "a medical image"}, answers={})
    submit(world, world.rita, take(world, world.rita), payload)

    assert Evaluation.objects.of(world.project).get().cannot_judge == "needs_expertise"
    assert Rating.objects.of(world.project).count() == 0


def test_a_revision_is_a_further_fact_that_supersedes(world: World):
    original = submit(world, world.rita, take(world, world.rita)).receipt
    receipt = evaluations.revise_evaluation(
        world.rita,
        original.evaluation,
        payload=audit_answer(2, explanation="The sky is torn [[1]] at the top edge.", marks=[a_mark()]),
        reason="I overlooked the sky",
        key="revision-key",
        now=world.now,
    )
    old, new = Evaluation.objects.of(world.project).order_by("id")

    assert (new.public_id, new.supersedes, new.revision_reason) == (receipt.evaluation, old, "I overlooked the sky")
    assert old.answer["answers"]["overall"] == 4
    assert Item.objects.of(world.project).get(pk=old.item_id).evaluation_count == 1
    own = evaluations.own_evaluations(world.rita, world.project.slug, limit=5)
    assert [(row.evaluation.public_id, row.not_revisable) for row in own] == [(new.public_id, "")]


def test_any_own_evaluation_can_be_revised_and_nobody_elses(world: World):
    first = evaluate(world, world.rita).receipt
    evaluate(world, world.rita)
    revise = {"payload": audit_answer(5), "reason": "a second look", "key": "revision-key", "now": world.now}
    with pytest.raises(NotFoundError):
        evaluations.revise_evaluation(world.rater("ravi"), first.evaluation, **revise)
    receipt = evaluations.revise_evaluation(world.rita, first.evaluation, **revise)

    assert Evaluation.objects.of(world.project).get(public_id=receipt.evaluation).supersedes.public_id == (
        first.evaluation
    )


def test_what_was_revised_is_revised_further_by_its_newer_one(world: World):
    first = evaluate(world, world.rita).receipt
    again = {"payload": audit_answer(5), "reason": "a second look", "now": world.now}
    second = evaluations.revise_evaluation(world.rita, first.evaluation, key="revision-one", **again)
    with pytest.raises(ConflictError, match="revise the newer one"):
        evaluations.revise_evaluation(world.rita, first.evaluation, key="revision-two", **again)
    evaluations.revise_evaluation(world.rita, second.evaluation, key="revision-two", **again)

    own = evaluations.own_evaluations(world.rita, "audit", limit=5)
    assert len(own) == 1


def test_what_was_judged_under_earlier_rules_or_in_a_closed_project_stays_as_it_is(world: World):
    first = evaluate(world, world.rita).receipt
    revise = {"payload": audit_answer(5), "reason": "a second look", "key": "revision-key", "now": world.now}
    projects.change_state(world.lena, "audit", projects.ProjectState.CLOSED, now=world.now)
    with pytest.raises(ConflictError, match="closed"):
        evaluations.revise_evaluation(world.rita, first.evaluation, **revise)
    projects.change_state(world.lena, "audit", projects.ProjectState.PAUSED, now=world.now)
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    guidelines.replace_draft(
        world.lena, "audit", markdown=f"{draft.markdown}\nMore.\n", rubric=draft.rubric, now=world.now
    )
    guidelines.publish_guideline(world.lena, "audit", now=world.now)
    with pytest.raises(ConflictError, match="guideline has changed"):
        evaluations.revise_evaluation(world.rita, first.evaluation, **revise)
    assert "guideline has changed" in evaluations.own_evaluations(world.rita, "audit", limit=1)[0].not_revisable


def test_a_revision_sent_twice_is_one_fact(world: World):
    original = evaluate(world, world.rita).receipt
    revise = {"payload": audit_answer(5), "reason": "a second look", "key": "revision-key", "now": world.now}
    receipts = [evaluations.revise_evaluation(world.rita, original.evaluation, **revise) for _ in range(2)]

    assert receipts[0].evaluation == receipts[1].evaluation
    assert Evaluation.objects.of(world.project).count() == 2


@pytest.mark.parametrize("model", [Evaluation, Rating, Mark, GuidelineVersion])
def test_the_database_itself_refuses_to_rewrite_a_fact(world: World, model):
    evaluate(world, world.rita, audit_answer(4, marks=[a_mark()]))
    change = {
        Evaluation: {"explanation": "x"},
        Rating: {"score": 1.0},
        Mark: {"missing": True},
        GuidelineVersion: {"markdown": "x"},
    }[model]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.of(world.project).update(**change)


def test_what_was_shown_left_and_right_is_stored_by_item_slot(db):
    world = build_world(template="side-by-side", items=16, overlap=1)
    sides = []
    for _ in range(16):
        held = take(world, world.rita)
        payload = {"answers": {"overall": "a_much"}, "explanation": "A keeps both dogs, in B one is missing."}
        submit(world, world.rita, held, payload, key=f"key-{held.public_id}")
        rating = Rating.objects.of(world.project).filter(criterion="overall").order_by("-id").first()
        sides.append((tuple(held.presentation), rating.value))

    assert set(sides) == {((0, 1), "a_much"), ((1, 0), "b_much")}


def test_marks_on_every_image_of_a_set_are_stored_on_their_own(db):
    world = build_world(template="set-ranking", items=1)
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held
    marks = [
        {"image": image, "shape": "point", "geometry": {"x": 0.1, "y": 0.2}, "note": f"on {image}"} for image in "abcd"
    ]
    payload = {"answers": {"order": "a>b>c>d", "acceptable": "yes"}, "marks": marks}
    evaluations.submit_evaluation(
        world.rita, held.public_id, payload=payload, key="key-of-a-set", hold=0, now=world.now
    )

    stored = Mark.objects.of(world.project).order_by("number").values_list("slot", "note")
    assert [note for _slot, note in stored] == [f"on {image}" for image in "abcd"]
    assert [slot for slot, _note in stored] == held.presentation


@pytest.mark.parametrize("change_class", ChangeClass.values)
def test_what_is_submitted_under_a_version_retired_a_minute_ago_counts_under_that_version(change_class: str):
    world = build_world()
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held
    published_anew(world, ChangeClass(change_class))
    sent = {"payload": audit_answer(), "key": "a-minute-late", "hold": 0}
    receipt = evaluations.submit_evaluation(world.rita, held.public_id, **sent, now=world.later(minutes=1)).receipt
    stored = Evaluation.objects.of(world.project).get(public_id=receipt.evaluation)
    assert (stored.guideline.number, stored.guideline_hash) == (1, held.guideline_hash)
    # What is taken from now on is judged under the new one.
    acknowledgements.acknowledge(world.rita, "audit", number=2, now=world.now)
    work = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)
    assert {offer.held.guideline_id for offer in work.assignments} == {world.guideline.pk}


def test_what_is_submitted_under_a_retired_version_after_the_lease_is_kept_where_others_were_quicker():
    world = build_world(items=1, overlap=1)
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held
    published_anew(world, ChangeClass.CLARIFICATION)
    world.later(seconds=world.project.lease_seconds + 1)
    evaluate(world, world.rater("remy"))
    with pytest.raises(LeaseLostError, match="is kept"):
        evaluations.submit_evaluation(
            world.rita, held.public_id, payload=audit_answer(), key="a-day-late", hold=0, now=world.later(minutes=1)
        )
    late = Assignment.objects.of(world.project).get(public_id=held.public_id)
    assert (late.guideline.number, late.late_answer["answers"]) == (1, audit_answer()["answers"])


def published_anew(world: World, change_class: ChangeClass) -> None:
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown = f"{draft.markdown}\nOne more line.\n"
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=draft.rubric, now=world.now)
    guidelines.publish_guideline(world.lena, "audit", change_class=change_class, now=world.later(minutes=1))
