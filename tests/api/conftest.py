"""Callers: each of the cast with a token of their own."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rubrica.kit import clock
from rubrica.records.models import Account
from rubrica.usecases import accounts
from tests.cast import PEOPLE, World


class Caller:
    """A program that speaks for somebody, or for nobody. Answers are read to their end."""

    def __init__(self, account: Account | None = None) -> None:
        self.headers: dict[str, str] = {}
        self._client = Client()
        if account is not None:
            token = accounts.create_token(account, "tests", now=clock.now())
            self.headers["Authorization"] = f"Bearer {token.secret}"

    def request(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Call the API; ``body`` is sent as JSON unless it is bytes already. Header names use underscores."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = named.pop("Content-Type", "application/json")
        return self._client.generic(
            method, f"/api/v1{path}", data, content_type=content_type, headers={**self.headers, **named}
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.request("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> Any:
        return self.request("PUT", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> Any:
        return self.request("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.request("DELETE", path, **headers)


@pytest.fixture
def call() -> Callable[[Account | None], Caller]:
    """Return a maker of callers."""
    return Caller


class Callers:
    """The cast, each with a token."""

    def __init__(self, world: World) -> None:
        self.nobody = Caller()
        for name in PEOPLE:
            setattr(self, name, Caller(getattr(world, name)))

    rita: Caller
    rowan: Caller
    lena: Caller
    omar: Caller
    petra: Caller
    otto: Caller


@pytest.fixture
def callers(world: World) -> Callers:
    """Return the cast, ready to call."""
    return Callers(world)


def problem(answer: Any) -> dict[str, Any]:
    """Return a problem document, having checked its form."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(answer.content)
    more = ["changes"] if "changes" in document and answer.status_code == 412 else []
    assert list(document) == ["type", "title", "status", "detail", "problems", *more]
    assert document["status"] == answer.status_code
    assert document["title"]
    assert document["detail"]
    return {**document, "type": document["type"].removeprefix("urn:rubrica:problem:")}


def statements(ask: Callable[[], Any]) -> int:
    """Return how many statements a call costs that is answered."""
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)
