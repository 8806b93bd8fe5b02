"""A specialist's profile: what a person says of himself or herself. All of it is self-declared.

What Rubrica itself has seen of a person's work is no part of it, and stands beside it marked as such.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Final, cast

from rubrica.domain.country import country_code
from rubrica.domain.eligibility import Candidate
from rubrica.domain.fields import Fields
from rubrica.domain.language import Level, language_tag, level_in, rank
from rubrica.domain.money import EXPONENT_OF, MOST_MINOR, Money, read_money
from rubrica.domain.opening import DataType, Experience, LabelType
from rubrica.domain.posting import MAX_ADDRESS, web_address
from rubrica.domain.problems import Findings, Problem, ProblemsError, as_object, child, one_of, quoted
from rubrica.domain.profile_sections import SECTION_OF, SECTIONS, Field, Kind, Section
from rubrica.domain.text import check_text

Value = str | int | list[str] | dict[str, str | int]
Entry = dict[str, Value]
Declared = dict[str, list[Entry]]
Read = tuple[str | None, str]
"""A text as it is kept, or nothing; and what is allowed."""

MOST_ENTRIES: Final = 100
MOST_LINES: Final = 50
LONGEST_LINE: Final = 300
LONGEST_TEXT: Final = 5_000
MOST_HOURS: Final = 80
"""Hours that anybody may offer a week: two full positions."""

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_DATE = re.compile(r"[12]\d{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}")
_SKILLS: Final = ("reading", "writing", "listening", "speaking")


class ProfileProblemsError(ProblemsError):
    """A profile was refused; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile that was read: its sections by key, each a list of entries, and what matching asks of it."""

    declared: Declared

    def _single(self, section: str, key: str) -> Value | None:
        entries = self.declared.get(section)
        return entries[0].get(key) if entries else None

    def _several(self, section: str, key: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", self._single(section, key) or []))

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries in which the person can work, where the person lives first (ISO 3166-1 alpha-2)."""
        return self._several("basics", "countries")

    @property
    def experience(self) -> Experience | None:
        """How long the person has done such work."""
        said = self._single("basics", "experience")
        return None if said is None else Experience(str(said))

    @property
    def hours_per_week(self) -> int | None:
        """Hours that the person offers a week."""
        return cast("int | None", self._single("basics", "hours_per_week"))

    @property
    def least_pay(self) -> Money | None:
        """The least pay for an hour that the person looks for."""
        said = cast("dict[str, str | int] | None", self._single("basics", "least_pay"))
        return None if said is None else Money(int(said["minor"]), str(said["currency"]))

    @property
    def time_zone(self) -> str | None:
        """The zone in which the times of availability are meant; None for the account's."""
        return cast("str | None", self._single("basics", "time_zone"))

    @property
    def languages(self) -> dict[str, Level]:
        """Languages by tag, at the lowest level that is claimed: it holds for everything that is."""
        known = {
            str(entry["tag"]): [Level(str(entry[skill])) for skill in _SKILLS if skill in entry]
            for entry in self.declared.get("languages", [])
        }
        return {tag: min(levels, key=rank) for tag, levels in known.items() if levels}

    def candidate(self) -> Candidate:
        """Return what openings ask of the person."""
        return Candidate(
            country=self.countries[0] if self.countries else "",
            languages=self.languages,
            experience=self.experience,
            hours=self.hours_per_week,
            data_types=frozenset(map(DataType, self._several("annotation", "data_types"))),
            label_types=frozenset(map(LabelType, self._several("annotation", "label_types"))),
            least_pay=self.least_pay,
        )

    def level_in(self, tag: str) -> Level | None:
        """Return how well the person knows a language, whatever the country; None where not at all."""
        return level_in(self.languages, tag)

    def masked(self) -> Declared:
        """Return what may be seen of a person whose identity is masked: chosen facts, no words of the person's own."""
        return self._only(lambda field: field.is_shown)

    def handed_on(self) -> Declared:
        """Return what stands in files that the person hands to others."""
        return self._only(lambda field: not field.is_private)

    def private(self) -> Declared:
        """Return what serves the person alone."""
        return self._only(lambda field: field.is_private)

    def _only(self, is_kept: Callable[[Field], bool]) -> Declared:
        kept: Declared = {}
        for section in SECTIONS:
            shown = {field.key for field in section.fields if is_kept(field)}
            entries = [
                {key: value for key, value in entry.items() if key in shown}
                for entry in self.declared.get(section.key, [])
            ]
            if any(entries):
                kept[section.key] = entries
        return kept


EMPTY: Final = Profile({})


