"""The API's own way through the server, past the middleware that serves pages."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver

API_PREFIX: Final = "/api/v1/"
# Answers are data: nothing of them may run, load, be framed, or stay in a cache. Images say for themselves how long.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


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
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response
