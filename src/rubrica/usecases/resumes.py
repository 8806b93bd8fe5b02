"""The profile as a file: taken along as JSON Resume or PDF, and brought from elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from rubrica.domain.problems import ProblemsError
from rubrica.formats.json_resume import read_resume, write_resume
from rubrica.formats.profile_pdf import profile_pdf
from rubrica.records.models import Account
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.profiles import own_profile, replace_profile


@dataclass(frozen=True, slots=True)
class ImportedResume:
    """What an import took: the sections, and what there is no room for."""

    sections: tuple[str, ...]
    left_out: tuple[str, ...]


def resume_of(account: Account) -> dict[str, object]:
    """Return a person's profile as a JSON Resume."""
    own = own_profile(account)
    return write_resume(own.profile, account.name, changed_at=own.changed_at)


def resume_pdf(account: Account, *, now: datetime) -> bytes:
    """Return a person's profile as a PDF."""
    return profile_pdf(own_profile(account).profile, account.name, made_at=now)


def import_resume(account: Account, data: bytes, *, now: datetime) -> ImportedResume:
    """Take a JSON Resume into the profile: sections that it has replace those that there are, others stay.

    Raises
    ------
    InvalidInputError
        Names everything in it that cannot be taken; nothing is changed.
    """
    try:
        read = read_resume(data)
    except ProblemsError as error:
        message = "Nothing was taken from this file."
        raise InvalidInputError(message, error.problems) from error
    own = own_profile(account)
    replace_profile(account, {**own.profile.declared, **read.declared}, revision=own.revision, now=now)
    return ImportedResume(tuple(read.declared), read.left_out)
