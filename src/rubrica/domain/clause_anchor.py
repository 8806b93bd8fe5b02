"""The stable name of a guideline clause: rubrics cite it, and it stays when a clause is reworded or moved."""

import re

ANCHOR = re.compile(r"[A-Z]{2,4}-[0-9]{1,4}(?:\.[0-9]{1,4}){0,5}")
"""Two to four capital letters, a hyphen and a number, then numbers after dots: ``PL-3.2``."""

ANCHOR_IN_WORDS = "an anchor such as PL-1 or PL-3.2"
