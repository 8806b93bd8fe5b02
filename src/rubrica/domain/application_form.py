"""The form of an opening: the questions that it asks of those who apply, and the answers to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from rubrica.domain.opening_check import FREE_SCREENING_MINUTES
from rubrica.domain.problems import Findings, as_array, as_object, check_keys, one_of, quoted
from rubrica.domain.text import check_text

MOST_QUESTIONS: Final = 20
MOST_CHOICES: Final = 12
MAX_QUESTION: Final = 300
MAX_CHOICE: Final = 120
MAX_SHORT: Final = 200
MAX_LONG: Final = 4_000
MAX_URL: Final = 500
LARGEST_NUMBER: Final = 10**9
MOST_MINUTES: Final = 120

Answer = str | int | list[str]
_KEYS: Final = frozenset({"id", "kind", "text", "choices", "is_required"})


class QuestionKind(StrEnum):
    """What an answer looks like."""

    SHORT = "short"
    LONG = "long"
    URL = "url"
    NUMBER = "number"
    SINGLE = "single"
    MULTI = "multi"


_CHOSEN: Final = frozenset({QuestionKind.SINGLE, QuestionKind.MULTI})


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form."""

    id: str
    kind: QuestionKind
    text: str
    choices: tuple[str, ...] = ()
    is_required: bool = True

    def as_json(self) -> dict[str, object]:
        """Return the question as JSON; ``parse_questions`` reads it back."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "text": self.text,
            "choices": list(self.choices),
            "is_required": self.is_required,
        }


def parse_questions(value: object, found: Findings) -> tuple[Question, ...]:
    """Read the questions of a form, or note everything that cannot be taken. Those without an id get one by place."""
    rows = as_array(value)
    if rows is None or len(rows) > MOST_QUESTIONS:
        found.add("questions", "is no list of questions that short", f"a list of at most {MOST_QUESTIONS} questions")
        return ()
    questions = [_question(row, place, found) for place, row in enumerate(rows)]
    ids = [question.id for question in questions if question is not None]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            found.add(f"questions[{place}].id", f"repeats {quoted(name)}", "each id once")
    return tuple(question for question in questions if question is not None)


def _question(value: object, place: int, found: Findings) -> Question | None:
    path = f"questions[{place}]"
    row = as_object(value)
    if row is None:
        found.add(path, f"is {quoted(value)}", "an object with kind and text")
        return None
    before = len(found.problems)
    check_keys(row, _KEYS, path, found)
    kind = next((each for each in QuestionKind if each == row.get("kind")), None)
    if kind is None:
        found.add(f"{path}.kind", f"is {quoted(row.get('kind'))}", one_of([each.value for each in QuestionKind]))
    name = check_text(row.get("id", f"q{place + 1}"), f"{path}.id", found, minimum=1, maximum=30, one_line=True)
    text = check_text(row.get("text"), f"{path}.text", found, minimum=1, maximum=MAX_QUESTION, one_line=True)
    choices = _choices(row.get("choices", []), kind, f"{path}.choices", found)
    is_required = row.get("is_required", True)
    if not isinstance(is_required, bool):
        found.add(f"{path}.is_required", f"is {quoted(is_required)}", "true or false")
    if len(found.problems) > before or kind is None:
        return None
    return Question(name, kind, text.strip(), choices, bool(is_required))


def _choices(value: object, kind: QuestionKind | None, path: str, found: Findings) -> tuple[str, ...]:
    rows = as_array(value)
    fewest, most = (2, MOST_CHOICES) if kind in _CHOSEN else (0, 0)
    if rows is None or not fewest <= len(rows) <= most:
        found.add(path, "does not fit the kind", f"{fewest} to {most} choices" if most else "nothing")
        return ()
    texts = [
        check_text(row, f"{path}[{place}]", found, minimum=1, maximum=MAX_CHOICE, one_line=True).strip()
        for place, row in enumerate(rows)
    ]
    if len(set(texts)) < len(texts):
        found.add(path, "names a choice twice", "each choice once")
    return tuple(texts)


def read_questions(stored: Sequence[Mapping[str, object]]) -> tuple[Question, ...]:
    """Return questions as they were kept; what is stored was checked before."""
    return parse_questions(list(stored), Findings())


def check_answers(
    questions: Sequence[Question], payload: object, found: Findings, *, is_complete: bool
) -> dict[str, Answer]:
    """Read the answers to a form, or note everything that cannot be taken.

    Parameters
    ----------
    is_complete
        Whether what has to be answered must be: so when it is submitted, not while it is a draft.
    """
    given = as_object(payload)
    if given is None:
        found.add("answers", f"is {quoted(payload)}", "an object of answers by the id of the question")
        return {}
    check_keys(given, frozenset(question.id for question in questions), "answers", found)
    answers: dict[str, Answer] = {}
    for question in questions:
        value = given.get(question.id)
        path = f"answers.{question.id}"
        if value is None or value in ("", []) or (isinstance(value, str) and not value.strip()):
            if is_complete and question.is_required:
                found.add(path, "is missing", _allowed(question))
            continue
        answer = _answer(question, value, path, found)
        if answer is not None:
            answers[question.id] = answer
    return answers


def _answer(question: Question, value: object, path: str, found: Findings) -> Answer | None:
    match question.kind:
        case QuestionKind.SHORT:
            return check_text(value, path, found, maximum=MAX_SHORT, one_line=True).strip()
        case QuestionKind.LONG:
            return check_text(value, path, found, maximum=MAX_LONG).strip()
        case QuestionKind.URL:
            return _url(value, path, found)
        case QuestionKind.NUMBER:
            return _number(question, value, path, found)
        case QuestionKind.SINGLE | QuestionKind.MULTI:
            return _chosen(question, value, path, found)


def _chosen(question: Question, value: object, path: str, found: Findings) -> Answer | None:
    chosen = as_array([value] if question.kind == QuestionKind.SINGLE else value)
    if chosen is None or not all(row in question.choices for row in chosen):
        found.add(path, f"is {quoted(value)}", _allowed(question))
        return None
    kept = [choice for choice in question.choices if choice in chosen]
    return kept[0] if question.kind == QuestionKind.SINGLE else kept


def _number(question: Question, value: object, path: str, found: Findings) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:10])
    if type(value) is int and 0 <= value <= LARGEST_NUMBER:
        return value
    found.add(path, f"is {quoted(value)}", _allowed(question))
    return None


def _url(value: object, path: str, found: Findings) -> str | None:
    text = check_text(value, path, found, maximum=MAX_URL, one_line=True).strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.netloc and not set(text) & set(" <>\"'`"):
        return text
    if not any(row.field == path for row in found.problems):
        found.add(path, f"is {quoted(text)}", "an address that begins with https:// or http://")
    return None


def _allowed(question: Question) -> str:
    match question.kind:
        case QuestionKind.SHORT:
            return f"a line of at most {MAX_SHORT} characters"
        case QuestionKind.LONG:
            return f"a text of at most {MAX_LONG} characters"
        case QuestionKind.URL:
            return "an address that begins with https:// or http://"
        case QuestionKind.NUMBER:
            return f"a whole number from 0 to {LARGEST_NUMBER}"
        case QuestionKind.SINGLE:
            return one_of(question.choices)
        case QuestionKind.MULTI:
            return f"some of {', '.join(question.choices)}"


def unpaid_and_paid(minutes: int) -> tuple[int, int]:
    """Split the minutes of a screening into those that are not paid and those that are."""
    return min(minutes, FREE_SCREENING_MINUTES), max(0, minutes - FREE_SCREENING_MINUTES)
