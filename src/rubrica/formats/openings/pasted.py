"""An opening as pasted text: what its words say, and nothing that they do not."""

import re
from typing import Final

from rubrica.domain.opening_prose import opening_from_prose, posted_in
from rubrica.domain.posting import web_address
from rubrica.formats.openings.feed import MOST_BYTES, Feed, FeedRefusedError, Gathered, content_key
from rubrica.formats.openings.prose import from_html

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")


def read_pasted(data: bytes) -> Feed:
    """Read one opening. Its first line is the title."""
    if len(data) > MOST_BYTES:
        raise FeedRefusedError(f"The text has {len(data):,} bytes; at most {MOST_BYTES:,} are read.")
    text = data.decode("utf-8", "replace")
    words = from_html(text)
    if not words:
        raise FeedRefusedError("There is no text.")
    opening = opening_from_prose(words)
    found = _ADDRESS.search(words)
    url = web_address(found.group().rstrip(".,;)")) if found is not None else ""
    gathered = Gathered()
    # The words have been searched already: nothing is to be completed.
    gathered.take(
        "text",
        opening.as_json(),
        key=url or content_key(opening),
        url=url,
        posted=posted_in(words),
        extension={},
        raw=text,
    )
    # One text says nothing of what else there is.
    gathered.cut()
    return gathered.feed()
