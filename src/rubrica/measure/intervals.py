"""Intervals that several estimators share: Student's t around a mean, Wilson's around a share."""

from math import sqrt

import numpy as np

from rubrica.measure.columns import FloatArray
from rubrica.measure.errors import ConfidenceError


def checked_confidence(confidence: float) -> float:
    """Return `confidence` if it is a probability strictly between 0 and 1.

    Raises
    ------
    ConfidenceError
        It is not.

    Examples
    --------
    >>> checked_confidence(0.95)
    0.95
    >>> checked_confidence(95)
    Traceback (most recent call last):
    rubrica.measure.errors.ConfidenceError: confidence must lie strictly between 0 and 1 (0.95 for 95 %), not 95.
    """
    if not 0.0 < confidence < 1.0:
        raise ConfidenceError(f"confidence must lie strictly between 0 and 1 (0.95 for 95 %), not {confidence}.")
    return confidence


def t_quantile(degrees_of_freedom: FloatArray, confidence: float) -> FloatArray:
    """Return the two-sided quantile of Student's t distribution.

    Parameters
    ----------
    degrees_of_freedom
        Shape ``(k,)``, each at least 1.
    confidence
        Probability between minus and plus the quantile, in ``(0, 1)``.

    Returns
    -------
    FloatArray
        Shape ``(k,)``, positive, dimensionless.

    Raises
    ------
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Examples
    --------
    >>> t_quantile(np.array([1.0, 4.0, 1e6]), 0.95).round(3)
    array([12.706,  2.776,  1.96 ])
    """
    # Slow import: half a second and 30 MiB that a server should not spend at its start.
    from scipy.special import stdtrit  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    upper = 0.5 + checked_confidence(confidence) / 2.0
    return np.asarray(stdtrit(degrees_of_freedom, upper), dtype=np.float64)


def wilson_interval(successes: FloatArray, trials: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Return Wilson's score interval of each share ``successes / trials``.

    Parameters
    ----------
    successes
        Shape ``(k,)``, between 0 and `trials`; halves are admissible (a tie is half a success).
    trials
        Shape ``(k,)``, each positive.
    confidence
        Nominal coverage, in ``(0, 1)``.

    Returns
    -------
    low, high : FloatArray
        Shape ``(k,)`` each, in ``[0, 1]``.

    Raises
    ------
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association, 22(158), 209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high = wilson_interval(np.array([0.0, 5.0]), np.array([10.0, 10.0]), 0.95)
    >>> low.round(4), high.round(4)
    (array([0.    , 0.2366]), array([0.2775, 0.7634]))
    """
    # Slow import, as above.
    from scipy.special import ndtri  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    z = float(ndtri(0.5 + checked_confidence(confidence) / 2.0))
    share = successes / trials
    centre = share + z * z / (2.0 * trials)
    reach = z * np.sqrt(share * (1.0 - share) / trials + (z / (2.0 * trials)) ** 2)
    shrink = 1.0 + z * z / trials
    return np.clip((centre - reach) / shrink, 0.0, share), np.clip((centre + reach) / shrink, share, 1.0)


def jackknife_standard_error(without_each: FloatArray) -> float:
    """Return the delete-one standard error of an estimate.

    Parameters
    ----------
    without_each
        Shape ``(k,)``, k at least 2: the estimate recomputed without each unit in turn.

    Returns
    -------
    float
        In the unit of the estimate.

    References
    ----------
    Efron, B., & Stein, C. (1981). The jackknife estimate of variance. The Annals of Statistics, 9(3), 586-596.
    doi:10.1214/aos/1176345462

    Examples
    --------
    >>> round(jackknife_standard_error(np.array([2.5, 2.0, 1.5])), 4)
    0.5774
    """
    count = len(without_each)
    deviations = without_each - without_each.mean()
    return sqrt((count - 1) / count * float(deviations @ deviations))
