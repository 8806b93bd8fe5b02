"""How far do raters agree beyond chance on categories? The kappa family, each coefficient with its own idea of chance.

All are 1 - D_o / D_e, with D_o the disagreement observed within units and D_e the one expected by chance; they differ
in D_e alone.  *Brennan-Prediger* lets chance choose among the categories evenly.  *Gwet's AC1 and AC2* let only the
ratings of units that are hard to rate be chance.  *Fleiss* lets chance choose as often as all raters did together,
*Conger* (and *Cohen*, for two raters) as often as each rater did.

Where nearly every unit is in one category, Fleiss, Conger and Cohen can be near zero although raters hardly ever
disagree, while Brennan-Prediger and Gwet stay high.  Neither is wrong: they answer different questions.  That is why
observed agreement and base rates stand in every result.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.agreement.chance_corrected import Chance, ChanceCorrected, CodedRatings, coded_ratings, corrected
from rubrica.measure.agreement.tallies import refuse_repeated_ratings
from rubrica.measure.agreement.weights import Weighting, weight_matrix
from rubrica.measure.columns import IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.errors import NoPairableUnitsError, NotTwoRatersError, TooManyValuesError
from rubrica.measure.intervals import checked_confidence

__all__ = [
    "ChanceCorrected",
    "Weighting",
    "brennan_prediger",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "weight_matrix",
]

_LARGEST_TABLE: Final = 2**24
"""Raters times categories (128 MiB) that the coefficients with a chance of its own for each rater accept."""


def gwet_ac1(
    units: ArrayLike, values: ArrayLike, *, categories: ArrayLike | None = None, confidence: float = 0.95
) -> ChanceCorrected:
    """Return Gwet's AC1, the agreement on categories beyond the chance that comes with units that are hard to rate.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.  Any number of raters, any pattern of missing ratings.  Units
        rated once count for the base rates and in the standard error.
    values
        Shape ``(n,)``, finite numbers: the categories, in any nominal coding.
    categories
        Shape ``(k,)``, finite numbers: the categories there are, as one that nobody chose still lowers the agreement
        expected by chance.  By default those that occur.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    ChanceCorrected
        Dimensionless coefficient, at most 1.  If all ratings are equal although there are more `categories`, it is 1.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, NoPairableUnitsError,
    OffTheScaleError, NoVariationError, TooManyValuesError, TooFewUnitsError, ConfidenceError
        As for `gwet_ac2`.

    References
    ----------
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British
    Journal of Mathematical and Statistical Psychology, 61(1), 29-48. doi:10.1348/000711006X126600

    Examples
    --------
    Two raters say of eight pictures whether a face is malformed (1) or not (0); one picture in eight is in dispute:

    >>> units, values = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8], [0] * 14 + [0, 1]
    >>> found = gwet_ac1(units, values)
    >>> round(found.coefficient, 3), found.observed, found.base_rates
    (0.858, 0.875, {0.0: 0.9375, 1.0: 0.0625})
    >>> round(fleiss_kappa(units, values).coefficient, 3)
    -0.067
    """
    return gwet_ac2(units, values, weights="identity", categories=categories, confidence=confidence)


def gwet_ac2(
    units: ArrayLike,
    values: ArrayLike,
    *,
    weights: Weighting | ArrayLike = "ordinal",
    categories: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ChanceCorrected:
    """Return Gwet's AC2: AC1 where some categories are closer to each other than others.

    Parameters
    ----------
    units
        Shape ``(n,)``, integers: the unit of each rating.  Any number of raters, any pattern of missing ratings.  Units
        rated once count for the base rates and in the standard error.
    values
        Shape ``(n,)``, finite numbers: the categories.  Ordinal for ordinal weights, interval for linear, quadratic and
        radical ones, ratio for ratio ones.
    weights
        How much two categories agree; see `weight_matrix`.
    categories
        Shape ``(k,)``, finite numbers: the categories there are.  By default those that occur.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    ChanceCorrected
        Dimensionless coefficient, at most 1.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` does not hold integers, or `values` or `categories` does not hold finite numbers.
    NoRatingsError
        There are no ratings, or no categories.
    NoPairableUnitsError
        No unit was rated twice.
    OffTheScaleError
        A rating is none of the `categories`.
    NoVariationError
        There is one category only.
    TooManyValuesError
        There are more than 1 024 categories.
    NegativeValueError, WeightsError
        `weights` is no known name and no matrix of weights, or ratio weights meet a category below zero.
    TooFewUnitsError
        One unit alone was rated twice: the coefficient exists, its interval does not.  The error carries it.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Notes
    -----
    Expected agreement is T / (k (k - 1)) sum_j p_j (1 - p_j), with p_j the share of category j averaged over units and
    T the sum of all weights.

    The interval of every coefficient here is c -+ t SE on n - 1 degrees of freedom, n all units, with Gwet's linearised
    variance sum_i (c_i - c)^2 / (n (n - 1)).  It takes the units for a sample and the raters for all there are.  The
    number of units rated twice is taken as given, so that units rated once widen the interval, and leave one of some
    width even where raters agree perfectly.

    References
    ----------
    Gwet, K. L. (2014). Handbook of inter-rater reliability (4th ed.), chapters 4 and 5. Advanced Analytics.
    ISBN 978-0-9708062-8-4

    Examples
    --------
    >>> found = gwet_ac2(units=[1, 1, 2, 2, 3, 3, 4, 4], values=[5, 5, 4, 3, 1, 1, 2, 3], categories=[1, 2, 3, 4, 5])
    >>> round(found.coefficient, 3), round(found.ci_low, 3), round(found.ci_high, 3)
    (0.832, 0.463, 1.0)
    """
    checked_confidence(confidence)
    ratings = coded_ratings(units, values, categories, weights)
    shares = ratings.shares()
    count = len(shares)
    per_share = float((1.0 - ratings.disagreement).sum()) / (count * (count - 1.0))
    chance = Chance(
        disagreement=1.0 - per_share * float(shares @ (1.0 - shares)),
        by_unit=1.0 - per_share * ratings.averaged((1.0 - shares)[ratings.code]),
        shares=shares,
    )
    return corrected(ratings, chance, confidence)


def brennan_prediger(
    units: ArrayLike,
    values: ArrayLike,
    *,
    weights: Weighting | ArrayLike = "identity",
    categories: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ChanceCorrected:
    """Return Brennan and Prediger's coefficient: agreement beyond a chance that chooses every category equally often.

    Parameters
    ----------
    units, values, weights, categories, confidence
        As for `gwet_ac2`.  State the `categories`: each one that nobody chose lowers the agreement expected by chance.

    Returns
    -------
    ChanceCorrected
        Dimensionless coefficient, at most 1.  If all ratings are equal although there are more `categories`, it is 1.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, NoPairableUnitsError,
    OffTheScaleError, NoVariationError, TooManyValuesError, NegativeValueError, WeightsError, TooFewUnitsError,
    ConfidenceError
        As for `gwet_ac2`.

    Notes
    -----
    Expected agreement is the mean of all weights; 1 / k for k categories without weights.  Interval as in `gwet_ac2`.

    References
    ----------
    Brennan, R. L., & Prediger, D. J. (1981). Coefficient kappa: some uses, misuses, and alternatives. Educational and
    Psychological Measurement, 41(3), 687-699. doi:10.1177/001316448104100307

    Examples
    --------
    >>> units, values = [1, 1, 2, 2, 3, 3, 4, 4], [0, 0, 0, 0, 1, 1, 0, 1]
    >>> brennan_prediger(units, values).coefficient
    0.5
    >>> round(brennan_prediger(units, values, categories=[0, 1, 2]).coefficient, 3)
    0.625
    """
    checked_confidence(confidence)
    ratings = coded_ratings(units, values, categories, weights)
    disagreement = float(ratings.disagreement.mean())
    chance = Chance(
        disagreement=disagreement,
        by_unit=np.full(len(ratings.number), disagreement),
        shares=ratings.shares(),
    )
    return corrected(ratings, chance, confidence)


def fleiss_kappa(
    units: ArrayLike,
    values: ArrayLike,
    *,
    weights: Weighting | ArrayLike = "identity",
    categories: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ChanceCorrected:
    """Return Fleiss' kappa: agreement beyond a chance that chooses each category as often as all raters together did.

    Parameters
    ----------
    units, values, weights, categories, confidence
        As for `gwet_ac2`.  A category that nobody chose changes the coefficient only with ordinal weights, which
        count the categories in between.

    Returns
    -------
    ChanceCorrected
        Dimensionless coefficient, at most 1.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, NoPairableUnitsError,
    OffTheScaleError, TooManyValuesError, NegativeValueError, WeightsError, TooFewUnitsError, ConfidenceError
        As for `gwet_ac2`.
    NoVariationError
        All ratings are equal, or in categories that agree fully: agreement cannot be told from chance.

    Notes
    -----
    Expected agreement is sum_jk w_jk p_j p_k.  Units may differ in their number of ratings, as in Gwet's
    generalisation; with two raters and no missing ratings this is Scott's pi.  Interval as in `gwet_ac2`: the standard
    error Fleiss gave in 1971 holds only where there is no agreement beyond chance.

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin, 76(5), 378-382.
    doi:10.1037/h0031619

    Gwet, K. L. (2014). Handbook of inter-rater reliability (4th ed.). Advanced Analytics. ISBN 978-0-9708062-8-4

    Examples
    --------
    >>> found = fleiss_kappa(units=[1, 1, 1, 2, 2, 2, 3, 3], values=[1, 1, 1, 2, 2, 1, 2, 2])
    >>> round(found.coefficient, 3), round(found.observed, 3), round(found.expected, 3)
    (0.55, 0.778, 0.506)
    """
    checked_confidence(confidence)
    ratings = coded_ratings(units, values, categories, weights)
    shares = ratings.shares()
    from_shares = ratings.disagreement @ shares
    chance = Chance(
        disagreement=float(shares @ from_shares),
        by_unit=ratings.averaged(from_shares[ratings.code]),
        shares=shares,
    )
    return corrected(ratings, chance, confidence)


def conger_kappa(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    *,
    weights: Weighting | ArrayLike = "identity",
    categories: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ChanceCorrected:
    """Return Conger's kappa: agreement beyond a chance that chooses each category as often as each rater did.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating, each rater once per unit.  Any number of
        raters, any pattern of missing ratings.  Every rater counts the same in the expected agreement, even one with a
        single rating; units rated once count there and in the standard error.
    values, weights, categories, confidence
        As for `fleiss_kappa`.

    Returns
    -------
    ChanceCorrected
        Dimensionless coefficient, at most 1.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, NoPairableUnitsError,
    OffTheScaleError, NegativeValueError, WeightsError, TooFewUnitsError, ConfidenceError
        As for `gwet_ac2`; `raters` must hold integers too.
    RepeatedRatingError
        A rater rated a unit twice.
    NoVariationError
        All ratings are equal, or in categories that agree fully: agreement cannot be told from chance.
    TooManyValuesError
        There are more than 1 024 categories, or more than 16 777 216 combinations of a rater and a category.

    Notes
    -----
    Expected agreement is the mean over all pairs of raters of sum_jk w_jk p_gj p_hk, with p_gj the share of category j
    among the ratings of rater g.  With two raters and no missing ratings this is Cohen's kappa.  Interval as in
    `gwet_ac2`.

    References
    ----------
    Conger, A. J. (1980). Integration and generalization of kappas for multiple raters. Psychological Bulletin, 88(2),
    322-328. doi:10.1037/0033-2909.88.2.322

    Gwet, K. L. (2014). Handbook of inter-rater reliability (4th ed.). Advanced Analytics. ISBN 978-0-9708062-8-4

    Examples
    --------
    >>> found = conger_kappa(
    ...     units=[1, 1, 1, 2, 2, 2, 3, 3], raters=[1, 2, 3, 1, 2, 3, 1, 2], values=[1, 1, 1, 2, 2, 1, 2, 2]
    ... )
    >>> round(found.coefficient, 3), round(found.observed, 3), round(found.expected, 3)
    (0.625, 0.778, 0.407)
    """
    checked_confidence(confidence)
    rater = identities(raters, "raters")
    ratings = coded_ratings(units, values, categories, weights, raters=rater)
    labels, rater_index = numbered(rater)
    refuse_repeated_ratings(identities(units, "units"), rater)
    return corrected(ratings, _chance_of_each_rater(ratings, rater_index, len(labels)), confidence)


def cohen_kappa(
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    *,
    weights: Weighting | ArrayLike = "identity",
    categories: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ChanceCorrected:
    """Return Cohen's kappa of two raters, plain or weighted, over the units that both rated.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating, two raters, each once per unit.  Units
        that only one of them rated do not take part.
    values, weights, categories, confidence
        As for `fleiss_kappa`.

    Returns
    -------
    ChanceCorrected
        Dimensionless coefficient, at most 1.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError, OffTheScaleError,
    TooManyValuesError, NegativeValueError, WeightsError, ConfidenceError
        As for `gwet_ac2`; `raters` must hold integers too.
    NotTwoRatersError
        There is one rater, or there are more than two.
    RepeatedRatingError
        A rater rated a unit twice.
    NoPairableUnitsError
        No unit was rated by both.
    NoVariationError
        Both gave one and the same category to all units they share: agreement cannot be told from chance.
    TooFewUnitsError
        Both rated one unit alone: kappa exists, its interval does not.  The error carries kappa.

    Notes
    -----
    Conger's kappa of two raters without missing ratings.  The standard error is Gwet's linearised one, which here is
    that of Fleiss, Cohen and Everitt (1969) times sqrt(n / (n - 1)).  Cohen (1968) weighs disagreement, from 0 upward;
    divide by the largest and subtract from 1 to have such `weights`.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement, 20(1),
    37-46. doi:10.1177/001316446002000104

    Cohen, J. (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit.
    Psychological Bulletin, 70(4), 213-220. doi:10.1037/h0026256

    Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa.
    Psychological Bulletin, 72(5), 323-327. doi:10.1037/h0028106

    Examples
    --------
    >>> found = cohen_kappa(
    ...     units=[1, 1, 2, 2, 3, 3, 4, 4], raters=[7, 8, 7, 8, 7, 8, 7, 8], values=[1, 1, 2, 2, 1, 2, 2, 2]
    ... )
    >>> found.coefficient, found.observed, found.expected
    (0.5, 0.75, 0.5)
    """
    checked_confidence(confidence)
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    labels, rater_index = numbered(rater)
    if len(labels) != 2:
        raise NotTwoRatersError(
            f"Cohen's kappa compares two raters; these ratings are by {len(labels)}. Conger's kappa takes any number."
        )
    refuse_repeated_ratings(unit, rater)
    _, unit_index = numbered(unit)
    by_both = (np.bincount(unit_index) == 2)[unit_index]
    if not by_both.any():
        raise NoPairableUnitsError(f"Raters {labels[0]} and {labels[1]} have no unit in common.")
    # Categories that occur only in ratings that are left out still belong to the scale, and to the matrix of weights.
    scale = value if categories is None else categories
    ratings = coded_ratings(unit[by_both], value[by_both], scale, weights)
    return corrected(ratings, _chance_of_each_rater(ratings, rater_index[by_both], 2), confidence)


def _chance_of_each_rater(ratings: CodedRatings, rater: IntArray, n_raters: int) -> Chance:
    """Return the disagreement of two different raters who choose at random, each as often as they did."""
    count = len(ratings.categories)
    if n_raters * count > _LARGEST_TABLE:
        raise TooManyValuesError(
            f"{n_raters} raters and {count} categories make {n_raters * count} combinations, more than the "
            f"{_LARGEST_TABLE} accepted. Fleiss' kappa has no such limit."
        )
    table = np.bincount(rater * count + ratings.code, minlength=n_raters * count).reshape(n_raters, count)
    number = table.sum(axis=1)
    shares = table / number[:, None]
    from_others = (shares.sum(axis=0) - shares) @ ratings.disagreement / (n_raters * (n_raters - 1.0))
    of_rater = np.asarray((from_others * shares).sum(axis=1), dtype=np.float64)
    disagreement = float(of_rater.sum())
    # How the expected disagreement would move if the rater's shares moved towards this rating.
    n_units = len(ratings.number)
    pull = (n_units / number)[rater] * (from_others[rater, ratings.code] - of_rater[rater])
    return Chance(
        disagreement=disagreement,
        by_unit=disagreement + summed(ratings.unit, pull, n_units),
        shares=shares.mean(axis=0),
    )
