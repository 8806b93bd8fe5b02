"""The text policy, the same for every text a person writes.

Text is Unicode in composed form (NFC). NUL, the other control characters except line feed and tab, and lone surrogates
are refused, not dropped: a database would refuse some of them, store others, and search would miss the rest. Length
counts code points of the composed text.
"""

import re
import unicodedata

from rubrica.domain.problems import Findings, quoted

_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_REFUSED_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LARGEST_SHRINK = 4
"""Composition joins at most this many code points into one, so a longer text needs no composing to be refused."""

_ALLOWED_CHARACTERS = "any characters except control characters (line feed and tab are fine)"
_ALLOWED_IN_A_LINE = "one line of any characters except control characters"


def composed(text: str) -> str:
    """Return ``text`` in Unicode normal form C."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def with_line_feeds(text: str) -> str:
    """Return ``text`` with every line ended by a single line feed, whatever machine it was written on."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def check_text(
    value: object,
    field: str,
    found: Findings,
    *,
    maximum: int,
    minimum: int = 0,
    one_line: bool = False,
) -> str:
    """Return the composed text, or note what is wrong with it and return ``""``.

    Parameters
    ----------
    value
        What was sent; anything but text is a problem.
    field
        Path of the value, for the message.
    found
        Where problems are noted.
    maximum, minimum
        Length of the composed text in code points; a text of blanks counts as empty when ``minimum`` asks for any.
    one_line
        Whether line feeds and tabs are refused as well.
    """
    if type(value) is not str:
        found.add(field, f"is {quoted(value)}", f"text of at most {maximum} characters")
        return ""
    if len(value) > maximum * _LARGEST_SHRINK:
        found.add(field, f"has {len(value)} characters", f"at most {maximum} characters")
        return ""
    refused = (_REFUSED_IN_A_LINE if one_line else _REFUSED).search(value)
    if refused is not None:
        what = _name_of(refused.group())
        allowed = _ALLOWED_IN_A_LINE if one_line else _ALLOWED_CHARACTERS
        found.add(field, f"contains {what} at character {refused.start() + 1}", allowed)
        return ""
    text = composed(value)
    if len(text) > maximum:
        found.add(field, f"has {len(text)} characters", f"at most {maximum} characters")
        return ""
    if minimum and len(text.strip()) < minimum:
        wanted = "some text" if minimum == 1 else f"at least {minimum} characters"
        found.add(field, "is empty" if not text.strip() else f"has {len(text.strip())} characters", wanted)
        return ""
    return text


def first_refused_character(text: str) -> tuple[int, str] | None:
    """Return position (from 1) and name of the first character the policy refuses, or ``None``."""
    refused = _REFUSED.search(text)
    return None if refused is None else (refused.start() + 1, _name_of(refused.group()))


def _name_of(character: str) -> str:
    if character == "\x00":
        return "a NUL character"
    if character == "\r":
        return "a carriage return (end lines with a line feed alone)"
    code = f"U+{ord(character):04X}"
    return f"half of a surrogate pair ({code})" if _is_surrogate(character) else f"the control character {code}"


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"
