"""Pairs of raters who agree more often than independent ones would."""

import csv

import numpy as np
import pytest

from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.drift.copying import copying
from rubrica.measure.errors import (
    ColumnShapeError,
    NoPairableUnitsError,
    OffTheScaleError,
    RepeatedRatingError,
    UnknownRaterError,
    UnknownUnitError,
)


def answers(seed, *, n_units=200, n_raters=30, per_unit=10, hit=0.7, hard=0.0, categories=4):
    """Simulate answers; on hard units everybody is drawn to one and the same wrong category."""
    generator = np.random.default_rng(seed)
    chosen = np.argsort(generator.random((n_units, n_raters)), axis=1)[:, :per_unit]
    units, raters = np.repeat(np.arange(n_units), per_unit), chosen.ravel()
    truth = generator.integers(0, categories, n_units)
    lure = (truth + generator.integers(1, categories, n_units)) % categories
    is_hard = generator.random(n_units) < hard
    drawn = generator.random(len(units))
    values = np.where(drawn < hit, truth[units], generator.integers(0, categories, len(units)))
    tempted = is_hard[units] & (generator.random(len(units)) < 0.5)
    return units, raters, np.where(tempted, lure[units], values)


def with_copy(columns, original, copyist):
    """Let one rater answer all units of another with the other's answers, and no further ones."""
    units, raters, values = columns
    own = raters != copyist
    source = raters == original
    return (
        np.append(units[own], units[source]),
        np.append(raters[own], np.full(np.count_nonzero(source), copyist)),
        np.append(values[own], values[source]),
    )


def found_in(columns, **settings):
    return copying(*columns, dawid_skene(*columns), **settings)


def test_expected_and_observed_agreement_are_those_of_the_definition():
    columns = answers(1, n_units=60, n_raters=6, per_unit=4)
    units, raters, values = columns
    model = dawid_skene(*columns)

    found = copying(*columns, model, fewest=1)

    for position in range(len(found.first)):
        one, other = found.first[position], found.second[position]
        given = {
            rater: dict(zip(units[raters == rater], values[raters == rater], strict=True)) for rater in (one, other)
        }
        common = sorted(set(given[one]) & set(given[other]))
        alike = (model.confusion[one] * model.confusion[other]).sum(axis=1)
        assert found.n_units[position] == len(common)
        assert found.observed[position] == pytest.approx(np.mean([given[one][u] == given[other][u] for u in common]))
        assert found.expected[position] == pytest.approx(np.mean(model.consensus.posterior[common] @ alike))


def test_a_copyist_stands_out_and_hardly_anybody_else():
    hits, false = 0, 0
    for seed in range(10):
        found = found_in(with_copy(answers(seed, per_unit=8, hit=0.6), 3, 17), fewest=10)
        named = set(zip(found.first[found.adjusted <= 0.05], found.second[found.adjusted <= 0.05], strict=True))
        hits += (3, 17) in named
        false += len(named - {(3, 17)})

    print(f"copyist found in {hits} of 10 panels; {false} other pairs named")  # noqa: T201  (what was found)
    assert hits >= 9
    assert false <= 5


@pytest.mark.parametrize("hard", [0.0, 0.33])
def test_pairs_who_do_not_know_of_each_other_have_p_values_near_what_they_say(hard):
    small, without, total = 0, 0, 0
    for seed in range(8):
        found = found_in(answers(seed, hard=hard))
        raw = found.score * found.spread + found.centre
        small += np.count_nonzero(found.p_value <= 0.05)
        without += np.count_nonzero(raw >= 1.6449)
        total += len(found.p_value)

    print(  # noqa: T201  (what was found)
        f"{hard} of the units hard: p of 0.05 or less {small / total:.3f}, without the step {without / total:.3f}"
    )
    assert small / total <= 0.06


def test_two_raters_who_always_say_the_same_are_not_taken_for_copyists():
    units, raters, values = answers(3)
    values[(raters == 4) | (raters == 9)] = 2

    found = found_in((units, raters, values))

    (pair,) = np.flatnonzero((found.first == 4) & (found.second == 9))
    assert found.observed[pair] == 1.0
    assert found.adjusted[pair] > 0.5


def test_the_order_of_the_rows_does_not_change_a_bit_of_the_counts():
    units, raters, values = answers(4)
    model = dawid_skene(units, raters, values)
    shuffled = np.random.default_rng(0).permutation(len(units))

    one = copying(units, raters, values, model)
    other = copying(units[shuffled], raters[shuffled], values[shuffled], model)

    assert np.array_equal(one.score, other.score)
    assert np.array_equal(one.p_value, other.p_value)


def test_pairs_with_few_common_units_are_counted():
    found = found_in(answers(5, per_unit=5), fewest=6)
    every = found_in(answers(5, per_unit=5), fewest=1)

    assert found.left_out == len(every.first) - len(found.first) > 0
    assert found.n_units.min() >= 6


def test_few_pairs_are_not_held_against_each_other():
    found = found_in(answers(6, n_raters=5, per_unit=4))

    assert len(found.first) == 10
    assert (found.centre, found.spread) == (0.0, 1.0)


def test_what_is_not_in_the_model_is_refused():
    units, raters, values = answers(7, n_units=40, n_raters=6, per_unit=4)
    model = dawid_skene(units, raters, values)

    with pytest.raises(UnknownUnitError):
        copying(np.append(units, 999), np.append(raters, 0), np.append(values, 0), model)
    with pytest.raises(UnknownRaterError):
        copying(np.append(units, 0), np.append(raters, 77), np.append(values, 0), model)
    with pytest.raises(OffTheScaleError):
        copying(units, raters, np.where(np.arange(len(values)) == 3, 9, values), model)
    with pytest.raises(RepeatedRatingError):
        copying(np.append(units, units[0]), np.append(raters, raters[0]), np.append(values, 1), model)
    with pytest.raises(ColumnShapeError):
        copying(units, raters[:-1], values, model)
    with pytest.raises(NoPairableUnitsError, match="500 units in common"):
        copying(units, raters, values, model, fewest=500)
    first = np.unique(units, return_index=True)[1]
    with pytest.raises(NoPairableUnitsError, match="two raters"):
        copying(units[first], raters[first], values[first], model)


def test_a_copy_of_a_real_rater_is_found_among_real_ones(data):
    path = data / "zheng2017" / "bluebirds_answer.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of real data")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    units, raters = (np.unique([row[key] for row in rows], return_inverse=True)[1] for key in ("question", "worker"))
    values = np.array([int(row["answer"]) for row in rows])

    as_it_is = found_in((units, raters, values))
    found = found_in(with_copy((units, raters, values), 3, 17))

    print(  # noqa: T201  (what was found)
        f"{len(as_it_is.first)} pairs, centre {as_it_is.centre:.2f}, spread {as_it_is.spread:.2f}, p of 0.05 or less "
        f"{np.mean(as_it_is.p_value <= 0.05):.3f}"
    )
    assert np.count_nonzero(as_it_is.adjusted <= 0.05) == 0
    assert np.mean(as_it_is.p_value <= 0.05) == pytest.approx(0.05, abs=0.03)
    named = set(zip(found.first[found.adjusted <= 0.05], found.second[found.adjusted <= 0.05], strict=True))
    assert named == {(3, 17)}
