"""Openings as schema.org/JobPosting: JSON-LD in a page or a file of its own."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rubrica.domain.country import country_code
from rubrica.domain.opening import (
    MAX_CONTACT,
    MAX_TITLE,
    Employment,
    Experience,
    Hours,
    Opening,
    Pay,
    PayBasis,
    moment_text,
)
from rubrica.domain.opening_prose import exact_pay, experience_in, hours_in, languages_in
from rubrica.domain.posting import MAX_ADDRESS, MAX_KEY, Posting
from rubrica.domain.problems import Problem, quoted
from rubrica.formats.openings.feed import (
    EXTENSION,
    EXTENSION_ADDRESS,
    MOST_BYTES,
    Feed,
    FeedRefusedError,
    Gathered,
    extension_of,
    moment_of,
    text_of,
)
from rubrica.formats.openings.prose import from_html, to_html
from rubrica.formats.strict_json import MalformedJsonError, loads

_OPENING_TAG: Final = re.compile(r"<script\b[^>]{0,500}\bapplication/ld\+json\b[^>]{0,500}>", re.IGNORECASE)
_CLOSING_TAG: Final = re.compile(r"</script", re.IGNORECASE)
_MOST_BLOCKS: Final = 100
_MAX_NESTING: Final = 6
EMPLOYMENT_WORDS: Final = {
    "CONTRACTOR": Employment.CONTRACTOR,
    "PART_TIME": Employment.PART_TIME,
    "FULL_TIME": Employment.FULL_TIME,
    "TEMPORARY": Employment.TEMPORARY,
    "INTERN": Employment.INTERN,
    "VOLUNTEER": Employment.VOLUNTEER,
    "PER_DIEM": Employment.PER_DIEM,
    "OTHER": Employment.OTHER,
}
_COVERED: Final = frozenset({"title", "organisation", "description", "employment", "closes_at", "headcount"})
PINNED_FIELDS: Final = frozenset(
    {
        *("@context", "@type", "title", "identifier", "url", "description", "hiringOrganization", "datePosted"),
        *("validThrough", "employmentType", "jobLocationType", "applicantLocationRequirements", "baseSalary"),
        *("workHours", "totalJobOpenings", "experienceRequirements", "qualifications", "applicationContact"),
        *("occupationalCategory", "directApply", "incentiveCompensation"),
        f"{EXTENSION}:opening",
    }
)
"""What our own export may use, all of schema.org's JobPosting save the extension."""
_MONTHS_OF: Final = {Experience.ENTRY: 0, Experience.INTERMEDIATE: 12, Experience.EXPERT: 36}


def read_page(data: bytes) -> Feed:
    """Read every JobPosting of a page in HTML."""
    if len(data) > MOST_BYTES:
        raise FeedRefusedError(f"The page has {len(data):,} bytes; at most {MOST_BYTES:,} are read.")
    gathered = Gathered()
    blocks = 0
    for blocks, block in enumerate(_blocks(data.decode("utf-8", "replace")), start=1):
        _read_block(block.encode("utf-8", "replace"), f"block {blocks}", gathered)
    feed = gathered.feed()
    if not feed.postings and not feed.refused:
        what = "no JobPosting among its JSON-LD" if blocks else "no JSON-LD"
        raise FeedRefusedError(f"The page has {what}. Paste its text instead.")
    return feed


def _blocks(page: str) -> Iterator[str]:
    """Yield the content of each block of JSON-LD; a block that does not end is none."""
    place = 0
    for _ in range(_MOST_BLOCKS):
        opened = _OPENING_TAG.search(page, place)
        closed = _CLOSING_TAG.search(page, opened.end()) if opened is not None else None
        if opened is None or closed is None:
            return
        yield page[opened.end() : closed.start()]
        place = closed.end()


def read_json_ld(data: bytes) -> Feed:
    """Read every JobPosting of a file of JSON-LD."""
    gathered = Gathered()
    try:
        document = loads(data, most_bytes=MOST_BYTES)
    except MalformedJsonError as error:
        raise FeedRefusedError(f"The file is no JSON: {error}.") from error
    _read_document(document, "file", gathered)
    feed = gathered.feed()
    if not feed.postings and not feed.refused:
        raise FeedRefusedError("The file has no JobPosting.")
    return feed


