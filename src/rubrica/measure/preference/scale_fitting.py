"""Scores that maximise a concave likelihood of preferences, by Newton's method on a weighted graph.

Every model of preference in these rooms looks at differences of scores only.  Its information about the scores is then
the Laplacian of a graph: one weight per pair of items that were compared, which is all that is stored.  Up to
`MOST_DENSE` items the linear systems are solved directly; beyond that by conjugate gradients, which need the pairs and
a handful of vectors.  So are those of models with a parameter for each rater, whatever their size.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rubrica.measure.columns import FloatArray, IntArray, summed
from rubrica.measure.errors import PriorError, UnboundedScoresError, UndeterminedSideError
from rubrica.measure.intervals import checked_confidence
from rubrica.measure.laplacian import centred, conjugate_gradients
from rubrica.measure.sparse_tables import Product, products

MOST_DENSE: Final = 1_000
"""Up to this many unknowns, linear systems are solved directly."""

MOST_INTERVALS: Final = 3_000
"""Up to this many items, all have their interval (a matrix of 72 MB); beyond, those that are named."""

_MANY_COLUMNS: Final = 64
"""From this many right-hand sides on, a matrix is worth its memory up to `MOST_INTERVALS` items."""

_SMALLEST_STEP: Final = 1e-6
"""A Newton step below this, in score units, ends the search: what is left is a small fraction (at most 1e-4) of it."""

_MOST_STEPS: Final = 40
"""Where a maximum exists, a dozen steps find it; where it does not, scores grow by about one a step without end."""

_CONFOUNDED: Final = 1e-9
"""Share of the information about the side effect below which what is left of it is rounding."""


_COLUMNS_AT_ONCE: Final = 32
"""Conjugate gradients go through so many right-hand sides side by side: more only take more memory."""

_MOST_CELLS: Final = 10_000_000
"""Up to this many, scores by further parameters are written out in a table (80 MB)."""

_ERROR_PRECISION: Final = 1e-2
"""Of conjugate gradients, for standard errors: what is missing of a variance is its square."""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """What comparisons tell about many further parameters, none of which bears on another directly.

    Attributes
    ----------
    item, parameter : IntArray
        Shape ``(m,)`` each: the score and the further parameter that comparisons tell of together.
    amount : FloatArray
        Shape ``(m,)``: information about the two; those of a parameter add up to zero.
    alone : FloatArray
        Shape ``(e,)``: about each further parameter when the scores are known.
    """

    item: IntArray
    parameter: IntArray
    amount: FloatArray
    alone: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Information:
    """What comparisons tell about scores and further parameters: minus the second derivative of the log-likelihood.

    Attributes
    ----------
    n_items : int
        k.
    first, second : IntArray
        Shape ``(p,)`` each, from 0 to ``k - 1``, ascending in `first`: the pairs.
    weight : FloatArray
        Shape ``(p,)``: information about the difference of each pair's scores.
    precision : float
        Of the prior of each score; 0 without a prior.
    border : FloatArray
        Shape ``(k, e)``: scores by further parameters; each column adds up to zero.
    corner : FloatArray
        Shape ``(e, e)``: of the further parameters.
    links : Links or None
        In place of border and corner, which then have no columns, where further parameters are many.
    """

    n_items: int
    first: IntArray
    second: IntArray
    weight: FloatArray
    precision: float
    border: FloatArray
    corner: FloatArray
    links: Links | None = None

    @property
    def n_further(self) -> int:
        """Return e, how many parameters there are beside the scores."""
        return len(self.corner if self.links is None else self.links.alone)


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """The log-likelihood at some scores and further parameters, its slope and its curvature.

    Attributes
    ----------
    log_likelihood : float
        Natural logarithm; with a prior, its logarithm (up to a constant) is included.
    gradient : FloatArray
        Shape ``(k + e,)``: by the scores, then by the further parameters.
    information : Information
        Minus the second derivative.
    """

    log_likelihood: float
    gradient: FloatArray
    information: Information


@dataclass(frozen=True, slots=True)
class Effect:
    """A parameter beside the scores, with its interval.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        In the unit of the parameter.
    standard_error : float
        Of the parameter, or of its logarithm where the interval was made on that.
    """

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the likelihood is largest.

    Attributes
    ----------
    scores : FloatArray
        Shape ``(k,)``; they add up to zero.
    further : FloatArray
        Shape ``(e,)``: the further parameters.
    found : Derivatives
        At these values.
    """

    scores: FloatArray
    further: FloatArray
    found: Derivatives


