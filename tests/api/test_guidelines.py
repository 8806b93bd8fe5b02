"""The draft is saved by revision, so that nobody's text is lost; versions never change."""

from typing import Any

import pytest

from rubrica.formats.markdown import markdown_html
from tests.api.conftest import Callers, problem

pytestmark = pytest.mark.django_db

DRAFT = "/projects/audit/guideline/draft"
VERSIONS = "/projects/audit/guideline/versions"


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
