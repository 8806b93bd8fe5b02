"""The record of somebody's work in a project, and how much of it others are told.

The person decides for each project, and begins with nothing. A project may ask not to be named; then it is spoken of by
what was done in it.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from rubrica.domain.rubric import Unit

UNNAMED: Final = "A project that is not named"


class Disclosure(StrEnum):
    """How much others are told of one's work in a project, least first; each tells what the one before does."""

    NOTHING = "nothing"
    ROLE = "role"
    COUNTS = "counts"
    CALIBRATION = "calibration"


DISCLOSURES: Final = {
    Disclosure.NOTHING: "Nothing",
    Disclosure.ROLE: "Role, period and kind of task",
    Disclosure.COUNTS: "Also items and hours",
    Disclosure.CALIBRATION: "Also tests and calibrations passed",
}
TASKS: Final[dict[Unit, str]] = {
    "single": "Evaluation of single images",
    "pair": "Preference between two images",
    "before_after": "Evaluation of edited images",
    "set": "Ranking of sets of images",
}


@dataclass(frozen=True, slots=True)
class Calibration:
    """Tests and calibrations that somebody has passed: how many, and when the last."""

    passed: int
    last: date


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """What somebody has done in one project.

    Attributes
    ----------
    project, organisation
        Their names; the organisation's is empty where it is not told.
    task
        What was done, in words.
    first, last
        Days (in UTC) of the first and last evaluation, or of the engagement where that was longer.
    items, evaluations, active_seconds
        How many items were judged, how often, and for how long as the workbench measured it; None where not told.
    unmeasured
        Evaluations whose time is not known; they are in no hours.
    calibration
        None where none was passed, or where it is not told.
    """

    project: str
    organisation: str
    role: str
    task: str
    first: date
    last: date
    items: int | None
    evaluations: int | None
    active_seconds: float | None
    unmeasured: int = 0
    calibration: Calibration | None = None


def disclosed(entry: WorkEntry, disclosure: Disclosure, *, is_nameable: bool) -> WorkEntry | None:
    """Return what others are told of an entry; None where they are told nothing."""
    if disclosure is Disclosure.NOTHING:
        return None
    if not is_nameable:
        entry = replace(entry, project=UNNAMED, organisation="")
    if disclosure is Disclosure.ROLE:
        return replace(entry, items=None, evaluations=None, active_seconds=None, unmeasured=0, calibration=None)
    return entry if disclosure is Disclosure.CALIBRATION else replace(entry, calibration=None)
