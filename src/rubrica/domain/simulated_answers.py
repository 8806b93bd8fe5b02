"""How a simulated rater answers what has a fact behind it: yes or no, how many, which words, which order."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.mark import SLOTS
from rubrica.domain.prompt_words import words_of
from rubrica.domain.ranking import written

Shared = Callable[..., float]
"""A number from 0 to 1 that belongs to the item and to some names, and is the same for every rater."""

_IS_SO: Final = 0.75
_UNSURE: Final = 0.04
_WORD_IS_MISSING: Final = 0.1
_MOST_COUNTED: Final = 5
_AS_GOOD_AS: Final = 0.04
_INSTRUCTIONS: Final = (
    "Take the photo again with the label in focus.",
    "Crop closer, so that the product fills the frame.",
    "Replace the background with plain white.",
    "Remove the second object at the edge.",
)


def yes_or_no(criterion: Criterion, skill: float, shared: Shared, random: np.random.Generator) -> str:
    """Answer a question whose fact is the same for all; less skilled raters miss it more often."""
    if random.random() < _UNSURE:
        return "unsure"
    is_so = shared(criterion.id) < _IS_SO
    return "yes" if is_so != _errs(skill, random) else "no"


def count(criterion: Criterion, skill: float, shared: Shared, random: np.random.Generator) -> int:
    """Count, and now and then be one off."""
    most = min(criterion.maximum, criterion.minimum + _MOST_COUNTED)
    number = criterion.minimum + int(shared(criterion.id) * (most - criterion.minimum + 1))
    if _errs(skill, random):
        number += int(random.choice((-1, 1)))
    return min(max(number, criterion.minimum), criterion.maximum)


def words(prompt: str, skill: float, shared: Shared, random: np.random.Generator) -> tuple[str, ...]:
    """Choose the words that are not shown."""
    chosen: list[str] = []
    for name in words_of(prompt):
        is_missing = shared("word", name) < _WORD_IS_MISSING
        if is_missing != (_errs(skill, random) and random.random() < 0.5):  # noqa: PLR2004  (words are easier)
            chosen.append(name)
    return tuple(chosen)


def instruction(criterion: Criterion, random: np.random.Generator) -> str:
    """Write what should be done, or nothing where nothing need be written."""
    text = _INSTRUCTIONS[int(random.integers(len(_INSTRUCTIONS)))]
    return text[: criterion.max_characters] if criterion.required else ""


def ranking(worth: Sequence[float]) -> str:
    """Rank images, given how good each seems at its place; those that seem about as good share a rank."""
    groups: list[list[int]] = []
    for place in sorted(range(len(worth)), key=lambda place: -worth[place]):
        if groups and worth[groups[-1][0]] - worth[place] < _AS_GOOD_AS:
            groups[-1].append(place)
        else:
            groups.append([place])
    return written([[SLOTS[place] for place in group] for group in groups])


def best_and_worst(worth: Sequence[float]) -> str:
    """Name the best and the worst image, given how good each seems at its place."""
    in_order = sorted(range(len(worth)), key=lambda place: -worth[place])
    return f"{SLOTS[in_order[0]]}>{SLOTS[in_order[-1]]}"


def _errs(skill: float, random: np.random.Generator) -> bool:
    return bool(random.random() < 0.02 + 0.25 * (1 - skill))
