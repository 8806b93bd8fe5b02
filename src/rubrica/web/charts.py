"""Pictures of numbers as plain values that a template writes as SVG: no script, no inline style.

Positions are text, since a template would write a float in the reader's language.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log2
from statistics import median
from typing import Final

from rubrica.domain.verdict import Band
from rubrica.usecases.reports import AlphaEstimate, Drift, Estimate, Heatmap

WIDTH: Final = 240
_LOWEST_ALPHA: Final = -0.2
_FAINTEST: Final = 0.04
_EVENLY_WARM: Final = 0.9
_BIAS_REACH: Final = (0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis, and what it says."""

    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the axis that means something."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A dot with its interval on an axis; without an interval, a dot alone."""

    dot: str
    low: str
    high: str
    zones: tuple[Zone, ...]
    ticks: tuple[Tick, ...]
    zero: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One warm cell of a heatmap; positions are columns and rows, ``opacity`` is the share of the warmest."""

    x: int
    y: int
    opacity: str


class _Axis:
    """Numbers from ``low`` to ``high`` as positions from 0 to ``WIDTH``; what lies outside stands at the edge."""

    def __init__(self, low: float, high: float) -> None:
        self._low = low
        self._high = high

    def at(self, value: float) -> float:
        """Return the position of a number."""
        inside = min(max(value, self._low), self._high)
        return WIDTH * (inside - self._low) / (self._high - self._low)

    def text(self, value: float) -> str:
        """Return the position as SVG has it."""
        return f"{self.at(value):.1f}"

    def zone(self, kind: str, low: float, high: float) -> Zone:
        """Return the stretch between two numbers."""
        return Zone(kind, self.text(low), f"{self.at(high) - self.at(low):.1f}")

    def ticks(self, *values: float) -> tuple[Tick, ...]:
        """Return labelled places."""
        return tuple(Tick(self.text(value), f"{value:g}".replace("-", "\u2212")) for value in values)


def alpha_chart(alpha: AlphaEstimate | None, band: Band) -> Interval | None:
    """Return alpha with its interval on the band for its kind of question."""
    if alpha is None:
        return None
    axis = _Axis(_LOWEST_ALPHA, 1.0)
    return Interval(
        axis.text(alpha.value),
        axis.text(alpha.ci_low),
        axis.text(alpha.ci_high),
        _zones(axis, band, _LOWEST_ALPHA),
        axis.ticks(0, 0.5, 1),
    )


def same_side_chart(share: float | None, band: Band) -> Interval | None:
    """Return the share of rater pairs that prefer the same side, on its band. Half is what chance gives."""
    if share is None:
        return None
    axis = _Axis(0.4, 1.0)
    dot = axis.text(share)
    return Interval(dot, dot, dot, _zones(axis, band, 0.4), axis.ticks(0.5, 1))


def _zones(axis: _Axis, band: Band, lowest: float) -> tuple[Zone, ...]:
    return (
        axis.zone("bad", lowest, band.look_below),
        axis.zone("watch", band.look_below, band.healthy_from),
        axis.zone("good", band.healthy_from, 1.0),
    )


def rate_chart(rate: Estimate | None) -> Interval | None:
    """Return a share with its interval, on an axis whose middle is chance."""
    if rate is None:
        return None
    axis = _Axis(0.0, 1.0)
    return Interval(
        axis.text(rate.value),
        axis.text(rate.ci_low),
        axis.text(rate.ci_high),
        (),
        axis.ticks(0, 0.5, 1),
        zero=axis.text(0.5),
    )


def bias_reach(biases: Iterable[Estimate | None]) -> float:
    """Return how far the axis of biases reaches to either side, the same for all raters so that eyes can compare."""
    estimates = [bias for bias in biases if bias is not None]
    furthest = max((max(abs(estimate.ci_low), abs(estimate.ci_high)) for estimate in estimates), default=0.0)
    return next((reach for reach in _BIAS_REACH if furthest <= reach), _BIAS_REACH[-1])


def bias_chart(bias: Estimate | None, reach: float) -> Interval | None:
    """Return a bias with its interval around nought."""
    if bias is None:
        return None
    axis = _Axis(-reach, reach)
    return Interval(axis.text(bias.value), axis.text(bias.ci_low), axis.text(bias.ci_high), (), (), zero=axis.text(0.0))


def spread_chart(spread: Estimate | None) -> Interval | None:
    """Return a ratio of spreads with its interval around 1, halves as far from it as doubles."""
    if spread is None:
        return None
    axis = _Axis(-2.0, 2.0)
    dot, low, high = (axis.text(log2(max(value, 2.0**-9))) for value in (spread.value, spread.ci_low, spread.ci_high))
    return Interval(dot, low, high, (), (), zero=axis.text(0.0))


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A line on a plane of ``WIDTH`` by ``HEIGHT``: the middle, the limits, and where a version came into force."""

    points: str
    middle: str
    limits: tuple[str, str]
    versions: tuple[Tick, ...]


HEIGHT: Final = 64
_MARGIN: Final = 4


def control_chart(drift: Drift) -> ControlChart | None:
    """Return the control chart of a rater's level; None where there is none to draw."""
    if not drift.line:
        return None
    furthest = max(drift.limit, *(abs(value) for value in drift.line))
    across = _Axis(0.0, max(len(drift.line) - 1, 1))

    def upward(value: float) -> str:
        return f"{HEIGHT / 2 - (HEIGHT / 2 - _MARGIN) * value / furthest:.1f}"

    return ControlChart(
        points=" ".join(f"{across.text(place)},{upward(value)}" for place, value in enumerate(drift.line)),
        middle=upward(0.0),
        limits=(upward(drift.limit), upward(-drift.limit)),
        versions=tuple(Tick(across.text(place), f"v{number}") for place, number in drift.versions),
    )


def bar(share: float, most: float) -> str:
    """Return the length of a bar in a cell of 100, the longest of its table being 100."""
    return f"{100 * share / most:.1f}" if most > 0 else "0"


def heat_cells(heatmap: Heatmap) -> list[Cell]:
    """Return the cells that are warm enough to be seen; none where most of the picture is equally warm."""
    warmest = max(heatmap.values, default=0.0)
    if warmest <= 0 or median(heatmap.values) > _EVENLY_WARM * warmest:
        return []
    shares = [value / warmest for value in heatmap.values]
    return [
        Cell(place % heatmap.columns, place // heatmap.columns, f"{share:.2f}")
        for place, share in enumerate(shares)
        if share >= _FAINTEST
    ]
