"""The error taxonomy of a rubric: groups of codes a mark can carry, the parts they apply to, and severities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rubrica.domain.clause_anchor import ANCHOR, ANCHOR_IN_WORDS
from rubrica.domain.fields import Fields
from rubrica.domain.problems import Findings

MAX_GROUPS = 40
MAX_ERRORS = 60
"""Most error codes in one group."""
MAX_PARTS = 60
MAX_SEVERITIES = 10
MAX_VERSION = 1_000_000
MAX_NAME = 200
MAX_ANCHOR = 2_000

_GROUP_CODE = re.compile("[A-Z]{2,12}")
_GROUP_CODE_IN_WORDS = "2 to 12 capital letters"
WORD_CODE = re.compile("[a-z][a-z0-9_]{0,59}")
WORD_CODE_IN_WORDS = "a lower-case letter, then lower-case letters, digits or underscores, at most 60 in all"

_TAXONOMY_KEYS = frozenset({"version", "groups"})
_GROUP_KEYS = frozenset({"code", "name", "anchor", "clause", "criterion", "fault", "parts", "errors"})
_ERROR_KEYS = frozenset({"code", "name", "anchor"})
_SEVERITY_KEYS = frozenset({"value", "name", "weight", "anchor"})


@dataclass(frozen=True, slots=True)
class Severity:
    """How grave a fault is; ``weight`` in ``[0, 1]`` is what it counts in a summed score."""

    value: int
    name: str
    weight: float
    anchor: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the severity as it is written in a rubric."""
        return {"value": self.value, "name": self.name, "weight": self.weight, "anchor": self.anchor}


DEFAULT_SEVERITIES = (
    Severity(1, "minor", 0.2, "Visible only on close inspection; does not change the use of the image."),
    Severity(2, "moderate", 0.5, "Noticed in a normal look; the image is usable with reservations."),
    Severity(3, "major", 1.0, "Noticed at first glance, or changes the meaning."),
    Severity(4, "critical", 1.0, "Unusable, unsafe or the wrong subject; the overall score is the lowest level."),
)
"""Severities of a rubric that names none."""


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One kind of fault inside a group; on a mark its full code is ``GROUP.code``."""

    code: str
    name: str
    anchor: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the error as it is written in a rubric."""
        return {"code": self.code, "name": self.name, "anchor": self.anchor}


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Faults of one nature.

    Attributes
    ----------
    parts
        What the fault can be on (hand, face …); empty when the group knows no parts.
    criterion
        Id of the criterion that these faults usually lower.
    clause
        Anchor of the guideline clause that explains the group.
    fault
        ``False`` for what is recorded without being a fault, such as style: such a mark needs no severity.
    """

    code: str
    name: str
    errors: tuple[ErrorCode, ...]
    parts: tuple[str, ...] = ()
    criterion: str | None = None
    clause: str | None = None
    anchor: str = ""
    fault: bool = True

    def as_json(self) -> dict[str, object]:
        """Return the group as it is written in a rubric."""
        written: dict[str, object] = {"code": self.code, "name": self.name, "anchor": self.anchor, "fault": self.fault}
        if self.clause is not None:
            written["clause"] = self.clause
        if self.criterion is not None:
            written["criterion"] = self.criterion
        written["parts"] = list(self.parts)
        written["errors"] = [error.as_json() for error in self.errors]
        return written


@dataclass(frozen=True)
class Taxonomy:
    """The groups of errors, under a version of their own: a code is never given a second meaning."""

    version: int
    groups: tuple[ErrorGroup, ...]

    @cached_property
    def group_of(self) -> Mapping[str, ErrorGroup]:
        """The group of each full code, in the order of the rubric."""
        return {f"{group.code}.{error.code}": group for group in self.groups for error in group.errors}

    @cached_property
    def name_of(self) -> Mapping[str, str]:
        """The name of the error behind each full code."""
        return {f"{group.code}.{error.code}": error.name for group in self.groups for error in group.errors}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every full code, such as ``ANAT.missing``."""
        return tuple(self.group_of)

    def as_json(self) -> dict[str, object]:
        """Return the taxonomy as it is written in a rubric."""
        return {"version": self.version, "groups": [group.as_json() for group in self.groups]}


def read_taxonomy(value: object, path: str, found: Findings) -> Taxonomy | None:
    """Read the ``taxonomy`` of a rubric, noting problems in ``found``."""
    fields = Fields.of(value, path, found, _TAXONOMY_KEYS)
    if fields is None:
        return None
    version = fields.integer("version", 1, MAX_VERSION)
    groups: dict[str, ErrorGroup] = {}
    for group_path, entry in fields.entries("groups", minimum=1, maximum=MAX_GROUPS):
        group = _read_group(entry, group_path, found)
        if group is None:
            continue
        if group.code and group.code in groups:
            found.add(f"{group_path}.code", f"repeats {group.code}", "a code that no other group has")
        groups.setdefault(group.code, group)
    return Taxonomy(version, tuple(groups.values()))


def _read_group(value: object, path: str, found: Findings) -> ErrorGroup | None:
    fields = Fields.of(value, path, found, _GROUP_KEYS)
    if fields is None:
        return None
    errors: dict[str, ErrorCode] = {}
    for error_path, entry in fields.entries("errors", minimum=1, maximum=MAX_ERRORS):
        error = _read_error(entry, error_path, found)
        if error is None:
            continue
        if error.code and error.code in errors:
            found.add(f"{error_path}.code", f"repeats {error.code}", "a code that no other error of the group has")
        errors.setdefault(error.code, error)
    return ErrorGroup(
        code=fields.matching("code", _GROUP_CODE, _GROUP_CODE_IN_WORDS),
        name=fields.text("name", maximum=MAX_NAME),
        errors=tuple(errors.values()),
        parts=fields.words("parts", WORD_CODE, WORD_CODE_IN_WORDS, maximum=MAX_PARTS),
        criterion=fields.matching("criterion", WORD_CODE, WORD_CODE_IN_WORDS, default="") or None,
        clause=fields.matching("clause", ANCHOR, ANCHOR_IN_WORDS, default="") or None,
        anchor=fields.text("anchor", maximum=MAX_ANCHOR, default=""),
        fault=fields.flag("fault", default=True),
    )


def _read_error(value: object, path: str, found: Findings) -> ErrorCode | None:
    fields = Fields.of(value, path, found, _ERROR_KEYS)
    if fields is None:
        return None
    return ErrorCode(
        code=fields.matching("code", WORD_CODE, WORD_CODE_IN_WORDS),
        name=fields.text("name", maximum=MAX_NAME),
        anchor=fields.text("anchor", maximum=MAX_ANCHOR, default=""),
    )


def read_severities(fields: Fields, found: Findings) -> tuple[Severity, ...]:
    """Read the ``severities`` of a rubric: from the least grave to the gravest, or the default when there are none."""
    if not fields.has("severities"):
        return DEFAULT_SEVERITIES
    severities: list[Severity] = []
    for path, entry in fields.entries("severities", minimum=1, maximum=MAX_SEVERITIES):
        severity = Fields.of(entry, path, found, _SEVERITY_KEYS)
        if severity is None:
            continue
        value = severity.integer("value", 1, MAX_SEVERITIES)
        if severities and value <= severities[-1].value:
            severity.refuse("value", f"is {value} after {severities[-1].value}", "values that rise down the list")
        severities.append(
            Severity(
                value=value,
                name=severity.text("name", maximum=MAX_NAME),
                weight=severity.number("weight", 0.0, 1.0),
                anchor=severity.text("anchor", maximum=MAX_ANCHOR, default=""),
            )
        )
    return tuple(severities)
