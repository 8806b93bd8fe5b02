"""One's own work record and the credentials made from it."""

from typing import Literal, TypedDict

from rubrica.client.documents.values import Moment


class PassedTests(TypedDict):
    """Tests and calibrations that were passed."""

    passed: int
    last: str


class WorkDocument(TypedDict):
    """What was done in one project."""

    project: str
    organisation: str
    role: str
    task: str
    first: str
    last: str
    items: int | None
    evaluations: int | None
    active_seconds: float | None
    unmeasured: int
    calibration: PassedTests | None


class RecordedWork(TypedDict):
    """One's own work in a project, and what others are told of it."""

    slug: str
    work: WorkDocument
    disclosure: Literal["nothing", "role", "counts", "calibration"]
    told: WorkDocument | None


class CredentialDocument(TypedDict):
    """A signed work record."""

    id: str
    url: str
    project: str
    token: str
    issued_at: Moment
    valid_until: Moment
    revoked_at: Moment | None
