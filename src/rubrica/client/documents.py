"""What the API answers, as its description says (``GET /api/v1/openapi.json``); a test compares the two."""

from typing import Any, Literal, TypedDict

Moment = str
"""An instant in UTC, as RFC 3339 writes it."""

Slot = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i"]
"""An image of an item, or the place at which it is shown."""


class Amount(TypedDict):
    """An exact amount of money: decimal text, and a code of ISO 4217."""

    amount: str
    currency: str


class OwnOrganisation(TypedDict):
    """An organisation that the caller belongs to."""

    slug: str
    name: str
    role: str


class Me(TypedDict):
    """Who is calling."""

    id: str
    name: str
    email: str
    time_zone: str
    is_platform_admin: bool
    organisations: list[OwnOrganisation]


class OrganisationName(TypedDict):
    """An organisation's name and address."""

    slug: str
    name: str


class OrganisationMember(TypedDict):
    """Somebody who belongs to an organisation."""

    id: str
    name: str
    email: str | None
    role: str
    since: Moment


class OpenInvitation(TypedDict):
    """An invitation that can still be accepted."""

    id: str
    email: str
    role: str
    project: str | None
    invited_by: str
    expires_at: Moment


class MadeInvitation(OpenInvitation):
    """An invitation at the only moment when its secret is known."""

    secret: str


class GuidelineInForce(TypedDict):
    """The version that new work is judged under."""

    version: int
    content_hash: str
    published_at: Moment


class Project(TypedDict):
    """A set of items judged under one evolving guideline, and how far the work has come."""

    slug: str
    name: str
    description: str
    organisation: OrganisationName
    template: str
    state: Literal["draft", "active", "paused", "closed"]
    role: str
    overlap: int
    most_overlap: int
    lease_seconds: int
    repeat_percent: int
    is_sensitive: bool
    hourly_limit: int | None
    hourly_cost: Amount | None
    guideline: GuidelineInForce | None
    items: int
    completed_items: int
    evaluations: int
    created_at: Moment


class Member(TypedDict):
    """Somebody who works in a project."""

    id: str
    name: str
    email: str | None
    role: str
    evaluations: int


class TemplateSummary(TypedDict):
    """A rubric with a guideline to start from."""

    key: str
    name: str
    description: str
    unit: Literal["single", "pair", "before_after", "set"]


class Template(TemplateSummary):
    """A template with all that it brings."""

    rubric: dict[str, Any]
    guideline: str


class Draft(TypedDict):
    """The guideline as it is being written."""

    revision: int
    markdown: str
    rubric: dict[str, Any]
    updated_at: Moment
    updated_by: str


class VersionSummary(TypedDict):
    """A published version of the guideline."""

    number: int
    content_hash: str
    change_class: str
    summary: str
    published_at: Moment
    published_by: str
    in_force: bool


class Version(VersionSummary):
    """A published version with its text."""

    markdown: str
    html: str
    rubric: dict[str, Any]


