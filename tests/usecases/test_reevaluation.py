"""Judging anew: the preview says what will happen, and that is what happens when the version is published."""

import pytest
from django.db import IntegrityError, transaction

from rubrica.domain.roles import Role
from rubrica.records.models import Assignment, AuditEvent, Evaluation, GuidelineDraft, Item, Reevaluation
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.usecases import acknowledgements, assignments, evaluations, guidelines, organisations, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.instance.invariants import invariants
from rubrica.usecases.reevaluation import Impact, impact_of_draft
from tests.cast import World, add_items, audit_answer, build_world, evaluate

pytestmark = pytest.mark.django_db

MARK = {
    "image": "a",
    "shape": "point",
    "geometry": {"x": 0.2, "y": 0.25},
    "code": "TEXT.garbled",
    "severity": 2,
    "note": "",
}


@pytest.fixture
def world(db) -> World:
    return build_world(items=3)


@pytest.fixture
def judged(world: World) -> World:
    """Two raters have judged three items: they are far apart on one of them, and one of them marked garbled text."""
    ravi = world.rater("ravi")
    for _ in range(3):
        evaluate(world, world.rita, audit_answer(4, viewing={"active_ms": 30_000}))
    by_item = {row.item_id: row for row in Evaluation.objects.of(world.project)}
    for place in range(3):
        marks = {"marks": [MARK], "explanation": "Unreadable [[1]]."} if place == 1 else {}
        held = assignments.take_assignments(ravi, "audit", hold=1, now=world.now).assignments[0].held
        answer = audit_answer(4, viewing={"active_ms": 30_000}, **marks)
        if held.item_id == min(by_item):
            answer["answers"]["alignment"] = 1
        evaluations.submit_evaluation(
            ravi, held.public_id, payload=answer, key=f"key-{held.public_id}", hold=0, now=world.later(seconds=20)
        )
    add_items(world.project, 1)
    return world


def draft(world: World, change=lambda text, rubric: (text, rubric)) -> None:
    """Change the draft: text and rubric."""
    found = GuidelineDraft.objects.of(world.project).get()
    text, rubric = change(found.markdown, found.rubric)
    guidelines.replace_draft(world.lena, "audit", markdown=text, rubric=rubric, now=world.later(minutes=1))


def under(anchor: str):
    def change(text, rubric):
        lines = text.splitlines()
        heading = next(place for place, line in enumerate(lines) if line.lstrip("# ").startswith(f"{anchor} "))
        return "\n".join([*lines[: heading + 1], "Said otherwise.", *lines[heading + 1 :], ""]), rubric

    return change


def clause_of(world: World, criterion: str) -> str:
    return next(row["clause"] for row in world.guideline.rubric["criteria"] if row["id"] == criterion)


def impact(world: World, account=None) -> Impact:
    return impact_of_draft(open_project(account or world.lena, "audit"))


def publish(world: World, which: Which, change_class=ChangeClass.BREAKING, **how):
    now = world.later(minutes=1)
    return guidelines.publish_guideline(
        world.lena, "audit", summary="Said", change_class=change_class, which=which, now=now, **how
    )


def passes(world: World) -> dict[int, int]:
    return dict(Item.objects.of(world.project).values_list("pk", "pass_number"))


def broken() -> list[str]:
    return [finding.subject for finding in invariants() if finding.level != "ok"]


def test_a_changed_clause_reaches_what_was_answered_under_it_and_says_what_that_costs(judged: World):
    draft(judged, under(clause_of(judged, "alignment")))
    found = impact(judged)

    assert "alignment" in found.reach.criteria
    assert (len(found.items), found.evaluations, found.raters, len(found.disputed)) == (3, 6, 2, 1)
    assert found.seconds_each == 30
    assert found.hours(3) == pytest.approx(3 * 2 * 30 / 3600)
    assert found.cost(3) is None


