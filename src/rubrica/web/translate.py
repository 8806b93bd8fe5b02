"""From what a use case says to what a page shows: the one translation of refusals on this floor."""

import logging
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rubrica.domain.problems import Problem, ProblemsError
from rubrica.usecases.errors import (
    ConflictError,
    EditConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
)

logger = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (EditConflictError, 412),
    (ConflictError, 409),
    (RefusedError, 422),
    (ProblemsError, 422),
)


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """Return the problems that an error names, if it names any."""
    problems: Sequence[Problem] = getattr(error, "problems", ())
    return tuple(problems)


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a refused request with a page that says why and what to do."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 422)
    context = {"status": status, "message": str(error), "problems": problems_of(error)}
    return render(request, "errors/refused.html", context, status=status)


def attempt(request: HttpRequest, action: Callable[[], object], success: str) -> bool:
    """Run a use case for a form's button; tell the person how it went and return whether it happened.

    That somebody else has saved meanwhile is for the caller, or for a page of its own: it comes with a difference.
    """
    try:
        action()
    except EditConflictError:
        raise
    except (InvalidInputError, ConflictError) as error:
        details = " ".join(f"{row.field} {row.problem}; allowed: {row.allowed}." for row in problems_of(error))
        messages.error(request, f"{error} {details}".strip())
        return False
    messages.success(request, success)
    return True


def _busy(error: OperationalError) -> HttpResponse:
    """Answer when the database does not, without asking it for anything."""
    logger.error("the database did not answer", exc_info=error)
    message = _("The database is busy. Nothing was changed; try again.")
    body = render_to_string("errors/plain.html", {"message": message})
    return HttpResponse(body, status=503, headers={"Retry-After": "1"})


class RefusalMiddleware:
    """Turns what use cases raise into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a fault of ours and goes on."""
        if isinstance(exception, (RefusedError, ProblemsError)):
            return refused(request, exception)
        if isinstance(exception, OperationalError):
            return _busy(exception)
        return None
