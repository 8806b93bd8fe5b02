"""Many tests at once: which of them stand out, when a known share of those that do may be false."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, numbers
from rubrica.measure.errors import ProbabilityError

_ROUNDING: Final = 1e-12


def benjamini_hochberg(p_values: ArrayLike) -> FloatArray:
    """Return the smallest false discovery rate at which each test would stand out.

    Parameters
    ----------
    p_values
        Shape ``(k,)``, in ``[0, 1]``: one for each test, such as one for each rater.

    Returns
    -------
    FloatArray
        Shape ``(k,)``, in ``[0, 1]``: adjusted p-values, in the order given in.  Of those not above 0.05, no more than
        one in twenty is false, on average.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, NoRatingsError
        `p_values` is not a column of finite numbers.
    ProbabilityError
        One of them is not a probability.

    Notes
    -----
    The j-th smallest of k p-values becomes the least of p_(i) k / i over i from j onward.  The rate holds for tests
    that are independent or depend on each other positively.

    References
    ----------
    Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate: A practical and powerful approach to
    multiple testing. Journal of the Royal Statistical Society: Series B, 57(1), 289-300.
    doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.5, 0.03, 0.02]).round(2)
    array([0.04, 0.5 , 0.04, 0.04])
    """
    probability = numbers(p_values, "p_values")
    off = (probability < -_ROUNDING) | (probability > 1.0 + _ROUNDING)
    if off.any():
        raise ProbabilityError(f"p_values holds {probability[off][0]:g}, which is not a probability.")
    order = np.argsort(probability, kind="stable")
    ratio = probability[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.clip(np.minimum.accumulate(ratio[::-1])[::-1], 0.0, 1.0)
    return adjusted
