"""How many raters does it take? Decision studies on the components of a generalisability study.

A generalisability study says where ratings differ; a decision study says how good means over so many raters would be,
how many raters a target takes, and, criterion by criterion, whether units, raters or their disagreement make up the
differences.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import ceil, exp, log
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import BoolArray, FloatArray, identities, numbered, numbers, same_length
from rubrica.measure.errors import FacetError, MeasureError, NoIntervalError, NoSignalError, TargetError
from rubrica.measure.intervals import checked_confidence, t_quantile
from rubrica.measure.variance.components import (
    VarianceComponents,
    jackknife_reach,
    ratio_or_none,
    refuse_unknown_facets,
    variance_components,
)

_ROUNDING: Final = 1e-12
"""Relative slack in rounding a number of raters up."""

_SMALLEST_RATIO: Final = 0.01
"""A hundredth of a rater is as good as none; its logarithm exists."""

_MOST_RATERS: Final = 1e6
"""A number of raters beyond this is no answer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How good a mean over so many raters, and levels of other facets, would be.

    Attributes
    ----------
    generalisability, generalisability_low, generalisability_high : float
        In ``[0, 1]``: share of the variance of such means that is the units', when units are only compared with each
        other and all are rated by the same raters.  Dimensionless.
    dependability, dependability_low, dependability_high : float
        In ``[0, 1]``: the same when the mean itself counts, or units are rated by different raters.  Dimensionless.
    relative_error, absolute_error : float
        Standard error of such a mean in scale points, for either use.
    """

    generalisability: float
    generalisability_low: float
    generalisability_high: float
    dependability: float
    dependability_low: float
    dependability_high: float
    relative_error: float
    absolute_error: float


@dataclass(frozen=True, slots=True)
class RatersNeeded:
    """How many raters a unit needs.

    Attributes
    ----------
    raters : int
        The smallest number that reaches the target, at least 1.
    ci_low, ci_high : int
        Interval of that number.
    """

    raters: int
    ci_low: int
    ci_high: int


@dataclass(frozen=True, slots=True, eq=False)
class CriterionVariance:
    """Where the ratings by one criterion differ.

    Attributes
    ----------
    criterion : int
        The criterion.
    components : VarianceComponents
        Of unit, rater, and unit and rater together.
    raters_needed : RatersNeeded or None
        For the dependability asked for; None where `reason` says why there is none.
    reason : str
        Empty where there is a number of raters.
    """

    criterion: int
    components: VarianceComponents
    raters_needed: RatersNeeded | None
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class CriterionReport:
    """Where ratings differ, criterion by criterion.

    Attributes
    ----------
    criteria : tuple of CriterionVariance
        Ascending.
    left_out : tuple of (int, str)
        Criteria whose ratings do not determine the components, ascending, each with the reason.
    """

    criteria: tuple[CriterionVariance, ...]
    left_out: tuple[tuple[int, str], ...]


def d_study(
    components: VarianceComponents,
    levels: Mapping[str, int],
    *,
    objects: str = "unit",
    fixed: Collection[str] = (),
) -> Decision:
    """Return how good means over so many raters, and levels of other facets, would be.

    Parameters
    ----------
    components
        Of a study on the same kind of units and raters.
    levels
        For each facet but `objects` over how many of its levels each mean goes: ``{"rater": 5}``.  Of a nested facet
        how many there are in each level of its host.
    objects
        The facet whose levels are to be told apart.
    fixed
        Facets whose levels do not stand for others: a mean over the three criteria of a rubric means these criteria.

    Returns
    -------
    Decision
        Coefficients in ``[0, 1]``, errors in scale points.  Intervals of the confidence, and over the facets, of
        `components`.

    Raises
    ------
    FacetError
        `objects`, or a name in `levels` or `fixed`, is not a facet of the study, or `levels` lacks one.
    TargetError
        A number in `levels` is below 1.
    NoSignalError
        The component of `objects` is not positive.

    Notes
    -----
    With components counted as none where negative, the universe variance is that of the objects; the relative error
    is the sum of all components that involve the objects and something else, each over the number of levels it is
    averaged over; the absolute error adds the components without the objects.  Generalisability is universe / (universe
    + relative), dependability universe / (universe + absolute).  What involves the objects and fixed facets alone
    counts to the universe, and what involves fixed facets alone is no error.

    References
    ----------
    Brennan, R. L. (2001). Generalizability theory. Springer, chapter 4. doi:10.1007/978-1-4757-3456-0

    Examples
    --------
    >>> unit, rater = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], [1, 2, 3] * 4
    >>> study = variance_components({"unit": unit, "rater": rater}, [4, 4, 3, 2, 3, 1, 5, 5, 3, 3, 3, 2])
    >>> found = d_study(study, {"rater": 2})
    >>> round(found.generalisability, 3), round(found.dependability, 3), round(found.absolute_error, 3)
    (0.937, 0.733, 0.612)
    """
    roles = _roles(components, levels, objects, fixed)
    _refuse_no_signal(components, roles, objects)
    estimate = _coefficients(components.variance, roles)
    replicates = tuple(_coefficients(each, roles) for each in components.replicates)
    reach = jackknife_reach(replicates, components.confidence)
    low, high = np.maximum(estimate - reach, 0.0), np.minimum(estimate + reach, 1.0)
    _, relative, severity = roles @ np.maximum(components.variance, 0.0)
    return Decision(
        generalisability=float(estimate[0]),
        generalisability_low=float(low[0]),
        generalisability_high=float(high[0]),
        dependability=float(estimate[1]),
        dependability_low=float(low[1]),
        dependability_high=float(high[1]),
        relative_error=float(np.sqrt(relative)),
        absolute_error=float(np.sqrt(relative + severity)),
    )


def _roles(
    components: VarianceComponents, levels: Mapping[str, int], objects: str, fixed: Collection[str]
) -> FloatArray:
    """Return by how much each component counts to the universe, the relative error, and what the absolute adds."""
    known = components.facets[-1]
    refuse_unknown_facets((objects, *levels, *fixed), known)
    for name in known:
        if name != objects and name not in levels:
            raise FacetError(f"levels does not say over how many levels of {name!r} a mean goes.")
    for name, count in levels.items():
        if count < 1:
            raise TargetError(f"A mean goes over one level of {name!r} at least, not {count}.")
    roles = np.zeros((3, len(components.facets)))
    for position, names in enumerate(components.facets):
        others = set(names) - {objects}
        weight = 1.0 / float(np.prod([levels[name] for name in others]))
        if others <= set(fixed):
            # The objects themselves, what they have with fixed facets alone, and fixed facets alone: no error.
            roles[0, position] = weight if objects in names else 0.0
        else:
            roles[1 if objects in names else 2, position] = weight
    return roles


def _refuse_no_signal(components: VarianceComponents, roles: FloatArray, objects: str) -> None:
    if float(roles[0] @ np.maximum(components.variance, 0.0)) <= 0.0:
        raise NoSignalError(
            f"The levels of {objects!r} do not differ by more than the other effects explain, so no number of raters "
            "tells them apart."
        )


def _coefficients(variance: FloatArray, roles: FloatArray) -> FloatArray:
    """Return generalisability and dependability along the last axis."""
    parts = np.maximum(variance, 0.0) @ roles.T
    universe = parts[..., :1]
    return ratio_or_none(np.concatenate((universe, universe), axis=-1), np.cumsum(parts, axis=-1)[..., 1:])


def raters_for_dependability(
    components: VarianceComponents,
    target: float,
    *,
    levels: Mapping[str, int] | None = None,
    objects: str = "unit",
    raters: str = "rater",
    fixed: Collection[str] = (),
    relative: bool = False,
) -> RatersNeeded:
    """Return how many raters a unit needs for its mean to be as dependable as wanted.

    Parameters
    ----------
    components
        Of a study on the same kind of units and raters.
    target
        The dependability wanted, in ``(0, 1)``, such as 0.8.
    levels
        For each facet but `objects` and `raters` over how many of its levels each mean goes.
    objects, raters
        The facet to be told apart, and the one to take more levels of.
    fixed
        Facets whose levels do not stand for others.
    relative
        Whether `target` is a generalisability instead: all units are rated by the same raters and only compared.

    Returns
    -------
    RatersNeeded
        Ratings of each unit, by different raters.

    Raises
    ------
    FacetError
        `objects`, `raters`, or a name in `levels` or `fixed`, is not a facet of the study; `levels` lacks one; or
        `raters` are fixed.
    TargetError
        `target` is not strictly between 0 and 1, or no number of raters reaches it.
    NoSignalError
        The component of `objects` is not positive.
    NoIntervalError
        Without one level or another no number of raters would reach the target, or a million would not.

    Notes
    -----
    The smallest n with universe / (universe + a + b / n) at least `target`, where b is the error that one rater makes
    and a what more raters do not reduce.  The interval is Student's t around the jackknife of ln n.

    Examples
    --------
    >>> unit, rater = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], [1, 2, 3] * 4
    >>> study = variance_components({"unit": unit, "rater": rater}, [4, 4, 3, 2, 3, 1, 5, 5, 3, 3, 3, 2])
    >>> raters_for_dependability(study, 0.8).raters
    3
    >>> raters_for_dependability(study, 0.8, relative=True).raters
    1
    """
    if not 0.0 < target < 1.0:
        raise TargetError(f"target must lie strictly between 0 and 1, not {target}.")
    roles, lasting = _roles_for(components, levels or {}, objects, raters, fixed)
    _refuse_no_signal(components, roles, objects)
    error = roles[1] if relative else roles[1] + roles[2]
    allowed = roles[0] * (1.0 - target) / target - error * lasting
    return _needed(components, lambda variance: (variance @ (error * ~lasting), variance @ allowed))


def raters_for_precision(
    components: VarianceComponents,
    half_width: float,
    *,
    confidence: float = 0.95,
    levels: Mapping[str, int] | None = None,
    objects: str = "unit",
    raters: str = "rater",
    fixed: Collection[str] = (),
    relative: bool = False,
) -> RatersNeeded:
    """Return how many raters a unit needs for the interval of its mean to be as narrow as wanted.

    Parameters
    ----------
    components
        Of a study on the same kind of units and raters.
    half_width
        How far the interval of a mean may reach to either side, in scale points, positive.
    confidence
        Nominal coverage of that interval, in ``(0, 1)``.
    levels
        For each facet but `objects` and `raters` over how many of its levels each mean goes.
    objects, raters
        The facet to be told apart, and the one to take more levels of.
    fixed
        Facets whose levels do not stand for others.
    relative
        Whether units are only compared with each other and all rated by the same raters, so that severity cancels.

    Returns
    -------
    RatersNeeded
        Ratings of each unit, by different raters.

    Raises
    ------
    FacetError
        `objects`, `raters`, or a name in `levels` or `fixed`, is not a facet of the study; `levels` lacks one; or
        `raters` are fixed.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    TargetError
        `half_width` is not positive, or no number of raters reaches it.
    NoIntervalError
        Without one level or another no number of raters would reach the target, or a million would not.

    Notes
    -----
    The smallest n with z sqrt(a + b / n) at most `half_width`, where b is the error variance of one rater and a what
    more raters do not reduce.

    Examples
    --------
    >>> unit, rater = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], [1, 2, 3] * 4
    >>> study = variance_components({"unit": unit, "rater": rater}, [4, 4, 3, 2, 3, 1, 5, 5, 3, 3, 3, 2])
    >>> raters_for_precision(study, 0.5).raters
    12
    """
    if not half_width > 0.0:
        raise TargetError(f"half_width must be positive, not {half_width}.")
    z = float(t_quantile(np.array([np.inf]), confidence)[0])
    roles, lasting = _roles_for(components, levels or {}, objects, raters, fixed)
    error = roles[1] if relative else roles[1] + roles[2]
    permitted = (half_width / z) ** 2
    return _needed(
        components, lambda variance: (variance @ (error * ~lasting), permitted - variance @ (error * lasting))
    )


def _roles_for(
    components: VarianceComponents, levels: Mapping[str, int], objects: str, raters: str, fixed: Collection[str]
) -> tuple[FloatArray, BoolArray]:
    """Return the roles of the components for one rater, and which of them more raters do not reduce."""
    if raters in fixed or raters == objects:
        raise FacetError(f"The facet {raters!r} cannot be both what there is more of and what is kept.")
    roles = _roles(components, {**levels, raters: 1}, objects, fixed)
    return roles, np.array([raters not in names for names in components.facets])


def _needed(
    components: VarianceComponents, errors: Callable[[FloatArray], tuple[FloatArray, FloatArray]]
) -> RatersNeeded:
    """Divide the error that one rater makes by the error that is allowed."""
    one_rater, allowed = errors(np.maximum(components.variance, 0.0))
    if allowed <= 0.0:
        raise TargetError("No number of raters reaches the target; what more raters do not reduce is too large.")
    ratio = max(float(one_rater / allowed), _SMALLEST_RATIO)
    needed = _whole(ratio)
    logarithms: list[FloatArray] = []
    for replicate in components.replicates:
        one_rater, allowed = errors(np.maximum(replicate, 0.0))
        if allowed.min() <= 0.0:
            raise NoIntervalError(
                f"{needed} raters are needed, but the number has no interval: without one or another of the units or "
                "raters of the study no number would do.",
                estimate=float(needed),
            )
        logarithms.append(np.log(np.maximum(one_rater / allowed, _SMALLEST_RATIO)))
    reach = float(jackknife_reach([each[:, None] for each in logarithms], components.confidence)[0])
    if log(ratio) + reach > log(_MOST_RATERS):
        raise NoIntervalError(
            f"{needed} raters are needed, but the number has no interval: it could well be more than a million.",
            estimate=float(needed),
        )
    return RatersNeeded(raters=needed, ci_low=_whole(ratio * exp(-reach)), ci_high=_whole(ratio * exp(reach)))


def _whole(ratio: float) -> int:
    return max(1, ceil(ratio * (1.0 - _ROUNDING)))


def criterion_report(
    units: ArrayLike,
    raters: ArrayLike,
    criteria: ArrayLike,
    values: ArrayLike,
    *,
    dependability: float = 0.8,
    confidence: float = 0.95,
) -> CriterionReport:
    """Return, for each criterion, what part of the differences is the units', the raters', and neither's.

    Parameters
    ----------
    units, raters, criteria
        Shape ``(n,)`` each, integers: the unit, the rater and the criterion of each rating.
    values
        Shape ``(n,)``, finite numbers at the interval level.
    dependability
        What the mean of a unit is to reach, in ``(0, 1)``.
    confidence
        Nominal coverage of each interval, in ``(0, 1)``.

    Returns
    -------
    CriterionReport
        Components, shares and the raters needed, by criterion; criteria that do not determine them in ``left_out``.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `units`, `raters` or `criteria` does not hold integers, or `values` does not hold finite numbers.
    ConfidenceError
        `confidence` is not strictly between 0 and 1.
    TargetError
        `dependability` is not strictly between 0 and 1.
    NoRatingsError
        There are no ratings.

    Notes
    -----
    A large share of the rater: raters agree on the order and differ in severity, which anchors and a round of
    calibration reduce.  A large share of unit × rater: raters read the criterion in different ways, or it asks
    for a finer judgement than they can repeat; repeated ratings of the same raters (`variance_components` with
    ``retest``) tell which.  A small share of the unit under a large overall agreement: the units hardly differ.

    Examples
    --------
    >>> unit, rater = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4] * 2, [1, 2, 3] * 8
    >>> sharpness, beauty = [4, 4, 3, 2, 3, 1, 5, 5, 3, 3, 3, 2], [4, 2, 3, 4, 2, 1, 2, 3, 4, 3, 5, 2]
    >>> report = criterion_report(unit, rater, [1] * 12 + [2] * 12, sharpness + beauty)
    >>> [found.components.share.round(2).tolist() for found in report.criteria]
    [[0.58, 0.34, 0.08], [0.0, 0.0, 1.0]]
    >>> report.criteria[0].raters_needed.raters, report.criteria[1].raters_needed
    (3, None)
    """
    checked_confidence(confidence)
    if not 0.0 < dependability < 1.0:
        raise TargetError(f"dependability must lie strictly between 0 and 1, not {dependability}.")
    unit, rater = identities(units, "units"), identities(raters, "raters")
    criterion, value = identities(criteria, "criteria"), numbers(values, "values")
    same_length(units=unit, raters=rater, criteria=criterion, values=value)
    labels, index = numbered(criterion)
    found: list[CriterionVariance] = []
    left_out: list[tuple[int, str]] = []
    for position, label in enumerate(labels.tolist()):
        rows = index == position
        try:
            components = variance_components(
                {"unit": unit[rows], "rater": rater[rows]}, value[rows], confidence=confidence
            )
        except MeasureError as reason:
            left_out.append((label, str(reason)))
        else:
            found.append(_criterion(label, components, dependability))
    return CriterionReport(criteria=tuple(found), left_out=tuple(left_out))


def _criterion(label: int, components: VarianceComponents, dependability: float) -> CriterionVariance:
    try:
        needed = raters_for_dependability(components, dependability)
    except MeasureError as reason:
        return CriterionVariance(criterion=label, components=components, raters_needed=None, reason=str(reason))
    return CriterionVariance(criterion=label, components=components, raters_needed=needed, reason="")
