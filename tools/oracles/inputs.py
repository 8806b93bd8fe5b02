"""What peers and we are given: long columns of ratings and comparisons in the shapes that peers want, and random ones.

The programs of every environment read this file, so it may import nothing but numpy.  Of a generator it draws uniform
numbers and integers alone, which are the same in the numpy of each environment; `checksum` tells when they are not.
"""

import zlib
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class Ratings(NamedTuple):
    """Long columns, in order of unit."""

    units: IntArray
    raters: IntArray
    values: FloatArray


class Comparisons(NamedTuple):
    """Long columns: 1 where the first was preferred, -1 where the second was, 0 for a tie."""

    first: IntArray
    second: IntArray
    scores: IntArray


def checksum(columns: tuple[NDArray[Any], ...]) -> int:
    """Return a number that differs when a column does."""
    return zlib.crc32(b"".join(np.ascontiguousarray(column, dtype=np.float64).tobytes() for column in columns))


# --- shapes


def columns_of(table: list[list[float | None]]) -> Ratings:
    """Turn rows of raters by columns of units, None where nothing was given, into long columns in order of unit."""
    units, raters = np.nonzero([[value is not None for value in unit] for unit in zip(*table, strict=True)])
    values = [float(table[rater][unit] or 0.0) for unit, rater in zip(units.tolist(), raters.tolist(), strict=True)]
    return Ratings(units, raters, np.array(values))


def table_of(columns: Ratings) -> FloatArray:
    """Return a table of raters by units, NaN where nothing was given, as peers want it."""
    table = np.full((int(columns.raters.max()) + 1, int(columns.units.max()) + 1), np.nan)
    table[columns.raters, columns.units] = columns.values
    return table


def counts_of(columns: Ratings) -> IntArray:
    """Return how often each unit (row) was given each category (column)."""
    categories, category = np.unique(columns.values, return_inverse=True)
    counts = np.zeros((int(columns.units.max()) + 1, len(categories)), dtype=np.int64)
    np.add.at(counts, (columns.units, category), 1)
    return counts


def from_counts(counts: list[list[int]]) -> Ratings:
    """Return ratings with the given number of each category (column) for each unit (row), whoever gave them."""
    table = np.array(counts)
    values = np.concatenate([np.repeat(np.arange(table.shape[1]), row) for row in table])
    units = np.repeat(np.arange(len(table)), table.sum(axis=1))
    raters = np.concatenate([np.arange(number) for number in table.sum(axis=1)])
    return Ratings(units, raters, values.astype(np.float64))


def from_cross_table(counts: list[list[int]]) -> Ratings:
    """Return the ratings of two raters from a table of the first's categories (row) by the second's (column)."""
    first, second = np.nonzero(np.array(counts))
    both = np.repeat(np.stack((first, second), axis=1), np.array(counts)[first, second], axis=0)
    units = np.repeat(np.arange(len(both)), 2)
    return Ratings(units, np.tile([0, 1], len(both)), both.ravel().astype(np.float64))


def spread_out(table: list[tuple[int, int, int, int, int]]) -> Comparisons:
    """Return comparisons from rows of first, second, how often the one and the other was preferred, and ties."""
    found = [
        (first, second, score)
        for first, second, *outcomes in table
        for score, times in zip((1, -1, 0), outcomes, strict=True)
        for _ in range(times)
    ]
    first, second, scores = np.array(found).T
    return Comparisons(first, second, scores)


# --- random


