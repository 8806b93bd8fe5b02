"""One answer for each group of a file: which rows a group has, what is measured on them, and a table of it all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rubrica.cli.measurements.answers import DASH, Json, counted, intervals, missing_text, paragraphs, shortened
from rubrica.cli.measurements.failures import NotDeterminedError
from rubrica.domain.problems import quoted
from rubrica.measure.columns import IntArray
from rubrica.measure.errors import NoRatingsError
from rubrica.measure.labels import Labelled, Ratings
from rubrica.usecases.errors import InvalidInputError


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a file that are measured together.

    Attributes
    ----------
    of_file : IntArray
        Their numbers in the file, ascending.
    given : IntArray
        Those with a value: their numbers among all rows of the file with a value.
    left_out : IntArray
        Those without: which of `of_file`, counted from 0.
    """

    of_file: IntArray
    given: IntArray
    left_out: IntArray

    def ratings(self, whole: Ratings) -> Ratings:
        """Return the ratings in these rows, in the numbers that items, raters and words have in the whole file."""
        return replace(
            whole,
            units=whole.units[self.given],
            raters=whole.raters[self.given],
            values=whole.values[self.given],
            left_out=self.left_out,
        )


def every_row(n_rows: int, left_out: IntArray) -> Rows:
    """Return all rows of a file as one group."""
    (rows,) = _rows_of(n_rows, left_out, np.zeros(n_rows, dtype=np.int64), 1)
    return rows


def _rows_of(n_rows: int, left_out: IntArray, group: IntArray, n_groups: int) -> list[Rows]:
    """Return the rows of each group; ``group`` has the number of each row's."""
    has_value = np.ones(n_rows, dtype=np.bool_)
    has_value[left_out] = False
    among_given = np.cumsum(has_value) - 1
    ends = np.cumsum(np.bincount(group, minlength=n_groups))[:-1]
    return [
        Rows(of_file, among_given[of_file[has_value[of_file]]], np.flatnonzero(~has_value[of_file]))
        for of_file in np.split(np.argsort(group, kind="stable"), ends)
    ]


def answer_by_group(
    by: str, groups: Labelled, left_out: IntArray, answer_of: Callable[[Rows], Json], about: Json
) -> Json:
    """Return the answer on each group by itself; where a group does not determine one, why not.

    Parameters
    ----------
    by
        Name of the column of groups.
    groups
        The group of each row of the file.
    left_out
        Rows without a value.
    answer_of
        Answers the question on some of the rows.
    about
        What is the same for every group.

    Raises
    ------
    NotDeterminedError
        No group determines an answer.
    InvalidInputError
        A group shows that the file is wrong.
    """
    parts = _rows_of(len(groups.index), left_out, groups.index, len(groups.labels))
    entries: list[Json] = []
    refusals: list[NotDeterminedError] = []
    for label, rows in zip(groups.labels.tolist(), parts, strict=True):
        try:
            entries.append({"group": label, **answer_of(rows)})
        except NotDeterminedError as error:
            refusals.append(error)
            entries.append({"group": label, "error": error.as_json()})
        except InvalidInputError as error:
            raise InvalidInputError(f"{by} {label}: {error}") from error
    if len(refusals) == len(entries):
        first = refusals[0]
        message = f"No group of {quoted(by)} has an answer; {entries[0]['group']}: {first}"
        raise NotDeterminedError(message, first.code, first.details) from first
    return {"by": by, **about, "n_missing": len(left_out), "groups": entries}


def refuse_no_rows(rows: Rows) -> None:
    """Refuse to measure where there is nothing.

    Raises
    ------
    NoRatingsError
        None of the rows has a value.
    """
    if not len(rows.given):
        raise NoRatingsError("There are no ratings.")


def answered(answer: Json) -> list[Json]:
    """Return the groups that have an answer."""
    return [group for group in answer["groups"] if "error" not in group]


def groups_text(
    answer: Json,
    found: str,
    columns: Sequence[tuple[str, Callable[[Json], str]]],
    *,
    numeric: Sequence[int] = (1, 2, 3),
    remarks: Callable[[Json], Sequence[str]] = lambda _group: (),
) -> str:
    """Return a table with a row for each group, and below it why a group has no answer.

    Parameters
    ----------
    answer
        Of all groups.
    found
        What was measured.
    columns
        What each column after the group's is called, and what stands in it for a group.
    numeric
        Columns of counts, which are set flush right; the group's is 0.
    remarks
        What is to be said of a group that has an answer.
    """
    lines = [
        (str(group["group"]), *(DASH if "error" in group else cell(group) for _, cell in columns))
        for group in answer["groups"]
    ]
    header = (answer["by"], *(name for name, _ in columns))
    about = f"{found}; {counted(len(lines), 'group')} by {answer['by']}; {intervals(answer)}"
    said = [
        f"{group['group']}: {remark}"
        for group in answer["groups"]
        for remark in ([group["error"]["message"]] if "error" in group else remarks(group))
    ]
    return paragraphs([about, shortened(lines, header, numeric)], [*said, missing_text(answer)])
