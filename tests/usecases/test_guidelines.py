"""Publishing: what answers mean does not change under a harmless name once anybody has judged."""

import copy
from datetime import timedelta

import pytest
from django.test import Client

from rubrica.domain.change_proposal import clause_text
from rubrica.records.models import AuditEvent, GuidelineDraft, GuidelineVersion
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import (
    assignments,
    change_proposals,
    clause_questions,
    edge_cases,
    guidelines,
    notifications,
    rulings,
    scheduled_publications,
)
from rubrica.usecases.errors import EditConflictError, InvalidInputError
from tests.cast import World, audit_answer, evaluate

pytestmark = pytest.mark.django_db
MARK = {
    "image": "a",
    "shape": "box",
    "geometry": {"x": 0.2, "y": 0.25, "width": 0.1, "height": 0.1},
    "code": "TEXT.garbled",
    "severity": 2,
    "note": "",
    "clause": "GE-1.3",
}


def write(world: World, change) -> None:
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown, rubric = change(draft.markdown, copy.deepcopy(draft.rubric))
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=rubric, now=world.later(minutes=1))


def publish(world: World, change_class: ChangeClass = ChangeClass.CLARIFICATION) -> GuidelineVersion:
    return guidelines.publish_guideline(world.lena, "audit", change_class=change_class, now=world.now)


def without_words(markdown, rubric):
    return markdown, {**rubric, "criteria": rubric["criteria"][:-1]}


def without_a_clause(markdown, rubric):
    return markdown.replace("### GE-1.3", "### Formerly"), rubric


def test_a_criterion_that_goes_is_a_breaking_change_once_somebody_has_judged(world: World):
    evaluate(world, world.rita)
    write(world, without_words)
    for harmless in (ChangeClass.EDITORIAL, ChangeClass.CLARIFICATION):
        with pytest.raises(InvalidInputError, match="publish it as a breaking change") as refused:
            publish(world, harmless)
        assert [row.field for row in refused.value.problems] == ["criteria.missing_words"]

    assert publish(world, ChangeClass.BREAKING).number == 2


def test_a_draft_is_published_as_it_was_read_or_not_at_all(world: World):
    seen = GuidelineDraft.objects.of(world.project).get().revision
    write(world, lambda markdown, rubric: (f"{markdown}\n## OM-1 Another rule\n", rubric))
    with pytest.raises(EditConflictError, match="since you looked at it") as refused:
        guidelines.publish_guideline(world.lena, "audit", revision=seen, now=world.now)
    assert refused.value.changes is not None
    assert [change.place for change in refused.value.changes.clauses] == ["OM-1"]
    terms, at = guidelines.Terms("More"), world.now + timedelta(days=1)
    with pytest.raises(EditConflictError):
        scheduled_publications.schedule(world.lena, "audit", terms, effective_at=at, revision=seen, now=world.now)
    assert guidelines.publish_guideline(world.lena, "audit", revision=seen + 1, now=world.now).number == 2


def test_before_anybody_has_judged_everything_may_change(world: World):
    write(world, without_words)

    assert publish(world).number == 2


def test_a_clause_that_marks_name_does_not_go_unnoticed(world: World):
    evaluate(world, world.rita, audit_answer(3, marks=[MARK], explanation="Unreadable [[1]]."))
    write(world, without_a_clause)
    with pytest.raises(InvalidInputError) as refused:
        publish(world)
    (problem,) = refused.value.problems
    assert (problem.field, problem.problem) == ("GE-1.3", "is gone, and is named by 1 mark")

    assert publish(world, ChangeClass.BREAKING).number == 2


def cite(world: World) -> dict[str, str]:
    """Name the clause everywhere it can be named, and return who is to be told of what, by page."""
    said = "Unreadable [[1]], by GE-1.3."
    evaluate(world, world.rita, audit_answer(3, marks=[MARK], explanation=said))
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held.public_id
    asked = {"kind": "gap", "question": "Is it?", "clause": "GE-1.3"}
    for key in ("ask-it-once", "ask-it-twice"):
        edge_cases.raise_case(world.rita, held, payload=asked, key=key, now=world.now)
    review_on = world.now.date() + timedelta(days=90)
    decision = rulings.Decision("It is", "Seen", "pattern", review_on, clause="GE-1.3")
    rulings.rule(world.lena, "audit", 2, decision, now=world.now)
    old = clause_text(world.guideline.markdown, "GE-1.3")
    wording = change_proposals.Wording("GE-1.3", f"{old}\n\nMore.\n", "More")
    change_proposals.propose_change(world.rita, "audit", wording, now=world.now)
    clause_questions.ask_about_clause(world.rita, "audit", "GE-1.3", text="What?", now=world.now)
    return {
        "cases/1/": "E-1 names",
        "guideline/proposals/1/": "P-1 names",
        "guideline/#questions": "The question about GE-1.3 names",
    }


def test_a_clause_goes_only_as_a_breaking_change_when_anything_names_it(world: World):
    told = cite(world)
    write(world, without_a_clause)
    with pytest.raises(InvalidInputError) as refused:
        publish(world)
    named_by = "1 mark, 1 explanation, 1 open case, 1 ruling in force, 1 open proposal, 1 open question"
    (problem,) = refused.value.problems
    assert (problem.field, problem.problem) == ("GE-1.3", f"is gone, and is named by {named_by}")
    publish(world, ChangeClass.BREAKING)
    news = {row.path: row.text for row in notifications.news_of(world.lena) if "does not have any more" in row.text}
    assert set(news) == {f"/projects/audit/{page}" for page in told}
    assert all(news[f"/projects/audit/{page}"].startswith(words) for page, words in told.items())
    kept = AuditEvent.objects.everywhere("a test").get(action="guideline.clauses_lost")
    assert kept.detail == {"named_by": {"GE-1.3": named_by}}


def test_what_cites_a_clause_counts_before_anybody_has_judged(world: World):
    clause_questions.ask_about_clause(world.rita, "audit", "GE-1.3", text="What?", now=world.now)
    write(world, without_a_clause)
    with pytest.raises(InvalidInputError, match="breaking change"):
        publish(world)


@pytest.mark.parametrize("said", ["By GE-1.30.", "By GE-1.", "By GE-1.3.1.", "By XGE-1.3."])
def test_a_clause_is_named_by_its_whole_anchor(world: World, said: str):
    evaluate(world, world.rita, audit_answer(5, explanation=said))
    write(world, without_a_clause)
    assert publish(world).number == 2


def test_what_is_settled_names_nothing_any_more(world: World):
    question = clause_questions.ask_about_clause(world.rita, "audit", "GE-1.3", text="What?", now=world.now)
    clause_questions.settle_clause_question(world.rita, "audit", question.public_id, now=world.now)
    write(world, without_a_clause)
    assert publish(world).number == 2


def test_the_page_says_which_clauses_go_and_what_names_them(world: World):
    cite(world)
    write(world, without_a_clause)
    client = Client()
    client.force_login(world.lena)
    page = client.get("/projects/audit/guideline/edit/").content.decode()
    assert "Clauses go that people have named" in page
    assert "1 mark, 1 explanation, 1 open case" in page
    answer = client.post(
        "/projects/audit/guideline/publish/", {"change_class": "clarification", "summary": "x"}, follow=True
    )
    assert "GE-1.3 is gone, and is named by 1 mark" in answer.content.decode()


def test_a_clause_that_nothing_names_may_go(world: World):
    evaluate(world, world.rita)
    write(world, without_a_clause)

    assert publish(world).number == 2
