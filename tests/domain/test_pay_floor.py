"""Floors of pay: an hour in the same currency, everywhere or where people live, whatever the basis."""

import dataclasses

import pytest

from rubrica.domain.money import Money
from rubrica.domain.opening import Pay, PayBasis
from rubrica.domain.pay_floor import PayFloor, below_floor, read_floors
from tests.domain.openings import IMAGE_EVALUATION

FLOORS = read_floors("USD 12, de usd 20.50,EUR 13")


def test_floors_are_read_with_and_without_a_country():
    assert read_floors("") == ()
    assert (
        PayFloor("", Money(1_200, "USD")),
        PayFloor("DE", Money(2_050, "USD")),
        PayFloor("", Money(1_300, "EUR")),
    ) == FLOORS


@pytest.mark.parametrize("text", ["12", "USD", "USD 12.345", "XX USD 12", "USD 12 DE", "DE USD 12 13", "USD -1"])
def test_what_is_no_floor_is_named(text):
    with pytest.raises(ValueError, match="is no floor of pay"):
        read_floors(text)


@pytest.mark.parametrize(
    ("changes", "is_below"),
    [
        ({"pay": Pay(PayBasis.HOUR, 1_200, 3_000, "USD")}, False),
        ({"pay": Pay(PayBasis.HOUR, 1_199, 3_000, "USD")}, True),
        ({"pay": Pay(PayBasis.HOUR, 1_200, 3_000, "USD"), "countries": ("DE", "FR")}, True),
        ({"pay": Pay(PayBasis.HOUR, 2_050, 3_000, "USD"), "countries": ("DE", "FR")}, False),
        ({"pay": Pay(PayBasis.HOUR, 1, 1, "CHF")}, False),
        # Four minutes an item are fifteen an hour.
        ({"pay": Pay(PayBasis.ITEM, 80, 90, "USD")}, False),
        ({"pay": Pay(PayBasis.ITEM, 79, 90, "USD")}, True),
        ({"pay": Pay(PayBasis.ITEM, 799, 900, "USD", per=10)}, True),
        ({"pay": Pay(PayBasis.ITEM, 1, 1, "USD"), "minutes_per_item": None}, False),
        ({"pay": Pay(PayBasis.FIXED, 1, 1, "USD")}, False),
        ({"pay": None}, False),
    ],
)
def test_an_hour_is_held_against_the_floor(changes, is_below):
    assert (below_floor(dataclasses.replace(IMAGE_EVALUATION, **changes), FLOORS) is not None) is is_below
