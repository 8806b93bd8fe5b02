"""Openings as the public JSON listing that boards for such work offer: ``jobs``, a cursor, and when it was made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rubrica.domain.language import LEVELS, Level, language_name, language_tag
from rubrica.domain.opening import (
    MAX_CONTACT,
    DataType,
    Experience,
    LabelType,
    LanguageNeed,
    Opening,
    Pay,
    PayBasis,
    moment_text,
)
from rubrica.domain.opening_prose import exact_pay, hours_in
from rubrica.domain.posting import MAX_ADDRESS, MAX_KEY, Posting
from rubrica.domain.problems import Problem
from rubrica.formats.openings.feed import (
    EXTENSION,
    MOST_BYTES,
    Feed,
    FeedRefusedError,
    Gathered,
    extension_of,
    moment_of,
    text_of,
)
from rubrica.formats.openings.job_posting import EMPLOYMENT_WORDS
from rubrica.formats.openings.prose import from_html, to_html
from rubrica.formats.strict_json import MalformedJsonError, loads

_COVERED: Final = frozenset({"title", "organisation", "description"})
_LISTS: Final = ("jobs", "data", "items", "results")
_BASES: Final = {"PAY_PER_HOUR": PayBasis.HOUR, "PAY_PER_LABEL": PayBasis.ITEM, "FIXED_PRICE": PayBasis.FIXED}
_NAMES_OF_BASES: Final = {basis: name for name, basis in _BASES.items()}
_EXPERIENCE: Final = {
    "ENTRY_LEVEL": Experience.ENTRY,
    "INTERMEDIATE": Experience.INTERMEDIATE,
    "EXPERT": Experience.EXPERT,
    "ANY_EXPERIENCE_LEVEL": Experience.ANY,
}
_NAMES_OF_EXPERIENCE: Final = {level: name for name, level in _EXPERIENCE.items()}
_LEVELS: Final = {**{level.value: level for level in LEVELS}, "FLUENT": Level.C1}
_DATA: Final = {
    **{kind.value: kind for kind in DataType},
    "3d_sensor": DataType.SPATIAL,
    "3d": DataType.SPATIAL,
}
_LABELS: Final = {
    **{kind.value: kind for kind in LabelType},
    "entity": LabelType.ENTITY_RECOGNITION,
    "entity_ner_classification": LabelType.ENTITY_RECOGNITION,
    "rlhf": LabelType.PREFERENCE,
    "sft": LabelType.FINE_TUNING,
    "object_tracking": LabelType.TRACKING,
}


def read_listing(data: bytes) -> Feed:
    """Read a page of the listing, or a single job of it."""
    try:
        document = loads(data, most_bytes=MOST_BYTES)
    except MalformedJsonError as error:
        raise FeedRefusedError(f"The file is no JSON: {error}.") from error
    jobs, cursor = _jobs(document)
    gathered = Gathered()
    for number, job in enumerate(jobs, start=1):
        if gathered.is_full:
            gathered.cut()
            break
        if isinstance(job, dict):
            _take(job, f"job {number}", gathered)
        else:
            gathered.refuse(f"job {number}", Problem("", "is no object", "a job with id and title"))
    return gathered.feed(next_cursor=cursor)


def _jobs(document: object) -> tuple[Sequence[object], str]:
    if isinstance(document, list):
        return document, ""
    if isinstance(document, dict):
        for name in _LISTS:
            inner = document.get(name)
            if isinstance(inner, list):
                return inner, text_of(document.get("nextCursor"))
        if "title" in document or "jobTitle" in document:
            return [document], ""
    raise FeedRefusedError(f"The file has no list of jobs: it should have one under {', '.join(_LISTS)}.")


def _take(job: Mapping[str, object], place: str, gathered: Gathered) -> None:
    status = text_of(job.get("status")).lower()
    if status in {"closed", "expired"}:
        return
    notes: list[Problem] = []
    pay = _read_pay(job, notes)
    html, words = (
        job.get("descriptionHtml"),
        job.get("descriptionText") or job.get("jobDescription") or job.get("description"),
    )
    hours = hours_in(_week(text_of(job.get("timeRequirement"))))
    said: dict[str, object] = {
        "title": text_of(job.get("title") or job.get("jobTitle")),
        "organisation": text_of(job.get("companyName")),
        "description": from_html(next((text for text in (html, words) if isinstance(text, str) and text), "")),
        "data_type": _one(_DATA, job.get("dataType")),
        "label_types": _several(_LABELS, job.get("labelTypes")),
        "pay": pay.as_json() if pay is not None else None,
        "hours": hours.as_json() if hours is not None else None,
        "languages": _languages(job.get("languages")),
        "countries": job.get("countries") if isinstance(job.get("countries"), list) else None,
        "experience": _one(_EXPERIENCE, job.get("experienceLevel"), upper=True),
        "employment": _several(
            {name.lower(): kind for name, kind in EMPLOYMENT_WORDS.items()}, job.get("employmentTypes")
        ),
        "headcount": job.get("headcount") if type(job.get("headcount")) is int else None,
        "contact": text_of(job.get("contact"), MAX_CONTACT),
        "closes_at": moment_text(moment_of(job.get("validThrough"))),
    }
    identity = job.get("id")
    gathered.take(
        place,
        said,
        key=str(identity) if isinstance(identity, int) else text_of(identity or job.get("slug"), MAX_KEY),
        url=text_of(job.get("url") or job.get("applyUrl"), MAX_ADDRESS + 1),
        posted=moment_of(job.get("datePosted")),
        updated=moment_of(job.get("updatedAt")),
        extension=job.get(EXTENSION),
        raw=json.dumps(job, ensure_ascii=False),
        notes=tuple(notes),
    )


def _word(value: object) -> str:
    return text_of(value).lower().replace("-", "_").replace(" ", "_").replace("/", "_")


def _one(table: Mapping[str, Any], value: object, *, upper: bool = False) -> str | None:
    word = _word(value)
    found = table.get(word.upper() if upper else word)
    return found.value if found is not None else ("other" if word and not upper else None)


def _several(table: Mapping[str, Any], value: object) -> list[str]:
    words = value if isinstance(value, list) else [value]
    found = [_one(table, word) for word in words]
    return list(dict.fromkeys(word for word in found if word is not None))


def _week(text: str) -> str:
    return text if "week" in text.lower() else f"{text} per week"


def _languages(value: object) -> list[dict[str, object]]:
    needs: dict[str, LanguageNeed] = {}
    for entry in value if isinstance(value, list) else []:
        named = entry.get("language") if isinstance(entry, dict) else entry
        tag = language_tag(named) if isinstance(named, str) else ""
        level = _LEVELS.get(text_of(entry.get("proficiency")).upper()) if isinstance(entry, dict) else None
        if tag:
            needs.setdefault(tag, LanguageNeed(tag, level))
    return [need.as_json() for need in needs.values()]


def _read_pay(job: Mapping[str, object], notes: list[Problem]) -> Pay | None:
    given = job.get("pay")
    body: Mapping[str, object] = given if isinstance(given, dict) else job
    basis = _BASES.get(text_of(body.get("paymentType")).upper())
    currency = text_of(body.get("currency")).upper() or "USD"
    if basis is None:
        return None
    names = {
        PayBasis.HOUR: (("hourlyMin", "hourlyRate", "pricePerHour"), ("hourlyMax", "hourlyRate", "pricePerHour")),
        PayBasis.ITEM: (("perLabelRate", "pricePerLabel"), ("perLabelRate", "pricePerLabel")),
        PayBasis.FIXED: (("fixedPrice",), ("fixedPrice",)),
    }[basis]
    low, high = (_first_amount(body, of) for of in names)
    if low is None:
        return None
    pay = exact_pay(basis, low, high if high is not None else low, currency)
    if pay is None:
        notes.append(Problem("pay", f"is {currency} {low}–{high}", "an amount in a currency of ISO 4217"))
    return pay


def _first_amount(body: Mapping[str, object], names: Sequence[str]) -> Decimal | None:
    for name in names:
        value = body.get(name)
        if isinstance(value, (int, float, str)) and not isinstance(value, bool) and value != "":
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                continue
            if number.is_finite():
                return number
    return None


# --- writing ---


def write_listing(postings: Iterable[Posting], *, now: datetime) -> dict[str, Any]:
    """Return openings as one page of the listing."""
    return {"jobs": [_job(posting) for posting in postings], "nextCursor": None, "generatedAt": moment_text(now)}


def _job(posting: Posting) -> dict[str, Any]:
    opening = posting.opening
    return {
        "id": posting.key,
        "title": opening.title,
        "companyName": opening.organisation,
        "descriptionText": opening.description,
        "descriptionHtml": to_html(opening.description),
        "status": "open",
        "datePosted": moment_text(posting.posted),
        "validThrough": moment_text(opening.closes_at),
        "updatedAt": moment_text(posting.updated),
        "employmentTypes": [kind.value.upper() for kind in opening.employment],
        "countries": list(opening.countries) if opening.countries is not None else None,
        "languages": [_language(need) for need in opening.languages],
        "dataType": opening.data_type.value.upper() if opening.data_type is not None else None,
        "labelTypes": [kind.value.upper() for kind in opening.label_types],
        "experienceLevel": _NAMES_OF_EXPERIENCE[opening.experience] if opening.experience is not None else None,
        "headcount": opening.headcount,
        "pay": _pay(opening),
        "url": posting.url,
        "applyUrl": posting.url,
        EXTENSION: extension_of(posting, _COVERED),
    }


def _language(need: LanguageNeed) -> dict[str, Any]:
    return {"language": language_name(need.tag), "tag": need.tag, "proficiency": need.level}


def _pay(opening: Opening) -> dict[str, Any] | None:
    pay = opening.pay
    if pay is None:
        return None
    low, high = (end.decimal for end in pay.range)
    amounts: dict[PayBasis, dict[str, float]] = {
        PayBasis.HOUR: {"hourlyMin": float(low), "hourlyMax": float(high)},
        PayBasis.ITEM: {"perLabelRate": float(low / pay.per)},
        PayBasis.FIXED: {"fixedPrice": float(low)},
    }
    return {"paymentType": _NAMES_OF_BASES[pay.basis], "currency": pay.currency, **amounts[pay.basis]}
