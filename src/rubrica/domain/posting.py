"""An opening as it was posted somewhere: its key there, its address, and what its dates are worth."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from rubrica.domain.opening import Opening
from rubrica.domain.problems import Problem

MAX_ADDRESS: Final = 500
MAX_KEY: Final = 200
MISSES_UNTIL_GONE: Final = 2
"""Complete fetches in a row that lack an opening before it counts as gone."""
_CLOCK_SKEW: Final = timedelta(hours=26)
"""How far ahead a date may be before it lies in the future: a day that begins earlier elsewhere, and slow clocks."""
_NOISE: Final = re.compile(r"[\W_]+")
_TRACKING: Final = re.compile("utm_|ref$|source$|fbclid|gclid")


@dataclass(frozen=True, slots=True)
class Posting:
    """An opening with what its source says of it.

    Attributes
    ----------
    key
        By which the source knows it again.
    url
        Page of the opening; empty where there is none.
    posted, updated
        As the source says them; nobody has weighed them yet.
    notes
        What was read but could not be taken, in words for whoever looks.
    raw
        The entry as it came, kept but never shown as a page.
    """

    key: str
    opening: Opening
    url: str = ""
    posted: datetime | None = None
    updated: datetime | None = None
    notes: tuple[Problem, ...] = ()
    raw: str = field(default="", repr=False, compare=False)


def web_address(text: str) -> str:
    """Return an address of the web in a plain spelling; empty where it is none, or carries a name and password."""
    address = text.strip()
    if len(address) > MAX_ADDRESS or any(character <= " " or character in '<>"\\^`{|}\x7f' for character in address):
        return ""
    try:
        parts = urlsplit(address)
        valid = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        valid = valid and (parts.port is None or parts.port > 0)
    except ValueError:
        return ""
    return address if valid else ""


def same_place(url: str) -> str:
    """Return what two addresses of one page have in common: no scheme, no ``www.``, nothing that counts visitors."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name)]
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{urlencode(sorted(kept))}".rstrip("?").casefold()


def fingerprint(posting: Posting) -> str:
    """Return the hash by which one opening is known again from another source: organisation, title and address."""
    words = (posting.opening.organisation, posting.opening.title)
    plain = [_NOISE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip() for text in words]
    return hashlib.sha256("\n".join([*plain, same_place(posting.url)]).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class HonestDates:
    """When an opening was posted as far as it can be believed, and what is wrong with what the source says."""

    posted: datetime
    notes: tuple[Problem, ...]


def honest_dates(posting: Posting, *, first_seen: datetime, said_before: datetime | None) -> HonestDates:
    """Weigh the dates of a source.

    An opening is as old as the first date that its source gave, and no younger than when it was first seen here: who
    gives it a new date makes it no newer.
    """
    notes: list[Problem] = []
    said = said_before or posting.posted
    believed = first_seen
    if said is None:
        notes.append(Problem("posted", "is not said", "the day it was first published; it was first seen here then"))
    elif said > first_seen + _CLOCK_SKEW:
        notes.append(Problem("posted", f"is said to be {said:%Y-%m-%d}, after it was seen here", "a day that has been"))
    else:
        believed = min(said, first_seen)
    if said_before is not None and posting.posted is not None and posting.posted.date() != said_before.date():
        moved = f"is now said to be {posting.posted:%Y-%m-%d}, and was said to be {said_before:%Y-%m-%d}"
        notes.append(Problem("posted", moved, "the day it was first published, which never changes"))
    if posting.updated is not None and posting.posted is not None and posting.updated < posting.posted:
        notes.append(Problem("updated", "is before the day it was posted", "a later day"))
    closes = posting.opening.closes_at
    if closes is not None and posting.posted is not None and closes < posting.posted:
        notes.append(Problem("closes_at", "is before the day it was posted", "a later day"))
    return HonestDates(believed, tuple(notes))
