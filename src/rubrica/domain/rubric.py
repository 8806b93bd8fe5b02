"""A rubric as data: what is asked about a unit, how it is answered, and what must be marked and explained.

The same model draws the form, checks the answer and names the columns of an export. It is read from JSON or YAML with
every problem reported at once, and written back so that reading it again gives the same rubric.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from rubrica.domain.condition_reader import ConditionReader
from rubrica.domain.conditions import Condition
from rubrica.domain.criterion import CRITERION_KEYS, Criterion, read_criterion
from rubrica.domain.dependencies import read_dependencies
from rubrica.domain.fields import Fields
from rubrica.domain.problems import Findings, ProblemsError, one_of, quoted
from rubrica.domain.proposal import Proposal, propose
from rubrica.domain.taxonomy import (
    MAX_NAME,
    WORD_CODE,
    WORD_CODE_IN_WORDS,
    Severity,
    Taxonomy,
    read_severities,
    read_taxonomy,
)
from rubrica.domain.yaml_text import YamlRefusedError, read_yaml

FORMAT: Final = "rubrica/rubric/1"
MAX_YAML_CHARACTERS: Final = 300_000
MAX_CRITERIA: Final = 60
MAX_REASONS: Final = 30
MAX_OVERLAP: Final = 50
MAX_REPEATS: Final = 20
"""Most repeats of a hundred evaluations of one rater."""
MAX_HOURLY: Final = 1_000
SET_SIZES: Final = (3, 9)
DEFAULT_SET_SIZE: Final = 4
MAX_DESCRIPTION: Final = 2_000
MIN_EXPLANATION_CHARACTERS: Final = 20
MAX_EXPLANATION_CHARACTERS: Final = 10_000
DEFAULT_EXPLANATION_CHARACTERS: Final = 2_000
DEFAULT_OVERLAP: Final = 3

Unit = Literal["single", "pair", "before_after", "set"]
"""``before_after``: a reference and what was made of it, always in this order. ``set``: as many as the rubric says."""

PromptUse = Literal["shown", "hidden", "none"]
DrawnShape = Literal["point", "box", "polygon", "brush"]

UNITS: Final[tuple[Unit, ...]] = ("single", "pair", "before_after", "set")
PROMPT_USES: Final[tuple[PromptUse, ...]] = ("shown", "hidden", "none")
DRAWN_SHAPES: Final[tuple[DrawnShape, ...]] = ("point", "box", "polygon", "brush")

_KEY = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_KEY = 60
_KEY_IN_WORDS = f"lower-case letters and digits with single hyphens between, at most {_MAX_KEY} characters"

_RUBRIC_KEYS = frozenset(
    {
        "format",
        "key",
        "name",
        "description",
        "unit",
        "images",
        "prompt",
        "criteria",
        "taxonomy",
        "severities",
        "marks",
        "explanation",
        "cannot_judge",
        "overlap",
        "repeats",
        "sensitive",
        "hourly_limit",
    }
)
_MARKS_KEYS = frozenset({"shapes", "required_when"})
_EXPLANATION_KEYS = frozenset({"label", "max_characters", "required_when", "cite_mark"})
_REASON_KEYS = frozenset({"code", "label"})


class RubricInvalidError(ProblemsError):
    """A rubric breaks its own rules; ``problems`` says everything that is wrong with it."""


@dataclass(frozen=True, slots=True)
class MarkRule:
    """What can be marked; without shapes there are no marks, with any the whole image can be marked too."""

    shapes: tuple[DrawnShape, ...] = ()
    required_when: tuple[Condition, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the rule as it is written in a rubric."""
        return {"shapes": list(self.shapes), "required_when": [condition.as_json() for condition in self.required_when]}


@dataclass(frozen=True, slots=True)
class ExplanationRule:
    """What is asked of the written explanation; ``cite_mark`` asks it to point at a mark as ``[[1]]`` when required."""

    label: str = "Explanation"
    max_characters: int = DEFAULT_EXPLANATION_CHARACTERS
    required_when: tuple[Condition, ...] = ()
    cite_mark: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the rule as it is written in a rubric."""
        return {
            "label": self.label,
            "max_characters": self.max_characters,
            "required_when": [condition.as_json() for condition in self.required_when],
            "cite_mark": self.cite_mark,
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a unit cannot be judged."""

    code: str
    label: str

    def as_json(self) -> dict[str, object]:
        """Return the reason as it is written in a rubric."""
        return {"code": self.code, "label": self.label}


