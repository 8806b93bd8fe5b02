"""Applications, for those who apply and for those who read them."""

from typing import Any, Literal, TypedDict

from rubrica.client.documents.values import Moment

ApplicationState = Literal[
    "draft",
    "submitted",
    "screening",
    "under_review",
    "shortlisted",
    "offered",
    "accepted",
    "offer_declined",
    "offer_expired",
    "declined",
    "appealed",
    "closed",
    "withdrawn",
    "job_closed",
    "expired_no_decision",
]


class FormQuestion(TypedDict):
    """A question of a form."""

    id: str
    kind: Literal["short", "long", "url", "number", "single", "multi"]
    text: str
    choices: list[str]
    is_required: bool


class ResponseRecordDocument(TypedDict):
    """How a project has answered those who applied before."""

    decided: int
    undecided: int
    waiting: int
    median_days: float | None


class ApplicationFormDocument(TypedDict):
    """What an opening asks and takes; ``refusal`` is empty where the caller can apply."""

    opening: str
    title: str
    questions: list[FormQuestion]
    unpaid_minutes: int
    paid_minutes: int
    decision_days: int
    refusal: str
    record: ResponseRecordDocument


class NamedProblem(TypedDict):
    """Something that could not be taken."""

    field: str
    problem: str
    allowed: str


class SavedApplication(TypedDict):
    """The draft that was kept, and what of it could not be."""

    id: str
    problems: list[NamedProblem]


class OwnApplicationDocument(TypedDict):
    """An application of the caller."""

    id: str
    opening: str
    title: str
    organisation: str
    state: ApplicationState
    waits_for_me: bool
    due_at: Moment | None
    submitted_at: Moment | None
    decide_by: Moment | None
    reason_code: Literal["", "experience", "answers", "language", "screening", "availability", "filled"]
    reason: str
    criterion: str
    reapply_from: str | None


class ApplicationStepDocument(TypedDict):
    """Something that happened to an application; ``state`` is what it became by it."""

    at: Moment
    by: Literal["applicant", "project", "clock"]
    event: str
    state: ApplicationState
    reason: str


class MessageDocument(TypedDict):
    """A message between whoever applies and the project."""

    at: Moment
    by: Literal["applicant", "project"]
    text: str


class OfferedTerms(TypedDict):
    """The terms of an offer: the document itself, and the hash that accepting it names."""

    version: int
    sha256: str
    document: dict[str, Any]
    answer_by: Moment


class OwnApplicationFile(OwnApplicationDocument):
    """An application of the caller with everything that happened."""

    terms: OfferedTerms | None

    questions: list[FormQuestion]
    answers: dict[str, str | int | list[str]]
    steps: list[ApplicationStepDocument]
    messages: list[MessageDocument]
    possible: list[str]


class ApplicationDocument(TypedDict):
    """An application as those who read it see it."""

    number: int
    name: str
    opening: str
    state: ApplicationState
    owner: str | None
    due_at: Moment | None
    submitted_at: Moment
    decide_by: Moment | None


class ReadingDocument(TypedDict):
    """What somebody made of an application."""

    reader: str
    verdict: Literal["yes", "borderline", "no"]
    note: str
    at: Moment


class ApplicationFileDocument(ApplicationDocument):
    """An application with all that its reader may see."""

    questions: list[FormQuestion]
    answers: dict[str, str | int | list[str]]
    readings: list[ReadingDocument]
    hidden_readings: int
    wants_reading: bool
    steps: list[ApplicationStepDocument]
    messages: list[MessageDocument]
    possible: list[str]
