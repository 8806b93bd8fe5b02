"""The pages of edge cases: the board, a case with its vote, the ruling; what is typed is kept when it is refused."""

import pytest
from django.test import Client

from rubrica.records.models import EdgeCase, Project, Ruling
from rubrica.usecases import assignments, edge_cases
from tests.cast import World, add_items, describe_item, passed_case, put_to_vote, ruled_case

pytestmark = pytest.mark.django_db

RULING = {
    "decision": "A seam is a fault, minor",
    "rationale": "It is seen at a close look only.",
    "reach": "pattern",
    "review_on": "2999-01-01",
}


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, path="/projects/audit/cases/1/"):
    answer = as_(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def step(person, name, **fields):
    return as_(person).post(f"/projects/audit/cases/1/{name}/", fields)


@pytest.fixture
def case(world: World) -> EdgeCase:
    work = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now)
    return put_to_vote(world, work.assignments[0].held.public_id)


def test_an_empty_board_says_how_a_case_comes_about(world: World):
    assert "Nobody has raised a case yet" in page(world.rita, "/projects/audit/cases/")
    assert "Nothing has been ruled on yet" in page(world.rita, "/projects/audit/rulings/")


def test_the_board_and_today_say_who_is_waited_for(world: World, case):
    board = page(world.rita, "/projects/audit/cases/")
    assert "1 case waits for your vote" in board
    assert "Is a seam along a mirror a fault?" in board
    assert "overdue" in board  # the cast lives in the past
    assert "1 edge case to vote on" in page(world.rita, "/")
    assert "1 edge case to see to, 1 overdue" in page(world.lena, "/")
    assert "edge case" not in page(world.otto, "/")


def test_the_board_can_be_searched(world: World, case):
    assert "Is a seam" in page(world.rita, "/projects/audit/cases/?q=seam&show=mine")
    assert "No case fits" in page(world.rowan, "/projects/audit/cases/?show=mine")


def test_the_answer_of_the_rater_is_not_on_the_page_before_one_has_voted(world: World, case):
    before = page(world.rowan)
    assert "I call it minor" not in before
    assert "How would you decide?" in before

    assert step(world.rowan, "vote", option="1", reason="Looks fine").status_code == 302
    after = page(world.rowan)
    assert "I call it minor" in after
    assert "Looks fine" in after
    assert "Looks fine" not in page(world.rita)


