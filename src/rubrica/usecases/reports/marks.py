"""Marks: which codes, where, and how many of the planted defects they hit."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rubrica.domain.rubric import Rubric
from rubrica.measure.regions.heatmaps import heatmap
from rubrica.measure.regions.matching import match_regions
from rubrica.records.models import GuidelineVersion, Project
from rubrica.records.queries import marks as queries
from rubrica.records.queries.marks import MarkRow, SlotImage
from rubrica.records.queries.ratings import EvaluationColumns
from rubrica.usecases.reports.estimates import share
from rubrica.usecases.reports.values import CodeCount, Estimate, Heatmap, KnownDefects, MarksReport

COLUMNS: Final = 24
ROWS: Final = (8, 48)
"""Fewest and most rows of a heatmap; the images' own proportions decide in between."""
_WHOLE: Final = {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}

Region = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark that points at a place."""

    region: Region
    code: str


@dataclass(slots=True)
class Score:
    """Planted defects shown and found, marks made and hitting; of one rater, or of all."""

    defects: int = 0
    found: int = 0
    same_code: int = 0
    marks: int = 0

    @property
    def recall(self) -> Estimate | None:
        """The share of defects that a mark hits."""
        return share(self.found, self.defects)

    @property
    def precision(self) -> Estimate | None:
        """The share of marks that hit a defect."""
        return share(self.found, self.marks)

    def add(self, other: "Score") -> None:
        """Count what another score counts."""
        self.defects += other.defects
        self.found += other.found
        self.same_code += other.same_code
        self.marks += other.marks


class Marks:
    """All marks of the current evaluations, loaded once; with the planted defects they can be compared with."""

    def __init__(
        self,
        project: Project,
        version: GuidelineVersion,
        rubric: Rubric,
        evaluations: EvaluationColumns,
        until: int | None = None,
    ) -> None:
        self._evaluations = evaluations
        self._images = queries.slot_images(project)
        self._slots = range(rubric.images)
        self._group_of = rubric.taxonomy.group_of if rubric.taxonomy else {}
        self._names = rubric.taxonomy.name_of if rubric.taxonomy else {}
        self._counts: Counter[tuple[str, int | None]] = Counter()
        self._placed: defaultdict[tuple[int, int], list[PlacedMark]] = defaultdict(list)
        self._read(queries.marks(project, version, until))
        self._score_of: defaultdict[int, Score] = defaultdict(Score)
        self._kinds: Counter[str] = Counter()
        self._kinds_found: Counter[str] = Counter()
        self._defects = {
            item: located for item, known in queries.known_defects(project).items() if (located := _located(known))
        }
        self._compare_with_defects()

    def score_of(self, rater: int) -> Score | None:
        """Return how well a rater found planted defects; None where the project has none that have a place."""
        return self._score_of[rater] if self._defects else None

    def report(self) -> MarksReport:
        """Return what all marks say."""
        return MarksReport(
            n=self._counts.total(),
            codes=self._codes(),
            heatmaps=tuple(self._heatmaps()),
            known_defects=self._known_defects() if self._defects else None,
        )

    def _read(self, rows: Iterator[MarkRow]) -> None:
        entry_of = {evaluation: entry for entry, evaluation in enumerate(self._evaluations.ids.tolist())}
        for mark in rows:
            entry = entry_of.get(mark.evaluation_id)
            if entry is None:
                continue  # stored since the evaluations were read: it belongs to the next report
            self._counts[mark.code, mark.severity] += 1
            region = region_of(mark.shape, mark.geometry)
            if region is not None:
                self._placed[entry, mark.slot].append(PlacedMark(region, mark.code))

    def _codes(self) -> tuple[CodeCount, ...]:
        by_code: defaultdict[str, dict[int | None, int]] = defaultdict(dict)
        for (code, severity), count in self._counts.items():
            by_code[code][severity] = count
        counts = [
            CodeCount(code, self._names.get(code, code), sum(severities.values()), _in_order(severities))
            for code, severities in by_code.items()
        ]
        return tuple(sorted(counts, key=lambda count: (-count.count, count.code)))

    def _heatmaps(self) -> Iterator[Heatmap]:
        judged = np.flatnonzero(self._evaluations.is_judged).tolist()
        if not judged:
            return
        for slot in self._slots:
            shape = (self._rows(slot), COLUMNS)
            grid = heatmap([[mark.region for mark in self._placed.get((entry, slot), [])] for entry in judged], shape)
            yield Heatmap(slot, *shape, tuple(round(value, 6) for value in grid.ravel().tolist()), len(judged))

    def _rows(self, slot: int) -> int:
        proportions = [image.height / image.width for (_, place), image in self._images.items() if place == slot]
        low, high = ROWS
        return int(np.clip(round(COLUMNS * float(np.median(proportions or [1.0]))), low, high))

    def _known_defects(self) -> KnownDefects:
        total = Score()
        for score in self._score_of.values():
            total.add(score)
        return KnownDefects(
            n_items=len(self._defects),
            n_defects=sum(map(len, self._defects.values())),
            recall=total.recall,
            precision=total.precision,
            same_code=share(total.same_code, total.found) if self._names else None,
            refusal="" if total.defects else "Nobody has judged an item with planted defects yet.",
            by_kind=tuple((kind, chances, self._kinds_found[kind]) for kind, chances in sorted(self._kinds.items())),
        )

    def _compare_with_defects(self) -> None:
        """Match every judged evaluation's marks with the defects of its item, slot by slot.

        A defect counts as found when its place is marked, whatever code it was given: the codes of a planted fault and
        of what it looks like may differ.
        """
        judged = np.flatnonzero(self._evaluations.is_judged).tolist()
        for entry in judged:
            item = int(self._evaluations.items[entry])
            if item in self._defects:
                score = self._score_of[int(self._evaluations.raters[entry])]
                for slot in self._slots:
                    self._compare(entry, (item, slot), score)

    def _compare(self, entry: int, place: tuple[int, int], score: Score) -> None:
        item, slot = place
        defects = [defect for defect in self._defects[item] if defect.slot == slot]
        marks = [mark for mark in self._placed.get((entry, slot), []) if self._is_fault(mark.code)]
        image = self._images.get(place, SlotImage(1, 1, ""))
        matching = match_regions(
            [mark.region for mark in marks], [defect.region for defect in defects], (image.width, image.height)
        )
        score.defects += len(defects)
        score.marks += len(marks)
        score.found += matching.n_matched
        self._kinds.update(defect.kind for defect in defects)
        for ours, theirs in matching.pairs.tolist():
            self._kinds_found[defects[theirs].kind] += 1
            score.same_code += marks[ours].code == defects[theirs].code

    def _is_fault(self, code: str) -> bool:
        return code not in self._group_of or self._group_of[code].fault


def defects_found(
    rubric: Rubric, marks: Sequence[MarkRow], known: Sequence[Mapping[str, object]], images: Mapping[int, SlotImage]
) -> tuple[int, int]:
    """Return how many of an item's planted defects one evaluation's marks hit, and how many have a place to hit.

    ``images`` is by slot.
    """
    faults = {code: group.fault for code, group in (rubric.taxonomy.group_of if rubric.taxonomy else {}).items()}
    found, located = 0, _located(known)
    for slot, image in images.items():
        regions = [
            region
            for mark in marks
            if mark.slot == slot and faults.get(mark.code, True)
            if (region := region_of(mark.shape, mark.geometry)) is not None
        ]
        there = [defect.region for defect in located if defect.slot == slot]
        found += match_regions(regions, there, (image.width, image.height)).n_matched
    return found, len(located)


@dataclass(frozen=True, slots=True)
class _Defect:
    slot: int
    kind: str
    code: str
    region: Region


def _located(known: Sequence[Mapping[str, object]]) -> list[_Defect]:
    """Return the defects that have a place; one that covers the whole image cannot be pointed at."""
    return [
        _Defect(
            int(str(defect.get("slot", 0))), str(defect["kind"]), str(defect.get("code", "")), _box_of(defect["box"])
        )
        for defect in known
        if defect.get("box") != _WHOLE
    ]


def _box_of(box: object) -> Region:
    region = region_of("box", box if isinstance(box, dict) else {})
    if region is None:
        message = "a box has a place"
        raise TypeError(message)
    return region


def region_of(shape: str, geometry: Mapping[str, Any]) -> Region | None:
    """Return a mark's geometry as ``measure`` takes it; None for a mark on the whole image, which points nowhere."""
    if shape == "whole":
        return None
    if shape == "polygon":
        return np.array(geometry["points"], dtype=np.float64)
    if shape == "brush":
        reach = geometry["width"] / 2, geometry["height"] / 2
        pieces = chain(*(zip(stroke, stroke[1:] or stroke, strict=False) for stroke in geometry["strokes"]))
        return np.array([(*start, *end, *reach) for start, end in pieces], dtype=np.float64)
    keys = ("x", "y") if shape == "point" else ("x", "y", "width", "height")
    return np.array([geometry[key] for key in keys], dtype=np.float64)


def _in_order(severities: Mapping[int | None, int]) -> tuple[tuple[int | None, int], ...]:
    return tuple(sorted(severities.items(), key=lambda entry: (entry[0] is None, entry[0] or 0)))
