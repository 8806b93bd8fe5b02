"""Kinds of values that several documents share."""

from typing import Literal, TypedDict

Moment = str
"""An instant in UTC, as RFC 3339 writes it."""

Slot = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i"]
"""An image of an item, or the place at which it is shown."""


class Amount(TypedDict):
    """An exact amount of money: decimal text, and a code of ISO 4217."""

    amount: str
    currency: str
