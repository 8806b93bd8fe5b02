"""The explanation coach: what would make a written explanation better, found by rule and without a network.

Three findings hold an answer back in the workbench: an explanation that is required and missing, one of a length that
says nothing or more than the rubric takes, and one that contradicts its answers. Everything else is a hint, which
nobody has to follow and nobody is measured by.

Places are given in code points of the text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rubrica.domain.coach_words import FAULTS, PLACES, UNSPECIFIC, VAGUE
from rubrica.domain.conditions import AnswerValue, first_that_holds
from rubrica.domain.consistency import is_fault
from rubrica.domain.contradiction import claims_no_fault, contradiction
from rubrica.domain.mark import Mark, cited_marks
from rubrica.domain.rubric import Rubric
from rubrica.domain.taxonomy import Taxonomy

FindingCode = Literal[
    "missing",
    "length",
    "contradiction",
    "long",
    "unlocated",
    "unlinked",
    "vague",
    "repeated",
    "spelling",
    "grammar",
]

BLOCKING: Final[frozenset[FindingCode]] = frozenset({"missing", "length", "contradiction"})
ENGLISH_ONLY: Final[frozenset[FindingCode]] = frozenset({"unlocated", "unlinked", "vague"})
"""Hints that rest on lists of English words."""

FEWEST_WORDS: Final = 6
"""Words that an explanation has at least where one is required."""
MOST_WORDS: Final = 60
MOST_SENTENCES_OF_A_PAIR: Final = 3
WORDS_PER_VAGUE_ONE: Final = 20
MOST_RECENT: Final = 500
"""Own earlier explanations that a text is compared with."""
NEARLY_THE_SAME: Final = 0.9
"""Share of words in common from which two texts are nearly the same."""

# Scripts without spaces between words: there each character counts.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"(?:(?![{_UNSPACED}])[^\W_])"
_CHIP = r"\[\[(?:[0-9]{1,3}|\?)\]\]"
_WORD = re.compile(rf"{_CHIP}|[{_UNSPACED}]|{_LETTER}+(?:['’-]{_LETTER}+)*")
_CITATION = re.compile(_CHIP)
_POINTS = str.maketrans(dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~‘’“”–—…", " "))
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_VAGUE = re.compile(rf"\b(?:{'|'.join(VAGUE)})\b", re.IGNORECASE)
_NEGATIONS = frozenset({"no", "not", "without", "nothing", "none", "never", "neither", "nor", "hardly"})
_NEGATION_REACH = 3
_STEM = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at in an explanation.

    Attributes
    ----------
    spans
        Places in the text, each ``(start, end)``; empty where the finding is about all of it.
    suggestion
        What could stand in the place instead; ``None`` where there is no proposal.
    """

    code: FindingCode
    message: str
    spans: tuple[tuple[int, int], ...] = ()
    suggestion: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether the workbench holds the answer back for it."""
        return self.code in BLOCKING

    def as_json(self) -> dict[str, object]:
        """Return the finding as a client reads it."""
        return {
            "code": self.code,
            "blocks": self.blocks,
            "message": self.message,
            "spans": [list(span) for span in self.spans],
            "suggestion": self.suggestion,
        }


def words_of(text: str) -> list[str]:
    """Return the words of a text; a cited mark counts as one, and so does each character of an unspaced script."""
    return _WORD.findall(text)


def check_explanation(
    rubric: Rubric,
    answers: Mapping[str, AnswerValue],
    marks: Sequence[Mark],
    explanation: str,
    own_recent: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """Look through the explanation of an answer, which may still be in the making.

    Parameters
    ----------
    rubric
        The rubric the unit is shown under.
    answers, marks
        What has been answered and marked so far, as shown to the rater.
    explanation
        The text so far.
    own_recent
        Explanations that the same rater has written before.

    Returns
    -------
    tuple of Finding
        Those that block first. Spelling and grammar are not among them: they take a dictionary.
    """
    rule = rubric.explanation
    if rule is None:
        return ()
    text = explanation.strip()
    is_required = first_that_holds(rule.required_when, answers, _worst(rubric, marks)) is not None
    if not text:
        return (Finding("missing", "An explanation is needed"),) if is_required else ()
    words = words_of(text)
    return (
        *_wrong_length(explanation, len(words), rule.max_characters, is_required=is_required),
        *_contradicting(rubric, answers, marks, text),
        *_long(rubric, text, len(words)),
        *_unlocated(rubric, marks, text, words),
        *_unlinked(rubric, text, words),
        *_vague(explanation, len(words)),
        *_repeated(text, words, own_recent),
    )


def _worst(rubric: Rubric, marks: Sequence[Mark]) -> int:
    return max([mark.severity for mark in marks if mark.severity is not None and is_fault(rubric, mark)], default=0)


def _wrong_length(text: str, words: int, most: int, *, is_required: bool) -> Iterator[Finding]:
    if len(text) > most:
        yield Finding("length", f"The explanation is {len(text) - most} characters too long", ((most, len(text)),))
    elif is_required and words < FEWEST_WORDS:
        yield Finding("length", f"The explanation needs at least {FEWEST_WORDS} words")


def _contradicting(
    rubric: Rubric, answers: Mapping[str, AnswerValue], marks: Sequence[Mark], text: str
) -> Iterator[Finding]:
    message = contradiction(rubric, answers, marks, text)
    if message is not None:
        yield Finding("contradiction", message)


def _long(rubric: Rubric, text: str, words: int) -> Iterator[Finding]:
    if words > MOST_WORDS:
        yield Finding("long", f"{words} words; up to {MOST_WORDS} are read with more care")
    elif rubric.unit == "pair" and len(_SENTENCE_END.findall(text)) > MOST_SENTENCES_OF_A_PAIR:
        yield Finding("long", f"Up to {MOST_SENTENCES_OF_A_PAIR} sentences are enough for a pair")


def _unlocated(rubric: Rubric, marks: Sequence[Mark], text: str, words: Sequence[str]) -> Iterator[Finding]:
    lowered = [word.lower() for word in words]
    if cited_marks(text) or not PLACES.isdisjoint(lowered) or not _parts(rubric).isdisjoint(lowered):
        return
    # Of a pair it is a place which image is meant.
    if rubric.unit == "pair" and not {"A", "B"}.isdisjoint(words):
        return
    has_fault = any(is_fault(rubric, mark) for mark in marks) and not claims_no_fault(text)
    if has_fault or _names_fault(lowered):
        way = "Cite a mark, or name the place" if rubric.marks.shapes else "Name the place"
        yield Finding("unlocated", f"{way} of the fault")


def _parts(rubric: Rubric) -> set[str]:
    """Return the parts the taxonomy knows: naming one says where."""
    groups = rubric.taxonomy.groups if rubric.taxonomy is not None else ()
    return {word for group in groups for part in group.parts for word in part.split("_")}


def _names_fault(words: Sequence[str]) -> bool:
    return any(
        word in FAULTS and _NEGATIONS.isdisjoint(words[max(0, position - _NEGATION_REACH) : position])
        for position, word in enumerate(words)
    )


def _unlinked(rubric: Rubric, text: str, words: Sequence[str]) -> Iterator[Finding]:
    # A cited mark carries a code, and so links the text to all that the code belongs to. Without a taxonomy a rubric
    # names too little for a good text to have to name some of it.
    if rubric.taxonomy is None or cited_marks(text) or len(words) < FEWEST_WORDS or claims_no_fault(text):
        return
    if _stems(_terms(rubric, rubric.taxonomy)).isdisjoint(_stems(words)):
        yield Finding("unlinked", "Say which criterion it bears on, or use a term of the guideline")


def _terms(rubric: Rubric, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield the words by which a rubric names its criteria and faults."""
    for criterion in rubric.criteria:
        yield from words_of(criterion.name)
    for group in taxonomy.groups:
        yield from words_of(group.name)
        yield from (word for part in group.parts for word in part.split("_"))
        for error in group.errors:
            yield from words_of(f"{error.name} {error.anchor}")


