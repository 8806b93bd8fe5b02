"""Ratings on several criteria, made ready for the many-facet Rasch model, or refused for what they do not show."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, levelled, numbered, numbers, same_length
from rubrica.measure.errors import (
    DisconnectedDesignError,
    NoDisagreementError,
    NoVariationError,
    TooFewRatersError,
    TooManyRatersError,
    UnboundedSeverityError,
)
from rubrica.measure.opinion.rasch_likelihood import within_information
from rubrica.measure.opinion.rasch_posterior import FacetRatings, facet_ratings
from rubrica.measure.preference.comparison_graph import components

MOST_RATERS: Final = 3_000
"""Severities are weighed against each other in a square table (72 MB of them); of more raters it is refused."""

_NAMED_IN_MESSAGES: Final = 5

_CONFOUNDED: Final = 1e-9
"""What is left of a criterion once raters and units explain it, below which it is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class RaschColumns:
    """The ratings, numbered, and what the numbers stand for.

    Attributes
    ----------
    ratings : FacetRatings
        In one partition.
    units, raters, criteria : IntArray
        What the numbers from 0 upward stand for, ascending.
    levels : FloatArray
        Shape ``(k,)``: the distinct values, ascending.
    """

    ratings: FacetRatings
    units: IntArray
    raters: IntArray
    criteria: IntArray
    levels: FloatArray


def rasch_columns(units: ArrayLike, raters: ArrayLike, values: ArrayLike, criteria: ArrayLike | None) -> RaschColumns:
    """Return the columns of ratings, checked and numbered.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        A column is not what it has to be.

    Examples
    --------
    >>> found = rasch_columns([4, 4], [7, 9], [1.5, 3.0], None)
    >>> found.raters, found.levels, found.ratings.code
    (array([7, 9]), array([1.5, 3. ]), array([0, 1]))
    """
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    criterion = np.zeros(len(unit), dtype=np.int64) if criteria is None else identities(criteria, "criteria")
    same_length(units=unit, raters=rater, values=value, criteria=criterion)
    (unit_labels, unit_index), (rater_labels, rater_index) = numbered(unit), numbered(rater)
    criterion_labels, criterion_index = numbered(criterion)
    levels, code = levelled(value)
    ratings = facet_ratings(
        unit_index,
        rater_index,
        criterion_index,
        code,
        n_raters=len(rater_labels),
        n_criteria=len(criterion_labels),
        n_levels=len(levels),
    )
    return RaschColumns(ratings, unit_labels, rater_labels, criterion_labels, levels)


def refuse_what_shows_nothing(columns: RaschColumns) -> None:
    """Refuse ratings from which no model of raters can be estimated.

    Raises
    ------
    TooFewRatersError, TooManyRatersError
        There is one rater, or there are more than 3,000.
    NoVariationError
        All ratings are equal.
    NoDisagreementError
        No two ratings of one unit differ.
    """
    ratings = columns.ratings
    if ratings.n_raters < 2:
        raise TooFewRatersError("There is one rater; severity needs somebody to be compared with.")
    if ratings.n_raters > MOST_RATERS:
        raise TooManyRatersError(
            f"{ratings.n_raters} raters cannot be weighed against each other; at most {MOST_RATERS} can. "
            "Estimate parts of the units, each with its raters."
        )
    if ratings.n_levels < 2:
        raise NoVariationError(f"Every rating is {columns.levels[0]:g}, so nothing tells raters or units apart.")
    start = np.flatnonzero(np.diff(ratings.unit, prepend=-1))
    if np.array_equal(np.maximum.reduceat(ratings.code, start), np.minimum.reduceat(ratings.code, start)):
        raise NoDisagreementError(
            "No two ratings of one unit differ, so nothing says how large a disagreement one logit is."
        )


def refuse_undetermined(columns: RaschColumns, *, any_severity: bool = False) -> None:
    """Refuse raters and criteria that cannot be told from units, or that no finite estimate fits best.

    Parameters
    ----------
    columns
        The ratings.
    any_severity
        A prior holds the severities, so that those of raters at one end of the scale are finite.

    Raises
    ------
    DisconnectedDesignError
        Raters, or criteria, cannot be told from units.
    UnboundedSeverityError
        A rater, or a criterion, was only ever given one end of the scale.
    """
    ratings = columns.ratings
    _refuse_groups(columns)
    _refuse_confounded(columns)
    _refuse_ends("criterion", columns.criteria, ratings.cell_criterion[ratings.cell], ratings)
    if not any_severity:
        _refuse_ends("rater", columns.raters, ratings.cell_rater[ratings.cell], ratings)


def _refuse_groups(columns: RaschColumns) -> None:
    ratings = columns.ratings
    rater = ratings.cell_rater[ratings.cell]
    labels = components(ratings.n_units + ratings.n_raters, ratings.unit, rater + ratings.n_units)[ratings.n_units :]
    groups = [columns.raters[labels == label] for label in np.unique(labels)]
    if len(groups) > 1:
        smallest = min(groups, key=len)
        raise DisconnectedDesignError(
            f"The raters fall into {len(groups)} groups that share no unit, the smallest {_named(smallest)}, so a "
            "group that is severe cannot be told from one whose units are poor. Let some raters rate units of both."
        )


def _named(labels: IntArray) -> str:
    more = ", ..." if len(labels) > _NAMED_IN_MESSAGES else ""
    return "{" + ", ".join(str(label) for label in labels[:_NAMED_IN_MESSAGES].tolist()) + more + "}"


def _refuse_confounded(columns: RaschColumns) -> None:
    """Refuse criteria of which some are explained by who applied them to which units."""
    ratings = columns.ratings
    if ratings.n_criteria == 1:
        return
    information = within_information(ratings)
    n_raters = ratings.n_raters
    raters, shared = information[:n_raters, :n_raters], information[:n_raters, n_raters:]
    # The raters hang together, so that only all of them up together is left open, which adding a constant fills.
    explained = shared.T @ np.linalg.solve(raters + 1.0 / n_raters, shared)
    left = information[n_raters:, n_raters:] - explained
    if float(np.linalg.eigvalsh(left)[1]) <= _CONFOUNDED * len(ratings.unit):
        raise DisconnectedDesignError(
            "Some criteria cannot be told from raters and units: they were applied only by raters, or only to units, "
            "to which no other criterion was. Let the same raters apply several criteria to the same units."
        )


def _refuse_ends(kind: str, labels: IntArray, index: IntArray, ratings: FacetRatings) -> None:
    """Refuse raters, or criteria, whose every rating is the lowest, or the highest, level."""
    number = np.bincount(index, minlength=len(labels))
    for end, code in (("lowest", 0), ("highest", ratings.n_levels - 1)):
        always = labels[np.bincount(index, ratings.code == code, len(labels)) == number]
        if len(always):
            plural = "" if len(always) == 1 else "s"
            instead = ", or give a prior" if kind == "rater" else ""
            raise UnboundedSeverityError(
                f"Nothing but the {end} level was given by {kind}{plural} {_named(always)}, so no finite severity is "
                f"the most likely. Add ratings, leave them out{instead}.",
                raters=tuple(always.tolist()) if kind == "rater" else (),
            )
