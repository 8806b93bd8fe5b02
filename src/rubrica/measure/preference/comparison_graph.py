"""Who met whom, and with what outcome: comparisons counted by pair, and whether the pairs hang together.

The counts by pair are all that the models of preference need to know.  Comparisons may lie in any number of partitions:
count each, `combine` the counts, and fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import ArrayLike

from rubrica.measure.columns import (
    BoolArray,
    FloatArray,
    IntArray,
    identities,
    numbered,
    numbers,
    same_length,
    summed,
)
from rubrica.measure.errors import DisconnectedComparisonsError, SelfComparisonError, UnboundedScoresError
from rubrica.measure.orders import cell_begins, order_by_all

_NAMED_IN_MESSAGES: Final = 5
"""Groups, and items of each, that a message names."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonCounts:
    """How often each ordered pair of items was compared, and with what outcome.

    Attributes
    ----------
    items : IntArray
        Shape ``(k,)``, ascending.
    first, second : IntArray
        Shape ``(p,)`` each: positions in `items` of the item shown first (left) and of the other, in ascending order of
        the pair; every pair occurs once.
    first_preferred, second_preferred, ties : FloatArray
        Shape ``(p,)`` each, not negative: comparisons of the pair with each outcome.
    """

    items: IntArray
    first: IntArray
    second: IntArray
    first_preferred: FloatArray
    second_preferred: FloatArray
    ties: FloatArray

    @property
    def comparisons(self) -> FloatArray:
        """Return how often each pair was compared, shape ``(p,)``."""
        return self.first_preferred + self.second_preferred + self.ties


def count_comparisons(
    first: ArrayLike, second: ArrayLike, scores: ArrayLike, *, sides: bool = True
) -> ComparisonCounts:
    """Return how often each ordered pair was compared, and with what outcome.

    Parameters
    ----------
    first, second
        Shape ``(n,)`` each, integers: the two items (images, or the models that made them) of each comparison.
    scores
        Shape ``(n,)``, finite numbers: above zero when `first` was preferred, below zero when `second` was, zero for a
        tie.  Only the sign counts.
    sides
        Whether it matters which of the two was shown first; if not, pairs are counted as by `without_sides`.

    Returns
    -------
    ComparisonCounts
        Counts; dimensionless.

    Raises
    ------
    ColumnShapeError
        The columns are not one-dimensional or differ in length.
    NotNumericError, MissingValueError, ValueTooLargeError
        `first` or `second` does not hold integers, or `scores` does not hold finite numbers.
    NoRatingsError
        There are no comparisons.
    SelfComparisonError
        Something is compared with itself.

    Examples
    --------
    >>> found = count_comparisons(first=[7, 7, 9], second=[9, 9, 7], scores=[1, 0, 1])
    >>> found.items[found.first], found.items[found.second]
    (array([7, 9]), array([9, 7]))
    >>> found.first_preferred, found.second_preferred, found.ties
    (array([1., 1.]), array([0., 0.]), array([1., 0.]))
    """
    one, other, score = identities(first, "first"), identities(second, "second"), numbers(scores, "scores")
    same_length(first=one, second=other, scores=score)
    refuse_self_comparisons(one, other)
    items, index = numbered(np.concatenate((one, other)))
    left, right = index[: len(one)], index[len(one) :]
    outcome = np.sign(score).astype(np.int8)
    if not sides:
        outcome = np.where(left < right, outcome, -outcome)
        left, right = np.minimum(left, right), np.maximum(left, right)
    return _tallied_pairs(items, left, right, [outcome > 0, outcome < 0, outcome == 0])


def refuse_self_comparisons(one: IntArray, other: IntArray) -> None:
    """Refuse a comparison of something with itself.

    Raises
    ------
    SelfComparisonError
        A row of the two columns holds the same item twice.

    Examples
    --------
    >>> refuse_self_comparisons(np.array([1, 4]), np.array([2, 4]))
    Traceback (most recent call last):
    rubrica.measure.errors.SelfComparisonError: Row 1 compares 4 with itself (one of 1 such rows); leave them out.
    """
    same = np.flatnonzero(one == other)
    if len(same) > 0:
        raise SelfComparisonError(
            f"Row {same[0]} compares {one[same[0]]} with itself (one of {len(same)} such rows); leave them out."
        )


