"""What a profile is made of: one table that the form, the page, the API and every file format read.

Names of the sections of a career are those of JSON Resume, so that nothing has to be translated twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rubrica.domain.language import Level
from rubrica.domain.vocabulary import DATA_TYPES, DAYS, EXPERIENCE, LABEL_TYPES, TOOLS


class Kind(StrEnum):
    """What a field holds."""

    LINE = "line"
    TEXT = "text"
    URL = "url"
    EMAIL = "email"
    DATE = "date"
    LINES = "lines"
    COUNTRIES = "countries"
    LANGUAGE = "language"
    ZONE = "zone"
    TIME = "time"
    HOURS = "hours"
    PAY = "pay"
    CHOICE = "choice"
    CHOICES = "choices"


LISTS: Final = frozenset({Kind.LINES, Kind.COUNTRIES, Kind.CHOICES})
"""Kinds whose value is a list of texts."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry.

    Attributes
    ----------
    key
        Its name in documents.
    label
        Its name for people.
    is_required
        Whether an entry without it is none.
    is_shown
        Whether it belongs to what others see of a person whose identity is masked. Words of the person's own are
        never among it: they may name anybody.
    is_private
        Whether it serves the person alone, and stands in no file that is handed to others.
    choices
        Values and their names for people; empty where the kind says what is allowed.
    """

    key: str
    label: str
    kind: Kind = Kind.LINE
    is_required: bool = False
    is_shown: bool = False
    is_private: bool = False
    choices: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a profile: a list of entries of the same fields, or exactly one.

    Attributes
    ----------
    singular
        What one entry is called; empty where there is only one.
    """

    key: str
    label: str
    singular: str
    fields: tuple[Field, ...]

    @property
    def is_single(self) -> bool:
        """Whether there is one entry, and no list of them."""
        return not self.singular


_LEVELS: Final = {level.value: "Native" if level is Level.NATIVE else level.value for level in Level}


def _level(key: str, label: str) -> Field:
    return Field(key, label, Kind.CHOICE, is_shown=True, choices=_LEVELS)


_PERIOD: Final = (Field("startDate", "From", Kind.DATE), Field("endDate", "To", Kind.DATE))
_URL: Final = Field("url", "Address on the web", Kind.URL)
_SUMMARY: Final = Field("summary", "Summary", Kind.TEXT)
_HIGHLIGHTS: Final = Field("highlights", "Highlights", Kind.LINES)
_KEYWORDS: Final = Field("keywords", "Keywords", Kind.LINES)

