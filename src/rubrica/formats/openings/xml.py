"""XML from strangers: elements, attributes and text, and nothing that XML can do besides.

A document type is refused as soon as it begins, and with it every entity, external or not. Depth and number of
elements are limited while the text is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from rubrica.formats.openings.feed import MOST_BYTES, FeedRefusedError

MAX_DEPTH: Final = 32
MOST_ELEMENTS: Final = 200_000


@dataclass(slots=True)
class Element:
    """An element: its name without prefix, its namespace, and what is in it."""

    name: str
    namespace: str
    attributes: dict[str, str]
    start: int
    end: int = 0
    texts: list[str] = field(default_factory=list)
    children: "list[Element]" = field(default_factory=list)

    def all(self, *names: str) -> "Iterator[Element]":
        """Yield the children of these names."""
        return (child for child in self.children if child.name in names)

    def text(self, *names: str) -> str:
        """Return the text of the first child of one of these names that has any, in the order of the names."""
        for name in names:
            for child in self.all(name):
                if whole := child.whole_text():
                    return whole
        return ""

    def whole_text(self) -> str:
        """Return the element's own text and then that of everything within, trimmed."""
        return "".join([*self.texts, *(child.whole_text() for child in self.children)]).strip()


def read_xml(data: bytes) -> Element:
    """Return the root element of an XML document.

    Raises
    ------
    FeedRefusedError
        It is no XML, has a document type, or is larger or deeper than is read.
    """
    if len(data) > MOST_BYTES:
        raise FeedRefusedError(f"The file has {len(data):,} bytes; at most {MOST_BYTES:,} are read.")
    return _Reader().read(data)


class _Reader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._open: list[Element] = []
        self._root: Element | None = None
        self._count = 0

    def read(self, data: bytes) -> Element:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise FeedRefusedError(f"The file is no XML: {reason} in line {error.lineno}.") from error
        except (LookupError, ValueError) as error:
            if isinstance(error, FeedRefusedError):
                raise
            raise FeedRefusedError("The file is in an encoding that is not read. Use UTF-8.") from error
        if self._root is None:
            raise FeedRefusedError("The file is empty.")
        return self._root

    def _refuse_doctype(self, *_declared: object) -> None:
        raise FeedRefusedError("The file has a document type (<!DOCTYPE>), which is not read: it could name entities.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= MAX_DEPTH:
            message = f"The file has more than {MOST_ELEMENTS:,} elements, or nests them deeper than {MAX_DEPTH}."
            raise FeedRefusedError(message)
        namespace, _space, local = name.rpartition(" ")
        element = Element(local, namespace, attributes, self._parser.CurrentByteIndex)
        if self._open:
            self._open[-1].children.append(element)
        elif self._root is None:
            self._root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop().end = self._parser.CurrentByteIndex

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].texts.append(text)


def raw_of(data: bytes, element: Element) -> str:
    """Return an element as it stands in the file, to its end tag."""
    closing = data.find(b">", element.end)
    return data[element.start : closing + 1].decode("utf-8", "replace")
