"""Where a unit may lie after its ratings by several raters, on several criteria, under the many-facet Rasch model.

What a unit is like is not estimated but integrated out, under a normal distribution of units, on evenly spaced nodes.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np

from rubrica.measure.columns import FloatArray, IntArray, numbered, summed

_REACH: Final = 6.0
"""The nodes go so many standard deviations of the units to either side."""

_FEWEST_NODES: Final = 25


@dataclass(frozen=True, slots=True, eq=False)
class FacetRatings:
    """The ratings of some units, all ratings of a unit in one partition, sorted by whole keys.

    Attributes
    ----------
    unit, cell, code : IntArray
        Shape ``(n,)`` each: the unit (ascending), the combination of rater and criterion, and the level of a rating.
    cell_rater, cell_criterion : IntArray
        Shape ``(c,)`` each: whom and what the combinations that occur stand for.
    n_units, n_raters, n_criteria, n_levels : int
        Units in this partition; raters, criteria and levels in all partitions.
    """

    unit: IntArray
    cell: IntArray
    code: IntArray
    cell_rater: IntArray
    cell_criterion: IntArray
    n_units: int
    n_raters: int
    n_criteria: int
    n_levels: int


@dataclass(frozen=True, slots=True, eq=False)
class RaschState:
    """What a pass over the ratings needs to know; all in logits.

    Attributes
    ----------
    severity : FloatArray
        Shape ``(r,)``, adding up to zero.
    difficulty : FloatArray
        Shape ``(c,)``, of the criteria, adding up to zero.
    thresholds : FloatArray
        Shape ``(k - 1,)``, between neighbouring levels, adding up to zero.
    mean, spread : float
        Mean and standard deviation of the units' measures.
    """

    severity: FloatArray
    difficulty: FloatArray
    thresholds: FloatArray
    mean: float
    spread: float


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Where the units of a partition may lie, and what is seen and expected there.

    ``probability`` (i, q) over the nodes; ``reached`` (c, k - 1, q) the probability of at least each level but the
    lowest; ``seen`` (c, k, q) the expected number of ratings of each level at each node.
    """

    log_likelihood: float
    probability: FloatArray
    reached: FloatArray
    seen: FloatArray
    nodes: FloatArray


def facet_ratings(
    units: IntArray,
    raters: IntArray,
    criteria: IntArray,
    codes: IntArray,
    *,
    n_raters: int,
    n_criteria: int,
    n_levels: int,
) -> FacetRatings:
    """Return ratings ready for passes, all ratings of each of their units among them.

    Parameters
    ----------
    units
        Shape ``(n,)``, from 0 upward, without gaps.
    raters, criteria, codes
        Shape ``(n,)`` each, from 0 upward: the rater, the criterion and the level of each rating.
    n_raters, n_criteria, n_levels
        Of all partitions.

    Returns
    -------
    FacetRatings
        In one order, whatever the order of the rows.

    Examples
    --------
    >>> ratings = facet_ratings(*np.array([[1, 0], [0, 1], [0, 0], [2, 1]]), n_raters=2, n_criteria=1, n_levels=3)
    >>> ratings.unit, ratings.code, ratings.cell_rater[ratings.cell]
    (array([0, 1]), array([1, 2]), array([1, 0]))
    """
    order = np.lexsort((codes, criteria, raters, units))
    cells, cell = numbered(raters[order] * n_criteria + criteria[order])
    return FacetRatings(
        unit=units[order],
        cell=cell,
        code=codes[order],
        cell_rater=cells // n_criteria,
        cell_criterion=cells % n_criteria,
        n_units=int(units.max()) + 1,
        n_raters=n_raters,
        n_criteria=n_criteria,
        n_levels=n_levels,
    )


def evenly(narrowest: float = 1.0) -> FloatArray:
    """Return nodes for the integral over units, in standard deviations of the units.

    Parameters
    ----------
    narrowest
        The smallest posterior standard deviation that the nodes have to resolve.

    Notes
    -----
    On evenly spaced nodes the integral of a bell of standard deviation s is wrong by 2 exp(-2 pi^2 s^2 / h^2) of
    itself: with a distance h of s, by 5e-9.

    Examples
    --------
    >>> evenly()[:3], len(evenly(0.1))
    (array([-6. , -5.5, -5. ]), 121)
    """
    return np.linspace(-_REACH, _REACH, max(_FEWEST_NODES, 2 * int(np.ceil(_REACH / narrowest)) + 1))


