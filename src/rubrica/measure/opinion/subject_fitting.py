"""How the subject model is fitted: from the sums of each pass to the raters as the next one knows them.

`fitted` is the loop; what it is given are the sums of a pass, `subject_sums`, and how the raters hang together,
`coupled`, each over all partitions of the ratings, wherever they lie.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np

from rubrica.measure.columns import FloatArray
from rubrica.measure.errors import CollapsedVarianceError, NotConvergedError, NoVariationError
from rubrica.measure.laplacian import conjugate_gradients
from rubrica.measure.opinion.subject_passes import SubjectState, SubjectSums, first_state

Method: TypeAlias = Literal["shrunk", "p910"]
"""``"shrunk"`` holds its intervals with few ratings a unit; ``"p910"`` is the Recommendation to the letter."""

Coupled: TypeAlias = Callable[[SubjectState, FloatArray], FloatArray]
"""The product of the raters' coupling with columns of shape ``(r, m)``, over all partitions."""

PRIOR_DEGREES: Final = 4.0
"""As many degrees of freedom the pooled variance is worth beside a rater's own, in the shrunk estimate."""

BIAS_PRECISION: Final = 1e-4
"""A pass solves for the biases this exactly, relative to how far they still are: the next begins where it ended."""

_TOLERANCE: Final = 1e-8
"""Iteration ends when no bias moves by more of the mean inconsistency, and no variance by more of itself."""

_REMEMBERED: Final = 5
"""Passes that extrapolation looks back on."""

_FARTHEST: Final = 1.0
"""Extrapolation by more than this, in logarithms of variances and in inconsistencies, is not trusted."""

_COLLAPSED: Final = 1e-8
"""A variance below this part of the mean variance is on its way to zero."""

_ROUNDING: Final = 1e-24
"""Residuals whose squares are below this part of the squares of the ratings are rounding."""

_CANCELLED: Final = 1e-12
"""A variance below this part of the squares it was subtracted from is rounding."""

_EXPLAINED: Final = (
    "The quality of the units and the biases of the raters explain every rating exactly, so the data do not show how "
    "consistent raters are."
)


def fitted(
    sums: Callable[[SubjectState], SubjectSums],
    coupling: Coupled,
    n_raters: int,
    method: Method,
    most_iterations: int,
) -> tuple[SubjectState, SubjectSums, int]:
    """Return the raters as the ratings of all partitions have them, the sums of the last pass, and how many it took.

    Parameters
    ----------
    sums, coupling
        `subject_sums` and `coupled`, over all partitions.
    n_raters
        Raters in all partitions.
    method
        See `subject_model`.
    most_iterations
        Passes that are allowed.

    Returns
    -------
    state : SubjectState
        The estimate.
    sums : SubjectSums
        Of the pass at that state.
    iterations : int
        Passes over the ratings.

    Raises
    ------
    NoVariationError
        Quality and bias explain every rating exactly.
    CollapsedVarianceError
        The variance of a rater is falling to zero, and the method is ``"p910"``.
    NotConvergedError
        `most_iterations` did not suffice.

    Notes
    -----
    ``"p910"`` is alternating projection, under which the likelihood never falls.  The passes of ``"shrunk"`` are
    extrapolated from the last few (Anderson): a third to a half of the passes suffice.  They end where a pass by itself
    changes nothing any more, so extrapolation moves the estimate by no more than the tolerance.

    References
    ----------
    Walker, H. F., & Ni, P. (2011). Anderson acceleration for fixed-point iterations. SIAM Journal on Numerical
    Analysis, 49(4), 1715-1735. doi:10.1137/10078356X

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import coupled, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 4.0, 4.0]), 2)
    >>> state, _, _ = fitted(
    ...     lambda state: subject_sums(ratings, state),
    ...     lambda state, columns: coupled(ratings, state, columns),
    ...     n_raters=2, method="shrunk", most_iterations=100,
    ... )
    >>> state.bias
    array([-0.25,  0.25])
    """
    state, path = first_state(n_raters), list[tuple[FloatArray, FloatArray]]()
    for iteration in range(1, most_iterations + 1):
        here = sums(state)
        _refuse_exact(here)
        following = projected(state, here) if method == "p910" else shrunk(state, here, coupling)
        if settled(state, following):
            return state, here, iteration
        state = following if method == "p910" else _extrapolated(state, following, path)
    raise NotConvergedError(
        f"{most_iterations} passes over the ratings did not suffice; few ratings a unit make the estimate move slowly. "
        'Allow more, or use the method "shrunk", which needs few.'
    )


def _refuse_exact(sums: SubjectSums) -> None:
    if float(sums.squares.sum()) <= _ROUNDING * sums.total:
        raise NoVariationError(_EXPLAINED)


