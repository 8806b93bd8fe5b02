"""What a posting in plain words says of an opening: pay, hours, languages, places and the rest.

Nothing is guessed: what no pattern recognises stays not said, and whoever reads the opening sees the words themselves.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeVar

from rubrica.domain.country import countries_in
from rubrica.domain.language import LANGUAGE_NAMES, Level, language_tag
from rubrica.domain.money import EXPONENT_OF, MOST_MINOR
from rubrica.domain.opening import (
    HOURS_OF_A_WEEK,
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
    tidy_text,
)

_Named = TypeVar("_Named")
_SYMBOLS: Final = {
    "US$": "USD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "R$": "BRL",
}
_CURRENCY: Final = "|".join(
    # Codes in capitals only: "all" and "top" are words.
    [rf"\b(?-i:{'|'.join(EXPONENT_OF)})", *(re.escape(sign) for sign in sorted(_SYMBOLS, key=len, reverse=True))]
)
_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?"
_PER: Final = (
    r"(?:/|\bper\b|\ban?\b|\beach\b)\s*(?P<count>\d{1,3}(?:,\d{3})*)?\s*"
    r"(?P<unit>hour|hr|h|label|labels|item|items|task|tasks|image|images|annotation|annotations|unit|units|project)\b"
    r"|\b(?P<hourly>hourly)\b|(?P<fixed>\bfixed(?:[ -]price)?\b|\bflat\b)"
)
_PAY: Final = re.compile(
    rf"(?P<before>{_CURRENCY})?\s?(?P<low>{_NUMBER})\s?(?P<between>{_CURRENCY})?\s*"
    rf"(?:(?:-|–|—|\bto\b)\s*(?:{_CURRENCY})?\s?(?P<high>{_NUMBER})\s*)?(?P<after>{_CURRENCY})?\s*\(?(?:{_PER})",
    re.IGNORECASE,
)
_HOURS: Final = re.compile(
    r"(?P<bound>\b(?:at least|up to|a minimum of|minimum|max(?:imum)?(?: of)?)\s+)?"
    r"\b(?P<low>\d{1,3})\s*(?P<plus>\+)?\s*"
    r"(?:(?:-|–|—|\bto\b)\s*(?P<high>\d{1,3})\s*)?(?:hours?|hrs?|h)\s*(?:/|\bper\b|\ba\b|\beach\b|\bevery\b)?\s*(?:week|wk)\b",
    re.IGNORECASE,
)
_LANGUAGE_NAME: Final = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(name) for name in sorted(LANGUAGE_NAMES.values(), key=len, reverse=True))
    + r")(?!\w)"
)
_LEVEL_WORD: Final = re.compile(
    r"\b(?P<cefr>[ABC][12])\b|\b(?P<native>native|mother tongue|first language)\b|\b(?P<fluent>fluen(?:t|cy|tly))\b",
    re.IGNORECASE,
)
_NEEDED: Final = re.compile(
    r"\b(?:required|mandatory|must|need(?:ed)?|proficien\w+|speak\w*|language|essential)\b", re.IGNORECASE
)
_NEAR: Final = 28
_WORLDWIDE: Final = re.compile(
    r"\b(?:world-?wide|anywhere in the world|from anywhere|any country|all countries|global(?:ly)?\s+remote)\b",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(
    r"(?:\b(?:must|have to|need to)\s+(?:currently\s+)?(?:reside|live|be\s+(?:based|located))|"
    r"^\s*(?:eligibility|location|countries|country|eligible countries)\s*:)[^.;\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_EXPERIENCE: Final = (
    (
        Experience.ENTRY,
        re.compile(r"\b(?:entry[- ]level|no (?:prior |previous )?experience|beginner)\b", re.IGNORECASE),
    ),
    (Experience.EXPERT, re.compile(r"\b(?:expert(?:[- ]level)?|senior)\b", re.IGNORECASE)),
    (Experience.INTERMEDIATE, re.compile(r"\b(?:intermediate|mid[- ]level)\b", re.IGNORECASE)),
)
_EXPERIENCE_LINE: Final = re.compile(
    r"^\s*(?:experience|experience level|seniority)\s*:(.*)$", re.IGNORECASE | re.MULTILINE
)
_EMPLOYMENT: Final = (
    (Employment.CONTRACTOR, re.compile(r"\b(?:contractors?|freelance\w*|independent contract\w*)\b", re.IGNORECASE)),
    (Employment.PART_TIME, re.compile(r"\bpart[- ]time\b", re.IGNORECASE)),
    (Employment.FULL_TIME, re.compile(r"\bfull[- ]time\b", re.IGNORECASE)),
    (Employment.TEMPORARY, re.compile(r"\btemporary\b", re.IGNORECASE)),
    (Employment.INTERN, re.compile(r"\binternship|\bintern\b", re.IGNORECASE)),
    (Employment.VOLUNTEER, re.compile(r"\bvolunteer\b", re.IGNORECASE)),
)
_DATA: Final = (
    (DataType.MEDICAL, re.compile(r"\bmedical imag\w+|\bradiolog\w+", re.IGNORECASE)),
    (DataType.GEOSPATIAL, re.compile(r"\bgeospatial|\bsatellite\b", re.IGNORECASE)),
    (DataType.SPATIAL, re.compile(r"\blidar\b|\bpoint clouds?\b|\b3d sensor", re.IGNORECASE)),
    (DataType.IMAGE, re.compile(r"\bimages?\b|\bphotos?\b|\bpictures?\b", re.IGNORECASE)),
    (DataType.VIDEO, re.compile(r"\bvideos?\b", re.IGNORECASE)),
    (DataType.AUDIO, re.compile(r"\baudio\b|\bspeech\b|\bvoice\b", re.IGNORECASE)),
    (DataType.DOCUMENT, re.compile(r"\bdocuments?\b", re.IGNORECASE)),
    (DataType.CODE, re.compile(r"\bsource code\b|\bprogramming\b", re.IGNORECASE)),
    (DataType.TEXT, re.compile(r"\btexts?\b|\bprompts?\b", re.IGNORECASE)),
)
_LABELS: Final = (
    (LabelType.EVALUATION_RATING, re.compile(r"\bevaluat\w+|\brat(?:e|ing|ings)\b|\bscor(?:e|ing)\b", re.IGNORECASE)),
    (LabelType.PREFERENCE, re.compile(r"\bside[- ]by[- ]side\b|\bpairwise\b|\bRLHF\b|\bpreferences?\b", re.IGNORECASE)),
    (LabelType.CLASSIFICATION, re.compile(r"\bclassif\w+|\bcategori[sz]\w+", re.IGNORECASE)),
    (LabelType.BOUNDING_BOX, re.compile(r"\bbounding[- ]box\w*", re.IGNORECASE)),
    (LabelType.POLYGON, re.compile(r"\bpolygons?\b", re.IGNORECASE)),
    (LabelType.SEGMENTATION, re.compile(r"\bsegment\w+", re.IGNORECASE)),
    (LabelType.OBJECT_DETECTION, re.compile(r"\bobject detection\b", re.IGNORECASE)),
    (LabelType.TRACKING, re.compile(r"\bobject tracking\b", re.IGNORECASE)),
    (LabelType.ACTION_RECOGNITION, re.compile(r"\baction recognition\b", re.IGNORECASE)),
    (LabelType.ENTITY_RECOGNITION, re.compile(r"\bnamed entit\w+|\bNER\b")),
    (LabelType.TRANSCRIPTION, re.compile(r"\btranscri\w+", re.IGNORECASE)),
    (LabelType.TRANSLATION, re.compile(r"\btranslat\w+", re.IGNORECASE)),
    (LabelType.QUESTION_ANSWERING, re.compile(r"\bquestion answering\b", re.IGNORECASE)),
    (LabelType.DATA_COLLECTION, re.compile(r"\bdata collection\b", re.IGNORECASE)),
    (LabelType.RED_TEAMING, re.compile(r"\bred[- ]team\w*", re.IGNORECASE)),
)
_ORGANISATION: Final = re.compile(
    r"^\s*(?:company|organi[sz]ation|client|employer|posted by)\s*:\s*(.{1,200})$", re.IGNORECASE | re.MULTILINE
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY: Final = (
    r"(?P<iso>\d{4}-\d{2}-\d{2})|(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})"
    r"|(?P<day2>\d{1,2}) (?P<month2>[A-Z][a-z]{2,8}) (?P<year2>\d{4})"
)
_POSTED: Final = re.compile(rf"(?i:\b(?:date )?posted(?: on)?\b)[ :]*(?:{_DAY})")
_CLOSES: Final = re.compile(
    rf"(?i:\b(?:apply by|closes(?: on)?|deadline|valid through|applications close)\b)[ :]*(?:{_DAY})"
)


def opening_from_prose(text: str) -> Opening:
    """Return what a posting in words says; its first line is the title, and the whole of it the description."""
    body = tidy_text(text)
    first = next((line for line in body.split("\n") if line.strip()), "")
    said = _ORGANISATION.search(body)
    return Opening(
        title=first.removeprefix("#").strip("# ").removeprefix("Title:").strip()[:MAX_TITLE],
        organisation=said[1].strip()[:MAX_TITLE] if said is not None else "",
        description=body[:MAX_DESCRIPTION].strip("\n"),
        data_type=next(iter(_of(_DATA, first) or _of(_DATA, body)), None),
        label_types=tuple((_of(_LABELS, first) or _of(_LABELS, body))[:MOST_LABEL_TYPES]),
        pay=next(iter(pays_in(body)), None),
        hours=hours_in(body),
        languages=languages_in(body),
        countries=places_in(body),
        experience=experience_in(body),
        employment=tuple(_of(_EMPLOYMENT, body)),
        closes_at=_moment(_CLOSES.search(body)),
    )


def posted_in(text: str) -> datetime | None:
    """Return the day that a posting says it was posted on."""
    return _moment(_POSTED.search(text))


def pays_in(text: str) -> tuple[Pay, ...]:
    """Return every pay that a text names with its currency and what it is for."""
    found = (_pay(match) for match in _PAY.finditer(text))
    return tuple(pay for pay in found if pay is not None)


def _pay(found: re.Match[str]) -> Pay | None:
    sign = (found["before"] or found["between"] or found["after"] or "").upper()
    currency = _SYMBOLS.get(sign, sign)
    if currency not in EXPONENT_OF:
        return None
    unit = (found["unit"] or "").lower()
    if found["fixed"] or unit == "project":
        basis = PayBasis.FIXED
    elif found["hourly"] or unit in {"hour", "hr", "h"}:
        basis = PayBasis.HOUR
    else:
        basis = PayBasis.ITEM
    count = int((found["count"] or "1").replace(",", ""))
    if basis != PayBasis.ITEM and count != 1:
        return None
    low = Decimal(found["low"].replace(",", ""))
    high = Decimal((found["high"] or found["low"]).replace(",", ""))
    return exact_pay(basis, low, high, currency, per=count)


def exact_pay(basis: PayBasis, low: Decimal, high: Decimal, currency: str, *, per: int = 1) -> Pay | None:
    """Return pay in whole minor units; a fraction of one for an item becomes an amount for ten, a hundred and so on.

    ``None`` where that cannot be: an unknown currency, negative or enormous amounts, a range that goes backwards, or
    fractions of a cent for an hour.
    """
    if currency not in EXPONENT_OF or not 0 <= low <= high or per < 1:
        return None
    scale = 10 ** EXPONENT_OF[currency]
    for factor in (1, 10, 100, 1_000, 10_000) if basis == PayBasis.ITEM else (1,):
        ends = (low * factor * scale, high * factor * scale)
        if all(end == end.to_integral_value() for end in ends) and ends[1] < MOST_MINOR and per * factor <= MOST_PER:
            return Pay(basis, int(ends[0]), int(ends[1]), currency, per * factor)
    return None


def hours_in(text: str) -> Hours | None:
    """Return the hours a week that a text names first."""
    found = _HOURS.search(text)
    if found is None:
        return None
    low = int(found["low"])
    high = int(found["high"]) if found["high"] else None
    bound = (found["bound"] or "").strip().lower()
    if bound.startswith(("up to", "max")):
        low, high = 0, low
    elif high is None and not found["plus"] and not bound:
        high = low
    if max(low, high or 0) > HOURS_OF_A_WEEK or (high is not None and not max(1, low) <= high):
        return None
    return Hours(low, high)


def languages_in(text: str) -> tuple[LanguageNeed, ...]:
    """Return the languages that a text asks for: those it names beside a level or a word such as "required"."""
    needs: dict[str, LanguageNeed] = {}
    for found in _LANGUAGE_NAME.finditer(text):
        start, end = max(0, found.start() - _NEAR), found.end() + _NEAR
        line_start = max(text.rfind("\n", start, found.start()), text.rfind(".", start, found.start())) + 1
        line_end = min(
            (place for place in (text.find("\n", found.end(), end), text.find(".", found.end(), end)) if place >= 0),
            default=end,
        )
        near = text[max(start, line_start) : line_end]
        level = _level(near)
        tag = language_tag(found.group())
        if (level is not None or _NEEDED.search(near)) and (tag not in needs or needs[tag].level is None):
            needs[tag] = LanguageNeed(tag, level)
    return tuple(needs.values())[:MOST_LANGUAGES]


def _level(near: str) -> Level | None:
    found = _LEVEL_WORD.search(near)
    if found is None:
        return None
    if found["cefr"]:
        return Level(found["cefr"].upper())
    return Level.NATIVE if found["native"] else Level.C1


def places_in(text: str) -> tuple[str, ...] | None:
    """Return the countries of a line about places or residence, none for anywhere; ``None`` where nothing is said.

    A text that says "worldwide" and names a residence keeps both: anywhere is what it offers, and the contradiction is
    for the check to find.
    """
    if _WORLDWIDE.search(text):
        return ()
    named = tuple(code for found in _PLACE.finditer(text) for code in countries_in(found.group()))
    return tuple(sorted(set(named))) or None


def experience_in(text: str) -> Experience | None:
    """Return how much experience a text asks for, first of all on a line of its own."""
    line = _EXPERIENCE_LINE.search(text)
    found = (_of(_EXPERIENCE, line[1]) if line is not None else []) or _of(_EXPERIENCE, text)
    return found[0] if found else None


def _of(table: Iterable[tuple[_Named, re.Pattern[str]]], text: str) -> list[_Named]:
    return [kind for kind, pattern in table if pattern.search(text)]


def _moment(found: re.Match[str] | None) -> datetime | None:
    if found is None:
        return None
    try:
        if found["iso"]:
            day = date.fromisoformat(found["iso"])
        else:
            month = (found["month"] or found["month2"])[:3].lower()
            year, number = int(found["year"] or found["year2"]), int(found["day"] or found["day2"])
            day = date(year, _MONTHS.index(month) + 1, number)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
