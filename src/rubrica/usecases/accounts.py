"""Accounts: how people come in, prove who they are, and are shut out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction

from rubrica.domain.problems import Problem
from rubrica.kit.ids import hash_secret, new_secret
from rubrica.records.models import Account, ApiToken, Session, SignInLink
from rubrica.usecases.access import record
from rubrica.usecases.errors import InvalidInputError, NotFoundError

SIGN_IN_LINK_LIFETIME = timedelta(days=1)
TOKEN_PREFIX = "rub_"  # noqa: S105  (a mark that lets scanners find leaked tokens, not a secret)
MOST_TOKENS = 50


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token at the only moment when its secret is known."""

    token: ApiToken
    secret: str


def create_account(
    *, email: str, name: str, now: datetime, password: str | None = None, platform_admin: bool = False
) -> Account:
    """Create a person's account; without a password it can only be entered by a link.

    Raises
    ------
    InvalidInputError
        The e-mail address or password cannot be taken, or the address has an account already.
    """
    account = Account(email=email.strip(), name=name.strip(), created_at=now, is_platform_admin=platform_admin)
    problems = _account_problems(account, password)
    if problems:
        message = "The account was not created."
        raise InvalidInputError(message, problems)
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
            record("account.created", account.public_id, at=now, actor=account)
    except IntegrityError as error:
        message = f"There is an account for {email} already."
        raise InvalidInputError(message, [Problem("email", "is taken", "an address without an account")]) from error
    return account


def _account_problems(account: Account, password: str | None) -> list[Problem]:
    problems = []
    try:
        validate_email(account.email)
    except ValidationError:
        problems.append(Problem("email", "is not an e-mail address", "an address such as ada@example.org"))
    if not account.name:
        problems.append(Problem("name", "is missing", "1 to 120 characters"))
    if password is not None:
        try:
            validate_password(password, account)
        except ValidationError as error:
            allowed = "at least 12 characters, not a common one"
            problems += [Problem("password", text, allowed) for text in error.messages]
    return problems


def account_by_email(email: str) -> Account:
    """Return the account of an e-mail address, whatever its capitals."""
    account = Account.objects.filter(email__iexact=email.strip()).first()
    if account is None:
        message = f"There is no account for {email}."
        raise NotFoundError(message)
    return account


@transaction.atomic
def issue_sign_in_link(account: Account, *, now: datetime, lifetime: timedelta = SIGN_IN_LINK_LIFETIME) -> str:
    """Return the secret of a one-time sign-in link, for the operator to hand over."""
    secret = new_secret()
    SignInLink.objects.create(
        account=account, secret_sha256=hash_secret(secret), created_at=now, expires_at=now + lifetime
    )
    record("sign_in_link.issued", account.public_id, at=now, actor=None)
    return secret


def sign_in_link_owner(secret: str, *, now: datetime) -> Account:
    """Return whom an unused link would sign in, without using it."""
    return _live_link(secret, now).account


@transaction.atomic
def use_sign_in_link(secret: str, *, now: datetime) -> Account:
    """Use a sign-in link up and return whom it signs in.

    Raises
    ------
    NotFoundError
        The link is unknown, used or out of date.
    """
    link = _live_link(secret, now)
    used = SignInLink.objects.of_account(link.account).filter(pk=link.pk, used_at__isnull=True).update(used_at=now)
    if not used:
        raise NotFoundError(_DEAD_LINK)
    record("sign_in_link.used", link.account.public_id, at=now, actor=link.account)
    return link.account


_DEAD_LINK = "This sign-in link has been used or is out of date. Ask the operator for a new one."


def _live_link(secret: str, now: datetime) -> SignInLink:
    links = SignInLink.objects.everywhere("the bearer of the secret is not known yet").select_related("account")
    link = links.filter(
        secret_sha256=hash_secret(secret), used_at__isnull=True, expires_at__gt=now, account__is_active=True
    ).first()
    if link is None:
        raise NotFoundError(_DEAD_LINK)
    return link


