"""Spelling and grammar of English, by a library that needs no network and keeps nothing of what it reads.

Both British and American spelling are taken. Capitals, commas and style are nobody's business here.
"""

import re
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from rubrica.domain.coach import FEWEST_WORDS, Finding, words_of
from rubrica.domain.coach_words import ENGLISH, IMAGE_TERMS

if TYPE_CHECKING:
    from harper import Lint, Linter

MOST_READ: Final = 2_000
"""Characters of a text that are read: more would make others wait."""
MOST_UNKNOWN: Final = 0.4
"""Share of words that may be unknown in a text that is English."""

Reading = Literal["checked", "not_english", "busy", "off"]

_PLAIN = "plaintext"
_SPELLING = frozenset({"Spelling", "Typo"})
_GRAMMAR = frozenset(
    {"Agreement", "BoundaryError", "Eggcorn", "Grammar", "Malapropism", "Miscellaneous", "Repetition", "WordChoice"}
)
# Citations are no words. What is longer than any word takes seconds to look up.
_UNREAD = re.compile(r"\[\[(?:[0-9]{1,3}|\?)\]\]|\S{31,}")
_MOST_PATIENCE: Final = 0.25
"""Seconds to wait while somebody else's text is read."""


@dataclass(frozen=True, slots=True)
class Language:
    """What was found in a text, and whether it was read at all."""

    reading: Reading
    findings: tuple[Finding, ...] = ()


class Reader:
    """Reads texts one at a time: the library's checkers are not safe for threads, and each has its rules and caches."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    @cached_property
    def _checkers(self) -> "tuple[Linter, Linter]":
        """British and American; the first takes a second to build, so it is built for the first text."""
        # Slow import, here and below: 3 MB, which a server that checks no text should not load.
        from harper import Dialect, Linter  # noqa: PLC0415  (slow import)

        british, american = Linter(Dialect.BRITISH), Linter(Dialect.AMERICAN)
        british.import_words(sorted(IMAGE_TERMS))
        return british, american

    def read(self, text: str, known: Collection[str] = ()) -> Language:
        """Look for mistakes in a text, besides the words that are ``known`` (in lower case)."""
        if not self._turn.acquire(timeout=_MOST_PATIENCE):
            return Language("busy")
        try:
            return self._read(_UNREAD.sub(lambda match: "…" * len(match[0]), text[:MOST_READ]), known)
        finally:
            self._turn.release()

    def _read(self, text: str, known: Collection[str]) -> Language:
        british, _ = self._checkers
        words = words_of(text)
        if len(words) < FEWEST_WORDS:
            return Language("checked", tuple(self._mistakes(text, known)))
        # Asked first because proposals for a text of unknown words take half a second. The library alone takes two
        # slips of the pen for another language.
        if not british.is_likely_english(text) and ENGLISH.isdisjoint(word.lower() for word in words):
            return Language("not_english")
        found = tuple(self._mistakes(text, known))
        unknown = sum(finding.code == "spelling" for finding in found)
        return Language("not_english") if unknown > MOST_UNKNOWN * len(words) else Language("checked", found)

    def _mistakes(self, text: str, known: Collection[str]) -> Iterator[Finding]:
        british, american = self._checkers
        for lint in british.lint(text, language=_PLAIN):
            word = lint.problem_text
            if lint.lint_kind in _SPELLING:
                if word.lower() not in known and not (lint.lint_kind == "Spelling" and _is_word(american, word)):
                    yield _finding("spelling", f"“{word}” may be misspelt", lint)
            elif lint.lint_kind in _GRAMMAR:
                yield _finding("grammar", re.sub("`([^`]*)`", r"“\1”", lint.message).rstrip("."), lint)


def _is_word(checker: "Linter", word: str) -> bool:
    return not any(lint.lint_kind in _SPELLING for lint in checker.lint(word, language=_PLAIN))


def _finding(code: Literal["spelling", "grammar"], message: str, lint: "Lint") -> Finding:
    from harper import SuggestionKind  # noqa: PLC0415  (slow import)

    proposed = (each.replacement_text for each in lint.suggestions if each.kind is SuggestionKind.REPLACE)
    return Finding(code, message, ((lint.span.start, lint.span.end),), next(proposed, None))


READER: Final = Reader()
