"""Eligibility: every rule says whether it is met, why, and how to come to meet it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.eligibility import Candidate, Rule, eligibility
from rubrica.domain.language import Level
from rubrica.domain.opening import Experience, Hours, LanguageNeed
from tests.domain.openings import IMAGE_EVALUATION, NOON, candidates, changed, openings

RITA = Candidate(country="DE", languages={"en-GB": Level.C1}, experience=Experience.ENTRY, hours=25)


def look(opening=IMAGE_EVALUATION, candidate=RITA, *, is_open=True, has_work=True, now=NOON):
    return eligibility(opening, candidate, is_open=is_open, has_work=has_work, now=now)


def missed(*arguments, **options):
    return [finding.rule for finding in look(*arguments, **options).missed]


def test_whoever_meets_every_rule_may_apply():
    assert look().is_eligible


@pytest.mark.parametrize(
    ("opening", "candidate", "rule"),
    [
        (changed(countries=("SG",)), RITA, Rule.COUNTRY),
        (changed(countries=("SG",)), Candidate(languages=RITA.languages, hours=25), Rule.COUNTRY),
        (changed(languages=(LanguageNeed("fr", Level.B2),)), RITA, Rule.LANGUAGE),
        (changed(languages=(LanguageNeed("en", Level.NATIVE),)), RITA, Rule.LANGUAGE),
        (changed(experience=Experience.EXPERT), RITA, Rule.EXPERIENCE),
        (changed(experience=Experience.INTERMEDIATE), Candidate(languages=RITA.languages, hours=25), Rule.EXPERIENCE),
        (changed(hours=Hours(30)), RITA, Rule.HOURS),
        (IMAGE_EVALUATION, Candidate(languages=RITA.languages), Rule.HOURS),
    ],
)
def test_a_rule_that_is_missed_says_why_and_what_to_do(opening, candidate, rule):
    found = look(opening, candidate)

    assert [finding.rule for finding in found.missed] == [rule]
    assert found.missed[0].why
    assert found.missed[0].how


def test_a_person_of_whom_nothing_is_known_is_told_what_to_say():
    found = look(changed(countries=("SG",), experience=Experience.EXPERT), Candidate())

    assert [finding.rule for finding in found.missed] == [Rule.COUNTRY, Rule.LANGUAGE, Rule.EXPERIENCE, Rule.HOURS]
    assert all("profile" in finding.how for finding in found.missed)


def test_what_is_not_said_keeps_nobody_out():
    silent = changed(countries=None, languages=(LanguageNeed("en"),), experience=None, hours=None, closes_at=None)

    assert missed(silent, Candidate(languages={"en": Level.A1})) == []


def test_applications_end_with_the_second():
    closes = IMAGE_EVALUATION.closes_at

    assert missed(now=closes - timedelta(seconds=1)) == []
    assert missed(now=closes) == [Rule.OPEN]
    assert missed(is_open=False) == [Rule.OPEN]


def test_recruiting_stops_while_there_is_not_enough_work():
    assert missed(has_work=False) == [Rule.WORK]


@given(openings, candidates, st.booleans(), st.booleans())
def test_one_is_eligible_when_nothing_is_missed_and_every_miss_says_how(opening, candidate, is_open, has_work):
    found = look(opening, candidate, is_open=is_open, has_work=has_work)

    assert found.is_eligible == (found.missed == ())
    assert all(finding.why for finding in found.findings)
    assert all(finding.how for finding in found.missed)


@given(openings, candidates, st.integers(0, 60))
def test_more_hours_never_cost_eligibility(opening, candidate, more):
    hours = candidate.hours or 0
    richer = Candidate(candidate.country, candidate.languages, candidate.experience, hours + more)

    if look(opening, candidate).is_eligible:
        assert look(opening, richer).is_eligible
