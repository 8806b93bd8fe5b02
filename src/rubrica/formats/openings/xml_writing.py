"""Writing XML: elements and text, everything escaped, characters that XML cannot hold left out."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(name: str, content: str, attributes: Mapping[str, str] | None = None) -> str:
    """Return an element with text in it; nothing where there is no text."""
    if not content:
        return ""
    return f"<{name}{_attributes(attributes)}>{escape(_UNWRITABLE.sub('', content))}</{name}>"


def parent(name: str, children: Iterable[str], attributes: Mapping[str, str] | None = None) -> str:
    """Return an element with elements in it, each on a line of its own."""
    inner = "".join(f"{child}\n" for child in children if child)
    return f"<{name}{_attributes(attributes)}>\n{inner}</{name}>"


def _attributes(attributes: Mapping[str, str] | None) -> str:
    return "".join(f" {name}={quoteattr(_UNWRITABLE.sub('', value))}" for name, value in (attributes or {}).items())
