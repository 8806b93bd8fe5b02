"""Openings: work that people can apply for, the one model of them, whether they are our own or come from elsewhere.

Everything an opening says is in the value here. What a source leaves out is ``None``: not said, which is something
else than none. Formats translate into this value and back; the checks, eligibility and the match look at nothing else.
"""

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from rubrica.domain.language import Level
from rubrica.domain.money import Money
from rubrica.domain.roles import Permission
from rubrica.domain.transitions import Process, Transition

MAX_TITLE: Final = 200
MAX_DESCRIPTION: Final = 20_000
MAX_CONTACT: Final = 200
MOST_LANGUAGES: Final = 10
MOST_LABEL_TYPES: Final = 10
HOURS_OF_A_WEEK: Final = 168
MOST_PER: Final = 1_000_000
"""Items that one amount can be for."""


class DataType(StrEnum):
    """What is looked at."""

    IMAGE = "image"
    VIDEO = "video"
    TEXT = "text"
    AUDIO = "audio"
    DOCUMENT = "document"
    CODE = "code"
    SPATIAL = "spatial"
    MEDICAL = "medical"
    GEOSPATIAL = "geospatial"
    OTHER = "other"


class LabelType(StrEnum):
    """What is done with it."""

    EVALUATION_RATING = "evaluation_rating"
    PREFERENCE = "preference"
    CLASSIFICATION = "classification"
    BOUNDING_BOX = "bounding_box"
    POLYGON = "polygon"
    SEGMENTATION = "segmentation"
    OBJECT_DETECTION = "object_detection"
    TRACKING = "tracking"
    ACTION_RECOGNITION = "action_recognition"
    ENTITY_RECOGNITION = "entity_recognition"
    TRANSCRIPTION = "transcription"
    TRANSLATION = "translation"
    QUESTION_ANSWERING = "question_answering"
    TEXT_GENERATION = "text_generation"
    DATA_COLLECTION = "data_collection"
    FINE_TUNING = "fine_tuning"
    RED_TEAMING = "red_teaming"
    OTHER = "other"


class Experience(StrEnum):
    """How much experience is asked for: less than a year, one to three years, more, or none in particular."""

    ANY = "any"
    ENTRY = "entry"
    INTERMEDIATE = "intermediate"
    EXPERT = "expert"


EXPERIENCE_RANK: Final = {
    Experience.ANY: 0,
    Experience.ENTRY: 0,
    Experience.INTERMEDIATE: 1,
    Experience.EXPERT: 2,
}
"""How much somebody must have at least; an entry level is open to everybody."""


class Employment(StrEnum):
    """In what relation, and for how much of one's time."""

    CONTRACTOR = "contractor"
    PART_TIME = "part_time"
    FULL_TIME = "full_time"
    TEMPORARY = "temporary"
    INTERN = "intern"
    VOLUNTEER = "volunteer"
    PER_DIEM = "per_diem"
    OTHER = "other"


