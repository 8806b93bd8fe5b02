"""When does an item have enough labels? Rules that stop asking, and the price of stopping.

Asking every item equally often spends most labels where raters agree anyway.  A rule that stops looks at each item
many times, and stops on some of them by luck: let probabilities be calibrated, set a hard upper limit, and let a random
share of the items run to it whatever the rule says.  These audited items tell how often the rule's answers are others
than those of the full overlap.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, IntArray, identities, numbers, same_length
from rubrica.measure.errors import OverlapError, TargetError, UnknownUnitError
from rubrica.measure.intervals import checked_confidence, wilson_interval
from rubrica.measure.overlap.label_value import refuse_costs, refuse_numbers, value_of_labels
from rubrica.measure.overlap.standing import RaterRates, Standing, posterior


class StoppingRule(Protocol):
    """Says which items need no further label; limits on their number are the policy's."""

    def enough(self, standing: Standing, rates: RaterRates) -> BoolArray:
        """Return, for each item, whether its labels are enough; shape ``(i,)``."""
        ...


@dataclass(frozen=True, slots=True)
class SureEnough:
    """Stop once the leading category is as probable as wanted.

    Attributes
    ----------
    confidence : float
        In ``(0, 1)``, such as 0.95.  What it promises is kept only by calibrated probabilities.

    Examples
    --------
    >>> from rubrica.measure.overlap.standing import no_labels, rates_by_skill, with_labels
    >>> rates = rates_by_skill([7, 8, 9], [90, 90, 60], [100] * 3, [0, 1])
    >>> standing = with_labels(no_labels(rates, [1, 2]), rates, [1, 1, 2, 2], [7, 8, 7, 8], [1, 1, 1, 0])
    >>> SureEnough(0.95).enough(standing, rates)
    array([ True, False])
    """

    confidence: float

    def __post_init__(self) -> None:
        """Refuse what is no probability."""
        checked_confidence(self.confidence)

    def enough(self, standing: Standing, rates: RaterRates) -> BoolArray:
        """Return whether the leading category is as probable as wanted."""
        sure: BoolArray = posterior(standing, rates).max(axis=0) >= self.confidence
        return sure


