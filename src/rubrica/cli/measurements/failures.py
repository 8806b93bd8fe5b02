"""What cannot be measured: refused in the names of the file, in words and as JSON."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import click

from rubrica.cli.measurements.answers import Json, Names
from rubrica.domain.problems import Problem, ProblemsError
from rubrica.measure import errors
from rubrica.usecases.errors import InvalidInputError, RefusedError

_WRONG_INPUT: Final = (
    errors.ColumnShapeError,
    errors.NotNumericError,
    errors.MissingValueError,
    errors.ValueTooLargeError,
    errors.NegativeValueError,
    errors.MixedLabelsError,
    errors.ScaleOrderError,
    errors.OffTheScaleError,
    errors.RepeatedUnitError,
    errors.SelfComparisonError,
)
"""What is wrong with the file itself; everything else is something that its ratings do not determine."""


class NotDeterminedError(RefusedError):
    """The ratings do not determine what was asked for; ``code`` names the fact, ``details`` say more of it."""

    def __init__(self, message: str, code: str, details: Json) -> None:
        super().__init__(message)
        self.code, self.details = code, details

    def as_json(self) -> Json:
        """Return the error as an answer has it."""
        return _as_json(self.code, str(self), self.details)


def refuse(field: str, problem: str, allowed: str) -> NoReturn:
    """Refuse what an option says."""
    raise ProblemsError([Problem(field, problem, allowed)])


@contextmanager
def in_names_of(names: Names | None, details: Callable[[errors.MeasureError], Json] | None = None) -> Iterator[None]:
    """Refuse what cannot be measured in the names of the file."""
    try:
        yield
    except errors.MeasureError as error:
        message = str(error) if names is None else names.worded(error)
        if isinstance(error, _WRONG_INPUT):
            raise InvalidInputError(message) from error
        raise NotDeterminedError(message, _code(error), details(error) if details else {}) from error


@contextmanager
def refusals_also_as_json(*, as_json: bool) -> Iterator[None]:
    """Print a refusal on standard output too, for programs that read the answer there."""
    try:
        yield
    except (ProblemsError, RefusedError) as error:
        if as_json:
            wrong = _as_json("wrong_input", str(error), {})
            found = error.as_json() if isinstance(error, NotDeterminedError) else wrong
            click.echo(json.dumps({"error": found}, ensure_ascii=False, allow_nan=False, indent=2))
        raise


def _as_json(code: str, message: str, details: Json) -> Json:
    return {"code": code, "message": " ".join(message.split()), **details}


def _code(error: errors.MeasureError) -> str:
    words = re.findall("[A-Z][a-z]*", type(error).__name__.removesuffix("Error"))
    return "_".join(words).lower()
