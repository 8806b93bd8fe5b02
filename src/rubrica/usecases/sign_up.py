"""Signing up where the operator has opened it: an address is proved by a mailed link before an account exists for it.

Whoever asks learns nothing about whether an address has an account: the mail says it, to whom the address belongs.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from rubrica.domain.problems import Problem
from rubrica.records.models import Account
from rubrica.usecases.accounts import create_account
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError

logger = logging.getLogger(__name__)

LINK_LIFETIME: Final = timedelta(days=1)
_SALT: Final = "rubrica.sign_up"
_DEAD_LINK: Final = "This link is out of date. Sign up again to get a new one."


@dataclass(frozen=True, slots=True)
class SignUp:
    """An address that was proved, and where its owner wanted to go: a path of this site, or empty."""

    email: str
    path: str


def ask_to_sign_up(email: str, path: str, *, now: datetime) -> None:
    """Mail the link to an address; one that has an account is told so there, and nowhere else.

    Parameters
    ----------
    path
        Where the person wanted to go, on this site.

    Raises
    ------
    ConflictError
        Nobody signs up here by themselves, or the mail could not be sent.
    InvalidInputError
        It is not an address.
    """
    _check_open()
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        message = "No mail was sent."
        problem = Problem("email", "is not an e-mail address", "an address such as ada@example.org")
        raise InvalidInputError(message, [problem]) from None
    if Account.objects.filter(email__iexact=email).exists():
        subject = "You have an account"
        body = (
            f"somebody, probably you, wants an account for this address. There is one: sign in at\n\n{_page('sign-in')}"
        )
    else:
        subject = "Make your account"
        token = proof(email, path, now=now)
        days = LINK_LIFETIME.days
        body = (
            "somebody, probably you, wants an account for this address. "
            f"This link makes it; it works for {days} day:\n\n{_page(f'sign-up/{token}')}"
        )
    text = f"Hello,\n\n{body}\n\nIf it was not you, do nothing.\n"
    try:
        EmailMessage(f"[Rubrica] {subject}", text, settings.DEFAULT_FROM_EMAIL, [email]).send()
    except (SMTPException, OSError) as error:
        logger.exception("a mail for signing up could not be sent")
        message = "The mail could not be sent. Try again in a few minutes."
        raise ConflictError(message) from error


def proof(email: str, path: str, *, now: datetime) -> str:
    """Return what proves an address to us, in the hands of whoever reads its mail."""
    return signing.dumps([email, path, (now + LINK_LIFETIME).timestamp()], salt=_SALT)


def _page(path: str) -> str:
    return f"{settings.BASE_URL}/{path}/"


def _check_open() -> None:
    if not settings.SIGN_UP_IS_OPEN:
        message = "Nobody signs up here by themselves: the organisation you work for sends you a link."
        raise ConflictError(message)


def proved_address(token: str, *, now: datetime) -> SignUp:
    """Return whose link this is.

    Raises
    ------
    NotFoundError
        It is not one of ours, or it is out of date.
    """
    try:
        email, path, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise NotFoundError(_DEAD_LINK) from error
    if now.timestamp() >= until:
        raise NotFoundError(_DEAD_LINK)
    return SignUp(email, path)


def sign_up(token: str, *, name: str, password: str, now: datetime) -> Account:
    """Make the account whose address the link proves.

    Raises
    ------
    ConflictError
        Nobody signs up here by themselves any more.
    InvalidInputError
        The name or the password cannot be taken, or the link was used and the account exists.
    NotFoundError
        The link is not one of ours, or it is out of date.
    """
    _check_open()
    return create_account(email=proved_address(token, now=now).email, name=name, password=password, now=now)
