"""Reading an opening from JSON: whatever is not of the model is named, and what is missing is left as not said."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from rubrica.domain.country import COUNTRY_NAMES, country_code
from rubrica.domain.fields import Fields
from rubrica.domain.language import LEVELS, Level, language_tag
from rubrica.domain.money import EXPONENT_OF, MOST_MINOR
from rubrica.domain.opening import (
    FIELDS,
    HOURS_OF_A_WEEK,
    MAX_CONTACT,
    MAX_DESCRIPTION,
    MAX_TITLE,
    MOST_LABEL_TYPES,
    MOST_LANGUAGES,
    MOST_PER,
    DataType,
    Employment,
    Experience,
    Hours,
    LabelType,
    LanguageNeed,
    Opening,
    Pay,
    PayBasis,
    read_moment,
    tidy_text,
)
from rubrica.domain.problems import Findings, ProblemsError, one_of, quoted

_Word = TypeVar("_Word", bound=StrEnum)
_KEY: Final = re.compile("(?:[a-z0-9][a-z0-9-]{0,59})?")
_RANGES: Final = {
    "headcount": (1, 10_000),
    "screening_minutes": (0, 1_440),
    "decision_days": (1, 60),
    "idle_seconds": (0, 3_600),
    "cap_minutes": (1, 600),
    "minutes_per_item": (1, 600),
}


def parse_opening(payload: object) -> Opening:
    """Read an opening from JSON, complete or not.

    Raises
    ------
    ProblemsError
        Something in it is not of the model; every problem is named. What is missing is no problem here.
    """
    found = Findings()
    fields = Fields.of(payload, "", found, frozenset(FIELDS))
    if fields is None:
        raise ProblemsError(found.problems)
    opening = Opening(
        title=_line(fields, "title", MAX_TITLE),
        organisation=_line(fields, "organisation", MAX_TITLE),
        description=tidy_text(fields.text("description", maximum=MAX_DESCRIPTION, default="", one_line=False)),
        data_type=_word(fields, "data_type", DataType),
        label_types=_words(fields, "label_types", LabelType, maximum=MOST_LABEL_TYPES),
        template=fields.matching("template", _KEY, "the key of a template", default="")
        if fields.value("template")
        else "",
        pay=_pay(fields),
        hours=_hours(fields),
        languages=_languages(fields),
        countries=_countries(fields),
        experience=_word(fields, "experience", Experience),
        employment=_words(fields, "employment", Employment, maximum=len(Employment)),
        contact=_line(fields, "contact", MAX_CONTACT),
        closes_at=_moment(fields, "closes_at"),
        headcount=_number(fields, "headcount"),
        screening_minutes=_number(fields, "screening_minutes"),
        decision_days=_number(fields, "decision_days"),
        idle_seconds=_number(fields, "idle_seconds"),
        cap_minutes=_number(fields, "cap_minutes"),
        minutes_per_item=_number(fields, "minutes_per_item"),
    )
    if found:
        raise ProblemsError(found.problems)
    return opening


def _line(fields: Fields, key: str, maximum: int) -> str:
    return " ".join(fields.text(key, maximum=maximum, default="").split())


def _word(fields: Fields, key: str, choices: type[_Word]) -> _Word | None:
    return choices(fields.word(key, [choice.value for choice in choices])) if fields.value(key) else None


def _words(fields: Fields, key: str, choices: type[_Word], *, maximum: int) -> tuple[_Word, ...]:
    read: list[_Word] = []
    known = {choice.value: choice for choice in choices}
    for path, value in fields.entries(key, maximum=maximum):
        choice = known.get(value) if isinstance(value, str) else None
        if choice is None:
            fields.found.add(path, f"is {quoted(value)}", one_of(list(known)))
        elif choice not in read:
            read.append(choice)
    return tuple(read)


def _number(fields: Fields, key: str) -> int | None:
    return fields.integer(key, *_RANGES[key]) if fields.has(key) else None


def _moment(fields: Fields, key: str) -> datetime | None:
    value = fields.value(key)
    if value is None or value == "":
        return None
    moment = read_moment(value) if isinstance(value, str) else None
    if moment is None:
        fields.refuse(key, f"is {quoted(value)}", "a moment such as 2026-12-31T23:59:00Z")
    return moment


def _pay(fields: Fields) -> Pay | None:
    if not fields.has("pay"):
        return None
    inner = Fields.of(fields.value("pay"), "pay", fields.found, frozenset({"basis", "currency", "low", "high", "per"}))
    if inner is None:
        return None
    basis = PayBasis(inner.word("basis", [basis.value for basis in PayBasis]))
    currency = inner.word("currency", sorted(EXPONENT_OF))
    low = inner.integer("low", 0, MOST_MINOR - 1)
    high = inner.integer("high", 0, MOST_MINOR - 1, default=low)
    if high < low:
        inner.refuse("high", f"is below {low}", "at least the lower end")
    per = inner.integer("per", 1, MOST_PER, default=1)
    if per > 1 and basis != PayBasis.ITEM:
        inner.refuse("per", f"is {per}", "1, unless items are paid")
    return Pay(basis, low, high, currency, per)


def _hours(fields: Fields) -> Hours | None:
    if not fields.has("hours"):
        return None
    inner = Fields.of(fields.value("hours"), "hours", fields.found, frozenset({"low", "high"}))
    if inner is None:
        return None
    low = inner.integer("low", 0, HOURS_OF_A_WEEK)
    high = inner.integer("high", 1, HOURS_OF_A_WEEK) if inner.has("high") else None
    if high is not None and high < low:
        inner.refuse("high", f"is below {low}", "at least the lower end")
    return Hours(low, high)


def _languages(fields: Fields) -> tuple[LanguageNeed, ...]:
    read: dict[str, LanguageNeed] = {}
    for path, value in fields.entries("languages", maximum=MOST_LANGUAGES):
        inner = Fields.of(value, path, fields.found, frozenset({"tag", "level"}))
        if inner is None:
            continue
        text = inner.text("tag", maximum=40)
        tag = language_tag(text)
        if not tag:
            inner.refuse("tag", f"is {quoted(text)}", "a language of BCP 47, such as en or pt-BR")
        elif tag in read:
            inner.refuse("tag", f"repeats {quoted(tag)}", "each language once")
        level = inner.word("level", [level.value for level in LEVELS]) if inner.value("level") else None
        read[tag] = LanguageNeed(tag, Level(level) if level is not None else None)
    return tuple(read.values())


def _countries(fields: Fields) -> tuple[str, ...] | None:
    if not fields.has("countries"):
        return None
    read: list[str] = []
    for path, value in fields.entries("countries", maximum=len(COUNTRY_NAMES)):
        code = country_code(value) if isinstance(value, str) else ""
        if not code:
            fields.found.add(path, f"is {quoted(value)}", "a country of ISO 3166-1, such as DE")
        elif code not in read:
            read.append(code)
    return tuple(sorted(read))
