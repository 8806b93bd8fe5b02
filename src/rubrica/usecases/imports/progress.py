"""What a running import tells, and what it owes to the job it runs in."""

from dataclasses import dataclass
from typing import Final, Protocol

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come."""

    total: int
    accepted: int
    refused: int
    known: int


_LONGEST_FAILURE: Final = 500


def failure_text(cause: str) -> str:
    """Return what an import that was stopped says: why, and what the person can do."""
    advice = ". Everything before it is kept: import again to go on."
    return cause.strip().removesuffix(".")[: _LONGEST_FAILURE - len(advice)] + advice


class SignOfLife(Protocol):
    """What an import owes to the job it runs in."""

    def keep(self) -> None:
        """Show that the import is under way."""

    def confirm(self) -> None:
        """Make sure, inside a transaction, that the import is still this worker's to run."""


class Unhurried(SignOfLife):
    """Stands in for a job where nobody waits to take over."""

    @override
    def keep(self) -> None:
        pass

    @override
    def confirm(self) -> None:
        pass
