"""What does a control chart follow? Averages that forget, and sums of what exceeds a reference value.

Both turn a rater's residuals, standardised and in the order of time, into a statistic that lies near 0 while nothing
changes; ``rubrica.measure.drift.control_limits`` says how far from 0 is far.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final, TypeAlias

import numpy as np

from rubrica.measure.columns import FloatArray
from rubrica.measure.errors import ControlChartError

_SMALLEST_WEIGHT: Final = 0.001
_LARGEST_REFERENCE: Final = 100.0


@dataclass(frozen=True, slots=True)
class Ewma:
    """Exponentially weighted moving average: the mean of the residuals, the last weighing most.

    Attributes
    ----------
    weight : float
        Of the newest residual, from 0.001 to 1; 1 looks at each residual alone.  Small ones see small changes.
    """

    weight: float = 0.2

    def statistic(self, residuals: FloatArray) -> FloatArray:
        """Return the average after each residual, divided by its standard deviation in the long run.

        Parameters
        ----------
        residuals
            Shape ``(..., t)``, standardised, in the order of time.

        Returns
        -------
        FloatArray
            Shape ``(..., t)``; dimensionless.

        Examples
        --------
        >>> (Ewma(weight=0.5).statistic(np.array([1.0, 0.0, 0.0])) / 3.0**0.5).round(3)
        array([0.5  , 0.25 , 0.125])
        """
        average = residuals * (checked_weight(self.weight) / long_run_deviation(self.weight))
        # Twice as many residuals in each round: a sum of products without a loop over time.
        reach, left = 1, 1.0 - self.weight
        while reach < residuals.shape[-1] and left > 0.0:
            average[..., reach:] += left * average[..., :-reach].copy()
            reach, left = 2 * reach, left * left
        return average


@dataclass(frozen=True, slots=True)
class Cusum:
    """Cumulative sums of what exceeds a reference value, one for each direction.

    Attributes
    ----------
    reference : float
        Half of the change to be seen soonest, in standard deviations; from 0 upward.
    """

    reference: float = 0.5

    def statistic(self, residuals: FloatArray) -> FloatArray:
        """Return the larger of the two sums after each residual, negative where it is the downward one.

        Parameters
        ----------
        residuals
            Shape ``(..., t)``, standardised, in the order of time.

        Returns
        -------
        FloatArray
            Shape ``(..., t)``, in standard deviations of a residual.

        Examples
        --------
        >>> Cusum(reference=0.5).statistic(np.array([1.0, 1.0, -3.0]))
        array([ 0.5,  1. , -2.5])
        """
        path = np.cumsum(residuals, axis=-1)
        expected: FloatArray = checked_reference(self.reference) * np.arange(1.0, residuals.shape[-1] + 1.0)
        up, down = _above_lowest(path - expected), _above_lowest(-path - expected)
        return np.where(up >= down, up, -down)


Chart: TypeAlias = Ewma | Cusum


def checked_weight(weight: float) -> float:
    """Return the weight of an average if it is one.

    Raises
    ------
    ControlChartError
        It is not.

    Examples
    --------
    >>> checked_weight(0.2)
    0.2
    """
    if not _SMALLEST_WEIGHT <= weight <= 1.0:
        raise ControlChartError(f"The weight of the newest rating must lie between 0.001 and 1, not {weight}.")
    return weight


def checked_reference(reference: float) -> float:
    """Return the reference value of a sum if it is one.

    Raises
    ------
    ControlChartError
        It is not.

    Examples
    --------
    >>> checked_reference(0.5)
    0.5
    """
    if not 0.0 <= reference <= _LARGEST_REFERENCE:
        raise ControlChartError(f"The reference value of a sum must lie between 0 and 100, not {reference}.")
    return reference


def long_run_deviation(weight: float) -> float:
    """Return the standard deviation that an average of standardised residuals has in the long run.

    Examples
    --------
    >>> long_run_deviation(1.0), round(long_run_deviation(0.2), 4)
    (1.0, 0.3333)
    """
    return sqrt(weight / (2.0 - weight))


def _above_lowest(path: FloatArray) -> FloatArray:
    """Return how far a path lies above the lowest point so far, its beginning at 0 among them."""
    lowest = np.minimum.accumulate(path, axis=-1)
    np.minimum(lowest, 0.0, out=lowest)
    return np.subtract(path, lowest, out=lowest)
