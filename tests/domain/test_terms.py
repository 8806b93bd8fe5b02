"""Terms: one document has one hash, what was agreed for a moment never changes, and a proposal is read to its end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.opening import Pay, PayBasis
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Role
from rubrica.domain.terms import (
    AgreedTerms,
    Rate,
    Terms,
    announced_rate,
    check_rate,
    holds_from,
    parse_rate,
    read_terms,
    terms_hash,
    terms_in_force,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TERMS = Terms(
    1, "Atelier", "Audit", "audit", Role.SPECIALIST, date(2026, 3, 2), "0" * 64, Rate(PayBasis.HOUR, 2_500, "EUR")
)


def test_the_hash_is_of_the_canonical_document():
    document = TERMS.as_json()
    assert read_terms(document) == TERMS
    assert terms_hash(dict(reversed(document.items()))) == terms_hash(document)
    assert terms_hash(document) == "e5600548b8ebb9432d49278cdc32c9b09c82ae5a1432cd7554b698f2ad901a0e"
    assert terms_hash({**document, "rate_minor": 2_501}) != terms_hash(document)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (Rate(PayBasis.HOUR, 2_500, "EUR"), "EUR 25.00 an hour"),
        (Rate(PayBasis.ITEM, 7, "USD"), "USD 0.07 for each item"),
        (Rate(PayBasis.ITEM, 125, "USD", 100), "USD 1.25 for 100 items"),
        (Rate(PayBasis.FIXED, 30_000, "JPY"), "JPY 30000 for the whole"),
    ],
)
def test_a_rate_in_words(rate, words):
    assert rate.in_words == words


moments = st.integers(0, 500_000).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(st.lists(st.tuples(moments, st.none() | moments), max_size=8), moments)
def test_what_is_agreed_later_never_changes_an_earlier_moment(accepted, asked):
    accepted.sort(key=lambda pair: pair[0])
    agreed: list[AgreedTerms] = []
    for number, (moment, wanted) in enumerate(accepted, start=1):
        before = [terms_in_force(agreed, at) for at in (asked, moment - timedelta(microseconds=1))]
        agreed.append(AgreedTerms(number, holds_from(wanted, moment)))
        assert terms_in_force(agreed, moment - timedelta(microseconds=1)) == before[1]
        if asked < moment:
            assert terms_in_force(agreed, asked) == before[0]
    begun = [terms.version for terms in agreed if terms.holds_from <= asked]
    assert terms_in_force(agreed, asked) == max(begun, default=None)


def test_a_later_agreement_takes_the_place_of_one_that_was_to_come():
    agreed = (
        AgreedTerms(1, NOW),
        AgreedTerms(2, NOW + timedelta(days=30)),
        AgreedTerms(3, NOW + timedelta(days=1)),
    )
    asked = [terms_in_force(agreed, NOW + timedelta(days=days)) for days in (-1, 0, 1, 31)]
    assert asked == [None, 1, 3, 3]


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_whatever_is_sent_is_read_to_its_end(payload):
    found = Findings()
    rate = parse_rate(payload, found)
    assert found or rate.rate_minor >= 0


def test_an_opening_announces_the_least():
    pay = Pay(PayBasis.ITEM, 100, 200, "USD", 10)
    assert announced_rate(pay, 20) == Rate(PayBasis.ITEM, 100, "USD", 10, 20)
    for offered, is_less in (((10, 1), False), ((9, 1), True), ((100, 10), False), ((999, 100), True)):
        found = Findings()
        check_rate(Rate(PayBasis.ITEM, offered[0], "USD", offered[1]), pay, NOW, found)
        assert bool(found) is is_less
    found = Findings()
    check_rate(Rate(PayBasis.HOUR, 1, "USD", valid_from=NOW), pay, NOW, found)
    assert not found
