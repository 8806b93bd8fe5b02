"""What one criterion takes from those above it: whether it is asked, whether it is void, and what a table decides."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import prod
from typing import Final

from rubrica.domain.condition_reader import MAX_CONDITIONS, ConditionReader
from rubrica.domain.conditions import AnswerValue
from rubrica.domain.criterion import NOT_APPLICABLE, Criterion, Rule
from rubrica.domain.fields import Fields
from rubrica.domain.problems import one_of
from rubrica.domain.taxonomy import WORD_CODE, WORD_CODE_IN_WORDS

MAX_PARENTS: Final = 20
MAX_RULES: Final = 200
MAX_CASES: Final = 100_000
"""Cases of a decision table that differ for its rules; more could not be checked one by one in good time."""

FAILED: Final = frozenset({"no", NOT_APPLICABLE})
"""Answers to a parent that leave nothing to ask of its children."""

_RULE_KEYS = frozenset({"if", "then"})


def is_asked(criterion: Criterion, answers: Mapping[str, AnswerValue]) -> bool:
    """Tell whether a criterion is asked, by the answers to those above it."""
    return not criterion.when or any(condition.holds(answers, 0) for condition in criterion.when)


def is_void(criterion: Criterion, answers: Mapping[str, AnswerValue]) -> bool:
    """Tell whether a parent has failed; ``answers`` holds void parents as not applicable."""
    return any(answers.get(parent) in FAILED for parent in criterion.parents)


def decide(criterion: Criterion, answers: Mapping[str, AnswerValue]) -> str | None:
    """Look up the result of a decision; ``None`` while a criterion that it is made from is not answered."""
    if any(name not in answers for name in criterion.inputs):
        return None
    for rule in criterion.rules:
        if all(condition.holds(answers, 0) for condition in rule.conditions):
            return rule.result
    return criterion.otherwise


def read_dependencies(fields: Fields, criterion: Criterion, above: ConditionReader) -> Criterion:
    """Read what a criterion takes from those above it, and return it complete."""
    criterion = replace(
        criterion,
        when=above.read_on_answers(fields, "when"),
        parents=fields.words("parents", WORD_CODE, WORD_CODE_IN_WORDS, maximum=MAX_PARENTS),
    )
    _check_parents(fields, criterion, above.criteria)
    if criterion.type == "decision":
        criterion = replace(criterion, rules=_read_rules(fields, above), otherwise=_read_otherwise(fields))
        _check_table(fields, criterion, above.criteria)
    return criterion


def _check_parents(fields: Fields, criterion: Criterion, above: Mapping[str, Criterion]) -> None:
    """Refuse a parent that stands below: with parents above their children, no question can wait for itself."""
    questions = [other.id for other in above.values() if other.type == "yes_no" and other.id != criterion.id]
    for parent in criterion.parents:
        if parent not in questions:
            problem = f"names {parent}, which is no yes_no question above this one"
            fields.refuse("parents", problem, one_of(questions))
        elif above[parent].when or not above[parent].required:
            fields.refuse("parents", f"names {parent}, which can stay unanswered", "questions that are always asked")
    if criterion.when and (criterion.is_list or criterion.type == "decision"):
        fields.refuse("when", f"is given for {criterion.type}", "no condition: nothing chosen is an answer too")
    if criterion.parents and criterion.when:
        fields.refuse("when", "is given beside parents", "either of the two")


def _read_rules(fields: Fields, above: ConditionReader) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for path, entry in fields.entries("rules", minimum=1, maximum=MAX_RULES):
        rule = Fields.of(entry, path, fields.found, _RULE_KEYS)
        if rule is None:
            continue
        conditions = above.read_on_answers(rule, "if")
        if not conditions and not rule.has("if"):
            rule.refuse("if", "is missing", f"a list of 1 to {MAX_CONDITIONS} conditions, all of which must hold")
        rules.append(Rule(conditions, rule.matching("then", WORD_CODE, WORD_CODE_IN_WORDS)))
    return tuple(rules)


def _read_otherwise(fields: Fields) -> str | None:
    return fields.matching("otherwise", WORD_CODE, WORD_CODE_IN_WORDS, default="") or None


def _check_table(fields: Fields, criterion: Criterion, above: Mapping[str, Criterion]) -> None:
    """Refuse a table that leaves a case out, or gives one case two results."""
    before = len(fields.found.problems)
    results = [*enumerate(rule.result for rule in criterion.rules), (None, criterion.otherwise)]
    for position, result in results:
        if result and result not in criterion.option_of:
            where = "otherwise" if position is None else f"rules[{position}].then"
            fields.refuse(where, f"is {result}", one_of(tuple(criterion.option_of)))
    for name in criterion.inputs:
        other = above[name]
        if other.type in {"ticks", "decision"} or other.when or not other.required:
            problem = f"look at {name}, which can stay unanswered or has many answers at once"
            fields.refuse("rules", problem, "criteria of type scale, choice, yes_no or count that are always asked")
    if len(fields.found.problems) == before:
        _check_cases(fields, criterion, above)


def _check_cases(fields: Fields, criterion: Criterion, above: Mapping[str, Criterion]) -> None:
    answers = [_telling_answers(criterion, above[name]) for name in criterion.inputs]
    cases = prod(len(each) for each in answers)
    if cases > MAX_CASES:
        fields.refuse("rules", f"tell {cases} cases apart", f"at most {MAX_CASES}")
        return
    every_rule = (1 << len(criterion.rules)) - 1
    for case, holding in _cases(answers, every_rule):
        results = {rule.result for number, rule in enumerate(criterion.rules) if holding >> number & 1}
        if len(results) == 1 or (not results and criterion.otherwise):
            continue
        said = ", ".join(f"{name} {value}" for name, value in zip(criterion.inputs, case, strict=True))
        problem = f"give {' and '.join(sorted(results))} for {said}" if results else f"do not cover {said}"
        fields.refuse("rules", problem, "one result for every case, or otherwise for those that no rule covers")
        return


def _telling_answers(criterion: Criterion, asked: Criterion) -> list[tuple[AnswerValue, int]]:
    """Return one answer of each kind that the rules tell apart, with a bit for each rule that allows it."""
    first_of: dict[int, AnswerValue] = {}
    for value in asked.allowed_values or range(asked.minimum, asked.maximum + 1):
        allowing = 0
        for number, rule in enumerate(criterion.rules):
            own = [condition for condition in rule.conditions if condition.criterion == asked.id]
            if all(condition.holds({asked.id: value}, 0) for condition in own):
                allowing |= 1 << number
        first_of.setdefault(allowing, value)
    return [(value, allowing) for allowing, value in first_of.items()]


def _cases(
    answers: list[list[tuple[AnswerValue, int]]], holding: int, case: tuple[AnswerValue, ...] = ()
) -> Iterator[tuple[tuple[AnswerValue, ...], int]]:
    """Yield every case with the bits of the rules that hold in it."""
    if len(case) == len(answers):
        yield case, holding
        return
    for value, allowing in answers[len(case)]:
        yield from _cases(answers, holding & allowing, (*case, value))