def parse_profile(payload: object, *, zones: Collection[str]) -> Profile:
    """Read a whole profile.

    Parameters
    ----------
    payload
        ``{"basics": [{…}], "languages": [{"tag": "de-CH", "reading": "C1"}, …], …}``; a section with one entry may
        also be that entry.
    zones
        Time zones that this machine knows.

    Returns
    -------
    Profile
        With texts in composed form, language tags in standard form, and without what was empty.

    Raises
    ------
    ProfileProblemsError
        Names everything that cannot be taken.
    """
    found = Findings()
    fields = Fields.of(payload, "", found, frozenset(SECTION_OF))
    declared: Declared = {}
    for section in SECTIONS:
        if fields is None or not fields.has(section.key):
            continue
        entries = _entries(fields, section, found, zones)
        if entries:
            declared[section.key] = entries
    if found:
        raise ProfileProblemsError(found.problems)
    return Profile(declared)


def with_entry(profile: Profile, section: Section, position: int | None, entry: object) -> dict[str, list[object]]:
    """Return the document of a profile with one entry put in the place of another, or added; not yet checked.

    Raises
    ------
    IndexError
        There is no entry at ``position`` (counted from 0).
    """
    entries: list[object] = [*profile.declared.get(section.key, [])]
    if section.is_single:
        entries = [entry]
    elif position is None:
        entries.append(entry)
    else:
        entries[_existing(position, entries)] = entry
    return {**{key: [*rows] for key, rows in profile.declared.items()}, section.key: entries}


def without_entry(profile: Profile, section: Section, position: int) -> dict[str, list[object]]:
    """Return the document of a profile without one entry.

    Raises
    ------
    IndexError
        There is no entry at ``position`` (counted from 0).
    """
    entries: list[object] = [*profile.declared.get(section.key, [])]
    del entries[_existing(position, entries)]
    return {**{key: [*rows] for key, rows in profile.declared.items()}, section.key: entries}


def _existing(position: int, entries: Sequence[object]) -> int:
    if not 0 <= position < len(entries):
        raise IndexError(position)
    return position


# --- reading ---


def _entries(fields: Fields, section: Section, found: Findings, zones: Collection[str]) -> list[Entry]:
    if section.is_single and isinstance(fields.value(section.key), Mapping):
        rows = [(section.key, fields.value(section.key))]
    else:
        rows = fields.entries(section.key, maximum=1 if section.is_single else MOST_ENTRIES)
    before = len(found.problems)
    entries = [entry for path, row in rows if (entry := _entry(row, path, section, found, zones)) is not None]
    # What compares entries must not trip over one that could not be read.
    if len(found.problems) == before:
        for problem in _between(section, entries):
            found.add(problem.field, problem.problem, problem.allowed)
    return [entry for entry in entries if entry]


def _entry(row: object, path: str, section: Section, found: Findings, zones: Collection[str]) -> Entry | None:
    fields = Fields.of(row, path, found, frozenset(field.key for field in section.fields))
    if fields is None:
        return None
    entry: Entry = {}
    for field in section.fields:
        value = fields.value(field.key)
        if value is None or value in ("", []):
            if field.is_required:
                fields.refuse(field.key, "is missing", "some text" if field.choices is None else _choices(field))
            continue
        read = _value(value, fields.at(field.key), field, found, zones)
        if read not in ("", [], None):
            entry[field.key] = read
    _check_period(entry, path, found)
    return entry


def _choices(field: Field) -> str:
    return one_of(list(field.choices or ()))


def _value(value: object, path: str, field: Field, found: Findings, zones: Collection[str]) -> Value | None:
    match field.kind:
        case Kind.TEXT:
            return check_text(value, path, found, maximum=LONGEST_TEXT).strip()
        case Kind.LINES | Kind.COUNTRIES | Kind.CHOICES:
            return list(_list(value, path, field, found))
        case Kind.HOURS:
            return _hours(value, path, found)
        case Kind.PAY:
            return _pay(value, path, found)
        case _:
            longest = MAX_ADDRESS if field.kind is Kind.URL else LONGEST_LINE
            text = check_text(value, path, found, maximum=longest, one_line=True).strip()
            if not text:
                return None
            read, allowed = _line(text, field, zones)
            if read is None:
                found.add(path, f"is {quoted(text)}", allowed)
            return read


def _line(text: str, field: Field, zones: Collection[str]) -> Read:  # noqa: PLR0911  (one return for each kind)
    """Return the text as it is kept, or nothing, and what is allowed."""
    match field.kind:
        case Kind.URL:
            return web_address(text) or None, f"an address that begins with https://, at most {MAX_ADDRESS} characters"
        case Kind.EMAIL:
            return text if _EMAIL.fullmatch(text) else None, "an address such as ada@example.org"
        case Kind.DATE:
            return text if _DATE.fullmatch(text) else None, "a year, month or day: 2024, 2024-05 or 2024-05-17"
        case Kind.TIME:
            return text if _TIME.fullmatch(text) else None, "a time from 00:00 to 24:00"
        case Kind.ZONE:
            return text if text in zones else None, "a zone of the IANA list such as Europe/Zurich"
        case Kind.LANGUAGE:
            return language_tag(text) or None, "a tag of BCP 47 such as en, de-CH or zh-Hant, or a name in English"
        case Kind.CHOICE:
            return text if text in (field.choices or ()) else None, _choices(field)
        case _:
            return text, ""


