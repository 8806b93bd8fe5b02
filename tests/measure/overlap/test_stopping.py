"""Rules that stop asking: when they do, what limits and audits change, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.measure.errors import (
    ColumnShapeError,
    ConfidenceError,
    CostError,
    NoRatingsError,
    NotNumericError,
    OverlapError,
    TargetError,
    UnknownUnitError,
)
from rubrica.measure.overlap.standing import no_labels, posterior, rates_by_skill, with_labels
from rubrica.measure.overlap.stopping import (
    FarAhead,
    NotWorthMore,
    Policy,
    SureEnough,
    audit_sample,
    decide,
    policy_error,
)

EQUAL = rates_by_skill(np.arange(9), np.full(9, 80), np.full(9, 100), [0, 1])
RULES = pytest.mark.parametrize("rule", [SureEnough(0.9), FarAhead(1.0), NotWorthMore(0.01)])


def standing_at(*labels):
    """Return items 0, 1, ... with the given labels, by equally skilled raters."""
    units = np.repeat(np.arange(len(labels)), [len(each) for each in labels])
    raters = np.concatenate([np.arange(len(each)) for each in labels])
    return with_labels(no_labels(EQUAL, np.arange(len(labels))), EQUAL, units, raters, np.concatenate(labels))


def enough(rule, *labels):
    return rule.enough(standing_at(*labels), EQUAL).tolist()


# --- the rules


def test_a_sure_leader_is_enough_and_an_unsure_one_is_not():
    standing = standing_at([1, 1, 1], [1, 1, 0])
    sure = posterior(standing, EQUAL).max(axis=0)

    assert SureEnough(0.9).enough(standing, EQUAL).tolist() == [True, False]
    assert SureEnough(float(sure[0])).enough(standing, EQUAL)[0]


def test_a_lead_is_enough_beyond_the_root_of_the_number_of_labels():
    assert enough(FarAhead(1.0), [1], [1, 1], [1, 1, 1, 0], [1, 1, 1, 1, 0]) == [False, True, False, True]


def test_an_allowance_gives_up_on_items_that_raters_are_split_on():
    split = [1, 1, 1, 1, 0, 0, 0, 0]

    assert enough(FarAhead(2.0), split) == [False]
    assert enough(FarAhead(2.0, allowance=0.8), split) == [True]


def test_the_votes_of_better_raters_put_a_category_further_ahead():
    rates = rates_by_skill([1, 2, 3], [95, 95, 30], [100] * 3, [0, 1])
    standing = with_labels(no_labels(rates, [7, 8]), rates, [7, 7, 7, 8, 8, 8], [1, 2, 3] * 2, [1, 1, 0, 1, 0, 1])

    assert FarAhead(0.7).enough(standing, rates).tolist() == [True, False]
    assert enough(FarAhead(0.7), [1, 1, 0], [1, 0, 1]) == [False, False]


def test_labels_that_cost_more_than_they_gain_are_not_bought():
    assert enough(NotWorthMore(0.001), [1, 0], [1, 1, 1, 1, 1, 1]) == [False, True]
    assert enough(NotWorthMore(0.5), [1, 0]) == [True]


def test_looking_one_label_ahead_misses_what_two_are_worth():
    assert enough(NotWorthMore(0.01, ahead=1), [1]) == [True]
    assert enough(NotWorthMore(0.01, ahead=2), [1]) == [False]


def test_labels_for_nothing_are_bought_until_they_cannot_change_anything():
    assert enough(NotWorthMore(0.0, ahead=3), [1, 1], [1, 1, 1, 1]) == [False, True]


@RULES
@settings(max_examples=20)
@given(labels=st.lists(st.integers(0, 1), min_size=1, max_size=9))
def test_rules_treat_categories_alike_where_raters_do(rule, labels):
    mirrored = [1 - label for label in labels]

    first, second = enough(rule, labels, mirrored)

    assert first == second


# --- limits and audits


@RULES
def test_no_item_stops_below_the_least_nor_goes_on_at_the_most(rule):
    found = decide(Policy(rule, least=4, most=6), standing_at([1, 1, 1], [1, 1, 1, 1], [1, 0] * 3), EQUAL)

    assert found.stop.tolist() == [False, True, True]
    assert found.by_rule.tolist() == [False, True, False]


def test_without_a_rule_every_item_gets_the_most():
    found = decide(Policy(None, least=1, most=3), standing_at([1, 1], [1, 1, 0]), EQUAL)

    assert found.stop.tolist() == [False, True]


def test_an_audited_item_goes_on_to_the_most():
    standing = standing_at([1, 1, 1], [0, 0, 0], [1, 1, 1, 1])

    found = decide(Policy(SureEnough(0.9), least=2, most=4), standing, EQUAL, audited=[0, 2])

    assert found.stop.tolist() == [False, True, True]
    assert found.by_rule.tolist() == [True, True, True]
    assert found.consensus.tolist() == [1.0, 0.0, 1.0]


def test_an_audited_item_must_be_one_of_the_items():
    with pytest.raises(UnknownUnitError, match="Audited item 5"):
        decide(Policy(SureEnough(0.9), least=2, most=4), standing_at([1, 1]), EQUAL, audited=[0, 5])


def test_an_audit_is_a_random_share_of_the_items_and_depends_on_nothing_else():
    units = np.arange(200) * 3
    drawn = audit_sample(units, 0.05, np.random.default_rng(7))
    again = audit_sample(np.repeat(units[::-1], 2), 0.05, np.random.default_rng(7))

    assert drawn.tolist() == again.tolist()
    assert len(set(drawn.tolist())) == 10
    assert set(drawn.tolist()) <= set(units.tolist())


def test_the_audit_of_a_few_items_is_one_item():
    assert len(audit_sample([4, 9], 0.05, np.random.default_rng(7))) == 1


def test_every_item_is_audited_equally_often():
    generator = np.random.default_rng(7)
    counts = np.bincount(np.concatenate([audit_sample(np.arange(20), 0.25, generator) for _ in range(2_000)]))

    assert counts == pytest.approx(np.full(20, 500.0), abs=90)


def test_the_error_of_a_policy_is_the_share_that_the_full_overlap_would_have_answered_otherwise():
    found = policy_error([1, 1, 0, 0, 1], [1, 1, 0, 1, 1])

    assert (found.share, found.n_units) == (0.2, 5)
    assert found.ci_low < 0.2 < found.ci_high


def test_the_interval_of_the_error_covers_the_error_of_all_items():
    generator = np.random.default_rng(11)
    wrong = np.arange(1_000) < 80
    covered = 0
    for _ in range(1_000):
        audited = audit_sample(np.arange(1_000), 0.1, generator)
        found = policy_error(wrong[audited].astype(float), np.zeros(len(audited)))
        covered += found.ci_low <= 0.08 <= found.ci_high
    print(f"coverage of the audited error, nominal 95 %: {covered / 1_000:.3f}")  # noqa: T201  (what was found)

    assert 0.93 < covered / 1_000 < 0.99


# --- refusals


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: SureEnough(1.0), ConfidenceError),
        (lambda: SureEnough(0.0), ConfidenceError),
        (lambda: SureEnough(95), ConfidenceError),
        (lambda: FarAhead(-1.0), CostError),
        (lambda: FarAhead(1.0, allowance=np.nan), CostError),
        (lambda: NotWorthMore(-0.1), CostError),
        (lambda: NotWorthMore(0.1, ahead=0), OverlapError),
        (lambda: Policy(SureEnough(0.9), least=0, most=3), OverlapError),
        (lambda: Policy(SureEnough(0.9), least=4, most=3), OverlapError),
        (lambda: audit_sample([1, 2], 1.0, np.random.default_rng(1)), TargetError),
        (lambda: audit_sample([1, 2], 0.0, np.random.default_rng(1)), TargetError),
        (lambda: audit_sample([], 0.5, np.random.default_rng(1)), NoRatingsError),
        (lambda: audit_sample([0.5], 0.5, np.random.default_rng(1)), NotNumericError),
        (lambda: policy_error([1, 0], [1]), ColumnShapeError),
        (lambda: policy_error([1], [1], confidence=1.0), ConfidenceError),
    ],
)
def test_settings_that_are_none_are_refused(make, error):
    with pytest.raises(error):
        make()
