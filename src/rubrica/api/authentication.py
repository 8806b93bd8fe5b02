"""Who is calling: a program with a token, or a person's browser with its session."""

import re
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from ninja.security.base import AuthBase
from typing_extensions import override

from rubrica.kit import clock
from rubrica.records.models import Account
from rubrica.records.sessions import SESSION_KEY_SHAPE
from rubrica.usecases import accounts
from rubrica.usecases.errors import NotAllowedError

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER = re.compile(r"[Bb]earer +([\x21-\x7e]{8,200})")


class CsrfFailedError(Exception):
    """A browser's request that changes something came without proof that one of our own pages sent it."""


class Caller(AuthBase):
    """Finds the account in one statement.

    ``request.user`` and ``request.session`` are left alone: they would cost two statements more on every call.
    """

    openapi_type = "http"

    @override
    def __call__(self, request: HttpRequest) -> Account | None:
        authorization = request.META.get("HTTP_AUTHORIZATION")
        if authorization is not None:
            bearer = _BEARER.fullmatch(authorization)
            # A token that is wrong is not made good by a cookie beside it.
            return accounts.account_of_token(bearer[1], now=clock.now()) if bearer else None
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not SESSION_KEY_SHAPE.fullmatch(key):
            return None
        account = accounts.account_of_session(key, now=clock.now())
        if account is not None and request.method not in _SAFE_METHODS:
            _require_csrf_token(request)
        return account


def caller(request: HttpRequest) -> Account:
    """Return who is calling. Every operation stands behind :class:`Caller`, so there is somebody."""
    account: Account = request.auth  # type: ignore[attr-defined]  # set by ninja
    return account


def require_browser(request: HttpRequest) -> None:
    """Refuse programs: what a stolen token could use to outlive its own revocation is left to people."""
    if "HTTP_AUTHORIZATION" in request.META:
        message = "A token cannot do this. Sign in with a browser."
        raise NotAllowedError(message)


def _a_page(_request: HttpRequest) -> HttpResponse:
    """Stand for a view that is not exempt: the API's own views are, so that this check comes after authentication."""
    return HttpResponse()


_csrf = CsrfViewMiddleware(_a_page)


def _require_csrf_token(request: HttpRequest) -> None:
    if _csrf.process_view(request, _a_page, (), {}) is not None:
        raise CsrfFailedError
