"""A profile in words: what the page and the PDF say of each entry, and in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rubrica.domain.country import COUNTRY_NAMES
from rubrica.domain.language import language_name
from rubrica.domain.money import Money
from rubrica.domain.profile import Declared, Entry, Value
from rubrica.domain.profile_sections import SECTIONS, Field, Kind, Section

SELF_DECLARED = "Self-declared"
VERIFIED = "Verified by Rubrica"


@dataclass(frozen=True, slots=True)
class SaidEntry:
    """An entry in words: its title, and the rest as (name, lines)."""

    title: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class SaidSection:
    """A section in words."""

    section: Section
    entries: tuple[SaidEntry, ...]


def said(declared: Declared) -> Iterator[SaidSection]:
    """Yield the sections of a profile in words, without those that are empty."""
    for section in SECTIONS:
        entries = declared.get(section.key)
        if entries:
            yield SaidSection(section, tuple(_entry(section, entry) for entry in entries))


def _entry(section: Section, entry: Entry) -> SaidEntry:
    facts = [(field, entry[field.key]) for field in section.fields if field.key in entry]
    if section.key == "availability":
        by_key = {field.key: _lines(field, value)[0] for field, value in facts}
        return SaidEntry(f"{by_key['day']}, {by_key['start']}–{by_key['end']}", ())
    title = ""
    if not section.is_single:
        (field, value), *facts = facts
        title = _lines(field, value)[0]
    return SaidEntry(title, tuple((field.label, _lines(field, value)) for field, value in facts))


def _lines(field: Field, value: Value) -> tuple[str, ...]:
    if isinstance(value, int):
        return (str(value),)
    if isinstance(value, dict):
        return (pay_in_words(value),)
    values: Sequence[str] = [value] if isinstance(value, str) else value
    return tuple(_word(field, each) for each in values)


def pay_in_words(value: Mapping[str, str | int]) -> str:
    """Return an amount as people write it, and as a profile reads it back."""
    return str(Money(int(value["minor"]), str(value["currency"])))


def _word(field: Field, value: str) -> str:
    match field.kind:
        case Kind.COUNTRIES:
            return COUNTRY_NAMES[value]
        case Kind.LANGUAGE:
            return f"{language_name(value)}, {value}"
        case _:
            return (field.choices or {}).get(value, value)
