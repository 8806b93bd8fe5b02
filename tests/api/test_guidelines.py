"""The draft is saved by revision, so that nobody's text is lost; versions never change."""

from copy import deepcopy
from typing import Any

import pytest

from rubrica.formats.markdown import markdown_html
from tests.api.conftest import Callers, problem

pytestmark = pytest.mark.django_db

DRAFT = "/projects/audit/guideline/draft"
VERSIONS = "/projects/audit/guideline/versions"
CHANGES = "/projects/audit/guideline/changes"


@pytest.fixture
def draft(callers: Callers) -> dict[str, Any]:
    """Return what Lena reads."""
    read: dict[str, Any] = callers.lena.get(DRAFT).json()
    return read


def change(draft: dict[str, Any], addition: str = "\n\nMore.") -> dict[str, Any]:
    return {"markdown": draft["markdown"] + addition, "rubric": draft["rubric"]}


def test_a_draft_is_saved_by_the_revision_it_was_read_at(callers: Callers, draft: dict[str, Any]):
    tag = callers.lena.get(DRAFT).headers["ETag"]

    saved = callers.lena.put(DRAFT, change(draft), If_Match=tag)

    assert (tag, saved.headers["ETag"]) == (f'"{draft["revision"]}"', f'"{draft["revision"] + 1}"')
    assert saved.json()["markdown"] == draft["markdown"] + "\n\nMore."
    assert saved.json()["updated_by"] == "Lena"
    assert callers.lena.get(DRAFT).json() == saved.json()


def test_nobody_overwrites_what_somebody_else_has_saved(callers: Callers, draft: dict[str, Any]):
    callers.omar.put(DRAFT, change(draft, "\n\nOmar's."), If_Match='"1"')

    answer = callers.lena.put(DRAFT, change(draft, "\n\nLena's."), If_Match='"1"')

    document = problem(answer)
    assert (answer.status_code, document["type"]) == (412, "edit-conflict")
    assert document["detail"].startswith("Omar has saved this guideline since you opened it (revision 2, yours is 1)")
    assert callers.lena.get(DRAFT).json()["markdown"].endswith("Omar's.")


def test_a_conflict_says_what_leads_from_what_is_stored_to_what_was_sent(callers: Callers, draft: dict[str, Any]):
    callers.omar.put(DRAFT, change(draft, "\n\n## OM-1 Omar's rule"), If_Match='"1"')

    answer = callers.lena.put(DRAFT, change(draft, "\n\n## LE-1 Lena's rule"), If_Match='"1"')

    changes = [(row["part"], row["place"], row["kind"]) for row in problem(answer)["changes"]]
    assert changes == [("guideline", "LE-1", "added"), ("guideline", "OM-1", "removed")]


def test_versions_are_compared_clause_by_clause_and_word_by_word(callers: Callers, draft: dict[str, Any]):
    markdown = draft["markdown"].replace("The subject is destroyed", "The main subject is destroyed")
    callers.lena.put(DRAFT, {**change(draft), "markdown": markdown}, If_Match='"1"')
    callers.lena.post(VERSIONS, {})

    (found,) = callers.rowan.get(f"{CHANGES}?old=1&new=2").json()["changes"]
    assert (found["part"], found["place"], found["kind"]) == ("guideline", "PL-1", "changed")
    assert [row["text"] for row in found["stretches"] if row["kind"] != "same"] == ["main "]
    (back,) = callers.rowan.get(f"{CHANGES}?old=2&new=1").json()["changes"]
    assert [(row["kind"], row["text"]) for row in back["stretches"] if row["kind"] != "same"] == [("removed", "main ")]
    assert callers.rowan.get(f"{CHANGES}?old=2&new=2").json() == {"changes": [], "examples": []}
    assert callers.lena.get(f"{CHANGES}?old=2").json() == {"changes": [], "examples": []}
    first = callers.rowan.get(f"{CHANGES}?new=1").json()["changes"]
    assert {row["kind"] for row in first} == {"added"}
    assert callers.rowan.get(f"{CHANGES}?old=1&new=9").status_code == 404