def projected(state: SubjectState, sums: SubjectSums) -> SubjectState:
    """Return the raters one alternating projection further, as the Recommendation has it.

    Raises
    ------
    NoVariationError
        Quality and bias explain every rating exactly.
    CollapsedVarianceError
        The variance of a rater is falling to zero.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import coupled, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 4.0, 4.0]), 2)
    >>> projected(first_state(2), subject_sums(ratings, first_state(2))).variance
    array([0.0625, 0.0625])
    """
    mean = sums.residual / sums.n_ratings
    bias = state.bias + mean
    variance = sums.squares / sums.n_ratings - mean**2
    if np.all(variance <= _CANCELLED * mean**2):
        raise NoVariationError(_EXPLAINED)
    collapsed = np.flatnonzero(variance < _COLLAPSED * variance.mean())
    if len(collapsed):
        raise CollapsedVarianceError(
            f"The likelihood grows without end as the inconsistency of {len(collapsed)} of {len(variance)} raters "
            "falls to zero: there are too few ratings for a maximum-likelihood estimate. "
            'Use the method "shrunk".'
        )
    return SubjectState(bias=bias - bias.mean(), variance=variance)


def shrunk(state: SubjectState, sums: SubjectSums, coupling: Coupled) -> SubjectState:
    """Return the solution for the biases at the weights of a pass, and the shrunk variances of its residuals.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import coupled, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 4.0, 4.0]), 2)
    >>> state = first_state(2)
    >>> shrunk(state, subject_sums(ratings, state), lambda state, columns: coupled(ratings, state, columns)).bias
    array([-0.25,  0.25])
    """
    weight = 1.0 / state.variance
    own = sums.n_ratings * weight

    def information(columns: FloatArray) -> FloatArray:
        return own[:, None] * columns - coupling(state, columns)

    # Nothing of the diagonal is left to a rater who rated alone; what is put there only preconditions.
    diagonal = np.maximum(own - sums.leverage * weight, 1e-3 * own)
    step = conjugate_gradients(information, diagonal, (sums.residual * weight)[:, None], BIAS_PRECISION)[:, 0]
    pooled = float(sums.squares.sum() / (sums.n_ratings.sum() - sums.n_units - len(state.bias) + 1))
    return SubjectState(
        bias=state.bias + step, variance=(sums.squares + PRIOR_DEGREES * pooled) / degrees_of_freedom(sums)
    )


def degrees_of_freedom(sums: SubjectSums) -> FloatArray:
    """Return the degrees of freedom behind each shrunk variance, those of the pooled variance among them.

    The biases take one degree of freedom less than there are raters, shared out equally.

    Examples
    --------
    >>> from rubrica.measure.opinion.subject_passes import coupled, partitioned, subject_sums
    >>> ratings = partitioned(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1.0, 2.0, 4.0, 4.0]), 2)
    >>> degrees_of_freedom(subject_sums(ratings, first_state(2)))
    array([4.5, 4.5])
    """
    size = len(sums.n_ratings)
    own = sums.n_ratings - sums.leverage - (size - 1) / size
    return np.maximum(own, 0.0) + PRIOR_DEGREES


def _extrapolated(
    state: SubjectState, following: SubjectState, path: list[tuple[FloatArray, FloatArray]]
) -> SubjectState:
    """Return the state to continue from, and add the pass to the path, or begin it anew."""
    scale = float(np.sqrt(following.variance.mean()))
    before = np.concatenate((state.bias / scale, np.log(state.variance)))
    after = np.concatenate((following.bias / scale, np.log(following.variance)))
    step = after - before
    if path and np.linalg.norm(step) > np.linalg.norm(path[-1][0]):
        path.clear()  # it led away
    path.append((step, after))
    del path[: -_REMEMBERED - 1]
    if len(path) == 1:
        return following
    earlier = np.stack([np.concatenate(each) for each in path])
    steps, ends = np.split(np.asarray(np.diff(earlier, axis=0), dtype=np.float64).T, 2)
    moved = ends @ np.linalg.lstsq(steps, step, rcond=1e-10)[0]
    if not np.abs(moved).max() < _FARTHEST:
        return following
    onward = np.asarray(after - moved, dtype=np.float64)
    bias, logarithm = onward[: len(state.bias)], onward[len(state.bias) :]
    return SubjectState(bias=(bias - bias.mean()) * scale, variance=np.exp(logarithm))


def settled(before: SubjectState, after: SubjectState) -> bool:
    """Say whether a pass has changed nothing any more.

    Examples
    --------
    >>> settled(first_state(2), first_state(2))
    True
    """
    moved = np.abs(after.bias - before.bias).max() / np.sqrt(after.variance.mean())
    grown = np.abs(after.variance / before.variance - 1.0).max()
    return bool(max(moved, grown) <= _TOLERANCE)
