"""The many-facet Rasch model by joint maximum likelihood: each unit estimated, none taken for a sample of others."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rubrica.measure.columns import FloatArray, numbered, summed
from rubrica.measure.errors import NotConvergedError
from rubrica.measure.opinion.rasch_fitting import (
    LARGE,
    constrained_covariance,
    moved,
    newton_step,
    refuse_what_has_no_maximum,
)
from rubrica.measure.opinion.rasch_likelihood import bordered, by_facet, gram, joined_facets, rows_of
from rubrica.measure.opinion.rasch_posterior import FacetRatings, RaschState, locations, moments, reaching

_SETTLED: Final = 1e-7
"""A step below this, in logits, ends the search."""

_LONGEST_STEP: Final = 1.0

_UNIT_STEPS: Final = 3
"""So many steps of the units, which cost little, to one of all else."""


def without_extreme(ratings: FacetRatings) -> FacetRatings:
    """Return the ratings of units that were not given the lowest, or the highest, level throughout: at least one."""
    number = np.bincount(ratings.unit, minlength=ratings.n_units)
    total = summed(ratings.unit, ratings.code.astype(np.float64), ratings.n_units)
    kept = (total > 0.0) & (total < number * (ratings.n_levels - 1.0))
    rows = kept[ratings.unit]
    cells, cell = numbered(ratings.cell[rows])
    return FacetRatings(
        unit=(np.cumsum(kept) - 1)[ratings.unit[rows]],
        cell=cell,
        code=ratings.code[rows],
        cell_rater=ratings.cell_rater[cells],
        cell_criterion=ratings.cell_criterion[cells],
        n_units=int(np.count_nonzero(kept)),
        n_raters=ratings.n_raters,
        n_criteria=ratings.n_criteria,
        n_levels=ratings.n_levels,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    """What each rating was expected to be, given its unit: chances of reaching each level, and second moments."""

    reached: FloatArray
    together: FloatArray
    variance: FloatArray


def joint_fit(ratings: FacetRatings, state: RaschState, *, most_iterations: int = 200) -> tuple[RaschState, FloatArray]:
    """Return severities, difficulties and thresholds without a word on how units are distributed, and their covariance.

    Parameters
    ----------
    ratings
        Ratings without units at one end of the scale: from `without_extreme`.
    state
        Where to begin.
    most_iterations
        Steps that are allowed.

    Returns
    -------
    state : RaschState
        Corrected for bias.
    covariance : FloatArray
        Shape ``(p, p)``: of severities, difficulties (where there are two criteria or more) and thresholds, in squared
        logits.

    Raises
    ------
    UnboundedSeverityError
        The likelihood grows without end, or is flat in some direction.
    NotConvergedError
        `most_iterations` did not suffice.

    Notes
    -----
    Newton's method, the measures of the units eliminated.  Joint estimates are too large by about L / (L - 1), L being
    the ratings of a unit, and are shrunk by the mean of that; their variances are shrunk by the same factor, once.

    References
    ----------
    Wright, B. D., & Douglas, G. A. (1977). Best procedures for sample-free item analysis. Applied Psychological
    Measurement, 1(2), 281-295. doi:10.1177/014662167700100216

    Examples
    --------
    >>> from rubrica.measure.opinion.rasch_posterior import facet_ratings
    >>> codes = [0, 1, 1, 0, 1, 0, 1, 0]
    >>> columns = np.array([np.repeat(np.arange(4), 2), [0, 1] * 4, [0] * 8, codes])
    >>> ratings = facet_ratings(*columns, n_raters=2, n_criteria=1, n_levels=2)
    >>> state, covariance = joint_fit(ratings, RaschState(np.zeros(2), np.zeros(1), np.zeros(1), 0.0, 1.0))
    >>> state.severity.round(3)
    array([-0.549,  0.549])
    """
    state, place = replace(state, mean=0.0, spread=1.0), np.zeros(ratings.n_units)
    level = np.arange(1.0, ratings.n_levels)
    for _ in range(most_iterations):
        for _ in range(_UNIT_STEPS):
            expected = _expected(ratings, state, place)
            excess = summed(ratings.unit, ratings.code - expected.reached.sum(axis=1), ratings.n_units)
            known = summed(ratings.unit, expected.variance, ratings.n_units)
            place = place + np.clip(excess / known, -_LONGEST_STEP, _LONGEST_STEP)
        expected = _expected(ratings, state, place)
        information = _profile(ratings, expected)
        above = (ratings.code[:, None] >= level) - expected.reached
        residual = summed(ratings.cell, above.sum(axis=1), len(ratings.cell_rater))
        gradient = np.concatenate((-by_facet(ratings, residual), -above.sum(axis=0)))
        step = newton_step(state, gradient, information)
        step *= min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
        state = moved(state, np.concatenate((step, [0.0, 0.0])))
        refuse_what_has_no_maximum(state)
        if float(np.abs(step).max()) < _SETTLED:
            return _corrected(ratings, state, constrained_covariance(state, information))
    refuse_what_has_no_maximum(state, bound=LARGE)
    raise NotConvergedError(f"After {most_iterations} steps the estimate still moves. Allow more, or add ratings.")


def _expected(ratings: FacetRatings, state: RaschState, place: FloatArray) -> _Expected:
    _, reached = reaching(locations(ratings, state)[ratings.cell], state, place[ratings.unit][:, None])
    together, variance = moments(reached)
    return _Expected(reached[..., 0], together[..., 0], variance[..., 0])


def _profile(ratings: FacetRatings, expected: _Expected) -> FloatArray:
    """Return the information on severities, difficulties and thresholds that units leave, being estimated."""
    n_cells, n_steps = len(ratings.cell_rater), expected.reached.shape[1]
    block = joined_facets(ratings, summed(ratings.cell, expected.variance, n_cells))
    by_cell = np.stack([summed(ratings.cell, step, n_cells) for step in expected.together.T], axis=1)
    most = expected.reached.sum(axis=0)[np.maximum(*np.indices((n_steps, n_steps)))]
    complete = bordered(block, by_facet(ratings, by_cell), most - expected.reached.T @ expected.reached)
    root = np.sqrt(summed(ratings.unit, expected.variance, ratings.n_units))
    few = np.stack([summed(ratings.unit, step, ratings.n_units) / root for step in expected.together.T], axis=1)
    return complete - gram(rows_of(ratings), expected.variance / root[ratings.unit], few)


def _corrected(ratings: FacetRatings, state: RaschState, covariance: FloatArray) -> tuple[RaschState, FloatArray]:
    per_unit = len(ratings.unit) / ratings.n_units
    share = (per_unit - 1.0) / per_unit
    shrunk = replace(
        state,
        severity=share * state.severity,
        difficulty=share * state.difficulty,
        thresholds=share * state.thresholds,
    )
    # With two ratings a unit on two levels, where the correction is exact (half the estimate), so is half the variance.
    return shrunk, share * covariance