@pytest.mark.parametrize("tag", ['"x"', "1", '"1" , "2"', "*", '"99999999999"', '"-1"'])
def test_a_tag_that_is_none_of_a_draft_is_a_conflict(callers: Callers, draft: dict[str, Any], tag: str):
    answer = callers.lena.put(DRAFT, change(draft), If_Match=tag)

    assert (answer.status_code, problem(answer)["type"]) == (412, "edit-conflict")


def test_a_save_without_a_revision_is_asked_for_it(callers: Callers, draft: dict[str, Any]):
    answer = callers.lena.put(DRAFT, change(draft))

    assert (answer.status_code, problem(answer)["type"]) == (428, "precondition-required")


def test_problems_of_the_rubric_and_the_guideline_are_named(callers: Callers, draft: dict[str, Any]):
    rubric = {**draft["rubric"], "overlap": 99, "colour": "red"}
    for body, fields in (
        ({"markdown": draft["markdown"], "rubric": rubric}, ["colour", "overlap"]),
        ({"markdown": "## PL-1 Only", "rubric": draft["rubric"]}, ["criteria[1].clause"]),
        ({"markdown": "## PL-1 A\n\n## PL-1 B", "rubric": {**draft["rubric"], "criteria": []}}, ["criteria"]),
        ({"markdown": 4, "rubric": []}, ["markdown", "rubric"]),
    ):
        answer = callers.lena.put(DRAFT, body, If_Match='"1"')
        assert answer.status_code == 422
        named = [row["field"] for row in problem(answer)["problems"]]
        assert [field for field in fields if field not in named] == []
    assert callers.lena.get(DRAFT).json() == draft


def test_publishing_makes_the_next_version(callers: Callers, draft: dict[str, Any]):
    callers.lena.put(DRAFT, change(draft), If_Match='"1"')

    answer = callers.lena.post(VERSIONS, {"summary": "More said", "change_class": "editorial"})

    version = answer.json()
    assert answer.status_code == 201
    assert (version["number"], version["summary"], version["change_class"]) == (2, "More said", "editorial")
    assert version["in_force"] is True
    listed = callers.rowan.get(VERSIONS).json()["versions"]
    assert [(row["number"], row["in_force"]) for row in listed] == [(2, True), (1, False)]
    shown = callers.rowan.get(f"{VERSIONS}/2").json()
    assert shown == {
        **version,
        "markdown": draft["markdown"] + "\n\nMore.",
        "html": markdown_html(draft["markdown"] + "\n\nMore."),
        "rubric": draft["rubric"],
    }


def test_a_rater_reads_what_changed_and_acknowledges_it(callers: Callers, draft: dict[str, Any]):
    news, acknowledgement = "/projects/audit/guideline/news", "/projects/audit/guideline/acknowledgement"
    assert callers.rita.get(news).json() == {"unread": None, "changes": [], "examples": []}
    callers.lena.put(DRAFT, change(draft, "\n\n## LE-1 Lena's rule"), If_Match='"1"')
    callers.lena.post(VERSIONS, {"summary": "Lena's rule", "change_class": "breaking"})

    told = callers.rita.get(news).json()
    assert told["unread"] == {
        "known": 1,
        "version": 2,
        "change_class": "breaking",
        "summary": "Lena's rule.",
        "blocks": True,
    }
    assert [(row["place"], row["kind"]) for row in told["changes"]] == [("LE-1", "added")]
    assert callers.rita.get("/projects/audit/workbench").json()["unread"] == told["unread"]
    work = callers.rita.post("/projects/audit/assignments", {"hold": 1}).json()
    assert (work["assignments"], work["reason"]) == ([], "guideline_changed")
    stale = callers.rita.post(acknowledgement, {"version": 1})
    assert (stale.status_code, problem(stale)["type"]) == (409, "conflict")
    assert callers.rita.post(acknowledgement, {"version": 2}).status_code == 204
    assert callers.rita.get(news).json() == {"unread": None, "changes": [], "examples": []}
    assert callers.rita.post("/projects/audit/assignments", {"hold": 1}).json()["reason"] == "offered"


