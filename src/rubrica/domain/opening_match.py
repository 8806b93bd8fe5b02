"""How well an opening suits a person: the sum of named rules, each with its points, and what was missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rubrica.domain.eligibility import Candidate
from rubrica.domain.language import level_in, rank
from rubrica.domain.opening import EXPERIENCE_RANK, Experience, Opening, PayBasis


class MatchRule(StrEnum):
    """In what an opening can suit a person."""

    DATA_TYPE = "data_type"
    LABEL_TYPE = "label_type"
    PAY = "pay"
    LANGUAGE = "language"
    COUNTRY = "country"
    EXPERIENCE = "experience"
    HOURS = "hours"


POINTS: Final = {
    MatchRule.DATA_TYPE: 25,
    MatchRule.LABEL_TYPE: 20,
    MatchRule.PAY: 15,
    MatchRule.LANGUAGE: 15,
    MatchRule.COUNTRY: 10,
    MatchRule.EXPERIENCE: 10,
    MatchRule.HOURS: 5,
}
"""What each rule is worth; together 100."""

WORDS: Final = {
    MatchRule.DATA_TYPE: ("You have worked with this kind of data.", "Your profile does not name this kind of data."),
    MatchRule.LABEL_TYPE: ("You have done this kind of work.", "Your profile does not name this kind of work."),
    MatchRule.PAY: ("An hour pays what you look for.", "It is not said to pay what you look for."),
    MatchRule.LANGUAGE: ("You have the languages.", "You do not have all of the languages."),
    MatchRule.COUNTRY: ("You may live where you do.", "It is not said to be for where you live."),
    MatchRule.EXPERIENCE: ("Your experience is enough.", "Your profile says less experience."),
    MatchRule.HOURS: ("You have the hours.", "It is not said to fit your hours."),
}
"""What is said of each rule where it holds, and where it does not."""


@dataclass(frozen=True, slots=True)
class Match:
    """The rules that hold and those that do not, the weightiest first."""

    hits: tuple[MatchRule, ...]
    misses: tuple[MatchRule, ...]

    @property
    def points(self) -> int:
        """The sum of the rules that hold, 0 to 100."""
        return sum(POINTS[rule] for rule in self.hits)


def match(opening: Opening, candidate: Candidate) -> Match:
    """Return in what an opening suits a person. What an opening does not say suits nobody."""
    holds = dict(_holds(opening, candidate))
    return Match(
        tuple(rule for rule in POINTS if holds[rule]),
        tuple(rule for rule in POINTS if not holds[rule]),
    )


def _holds(opening: Opening, candidate: Candidate) -> Iterator[tuple[MatchRule, bool]]:
    yield MatchRule.DATA_TYPE, opening.data_type in candidate.data_types
    yield MatchRule.LABEL_TYPE, any(kind in candidate.label_types for kind in opening.label_types)
    yield MatchRule.PAY, _pays_enough(opening, candidate)
    yield (
        MatchRule.LANGUAGE,
        all(
            (known := level_in(candidate.languages, need.tag)) is not None
            and (need.level is None or rank(known) >= rank(need.level))
            for need in opening.languages
        ),
    )
    yield MatchRule.COUNTRY, opening.is_worldwide or candidate.country in (opening.countries or ())
    needed = EXPERIENCE_RANK[opening.experience or Experience.ANY]
    yield (
        MatchRule.EXPERIENCE,
        needed == 0 or (candidate.experience is not None and EXPERIENCE_RANK[candidate.experience] >= needed),
    )
    yield MatchRule.HOURS, opening.hours is not None and opening.hours.low <= (candidate.hours or 0)


def _pays_enough(opening: Opening, candidate: Candidate) -> bool:
    pay, least = opening.pay, candidate.least_pay
    if pay is None or least is None:
        return False
    return pay.basis == PayBasis.HOUR and pay.currency == least.currency and pay.high >= least.minor