class PayBasis(StrEnum):
    """What is paid for."""

    HOUR = "hour"
    ITEM = "item"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Pay:
    """What is paid, as a range whose ends may be the same.

    Attributes
    ----------
    low, high
        Minor units of the currency, for an hour, for ``per`` items, or for the whole.
    per
        Number of items that the amount is for, so that a fraction of a cent for one can be said exactly.
    """

    basis: PayBasis
    low: int
    high: int
    currency: str
    per: int = 1

    @property
    def range(self) -> tuple[Money, Money]:
        """Both ends as money."""
        return Money(self.low, self.currency), Money(self.high, self.currency)

    def as_json(self) -> dict[str, object]:
        """Return the pay as JSON."""
        return {
            "basis": self.basis.value,
            "currency": self.currency,
            "low": self.low,
            "high": self.high,
            "per": self.per,
        }


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours a week; without an upper end there is no limit."""

    low: int
    high: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return the hours as JSON."""
        return {"low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class LanguageNeed:
    """A language that is asked for, and how well; ``None`` where that is not said."""

    tag: str
    level: Level | None = None

    def as_json(self) -> dict[str, object]:
        """Return the need as JSON."""
        return {"tag": self.tag, "level": self.level.value if self.level is not None else None}


@dataclass(frozen=True, slots=True)
class Opening:
    """What an opening says.

    Attributes
    ----------
    description
        Plain text: paragraphs, headings (``## ``) and lists (``- ``), never HTML.
    template
        The rubric template that the work is judged with.
    countries
        Where people may live; empty for anywhere, ``None`` where it is not said.
    screening_minutes
        How long the way to a decision takes an applicant. What goes beyond 15 minutes is paid.
    decision_days
        Days within which every application is decided.
    idle_seconds, cap_minutes
        The rules of paid time: how long a pause counts as work, and the most for one item before somebody looks.
    minutes_per_item
        Estimate of the time for one item, until there is a measured one.
    closes_at
        Moment until which one can apply.
    """

    title: str = ""
    organisation: str = ""
    description: str = ""
    data_type: DataType | None = None
    label_types: tuple[LabelType, ...] = ()
    template: str = ""
    pay: Pay | None = None
    hours: Hours | None = None
    languages: tuple[LanguageNeed, ...] = ()
    countries: tuple[str, ...] | None = None
    experience: Experience | None = None
    employment: tuple[Employment, ...] = ()
    headcount: int | None = None
    screening_minutes: int | None = None
    decision_days: int | None = None
    contact: str = ""
    idle_seconds: int | None = None
    cap_minutes: int | None = None
    minutes_per_item: int | None = None
    closes_at: datetime | None = None

    @property
    def is_worldwide(self) -> bool:
        """Whether it is said that people may live anywhere."""
        return self.countries == ()

    def as_json(self) -> dict[str, object]:
        """Return the opening as JSON; ``parse_opening`` reads it back."""
        return {
            "title": self.title,
            "organisation": self.organisation,
            "description": self.description,
            "data_type": self.data_type.value if self.data_type is not None else None,
            "label_types": [kind.value for kind in self.label_types],
            "template": self.template,
            "pay": self.pay.as_json() if self.pay is not None else None,
            "hours": self.hours.as_json() if self.hours is not None else None,
            "languages": [need.as_json() for need in self.languages],
            "countries": list(self.countries) if self.countries is not None else None,
            "experience": self.experience.value if self.experience is not None else None,
            "employment": [kind.value for kind in self.employment],
            "headcount": self.headcount,
            "screening_minutes": self.screening_minutes,
            "decision_days": self.decision_days,
            "contact": self.contact,
            "idle_seconds": self.idle_seconds,
            "cap_minutes": self.cap_minutes,
            "minutes_per_item": self.minutes_per_item,
            "closes_at": moment_text(self.closes_at),
        }


FIELDS: Final = tuple(field.name for field in fields(Opening))
"""Names of everything an opening says."""


class OpeningState(StrEnum):
    """How far an opening of a project has come."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class OpeningEvent(StrEnum):
    """What can happen to an opening of a project."""

    PUBLISH = "publish"
    CLOSE = "close"


OPENING_PROCESS: Final = Process(
    (
        Transition(
            OpeningEvent.PUBLISH, frozenset({OpeningState.DRAFT}), OpeningState.OPEN, Permission.MANAGE_OPENINGS
        ),
        Transition(
            OpeningEvent.CLOSE,
            frozenset({OpeningState.DRAFT, OpeningState.OPEN}),
            OpeningState.CLOSED,
            Permission.MANAGE_OPENINGS,
        ),
    ),
    {},
)
"""The way of an opening. What is closed stays closed: a copy is another opening, posted on another day."""


def moment_text(moment: datetime | None) -> str | None:
    """Write a moment as RFC 3339 does, in UTC and to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else None


def read_moment(text: str) -> datetime | None:
    """Read a moment of RFC 3339, to the second and in UTC; a day alone means its beginning. None where it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def tidy_text(text: str) -> str:
    """Return a text in the one form that formats give back.

    A heading, a list or a paragraph is a block; blocks are set apart by one empty line, lines have no blanks to spare.
    """
    blocks: list[tuple[str, list[str]]] = []
    is_apart = True
    for line in (" ".join(part.split()) for part in re.split(r"\r\n|\r|\n", text)):
        if not line:
            is_apart = True
            continue
        kind = block_kind(line)
        # Items of a list stay together over an empty line; every heading stands for itself.
        joins = bool(blocks) and blocks[-1][0] == kind and (kind == "list" or (kind == "paragraph" and not is_apart))
        if joins:
            blocks[-1][1].append(line)
        else:
            blocks.append((kind, [line]))
        is_apart = False
    return "\n\n".join("\n".join(lines) for _kind, lines in blocks)


def block_kind(line: str) -> str:
    """Tell whether a line is a heading, an item of a list, or of a paragraph."""
    if line.startswith("## "):
        return "heading"
    return "list" if line.startswith("- ") else "paragraph"
