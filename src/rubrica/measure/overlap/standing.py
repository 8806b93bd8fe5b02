"""Where does each item stand while its labels come in? The evidence so far, and how probable each category is.

Labels are weighed by what is known of their raters beforehand: how each of them confuses the categories, or how often
each is right.  The evidence is a sum over labels, so that new labels are added without looking at the old ones.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbers, same_length, summed
from rubrica.measure.consensus.categorical import refuse_large_table
from rubrica.measure.consensus.dawid_skene import DawidSkene
from rubrica.measure.consensus.expectation import normalised
from rubrica.measure.errors import (
    ErrorRatesError,
    OffTheScaleError,
    PriorError,
    UnknownRaterError,
    UnknownUnitError,
)

_SMALLEST_RATE: Final = 1e-6
"""A rate below this counts as this: one label is never proof."""

_ROUNDING: Final = 1e-6
"""By how much probabilities may miss their sum of 1."""

SMOOTHING: Final = 4.0
"""How many labels the raters' common skill weighs: as in ``rubrica.measure.consensus.dawid_skene``."""


@dataclass(frozen=True, slots=True, eq=False)
class RaterRates:
    """What is known of raters before their next label.

    Attributes
    ----------
    raters : IntArray
        Shape ``(r,)``, ascending.
    categories : FloatArray
        Shape ``(k,)``, ascending.
    priors : FloatArray
        Shape ``(k,)``, adding up to 1: the share of items of each category.
    confusion : FloatArray
        Shape ``(r, k, k)``: the probability that a rater names a category (last), given the true one (second).
    temperature : float
        Above 0: probabilities go as p ** (1 / temperature); see ``rubrica.measure.consensus.calibration``.
    """

    raters: IntArray
    categories: FloatArray
    priors: FloatArray
    confusion: FloatArray
    temperature: float


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The labels of each item so far, as sums.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``, ascending.
    evidence : FloatArray
        Shape ``(k, i)``: logarithm of prior times likelihood, up to a constant for each item.  Nats.
    votes : FloatArray
        Shape ``(k, i)``: labels, each weighing as its rater is right more or less often than raters are on average.
    n_labels : IntArray
        Shape ``(i,)``.
    """

    units: IntArray
    evidence: FloatArray
    votes: FloatArray
    n_labels: IntArray


def rates_by_confusion(
    raters: ArrayLike, categories: ArrayLike, priors: ArrayLike, confusion: ArrayLike, *, temperature: float = 1.0
) -> RaterRates:
    """Return what is known of raters whose confusions are known.

    Parameters
    ----------
    raters
        Shape ``(r,)``, integers, ascending, each once.
    categories
        Shape ``(k,)``, finite numbers, ascending, each once; two or more.
    priors
        Shape ``(k,)``: the share of items of each category, positive, adding up to 1.
    confusion
        Shape ``(r, k, k)``: rater, true category, named category; adding up to 1 over the last.
    temperature
        From `calibrate` on control items; above 1 where probabilities are too sure.

    Returns
    -------
    RaterRates
        Probabilities; dimensionless.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        `raters`, `categories` or `priors` is not a column of integers or numbers.
    ErrorRatesError
        Raters or categories are not ascending, there is one category, or rates are no probabilities of that shape.
    PriorError
        `temperature` is not a positive finite number.

    Examples
    --------
    >>> found = rates_by_confusion([7, 9], [0, 1], [0.5, 0.5], [[[0.9, 0.1], [0.2, 0.8]], [[0.6, 0.4], [0.4, 0.6]]])
    >>> found.confusion.shape
    (2, 2, 2)
    """
    rater, category = identities(raters, "raters"), numbers(categories, "categories")
    prior, rate = numbers(priors, "priors"), np.asarray(confusion, dtype=np.float64)
    if len(category) < 2 or np.any(np.diff(category) <= 0.0) or np.any(np.diff(rater) <= 0):
        raise ErrorRatesError("Raters and categories must be ascending, each once, and categories at least two.")
    expected = (len(rater), len(category), len(category))
    if rate.shape != expected or len(prior) != len(category):
        raise ErrorRatesError(
            f"For {len(rater)} raters and {len(category)} categories the rates must have the shape {expected}, not "
            f"{rate.shape}, and the priors {len(category)} entries, not {len(prior)}."
        )
    if prior.min() <= 0.0 or abs(float(prior.sum()) - 1.0) > _ROUNDING:
        raise ErrorRatesError("The priors must be positive and add up to 1; a category that never occurs is left out.")
    wrong = ~(rate >= 0.0).all(axis=2) | ~(np.abs(rate.sum(axis=2) - 1.0) <= _ROUNDING)
    if wrong.any():
        who, true = (int(place[0]) for place in np.nonzero(wrong))
        raise ErrorRatesError(
            f"The rates of rater {rater[who]} on items of category {category[true]:g} are not probabilities that add "
            "up to 1."
        )
    if not 0.0 < temperature < np.inf:
        raise PriorError(f"temperature must be a positive finite number, not {temperature}.")
    return RaterRates(rater, category, prior, rate, float(temperature))


def rates_of(found: DawidSkene, *, temperature: float = 1.0) -> RaterRates:
    """Return what Dawid and Skene's model knows of the raters.

    Raises
    ------
    ErrorRatesError
        A category has no item left, so that its prior is zero.
    PriorError
        `temperature` is not a positive finite number.

    Examples
    --------
    >>> from rubrica.measure.consensus.dawid_skene import dawid_skene
    >>> found = dawid_skene([1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 2, 3] * 3, [0, 0, 1, 1, 1, 1, 0, 0, 0])
    >>> rates_of(found).raters
    array([1, 2, 3])
    """
    return rates_by_confusion(
        found.raters.raters, found.consensus.categories, found.priors, found.confusion, temperature=temperature
    )


def rates_by_skill(
    raters: ArrayLike,
    right: ArrayLike,
    asked: ArrayLike,
    categories: ArrayLike,
    *,
    priors: ArrayLike | None = None,
    smoothing: float = SMOOTHING,
    temperature: float = 1.0,
) -> RaterRates:
    """Return what is known of raters of whom only the number of right labels is known, as from control items.

    Parameters
    ----------
    raters
        Shape ``(r,)``, integers, ascending, each once.
    right, asked
        Shape ``(r,)`` each: right labels of each rater, and labels that were checked; a rater may have none.
    categories
        Shape ``(k,)``, finite numbers, ascending, each once.
    priors
        Shape ``(k,)``: the share of items of each category; equal shares by default.
    smoothing
        How many labels the raters' common skill weighs.
    temperature
        As for `rates_by_confusion`.

    Returns
    -------
    RaterRates
        A rater who errs names each of the other categories equally often.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        A column is none of integers or numbers, or columns differ in length.
    ErrorRatesError
        A rater has more right labels than labels, or fewer than none; or as `rates_by_confusion`.
    PriorError
        `smoothing` or `temperature` is not a positive finite number.
    TooManyValuesError
        Raters times categories squared exceed 100 million.

    Notes
    -----
    The skill is (right + s m) / (asked + s) with the common skill m = (all right + 1) / (all asked + 2), both of which
    lie strictly between 0 and 1.

    References
    ----------
    Demartini, G., Difallah, D. E., & Cudré-Mauroux, P. (2012). ZenCrowd: Leveraging probabilistic reasoning and
    crowdsourcing techniques for large-scale entity linking. WWW '12, 469-478. doi:10.1145/2187836.2187900

    Examples
    --------
    >>> found = rates_by_skill(raters=[7, 9], right=[19, 0], asked=[20, 0], categories=[0, 1])
    >>> found.confusion[:, 0, 0].round(3)
    array([0.943, 0.909])
    """
    rater, category = identities(raters, "raters"), numbers(categories, "categories")
    hits, number = numbers(right, "right"), numbers(asked, "asked")
    same_length(raters=rater, right=hits, asked=number)
    impossible = np.flatnonzero((hits < 0.0) | (hits > number))
    if len(impossible) > 0:
        row = int(impossible[0])
        raise ErrorRatesError(f"Rater {rater[row]} cannot have {hits[row]:g} right labels of {number[row]:g}.")
    if not 0.0 < smoothing < np.inf:
        raise PriorError(f"smoothing must be a positive finite number of labels, not {smoothing}.")
    common = (float(hits.sum()) + 1.0) / (float(number.sum()) + 2.0)
    skill = (hits + smoothing * common) / (number + smoothing)
    size = len(category)
    refuse_large_table(len(rater) * size * size, f"{len(rater)} raters and {size} categories")
    confusion = np.repeat(((1.0 - skill) / max(size - 1.0, 1.0))[:, None, None], size, axis=1).repeat(size, axis=2)
    confusion[:, np.arange(size), np.arange(size)] = skill[:, None]
    shares = np.full(size, 1.0 / size) if priors is None else priors
    return rates_by_confusion(rater, category, shares, confusion, temperature=temperature)


def no_labels(rates: RaterRates, units: ArrayLike) -> Standing:
    """Return where items stand before their first label.

    Parameters
    ----------
    rates
        What is known of the raters.
    units
        Shape ``(m,)``, integers: the items; repetitions count once.

    Returns
    -------
    Standing
        Every item at the priors.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, NoRatingsError
        `units` is not a column of integers.
    TooManyValuesError
        Items times categories exceed 100 million.

    Examples
    --------
    >>> rates = rates_by_skill([7, 9], [8, 6], [10, 10], [0, 1])
    >>> no_labels(rates, [3, 1, 3]).units
    array([1, 3])
    """
    labels, size = np.unique(identities(units, "units")), len(rates.categories)
    refuse_large_table(size * len(labels), f"{len(labels)} units and {size} categories")
    evidence = np.repeat(np.log(rates.priors)[:, None], len(labels), axis=1)
    return Standing(labels, evidence, np.zeros_like(evidence), np.zeros(len(labels), dtype=np.int64))


def with_labels(
    standing: Standing, rates: RaterRates, units: ArrayLike, raters: ArrayLike, values: ArrayLike
) -> Standing:
    """Return where items stand after further labels.

    Parameters
    ----------
    standing
        Where they stand now.
    rates
        What is known of the raters.
    units, raters
        Shape ``(n,)`` each, integers: the item and the rater of each new label.
    values
        Shape ``(n,)``, finite numbers at the nominal level: the categories.

    Returns
    -------
    Standing
        The same for any order of the rows.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.
    UnknownUnitError, UnknownRaterError, OffTheScaleError
        An item does not stand here, nothing is known of a rater, or a value is none of the categories.

    Notes
    -----
    Each label adds ln pi_rjx to the evidence for each category j of its item: one sparse matrix product for all new
    labels, in time proportional to their number and that of the items, times categories.

    Examples
    --------
    >>> rates = rates_by_skill([7, 9], [8, 6], [10, 10], [0, 1])
    >>> found = with_labels(no_labels(rates, [1, 3]), rates, units=[3, 3], raters=[7, 9], values=[1, 1])
    >>> posterior(found, rates).round(3)
    array([[0.5  , 0.156],
           [0.5  , 0.844]])
    """
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    row, code = _places(standing.units, unit), coded(rates, rater, value)
    n_codes, n_units = len(rates.raters) * len(rates.categories), len(standing.units)
    # Sorted whole keys: the sums, to the last bit, do not depend on the order of the rows.
    row, code = np.divmod(np.sort(row * n_codes + code), n_codes)
    weights, category = voting_weights(rates)[code // len(rates.categories)], code % len(rates.categories)
    votes = summed(category * n_units + row, weights, standing.votes.size).reshape(standing.votes.shape)
    gained = np.stack([summed(row, table.take(code), n_units) for table in log_rates(rates)])
    return replace(
        standing,
        evidence=standing.evidence + gained,
        votes=standing.votes + votes,
        n_labels=standing.n_labels + np.bincount(row, minlength=n_units),
    )


def _places(units: IntArray, unit: IntArray) -> IntArray:
    place = np.minimum(np.searchsorted(units, unit), len(units) - 1).astype(np.int64, copy=False)
    unknown = units[place] != unit
    if unknown.any():
        raise UnknownUnitError(f"Item {unit[unknown][0]} is none of the {len(units)} items that labels are wanted for.")
    return place


def coded(rates: RaterRates, rater: IntArray, value: FloatArray) -> IntArray:
    """Return the position of each label's rater times the number of categories, plus that of its category.

    Raises
    ------
    UnknownRaterError, OffTheScaleError
        Nothing is known of a rater, or a value is none of the categories.

    Examples
    --------
    >>> coded(rates_by_skill([7, 9], [8, 6], [10, 10], [0, 1]), np.array([9, 7]), np.array([1.0, 0.0]))
    array([3, 0])
    """
    who = np.minimum(np.searchsorted(rates.raters, rater), len(rates.raters) - 1)
    unknown = rates.raters[who] != rater
    if unknown.any():
        raise UnknownRaterError(
            f"Nothing is known of rater {rater[unknown][0]} (and of {np.count_nonzero(unknown) - 1} more labels' "
            "raters). Give them the common skill by rates_by_skill, or leave their labels out."
        )
    category = np.minimum(np.searchsorted(rates.categories, value), len(rates.categories) - 1)
    off = rates.categories[category] != value
    if off.any():
        raise OffTheScaleError(
            f"Rater {rater[off][0]} named {value[off][0]:g}, which is none of the {len(rates.categories)} categories."
        )
    return (who * len(rates.categories) + category).astype(np.int64, copy=False)


def log_rates(rates: RaterRates) -> FloatArray:
    """Return the logarithm of the rates, shape ``(k, r k)``: true category by the codes of `coded`.

    Examples
    --------
    >>> log_rates(rates_by_skill([7], [8], [10], [0, 1])).shape
    (2, 2)
    """
    size = len(rates.categories)
    table = np.log(np.maximum(rates.confusion, _SMALLEST_RATE))
    return np.ascontiguousarray(table.swapaxes(0, 1)).reshape(size, -1)


def voting_weights(rates: RaterRates) -> FloatArray:
    """Return how often each rater is right, relative to all raters on average; shape ``(r,)``.

    Examples
    --------
    >>> voting_weights(rates_by_skill([7, 9], [8, 6], [10, 10], [0, 1])).round(3)
    array([1.103, 0.897])
    """
    right = np.diagonal(rates.confusion, axis1=1, axis2=2) @ rates.priors
    mean = float(right.mean())
    if mean <= 0.0:
        raise ErrorRatesError("By these rates no rater is ever right, so that their votes cannot be weighed.")
    return np.asarray(right / mean, dtype=np.float64)


def posterior(standing: Standing, rates: RaterRates) -> FloatArray:
    """Return how probable each category is for each item.

    Returns
    -------
    FloatArray
        Shape ``(k, i)``, in ``[0, 1]``, adding up to 1 for each item.  Dimensionless.

    Examples
    --------
    >>> rates = rates_by_confusion([7], [0, 1], [0.8, 0.2], [[[0.9, 0.1], [0.2, 0.8]]])
    >>> posterior(with_labels(no_labels(rates, [5]), rates, [5], [7], [1]), rates).round(3)
    array([[0.333],
           [0.667]])
    """
    return normalised(standing.evidence / rates.temperature)[0]
