"""Kinds of fault that a rater missed, or saw alone, against the others who judged the same items."""

from collections import Counter, defaultdict
from typing import Final

import numpy as np

from rubrica.domain.rubric import Rubric
from rubrica.records.models import GuidelineVersion, Item, ItemImage, Project
from rubrica.records.queries import marks as queries
from rubrica.records.queries.items import is_complete
from rubrica.records.queries.ratings import EvaluationColumns
from rubrica.usecases.reports.values import KindAgainstPeers, ShownItem

FEWEST_PEERS: Final = 2
"""Others who must have judged an item before it says anything: of one other it is not known who is right."""
EXAMPLES: Final = 6
"""Items shown of each kind, the newest first."""
_NO_PEERS: Final = "It takes complete items that two others have judged too; there is none yet."


class Kinds:
    """Who marked which kinds of fault on which items. Items that others are still to judge are left out."""

    def __init__(
        self, project: Project, version: GuidelineVersion, rubric: Rubric, evaluations: EvaluationColumns
    ) -> None:
        self._project = project
        self._names = rubric.taxonomy.name_of if rubric.taxonomy else {}
        faults = {code: group.fault for code, group in (rubric.taxonomy.group_of if rubric.taxonomy else {}).items()}
        complete = set(Item.objects.of(project).filter(is_complete()).values_list("pk", flat=True))
        self._judges: defaultdict[int, set[int]] = defaultdict(set)
        judged = evaluations.is_judged
        for item, rater in zip(evaluations.items[judged].tolist(), evaluations.raters[judged].tolist(), strict=True):
            if item in complete:
                self._judges[item].add(rater)
        self._slot_of: dict[tuple[int, str], int] = {}
        self._markers: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
        for mark in queries.marks(project, version):
            entry = int(np.searchsorted(evaluations.ids, mark.evaluation_id))
            if entry < len(evaluations.ids) and evaluations.ids[entry] == mark.evaluation_id and faults.get(mark.code):
                item = int(evaluations.items[entry])
                self._markers[item, mark.code].add(int(evaluations.raters[entry]))
                self._slot_of.setdefault((item, mark.code), mark.slot)

    def of(self, rater: int) -> tuple[tuple[KindAgainstPeers, ...], str]:
        """Return one entry a kind that this rater or most of the others marked, and why where there is none."""
        compared = [item for item, judges in self._judges.items() if rater in judges and len(judges) > FEWEST_PEERS]
        if not compared:
            return (), _NO_PEERS
        compared_items = set(compared)
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        missed: defaultdict[str, list[int]] = defaultdict(list)
        alone: defaultdict[str, list[int]] = defaultdict(list)
        for (item, code), markers in self._markers.items():
            if item not in compared_items:
                continue
            others, marking = len(self._judges[item]) - 1, len(markers - {rater})
            is_marked = rater in markers
            counts[code].update(expected=int(2 * marking > others), marked=int(is_marked))
            if not is_marked and 2 * marking > others:
                missed[code].append(item)
            if is_marked and marking == 0:
                alone[code].append(item)
        newest = {code: _newest(missed[code]) for code in counts}, {code: _newest(alone[code]) for code in counts}
        shown = self._shown({(item, code) for part in newest for code, items in part.items() for item in items})
        rows = [
            KindAgainstPeers(
                code=code,
                name=self._names.get(code, code),
                expected=count["expected"],
                missed=len(missed[code]),
                marked=count["marked"],
                alone=len(alone[code]),
                missed_items=tuple(shown[item, code] for item in newest[0][code]),
                alone_items=tuple(shown[item, code] for item in newest[1][code]),
            )
            for code, count in counts.items()
            if count["expected"] or count["marked"]
        ]
        return tuple(sorted(rows, key=lambda row: (-(row.missed + row.alone), row.code))), ""

    def _shown(self, places: set[tuple[int, str]]) -> dict[tuple[int, str], ShownItem]:
        """Return each item with the image on which somebody marked the kind."""
        rows = ItemImage.objects.of(self._project).filter(item__in={item for item, _code in places})
        images = {
            (item, slot): ShownItem(key, image)
            for item, slot, key, image in rows.values_list("item", "slot", "item__key", "image__public_id")
        }
        return {(item, code): images[item, self._slot_of[item, code]] for item, code in places}


def _newest(items: list[int]) -> list[int]:
    return sorted(items, reverse=True)[:EXAMPLES]