DEFAULT_REASONS: Final = (
    Reason("did_not_load", "The image did not load"),
    Reason("needs_expertise", "It takes knowledge I do not have"),
    Reason("outside_guideline", "The guideline does not cover this case"),
)
"""Reasons of a rubric that names none; an empty list means that everything must be judged."""


@dataclass(frozen=True)
class Rubric:
    """A rubric that keeps its own rules: made by :func:`parse_rubric` or :func:`read_rubric`.

    Attributes
    ----------
    images
        How many images a unit shows.
    overlap, repeats, sensitive, hourly_limit
        What a project that is made from this rubric begins with; its own settings decide from then on.
    """

    key: str
    name: str
    description: str
    unit: Unit
    images: int
    prompt: PromptUse
    criteria: tuple[Criterion, ...]
    taxonomy: Taxonomy | None
    severities: tuple[Severity, ...]
    marks: MarkRule
    explanation: ExplanationRule | None
    cannot_judge: tuple[Reason, ...]
    overlap: int
    repeats: int = 0
    sensitive: bool = False
    hourly_limit: int = 0

    @cached_property
    def criterion_of(self) -> Mapping[str, Criterion]:
        """The criterion behind each id, in the order asked."""
        return {criterion.id: criterion for criterion in self.criteria}

    @cached_property
    def severity_of(self) -> Mapping[int, Severity]:
        """The severity behind each value, from the least grave."""
        return {severity.value: severity for severity in self.severities}

    @cached_property
    def reason_of(self) -> Mapping[str, Reason]:
        """The reason behind each code for not judging."""
        return {reason.code: reason for reason in self.cannot_judge}

    @cached_property
    def checked(self) -> tuple[Criterion, ...]:
        """The criteria whose answers technical checks propose."""
        return tuple(criterion for criterion in self.criteria if criterion.checks)

    def proposals(self, measures: Mapping[str, object]) -> tuple[Proposal, ...]:
        """Return what technical checks propose for an image with these ``measures``."""
        proposed = (propose(criterion.id, criterion.checks, measures) for criterion in self.checked)
        return tuple(proposal for proposal in proposed if proposal is not None)

    def criterion(self, criterion_id: str) -> Criterion:
        """Return the criterion with this id.

        Raises
        ------
        KeyError
            The rubric has no such criterion.
        """
        return self.criterion_of[criterion_id]

    @property
    def clauses(self) -> tuple[tuple[str, str], ...]:
        """Every guideline clause the rubric names, as (path of the field, anchor)."""
        named = [
            (f"criteria[{position}].clause", criterion.clause)
            for position, criterion in enumerate(self.criteria)
            if criterion.clause is not None
        ]
        groups = self.taxonomy.groups if self.taxonomy is not None else ()
        named.extend(
            (f"taxonomy.groups[{position}].clause", group.clause)
            for position, group in enumerate(groups)
            if group.clause is not None
        )
        named.extend(
            (f"criteria[{number}].worked_examples[{position}].clause", example.clause)
            for number, criterion in enumerate(self.criteria)
            for position, example in enumerate(criterion.worked_examples)
            if example.clause is not None
        )
        return tuple(named)

    @cached_property
    def examples(self) -> tuple[tuple[str, str], ...]:
        """Every item that the rubric names as an example, as (path of the field, key of the item)."""
        shown = [
            (f"criteria[{number}].{'levels' if criterion.levels else 'options'}[{place}].examples[{position}]", key)
            for number, criterion in enumerate(self.criteria)
            for place, keys in enumerate(criterion.examples)
            for position, key in enumerate(keys)
        ]
        worked = [
            (f"criteria[{number}].worked_examples[{position}].item", example.item)
            for number, criterion in enumerate(self.criteria)
            for position, example in enumerate(criterion.worked_examples)
        ]
        return tuple(shown + worked)

    @cached_property
    def worked_items(self) -> frozenset[str]:
        """Keys of the items of all worked examples."""
        return frozenset(example.item for criterion in self.criteria for example in criterion.worked_examples)

    def without_worked_examples(self, items: Collection[str] | None = None) -> "Rubric":
        """Return the rubric without the worked examples of these items, or without any."""
        criteria = tuple(criterion.without_worked_examples(items) for criterion in self.criteria)
        return replace(self, criteria=criteria)

    def as_json(self) -> dict[str, object]:
        """Return the rubric as plain JSON; :func:`parse_rubric` reads it back as an equal rubric."""
        return {
            "format": FORMAT,
            "key": self.key,
            "name": self.name,
            "description": self.description,
            "unit": self.unit,
            **({"images": self.images} if self.unit == "set" else {}),
            "prompt": self.prompt,
            "criteria": [criterion.as_json() for criterion in self.criteria],
            "taxonomy": self.taxonomy.as_json() if self.taxonomy is not None else None,
            "severities": [severity.as_json() for severity in self.severities],
            "marks": self.marks.as_json(),
            "explanation": self.explanation.as_json() if self.explanation is not None else None,
            "cannot_judge": [reason.as_json() for reason in self.cannot_judge],
            "overlap": self.overlap,
            **({"repeats": self.repeats} if self.repeats else {}),
            **({"sensitive": True} if self.sensitive else {}),
            **({"hourly_limit": self.hourly_limit} if self.hourly_limit else {}),
        }


