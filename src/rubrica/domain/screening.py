"""Screening: what an applicant reads, answers, judges and writes before being read, and what of it is paid.

It is a chain of parts: reading the guideline with questions on it, practice, the test, and a piece of writing that a
person scores. None of them decides: those who read the application see how each went.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rubrica.domain.application import ApplicationState
from rubrica.domain.guideline import Guideline
from rubrica.domain.opening import Opening, PayBasis
from rubrica.domain.opening_check import FREE_SCREENING_MINUTES
from rubrica.domain.problems import Findings, as_array, as_object, check_keys, one_of, quoted
from rubrica.domain.text import check_text

FREE_SECONDS: Final = 60 * FREE_SCREENING_MINUTES
"""The unpaid part of all screenings of one person for one opening together."""
FEWEST_QUESTIONS: Final = 3
MOST_QUESTIONS: Final = 10
FEWEST_CHOICES: Final = 2
MOST_CHOICES: Final = 6
MAX_TEXT: Final = 300
MAX_CHOICE: Final = 200
WORDS_A_MINUTE: Final = 200
QUESTION_MINUTES: Final = 1
WRITING_MINUTES: Final = 10
ITEM_MINUTES: Final = 3
"""Time for one item where the opening estimates none."""
_MINUTES_OF_AN_HOUR: Final = 60
_CHECK_KEYS: Final = frozenset({"text", "choices", "right", "is_multi", "clause"})

ADMITTED: Final = frozenset(
    {
        ApplicationState.SCREENING,
        ApplicationState.UNDER_REVIEW,
        ApplicationState.SHORTLISTED,
        ApplicationState.OFFERED,
    }
)
"""The states in which whoever is screened may open the items of practice and test; a retake may come after the rest."""


class Part(StrEnum):
    """One part of a screening, in this order."""

    READING = "reading"
    PRACTICE = "practice"
    TEST = "test"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """A question on the guideline.

    Attributes
    ----------
    right
        Places of the right choices, from 0.
    is_multi
        Whether several may be chosen.
    clause
        Anchor of the clause that answers it.
    """

    text: str
    choices: tuple[str, ...]
    right: tuple[int, ...]
    is_multi: bool
    clause: str

    def as_json(self) -> dict[str, object]:
        """Return the question as JSON; ``parse_checks`` reads it back."""
        return {
            "text": self.text,
            "choices": list(self.choices),
            "right": list(self.right),
            "is_multi": self.is_multi,
            "clause": self.clause,
        }

    def is_right(self, chosen: Sequence[int]) -> bool:
        """Tell whether exactly the right choices were made."""
        return set(chosen) == set(self.right)


def parse_checks(value: object, anchors: Sequence[str], found: Findings) -> tuple[CheckQuestion, ...]:
    """Read the questions on a guideline with these anchors, or note everything that cannot be taken; none is none."""
    rows = as_array(value)
    if rows is None or (rows and not FEWEST_QUESTIONS <= len(rows) <= MOST_QUESTIONS):
        count = "no list" if rows is None else str(len(rows))
        found.add("questions", f"are {count}", f"{FEWEST_QUESTIONS} to {MOST_QUESTIONS} questions, or none at all")
        return ()
    return tuple(
        question
        for place, row in enumerate(rows)
        if (question := _check(row, anchors, f"questions[{place}]", found)) is not None
    )


def _check(value: object, anchors: Sequence[str], path: str, found: Findings) -> CheckQuestion | None:
    row = as_object(value)
    if row is None:
        found.add(path, f"is {quoted(value)}", "an object with text, choices, right, is_multi and clause")
        return None
    before = len(found.problems)
    check_keys(row, _CHECK_KEYS, path, found)
    text = check_text(row.get("text"), f"{path}.text", found, minimum=1, maximum=MAX_TEXT, one_line=True).strip()
    choices = _choices(row.get("choices"), f"{path}.choices", found)
    is_multi = row.get("is_multi", False)
    if not isinstance(is_multi, bool):
        found.add(f"{path}.is_multi", f"is {quoted(is_multi)}", "true or false")
    right = _right(row.get("right"), len(choices), f"{path}.right", found, is_multi=is_multi is True)
    clause = row.get("clause")
    if clause not in anchors:
        found.add(f"{path}.clause", f"is {quoted(clause)}", one_of(anchors))
    if len(found.problems) > before:
        return None
    return CheckQuestion(text, choices, right, bool(is_multi), str(clause))


def _choices(value: object, path: str, found: Findings) -> tuple[str, ...]:
    rows = as_array(value)
    if rows is None or not FEWEST_CHOICES <= len(rows) <= MOST_CHOICES:
        count = "no list" if rows is None else str(len(rows))
        found.add(path, f"are {count}", f"{FEWEST_CHOICES} to {MOST_CHOICES} choices")
        return ()
    texts = [
        check_text(row, f"{path}[{place}]", found, minimum=1, maximum=MAX_CHOICE, one_line=True).strip()
        for place, row in enumerate(rows)
    ]
    if len(set(texts)) < len(texts):
        found.add(path, "name a choice twice", "each choice once")
    return tuple(texts)


def _right(value: object, choices: int, path: str, found: Findings, *, is_multi: bool) -> tuple[int, ...]:
    places = [place for place in as_array(value) or () if type(place) is int and 0 <= place < choices]
    if not places or (len(places) > 1 and not is_multi) or len(places) < len(as_array(value) or ()):
        found.add(path, f"is {quoted(value)}", "the places of the right choices, from 0; one where one may be chosen")
        return ()
    return tuple(sorted(set(places)))


def read_checks(stored: Sequence[Mapping[str, object]]) -> tuple[CheckQuestion, ...]:
    """Return questions as they were kept; what is stored was checked before."""
    return parse_checks(list(stored), [str(row["clause"]) for row in stored], Findings())


def still_asked(
    questions: Sequence[CheckQuestion], written: Guideline, in_force: Guideline
) -> tuple[CheckQuestion, ...]:
    """Return the questions whose clause stands in the guideline in force as it did when they were written."""
    return tuple(
        question
        for question in questions
        if question.clause in in_force.clause_of
        and in_force.clause_of[question.clause] == written.clause_of.get(question.clause)
    )


def minutes_of(words: int, questions: int, practice: int, test: int, opening: Opening) -> dict[Part, int]:
    """Return about how many minutes each part takes that there is.

    Parameters
    ----------
    words
        Words of the guideline; read where there are ``questions`` on it.
    practice, test
        Numbers of items; zero for no such part.
    """
    each = opening.minutes_per_item or ITEM_MINUTES
    found: dict[Part, int] = {}
    if questions:
        found[Part.READING] = max(1, -(-words // WORDS_A_MINUTE)) + QUESTION_MINUTES * questions
    if practice and test:
        found[Part.PRACTICE] = practice * each
    if test:
        found[Part.TEST] = test * each
    return found


def credit_due(total: int, credited: int) -> int:
    """Return the seconds still to be credited of a person's screenings for one opening; never less than none.

    Parameters
    ----------
    total
        Seconds of work in all of them, by the clock that pays.
    credited
        Seconds that were credited before.
    """
    return max(0, total - FREE_SECONDS - credited)


def hourly_rate(opening: Opening) -> tuple[int, str] | None:
    """Return the least that an opening pays for an hour, in minor units with the currency; None where it says none.

    Pay by item is turned into pay by hour with the opening's own estimate of the time for one.
    """
    pay = opening.pay
    if pay is None:
        return None
    if pay.basis == PayBasis.HOUR:
        return pay.low, pay.currency
    if pay.basis == PayBasis.ITEM and opening.minutes_per_item:
        # Rounded up: the rest of a minor unit is the person's.
        return -(-pay.low * _MINUTES_OF_AN_HOUR // (pay.per * opening.minutes_per_item)), pay.currency
    return None
