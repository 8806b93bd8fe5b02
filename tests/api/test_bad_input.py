"""What is malformed is refused by name, and nothing of it is stored."""

import json
import logging
from typing import Any

import pytest
from django.db import OperationalError

from rubrica.api import evaluations as evaluations_api
from rubrica.api.body import MOST_BODY_BYTES
from rubrica.records.models import Evaluation
from tests.api.conftest import Caller, Callers, problem
from tests.api.test_work import KEY, submit, take
from tests.cast import World, audit_answer

pytestmark = pytest.mark.django_db

BOX = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}


def mark(**changes: Any) -> dict[str, Any]:
    return {
        "image": "a",
        "shape": "box",
        "geometry": BOX,
        "code": "TECH.blur",
        "part": None,
        "severity": 1,
        "note": "",
        **changes,
    }


def raw(text: str) -> bytes:
    """Return an answer's bytes in which the word HERE stands for something that ``json.dumps`` would not write."""
    return json.dumps(audit_answer(marks=[mark(geometry={**BOX, "x": "HERE"})])).replace('"HERE"', text).encode()


MALFORMED = {
    "a key twice": (
        b'{"answers": {}, "answers": {}}',
        "the key 'answers' stands twice in one object (at character 17)",
    ),
    "NaN": (raw("NaN"), "NaN is not a JSON number"),
    "infinity": (raw("Infinity"), "Infinity is not a JSON number"),
    "an overflow": (raw("1e999"), "the number 1e999 is too large"),
    "a huge integer": (raw("1" + "0" * 400), "is beyond 2**53 - 1"),
    "NUL": (b'{"explanation": "a\\u0000b"}', "a text contains NUL"),
    "half of a pair": (b'{"explanation": "\\ud800"}', "a text contains half of a surrogate pair"),
    "no UTF-8": (b'{"explanation": "\xff"}', "is not UTF-8"),
    "deep": (b"[" * 20_000, "nested deeper than 64"),
    "cut off": (b'{"answers": {', "expecting property name"),
    "no JSON": (b"answers=4", "expecting value"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_body_that_is_no_strict_json_is_refused_with_its_place(callers: Callers, world: World, name: str):
    body, reason = MALFORMED[name]
    held = take(callers.rita)[0]["id"]

    answer = submit(callers.rita, held, body)

    document = problem(answer)
    assert (answer.status_code, document["type"]) == (400, "malformed-json")
    assert reason in document["detail"]
    assert not Evaluation.objects.of_account(world.rita).exists()


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("address", ["/projects/audit/assignments", "/projects", "/projects/audit/exports"])
def test_every_body_goes_through_the_same_reader(callers: Callers, name: str, address: str):
    assert problem(callers.lena.post(address, MALFORMED[name][0]))["type"] == "malformed-json"


REJECTED: dict[str, tuple[Any, str]] = {
    "an unknown criterion": (audit_answer(answers={**audit_answer()["answers"], "beauty": 5}), "answers.beauty"),
    "a missing criterion": (audit_answer(answers={"overall": 4}), "answers.plausibility"),
    "a level off the scale": (audit_answer(answers={**audit_answer()["answers"], "overall": 9}), "answers.overall"),
    "a boolean for a level": (audit_answer(answers={**audit_answer()["answers"], "overall": True}), "answers.overall"),
    "an unknown key": (audit_answer(rater="somebody"), "rater"),
    "a coordinate out of range": (audit_answer(marks=[mark(geometry={**BOX, "x": 1.2})]), "marks[0].geometry.x"),
    "a negative coordinate": (audit_answer(marks=[mark(geometry={**BOX, "y": -0.1})]), "marks[0].geometry.y"),
    "a box without width": (audit_answer(marks=[mark(geometry={**BOX, "width": 0})]), "marks[0].geometry.width"),
    "a box that leaves the image": (audit_answer(marks=[mark(geometry={**BOX, "x": 0.9})]), "marks[0].geometry.width"),
    "an unknown code": (audit_answer(marks=[mark(code="TECH.magic")]), "marks[0].code"),
    "an unknown severity": (audit_answer(marks=[mark(severity=7)]), "marks[0].severity"),
    "an image that is not shown": (audit_answer(marks=[mark(image="b")]), "marks[0].image"),
    "too many marks": (audit_answer(marks=[mark()] * 201), "marks"),
    "a control character": (audit_answer(explanation="a\x07b"), "explanation"),
    "a long explanation": (audit_answer(explanation="a" * 10_001), "explanation"),
    "a mark that is cited and not there": (audit_answer(explanation="see [[3]]", marks=[mark()]), "explanation"),
    "an unknown reason": (
        {"answers": {}, "marks": [], "explanation": "", "cannot_judge": {"reason": "bored", "note": ""}},
        "cannot_judge.reason",
    ),
    "a list": ([1, 2], ""),
    "null": (None, ""),
    "a number": (4, ""),
}


@pytest.mark.parametrize("name", REJECTED)
def test_an_answer_that_does_not_fit_is_refused_by_field(callers: Callers, world: World, name: str):
    body, field = REJECTED[name]
    held = take(callers.rita)[0]["id"]

    answer = submit(callers.rita, held, json.dumps(body).encode())

    document = problem(answer)
    assert (answer.status_code, document["type"]) == (422, "answer-rejected")
    assert field in [row["field"] for row in document["problems"]]
    assert all(set(row) == {"field", "problem", "allowed"} for row in document["problems"])
    assert not Evaluation.objects.of_account(world.rita).exists()


def test_all_problems_are_named_at_once(callers: Callers):
    held = take(callers.rita)[0]["id"]

    document = problem(submit(callers.rita, held, audit_answer(answers={"overall": 9}, explanation=4)))

    assert [row["field"] for row in document["problems"]] == [
        "answers.plausibility",
        "answers.alignment",
        "answers.aesthetics",
        "answers.overall",
        "explanation",
    ]


@pytest.mark.parametrize("size", [MOST_BODY_BYTES, 10_000_000])
def test_a_body_that_is_too_large_is_refused_unread(callers: Callers, size: int):
    held = take(callers.rita)[0]["id"]

    answer = submit(callers.rita, held, audit_answer(explanation="a" * size))

    assert (answer.status_code, problem(answer)["type"]) == (413, "body-too-large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "*/*"])
def test_a_body_of_another_type_is_refused(callers: Callers, kind: str):
    for address in ("/projects/audit/assignments", "/projects"):
        answer = callers.lena.post(address, {"hold": 1}, Content_Type=kind)
        assert (answer.status_code, problem(answer)["type"]) == (415, "not-json")


def test_a_charset_beside_the_content_type_is_welcome(callers: Callers):
    answer = callers.rita.post(
        "/projects/audit/assignments", {"hold": 1}, Content_Type="application/json; charset=UTF-8"
    )

    assert answer.status_code == 200


def test_a_missing_body_is_named(callers: Callers):
    held = take(callers.rita)[0]["id"]

    for answer in (submit(callers.rita, held, b""), callers.lena.post("/projects", b"")):
        assert (answer.status_code, problem(answer)["problems"][0]["problem"]) == (422, "is missing")


@pytest.mark.parametrize("key", ["", "short", "k" * 65, "schlüssel-ü", "tab\there-is"])
def test_a_key_that_is_none_is_refused_before_anything_is_stored(callers: Callers, world: World, key: str):
    held = take(callers.rita)[0]["id"]

    answer = callers.rita.post(f"/assignments/{held}/submission", audit_answer(), Idempotency_Key=key)

    assert problem(answer)["problems"][0]["field"] == "Idempotency-Key"
    assert not Evaluation.objects.of_account(world.rita).exists()


def test_another_raters_assignment_is_not_there(callers: Callers, world: World):
    ruth = Caller(world.rater("ruth"))
    hers = take(ruth)[0]["id"]

    for answer in (
        submit(callers.rita, hers),
        callers.rita.post(f"/assignments/{hers}/skip", {"reason": "other"}),
        callers.rita.post(f"/assignments/{hers}/renewal"),
    ):
        assert (answer.status_code, problem(answer)["type"]) == (404, "not-found")
    assert submit(ruth, hers).status_code == 201


def test_another_raters_evaluation_is_not_there(callers: Callers, world: World):
    ruth = Caller(world.rater("ruth"))
    hers = submit(ruth, take(ruth)[0]["id"]).json()["receipt"]["evaluation"]
    revision = {"answer": audit_answer(5), "reason": "mine now"}

    answer = callers.rita.post(f"/evaluations/{hers}/revision", revision, Idempotency_Key=KEY)

    assert (answer.status_code, problem(answer)["type"]) == (404, "not-found")


@pytest.mark.parametrize("name", ["../../x", "A" * 21, "A" * 23, "%00" * 22, "' OR 1=1 --", "é" * 22])
def test_an_identifier_that_is_none_never_reaches_the_database(
    callers: Callers, name: str, django_assert_num_queries: Any
):
    with django_assert_num_queries(1):
        answer = callers.rita.post(f"/assignments/{name}/renewal")

    assert (answer.status_code, problem(answer)["type"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/projects/audit/items?limit=0", "limit"),
        ("/projects/audit/items?limit=201", "limit"),
        ("/projects/audit/items?limit=many", "limit"),
        ("/projects/audit/items?limit=1e2", "limit"),
        ("/projects/audit/items?after=%00", "after"),
        ("/projects/audit/items?after=1%20OR%201", "after"),
        ("/projects/audit/report?version=-1", "version"),
    ],
)
def test_a_query_that_cannot_be_taken_is_named(callers: Callers, address: str, field: str):
    answer = callers.lena.get(address)

    assert answer.status_code == 422
    assert [row["field"] for row in problem(answer)["problems"]] == [field]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, [("organisation", "is missing"), ("name", "is missing"), ("template", "is missing")]),
        ({"organisation": "atelier", "name": "A", "template": "t", "owner": 1}, [("owner", "is not known here")]),
        ({"organisation": "atelier", "name": 4, "template": "t"}, [("name", "cannot be taken")]),
        ({"organisation": "atelier", "name": "a" * 121, "template": "t"}, [("name", "cannot be taken")]),
        ({"organisation": "atelier", "name": "a\nb", "template": "t"}, [("name", "cannot be taken")]),
        ({"organisation": "atelier", "name": "A", "template": "none"}, [("template", "is not known")]),
        ({"organisation": "atelier", "name": "A", "template": "side-by-side", "slug": "audit"}, [("slug", "is taken")]),
        ([], [("", "cannot be taken")]),
    ],
)
def test_a_body_that_cannot_be_taken_is_named(callers: Callers, body: object, problems: list[tuple[str, str]]):
    answer = callers.lena.post("/projects", body)

    document = problem(answer)
    assert (answer.status_code, document["type"]) == (422, "invalid-input")
    assert [(row["field"], row["problem"]) for row in document["problems"]] == problems


def test_a_fault_of_ours_tells_nothing_of_its_cause(
    callers: Callers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the secret is in /etc/rubrica")

    monkeypatch.setattr(evaluations_api.evaluations, "own_evaluations", fail)
    with caplog.at_level(logging.ERROR):
        answer = callers.rita.get("/projects/audit/evaluations/mine")

    assert (answer.status_code, problem(answer)["type"]) == (500, "unexpected")
    assert b"secret" not in answer.content
    assert "the secret is in /etc/rubrica" in caplog.text


def test_a_busy_database_asks_to_come_back(callers: Callers, monkeypatch: pytest.MonkeyPatch):
    def fail(*_arguments: object, **_named: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(evaluations_api.evaluations, "own_evaluations", fail)
    answer = callers.rita.get("/projects/audit/evaluations/mine")

    assert (answer.status_code, problem(answer)["type"], answer.headers["Retry-After"]) == (503, "busy", "1")
