"""What an opening lacks before it can be published, and what in it contradicts itself.

Contradictions refuse our own openings; on openings from elsewhere they are shown as notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rubrica.domain.country import COUNTRY_NAMES, countries_in
from rubrica.domain.money import EXPONENT_OF, Money
from rubrica.domain.opening import Employment, Experience, Opening, Pay, PayBasis
from rubrica.domain.opening_prose import pays_in
from rubrica.domain.problems import Problem, one_of

LEAST_DESCRIPTION: Final = 100
FREE_SCREENING_MINUTES: Final = 15
"""The unpaid part of a screening; every minute beyond is paid, whatever the result."""
LONGEST_OPEN: Final = timedelta(days=365)
MOST_DECISION_DAYS: Final = 10
IDLE_SECONDS: Final = (60, 300)
LEAST_CAP_MINUTES: Final = 10
WIDEST_RANGE: Final = 3
EXPERT_FLOOR: Final = {"USD": 10, "EUR": 10, "GBP": 8, "CHF": 10, "CAD": 14, "AUD": 15, "NZD": 16, "SGD": 13}
"""Pay for an hour, in whole units, below which asking for an expert contradicts itself. Of other currencies nothing is
said: without a rate of exchange nobody can tell."""

_QUOTE: Final = 80
_RESIDENCE: Final = re.compile(
    r"\b(?:must|have to|need to|should)\s+(?:currently\s+|already\s+|legally\s+)?"
    r"(?:reside|live|be\s+(?:based|located|living|residing|resident))\b[^.;\n]{0,80}"
    r"|\b(?:residents?|citizens?|nationals?)\s+of\s+[^.;\n]{2,60}"
    r"|\bonly\s+(?:open\s+)?(?:to|for)\s+(?:candidates|applicants|people|residents|persons|contributors)\s+"
    r"(?:in|from|of|based|living|residing)\b[^.;\n]{0,60}"
    r"|\b(?:candidates|applicants|people|residents)\s+(?:in|from)\s+[^.;\n]{2,40}\s+only\b"
    r"|\bauthori[sz]ed\s+to\s+work\s+in\s+[^.;\n]{2,60}",
    re.IGNORECASE,
)
_BASED: Final = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, COUNTRY_NAMES.values())) + r")-based\b")
_ANYWHERE: Final = re.compile(r"\b(?:worldwide|anywhere in the world|from anywhere|any country)\b", re.IGNORECASE)
_YEARS: Final = re.compile(
    r"\b(\d{1,2})\s*\+?\s*(?:or more\s+)?years?['’]?\s+(?:of\s+)?[^.;\n]{0,30}experience", re.IGNORECASE
)
_UNPAID: Final = re.compile(
    r"\bunpaid\s+(?:test|trial|training|screening|assessment|sample|qualification|onboarding)\w*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Availability:
    """How much work there is, from the live queue.

    Attributes
    ----------
    places_left
        Evaluations still to be made.
    people
        Who would share them.
    minutes_each
        Time that one takes; ``None`` where it is not known.
    """

    places_left: int
    people: int
    minutes_each: float | None

    @property
    def hours_each(self) -> float | None:
        """Hours of work for each person; ``None`` where nobody knows how long an evaluation takes."""
        if self.minutes_each is None:
            return None
        return self.places_left * self.minutes_each / 60 / max(1, self.people)

    def offers(self, opening: Opening) -> bool:
        """Tell whether there is as much work for each person as the opening promises for a week."""
        promised = opening.hours.low if opening.hours is not None else 0
        hours = self.hours_each
        return promised == 0 or (hours is not None and hours >= promised)


def check_publishable(
    opening: Opening, *, templates: tuple[str, ...], availability: Availability, now: datetime
) -> tuple[Problem, ...]:
    """Return everything that keeps an opening from being published, field by field."""
    return (
        *_missing(opening, templates),
        *_terms(opening),
        *_closing(opening, now),
        *contradictions(opening),
        *_promised(opening, availability),
    )


def _missing(opening: Opening, templates: tuple[str, ...]) -> Iterator[Problem]:
    wanted = {
        "title": (opening.title, "what the work is, in a line"),
        "organisation": (opening.organisation, "who offers the work"),
        "data_type": (opening.data_type, "what is looked at"),
        "label_types": (opening.label_types, "what is done with it"),
        "pay": (opening.pay, "the basis, the currency and the range"),
        "hours": (opening.hours, "hours a week"),
        "languages": (opening.languages, "at least the language of the guideline"),
        "countries": (opening.countries is not None, "the countries, or anywhere"),
        "experience": (opening.experience, "how much experience is asked for, or none in particular"),
        "employment": (opening.employment, "at least the relation, such as contractor"),
        "contact": (opening.contact, "whom to ask, by name or address"),
        "minutes_per_item": (opening.minutes_per_item, "an estimate of the minutes for one item"),
    }
    for field, (value, allowed) in wanted.items():
        if not value:
            yield Problem(field, "is missing", allowed)
    if len(opening.description) < LEAST_DESCRIPTION:
        length = f"has {len(opening.description)} characters" if opening.description else "is missing"
        yield Problem("description", length, f"at least {LEAST_DESCRIPTION} characters about the work")
    if opening.template not in templates:
        yield Problem("template", "is not known" if opening.template else "is missing", one_of(templates))
    for place, need in enumerate(opening.languages):
        if need.level is None:
            yield Problem(f"languages[{place}].level", "is missing", "a level of the CEFR from A1 to C2, or NATIVE")


def _terms(opening: Opening) -> Iterator[Problem]:
    """Check what is promised to everybody who applies."""
    low, high = IDLE_SECONDS
    ranges = {
        "screening_minutes": (opening.screening_minutes, 0, 1_440, "minutes until a decision can be made"),
        "decision_days": (opening.decision_days, 1, MOST_DECISION_DAYS, "days until every application is decided"),
        "idle_seconds": (opening.idle_seconds, low, high, "seconds that a pause counts as work"),
        "cap_minutes": (opening.cap_minutes, LEAST_CAP_MINUTES, 600, "minutes for one item before somebody looks"),
    }
    for field, (value, least, most, unit) in ranges.items():
        if value is None:
            yield Problem(field, "is missing", f"{least} to {most} {unit}")
        elif not least <= value <= most:
            yield Problem(field, f"is {value}", f"{least} to {most} {unit}")


def _closing(opening: Opening, now: datetime) -> Iterator[Problem]:
    if opening.closes_at is None:
        yield Problem("closes_at", "is missing", "the moment until which one can apply")
    elif opening.closes_at <= now:
        yield Problem("closes_at", "has passed", "a moment to come")
    elif opening.closes_at > now + LONGEST_OPEN:
        yield Problem("closes_at", "is more than a year away", "a moment within a year")


def _promised(opening: Opening, availability: Availability) -> Iterator[Problem]:
    if opening.hours is None or availability.offers(opening):
        return
    hours = availability.hours_each
    there = "nobody knows how much work there is" if hours is None else f"there is work for {hours:.1f} for each person"
    yield Problem(
        "hours",
        f"promises {opening.hours.low} a week, and {there}",
        "as many as the queue holds: import items, ask for fewer people, or promise less",
    )


def contradictions(opening: Opening) -> tuple[Problem, ...]:
    """Return what in an opening contradicts itself, or is said nowhere though everybody wants to know it."""
    return (
        *_residence(opening),
        *_pay(opening),
        *_experience(opening),
        *_employment(opening),
        *_unpaid(opening),
    )


def _residence(opening: Opening) -> Iterator[Problem]:
    text = f"{opening.title}\n{opening.description}"
    phrases = [found.group() for pattern in (_RESIDENCE, _BASED) for found in pattern.finditer(text)]
    if opening.is_worldwide and phrases:
        yield Problem("countries", f"says anywhere, and the text says {_quoted(phrases[0])}", "one of the two")
    if opening.countries:
        named = {code for phrase in phrases for code in countries_in(phrase)}
        others = sorted(named - set(opening.countries))
        if others:
            names = ", ".join(COUNTRY_NAMES[code] for code in others)
            yield Problem("countries", f"does not list {names}, which the text asks for", "the countries of the text")
        anywhere = _ANYWHERE.search(text)
        if anywhere is not None and not phrases:
            yield Problem("countries", f"lists some, and the text says {_quoted(anywhere.group())}", "one of the two")


def _pay(opening: Opening) -> Iterator[Problem]:
    pay = opening.pay
    if pay is None:
        yield Problem("pay", "is not said", "what is paid, and for what")
        return
    if pay.high == 0 and Employment.VOLUNTEER not in opening.employment:
        yield Problem("pay", "is nothing", "an amount, or volunteer as the relation")
    if pay.high > WIDEST_RANGE * pay.low:
        low, high = pay.range
        yield Problem("pay", f"goes from {low} to {high}", f"a range of at most {WIDEST_RANGE} times its lower end")
    if pay.basis == PayBasis.HOUR:
        yield from _pay_of_the_text(opening, pay)


def _pay_of_the_text(opening: Opening, pay: Pay) -> Iterator[Problem]:
    """Compare hourly pay with what the text says an hour pays, in the same currency."""
    for said in pays_in(opening.description):
        same = said.basis == PayBasis.HOUR and said.currency == pay.currency
        if same and (said.high < pay.low or said.low > pay.high):
            yield Problem("pay", f"is {pay_text(pay)}, and the text says {pay_text(said)}", "one of the two")
            return


def _experience(opening: Opening) -> Iterator[Problem]:
    pay = opening.pay
    if opening.experience == Experience.EXPERT and pay is not None and pay.basis == PayBasis.HOUR:
        floor = EXPERT_FLOOR.get(pay.currency)
        if floor is not None and pay.high < floor * 10 ** EXPONENT_OF[pay.currency]:
            least = Money(floor * 10 ** EXPONENT_OF[pay.currency], pay.currency)
            yield Problem(
                "experience", f"asks for an expert, and an hour pays {pay_text(pay)}", f"{least} or less experience"
            )
    years = _YEARS.search(opening.description)
    if opening.experience == Experience.ENTRY and years is not None and int(years[1]) >= 1:
        yield Problem("experience", f"is entry level, and the text says {_quoted(years.group())}", "one of the two")


def _employment(opening: Opening) -> Iterator[Problem]:
    if opening.hours is None:
        return
    most = opening.hours.high
    if Employment.FULL_TIME in opening.employment and most is not None and most < 30:  # noqa: PLR2004  (hours a week)
        yield Problem("hours", f"is at most {most} a week, and the work is full-time", "one of the two")
    if Employment.PART_TIME in opening.employment and opening.hours.low >= 40:  # noqa: PLR2004  (hours a week)
        yield Problem("hours", f"is at least {opening.hours.low} a week, and the work is part-time", "one of the two")


def _unpaid(opening: Opening) -> Iterator[Problem]:
    found = _UNPAID.search(opening.description)
    if found is not None and (opening.screening_minutes or 0) > FREE_SCREENING_MINUTES:
        yield Problem(
            "screening_minutes",
            f"is {opening.screening_minutes}, and the text says {_quoted(found.group())}",
            f"at most {FREE_SCREENING_MINUTES} unpaid minutes",
        )
    elif found is not None and opening.screening_minutes is None:
        yield Problem("description", f"speaks of {_quoted(found.group())}", "how long it takes")


def pay_text(pay: Pay) -> str:
    """Say in words what is paid: ``USD 20.00–30.00 an hour``."""
    low, high = pay.range
    amount = str(low) if low == high else f"{low}–{high.decimal}"
    if pay.basis == PayBasis.ITEM:
        return f"{amount} an item" if pay.per == 1 else f"{amount} for {pay.per:,} items"
    return f"{amount} an hour" if pay.basis == PayBasis.HOUR else f"{amount} for the whole"


def _quoted(phrase: str) -> str:
    words = " ".join(phrase.split())
    return f"“{words[:_QUOTE]}{'…' if len(words) > _QUOTE else ''}”"