def _read_block(data: bytes, place: str, gathered: Gathered) -> None:
    try:
        document = loads(data.strip(), most_bytes=MOST_BYTES)
    except MalformedJsonError as error:
        if b"JobPosting" in data:
            gathered.refuse(place, Problem("", f"is no JSON: {error}", "JSON-LD"))
        return
    _read_document(document, place, gathered)


def _read_document(document: object, place: str, gathered: Gathered) -> None:
    for number, node in enumerate(_postings(document), start=1):
        if gathered.is_full:
            gathered.cut()
            return
        _take(node, f"{place}, posting {number}", gathered)


def _postings(node: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    """Yield the JobPostings of a document: alone, in a list, in a graph or as what another thing is about."""
    if depth > _MAX_NESTING:
        return
    if isinstance(node, list):
        for entry in node:
            yield from _postings(entry, depth + 1)
    elif isinstance(node, dict):
        if "JobPosting" in _listed(node.get("@type")):
            yield node
        else:
            for key in ("@graph", "mainEntity", "itemListElement", "item"):
                yield from _postings(node.get(key), depth + 1)


def _take(node: Mapping[str, object], place: str, gathered: Gathered) -> None:
    notes: list[Problem] = []
    words = " \n".join(text_of(node.get(name), 2_000) for name in ("qualifications", "skills", "responsibilities"))
    hours = hours_in(_week(text_of(node.get("workHours"))))
    pay = _read_pay(node, notes)
    said: dict[str, object] = {
        "title": text_of(node.get("title") or node.get("name")),
        "organisation": _name(node.get("hiringOrganization")),
        "description": from_html(str(node.get("description") or "")),
        "employment": [kind.value for kind in _employment(node.get("employmentType"))],
        "countries": _countries(node),
        "pay": pay.as_json() if pay is not None else None,
        "hours": hours.as_json() if hours is not None else None,
        "languages": [need.as_json() for need in languages_in(words)],
        "experience": _experience(node.get("experienceRequirements")),
        "headcount": node.get("totalJobOpenings") if type(node.get("totalJobOpenings")) is int else None,
        "contact": _contact(node.get("applicationContact")),
        "closes_at": moment_text(moment_of(node.get("validThrough"))),
    }
    gathered.take(
        place,
        said,
        key=_identifier(node),
        url=text_of(node.get("url") or node.get("@id"), MAX_ADDRESS + 1),
        posted=moment_of(node.get("datePosted")),
        updated=moment_of(node.get("dateModified")),
        extension=node.get(f"{EXTENSION}:opening"),
        raw=json.dumps(node, ensure_ascii=False),
        notes=tuple(notes),
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _name(value: object) -> str:
    return text_of(value.get("name") or value.get("legalName")) if isinstance(value, dict) else text_of(value)


def _identifier(node: Mapping[str, object]) -> str:
    value = node.get("identifier")
    if isinstance(value, dict):
        value = value.get("value") or value.get("@id")
    return str(value) if isinstance(value, int) else text_of(value, MAX_KEY)


def _employment(value: object) -> list[Employment]:
    words = [
        word.strip().upper().replace("-", "_").replace(" ", "_") for word in _listed(value) if isinstance(word, str)
    ]
    parts = [part.strip("_") for word in words for part in word.split(",")]
    return list(dict.fromkeys(EMPLOYMENT_WORDS[part] for part in parts if part in EMPLOYMENT_WORDS))


def _countries(node: Mapping[str, object]) -> list[str] | None:
    """Return where people may live; ``None`` where only the place of an office is missing too."""
    allowed = [_country(place) for place in _listed(node.get("applicantLocationRequirements"))]
    is_remote = "TELECOMMUTE" in _listed(node.get("jobLocationType"))
    if not any(allowed) and not is_remote:
        allowed = [
            _country(place.get("address")) for place in _listed(node.get("jobLocation")) if isinstance(place, dict)
        ]
    return [code for code in allowed if code] or None


def _country(place: object) -> str:
    if isinstance(place, dict):
        place = place.get("addressCountry") or place.get("name")
        if isinstance(place, dict):
            place = place.get("name")
    return country_code(place) if isinstance(place, str) else ""


def _read_pay(node: Mapping[str, object], notes: list[Problem]) -> Pay | None:
    salary = node.get("baseSalary")
    if not isinstance(salary, dict):
        return None
    value = salary.get("value")
    amounts: Mapping[str, object] = value if isinstance(value, dict) else salary
    low = _decimal(amounts.get("minValue", amounts.get("value")))
    high = _decimal(amounts.get("maxValue", amounts.get("value")))
    low, high = (high if low is None else low), (low if high is None else high)
    currency = text_of(salary.get("currency") or node.get("salaryCurrency"), 3).upper()
    unit = text_of(amounts.get("unitText") or salary.get("unitText")).upper()
    if low is None or high is None:
        return None
    if unit not in {"HOUR", "HUR"}:
        per = f"by {unit.lower()}" if unit else "without saying for what"
        notes.append(Problem("pay", f"is {currency} {low}–{high} {per}", "by the hour, to be compared"))
        return None
    pay = exact_pay(PayBasis.HOUR, low, high, currency)
    if pay is None:
        notes.append(Problem("pay", f"is {quoted(currency)} {low}–{high}", "an amount in a currency of ISO 4217"))
    return pay


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _experience(value: object) -> str | None:
    if isinstance(value, dict):
        months = _decimal(value.get("monthsOfExperience"))
        if months is None:
            return None
        reached = [level for level, least in _MONTHS_OF.items() if months >= least]
        return reached[-1].value if reached else None
    found = experience_in(value) if isinstance(value, str) else None
    return found.value if found is not None else None


def _contact(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    return ", ".join(filter(None, [text_of(value.get("name")), text_of(value.get("email"))]))[:MAX_CONTACT]


def _week(text: str) -> str:
    return text if "week" in text.lower() else f"{text} per week"


# --- writing ---


def as_json_ld(posting: Posting) -> dict[str, Any]:
    """Return an opening as JobPosting. Anywhere has no word there, so it is said in the extension alone."""
    opening = posting.opening
    document: dict[str, Any] = {
        "@context": {"@vocab": "https://schema.org/", EXTENSION: f"{EXTENSION_ADDRESS}:"},
        "@type": "JobPosting",
        "title": opening.title,
        "identifier": {"@type": "PropertyValue", "name": opening.organisation, "value": posting.key},
        "url": posting.url,
        "description": to_html(opening.description),
        "hiringOrganization": {"@type": "Organization", "name": opening.organisation},
        "datePosted": moment_text(posting.posted),
        "validThrough": moment_text(opening.closes_at),
        "employmentType": [kind.value.upper() for kind in opening.employment],
        "jobLocationType": "TELECOMMUTE",
        "applicantLocationRequirements": [{"@type": "Country", "name": code} for code in opening.countries or ()],
        "baseSalary": _salary(opening.pay),
        "workHours": hours_words(opening.hours),
        "totalJobOpenings": opening.headcount,
        "experienceRequirements": _experience_document(opening),
        "qualifications": language_words(opening),
        "applicationContact": {"@type": "ContactPoint", "name": opening.contact} if opening.contact else None,
        "occupationalCategory": category_words(opening),
        "directApply": True,
        f"{EXTENSION}:opening": extension_of(posting, _COVERED),
    }
    return {name: value for name, value in document.items() if value not in (None, "", [])}


def _salary(pay: Pay | None) -> dict[str, Any] | None:
    if pay is None or pay.basis != PayBasis.HOUR:
        return None
    low, high = pay.range
    value = {"@type": "QuantitativeValue", "minValue": float(low.decimal), "maxValue": float(high.decimal)}
    return {"@type": "MonetaryAmount", "currency": pay.currency, "value": {**value, "unitText": "HOUR"}}


def _experience_document(opening: Opening) -> dict[str, Any] | None:
    months = _MONTHS_OF.get(opening.experience) if opening.experience is not None else None
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": months} if months is not None else None


def hours_words(hours: Hours | None) -> str:
    """Say hours in words that are read back: ``20+ hours per week``."""
    if hours is None:
        return ""
    if hours.high is None:
        return f"{hours.low}+ hours per week"
    return f"{hours.low}-{hours.high} hours per week" if hours.low != hours.high else f"{hours.low} hours per week"


def language_words(opening: Opening) -> str:
    """Say the languages in words: ``en B2 required``."""
    return "; ".join(" ".join(filter(None, [need.tag, need.level, "required"])) for need in opening.languages)


def category_words(opening: Opening) -> str:
    """Say what is looked at and what is done with it."""
    parts = [opening.data_type, *opening.label_types]
    return ", ".join(part.replace("_", " ") for part in parts if part is not None)[:MAX_TITLE]
