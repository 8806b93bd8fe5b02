"""What ninja's description of the API leaves out: problem documents, two ways to sign in, shared schemas."""

from typing import Any, Final

from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from pydantic import BaseModel

from rubrica.api.errors import PROBLEM_JSON, ProblemDocument

DESCRIPTION: Final = (
    "Calibrated human evaluation of images. Every operation needs a caller: a program sends an API token, a browser "
    "its session cookie with `X-CSRFToken` on everything but GET. What is outside the caller's world is *not found* "
    "(404); what the caller's role does not allow is *not allowed* (403). Refusals are problem documents (RFC 9457)."
)

_REASONS: Final = {
    400: "The body is not JSON, or the request is malformed.",
    401: "Nobody is signed in, or the token is not live.",
    403: "The role does not allow this, or the CSRF token is missing.",
    404: "There is no such thing in the caller's world.",
    405: "The address does not know this verb.",
    409: "The thing is not in a state in which this can be done.",
    412: "Somebody else has saved in the meantime.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    422: "Something in the input cannot be taken; `problems` names each field.",
    428: "`If-Match` is missing.",
    500: "The fault is ours.",
    503: "The database is busy.",
}
_SECURITY_SCHEMES: Final = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token, made under *Tokens*."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "rubrica_session",
        "description": "A browser's session (`__Host-rubrica_session` over HTTPS), with `X-CSRFToken` on changes.",
    },
}
_ALWAYS: Final = (401, 500, 503)
_WITH_BODY: Final = (400, 413, 415, 422)


def answers(success: dict[int, Any], *refusals: int) -> dict[int, Any]:
    """Return ninja's ``response`` of an operation: what it answers, and the statuses it refuses with."""
    return {**success, **dict.fromkeys(sorted({*refusals, *_ALWAYS}), ProblemDocument)}


def answers_to_body(success: dict[int, Any], *refusals: int) -> dict[int, Any]:
    """Return :func:`answers` of an operation that takes a JSON body and changes something."""
    return answers(success, 403, *_WITH_BODY, *refusals)


_named: dict[str, type[BaseModel]] = {}


def reference(model: type[BaseModel]) -> dict[str, str]:
    """Return a reference to a schema, which :func:`completed` puts among the components."""
    _named[model.__name__] = model
    return {"$ref": REF_TEMPLATE.format(model=model.__name__)}


def json_content(model: type[BaseModel]) -> dict[str, Any]:
    """Return the ``content`` of a body that the operation reads or writes itself."""
    return {"application/json": {"schema": reference(model)}}


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    """Return the description with what ninja cannot know."""
    for methods in schema["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
            _describe_refusals(operation["responses"])
    for name, model in _named.items():
        described = model.model_json_schema(ref_template=REF_TEMPLATE)
        schema["components"]["schemas"].update({**described.pop("$defs", {}), name: described})
    schema["components"]["securitySchemes"] = _SECURITY_SCHEMES
    schema["security"] = [{"token": []}, {"session": []}]
    return schema


def _describe_refusals(responses: dict[int, Any]) -> None:
    for status, response in responses.items():
        if status in _REASONS:
            response["description"] = _REASONS[status]
            response["content"] = {PROBLEM_JSON: {"schema": reference(ProblemDocument)}}