@transaction.atomic
def create_token(account: Account, name: str, *, now: datetime, lifetime: timedelta | None = None) -> NewToken:
    """Make an API token; its secret is shown this once."""
    name = name.strip()
    if not name:
        message = "Give the token a name, so that you know later what uses it."
        raise InvalidInputError(message, [Problem("name", "is missing", "1 to 80 characters")])
    if len(tokens_of(account)) >= MOST_TOKENS:
        message = f"You have {MOST_TOKENS} tokens. Revoke one that is no longer used first."
        raise InvalidInputError(message, [Problem("name", "too many tokens", f"at most {MOST_TOKENS}")])
    secret = new_secret(TOKEN_PREFIX)
    token = ApiToken.objects.create(
        account=account,
        name=name[:80],
        secret_sha256=hash_secret(secret),
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
    )
    record("token.created", token.public_id, at=now, actor=account)
    return NewToken(token, secret)


def tokens_of(account: Account) -> list[ApiToken]:
    """Return a person's live tokens, newest first."""
    return list(ApiToken.objects.of_account(account).filter(revoked_at__isnull=True).order_by("-id"))


@transaction.atomic
def revoke_token(account: Account, public_id: str, *, now: datetime) -> None:
    """Make a token useless from now on."""
    tokens = ApiToken.objects.of_account(account).filter(public_id=public_id, revoked_at__isnull=True)
    if not tokens.update(revoked_at=now):
        message = "There is no such token, or it has been revoked already."
        raise NotFoundError(message)
    record("token.revoked", public_id, at=now, actor=account)


_CALLER = """
SELECT account.id, account.public_id, account.email, account.name, account.time_zone, account.is_platform_admin
FROM {table} JOIN records_account account ON account.id = {table}.account_id
WHERE {where} AND account.is_active
"""


def account_of_token(secret: str, *, now: datetime) -> Account | None:
    """Return whom a live API token speaks for. One statement: this stands before every API call."""
    where = "secret_sha256 = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)"
    return _caller("records_apitoken", where, [hash_secret(secret), _moment(now)])


def account_of_session(session_key: str, *, now: datetime) -> Account | None:
    """Return whose live browser session this is. One statement, as above.

    A session ends by deleting its row: on log-out, on a password change, when the account is shut.
    """
    return _caller("records_session", "session_key = %s AND expire_date > %s", [session_key, _moment(now)])


def _caller(table: str, where: str, parameters: list[Any]) -> Account | None:
    with connection.cursor() as cursor:
        cursor.execute(_CALLER.format(table=table, where=where), parameters)
        row = cursor.fetchone()
    if row is None:
        return None
    identifier, public_id, email, name, time_zone, is_platform_admin = row
    return Account(
        id=identifier,
        public_id=public_id,
        email=email,
        name=name,
        time_zone=time_zone,
        is_platform_admin=bool(is_platform_admin),
    )


def _moment(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


@transaction.atomic
def end_sessions(account: Account, *, now: datetime, except_key: str | None = None) -> int:
    """Sign a person out everywhere, save perhaps the browser in use; return how many sessions ended."""
    ended, _ = Session.objects.filter(account=account).exclude(session_key=except_key or "").delete()
    record("sessions.ended", account.public_id, at=now, actor=account, count=ended)
    return ended


@transaction.atomic
def change_profile(account: Account, *, name: str, time_zone: str, now: datetime) -> None:
    """Change how a person is called and in which zone times are shown."""
    name = name.strip()
    if not name:
        message = "Your name was not changed."
        raise InvalidInputError(message, [Problem("name", "is missing", "1 to 120 characters")])
    Account.objects.filter(pk=account.pk).update(name=name[:120], time_zone=time_zone)
    record("account.changed", account.public_id, at=now, actor=account)


def workbench_of(account: Account) -> dict[str, Any] | None:
    """Return how the person set up the workbench, or None before anything was chosen."""
    chosen: dict[str, Any] = Account.objects.values_list("workbench", flat=True).get(pk=account.pk)
    return chosen or None


def set_up_workbench(account: Account, chosen: dict[str, Any]) -> None:
    """Keep how the person set up the workbench; the newest choice counts. No word of it stands in the audit trail."""
    Account.objects.filter(pk=account.pk).update(workbench=chosen)


def zone_of(account: Account) -> ZoneInfo:
    """Return the person's time zone; UTC where the machine does not know it."""
    try:
        return ZoneInfo(account.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