def test_what_an_hour_costs_says_what_judging_anew_costs(judged: World):
    projects.change_settings(judged.lena, "audit", hourly_cost=("24", "USD"), now=judged.now)
    draft(judged, under(clause_of(judged, "alignment")))

    # Three items, two raters each, half a minute each: a twentieth of an hour.
    assert str(impact(judged).cost(3)) == "USD 1.20"


def test_a_changed_clause_reaches_the_explanations_that_name_it(world: World):
    clauses = "\n\n## ZZ-9 Reflections\n\nA reflection is no fault.\n\n### ZZ-9.1 In water\n\nNor is one in water.\n"
    draft(world, lambda text, rubric: (text + clauses, rubric))
    guidelines.publish_guideline(world.lena, "audit", summary="More", change_class=ChangeClass.EDITORIAL, now=world.now)
    for said in ("No fault by ZZ-9.", "No fault by ZZ-9.1 in water.", "No fault."):
        evaluate(world, world.rita, audit_answer(4, explanation=said))
    draft(world, under("ZZ-9"))

    found = impact(world)
    assert (found.reach.clauses, found.reach.criteria) == ({"ZZ-9"}, frozenset())
    named = Evaluation.objects.of(world.project).get(explanation="No fault by ZZ-9.")
    assert (found.items, found.evaluations) == ((named.item_id,), 1)


def test_a_changed_code_reaches_only_the_items_marked_with_it(judged: World):
    def change(text, rubric):
        group = next(group for group in rubric["taxonomy"]["groups"] if group["code"] == "TEXT")
        next(error for error in group["errors"] if error["code"] == "garbled")["anchor"] = "Letters that do not exist"
        return text, rubric

    draft(judged, change)
    found = impact(judged)
    assert found.reach.codes == {"TEXT.garbled"}
    assert (len(found.items), found.evaluations) == (1, 1)


def test_what_is_only_worded_for_the_reader_reaches_nothing(judged: World):
    draft(judged, lambda text, rubric: (f"Welcome.\n\n{text}", rubric))
    assert not impact(judged).reach
    assert impact(judged).items == ()


@pytest.mark.parametrize("which", Which.values)
def test_what_the_preview_counts_is_what_is_queued_again(judged: World, which):
    draft(judged, under(clause_of(judged, "alignment")))
    promised = impact(judged).chosen(Which(which), 2)
    before = passes(judged)
    version = publish(judged, Which(which), sample=2)

    after = passes(judged)
    assert {item for item in after if after[item] > before[item]} == set(promised)
    assert len(promised) == {"none": 0, "sample": 2, "disputed": 1, "all": 3}[which]
    orders = [(row.which, row.reached, row.queued) for row in Reevaluation.objects.of(judged.project)]
    assert orders == ([] if which == "none" else [(which, 3, len(promised))])
    assert version.number == 2
    assert broken() == []


def test_who_judged_before_judges_again_under_the_new_version_and_both_stay(judged: World):
    draft(judged, under(clause_of(judged, "alignment")))
    publish(judged, Which.ALL)
    acknowledgements.acknowledge(judged.rita, "audit", number=2, now=judged.later(minutes=1))
    before = Evaluation.objects.of(judged.project).filter(rater=judged.rita).count()
    again = 0
    while assignments.take_assignments(judged.rita, "audit", hold=1, now=judged.now).assignments:
        evaluate(judged, judged.rita, audit_answer(5))
        again += 1

    own = Evaluation.objects.of(judged.project).filter(rater=judged.rita)
    assert (before, again) == (3, 4)  # the item that nobody had judged, too
    assert sorted(own.values_list("guideline__number", flat=True)) == [1, 1, 1, 2, 2, 2, 2]
    assert broken() == []


def test_progress_counts_what_came_again(judged: World):
    draft(judged, under(clause_of(judged, "alignment")))
    publish(judged, Which.ALL, ChangeClass.CLARIFICATION)
    work = assignments.take_assignments(judged.rita, "audit", hold=1, now=judged.now)
    assert (work.done, work.total) == (3, 7)


