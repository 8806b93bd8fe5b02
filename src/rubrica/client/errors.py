"""Why a call did not succeed."""

from typing import TypedDict


class NamedProblem(TypedDict):
    """One thing wrong with what was sent."""

    field: str
    problem: str
    allowed: str


class RubricaError(Exception):
    """The server refused.

    Attributes
    ----------
    status
        The HTTP status; 0 where there was no answer.
    type
        A stable name of the kind of refusal, such as ``answer-rejected``.
    title, detail
        The kind of refusal in words; what happened this time, and what to do.
    problems
        Each field that was refused.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        problems: tuple[NamedProblem, ...] = (),
        *,
        type: str = "",  # noqa: A002  (the field's name)
    ) -> None:
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.problems = problems
        named = "".join(
            f"\n- {row['field'] or 'the whole'}: {row['problem']}; allowed: {row['allowed']}" for row in problems
        )
        super().__init__(f"{title}: {detail}{named}")


class UnreachableError(RubricaError):
    """There was no answer. What was asked may or may not have happened."""

    def __init__(self, detail: str) -> None:
        super().__init__(0, "No answer", detail, type="unreachable")
