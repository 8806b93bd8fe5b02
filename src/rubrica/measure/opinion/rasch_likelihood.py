"""The marginal likelihood of the many-facet Rasch model: its slope and its curvature, in passes over the ratings.

A pass needs only the state of raters, criteria, thresholds and the distribution of units, and gives sums that add up
over partitions of the units, so that an engine may hold the ratings of different units in different places:
`facet_ratings`, `rasch_sums`, `combined_sums` and `climbed` are that loop, `unit_measures` and `rater_fit` its end, and
`many_facet_rasch` runs it in one place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from rubrica.measure.columns import FloatArray, IntArray, summed
from rubrica.measure.opinion.rasch_posterior import (
    FacetRatings,
    Posterior,
    RaschState,
    facets_of,
    locations,
    moments,
    posterior_of,
    reaching,
    sparse,
)

_CELL_COST: Final = 200
"""A product of two entries of a sparse table costs about as much as this many in a full one."""


@dataclass(frozen=True, slots=True, eq=False)
class RaschSums:
    """What a pass over the ratings of a partition leaves behind; sums over partitions are sums of these.

    Attributes
    ----------
    log_likelihood : float
        Natural logarithm, at the state of the pass.
    gradient : FloatArray
        Shape ``(p,)``: its slope by severities, difficulties (where there are two criteria or more), thresholds, mean
        and spread.
    information : FloatArray
        Shape ``(p, p)``: minus its curvature, exact or nearly so.
    narrowest : float
        Smallest posterior standard deviation of a unit, in standard deviations of the units.
    """

    log_likelihood: float
    gradient: FloatArray
    information: FloatArray
    narrowest: float


def rasch_sums(ratings: FacetRatings, state: RaschState, nodes: FloatArray, *, exact: bool = False) -> RaschSums:
    """Return what one pass over a partition leaves behind.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state
        Raters, criteria, thresholds and the distribution of units, as known before the pass.
    nodes
        Shape ``(q,)``: from `evenly`.
    exact
        Compute the curvature exactly, at the price of a product of tables for each node; otherwise as if the
        posterior of a unit were narrow, which is enough to climb by.

    Returns
    -------
    RaschSums
        To be combined with those of the other partitions.

    Notes
    -----
    The slope is the posterior mean of the slope that known measures would give, and the curvature the posterior mean
    of theirs less the posterior covariance of the slopes of each unit (Louis).

    References
    ----------
    Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. Journal of the Royal
    Statistical Society: Series B, 44(2), 226-233. doi:10.1111/j.2517-6161.1982.tb01203.x

    Examples
    --------
    >>> from rubrica.measure.opinion.rasch_posterior import evenly, facet_ratings
    >>> ratings = facet_ratings(*np.array([[0, 0], [0, 1], [0, 0], [0, 1]]), n_raters=2, n_criteria=1, n_levels=2)
    >>> state = RaschState(np.zeros(2), np.zeros(1), np.zeros(1), 0.0, 1.0)
    >>> found = rasch_sums(ratings, state, evenly())
    >>> round(found.log_likelihood, 3), found.gradient.round(3)
    (-1.577, array([ 0.5  , -0.5  ,  0.   , -0.   , -0.302]))
    """
    posterior = posterior_of(ratings, state, nodes)
    narrowest, missing = _near_missing(ratings, state, posterior)
    if exact:
        missing = _missing(ratings, posterior)
    return RaschSums(
        log_likelihood=posterior.log_likelihood,
        gradient=_gradient(ratings, posterior),
        information=_complete(ratings, posterior) - missing,
        narrowest=narrowest,
    )


def by_facet(ratings: FacetRatings, amount: FloatArray) -> FloatArray:
    """Add up amounts of the combinations, shape ``(c,)`` or ``(c, m)``, by rater and then by criterion."""
    flat = amount.reshape(len(amount), -1)
    columns = [np.concatenate([summed(index, column, size) for index, size in facets_of(ratings)]) for column in flat.T]
    return np.stack(columns, axis=1).reshape(-1, *amount.shape[1:])


def _gradient(ratings: FacetRatings, posterior: Posterior) -> FloatArray:
    number = posterior.seen.sum(axis=1, keepdims=True)
    observed = np.cumsum(posterior.seen[:, :0:-1], axis=1)[:, ::-1]
    excess = observed - number * posterior.reached
    by_node = excess.sum(axis=(0, 1))
    return np.concatenate(
        (
            -by_facet(ratings, excess.sum(axis=(1, 2))),
            -excess.sum(axis=(0, 2)),
            [by_node.sum(), posterior.nodes @ by_node],
        )
    )


def _complete(ratings: FacetRatings, posterior: Posterior) -> FloatArray:
    """Return the posterior mean of the information that known measures of the units would give."""
    number, nodes = posterior.seen.sum(axis=1), posterior.nodes
    together, variance = moments(posterior.reached)
    with_level = np.einsum("cq,chq->chq", number, together)
    own = number * variance
    few = np.concatenate((with_level.sum(axis=2), -own.sum(axis=1)[:, None], -(own @ nodes)[:, None]), axis=1)
    n_steps = together.shape[1]
    corner = np.empty((n_steps + 2, n_steps + 2))
    joint = np.einsum("cq,chq,cjq->hj", number, posterior.reached, posterior.reached)
    most = np.einsum("cq,chq->h", number, posterior.reached)
    corner[:n_steps, :n_steps] = most[np.maximum(*np.indices((n_steps, n_steps)))] - joint
    corner[:n_steps, n_steps] = corner[n_steps, :n_steps] = -with_level.sum(axis=(0, 2))
    corner[:n_steps, -1] = corner[-1, :n_steps] = -(with_level.sum(axis=0) @ nodes)
    by_node = own.sum(axis=0)
    corner[n_steps:, n_steps:] = [[by_node.sum(), by_node @ nodes], [by_node @ nodes, by_node @ nodes**2]]
    block = joined_facets(ratings, own.sum(axis=1))
    return bordered(block, by_facet(ratings, few), corner)


def joined_facets(ratings: FacetRatings, weight: FloatArray) -> FloatArray:
    """Return raters and criteria by raters and criteria: the sum of the weights of the combinations that join them."""
    offsets = np.cumsum([0, *(size for _, size in facets_of(ratings))])
    size = int(offsets[-1])
    table = np.zeros(size * size)
    for row, (one, _) in zip(offsets[:-1], facets_of(ratings), strict=True):
        for column, (other, _) in zip(offsets[:-1], facets_of(ratings), strict=True):
            table += summed((one + row) * size + other + column, weight, size * size)
    return table.reshape(size, size)


def bordered(block: FloatArray, border: FloatArray, corner: FloatArray) -> FloatArray:
    """Return a symmetric matrix of its parts."""
    return np.block([[block, border], [border.T, corner]])


def _near_missing(ratings: FacetRatings, state: RaschState, posterior: Posterior) -> tuple[float, FloatArray]:
    """Return the narrowest posterior, and nearly the information that is missing as measures are not known."""
    place = posterior.probability @ posterior.nodes
    _, reached = reaching(locations(ratings, state)[ratings.cell], state, place[ratings.unit][:, None])
    together, variance = (moment[..., 0] for moment in moments(reached))
    information = summed(ratings.unit, variance, ratings.n_units)
    excess = summed(ratings.unit, ratings.code - reached[..., 0].sum(axis=1), ratings.n_units)
    width = 1.0 / np.sqrt(1.0 + state.spread**2 * information)
    slope = state.spread * width
    few = np.column_stack(
        (
            *(slope * summed(ratings.unit, step, ratings.n_units) for step in together.T),
            -slope * information,
            width * excess - slope * place * information,
        )
    )
    rows = rows_of(ratings)
    return float(width.min()), gram(rows, variance * slope[ratings.unit], few)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A sparse table of units by raters and criteria: where the entry of each rating stands in it."""

    unit: IntArray
    column: IntArray
    rating: IntArray
    shape: tuple[int, int]
    full: bool


