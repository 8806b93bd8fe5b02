"""A criterion of a rubric: one question, and the answers it takes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from rubrica.domain.clause_anchor import ANCHOR, ANCHOR_IN_WORDS
from rubrica.domain.conditions import AnswerCondition
from rubrica.domain.fields import Fields
from rubrica.domain.problems import Findings
from rubrica.domain.proposal import Check, read_checks
from rubrica.domain.taxonomy import MAX_ANCHOR, MAX_NAME, WORD_CODE, WORD_CODE_IN_WORDS
from rubrica.domain.text import check_text
from rubrica.domain.verdict import DEFAULT_KIND, QUESTION_KINDS, QuestionKind
from rubrica.domain.worked_example import MAX_ITEM_KEY, WorkedExample, read_worked_examples

MAX_LEVELS: Final = 11
MIN_LEVELS: Final = 2
MAX_OPTIONS: Final = 60
MIN_OPTIONS: Final = 2
LARGEST_LEVEL: Final = 100
"""Levels of a scale lie from ``-LARGEST_LEVEL`` to ``LARGEST_LEVEL``."""
LARGEST_SCORE: Final = 1_000
"""Scores of options lie from ``-LARGEST_SCORE`` to ``LARGEST_SCORE``."""
MAX_QUESTION: Final = 1_000

MAX_EXAMPLES: Final = 3
LARGEST_COUNT: Final = 1_000
MAX_TEXT: Final = 2_000

CriterionType = Literal[
    "scale", "choice", "ticks", "yes_no", "count", "words", "ranking", "best_worst", "text", "decision"
]
"""What an answer is.

``scale``: one level of an ordered scale. ``choice``: one option. ``ticks``: any number of options, also none.
``yes_no``: yes, no, unsure or not applicable. ``count``: a whole number. ``words``: any number of words of the prompt.
``ranking``: all images in order, equals allowed. ``best_worst``: the best and the worst image.
``text``: words of one's own. ``decision``: never asked, but looked up in a table of other answers.
"""

CRITERION_TYPES: Final[tuple[CriterionType, ...]] = (
    "scale",
    "choice",
    "ticks",
    "yes_no",
    "count",
    "words",
    "ranking",
    "best_worst",
    "text",
    "decision",
)

NOT_APPLICABLE: Final = "not_applicable"

CRITERION_KEYS: Final = frozenset(
    {
        "id",
        "name",
        "question",
        "section",
        "type",
        "kind",
        "clause",
        "required",
        "levels",
        "options",
        "minimum",
        "maximum",
        "max_characters",
        "when",
        "parents",
        "rules",
        "otherwise",
        "checks",
        "worked_examples",
    }
)
_LEVEL_KEYS = frozenset({"value", "label", "anchor", "examples"})
_OPTION_KEYS = frozenset({"code", "label", "anchor", "score", "mirror", "group", "examples"})
_KEYS_OF_TYPE: Final[dict[str, tuple[CriterionType, ...]]] = {
    "levels": ("scale",),
    "options": ("choice", "ticks", "decision"),
    "minimum": ("count",),
    "maximum": ("count",),
    "max_characters": ("text",),
    "parents": ("yes_no",),
    "rules": ("decision",),
    "otherwise": ("decision",),
    "checks": ("scale", "choice", "yes_no"),
    "worked_examples": ("scale", "choice", "ticks", "yes_no", "decision"),
}
"""Keys that belong to some types only."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a scale, with the sentence that anchors it and keys of items of the project that show it."""

    value: int
    label: str
    anchor: str = ""
    examples: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the level as it is written in a rubric."""
        written: dict[str, object] = {"value": self.value, "label": self.label, "anchor": self.anchor}
        if self.examples:
            written["examples"] = list(self.examples)
        return written


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice, of ticks or of a decision.

    Attributes
    ----------
    score
        What the option counts; ``None`` keeps it out of scores (it is still counted), as "not sure" should be.
    mirror
        Code of the option that means the same with the two images exchanged.
    group
        For ticks: at most one option of a group can be ticked, as with minor and major noise.
    examples
        Keys of items of the project that show what the option means.
    """

    code: str
    label: str
    anchor: str = ""
    score: float | None = None
    mirror: str | None = None
    group: str | None = None
    examples: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the option as it is written in a rubric."""
        written: dict[str, object] = {"code": self.code, "label": self.label, "anchor": self.anchor}
        if self.score is not None:
            written["score"] = self.score
        if self.mirror is not None:
            written["mirror"] = self.mirror
        if self.group is not None:
            written["group"] = self.group
        if self.examples:
            written["examples"] = list(self.examples)
        return written


YES_NO_OPTIONS: Final = (
    Option("yes", "Yes", score=1.0),
    Option("no", "No", score=0.0),
    Option("unsure", "Unsure"),
    Option(NOT_APPLICABLE, "Not applicable"),
)
"""Answers to a yes-or-no question; what is unsure or does not apply is counted and kept out of scores."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a decision table: when all its conditions hold, the result is an option of the decision."""

    conditions: tuple[AnswerCondition, ...]
    result: str

    def as_json(self) -> dict[str, object]:
        """Return the rule as it is written in a rubric."""
        return {"if": [condition.as_json() for condition in self.conditions], "then": self.result}


