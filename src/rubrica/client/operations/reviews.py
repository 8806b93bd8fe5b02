"""Reviews of evaluations: the queue, deciding, what was decided on one's own work, and appeals."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import MOST_A_PAGE, Room

ReviewState = Literal["pending", "accepted", "returned", "adjudicated", "appealed", "upheld", "dismissed", "settled"]


class Reviews(Room):
    """Reviews of evaluations: the queue, deciding, what was decided on one's own work, and appeals."""

    def list_reviews(
        self, project: str, *, state: ReviewState | None = None, owned: bool = False, page_size: int = MOST_A_PAGE
    ) -> Iterator[d.ReviewDocument]:
        """Yield the reviews of a project, newest first; with ``owned`` those that wait for the caller."""
        path = address("projects", project, "reviews")
        return self._pages(path, "reviews", state=state, owned=owned, limit=page_size)

    def list_own_reviews(
        self, project: str, *, state: ReviewState | None = None, page_size: int = MOST_A_PAGE
    ) -> Iterator[d.ReviewDocument]:
        """Yield what was decided on one's own evaluations, newest first."""
        path = address("projects", project, "reviews", "mine")
        return self._pages(path, "reviews", state=state, limit=page_size)

    def queue_reviews(self, project: str, why: Literal["sample", "disagreement"], count: int) -> int:
        """Put evaluations into the queue, drawn by lot or what raters differ on, and return how many there were."""
        body = {"why": why, "count": count}
        queued: int = self._connection.send("POST", address("projects", project, "reviews"), body)["queued"]
        return queued

    def flag_evaluation(self, project: str, evaluation_id: str, *, note: str = "") -> int:
        """Put one evaluation into the queue, and return the number of its review."""
        path = address("projects", project, "evaluations", evaluation_id, "review")
        number: int = self._connection.send("POST", path, {"note": note})["number"]
        return number

    def read_review(self, project: str, number: int) -> d.ReviewFileDocument:
        """Return a review with all that one may see of it."""
        review: d.ReviewFileDocument = self._connection.get(address("projects", project, "reviews", number))
        return review

    def accept_review(
        self, project: str, number: int, *, comment: str = "", criterion: str = "", clause: str = ""
    ) -> None:
        """Accept the evaluation under review."""
        self._step(project, number, "accept", comment=comment, criterion=criterion, clause=clause)

    def return_review(self, project: str, number: int, *, comment: str, criterion: str = "", clause: str = "") -> None:
        """Return the evaluation, saying what is wrong with it."""
        self._step(project, number, "return", comment=comment, criterion=criterion, clause=clause)

    def adjudicate_review(
        self,
        project: str,
        number: int,
        answers: Mapping[str, int | str],
        *,
        comment: str,
        criterion: str = "",
        clause: str = "",
    ) -> None:
        """Say what is right of the item, by criterion, and why."""
        said = {"comment": comment, "criterion": criterion, "clause": clause}
        self._step(project, number, "adjudicate", answers=dict(answers), **said)

    def take_over_review(self, project: str, number: int) -> None:
        """Answer for a review from now on."""
        self._connection.send("POST", address("projects", project, "reviews", number, "take-over"))

    def settle_review(self, project: str, number: int) -> None:
        """Take what was decided on one's own evaluation as it is."""
        self._connection.send("POST", address("projects", project, "reviews", number, "settle"))

    def appeal_review(self, project: str, number: int, *, reason: str) -> None:
        """Say why what was decided on one's own evaluation is wrong; another person decides."""
        self._step(project, number, "appeal", reason=reason)

    def uphold_appeal(self, project: str, number: int, *, reason: str) -> None:
        """Say that the rater is right; what rested on the decision is repaired."""
        self._step(project, number, "uphold", reason=reason)

    def dismiss_appeal(self, project: str, number: int, *, reason: str) -> None:
        """Say that the decision stands."""
        self._step(project, number, "dismiss", reason=reason)

    def _step(self, project: str, number: int, step: str, **body: Any) -> None:
        self._connection.send("POST", address("projects", project, "reviews", number, step), body)
