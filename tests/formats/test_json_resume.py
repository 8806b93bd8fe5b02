"""JSON Resume: valid by its own schema, lossless there and back, and refused in words where it cannot be read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.profile import ProfileProblemsError, parse_profile
from rubrica.domain.vocabulary import DATA_TYPES, DAYS, TOOLS
from rubrica.formats.json_resume import MOST_BYTES, ResumeError, VerifiedWork, read_resume, write_resume

SCHEMA = Path(__file__).parents[2] / "frontend/workbench/node_modules/@jsonresume/schema/schema.json"
ZONES = available_timezones()
MOMENT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PERIOD = {"startDate": "2020-02", "endDate": "2022"}
# Everything that the schema names, with a value each.
WHOLE = {
    "basics": {
        "name": "Ada Núñez",
        "label": "Rater of images",
        "image": "https://example.org/ada.png",
        "email": "ada@example.org",
        "phone": "+41 44 123 45 67",
        "url": "https://example.org/ada",
        "summary": "Two\nlines of <b>text</b>.",
        "location": {
            "address": "Street 1",
            "postalCode": "8000",
            "city": "Zürich",
            "countryCode": "CH",
            "region": "ZH",
        },
        "profiles": [{"network": "Mastodon", "username": "ada", "url": "https://example.org/@ada"}],
    },
    "work": [
        {
            "name": "Studio",
            "location": "Zürich",
            "description": "Makes images",
            "position": "Rater",
            "url": "https://example.org",
            **PERIOD,
            "summary": "Rated.",
            "highlights": ["One", "Two"],
        }
    ],
    "volunteer": [
        {
            "organization": "Museum",
            "position": "Guide",
            "url": "https://example.org",
            **PERIOD,
            "summary": "Led.",
            "highlights": ["A"],
        }
    ],
    "education": [
        {
            "institution": "School",
            "url": "https://example.org",
            "area": "Art",
            "studyType": "BA",
            **PERIOD,
            "score": "5.5",
            "courses": ["Light"],
        }
    ],
    "awards": [{"title": "Prize", "date": "2021-05-17", "awarder": "Jury", "summary": "For eyes."}],
    "certificates": [{"name": "Colour", "date": "2021", "url": "https://example.org/c", "issuer": "Lab"}],
    "publications": [
        {
            "name": "On seams",
            "publisher": "Press",
            "releaseDate": "2022-01",
            "url": "https://example.org/p",
            "summary": "Short.",
        }
    ],
    "skills": [{"name": "Retouching", "level": "Master", "keywords": ["masks"]}],
    "languages": [{"language": "German", "fluency": "Native speaker"}, {"language": "English", "fluency": "C1"}],
    "interests": [{"name": "Birds", "keywords": ["owls"]}],
    "references": [{"name": "Bo", "reference": "Careful."}],
    "projects": [
        {
            "name": "Atlas",
            "description": "Of errors",
            "highlights": ["h"],
            "keywords": ["k"],
            **PERIOD,
            "url": "https://example.org/a",
            "roles": ["Lead"],
            "entity": "Studio",
            "type": "book",
        }
    ],
    "meta": {"canonical": "https://example.org/cv.json", "version": "v2.0.0", "lastModified": "2025-12-24T15:53:00"},
}


def through(resume):
    read = read_resume(json.dumps(resume).encode())
    profile = parse_profile(read.declared, zones=ZONES)
    return profile, read.left_out, write_resume(profile, "Somebody", changed_at=MOMENT)


def missing(before, after, path=""):
    """Yield what stands in one document and not in the same place of the other."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            yield from missing(value, after.get(key), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from missing(one, other, f"{path}[{position}]")
    elif before != after:
        yield path


@pytest.fixture(scope="module")
def schema():
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))


def test_the_sample_has_everything_that_the_schema_names(schema):
    schema.validate(WHOLE)
    named = json.loads(SCHEMA.read_text())["properties"]
    for section, part in named.items():
        if section != "$schema":
            fields = part.get("items", part)["properties"]
            sample = WHOLE[section][0] if isinstance(WHOLE[section], list) else WHOLE[section]
            assert set(sample) == set(fields), section


def test_a_json_resume_loses_nothing_on_the_way_there_and_back(schema):
    _profile, left_out, written = through(WHOLE)
    schema.validate(written)

    assert left_out == ()
    assert list(missing(WHOLE, written)) == []
    assert through(written)[2] == written


def test_levels_are_read_from_what_others_write():
    profile, _left, _written = through(WHOLE)

    assert profile.languages == {"de": "NATIVE", "en": "C1"}


