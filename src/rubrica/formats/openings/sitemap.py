"""The addresses of openings, for those who look for pages: a sitemap, with when each was last changed."""

from collections.abc import Iterable

from rubrica.domain.opening import moment_text
from rubrica.domain.posting import Posting
from rubrica.formats.openings.xml_writing import DECLARATION, element, parent


def write_sitemap(postings: Iterable[Posting]) -> str:
    """Return a sitemap of the pages of openings."""
    pages = (
        parent(
            "url",
            [
                element("loc", posting.url),
                element("lastmod", moment_text(posting.updated or posting.posted) or ""),
            ],
        )
        for posting in postings
    )
    space = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return f"{DECLARATION}{parent('urlset', pages, space)}\n"
