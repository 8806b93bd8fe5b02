"""The least that an hour has to pay, as the host of an instance sets it: everywhere, or where people live."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rubrica.domain.country import COUNTRY_NAMES
from rubrica.domain.money import Money, read_money
from rubrica.domain.opening import Opening, PayBasis
from rubrica.domain.problems import Problem

_MINUTES_OF_AN_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class PayFloor:
    """The least for an hour in one currency; ``country`` is empty for everywhere."""

    country: str
    least: Money


_PARTS: Final = 3


def read_floors(text: str) -> tuple[PayFloor, ...]:
    """Read floors such as ``USD 12, DE EUR 13.90``: a country or none, a currency, and an amount.

    Raises
    ------
    ValueError
        Names the first that is none.
    """
    floors: list[PayFloor] = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        code, currency, amount = ("", "", *entry.upper().split())[-3:]
        least = read_money(amount, currency)
        if least is None or len(entry.split()) > _PARTS or (code and code not in COUNTRY_NAMES):
            message = f"{entry!r} is no floor of pay; it should be such as USD 12 or DE EUR 13.90."
            raise ValueError(message)
        floors.append(PayFloor(code, least))
    return tuple(floors)


def below_floor(opening: Opening, floors: Iterable[PayFloor]) -> Problem | None:
    """Return what is wrong where an hour pays less than a floor in the same currency.

    Floors of countries hold for openings that list the country. What is paid by the item is reckoned with the minutes
    that one is estimated to take; of a fixed sum nobody can tell.
    """
    hourly = _hourly(opening)
    listed = {"", *(opening.countries or ())}
    currency = opening.pay.currency if opening.pay is not None else ""
    same = [floor for floor in floors if floor.country in listed and floor.least.currency == currency]
    if hourly is None or not same:
        return None
    highest = max(same, key=lambda floor: floor.least.minor)
    if hourly >= highest.least.minor:
        return None
    where = f" in {COUNTRY_NAMES[highest.country]}" if highest.country else ""
    pays = Money(int(hourly), highest.least.currency)
    return Problem("pay", f"comes to {pays} an hour at its lower end", f"{highest.least} an hour or more{where}")


def _hourly(opening: Opening) -> Decimal | None:
    """Return minor units for an hour at the lower end; None where that cannot be told."""
    pay = opening.pay
    if pay is None or pay.basis == PayBasis.FIXED:
        return None
    if pay.basis == PayBasis.HOUR:
        return Decimal(pay.low)
    if not opening.minutes_per_item:
        return None
    return Decimal(pay.low) * _MINUTES_OF_AN_HOUR / (pay.per * opening.minutes_per_item)