def combine(counts: ComparisonCounts, *others: ComparisonCounts) -> ComparisonCounts:
    """Return the counts of several partitions of the comparisons as one.

    Parameters
    ----------
    counts, others
        Counts of comparisons that have none in common; their items may differ.

    Returns
    -------
    ComparisonCounts
        What `count_comparisons` returns of all comparisons together.

    Examples
    --------
    >>> monday = count_comparisons([1, 1], [2, 2], [1, -1])
    >>> tuesday = count_comparisons([2, 1], [3, 2], [1, 1])
    >>> both = combine(monday, tuesday)
    >>> both.items, both.first_preferred, both.second_preferred
    (array([1, 2, 3]), array([2., 1.]), array([1., 0.]))
    """
    parts = (counts, *others)
    items = np.unique(np.concatenate([part.items for part in parts]))
    places = [np.searchsorted(items, part.items) for part in parts]
    first = np.concatenate([place[part.first] for place, part in zip(places, parts, strict=True)])
    second = np.concatenate([place[part.second] for place, part in zip(places, parts, strict=True)])
    outcomes = [[part.first_preferred, part.second_preferred, part.ties] for part in parts]
    return _tallied_pairs(items, first, second, [np.concatenate(each) for each in zip(*outcomes, strict=True)])


def without_sides(counts: ComparisonCounts) -> ComparisonCounts:
    """Return the counts by unordered pair: `first` is the smaller item of each.

    Examples
    --------
    >>> found = without_sides(count_comparisons([7, 7, 9], [9, 9, 7], [1, 0, 1]))
    >>> found.first_preferred, found.second_preferred, found.ties
    (array([1.]), array([1.]), array([1.]))
    """
    turned = counts.first > counts.second
    if not turned.any():
        return counts
    outcomes = [
        np.where(turned, counts.second_preferred, counts.first_preferred),
        np.where(turned, counts.first_preferred, counts.second_preferred),
        counts.ties,
    ]
    low, high = np.minimum(counts.first, counts.second), np.maximum(counts.first, counts.second)
    return _tallied_pairs(counts.items, low, high, outcomes)


def _tallied_pairs(
    items: IntArray, first: IntArray, second: IntArray, outcomes: Sequence[FloatArray | BoolArray]
) -> ComparisonCounts:
    """Add up the three outcomes by ordered pair."""
    order = order_by_all([first, second])
    one, other = first[order], second[order]
    begins = np.flatnonzero(cell_begins([one, other]))
    sums = [np.add.reduceat(outcome[order], begins, dtype=np.float64) for outcome in outcomes]
    return ComparisonCounts(
        items=items,
        first=one[begins],
        second=other[begins],
        first_preferred=sums[0],
        second_preferred=sums[1],
        ties=sums[2],
    )


def comparisons_by_item(counts: ComparisonCounts) -> FloatArray:
    """Return in how many comparisons each item took part, shape ``(k,)``.

    Examples
    --------
    >>> comparisons_by_item(count_comparisons([1, 1], [2, 3], [1, 1]))
    array([2., 1., 1.])
    """
    size, number = len(counts.items), counts.comparisons
    return summed(counts.first, number, size) + summed(counts.second, number, size)


def components(size: int, one: IntArray, other: IntArray) -> IntArray:
    """Return the number of the connected component that each item belongs to.

    Parameters
    ----------
    size
        Number of items.
    one, other
        Shape ``(p,)`` each, from 0 to ``size - 1``: the ends of each edge.

    Returns
    -------
    IntArray
        Shape ``(size,)``, from 0 upward.

    Examples
    --------
    >>> components(4, np.array([0, 2]), np.array([1, 3]))
    array([0, 0, 1, 1])
    """
    return _component_labels(size, one, other, "weak")


def _component_labels(size: int, one: IntArray, other: IntArray, connection: str) -> IntArray:
    # Slow imports that a server should not pay for at its start.
    from scipy.sparse import coo_array  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
    from scipy.sparse.csgraph import (  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        connected_components,  # pyright: ignore[reportUnknownVariableType]  (no types)
    )

    edges = np.ones(len(one), dtype=np.int8)
    graph = coo_array((edges, (one.astype(np.int32), other.astype(np.int32))), shape=(size, size))
    _, labels = cast("tuple[int, IntArray]", connected_components(graph, directed=True, connection=connection))
    return np.asarray(labels, dtype=np.int64)


