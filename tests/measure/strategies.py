"""Ratings as long columns: generated, rearranged, and read from small published tables."""

import json
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

REFERENCE_VALUES = Path(__file__).parent / "reference_values"

LEVELS = ("nominal", "ordinal", "interval", "ratio")

few = settings(max_examples=25)
"""For properties tried at each of four levels of measurement, and for those whose inputs are slow to draw."""


def reference(name):
    return json.loads((REFERENCE_VALUES / f"{name}.json").read_text(encoding="utf-8"))


def long_columns(table):
    """Turn rows of raters by columns of units, None where nothing was given, into units, raters and values."""
    given = [
        (unit, rater, value) for rater, row in enumerate(table) for unit, value in enumerate(row) if value is not None
    ]
    units, raters, values = zip(*given, strict=True)
    return np.array(units), np.array(raters), np.array(values, dtype=float)


@st.composite
def ratings(draw, *, min_units=3, max_units=9, max_raters=5, max_value=5):
    """Draw units, raters and values with missing ratings; some draws have no pairs or no variation."""
    n_units, n_raters = draw(st.integers(min_units, max_units)), draw(st.integers(2, max_raters))
    # Zero stands for a rating that was not given: shrinking takes ratings away.
    flat = draw(st.binary(min_size=n_units * n_raters, max_size=n_units * n_raters))
    cells = np.frombuffer(flat, dtype=np.uint8).reshape(n_raters, n_units) % (max_value + 2)
    table = [[int(value) or None for value in row] for row in np.minimum(cells, max_value)]
    if all(value is None for row in table for value in row):
        table[0][0] = 1
    return long_columns(table)


def simulated(generator, n_units, n_raters, *, reliability=0.5, n_levels=5, missing=0.0):
    """Simulate ordinal ratings of a known reliability: equal steps of a normal trait plus noise."""
    trait = generator.normal(size=n_units)[:, None] * np.sqrt(reliability)
    noise = generator.normal(size=(n_units, n_raters)) * np.sqrt(1.0 - reliability)
    cuts = np.linspace(-1.5, 1.5, n_levels - 1)
    level = 1.0 + np.digitize(trait + noise, cuts)
    kept = generator.random((n_units, n_raters)) >= missing
    unit, rater = np.nonzero(kept)
    return unit, rater, level[kept]