def test_a_case_goes_its_way_by_the_buttons(world: World, case):
    step(world.rita, "vote", option="none", reason="It depends")
    assert step(world.lena, "close-vote").status_code == 302
    assert step(world.rita, "post", text="On the mirror itself?").status_code == 302
    assert "On the mirror itself?" in page(world.lena)
    assert step(world.lena, "rule", **RULING, **{"answers.overall": "3"}).status_code == 302

    ruling = Ruling.objects.of(world.project).get()
    assert ruling.answers == {"overall": 3}
    assert "A seam is a fault, minor" in page(world.rita, "/projects/audit/rulings/")
    assert "R-1" in page(world.rita, "/projects/audit/cases/")


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("vote", {}, 422),
        ("vote", {"option": "7"}, 422),
        ("vote", {"option": "none"}, 422),
        ("vote", {"option": "²"}, 422),
        ("vote", {"option": "-1"}, 422),
        ("post", {"text": "Too early"}, 409),
        ("merge", {"into": "what"}, 422),
        ("merge", {"into": "1"}, 409),
        ("answer", {"reason": " "}, 422),
        ("reopen", {"reason": "Why not"}, 409),
        ("rule", RULING, 409),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(world: World, case, name, fields, status):
    answer = step(world.lena, name, **fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "voting"


def test_an_unknown_step_is_not_found(world: World, case):
    assert step(world.lena, "burn").status_code == 404
    assert as_(world.lena).get("/projects/audit/cases/9/").status_code == 404


@pytest.mark.parametrize("answer", ["²", "--5", "9" * 5_000, "9999"])
def test_an_answer_that_is_none_is_refused_in_words(world: World, case, answer):
    edge_cases.close_vote(world.lena, "audit", case.number, now=world.now)
    assert step(world.lena, "rule", **RULING, **{"answers.overall": answer}).status_code == 422
    assert not Ruling.objects.of(world.project).exists()


def test_a_refused_ruling_keeps_what_was_typed(world: World, case):
    edge_cases.close_vote(world.lena, "audit", case.number, now=world.now)
    given = {**RULING, "rationale": "", "decision": "My careful words", "answers.overall": "2"}
    answer = step(world.lena, "rule", **given)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert "My careful words" in text
    assert 'value="2" selected' in text
    assert not Ruling.objects.of(world.project).exists()


def test_the_pictures_of_a_sensitive_project_are_covered(world: World, case):
    Project.objects.of(world.project).update(is_sensitive=True)
    for path in ("/projects/audit/cases/", "/projects/audit/cases/1/"):
        assert "Reveal the images" in page(world.rita, path)


def test_everybody_of_the_project_sees_the_picture_of_a_case(world: World, case):
    ravi = world.rater("ravi")
    image = page(ravi).split("/api/v1/images/")[1].split("/")[0]
    tagged = as_(ravi).get(f"/api/v1/images/{image}/view", HTTP_IF_NONE_MATCH=f'"{image}-view"')
    assert tagged.status_code == 304
    assert as_(world.otto).get(f"/api/v1/images/{image}/view").status_code == 404


def test_the_lead_reads_which_cases_look_alike_and_which_is_unlike_anything_ruled_on(world: World):
    add_items(world.project, 3)
    ruled = ruled_case(world, "Halo?")
    similar, new = passed_case(world, "Entirely different?"), passed_case(world, "And this one?")
    for case, distance in ((ruled, 0.0), (similar, 0.003), (new, 0.9)):
        describe_item(case.item, distance)
    first = page(world.lena, f"/projects/audit/cases/{similar.number}/")
    assert "similar image" in first
    assert "Unlike anything ruled on" not in first
    second = page(world.lena, f"/projects/audit/cases/{new.number}/")
    assert "similar image" not in second
    assert "Unlike anything ruled on" in second
    assert "Unlike anything ruled on" not in page(world.rita, f"/projects/audit/cases/{new.number}/")


def test_what_people_write_is_text_on_every_page(world: World, case):
    step(world.rita, "vote", option="0", reason="<script>alert(1)</script>")
    edge_cases.close_vote(world.lena, "audit", case.number, now=world.now)
    step(world.rita, "post", text="<img src=x onerror=alert(1)>")
    step(world.lena, "rule", **{**RULING, "decision": "<b>bold</b>"})
    for path in ("/projects/audit/cases/1/", "/projects/audit/rulings/"):
        text = page(world.lena, path)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>bold" not in text


def test_a_ruling_that_contradicts_another_is_asked_about_and_then_shown_as_a_conflict(world: World, case):
    work = assignments.take_assignments(world.rita, "audit", hold=2, now=world.now)
    put_to_vote(world, work.assignments[0].held.public_id, "And along a window?")
    for number in (1, 2):
        edge_cases.close_vote(world.lena, "audit", number, now=world.now)
    assert step(world.lena, "rule", **RULING, clause="PL-1").status_code == 302
    other = {**RULING, "decision": "A seam is no fault", "clause": "PL-1"}
    refused = as_(world.lena).post("/projects/audit/cases/2/rule/", other)
    assert refused.status_code == 409
    assert "There is a ruling on the same: R-1 (A seam is a fault, minor)" in refused.content.decode()
    assert "A seam is no fault" in refused.content.decode()
    beside = as_(world.lena).post("/projects/audit/cases/2/rule/", {**other, "beside": "on"})
    assert beside.status_code == 302
    shown = page(world.rita, "/projects/audit/rulings/")
    assert ("may contradict R-1" in shown, "may contradict R-2" in shown) == (True, True)
