"""Reviews of evaluations."""

from typing import Literal, TypedDict

from rubrica.client.documents.items import Picture
from rubrica.client.documents.said import SaidDocument
from rubrica.client.documents.values import Moment


class ReviewDocument(TypedDict):
    """A look at one evaluation."""

    number: int
    evaluation: str
    item: str
    rater: str
    state: Literal["pending", "accepted", "returned", "adjudicated", "appealed", "upheld", "dismissed", "settled"]
    criterion: str
    clause: str
    comment: str
    decided_at: Moment | None
    owner: str | None
    due_at: Moment | None


class ReviewStepDocument(TypedDict):
    """Something that happened to a review; ``state`` is what it became by it."""

    at: Moment
    actor: str
    event: Literal["accept", "return", "adjudicate", "appeal", "uphold", "dismiss", "settle", "take_over"]
    state: Literal["pending", "accepted", "returned", "adjudicated", "appealed", "upheld", "dismissed", "settled"]
    reason: str


class ReviewFileDocument(ReviewDocument):
    """A review with all that its reader may see; ``everybody``, ``why`` and ``note`` are ``None`` for the rater."""

    item_id: str
    guideline_version: int
    images: list[Picture]
    said: SaidDocument
    everybody: list[SaidDocument] | None
    why: Literal["sample", "disagreement", "flag"] | None
    note: str | None
    adjudicated: dict[str, int | str] | None
    steps: list[ReviewStepDocument]
    possible: list[Literal["accept", "return", "adjudicate", "appeal", "uphold", "dismiss", "settle", "take_over"]]
