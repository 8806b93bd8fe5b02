"""How much do two different categories still agree? Weights of partial agreement, by name or as a table."""

from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rubrica.measure.columns import FloatArray, numbers
from rubrica.measure.errors import NegativeValueError, NoVariationError, TooManyValuesError, WeightsError

Weighting: TypeAlias = Literal["identity", "linear", "quadratic", "ordinal", "radical", "ratio"]
"""How much two different categories still agree, from their values or (ordinal) from their order."""

MOST_CATEGORIES: Final = 1024
"""Weights are a table of category by category (8 MiB); a scale with more values is one of numbers, not categories."""

_ROUNDING: Final = 1e-9
"""Slack in comparing the two halves of a matrix of weights."""


def weight_matrix(weights: Weighting | ArrayLike, categories: ArrayLike) -> FloatArray:
    """Return how much each two categories agree, from 0 (not at all) to 1 (as if equal).

    Parameters
    ----------
    weights
        ``"identity"`` (equal or not), ``"linear"``, ``"quadratic"``, ``"radical"`` (by the distance of the values, its
        square or its root), ``"ratio"`` (by the relative distance; no value below zero), ``"ordinal"`` (by the order
        alone), or a matrix, shape ``(k, k)``, symmetric, in ``[0, 1]``, with 1 on the diagonal and not everywhere.
    categories
        Shape ``(k,)``, finite numbers, at least two different ones.  Rows and columns follow their ascending order.

    Returns
    -------
    FloatArray
        Shape ``(k, k)``, symmetric, in ``[0, 1]``, 1 on the diagonal.  Dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        `categories` is not a column of finite numbers.
    NoVariationError
        There is one category only.
    TooManyValuesError
        There are more than 1 024 categories.
    NegativeValueError
        Ratio weights and a category below zero.
    WeightsError
        `weights` is no known name and no such matrix.

    Notes
    -----
    With d the distance of two categories as a share of the largest: linear 1 - d, quadratic 1 - d^2, radical
    1 - sqrt(d).  Ratio is quadratic on |a - b| / (a + b).  Ordinal is 1 - C(j + 1, 2) / C(k, 2) for categories j steps
    apart, which is the number of pairs of categories between and including the two.

    References
    ----------
    Gwet, K. L. (2014). Handbook of inter-rater reliability (4th ed.), chapter 3. Advanced Analytics.
    ISBN 978-0-9708062-8-4

    Examples
    --------
    >>> weight_matrix("ordinal", [1, 2, 3]).round(4)
    array([[1.    , 0.6667, 0.    ],
           [0.6667, 1.    , 0.6667],
           [0.    , 0.6667, 1.    ]])
    """
    return 1.0 - disagreement_of(weights, np.unique(numbers(categories, "categories")))


def disagreement_of(weights: Weighting | ArrayLike, scale: FloatArray) -> FloatArray:
    """Return 1 minus the weights; zero exactly where categories agree fully.

    Raises
    ------
    NoVariationError, TooManyValuesError, NegativeValueError, WeightsError
        As for `weight_matrix`.
    """
    count = len(scale)
    if count == 1:
        raise NoVariationError(
            f"The only category is {scale[0]:g}, so agreement cannot be told from chance. If raters could have chosen "
            "others, name them as categories."
        )
    if count > MOST_CATEGORIES:
        raise TooManyValuesError(
            f"There are {count} categories, more than the {MOST_CATEGORIES} accepted. Round the values, or use "
            "Krippendorff's alpha."
        )
    if isinstance(weights, str):
        return _named_disagreement(weights, scale)
    return 1.0 - _checked_weights(weights, count)


def _named_disagreement(name: str, scale: FloatArray) -> FloatArray:
    count = len(scale)
    apart = np.abs(scale[:, None] - scale[None, :])
    distance: FloatArray = apart / apart[0, -1]
    steps = np.abs(np.arange(count)[:, None] - np.arange(count)[None, :])
    match name:
        case "identity":
            return np.asarray(steps > 0, dtype=np.float64)
        case "linear":
            return distance
        case "quadratic":
            return np.square(distance)
        case "radical":
            return np.sqrt(distance)
        case "ordinal":
            return np.asarray(steps * (steps + 1.0) / (count * (count - 1.0)), dtype=np.float64)
        case "ratio":
            if scale[0] < 0.0:
                raise NegativeValueError(
                    f"Ratio weights need values from zero upward, but one is {scale[0]:g}. Use quadratic weights."
                )
            both = scale[:, None] + scale[None, :]
            relative: FloatArray = apart / np.where(both == 0.0, 1.0, both)
            share: FloatArray = relative / relative[0, -1]
            return np.square(share)
        case _:
            raise WeightsError(
                f"weights must be identity, linear, quadratic, ordinal, radical, ratio or a matrix, not {name!r}."
            )


def _checked_weights(weights: ArrayLike, count: int) -> FloatArray:
    try:
        matrix: NDArray[np.generic] = np.asarray(weights)
    except ValueError as ragged:
        raise WeightsError("The rows of the matrix of weights differ in length.") from ragged
    if matrix.shape != (count, count) or matrix.dtype.kind not in "iuf":
        raise WeightsError(
            f"{count} categories need {count} rows of {count} numbers as weights; these are {matrix.dtype} of shape "
            f"{matrix.shape}."
        )
    weight = matrix.astype(np.float64)
    # Written so that NaN fails as well.
    if not (weight.min() >= 0.0 and weight.max() <= 1.0):
        raise WeightsError("Weights must lie between 0 (no agreement) and 1 (full agreement).")
    if np.any(np.diagonal(weight) != 1.0):
        raise WeightsError("A category agrees fully with itself: the weights on the diagonal must be 1.")
    if np.abs(weight - weight.T).max() > _ROUNDING:
        raise WeightsError(
            "Weights must be symmetric: the first category agrees with the second as that with the first."
        )
    if weight.min() == 1.0:
        raise WeightsError("All weights are 1, so that no two categories differ.")
    return (weight + weight.T) / 2.0