@dataclass(frozen=True, slots=True)
class FarAhead:
    """Stop once the leading category is far enough ahead of the next in weighted votes.

    Attributes
    ----------
    factor, allowance : float
        Stop after n labels when the lead exceeds ``factor * sqrt(n) - allowance * n``: a large factor asks longer, a
        large allowance gives up sooner on items that raters are split on.  Neither is negative.

    Notes
    -----
    Votes weigh as their raters are right; it needs no probabilities, and so no calibration, but promises none either.

    References
    ----------
    Abraham, I., Alonso, O., Kandylas, V., Patel, R., Shelford, S., & Slivkins, A. (2016). How many workers to ask?
    Adaptive exploration for collecting high quality labels. SIGIR '16. doi:10.1145/2911451.2911514

    Examples
    --------
    >>> from rubrica.measure.overlap.standing import no_labels, rates_by_skill, with_labels
    >>> rates = rates_by_skill([7, 8, 9], [90, 90, 90], [100] * 3, [0, 1])
    >>> standing = with_labels(no_labels(rates, [1, 2]), rates, [1, 1, 2, 2], [7, 8, 7, 8], [1, 1, 1, 0])
    >>> FarAhead(1.0).enough(standing, rates)
    array([ True, False])
    """

    factor: float
    allowance: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is negative or not finite."""
        refuse_costs(factor=self.factor, allowance=self.allowance)

    def enough(self, standing: Standing, rates: RaterRates) -> BoolArray:
        """Return whether the lead is large enough."""
        del rates
        runner_up, leader = np.sort(standing.votes, axis=0)[-2:]
        number = standing.n_labels.astype(np.float64)
        far: BoolArray = leader - runner_up > self.factor * np.sqrt(number) - self.allowance * number
        return far


@dataclass(frozen=True, slots=True)
class NotWorthMore:
    """Stop once further labels are expected to gain less than they cost.

    Attributes
    ----------
    cost : float
        Of one label; not negative, in the unit in which a wrong category costs 1.
    ahead : int
        How many further labels to consider together, 1 or more.  One alone often cannot change the leading category
        and so seems worthless where two or three would pay.

    Notes
    -----
    Further labels are taken to come from a typical rater: the raters' mean confusion.

    References
    ----------
    Sheng, V. S., Provost, F., & Ipeirotis, P. G. (2008). Get another label? Improving data quality and data mining
    using multiple, noisy labelers. KDD '08, 614-622. doi:10.1145/1401890.1401965

    Examples
    --------
    >>> from rubrica.measure.overlap.standing import no_labels, rates_by_skill, with_labels
    >>> rates = rates_by_skill([7, 8, 9], [90, 90, 90], [100] * 3, [0, 1])
    >>> standing = with_labels(no_labels(rates, [1, 2]), rates, [1, 1, 2, 2], [7, 8, 7, 8], [1, 1, 1, 0])
    >>> NotWorthMore(cost=0.01).enough(standing, rates)
    array([ True, False])
    """

    cost: float
    ahead: int = 3

    def __post_init__(self) -> None:
        """Refuse a cost or a number of labels that is none."""
        refuse_costs(cost=self.cost)
        refuse_numbers(ahead=self.ahead)

    def enough(self, standing: Standing, rates: RaterRates) -> BoolArray:
        """Return whether no number of further labels is worth its cost."""
        probability = posterior(standing, rates)
        typical = rates.confusion.mean(axis=0)
        worth = np.zeros(len(standing.units), dtype=np.bool_)
        for number in range(1, self.ahead + 1):
            open_items = np.flatnonzero(~worth)
            gain = value_of_labels(probability[:, open_items].T, typical, number=number)
            worth[open_items] = gain > number * self.cost
        return ~worth


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule, and how many labels an item has at least and at most.

    Attributes
    ----------
    rule : StoppingRule or None
        None asks every item for `most` labels: a fixed overlap.
    least, most : int
        1 or more, and `least` not above `most`.
    """

    rule: StoppingRule | None
    least: int
    most: int

    def __post_init__(self) -> None:
        """Refuse limits that are none."""
        refuse_numbers(least=self.least, most=self.most)
        if self.least > self.most:
            raise OverlapError(f"An item cannot have at least {self.least} and at most {self.most} labels.")


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Which items have enough labels, and what they are taken for.

    Attributes
    ----------
    units : IntArray
        Shape ``(i,)``, ascending.
    stop : BoolArray
        Shape ``(i,)``: the item needs no further label.
    by_rule : BoolArray
        Shape ``(i,)``: the rule holds its labels for enough, and there are at least as many as wanted; audited items
        go on nevertheless.
    consensus : FloatArray
        Shape ``(i,)``: the most probable category; of several, the smallest.
    probability : FloatArray
        Shape ``(i,)``, in ``(0, 1]``: how probable it is.  Dimensionless.
    n_labels : IntArray
        Shape ``(i,)``.
    """

    units: IntArray
    stop: BoolArray
    by_rule: BoolArray
    consensus: FloatArray
    probability: FloatArray
    n_labels: IntArray


@dataclass(frozen=True, slots=True)
class PolicyError:
    """How often a policy's answers are others than those of the full overlap, told from audited items.

    Attributes
    ----------
    share, ci_low, ci_high : float
        In ``[0, 1]``, with Wilson's interval.  Dimensionless.
    n_units : int
        Audited items.
    """

    share: float
    ci_low: float
    ci_high: float
    n_units: int


def decide(policy: Policy, standing: Standing, rates: RaterRates, *, audited: ArrayLike | None = None) -> Decisions:
    """Return which items have enough labels under a policy.

    Parameters
    ----------
    policy
        A rule and its limits.
    standing
        Where the items stand now.
    rates
        What is known of the raters.
    audited
        Shape ``(m,)``, integers: items that are asked up to the limit whatever the rule says; see `audit_sample`.

    Returns
    -------
    Decisions
        For each item of `standing`.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, NoRatingsError
        `audited` is not a column of integers.
    UnknownUnitError
        An audited item is none of the items.

    Examples
    --------
    >>> from rubrica.measure.overlap.standing import no_labels, rates_by_skill, with_labels
    >>> rates = rates_by_skill([7, 8, 9], [90, 90, 60], [100] * 3, [0, 1])
    >>> standing = with_labels(no_labels(rates, [1, 2]), rates, [1, 1, 2, 2], [7, 8, 7, 8], [1, 1, 1, 0])
    >>> found = decide(Policy(SureEnough(0.95), least=2, most=5), standing, rates)
    >>> found.stop, found.consensus, found.probability.round(3)
    (array([ True, False]), array([1., 0.]), array([0.987, 0.5  ]))
    """
    probability = posterior(standing, rates)
    full = standing.n_labels >= policy.most
    by_rule = full if policy.rule is None else policy.rule.enough(standing, rates) & (standing.n_labels >= policy.least)
    stop = full | by_rule
    if audited is not None:
        stop = full | (by_rule & ~_among(standing.units, identities(audited, "audited")))
    return Decisions(
        units=standing.units,
        stop=stop,
        by_rule=by_rule,
        consensus=rates.categories[probability.argmax(axis=0)],
        probability=probability.max(axis=0),
        n_labels=standing.n_labels,
    )


def _among(units: IntArray, audited: IntArray) -> BoolArray:
    unknown = audited[~np.isin(audited, units)]
    if len(unknown) > 0:
        raise UnknownUnitError(f"Audited item {unknown[0]} is none of the {len(units)} items.")
    return np.isin(units, audited)


def audit_sample(units: ArrayLike, share: float, generator: np.random.Generator) -> IntArray:
    """Return a random share of the items, to be asked up to the limit whatever the rule says.

    Parameters
    ----------
    units
        Shape ``(m,)``, integers: the items; repetitions count once.
    share
        In ``(0, 1)``, such as 0.05; one item at least.
    generator
        What the draw is made with.

    Returns
    -------
    IntArray
        Ascending.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, NoRatingsError
        `units` is not a column of integers.
    TargetError
        `share` is not strictly between 0 and 1.

    Examples
    --------
    >>> len(audit_sample(range(1000), 0.05, np.random.default_rng(1)))
    50
    """
    if not 0.0 < share < 1.0:
        raise TargetError(f"share must lie strictly between 0 and 1 (0.05 for 5 %), not {share}.")
    labels = np.unique(identities(units, "units"))
    size = max(1, round(share * len(labels)))
    return np.sort(generator.choice(labels, size, replace=False)).astype(np.int64, copy=False)


def policy_error(stopped: ArrayLike, full: ArrayLike, *, confidence: float = 0.95) -> PolicyError:
    """Return how often the answers of a policy are others than those of the full overlap, from audited items.

    Parameters
    ----------
    stopped, full
        Shape ``(m,)`` each, finite numbers: the category of each audited item where the rule would have stopped, and
        where all its labels were in.
    confidence
        Nominal coverage of the interval, in ``(0, 1)``.

    Returns
    -------
    PolicyError
        In ``[0, 1]``; without bias for all items, when those audited are a random sample.

    Raises
    ------
    ColumnShapeError, NotNumericError, MissingValueError, ValueTooLargeError, NoRatingsError
        The columns are not columns of numbers of one length.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.

    Examples
    --------
    >>> found = policy_error([0, 1, 1, 0], [0, 1, 0, 0])
    >>> found.share, round(found.ci_low, 3), round(found.ci_high, 3)
    (0.25, 0.046, 0.699)
    """
    early, late = numbers(stopped, "stopped"), numbers(full, "full")
    same_length(stopped=early, full=late)
    wrong, number = float(np.count_nonzero(early != late)), float(len(early))
    low, high = wilson_interval(np.array([wrong]), np.array([number]), confidence)
    return PolicyError(wrong / number, float(low[0]), float(high[0]), len(early))
