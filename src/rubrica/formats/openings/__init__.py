"""Readers and writers of openings. A reader takes bytes and a kind; without a kind the bytes say what they are."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from rubrica.formats.openings.csv import read_csv
from rubrica.formats.openings.feed import Feed, FeedRefusedError
from rubrica.formats.openings.indeed import read_indeed
from rubrica.formats.openings.job_posting import read_json_ld, read_page
from rubrica.formats.openings.listing import read_listing
from rubrica.formats.openings.pasted import read_pasted
from rubrica.formats.openings.syndication import read_syndication

__all__ = ["FeedKind", "FeedRefusedError", "kind_of", "read_feed"]

_LOOKED_AT: Final = 2_000


class FeedKind(StrEnum):
    """In what form openings come."""

    PAGE = "page"
    JSON_LD = "json_ld"
    INDEED = "indeed"
    SYNDICATION = "syndication"
    LISTING = "listing"
    CSV = "csv"
    TEXT = "text"


_READERS: Final[Mapping[FeedKind, Callable[[bytes], Feed]]] = {
    FeedKind.PAGE: read_page,
    FeedKind.JSON_LD: read_json_ld,
    FeedKind.INDEED: read_indeed,
    FeedKind.SYNDICATION: read_syndication,
    FeedKind.LISTING: read_listing,
    FeedKind.CSV: read_csv,
    FeedKind.TEXT: read_pasted,
}


def read_feed(data: bytes, kind: FeedKind | None = None) -> Feed:
    """Read openings.

    Raises
    ------
    FeedRefusedError
        They cannot be read as a whole; single entries that cannot be are in the feed, with the reason.
    """
    if not data.strip():
        raise FeedRefusedError("There is nothing in it.")
    return _READERS[kind or kind_of(data)](data)


def kind_of(data: bytes) -> FeedKind:
    """Tell from its beginning in what form a file is."""
    head = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"{", b"[")):
        return FeedKind.JSON_LD if b"jobposting" in data.lower() and b"@type" in data else FeedKind.LISTING
    if head.startswith(b"<"):
        if b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head:
            return FeedKind.SYNDICATION
        if b"<source" in head and b"<html" not in head:
            return FeedKind.INDEED
        return FeedKind.PAGE if b"<?xml" not in head or b"<html" in head else FeedKind.INDEED
    first = head.partition(b"\n")[0]
    if b"title" in first and any(first.count(mark) >= 1 for mark in (b",", b";", b"\t")):
        return FeedKind.CSV
    return FeedKind.TEXT
