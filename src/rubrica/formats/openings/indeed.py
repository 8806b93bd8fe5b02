"""Openings as the XML that Indeed and others like it read."""

import json
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from rubrica.domain.country import COUNTRY_NAMES, country_code
from rubrica.domain.opening import MAX_CONTACT, Employment, moment_text
from rubrica.domain.opening_check import pay_text
from rubrica.domain.opening_prose import experience_in, hours_in, pays_in
from rubrica.domain.posting import MAX_ADDRESS, MAX_KEY, Posting
from rubrica.domain.problems import Problem
from rubrica.formats.openings.feed import (
    EXTENSION,
    EXTENSION_ADDRESS,
    Feed,
    FeedRefusedError,
    Gathered,
    extension_of,
    moment_of,
    text_of,
)
from rubrica.formats.openings.job_posting import EMPLOYMENT_WORDS, category_words, hours_words
from rubrica.formats.openings.prose import from_html, to_html
from rubrica.formats.openings.xml import Element, raw_of, read_xml
from rubrica.formats.openings.xml_writing import DECLARATION, element, parent
from rubrica.formats.strict_json import MalformedJsonError, loads

_COVERED: Final = frozenset({"title", "organisation", "description"})
_MAX_EXTENSION: Final = 100_000


def read_indeed(data: bytes) -> Feed:
    """Read every job of a feed."""
    root = read_xml(data)
    jobs = list(root.all("job"))
    if root.name != "source":
        raise FeedRefusedError(f"The file begins with <{root.name[:40]}>, not with <source> as Indeed's XML does.")
    gathered = Gathered()
    for number, job in enumerate(jobs, start=1):
        if gathered.is_full:
            gathered.cut()
            break
        _take(job, f"job {number}", raw_of(data, job), gathered)
    return gathered.feed()


def _take(job: Element, place: str, raw: str, gathered: Gathered) -> None:
    key = text_of(job.text("referencenumber", "requisitionid"), MAX_KEY)
    if not job.text("title"):
        gathered.refuse(place, Problem("title", "is missing", "what the work is, in a line"), key)
        return
    pay = next(iter(pays_in(job.text("salary"))), None)
    hours = hours_in(job.text("salary", "jobtype"))
    experience = experience_in(job.text("experience"))
    said: dict[str, object] = {
        "title": text_of(job.text("title")),
        "organisation": text_of(job.text("company", "sourcename")),
        "description": from_html(job.text("description")),
        "employment": [kind.value for kind in _employment(job.text("jobtype"))],
        "countries": _countries(job),
        "pay": pay.as_json() if pay is not None else None,
        "hours": hours.as_json() if hours is not None else None,
        "experience": experience.value if experience is not None else None,
        "contact": text_of(job.text("email"), MAX_CONTACT),
        "closes_at": moment_text(moment_of(job.text("expirationdate"))),
    }
    gathered.take(
        place,
        said,
        key=key,
        url=text_of(job.text("url"), MAX_ADDRESS + 1),
        posted=moment_of(job.text("date")),
        extension=extension_in(job),
        raw=raw,
    )


def extension_in(entry: Element) -> object:
    """Return what one of our own exports says beyond the format; nothing where another wrote it."""
    for child in entry.all("opening"):
        if child.namespace == EXTENSION_ADDRESS:
            try:
                return loads(child.whole_text().encode(), most_bytes=_MAX_EXTENSION)
            except MalformedJsonError:
                return None
    return None


def _employment(text: str) -> list[Employment]:
    words = [word.strip().upper().replace("-", "_").replace(" ", "_") for word in text.split(",")]
    words = [
        {"FULLTIME": "FULL_TIME", "PARTTIME": "PART_TIME", "CONTRACT": "CONTRACTOR"}.get(word, word) for word in words
    ]
    return list(dict.fromkeys(EMPLOYMENT_WORDS[word] for word in words if word in EMPLOYMENT_WORDS))


def _countries(job: Element) -> list[str] | None:
    """Return the country, which such a feed must give; of remote work it is only where the advertisement runs."""
    code = country_code(job.text("country"))
    return [code] if code and not job.text("remotetype") else None


def write_indeed(postings: Iterable[Posting], *, publisher: str, address: str, now: datetime) -> str:
    """Return a feed of openings."""
    jobs = (_job(posting) for posting in postings)
    head = [
        element("publisher", publisher),
        element("publisherurl", address),
        element("lastBuildDate", format_datetime(now)),
    ]
    body = parent("source", [*head, *jobs], {f"xmlns:{EXTENSION}": EXTENSION_ADDRESS})
    return f"{DECLARATION}{body}\n"


def _job(posting: Posting) -> str:
    opening = posting.opening
    types = [kind.value.replace("_", "-") for kind in opening.employment]
    salary = [pay_text(opening.pay)] if opening.pay is not None else []
    return parent(
        "job",
        [
            element("title", opening.title),
            element("date", format_datetime(posting.posted) if posting.posted is not None else ""),
            element("referencenumber", posting.key),
            element("url", posting.url),
            element("company", opening.organisation),
            element("country", COUNTRY_NAMES[opening.countries[0]] if opening.countries else ""),
            element("description", to_html(opening.description)),
            element("salary", ", ".join([*salary, *filter(None, [hours_words(opening.hours)])])),
            element("jobtype", ", ".join(types)),
            element("category", category_words(opening)),
            element("experience", opening.experience or ""),
            element("expirationdate", moment_text(opening.closes_at) or ""),
            element("remotetype", "Fully remote"),
            element(f"{EXTENSION}:opening", json.dumps(extension_of(posting, _COVERED), ensure_ascii=False)),
        ],
    )
