"""The API's own way through the server, past the middleware that serves pages."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver

from rubrica.kit import clock
from rubrica.records.models import Account
from rubrica.usecases.active_time import log_wait

API_PREFIX: Final = "/api/v1/"
# Answers are data: nothing of them may run, load, be framed, or stay in a cache. Images say for themselves how long.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}

SLOW: Final = timedelta(seconds=3)
"""An answer that takes longer has kept somebody waiting."""

_log = logging.getLogger(__name__)


class ApiGate:
    """Calls the API without the middleware below it: sessions, messages, log-in pages and policies for HTML.

    The API asks for itself who is calling (``rubrica.api.authentication``), answers every exception
    (``rubrica.api.errors``) and has its own headers, so all that middleware would do here is take time: as much as
    storing an evaluation does. The host is still checked, since pages of other names may lead to this machine.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer calls of the API, and hand everything else on."""
        if not request.path_info.startswith(API_PREFIX):
            return self._get_response(request)
        request.get_host()
        match = get_resolver().resolve(request.path_info)
        request.resolver_match = match
        started = clock.now()
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        ended = clock.now()
        if ended - started >= SLOW or response.status_code >= 500:  # noqa: PLR2004  (a status)
            _tell_of_wait(request, started, ended)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _tell_of_wait(request: HttpRequest, started: datetime, ended: datetime) -> None:
    """Note that a person at a browser was kept waiting: it is work. Programs wait for themselves."""
    account = getattr(request, "auth", None)
    if not isinstance(account, Account) or "HTTP_AUTHORIZATION" in request.META:
        return
    try:
        log_wait(account, started, ended)
    except DatabaseError as error:
        # The answer is made, and says itself that something is wrong; it must reach whoever waits for it.
        _log.warning("a wait of %s was not noted", ended - started, exc_info=error)
