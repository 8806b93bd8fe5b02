"""The guideline: Markdown whose clauses carry stable anchors, and the hash that names a guideline with its rubric."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rubrica.domain.canonical import canonical_json, sha256_hex
from rubrica.domain.clause_anchor import ANCHOR
from rubrica.domain.problems import Findings, Problem, ProblemsError, one_of
from rubrica.domain.rubric import Rubric
from rubrica.domain.text import composed, first_refused_character, with_line_feeds

MAX_GUIDELINE_BYTES: Final = 200_000
MAX_CLAUSES: Final = 500
CONTENT_FORMAT: Final = "rubrica/guideline-content/1"

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_CLAUSE = re.compile(rf"({ANCHOR.pattern})(?:[ \t:.\u2013\u2014-]+(.*))?")


class GuidelineInvalidError(ProblemsError):
    """A guideline cannot be used; ``problems`` says everything that is wrong with it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a guideline.

    Attributes
    ----------
    anchor
        Its stable name, such as ``PL-3.2``.
    level
        Level of its heading: 2 for ``##``.
    markdown
        What stands below the heading, up to the next clause or the next heading of the same or a higher level.
    """

    anchor: str
    title: str
    level: int
    markdown: str


@dataclass(frozen=True)
class Guideline:
    """The clauses of a guideline, in the order of the text."""

    clauses: tuple[Clause, ...]

    @cached_property
    def clause_of(self) -> Mapping[str, Clause]:
        """The clause behind each anchor."""
        return {clause.anchor: clause for clause in self.clauses}

    @property
    def anchors(self) -> tuple[str, ...]:
        """Every anchor, in the order of the text."""
        return tuple(clause.anchor for clause in self.clauses)


def parse_guideline(markdown: str) -> Guideline:
    """Find the clauses of a guideline.

    A clause begins at a heading that begins with an anchor: ``## PL-1 Title`` or ``### PL-1.2 Title``. Headings inside
    fenced code are text.

    Raises
    ------
    GuidelineInvalidError
        The text is too long, holds characters that are refused, or an anchor twice.
    """
    guideline, found = _read(markdown)
    if found:
        raise GuidelineInvalidError(found.problems)
    return guideline


def sections(markdown: str) -> tuple[tuple[str, str], ...]:
    """Return the whole text cut before the heading of each clause, as (anchor, text); what comes first has no anchor.

    Joined by line feeds the texts are ``markdown`` again, so that no change of it escapes a comparison by clause.
    """
    cut: list[tuple[str, list[str]]] = [("", [])]
    fence: str | None = None
    for line in with_line_feeds(markdown).split("\n"):
        fence = _fence_after(line, fence)
        heading = _HEADING.fullmatch(line) if fence is None else None
        clause = _CLAUSE.fullmatch(heading[2].strip()) if heading else None
        if clause is not None:
            cut.append((clause[1], []))
        cut[-1][1].append(line)
    return tuple((anchor, "\n".join(lines)) for anchor, lines in cut if anchor or lines)


def check_guideline(markdown: str, rubric: Rubric) -> tuple[Problem, ...]:
    """Return everything that keeps a guideline from being published with a rubric; nothing when all is well."""
    guideline, found = _read(markdown)
    for field, anchor in rubric.clauses:
        if anchor not in guideline.clause_of:
            found.add(field, f"names {anchor}, which the guideline does not have", one_of(guideline.anchors))
    return tuple(found.problems)


def content_hash(rubric: Rubric, markdown: str) -> str:
    """Return the SHA-256 that names a guideline together with its rubric, in hexadecimal (64 characters).

    The hash does not depend on how the rubric was written down (order of keys, defaults left out) nor on how a machine
    ends lines or composes accents; it changes with anything a rater could read.
    """
    text = composed(with_line_feeds(markdown))
    return sha256_hex(canonical_json({"format": CONTENT_FORMAT, "guideline": text, "rubric": rubric.as_json()}))


def _read(markdown: str) -> tuple[Guideline, Findings]:
    found = Findings()
    # A code point takes at least a byte, so a very long text is refused before it is encoded.
    size = len(markdown) if len(markdown) > MAX_GUIDELINE_BYTES else len(markdown.encode(errors="surrogatepass"))
    if size > MAX_GUIDELINE_BYTES:
        found.add("guideline", f"has {size:,} bytes", f"at most {MAX_GUIDELINE_BYTES:,} bytes")
        return Guideline(()), found
    text = with_line_feeds(markdown)
    refused = first_refused_character(text)
    if refused is not None:
        position, name = refused
        line = text.count("\n", 0, position - 1) + 1
        found.add("guideline", f"contains {name} on line {line}", "text without control characters")
        return Guideline(()), found
    clauses = _clauses(text)
    if len(clauses) > MAX_CLAUSES:
        found.add("guideline", f"has {len(clauses)} clauses", f"at most {MAX_CLAUSES} clauses")
    _check_anchors(clauses, found)
    return Guideline(tuple(clauses)), found


def _check_anchors(clauses: list[Clause], found: Findings) -> None:
    seen: set[str] = set()
    for clause in clauses:
        if clause.anchor in seen:
            found.add("guideline", f"has the anchor {clause.anchor} more than once", "each anchor on one heading")
        if not clause.title:
            found.add("guideline", f"has no title after {clause.anchor}", f"a heading such as ## {clause.anchor} Title")
        seen.add(clause.anchor)


def _clauses(text: str) -> list[Clause]:
    clauses: list[Clause] = []
    heading: tuple[str, str, int] | None = None
    body: list[str] = []
    fence: str | None = None
    for line in text.split("\n"):
        fence = _fence_after(line, fence)
        found = _HEADING.fullmatch(line) if fence is None else None
        if found is None:
            body.append(line)
            continue
        level = len(found[1])
        clause = _CLAUSE.fullmatch(found[2].strip())
        if clause is None and heading is not None and level > heading[2]:
            body.append(line)
            continue
        if heading is not None:
            clauses.append(Clause(*heading, "\n".join(body).strip("\n")))
        heading = (clause[1], (clause[2] or "").strip(), level) if clause is not None else None
        body = []
    if heading is not None:
        clauses.append(Clause(*heading, "\n".join(body).strip("\n")))
    return clauses


def _fence_after(line: str, fence: str | None) -> str | None:
    """Return the fence that is open after ``line``: a fence closes with at least as many of its own characters."""
    found = _FENCE.fullmatch(line)
    if found is None:
        return fence
    if fence is None:
        return found[1]
    closes = found[1].startswith(fence) and not found[2].strip()
    return None if closes else fence
