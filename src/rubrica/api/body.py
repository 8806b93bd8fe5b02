"""JSON in and out: strict on the way in, never NaN on the way out."""

from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from typing_extensions import override

from rubrica.formats import strict_json

MOST_BODY_BYTES: Final = 2_000_000
"""Longest JSON body; a guideline and the largest rubric fit well."""
JSON: Final = "application/json"

_encode = msgspec.json.Encoder().encode


class NotJsonError(Exception):
    """A body was sent as something else than ``application/json``."""


class BodyMissingError(Exception):
    """An operation that needs a body was called without one."""


class StrictParser(Parser):
    """Reads bodies for ninja."""

    @override
    def parse_body(self, request: HttpRequest) -> Any:
        return json_body(request)


class JsonRenderer(BaseRenderer):
    """Writes answers for ninja."""

    media_type = JSON

    @override
    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return _encode(data)


def json_body(request: HttpRequest) -> object:
    """Return the decoded body of a request.

    Raises
    ------
    NotJsonError
        The content type is not ``application/json``: a form on another site can send no other type unasked.
    BodyMissingError
        There is no body.
    rubrica.formats.strict_json.MalformedJsonError
        The body is malformed or too long.
    """
    if not request.body:
        raise BodyMissingError
    if request.content_type != JSON:
        raise NotJsonError
    return strict_json.loads(request.body, most_bytes=MOST_BODY_BYTES)


def json_response(data: object, *, status: int = 200) -> HttpResponse:
    """Return an answer of plain values, for the routes where ninja's own way costs too much."""
    return HttpResponse(_encode(data), status=status, content_type=JSON)