def require_connected(items: IntArray, one: IntArray, other: IntArray) -> None:
    """Refuse comparisons that fall into groups which never meet.

    Parameters
    ----------
    items
        Shape ``(k,)``: the items.
    one, other
        Shape ``(p,)`` each: positions in `items` of the two that met.

    Raises
    ------
    DisconnectedComparisonsError
        There is more than one group.  The error carries the items of each.

    Examples
    --------
    >>> require_connected(np.array([3, 5, 8]), np.array([0]), np.array([2]))
    Traceback (most recent call last):
    rubrica.measure.errors.DisconnectedComparisonsError: The comparisons fall into 2 groups that never meet: {3, 8} \
and {5}. Scores of different groups cannot be compared; compare across the groups, or give a prior.
    """
    labels = components(len(items), one, other)
    number = int(labels.max()) + 1
    if number == 1:
        return
    order = np.argsort(labels, kind="stable")
    groups = np.split(items[order], np.cumsum(np.bincount(labels))[:-1])
    named = sorted((tuple(group.tolist()) for group in groups), key=lambda group: (-len(group), group))
    shown = " and ".join(_shown(group) for group in named[:_NAMED_IN_MESSAGES])
    more = f" and {number - _NAMED_IN_MESSAGES} more" if number > _NAMED_IN_MESSAGES else ""
    raise DisconnectedComparisonsError(
        f"The comparisons fall into {number} groups that never meet: {shown}{more}. Scores of different groups cannot "
        "be compared; compare across the groups, or give a prior.",
        components=tuple(named),
    )


def _shown(group: tuple[int, ...]) -> str:
    more = ", ..." if len(group) > _NAMED_IN_MESSAGES else ""
    return "{" + ", ".join(str(item) for item in group[:_NAMED_IN_MESSAGES]) + more + "}"


def require_bounded(items: IntArray, winner: IntArray, loser: IntArray) -> None:
    """Refuse outcomes under which some items' scores have no bound, as nothing ever stood against them.

    Parameters
    ----------
    items
        Shape ``(k,)``: the items, connected by comparisons.
    winner, loser
        Shape ``(p,)`` each: positions in `items`; every pair of which the first was preferred at least once.  A tie
        counts in both directions.

    Raises
    ------
    UnboundedScoresError
        From some item there is no chain of preferences to some other.  The error carries a group of items that were
        always, or never, preferred to all others.

    References
    ----------
    Ford, L. R. (1957). Solution of a ranking problem from binary comparisons. The American Mathematical Monthly, 64(8),
    28-33. doi:10.1080/00029890.1957.11989117

    Examples
    --------
    >>> require_bounded(np.array([3, 5, 8]), np.array([0, 1, 1]), np.array([1, 0, 2]))
    Traceback (most recent call last):
    rubrica.measure.errors.UnboundedScoresError: Items {8} never won or tied against any other, so their scores have \
no lower bound. Add comparisons, leave them out, or give a prior.
    """
    labels = _component_labels(len(items), winner, loser, "strong")
    sizes = np.bincount(labels)
    if len(sizes) == 1:
        return
    across = labels[winner] != labels[loser]
    was_beaten, has_beaten = np.zeros(len(sizes), dtype=np.bool_), np.zeros(len(sizes), dtype=np.bool_)
    was_beaten[labels[loser[across]]] = True
    has_beaten[labels[winner[across]]] = True
    extreme = np.flatnonzero(~was_beaten | ~has_beaten)
    group = int(extreme[np.argmin(sizes[extreme])])
    named = tuple(items[labels == group].tolist())
    never, bound = ("won", "lower") if was_beaten[group] else ("lost", "upper")
    raise UnboundedScoresError(
        f"Items {_shown(named)} never {never} or tied against any other, so their scores have no {bound} bound. "
        "Add comparisons, leave them out, or give a prior.",
        items=named,
    )
