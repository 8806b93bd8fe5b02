"""Reading conditions: each speaks of a criterion of the same rubric, and is read against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rubrica.domain.conditions import AnswerCondition, AnyOf, AtLeast, AtMost, Condition, SeverityAtLeast
from rubrica.domain.criterion import Criterion
from rubrica.domain.fields import Fields
from rubrica.domain.problems import Findings, one_of, quoted
from rubrica.domain.taxonomy import MAX_SEVERITIES, WORD_CODE, WORD_CODE_IN_WORDS, Severity

MAX_CONDITIONS: Final = 60

_CONDITION_ORDER = ("criterion", "at_most", "at_least", "any_of", "severity_at_least")
_CONDITION_KEYS = frozenset(_CONDITION_ORDER)
_CONDITIONS_IN_WORDS = "{criterion, at_most}, {criterion, at_least}, {criterion, any_of} or {severity_at_least}"


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads lists of conditions against the criteria and severities they speak of."""

    criteria: Mapping[str, Criterion]
    severities: tuple[Severity, ...]
    found: Findings

    def read(self, fields: Fields, *, allow_severity: bool) -> tuple[Condition, ...]:
        """Read what makes something required."""
        conditions: list[Condition] = []
        for condition in self._entries(fields, "required_when"):
            if _keys(condition) != ["severity_at_least"]:
                read = self._on_answer(condition)
                conditions += [read] if read is not None else []
            elif allow_severity:
                conditions.append(self._severity_at_least(condition))
            else:
                condition.refuse("severity_at_least", "has no marks to look at", "a condition on a criterion")
        return tuple(conditions)

    def read_on_answers(self, fields: Fields, key: str) -> tuple[AnswerCondition, ...]:
        """Read conditions on answers alone."""
        read = [self._on_answer(condition) for condition in self._entries(fields, key)]
        return tuple([condition for condition in read if condition is not None])

    def _entries(self, fields: Fields, key: str) -> list[Fields]:
        entries = [
            Fields.of(entry, path, self.found, _CONDITION_KEYS)
            for path, entry in fields.entries(key, maximum=MAX_CONDITIONS)
        ]
        return [condition for condition in entries if condition is not None]

    def _on_answer(self, fields: Fields) -> AnswerCondition | None:
        match _keys(fields):
            case ["criterion", "at_most"]:
                bounds = self._bounds(fields, "at_most")
                return AtMost(bounds[0], fields.integer("at_most", *bounds[1:])) if bounds else None
            case ["criterion", "at_least"]:
                bounds = self._bounds(fields, "at_least")
                return AtLeast(bounds[0], fields.integer("at_least", *bounds[1:])) if bounds else None
            case ["criterion", "any_of"]:
                return self._any_of(fields)
            case _:
                self.found.add(fields.path, "is not one of the known conditions", _CONDITIONS_IN_WORDS)
        return None

    def _criterion(self, fields: Fields) -> Criterion | None:
        value = fields.value("criterion")
        criterion = self.criteria.get(value) if isinstance(value, str) else None
        if criterion is None:
            fields.refuse("criterion", f"is {quoted(value)}, which is no criterion", one_of(tuple(self.criteria)))
        return criterion

    def _bounds(self, fields: Fields, key: str) -> tuple[str, int, int] | None:
        """Return the criterion that a bound speaks of, with its lowest and highest answer."""
        criterion = self._criterion(fields)
        if criterion is None:
            return None
        if criterion.type == "count":
            return criterion.id, criterion.minimum, criterion.maximum
        if criterion.type != "scale" or not criterion.levels:
            problem = f"is given for {criterion.id}, a {criterion.type}"
            fields.refuse(key, problem, f"{key} for a scale or a count, else any_of")
            return None
        return criterion.id, criterion.levels[-1].value, criterion.levels[0].value

    def _any_of(self, fields: Fields) -> AnyOf | None:
        criterion = self._criterion(fields)
        if criterion is None:
            return None
        if not criterion.options:
            problem = f"is given for {criterion.id}, a {criterion.type}"
            fields.refuse("any_of", problem, "any_of for a criterion with options, else at_most or at_least")
            return None
        codes = fields.words("any_of", WORD_CODE, WORD_CODE_IN_WORDS, maximum=len(criterion.options))
        for code in codes:
            if code not in criterion.option_of:
                fields.refuse("any_of", f"names {code}", one_of(tuple(criterion.option_of)))
            elif (mirror := criterion.mirrored.get(code)) is not None and mirror not in codes:
                # Sides are exchanged at random: asking more of one side would make that side cost more.
                fields.refuse("any_of", f"names {code} without its mirror {mirror}", "both options of a mirrored pair")
        return AnyOf(criterion.id, codes)

    def _severity_at_least(self, fields: Fields) -> SeverityAtLeast:
        gravest = self.severities[-1].value if self.severities else MAX_SEVERITIES
        return SeverityAtLeast(fields.integer("severity_at_least", 1, gravest))


def _keys(fields: Fields) -> list[str]:
    return [key for key in _CONDITION_ORDER if fields.has(key)]