def read_rubric(yaml_text: str) -> Rubric:
    """Read a rubric written in YAML.

    Raises
    ------
    RubricInvalidError
        The text is too long, no YAML, uses a feature of YAML that rubrics do without (anchors, aliases, tags, a key
        twice), or breaks a rule of rubrics.
    """
    try:
        data = read_yaml(yaml_text, max_characters=MAX_YAML_CHARACTERS)
    except YamlRefusedError as error:
        raise RubricInvalidError(error.problems) from error
    return parse_rubric(data)


def parse_rubric(data: object) -> Rubric:
    """Read a rubric from plain data, as JSON or YAML give it.

    Raises
    ------
    RubricInvalidError
        With every problem found, each naming the field, what was wrong and what is allowed.
    """
    found = Findings()
    fields = Fields.of(data, "", found, _RUBRIC_KEYS)
    if fields is None:
        raise RubricInvalidError(found.problems)
    rubric = _read(fields, found)
    if found:
        raise RubricInvalidError(found.problems)
    return rubric


def _read(fields: Fields, found: Findings) -> Rubric:
    fields.word("format", (FORMAT,))
    unit = fields.word("unit", UNITS)
    prompt: PromptUse = fields.word("prompt", PROMPT_USES, default="none")
    criteria = _read_criteria(fields, found, unit, prompt)
    taxonomy = read_taxonomy(fields.value("taxonomy"), "taxonomy", found) if fields.has("taxonomy") else None
    severities = read_severities(fields, found)
    conditions = ConditionReader({criterion.id: criterion for criterion in criteria}, severities, found)
    marks = _read_marks(fields, found, conditions)
    _check_group_criteria(taxonomy, conditions.criteria, found)
    return Rubric(
        key=_read_key(fields),
        name=fields.text("name", maximum=MAX_NAME),
        description=fields.text("description", maximum=MAX_DESCRIPTION, default="", one_line=False),
        unit=unit,
        images=_read_images(fields, unit),
        prompt=prompt,
        criteria=criteria,
        taxonomy=taxonomy,
        severities=severities,
        marks=marks,
        explanation=_read_explanation(fields, found, conditions, marks),
        cannot_judge=_read_reasons(fields, found),
        overlap=fields.integer("overlap", 1, MAX_OVERLAP, default=DEFAULT_OVERLAP),
        repeats=fields.integer("repeats", 0, MAX_REPEATS, default=0),
        sensitive=fields.flag("sensitive", default=False),
        hourly_limit=fields.integer("hourly_limit", 0, MAX_HOURLY, default=0),
    )


def _read_images(fields: Fields, unit: Unit) -> int:
    if unit == "set":
        return fields.integer("images", *SET_SIZES, default=DEFAULT_SET_SIZE)
    if fields.has("images"):
        fields.refuse("images", f"is given for {unit}", "images for a set only")
    return 1 if unit == "single" else 2


def _read_key(fields: Fields) -> str:
    key = fields.matching("key", _KEY, _KEY_IN_WORDS)
    if len(key) > _MAX_KEY:
        fields.refuse("key", f"has {len(key)} characters", _KEY_IN_WORDS)
    return key


