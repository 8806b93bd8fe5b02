"""What a simulated rater writes: a fact at a place and what follows from it, or, from the hasty, hardly anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from rubrica.domain.mark import Box, Brush, Geometry, Point, Polygon, Whole
from rubrica.domain.rubric import Rubric
from rubrica.domain.simulated_marks import Drawn

_MOST_SENTENCES: Final = 2

_FACTS: Final[dict[str, tuple[str, ...]]] = {
    "swirl": (
        "is twisted into a spiral",
        "winds around its own centre",
        "bends in a curve that nothing around it follows",
    ),
    "clone": (
        "repeats the area beside it, speck for speck",
        "stands a second time right next to it",
        "is a copy of another place in the picture",
    ),
    "extra": (
        "shows one part more than there should be",
        "has a second one where only one belongs",
        "carries a part that belongs nowhere",
    ),
    "blur": (
        "is soft while everything around it is sharp",
        "is blurred down to its outline",
        "is out of focus at a distance where its neighbours are not",
    ),
    "jpeg": (
        "breaks up into square blocks",
        "shows blocks and ringing along its edges",
        "has steps of eight pixels where it should be smooth",
    ),
    "noise": (
        "is covered with coloured speckles",
        "has grain that its surroundings do not have",
        "is too noisy to tell what it is made of",
    ),
    "colour_cast": (
        "has a tint that stops at a straight edge",
        "is lit in another colour than what lies next to it",
        "turns to a colour that no light in the scene explains",
    ),
}
"""What can be said of a planted defect."""

_FACTS_OF_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "ANAT": ("does not have the shape a body has", "joins the body at the wrong angle"),
    "OBJ": ("could not be built like this", "has an outline that does not close"),
    "PHYS": ("does not follow the light in the rest of the scene", "has a shadow on the wrong side"),
    "TEXT": ("carries signs that are no letters", "cannot be read although it stands in front"),
    "TECH": ("is of lower quality than the rest", "has lost fine detail"),
    "ALIGN": ("is not what the prompt asks for", "differs from the prompt"),
    "EDIT": ("has changed although nobody asked for it", "shows the edge of the edit"),
    "STYLE": ("has the smooth look of a generated picture", "is processed more than it needs"),
}
"""What is said when a rater marks something that was never planted."""

_FACTS_OF_ANYTHING: Final = ("does not fit its surroundings", "is not as it should be at this place")

_CONSEQUENCES: Final[dict[int, tuple[str, ...]]] = {
    1: (
        ", but it takes a close look to see it",
        "; it does not change the use of the image",
        ", seen only after zooming in",
    ),
    2: (
        ", which is noticed in a normal look",
        ", so I would use the image with reservations",
        ", so the eye stops there for a moment",
        "; a repair of this spot would save the image",
    ),
    3: (
        ", which catches the eye at once",
        ", so the scene is no longer believable there",
        ", which draws the eye away from the subject",
    ),
    4: (", so the image cannot be used", ", and nothing else is seen any more"),
}

_SUBJECTS: Final = ("The area", "The surface", "The detail", "The pattern", "What is shown")

_SENTENCES: Final = (
    "{subject} {place} {cite} {fact}{consequence}.",
    "{subject} {place} {cite} {fact}{consequence}.",
    "{place_first}, {subject_inside} {cite} {fact}{consequence}.",
    "{cite}: {subject_inside} {place} {fact}{consequence}.",
)

_VAGUE: Final = (
    "Looks kind of off{cite}.",
    "Something is weird here{cite}.",
    "Not so good overall{cite}.",
    "There are some issues{cite}.",
    "Seems somewhat unnatural{cite}.",
    "I don't really like it{cite}.",
    "Bad quality maybe{cite}.",
)

_PRAISE: Final = (
    "Edges and faces hold up at full zoom, and the shadows in the foreground all fall the same way.",
    "Sharp in the centre and clean in all four corners, so I would deliver it as it is.",
    "I checked the middle and the lower edge closely and found nothing that could not be there.",
    "The subject stands out from the background on both sides, and the light comes from one direction.",
    "Colours are even from left to right and the bright area at the top keeps its detail.",
)

_WITHOUT_A_MARK: Final = (
    "The main subject stands small before a busy background, so the eye finds no place to rest.",
    "The light on the left half is flat, so the subject hardly stands out from what is behind it.",
    "The horizon cuts through the middle and both halves compete, so the picture has no centre.",
    "The lower third is empty and the subject is pressed against the top edge, so it feels cut off.",
    "What the prompt names first is only at the edge of the frame, so the image misses its point.",
    "The colours in the foreground are dull while the background is bright, so the subject loses.",
)

_OF_A_PAIR: Final = (
    "{winner} shows the subject clearly in the middle; in {loser} it is half lost in the background.",
    "{winner} has detail in the bright areas at the top, where {loser} is plain white.",
    "In {loser} the edges in the centre are soft; {winner} is sharp at the same place.",
    "The colours on the left of {loser} look faded beside those of {winner}, so {winner} is the better picture.",
)

_ALL_THE_SAME: Final = (
    "{winner} is still better as a whole: its subject is complete, and that of {loser} is not.",
    "Even so {winner} is closer to the prompt than {loser}.",
)

_OF_A_TIE: Final = (
    "A and B show the same content with the same faults, and I looked at the centre and all four corners.",
    "Both are sharp in the middle and believable at the edges, so I would deliver either.",
    "The difference between A and B in the background is too small to matter for the prompt.",
)

_DOUBTS: Final[dict[str, str]] = {
    "did_not_load": "The image stayed grey after two reloads.",
    "needs_expertise": "Whether this part is right takes knowledge of the subject that I do not have.",
    "outside_guideline": "The guideline has no clause for a picture like this one.",
}

_LOW, _HIGH = 0.37, 0.63
"""Where left ends and right begins, and top and bottom, in shares of the image."""


@dataclass(frozen=True, slots=True)
class Words:
    """What there is to write about.

    Attributes
    ----------
    better
        The side preferred in a comparison, ``A`` or ``B`` as shown; ``None`` for a tie or a single image.
    satisfied
        Whether the scores given say that nothing much is wrong.
    plain
        Whether the rater writes a fact at a place, or something vague.
    limit
        Most characters the rubric allows.
    """

    rubric: Rubric
    marks: tuple[Drawn, ...]
    better: str | None
    satisfied: bool
    plain: bool
    limit: int


def explanation(words: Words, random: np.random.Generator) -> str:
    """Write an explanation within the limit, citing a mark wherever there is one."""
    text = _plain(words, random) if words.plain else _vague(words, random)
    if len(text) <= words.limit:
        return text
    # Both fit into the least that a rubric can allow.
    return "See [[1]]." if words.marks else "Does not convince."


def note_of_doubt(reason: str, random: np.random.Generator) -> str:
    """Write why something was not judged."""
    known = _DOUBTS.get(reason)
    return known if known is not None else _pick(tuple(_DOUBTS.values())[1:], random)


def place_of(geometry: Geometry) -> str:
    """Say where a mark is, as a rater would: ``in the upper left``, ``at the right edge``."""
    if isinstance(geometry, Whole):
        return "all over the image"
    x, y = _centre_of(geometry)
    column = "left" if x < _LOW else "right" if x > _HIGH else ""
    row = "upper" if y < _LOW else "lower" if y > _HIGH else ""
    if row and column:
        return f"in the {row} {column}"
    if column:
        return f"on the {column}"
    return {"upper": "at the top", "lower": "at the bottom", "": "in the middle"}[row]


def _centre_of(geometry: Point | Box | Polygon | Brush) -> tuple[float, float]:
    if isinstance(geometry, Point):
        return geometry.x, geometry.y
    if isinstance(geometry, Box):
        return geometry.x + geometry.width / 2, geometry.y + geometry.height / 2
    points = [*chain(*geometry.strokes)] if isinstance(geometry, Brush) else geometry.points
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _plain(words: Words, random: np.random.Generator) -> str:
    if not words.marks:
        return _about_the_whole(words, random)
    marks = list(enumerate(words.marks, 1))
    if words.better is not None:
        return _of_the_loser(words, words.better, marks, random)
    gravest = sorted(marks, key=lambda entry: -entry[1].severity)[:_MOST_SENTENCES]
    return " ".join([_sentence(words, drawn, number, random) for number, drawn in gravest])


def _of_the_loser(words: Words, winner: str, marks: Sequence[tuple[int, Drawn]], random: np.random.Generator) -> str:
    loser = "B" if winner == "A" else "A"
    against = [(number, drawn) for number, drawn in marks if drawn.mark.image.upper() == loser]
    number, drawn = (against or marks)[0]
    sentence = _sentence(words, drawn, number, random)
    if against:
        clean = _pick((f"{winner} is clean at the same place.", f"{winner} has nothing like it."), random)
        return f"{sentence} {clean}"
    return f"{sentence} {_pick(_ALL_THE_SAME, random).format(winner=winner, loser=loser)}"


def _about_the_whole(words: Words, random: np.random.Generator) -> str:
    if words.rubric.images == 1:
        return _pick(_PRAISE if words.satisfied else _WITHOUT_A_MARK, random)
    if words.better is None:
        return _pick(_OF_A_TIE, random)
    loser = "B" if words.better == "A" else "A"
    return _pick(_OF_A_PAIR, random).format(winner=words.better, loser=loser)


def _sentence(words: Words, drawn: Drawn, number: int, random: np.random.Generator) -> str:
    mark = drawn.mark
    subject = f"The {mark.part.replace('_', ' ')}" if mark.part is not None else _pick(_SUBJECTS, random)
    place = place_of(mark.geometry)
    if words.rubric.images > 1:
        place = f"{place} of {mark.image.upper()}"
    consequence = _pick(_CONSEQUENCES.get(drawn.severity or drawn.seen.severity, _CONSEQUENCES[4]), random)
    return _pick(_SENTENCES, random).format(
        subject=subject,
        subject_inside=subject[0].lower() + subject[1:],
        place=place,
        place_first=place[0].upper() + place[1:],
        cite=f"[[{number}]]",
        fact=_pick(_facts(drawn), random),
        consequence=consequence,
    )


def _facts(drawn: Drawn) -> Sequence[str]:
    if drawn.seen.kind in _FACTS:
        return _FACTS[drawn.seen.kind]
    group = (drawn.mark.code or "").partition(".")[0]
    return _FACTS_OF_GROUPS.get(group, _FACTS_OF_ANYTHING)


def _vague(words: Words, random: np.random.Generator) -> str:
    return _pick(_VAGUE, random).format(cite=" [[1]]" if words.marks else "")


def _pick(choices: Sequence[str], random: np.random.Generator) -> str:
    return choices[int(random.integers(len(choices)))]
