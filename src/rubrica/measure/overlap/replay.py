"""What would a policy have done? Stored ratings replayed through it, in a given order of arrival.

A replay lets the ratings of each item arrive one after the other and asks the policy after each.  What arrives after
the policy has stopped is not seen, neither by the item nor by the model of the raters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, IntArray, identities, numbered, numbers, same_length
from rubrica.measure.consensus.calibration import calibrate, control_check
from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.errors import ArrivalError, NoTemperatureError
from rubrica.measure.overlap.standing import RaterRates, Standing, no_labels, rates_of, with_labels
from rubrica.measure.overlap.stopping import Policy, decide

Learner: TypeAlias = Callable[[IntArray, IntArray, FloatArray], RaterRates]
"""Tells from the units, raters and values seen so far what is known of the raters."""

_NOTHING_IS_SURE: Final = 1e6
"""The temperature of a consensus that is no better than a guess: its probabilities are all but equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a policy did with the ratings of each item.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``, ascending.
    consensus : FloatArray
        Shape ``(i,)``: the category settled on, by the labels seen and by what they tell of the raters in the end.
    n_labels : IntArray
        Shape ``(i,)``: labels seen.
    by_rule : BoolArray
        Shape ``(i,)``: the rule was content; elsewhere the limit was reached, or there were no more ratings.
    where_stopped : FloatArray
        Shape ``(i,)``: the category by the labels up to where the rule was first content.  Audited items went on from
        there: `policy_error` compares it with their consensus.  For all others it is the consensus.
    """

    units: IntArray
    consensus: FloatArray
    n_labels: IntArray
    by_rule: BoolArray
    where_stopped: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Ratings in order of item and arrival.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``: the items, ascending.
    unit : IntArray
        Shape ``(n,)``: the position in `units` of each rating.
    place : IntArray
        Shape ``(n,)``: how many ratings of the item came before.
    raters : IntArray
        Shape ``(n,)``.
    values : FloatArray
        Shape ``(n,)``.
    """

    units: IntArray
    unit: IntArray
    place: IntArray
    raters: IntArray
    values: FloatArray

    def rows(self, seen: BoolArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return units, raters and values of the ratings seen."""
        return self.units[self.unit[seen]], self.raters[seen], self.values[seen]


def learn_by_dawid_skene(units: IntArray, raters: IntArray, values: FloatArray) -> RaterRates:
    """Return what Dawid and Skene's model knows of the raters after these ratings.

    Raises
    ------
    MeasureError
        As `dawid_skene` and `rates_of`.

    Examples
    --------
    >>> learn_by_dawid_skene([1, 1, 1, 2, 2, 2], [1, 2, 3] * 2, [0, 0, 1, 1, 1, 1]).temperature
    1.0
    """
    return rates_of(dawid_skene(units, raters, values))


def learn_with_control(control_units: ArrayLike, control_values: ArrayLike) -> Learner:
    """Return a learner by Dawid and Skene's model whose probabilities are calibrated on control items.

    Parameters
    ----------
    control_units, control_values
        Shape ``(g,)`` each: control items among those rated, and their known categories.

    Returns
    -------
    Learner
        It raises what `dawid_skene`, `rates_of` and `calibrate` raise, except that no temperature fits: while the
        consensus is right on all control items, so that none shows how sure is too sure, the temperature is 1; while
        it is no better than a guess, it is a million, and no category is probable enough for any rule.

    Examples
    --------
    >>> learn = learn_with_control([1, 2, 3], [0, 1, 1])
    >>> learn([1, 1, 1, 2, 2, 2, 3, 3, 3], [1, 2, 3] * 3, [0, 0, 1, 1, 1, 1, 0, 0, 0]).temperature > 1.0
    True
    """

    def learn(units: IntArray, raters: IntArray, values: FloatArray) -> RaterRates:
        found = dawid_skene(units, raters, values)
        try:
            temperature = calibrate(found.consensus, control_units, control_values).temperature
        except NoTemperatureError:
            all_right = control_check(found.consensus, control_units, control_values).right >= 1.0
            temperature = 1.0 if all_right else _NOTHING_IS_SURE
        return rates_of(found, temperature=temperature)

    return learn


def shuffled_arrival(
    units: ArrayLike, raters: ArrayLike, values: ArrayLike, generator: np.random.Generator
) -> IntArray:
    """Return a random order of arrival of ratings.

    Parameters
    ----------
    units, raters, values
        Shape ``(n,)`` each: the ratings.
    generator
        What the order is drawn with.

    Returns
    -------
    IntArray
        Shape ``(n,)``: when each rating arrives, from 0 to ``n - 1``.  The same for any order of the rows.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.

    Examples
    --------
    >>> shuffled_arrival([1, 1, 2], [7, 8, 7], [0, 1, 1], np.random.default_rng(3))
    array([2, 1, 0])
    """
    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    arrival = np.empty(len(unit), dtype=np.int64)
    arrival[np.lexsort((value, rater, unit))] = generator.permutation(len(unit))
    return arrival


def replay(
    policy: Policy,
    learn: Learner | RaterRates,
    units: ArrayLike,
    raters: ArrayLike,
    values: ArrayLike,
    arrival: ArrayLike,
    *,
    audited: ArrayLike | None = None,
) -> Replay:
    """Return what a policy would have done with stored ratings, had they arrived in a given order.

    Parameters
    ----------
    policy
        A rule and its limits.
    learn
        What is known of the raters beforehand, or how it is learned, anew after each round, from the labels seen.
    units, raters
        Shape ``(n,)`` each, integers: the item and the rater of each rating.
    values
        Shape ``(n,)``, finite numbers at the nominal level: the categories.
    arrival
        Shape ``(n,)``, integers: when each rating arrives; only the order within an item counts.
    audited
        Shape ``(m,)``, integers: items that go on to the limit whatever the rule says.

    Returns
    -------
    Replay
        For each item.  The same for any order of the rows.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.
    ArrivalError
        Two ratings of one item arrive at the same time.
    UnknownUnitError, UnknownRaterError, OffTheScaleError
        An audited item has no rating, or, with given rates, a rater or a category is not known.
    MeasureError
        What `learn` raises: from the first `least` labels of each item it must be able to learn something.

    Notes
    -----
    In each round every item that is still open gets one more label; then the rates are learned from all labels seen,
    and the rule looks at the open items.  An item that was closed stays closed, but its consensus is told by the rates
    in the end.

    Examples
    --------
    >>> from rubrica.measure.overlap.stopping import SureEnough
    >>> from rubrica.measure.overlap.standing import rates_by_skill
    >>> rates = rates_by_skill([7, 8, 9], [90, 90, 90], [100] * 3, [0, 1])
    >>> found = replay(
    ...     Policy(SureEnough(0.95), least=2, most=3),
    ...     rates,
    ...     units=[1, 1, 1, 2, 2, 2],
    ...     raters=[7, 8, 9] * 2,
    ...     values=[1, 1, 0, 1, 0, 0],
    ...     arrival=range(6),
    ... )
    >>> found.consensus, found.n_labels
    (array([1., 0.]), array([2, 3]))
    """
    arrivals = arrivals_of(units, raters, values, arrival)
    seen: BoolArray = arrivals.place < policy.least
    open_items = np.ones(len(arrivals.units), dtype=np.bool_)
    stopped_at = np.full(len(arrivals.units), policy.most + 1)
    number = policy.least
    while True:
        rates = learn(*arrivals.rows(seen)) if callable(learn) else learn
        found = decide(policy, _standing(arrivals, rates, seen), rates, audited=audited)
        stopped_at[open_items & found.by_rule] = np.minimum(stopped_at, number)[open_items & found.by_rule]
        open_items &= ~found.stop
        more = (arrivals.place == number) & open_items[arrivals.unit]
        if not more.any():
            break
        seen |= more
        number += 1
    early = seen & (arrivals.place < stopped_at[arrivals.unit])
    return Replay(
        units=arrivals.units,
        consensus=found.consensus,
        n_labels=found.n_labels,
        by_rule=stopped_at <= policy.most,
        where_stopped=decide(policy, _standing(arrivals, rates, early), rates).consensus,
    )


def _standing(arrivals: Arrivals, rates: RaterRates, seen: BoolArray) -> Standing:
    return with_labels(no_labels(rates, arrivals.units), rates, *arrivals.rows(seen))


def arrivals_of(units: ArrayLike, raters: ArrayLike, values: ArrayLike, arrival: ArrayLike) -> Arrivals:
    """Return ratings in order of item and arrival.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of integers and numbers of one length.
    ArrivalError
        Two ratings of one item arrive at the same time.

    Examples
    --------
    >>> found = arrivals_of(units=[8, 7, 8], raters=[1, 2, 3], values=[0, 0, 1], arrival=[5, 4, 3])
    >>> found.unit, found.place, found.values
    (array([0, 1, 1]), array([0, 0, 1]), array([0., 1., 0.]))
    """
    unit, rater = identities(units, "units"), identities(raters, "raters")
    value, time = numbers(values, "values"), identities(arrival, "arrival")
    same_length(units=unit, raters=rater, values=value, arrival=time)
    labels, index = numbered(unit)
    order = np.lexsort((time, index))
    index, time = index[order], time[order]
    together = np.flatnonzero((np.diff(index) == 0) & (np.diff(time) == 0))
    if len(together) > 0:
        row = int(together[0])
        raise ArrivalError(f"Two ratings of item {labels[index[row]]} arrive at {time[row]}; which is the earlier one?")
    place = np.arange(len(index)) - np.searchsorted(index, index)
    return Arrivals(labels, index, place, rater[order], value[order])
