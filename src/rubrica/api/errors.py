"""Refusals as problem documents (RFC 9457): the one place where the API turns an exception into an answer."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from rubrica.api.authentication import CsrfFailedError
from rubrica.api.body import JSON, MOST_BODY_BYTES, BodyMissingError, NotJsonError
from rubrica.domain.answer import AnswerRejectedError
from rubrica.domain.guideline_changes import Changes
from rubrica.domain.problems import Problem, ProblemsError, child
from rubrica.formats.strict_json import JsonTooLongError, MalformedJsonError
from rubrica.usecases import errors

PROBLEM_JSON: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:rubrica:problem:"

logger = logging.getLogger(__name__)


class NamedProblem(BaseModel):
    """One thing wrong with what was sent."""

    field: str = Field(description="Path to the value, such as `marks[1].geometry.x`; empty for the whole.")
    problem: str = Field(description="What was wrong with it.")
    allowed: str = Field(description="What would have been accepted.")


class ProblemDocument(BaseModel):
    """Why an operation did not happen (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:rubrica:problem:answer-rejected",
                    "title": "The answer does not fit the rubric",
                    "status": 422,
                    "detail": "1 problem; nothing was stored.",
                    "problems": [
                        {
                            "field": "marks[0].geometry.x",
                            "problem": "is 1.2",
                            "allowed": "a finite number from 0 to 1",
                        }
                    ],
                }
            ]
        }
    )

    type: str = Field(description="A stable name of the kind of refusal.")
    title: str = Field(description="The kind of refusal in words; the same for all of its kind.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened this time, and what to do.")
    problems: list[NamedProblem] = Field(description="Each field that was refused; empty where none is at fault.")


class PreconditionMissingError(Exception):
    """A change that could overwrite another person's came without the revision it starts from."""


class NotMultipartError(Exception):
    """An upload was sent as something else than a form with files."""


class UploadTooLargeError(Exception):
    """An upload is larger, or has more files, than one request may bring."""


