"""What does a policy save? Stored ratings replayed through it in random orders, beside fixed overlaps.

The answers of a policy are held against those of all ratings together, and against known categories where there are
any.  Both cost and quality are averaged over orders of arrival.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length
from rubrica.measure.consensus.majority import majority_vote
from rubrica.measure.errors import (
    ColumnShapeError,
    MeasureError,
    OverlapError,
    RepeatedUnitError,
    TooFewUnitsError,
    UnknownUnitError,
)
from rubrica.measure.intervals import checked_confidence, t_quantile, wilson_interval
from rubrica.measure.overlap.label_value import refuse_numbers
from rubrica.measure.overlap.replay import Learner, Replay, arrivals_of, replay, shuffled_arrival
from rubrica.measure.overlap.standing import RaterRates
from rubrica.measure.overlap.stopping import Policy


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over items with its interval.

    Attributes
    ----------
    mean, ci_low, ci_high : float
        Labels for each item, or a share in ``[0, 1]``.
    """

    mean: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a way of asking costs, and how good its answers are, on average over orders of arrival.

    Attributes
    ----------
    labels : Estimate
        Labels for each item; Student's t interval over items.
    agreement : Estimate
        Share of items on which it answers as all ratings together do; Wilson's interval over items.
    right : Estimate or None
        Share of items with a known value on which it answers that; Wilson's interval.  None without known values.
    """

    labels: Estimate
    agreement: Estimate
    right: Estimate | None

    @property
    def quality(self) -> float:
        """Return the share that is right where known values tell, else the agreement."""
        return self.agreement.mean if self.right is None else self.right.mean


@dataclass(frozen=True, slots=True)
class Comparison:
    """A policy beside fixed overlaps of the same ratings in the same orders.

    Attributes
    ----------
    policy : Outcome
        Of the policy.
    all_ratings : Outcome
        Of all ratings together, by the model of the raters.
    fixed, majority : tuple of (int, Outcome)
        Of each fixed overlap, by the model of the raters, and by majority.
    left_out : tuple of (int, str)
        Fixed overlaps at which nothing can be learned of the raters, and why.
    n_units, n_orders : int
        Items, and orders of arrival.
    """

    policy: Outcome
    all_ratings: Outcome
    fixed: tuple[tuple[int, Outcome], ...]
    majority: tuple[tuple[int, Outcome], ...]
    left_out: tuple[tuple[int, str], ...]
    n_units: int
    n_orders: int


def compare_with_fixed(
    policy: Policy,
    learn: Learner | RaterRates,
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    generator: np.random.Generator,
    *,
    fixed: Sequence[int],
    orders: int = 10,
    known_units: ArrayLike | None = None,
    known_values: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Comparison:
    """Return what a policy saves against fixed overlaps, by replaying stored ratings in random orders.

    Parameters
    ----------
    policy, learn, units, raters, values
        As for `replay`.
    generator
        What the orders of arrival are drawn with.
    fixed
        The fixed overlaps to compare with, each 1 or more.
    orders
        How many orders of arrival.
    known_units, known_values
        Shape ``(g,)`` each: items whose category is known, and that category; both or neither.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    Comparison
        Labels for each item, and shares.

    Raises
    ------
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    OverlapError
        `orders` or a fixed overlap is below 1.
    TooFewUnitsError
        There is one item alone.
    UnknownUnitError, RepeatedUnitError
        An item with a known category has no rating, or occurs twice.
    ColumnShapeError
        One of `known_units` and `known_values` is given alone.
    MeasureError
        As `replay`.

    Notes
    -----
    Wilson's interval is made on the mean over orders as if it were one order, which is cautious.  The replay knows only
    ratings that were given: raters who would have been asked more often under the policy are not in it.

    Examples
    --------
    >>> from rubrica.measure.overlap.stopping import SureEnough
    >>> from rubrica.measure.overlap.replay import learn_by_dawid_skene
    >>> units, raters = [unit for unit in range(4) for _ in range(5)], [1, 2, 3, 4, 5] * 4
    >>> values = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    >>> found = compare_with_fixed(
    ...     Policy(SureEnough(0.9), least=2, most=5),
    ...     learn_by_dawid_skene,
    ...     units,
    ...     raters,
    ...     values,
    ...     np.random.default_rng(1),
    ...     fixed=[3, 5],
    ... )
    >>> found.policy.labels.mean < 5.0, found.fixed[1][1].agreement.mean
    (True, 1.0)
    """
    checked_confidence(confidence)
    refuse_numbers(orders=orders, **{f"fixed[{place}]": number for place, number in enumerate(fixed)})
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    judge = _Judge(_full(learn, unit, rater, value), _known(unit, known_units, known_values), confidence)
    arrivals = [shuffled_arrival(unit, rater, value, generator) for _ in range(orders)]
    run = partial(_replays, learn, unit, rater, value, arrivals)
    by_model: list[tuple[int, Outcome]] = []
    left_out: list[tuple[int, str]] = []
    for number in fixed:
        try:
            by_model.append((number, judge.outcome(run(Policy(None, least=number, most=number)))))
        except MeasureError as reason:
            left_out.append((number, str(reason)))
    return Comparison(
        policy=judge.outcome(run(policy)),
        all_ratings=judge.outcome([judge.full]),
        fixed=tuple(by_model),
        majority=tuple(
            (number, judge.outcome([_majority(unit, rater, value, arrival, number) for arrival in arrivals]))
            for number in fixed
        ),
        left_out=tuple(left_out),
        n_units=len(judge.full.units),
        n_orders=orders,
    )


def _replays(
    learn: Learner | RaterRates,
    units: IntArray,
    raters: IntArray,
    values: FloatArray,
    arrivals: list[IntArray],
    policy: Policy,
) -> list[Replay]:
    return [replay(policy, learn, units, raters, values, arrival) for arrival in arrivals]


def _full(learn: Learner | RaterRates, units: IntArray, raters: IntArray, values: FloatArray) -> Replay:
    most = int(np.bincount(numbered(units)[1]).max())
    return replay(Policy(None, most, most), learn, units, raters, values, np.arange(len(units)))


def _majority(units: IntArray, raters: IntArray, values: FloatArray, arrival: IntArray, number: int) -> Replay:
    arrivals = arrivals_of(units, raters, values, arrival)
    first_units, _, first_values = arrivals.rows(arrivals.place < number)
    found = majority_vote(first_units, first_values)
    nowhere = np.zeros(len(found.units), dtype=np.bool_)
    return Replay(found.units, found.consensus, found.n_ratings, nowhere, found.consensus)


def _known(
    units: IntArray, known_units: ArrayLike | None, known_values: ArrayLike | None
) -> tuple[IntArray, FloatArray] | None:
    """Return the place of each item with a known category among the items, and that category."""
    if known_units is None and known_values is None:
        return None
    if known_units is None or known_values is None:
        raise ColumnShapeError("Items with a known category need both columns: known_units and known_values.")
    unit, value = identities(known_units, "known_units"), numbers(known_values, "known_values")
    same_length(known_units=unit, known_values=value)
    labels = np.unique(units)
    place = np.minimum(np.searchsorted(labels, unit), len(labels) - 1).astype(np.int64, copy=False)
    unknown = labels[place] != unit
    if unknown.any():
        raise UnknownUnitError(f"Item {unit[unknown][0]} has a known category but no rating.")
    if len(np.unique(unit)) < len(unit):
        raise RepeatedUnitError("An item with a known category occurs more than once; give its value once.")
    return place, value


@dataclass(frozen=True, slots=True, eq=False)
class _Judge:
    full: Replay
    known: tuple[IntArray, FloatArray] | None
    confidence: float

    def outcome(self, replays: Sequence[Replay]) -> Outcome:
        labels = np.mean([each.n_labels for each in replays], axis=0)
        agreeing = np.mean([each.consensus == self.full.consensus for each in replays], axis=0)
        right = None
        if self.known is not None:
            place, value = self.known
            right = self._share(np.mean([each.consensus[place] == value for each in replays], axis=0))
        return Outcome(labels=self._mean(labels), agreement=self._share(agreeing), right=right)

    def _share(self, by_unit: FloatArray) -> Estimate:
        whole, number = np.array([by_unit.sum()]), np.array([float(len(by_unit))])
        low, high = wilson_interval(whole, number, self.confidence)
        return Estimate(float(by_unit.mean()), float(low[0]), float(high[0]))

    def _mean(self, by_unit: FloatArray) -> Estimate:
        number, mean = len(by_unit), float(by_unit.mean())
        if number < 2:
            raise TooFewUnitsError(
                f"There is one item alone, with {mean:g} labels; how items vary takes two.", estimate=mean
            )
        reach = float(t_quantile(np.array([number - 1.0]), self.confidence)[0] * by_unit.std(ddof=1) / np.sqrt(number))
        return Estimate(mean, mean - reach, mean + reach)


def fixed_equivalent(comparison: Comparison, *, majority: bool = False) -> float | None:
    """Return the fixed overlap that is as good as the policy.

    Parameters
    ----------
    comparison
        From `compare_with_fixed`.
    majority
        Compare with the majority of a fixed overlap instead of the model of the raters.

    Returns
    -------
    float or None
        Labels for each item, interpolated between the fixed overlaps that were tried; None where none of them is as
        good.  The smallest of those tried where that is as good already.

    Raises
    ------
    OverlapError
        No fixed overlap was tried, or nothing could be learned at any of them.

    Examples
    --------
    >>> def outcome(labels, share):
    ...     return Outcome(Estimate(labels, labels, labels), Estimate(share, share, share), None)
    >>> tried = ((3, outcome(3.0, 0.80)), (5, outcome(5.0, 0.84)))
    >>> found = Comparison(outcome(3.2, 0.83), outcome(5.0, 1.0), tried, tried, (), 100, 1)
    >>> round(fixed_equivalent(found), 3)
    4.5
    """
    tried = sorted(comparison.majority if majority else comparison.fixed, key=lambda each: each[0])
    if not tried:
        raise OverlapError("No fixed overlap was tried that the policy could be compared with.")
    wanted = comparison.policy.quality
    before: Outcome | None = None
    for _, outcome in tried:
        if outcome.quality >= wanted:
            if before is None or outcome.quality <= before.quality:
                return outcome.labels.mean
            share = (wanted - before.quality) / (outcome.quality - before.quality)
            return before.labels.mean + share * (outcome.labels.mean - before.labels.mean)
        before = outcome
    return None
