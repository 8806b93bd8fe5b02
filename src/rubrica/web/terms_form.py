"""The form of terms: what a person types, as the document that ``domain.terms.parse_rate`` reads."""

from django.http import HttpRequest

from rubrica.domain.money import EXPONENT_OF, read_money
from rubrica.domain.opening import PayBasis
from rubrica.domain.problems import Problem, quoted
from rubrica.domain.terms import Rate
from rubrica.usecases.errors import InvalidInputError
from rubrica.web.requests import posted, whole

BASES = ((PayBasis.HOUR.value, "an hour"), (PayBasis.ITEM.value, "items"), (PayBasis.FIXED.value, "the whole"))


def typed_terms(request: HttpRequest) -> dict[str, object]:
    """Return the terms that a form proposes.

    Raises
    ------
    InvalidInputError
        The amount is none of the currency; all else is for the domain to judge.
    """
    amount, currency = posted(request, "rate", most=20), posted(request, "currency", most=3).strip().upper()
    money = read_money(amount, currency)
    if money is None:
        digits = EXPONENT_OF.get(currency)
        allowed = "a code of ISO 4217 such as EUR" if digits is None else f"at most {digits} digits behind the point"
        field, given = ("currency", currency) if digits is None else ("rate", amount)
        message = "The terms were not proposed."
        raise InvalidInputError(message, [Problem(field, f"is {quoted(given)}", allowed)])
    day = posted(request, "valid_from", most=10)
    return {
        "basis": posted(request, "basis", most=10),
        "rate_minor": money.minor,
        "currency": currency,
        "per": whole(request, "per") if posted(request, "per", most=9) else 1,
        "weekly_hours": whole(request, "weekly_hours") if posted(request, "weekly_hours", most=9) else None,
        "notice_days": whole(request, "notice_days") if posted(request, "notice_days", most=9) else None,
        "valid_from": f"{day}T00:00:00Z" if day else None,
    }


def shown_terms(rate: Rate | None) -> dict[str, object]:
    """Return what the form begins with: the terms that there are, or nothing."""
    if rate is None:
        return {"basis": PayBasis.HOUR.value, "per": 1, "notice_days": 7}
    return {
        "basis": rate.basis.value,
        "rate": str(rate.money.decimal),
        "currency": rate.currency,
        "per": rate.per,
        "weekly_hours": rate.weekly_hours or "",
        "notice_days": rate.notice_days,
    }
