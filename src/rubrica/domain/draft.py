"""An answer in the making, read as far as it can be: what is missing or wrong is left out, and nothing is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from rubrica.domain.conditions import AnswerValue
from rubrica.domain.mark import MAX_MARKS, Mark, Whole
from rubrica.domain.problems import as_array, as_object
from rubrica.domain.rubric import MAX_EXPLANATION_CHARACTERS, Rubric
from rubrica.domain.text import composed, first_refused_character

_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Draft:
    """As much of an answer as the checks of its explanation look at; marks stand for their codes, not their places."""

    answers: Mapping[str, AnswerValue]
    marks: tuple[Mark, ...]
    explanation: str


def read_draft(rubric: Rubric, payload: object) -> Draft:
    """Read the scales, choices, marks and explanation of an answer as a client would send it; anything at all."""
    body = as_object(payload) or _NOTHING
    given = as_object(body.get("answers")) or _NOTHING
    answers = {name: value for name in given if (value := _answer(rubric, name, given[name])) is not None}
    entries = as_array(body.get("marks")) or ()
    return Draft(
        answers, tuple([_mark(rubric, entry) for entry in entries[:MAX_MARKS]]), _text(body.get("explanation"))
    )


def _answer(rubric: Rubric, name: str, value: object) -> AnswerValue | None:
    criterion = rubric.criterion_of.get(name)
    if criterion is None:
        return None
    if criterion.type == "scale":
        return value if type(value) is int and value in criterion.level_of else None
    return value if type(value) is str and value in criterion.option_of else None


def _mark(rubric: Rubric, value: object) -> Mark:
    """Read a mark for its code; one that cannot be read still counts, since texts cite marks by number."""
    body = as_object(value) or _NOTHING
    code, part, severity = body.get("code"), body.get("part"), body.get("severity")
    known = rubric.taxonomy.codes if rubric.taxonomy is not None else ()
    return Mark(
        "a",
        Whole(),
        code if type(code) is str and code in known else None,
        part if type(part) is str else None,
        severity if type(severity) is int and severity in rubric.severity_of else None,
    )


def _text(value: object) -> str:
    if type(value) is not str or len(value) > MAX_EXPLANATION_CHARACTERS or first_refused_character(value) is not None:
        return ""
    return composed(value)
