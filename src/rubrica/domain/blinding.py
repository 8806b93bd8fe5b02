"""Which image a rater sees on which side, and the way back from what was seen to the item.

Raters prefer a side, so sides are exchanged: unpredictably for the rater, in balance for the study. Of two neighbouring
items a rater sees one exchanged and one not; of two neighbouring raters one sees an item exchanged and the other does
not. Of a set, as many neighbouring raters as it has images see each image once at each place.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rubrica.domain.answer import Answer, with_images_renamed
from rubrica.domain.mark import SLOTS, Slot
from rubrica.domain.problems import as_array, as_object, quoted
from rubrica.domain.rubric import Rubric

_PURPOSE: Final = b"presentation"
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Presentation:
    """What was shown where: ``order[k]`` is the item slot shown at position ``k`` (0 is left or first)."""

    order: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.order or len(self.order) > len(SLOTS) or sorted(self.order) != [*range(len(self.order))]:
            raise ValueError(f"an order names each slot from 0 on once, as (1, 0) does, not {self.order!r}")

    @property
    def is_mirrored(self) -> bool:
        """Whether the two images were exchanged."""
        return self.order == (1, 0)

    @property
    def is_exchanged(self) -> bool:
        """Whether any image stood at another place than its own."""
        return self.order != tuple(range(len(self.order)))

    def as_json(self) -> dict[str, object]:
        """Return the presentation as it is stored."""
        return {"order": list(self.order)}

    @classmethod
    def from_json(cls, data: object) -> "Presentation":
        """Read a stored presentation.

        Raises
        ------
        ValueError
            The data are no presentation.
        """
        body = as_object(data)
        order = as_array(body.get("order")) if body is not None else None
        slots = tuple(slot for slot in order or () if type(slot) is int)
        if order is None or len(slots) != len(order):
            raise ValueError(f"a presentation is an object with an order of item slots, not {quoted(data)}")
        return cls(slots)


def present(images: int, rater_id: int, item_id: int, secret: bytes) -> Presentation:
    """Decide the order in which a rater sees the images of an item whose order does not matter.

    Parameters
    ----------
    images
        How many images the unit shows: 1 to 9.
    rater_id, item_id
        Whole numbers, 0 or more, best given out one after another: balance is kept between neighbours.
    secret
        Known to the server alone, so that nobody can work out a side.

    Returns
    -------
    Presentation
        The same for the same arguments, always.

    Raises
    ------
    ValueError
        ``images`` is none of these.
    """
    if images == 1:
        return Presentation((0,))
    if not 1 <= images <= len(SLOTS):
        raise ValueError(f"a unit shows 1 to {len(SLOTS)} images, not {images}")
    key = hashlib.sha256(_PURPOSE + secret).digest()
    if images > _PAIR:
        return Presentation(_rotated(images, rater_id, item_id, key))
    neighbourhood = f"{rater_id // 2}:{item_id // 2}".encode()
    toss = hashlib.blake2b(neighbourhood, key=key, digest_size=1).digest()[0]
    return Presentation((1, 0) if (toss ^ rater_id ^ item_id) & 1 else (0, 1))


def _rotated(images: int, rater_id: int, item_id: int, key: bytes) -> tuple[int, ...]:
    """Return a shuffled order that a neighbourhood of raters shares, moved on by one place from rater to rater."""

    def lot(slot: int) -> bytes:
        return hashlib.blake2b(f"{rater_id // images}:{item_id}:{slot}".encode(), key=key, digest_size=8).digest()

    shuffled = sorted(range(images), key=lot)
    turn = rater_id % images
    return (*shuffled[turn:], *shuffled[:turn])


def shown_as(rubric: Rubric, rater_id: int, item_id: int, secret: bytes) -> Presentation:
    """Decide how a unit of ``rubric`` is shown: what is compared with its reference keeps its place."""
    if rubric.unit == "before_after":
        return Presentation((0, 1))
    return present(rubric.images, rater_id, item_id, secret)


def shown_again(rubric: Rubric, first: Sequence[int]) -> Presentation:
    """Return how a unit is shown to a rater who has seen it as ``first``: with every image at another place.

    In the middle of a set of an odd number stands the same image again. What has a place of its own keeps it.
    """
    return Presentation(tuple(first if rubric.unit == "before_after" else reversed(first)))


def canonical(rubric: Rubric, answer: Answer, presentation: Presentation) -> Answer:
    """Turn an answer as shown into one by item slots: ``a`` is slot 0, whatever side it was on.

    Marks change their image and mirrored options become each other. The words of the explanation stay as they were
    written, so what was shown must be stored beside it.
    """
    names: dict[Slot, Slot] = {SLOTS[place]: SLOTS[slot] for place, slot in enumerate(presentation.order)}
    return with_images_renamed(rubric, answer, names) if presentation.is_exchanged else answer


def as_shown(rubric: Rubric, answer: Answer, presentation: Presentation) -> Answer:
    """Turn an answer by item slots back into what the rater saw and said: the inverse of :func:`canonical`."""
    names: dict[Slot, Slot] = {SLOTS[slot]: SLOTS[place] for place, slot in enumerate(presentation.order)}
    return with_images_renamed(rubric, answer, names) if presentation.is_exchanged else answer
