"""Gold, the plan of what is asked on it, and how tests and calibrations went."""

from typing import Literal, TypedDict

from rubrica.client.documents.values import Moment
from rubrica.client.documents.work import MissedAnswer


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


class MissedItem(TypedDict):
    """A gold item that was not answered as is right."""

    item: str
    thumbnail_url: str
    missed: list[MissedAnswer]
    note: str


class OwnAttempt(AttemptDocument):
    """A practice, test or calibration of one's own, with what one missed: nothing while open, and no secret gold."""

    missed: list[MissedItem]


class SomebodysAttempt(AttemptDocument):
    """A practice, test or calibration of somebody."""

    member: str
    name: str


class GoldPlanDocument(TypedDict):
    """What a project asks of its people on gold items."""

    gold_percent: int
    test_items: int
    pass_percent: int
    retake_days: int
    clarification_items: int
    breaking_items: int
    tolerances: dict[str, int]


class GoldProposal(TypedDict):
    """An item that could become gold, why, and with which answers."""

    item: str
    key: str
    thumbnail_url: str
    source: Literal["expert", "agreement", "ruling", "planted", "adjudication", "repeat"]
    answers: dict[str, int | str]
    because: str