def _hours(value: object, path: str, found: Findings) -> int | None:
    # A form sends digits, a program a number.
    number = int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,3}", value, re.ASCII) else value
    if type(number) is int and 0 <= number <= MOST_HOURS:
        return number
    found.add(path, f"is {quoted(value)}", f"a whole number from 0 to {MOST_HOURS}")
    return None


def _pay(value: object, path: str, found: Findings) -> dict[str, str | int] | None:
    # A form sends words, a program minor units.
    if isinstance(value, str):
        words = value.upper().split()
        orders = permutations(words) if len(words) == 2 else ()  # noqa: PLR2004  (amount and currency)
        money = next((read_money(amount, currency) for amount, currency in orders if currency in EXPONENT_OF), None)
    else:
        said = as_object(value) or {}
        minor, currency = said.get("minor"), said.get("currency")
        is_read = said.keys() == {"minor", "currency"} and isinstance(currency, str) and currency in EXPONENT_OF
        is_amount = type(minor) is int and 0 <= minor < MOST_MINOR
        money = Money(cast("int", minor), str(currency)) if is_read and is_amount else None
    if money is not None:
        return {"minor": money.minor, "currency": money.currency}
    found.add(path, f"is {quoted(value)}", "an amount with its currency such as 25.50 USD, or minor units and currency")
    return None


def _list(value: object, path: str, field: Field, found: Findings) -> Iterator[str]:
    if not isinstance(value, (list, tuple)):
        found.add(path, f"is {quoted(value)}", f"a list of at most {MOST_LINES} texts")
        return
    rows = cast("Sequence[object]", value)
    if len(rows) > MOST_LINES:
        found.add(path, f"has {len(rows)} entries", f"at most {MOST_LINES}")
        return
    seen: set[str] = set()
    for position, row in enumerate(rows):
        where = f"{path}[{position}]"
        text = check_text(row, where, found, maximum=LONGEST_TEXT, one_line=field.kind is not Kind.LINES).strip()
        known = _known(text, field)
        if text and known is None:
            allowed = (
                "a code of ISO 3166-1 such as CH, or a name in English"
                if field.kind is Kind.COUNTRIES
                else _choices(field)
            )
            found.add(where, f"is {quoted(text)}", allowed)
        elif known and (known not in seen or field.kind is Kind.LINES):
            seen.add(known)
            yield known


def _known(text: str, field: Field) -> str | None:
    match field.kind:
        case Kind.COUNTRIES:
            return country_code(text) or None
        case Kind.CHOICES:
            return text if text in (field.choices or ()) else None
        case _:
            return text


# --- what holds between fields and between entries ---


def _check_period(entry: Entry, path: str, found: Findings) -> None:
    start, end = entry.get("startDate"), entry.get("endDate")
    if isinstance(start, str) and isinstance(end, str):
        # To the precision that both have: somebody who worked from 2024-05 to 2024 did not go back in time.
        common = min(len(start), len(end))
        if end[:common] < start[:common]:
            found.add(child(path, "endDate"), f"is {end}, before {start}", "a date that is not before the start")
    opens, closes = entry.get("start"), entry.get("end")
    if isinstance(opens, str) and isinstance(closes, str) and closes <= opens:
        found.add(child(path, "end"), f"is {closes}, not after {opens}", "a later time of the same day")


def _between(section: Section, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield what is wrong between entries that are each right in themselves."""
    match section.key:
        case "availability":
            yield from _overlapping(entries, ("day",), "start", "end", "availability")
        case "work":
            yield from _overlapping(entries, ("name", "position"), "startDate", "endDate", "work")
        case "languages":
            tags = [entry.get("tag") for entry in entries]
            for position, tag in enumerate(tags):
                if tag in tags[:position]:
                    yield Problem(f"languages[{position}].tag", f"repeats {tag}", "each language once")
        case _:
            return


def _overlapping(entries: Sequence[Entry], alike: Sequence[str], start: str, end: str, path: str) -> Iterator[Problem]:
    """Yield entries that tell of the same thing at the same time; an open end lasts until today."""
    rows = sorted(
        ([str(entry.get(key, "")) for key in alike], str(entry[start]), str(entry.get(end, "9")), position)
        for position, entry in enumerate(entries)
        if start in entry
    )
    for (what, _, until, _), (other, since, _, position) in pairwise(rows):
        if what == other and since < until[: len(since)]:
            yield Problem(
                f"{path}[{position}].{start}",
                f"is {since}, within another entry for {' '.join(what).strip()}",
                "times that do not overlap",
            )
