"""The profile as a file: taken along as JSON Resume or PDF, and brought from elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from rubrica.domain.problems import ProblemsError
from rubrica.domain.work_record import WorkEntry
from rubrica.formats.json_resume import VerifiedWork, read_resume, write_resume
from rubrica.records.models import Account
from rubrica.usecases.credentials import credential_url, credentials_of
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.profiles import own_profile, replace_profile
from rubrica.usecases.work_records import work_record


@dataclass(frozen=True, slots=True)
class ImportedResume:
    """What an import took: the sections, and what there is no room for."""

    sections: tuple[str, ...]
    left_out: tuple[str, ...]


def resume_of(account: Account, *, now: datetime) -> dict[str, object]:
    """Return a person's profile as a JSON Resume."""
    own = own_profile(account)
    return write_resume(own.profile, account.name, changed_at=own.changed_at, verified=verified_work(account, now=now))


def resume_pdf(account: Account, *, now: datetime) -> bytes:
    """Return a person's profile as a PDF."""
    from rubrica.formats.profile_pdf import profile_pdf  # noqa: PLC0415  (slow import)

    return profile_pdf(
        own_profile(account).profile, account.name, made_at=now, verified=verified_work(account, now=now)
    )


def verified_work(account: Account, *, now: datetime) -> list[VerifiedWork]:
    """Return what others are told of a person's work here, with the newest credential that shows it."""
    shown = {row.project_id: credential_url(row) for row in reversed(credentials_of(account)) if row.revoked_at is None}
    told = [(row.project.pk, row.told) for row in work_record(account, now=now) if row.told is not None]
    return [_verified(entry, shown.get(project, "")) for project, entry in told]


def _verified(entry: WorkEntry, evidence: str) -> VerifiedWork:
    counts = "" if entry.items is None else f", {entry.items} items"
    return VerifiedWork(
        name=", ".join(filter(None, [entry.project, entry.organisation])),
        position=entry.role,
        start=entry.first.isoformat(),
        end=entry.last.isoformat(),
        summary=f"{entry.task}{counts}",
        evidence=evidence,
    )


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
    # Files never hold what serves the person alone, so they cannot take it away either.
    taken = {section: [*entries] for section, entries in read.declared.items()}
    for section, (kept,) in own.profile.private().items():
        if section in taken:
            taken[section] = [{**kept, **cast("dict[str, object]", entry)} for entry in taken[section]]
    replace_profile(account, {**own.profile.declared, **taken}, revision=own.revision, now=now)
    return ImportedResume(tuple(read.declared), read.left_out)
