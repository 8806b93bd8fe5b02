"""How much does the answer to a comparison tell? The expected information, by pair and by rater."""

from math import log, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, numbers, same_length
from rubrica.measure.errors import NegativeValueError, ProbabilityError

_NODES: Final = 21
"""Points of Gauss-Hermite quadrature: within 2e-5 up to a variance of 4, 4e-4 at 8 (no comparison yet), 5e-3 at 18."""


def expected_information(difference: ArrayLike, variance: ArrayLike, *, reliability: float = 1.0) -> FloatArray:
    """Return how much the answer to a comparison is expected to tell of the difference of two scores.

    Parameters
    ----------
    difference, variance
        Shape ``(p,)`` each: mean, and variance, of what is known of the difference of each pair; in log-odds and their
        square.
    reliability
        The probability that a rater names the item that they prefer, in ``[0, 1]``: at 0.5 the answer is a guess and
        tells nothing, below it the opposite of what is meant.

    Returns
    -------
    FloatArray
        Shape ``(p,)``, from 0 to ln 2.  Nats.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of numbers of one length.
    NegativeValueError
        A variance is negative.
    ProbabilityError
        `reliability` is not a probability.

    Notes
    -----
    I = H(E q) - E H(q), where q is the probability that the first is named, r s(d) + (1 - r) (1 - s(d)) with s the
    logistic function, and H the entropy of an answer.  The expectation over d goes by Gauss-Hermite quadrature.

    References
    ----------
    Chen, X., Bennett, P. N., Collins-Thompson, K., & Horvitz, E. (2013). Pairwise ranking aggregation in a crowdsourced
    setting. WSDM '13, 193-202. doi:10.1145/2433396.2433420 (the reliability of raters)

    Li, J., Mantiuk, R. K., Wang, J., Ling, S., & Le Callet, P. (2018). Hybrid-MST: A hybrid active sampling strategy
    for pairwise preference aggregation. Advances in Neural Information Processing Systems, 31.
    doi:10.48550/arXiv.1810.08851

    Examples
    --------
    Nothing is known; it is fairly certain who wins; the scores are known, so that nothing is left to learn:

    >>> expected_information([0.0, 4.0, 0.0], [8.0, 1.0, 0.0]).round(3)
    array([0.317, 0.013, 0.   ])
    >>> expected_information([0.0], [8.0], reliability=0.5)
    array([0.])
    """
    gap, spread = numbers(difference, "difference"), numbers(variance, "variance")
    same_length(difference=gap, variance=spread)
    if spread.min() < 0.0:
        raise NegativeValueError(f"A variance cannot be negative; the smallest here is {spread.min():g}.")
    if not 0.0 <= reliability <= 1.0:
        raise ProbabilityError(f"reliability must be a probability, from 0 to 1, not {reliability}.")
    nodes, weights = np.polynomial.hermite.hermgauss(_NODES)
    deviation = np.sqrt(2.0 * spread)
    named, doubt = np.zeros(len(gap)), np.zeros(len(gap))
    # One node after another: a pass over all pairs stays in the cache, a table of pairs by nodes does not.
    for node, weight in zip(nodes.tolist(), (weights / sqrt(pi)).tolist(), strict=True):
        prefers = 0.5 * (1.0 + np.tanh(0.5 * (gap + node * deviation)))
        likely = prefers if reliability >= 1.0 else 1.0 - reliability + (2.0 * reliability - 1.0) * prefers
        named += weight * likely
        doubt += weight * _entropy(likely)
    return np.clip(_entropy(named) - doubt, 0.0, log(2.0))


def _entropy(probability: FloatArray) -> FloatArray:
    likely = np.clip(probability, 1e-300, 1.0)
    unlikely = np.clip(1.0 - probability, 1e-300, 1.0)
    return np.asarray(-(likely * np.log(likely) + unlikely * np.log(unlikely)), dtype=np.float64)


def needless(difference: ArrayLike, variance: ArrayLike, reliabilities: ArrayLike, *, least: float) -> BoolArray:
    """Return which raters need not be asked about which pairs, as their answer would tell too little.

    Parameters
    ----------
    difference, variance
        Shape ``(p,)`` each, as for `expected_information`.
    reliabilities
        Shape ``(r,)``: of each rater.
    least
        Information, in nats, below which an answer is not worth asking for; 0 or more.

    Returns
    -------
    BoolArray
        Shape ``(r, p)``.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        A column is not one of numbers, or differences and variances differ in length.
    NegativeValueError
        A variance, or `least`, is negative.
    ProbabilityError
        A reliability is not a probability.

    Examples
    --------
    A rater who guesses is not needed at all, and nobody is needed for the second pair, which is decided:

    >>> needless([0.0, 6.0], [2.0, 0.5], [1.0, 0.5], least=0.01)
    array([[False,  True],
           [ True,  True]])
    """
    if not least >= 0.0:
        raise NegativeValueError(f"least must be a number of nats from zero upward, not {least}.")
    reliable = numbers(reliabilities, "reliabilities")
    return np.stack(
        [expected_information(difference, variance, reliability=each) < least for each in reliable.tolist()]
    )
