"""What is wrong with an input: the field, what was wrong, and what is allowed.

Every rule of the domain that can refuse something a person or a program sent speaks through :class:`Problem`, so that a
form, the API and the command line refuse in the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from typing_extensions import override

MAX_QUOTED_CHARACTERS = 60
"""How much of an offending value a message repeats; the rest is left out."""

MAX_LISTED_CHOICES = 20
"""How many allowed values a message lists before it says how many more there are."""

MAX_UNKNOWN_KEYS = 20
"""How many unknown keys of one object are reported one by one before the object as a whole is refused."""

LARGEST_QUOTED_INTEGER = 10**18
"""Integers beyond this are described, not printed: Python refuses to print very long ones."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    Attributes
    ----------
    field
        Path to the value, such as ``criteria[2].levels[0].value``; empty for the whole input.
    problem
        What was wrong with it, as the predicate of a sentence about the field: ``is missing``.
    allowed
        What would have been accepted.
    """

    field: str
    problem: str
    allowed: str

    @override
    def __str__(self) -> str:
        return f"{self.field or 'the input'}: {self.problem}; allowed: {self.allowed}"

    def as_json(self) -> dict[str, str]:
        """Return the problem as the object an API answers with."""
        return {"field": self.field, "problem": self.problem, "allowed": self.allowed}


class ProblemsError(ValueError):
    """An input was refused; ``problems`` says everything that was wrong with it, in the order it was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Findings:
    """The problems found so far while an input is read to its end."""

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, field: str, problem: str, allowed: str) -> None:
        """Note a problem and go on."""
        self.problems.append(Problem(field, problem, allowed))

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.problems)


def as_object(value: object) -> dict[str, object] | None:
    """Return ``value`` when it is a JSON object with text keys, else ``None``."""
    if type(value) is not dict and not isinstance(value, Mapping):
        return None
    mapping = cast("Mapping[object, object]", value)
    for key in mapping:
        if type(key) is not str:
            return None
    return cast("dict[str, object]", mapping)


def as_array(value: object) -> Sequence[object] | None:
    """Return ``value`` when it is a JSON array (a list, or a tuple as we write them), else ``None``."""
    if isinstance(value, (list, tuple)):
        return cast("Sequence[object]", value)
    return None


def quoted(value: object) -> str:  # noqa: PLR0911  (one return for each kind of value)
    """Describe an offending value in a few safe characters: shortened, escaped, never the whole input."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if abs(value) <= LARGEST_QUOTED_INTEGER else "a number too large to print"
        case float():
            return repr(value)
        case str():
            shortened = value[:MAX_QUOTED_CHARACTERS]
            # repr escapes control characters, lone surrogates and direction overrides: a message stays printable.
            return repr(shortened) + ("…" if len(value) > MAX_QUOTED_CHARACTERS else "")
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"a {type(value).__name__}"


def one_of(choices: Sequence[object]) -> str:
    """List allowed values for a message: ``one of a, b, c``."""
    if not choices:
        return "nothing: there is none"
    listed = ", ".join(str(choice) for choice in choices[:MAX_LISTED_CHOICES])
    more = len(choices) - MAX_LISTED_CHOICES
    ending = f" and {more} more" if more > 0 else ""
    return f"one of {listed}{ending}" if len(choices) > 1 else f"only {listed}"


def child(parent: str, key: str) -> str:
    """Return the path of ``key`` inside ``parent``; a key nobody expected is shortened and escaped."""
    name = key if len(key) <= MAX_QUOTED_CHARACTERS and key.isascii() and key.isprintable() else quoted(key)
    return f"{parent}.{name}" if parent else name


def check_keys(body: Mapping[str, object], known: frozenset[str], field: str, found: Findings) -> None:
    """Note every key of ``body`` that is not among ``known``.

    An object with very many keys is refused as a whole: reporting each would cost more than it tells.
    """
    if body.keys() <= known:
        return
    if len(body) > len(known) + MAX_UNKNOWN_KEYS:
        found.add(field, f"has {len(body)} keys", one_of(sorted(known)))
        return
    for key in body:
        if key not in known:
            found.add(child(field, key), "is not a known key", one_of(sorted(known)))
