"""House rules: each has its number from the rule that is enforced, and a sentence that names it."""

from datetime import timedelta

import pytest

from rubrica.domain import active_time, application, engagement, house_rules, opening_check, review, time_claim
from rubrica.domain.house_rules import InstanceFacts

FACTS = InstanceFacts(
    timedelta(days=730), timedelta(days=7), timedelta(days=60), sends_mail=True, sign_up_is_open=False
)


def rules(facts=FACTS):
    return {rule.key: rule for rule in house_rules.house_rules(facts)}


def test_no_two_rules_have_one_name():
    assert len(rules()) == len(house_rules.house_rules(FACTS))


@pytest.mark.parametrize("key", rules())
def test_a_sentence_says_every_number_of_its_rule(key):
    rule = rules()[key]
    numbers = [number for number in (rule.value, rule.high) if number is not None]

    assert all(str(number) in rule.sentence() for number in numbers)
    assert "{" not in rule.sentence()
    assert rule.sentence().endswith(".")
    assert bool(rule.unit) is bool(numbers)


def test_the_numbers_are_those_that_the_product_obeys():
    found = {key: rule.value for key, rule in rules().items() if rule.value is not None}

    assert found["review.appeal"] == review.APPEAL_WITHIN.days
    assert found["time.claim_decision"] == time_claim.DECIDE_WITHIN
    assert found["time.contest"] == time_claim.CONTEST_WITHIN.days
    assert found["time.idle"] * 1_000 == active_time.IDLE_RANGE[0]
    assert found["application.decision"] == application.DECIDE_WITHIN.days
    assert found["application.appeal_decision"] == application.DECIDE_APPEAL_WITHIN
    assert found["application.offer"] == application.OFFER_STANDS.days
    assert found["engagement.notice"] == engagement.NOTICE.days
    assert found["engagement.pause"] == engagement.PAUSE_STANDS.days
    assert found["engagement.restriction"] == engagement.BLOCK_AT_MOST
    assert found["engagement.hearing"] == engagement.ANSWER_WITHIN.days
    assert found["engagement.decision"] == engagement.DECIDE_HEARING_WITHIN
    assert found["terms.answer"] == engagement.ANSWER_TERMS_WITHIN.days
    assert found["opening.decision"] == opening_check.MOST_DECISION_DAYS


def test_what_the_installation_sets_changes_the_rule():
    facts = InstanceFacts(
        timedelta(days=1), timedelta(days=2), timedelta(days=3), sends_mail=False, sign_up_is_open=True
    )
    other = rules(facts)

    assert [other[key].value for key in ("own.credential", "own.invitation", "time.kept")] == [1, 2, 3]
    assert "sends no mail" in other["own.news"].sentence()
    assert "Anybody" in other["own.account"].sentence()