def test_a_draft_that_somebody_else_has_saved_since_is_not_published_unseen(callers: Callers, draft: dict[str, Any]):
    callers.omar.put(DRAFT, change(draft, "\n\n## OM-1 Omar's rule"), If_Match='"1"')

    answer = callers.lena.post(VERSIONS, {"summary": "Mine"}, If_Match='"1"')

    document = problem(answer)
    assert (answer.status_code, document["type"]) == (412, "edit-conflict")
    assert document["detail"].startswith(
        "Omar has saved this guideline since you looked at it (revision 2, yours is 1)"
    )
    assert [(row["place"], row["kind"]) for row in document["changes"]] == [("OM-1", "added")]
    assert len(callers.lena.get(VERSIONS).json()["versions"]) == 1
    assert callers.lena.post(VERSIONS, {"summary": "Ours"}, If_Match='"2"').status_code == 201


def test_publishing_the_same_again_is_a_conflict(callers: Callers):
    answer = callers.lena.post(VERSIONS, {})

    assert (answer.status_code, problem(answer)["type"]) == (409, "conflict")


def test_specialists_read_the_version_in_force_and_no_other(callers: Callers, draft: dict[str, Any]):
    callers.lena.put(DRAFT, change(draft), If_Match='"1"')
    callers.lena.post(VERSIONS, {})

    assert [row["number"] for row in callers.rita.get(VERSIONS).json()["versions"]] == [2]
    assert callers.rita.get(f"{VERSIONS}/1").status_code == 404
    assert callers.rita.get(f"{VERSIONS}/2").status_code == 200


@pytest.mark.parametrize("number", ["0", "3", "999999", "9999999", "latest", "1e0"])
def test_a_version_that_there_is_not_is_not_found(callers: Callers, number: str):
    assert callers.lena.get(f"{VERSIONS}/{number}").status_code == 404


def test_examples_are_compared_with_their_answers_and_thumbnails(callers: Callers, draft: dict[str, Any]):
    example = {"item": "item-1", "right": 2, "wrong": 4, "why": "The seam shows."}
    rubric = deepcopy(draft["rubric"])
    rubric["criteria"][0]["worked_examples"] = [example]
    callers.lena.put(DRAFT, {"markdown": draft["markdown"], "rubric": rubric}, If_Match='"1"')
    callers.lena.post(VERSIONS, {})

    found = callers.rowan.get(f"{CHANGES}?old=1&new=2").json()

    assert found["changes"] == []
    (change,) = found["examples"]
    assert (change["criterion"], change["item"], change["kind"], change["before"]) == (
        rubric["criteria"][0]["id"],
        "item-1",
        "added",
        None,
    )
    assert change["after"]["right"].startswith("2 ")
    assert (change["after"]["wrong"][:2], change["after"]["why"]) == ("4 ", "The seam shows.")
    assert [address.rsplit("/", 1)[1] for address in change["images"]] == ["thumbnail"]
    (back,) = callers.rowan.get(f"{CHANGES}?old=2&new=1").json()["examples"]
    assert (back["kind"], back["before"], back["after"]) == ("removed", change["after"], None)


def test_a_specialist_is_not_told_the_answer_to_an_item_that_may_still_come(callers: Callers, draft: dict[str, Any]):
    rubric = deepcopy(draft["rubric"])
    rubric["criteria"][0]["worked_examples"] = [{"item": "item-1", "right": 2, "wrong": 4, "why": "The seam shows."}]
    callers.lena.put(DRAFT, {"markdown": draft["markdown"], "rubric": rubric}, If_Match='"1"')
    callers.lena.post(VERSIONS, {})

    for address in (f"{VERSIONS}/2", "/projects/audit/guideline/news", "/projects/audit/workbench"):
        assert "The seam shows." not in callers.rita.get(address).content.decode()
    assert callers.rowan.get(f"{VERSIONS}/2").json()["rubric"]["criteria"] == rubric["criteria"]


def test_an_example_that_is_wrong_is_refused_field_by_field(callers: Callers, draft: dict[str, Any]):
    rubric = deepcopy(draft["rubric"])
    rubric["criteria"][0]["worked_examples"] = [
        {"item": "item-1", "right": 9, "wrong": 4, "why": "x"},
        {"item": "item-2", "right": 4, "wrong": 4, "why": "x"},
    ]
    answer = callers.lena.put(DRAFT, {"markdown": draft["markdown"], "rubric": rubric}, If_Match='"1"')

    where = "criteria[0].worked_examples"
    assert [each["field"] for each in problem(answer)["problems"]] == [f"{where}[0].right", f"{where}[1].wrong"]
