"""Deleting one's own account: what says who somebody is goes; what was judged stays, under a pseudonym.

Evaluations, posts and decisions are facts of the projects they were made for. They stay, and from then on nobody can
tell whose they are. The row of the account stays as the pseudonym that they hang on.
"""

from datetime import datetime

from django.db import transaction

from rubrica.domain.problems import Problem
from rubrica.domain.roles import Role
from rubrica.records.models import (
    Account,
    ApiToken,
    FoundPosting,
    Invitation,
    Membership,
    MutualRating,
    MutualRatingReply,
    Notification,
    NotificationChoice,
    OpeningSource,
    Portfolio,
    ProjectMembership,
    SavedSearch,
    Session,
    SignInLink,
    SpecialistProfile,
    StoredOpening,
    TrackedApplication,
    WorkCredential,
    WorkDisclosure,
)
from rubrica.records.queries.opening_words import drop_unused_words
from rubrica.usecases.access import record
from rubrica.usecases.active_time import forget_beats
from rubrica.usecases.applications import forget_applications
from rubrica.usecases.engagements import forget_engagements
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.leaving import hand_over_everywhere

_GOING = (
    ApiToken,
    SignInLink,
    Membership,
    Notification,
    NotificationChoice,
    SpecialistProfile,
    TrackedApplication,
    WorkDisclosure,
    Portfolio,
    SavedSearch,
    MutualRatingReply,
    MutualRating,
)
DELETED_NAME = "Deleted person"


@transaction.atomic
def delete_account(account: Account, *, confirmed_email: str, now: datetime) -> None:
    """Delete a person's own account, for good.

    Raises
    ------
    InvalidInputError
        The address that confirms it is not the account's.
    ConflictError
        Nobody else runs the instance, or an organisation that the person administers.
    """
    if confirmed_email.strip().casefold() != account.email.casefold():
        message = "The account was not deleted."
        raise InvalidInputError(message, [Problem("email", "is not that of the account", "your own address")])
    _refuse_to_orphan(account)
    Session.objects.filter(account=account).delete()
    forget_beats(account, now=now)
    for model in _GOING:
        model.objects.of_account(account).delete()
    _drop_own_openings(account)
    forget_applications(account, now=now)
    forget_engagements(account, now=now)
    ProjectMembership.objects.of_account(account).update(is_active=False)
    credentials = WorkCredential.objects.of_account(account)
    credentials.filter(revoked_at=None).update(revoked_at=now)
    credentials.update(token="", account=None)
    invitations = Invitation.objects.everywhere("an address stands in every invitation of it")
    invitations.filter(email__iexact=account.email).update(email=_no_address(account))
    stored = Account.objects.select_for_update().get(pk=account.pk)
    stored.email, stored.name, stored.time_zone = _no_address(account), DELETED_NAME, "UTC"
    stored.workbench, stored.is_active, stored.is_platform_admin = {}, False, False
    stored.set_unusable_password()
    stored.save()
    record("account.deleted", account.public_id, at=now, actor=stored)
    hand_over_everywhere(stored, by=stored, now=now)


def _drop_own_openings(account: Account) -> None:
    """Delete what the person alone was shown from elsewhere; sources that everybody is shown stay."""
    sources = OpeningSource.objects.of_account(account).filter(is_shared=False)
    FoundPosting.objects.of_account(account).filter(source__in=sources).delete()
    StoredOpening.objects.of_account(account).delete()
    sources.delete()
    drop_unused_words()


def _no_address(account: Account) -> str:
    return f"deleted-{account.public_id}@deleted.invalid"


def _refuse_to_orphan(account: Account) -> None:
    """Refuse to leave an instance or an organisation that nobody could run any more."""
    admins = Account.objects.filter(is_platform_admin=True, is_active=True)
    if account.is_platform_admin and not admins.exclude(pk=account.pk).exists():
        message = "You are the only platform admin. Make somebody else one first."
        raise ConflictError(message)
    for membership in Membership.objects.of_account(account).filter(role=Role.ORGANISATION_ADMIN):
        others = Membership.objects.of_organisation(membership.organisation).exclude(account=account)
        if others.exists() and not others.filter(role=Role.ORGANISATION_ADMIN).exists():
            message = f"You are the only admin of {membership.organisation.name}. Make somebody else one first."
            raise ConflictError(message)