def rows_of(ratings: FacetRatings) -> Rows:
    """Return where each rating stands in a table of units by raters and criteria."""
    facets = facets_of(ratings)
    offsets = np.cumsum([0, *(size for _, size in facets)])
    columns = np.stack(
        [index[ratings.cell] + offset for (index, _), offset in zip(facets, offsets, strict=False)], axis=1
    )
    number = np.bincount(ratings.unit, minlength=ratings.n_units).astype(np.float64) * len(facets)
    size = int(offsets[-1])
    return Rows(
        unit=np.repeat(ratings.unit, len(facets)),
        column=columns.ravel(),
        rating=np.repeat(np.arange(len(ratings.unit)), len(facets)),
        shape=(ratings.n_units, size),
        full=float(number @ number) * _CELL_COST > ratings.n_units * float(size) ** 2,
    )


def gram(rows: Rows, amount: FloatArray, few: FloatArray) -> FloatArray:
    """Return the products of the columns of a table with each other, summed over units.

    Parameters
    ----------
    rows
        Where each rating stands.
    amount
        Shape ``(n,)``: what each rating adds to its rater and to its criterion.
    few
        Shape ``(i, f)``: the further columns.
    """
    table = sparse(rows.unit, rows.column, amount[rows.rating], rows.shape)
    if rows.full:
        full = cast("FloatArray", table.toarray())
        return bordered(full.T @ full, full.T @ few, few.T @ few)
    product = cast("FloatArray", (table.T @ table).toarray())
    return bordered(product, cast("FloatArray", table.T @ few), few.T @ few)


