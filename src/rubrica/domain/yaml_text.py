"""Reading YAML as plain data: the part of YAML 1.2 that JSON has too, and nothing that can surprise.

Refused, with the line: a key written twice, anchors and aliases (a few lines can stand for gigabytes), tags, several
documents in one text. Words such as ``yes``, ``no`` and ``on`` stay words, as YAML 1.2 reads them. The reader works on
the events of the parser and never nests deeper than :data:`MAX_DEPTH`, so a hostile text is refused while still small.
"""

import re
from collections.abc import Iterator
from typing import Final, NoReturn

import yaml

from rubrica.domain.problems import Problem, ProblemsError, quoted
from rubrica.domain.text import first_refused_character, with_line_feeds

MAX_DEPTH: Final = 20

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile("[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,300}|[0-9]{1,300}(?:\.[0-9]{0,300})?)(?:[eE][-+]?[0-9]{1,3})?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_WITHOUT = "plain YAML: mappings, lists, texts, numbers, true, false and null"


class YamlRefusedError(ProblemsError):
    """A text is no YAML, or uses more of YAML than is read here."""


def read_yaml(text: str, *, max_characters: int) -> object:
    """Return the data written in ``text``.

    Parameters
    ----------
    text
        One YAML document.
    max_characters
        A longer text is refused unread.

    Returns
    -------
    object
        Built of ``dict`` with text keys, ``list``, ``str``, ``int``, finite ``float``, ``bool`` and ``None``.

    Raises
    ------
    YamlRefusedError
        The text is too long, is no YAML, or uses what is refused here.
    """
    if len(text) > max_characters:
        _refuse(None, f"has {len(text)} characters", f"at most {max_characters} characters")
    text = with_line_feeds(text)
    refused = first_refused_character(text)
    if refused is not None:
        position, name = refused
        line = text.count("\n", 0, position - 1) + 1
        raise YamlRefusedError([Problem(f"line {line}", f"contains {name}", "text without control characters")])
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.YAMLError as error:
        raise YamlRefusedError([_syntax_problem(error)]) from error


class _Builder:
    """Builds plain values from parser events, one document, without recursion beyond :data:`MAX_DEPTH`."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events

    def document(self) -> object:
        """Build the one document of the stream."""
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            _refuse(None, "is empty", "one YAML document")
        value = self._value(next(self._events), 0)
        next(self._events)  # the end of the document
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            _refuse(event, "begins a second document", "one YAML document")
        return value

    def _value(self, event: yaml.Event, depth: int) -> object:
        if depth > MAX_DEPTH:
            _refuse(event, f"is nested deeper than {MAX_DEPTH}", f"at most {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            _refuse(event, f"uses the alias *{event.anchor}", _WITHOUT)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            _refuse(event, f"sets the anchor &{event.anchor}", _WITHOUT)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.CollectionStartEvent) and event.tag is not None:
            _refuse(event, f"uses the tag {quoted(event.tag)}", _WITHOUT)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return self._mapping(depth)

    def _scalar(self, event: yaml.ScalarEvent) -> object:
        if event.tag is not None:
            _refuse(event, f"uses the tag {quoted(event.tag)}", _WITHOUT)
        return _plain(event) if event.implicit[0] else event.value

    def _sequence(self, depth: int) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, depth + 1))
        return values

    def _mapping(self, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            if not isinstance(key, str):
                _refuse(event, f"has {quoted(key)} as a key", "a text as key (put it in quotes)")
            if key in values:
                _refuse(event, f"has the key {quoted(key)} twice", "each key once")
            values[key] = self._value(next(self._events), depth + 1)
        return values


def _plain(event: yaml.ScalarEvent) -> object:
    """Read a scalar without quotes as YAML 1.2's core schema does, for decimal numbers only."""
    text: str = event.value
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if value in (float("inf"), float("-inf")):
            _refuse(event, f"has {quoted(text)}", "a finite number")
        return value
    if _NOT_FINITE.fullmatch(text):
        _refuse(event, f"has {quoted(text)}", "a finite number")
    return text


def _refuse(event: yaml.Event | None, problem: str, allowed: str) -> NoReturn:
    where = "" if event is None or event.start_mark is None else f"line {event.start_mark.line + 1}"
    raise YamlRefusedError([Problem(where, problem, allowed)])


def _syntax_problem(error: yaml.YAMLError) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return Problem(f"line {mark.line + 1}, column {mark.column + 1}", f"is not YAML: {error.problem}", "valid YAML")
    return Problem("", f"is not YAML: {error}", "valid YAML")
