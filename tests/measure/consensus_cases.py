"""Ratings by raters whose confusions are known, and the models that are to find them."""

from functools import partial

import numpy as np
from hypothesis import strategies as st

from rubrica.measure.consensus.dawid_skene import dawid_skene, one_coin
from rubrica.measure.consensus.glad import glad
from rubrica.measure.consensus.mace import mace

MODELS = {
    "em": partial(dawid_skene, method="em"),
    "map": partial(dawid_skene, method="map"),
    "hard": partial(dawid_skene, method="hard"),
    "one coin": one_coin,
    "mace": mace,
    "glad": glad,
}


def trace_of(found):
    return found.log_likelihood if hasattr(found, "log_likelihood") else found.log_posterior


def crowd(generator, confusion, n_units, *, per_unit, priors=None):
    """Simulate ratings: ``confusion`` is raters by true category by named one; return columns and the truth."""
    n_raters, n_categories, _ = confusion.shape
    truth = generator.choice(n_categories, n_units, p=priors)
    units = np.repeat(np.arange(n_units), per_unit)
    raters = np.argsort(generator.random((n_units, n_raters)), axis=1)[:, :per_unit].reshape(-1)
    rows = confusion[raters, truth[units]].cumsum(axis=1)
    values = (generator.random(len(units))[:, None] > rows).sum(axis=1)
    return units, raters, np.minimum(values, n_categories - 1), truth


@st.composite
def answers(draw, *, max_units=8, max_raters=5, max_categories=4):
    """Draw units, raters and categories with missing ratings to which a model can be fitted."""
    n_units, n_raters = draw(st.integers(2, max_units)), draw(st.integers(3, max_raters))
    n_categories = draw(st.integers(2, max_categories))
    size = n_units * n_raters
    cells = np.array(draw(st.lists(st.integers(0, n_categories), min_size=size, max_size=size)))
    # The first unit is rated by all, and not by all alike; elsewhere zero stands for a rating that was not given.
    cells[:n_raters] = 1 + np.arange(n_raters) % n_categories
    rater, unit = np.arange(size) % n_raters, np.arange(size) // n_raters
    given = cells > 0
    return unit[given], rater[given], cells[given].astype(float)
