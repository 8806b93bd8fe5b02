"""The match: points by name, and the same order for the same input."""

from hypothesis import given

from rubrica.domain.eligibility import Candidate
from rubrica.domain.language import Level
from rubrica.domain.money import Money
from rubrica.domain.opening import DataType, Experience, LabelType, LanguageNeed
from rubrica.domain.opening_match import POINTS, WORDS, MatchRule, match
from tests.domain.openings import IMAGE_EVALUATION, candidates, changed, openings

RITA = Candidate(
    country="DE",
    languages={"en": Level.C1},
    experience=Experience.INTERMEDIATE,
    hours=25,
    data_types=frozenset({DataType.IMAGE}),
    label_types=frozenset({LabelType.EVALUATION_RATING}),
    least_pay=Money(2_500, "USD"),
)


def test_all_rules_together_are_worth_a_hundred():
    assert match(IMAGE_EVALUATION, RITA).points == 100 == sum(POINTS.values())
    assert set(WORDS) == set(POINTS) == set(MatchRule)


def test_each_rule_is_lost_by_its_own_name():
    others = {
        MatchRule.DATA_TYPE: changed(data_type=DataType.AUDIO),
        MatchRule.LABEL_TYPE: changed(label_types=(LabelType.TRANSCRIPTION,)),
        MatchRule.PAY: changed(pay=None),
        MatchRule.LANGUAGE: changed(languages=(LanguageNeed("fr"),)),
        MatchRule.COUNTRY: changed(countries=("SG",)),
        MatchRule.EXPERIENCE: changed(experience=Experience.EXPERT),
        MatchRule.HOURS: changed(hours=None),
    }

    assert {rule: match(opening, RITA).misses for rule, opening in others.items()} == {rule: (rule,) for rule in others}


def test_nothing_is_assumed_of_somebody_unknown():
    assert match(IMAGE_EVALUATION, Candidate()).hits == (MatchRule.COUNTRY, MatchRule.EXPERIENCE)


@given(openings, candidates)
def test_every_rule_holds_or_is_missed_and_the_points_are_their_sum(opening, candidate):
    found = match(opening, candidate)

    assert set(found.hits) | set(found.misses) == set(MatchRule)
    assert not set(found.hits) & set(found.misses)
    assert found.points == sum(POINTS[rule] for rule in found.hits)
    assert match(opening, candidate) == found