def reaching(location: FloatArray, state: RaschState, nodes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the probability of each level, and of at least each level but the lowest.

    Parameters
    ----------
    location
        Shape ``(c,)``: severity plus difficulty, in logits.
    state
        The thresholds and the distribution of the units.
    nodes
        Shape ``(q,)``, or ``(c, 1)`` with one place for each location: measures of units, standardised.

    Returns
    -------
    log_probability : FloatArray
        Shape ``(c, k, q)``.
    reached : FloatArray
        Shape ``(c, k - 1, q)``.

    Examples
    --------
    >>> state = RaschState(np.zeros(1), np.zeros(1), np.array([-1.0, 1.0]), 0.0, 1.0)
    >>> reaching(np.zeros(1), state, np.zeros(1))[1].round(3).ravel()
    array([0.788, 0.212])
    """
    level = np.arange(len(state.thresholds) + 1)
    below = np.concatenate(([0.0], np.cumsum(state.thresholds)))
    advantage = state.mean + state.spread * np.atleast_2d(nodes) - location[:, None]
    exponent = level[None, :, None] * advantage[:, None, :] - below[None, :, None]
    exponent -= exponent.max(axis=1, keepdims=True)
    share = np.exp(exponent)
    total = share.sum(axis=1, keepdims=True)
    exponent -= np.log(total)
    share /= total
    return exponent, np.cumsum(share[:, :0:-1], axis=1)[:, ::-1]


def locations(ratings: FacetRatings, state: RaschState) -> FloatArray:
    """Return severity plus difficulty of each combination of rater and criterion, shape ``(c,)``, in logits."""
    return state.severity[ratings.cell_rater] + state.difficulty[ratings.cell_criterion]


def sparse(rows: IntArray, columns: IntArray, amounts: FloatArray, shape: tuple[int, int]) -> Any:
    """Return a table of amounts that add up by row and column; `rows` ascend."""
    # Slow import that a server should not pay for at its start.
    from scipy.sparse import csr_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=shape[0]))))
    return csr_array((amounts, columns, starts), shape=shape)


def posterior_of(ratings: FacetRatings, state: RaschState, nodes: FloatArray) -> Posterior:
    """Return where the units of a partition may lie at a state, and what is seen and expected there."""
    log_probability, reached = reaching(locations(ratings, state), state, nodes)
    columns = len(ratings.cell_rater) * ratings.n_levels
    table = sparse(
        ratings.unit,
        ratings.cell * ratings.n_levels + ratings.code,
        np.ones(len(ratings.unit)),
        (ratings.n_units, columns),
    )
    weight = np.exp(-(nodes**2) / 2.0)
    joint = cast("FloatArray", table @ log_probability.reshape(columns, -1)) + np.log(weight / weight.sum())
    best = joint.max(axis=1, keepdims=True)
    probability = np.exp(joint - best)
    total = probability.sum(axis=1, keepdims=True)
    probability /= total
    seen = cast("FloatArray", table.T @ probability).reshape(log_probability.shape)
    return Posterior(float((best + np.log(total)).sum()), probability, reached, seen, nodes)


def moments(reached: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the covariance of reaching each level with the level itself, and the variance of the level.

    Parameters
    ----------
    reached
        Shape ``(c, k - 1, q)``.
    """
    level = np.arange(1.0, reached.shape[1] + 1.0)[None, :, None]
    above = np.cumsum(reached[:, ::-1], axis=1)[:, ::-1] - reached
    together = level * reached + above - reached * reached.sum(axis=1, keepdims=True)
    return together, together.sum(axis=1)


def facets_of(ratings: FacetRatings) -> list[tuple[IntArray, int]]:
    """Return the facets that have an effect: raters always, criteria where there are several."""
    raters = (ratings.cell_rater, ratings.n_raters)
    return [raters, (ratings.cell_criterion, ratings.n_criteria)] if ratings.n_criteria > 1 else [raters]


def unit_measures(ratings: FacetRatings, state: RaschState, nodes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of where each unit of a partition may lie after its ratings.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state, nodes
        As estimated.

    Returns
    -------
    mean, deviation : FloatArray
        Shape ``(i,)`` each, in logits.

    Examples
    --------
    >>> ratings = facet_ratings(*np.array([[0, 0], [0, 1], [0, 0], [1, 1]]), n_raters=2, n_criteria=1, n_levels=2)
    >>> mean, deviation = unit_measures(ratings, RaschState(np.zeros(2), np.zeros(1), np.zeros(1), 0.0, 1.0), evenly())
    >>> mean.round(2), deviation.round(2)
    (array([0.7]), array([0.85]))
    """
    probability = posterior_of(ratings, state, nodes).probability
    mean = probability @ nodes
    variance = (probability * (nodes - mean[:, None]) ** 2).sum(axis=1)
    return state.mean + state.spread * mean, state.spread * np.sqrt(variance)


def rater_fit(ratings: FacetRatings, state: RaschState, nodes: FloatArray) -> FloatArray:
    """Return sums over the ratings of a partition from which the fit of each rater follows.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state, nodes
        As estimated.

    Returns
    -------
    FloatArray
        Shape ``(3, r)``, adding up over partitions: posterior means of the squared residuals, of their variances, and
        of the squared residuals each over its variance.  Infit is the first over the second, outfit the third over the
        number of ratings.

    Notes
    -----
    Averaged over the posterior, squared residuals are expected to be their variance even where a unit has two ratings.
    Residuals from a single estimate of each unit are smaller than that, as the unit has followed its ratings.

    Examples
    --------
    >>> ratings = facet_ratings(*np.array([[0, 0], [0, 1], [0, 0], [0, 1]]), n_raters=2, n_criteria=1, n_levels=2)
    >>> rater_fit(ratings, RaschState(np.zeros(2), np.zeros(1), np.zeros(1), 0.0, 1.0), evenly()).round(2)
    array([[0.28, 0.28],
           [0.22, 0.22],
           [1.42, 1.42]])
    """
    found = posterior_of(ratings, state, nodes)
    _, variance = moments(found.reached)
    level = np.arange(ratings.n_levels)[None, :, None]
    squares = (found.seen * (level - found.reached.sum(axis=1)[:, None, :]) ** 2).sum(axis=1)
    each = (squares.sum(axis=1), (found.seen.sum(axis=1) * variance).sum(axis=1), (squares / variance).sum(axis=1))
    return np.stack([summed(ratings.cell_rater, amount, ratings.n_raters) for amount in each])