@dataclass(frozen=True)
class Criterion:
    """One question of a rubric.

    Attributes
    ----------
    kind
        What is asked for; decides which agreement counts as healthy (see :mod:`rubrica.domain.verdict`).
    clause
        Anchor of the guideline clause that explains the question.
    section
        Heading under which the question stands with its neighbours, such as "Attributes"; may be empty.
    levels
        For a scale, highest first; else empty.
    options
        For a choice, ticks, a decision or yes and no, in the order shown; else empty.
    minimum, maximum
        For a count, the lowest and highest number.
    max_characters
        For a text, its length in code points.
    when
        The question is asked when one of these holds, and always where there are none.
    parents
        For yes and no: questions that stand above and of which each must not have failed, or this one is void.
    rules, otherwise
        For a decision, the table, and the result of all cases that no rule covers.
    checks
        Technical checks that propose an answer, in the order in which they are tried.
    worked_examples
        Items with the right answer to the question, a tempting wrong one, and why.
    """

    id: str
    name: str
    question: str
    type: CriterionType
    kind: QuestionKind = DEFAULT_KIND
    clause: str | None = None
    required: bool = True
    levels: tuple[Level, ...] = ()
    options: tuple[Option, ...] = ()
    section: str = ""
    minimum: int = 0
    maximum: int = 0
    max_characters: int = 0
    when: tuple[AnswerCondition, ...] = ()
    parents: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    otherwise: str | None = None
    checks: tuple[Check, ...] = ()
    worked_examples: tuple[WorkedExample, ...] = ()

    @cached_property
    def level_of(self) -> Mapping[int, Level]:
        """The level behind each value of a scale."""
        return {level.value: level for level in self.levels}

    @cached_property
    def option_of(self) -> Mapping[str, Option]:
        """The option behind each code, in the order shown."""
        return {option.code: option for option in self.options}

    @cached_property
    def mirrored(self) -> Mapping[str, str]:
        """For each option that changes when the images are exchanged, the code it becomes."""
        return {option.code: option.mirror for option in self.options if option.mirror is not None}

    @cached_property
    def is_grouped(self) -> bool:
        """Whether some ticks exclude each other."""
        return any(option.group is not None for option in self.options)

    @property
    def allowed_values(self) -> tuple[int | str, ...]:
        """What an answer can be made of: values of levels, or codes of options."""
        return tuple(self.level_of) or tuple(self.option_of)

    def answer_in_words(self, value: int | str) -> str:
        """Return how an answer reads: a level with its label, the label of an option, and what is neither as it is."""
        if self.type == "scale":
            level = self.level_of.get(int(value))
            return f"{value} {level.label}" if level is not None else str(value)
        option = self.option_of.get(str(value))
        return option.label if option is not None else str(value)

    def without_worked_examples(self, items: Collection[str] | None = None) -> "Criterion":
        """Return the criterion without the worked examples of these items, or without any."""
        if not self.worked_examples:
            return self
        kept = [] if items is None else [each for each in self.worked_examples if each.item not in items]
        return replace(self, worked_examples=tuple(kept))

    @property
    def examples(self) -> tuple[tuple[str, ...], ...]:
        """Keys of the items that show each level or option, in their order."""
        return tuple([each.examples for each in self.levels] or [each.examples for each in self.options])

    @property
    def is_list(self) -> bool:
        """Whether an answer is a list, which may be empty."""
        return self.type in {"ticks", "words"}

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The criteria that a decision is made from, in the order in which its rules name them."""
        return tuple(dict.fromkeys(condition.criterion for rule in self.rules for condition in rule.conditions))

    def as_json(self) -> dict[str, object]:
        """Return the criterion as it is written in a rubric."""
        written: dict[str, object] = {
            "id": self.id,
            "name": self.name,
            "question": self.question,
            "type": self.type,
            "kind": self.kind,
            "required": self.required,
        }
        if self.type == "count":
            written |= {"minimum": self.minimum, "maximum": self.maximum}
        if self.type == "text":
            written["max_characters"] = self.max_characters
        if self.rules:
            written |= {"rules": [rule.as_json() for rule in self.rules], "otherwise": self.otherwise}
        lists: dict[str, list[object]] = {
            "levels": [level.as_json() for level in self.levels],
            "options": [option.as_json() for option in self.options if self.type != "yes_no"],
            "when": [condition.as_json() for condition in self.when],
            "parents": list(self.parents),
            "checks": [check.as_json() for check in self.checks],
            "worked_examples": [example.as_json() for example in self.worked_examples],
        }
        words = {"clause": self.clause, "section": self.section}
        return written | {name: value for name, value in (words | lists).items() if value}


def read_criterion(fields: Fields, *, has_sides: bool) -> Criterion:
    """Read one criterion, noting problems; what depends on other criteria is read by ``read_dependencies``.

    ``has_sides`` says whether the two images of a unit are exchanged, so that options name sides.
    """
    criterion_type = fields.word("type", CRITERION_TYPES)
    for key, types in _KEYS_OF_TYPE.items():
        if fields.has(key) and criterion_type not in types:
            fields.refuse(key, f"is given for {criterion_type}", f"{key} for {' and '.join(types)} only")
    minimum = fields.integer("minimum", 0, LARGEST_COUNT, default=0)
    criterion = Criterion(
        id=fields.matching("id", WORD_CODE, WORD_CODE_IN_WORDS),
        name=fields.text("name", maximum=MAX_NAME),
        question=fields.text("question", maximum=MAX_QUESTION),
        section=fields.text("section", maximum=MAX_NAME, default=""),
        type=criterion_type,
        kind=fields.word("kind", QUESTION_KINDS, default=DEFAULT_KIND),
        clause=fields.matching("clause", ANCHOR, ANCHOR_IN_WORDS, default="") or None,
        required=fields.flag("required", default=criterion_type not in {"words", "text"}),
        levels=_read_levels(fields) if criterion_type == "scale" else (),
        options=_read_options(fields, criterion_type),
        minimum=minimum,
        maximum=fields.integer("maximum", minimum, LARGEST_COUNT, default=LARGEST_COUNT)
        if criterion_type == "count"
        else 0,
        max_characters=fields.integer("max_characters", 1, MAX_TEXT, default=MAX_TEXT)
        if criterion_type == "text"
        else 0,
    )
    _check_mirrors(criterion, fields, has_sides=has_sides)
    _check_kind(criterion, fields)
    allowed = criterion.allowed_values
    return replace(
        criterion,
        checks=read_checks(fields, allowed),
        worked_examples=read_worked_examples(fields, allowed) if allowed else (),
    )


def _read_levels(fields: Fields) -> tuple[Level, ...]:
    levels: list[Level] = []
    for path, entry in fields.entries("levels", minimum=MIN_LEVELS, maximum=MAX_LEVELS):
        level = Fields.of(entry, path, fields.found, _LEVEL_KEYS)
        if level is None:
            continue
        value = level.integer("value", -LARGEST_LEVEL, LARGEST_LEVEL)
        if levels and value != levels[-1].value - 1:
            problem = f"is {value} below {levels[-1].value}"
            level.refuse("value", problem, "whole numbers, highest first, each one less than the last")
        label = level.text("label", maximum=MAX_NAME)
        anchor = level.text("anchor", maximum=MAX_ANCHOR, default="")
        levels.append(Level(value, label, anchor, _read_examples(level)))
    return tuple(levels)


def _read_examples(fields: Fields) -> tuple[str, ...]:
    entries = fields.entries("examples", maximum=MAX_EXAMPLES)
    return tuple([check_text(key, path, fields.found, maximum=MAX_ITEM_KEY, minimum=1) for path, key in entries])


def _read_options(fields: Fields, criterion_type: CriterionType) -> tuple[Option, ...]:
    if criterion_type == "yes_no":
        return YES_NO_OPTIONS
    if criterion_type not in _KEYS_OF_TYPE["options"]:
        return ()
    minimum = 1 if criterion_type == "ticks" else MIN_OPTIONS
    options: dict[str, Option] = {}
    for path, entry in fields.entries("options", minimum=minimum, maximum=MAX_OPTIONS):
        option = _read_option(entry, path, fields.found, criterion_type)
        if option is None:
            continue
        if option.code and option.code in options:
            fields.found.add(f"{path}.code", f"repeats {option.code}", "a code that no other option has")
        options.setdefault(option.code, option)
    return tuple(options.values())


def _read_option(value: object, path: str, found: Findings, criterion_type: CriterionType) -> Option | None:
    fields = Fields.of(value, path, found, _OPTION_KEYS)
    if fields is None:
        return None
    if criterion_type != "ticks" and fields.has("group"):
        fields.refuse("group", "is given for a choice", "groups for ticks only: of a choice there is one answer anyway")
    return Option(
        code=fields.matching("code", WORD_CODE, WORD_CODE_IN_WORDS),
        label=fields.text("label", maximum=MAX_NAME),
        anchor=fields.text("anchor", maximum=MAX_ANCHOR, default=""),
        score=fields.number("score", -LARGEST_SCORE, LARGEST_SCORE) if fields.has("score") else None,
        mirror=fields.matching("mirror", WORD_CODE, WORD_CODE_IN_WORDS, default="") or None,
        group=fields.matching("group", WORD_CODE, WORD_CODE_IN_WORDS, default="") or None,
        examples=_read_examples(fields),
    )


def _check_kind(criterion: Criterion, fields: Fields) -> None:
    """Refuse a preference between two images without sides."""
    if criterion.kind == "pair" and not criterion.mirrored:
        fields.refuse("kind", "is pair, but no option has a mirror", "pair for a choice between two images")


def _check_mirrors(criterion: Criterion, fields: Fields, *, has_sides: bool) -> None:
    """Refuse an option that names a side but no mirror: sides are exchanged, so it would be stored as its opposite."""
    for position, option in enumerate(criterion.options):
        where = f"options[{position}].mirror"
        if not has_sides:
            if option.mirror is not None:
                fields.refuse(where, "is given where no sides are exchanged", "no mirror: that is for unit pair")
            continue
        if option.mirror is None:
            if _names_a_side(option) or (criterion.mirrored and option.score):
                allowed = f"the code of what {option.code} becomes when the images are exchanged"
                fields.refuse(where, "is missing", allowed)
            continue
        _check_mirror(criterion, option, fields, where)


def _check_mirror(criterion: Criterion, option: Option, fields: Fields, where: str) -> None:
    if option.mirror == option.code:
        fields.refuse(where, "is the option itself", "no mirror for an option that stays the same")
        return
    mirror = criterion.option_of.get(option.mirror or "")
    if mirror is None:
        others = ", ".join(code for code in criterion.option_of if code != option.code)
        fields.refuse(where, f"is {option.mirror}, which is no option here", f"one of {others}")
    elif mirror.mirror != option.code:
        problem = f"is {mirror.code}, whose own mirror is {mirror.mirror or 'missing'}"
        fields.refuse(where, problem, "two options, each the mirror of the other")
    elif (mirror.score is None) != (option.score is None):
        fields.refuse(
            where, f"is {mirror.code}, and only one of the two has a score", "a score for both or for neither"
        )


def _names_a_side(option: Option) -> bool:
    return option.code in {"a", "b"} or option.code.startswith(("a_", "b_"))
