"""Kinds of values that several schemas share."""

import re
from datetime import datetime
from typing import Annotated, Final

from ninja import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from rubrica.domain.money import Money
from rubrica.domain.text import composed

NO_CONTROLS: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"
_NO_CONTROLS_BUT_LINES: Final = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"

Line = Annotated[str, StringConstraints(pattern=NO_CONTROLS), AfterValidator(composed)]
"""Text in one line: no control characters, Unicode in composed form (NFC)."""

Lines = Annotated[str, StringConstraints(pattern=_NO_CONTROLS_BUT_LINES), AfterValidator(composed)]
"""Text of several lines: no control characters but line feed and tab."""

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _instant(value: object) -> datetime:
    try:
        if isinstance(value, str) and _RFC_3339.fullmatch(value):
            return datetime.fromisoformat(value.upper())
    except ValueError:
        # It has the form, and is on no calendar: the 30th of February.
        pass
    message = "an instant with its zone (RFC 3339), such as 2026-11-27T09:00:00Z"
    raise ValueError(message)


Moment = Annotated[datetime, BeforeValidator(_instant)]
"""An instant, as RFC 3339 writes it."""

Slug = Annotated[str, Path(description="Address of the project or organisation.", example="image-audit")]
PublicId = Annotated[
    str, Path(description="Identifier as another operation gave it.", example="m3ksAzX0TfyZcK2hbWqLrQ")
]


class RequestBody(BaseModel):
    """What a caller sends: exact types, and nothing that is not asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Amount(RequestBody):
    """An exact amount of money."""

    amount: Line = Field(max_length=20, description="Decimal, with a point, such as `25.50`.", examples=["25.50"])
    currency: Line = Field(max_length=3, description="Code of ISO 4217.", examples=["USD"])


def amount_document(money: Money | None) -> Amount | None:
    """Return an amount as the API tells it."""
    return None if money is None else Amount(amount=str(money.decimal), currency=money.currency)


class Progress(BaseModel):
    """How far the rater has come in the project."""

    done: int = Field(ge=0, description="Evaluations the rater has submitted.")
    remaining: int = Field(ge=0, description="About how many are left: what comes unannounced is reckoned with.")
