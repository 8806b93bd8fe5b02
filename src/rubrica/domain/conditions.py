"""When something is asked or becomes required: conditions on the answers and marks of an evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass

AnswerValue = int | str | tuple[str, ...]
"""An answer to one criterion: a level or a count, the code of an option or a text, or a list of codes or of words."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """Holds when a scale or a count was answered with ``value`` or lower."""

    criterion: str
    value: int

    def holds(self, answers: Mapping[str, AnswerValue], worst_severity: int) -> bool:  # noqa: ARG002  (one shape)
        """Tell whether the condition holds."""
        answer = answers.get(self.criterion)
        return isinstance(answer, int) and answer <= self.value

    def as_json(self) -> dict[str, object]:
        """Return the condition as it is written in a rubric."""
        return {"criterion": self.criterion, "at_most": self.value}

    def in_words(self) -> str:
        """Say the condition as the end of a sentence that begins with "required when"."""
        return f"{self.criterion} is {self.value} or lower"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds when a scale or a count was answered with ``value`` or higher."""

    criterion: str
    value: int

    def holds(self, answers: Mapping[str, AnswerValue], worst_severity: int) -> bool:  # noqa: ARG002  (one shape)
        """Tell whether the condition holds."""
        answer = answers.get(self.criterion)
        return isinstance(answer, int) and answer >= self.value

    def as_json(self) -> dict[str, object]:
        """Return the condition as it is written in a rubric."""
        return {"criterion": self.criterion, "at_least": self.value}

    def in_words(self) -> str:
        """Say the condition as the end of a sentence that begins with "required when"."""
        return f"{self.criterion} is {self.value} or higher"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when a choice, or one of the ticks, is among ``codes``."""

    criterion: str
    codes: tuple[str, ...]

    def holds(self, answers: Mapping[str, AnswerValue], worst_severity: int) -> bool:  # noqa: ARG002  (one shape)
        """Tell whether the condition holds."""
        answer = answers.get(self.criterion)
        if isinstance(answer, tuple):
            return any(code in self.codes for code in answer)
        return answer in self.codes

    def as_json(self) -> dict[str, object]:
        """Return the condition as it is written in a rubric."""
        return {"criterion": self.criterion, "any_of": list(self.codes)}

    def in_words(self) -> str:
        """Say the condition as the end of a sentence that begins with "required when"."""
        return f"{self.criterion} is {' or '.join(self.codes)}"


@dataclass(frozen=True, slots=True)
class SeverityAtLeast:
    """Holds when a fault was marked with severity ``value`` or graver."""

    value: int

    def holds(self, answers: Mapping[str, AnswerValue], worst_severity: int) -> bool:  # noqa: ARG002  (one shape)
        """Tell whether the condition holds."""
        return worst_severity >= self.value

    def as_json(self) -> dict[str, object]:
        """Return the condition as it is written in a rubric."""
        return {"severity_at_least": self.value}

    def in_words(self) -> str:
        """Say the condition as the end of a sentence that begins with "required when"."""
        return f"a mark has severity {self.value} or graver"


AnswerCondition = AtMost | AtLeast | AnyOf
"""A condition on the answer to one criterion."""

Condition = AnswerCondition | SeverityAtLeast


def first_that_holds(
    conditions: tuple[Condition, ...], answers: Mapping[str, AnswerValue], worst_severity: int
) -> Condition | None:
    """Return the first condition that holds, to be named in a message, or ``None``."""
    for condition in conditions:
        if condition.holds(answers, worst_severity):
            return condition
    return None
