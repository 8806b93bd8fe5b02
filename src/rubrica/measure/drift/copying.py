"""Do two raters agree more often than raters who do not know of each other? Signs of copied answers.

Agreement on the right answer is no sign, and agreement on a wrong one may be a sign of a hard unit.  What counts is
agreement beyond that of two raters with these error rates, and beyond what all other pairs show of it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.agreement.tallies import refuse_repeated_ratings
from rubrica.measure.columns import FloatArray, IntArray, identities, numbered, numbers, same_length, summed
from rubrica.measure.consensus.dawid_skene import DawidSkene
from rubrica.measure.drift.false_discovery import benjamini_hochberg
from rubrica.measure.errors import NoPairableUnitsError, OffTheScaleError, UnknownRaterError, UnknownUnitError

_FEWEST_PAIRS: Final = 20
"""With fewer pairs of raters there is no telling how pairs usually are."""

_QUARTILE: Final = 0.6744897501960817
"""Of the standard normal distribution: half of its absolute values are smaller."""


@dataclass(frozen=True, slots=True, eq=False)
class Copying:
    """How often pairs of raters agree, and how often independent ones would.

    Attributes
    ----------
    first, second : IntArray
        Shape ``(p,)`` each: the raters of each pair with enough common units, the smaller one first, ascending.
    n_units : IntArray
        Shape ``(p,)``: units both rated.
    observed, expected : FloatArray
        Shape ``(p,)`` each, in ``[0, 1]``: share of those units on which they agree, and would by their error rates.
    score : FloatArray
        Shape ``(p,)``: the excess in standard deviations, less `centre` and divided by `spread`.
    p_value, adjusted : FloatArray
        Shape ``(p,)`` each, in ``[0, 1]``: of so large a score, and the same as a false discovery rate.
    centre, spread : float
        Median of all pairs' excess, at least 0, and how many times as widely it spreads as independence makes it, at
        least 1; 0 and 1 where there are too few pairs to tell.
    left_out : int
        Pairs with fewer common units than asked for.
    """

    first: IntArray
    second: IntArray
    n_units: IntArray
    observed: FloatArray
    expected: FloatArray
    score: FloatArray
    p_value: FloatArray
    adjusted: FloatArray
    centre: float
    spread: float
    left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Pairs of raters, their common units, on how many of them they agree, and the units' categories added up."""

    one: IntArray
    other: IntArray
    n_units: IntArray
    agreeing: FloatArray
    categories: FloatArray


def copying(units: ArrayLike, raters: ArrayLike, values: ArrayLike, model: DawidSkene, *, fewest: int = 10) -> Copying:
    """Return which pairs of raters agree more often than independent raters with their error rates would.

    Parameters
    ----------
    units, raters
        Shape ``(n,)`` each, integers: the unit and the rater of each rating, each rater once per unit.
    values
        Shape ``(n,)``, finite numbers at the nominal level.
    model
        What ``rubrica.measure.consensus.dawid_skene.dawid_skene`` found in these ratings.
    fewest
        Common units that a pair must have, from 1 upward.

    Returns
    -------
    Copying
        A row for each pair with enough common units.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units` or `raters` does not hold integers, or `values` does not hold finite numbers.
    NoRatingsError
        There are no ratings.
    RepeatedRatingError
        A rater rated a unit twice.
    UnknownUnitError, UnknownRaterError, OffTheScaleError
        A unit, a rater or a value is not in the model.
    NoPairableUnitsError
        No two raters have so many units in common.

    Notes
    -----
    On a unit of category j two independent raters agree with probability a_j = sum_k pi_jk pi'_jk; the expected share
    is the mean of a_j over the common units, with the model's probabilities of their categories.  The excess is the
    difference in standard deviations, sqrt(n a (1 - a)), with half a unit's correction.

    Raters err together on hard units without knowing of each other, which shows as excess of *all* pairs.  Where there
    are 20 pairs or more, the excess is therefore held against theirs, its median (if positive) and its median absolute
    deviation (Efron 2004), so that p says how unusual the pair is among these raters.  That supposes that most pairs do
    not copy.  In four real crowds 0.03 to 0.06 of all pairs had a p-value of 0.05 or less, and 0.03 to 0.13 without
    that step.  The p-value is that of a normal distribution: with few common units it is a rough one.

    Two raters who both always give the same answer expect to agree, and do not stand out: see
    ``rubrica.measure.drift.spam.spammer_score``.  The model itself takes copied answers for evidence, so that copying
    by many hides: look at the largest scores, remove one of the two, and look again.

    References
    ----------
    Dawid, A. P., & Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates using the EM algorithm.
    Journal of the Royal Statistical Society: Series C, 28(1), 20-28. doi:10.2307/2346806

    Efron, B. (2004). Large-scale simultaneous hypothesis testing: The choice of a null hypothesis. Journal of the
    American Statistical Association, 99(465), 96-104. doi:10.1198/016214504000000089

    Wollack, J. A. (1997). A nominal response model approach for detecting answer copying. Applied Psychological
    Measurement, 21(4), 307-320. doi:10.1177/01466216970214002 (agreement beyond that of independent examinees)

    Examples
    --------
    Eight raters answer 60 questions with three answers, rightly in three of five cases; rater 8 copies from rater 7:

    >>> from rubrica.measure.consensus.dawid_skene import dawid_skene
    >>> random = np.random.default_rng(5)
    >>> unit, rater = np.repeat(np.arange(60), 8), np.tile(np.arange(1, 9), 60)
    >>> truth = random.integers(0, 3, 60)
    >>> value = np.where(random.random(480) < 0.6, truth[unit], random.integers(0, 3, 480))
    >>> value[rater == 8] = value[rater == 7]
    >>> found = copying(unit, rater, value, dawid_skene(unit, rater, value))
    >>> pair = np.argmin(found.p_value)
    >>> int(found.first[pair]), int(found.second[pair]), bool(found.adjusted[pair] < 0.01)
    (7, 8, True)
    """
    # Slow import: half a second and 30 MiB that a server should not spend at its start.
    from scipy.special import ndtr  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]

    unit, rater, value = identities(units, "units"), identities(raters, "raters"), numbers(values, "values")
    same_length(units=unit, raters=rater, values=value)
    refuse_repeated_ratings(unit, rater)
    pairs, left_out = _pairs(unit, rater, value, model, max(fewest, 1))
    alike = np.einsum("pjk,pjk->pj", model.confusion[pairs.one], model.confusion[pairs.other])
    expected = np.clip((alike * pairs.categories).sum(axis=1) / pairs.n_units, 1e-12, 1.0 - 1e-12)
    excess = pairs.agreeing - expected * pairs.n_units
    excess -= np.sign(excess) * np.minimum(0.5, np.abs(excess))
    score = excess / np.sqrt(pairs.n_units * expected * (1.0 - expected))
    centre, spread = _usual(score)
    score = (score - centre) / spread
    p_value = np.asarray(ndtr(-score), dtype=np.float64)
    labels = model.raters.raters
    return Copying(
        first=labels[pairs.one],
        second=labels[pairs.other],
        n_units=pairs.n_units,
        observed=pairs.agreeing / pairs.n_units,
        expected=expected,
        score=score,
        p_value=p_value,
        adjusted=benjamini_hochberg(p_value),
        centre=centre,
        spread=spread,
        left_out=left_out,
    )


