"""Worked examples: an item of the project with the right answer to a question, a tempting wrong one, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rubrica.domain.clause_anchor import ANCHOR, ANCHOR_IN_WORDS
from rubrica.domain.fields import Fields
from rubrica.domain.problems import one_of, quoted

MAX_WORKED_EXAMPLES: Final = 6
MAX_ITEM_KEY: Final = 200
MAX_WHY: Final = 1_000
_WORKED_KEYS = frozenset({"item", "right", "wrong", "why", "clause"})


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """An item with its answers.

    Attributes
    ----------
    item
        Key of the item.
    right, wrong
        Values of levels or codes of options of the criterion.
    clause
        Anchor of the clause that it stands beside; ``None`` for the clause of its criterion.
    """

    item: str
    right: int | str
    wrong: int | str
    why: str
    clause: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the example as it is written in a rubric."""
        written: dict[str, object] = {"item": self.item, "right": self.right, "wrong": self.wrong, "why": self.why}
        return written | ({"clause": self.clause} if self.clause else {})


def read_worked_examples(fields: Fields, allowed: Sequence[int | str]) -> tuple[WorkedExample, ...]:
    """Read the worked examples of a criterion whose answers are ``allowed``, noting problems."""
    examples: dict[str, WorkedExample] = {}
    for path, entry in fields.entries("worked_examples", maximum=MAX_WORKED_EXAMPLES):
        written = Fields.of(entry, path, fields.found, _WORKED_KEYS)
        if written is None:
            continue
        example = _read_one(written, allowed)
        if example.item and example.item in examples:
            written.refuse("item", f"repeats {quoted(example.item)}", "each item once for a criterion")
        examples.setdefault(example.item, example)
    return tuple(examples.values())


def _read_one(fields: Fields, allowed: Sequence[int | str]) -> WorkedExample:
    right, wrong = _answer(fields, "right", allowed), _answer(fields, "wrong", allowed)
    if right is not None and right == wrong:
        fields.refuse("wrong", f"is {wrong}, which is the right answer", "an answer that is tempting and not right")
    return WorkedExample(
        item=fields.text("item", maximum=MAX_ITEM_KEY),
        right=right if right is not None else "",
        wrong=wrong if wrong is not None else "",
        why=fields.text("why", maximum=MAX_WHY),
        clause=fields.matching("clause", ANCHOR, ANCHOR_IN_WORDS, default="") or None,
    )


def _answer(fields: Fields, key: str, allowed: Sequence[int | str]) -> int | str | None:
    """Return an answer as the criterion has it: ``True`` is no level 1, and ``"2"`` no level 2."""
    given = fields.value(key)
    found = next((value for value in allowed if type(value) is type(given) and value == given), None)
    if found is None:
        fields.refuse(key, "is missing" if given is None else f"is {quoted(given)}", one_of(allowed))
    return found
