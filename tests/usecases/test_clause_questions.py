"""Questions about clauses: asked by anybody, answered by anybody, settled by who asked or who triages."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from rubrica.records.models import ClauseAnswer
from rubrica.usecases import notifications
from rubrica.usecases.access import open_project
from rubrica.usecases.clause_questions import (
    answer_clause_question,
    ask_about_clause,
    clause_questions,
    settle_clause_question,
)
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.reports import guideline_health
from tests.cast import World

pytestmark = pytest.mark.django_db


def ask(world: World, person=None, clause: str = "PL-1", text: str = "Is a seam a fault?"):
    return ask_about_clause(person or world.rita, "audit", clause, text=text, now=world.now)


def open_ones(world: World):
    return clause_questions(open_project(world.rita, "audit"))


def test_a_question_is_told_to_the_leads_answered_and_settled(world: World):
    question = ask(world)
    assert notifications.news_of(world.lena)[0].text == "PL-1 was asked about: Is a seam a fault?"
    answer_clause_question(world.rowan, "audit", question.public_id, text="It is.", now=world.now)
    assert notifications.news_of(world.rita)[0].text == "Your question about PL-1 was answered: It is."
    (row,) = open_ones(world)
    assert [answer.text for answer in row.answers] == ["It is."]
    settle_clause_question(world.rita, "audit", question.public_id, now=world.now)
    assert open_ones(world) == []
    with pytest.raises(ConflictError, match="settled"):
        answer_clause_question(world.lena, "audit", question.public_id, text="Late.", now=world.now)


def test_only_who_asked_and_who_triages_settles(world: World):
    question = ask(world)
    with pytest.raises(NotAllowedError):
        settle_clause_question(world.rater("remy"), "audit", question.public_id, now=world.now)
    with pytest.raises(NotFoundError):
        settle_clause_question(world.otto, "audit", question.public_id, now=world.now)
    settle_clause_question(world.rowan, "audit", question.public_id, now=world.now)
    assert open_ones(world) == []


@pytest.mark.parametrize(("clause", "text"), [("XX-9", "Why?"), ("PL-1", " "), ("PL-1", "x" * 1_001)])
def test_what_is_no_question_about_a_clause_is_refused(world: World, clause: str, text: str):
    with pytest.raises(InvalidInputError):
        ask(world, clause=clause, text=text)
    assert open_ones(world) == []


def test_answers_are_never_changed_and_questions_count_in_the_health_of_the_guideline(world: World):
    question = ask(world)
    answer_clause_question(world.lena, "audit", question.public_id, text="It is.", now=world.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClauseAnswer.objects.of(world.project).update(text="It is not.")
    found = guideline_health(open_project(world.lena, "audit"))
    assert (found.clauses[0].anchor, found.clauses[0].cases) == ("PL-1", 1)


def test_it_all_happens_below_the_guideline(world: World):
    client = Client()
    client.force_login(world.rita)
    client.post("/projects/audit/guideline/questions/", {"clause": "PL-1", "text": "Is a seam a fault?"})
    text = client.get("/projects/audit/guideline/").content.decode()
    assert "Is a seam a fault?" in text
    public_id = open_ones(world)[0].question.public_id
    client.post(f"/projects/audit/guideline/questions/{public_id}/answer/", {"text": "I think so."})
    assert "I think so." in client.get("/projects/audit/guideline/").content.decode()
    client.post(f"/projects/audit/guideline/questions/{public_id}/settle/")
    assert "Is a seam a fault?" not in client.get("/projects/audit/guideline/").content.decode()
