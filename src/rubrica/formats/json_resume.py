"""JSON Resume (version 1 of its schema): a profile written for others to read, and theirs read back.

Nothing that the schema names is lost on the way there and back. What only Rubrica knows stands where the schema leaves
room: beside a language, and under ``meta.rubrica``. Every entry says where it comes from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from rubrica.domain.language import Level, language_name, language_tag
from rubrica.domain.problems import Problem, ProblemsError, as_array, as_object, child, quoted
from rubrica.domain.profile import Entry, Profile
from rubrica.domain.profile_sections import SECTION_OF
from rubrica.formats.strict_json import MalformedJsonError, loads

SCHEMA: Final = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
MOST_BYTES: Final = 1_000_000
SELF_DECLARED: Final = "self-declared"
VERIFIED: Final = "verified"

_LISTS: Final = (
    "work",
    "volunteer",
    "education",
    "awards",
    "certificates",
    "publications",
    "skills",
    "interests",
    "references",
    "projects",
)
_PLACE: Final = ("address", "postalCode", "city", "region")
_BASICS: Final = ("name", "label", "image", "email", "phone", "url", "summary")
_OURS: Final = ("countries", "time_zone", "hours_per_week", "experience")
_META: Final = ("canonical", "version", "lastModified")
_SKILLS: Final = ("reading", "writing", "listening", "speaking")
_MARKS: Final = frozenset({"provenance", "evidence", "rubrica"})
"""What Rubrica adds to entries of the schema."""
_CEFR: Final = re.compile(r"(?<![A-Za-z0-9])([ABC][12])(?![A-Za-z0-9])")
_NATIVE: Final = re.compile(r"\b(?:native|mother tongue|bilingual)\b", re.IGNORECASE)


class ResumeError(ProblemsError):
    """A file is no JSON Resume that can be read; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class ReadResume:
    """A file that was read: sections of a profile, not yet checked, and what there is no room for."""

    declared: dict[str, list[object]]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifiedWork:
    """An engagement that Rubrica itself has seen."""

    name: str
    position: str
    start: str
    end: str
    summary: str
    evidence: str


