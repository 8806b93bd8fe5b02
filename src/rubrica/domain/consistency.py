"""Whether scores and evidence agree: the questions that are asked before an answer is sent, and those kept.

A question never stands in the way. Whoever keeps the answer as it is says so, and the evaluation remembers it. The
workbench asks the same questions without asking the server: ``tests/domain/coach_vectors.json`` holds both to one
answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rubrica.domain.conditions import AnswerValue
from rubrica.domain.criterion import Criterion
from rubrica.domain.mark import MAX_MARKS, Mark
from rubrica.domain.problems import Findings, as_array, as_object, check_keys, child, one_of, quoted
from rubrica.domain.rubric import Rubric

QuestionRule = Literal["top_score_grave_mark", "lowest_score_no_evidence"]

QUESTION_RULES: Final[tuple[QuestionRule, ...]] = ("top_score_grave_mark", "lowest_score_no_evidence")

_KEPT_KEYS = frozenset({"rule", "criterion", "mark"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A question that was asked and answered with "keep".

    Attributes
    ----------
    rule
        ``top_score_grave_mark``: the highest level of a criterion, beside a grave mark of a fault that lowers it.
        ``lowest_score_no_evidence``: the lowest level of a criterion, with neither a mark nor an explanation.
    mark
        Number of the mark the question was about, counted from 1; ``None`` where it was about none.
    """

    rule: QuestionRule
    criterion: str
    mark: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return what was kept as a client sends it."""
        return {"rule": self.rule, "criterion": self.criterion, "mark": self.mark}


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the rater, and what is remembered if the answer stays as it is."""

    kept: Kept
    words: str


def is_fault(rubric: Rubric, mark: Mark) -> bool:
    """Tell whether a mark stands for a fault; one that has no code yet is taken for one."""
    taxonomy = rubric.taxonomy
    return taxonomy is None or mark.code is None or taxonomy.group_of[mark.code].fault


def questions(
    rubric: Rubric, answers: Mapping[str, AnswerValue], marks: Sequence[Mark], explanation: str
) -> tuple[Question, ...]:
    """Return what to ask before an answer is sent, in the order of the rubric, each criterion at most once."""
    found: list[Question] = []
    for criterion in rubric.criteria:
        answer = answers.get(criterion.id)
        if criterion.type != "scale" or not isinstance(answer, int):
            continue
        if answer == criterion.levels[0].value:
            found.extend(_too_high(rubric, criterion, answer, marks))
        elif answer == criterion.levels[-1].value:
            found.extend(_unfounded(rubric, criterion, answer, marks, explanation))
    return tuple(found)


def _too_high(rubric: Rubric, criterion: Criterion, answer: int, marks: Sequence[Mark]) -> Iterator[Question]:
    """Ask about the gravest mark that belongs to the criterion; of equals, the first."""
    grave = [
        (mark.severity, -number)
        for number, mark in enumerate(marks, start=1)
        if mark.severity in _grave(rubric) and _lowers(rubric, mark, criterion)
    ]
    if not grave:
        return
    severity, number = max(grave)
    mark = marks[-number - 1]
    words = (
        f"{criterion.name} {answer}, but mark {-number} is {rubric.severity_of[severity].name}{_named(rubric, mark)}"
    )
    yield Question(Kept("top_score_grave_mark", criterion.id, -number), words)


def _unfounded(
    rubric: Rubric, criterion: Criterion, answer: int, marks: Sequence[Mark], explanation: str
) -> Iterator[Question]:
    if explanation.strip() or any(_lowers(rubric, mark, criterion) for mark in marks):
        return
    takes = [
        word for word, is_taken in (("mark", rubric.marks.shapes), ("explanation", rubric.explanation)) if is_taken
    ]
    if takes:
        words = f"{criterion.name} {answer}, but there is no {' and no '.join(takes)}"
        yield Question(Kept("lowest_score_no_evidence", criterion.id), words)


def _grave(rubric: Rubric) -> frozenset[int]:
    """Return the graver half of the severities: 3 and 4 of four."""
    return frozenset(severity.value for severity in rubric.severities[(len(rubric.severities) + 1) // 2 :])


def _lowers(rubric: Rubric, mark: Mark, criterion: Criterion) -> bool:
    """Tell whether a mark belongs to a criterion; without a taxonomy, or a code, it may belong to any."""
    if rubric.taxonomy is None or mark.code is None:
        return True
    group = rubric.taxonomy.group_of[mark.code]
    return group.fault and group.criterion == criterion.id


def _named(rubric: Rubric, mark: Mark) -> str:
    if rubric.taxonomy is None or mark.code is None:
        return ""
    part = f", {mark.part.replace('_', ' ')}" if mark.part else ""
    return f" ({rubric.taxonomy.name_of[mark.code]}{part})"


def read_kept(rubric: Rubric, value: object, marks: int, found: Findings) -> tuple[Kept, ...]:
    """Read the ``kept`` of an answer with ``marks`` marks, noting problems in ``found``."""
    if value is None:
        return ()
    entries = as_array(value)
    most = len(rubric.criteria)
    if entries is None or len(entries) > most:
        problem = f"is {quoted(value)}" if entries is None else f"has {len(entries)} entries"
        found.add("kept", problem, f"a list of at most {most} questions, one for each criterion")
        return ()
    read = [_read_one(rubric, entry, f"kept[{position}]", marks, found) for position, entry in enumerate(entries)]
    return tuple([kept for kept in read if kept is not None])


def _read_one(rubric: Rubric, value: object, path: str, marks: int, found: Findings) -> Kept | None:
    body = as_object(value)
    if body is None:
        found.add(path, f"is {quoted(value)}", "an object with rule, criterion, mark")
        return None
    check_keys(body, _KEPT_KEYS, path, found)
    rule: QuestionRule | None = next((known for known in QUESTION_RULES if known == body.get("rule")), None)
    criterion, mark = body.get("criterion"), body.get("mark")
    if rule is None:
        found.add(child(path, "rule"), f"is {quoted(body.get('rule'))}", one_of(QUESTION_RULES))
    if type(criterion) is not str or criterion not in rubric.criterion_of:
        found.add(child(path, "criterion"), f"is {quoted(criterion)}", one_of(tuple(rubric.criterion_of)))
        return None
    if mark is not None and (type(mark) is not int or not 1 <= mark <= min(marks, MAX_MARKS)):
        found.add(child(path, "mark"), f"is {quoted(mark)}", "null, or the number of a mark, counted from 1")
        return None
    return Kept(rule, criterion, mark) if rule is not None else None
