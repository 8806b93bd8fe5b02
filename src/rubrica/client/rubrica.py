"""The client: one method an operation, called as the operation is."""

from types import TracebackType
from typing import Self

from rubrica.client.connection import Connection
from rubrica.client.operations.account import OwnAccount
from rubrica.client.operations.active_time import ActiveTime
from rubrica.client.operations.applications import Applications
from rubrica.client.operations.change_proposals import ChangeProposals
from rubrica.client.operations.edge_cases import EdgeCases
from rubrica.client.operations.gold import Gold
from rubrica.client.operations.guidelines import Guidelines
from rubrica.client.operations.items import Items
from rubrica.client.operations.openings import Openings
from rubrica.client.operations.organisations import Organisations
from rubrica.client.operations.projects import Projects
from rubrica.client.operations.results import Results
from rubrica.client.operations.reviews import Reviews
from rubrica.client.operations.rounds import Rounds
from rubrica.client.operations.tracked_applications import TrackedApplications
from rubrica.client.operations.work import Answer, SkipReason, Work
from rubrica.client.operations.work_records import OwnWorkRecord

__all__ = ["Answer", "Rubrica", "SkipReason"]


class Rubrica(
    OwnAccount,
    OwnWorkRecord,
    Organisations,
    Projects,
    Guidelines,
    ChangeProposals,
    Items,
    Work,
    EdgeCases,
    Gold,
    Reviews,
    Rounds,
    ActiveTime,
    Applications,
    Openings,
    TrackedApplications,
    Results,
):
    """A program's way into one Rubrica.

    Parameters
    ----------
    base_url
        Where Rubrica is served, such as ``https://rubrica.example.org``.
    token
        An API token: what it speaks for is what the calls may do.
    timeout
        Seconds to wait for each step of an answer.
    attempts
        How often to ask where asking again is safe: when something is only read, and when an evaluation is submitted
        or revised, which carries a key by which the server knows it again.
    """

    def __init__(self, base_url: str, token: str, *, timeout: float = 30.0, attempts: int = 4) -> None:
        self._connection = Connection(base_url, token, timeout=timeout, attempts=attempts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
