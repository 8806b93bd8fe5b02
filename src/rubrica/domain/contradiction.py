"""Whether an explanation says the opposite of the answers beside it.

A contradiction holds an answer back in the workbench, so only what is plain is called one: a text that finds no fault
beside a mark of one, a fault in words beside nothing but highest scores, image A praised and image B chosen. Anything
that limits what is said ("but", "in the background", a cited mark) makes it something else than plain.

The workbench looks for the same without asking the server: ``tests/domain/coach_vectors.json`` holds both to one
answer.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rubrica.domain.conditions import AnswerValue
from rubrica.domain.consistency import is_fault
from rubrica.domain.criterion import Criterion
from rubrica.domain.mark import Mark
from rubrica.domain.rubric import Rubric

_FAULTS = "(?:errors?|faults?|flaws?|defects?|artifacts?|artefacts?)"
_LESSER = "other|further|more|additional|major|serious|severe|critical|obvious|grave|big|large|such"
# What follows limits the claim to a place or a kind.
_ELSEWHERE = "in|on|at(?! all)|near|around|of|with|within|under|behind|above|below|beside|outside|elsewhere|like|as"
_CLEAN = re.compile(
    r"(?<!not )\b(?:no|without(?: any)?|free (?:of|from)|zero|not (?:see|find|notice) any) "
    rf"(?!(?:{_LESSER})\b)(?:(?!(?:{_LESSER})\b)[a-z-]+ ){{0,2}}{_FAULTS}\b(?! (?:{_ELSEWHERE})\b)|"
    r"\bnothing (?:is |looks |seems )?(?:wrong|broken)\b",
    re.IGNORECASE | re.ASCII,
)
_LIMITED = re.compile(
    r"\[\[|\b(?:but|except|however|although|though|apart|aside|besides|only|yet|until|unless|if)\b",
    re.IGNORECASE | re.ASCII,
)
_FAULT = re.compile(
    rf"\b(?:{_FAULTS}|malformed|deformed|garbled|misspelt|misspelled|implausible)\b", re.IGNORECASE | re.ASCII
)
_NEGATED = re.compile(
    r"(?:\b(?:no|not|never|without|free|nothing|none|neither|nor|hardly|zero|any|if)|n['’]t)[^a-z]+"
    r"(?:[a-z'’-]+[^a-z]+){0,2}$",
    re.IGNORECASE | re.ASCII,
)
_REACH: Final = 60
"""Characters before a word in which what negates it is looked for."""

_PREFERENCE = re.compile(
    r"\b(?:[Pp]refer (?:image )?([AB])|([AB]) wins|([AB]) (?:is|looks|was) "
    r"(?:(?:much|clearly|slightly|far|a bit|a little|the|overall) ){0,2}(?:better|stronger|preferable|winner))\b",
    re.ASCII,
)
_SIDE = re.compile("([ab])(?:_|$)")


def claims_no_fault(text: str) -> bool:
    """Tell whether a text says, without limiting it, that there is no fault."""
    return _CLEAN.search(text) is not None and _LIMITED.search(text) is None


def claims_a_fault(text: str) -> bool:
    """Tell whether a text names a fault that it does not negate within three words."""
    return any(not _is_negated(text, match.start()) for match in _FAULT.finditer(text))


def contradiction(
    rubric: Rubric, answers: Mapping[str, AnswerValue], marks: Sequence[Mark], explanation: str
) -> str | None:
    """Say what a text contradicts, or return ``None``; answers and marks are those shown to the rater."""
    faults = [number for number, mark in enumerate(marks, start=1) if is_fault(rubric, mark)]
    judged = [criterion for criterion in _lowered_by_faults(rubric) if isinstance(answers.get(criterion.id), int)]
    if claims_no_fault(explanation):
        if faults:
            return f"The text says that there is no fault, but mark {faults[0]} is one"
        if judged and all(_is_low(criterion, answers[criterion.id]) for criterion in judged):
            name, answer = judged[0].name, answers[judged[0].id]
            return f"The text says that there is no fault, but {name} is {answer}"
    elif judged and not faults and _is_all_highest(judged, answers) and claims_a_fault(explanation):
        return f"The text names a fault, but there is no mark and {judged[0].name} is {answers[judged[0].id]}"
    return _wrong_side(rubric, answers, explanation)


def _lowered_by_faults(rubric: Rubric) -> list[Criterion]:
    """Return the scales that faults of the taxonomy lower; match with the prompt and taste are judged by more."""
    groups = rubric.taxonomy.groups if rubric.taxonomy is not None else ()
    named = {group.criterion for group in groups if group.fault}
    return [
        criterion
        for criterion in rubric.criteria
        if criterion.id in named and criterion.type == "scale" and criterion.kind not in {"alignment", "aesthetics"}
    ]


def _is_all_highest(criteria: Sequence[Criterion], answers: Mapping[str, AnswerValue]) -> bool:
    return all(answers[criterion.id] == criterion.levels[0].value for criterion in criteria)


def _is_low(criterion: Criterion, answer: AnswerValue) -> bool:
    """Tell whether an answer lies in the middle of the scale or below."""
    values = [level.value for level in criterion.levels]
    return isinstance(answer, int) and 2 * values.index(answer) >= len(values) - 1


def _is_negated(text: str, start: int) -> bool:
    return _NEGATED.search(text[max(0, start - _REACH) : start]) is not None


def _wrong_side(rubric: Rubric, answers: Mapping[str, AnswerValue], explanation: str) -> str | None:
    if rubric.unit != "pair":
        return None
    praised = {
        next(side for side in match.groups() if side)
        for match in _PREFERENCE.finditer(explanation)
        if not _is_negated(explanation, match.start())
    }
    chosen = {
        side.group(1).upper()
        for criterion in rubric.criteria
        if criterion.kind == "pair" and (side := _SIDE.match(str(answers.get(criterion.id, ""))))
    }
    if len(praised) == len(chosen) == 1 and praised != chosen:
        return f"The text prefers {praised.pop()}, but the answers prefer {chosen.pop()}"
    return None
