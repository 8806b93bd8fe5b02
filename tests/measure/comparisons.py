"""Comparisons of two: generated, simulated, and spread out from tables of counts."""

import numpy as np
from hypothesis import strategies as st


def spread(table):
    """Turn rows of first, second, wins of the first, wins of the second and ties into long columns."""
    first, second, wins, losses, ties = (np.array(column, dtype=int) for column in zip(*table, strict=True))
    number = wins + losses + ties
    scores = [np.repeat([1, -1, 0], counts) for counts in zip(wins, losses, ties, strict=True)]
    return np.repeat(first, number), np.repeat(second, number), np.concatenate(scores)


@st.composite
def bounded_comparisons(draw, *, ties=False, items=5):
    """Draw comparisons under which every score exists: a circle of wins each way, and more."""
    size = draw(st.integers(2, items))
    table = [
        (one, other, draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(1, 3)) if ties else 0)
        for one, other in zip(range(size - 1), range(1, size), strict=True)
    ]
    extra = draw(st.lists(st.tuples(st.permutations(range(size)), st.integers(0, 3), st.integers(0, 3)), max_size=4))
    table += [(order[0], order[1], wins, losses, 0) for order, wins, losses in extra]
    return spread(table)


def logistic(value):
    return 1.0 / (1.0 + np.exp(-np.asarray(value, dtype=float)))


def simulated_comparisons(generator, truth, number, *, side=0.0, tie=None, chance=logistic):
    """Simulate comparisons of random pairs; with `tie`, the parameter nu of Davidson's model."""
    first = generator.integers(len(truth), size=number)
    second = (first + generator.integers(1, len(truth), size=number)) % len(truth)
    gap = truth[first] - truth[second] + side
    if tie is None:
        return first, second, np.where(generator.random(number) < chance(gap), 1, -1)
    weights = np.stack([np.exp(gap / 2), np.full(number, tie), np.exp(-gap / 2)])
    bounds = np.cumsum(weights / weights.sum(axis=0), axis=0)
    return first, second, 1 - (generator.random(number) > bounds).sum(axis=0).clip(max=2)
