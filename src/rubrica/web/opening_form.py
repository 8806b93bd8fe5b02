"""An opening as a form: the fields of the page, what they say of a document, and the document that they make."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from rubrica.domain.money import EXPONENT_OF, Money, read_money
from rubrica.domain.opening import Employment, Experience, PayBasis
from rubrica.domain.problems import Problem, quoted
from rubrica.domain.templates import template_keys, template_rubric
from rubrica.domain.vocabulary import DATA_TYPES, LABEL_TYPES
from rubrica.usecases.errors import InvalidInputError
from rubrica.web.requests import posted

Values = Mapping[str, Any]
_MOST_TYPED: Final = 40_000
_ANYWHERE: Final = "anywhere"
_LISTED: Final = "listed"

EXPERIENCE_WORDS: Final = {
    Experience.ANY.value: gettext_lazy("None in particular"),
    Experience.ENTRY.value: gettext_lazy("Entry level"),
    Experience.INTERMEDIATE.value: gettext_lazy("A year or more"),
    Experience.EXPERT.value: gettext_lazy("Three years or more"),
}
EMPLOYMENT_WORDS: Final = {
    Employment.CONTRACTOR.value: gettext_lazy("Contractor"),
    Employment.PART_TIME.value: gettext_lazy("Part-time"),
    Employment.FULL_TIME.value: gettext_lazy("Full-time"),
    Employment.TEMPORARY.value: gettext_lazy("Temporary"),
    Employment.INTERN.value: gettext_lazy("Intern"),
    Employment.VOLUNTEER.value: gettext_lazy("Volunteer"),
    Employment.PER_DIEM.value: gettext_lazy("By the day"),
    Employment.OTHER.value: gettext_lazy("Other"),
}
BASIS_WORDS: Final = {
    PayBasis.HOUR.value: gettext_lazy("By the hour"),
    PayBasis.ITEM.value: gettext_lazy("By the item"),
    PayBasis.FIXED.value: gettext_lazy("For the whole"),
}
_PLACES: Final = {
    _ANYWHERE: gettext_lazy("Anywhere"),
    _LISTED: gettext_lazy("In these countries"),
}


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form.

    Attributes
    ----------
    of
        The field of the opening that it says something of: where problems are shown.
    """

    name: str
    label: Any
    kind: str = "line"
    of: str = ""
    hint: Any = ""
    choices: Mapping[str, Any] | None = None


_GROUPS: Final[tuple[tuple[Any, tuple[FormField, ...]], ...]] = (
    (
        gettext_lazy("The work"),
        (
            FormField("title", gettext_lazy("Title")),
            FormField("organisation", gettext_lazy("Who offers it")),
            FormField(
                "description",
                gettext_lazy("What the work is"),
                "text",
                hint=gettext_lazy(
                    "Paragraphs, headings (## ) and lists (- ). What people must know before they apply."
                ),
            ),
            FormField("data_type", gettext_lazy("Kind of data"), "choice", choices=DATA_TYPES),
            FormField("label_types", gettext_lazy("Kind of work"), "choices", choices=LABEL_TYPES),
            FormField("template", gettext_lazy("Rubric"), "choice"),
            FormField("minutes_per_item", gettext_lazy("Minutes for one item, estimated"), "number"),
        ),
    ),
    (
        gettext_lazy("Pay and hours"),
        (
            FormField("pay_basis", gettext_lazy("Paid"), "choice", of="pay", choices=BASIS_WORDS),
            FormField("pay_currency", gettext_lazy("Currency"), of="", hint=gettext_lazy("A code such as USD.")),
            FormField("pay_low", gettext_lazy("From"), "amount", hint=gettext_lazy("A plain amount such as 20.50.")),
            FormField("pay_high", gettext_lazy("To"), "amount", hint=gettext_lazy("Empty where it is the same.")),
            FormField(
                "pay_per",
                gettext_lazy("For how many items"),
                "number",
                hint=gettext_lazy("1, unless paid by the item."),
            ),
            FormField("hours_low", gettext_lazy("Hours a week, at least"), "number", of="hours"),
            FormField(
                "hours_high", gettext_lazy("Hours a week, at most"), "number", hint=gettext_lazy("Empty for no limit.")
            ),
            FormField("employment", gettext_lazy("Relation"), "choices", choices=EMPLOYMENT_WORDS),
            FormField("headcount", gettext_lazy("People looked for"), "number"),
        ),
    ),
    (
        gettext_lazy("Who may apply"),
        (
            FormField("places", gettext_lazy("Where people live"), "choice", of="countries", choices=_PLACES),
            FormField(
                "countries",
                gettext_lazy("Countries"),
                hint=gettext_lazy("Codes or English names with commas between them: DE, Austria."),
            ),
            FormField(
                "languages",
                gettext_lazy("Languages and levels"),
                "lines",
                hint=gettext_lazy("One a line, with a level of the CEFR: en B2."),
            ),
            FormField("experience", gettext_lazy("Experience"), "choice", choices=EXPERIENCE_WORDS),
        ),
    ),
    (
        gettext_lazy("What you promise"),
        (
            FormField("closes_at", gettext_lazy("Applications until the end of (UTC)"), "date"),
            FormField(
                "screening_minutes",
                gettext_lazy("Minutes of screening"),
                "number",
                hint=gettext_lazy("What goes beyond 15 minutes is paid, whatever the result."),
            ),
            FormField("decision_days", gettext_lazy("Days until a decision"), "number", hint=gettext_lazy("1 to 10.")),
            FormField("contact", gettext_lazy("Whom to ask")),
            FormField(
                "idle_seconds",
                gettext_lazy("Seconds that a pause counts as work"),
                "number",
                hint=gettext_lazy("60 to 300."),
            ),
            FormField(
                "cap_minutes",
                gettext_lazy("Minutes for one item before somebody looks"),
                "number",
                hint=gettext_lazy("10 or more."),
            ),
        ),
    ),
)
_NUMBERS: Final = ("minutes_per_item", "headcount", "screening_minutes", "decision_days", "idle_seconds", "cap_minutes")