def _missing(ratings: FacetRatings, posterior: Posterior) -> FloatArray:
    """Return the sum over units of the posterior covariance of their slopes."""
    rows, probability, nodes = rows_of(ratings), posterior.probability, posterior.nodes
    expected = posterior.reached.sum(axis=1)
    counted = sparse(ratings.unit, ratings.cell, np.ones(len(ratings.unit)), (ratings.n_units, len(expected)))
    steps = [cast("FloatArray", counted @ step) for step in posterior.reached.transpose(1, 0, 2)]
    level = np.sum(steps, axis=0)
    excess = summed(ratings.unit, ratings.code.astype(np.float64), ratings.n_units)[:, None] - level
    few = [*steps, -level, nodes * excess]
    mean_few = np.column_stack([(probability * each).sum(axis=1) for each in few])
    mean = np.zeros(len(ratings.unit))
    for place in range(len(nodes)):
        mean += probability[ratings.unit, place] * expected[ratings.cell, place]
    total = np.zeros((rows.shape[1] + len(few), rows.shape[1] + len(few)))
    for place, root in enumerate(np.sqrt(probability.T)):
        away = np.column_stack([each[:, place] for each in few]) - mean_few
        total += gram(rows, root[ratings.unit] * (expected[ratings.cell, place] - mean), root[:, None] * away)
    return total


def combined_sums(parts: Iterable[RaschSums]) -> RaschSums:
    """Add up the sums of partitions.

    Parameters
    ----------
    parts
        At least one, all of the same raters, criteria, levels, state and nodes.

    Returns
    -------
    RaschSums
        As if all ratings had lain in one partition.

    Examples
    --------
    >>> one = RaschSums(-2.0, np.ones(1), np.ones((1, 1)), 0.5)
    >>> combined_sums([one, one]).log_likelihood
    -4.0
    """
    first, *others = parts
    for part in others:
        first = RaschSums(
            log_likelihood=first.log_likelihood + part.log_likelihood,
            gradient=first.gradient + part.gradient,
            information=first.information + part.information,
            narrowest=min(first.narrowest, part.narrowest),
        )
    return first


def within_information(ratings: FacetRatings) -> FloatArray:
    """Return what differences within units alone tell about raters and criteria, in ratings.

    Returns
    -------
    FloatArray
        Shape ``(p, p)``: that of the additive model with a rating for each, units eliminated.

    Examples
    --------
    >>> from rubrica.measure.opinion.rasch_posterior import facet_ratings
    >>> columns = np.array([[0, 0, 1], [0, 1, 1], [0, 0, 0], [0, 1, 1]])
    >>> ratings = facet_ratings(*columns, n_raters=2, n_criteria=1, n_levels=2)
    >>> within_information(ratings)
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    number = np.bincount(ratings.unit, minlength=ratings.n_units).astype(np.float64)
    cells = np.bincount(ratings.cell).astype(np.float64)
    shared = gram(rows_of(ratings), 1.0 / np.sqrt(number)[ratings.unit], np.zeros((ratings.n_units, 0)))
    return joined_facets(ratings, cells) - shared
