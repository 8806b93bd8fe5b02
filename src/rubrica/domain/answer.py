"""An answer: what a rater said about one unit, checked against the rubric it answers.

:func:`parse_answer` stands on the hot path of the service and is written accordingly: limits before work, tables made
once per rubric, and no message built until something is wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rubrica.domain.conditions import AnswerValue, first_that_holds
from rubrica.domain.consistency import Kept, read_kept
from rubrica.domain.criterion import NOT_APPLICABLE, Criterion
from rubrica.domain.dependencies import decide, is_asked, is_void
from rubrica.domain.mark import SLOTS, Mark, Slot, cited_marks, read_marks
from rubrica.domain.problems import (
    MAX_UNKNOWN_KEYS,
    Findings,
    ProblemsError,
    as_array,
    as_object,
    check_keys,
    child,
    one_of,
    quoted,
)
from rubrica.domain.prompt_words import words_of
from rubrica.domain.ranking import images_beaten, read_best_worst, read_ranking, renamed, written
from rubrica.domain.rubric import Rubric
from rubrica.domain.text import check_text
from rubrica.domain.viewing import Viewing, read_viewing

WRITTEN: Final = "written"
"""Value of a rating that stands for a text."""

MAX_REASON_NOTE: Final = 1_000
"""Code points of the note beside a reason for not judging."""

_ANSWER_KEYS = frozenset({"answers", "marks", "explanation", "cannot_judge", "viewing", "kept"})
_CANNOT_JUDGE_KEYS = frozenset({"reason", "note"})


class AnswerRejectedError(ProblemsError):
    """An answer does not fit its rubric; ``problems`` says everything that is wrong with it."""


@dataclass(frozen=True, slots=True)
class CannotJudge:
    """Why the unit was not judged: the code of a reason in the rubric, and a note."""

    reason: str
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the reason as a client sends it."""
        return {"reason": self.reason, "note": self.note}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rater said about one unit.

    Attributes
    ----------
    answers
        By criterion id, in the order of the rubric: a level or a count, the code of an option, a text, the codes ticked
        (in the order of the rubric) or the words chosen (in that of the prompt). Void questions are not applicable, and
        what a table decides is filled in. Empty when the unit was not judged.
    cannot_judge
        Why the unit was not judged, or ``None``.
    kept
        Questions about scores and evidence that were asked before the answer was sent, and answered with "keep".
    """

    answers: Mapping[str, AnswerValue]
    marks: tuple[Mark, ...] = ()
    explanation: str = ""
    cannot_judge: CannotJudge | None = None
    viewing: Viewing | None = None
    kept: tuple[Kept, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether the unit was judged."""
        return self.cannot_judge is None

    def as_json(self) -> dict[str, object]:
        """Return the answer as a client sends it; :func:`parse_answer` reads it back as an equal answer."""
        return {
            "answers": {
                criterion: list(value) if isinstance(value, tuple) else value
                for criterion, value in self.answers.items()
            },
            "marks": [mark.as_json() for mark in self.marks],
            "explanation": self.explanation,
            "cannot_judge": self.cannot_judge.as_json() if self.cannot_judge is not None else None,
            "viewing": self.viewing.as_json() if self.viewing is not None else None,
            "kept": [kept.as_json() for kept in self.kept],
        }


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating as it is stored and measured: ``score`` is ``None`` where the option is kept out of scores."""

    criterion: str
    value: str
    score: float | None


def parse_answer(rubric: Rubric, payload: object, prompt: str = "") -> Answer:
    """Read an answer as a client sent it.

    Parameters
    ----------
    rubric
        The rubric the unit was shown under.
    payload
        Decoded JSON; anything at all.
    prompt
        The prompt of the unit, whose words can be chosen.

    Returns
    -------
    Answer
        As shown to the rater: :func:`rubrica.domain.blinding.canonical` turns it to item slots.

    Raises
    ------
    AnswerRejectedError
        With every problem found, each naming the field, what was wrong and what is allowed.
    """
    found = Findings()
    body = as_object(payload)
    if body is None:
        found.add(
            "", f"is {quoted(payload)}", "an object with answers, marks, explanation, cannot_judge, viewing, kept"
        )
        raise AnswerRejectedError(found.problems)
    check_keys(body, _ANSWER_KEYS, "", found)
    cannot_judge = _read_cannot_judge(rubric, body.get("cannot_judge"), found)
    is_judged = body.get("cannot_judge") is None
    answers = _read_answers(rubric, body.get("answers"), prompt, found, is_judged=is_judged)
    marks = read_marks(rubric, body.get("marks"), found)
    explanation = _read_explanation(rubric, body.get("explanation"), found)
    viewing = read_viewing(body.get("viewing"), found)
    kept = read_kept(rubric, body.get("kept"), len(marks or ()), found)
    if is_judged:
        _check_what_is_required(rubric, answers, marks, explanation, found)
    if marks is not None and explanation:
        _check_citations(rubric, len(marks), explanation, found)
    if found:
        raise AnswerRejectedError(found.problems)
    return Answer(answers, marks or (), explanation or "", cannot_judge, viewing, kept)


def ratings(rubric: Rubric, canonical_answer: Answer) -> tuple[Rating, ...]:
    """Return an answer as ratings: one for each criterion answered, for each tick, word or image named.

    Parameters
    ----------
    rubric
        The rubric the answer was parsed with.
    canonical_answer
        The answer by item slots (see :func:`rubrica.domain.blinding.canonical`).

    Returns
    -------
    tuple of Rating
        In the order of the rubric. A scale scores its level, a count its number; a choice the score of its option, if
        it has one; a tick or a word 1; a void question 0, since what is missing cannot be right. An image that is
        ranked scores how many others it beats, equals counted half; the best scores 1 and the worst -1. Of a text is
        kept that there is one.
    """
    made: list[Rating] = []
    for criterion_id, value in canonical_answer.answers.items():
        if isinstance(value, int):
            made.append(Rating(criterion_id, str(value), float(value)))
        elif isinstance(value, str):
            made.extend(_ratings(rubric.criterion_of[criterion_id], value, canonical_answer.answers))
        else:
            made.extend(Rating(criterion_id, code, 1.0) for code in value)
    return tuple(made)


def _ratings(criterion: Criterion, value: str, answers: Mapping[str, AnswerValue]) -> Iterator[Rating]:
    if criterion.type == "ranking":
        yield from [Rating(criterion.id, image, score) for image, score in images_beaten(value).items()]
    elif criterion.type == "best_worst":
        best, worst = value.split(">")
        yield from (Rating(criterion.id, best, 1.0), Rating(criterion.id, worst, -1.0))
    elif criterion.type == "text":
        yield Rating(criterion.id, WRITTEN, None)
    elif is_void(criterion, answers):
        yield Rating(criterion.id, value, 0.0)
    else:
        yield Rating(criterion.id, value, criterion.option_of[value].score)


def with_images_renamed(rubric: Rubric, answer: Answer, name_of: Mapping[Slot, Slot]) -> Answer:
    """Return an answer in which each image goes by another name: on marks, in orders, and in options with sides."""
    answers: dict[str, AnswerValue] = {}
    for criterion_id, value in answer.answers.items():
        answers[criterion_id] = _renamed(rubric.criterion_of[criterion_id], value, name_of)
    marks = tuple([replace(mark, image=name_of[mark.image]) for mark in answer.marks])
    return replace(answer, answers=answers, marks=marks)


def _renamed(criterion: Criterion, value: AnswerValue, name_of: Mapping[Slot, Slot]) -> AnswerValue:
    if criterion.type in {"ranking", "best_worst"} and isinstance(value, str):
        return renamed(value, {str(slot): str(name) for slot, name in name_of.items()})
    if not criterion.mirrored:
        return value
    if isinstance(value, str):
        return criterion.mirrored.get(value, value)
    if isinstance(value, tuple):
        return _in_order(criterion, {criterion.mirrored.get(code, code) for code in value})
    return value


def _in_order(criterion: Criterion, codes: set[str]) -> tuple[str, ...]:
    return tuple([code for code in criterion.option_of if code in codes])


def _read_answers(
    rubric: Rubric, value: object, prompt: str, found: Findings, *, is_judged: bool
) -> dict[str, AnswerValue]:
    body: Mapping[str, object] | None = {} if value is None else as_object(value)
    if body is None:
        found.add("answers", f"is {quoted(value)}", "an object from criterion to answer")
        return {}
    if not is_judged:
        if body:
            found.add("answers", f"has {len(body)} entries", "no answers beside cannot_judge")
        return {}
    if not body.keys() <= rubric.criterion_of.keys():
        _refuse_unknown_criteria(rubric, body, found)
    answers: dict[str, AnswerValue] = {}
    for criterion in rubric.criteria:
        answer = _read_answer(criterion, body.get(criterion.id), answers, rubric.images, prompt, found)
        if answer is not None:
            answers[criterion.id] = answer
    return answers


def _refuse_unknown_criteria(rubric: Rubric, body: Mapping[str, object], found: Findings) -> None:
    allowed = one_of(tuple(rubric.criterion_of))
    unknown = [key for key in body if key not in rubric.criterion_of]
    if len(unknown) > MAX_UNKNOWN_KEYS:
        found.add("answers", f"has {len(unknown)} answers to criteria that this rubric does not have", allowed)
        return
    for key in unknown:
        found.add(child("answers", key), "answers a criterion that this rubric does not have", allowed)


def _read_answer(
    criterion: Criterion,
    given: object,
    above: Mapping[str, AnswerValue],
    images: int,
    prompt: str,
    found: Findings,
) -> AnswerValue | None:
    """Read one answer, or fill in what follows from the answers above it."""
    field = f"answers.{criterion.id}"
    if criterion.type == "decision":
        result = decide(criterion, above)
        if given is not None and given != result:
            found.add(
                field, f"is {quoted(given)}", f"{result}, which follows from the other answers" if result else _NONE
            )
        return result
    if not is_asked(criterion, above):
        if given is not None and given != []:
            asked = " or ".join(condition.in_words() for condition in criterion.when)
            found.add(field, f"is {quoted(given)}", f"no answer: it is asked when {asked}")
        return None
    if is_void(criterion, above):
        if given is not None and given != NOT_APPLICABLE:
            found.add(field, f"is {quoted(given)}, and a question above it has failed", f"only {NOT_APPLICABLE}")
        return NOT_APPLICABLE
    if given is None or (criterion.type == "text" and given == ""):
        if criterion.required:
            found.add(field, "is missing", _allowed(criterion))
        return None
    if criterion.type == "words":
        return _read_words(field, given, words_of(prompt), found)
    return _read_value(criterion, given, images, found)


_NONE = "no answer while a criterion that it follows from is not answered"


def _read_value(criterion: Criterion, given: object, images: int, found: Findings) -> AnswerValue | None:
    if criterion.type == "ticks":
        return _read_ticks(criterion, given, found)
    if criterion.type == "text":
        return _read_text(criterion, given, found)
    if criterion.type in {"ranking", "best_worst"}:
        return _read_order(criterion, given, SLOTS[:images], found)
    if type(given) is str and given in criterion.option_of:
        return given
    # A boolean equals 0 or 1, and would be found in the table of levels.
    if (type(given) is int or type(given) is float) and _is_number_of(criterion, given):
        return int(given)
    found.add(f"answers.{criterion.id}", f"is {quoted(given)}", _allowed(criterion))
    return None


def _is_number_of(criterion: Criterion, number: float) -> bool:
    if criterion.type == "count":
        # In bounds first: an enormous or unending number is not asked whether it is whole.
        return criterion.minimum <= number <= criterion.maximum and number == int(number)
    return number in criterion.level_of


def _read_text(criterion: Criterion, given: object, found: Findings) -> str | None:
    before = len(found.problems)
    text = check_text(given, f"answers.{criterion.id}", found, maximum=criterion.max_characters, minimum=1)
    return text if len(found.problems) == before else None


def _read_order(criterion: Criterion, given: object, images: tuple[Slot, ...], found: Findings) -> str | None:
    text = given if isinstance(given, str) and len(given) <= 2 * len(images) else ""
    order = read_ranking(text, images)
    if criterion.type == "ranking" and order is not None:
        return written(order)
    if criterion.type == "best_worst" and read_best_worst(text, images) is not None:
        return text
    found.add(f"answers.{criterion.id}", f"is {quoted(given)}", _allowed(criterion))
    return None


def _read_words(field: str, given: object, words: Mapping[str, str], found: Findings) -> tuple[str, ...] | None:
    """Read the words chosen from a prompt, each named by where it stands."""
    names = as_array(given)
    if names is None or len(names) > len(words):
        problem = f"is {quoted(given)}" if names is None else f"has {len(names)} entries"
        found.add(field, problem, "a list of words of the prompt, each as START-END")
        return None
    before = len(found.problems)
    chosen: set[str] = set()
    for position, name in enumerate(names):
        if type(name) is not str or name not in words:
            found.add(f"{field}[{position}]", f"is {quoted(name)}", one_of(tuple(words)))
        elif name in chosen:
            found.add(f"{field}[{position}]", f"repeats {name}", "each word at most once")
        else:
            chosen.add(name)
    return tuple([name for name in words if name in chosen]) if len(found.problems) == before else None


def _read_ticks(criterion: Criterion, given: object, found: Findings) -> tuple[str, ...] | None:
    field = f"answers.{criterion.id}"
    codes = as_array(given)
    if codes is None or len(codes) > len(criterion.options):
        problem = f"is {quoted(given)}" if codes is None else f"has {len(codes)} entries"
        found.add(field, problem, _allowed(criterion))
        return None
    before = len(found.problems)
    ticked: set[str] = set()
    for position, code in enumerate(codes):
        if type(code) is not str or code not in criterion.option_of:
            found.add(f"{field}[{position}]", f"is {quoted(code)}", one_of(tuple(criterion.option_of)))
        elif code in ticked:
            found.add(f"{field}[{position}]", f"repeats {code}", "each option at most once")
        else:
            ticked.add(code)
    in_order = _in_order(criterion, ticked)
    if criterion.is_grouped:
        _check_groups(criterion, in_order, field, found)
    return in_order if len(found.problems) == before else None


def _check_groups(criterion: Criterion, ticked: tuple[str, ...], field: str, found: Findings) -> None:
    first_of: dict[str, str] = {}
    for code in ticked:
        group = criterion.option_of[code].group
        if group is None:
            continue
        first = first_of.setdefault(group, code)
        if first != code:
            found.add(field, f"has both {first} and {code}", "at most one of the two")


def _allowed(criterion: Criterion) -> str:
    match criterion.type:
        case "count":
            return f"a whole number from {criterion.minimum} to {criterion.maximum}"
        case "text":
            return f"text of 1 to {criterion.max_characters} characters"
        case "ranking":
            return "all images in order, such as b>a=c"
        case "best_worst":
            return "the best and the worst image, such as b>a"
        case "words":
            return "a list of words of the prompt, each as START-END"
        case _:
            pass
    choices = one_of(criterion.allowed_values)
    return f"a list of any of {choices.removeprefix('one of ')}" if criterion.type == "ticks" else choices


def _read_cannot_judge(rubric: Rubric, value: object, found: Findings) -> CannotJudge | None:
    if value is None:
        return None
    body = as_object(value)
    if body is None:
        found.add("cannot_judge", f"is {quoted(value)}", "null, or an object with reason and note")
        return None
    check_keys(body, _CANNOT_JUDGE_KEYS, "cannot_judge", found)
    reason = body.get("reason")
    if type(reason) is not str or reason not in rubric.reason_of:
        problem = "is missing" if reason is None else f"is {quoted(reason)}"
        found.add("cannot_judge.reason", problem, one_of(tuple(rubric.reason_of)))
        reason = ""
    note = body.get("note")
    if note is None:
        return CannotJudge(reason)
    return CannotJudge(reason, check_text(note, "cannot_judge.note", found, maximum=MAX_REASON_NOTE))


def _read_explanation(rubric: Rubric, value: object, found: Findings) -> str | None:
    """Read the explanation; ``None`` when something was wrong with it."""
    if value is None or value == "":
        return ""
    rule = rubric.explanation
    if rule is None:
        found.add("explanation", f"is {quoted(value)}", "no explanation: this rubric asks for none")
        return None
    before = len(found.problems)
    text = check_text(value, "explanation", found, maximum=rule.max_characters)
    return text if len(found.problems) == before else None


def _check_what_is_required(
    rubric: Rubric,
    answers: Mapping[str, AnswerValue],
    marks: tuple[Mark, ...] | None,
    explanation: str | None,
    found: Findings,
) -> None:
    """Check what other answers make required; a part that was refused already is not called missing as well."""
    if marks is not None and not marks:
        cause = first_that_holds(rubric.marks.required_when, answers, 0)
        if cause is not None:
            found.add("marks", f"is empty, and is required when {cause.in_words()}", "at least one mark")
    rule = rubric.explanation
    if rule is None or explanation is None or not rule.required_when:
        return
    cause = first_that_holds(rule.required_when, answers, _worst_severity(rubric, marks or ()))
    if cause is None:
        return
    if not explanation.strip():
        problem = f"is missing, and is required when {cause.in_words()}"
        found.add("explanation", problem, f"text of at most {rule.max_characters} characters")
    elif rule.cite_mark and marks and not cited_marks(explanation):
        found.add("explanation", "cites no mark", "a text that points at a mark by its number, such as [[1]]")


def _check_citations(rubric: Rubric, marks: int, explanation: str, found: Findings) -> None:
    if not rubric.marks.shapes:
        return
    for number in sorted(cited_marks(explanation)):
        if not 1 <= number <= marks:
            found.add("explanation", f"cites [[{number}]], which is no mark", _citations_allowed(marks))


def _citations_allowed(marks: int) -> str:
    if marks == 0:
        return "no citation: there are no marks"
    return "[[1]] only" if marks == 1 else f"[[1]] to [[{marks}]]"


def _worst_severity(rubric: Rubric, marks: tuple[Mark, ...]) -> int:
    """Return the gravest severity among marks of faults; 0 when there is none."""
    taxonomy = rubric.taxonomy
    return max(
        [
            mark.severity
            for mark in marks
            if mark.severity is not None
            and (taxonomy is None or mark.code is None or taxonomy.group_of[mark.code].fault)
        ],
        default=0,
    )
