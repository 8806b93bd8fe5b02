"""How a unit was seen: on which screen, how near, for how long and through which lens, as the client measured it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rubrica.domain.problems import Findings, as_array, as_object, check_keys, child, one_of, quoted

_VIEWING_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "device_pixel_ratio": (0.01, 100),
    "viewport_width": (0, 1_000_000),
    "viewport_height": (0, 1_000_000),
    "maximum_zoom": (0, 1_000_000),
    "active_ms": (0, 604_800_000),
    "first_action_ms": (0, 604_800_000),
    "wipe_ms": (0, 604_800_000),
    "blink_ms": (0, 604_800_000),
    "difference_ms": (0, 604_800_000),
    "onion_ms": (0, 604_800_000),
    "unlocked_ms": (0, 604_800_000),
    "loupe_ms": (0, 604_800_000),
    "adjusted_ms": (0, 604_800_000),
    "revealed_ms": (0, 604_800_000),
    "grayscale_ms": (0, 604_800_000),
    "maximum_amplification": (0, 1_000),
    "brightness": (-1, 1),
    "contrast": (0, 1_000),
    "gamma": (0, 1_000),
}
"""Lowest and highest of each figure; wide, since an odd screen must not cost a rater the answer. Times: a week."""

_VIEWING_KEYS = frozenset({*_VIEWING_LIMITS, "channels"})
_CHANNELS: Final = ("blue", "green", "luminance", "red")
"""In the order in which they are kept."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """How the unit was seen, as the client measured it; ``None`` where it did not say.

    Attributes
    ----------
    device_pixel_ratio
        Device pixels per CSS pixel.
    viewport_width, viewport_height
        Size of the window in CSS pixels.
    maximum_zoom
        Largest magnification used, in displayed pixels per image pixel.
    active_ms, first_action_ms
        Time at work on the unit, and until the first action, in milliseconds.
    wipe_ms, blink_ms, difference_ms, onion_ms, unlocked_ms, loupe_ms, adjusted_ms, revealed_ms, grayscale_ms
        Of the time at work, what was spent looking in this way, in milliseconds. Ways can overlap.
    maximum_amplification
        Largest factor by which a difference was amplified; dimensionless.
    brightness, contrast, gamma
        The setting farthest from neutral that the display was set to: brightness as a share of the range (neutral 0),
        contrast and gamma as factor and exponent (neutral 1). The image itself is never changed.
    channels
        Single channels looked at, in alphabetical order.
    """

    device_pixel_ratio: float | None = None
    viewport_width: float | None = None
    viewport_height: float | None = None
    maximum_zoom: float | None = None
    active_ms: float | None = None
    first_action_ms: float | None = None
    wipe_ms: float | None = None
    blink_ms: float | None = None
    difference_ms: float | None = None
    onion_ms: float | None = None
    unlocked_ms: float | None = None
    loupe_ms: float | None = None
    adjusted_ms: float | None = None
    revealed_ms: float | None = None
    grayscale_ms: float | None = None
    maximum_amplification: float | None = None
    brightness: float | None = None
    contrast: float | None = None
    gamma: float | None = None
    channels: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return what the client said, and only that."""
        said: dict[str, object] = {}
        for key in _VIEWING_LIMITS:
            figure = getattr(self, key)
            if figure is not None:
                said[key] = figure
        if self.channels:
            said["channels"] = list(self.channels)
        return said


def read_viewing(value: object, found: Findings) -> Viewing | None:
    """Read how a unit was seen, noting problems; what the client did not say stays unknown."""
    if value is None:
        return None
    body = as_object(value)
    if body is None:
        found.add("viewing", f"is {quoted(value)}", "null, or an object with " + ", ".join(sorted(_VIEWING_KEYS)))
        return None
    check_keys(body, _VIEWING_KEYS, "viewing", found)
    figures = {key: _figure(body, key, found) for key in body if key in _VIEWING_LIMITS}
    return Viewing(**figures, channels=_read_channels(body.get("channels"), found))


def _read_channels(value: object, found: Findings) -> tuple[str, ...]:
    if value is None:
        return ()
    channels = as_array(value)
    if channels is None or not all(channel in _CHANNELS for channel in channels):
        found.add("viewing.channels", f"is {quoted(value)}", "a list of " + one_of(_CHANNELS))
        return ()
    return tuple(channel for channel in _CHANNELS if channel in channels)


def _figure(body: Mapping[str, object], key: str, found: Findings) -> float | None:
    figure = body.get(key)
    if figure is None:
        return None
    low, high = _VIEWING_LIMITS[key]
    if (type(figure) is float or type(figure) is int) and low <= figure <= high:
        return figure
    found.add(child("viewing", key), f"is {quoted(figure)}", f"a finite number from {low:g} to {high:.0f}")
    return None
