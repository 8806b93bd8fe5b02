"""Items: whether they are complete, their first images, and all of them a few hundred at a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q

from rubrica.records.models import Item, ItemImage, Project

ITEMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ImageInSlot:
    """The image in one slot of an item."""

    sha256: str
    media_type: str
    width: int
    height: int
    source_model: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item with its images by slot."""

    id: int
    public_id: str
    key: str
    prompt: str
    metadata: dict[str, object]
    known_defects: list[dict[str, object]]
    is_withdrawn: bool
    images: list[ImageInSlot] = field(default_factory=list)


def is_complete() -> Q:
    """Return the condition that an item has all the evaluations that are wanted of it in its present pass."""
    return Q(evaluation_count__gte=F("project__overlap") + F("extra_places"))


def last_item_id(project: Project) -> int:
    """Return the id of the newest item, 0 where there is none."""
    return Item.objects.of(project).order_by("-pk").values_list("pk", flat=True).first() or 0


def first_images(project: Project, items: Collection[int]) -> dict[int, str]:
    """Return the public id of the first image of each of these items, by row id of the item."""
    rows = ItemImage.objects.of(project).filter(item__in=items, slot=0)
    return dict(rows.values_list("item", "image__public_id"))


def item_batches(project: Project, last_id: int) -> Iterator[Sequence[ItemRow]]:
    """Yield all items up to ``last_id``, never more than a batch in memory."""
    after = 0
    while batch := _batch(project, after, last_id):
        _add_images(project, batch)
        yield batch
        after = batch[-1].id


def _batch(project: Project, after: int, last_id: int) -> list[ItemRow]:
    rows = (
        Item.objects.of(project)
        .filter(pk__gt=after, pk__lte=last_id)
        .order_by("pk")
        .values_list("pk", "public_id", "key", "prompt", "metadata", "known_defects", "is_withdrawn")
    )
    return [ItemRow(*row) for row in rows[:ITEMS_AT_ONCE]]


def _add_images(project: Project, batch: Sequence[ItemRow]) -> None:
    row_of = {row.id: row for row in batch}
    images = (
        ItemImage.objects.of(project)
        .filter(item_id__gte=batch[0].id, item_id__lte=batch[-1].id)
        .order_by("item_id", "slot")
        .values_list("item_id", "image__sha256", "image__media_type", "image__width", "image__height", "source_model")
    )
    for item, sha256, media_type, width, height, source_model in images:
        row_of[item].images.append(ImageInSlot(sha256, media_type, width, height, source_model))
