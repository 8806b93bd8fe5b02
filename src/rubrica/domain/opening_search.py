"""What somebody looks for among openings: a value that an address, a form, a program and a saved search share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from rubrica.domain.country import country_code
from rubrica.domain.language import Level, language_tag
from rubrica.domain.money import EXPONENT_OF, Money, read_money
from rubrica.domain.opening import HOURS_OF_A_WEEK, DataType, Experience, LabelType, PayBasis
from rubrica.domain.problems import Findings, ProblemsError, one_of, quoted

_Word = TypeVar("_Word", bound=StrEnum)
HERE: Final = "here"
"""The source of openings of this Rubrica's own projects."""
MOST_WORDS: Final = 8
_LONGEST: Final = 200


class Order(StrEnum):
    """In what order openings are shown."""

    MATCH = "match"
    NEWEST = "newest"
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is ``None`` or empty is not asked about.

    Attributes
    ----------
    words
        Each has to be in the title, the organisation or the description.
    least
        The least that an hour has to pay; its currency is the only one that can be compared with it.
    hours
        Hours a week that there are; openings that want more are left out.
    language, level
        A language, and how well it is known: openings that ask for it at that level or a lower one.
    country
        Where one lives: openings for people there, or anywhere.
    source
        ``here``, or the public id of a source.
    eligible
        Whether only those are shown for which one is eligible.
    """

    words: tuple[str, ...] = ()
    data_type: DataType | None = None
    label_type: LabelType | None = None
    basis: PayBasis | None = None
    least: Money | None = None
    hours: int | None = None
    language: str = ""
    level: Level | None = None
    country: str = ""
    experience: Experience | None = None
    source: str = ""
    eligible: bool = False
    order: Order | None = None

    def as_query(self) -> dict[str, str]:
        """Return the search as the fields of an address; ``read_search`` reads it back."""
        said = {
            "q": " ".join(self.words),
            "data_type": self.data_type or "",
            "label_type": self.label_type or "",
            "basis": self.basis or "",
            "currency": self.least.currency if self.least is not None else "",
            "least": f"{self.least.decimal:f}" if self.least is not None else "",
            "hours": str(self.hours) if self.hours is not None else "",
            "language": self.language,
            "level": self.level or "",
            "country": self.country,
            "experience": self.experience or "",
            "source": self.source,
            "eligible": "yes" if self.eligible else "",
            "order": self.order or "",
        }
        return {name: str(value) for name, value in said.items() if value}

    def address(self) -> str:
        """Return the search as the query of an address."""
        return urlencode(self.as_query())

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but an order is asked for."""
        return any(getattr(self, field.name) != field.default for field in fields(self) if field.name != "order")


def read_search(query: Mapping[str, str]) -> Search:
    """Read what is looked for from the fields of an address; others than its own are left alone.

    Raises
    ------
    ProblemsError
        A field has a value that it cannot have; each is named.
    """
    found = Findings()
    given = {name: " ".join(value[:_LONGEST].replace("\x00", "").split()) for name, value in query.items()}
    least, currency = given.get("least", ""), given.get("currency", "").upper()
    search = Search(
        words=tuple(dict.fromkeys(given.get("q", "").casefold().split()))[:MOST_WORDS],
        data_type=_word(given, "data_type", DataType, found),
        label_type=_word(given, "label_type", LabelType, found),
        basis=_word(given, "basis", PayBasis, found),
        least=_least(least, currency, found) if least else None,
        hours=_hours(given.get("hours", ""), found),
        language=_known(given, "language", language_tag, "a language such as en", found),
        level=_word(given, "level", Level, found),
        country=_known(given, "country", country_code, "a country such as DE", found),
        experience=_word(given, "experience", Experience, found),
        source=given.get("source", "")[:40],
        eligible=given.get("eligible", "") == "yes",
        order=_word(given, "order", Order, found),
    )
    if found:
        raise ProblemsError(found.problems)
    return search


def _word(given: Mapping[str, str], name: str, choices: type[_Word], found: Findings) -> _Word | None:
    value = given.get(name, "")
    known = {choice.value: choice for choice in choices}
    if value and value not in known:
        found.add(name, f"is {quoted(value)}", one_of(list(known)))
    return known.get(value)


def _known(given: Mapping[str, str], name: str, read: Callable[[str], str], allowed: str, found: Findings) -> str:
    value = given.get(name, "")
    code = read(value) if value else ""
    if value and not code:
        found.add(name, f"is {quoted(value)}", allowed)
    return code


def _least(amount: str, currency: str, found: Findings) -> Money | None:
    if currency not in EXPONENT_OF:
        found.add("currency", f"is {quoted(currency)}" if currency else "is missing", "a code of ISO 4217 such as USD")
        return None
    money = read_money(amount, currency)
    if money is None:
        found.add("least", f"is {quoted(amount)}", "a plain amount such as 20 or 20.50")
    return money


def _hours(text: str, found: Findings) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= len(str(HOURS_OF_A_WEEK)) and int(text) <= HOURS_OF_A_WEEK:
        return int(text)
    found.add("hours", f"is {quoted(text)}", f"a whole number up to {HOURS_OF_A_WEEK}")
    return None
