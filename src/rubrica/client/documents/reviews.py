"""Reviews of evaluations."""

from typing import Literal, TypedDict

from rubrica.client.documents.values import Moment


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