class Stretch(TypedDict):
    """Words that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


class PartChange(TypedDict):
    """A clause of the guideline, or a part of the rubric, that differs."""

    part: Literal["guideline", "rubric"]
    place: str
    kind: Literal["added", "removed", "changed"]
    stretches: list[Stretch]


class UnreadGuideline(TypedDict):
    """What changed in the guideline since the rater last read it."""

    known: int
    version: int
    change_class: Literal["clarification", "breaking"]
    summary: str
    blocks: bool


class ImpactDocument(TypedDict):
    """What publishing the draft would reach among what was judged."""

    criteria: list[str]
    added: list[str]
    codes: list[str]
    clauses: list[str]
    items: int
    disputed: int
    evaluations: int
    raters: int
    overlap: int
    seconds_each: float | None
    hours: float | None
    hours_disputed: float | None
    cost: Amount | None
    cost_disputed: Amount | None


class NewsOfGuideline(TypedDict):
    """What the caller has yet to read, and what differs from what the caller knows."""

    unread: UnreadGuideline | None
    changes: list[PartChange]


class Tiles(TypedDict):
    """A deep-zoom pyramid; a tile lies at ``{url}{level}/{column}_{row}.jpg``."""

    url: str
    tile_size: int
    overlap: int
    format: Literal["jpg"]


class Picture(TypedDict):
    """An image at the place where the rater sees it."""

    slot: Slot
    width: int
    height: int
    view_url: str
    thumbnail_url: str
    tiles: Tiles | None


class ItemPicture(Picture):
    """An image in a slot of an item."""

    id: str
    source_model: str | None


class Item(TypedDict):
    """A unit of judgement. What would unblind a reviewer is ``None`` for reviewers."""

    id: str
    key: str
    prompt: str
    images: list[ItemPicture]
    evaluations: int
    withdrawn: bool
    metadata: dict[str, Any] | None
    known_defects: list[Any] | None
    created_at: Moment


class ImportSummary(TypedDict):
    """One batch of items on its way in, with counts so far."""

    id: str
    source: str
    state: str
    total: int
    accepted: int
    refused: int
    known: int
    failure: str
    started_by: str
    created_at: Moment
    finished_at: Moment | None


class ImportProblem(TypedDict):
    """Why one file or row was refused, and what to do."""

    line: int | None
    name: str
    code: str
    reason: str


class Import(ImportSummary):
    """An import with what was refused."""

    problems: list[ImportProblem]


class Rater(TypedDict):
    """Who works here."""

    name: str


class ClauseName(TypedDict):
    """A clause of the guideline."""

    anchor: str
    title: str


class ShownGuideline(TypedDict):
    """A published guideline as raters read it."""

    version: int
    content_hash: str
    html: str
    clauses: list[ClauseName]


class WorkbenchLimits(TypedDict):
    """What the server allows."""

    hold: int


class Progress(TypedDict):
    """How far the rater has come in the project."""

    done: int
    remaining: int


class OpenedProject(TypedDict):
    """The project that one works in."""

    slug: str
    name: str
    is_sensitive: bool


class OwnToday(TypedDict):
    """What the rater did in the project today."""

    evaluations: int
    active_ms: int


class WorkbenchPreferences(TypedDict):
    """How a person works, at every screen."""

    surround: Literal["light", "mid", "dark"]
    single_keys: bool
    keep_view: bool
    grayscale: bool
    keys: dict[str, list[str]]


class WorkbenchSetup(TypedDict):
    """All that the workbench needs before the first item."""

    project: OpenedProject
    rater: Rater
    guideline: ShownGuideline
    rubric: dict[str, Any]
    examples: dict[str, str]
    limits: WorkbenchLimits
    progress: Progress
    today: OwnToday
    unread: UnreadGuideline | None
    preferences: WorkbenchPreferences | None


class ProposedAnswer(TypedDict):
    """What a technical check proposes, for the rater to confirm or to change."""

    criterion: str
    answer: int | str
    because: str


class Assignment(TypedDict):
    """An item lent to the rater for a while."""

    id: str
    item: str
    leased_until: Moment
    guideline_version: int
    prompt: str | None
    images: list[Picture]
    proposals: list[ProposedAnswer]
    is_test: bool


class TakenWork(TypedDict):
    """What the rater holds now, and why there is not more of it."""

    assignments: list[Assignment]
    reason: Literal[
        "offered",
        "queue_empty",
        "project_paused",
        "project_closed",
        "project_not_started",
        "hourly_limit",
        "guideline_changed",
        "test_failed",
    ]
    progress: Progress
    again_at: Moment | None


class Renewal(TypedDict):
    """How long the rater keeps the item now."""

    leased_until: Moment


class FindingDocument(TypedDict):
    """One thing to look at in an explanation; spans are starts and ends in code points."""

    code: Literal[
        "missing",
        "length",
        "contradiction",
        "long",
        "unlocated",
        "unlinked",
        "vague",
        "repeated",
        "spelling",
        "grammar",
    ]
    blocks: bool
    message: str
    spans: list[list[int]]
    suggestion: str | None


class CheckedExplanation(TypedDict):
    """What was found in an explanation."""

    findings: list[FindingDocument]
    language: Literal["checked", "not_english", "busy", "off"]


class ReceiptDocument(TypedDict):
    """Proof that an evaluation is stored."""

    evaluation: str
    submitted_at: Moment
    body_sha256: str
    replayed: bool


class Submitted(TakenWork):
    """The receipt, and the work that follows."""

    receipt: ReceiptDocument


class PastEvaluation(TypedDict):
    """One of the rater's own evaluations, as it was shown and answered."""

    id: str
    item: str
    submitted_at: Moment
    thumbnail_url: str
    revisable: bool
    guideline_version: int
    prompt: str | None
    images: list[Picture]
    answer: dict[str, Any]