def form_groups(values: Values, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return the fields in their groups, each with what stands in it and what is wrong with it."""
    return [
        {"legend": legend, "fields": [_filled(field, values, problems) for field in fields]}
        for legend, fields in _GROUPS
    ]


def _filled(field: FormField, values: Values, problems: Sequence[Problem]) -> dict[str, Any]:
    of = field.of or field.name
    choices = field.choices
    if field.name == "template":
        choices = {key: template_rubric(key).name for key in template_keys()}
    wrong = [
        problem
        for problem in problems
        if problem.field == field.name or problem.field.partition(".")[0].partition("[")[0] == of
    ]
    return {"field": field, "value": values.get(field.name, ""), "choices": choices, "wrong": wrong}


def values_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields say of an opening's document."""
    pay, hours, countries = document["pay"] or {}, document["hours"] or {}, document["countries"]
    amounts = {end: f"{Money(pay[end], pay['currency']).decimal:f}" if pay else "" for end in ("low", "high")}
    return {
        **document,
        **{name: "" if document[name] is None else str(document[name]) for name in _NUMBERS},
        "pay_basis": pay.get("basis", ""),
        "pay_currency": pay.get("currency", ""),
        "pay_low": amounts["low"],
        "pay_high": amounts["high"],
        "pay_per": str(pay.get("per", 1)),
        "hours_low": _shown(hours.get("low")),
        "hours_high": _shown(hours.get("high")),
        "places": "" if countries is None else _LISTED if countries else _ANYWHERE,
        "countries": ", ".join(countries or ()),
        "languages": "\n".join(" ".join(filter(None, [need["tag"], need["level"]])) for need in document["languages"]),
        "closes_at": (document["closes_at"] or "")[:10],
    }


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def typed(request: HttpRequest) -> dict[str, Any]:
    """Return what somebody typed, as the form shows it again."""
    several = [field.name for _legend, fields in _GROUPS for field in fields if field.kind == "choices"]
    single = [field.name for _legend, fields in _GROUPS for field in fields if field.kind != "choices"]
    return {
        **{name: request.POST.getlist(name)[:50] for name in several},
        **{name: posted(request, name, most=_MOST_TYPED) for name in single},
    }


def document_of(values: Values) -> dict[str, Any]:
    """Return the document that the fields make.

    Raises
    ------
    InvalidInputError
        An amount or a number is none; each is named.
    """
    problems: list[Problem] = []
    pay = _pay(values, problems)
    hours = {end: _number(values, f"hours_{end}", problems) for end in ("low", "high")}
    document = {
        **{name: values[name] for name in ("title", "organisation", "description", "template", "contact")},
        "data_type": values["data_type"] or None,
        "label_types": values["label_types"],
        "pay": pay,
        "hours": {**hours, "low": hours["low"] or 0} if any(end is not None for end in hours.values()) else None,
        "languages": [_language(line) for line in values["languages"].split("\n") if line.strip()],
        "countries": _countries(values),
        "experience": values["experience"] or None,
        "employment": values["employment"],
        "closes_at": f"{values['closes_at']}T23:59:59Z" if values["closes_at"] else None,
        **{name: _number(values, name, problems) for name in _NUMBERS},
    }
    if problems:
        message = "The opening was not kept."
        raise InvalidInputError(message, problems)
    return document


def _countries(values: Values) -> list[str] | None:
    if values["places"] == _ANYWHERE:
        return []
    named = [word.strip() for word in re.split("[,;\n]", values["countries"]) if word.strip()]
    return named or None


def _language(line: str) -> dict[str, Any]:
    tag, _blank, level = line.strip().rpartition(" ")
    if not tag:
        return {"tag": level, "level": None}
    return {"tag": tag.strip(), "level": level.upper()}


def _number(values: Values, name: str, problems: list[Problem]) -> int | None:
    text = values[name].strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004  (digits)
        return int(text)
    problems.append(Problem(name, f"is {quoted(text)}", "a whole number"))
    return None


def _pay(values: Values, problems: list[Problem]) -> dict[str, Any] | None:
    if not any(values[name] for name in ("pay_basis", "pay_currency", "pay_low", "pay_high")):
        return None
    currency = values["pay_currency"].strip().upper()
    if currency not in EXPONENT_OF:
        problems.append(Problem("pay_currency", f"is {quoted(currency)}", "a code of ISO 4217 such as USD"))
        return None
    ends = {"low": values["pay_low"], "high": values["pay_high"] or values["pay_low"]}
    amounts = {end: read_money(text, currency) for end, text in ends.items()}
    for end, amount in amounts.items():
        if amount is None:
            digits = EXPONENT_OF[currency]
            allowed = f"a plain amount with at most {digits} digits after the point"
            problems.append(Problem(f"pay_{end}", f"is {quoted(ends[end])}", allowed))
    low, high = amounts["low"], amounts["high"]
    if low is None or high is None:
        return None
    return {
        "basis": values["pay_basis"],
        "currency": currency,
        "low": low.minor,
        "high": high.minor,
        "per": _number(values, "pay_per", problems) or 1,
    }