LINE = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(str.strip)
HOUR = {"start": st.just("09:00"), "end": st.just("10:00")}
KEYS = st.sampled_from([*WHOLE, "rubrica", "name", "location", "profiles", "language"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part, max_size=4),
    max_leaves=12,
)
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "basics": st.fixed_dictionaries(
            {},
            optional={
                "label": LINE,
                "countries": st.lists(st.sampled_from(["CH", "DE", "BR"]), unique=True),
                "time_zone": st.sampled_from(["UTC", "Europe/Zurich"]),
                "hours_per_week": st.integers(0, 80),
                "experience": st.sampled_from(["entry", "expert"]),
                "city": LINE,
            },
        ),
        "languages": st.lists(
            st.fixed_dictionaries(
                {"tag": st.sampled_from(["de-CH", "en", "zh-Hant-TW"])},
                optional={"reading": st.sampled_from(["A1", "C2"]), "writing": st.sampled_from(["B1", "NATIVE"])},
            ),
            unique_by=lambda entry: entry["tag"],
        ),
        "availability": st.lists(
            st.fixed_dictionaries({"day": st.sampled_from(list(DAYS)), **HOUR}),
            unique_by=lambda entry: entry["day"],
        ),
        "annotation": st.fixed_dictionaries(
            {
                "data_types": st.lists(st.sampled_from(list(DATA_TYPES)), unique=True),
                "tools": st.lists(st.sampled_from(list(TOOLS)), unique=True),
            }
        ),
        "skills": st.lists(st.fixed_dictionaries({"name": LINE, "keywords": st.lists(LINE, max_size=3)}), max_size=3),
        "profiles": st.lists(st.fixed_dictionaries({"network": LINE}), max_size=2),
    },
)


@given(PROFILES)
def test_a_profile_is_the_same_after_it_was_written_and_read(declared):
    profile = parse_profile(declared, zones=ZONES)
    written = write_resume(profile, "", changed_at=None)
    read = read_resume(json.dumps(written).encode())

    assert read.left_out == ()
    assert parse_profile(read.declared, zones=ZONES) == profile


def test_every_entry_says_where_it_comes_from_and_what_is_verified_does_not_come_back_as_declared(schema):
    work = VerifiedWork("Atelier", "Specialist", "2026-01-02", "", "120 items", "https://rubrica.example.org/verify/")
    written = write_resume(through(WHOLE)[0], "", changed_at=MOMENT, verified=[work])
    schema.validate(written)

    assert [entry["provenance"] for entry in written["work"]] == ["self-declared", "verified"]
    assert written["work"][1]["evidence"] == "https://rubrica.example.org/verify/"
    assert written["basics"]["provenance"] == "self-declared"
    assert all(entry["provenance"] == "self-declared" for entry in written["languages"] + written["skills"])
    assert len(through(written)[0].declared["work"]) == 1


def test_what_a_profile_has_no_room_for_is_named():
    resume = {"basics": {"name": "Ada", "pronouns": "she"}, "work": [{"name": "A", "salary": 1}], "x-own": {}}

    assert through(resume)[1] == ("basics.pronouns", "work[0].salary", "x-own")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b'{"work": {}}',
        b'{"work": [7]}',
        b'{"basics": []}',
        b'{"basics": {"location": 7}}',
        b'{"meta": {"rubrica": 7}}',
        b'{"meta": {"rubrica": {"availability": [7]}}}',
        b'{"languages": [{"language": "Elvish"}]}',
        b'{"languages": [{"rubrica": 7}]}',
        b'{"basics": {}, "basics": {}}',
        b'{"basics": {"name": "\\ud800"}}',
        b"[" * 100_000,
        b'{"a": "' + b"a" * MOST_BYTES + b'"}',
        b"\xff\xfe",
    ],
    ids=lambda data: data[:40].decode("latin-1"),
)
def test_what_is_no_json_resume_is_refused_in_words(data):
    with pytest.raises(ResumeError) as error:
        read_resume(data)

    assert all(problem.problem and problem.allowed for problem in error.value.problems)


@pytest.mark.parametrize(
    ("resume", "field"),
    [
        ({"basics": {"url": "javascript:alert(1)"}}, "basics[0].url"),
        ({"basics": {"image": "data:image/svg+xml,<svg onload=alert(1)>"}}, "basics[0].image"),
        ({"basics": {"location": {"countryCode": "Narnia"}}}, "basics[0].countries[0]"),
        ({"work": [{"name": "A", "startDate": "2024", "endDate": "2020"}]}, "work[0].endDate"),
        ({"basics": {"name": ["Ada"]}}, "basics[0].name"),
    ],
    ids=str,
)
def test_what_it_says_is_checked_like_everything_that_is_typed(resume, field):
    with pytest.raises(ProfileProblemsError) as error:
        through(resume)

    assert [problem.field for problem in error.value.problems] == [field]


@given(ANYTHING)
def test_nothing_makes_the_reader_stumble(value):
    try:
        through(value)
    except (ResumeError, ProfileProblemsError):
        pass
    except json.JSONDecodeError:
        pytest.fail("an error of the decoder came through")
