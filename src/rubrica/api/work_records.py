"""One's own work record: what others are told of it, and credentials made from it."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import PublicId, RequestBody, Slug
from rubrica.api.openapi import answers, answers_to_body
from rubrica.domain.work_record import WorkEntry
from rubrica.kit import clock
from rubrica.records.models import WorkCredential
from rubrica.usecases import credentials, work_records

router = Router(tags=["Account"])

Level = Literal["nothing", "role", "counts", "calibration"]


class PassedTests(BaseModel):
    """Tests and calibrations that were passed."""

    passed: int
    last: date


class WorkDocument(BaseModel):
    """What was done in one project."""

    project: str
    organisation: str = Field(description="Empty where it is not told.")
    role: str
    task: str
    first: date = Field(description="Day of the first evaluation, in UTC.")
    last: date
    items: int | None
    evaluations: int | None
    active_seconds: float | None = Field(description="As the workbench measured it.")
    unmeasured: int = Field(description="Evaluations whose time is not known.")
    calibration: PassedTests | None


class RecordedWork(BaseModel):
    """One's own work in a project, and what others are told of it."""

    slug: str
    work: WorkDocument
    disclosure: Level
    told: WorkDocument | None = Field(description="Null where others are told nothing.")


class WorkRecord(BaseModel):
    """The caller's work, newest first; all of it verified by Rubrica."""

    record: list[RecordedWork]


class NewDisclosure(RequestBody):
    """How much others are told from now on."""

    level: Level


class CredentialDocument(BaseModel):
    """A signed work record."""

    id: str
    url: str
    project: str
    token: str = Field(description="The signed text: a VC-JWT of Open Badges 3.0.")
    issued_at: datetime
    valid_until: datetime
    revoked_at: datetime | None


class CredentialDocuments(BaseModel):
    """The caller's credentials, newest first."""

    credentials: list[CredentialDocument]


@router.get(
    "/me/record", operation_id="read_work_record", summary="Read my work record", response=answers({200: WorkRecord})
)
def read_work_record(request: HttpRequest) -> WorkRecord:
    """Return what the caller has done, project by project, also where the caller has left."""
    return WorkRecord(record=[_recorded(row) for row in work_records.work_record(caller(request), now=clock.now())])


@router.put(
    "/me/record/{slug:slug}/disclosure",
    operation_id="disclose_work",
    summary="Choose what others are told",
    response=answers_to_body({200: RecordedWork}, 404),
)
def disclose_work(request: HttpRequest, slug: Slug, new: NewDisclosure) -> RecordedWork:
    """Choose how much portfolio, résumé and new credentials tell of the caller's work in a project."""
    return _recorded(work_records.disclose(caller(request), slug, new.level, now=clock.now()))


@router.post(
    "/me/record/{slug:slug}/credentials",
    operation_id="issue_credential",
    summary="Make a credential",
    response=answers({201: CredentialDocument}, 403, 404, 409),
)
def issue_credential(request: HttpRequest, slug: Slug) -> Status[CredentialDocument]:
    """Sign what others are told of the caller's work in a project; it is valid for two years."""
    return Status(201, _credential(credentials.issue_credential(caller(request), slug, now=clock.now())))


@router.get(
    "/me/credentials",
    operation_id="list_credentials",
    summary="List my credentials",
    response=answers({200: CredentialDocuments}),
)
def list_credentials(request: HttpRequest) -> CredentialDocuments:
    """Return the caller's credentials, revoked and expired ones too."""
    return CredentialDocuments(credentials=[_credential(row) for row in credentials.credentials_of(caller(request))])


@router.delete(
    "/me/credentials/{id:credential_id}",
    operation_id="revoke_credential",
    summary="Revoke a credential",
    response=answers({204: None}, 403, 404),
)
def revoke_credential(request: HttpRequest, credential_id: PublicId) -> Status[None]:
    """Take back a credential of the caller's, for good."""
    credentials.revoke_credential(caller(request), credential_id, now=clock.now())
    return Status(204, None)


def _recorded(row: work_records.RecordedWork) -> RecordedWork:
    return RecordedWork(
        slug=row.project.slug,
        work=_work(row.entry),
        disclosure=row.disclosure.value,
        told=_work(row.told) if row.told is not None else None,
    )


def _work(entry: WorkEntry) -> WorkDocument:
    passed = entry.calibration
    return WorkDocument(
        project=entry.project,
        organisation=entry.organisation,
        role=entry.role,
        task=entry.task,
        first=entry.first,
        last=entry.last,
        items=entry.items,
        evaluations=entry.evaluations,
        active_seconds=entry.active_seconds,
        unmeasured=entry.unmeasured,
        calibration=PassedTests(passed=passed.passed, last=passed.last) if passed is not None else None,
    )


def _credential(row: WorkCredential) -> CredentialDocument:
    return CredentialDocument(
        id=row.public_id,
        url=credentials.credential_url(row),
        project=row.project.slug,
        token=row.token,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        revoked_at=row.revoked_at,
    )
