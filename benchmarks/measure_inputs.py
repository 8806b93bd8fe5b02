"""Large random columns for `measure`, made by numpy alone: the peers' environment reads this file too."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, Any]
"""Columns of numpy, by name."""


def labels(n_units: int, *, per_unit: int = 5, n_raters: int = 500, n_categories: int = 5) -> Columns:
    """Return categories named by raters who hit the true one in 35 to 75 % of their units."""
    generator = np.random.default_rng(11)
    truth = generator.integers(0, n_categories, n_units)
    raters = _distinct(generator, n_units, per_unit, n_raters)
    hit = generator.random(raters.shape) < (0.35 + 0.4 * generator.random(n_raters))[raters]
    wrong = (truth[:, None] + generator.integers(1, n_categories, raters.shape)) % n_categories
    values = np.where(hit, truth[:, None], wrong)
    return _columns(raters, values)


def ratings(n_units: int, levels: int, *, per_unit: int = 5, n_raters: int = 1_000) -> Columns:
    """Return ratings from 1 to `levels` by raters who differ in bias."""
    generator = np.random.default_rng(12)
    raters = _distinct(generator, n_units, per_unit, n_raters)
    quality = generator.random(n_units)[:, None]
    noise = generator.random((n_units, per_unit, 3)).sum(axis=2) / 3.0 - 0.5
    place = quality + 0.3 * (generator.random(n_raters) - 0.5)[raters] + 0.8 * noise
    return _columns(raters, np.clip(np.rint(1 + (levels - 1) * place), 1, levels))


def opinions(n_units: int, n_raters: int, *, per_unit: int) -> Columns:
    """Return opinions with decimals by raters who differ in bias and inconsistency."""
    generator = np.random.default_rng(13)
    raters = _distinct(generator, n_units, per_unit, n_raters)
    bias, inconsistency = 0.6 * (generator.random(n_raters) - 0.5), 0.5 + 0.5 * generator.random(n_raters)
    noise = generator.random((n_units, per_unit, 6)).sum(axis=2) - 3.0
    quality = 1.0 + 4.0 * generator.random(n_units)[:, None]
    return _columns(raters, quality + bias[raters] + inconsistency[raters] * noise)


def comparisons(n_items: int, n_comparisons: int) -> Columns:
    """Return comparisons of random pairs, as good as connected."""
    generator = np.random.default_rng(14)
    strength = 3.0 * generator.random(n_items)
    first = generator.integers(0, n_items, n_comparisons)
    second = (first + generator.integers(1, n_items, n_comparisons)) % n_items
    preferred = generator.random(n_comparisons) < 1.0 / (1.0 + np.exp(strength[second] - strength[first]))
    return {"first": first, "second": second, "scores": np.where(preferred, 1, -1)}


def shuffled(columns: Columns) -> Columns:
    """Return the same rows in another order."""
    order = np.random.default_rng(15).permutation(len(next(iter(columns.values()))))
    return {name: column[order] for name, column in columns.items()}


def store(folder: Path, name: str, columns: Columns) -> Path:
    """Write columns to a file that both environments can read, and return it."""
    path = folder / f"{name}.npz"
    np.savez(path, **columns)
    return path


def load(path: str) -> Columns:
    """Read columns back."""
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


def _distinct(generator: np.random.Generator, n_units: int, per_unit: int, n_raters: int) -> NDArray[np.int64]:
    """Return for each unit raters who are all different: steps round the circle of all."""
    if per_unit == n_raters:
        return np.tile(np.arange(n_raters), (n_units, 1))
    steps = generator.integers(1, n_raters // per_unit, (n_units, per_unit)).cumsum(axis=1)
    raters: NDArray[np.int64] = (generator.integers(0, n_raters, (n_units, 1)) + steps) % n_raters
    return raters


def _columns(raters: NDArray[np.int64], values: NDArray[Any]) -> Columns:
    n_units, per_unit = raters.shape
    units = np.repeat(np.arange(n_units), per_unit)
    return {"units": units, "raters": raters.ravel(), "values": values.astype(np.float64).ravel()}
