"""Orders of images in words: ``a>b=c>d`` ranks a first, b and c alike, d last; ``c>a`` names c best and a worst."""

from collections.abc import Mapping, Sequence

Ranking = tuple[tuple[str, ...], ...]
"""Images in groups of equals, the best group first."""


def read_ranking(text: str, images: Sequence[str]) -> Ranking | None:
    """Read an order of all ``images``; ``None`` where the text is none."""
    groups = tuple(tuple(group.split("=")) for group in text.split(">"))
    named = [image for group in groups for image in group]
    return groups if sorted(named) == sorted(images) else None


def read_best_worst(text: str, images: Sequence[str]) -> tuple[str, str] | None:
    """Read the best and the worst of ``images``; ``None`` where the text names no two of them."""
    best, _, worst = text.partition(">")
    return (best, worst) if best != worst and best in images and worst in images else None


def written(groups: Sequence[Sequence[str]]) -> str:
    """Write an order; equals stand by their letters, so that the same order is the same text."""
    return ">".join("=".join(sorted(group)) for group in groups)


def renamed(text: str, name_of: Mapping[str, str]) -> str:
    """Write the same order under other names of the images."""
    return written([[name_of[image] for image in group.split("=")] for group in text.split(">")])


def images_beaten(text: str) -> dict[str, float]:
    """Return for each image of an order how many others it beats, each equal counted half, by its letter.

    Examples
    --------
    >>> images_beaten("b>a=c")
    {'a': 0.5, 'b': 2.0, 'c': 0.5}
    """
    beaten: dict[str, float] = {}
    below = 0
    for group in reversed(text.split(">")):
        equals = group.split("=")
        beaten |= dict.fromkeys(equals, below + (len(equals) - 1) / 2)
        below += len(equals)
    return dict(sorted(beaten.items()))


def order_by(scores: Mapping[str, float]) -> str:
    """Write the order that scores give, the highest first: the inverse of :func:`images_beaten`."""
    groups: dict[float, list[str]] = {}
    for image, score in scores.items():
        groups.setdefault(score, []).append(image)
    return written([groups[score] for score in sorted(groups, reverse=True)])
