"""What a check found."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the result: ``note`` is worth knowing, ``problem`` needs somebody to act."""

    level: Level
    subject: str
    text: str


def ok(subject: str, text: str) -> Finding:
    """Return a finding that all is well."""
    return Finding("ok", subject, text)


def note(subject: str, text: str) -> Finding:
    """Return a finding that is worth knowing."""
    return Finding("note", subject, text)


def problem(subject: str, text: str) -> Finding:
    """Return a finding that somebody must act on."""
    return Finding("problem", subject, text)
