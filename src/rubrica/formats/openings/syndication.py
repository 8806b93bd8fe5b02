"""Openings as RSS 2.0 or Atom: a title, an address, a day and words."""

import json
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from rubrica.domain.posting import MAX_ADDRESS, MAX_KEY, Posting
from rubrica.formats.openings.feed import (
    EXTENSION,
    EXTENSION_ADDRESS,
    Feed,
    FeedRefusedError,
    Gathered,
    extension_of,
    moment_of,
    text_of,
)
from rubrica.formats.openings.indeed import extension_in
from rubrica.formats.openings.job_posting import category_words
from rubrica.formats.openings.prose import from_html, to_html
from rubrica.formats.openings.xml import Element, raw_of, read_xml
from rubrica.formats.openings.xml_writing import DECLARATION, element, parent

_COVERED: Final = frozenset({"title", "description"})
_CREATOR: Final = "http://purl.org/dc/elements/1.1/"


def read_syndication(data: bytes) -> Feed:
    """Read every entry of an RSS or Atom feed. Such a feed shows the newest, so what it lacks is not gone."""
    root = read_xml(data)
    channel = next(root.all("channel"), None)
    if root.name == "feed":
        entries = list(root.all("entry"))
    elif root.name == "rss" and channel is not None:
        entries = list(channel.all("item"))
    elif root.name == "RDF":
        entries = list(root.all("item"))
    else:
        raise FeedRefusedError(f"The file begins with <{root.name[:40]}>; a feed begins with <rss> or <feed>.")
    gathered = Gathered()
    gathered.cut()
    for number, entry in enumerate(entries, start=1):
        if gathered.is_full:
            break
        _take(entry, f"entry {number}", raw_of(data, entry), gathered)
    return gathered.feed()


def _take(entry: Element, place: str, raw: str, gathered: Gathered) -> None:
    url = entry.text("link") or _linked(entry)
    said: dict[str, object] = {
        "title": text_of(entry.text("title")),
        "organisation": text_of(entry.text("creator", "author", "company")),
        "description": from_html(entry.text("encoded", "description", "content", "summary")),
    }
    gathered.take(
        place,
        said,
        key=text_of(entry.text("guid", "id"), MAX_KEY) or text_of(url, MAX_KEY),
        url=text_of(url, MAX_ADDRESS + 1),
        posted=moment_of(entry.text("pubDate", "published", "date")),
        updated=moment_of(entry.text("updated")),
        extension=extension_in(entry),
        raw=raw,
    )


def _linked(entry: Element) -> str:
    """Return the address of an Atom entry: the link to the thing itself."""
    links = [link for link in entry.all("link") if link.attributes.get("href")]
    chosen = [link for link in links if link.attributes.get("rel", "alternate") == "alternate"] or links
    return chosen[0].attributes["href"] if chosen else ""


def write_rss(postings: Iterable[Posting], *, title: str, address: str, feed: str, now: datetime) -> str:
    """Return openings as RSS 2.0."""
    about = [
        element("title", title),
        element("link", address),
        element("description", title),
        f'<atom:link href="{feed}" rel="self" type="application/rss+xml"/>',
        element("lastBuildDate", format_datetime(now)),
    ]
    channel = parent("channel", [*about, *(_item(posting) for posting in postings)])
    spaces = {
        "version": "2.0",
        "xmlns:atom": "http://www.w3.org/2005/Atom",
        "xmlns:dc": _CREATOR,
        f"xmlns:{EXTENSION}": EXTENSION_ADDRESS,
    }
    return f"{DECLARATION}{parent('rss', [channel], spaces)}\n"


def _item(posting: Posting) -> str:
    opening = posting.opening
    return parent(
        "item",
        [
            element("title", opening.title),
            element("link", posting.url),
            element("guid", posting.key, {"isPermaLink": "false"}),
            element("pubDate", format_datetime(posting.posted) if posting.posted is not None else ""),
            element("dc:creator", opening.organisation),
            element("category", category_words(opening)),
            element("description", to_html(opening.description)),
            element(f"{EXTENSION}:opening", json.dumps(extension_of(posting, _COVERED), ensure_ascii=False)),
        ],
    )
