"""JSON as its standard means it: what two readers could understand differently is refused, not guessed.

Python's own decoder takes ``NaN``, turns ``1e999`` into infinity, lets the last of two equal keys win and accepts half
of a surrogate pair. Everything that enters Rubrica as JSON is read here instead.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

MAX_DEPTH: Final = 64
"""How deeply lists and objects may be nested."""

LARGEST_INTEGER: Final = 2**53 - 1
"""Beyond this a JSON number is no longer the same integer to every reader (RFC 7493, section 2.2)."""

_MOST_DIGITS = len(str(LARGEST_INTEGER))
_MAX_QUOTED = 40

# The decoder's hooks know no positions, so they raise these and the position is looked for once it is needed.
_CONSTANT = re.compile(r"-?Infinity|NaN")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
# What msgspec reads as the exact reader does, and most of what there is.
_HARMLESS = frozenset({float, str, bool, type(None)})
_FAST = msgspec.json.Decoder()
_GAPS_BEFORE_COLON = (b" :", b"\t:", b"\n:", b"\r:")
_EMPTY = re.compile(rb"\[\]|\{\}")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# A whole pair, then what must not stand alone, then any other escape: each alternative eats what it has looked at.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u(?P<refused>0000|[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class MalformedJsonError(ValueError):
    """A text is not JSON, or JSON that readers understand differently.

    Attributes
    ----------
    reason
        What is wrong, as a clause: ``the key 'a' stands twice in one object``.
    position
        Where, counted in characters from 1; ``None`` where it concerns the whole.
    """

    def __init__(self, reason: str, position: int | None = None) -> None:
        self.reason = reason
        self.position = position
        super().__init__(reason if position is None else f"{reason} (at character {position})")


class JsonTooLongError(MalformedJsonError):
    """A text is longer than its reader takes; it was not looked at."""


class _RefusedError(ValueError):
    """Raised inside the decoder: the tokens that were refused, by which the position is found, and why."""

    def __init__(self, reason: str, token: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.token = token


class _RepeatedKeyError(ValueError):
    """Raised inside the decoder: an object has a key twice."""


def loads(data: bytes, *, most_bytes: int) -> object:
    """Return the value of a JSON text.

    Parameters
    ----------
    data
        The text in UTF-8, without a byte order mark.
    most_bytes
        Longest text that is read.

    Returns
    -------
    object
        Built of ``None``, booleans, integers up to 2**53 - 1 in size, finite floats, text, lists and dictionaries.

    Raises
    ------
    JsonTooLongError
        The text has more than ``most_bytes`` bytes.
    MalformedJsonError
        It is no JSON; has a key twice in one object, NaN, an infinity, a number that is too large, NUL or half of a
        surrogate pair in a text; or is nested deeper than `MAX_DEPTH`.

    Notes
    -----
    An ordinary text is decoded by msgspec, which is several times faster than the standard library and as strict, save
    for repeated keys, large integers, NUL and depth. A walk over the result settles those, and whatever it cannot
    settle is read again by the exact reader below, which alone says what is wrong and where.
    """
    if len(data) > most_bytes:
        raise JsonTooLongError(f"the text has {len(data):,} bytes, and at most {most_bytes:,} are read")
    try:
        value: object = _FAST.decode(data)
    except (ValueError, RecursionError):
        return _read_exactly(data)
    return value if _is_beyond_doubt(value, data) else _read_exactly(data)


def _is_beyond_doubt(value: object, data: bytes) -> bool:
    """Tell whether a quick look shows that the exact reader would return the same value.

    Where every key is followed by its colon at once, the text has at least as many ``":`` as keys, repeated ones
    included. So when it has just as many as there are different keys, none is repeated.
    """
    if b"\\u" in data or any(gap in data for gap in _GAPS_BEFORE_COLON):
        return False
    keys = 0
    level: list[Iterable[object]] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Iterable[object]] = []
        for entries in level:
            for entry in entries:
                if type(entry) in _HARMLESS:
                    continue
                if isinstance(entry, dict):
                    keys += len(entry)
                    inner.append(entry.values())
                elif isinstance(entry, list):
                    inner.append(entry)
                elif isinstance(entry, int) and not -LARGEST_INTEGER <= entry <= LARGEST_INTEGER:
                    return False
        if not inner:
            return keys == data.count(b'":')
        level = inner
    return False


def _read_exactly(data: bytes) -> object:
    text = _decoded(data)
    value = _parsed(text)
    _check_escapes(text)
    _check_depth(data)
    return value


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        position = len(data[: error.start].decode()) + 1
        raise MalformedJsonError(f"the byte 0x{data[error.start]:02x} is not UTF-8", position) from error


def _parsed(text: str) -> object:
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedJsonError(_in_words(error, text), error.pos + 1) from error
    except _RepeatedKeyError as error:
        key, position = _repeated_key(text)
        raise MalformedJsonError(f"the key {key} stands twice in one object", position) from error
    except _RefusedError as error:
        raise MalformedJsonError(error.reason, _position_of(error.token, text)) from error
    except RecursionError as error:
        raise MalformedJsonError(_TOO_DEEP) from error
    return value


_TOO_DEEP = f"lists and objects are nested deeper than {MAX_DEPTH}"


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _RepeatedKeyError
    return made


def _finite(token: str) -> float:
    number = float(token)
    if math.isinf(number):
        raise _RefusedError(f"the number {_shortened(token)} is too large", token)
    return number


def _exact(token: str) -> int:
    # Measured before it is read: reading very many digits takes long, and Python refuses some of it.
    if len(token) <= _MOST_DIGITS + 1:
        number = int(token)
        if -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
            return number
    raise _RefusedError(f"the integer {_shortened(token)} is beyond 2**53 - 1, where numbers lose digits", token)


def _no_constant(token: str) -> object:
    raise _RefusedError(f"{token} is not a JSON number", token)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_finite, parse_int=_exact, parse_constant=_no_constant
)


def _check_escapes(text: str) -> None:
    """Refuse what only an escape can bring into a text: NUL, and half of a surrogate pair."""
    for escape in _ESCAPE.finditer(text):
        refused = escape["refused"]
        if refused is not None:
            what = "NUL" if refused == "0000" else "half of a surrogate pair"
            raise MalformedJsonError(f"a text contains {what} (\\u{refused})", escape.start() + 1)


def _check_depth(data: bytes) -> None:
    """Refuse deep nesting: with texts taken out, each round of removing empty brackets lowers the depth by one."""
    brackets = _STRING.sub(b"", data).translate(None, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = _EMPTY.sub(b"", brackets)
        if not brackets:
            return
    raise MalformedJsonError(_TOO_DEEP)


def _in_words(error: json.JSONDecodeError, text: str) -> str:
    if not text.strip(" \t\r\n"):
        return "there is nothing but white space"
    if error.msg.startswith("Invalid control character"):
        return f"a text contains the raw control character U+{ord(text[error.pos]):04X}"
    if error.msg == "Extra data":
        return "something follows the value"
    return error.msg[:1].lower() + error.msg[1:]


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    return ((match[0], match.start() + 1) for match in _TOKEN.finditer(text))


def _position_of(token: str, text: str) -> int | None:
    return next((position for found, position in _tokens(text) if found == token), None)


def _repeated_key(text: str) -> tuple[str, int | None]:
    """Return the first key that stands twice in its object, and where it stands for the second time."""
    keys_of_open: list[set[object]] = []
    last, last_position = "", 0
    for token, position in _tokens(text):
        if token in {"{", "["}:
            keys_of_open.append(set())
        elif token in {"}", "]"}:
            keys_of_open.pop()
        elif token == ":":  # noqa: S105  (a token of JSON)
            key = json.loads(last)
            if key in keys_of_open[-1]:
                return _shortened(repr(key)), last_position
            keys_of_open[-1].add(key)
        last, last_position = token, position
    return "", None


def _shortened(token: str) -> str:
    return token if len(token) <= _MAX_QUOTED else token[:_MAX_QUOTED] + "…"
