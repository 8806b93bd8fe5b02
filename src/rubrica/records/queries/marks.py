"""A project's current marks, and what is known of the images they lie on."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rubrica.records.models import GuidelineVersion, Item, ItemImage, Mark, Project
from rubrica.records.queries.evaluations import is_counted

ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One mark of a current evaluation; ``severity`` is None where the code is recorded, not a fault."""

    evaluation_id: int
    slot: int
    shape: str
    geometry: dict[str, object]
    code: str
    severity: int | None


@dataclass(frozen=True, slots=True)
class SlotImage:
    """The image in one slot of an item: its size as displayed, in pixels, and what made it."""

    width: int
    height: int
    source_model: str


def marks(project: Project, version: GuidelineVersion, until: int | None = None) -> Iterator[MarkRow]:
    """Yield the marks of current evaluations under one guideline version."""
    rows = (
        Mark.objects.of(project)
        .filter(is_counted(until, "evaluation__"), evaluation__guideline=version)
        .order_by("evaluation_id", "number")
        .values_list("evaluation_id", "slot", "shape", "geometry", "code", "severity")
    )
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield MarkRow(*row)


def slot_images(project: Project) -> dict[tuple[int, int], SlotImage]:
    """Return what stands in each slot of each item, by (item id, slot)."""
    rows = (
        ItemImage.objects.of(project)
        .order_by()
        .values_list("item_id", "slot", "image__width", "image__height", "source_model")
    )
    return {
        (item, slot): SlotImage(width, height, source_model)
        for item, slot, width, height, source_model in rows.iterator(chunk_size=ROWS_AT_ONCE)
    }


def images_by_slot(project: Project, items: Collection[int]) -> Mapping[int, dict[int, SlotImage]]:
    """Return what stands in each slot of these items, by item id and slot."""
    rows = ItemImage.objects.of(project).filter(item__in=items)
    found: defaultdict[int, dict[int, SlotImage]] = defaultdict(dict)
    for item, slot, width, height, model in rows.values_list(
        "item_id", "slot", "image__width", "image__height", "source_model"
    ):
        found[item][slot] = SlotImage(width, height, model)
    return found


def known_defects(project: Project) -> dict[int, list[dict[str, object]]]:
    """Return the planted defects of the items that have any, by item id."""
    rows = Item.objects.of(project).exclude(known_defects=[]).order_by().values_list("pk", "known_defects")
    return dict(rows.iterator(chunk_size=ROWS_AT_ONCE))