def problem_response(
    status: int,
    kind: str,
    title: str,
    detail: str,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Return a problem document; ``more`` are members of this kind alone."""
    document = {
        "type": TYPE_PREFIX + kind,
        "title": title,
        "status": status,
        "detail": detail,
        "problems": [problem.as_json() for problem in problems],
        **(more or {}),
    }
    return HttpResponse(msgspec.json.encode(document), status=status, content_type=PROBLEM_JSON, headers=headers)


def install(api: NinjaAPI) -> None:
    """Let ``api`` answer every exception with a problem document; the handler of the nearest base class decides."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)  # type: ignore[arg-type]  # ninja hands over instances only


def not_found(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer about what is not there, or not in this person's world."""
    detail = str(error) if isinstance(error, errors.NotFoundError) else "There is no such thing, or it is not yours."
    return problem_response(404, "not-found", "Not found", detail)


def not_authenticated(_request: HttpRequest, _error: Exception) -> HttpResponse:
    """Answer a caller who has not said who is calling."""
    detail = "Send a live API token as 'Authorization: Bearer …', or sign in with a browser."
    headers = {"WWW-Authenticate": 'Bearer realm="rubrica"'}
    return problem_response(401, "not-authenticated", "Who is calling?", detail, headers=headers)


def method_not_allowed(allowed: str) -> HttpResponse:
    """Answer a call whose verb the address does not know; ``allowed`` lists those it does."""
    detail = f"Here you can use {allowed}."
    return problem_response(405, "method-not-allowed", "Method not allowed", detail, headers={"Allow": allowed})


def _not_allowed(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(403, "not-allowed", "Not allowed", str(error))


def _csrf_failed(_request: HttpRequest, _error: Exception) -> HttpResponse:
    detail = "The X-CSRFToken header is missing or out of date. Reload the page and try again."
    return problem_response(403, "csrf-failed", "The request does not come from one of our pages", detail)


def _conflict(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(409, "conflict", "This cannot be done now", str(error))


def _lease_lost(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(409, "lease-lost", "The lease has ended and the item is complete", str(error))


def _edit_conflict(_request: HttpRequest, error: Exception) -> HttpResponse:
    changes: Changes | None = getattr(error, "changes", None)
    more = {"changes": changes.as_json()} if changes is not None else None
    title = "Somebody else has saved in the meantime"
    return problem_response(412, "edit-conflict", title, str(error), more=more)


def _precondition_missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    detail = "Read the draft, then send its ETag as If-Match, so that nobody's changes are overwritten unseen."
    return problem_response(428, "precondition-required", "If-Match is missing", detail)


def _key_reused(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(422, "idempotency-key-reused", "The idempotency key belongs to another body", str(error))


def _invalid_input(_request: HttpRequest, error: Exception) -> HttpResponse:
    problems: tuple[Problem, ...] = getattr(error, "problems", ())
    detail = str(error) if isinstance(error, errors.InvalidInputError) else _how_many(problems, "nothing was changed")
    return problem_response(422, "invalid-input", "The input cannot be taken", detail, problems)


def _answer_rejected(_request: HttpRequest, error: Exception) -> HttpResponse:
    problems: tuple[Problem, ...] = getattr(error, "problems", ())
    detail = _how_many(problems, "nothing was stored")
    return problem_response(422, "answer-rejected", "The answer does not fit the rubric", detail, problems)


def _how_many(problems: Sequence[Problem], outcome: str) -> str:
    return f"{len(problems)} problem{'s' if len(problems) != 1 else ''}; {outcome}."


def _malformed_json(_request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(400, "malformed-json", "The body is not JSON", f"{error}.")


def _malformed_request(_request: HttpRequest, _error: Exception) -> HttpResponse:
    detail = "The request could not be read to its end, or breaks the rules of HTTP. Send it again."
    return problem_response(400, "malformed-request", "The request is malformed", detail)


def _too_large(_request: HttpRequest, _error: Exception) -> HttpResponse:
    detail = f"A JSON body has at most {MOST_BODY_BYTES:,} bytes. Shorten it."
    return problem_response(413, "body-too-large", "The body is too large", detail)


def _not_json(_request: HttpRequest, _error: Exception) -> HttpResponse:
    headers = {"Accept-Post": JSON}
    return problem_response(415, "not-json", "The body is not JSON", f"Send it as {JSON}.", headers=headers)


def _not_multipart(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem_response(415, "not-multipart", "The body is not an upload", "Send files as multipart/form-data.")


def _upload_too_large(_request: HttpRequest, error: Exception) -> HttpResponse:
    detail = f"{error}. Import the rest in another upload, or on the server with the command line."
    return problem_response(413, "upload-too-large", "The upload is too large", detail)


def _too_many_files(request: HttpRequest, _error: Exception) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    return _upload_too_large(request, UploadTooLargeError(f"One upload takes up to {most} files"))


def _body_missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    problems = (Problem("", "is missing", "a JSON object"),)
    return problem_response(422, "invalid-input", "The input cannot be taken", "The body is missing.", problems)


def _busy(_request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("the database did not answer", exc_info=error)
    detail = "The database is busy. Nothing was changed; send the same request again."
    return problem_response(503, "busy", "Busy", detail, headers={"Retry-After": "1"})


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    detail = "The fault is ours and has been noted. Send the same request again; if it stays, tell your operator."
    return problem_response(500, "unexpected", "Something went wrong", detail)


def _ninjas_own(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer what ninja raises itself; it wraps what the parser of bodies has raised."""
    cause = error.__cause__
    if isinstance(cause, Exception):
        for kind in type(cause).__mro__:
            if kind in _HANDLERS and kind is not Exception:
                return _HANDLERS[kind](request, cause)
    return _malformed_request(request, error)


def _not_valid(_request: HttpRequest, error: Exception) -> HttpResponse:
    found: list[dict[str, Any]] = getattr(error, "errors", [])
    problems = [_problem(entry) for entry in found]
    detail = _how_many(problems, "nothing was changed")
    return problem_response(422, "invalid-input", "The input cannot be taken", detail, problems)


def _problem(found: Mapping[str, Any]) -> Problem:
    """Say what pydantic found in our words. A location is the source, the parameter's name, then the path inside."""
    source, *path = found["loc"]
    field = _path(path[1:] if source == "body" else path)
    message = str(found["msg"])
    match found["type"]:
        case "missing":
            return Problem(field, "is missing", "a value")
        case "extra_forbidden":
            return Problem(field, "is not known here", "the documented fields only")
        case _:
            for opening in ("Input should be ", "String should have ", "List should have ", "Value error, "):
                message = message.removeprefix(opening)
            return Problem(field, "cannot be taken", message)


def _path(steps: Sequence[object]) -> str:
    path = ""
    for step in steps:
        path = f"{path}[{step}]" if isinstance(step, int) else child(path, str(step))
    return path


Handler = Callable[[HttpRequest, Exception], HttpResponse]

_HANDLERS: dict[type[Exception], Handler] = {
    errors.NotFoundError: not_found,
    Http404: not_found,
    errors.NotAllowedError: _not_allowed,
    CsrfFailedError: _csrf_failed,
    errors.ConflictError: _conflict,
    errors.LeaseLostError: _lease_lost,
    errors.EditConflictError: _edit_conflict,
    PreconditionMissingError: _precondition_missing,
    errors.KeyReusedError: _key_reused,
    errors.InvalidInputError: _invalid_input,
    ProblemsError: _invalid_input,
    AnswerRejectedError: _answer_rejected,
    MalformedJsonError: _malformed_json,
    JsonTooLongError: _too_large,
    RequestDataTooBig: _too_large,
    NotJsonError: _not_json,
    NotMultipartError: _not_multipart,
    UploadTooLargeError: _upload_too_large,
    TooManyFilesSent: _too_many_files,
    BodyMissingError: _body_missing,
    SuspiciousOperation: _malformed_request,
    MultiPartParserError: _malformed_request,
    UnreadablePostError: _malformed_request,
    OperationalError: _busy,
    errors.QueueBusyError: _busy,
    AuthenticationError: not_authenticated,
    HttpError: _ninjas_own,
    ValidationError: _not_valid,
    Exception: _unexpected,
}