def normal_quantile(confidence: float) -> float:
    """Return the two-sided quantile of the normal distribution.

    Raises
    ------
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    # Slow import: half a second and 30 MiB that a server should not spend at its start.
    from scipy.special import ndtri  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    return float(ndtri(0.5 + checked_confidence(confidence) / 2.0))


def precision_of(prior_sd: float | None) -> float:
    """Return the precision of a normal prior, zero for none.

    Raises
    ------
    PriorError
        The standard deviation is not a positive finite number.

    Examples
    --------
    >>> precision_of(2.0), precision_of(None)
    (0.25, 0.0)
    """
    if prior_sd is None:
        return 0.0
    if not 1e-6 <= prior_sd <= 1e6:
        raise PriorError(f"prior_sd must be a standard deviation in score units, from 1e-6 to 1e6, not {prior_sd}.")
    return 1.0 / prior_sd**2


def with_prior(derivatives: Derivatives, scores: FloatArray, precision: float) -> Derivatives:
    """Add an independent normal prior, mean zero, of each score.

    Examples
    --------
    >>> nothing = Information(1, *(np.zeros(0, int),) * 2, np.zeros(0), 0.0, np.zeros((1, 0)), np.zeros((0, 0)))
    >>> found = with_prior(Derivatives(0.0, np.zeros(1), nothing), np.array([2.0]), 0.25)
    >>> found.log_likelihood, found.gradient, found.information.precision
    (-0.5, array([-0.5]), 0.25)
    """
    if precision <= 0.0:
        return derivatives
    gradient = derivatives.gradient.copy()
    gradient[: len(scores)] -= precision * scores
    return Derivatives(
        log_likelihood=derivatives.log_likelihood - precision / 2.0 * float(scores @ scores),
        gradient=gradient,
        information=replace(derivatives.information, precision=precision),
    )


def maximum(
    derivatives: Callable[[FloatArray, FloatArray], Derivatives], scores: FloatArray, further: FloatArray
) -> Maximum:
    """Return the scores, and further parameters, at which a concave log-likelihood is largest.

    Parameters
    ----------
    derivatives
        Returns the log-likelihood and its derivatives at given scores and further parameters; minus infinity as the
        log-likelihood where parameters are inadmissible.
    scores
        Shape ``(k,)``: where to begin; they add up to zero.
    further
        Shape ``(e,)``: where to begin.

    Returns
    -------
    Maximum
        Scores in units of the model's linear predictor, adding up to zero.

    Raises
    ------
    UnboundedScoresError
        There is no maximum: parameters grow without end.
    UndeterminedSideError
        A further parameter cannot be told from the scores.

    Notes
    -----
    Newton's method; a step is halved until the log-likelihood does not fall.  The search ends by the length of the
    step, not by the slope: where no maximum exists the slope fades, but the steps stay about one unit long.
    """
    found = derivatives(scores, further)
    for step in range(_MOST_STEPS):
        try:
            best, length = newton_step(derivatives, Maximum(scores, further, found))
        except UndeterminedSideError:
            if step == 0:
                raise
            break  # it was told apart where the search began, so it is the scores that have run away
        scores, further, found = best.scores, best.further, best.found
        if length <= _SMALLEST_STEP:
            return Maximum(scores - scores.mean(), further, found)
    raise UnboundedScoresError(
        "The likelihood has no maximum: it grows without end as some scores or effects do, because too few comparisons "
        "speak against them. Add comparisons, leave out the effect, or give a prior."
    )


def newton_step(derivatives: Callable[[FloatArray, FloatArray], Derivatives], here: Maximum) -> tuple[Maximum, float]:
    """Return the point one step of Newton's method further, and how long the step would have been in full.

    Parameters
    ----------
    derivatives
        As for `maximum`.
    here
        The point to step from, no maximum yet.

    Returns
    -------
    there : Maximum
        The step is halved until the log-likelihood does not fall.
    length : float
        The largest change of a score or further parameter that the full step would have made.

    Raises
    ------
    UndeterminedSideError, UnboundedScoresError
        As `solve`.
    """
    # Newton corrects what a step leaves, but an effect is told from the scores by digits that must not be lost.
    precision = 1e-4 if len(here.further) == 0 else 1e-9
    slope = here.found.gradient[:, None]
    size = len(here.scores)
    score_step, further_step = solve(here.found.information, slope[:size], slope[size:], precision=precision)
    length = max(float(np.abs(score_step).max()), float(np.abs(further_step).max(initial=0.0)))
    share = min(1.0, 8.0 / max(length, 1e-300))
    enough = here.found.log_likelihood - 1e-11 * abs(here.found.log_likelihood)
    while True:
        scores, further = here.scores + share * score_step[:, 0], here.further + share * further_step[:, 0]
        found = derivatives(scores, further)
        if found.log_likelihood >= enough or share < 1e-9:
            return Maximum(scores, further, found), length
        share /= 2.0


def solve(
    information: Information, scores: FloatArray, further: FloatArray, *, precision: float = 1e-9
) -> tuple[FloatArray, FloatArray]:
    """Solve the linear system of the information, scores adding up to zero.

    Parameters
    ----------
    information
        Of a connected graph, or with a prior.
    scores
        Shape ``(k, m)``: right-hand sides; each column adds up to zero.
    further
        Shape ``(e, m)``.
    precision
        Relative, of conjugate gradients; a direct solution is exact.

    Returns
    -------
    scores : FloatArray
        Shape ``(k, m)``; each column adds up to zero.
    further : FloatArray
        Shape ``(e, m)``.

    Raises
    ------
    UndeterminedSideError
        A further parameter cannot be told from the scores.
    UnboundedScoresError
        The information is singular: nothing holds some scores.

    Examples
    --------
    >>> pair = Information(
    ...     2, np.array([0]), np.array([1]), np.array([4.0]), 0.0, np.zeros((2, 0)), np.zeros((0, 0))
    ... )
    >>> solve(pair, np.array([[2.0], [-2.0]]), np.zeros((0, 1)))[0]
    array([[ 0.25],
           [-0.25]])
    """
    if information.links is not None:
        return _solved_by_links(information, information.links, scores, further, precision)
    both = np.concatenate((scores, information.border), axis=1)
    columns = scores.shape[1]
    directly = information.n_items <= (MOST_DENSE if columns < _MANY_COLUMNS else MOST_INTERVALS)
    solved = _solved_directly(_dense(information), both) if directly else _solved(information, both, precision)
    free, per_further = solved[:, :columns], solved[:, columns:]
    if information.corner.shape[0] == 0:
        return free, further
    left = information.corner - information.border.T @ per_further
    if np.any(np.diagonal(left) <= _CONFOUNDED * np.diagonal(information.corner)):
        raise UndeterminedSideError(
            "An effect beside the scores cannot be told from them: no item was shown on both sides, or the sides were "
            "never swapped in a way that separates the two. Leave the effect out, or swap sides."
        )
    solution = np.linalg.solve(left, further - information.border.T @ free).astype(np.float64, copy=False)
    return free - per_further @ solution, solution


def _solved_by_links(
    information: Information, links: Links, scores: FloatArray, further: FloatArray, precision: float
) -> tuple[FloatArray, FloatArray]:
    """Eliminate the further parameters, which are known once the scores are, and solve for the scores."""
    solve_scores, border, turned = _without_further(information, links)
    alone = links.alone[:, None]
    solution = solve_scores(scores - border(further / alone), precision)
    return solution, (further - turned(solution)) / alone


def _without_further(
    information: Information, links: Links
) -> tuple[Callable[[FloatArray, float], FloatArray], Product, Product]:
    """Return how to solve for the scores at some precision, and the products with the border and the border turned."""
    if links.alone.min() <= 0.0:
        raise UnboundedScoresError("The likelihood is not curved along an effect beside the scores.")
    size, unknowns, alone = information.n_items, len(links.alone), links.alone[:, None]
    if size <= MOST_DENSE and size * unknowns <= _MOST_CELLS:
        cells = summed(links.item * unknowns + links.parameter, links.amount, size * unknowns)
        table = cells.reshape(size, unknowns)
        matrix = _dense(information) - (table / links.alone) @ table.T
        return lambda right, _: _solved_directly(matrix, right), table.__matmul__, table.T.__matmul__
    border, turned = products(links.item, links.parameter, links.amount, n_rows=size, n_columns=unknowns)
    laplacian, diagonal = _product(information)

    def left(columns: FloatArray) -> FloatArray:
        return laplacian(columns) - border(turned(columns) / alone)

    return lambda right, precision: _by_portions(left, diagonal, right, precision), border, turned


def _dense(information: Information) -> FloatArray:
    size = information.n_items
    keys = information.first * size + information.second
    upper = summed(keys, information.weight, size * size).reshape(size, size)
    laplacian = -(upper + upper.T)
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1) + information.precision)
    # Along equal scores nothing is known and nothing is asked: any value there makes the matrix invertible.
    return laplacian + float(laplacian.diagonal().mean()) / size


def _solved_directly(matrix: FloatArray, right: FloatArray) -> FloatArray:
    try:
        solution = np.linalg.solve(matrix, right).astype(np.float64, copy=False)
    except np.linalg.LinAlgError:
        solution = np.full_like(right, np.inf)
    if not np.isfinite(solution).all():
        raise UnboundedScoresError(
            "Nothing holds some scores in place: the information about them is singular to the last digit. Add "
            "comparisons, or give a prior."
        )
    return centred(solution)


def _solved(information: Information, right: FloatArray, precision: float) -> FloatArray:
    """Solve by conjugate gradients, preconditioned by the diagonal."""
    return _by_portions(*_product(information), right, precision)


def _by_portions(product: Product, diagonal: FloatArray, right: FloatArray, precision: float) -> FloatArray:
    solution = np.empty_like(right)
    for begin in range(0, right.shape[1], _COLUMNS_AT_ONCE):
        columns = slice(begin, begin + _COLUMNS_AT_ONCE)
        solution[:, columns] = conjugate_gradients(product, diagonal, right[:, columns], precision)
    return solution


def _product(information: Information) -> tuple[Product, FloatArray]:
    """Return the information as a product with columns, and its diagonal."""
    size, first, second, weight = information.n_items, information.first, information.second, information.weight
    upper, lower = products(first, second, weight, n_rows=size, n_columns=size)
    diagonal = summed(first, weight, size) + summed(second, weight, size) + information.precision
    return lambda columns: diagonal[:, None] * columns - upper(columns) - lower(columns), diagonal


def covariance_of(information: Information, positions: IntArray) -> FloatArray:
    """Return the covariance of the scores, measured from their mean, of some items.

    Parameters
    ----------
    information
        At the maximum.
    positions
        Shape ``(m,)``: the items.

    Returns
    -------
    FloatArray
        Shape ``(m, m)``, in squared score units.

    Examples
    --------
    >>> pair = Information(
    ...     2, np.array([0]), np.array([1]), np.array([4.0]), 0.0, np.zeros((2, 0)), np.zeros((0, 0))
    ... )
    >>> covariance_of(pair, np.array([0, 1]))
    array([[ 0.0625, -0.0625],
           [-0.0625,  0.0625]])
    """
    size, asked = information.n_items, len(positions)
    right = np.full((size, asked), -1.0 / size)
    right[positions, np.arange(asked)] += 1.0
    further = np.zeros((information.n_further, asked))
    return solve(information, right, further)[0][positions]


def standard_errors(information: Information, positions: IntArray) -> FloatArray:
    """Return the standard error of each of some items' scores, measured from the mean of all.

    Examples
    --------
    >>> pair = Information(
    ...     2, np.array([0]), np.array([1]), np.array([4.0]), 0.0, np.zeros((2, 0)), np.zeros((0, 0))
    ... )
    >>> standard_errors(pair, np.array([0]))
    array([0.25])
    """
    if len(positions) == 0:
        return np.zeros(0)
    return np.sqrt(np.diagonal(covariance_of(information, positions)))


def further_errors(information: Information) -> FloatArray:
    """Return the standard error of each parameter beside the scores, shape ``(e,)``.

    Examples
    --------
    >>> pair = Information(
    ...     2, np.array([0]), np.array([1]), np.array([4.0]), 0.0, np.zeros((2, 1)), np.array([[25.0]])
    ... )
    >>> further_errors(pair)
    array([0.2])
    """
    if information.links is not None:
        return np.sqrt(_linked_variances(information, information.links))
    unknowns = information.n_further
    return np.sqrt(np.diagonal(solve(information, np.zeros((information.n_items, unknowns)), np.eye(unknowns))[1]))


def _linked_variances(information: Information, links: Links) -> FloatArray:
    """Return the variance of each further parameter: that with known scores, and what their errors add to it."""
    solve_scores, border, turned = _without_further(information, links)
    unknowns = len(links.alone)
    variance = 1.0 / links.alone
    for begin in range(0, unknowns, _COLUMNS_AT_ONCE):
        asked = np.arange(begin, min(begin + _COLUMNS_AT_ONCE, unknowns))
        right = np.zeros((unknowns, len(asked)))
        right[asked, asked - begin] = 1.0 / links.alone[asked]
        solution = turned(solve_scores(border(right), _ERROR_PRECISION))
        variance[asked] += solution[asked, asked - begin] / links.alone[asked]
    return variance
