"""Money: exact amounts, whatever the digits of the currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.money import EXPONENT_OF, MOST_MINOR, Money, read_money

currencies = st.sampled_from(sorted(EXPONENT_OF))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("20", "USD", 2_000),
        ("20.5", "USD", 2_050),
        (" 20.05 ", "USD", 2_005),
        ("2500", "JPY", 2_500),
        ("1.234", "KWD", 1_234),
        ("0", "EUR", 0),
    ],
)
def test_an_amount_is_read_in_minor_units(amount, currency, minor):
    assert read_money(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("20.001", "USD"),
        ("20.5", "JPY"),
        ("1,250", "USD"),
        ("1.250.000", "EUR"),
        ("-5", "USD"),
        ("+5", "USD"),
        ("5e3", "USD"),
        ("٢٠", "USD"),
        ("", "USD"),
        (".5", "USD"),
        ("NaN", "USD"),
        ("20", "usd"),
        ("20", "XXX"),
        ("20", ""),
        ("9" * 13, "JPY"),
        ("9" * 12, "USD"),
    ],
)
def test_what_is_no_exact_amount_of_the_currency_is_refused(amount, currency):
    assert read_money(amount, currency) is None


@given(currencies, st.integers(0, MOST_MINOR - 1))
def test_what_is_written_is_read_again(currency, minor):
    money = Money(minor, currency)
    assert read_money(str(money.decimal), currency) == money


def test_an_amount_is_written_with_the_digits_of_its_currency():
    written = [str(Money(minor, currency)) for minor, currency in [(2_050, "USD"), (2_050, "JPY"), (2_050, "TND")]]
    assert written == ["USD 20.50", "JPY 2050", "TND 2.050"]


def test_a_product_is_rounded_half_to_even():
    cents = [Money(1, "USD").times(Decimal(factor)).minor for factor in ("0.5", "1.5", "2.5", "2.51")]
    assert cents == [0, 2, 2, 3]


@given(currencies, st.integers(0, 10**6), st.integers(0, 1_000))
def test_times_a_whole_number_is_exact(currency, minor, factor):
    assert Money(minor, currency).times(factor).minor == minor * factor


def test_no_money_is_of_an_unknown_currency():
    with pytest.raises(ValueError, match="ABC is no currency"):
        Money(1, "ABC")
