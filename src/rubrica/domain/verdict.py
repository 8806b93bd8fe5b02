"""Is the agreement on a question healthy? Each kind of question has its own bands.

One threshold for all would fail every honest project: on the same images people agree on counts (alpha 0.74 to 0.87)
far more than on realism (0.15 to 0.45) or taste (0.23 to 0.30). The bands rest on published ratings, recomputed.
"""

from dataclasses import dataclass
from typing import Final, Literal

QuestionKind = Literal["factual", "alignment", "artifact", "quality", "aesthetics", "pair"]
"""What a question asks for: a countable fact, the fit to a prompt, the presence of faults, quality or realism, taste,
or a preference between two images."""

QUESTION_KINDS: Final[tuple[QuestionKind, ...]] = ("factual", "alignment", "artifact", "quality", "aesthetics", "pair")

DEFAULT_KIND: Final[QuestionKind] = "quality"

MIN_DOUBLED_ITEMS: Final = 20
"""Items rated by two or more people below which no verdict is given."""

VerdictCode = Literal["healthy", "watch", "look_at_guideline", "too_few_items", "no_variation"]


@dataclass(frozen=True, slots=True)
class Band:
    """The agreement that is expected of a kind of question.

    Attributes
    ----------
    name
        The kind in words.
    coefficient
        What is compared with the bounds, in words.
    healthy_from, look_below
        From ``healthy_from`` upward agreement is healthy; below ``look_below`` the guideline needs a look.
    """

    name: str
    coefficient: str
    healthy_from: float
    look_below: float


BANDS: Final[dict[QuestionKind, Band]] = {
    "factual": Band("a factual checklist", "alpha", 0.70, 0.55),
    "alignment": Band("an alignment scale", "alpha", 0.60, 0.45),
    "artifact": Band("artifact presence", "alpha", 0.50, 0.35),
    "quality": Band("quality or realism", "alpha", 0.40, 0.25),
    "aesthetics": Band("aesthetics", "alpha", 0.25, 0.15),
    "pair": Band("a preference between two images", "pair agreement", 0.70, 0.62),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the agreement on a question means for the work: a code for programs, a sentence for people."""

    code: VerdictCode
    sentence: str


def verdict(kind: QuestionKind, agreement: float | None, doubled_items: int) -> Verdict:
    """Judge the agreement on one question, or say why it cannot be judged yet.

    Parameters
    ----------
    kind
        What the question asks for.
    agreement
        Krippendorff's alpha; for ``"pair"`` the share of rater pairs that prefer the same side, in ``[0, 1]``. ``None``
        when it does not exist because everybody gave the same answer throughout.
    doubled_items
        Number of items rated by at least two people.

    Returns
    -------
    Verdict
        ``too_few_items`` below 20 doubled items, whatever the agreement; ``no_variation`` when there is no agreement to
        judge; else ``healthy``, ``watch`` or ``look_at_guideline``.
    """
    if doubled_items < MIN_DOUBLED_ITEMS:
        return Verdict("too_few_items", _too_few(doubled_items))
    if agreement is None:
        return Verdict("no_variation", _NO_VARIATION)
    band = BANDS[kind]
    measured = f"{band.coefficient.capitalize()} is {_as_written(kind, agreement)}"
    healthy_from, look_below = _as_written(kind, band.healthy_from), _as_written(kind, band.look_below)
    if agreement >= band.healthy_from:
        sentence = f"{measured}: healthy for {band.name} ({healthy_from} or more)."
        return Verdict("healthy", sentence)
    if agreement >= band.look_below:
        sentence = (
            f"{measured}: watch it. For {band.name}, {healthy_from} or more is healthy and below {look_below} the "
            "guideline needs a look."
        )
        return Verdict("watch", sentence)
    sentence = (
        f"{measured}: look at the guideline. For {band.name}, less than {look_below} means that raters read the "
        "question differently; talk through the items they disagree on most."
    )
    return Verdict("look_at_guideline", sentence)


_NO_VARIATION = (
    "Everybody gave the same answer on every item, so there is nothing to measure agreement on. Add items that differ, "
    "or compare images in pairs."
)


def _too_few(doubled_items: int) -> str:
    so_far = {0: "no item has", 1: "1 item has"}.get(doubled_items, f"{doubled_items} items have")
    return (
        f"No verdict yet: {so_far} been rated by two or more people, and it takes at least {MIN_DOUBLED_ITEMS} to tell "
        "agreement from luck."
    )


def _as_written(kind: QuestionKind, value: float) -> str:
    return f"{value:.0%}" if kind == "pair" else f"{value:.2f}"
