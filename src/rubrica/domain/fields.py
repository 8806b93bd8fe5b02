"""Reading one JSON object field by field: each method returns the value, or notes a problem and returns a stand-in.

A stand-in lets reading go on to the end, so that everything wrong is reported at once; it never leaves the floor,
because a reader that found problems raises.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from rubrica.domain.problems import Findings, as_array, as_object, check_keys, child, one_of, quoted
from rubrica.domain.text import check_text

Word = TypeVar("Word", bound=str)
T = TypeVar("T")


class Fields:
    """The fields of one object, with its path for messages."""

    def __init__(self, body: Mapping[str, object], path: str, found: Findings, known: frozenset[str]) -> None:
        self.path = path
        self.found = found
        self._body = body
        check_keys(body, known, path, found)

    @classmethod
    def of(cls, value: object, path: str, found: Findings, known: frozenset[str]) -> "Fields | None":
        """Return the fields of ``value``, or note that it is no object and return ``None``."""
        body = as_object(value)
        if body is None:
            found.add(path, f"is {quoted(value)}", f"an object with {one_of(sorted(known)).removeprefix('one of ')}")
            return None
        return cls(body, path, found, known)

    def has(self, key: str) -> bool:
        """Tell whether the field is there and not null."""
        return self._body.get(key) is not None

    def at(self, key: str) -> str:
        """Return the path of a field of this object."""
        return child(self.path, key)

    def value(self, key: str) -> object:
        """Return the field as it was sent; ``None`` when it is missing."""
        return self._body.get(key)

    def refuse(self, key: str, problem: str, allowed: str) -> None:
        """Note a problem with a field of this object."""
        self.found.add(self.at(key), problem, allowed)

    def text(self, key: str, *, maximum: int, default: str | None = None, one_line: bool = True) -> str:
        """Read a text; without a default it must be there and not be empty."""
        if not self.has(key):
            return self._default(key, default, "", f"text of at most {maximum} characters")
        minimum = 1 if default is None else 0
        return check_text(
            self.value(key), self.at(key), self.found, maximum=maximum, minimum=minimum, one_line=one_line
        )

    def matching(self, key: str, pattern: re.Pattern[str], allowed: str, *, default: str | None = None) -> str:
        """Read a text that matches ``pattern`` as a whole; ``allowed`` says the pattern in words."""
        if not self.has(key):
            return self._default(key, default, "", allowed)
        value = self.value(key)
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self.refuse(key, f"is {quoted(value)}", allowed)
        return ""

    def word(self, key: str, choices: Sequence[Word], *, default: Word | None = None) -> Word:
        """Read one of a few words."""
        if not self.has(key):
            return self._default(key, default, choices[0], one_of(choices))
        value = self.value(key)
        for choice in choices:
            if value == choice:
                return choice
        self.refuse(key, f"is {quoted(value)}", one_of(choices))
        return choices[0]

    def integer(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """Read a whole number from ``low`` to ``high``."""
        allowed = f"a whole number from {low} to {high}"
        if not self.has(key):
            return self._default(key, default, low, allowed)
        value = self.value(key)
        if type(value) is int and low <= value <= high:
            return value
        self.refuse(key, f"is {quoted(value)}", allowed)
        return low

    def number(self, key: str, low: float, high: float, *, default: float | None = None) -> float:
        """Read a finite number from ``low`` to ``high``; a boolean is not a number."""
        allowed = f"a number from {low:g} to {high:g}"
        if not self.has(key):
            return self._default(key, default, low, allowed)
        value = self.value(key)
        # Compared before it is converted: an enormous integer has no float. NaN fails every comparison.
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.refuse(key, f"is {quoted(value)}", allowed)
        return low

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.value(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.refuse(key, f"is {quoted(value)}", "true or false")
        return default

    def entries(self, key: str, *, maximum: int, minimum: int = 0) -> list[tuple[str, object]]:
        """Read a list as (path, value) pairs; one that is too long is refused before its entries are looked at."""
        allowed = f"a list of {minimum} to {maximum} entries"
        value = self.value(key)
        if value is None:
            if minimum:
                self.refuse(key, "is missing", allowed)
            return []
        array = as_array(value)
        if array is None:
            self.refuse(key, f"is {quoted(value)}", allowed)
            return []
        if not minimum <= len(array) <= maximum:
            self.refuse(key, f"has {len(array)} entries", allowed)
            return []
        return [(f"{self.at(key)}[{position}]", entry) for position, entry in enumerate(array)]

    def words(self, key: str, pattern: re.Pattern[str], allowed: str, *, maximum: int) -> tuple[str, ...]:
        """Read a list of different texts that match ``pattern``."""
        read: list[str] = []
        for path, value in self.entries(key, maximum=maximum):
            if not isinstance(value, str) or not pattern.fullmatch(value):
                self.found.add(path, f"is {quoted(value)}", allowed)
            elif value in read:
                self.found.add(path, f"repeats {quoted(value)}", "each entry once")
            else:
                read.append(value)
        return tuple(read)

    def _default(self, key: str, default: T | None, stand_in: T, allowed: str) -> T:
        if default is not None:
            return default
        self.refuse(key, "is missing", allowed)
        return stand_in
