"""One spelling for a value as JSON (RFC 8785, JSON Canonicalization Scheme): equal content has an equal hash."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import cast

LARGEST_EXACT_INTEGER = 2**53 - 1
"""Beyond this a JSON number is no longer the same integer to every reader (RFC 7493, section 2.2)."""

MAX_DEPTH = 64
"""How deeply lists and objects may be nested."""

_PLAIN_FROM = 1e-6
_PLAIN_BELOW = 1e21


class NotCanonicalError(ValueError):
    """A value has no canonical JSON, as NaN, an integer beyond 2**53 - 1, or text with half of a surrogate pair."""


def canonical_json(value: object) -> bytes:
    """Return the canonical JSON of ``value`` in UTF-8.

    Parameters
    ----------
    value
        Built of ``None``, booleans, integers up to 2**53 - 1 in size, finite floats, text, lists or tuples, and
        mappings with text keys.

    Returns
    -------
    bytes
        Keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them (``1.0`` is ``1``).

    Raises
    ------
    NotCanonicalError
        The value holds something that canonical JSON cannot say.

    References
    ----------
    Rundgren, A., Jordan, B., Erdtman, S. (2020). JSON Canonicalization Scheme (JCS). RFC 8785, sections 3.2.2 and
    3.2.3. doi:10.17487/RFC8785
    """
    try:
        return _written(value, 0).encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("text with half of a surrogate pair has no canonical JSON") from error


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in lower-case hexadecimal (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def _written(value: object, depth: int) -> str:  # noqa: PLR0911  (one return for each kind of value)
    # Exact types first: a receipt is hashed on every submission.
    kind = type(value)
    if kind is str:
        return encode_basestring(cast("str", value))
    if kind is int:
        return _integer(cast("int", value))
    if kind is float:
        return _float(cast("float", value))
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if depth >= MAX_DEPTH:
        raise NotCanonicalError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, Mapping):
        return _object(cast("Mapping[object, object]", value), depth + 1)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_written(entry, depth + 1) for entry in cast("Sequence[object]", value)]) + "]"
    raise NotCanonicalError(f"a {kind.__name__} has no canonical JSON")


def _object(values: Mapping[object, object], depth: int) -> str:
    keys: list[str] = []
    for key in values:
        if not isinstance(key, str):
            raise NotCanonicalError(f"a key must be text, not a {type(key).__name__}")
        keys.append(key)
    keys.sort(key=None if all(map(str.isascii, keys)) else _utf16)
    return "{" + ",".join([f"{encode_basestring(key)}:{_written(values[key], depth)}" for key in keys]) + "}"


def _utf16(key: str) -> bytes:
    # Half a surrogate pair is let through here and refused when the whole is encoded.
    return key.encode("utf-16-be", "surrogatepass")


def _integer(value: int) -> str:
    if abs(value) > LARGEST_EXACT_INTEGER:
        raise NotCanonicalError("an integer beyond 2**53 - 1 is not the same number to every reader of JSON")
    return int.__repr__(value)


def _float(value: float) -> str:
    """Write a double as ECMAScript's Number::toString does."""
    if not math.isfinite(value):
        raise NotCanonicalError(f"{value} is not a JSON number")
    if value == 0:
        return "0"  # also for -0.0
    shortest = repr(value)
    if not _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
        mantissa, _, exponent = shortest.partition("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
    if "e" not in shortest:
        return shortest.removesuffix(".0")
    return _without_exponent(shortest)


def _without_exponent(shortest: str) -> str:
    """Write out a number that Python abbreviates and ECMAScript does not: from 1e-6 to 1e-4, and from 1e16 to 1e21."""
    mantissa, _, exponent = shortest.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.removeprefix("-").replace(".", "")
    places = int(exponent)
    if places < 0:
        return f"{sign}0.{'0' * (-places - 1)}{digits}"
    return f"{sign}{digits.ljust(places + 1, '0')}"
