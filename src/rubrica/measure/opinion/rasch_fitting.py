"""The climb to the maximum of a many-facet Rasch model, and what its curvature there says about the estimates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from rubrica.measure.columns import FloatArray
from rubrica.measure.errors import NoSignalError, NotConvergedError, UnboundedSeverityError
from rubrica.measure.opinion.rasch_likelihood import RaschSums
from rubrica.measure.opinion.rasch_posterior import RaschState, evenly

Pass: TypeAlias = Callable[[RaschState, FloatArray, bool], RaschSums]
"""Runs one pass over all partitions and adds up their sums: `rasch_sums` and `combined_sums`."""

_NEAR: Final = 1e-4
"""Steps below this, in logits, are near enough for the exact curvature, each step along which squares what is left."""

_LONGEST_STEP: Final = 2.0
_SHORTEST_SHARE: Final = 1e-6

_RUNAWAY: Final = 20.0
"""A parameter of so many logits is on its way to infinity: ratings do not show odds of e^20."""

LARGE: Final = 5.0
"""A parameter of so many logits that still moves when the steps allowed are used up is on its way there as well."""

_NO_SPREAD: Final = 0.02
"""Units whose standard deviation falls below this, in logits, do not differ: the likelihood is largest at zero."""

_FLAT: Final = 1e-10
"""A direction with less curvature than this part of the mean is one of which the ratings say nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Where the climb ended.

    Attributes
    ----------
    state : RaschState
        The most likely raters, criteria, thresholds and distribution of units.
    covariance : FloatArray
        Shape ``(p, p)``: of the parameters in the order of `RaschSums`, in squared logits.
    nodes : FloatArray
        Shape ``(q,)``: on which the units were integrated out.
    trace : FloatArray
        Shape ``(iterations + 1,)``: log-likelihood (with a prior, the logarithm of that too, up to a constant) before
        the first and after each step on these nodes.
    log_likelihood : float
        At `state`, without the prior.
    """

    state: RaschState
    covariance: FloatArray
    nodes: FloatArray
    trace: FloatArray
    log_likelihood: float


def first_state(n_raters: int, n_criteria: int, level_counts: FloatArray) -> RaschState:
    """Return the state before the first pass: raters and criteria alike, thresholds from how often levels occur.

    Examples
    --------
    >>> state = first_state(2, 1, np.array([10.0, 10.0, 40.0]))
    >>> round(state.mean, 3), state.thresholds.round(3)
    (0.693, array([ 0.693, -0.693]))
    """
    steps = np.diff(np.log(level_counts))
    return RaschState(
        severity=np.zeros(n_raters),
        difficulty=np.zeros(n_criteria),
        thresholds=steps.mean() - steps,
        mean=float(steps.mean()),
        spread=1.0,
    )


def climbed(
    run: Pass, state: RaschState, *, precision: float = 0.0, most_iterations: int = 200, units_only: bool = False
) -> Fit:
    """Return the maximum of the marginal likelihood, from passes over the ratings.

    Parameters
    ----------
    run
        Runs a pass at a state, on nodes, with exact curvature or not, over all partitions.
    state
        Where to begin: from `first_state`.
    precision
        Of a normal prior of each severity, mean zero; 0 without one.
    most_iterations
        Steps that are allowed.
    units_only
        Leave raters, criteria and thresholds as they are, as known from elsewhere, and fit mean and spread of the
        units; the covariance then is theirs alone.

    Returns
    -------
    Fit
        In logits.

    Raises
    ------
    NoSignalError
        The likelihood is largest where the units do not differ.
    UnboundedSeverityError
        The likelihood grows without end as parameters do, or is flat in some direction.
    NotConvergedError
        `most_iterations` did not suffice.

    Notes
    -----
    Newton's method, along an approximate curvature until near the maximum and along the exact one from there.  A step
    is halved until the likelihood does not fall.  The nodes are laid closer, and the climb goes on, where a unit's
    posterior turns out narrower than their distance.

    Examples
    --------
    >>> from rubrica.measure.opinion.rasch_likelihood import rasch_sums
    >>> from rubrica.measure.opinion.rasch_posterior import facet_ratings
    >>> codes = [0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1]
    >>> columns = np.array([np.repeat(np.arange(7), 2), [0, 1] * 7, [0] * 14, codes])
    >>> ratings = facet_ratings(*columns, n_raters=2, n_criteria=1, n_levels=2)
    >>> run = lambda state, nodes, exact: rasch_sums(ratings, state, nodes, exact=exact)
    >>> fit = climbed(run, first_state(2, 1, np.array([7.0, 7.0])))
    >>> fit.state.severity.round(2), fit.trace[[0, -1]].round(3)
    (array([-0.35,  0.35]), array([-9.636, -9.462]))
    """
    nodes = evenly(0.8 * run(state, evenly(), False).narrowest)
    sums = run(state, nodes, False)
    trace, exact = [_objective(state, sums, precision)], False
    for _ in range(most_iterations):
        step = _step_of_units(sums) if units_only else newton_step(state, sums.gradient, sums.information, precision)
        length = float(np.abs(step).max())
        if exact and length < _NEAR:
            last, here = _ascended(run, state, step, nodes, trace, precision)
            return Fit(
                last, _covariance(state, sums, precision, units_only), nodes, np.array(trace), here.log_likelihood
            )
        state, sums = _ascended(run, state, step, nodes, trace, precision)
        refuse_what_has_no_maximum(state)
        if sums.narrowest < nodes[1] - nodes[0]:
            nodes = evenly(0.8 * sums.narrowest)
            sums = run(state, nodes, False)
            trace, exact = [_objective(state, sums, precision)], False
        elif length < _NEAR or exact:
            exact, sums = True, run(state, nodes, True)
    refuse_what_has_no_maximum(state, bound=LARGE)
    raise NotConvergedError(f"After {most_iterations} steps the estimate still moves. Allow more, or add ratings.")


def _objective(state: RaschState, sums: RaschSums, precision: float) -> float:
    return sums.log_likelihood - precision / 2.0 * float(state.severity @ state.severity)


def _constraints(state: RaschState, size: int) -> FloatArray:
    """Return, as columns, which parameters add up to zero: severities, difficulties and thresholds."""
    n_criteria = len(state.difficulty) if len(state.difficulty) > 1 else 0
    blocks = [block for block in (len(state.severity), n_criteria, len(state.thresholds)) if block]
    columns = np.zeros((size, len(blocks)))
    start = 0
    for column, block in enumerate(blocks):
        columns[start : start + block, column] = 1.0
        start += block
    return columns


def _curvature(state: RaschState, information: FloatArray, precision: float) -> FloatArray:
    """Return the information, filled in the directions that the constraints pin and the ratings leave open."""
    information = information.copy()
    raters = np.arange(len(state.severity))
    information[raters, raters] += precision
    columns = _constraints(state, len(information))
    filled = float(np.diag(information).mean()) * (columns / columns.sum(axis=0)) @ columns.T
    return np.asarray(information + filled, dtype=np.float64)


def newton_step(state: RaschState, gradient: FloatArray, information: FloatArray, precision: float = 0.0) -> FloatArray:
    """Return Newton's step, damped where the information is not that of a maximum.

    Raises
    ------
    UnboundedSeverityError
        No damping makes it so.
    """
    slope = gradient.copy()
    slope[: len(state.severity)] -= precision * state.severity
    curvature = _curvature(state, information, precision)
    for damping in (0.0, 1e-2, 1e-1, 1.0, 10.0, 100.0):
        damped = curvature + damping * np.diag(np.maximum(np.diag(curvature), 1e-3))
        try:
            np.linalg.cholesky(damped)
        except np.linalg.LinAlgError:
            continue
        return np.asarray(np.linalg.solve(damped, slope), dtype=np.float64)
    raise UnboundedSeverityError("The ratings leave some severities without any bound. Add ratings, or give a prior.")


def _step_of_units(sums: RaschSums) -> FloatArray:
    step = np.zeros_like(sums.gradient)
    values, vectors = np.linalg.eigh(sums.information[-2:, -2:])
    # Away from the maximum the curvature may have the wrong sign, and then its size is the better guess.
    step[-2:] = vectors @ ((vectors.T @ sums.gradient[-2:]) / np.maximum(np.abs(values), 1e-3))
    return step


def moved(state: RaschState, step: FloatArray) -> RaschState:
    """Return the state one step further; what has to add up to zero does."""
    n_raters, n_steps = len(state.severity), len(state.thresholds)
    n_criteria = len(step) - n_raters - n_steps - 2
    severity = state.severity + step[:n_raters]
    difficulty = state.difficulty + (step[n_raters : n_raters + n_criteria] if n_criteria else 0.0)
    thresholds = state.thresholds + step[n_raters + n_criteria : -2]
    return RaschState(
        severity=severity - severity.mean(),
        difficulty=difficulty - difficulty.mean(),
        thresholds=thresholds - thresholds.mean(),
        mean=state.mean + float(step[-2]),
        spread=state.spread + float(step[-1]),
    )


def _ascended(
    run: Pass, state: RaschState, step: FloatArray, nodes: FloatArray, trace: list[float], precision: float
) -> tuple[RaschState, RaschSums]:
    """Walk along the step as far as the likelihood does not fall, and note it."""
    share = min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
    if step[-1] < 0.0:
        share = min(share, 0.75 * state.spread / -float(step[-1]))
    while share > _SHORTEST_SHARE:
        further = moved(state, share * step)
        sums = run(further, nodes, False)
        reached = _objective(further, sums, precision)
        if reached >= trace[-1] - 1e-12 * abs(trace[-1]):
            trace.append(reached)
            return further, sums
        share /= 2.0
    raise NotConvergedError("The likelihood does not grow in any direction, yet it is not at its maximum.")


def refuse_what_has_no_maximum(state: RaschState, bound: float = _RUNAWAY) -> None:
    """Refuse a state that no maximum can have, no parameter of one being larger than `bound`.

    Raises
    ------
    NoSignalError
        The units do not differ.
    UnboundedSeverityError
        A parameter is on its way to infinity.
    """
    if state.spread < _NO_SPREAD:
        raise NoSignalError(
            "The units do not differ by more than disagreement explains: the likelihood is largest where all units are "
            "alike, and then nothing measures severity in steps between units. Add units that differ, or ratings."
        )
    largest = max(float(np.abs(part).max()) for part in (state.severity, state.difficulty, state.thresholds))
    if max(largest, abs(state.mean), state.spread) > bound:
        raise UnboundedSeverityError(
            "The likelihood grows without end as some severities, thresholds or differences between units do: the "
            "ratings follow an order that no rating contradicts. Add ratings, merge rare levels, or give a prior."
        )


def _covariance(state: RaschState, sums: RaschSums, precision: float, units_only: bool) -> FloatArray:
    if not units_only:
        return constrained_covariance(state, sums.information, precision)
    covariance = np.zeros_like(sums.information)
    covariance[-2:, -2:] = np.linalg.inv(sums.information[-2:, -2:])
    return covariance


def constrained_covariance(state: RaschState, information: FloatArray, precision: float = 0.0) -> FloatArray:
    """Return the inverse of the information among parameters that add up to zero as they must.

    Parameters
    ----------
    state
        Tells how many severities, difficulties and thresholds there are, which come first in this order.
    information
        Shape ``(p, p)``.
    precision
        Of the prior of each severity.

    Returns
    -------
    FloatArray
        Shape ``(p, p)``, in squared logits.

    Raises
    ------
    UnboundedSeverityError
        The information is none in some direction.

    Examples
    --------
    >>> state = RaschState(np.zeros(2), np.zeros(1), np.zeros(1), 0.0, 1.0)
    >>> constrained_covariance(state, np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])).round(2) + 0.0
    array([[ 0.25, -0.25,  0.  ],
           [-0.25,  0.25,  0.  ],
           [ 0.  ,  0.  ,  0.  ]])
    """
    curvature = _curvature(state, information, precision)
    weakest = float(np.linalg.eigvalsh(curvature)[0])
    if weakest <= _FLAT * float(np.diag(curvature).mean()):
        raise UnboundedSeverityError(
            "The likelihood is flat in some direction: the ratings do not tell some severities, criteria or thresholds "
            "from each other. Add ratings that connect them, or give a prior."
        )
    inverse = np.linalg.inv(curvature)
    pinned = inverse @ _constraints(state, len(curvature))
    held = np.linalg.solve(_constraints(state, len(curvature)).T @ pinned, pinned.T)
    return np.asarray(inverse - pinned @ held, dtype=np.float64)
