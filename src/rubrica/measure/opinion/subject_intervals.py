"""How surely the subject model knows the biases of raters and the qualities of units.

The biases are estimated together, so their errors hang together, and those of the qualities with them.  Up to
`MOST_RATERS` raters the covariance of all of them is computed; beyond that it is followed as far as raters meet.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast

import numpy as np

from rubrica.measure.columns import FloatArray, IntArray, summed
from rubrica.measure.errors import TooManyRatersError
from rubrica.measure.intervals import t_quantile
from rubrica.measure.opinion.subject_fitting import Coupled, degrees_of_freedom
from rubrica.measure.opinion.subject_passes import Partition, SubjectState, SubjectSums, weighted_means

MOST_RATERS: Final = 5000
"""Up to this many raters, each is weighed against every other, in a square table (200 MB)."""

LEAST_MIXING: Final = 0.4
"""Panels that hang together less than this are too much like separate ones for the errors to be followed locally."""

_TABLE_CELLS: Final = 1 << 21

_PAIR_COST: Final = 200
"""Going through one pair of ratings costs about as much as this many multiplications of a matrix product."""


@dataclass(frozen=True, slots=True, eq=False)
class BiasErrors:
    """How far the estimated biases may be off.

    Attributes
    ----------
    variance : FloatArray
        Shape ``(r,)``, in squared scale points, of biases that add up to zero.
    covariance : FloatArray or None
        Shape ``(r, r)``; None where there are too many raters for it.
    information : FloatArray
        Shape ``(r,)``: what the ratings say of each bias when the other biases are known.
    """

    variance: FloatArray
    covariance: FloatArray | None
    information: FloatArray


def coupling_table(ratings: Partition, state: SubjectState) -> FloatArray:
    """Return the coupling of each two raters, as far as the units of a partition couple them.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state
        The raters.

    Returns
    -------
    FloatArray
        Shape ``(r, r)``: see `coupled`; sums over partitions are sums of these.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned
    >>> coupling_table(partitioned(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 2), first_state(2))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    # Slow import that a server should not pay for at its start.
    from scipy.sparse import csr_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    weight = 1.0 / state.variance
    amount = weight[ratings.rater] / np.sqrt(ratings.by_unit(weight))[ratings.unit]
    if _better_in_tables(ratings):
        coupling = np.zeros((ratings.n_raters, ratings.n_raters))
        for _, table in _tables(ratings, amount):
            coupling += table.T @ table
        return coupling
    starts = np.searchsorted(ratings.unit, np.arange(ratings.n_units + 1))
    sparse = csr_array((amount, ratings.rater, starts), shape=(ratings.n_units, ratings.n_raters))
    turned = sparse.T  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  (no types)
    return cast("FloatArray", (turned @ sparse).toarray())  # pyright: ignore[reportUnknownMemberType]  (no types)


def _better_in_tables(ratings: Partition) -> bool:
    """Say whether units by raters is so full that a matrix product costs less than going through the pairs."""
    number = np.bincount(ratings.unit, minlength=ratings.n_units).astype(np.float64)
    return float(number @ number) * _PAIR_COST > ratings.n_units * float(ratings.n_raters) ** 2


def _tables(ratings: Partition, amount: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
    """Yield blocks of units and their amounts as tables of units by raters."""
    rows = max(1, _TABLE_CELLS // ratings.n_raters)
    for start in range(0, ratings.n_units, rows):
        stop = min(start + rows, ratings.n_units)
        first, last = np.searchsorted(ratings.unit, [start, stop])
        cell = (ratings.unit[first:last] - start) * ratings.n_raters + ratings.rater[first:last]
        flat = summed(cell, amount[first:last], (stop - start) * ratings.n_raters)
        yield slice(start, stop), flat.reshape(stop - start, ratings.n_raters)


def bias_errors(state: SubjectState, sums: SubjectSums, table: FloatArray) -> BiasErrors:
    """Return how far the biases may be off: the pseudo-inverse of their normal equations.

    Parameters
    ----------
    state, sums
        The raters, as estimated, and the sums over all partitions at that state.
    table
        `coupling_table`, over all partitions.

    Returns
    -------
    BiasErrors
        With the covariance.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 4.0, 4.0]), 2)
    >>> sums, table = subject_sums(ratings, first_state(2)), coupling_table(ratings, first_state(2))
    >>> bias_errors(first_state(2), sums, table).covariance
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    size = len(state.bias)
    information = np.negative(table)
    known = information.diagonal() + sums.n_ratings / state.variance
    np.fill_diagonal(information, known)
    # Adding a constant fills the one direction the ratings leave open, all biases up together; it is taken out again.
    filled = float(np.trace(information)) / size
    information += filled / size
    covariance = _inverse(information)
    covariance -= 1.0 / (filled * size)
    return BiasErrors(variance=covariance.diagonal().copy(), covariance=covariance, information=known)


def _inverse(positive: FloatArray) -> FloatArray:
    """Return the inverse of a symmetric positive definite matrix, which is lost: in half the time of any other's."""
    # Slow imports, as above.
    from scipy.linalg.lapack import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        dpotrf,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]  (made at import)
        dpotri,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]  (made at import)
    )

    # Turned, which a symmetric matrix does not notice, it is in the order of columns that is worked on in place.
    root, _ = cast("tuple[FloatArray, int]", dpotrf(positive.T, lower=1, overwrite_a=1))
    inverse, _ = cast("tuple[FloatArray, int]", dpotri(root, lower=1, overwrite_c=1))
    for column in range(1, len(inverse)):
        inverse[:column, column] = inverse[column, :column]
    return inverse


