"""The stable name of a guideline clause: rubrics cite it, and it stays when a clause is reworded or moved."""

import re

ANCHOR = re.compile(r"[A-Z]{2,4}-[0-9]{1,4}(?:\.[0-9]{1,4}){0,5}")
"""Two to four capital letters, a hyphen and a number, then numbers after dots: ``PL-3.2``."""

ANCHOR_IN_WORDS = "an anchor such as PL-1 or PL-3.2"

_BEFORE, _AFTER = r"(?<![\w.-])", r"(?![\w-]|\.\w)"
AS_A_WORD = re.compile(rf"{_BEFORE}(?:{ANCHOR.pattern}){_AFTER}")
"""An anchor that stands in a text as a word of its own: ``GE-1`` is not in ``GE-1.3``."""


def named_in(text: str) -> frozenset[str]:
    """Return the anchors that a text names: of clauses, and of whatever else is written like one."""
    return frozenset(AS_A_WORD.findall(text))
