"""Why a use case refuses. Each entry floor translates these once, so a page and the API refuse in the same words."""

from collections.abc import Sequence

from rubrica.domain.guideline_changes import Changes
from rubrica.domain.problems import Problem
from rubrica.records.retrying import ContendedError


class RefusedError(Exception):
    """A use case that did not happen. ``str(error)`` tells the person what to do."""


class NotFoundError(RefusedError):
    """There is no such thing in this person's world, whether or not it exists elsewhere."""


class NotAllowedError(RefusedError):
    """The person sees the thing but may not do this with it."""


class InvalidInputError(RefusedError):
    """What was given cannot be taken; ``problems`` name each field, what was wrong and what is allowed."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class ConflictError(RefusedError):
    """The thing is not in a state in which this can be done."""


class EditConflictError(ConflictError):
    """Somebody else has saved since this person started editing; ``changes`` lead from what is stored to what came."""

    def __init__(self, message: str, changes: Changes | None = None) -> None:
        super().__init__(message)
        self.changes = changes


class LeaseLostError(ConflictError):
    """The lease ended and others have completed the item; the answer is kept but not counted."""


class QueueBusyError(RefusedError, ContendedError):
    """Others are at every item that could be claimed, also after several tries. Nothing has happened."""

    def __init__(self) -> None:
        super().__init__("Many people are taking work at this moment. Try again.")


class KeyReusedError(RefusedError):
    """The idempotency key already belongs to another answer."""
