"""Who won, in any of the ways in which people write it."""

from typing import Final

import numpy as np

from rubrica.domain.problems import quoted
from rubrica.formats.foreign_table import ForeignTable
from rubrica.measure.columns import BoolArray, FloatArray, IntArray
from rubrica.measure.labels import Labelled

_SIDES: Final[dict[str, float]] = {
    **dict.fromkeys(("first", "a", "left"), 1.0),
    **dict.fromkeys(("second", "b", "right"), -1.0),
    **dict.fromkeys(("tie", "draw", "equal"), 0.0),
}
_ALLOWED: Final = "a number, first, second or tie, a or b, left or right, or one of the row's two items"
_UNCLEAR: Final = "first, second or tie, as this is the item of one side and the name of the other"
_NO_ITEM: Final = -1


def preferred_side(table: ForeignTable, value: str, first: Labelled, second: Labelled) -> tuple[FloatArray, BoolArray]:
    """Return 1 for each row whose first item won, -1 for the second, 0 for a tie; and which rows have a value.

    Raises
    ------
    ProblemsError
        A value says none of that, or could mean either side.
    """
    column = table.values(value, words=True)
    labels = column.dictionary.to_pylist()
    given = ~np.asarray(column.is_null())
    code = np.asarray(column.indices.fill_null(0)).astype(np.int64)
    if not labels:
        return np.zeros(len(given)), given
    by_item = _by_item(labels, code, first, second)
    if all(isinstance(label, (int, float)) for label in labels):
        scores = np.sign(np.array(labels, dtype=np.float64))[code]
        _refuse_item_numbers(table, value, scores, by_item, given)
        return scores, given
    by_word = np.array([_SIDES.get(str(label).strip().lower(), np.nan) for label in labels])[code]
    _refuse_rows(table, value, given & np.isnan(by_word) & np.isnan(by_item), labels, code, _ALLOWED)
    either = given & ~np.isnan(by_word) & ~np.isnan(by_item) & (by_word != by_item)
    _refuse_rows(table, value, either, labels, code, _UNCLEAR)
    return np.where(np.isnan(by_item), by_word, by_item), given


def _by_item(labels: list[object], code: IntArray, first: Labelled, second: Labelled) -> FloatArray:
    """Return which side each row's value names as an item; NaN where it is neither."""
    number = {str(label): position for position, label in enumerate(first.labels.tolist())}
    item = np.array([number.get(str(label), _NO_ITEM) for label in labels])[code]
    return np.where(item == first.index, 1.0, np.where(item == second.index, -1.0, np.nan))


def _refuse_item_numbers(
    table: ForeignTable, value: str, scores: FloatArray, by_item: FloatArray, given: BoolArray
) -> None:
    """Refuse numbers that look like the numbers of items: their signs would all speak for the first."""
    decided = given & (scores != 0.0)
    if decided.any() and not (scores < 0.0).any() and not np.isnan(by_item[decided]).any():
        row = int(np.argmax(decided))
        allowed = "first, second or tie, as every number here is an item of its row too"
        table.refuse(row, f"has a number in {quoted(value)} that could be an item or a sign", allowed)


def _refuse_rows(
    table: ForeignTable, value: str, rows: BoolArray, labels: list[object], code: IntArray, allowed: str
) -> None:
    if rows.any():
        row = int(np.argmax(rows))
        table.refuse(row, f"has {quoted(labels[code[row]])} in {quoted(value)}", allowed)
