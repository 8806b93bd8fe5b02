"""What every reader of openings gives: postings, what was refused and why, and whether that was all there is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from rubrica.domain.opening import FIELDS, MAX_TITLE, Opening, read_moment
from rubrica.domain.opening_prose import opening_from_prose
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.posting import MAX_KEY, Posting, web_address
from rubrica.domain.problems import Problem, ProblemsError
from rubrica.formats.openings.prose import line

MOST_BYTES: Final = 5_000_000
MOST_ENTRIES: Final = 2_000
MAX_RAW: Final = 100_000
EXTENSION: Final = "rubrica"
"""Prefix and key under which our own exports say what a format has no word for."""
EXTENSION_ADDRESS: Final = "urn:rubrica:opening:1"
UPDATED: Final = "updated"
_FROM_PROSE: Final = (
    "data_type",
    "label_types",
    "pay",
    "hours",
    "languages",
    "countries",
    "experience",
    "employment",
    "closes_at",
)
"""What the words of a posting may say where its source has no field for it, or leaves it empty."""


class FeedRefusedError(ValueError):
    """A feed cannot be read as a whole; the message says why."""


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry that was not taken.

    Attributes
    ----------
    place
        Where it stands: ``entry 3``.
    key
        Its key, where that could be read: an entry that is refused is not gone.
    """

    place: str
    problems: tuple[Problem, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds.

    Attributes
    ----------
    is_complete
        Whether everything that the source has is here, or known to be refused: what is missing then is missed.
    next_cursor
        What to ask the source for next; empty where this is the end.
    """

    postings: tuple[Posting, ...]
    refused: tuple[BadEntry, ...] = ()
    is_complete: bool = True
    next_cursor: str = ""


class Gathered:
    """Entries as they are read."""

    def __init__(self) -> None:
        self._postings: dict[str, Posting] = {}
        self._refused: list[BadEntry] = []
        self._cut = False

    @property
    def is_full(self) -> bool:
        """Whether no more entries are taken."""
        return len(self._postings) + len(self._refused) >= MOST_ENTRIES

    def cut(self) -> None:
        """Remember that the feed goes on."""
        self._cut = True

    def refuse(self, place: str, problem: Problem, key: str = "") -> None:
        """Leave an entry out."""
        self._refused.append(BadEntry(place, (problem,), key))

    def take(
        self,
        place: str,
        said: Mapping[str, object],
        *,
        key: str,
        url: str = "",
        posted: datetime | None = None,
        updated: datetime | None = None,
        extension: object = None,
        raw: str = "",
        notes: tuple[Problem, ...] = (),
    ) -> None:
        """Take an entry as far as it is of the model: what is not is left out, and noted.

        ``extension`` is what one of our own exports says beyond the format; with it the words are not searched.
        """
        own = extension if isinstance(extension, dict) else None
        if own is not None:
            updated = read_moment(str(own.get(UPDATED))) or updated
            said = {**said, **{name: value for name, value in own.items() if name in FIELDS}}
            notes = tuple(note for note in notes if note.field not in own)
        opening, left_out = lenient(said)
        if not opening.title:
            self.refuse(place, Problem("title", "is missing", "what the work is, in a line"), line(key, MAX_KEY))
            return
        if own is None:
            opening = completed(opening)
        address = web_address(url)
        if url.strip() and not address:
            left_out = (*left_out, Problem("url", "is no address of the web", "https://…"))
        known_by = line(key, MAX_KEY) or address or content_key(opening)
        self._postings[known_by] = Posting(
            known_by, opening, address, posted, updated, (*notes, *left_out), raw[:MAX_RAW].replace("\x00", "")
        )

    def feed(self, *, next_cursor: str = "") -> Feed:
        """Return what was gathered. An entry without a key that was refused leaves open what is missing."""
        is_whole = not self._cut and all(entry.key for entry in self._refused)
        return Feed(tuple(self._postings.values()), tuple(self._refused), is_whole, next_cursor)


def lenient(said: Mapping[str, object]) -> tuple[Opening, tuple[Problem, ...]]:
    """Read an opening, leaving out each field that is not of the model."""
    try:
        return parse_opening(said), ()
    except ProblemsError as refused:
        fields = {problem.field.partition(".")[0].partition("[")[0] for problem in refused.problems}
        return parse_opening({name: value for name, value in said.items() if name not in fields}), refused.problems


def completed(opening: Opening) -> Opening:
    """Return an opening with what its own words say and no field does."""
    words = opening_from_prose(f"{opening.title}\n{opening.description}")
    return replace(
        opening,
        **{
            name: getattr(words, name)
            for name in _FROM_PROSE
            if getattr(opening, name) in (None, ()) and name != "countries"
        },
        countries=words.countries if opening.countries is None else opening.countries,
    )


def content_key(opening: Opening) -> str:
    """Return a key for an opening whose source gives none: it changes with its title and organisation only."""
    return hashlib.sha256(f"{opening.organisation}\n{opening.title}".encode()).hexdigest()[:32]


def extension_of(posting: Posting, covered: frozenset[str]) -> dict[str, object]:
    """Return what a format that covers some fields cannot say of a posting."""
    said = {name: value for name, value in posting.opening.as_json().items() if name not in covered}
    return {**said, UPDATED: posting.updated.isoformat() if posting.updated is not None else None}


def text_of(value: object, maximum: int = MAX_TITLE) -> str:
    """Return a value that should be text as one line; anything else as nothing."""
    return line(value, maximum) if isinstance(value, str) else ""


def moment_of(value: object) -> datetime | None:
    """Return the moment that a value of a feed names, as RFC 3339 or RFC 5322 write it; None where it names none."""
    if not isinstance(value, str):
        return None
    moment = read_moment(value)
    if moment is not None:
        return moment
    try:
        parsed = parsedate_to_datetime(value.strip()[:60])
    except (ValueError, TypeError, IndexError):
        return None
    return read_moment(parsed.isoformat())