def _usual(score: FloatArray) -> tuple[float, float]:
    if len(score) < _FEWEST_PAIRS:
        return 0.0, 1.0
    centre = max(0.0, float(np.median(score)))
    return centre, max(1.0, float(np.median(np.abs(score - centre))) / _QUARTILE)


def _positions(known: FloatArray | IntArray, column: FloatArray | IntArray, refused: Exception) -> IntArray:
    position = np.minimum(np.searchsorted(known, column), len(known) - 1)
    if np.any(known[position] != column):
        raise refused
    return position.astype(np.int64, copy=False)


def _pairs(unit: IntArray, rater: IntArray, value: FloatArray, model: DawidSkene, fewest: int) -> tuple[_Pairs, int]:
    """Return the pairs with enough common units, and how many have fewer."""
    consensus, labels = model.consensus, model.raters.raters
    place = _positions(consensus.units, unit, UnknownUnitError("A unit is not one of those of the model."))
    who = _positions(labels, rater, UnknownRaterError("A rater is not one of those of the model."))
    code = _positions(consensus.categories, value, OffTheScaleError("A value is none of the model's categories."))
    order = np.lexsort((who, place))
    place, who, code = place[order], who[order], code[order]
    parts: list[tuple[IntArray, IntArray, IntArray]] = []
    earlier, step = np.arange(len(place)), 0
    while True:
        step += 1
        earlier = earlier[earlier + step < len(place)]
        earlier = earlier[place[earlier] == place[earlier + step]]
        if len(earlier) == 0:
            break
        key = who[earlier] * len(labels) + who[earlier + step]
        parts.append((key, place[earlier], (code[earlier] == code[earlier + step]).astype(np.int64)))
    return _gathered(parts, consensus.posterior, len(labels), fewest)


def _gathered(
    parts: list[tuple[IntArray, IntArray, IntArray]], posterior: FloatArray, n_raters: int, fewest: int
) -> tuple[_Pairs, int]:
    if not parts:
        raise NoPairableUnitsError("No unit was rated by two raters, so none of them agree or disagree.")
    key, place = (np.concatenate([part[column] for part in parts]) for column in (0, 1))
    agree = np.concatenate([part[2] for part in parts]).astype(np.float64)
    keys, index = numbered(key)
    number = np.bincount(index)
    enough = number >= fewest
    if not enough.any():
        raise NoPairableUnitsError(f"No two raters have {fewest} units in common; the most is {number.max()}.")
    categories = np.stack([summed(index, share, len(keys)) for share in posterior[place].T], axis=1)
    return _Pairs(
        one=keys[enough] // n_raters,
        other=keys[enough] % n_raters,
        n_units=number[enough],
        agreeing=summed(index, agree, len(keys))[enough],
        categories=categories[enough],
    ), int(np.count_nonzero(~enough))