def test_what_is_in_hand_counts_for_the_pass_that_it_was_lent_in(judged: World):
    held = assignments.take_assignments(judged.rita, "audit", hold=1, now=judged.now).assignments[0].held
    other = judged.rater("rosa")
    evaluate(judged, other)
    item = Item.objects.of(judged.project).get(pk=held.item_id)
    draft(judged, under(clause_of(judged, "alignment")))
    publish(judged, Which.ALL)
    evaluations.submit_evaluation(
        judged.rita, held.public_id, payload=audit_answer(), key="of-the-first-pass", hold=1, now=judged.now
    )

    late = Evaluation.objects.of(judged.project).get(idempotency_key="of-the-first-pass")
    item.refresh_from_db()
    assert late.guideline.number == 1
    assert (item.pass_number, item.evaluation_count, item.places_left) == (2, 0, 2)
    assert broken() == []


@pytest.mark.parametrize("ended", ["skipped", "lapsed"])
def test_a_place_of_an_earlier_pass_is_not_given_back_to_the_next(judged: World, ended):
    held = assignments.take_assignments(judged.rita, "audit", hold=1, now=judged.now).assignments[0].held
    evaluate(judged, judged.rater("rosa"))
    draft(judged, under(clause_of(judged, "alignment")))
    publish(judged, Which.ALL, ChangeClass.CLARIFICATION)
    if ended == "skipped":
        assignments.skip_assignment(judged.rita, held.public_id, reason="other", note="", hold=1, now=judged.now)
    else:
        judged.later(hours=2)
        assignments.take_assignments(judged.rater("ruth"), "audit", hold=5, now=judged.now)
        assert Assignment.objects.of(judged.project).get(public_id=held.public_id).state == "expired"
        evaluations.submit_evaluation(
            judged.rita, held.public_id, payload=audit_answer(), key="late-and-of-before", hold=0, now=judged.now
        )
    assert broken() == []


def test_a_withdrawn_item_does_not_come_again(judged: World):
    draft(judged, under(clause_of(judged, "alignment")))
    first = impact(judged).items[0]
    Item.objects.of(judged.project).filter(pk=first).update(is_withdrawn=True)
    assert first not in impact(judged).items
    publish(judged, Which.ALL)
    assert passes(judged)[first] == 1


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"which": Which.ALL, "change_class": ChangeClass.EDITORIAL}, "which"),
        ({"which": Which.SAMPLE, "sample": 0}, "sample"),
    ],
)
def test_what_makes_no_sense_publishes_nothing(judged: World, how, field):
    draft(judged, under(clause_of(judged, "alignment")))
    with pytest.raises(InvalidInputError) as refusal:
        publish(judged, **how)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert judged.guideline.number == 1
    assert set(passes(judged).values()) == {1}


def test_the_preview_is_for_those_who_write_the_rules(judged: World):
    for account in (judged.rita, judged.rowan):
        with pytest.raises(NotAllowedError):
            impact(judged, account)
    fresh = projects.create_project(judged.lena, "atelier", name="Fresh", template="side-by-side", now=judged.now)
    with pytest.raises(NotFoundError, match="published"):
        impact_of_draft(open_project(judged.lena, fresh.slug))


def test_who_ordered_it_is_on_record_and_never_rewritten(judged: World):
    draft(judged, under(clause_of(judged, "alignment")))
    publish(judged, Which.DISPUTED)
    (event,) = AuditEvent.objects.of(judged.project).filter(action="items.queued_again")
    assert (event.actor, event.subject, event.detail["items"]) == (judged.lena, "v2", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reevaluation.objects.of(judged.project).update(queued=9)


def test_a_changed_overlap_leaves_the_passes_alone(judged: World):
    draft(judged, under(clause_of(judged, "alignment")))
    publish(judged, Which.ALL, ChangeClass.CLARIFICATION)
    assignments.take_assignments(judged.rita, "audit", hold=2, now=judged.now)
    projects.change_settings(judged.lena, "audit", overlap=3, now=judged.now)
    organisations.add_project_member(judged.project, judged.rowan, Role.SPECIALIST, now=judged.now)
    assert broken() == []
