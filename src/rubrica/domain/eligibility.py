"""Who may apply for an opening: rules with the reason, and how to come to meet one that is missed.

The list's filter, the guard of applications and the words on the page all rest on these rules; a test holds the query
of the list (``records.queries.openings``) to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rubrica.domain.country import COUNTRY_NAMES
from rubrica.domain.language import Level, language_name, level_in, rank
from rubrica.domain.money import Money
from rubrica.domain.opening import EXPERIENCE_RANK, DataType, Experience, LabelType, LanguageNeed, Opening

_LEVEL_NAMES = {Level.NATIVE: "as a mother tongue"}


class Rule(StrEnum):
    """What an application can fail on."""

    OPEN = "open"
    WORK = "work"
    COUNTRY = "country"
    LANGUAGE = "language"
    EXPERIENCE = "experience"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What eligibility and the match know of a person, as declared by that person; empty where nothing is declared.

    Attributes
    ----------
    country
        Alpha-2 code of where the person lives.
    hours
        Hours a week that the person can work.
    data_types, label_types
        What the person has worked with, and done.
    least_pay
        The least for an hour that the person looks for.
    """

    country: str = ""
    languages: Mapping[str, Level] = field(default_factory=dict[str, Level])
    experience: Experience | None = None
    hours: int | None = None
    data_types: frozenset[DataType] = frozenset()
    label_types: frozenset[LabelType] = frozenset()
    least_pay: Money | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one rule is met, why, and what to do where it is not."""

    rule: Rule
    is_met: bool
    why: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Every rule of an opening, looked at for one person."""

    findings: tuple[Finding, ...]

    @property
    def is_eligible(self) -> bool:
        """Whether all rules are met."""
        return all(finding.is_met for finding in self.findings)

    @property
    def missed(self) -> tuple[Finding, ...]:
        """The rules that are not met."""
        return tuple(finding for finding in self.findings if not finding.is_met)


def eligibility(opening: Opening, candidate: Candidate, *, is_open: bool, has_work: bool, now: datetime) -> Eligibility:
    """Look at every rule of an opening for one person.

    Parameters
    ----------
    is_open
        Whether the opening takes applications as far as its state says.
    has_work
        Whether there is as much work as the opening promises; recruiting stops while there is not.
    """
    return Eligibility(
        (
            _open(opening, is_open=is_open, now=now),
            _work(has_work=has_work),
            _country(opening, candidate),
            *(_language(need, candidate) for need in opening.languages),
            _experience(opening, candidate),
            _hours(opening, candidate),
        )
    )


def _open(opening: Opening, *, is_open: bool, now: datetime) -> Finding:
    closes = opening.closes_at
    if not is_open:
        return Finding(Rule.OPEN, False, "This opening is closed.", "Look for another one.")
    if closes is not None and closes <= now:
        return Finding(Rule.OPEN, False, f"Applications closed on {closes:%Y-%m-%d}.", "Look for another one.")
    return Finding(Rule.OPEN, True, f"Open until {closes:%Y-%m-%d}." if closes is not None else "Open.")


def _work(*, has_work: bool) -> Finding:
    if has_work:
        return Finding(Rule.WORK, True, "There is work.")
    return Finding(
        Rule.WORK,
        False,
        "There is less work at the moment than the opening promises.",
        "Come back later: it takes applications again as soon as there is.",
    )


def _country(opening: Opening, candidate: Candidate) -> Finding:
    if opening.countries is None:
        return Finding(Rule.COUNTRY, True, "It does not say where people must live.")
    if not opening.countries:
        return Finding(Rule.COUNTRY, True, "People may live anywhere.")
    names = ", ".join(COUNTRY_NAMES[code] for code in opening.countries)
    if candidate.country in opening.countries:
        return Finding(Rule.COUNTRY, True, f"It is for people in {names}.")
    if not candidate.country:
        return Finding(Rule.COUNTRY, False, f"It is for people in {names}.", "Say in your profile where you live.")
    lives = COUNTRY_NAMES[candidate.country]
    return Finding(
        Rule.COUNTRY,
        False,
        f"It is for people in {names}, and you live in {lives}.",
        "Look for openings in your country or for anywhere.",
    )


def _language(need: LanguageNeed, candidate: Candidate) -> Finding:
    name = language_name(need.tag)
    asked = f"It asks for {name}{level_words(need.level)}"
    known = level_in(candidate.languages, need.tag)
    if known is None:
        how = f"If you know {name}, say in your profile how well."
        return Finding(Rule.LANGUAGE, False, f"{asked}, which your profile does not name.", how)
    if need.level is None or rank(known) >= rank(need.level):
        return Finding(Rule.LANGUAGE, True, f"{asked}; you have {name}{level_words(known)}.")
    how = f"Reach {need.level.value} in {name}, and change your profile when you have."
    if need.level == Level.NATIVE:
        how = "Look for openings that ask for a level you have."
    return Finding(Rule.LANGUAGE, False, f"{asked}; you have {name}{level_words(known)}.", how)


def level_words(level: Level | None) -> str:
    """Say a level behind a language: `` at B2``; nothing where there is none."""
    return "" if level is None else f" {_LEVEL_NAMES.get(level, f'at {level.value}')}"


def _experience(opening: Opening, candidate: Candidate) -> Finding:
    needed = EXPERIENCE_RANK[opening.experience] if opening.experience is not None else 0
    if needed == 0:
        return Finding(Rule.EXPERIENCE, True, "It asks for no particular experience.")
    asked = {1: "a year of such work", 2: "three years of such work"}[needed]
    if candidate.experience is None:
        how = "Say in your profile for how long you have done such work."
        return Finding(Rule.EXPERIENCE, False, f"It asks for {asked}.", how)
    if EXPERIENCE_RANK[candidate.experience] >= needed:
        return Finding(Rule.EXPERIENCE, True, f"It asks for {asked}, which you have.")
    return Finding(
        Rule.EXPERIENCE,
        False,
        f"It asks for {asked}, and your profile says less.",
        "Gather it in openings for beginners; your record here counts.",
    )


def _hours(opening: Opening, candidate: Candidate) -> Finding:
    needed = opening.hours.low if opening.hours is not None else 0
    if needed == 0:
        return Finding(Rule.HOURS, True, "It asks for no particular number of hours.")
    asked = f"It asks for {needed} hours a week"
    if candidate.hours is None:
        return Finding(Rule.HOURS, False, f"{asked}.", "Say in your profile how many hours a week you can work.")
    if candidate.hours >= needed:
        return Finding(Rule.HOURS, True, f"{asked}; you have {candidate.hours}.")
    how = "Look for shorter weeks, or change your hours in your profile."
    return Finding(Rule.HOURS, False, f"{asked}; you have {candidate.hours}.", how)
