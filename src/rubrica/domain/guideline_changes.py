"""What differs between two guidelines with their rubrics: clause by clause, question by question, word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

import yaml

from rubrica.domain.guideline import sections
from rubrica.domain.problems import as_array, as_object
from rubrica.domain.rubric import Rubric

MOST_WORDS: Final = 2_000
"""Longer texts are compared line by line: comparing word by word takes time with the square of their number."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Kind(StrEnum):
    """What became of a stretch of text, or of a part as a whole."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that stayed, came or went; ``kind`` is never ``CHANGED``."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A part that differs.

    Attributes
    ----------
    place
        The anchor of a clause, such as ``PL-3.2``, empty for the text before the first one; of a rubric its part, such
        as ``criteria.plausibility`` or ``taxonomy.ANAT.extra``.
    kind
        Whether the part is there in both (``CHANGED``), only in the newer (``ADDED``) or the older one (``REMOVED``).
    stretches
        The part in the order of reading; without what was added it is the older text, without what was removed the
        newer one.
    """

    place: str
    kind: Kind
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What an example says of its item: the right answer and, of a worked example, a wrong one, in words; and why."""

    right: str
    wrong: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExampleChange:
    """An example that came, went, or whose answers are others now; ``kind`` is never ``SAME``.

    Attributes
    ----------
    criterion
        Id of the criterion that it shows.
    item
        Key of the item.
    before, after
        What it says; ``None`` where it is not there.
    """

    criterion: str
    item: str
    kind: Kind
    before: Answers | None
    after: Answers | None

    @property
    def is_worked(self) -> bool:
        """Whether it says what is wrong beside what is right, rather than only which level it shows."""
        return any(answers is not None and answers.wrong for answers in (self.before, self.after))

    def as_json(self) -> dict[str, object]:
        """Return the change as plain data."""
        return {
            "criterion": self.criterion,
            "item": self.item,
            "kind": self.kind.value,
            "before": asdict(self.before) if self.before else None,
            "after": asdict(self.after) if self.after else None,
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs, in the order of the newer text; what was removed comes last."""

    clauses: tuple[Change, ...]
    rubric: tuple[Change, ...]
    examples: tuple[ExampleChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clauses or self.rubric or self.examples)

    def as_json(self) -> list[dict[str, object]]:
        """Return the changes as plain data, those of the guideline first."""
        return [
            {
                "part": part,
                "place": change.place,
                "kind": change.kind.value,
                "stretches": [{"kind": stretch.kind.value, "text": stretch.text} for stretch in change.stretches],
            }
            for part, changes in (("guideline", self.clauses), ("rubric", self.rubric))
            for change in changes
        ]


def compare(old_markdown: str, old_rubric: Rubric | None, new_markdown: str, new_rubric: Rubric | None) -> Changes:
    """Return what differs between an older and a newer guideline, each with its rubric, or with none yet."""
    return Changes(
        tuple(_changes(_texts(old_markdown), _texts(new_markdown))),
        tuple(_changes(_parts(old_rubric), _parts(new_rubric))),
        tuple(_changed_examples(_examples(old_rubric), _examples(new_rubric))),
    )


