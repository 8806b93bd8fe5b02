"""Items: what a project holds, for those who may look through it."""

from dataclasses import dataclass

from rubrica.domain.roles import Permission
from rubrica.records.models import Item, ItemImage
from rubrica.usecases.access import ProjectAccess
from rubrica.usecases.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class ItemWithImages:
    """An item and its images, in the order of its slots."""

    item: Item
    images: tuple[ItemImage, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some of a project's items; ``next_after`` names where the following page begins, ``None`` at the end."""

    items: tuple[ItemWithImages, ...]
    next_after: str | None


def items_of(access: ProjectAccess, *, limit: int, after: str | None = None) -> ItemPage:
    """Return up to ``limit`` items in the order in which they came in, behind the item ``after``.

    Raises
    ------
    NotAllowedError
        The person may not look through the project's items.
    NotFoundError
        The project has no item ``after``.
    """
    access.require(Permission.SEE_ITEMS)
    items = Item.objects.of(access.project).order_by("pk")
    if after is not None:
        items = items.filter(pk__gt=_item(access, after).pk)
    found = list(items[: limit + 1])
    page = found[:limit]
    return ItemPage(_with_images(access, page), page[-1].public_id if len(found) > limit else None)


def item_of(access: ProjectAccess, public_id: str) -> ItemWithImages:
    """Return one item of the project."""
    access.require(Permission.SEE_ITEMS)
    return _with_images(access, [_item(access, public_id)])[0]


def _item(access: ProjectAccess, public_id: str) -> Item:
    item = Item.objects.of(access.project).filter(public_id=public_id).first()
    if item is None:
        message = "There is no such item in this project."
        raise NotFoundError(message)
    return item


def _with_images(access: ProjectAccess, items: list[Item]) -> tuple[ItemWithImages, ...]:
    rows = ItemImage.objects.of(access.project).filter(item__in=items).select_related("image").order_by("slot")
    images: dict[int, list[ItemImage]] = {item.pk: [] for item in items}
    for row in rows:
        images[row.item_id].append(row)
    return tuple(ItemWithImages(item, tuple(images[item.pk])) for item in items)
