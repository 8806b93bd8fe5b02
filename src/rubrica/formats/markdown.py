"""Markdown to HTML: the one renderer, so that workbench, pages and previews show a guideline alike.

Raw HTML in the text stays text; what the Markdown itself makes is sanitised once more, by an allow-list. Nothing loads
from elsewhere: images are shown by their description, and links lead only to the web, to mail and within the text.
"""

import itertools
import re
from collections.abc import MutableMapping, Sequence
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from rubrica.domain.clause_anchor import ANCHOR

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS: Final = {
    *_HEADINGS,
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}, **{heading: {"id"} for heading in _HEADINGS}}
_CLAUSE_HEADING = re.compile(rf"({ANCHOR.pattern})(?![\w-])")


def markdown_html(text: str) -> str:
    """Return Markdown as sanitised HTML, in which the heading of a clause carries its anchor as ``id``."""
    tokens = _MARKDOWN.parse(text)
    for heading, content in itertools.pairwise(tokens):
        clause = _CLAUSE_HEADING.match(content.content.strip()) if heading.type == "heading_open" else None
        if clause is not None:
            heading.attrSet("id", clause[1])
    return _CLEANER.clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _described_image(
    _renderer: RendererProtocol,
    tokens: Sequence[Token],
    position: int,
    _options: OptionsDict,
    _env: MutableMapping[str, object],
) -> str:
    """Show an image by its description: the text may name any address, and opening a guideline must call none."""
    return escapeHtml(f"[{tokens[position].content}]")


def _within_the_text(address: str) -> str | None:
    """Keep a relative link when it leads to a heading; ``//elsewhere`` and paths of this site go."""
    return address if address.startswith("#") else None


def _commonmark() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.add_render_rule("image", _described_image)
    return markdown


_MARKDOWN = _commonmark()
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    url_relative=_within_the_text,
    link_rel="noopener noreferrer",
)
