"""Terms: what is paid to whom for what, as one document with a hash that both sides accept.

A version that is accepted holds from then on or from a later moment, never from an earlier one. So what was agreed at
some moment never changes afterwards, and every second is paid by the version of that second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from rubrica.domain.canonical import canonical_json, sha256_hex
from rubrica.domain.engagement import NOTICE
from rubrica.domain.fields import Fields
from rubrica.domain.money import EXPONENT_OF, MOST_MINOR, Money
from rubrica.domain.opening import HOURS_OF_A_WEEK, MOST_PER, Pay, PayBasis, moment_text, read_moment
from rubrica.domain.problems import Findings, quoted
from rubrica.domain.roles import Role

SCHEMA: Final = "rubrica/terms/1"
MOST_NOTICE_DAYS: Final = 30
_KEYS: Final = frozenset({"basis", "rate_minor", "currency", "per", "weekly_hours", "notice_days", "valid_from"})
PAID_ROLES: Final = (Role.SPECIALIST, Role.REVIEWER)


class TermsAnswerKind(StrEnum):
    """What became of one version with one side. Who proposes it has accepted it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Rate:
    """What one version says of pay and time.

    Attributes
    ----------
    rate_minor
        Minor units of the currency, for an hour, for ``per`` items, or for the whole.
    weekly_hours
        The most that may be worked in a week; None for no limit.
    notice_days
        Days between notice and end, for both sides.
    valid_from
        From when it is to hold; None for from the acceptance on.
    """

    basis: PayBasis
    rate_minor: int
    currency: str
    per: int = 1
    weekly_hours: int | None = None
    notice_days: int = NOTICE.days
    valid_from: datetime | None = None

    @property
    def money(self) -> Money:
        """The rate as money."""
        return Money(self.rate_minor, self.currency)

    @property
    def in_words(self) -> str:
        """The rate as people read it."""
        match self.basis:
            case PayBasis.HOUR:
                return f"{self.money} an hour"
            case PayBasis.ITEM if self.per == 1:
                return f"{self.money} for each item"
            case PayBasis.ITEM:
                return f"{self.money} for {self.per} items"
            case _:
                return f"{self.money} for the whole"


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms, whole.

    Attributes
    ----------
    starts_on
        The first day of the engagement, in UTC.
    house_rules
        SHA-256 of the house rules that were in force when the version was proposed.
    """

    version: int
    organisation: str
    project: str
    project_slug: str
    role: Role
    starts_on: date
    house_rules: str
    rate: Rate

    def as_json(self) -> dict[str, object]:
        """Return the document that is hashed and accepted; ``read_terms`` reads it back."""
        rate = self.rate
        return {
            "schema": SCHEMA,
            "version": self.version,
            "organisation": self.organisation,
            "project": self.project,
            "project_slug": self.project_slug,
            "role": self.role.value,
            "starts_on": self.starts_on.isoformat(),
            "basis": rate.basis.value,
            "rate_minor": rate.rate_minor,
            "currency": rate.currency,
            "per": rate.per,
            "weekly_hours": rate.weekly_hours,
            "notice_days": rate.notice_days,
            "valid_from": moment_text(rate.valid_from),
            "house_rules": self.house_rules,
        }


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """A version that both have accepted, and from when it holds."""

    version: int
    holds_from: datetime


def terms_hash(document: object) -> str:
    """Return the SHA-256 of terms as JSON, in lower-case hexadecimal: that of the canonical spelling (RFC 8785)."""
    return sha256_hex(canonical_json(document))


def read_terms(document: dict[str, object]) -> Terms:
    """Read terms that were stored; what is stored was checked before."""
    return Terms(
        version=int(str(document["version"])),
        organisation=str(document["organisation"]),
        project=str(document["project"]),
        project_slug=str(document["project_slug"]),
        role=Role(str(document["role"])),
        starts_on=date.fromisoformat(str(document["starts_on"])),
        house_rules=str(document["house_rules"]),
        rate=parse_rate({key: value for key, value in document.items() if key in _KEYS}, Findings()),
    )


def parse_rate(payload: object, found: Findings) -> Rate:
    """Read what somebody proposes, or note everything wrong with it."""
    fields = Fields.of(payload, "", found, _KEYS)
    if fields is None:
        return Rate(PayBasis.HOUR, 0, "EUR")
    basis = PayBasis(fields.word("basis", [basis.value for basis in PayBasis]))
    currency = fields.word("currency", sorted(EXPONENT_OF))
    rate = fields.integer("rate_minor", 0, MOST_MINOR - 1)
    per = fields.integer("per", 1, MOST_PER, default=1)
    if per > 1 and basis != PayBasis.ITEM:
        fields.refuse("per", f"is {per}", "1, unless items are paid")
    hours = fields.integer("weekly_hours", 1, HOURS_OF_A_WEEK) if fields.has("weekly_hours") else None
    notice = fields.integer("notice_days", NOTICE.days, MOST_NOTICE_DAYS, default=NOTICE.days)
    return Rate(basis, rate, currency, per, hours, notice, _moment(fields))


def _moment(fields: Fields) -> datetime | None:
    value = fields.value("valid_from")
    if value is None or value == "":
        return None
    moment = read_moment(value) if isinstance(value, str) else None
    if moment is None:
        fields.refuse("valid_from", f"is {quoted(value)}", "a moment such as 2026-12-31T00:00:00Z")
    return moment


def check_rate(rate: Rate, announced: Pay | None, now: datetime, found: Findings) -> None:
    """Note what may not be proposed now: terms for time that has passed, or less than the opening announced."""
    if rate.valid_from is not None and rate.valid_from < now:
        found.add("valid_from", "has passed", "a moment to come: terms never change what was worked already")
    if announced is None or (announced.basis, announced.currency) != (rate.basis, rate.currency):
        return
    if rate.rate_minor * announced.per < announced.low * rate.per:
        low = Money(announced.low, announced.currency)
        per = f" for {announced.per} items" if announced.per > 1 else ""
        found.add("rate_minor", f"is {rate.rate_minor}", f"{low}{per} or more, as the opening says")


def announced_rate(pay: Pay, weekly_hours: int | None) -> Rate:
    """Return the terms that an opening promises: the lower end of its pay."""
    hours = weekly_hours or None
    return Rate(pay.basis, pay.low, pay.currency, pay.per, hours)


def holds_from(valid_from: datetime | None, accepted: datetime) -> datetime:
    """Return from when a version holds whose second acceptance came at some moment: never from before it."""
    return accepted if valid_from is None else max(valid_from, accepted)


def terms_in_force(agreed: Sequence[AgreedTerms], at: datetime) -> int | None:
    """Return which version holds at a moment: the latest agreed of those that have begun; None before the first."""
    begun = [terms.version for terms in agreed if terms.holds_from <= at]
    return max(begun, default=None)
