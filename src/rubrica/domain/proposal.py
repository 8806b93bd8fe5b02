"""What a technical check proposes as the answer to a criterion, for the rater to confirm or to change.

A check looks at one measure of the image. The first check of a criterion that holds proposes its answer; where none
holds, or the measure is not known, nothing is proposed and the rater begins from nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from rubrica.domain.fields import Fields

Measure = Literal[
    "width",
    "height",
    "shorter_side",
    "longer_side",
    "mean_luma",
    "clipped",
    "sharpness",
    "white_border",
    "subject_extent",
]
"""Of an image: sides in pixels; mean luma, 0 to 255; shares of 0 to 1; sharpness as `rubrica.imaging.checks` has it."""

MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
MAX_CHECKS: Final = 20
LARGEST_MEASURE: Final = 1_000_000_000
_SHARES: Final = frozenset[Measure]({"clipped", "white_border", "subject_extent"})
_SIDES: Final = frozenset[Measure]({"width", "height", "shorter_side", "longer_side"})
_NAMES: Final[dict[Measure, str]] = {
    "shorter_side": "shorter side",
    "longer_side": "longer side",
    "mean_luma": "mean luma",
    "clipped": "clipped pixels",
    "white_border": "white along the edges",
    "subject_extent": "extent of the subject",
}
_CHECK_KEYS = frozenset({"measure", "at_least", "at_most", "then"})


@dataclass(frozen=True, slots=True)
class Check:
    """One technical check: while ``at_least`` <= measure <= ``at_most``, the answer ``then`` is proposed."""

    measure: Measure
    then: int | str
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        """Tell whether a value of the measure lies within both limits."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def as_json(self) -> dict[str, object]:
        """Return the check as it is written in a rubric."""
        limits = {"at_least": self.at_least, "at_most": self.at_most}
        return {
            "measure": self.measure,
            **{name: limit for name, limit in limits.items() if limit is not None},
            "then": self.then,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a check proposes, and why."""

    criterion: str
    answer: int | str
    because: str


def propose(criterion: str, checks: Sequence[Check], measures: Mapping[str, object]) -> Proposal | None:
    """Return what the first check that holds proposes.

    Parameters
    ----------
    criterion
        The criterion's id.
    checks
        Its checks, in the order in which they are tried.
    measures
        Facts of the image by name, with ``width`` and ``height``; what is no number counts as not known.
    """
    for check in checks:
        value = _value(check.measure, measures)
        if value is not None and check.holds(value):
            return Proposal(criterion, check.then, f"{_name(check.measure)} {_in_words(check.measure, value)}")
    return None


def _value(measure: Measure, measures: Mapping[str, object]) -> float | None:
    if measure in {"shorter_side", "longer_side"}:
        sides = (_number(measures.get("width")), _number(measures.get("height")))
        if sides[0] is None or sides[1] is None:
            return None
        return min(sides[0], sides[1]) if measure == "shorter_side" else max(sides[0], sides[1])
    return _number(measures.get(measure))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _name(measure: Measure) -> str:
    return _NAMES.get(measure, measure)


def _in_words(measure: Measure, value: float) -> str:
    if measure in _SHARES:
        # Cut, not rounded: "100 %" is said of all of it only.
        return f"{int(value * 1000) / 10:g} %"
    return f"{value:.0f} pixels" if measure in _SIDES else f"{value:.4g}"


def read_checks(fields: Fields, allowed: Sequence[int | str]) -> tuple[Check, ...]:
    """Read the checks of a criterion whose answers are ``allowed``, noting problems."""
    checks: list[Check] = []
    for path, entry in fields.entries("checks", maximum=MAX_CHECKS):
        check = Fields.of(entry, path, fields.found, _CHECK_KEYS)
        if check is not None:
            checks.append(_read_check(check, allowed))
    return tuple(checks)


def _read_check(check: Fields, allowed: Sequence[int | str]) -> Check:
    at_least, at_most = (
        check.number(name, 0, LARGEST_MEASURE) if check.has(name) else None for name in ("at_least", "at_most")
    )
    if at_least is None and at_most is None:
        check.refuse("at_least", "is missing, and so is at_most", "a limit of the measure, or both")
    if at_least is not None and at_most is not None and at_least > at_most:
        check.refuse("at_most", f"is {at_most:g}, below at_least", f"a number from {at_least:g} on")
    then = next(
        (value for value in allowed if value == check.value("then") and type(value) is type(check.value("then"))), None
    )
    if then is None:
        check.refuse("then", "is no answer to this criterion", "one of " + ", ".join(map(str, allowed)))
    return Check(check.word("measure", MEASURES), then if then is not None else "", at_least, at_most)