@dataclass(slots=True)
class _Reading:
    found: list[Problem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def object_at(self, value: object, path: str) -> Mapping[str, object]:
        body = as_object(value)
        if body is None:
            self.found.append(Problem(path, f"is {quoted(value)}", "an object, as JSON Resume has it"))
        return body or {}

    def entries_of(self, value: object, path: str) -> Iterator[tuple[str, Mapping[str, object]]]:
        array = as_array(value)
        if array is None:
            self.found.append(Problem(path, f"is {quoted(value)}", "a list, as JSON Resume has it"))
        for position, entry in enumerate(array or ()):
            where = f"{path}[{position}]"
            yield where, self.object_at(entry, where)

    def kept(self, body: Mapping[str, object], known: Sequence[str], path: str) -> dict[str, object]:
        """Return what is known of an object and note the rest."""
        self.left_out += [child(path, key) for key in body if key not in known and key not in _MARKS]
        return {key: body[key] for key in known if body.get(key) is not None}


def read_resume(data: bytes) -> ReadResume:
    """Read a file.

    Raises
    ------
    ResumeError
        It is no JSON, too long, or not shaped like a JSON Resume.
    """
    try:
        value = loads(data, most_bytes=MOST_BYTES)
    except MalformedJsonError as error:
        allowed = f"a JSON Resume of at most {MOST_BYTES:,} bytes"
        raise ResumeError([Problem("", str(error), allowed)]) from error
    reading = _Reading()
    body = reading.object_at(value, "")
    declared: dict[str, list[object]] = {}
    for key, part in body.items():
        if part is None or key == "$schema":
            continue
        for section, entries in _section(key, part, reading):
            declared.setdefault(section, []).extend(entries)
    declared = _joined(declared)
    if reading.found:
        raise ResumeError(reading.found)
    return ReadResume(declared, tuple(reading.left_out))


def _section(key: str, part: object, reading: _Reading) -> Iterator[tuple[str, list[object]]]:
    """Yield the sections that one key of a JSON Resume holds, with their entries."""
    if key == "basics":
        yield from _read_basics(reading.object_at(part, "basics"), reading)
    elif key == "meta":
        yield from _read_meta(reading.object_at(part, "meta"), reading)
    elif key == "languages":
        yield "languages", [_read_language(entry, path, reading) for path, entry in reading.entries_of(part, key)]
    elif key in _LISTS:
        known = [field.key for field in SECTION_OF[key].fields]
        # What Rubrica has verified is a record of its own and does not become a declaration by coming back.
        rows = [row for row in reading.entries_of(part, key) if row[1].get("provenance") != VERIFIED]
        yield key, [reading.kept(entry, known, path) for path, entry in rows]
    else:
        reading.left_out.append(child("", key))


def _read_basics(body: Mapping[str, object], reading: _Reading) -> Iterator[tuple[str, list[object]]]:
    basics = reading.kept({key: body[key] for key in body if key not in {"location", "profiles"}}, _BASICS, "basics")
    if body.get("location") is not None:
        place = reading.object_at(body["location"], "basics.location")
        basics |= reading.kept(place, (*_PLACE, "countryCode"), "basics.location")
        code = basics.pop("countryCode", None)
        if code:
            basics["countries"] = [code]
    yield "basics", [basics]
    if body.get("profiles") is not None:
        known = [field.key for field in SECTION_OF["profiles"].fields]
        rows = reading.entries_of(body["profiles"], "basics.profiles")
        yield "profiles", [reading.kept(entry, known, path) for path, entry in rows]


def _read_meta(body: Mapping[str, object], reading: _Reading) -> Iterator[tuple[str, list[object]]]:
    yield "meta", [reading.kept(body, _META, "meta")]
    ours = reading.object_at(body.get("rubrica", {}), "meta.rubrica")
    yield "basics", [{key: ours[key] for key in _OURS if key in ours}]
    for section in ("availability", "annotation"):
        if section in ours:
            rows = reading.entries_of(ours[section], f"meta.rubrica.{section}")
            yield section, [dict(entry) for _path, entry in rows]


def _read_language(entry: Mapping[str, object], path: str, reading: _Reading) -> dict[str, object]:
    if "rubrica" in entry:
        return dict(reading.object_at(entry["rubrica"], f"{path}.rubrica"))
    said = reading.kept(entry, ("language", "fluency"), path)
    name, fluency = str(said.get("language", "")), str(said.get("fluency", ""))
    tag = language_tag(name)
    if not tag:
        allowed = "a language by its English name or its tag of BCP 47"
        reading.found.append(Problem(f"{path}.language", f"is {quoted(name)}", allowed))
    level = _CEFR.search(fluency)
    known = level[1] if level else Level.NATIVE.value if _NATIVE.search(fluency) else None
    return {"tag": tag, **(dict.fromkeys(_SKILLS, known) if known else {}), **said}


def _joined(declared: Mapping[str, list[object]]) -> dict[str, list[object]]:
    """Return the sections with what belongs to the one entry of a section put together."""
    joined: dict[str, list[object]] = {}
    for section, entries in declared.items():
        if SECTION_OF[section].is_single:
            whole: dict[str, object] = {}
            for entry in entries:
                whole |= cast("dict[str, object]", entry)
            if whole:
                joined[section] = [whole]
        elif entries:
            joined[section] = entries
    return joined


# --- writing ---


def write_resume(
    profile: Profile, name: str, *, changed_at: datetime | None, verified: Sequence[VerifiedWork] = ()
) -> dict[str, object]:
    """Return a profile as a JSON Resume.

    Parameters
    ----------
    profile
        What the person declared.
    name
        What the person is called, where the profile does not say.
    changed_at
        When the profile was last changed.
    verified
        Engagements that Rubrica has seen; they follow those that the person declared.
    """
    declared = profile.declared
    resume: dict[str, object] = {"$schema": SCHEMA, "basics": _basics(profile, name)}
    for section in _LISTS:
        if section in declared:
            resume[section] = [{**entry, "provenance": SELF_DECLARED} for entry in declared[section]]
    if verified:
        work = cast("list[object]", resume.get("work", []))
        resume["work"] = [*work, *(_engagement(row) for row in verified)]
    if "languages" in declared:
        resume["languages"] = [_language(entry) for entry in declared["languages"]]
    resume["meta"] = _meta(profile, changed_at)
    return resume


def _first(profile: Profile, section: str) -> Entry:
    entries = profile.declared.get(section)
    return entries[0] if entries else {}


def _basics(profile: Profile, name: str) -> dict[str, object]:
    entry = _first(profile, "basics")
    basics: dict[str, object] = {key: entry[key] for key in _BASICS if key in entry}
    basics.setdefault("name", name)
    place: dict[str, object] = {key: entry[key] for key in _PLACE if key in entry}
    if profile.countries:
        place["countryCode"] = profile.countries[0]
    if place:
        basics["location"] = place
    if "profiles" in profile.declared:
        basics["profiles"] = [{**row, "provenance": SELF_DECLARED} for row in profile.declared["profiles"]]
    return {**basics, "provenance": SELF_DECLARED}


def _language(entry: Entry) -> dict[str, object]:
    levels = {skill: str(entry[skill]) for skill in _SKILLS if skill in entry}
    if len(levels) == len(_SKILLS) and len(set(levels.values())) == 1:
        composed = levels["reading"]
    else:
        composed = ", ".join(f"{skill} {level}" for skill, level in levels.items()).capitalize()
    fluency = entry.get("fluency", composed)
    return {
        "language": entry.get("language", language_name(str(entry["tag"]))),
        **({"fluency": fluency} if fluency else {}),
        "rubrica": entry,
        "provenance": SELF_DECLARED,
    }


def _engagement(row: VerifiedWork) -> dict[str, object]:
    said = {
        "name": row.name,
        "position": row.position,
        "startDate": row.start,
        "endDate": row.end,
        "summary": row.summary,
        "evidence": row.evidence,
    }
    return {**{key: value for key, value in said.items() if value}, "provenance": VERIFIED}


def _meta(profile: Profile, changed_at: datetime | None) -> dict[str, object]:
    ours = {key: value for key, value in _first(profile, "basics").items() if key in _OURS}
    for section in ("availability", "annotation"):
        if section in profile.declared:
            ours[section] = cast("list[str]", profile.declared[section])
    meta: dict[str, object] = dict(_first(profile, "meta"))
    if changed_at is not None:
        meta.setdefault("lastModified", f"{changed_at:%Y-%m-%dT%H:%M:%SZ}")
    return {**meta, "rubrica": {**ours, "provenance": SELF_DECLARED}}