def ratings(seed: int, n_units: int, n_raters: int, levels: int, *, missing: float = 0.0) -> Ratings:
    """Return ratings from 1 to `levels` around a true level of each unit; every unit has one rating at least."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(1, levels + 1, n_units)
    off = generator.integers(-levels, levels + 1, (n_units, n_raters)) // 3
    given = generator.random((n_units, n_raters)) >= missing
    given[:, 0] = True
    units, raters = np.nonzero(given)
    table = np.clip(truth[:, None] + off, 1, levels)
    return Ratings(units, raters, table[given].astype(np.float64))


def crowd(seed: int, n_units: int, n_raters: int, n_categories: int, per_unit: int) -> Ratings:
    """Return categories from 0, named by raters who each hit the true one in 40 to 90 % of their units."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, n_categories, n_units)
    hit_rate = 0.4 + 0.5 * generator.random(n_raters)
    chosen = np.sort(generator.random((n_units, n_raters)).argsort(axis=1)[:, :per_unit], axis=1)
    wrong = (truth[:, None] + generator.integers(1, n_categories, chosen.shape)) % n_categories
    named = np.where(generator.random(chosen.shape) < hit_rate[chosen], truth[:, None], wrong)
    return Ratings(np.repeat(np.arange(n_units), per_unit), chosen.ravel(), named.ravel().astype(np.float64))


def panel(seed: int, n_units: int, n_raters: int) -> Ratings:
    """Return a complete table of opinions with decimals, of raters who differ in bias and inconsistency."""
    generator = np.random.default_rng(seed)
    quality, bias = 1.0 + 4.0 * generator.random(n_units), generator.random(n_raters) - 0.5
    inconsistency = 0.7 + 0.5 * generator.random(n_raters)
    noise = generator.random((n_units, n_raters, 6)).sum(axis=2) - 3.0
    table = quality[:, None] + bias + inconsistency * noise
    units, raters = np.nonzero(np.ones_like(table))
    return Ratings(units, raters, table.ravel())


def comparisons(seed: int, n_items: int, n_comparisons: int, *, tied: float = 0.0) -> Comparisons:
    """Return comparisons of random pairs of items of random strength."""
    generator = np.random.default_rng(seed)
    strength = 3.0 * generator.random(n_items)
    first = generator.integers(0, n_items, n_comparisons)
    second = (first + generator.integers(1, n_items, n_comparisons)) % n_items
    preferred = generator.random(n_comparisons) < 1.0 / (1.0 + np.exp(strength[second] - strength[first]))
    ties = generator.random(n_comparisons) < tied
    return Comparisons(first, second, np.where(ties, 0, np.where(preferred, 1, -1)))


def rankings(seed: int, n_items: int, n_rankings: int, length: int) -> IntArray:
    """Return rows of items, the best first, drawn by the model of Plackett and Luce."""
    generator = np.random.default_rng(seed)
    strength = 2.0 * generator.random(n_items)
    noise = -np.log(-np.log(generator.random((n_rankings, n_items))))
    asked = generator.random((n_rankings, n_items)).argsort(axis=1)[:, :length]
    order = np.take_along_axis(strength + noise, asked, axis=1).argsort(axis=1)[:, ::-1]
    return np.take_along_axis(asked, order, axis=1)


RATINGS: Final = {
    "complete, 5 levels": ratings(1, 40, 6, 5),
    "sparse, 5 levels": ratings(2, 120, 15, 5, missing=0.7),
    "slider of 101 levels": ratings(3, 60, 8, 101, missing=0.4),
}
"""Tables to measure agreement on."""

PAIR: Final = ratings(4, 300, 2, 5)
"""Two raters of the same units."""

CROWD: Final = crowd(5, 150, 12, 3, 6)
PANEL: Final = panel(6, 50, 18)
COMPARISONS: Final = comparisons(7, 12, 900)
WITH_TIES: Final = comparisons(8, 10, 900, tied=0.25)
RANKINGS: Final = rankings(9, 9, 150, 5)

INPUTS: Final[dict[str, tuple[NDArray[Any], ...]]] = {
    **RATINGS,
    "two raters": PAIR,
    "crowd": CROWD,
    "panel": PANEL,
    "comparisons": COMPARISONS,
    "comparisons with ties": WITH_TIES,
    "rankings": (RANKINGS,),
}
"""All of them by name, each with its columns."""
