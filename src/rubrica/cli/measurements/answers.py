"""What all answers share: numbers with intervals, reasons where there is no number, and the names of the file."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from rubrica.cli.text import estimate, table
from rubrica.measure.errors import MeasureError, NoIntervalError
from rubrica.measure.labels import Labels

Json: TypeAlias = dict[str, Any]
"""An object of an answer, as it is printed."""

Result = TypeVar("Result")

DASH: Final = "–"
MOST_LINES: Final = 50
"""Lines of a table beyond which people are sent to the JSON."""
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_OF_PERSON = re.compile(r"(\b[Rr]aters?) (\d+)(?: and (\d+))?")
_OF_ITEM = re.compile(r"(\b(?:[Uu]nits?|[Ii]tems?)) (\d+)(?: and (\d+))?")
_ESTIMATORS_WORDS: Final = {
    'the method "shrunk"': "--method corrected",
    "level='interval'": "--level interval",
    "ties='half', which then has no part": "--model bradley-terry",
    "give a prior": "give a --prior",
}
"""Arguments of estimators, and the options that set them."""
_UNIT = re.compile(r"\b([Uu])nit")


class Refusals:
    """The numbers that do not exist in an answer, each with the reason."""

    def __init__(self, names: "Names", *, required: Collection[str] = ()) -> None:
        self.reasons: dict[str, str] = {}
        self._names, self._required = names, required

    def attempt(
        self,
        key: str,
        compute: Callable[[], Result],
        reasons: type[MeasureError] | tuple[type[MeasureError], ...] = MeasureError,
    ) -> Result | None:
        """Return what is computed; where the data do not determine it, None, and note why under ``key``.

        Raises
        ------
        MeasureError
            It is none of the ``reasons``; or the result does not exist, and is one of the ``required``.
        """
        try:
            return compute()
        except reasons as error:
            if key in self._required:
                raise
            self.reasons[key] = self._names.worded(error)
            return None

    def coefficient(self, key: str, compute: Callable[[], Json]) -> Json | None:
        """Return a number with its interval; the number alone where only the interval does not exist.

        Raises
        ------
        MeasureError
            The number does not exist, and is one of the ``required``.
        """
        try:
            return compute()
        except NoIntervalError as error:
            self.reasons[key] = self._names.worded(error)
            return {"value": error.estimate, "ci_low": None, "ci_high": None, "standard_error": None}
        except MeasureError as error:
            if key in self._required:
                raise
            self.reasons[key] = self._names.worded(error)
            return None

    def does_not_apply(self, key: str, reason: str) -> None:
        """Note why a number is not asked for."""
        self.reasons[key] = reason


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of items and raters stand for in the file."""

    items: Labels
    raters: Labels | None = None

    def worded(self, error: MeasureError) -> str:
        """Return what an error says, in the names of the file: estimators know numbers only."""
        message = _IN_BRACES.sub(lambda found: "{" + self._listed(found[1]) + "}", str(error))
        message = _OF_ITEM.sub(lambda found: _named(found, self.items), message)
        if self.raters is not None:
            raters = self.raters
            message = _OF_PERSON.sub(lambda found: _named(found, raters), message)
        for said, meant in _ESTIMATORS_WORDS.items():
            message = message.replace(said, meant)
        return _UNIT.sub(lambda found: "Item" if found[1] == "U" else "item", message)

    def _listed(self, numbers: str) -> str:
        return re.sub(r"\d+", lambda found: _name_of(self.items, int(found[0])), numbers)


def _named(found: re.Match[str], labels: Labels) -> str:
    one = f"{found[1]} {_name_of(labels, int(found[2]))}"
    return one if found[3] is None else f"{one} and {_name_of(labels, int(found[3]))}"


def _name_of(labels: Labels, number: int) -> str:
    return str(labels[number]) if number < len(labels) else str(number)


# --- numbers for programs ---


def with_interval(value: float, low: float, high: float, **more: object) -> Json:
    """Return a number with its interval."""
    return {"value": value, "ci_low": low, "ci_high": high, **more}


def rows(**columns: Sequence[object]) -> list[Json]:
    """Return columns as objects, one a row."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


# --- numbers for people ---


@dataclass(frozen=True, slots=True)
class _Estimate:
    value: float
    ci_low: float
    ci_high: float


def shown(number: Json | None, value: str = "value", *, digits: int = 2, sign: bool = False) -> str:
    """Return a number of an answer with its interval; alone where it has none, a dash where there is no number."""
    if number is None or number[value] is None:
        return DASH
    if number["ci_low"] is None:
        return f"{number[value]:{'+' if sign else ''}.{digits}f}"
    return estimate(_Estimate(number[value], number["ci_low"], number["ci_high"]), digits=digits, sign=sign)


def heading(answer: Json, found: str) -> str:
    """Return what was measured, and how much of it."""
    ratings, items = counted(answer["n_ratings"], "rating"), counted(answer["n_items"], "item")
    return f"{ratings} of {items} by {counted(answer['n_raters'], 'rater')}; {found}; {intervals(answer)}"


def intervals(answer: Json) -> str:
    """Return what the intervals cover."""
    return f"{100 * answer['confidence']:.4g} % intervals"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things: ``1 item``, ``2 items``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def shortened(lines: Sequence[tuple[str, ...]], header: tuple[str, ...], numeric: Sequence[int]) -> str:
    """Return a table of the first lines, and how many more there are."""
    text = table(header, lines[:MOST_LINES], numeric=numeric)
    more = len(lines) - MOST_LINES
    return f"{text}\n… and {more} more; see them all with --json." if more > 0 else text


def paragraphs(parts: Sequence[str], remarks: Sequence[str]) -> str:
    """Return the parts of an answer with an empty line between them, remarks together at the end."""
    return "\n\n".join(filter(None, [*parts, "\n".join(filter(None, remarks))]))


def missing_text(answer: Json) -> str:
    """Return how many rows were left out; nothing where none was."""
    number = answer["n_missing"]
    was = "row without a value was" if number == 1 else "rows without a value were"
    return f"{number} {was} left out." if number else ""


def reasons_text(answer: Json, names: dict[str, str]) -> list[str]:
    """Return a line for each number that does not exist, where people expect one."""
    return [f"No {name}: {answer['refused'][key]}" for key, name in names.items() if key in answer["refused"]]