def _read_criteria(fields: Fields, found: Findings, unit: Unit, prompt: PromptUse) -> tuple[Criterion, ...]:
    criteria: dict[str, Criterion] = {}
    for path, entry in fields.entries("criteria", minimum=1, maximum=MAX_CRITERIA):
        written = Fields.of(entry, path, found, CRITERION_KEYS)
        if written is None:
            continue
        criterion = read_criterion(written, has_sides=unit == "pair")
        criterion = read_dependencies(written, criterion, ConditionReader(criteria, (), found))
        _check_type(written, criterion, unit, prompt)
        if criterion.id and criterion.id in criteria:
            found.add(f"{path}.id", f"repeats {criterion.id}", "an id that no other criterion has")
        criteria.setdefault(criterion.id, criterion)
    return tuple(criteria.values())


def _check_type(fields: Fields, criterion: Criterion, unit: Unit, prompt: PromptUse) -> None:
    """Refuse a question about what raters do not see."""
    if criterion.type == "words" and prompt != "shown":
        fields.refuse("type", "is words, and raters do not see the prompt", "words where prompt is shown")
    if criterion.type in {"ranking", "best_worst"} and unit != "set":
        fields.refuse("type", f"is {criterion.type} for {unit}", f"{criterion.type} for a set")
    if criterion.checks and unit != "single":
        fields.refuse("checks", f"are given for {unit}", "checks where a unit is one image")


def _check_group_criteria(taxonomy: Taxonomy | None, criteria: Mapping[str, Criterion], found: Findings) -> None:
    for position, group in enumerate(taxonomy.groups if taxonomy is not None else ()):
        if group.criterion is not None and group.criterion not in criteria:
            field = f"taxonomy.groups[{position}].criterion"
            found.add(field, f"is {group.criterion}, which is no criterion", one_of(tuple(criteria)))


def _read_marks(fields: Fields, found: Findings, conditions: ConditionReader) -> MarkRule:
    if not fields.has("marks"):
        return MarkRule()
    marks = Fields.of(fields.value("marks"), "marks", found, _MARKS_KEYS)
    if marks is None:
        return MarkRule()
    shapes = _read_shapes(marks)
    required_when = conditions.read(marks, allow_severity=False)
    if required_when and not shapes:
        marks.refuse("required_when", "asks for marks, but shapes is empty", one_of(DRAWN_SHAPES) + " in marks.shapes")
    return MarkRule(shapes, required_when)


def _read_shapes(marks: Fields) -> tuple[DrawnShape, ...]:
    shapes: list[DrawnShape] = []
    for path, entry in marks.entries("shapes", maximum=len(DRAWN_SHAPES)):
        shape: DrawnShape | None = next((known for known in DRAWN_SHAPES if known == entry), None)
        if shape is None:
            marks.found.add(path, f"is {quoted(entry)}", one_of(DRAWN_SHAPES))
        elif shape in shapes:
            marks.found.add(path, f"repeats {shape}", "each shape once")
        else:
            shapes.append(shape)
    return tuple(shapes)


def _read_explanation(
    fields: Fields, found: Findings, conditions: ConditionReader, marks: MarkRule
) -> ExplanationRule | None:
    if not fields.has("explanation"):
        return None
    rule = Fields.of(fields.value("explanation"), "explanation", found, _EXPLANATION_KEYS)
    if rule is None:
        return None
    return ExplanationRule(
        label=rule.text("label", maximum=MAX_NAME, default="Explanation"),
        max_characters=rule.integer(
            "max_characters",
            MIN_EXPLANATION_CHARACTERS,
            MAX_EXPLANATION_CHARACTERS,
            default=DEFAULT_EXPLANATION_CHARACTERS,
        ),
        required_when=conditions.read(rule, allow_severity=bool(marks.shapes)),
        cite_mark=rule.flag("cite_mark", default=False),
    )


def _read_reasons(fields: Fields, found: Findings) -> tuple[Reason, ...]:
    if not fields.has("cannot_judge"):
        return DEFAULT_REASONS
    reasons: dict[str, Reason] = {}
    for path, entry in fields.entries("cannot_judge", maximum=MAX_REASONS):
        reason = Fields.of(entry, path, found, _REASON_KEYS)
        if reason is None:
            continue
        code = reason.matching("code", WORD_CODE, WORD_CODE_IN_WORDS)
        if code and code in reasons:
            reason.refuse("code", f"repeats {code}", "a code that no other reason has")
        reasons.setdefault(code, Reason(code, reason.text("label", maximum=MAX_NAME)))
    return tuple(reasons.values())
