"""The writing task of a screening: two short texts, what a machine notices in them, and how people score them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Final

from rubrica.domain.coach import words_of
from rubrica.domain.coach_words import VAGUE
from rubrica.domain.problems import Findings, as_array, as_object, check_keys, one_of, quoted
from rubrica.domain.text import check_text

TEXTS: Final = 2
FEWEST_WORDS: Final = 60
MAX_RATIONALE: Final = 6_000
MAX_PROMPT: Final = 600
MAX_KEY: Final = 200
MOST_CLAUSES: Final = 8
MAX_COMMENT: Final = 2_000
LEAST_COMMENT: Final = 20
CRITERIA: Final = {
    "clarity": "Clarity: the reader knows what is meant at once",
    "evidence": "Evidence: it names what can be seen, and where",
    "grammar": "Grammar and spelling: nothing hinders reading",
    "adherence": "Adherence: it follows the clauses that were given",
}
"""What each text is scored by, together, from 1 to 5."""
SCORES: Final = range(1, 6)
LINE: Final = 3.0
NEAR: Final = 0.5
"""How far from the line the mean of the first reader's scores lies at most for another person to score too."""
_TASK_KEYS: Final = frozenset({"clauses", "prompts"})
_PROMPT_KEYS: Final = frozenset({"text", "item"})
_COPIED_RUN: Final = 5
"""Words in a row that are called copied where they stand in a source."""
_USUAL: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "is",
        "and",
        "are",
        "it",
        "that",
        "this",
        "on",
        "with",
        "for",
        "as",
        "not",
        "but",
        "by",
        "be",
        "or",
        "at",
        "from",
        "which",
        "there",
        "no",
        "where",
        "because",
        "so",
        "would",
        "has",
        "have",
        "was",
        "were",
        "its",
        "their",
        "if",
        "than",
        "one",
        "two",
    ]
)
"""Words that make up a third or more of what is written in English."""
_FEWEST_USUAL: Final = 0.2
_FEWEST_TO_TELL: Final = 20
_VAGUE: Final = re.compile(rf"\b(?:{'|'.join(VAGUE)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What one text is about: a question, and where it is given the key of an item that is shown."""

    text: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class WritingTask:
    """Two prompts, and the clauses of the guideline that they are answered by."""

    clauses: tuple[str, ...]
    prompts: tuple[Prompt, ...]

    def as_json(self) -> dict[str, object]:
        """Return the task as JSON; ``parse_task`` reads it back."""
        return {
            "clauses": list(self.clauses),
            "prompts": [{"text": prompt.text, "item": prompt.item} for prompt in self.prompts],
        }


@dataclass(frozen=True, slots=True)
class Hints:
    """What a machine notices of one text. It decides nothing: people score.

    Attributes
    ----------
    copied
        Share of the words that stand five or more in a row in the prompt or the clauses, as they are there.
    repeated
        The same of the other text.
    is_english
        Whether the usual words of English are as frequent as they are in English; None for too short a text.
    """

    words: int
    copied: float
    repeated: float
    vague: int
    is_english: bool | None


def parse_task(value: object, anchors: Sequence[str], found: Findings) -> WritingTask | None:
    """Read a task on a guideline with these anchors, or note everything that cannot be taken."""
    row = as_object(value)
    if row is None:
        found.add("writing", f"is {quoted(value)}", "an object with clauses and prompts")
        return None
    before = len(found.problems)
    check_keys(row, _TASK_KEYS, "writing", found)
    clauses = as_array(row.get("clauses")) or ()
    if not 1 <= len(clauses) <= MOST_CLAUSES:
        found.add("writing.clauses", f"are {len(clauses)}", f"1 to {MOST_CLAUSES} anchors of the guideline")
    for place, anchor in enumerate(clauses):
        if anchor not in anchors:
            found.add(f"writing.clauses[{place}]", f"is {quoted(anchor)}", one_of(anchors))
    rows = as_array(row.get("prompts")) or ()
    if len(rows) != TEXTS:
        found.add("writing.prompts", f"are {len(rows)}", f"{TEXTS} prompts")
    prompts = tuple(_prompt(each, f"writing.prompts[{place}]", found) for place, each in enumerate(rows))
    if len(found.problems) > before:
        return None
    return WritingTask(tuple(dict.fromkeys(str(anchor) for anchor in clauses)), prompts)


def _prompt(value: object, path: str, found: Findings) -> Prompt:
    row = as_object(value)
    if row is None:
        found.add(path, f"is {quoted(value)}", "an object with text and item")
        return Prompt("")
    check_keys(row, _PROMPT_KEYS, path, found)
    text = check_text(row.get("text"), f"{path}.text", found, minimum=1, maximum=MAX_PROMPT).strip()
    item = check_text(row.get("item", ""), f"{path}.item", found, maximum=MAX_KEY, one_line=True).strip()
    return Prompt(text, item)


def read_task(stored: Mapping[str, object]) -> WritingTask | None:
    """Return a task as it was kept; None for none."""
    if not stored:
        return None
    anchors = [str(anchor) for anchor in as_array(stored.get("clauses")) or ()]
    return parse_task(stored, anchors, Findings())


def check_texts(texts: Sequence[object], found: Findings, *, is_complete: bool) -> list[str]:
    """Read the texts so far, or note what is wrong; complete ones have sixty words or more each."""
    read: list[str] = []
    for place in range(TEXTS):
        value = texts[place] if place < len(texts) else ""
        text = check_text(value, f"texts[{place}]", found, maximum=MAX_RATIONALE)
        words = len(words_of(text))
        if is_complete and words < FEWEST_WORDS and not any(row.field == f"texts[{place}]" for row in found.problems):
            found.add(f"texts[{place}]", f"has {words} words", f"{FEWEST_WORDS} words or more")
        read.append(text)
    return read


def hints_of(text: str, other: str, sources: Sequence[str]) -> Hints:
    """Return what a machine notices of a text that answers ``sources``, beside ``other`` of the same person."""
    words = [word.lower() for word in words_of(text)]
    usual = sum(word in _USUAL for word in words)
    return Hints(
        words=len(words),
        copied=_copied(words, sources),
        repeated=_copied(words, [other]),
        vague=len(_VAGUE.findall(text)),
        is_english=usual >= _FEWEST_USUAL * len(words) if len(words) >= _FEWEST_TO_TELL else None,
    )


def _copied(words: Sequence[str], sources: Sequence[str]) -> float:
    """Return the share of words that stand in a run of five or more which a source has too."""
    runs: set[tuple[str, ...]] = set()
    for source in sources:
        known = [word.lower() for word in words_of(source)]
        runs.update(tuple(known[start : start + _COPIED_RUN]) for start in range(len(known) - _COPIED_RUN + 1))
    copied: set[int] = set()
    for start in range(len(words) - _COPIED_RUN + 1):
        if tuple(words[start : start + _COPIED_RUN]) in runs:
            copied.update(range(start, start + _COPIED_RUN))
    return len(copied) / len(words) if words else 0.0


def check_scores(scores: object, comment: object, found: Findings) -> tuple[dict[str, int], str]:
    """Read how a person scores the texts, with what the applicant is told, or note everything that is missing."""
    row = as_object(scores) or {}
    check_keys(row, frozenset(CRITERIA), "scores", found)
    read: dict[str, int] = {}
    for name in CRITERIA:
        value = row.get(name)
        if type(value) is not int or value not in SCORES:
            found.add(f"scores.{name}", f"is {quoted(value)}", f"{SCORES[0]} to {SCORES[-1]}")
        else:
            read[name] = value
    said = check_text(comment, "comment", found, minimum=LEAST_COMMENT, maximum=MAX_COMMENT).strip()
    return read, said


def needs_second_score(scored: Sequence[Mapping[str, int]]) -> bool:
    """Tell whether another person has to score too: one has so far, and the mean lies near the line."""
    return len(scored) == 1 and abs(mean(scored[0].values()) - LINE) <= NEAR
