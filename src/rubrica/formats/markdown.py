"""Markdown to HTML: the one renderer, so that workbench, pages and previews show a guideline alike.

Raw HTML in the text stays text; what the Markdown itself makes is sanitised once more, by an allow-list. Nothing loads
from elsewhere: an image is one of the project's items, ``![A seam](item:owl.png)``, or shown by its description, and
links lead only to the web, to mail and within the text.
"""

import itertools
import re
from collections.abc import Mapping, MutableMapping, Sequence
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

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
    *("a", "blockquote", "br", "code", "em", "hr", "img", "li", "ol", "p", "pre", "s", "strong", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    **{heading: {"id"} for heading in _HEADINGS},
}
_ITEM: Final = "item:"
_NO_IMAGES: Final[Mapping[str, str]] = MappingProxyType({})
_CLAUSE_HEADING = re.compile(rf"({ANCHOR.pattern})(?![\w-])")


def item_keys(text: str) -> tuple[str, ...]:
    """Return the keys of the items whose images the Markdown shows, in the order of the text."""
    inline = (token.children or () for token in _MARKDOWN.parse(text))
    keys = (_item_key(token) for children in inline for token in children if token.type == "image")
    return tuple(dict.fromkeys(key for key in keys if key))


def _item_key(image: Token) -> str:
    address = unquote(str(image.attrGet("src") or ""))
    return address.removeprefix(_ITEM) if address.startswith(_ITEM) else ""


def markdown_html(text: str, images: Mapping[str, str] = _NO_IMAGES) -> str:
    """Return Markdown as sanitised HTML, in which the heading of a clause carries its anchor as ``id``.

    ``images`` are addresses on this site by the key of an item; an image that has none is shown by its description.
    """
    return "".join(html for _, html in html_by_clause(text, images))


def html_by_clause(text: str, images: Mapping[str, str] = _NO_IMAGES) -> tuple[tuple[str, str], ...]:
    """Return the HTML of a guideline cut before the heading of each clause, as (anchor, html).

    What comes first has no anchor. A clause inside a quotation or a list is not cut off.
    """
    tokens = _MARKDOWN.parse(text)
    cut: list[tuple[str, list[Token]]] = [("", [])]
    for heading, content in itertools.zip_longest(tokens, tokens[1:]):
        is_heading = heading.type == "heading_open" and content is not None
        clause = _CLAUSE_HEADING.match(content.content.strip()) if is_heading else None
        if clause is not None:
            heading.attrSet("id", clause[1])
            if heading.level == 0:
                cut.append((clause[1], []))
        cut[-1][1].append(heading)
    env = {"images": images}
    rendered = ((anchor, _MARKDOWN.renderer.render(part, _MARKDOWN.options, env)) for anchor, part in cut if part)
    return tuple((anchor, _CLEANER.clean(html)) for anchor, html in rendered)


def _image(
    _renderer: RendererProtocol,
    tokens: Sequence[Token],
    position: int,
    _options: OptionsDict,
    env: MutableMapping[str, Mapping[str, str]],
) -> str:
    """Show an image of the project; any other by its description: opening a guideline must call no other address."""
    token = tokens[position]
    address = env["images"].get(_item_key(token))
    if address is None:
        return escapeHtml(f"[{token.content}]")
    return f'<img src="{escapeHtml(address)}" alt="{escapeHtml(token.content)}">'


def _on_this_site(address: str) -> str | None:
    """Keep a relative address when it leads to a heading or a path of this site; ``//elsewhere`` goes."""
    return address if address.startswith("#") or (address.startswith("/") and address[1:2] not in {"/", "\\"}) else None


def _kept(element: str, attribute: str, value: str) -> str | None:
    """Links lead to no path of this site: only images come from there."""
    return None if element == "a" and attribute == "href" and value.startswith("/") else value


def _commonmark() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.add_render_rule("image", _image)
    return markdown


_MARKDOWN = _commonmark()
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    url_relative=_on_this_site,
    attribute_filter=_kept,
    link_rel="noopener noreferrer",
)