def _texts(markdown: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for anchor, text in sections(markdown):
        # A draft may have an anchor twice: what follows is read with the first.
        texts[anchor] = f"{texts[anchor]}\n{text}" if anchor in texts else text
    return {anchor: text.strip("\n") for anchor, text in texts.items() if text.strip()}


def _parts(rubric: Rubric | None) -> dict[str, str]:
    """Cut a rubric into what people talk of as one thing: a criterion, a kind of error, a rule."""
    if rubric is None:
        return {}
    # Worked examples are compared by item, with their answers: see _examples.
    bare = rubric.without_worked_examples().as_json()
    return {place: _as_text(value) for place, value in _walk("", bare)}


_Example = tuple[str, str, bool]
"""Criterion and item of an example, and whether it is a worked one."""


def _examples(rubric: Rubric | None) -> dict[_Example, Answers]:
    """Return what is said of each item; of one that shows several levels or options, all of them."""
    found: dict[_Example, Answers] = {}
    for criterion in rubric.criteria if rubric else ():
        for value, keys in zip(criterion.allowed_values, criterion.examples, strict=False):
            for place in [(criterion.id, key, False) for key in keys]:
                shown = criterion.answer_in_words(value)
                found[place] = Answers(f"{found[place].right}, {shown}" if place in found else shown)
        for example in criterion.worked_examples:
            right, wrong = criterion.answer_in_words(example.right), criterion.answer_in_words(example.wrong)
            found[criterion.id, example.item, True] = Answers(right, wrong, example.why)
    return found


def _changed_examples(old: Mapping[_Example, Answers], new: Mapping[_Example, Answers]) -> Iterator[ExampleChange]:
    for place, after in new.items():
        before = old.get(place)
        if before != after:
            kind = Kind.ADDED if before is None else Kind.CHANGED
            yield ExampleChange(place[0], place[1], kind, before, after)
    for place, before in old.items():
        if place not in new:
            yield ExampleChange(place[0], place[1], Kind.REMOVED, before, None)


def _walk(place: str, value: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    rest: dict[str, object] = {}
    for key, inner in value.items():
        members = _named(inner)
        part = as_object(inner)
        for name, member in members:
            yield from _walk(_under(place, name if key in {"groups", "errors"} else f"{key}.{name}"), member)
        if part is not None and not place:
            yield from _walk(key, part)
        elif not members:
            rest[key] = inner
    if rest or (place and not value):
        yield place or "rubric", rest


def _named(value: object) -> list[tuple[str, dict[str, object]]]:
    """Return the members of a list in which each has a name of its own: criteria by id, errors by code."""
    members = [as_object(each) for each in as_array(value) or ()]
    for name in ("id", "code"):
        named = [(str(each[name]), each) for each in members if each and name in each and "label" not in each]
        if named and len(named) == len(members):
            return named
    return []


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _as_text(value: object) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000)).strip()


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for place, text in new.items():
        if place not in old:
            yield Change(place, Kind.ADDED, (Stretch(Kind.ADDED, text),))
        elif old[place] != text:
            yield Change(place, Kind.CHANGED, differing(old[place], text))
    for place, text in old.items():
        if place not in new:
            yield Change(place, Kind.REMOVED, (Stretch(Kind.REMOVED, text),))


def differing(old: str, new: str) -> tuple[Stretch, ...]:
    """Return the words of both texts in the order of reading, each marked as kept, removed or added."""
    cut = _WORD if max(len(_WORD.findall(old)), len(_WORD.findall(new))) <= MOST_WORDS else _LINE
    before, after = cut.findall(old), cut.findall(new)
    found: list[Stretch] = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        if operation == "equal":
            found.append(Stretch(Kind.SAME, gone))
        else:
            found += [Stretch(kind, text) for kind, text in ((Kind.REMOVED, gone), (Kind.ADDED, come)) if text]
    return tuple(_joined(found))


def _joined(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Read a run of changes that only blanks hold apart as one: a phrase that went, and one that came."""
    gone = come = ""
    for index, stretch in enumerate(stretches):
        is_bridge = (
            stretch.kind is Kind.SAME
            and stretch.text.isspace()
            and "\n" not in stretch.text
            and 0 < index < len(stretches) - 1
        )
        if stretch.kind is Kind.SAME and not is_bridge:
            yield from _run(gone, come)
            gone = come = ""
            yield stretch
            continue
        gone += stretch.text if stretch.kind is not Kind.ADDED else ""
        come += stretch.text if stretch.kind is not Kind.REMOVED else ""
    yield from _run(gone, come)


def _run(gone: str, come: str) -> Iterator[Stretch]:
    if gone:
        yield Stretch(Kind.REMOVED, gone)
    if come:
        yield Stretch(Kind.ADDED, come)
