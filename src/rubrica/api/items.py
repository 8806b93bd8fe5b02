"""Items: looking through what a project holds."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import PublicId, Slug
from rubrica.api.images import Picture, picture
from rubrica.api.openapi import answers
from rubrica.api.paging import NEXT_AFTER, Limit
from rubrica.domain.mark import SLOTS
from rubrica.domain.roles import Permission
from rubrica.kit.ids import PUBLIC_ID_LENGTH
from rubrica.records.models import ItemImage
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.items import ItemWithImages, item_of, items_of

router = Router(tags=["Items"])


class ItemPicture(Picture):
    """An image in a slot of an item."""

    id: str
    source_model: str | None = Field(description="What made the picture. Null for those who may not know.")


class Item(BaseModel):
    """A unit of judgement. What would unblind a reviewer is null for reviewers."""

    id: str
    key: str = Field(description="Its name in the project.")
    prompt: str
    images: list[ItemPicture]
    evaluations: int
    withdrawn: bool
    metadata: dict[str, Any] | None
    known_defects: list[Any] | None = Field(description="Planted defects with place and kind.")
    created_at: datetime


class Items(BaseModel):
    """One page of a project's items, in the order in which they came in."""

    items: list[Item]
    next_after: str | None = Field(description=NEXT_AFTER)


@router.get(
    "/projects/{slug:slug}/items",
    operation_id="list_items",
    summary="List items",
    response=answers({200: Items}, 403, 404, 422),
)
def list_items(
    request: HttpRequest,
    slug: Slug,
    limit: Limit = 50,
    after: Annotated[
        str | None,
        Query(pattern=f"^[A-Za-z0-9_-]{{{PUBLIC_ID_LENGTH}}}$", description="`next_after` of the page before."),
    ] = None,
) -> Items:
    """Return a page of the project's items. For reviewers and those above."""
    access = open_project(caller(request), slug)
    page = items_of(access, limit=limit, after=after)
    return Items(items=[_item(access, found) for found in page.items], next_after=page.next_after)


@router.get(
    "/projects/{slug:slug}/items/{id:item_id}",
    operation_id="read_item",
    summary="Read an item",
    response=answers({200: Item}, 403, 404),
)
def read_item(request: HttpRequest, slug: Slug, item_id: PublicId) -> Item:
    """Return one item. For reviewers and those above."""
    access = open_project(caller(request), slug)
    return _item(access, item_of(access, item_id))


def _item(access: ProjectAccess, found: ItemWithImages) -> Item:
    item = found.item
    is_unblinded = access.may(Permission.SEE_MODEL_IDENTITY)
    return Item(
        id=item.public_id,
        key=item.key,
        prompt=item.prompt,
        images=[_picture(row, is_unblinded=is_unblinded) for row in found.images],
        evaluations=item.evaluation_count,
        withdrawn=item.is_withdrawn,
        metadata=item.metadata if is_unblinded else None,
        known_defects=item.known_defects if is_unblinded else None,
        created_at=item.created_at,
    )


def _picture(row: ItemImage, *, is_unblinded: bool) -> ItemPicture:
    source_model = row.source_model if is_unblinded else None
    return ItemPicture(**_slot_picture(row), id=row.image.public_id, source_model=source_model)


def pictures_of_items(access: ProjectAccess, items: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the images of items, by row id of the item, each a :class:`Picture` by item slot; no word of models."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = ItemImage.objects.of(access.project).filter(item__in=items).select_related("image").order_by("slot")
    for row in rows:
        found[row.item_id].append(_slot_picture(row))
    return found


def _slot_picture(row: ItemImage) -> dict[str, Any]:
    image = row.image
    return picture(SLOTS[row.slot], image.public_id, image.width, image.height, has_pyramid=image.has_pyramid)