def own_coupling(ratings: Partition, state: SubjectState) -> FloatArray:
    """Return the coupling of each rater with themselves: the diagonal of `coupling_table`, without the table.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned
    >>> own_coupling(partitioned(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 2), first_state(2))
    array([0.5, 0.5])
    """
    weight = 1.0 / state.variance
    unit_weight = ratings.by_unit(weight)
    if ratings.repetitions is None:
        return weight**2 * ratings.by_rater(1.0 / unit_weight)
    return weight**2 * summed(ratings.rater, ratings.repetitions / unit_weight[ratings.unit], ratings.n_raters)


def met_variance(ratings: Partition, state: SubjectState, information: FloatArray) -> FloatArray:
    """Return how much the errors of those they meet add to that of each rater, relative to it.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state
        The raters.
    information
        Shape ``(r,)``: see `BiasErrors`.

    Returns
    -------
    FloatArray
        Shape ``(r,)``; dimensionless; sums over partitions are sums of these.  Of raters who meet at several units it
        counts each meeting by itself.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned
    >>> ratings = partitioned(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 2.0]), 2)
    >>> met_variance(ratings, first_state(2), np.array([4.0, 4.0]))
    array([0.015625, 0.015625])
    """
    weight = 1.0 / state.variance
    per_rater = weight**2 / information
    squared = ratings.by_unit(weight) ** 2
    others = ratings.by_rater(ratings.by_unit(per_rater) / squared) - per_rater * ratings.by_rater(1.0 / squared)
    return per_rater * others


def followed_bias_errors(
    state: SubjectState,
    sums: SubjectSums,
    coupling: Coupled,
    own: FloatArray,
    met: Callable[[FloatArray], FloatArray],
) -> BiasErrors:
    """Return how far the biases of very many raters may be off, followed as far as raters meet.

    Parameters
    ----------
    state, sums
        The raters, as estimated, and the sums over all partitions at that state.
    coupling, own, met
        `coupled`, `own_coupling`, and `met_variance` of some information, over all partitions.

    Returns
    -------
    BiasErrors
        Without the covariance.

    Raises
    ------
    TooManyRatersError
        The raters hang together so loosely that errors add up over more than one meeting.

    Notes
    -----
    With D the diagonal of the normal equations and N what is beside it, their inverse is the sum of D^-1 (N D^-1)^k.
    Of the diagonal the terms from k = 2 on add up to at most the one of k = 2 over the mixing, 1 less the largest
    eigenvalue of N D^-1 but for that of all biases up together; that bound is what is returned.
    """
    information = sums.n_ratings / state.variance - own
    mixing = _mixing(state, sums, coupling, information)
    if mixing < LEAST_MIXING:
        raise TooManyRatersError(
            f"{len(information)} raters hang together by too few common units (mixing {mixing:.2g}, {LEAST_MIXING:g} "
            f"is needed) for their errors to be known without weighing each against each, which at most {MOST_RATERS} "
            "can be. Estimate parts of the units, each with its raters."
        )
    variance = (1.0 + met(information) / mixing) / information
    return BiasErrors(variance=variance, covariance=None, information=information)


