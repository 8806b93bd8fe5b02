"""Profiles: codes are checked, times cannot contradict each other, and what others see holds nobody's own words."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.eligibility import Candidate
from rubrica.domain.language import Level
from rubrica.domain.money import Money
from rubrica.domain.opening import DataType, Experience, LabelType
from rubrica.domain.profile import EMPTY, Profile, ProfileProblemsError, parse_profile

ZONES = available_timezones()


def parse(**sections):
    return parse_profile(sections, zones=ZONES)


def refused(**sections):
    with pytest.raises(ProfileProblemsError) as error:
        parse(**sections)
    return [(problem.field, problem.problem) for problem in error.value.problems]


def test_an_empty_profile_is_one():
    assert parse() == EMPTY
    assert parse(basics={}, languages=[]) == EMPTY
    assert (EMPTY.countries, EMPTY.languages, EMPTY.experience, EMPTY.level_in("en")) == ((), {}, None, None)


def test_what_matching_asks_can_be_read_from_it():
    profile = parse(
        basics={"countries": ["ch", "Germany", "CH"], "hours_per_week": 20, "experience": "expert", "time_zone": "UTC"},
        languages=[{"tag": "de_ch", "reading": "NATIVE", "writing": "C1"}, {"tag": "en", "reading": "B2"}],
        annotation={"data_types": ["image"], "label_types": ["preference"], "tools": ["cvat"]},
    )

    assert profile.countries == ("CH", "DE")
    assert (profile.hours_per_week, profile.experience, profile.time_zone) == (20, "expert", "UTC")
    assert profile.languages == {"de-CH": "C1", "en": "B2"}
    assert (profile.level_in("de"), profile.level_in("en-GB"), profile.level_in("fr")) == ("C1", "B2", None)
    assert profile.candidate() == Candidate(
        country="CH",
        languages={"de-CH": Level.C1, "en": Level.B2},
        experience=Experience.EXPERT,
        hours=20,
        data_types=frozenset({DataType.IMAGE}),
        label_types=frozenset({LabelType.PREFERENCE}),
    )
    assert EMPTY.candidate() == Candidate()


@pytest.mark.parametrize(
    "said", ["25.50 USD", "usd 25.5", {"minor": 2_550, "currency": "USD"}], ids=["words", "turned round", "minor units"]
)
def test_the_least_pay_is_kept_in_minor_units_and_serves_the_match_alone(said):
    profile = parse(basics={"least_pay": said, "countries": ["CH"]})

    assert profile.declared["basics"] == [{"countries": ["CH"], "least_pay": {"minor": 2_550, "currency": "USD"}}]
    assert profile.candidate().least_pay == Money(2_550, "USD")
    assert profile.masked() == profile.handed_on() == {"basics": [{"countries": ["CH"]}]}
    assert parse(**profile.declared) == profile


def test_a_language_without_a_level_claims_none():
    assert parse(languages=[{"tag": "fr"}]).level_in("fr") is None


@pytest.mark.parametrize(
    ("sections", "fields"),
    [
        ({"basics": {"countries": ["XX"]}}, ["basics.countries[0]"]),
        ({"basics": {"countries": "CH"}}, ["basics.countries"]),
        ({"basics": {"countries": [7]}}, ["basics.countries[0]"]),
        ({"basics": {"time_zone": "Mars/Olympus"}}, ["basics.time_zone"]),
        ({"basics": {"time_zone": "../etc/passwd"}}, ["basics.time_zone"]),
        ({"basics": {"hours_per_week": 169}}, ["basics.hours_per_week"]),
        ({"basics": {"hours_per_week": True}}, ["basics.hours_per_week"]),
        ({"basics": {"hours_per_week": "many"}}, ["basics.hours_per_week"]),
        ({"basics": {"least_pay": "25"}}, ["basics.least_pay"]),
        ({"basics": {"least_pay": "25.505 USD"}}, ["basics.least_pay"]),
        ({"basics": {"least_pay": "25 shells"}}, ["basics.least_pay"]),
        ({"basics": {"least_pay": {"minor": -1, "currency": "USD"}}}, ["basics.least_pay"]),
        ({"basics": {"least_pay": {"minor": 25.5, "currency": "USD"}}}, ["basics.least_pay"]),
        ({"basics": {"least_pay": {"minor": 25, "currency": ["USD"]}}}, ["basics.least_pay"]),
        ({"basics": {"least_pay": {"minor": 25, "currency": "USD", "per": "day"}}}, ["basics.least_pay"]),
        ({"basics": {"url": "javascript:alert(1)"}}, ["basics.url"]),
        ({"basics": {"url": "https://"}}, ["basics.url"]),
        ({"basics": {"url": "https://[::"}}, ["basics.url"]),
        ({"basics": {"email": "nobody"}}, ["basics.email"]),
        ({"basics": {"summary": "a\x00b"}}, ["basics.summary"]),
        ({"basics": {"summary": "a" * 5_001}}, ["basics.summary"]),
        ({"basics": {"rank": 1}}, ["basics.rank"]),
        ({"basics": [{}, {}]}, ["basics"]),
        ({"basics": 3}, ["basics"]),
        ({"languages": ["de"]}, ["languages[0]"]),
        ({"languages": [{"tag": "xx-zz"}]}, ["languages[0].tag"]),
        ({"languages": [{"tag": "<script>"}]}, ["languages[0].tag"]),
        ({"languages": [{"tag": "en-" + "a" * 400}]}, ["languages[0].tag"]),
        ({"languages": [{"reading": "C1"}]}, ["languages[0].tag"]),
        ({"languages": [{"tag": "de", "reading": "D1"}]}, ["languages[0].reading"]),
        ({"languages": [{"tag": "de"}, {"tag": "de_DE"}, {"tag": "DE"}]}, ["languages[2].tag"]),
        ({"languages": [{"tag": "de"}] * 101}, ["languages"]),
        ({"skills": [{"name": "Maths", "keywords": ["a"] * 51}]}, ["skills[0].keywords"]),
        ({"annotation": {"tools": ["hammer"]}}, ["annotation.tools[0]"]),
        (
            {"availability": [{"day": "mon", "start": "25:00", "end": "26:00"}]},
            ["availability[0].start", "availability[0].end"],
        ),
        ({"work": [{"name": "A", "startDate": "2024-13"}]}, ["work[0].startDate"]),
        ({"hobbies": []}, ["hobbies"]),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_named_with_its_place(sections, fields):
    assert [field for field, _problem in refused(**sections)] == fields


def test_a_profile_that_is_no_object_is_refused():
    with pytest.raises(ProfileProblemsError):
        parse_profile([], zones=ZONES)


def test_times_that_are_reversed_or_overlap_are_refused():
    monday = {"day": "mon", "start": "09:00", "end": "12:00"}

    assert refused(availability=[{**monday, "end": "08:00"}]) == [("availability[0].end", "is 08:00, not after 09:00")]
    assert [field for field, _ in refused(availability=[{**monday, "start": "11:00", "end": "13:00"}, monday])] == [
        "availability[0].start"
    ]
    parse(availability=[monday, {**monday, "day": "tue"}, {**monday, "start": "12:00", "end": "24:00"}])


def test_dates_that_are_reversed_are_refused_to_the_precision_that_both_have():
    assert refused(work=[{"name": "A", "startDate": "2024-05", "endDate": "2023"}]) == [
        ("work[0].endDate", "is 2023, before 2024-05")
    ]
    parse(work=[{"name": "A", "startDate": "2024-05", "endDate": "2024"}])


def test_one_position_cannot_be_held_twice_at_once_but_two_can():
    first = {"name": "A", "position": "Rater", "startDate": "2020", "endDate": "2022-06"}

    assert [field for field, _ in refused(work=[first, {**first, "startDate": "2021-03"}])] == ["work[1].startDate"]
    assert [
        field for field, _ in refused(work=[{**first, "endDate": ""}, {**first, "startDate": "2024", "endDate": ""}])
    ] == ["work[1].startDate"]
    parse(
        work=[first, {**first, "position": "Lead", "startDate": "2021"}, {**first, "startDate": "2023", "endDate": ""}]
    )


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(str.strip)


@given(WORDS, WORDS, WORDS)
def test_the_masked_profile_holds_no_word_of_the_persons_own(summary, employer, skill):
    profile = parse(
        basics={"summary": summary, "name": employer, "city": skill, "countries": ["CH"], "email": "a@example.org"},
        languages=[{"tag": "de", "reading": "C1", "fluency": skill}],
        work=[{"name": employer}],
        skills=[{"name": skill}],
        references=[{"name": employer, "reference": summary}],
        profiles=[{"network": skill}],
    )

    assert profile.masked() == {"basics": [{"countries": ["CH"]}], "languages": [{"tag": "de", "reading": "C1"}]}


def test_reading_what_was_read_changes_nothing():
    profile = parse(basics={"label": " Rater ", "summary": "é"}, languages=[{"tag": "de_ch"}])

    assert parse_profile(profile.declared, zones=ZONES) == profile
    assert profile == Profile({"basics": [{"label": "Rater", "summary": "é"}], "languages": [{"tag": "de-CH"}]})