def _stems(words: Iterable[str]) -> set[str]:
    """Return the beginnings of words, which their forms share: "fused" and "fuses" begin alike."""
    lowered = (word.lower() for word in words)
    return {word[:_STEM] for word in lowered if len(word) >= _STEM and word not in UNSPECIFIC}


def _vague(text: str, words: int) -> Iterator[Finding]:
    spans = tuple(match.span() for match in _VAGUE.finditer(text))
    if len(spans) * WORDS_PER_VAGUE_ONE > words:
        named = ", ".join(dict.fromkeys(f"“{text[start:end].lower()}”" for start, end in spans))
        yield Finding("vague", f"Say what can be seen, in place of {named}", spans)


def _repeated(text: str, words: Sequence[str], own_recent: Iterable[str]) -> Iterator[Finding]:
    # That there is no fault may well be said in the same words again.
    if len(words) < FEWEST_WORDS or claims_no_fault(text):
        return
    own = _vocabulary(text)
    alike = sum(_overlap(own, _vocabulary(earlier)) >= NEARLY_THE_SAME for earlier in own_recent)
    if alike:
        explanations = "an earlier explanation" if alike == 1 else f"{alike} earlier explanations"
        yield Finding("repeated", f"Nearly the words of {explanations} of yours; say what is particular to this image")


def _vocabulary(text: str) -> set[str]:
    """Return the different words of a text, cut in a way that is quick enough for hundreds of texts."""
    return set(_CITATION.sub(" ", text).lower().translate(_POINTS).split())


def _overlap(one: set[str], other: set[str]) -> float:
    """Return how much two vocabularies share, from 0 to 1 (Dice's coefficient)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