def _mixing(state: SubjectState, sums: SubjectSums, coupling: Coupled, information: FloatArray) -> float:
    """Return 1 less the second largest eigenvalue of the raters' meetings; 0 where two panels never meet."""
    # Slow imports, as above.
    from scipy.sparse.linalg import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        LinearOperator,
        eigsh,  # pyright: ignore[reportUnknownVariableType]  (no types)
    )

    size = len(information)
    root = np.sqrt(information)
    together = root / np.linalg.norm(root)
    alone = sums.n_ratings / state.variance - information

    def meetings(vector: FloatArray) -> FloatArray:
        scaled = vector.ravel() / root
        met = coupling(state, scaled[:, None])[:, 0] - alone * scaled
        return np.asarray(met / root - together * (together @ vector.ravel()), dtype=np.float64)

    # The search has to begin somewhere that is not special, and at the same place every time.
    begin = np.sin(np.arange(1.0, size + 1.0) ** 2)
    operator = LinearOperator((size, size), matvec=meetings, dtype=np.float64)  # pyright: ignore[reportCallIssue]  (no types)
    found = cast(
        "FloatArray",
        eigsh(operator, k=1, which="LA", v0=begin, tol=1e-2, return_eigenvectors=False),  # pyright: ignore[reportArgumentType]  (no types)
    )
    return 1.0 - float(found[0])


def unit_qualities(
    ratings: Partition, state: SubjectState, sums: SubjectSums, errors: BiasErrors | None, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return the quality of each unit of a partition, and how far its interval reaches to either side.

    Parameters
    ----------
    ratings
        All ratings of the partition's units.
    state, sums
        The raters, as estimated, and the sums over all partitions at that state.
    errors
        How far the biases may be off; None takes them, and the inconsistencies, as known.
    confidence
        Nominal coverage, in ``(0, 1)``.

    Returns
    -------
    quality, reach : FloatArray
        Shape ``(i,)`` each, counted as the values of the partition are.

    Raises
    ------
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1.0, 2.0, 4.0]), 2)
    >>> quality, reach = unit_qualities(ratings, first_state(2), subject_sums(ratings, first_state(2)), None)
    >>> quality, reach.round(2)
    (array([1.5, 4. ]), array([1.39, 1.96]))
    """
    unit_weight, quality = weighted_means(ratings, state)
    if errors is None:
        return quality, _normal_quantile(confidence) / np.sqrt(unit_weight)
    variance = 1.0 / unit_weight + _spread_of_biases(ratings, state, errors, unit_weight)
    # Satterthwaite: 1 / W moves with each variance by the square of the share, a variance v by v sqrt(2 / degrees).
    moved = ratings.by_unit(1.0 / (state.variance**2 * degrees_of_freedom(sums))) / unit_weight**2
    return quality, t_quantile(1.0 / moved, confidence) * np.sqrt(variance)


def _spread_of_biases(
    ratings: Partition, state: SubjectState, errors: BiasErrors, unit_weight: FloatArray
) -> FloatArray:
    """Return the variance of each unit's mean bias, weighted as its ratings are."""
    weight = 1.0 / state.variance
    if errors.covariance is None:
        # Of two raters of a unit, what this unit couples them by.
        known = weight**2 / errors.information
        pairs = ratings.by_unit(known) ** 2 - ratings.by_unit(known**2)
        return ratings.by_unit(weight**2 * errors.variance) / unit_weight**2 + pairs / unit_weight**3
    share = weight[ratings.rater] / unit_weight[ratings.unit]
    if _better_in_tables(ratings):
        spread = np.empty(ratings.n_units)
        for rows, table in _tables(ratings, share):
            spread[rows] = ((table @ errors.covariance) * table).sum(axis=1)
        return spread
    spread = ratings.by_unit(weight**2 * errors.variance) / unit_weight**2
    for one, other in _pairs(ratings):
        product = share[one] * share[other] * errors.covariance[ratings.rater[one], ratings.rater[other]]
        spread += summed(ratings.unit[one], 2.0 * product, ratings.n_units)
    return spread


def _pairs(ratings: Partition) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield the pairs of ratings of one unit, once each: neighbours first, then those two apart, and so on."""
    number = np.bincount(ratings.unit, minlength=ratings.n_units)
    following = np.cumsum(number)[ratings.unit] - 1 - np.arange(len(ratings.unit))
    row, distance = np.flatnonzero(following > 0), 1
    while len(row):
        yield row, row + distance
        distance += 1
        row = row[following[row] >= distance]


def bias_reach(
    state: SubjectState, sums: SubjectSums, errors: BiasErrors | None, confidence: float = 0.95
) -> FloatArray:
    """Return how far the interval of each bias reaches to either side.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import first_state, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1.0, 2.0, 4.0]), 2)
    >>> bias_reach(first_state(2), subject_sums(ratings, first_state(2)), None).round(2)
    array([1.39, 1.96])
    """
    if errors is None:
        return _normal_quantile(confidence) * np.sqrt(state.variance / sums.n_ratings)
    return t_quantile(degrees_of_freedom(sums), confidence) * np.sqrt(errors.variance)


def _normal_quantile(confidence: float) -> float:
    return float(t_quantile(np.array([np.inf]), confidence)[0])
