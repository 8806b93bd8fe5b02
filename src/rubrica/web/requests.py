"""What every view reads from a request."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rubrica.domain.problems import Problem
from rubrica.records.models import Account
from rubrica.usecases.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def person(request: HttpRequest) -> Account:
    """Return who is signed in. ``LoginRequiredMiddleware`` has already sent everybody else away."""
    user: Account | AnonymousUser = request.user
    if not isinstance(user, Account):
        message = "Sign in first."
        raise NotFoundError(message)
    return user


def posted(request: HttpRequest, name: str, *, most: int) -> str:
    """Return what a form says in one of its fields, with the line ends that browsers make turned into plain ones.

    Raises
    ------
    InvalidInputError
        It is longer than ``most`` characters, or holds NUL, which is no text: a browser's form sends neither.
    """
    value = request.POST.get(name, "").replace("\r\n", "\n")
    if len(value) > most:
        message = _("That is too long.")
        raise InvalidInputError(message, [Problem(name, f"has {len(value)} characters", f"at most {most}")])
    if "\x00" in value:
        message = _("That cannot be taken.")
        raise InvalidInputError(message, [Problem(name, "holds a NUL character", "text")])
    return value


def whole(request: HttpRequest, name: str) -> int:
    """Return a whole number that a form says; -1, which nothing that asks for one takes, where there is none."""
    text = posted(request, name, most=9)
    return int(text) if text.isascii() and text.isdigit() else -1


def words(request: HttpRequest, name: str) -> str:
    """Return what somebody looks for, from the query; without NUL, which PostgreSQL cannot even look for."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:200]


def number(request: HttpRequest, name: str) -> int | None:
    """Return a whole number from the query, or nothing where there is none."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None  # noqa: PLR2004  (fits a row id)
