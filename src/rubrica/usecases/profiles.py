"""The profile of a specialist: read, changed entry by entry or as a whole, always by the person alone."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import F

from rubrica.domain.problems import ProblemsError
from rubrica.domain.profile import EMPTY, Profile, parse_profile, with_entry, without_entry
from rubrica.domain.profile_sections import SECTION_OF, Section
from rubrica.records.models import Account, SpecialistProfile
from rubrica.usecases.access import record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """A person's profile and how often it was changed; 0 before the first time."""

    profile: Profile
    revision: int
    changed_at: datetime | None


def own_profile(account: Account) -> OwnProfile:
    """Return a person's profile; an empty one where there is none yet."""
    row = SpecialistProfile.objects.of_account(account).first()
    if row is None:
        return OwnProfile(EMPTY, 0, None)
    return OwnProfile(Profile(row.declared), row.revision, row.changed_at)


@transaction.atomic
def replace_profile(account: Account, payload: object, *, now: datetime, revision: int | None = None) -> OwnProfile:
    """Put another profile in the place of the one there is.

    Parameters
    ----------
    revision
        Which one the person has seen; None to replace whatever there is.

    Raises
    ------
    InvalidInputError
        Names everything that cannot be taken; nothing is changed.
    ConflictError
        The profile was changed in another window since.
    """
    try:
        profile = parse_profile(payload, zones=_zones())
    except ProblemsError as error:
        message = "Your profile was not changed."
        raise InvalidInputError(message, error.problems) from error
    stored = own_profile(account)
    if revision is not None and revision != stored.revision:
        message = "Your profile was changed in another window meanwhile. Look at it again, then save."
        raise ConflictError(message)
    if stored.revision == 0:
        SpecialistProfile.objects.create(account=account, declared=profile.declared, changed_at=now)
    else:
        rows = SpecialistProfile.objects.of_account(account).filter(revision=stored.revision)
        if not rows.update(declared=profile.declared, revision=F("revision") + 1, changed_at=now):
            message = "Your profile was changed in another window at this moment. Look at it again, then save."
            raise ConflictError(message)
    record("profile.changed", account.public_id, at=now, actor=account)
    return own_profile(account)


def save_entry(
    account: Account, section: str, position: int | None, entry: object, *, revision: int, now: datetime
) -> OwnProfile:
    """Put one entry into a section of a profile: in the place of the one at ``position``, or as one more."""
    part = _section(section)
    try:
        document = with_entry(own_profile(account).profile, part, position, entry)
    except IndexError as error:
        raise NotFoundError(_GONE) from error
    return replace_profile(account, document, revision=revision, now=now)


def remove_entry(account: Account, section: str, position: int, *, revision: int, now: datetime) -> OwnProfile:
    """Take one entry out of a section of a profile."""
    part = _section(section)
    try:
        document = without_entry(own_profile(account).profile, part, position)
    except IndexError as error:
        raise NotFoundError(_GONE) from error
    return replace_profile(account, document, revision=revision, now=now)


_GONE = "There is no such entry in your profile any more."


def _section(key: str) -> Section:
    if key not in SECTION_OF:
        message = "A profile has no such section."
        raise NotFoundError(message)
    return SECTION_OF[key]


@cache
def _zones() -> frozenset[str]:
    """Return the zones that this machine knows: a folder is read for them, so once."""
    return frozenset(available_timezones())