SECTIONS: Final = (
    Section(
        "basics",
        "About you",
        "",
        (
            Field("label", "Headline"),
            _SUMMARY,
            Field("experience", "Experience with such work", Kind.CHOICE, is_shown=True, choices=EXPERIENCE),
            Field("countries", "Countries you can work in; the first is where you live", Kind.COUNTRIES, is_shown=True),
            Field("time_zone", "Time zone", Kind.ZONE, is_shown=True),
            Field("hours_per_week", "Hours a week", Kind.HOURS, is_shown=True),
            Field("least_pay", "Least pay for an hour; seen by you alone", Kind.PAY, is_private=True),
            Field("name", "Full name"),
            Field("email", "E-mail for contact", Kind.EMAIL),
            Field("phone", "Telephone"),
            _URL,
            Field("image", "Address of a picture", Kind.URL),
            Field("address", "Street and number", Kind.TEXT),
            Field("postalCode", "Postal code"),
            Field("city", "City"),
            Field("region", "Region"),
        ),
    ),
    Section(
        "languages",
        "Languages",
        "language",
        (
            Field("tag", "Language", Kind.LANGUAGE, is_required=True, is_shown=True),
            _level("reading", "Reading"),
            _level("writing", "Writing"),
            _level("listening", "Listening"),
            _level("speaking", "Speaking"),
            Field("language", "As written elsewhere"),
            Field("fluency", "Level as written elsewhere"),
        ),
    ),
    Section(
        "availability",
        "Times you are available",
        "time",
        (
            Field("day", "Day", Kind.CHOICE, is_required=True, is_shown=True, choices=DAYS),
            Field("start", "From", Kind.TIME, is_required=True, is_shown=True),
            Field("end", "Until", Kind.TIME, is_required=True, is_shown=True),
        ),
    ),
    Section(
        "annotation",
        "Evaluation and annotation",
        "",
        (
            Field("data_types", "Data", Kind.CHOICES, is_shown=True, choices=DATA_TYPES),
            Field("label_types", "Tasks", Kind.CHOICES, is_shown=True, choices=LABEL_TYPES),
            Field("tools", "Tools", Kind.CHOICES, is_shown=True, choices=TOOLS),
        ),
    ),
    Section(
        "skills",
        "Other skills",
        "skill",
        (Field("name", "Skill", is_required=True), Field("level", "Level"), _KEYWORDS),
    ),
    Section(
        "work",
        "Work",
        "position",
        (
            Field("name", "Employer or client", is_required=True),
            Field("position", "Position"),
            *_PERIOD,
            Field("location", "Place"),
            Field("description", "What the employer does"),
            _URL,
            _SUMMARY,
            _HIGHLIGHTS,
        ),
    ),
    Section(
        "projects",
        "Projects",
        "project",
        (
            Field("name", "Project", is_required=True),
            Field("description", "Description", Kind.TEXT),
            *_PERIOD,
            Field("entity", "For whom"),
            Field("type", "Kind of project"),
            Field("roles", "Roles", Kind.LINES),
            _URL,
            _HIGHLIGHTS,
            _KEYWORDS,
        ),
    ),
    Section(
        "education",
        "Education",
        "course of study",
        (
            Field("institution", "Institution", is_required=True),
            Field("area", "Subject"),
            Field("studyType", "Degree"),
            *_PERIOD,
            Field("score", "Mark"),
            _URL,
            Field("courses", "Courses", Kind.LINES),
        ),
    ),
    Section(
        "certificates",
        "Certificates",
        "certificate",
        (
            Field("name", "Certificate", is_required=True),
            Field("date", "Date", Kind.DATE),
            Field("issuer", "Issuer"),
            _URL,
        ),
    ),
    Section(
        "volunteer",
        "Voluntary work",
        "voluntary position",
        (
            Field("organization", "Organisation", is_required=True),
            Field("position", "Position"),
            *_PERIOD,
            _URL,
            _SUMMARY,
            _HIGHLIGHTS,
        ),
    ),
    Section(
        "awards",
        "Awards",
        "award",
        (
            Field("title", "Award", is_required=True),
            Field("date", "Date", Kind.DATE),
            Field("awarder", "Given by"),
            _SUMMARY,
        ),
    ),
    Section(
        "publications",
        "Publications",
        "publication",
        (
            Field("name", "Title", is_required=True),
            Field("publisher", "Publisher"),
            Field("releaseDate", "Date", Kind.DATE),
            _URL,
            _SUMMARY,
        ),
    ),
    Section("interests", "Interests", "interest", (Field("name", "Interest", is_required=True), _KEYWORDS)),
    Section(
        "references",
        "References",
        "reference",
        (Field("name", "Who", is_required=True), Field("reference", "What they say", Kind.TEXT)),
    ),
    Section(
        "meta",
        "The résumé as a file",
        "",
        (
            Field("canonical", "Where its newest version is", Kind.URL),
            Field("version", "Version"),
            Field("lastModified", "Last changed, as the file says"),
        ),
    ),
    Section(
        "profiles",
        "Elsewhere on the web",
        "place on the web",
        (Field("network", "Network", is_required=True), Field("username", "Name there"), _URL),
    ),
)
SECTION_OF: Final = {section.key: section for section in SECTIONS}
