"""Descriptions as HTML and back: what is kept of a page is its words, in paragraphs, headings and lists.

No HTML from elsewhere is ever stored or shown. It is sanitised, and its text taken; what we show is made of that text.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final

import nh3
from typing_extensions import override

from rubrica.domain.opening import MAX_DESCRIPTION, block_kind, tidy_text

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "article", "ul", "ol", "blockquote", "pre", "table", "tr", "dl", "dd", "dt", "header"}
)
_TAGS: Final = {*_HEADINGS, *_BLOCKS, "li", "br", "td", "th"}
_MARKUP: Final = re.compile(r"<[a-zA-Z/!]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_HTML: Final = 500_000


def to_html(text: str) -> str:
    """Return a tidy text as HTML: every character of it escaped, and no other tags than those of its blocks."""
    return "".join(_block(block.split("\n")) for block in text.split("\n\n")) if text else ""


def _block(lines: list[str]) -> str:
    kind = block_kind(lines[0])
    if kind == "heading":
        return f"<h3>{escape(lines[0].removeprefix('## '))}</h3>"
    if kind == "list":
        return f"<ul>{''.join(f'<li>{escape(line[2:])}</li>' for line in lines)}</ul>"
    return f"<p>{'<br>'.join(escape(line) for line in lines)}</p>"


def from_html(html: str) -> str:
    """Return the words of HTML, or of text that is none, as a tidy text of at most ``MAX_DESCRIPTION`` characters."""
    source = html[:_LONGEST_HTML]
    if not _MARKUP.search(source):
        return _shortened(plain(unescape(source)))
    reader = _Words()
    reader.feed(nh3.clean(source, tags=_TAGS, attributes={}))
    reader.close()
    return _shortened(plain("".join(reader.parts)))


def plain(text: str) -> str:
    """Return text without control characters, as the model has it."""
    return tidy_text(_CONTROLS.sub("", text.replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n")))


def line(text: str, maximum: int) -> str:
    """Return text in one line of at most so many characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())[:maximum].strip()


def _shortened(text: str) -> str:
    if len(text) <= MAX_DESCRIPTION:
        return text
    cut = text[:MAX_DESCRIPTION]
    return tidy_text(cut[: cut.rfind("\n")] if "\n" in cut else cut)


class _Words(HTMLParser):
    """Gathers the words of sanitised HTML; a block begins on a line of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _HEADINGS:
            self.parts.append("\n\n## ")
        elif tag in {"td", "th"}:
            self.parts.append(" ")
        elif tag in _BLOCKS and not "".join(self.parts[-1:]).endswith("\n- "):
            self.parts.append("\n\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS or tag in {"ul", "ol", "p"}:
            self.parts.append("\n\n")
        elif tag in _BLOCKS or tag == "li":
            self.parts.append("\n")

    @override
    def handle_data(self, data: str) -> None:
        self.parts.append(" ".join(re.split(r"\s+", data)))
