"""Money: exact amounts in the minor units of a currency, read from and written as decimal text."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from typing_extensions import override

# Active codes and exponents of ISO 4217, list one as of 2026; funds codes, metals and test codes are no pay.
_TWO_DIGITS: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
    "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_NO_DIGITS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS: Final = "BHD IQD JOD KWD LYD OMR TND"
EXPONENT_OF: Final = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
"""Digits after the point, by currency code (ISO 4217)."""
MOST_MINOR: Final = 10**12
"""Amounts are smaller: what is larger is a slip of the hand, and this much fits a 64-bit column with room for sums."""

_AMOUNT: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,3}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount.

    Attributes
    ----------
    minor
        Minor units of the currency: cents of a dollar, whole yen. Negative for what is owed the other way.
    currency
        Code of ISO 4217, three capital letters.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENT_OF:
            message = f"{self.currency} is no currency."
            raise ValueError(message)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with as many digits as the currency has."""
        return Decimal(self.minor).scaleb(-EXPONENT_OF[self.currency])

    def times(self, factor: Decimal | int) -> "Money":
        """Return the amount times a factor, rounded half to even to a minor unit."""
        exact = Decimal(self.minor) * factor
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), self.currency)

    @override
    def __str__(self) -> str:
        return f"{self.currency} {self.decimal}"


def read_money(amount: str, currency: str) -> Money | None:
    """Read a plain decimal amount, not negative; None where it is none, or has more digits than the currency.

    Separators of thousands and decimal commas are refused rather than guessed: ``1,250`` is two amounts.
    """
    found = _AMOUNT.fullmatch(amount.strip())
    exponent = EXPONENT_OF.get(currency)
    if found is None or exponent is None:
        return None
    whole, digits = found[1], found[2] or ""
    if len(digits) > exponent:
        return None
    minor = int(whole + digits.ljust(exponent, "0"))
    return Money(minor, currency) if minor < MOST_MINOR else None
