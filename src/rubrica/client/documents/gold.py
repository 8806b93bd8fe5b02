"""Gold, and how one's own tests and calibrations went."""

from typing import Literal, TypedDict

from rubrica.client.documents.values import Moment


class GoldItem(TypedDict):
    """An item whose right answers are known."""

    number: int
    item: str
    source: Literal["expert", "agreement", "ruling", "planted", "adjudication", "repeat"]
    answers: dict[str, int | str]
    note: str
    is_secret: bool
    is_practice: bool
    guideline_version: int
    asked: int
    right: int
    is_disputed: bool


class ScoreDocument(TypedDict):
    """How many answers were asked for, and how many were right."""

    right: int
    n: int


class AttemptDocument(TypedDict):
    """A practice, test or calibration of one's own."""

    purpose: Literal["practice", "qualification", "calibration"]
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