class GoldItem(TypedDict):
    """An item whose right answers are known."""

    number: int
    item: str
    source: Literal["expert", "agreement", "ruling", "planted", "adjudication"]
    answers: dict[str, int | str]
    note: str
    is_secret: bool
    guideline_version: int
    asked: int
    right: int
    is_disputed: bool


class ScoreDocument(TypedDict):
    """How many answers were asked for, and how many were right."""

    right: int
    n: int


class AttemptDocument(TypedDict):
    """A test or calibration of one's own."""

    purpose: Literal["qualification", "calibration"]
    state: Literal["open", "passed", "failed"]
    guideline_version: int
    asked: int
    answered: int
    scores: dict[str, ScoreDocument]
    at_least: float | None
    pass_percent: int
    opened_at: Moment
    ended_at: Moment | None
    retake_from: Moment | None


class ReviewDocument(TypedDict):
    """A look at one evaluation."""

    number: int
    evaluation: str
    item: str
    state: Literal["pending", "accepted", "returned", "adjudicated", "appealed", "upheld", "dismissed", "settled"]
    criterion: str
    clause: str
    comment: str
    decided_at: Moment | None
    due_at: Moment | None


class HealthDocument(TypedDict):
    """How the rules fare, the most troubled first."""

    format: str
    project: str
    guideline: dict[str, Any]
    criteria: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    changes: list[dict[str, Any]]


class CalibrationDocument(TypedDict):
    """Habits of raters, each against the others. What does not exist is ``None``, and its ``refusal`` says why."""

    format: str
    project: str
    guideline: dict[str, Any]
    raters: list[dict[str, Any]]


class ReportDocument(TypedDict):
    """A project's report. Where a quantity does not exist it is ``None``, and the ``…_refusal`` beside it says why."""

    format: str
    project: str
    name: str
    unit: str
    guideline: dict[str, Any]
    counts: dict[str, int]
    criteria: list[dict[str, Any]]
    raters: list[dict[str, Any]]
    marks: dict[str, Any] | None
    pairs: list[dict[str, Any]]


class Token(TypedDict):
    """A token without its secret."""

    id: str
    name: str
    created_at: Moment
    expires_at: Moment | None


class RaisedCase(TypedDict):
    """Proof that a question is stored."""

    number: int
    replayed: bool


class Precedent(TypedDict):
    """A ruling in force that helps with the item at hand."""

    number: int
    question: str
    decision: str
    rationale: str
    clause: str
    criterion: str
    code: str
    decided_at: Moment
    raised_by: str
    thumbnail_url: str | None
    alike: list[str]


class Case(TypedDict):
    """A question that the rules did not decide."""

    number: int
    kind: Literal["ambiguous_rule", "gap", "conflict", "novel_pattern", "bad_item", "needs_expertise"]
    state: Literal["raised", "voting", "discussion", "ruled", "duplicate", "answered"]
    question: str
    item: str
    image: Slot
    shape: str
    geometry: dict[str, Any]
    clause: str
    criterion: str
    code: str
    guideline_version: int
    raised_by: str
    raised_at: Moment
    owner: str | None
    due_at: Moment | None
    options: list[str]
    duplicate_of: int | None
    ruling: int | None


class CasePosition(TypedDict):
    """How many would decide so."""

    option: str | None
    votes: int
    reasons: list[str]


class CaseDocument(Case):
    """A case, and how people would decide as far as the caller may see it: not before voting."""

    voters: int
    has_voted: bool
    positions: list[CasePosition] | None


class RulingDocument(TypedDict):
    """A decision, and what it rests on."""

    number: int
    case: int
    question: str
    decision: str
    rationale: str
    clause: str
    criterion: str
    code: str
    reach: Literal["item", "pattern", "global"]
    answers: dict[str, int | str]
    item: str
    guideline_version: int
    raised_by: str
    decided_by: str
    decided_at: Moment
    review_on: str
    supersedes: int | None
    in_force: bool
    conflicts_with: list[int]
