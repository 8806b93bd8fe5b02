"""The demo's people, invited as everybody else would be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rubrica.domain.roles import Role
from rubrica.records.models import Account, Membership, Organisation
from rubrica.usecases.access import operator_account
from rubrica.usecases.accounts import create_account, issue_sign_in_link
from rubrica.usecases.demo.plans import ORGANISATION, SLUG
from rubrica.usecases.errors import NotFoundError
from rubrica.usecases.organisations import accept_invitation, create_organisation, invite

_DOMAIN: Final = f"{SLUG}.example"


@dataclass(frozen=True, slots=True)
class People:
    """Those who look in."""

    lead: Account
    reviewer: Account
    specialist: Account


def settle(*, now: datetime) -> People:
    """Found the organisation and bring in those who look at it, leaving alone who is there already."""
    operator = _operator(now=now)
    if not Organisation.objects.filter(slug=SLUG).exists():
        create_organisation(operator, name=ORGANISATION, slug=SLUG, now=now)
    lead = member(operator, "Lena", Role.LEAD, now=now)
    return People(
        lead=lead,
        reviewer=member(lead, "Rowan", Role.REVIEWER, now=now),
        specialist=member(lead, "Rita", Role.SPECIALIST, now=now),
    )


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to sign in as: with the secret of a fresh one-time link, and what there is to see."""

    account: Account
    role: Role
    finds: str
    secret: str


_FINDS: Final = (
    ("Lena", Role.LEAD, "cases to rule on, a proposal, an appeal, disputed gold, rounds, results"),
    ("Rowan", Role.REVIEWER, "evaluations to review, and two cases to discuss"),
    ("Rita", Role.SPECIALIST, "work that waits, a vote, an answer to her question"),
    ("Ada", Role.SPECIALIST, "a test passed, an evaluation returned, calibration rounds"),
    ("Farah", Role.SPECIALIST, "a test failed, with its report, and rules to read anew"),
)


def sign_in_secrets(*, now: datetime) -> Sequence[Guest]:
    """Return those who look in, each with a fresh one-time link."""
    accounts = {
        account.email: account for account in Account.objects.filter(email__in=[_email(name) for name, *_ in _FINDS])
    }
    return [
        Guest(account, role, finds, issue_sign_in_link(account, now=now))
        for name, role, finds in _FINDS
        if (account := accounts.get(_email(name))) is not None
    ]


def _operator(*, now: datetime) -> Account:
    try:
        return operator_account()
    except NotFoundError:
        create_account(email=f"operator@{_DOMAIN}", name="Operator", now=now, platform_admin=True)
        return operator_account()


def member(inviter: Account, name: str, role: Role, *, now: datetime) -> Account:
    """Return the person's account, inviting the person where there is none. Nobody has a password: links let in."""
    email = _email(name)
    account = Account.objects.filter(email__iexact=email).first()
    if account is None:
        account = create_account(email=email, name=name, now=now)
    if not Membership.objects.of_account(account).exists():
        invitation = invite(inviter, SLUG, email=email, role=role, now=now)
        accept_invitation(invitation.secret, account=account, now=now)
    return account


def _email(name: str) -> str:
    return f"{name.lower()}@{_DOMAIN}"
