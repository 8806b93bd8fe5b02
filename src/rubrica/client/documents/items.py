"""Items with their images, and how they came in."""

from typing import Any, Literal, TypedDict

from rubrica.client.documents.values import Moment, Slot


class Tiles(TypedDict):
    """A deep-zoom pyramid; a tile lies at ``{url}{level}/{column}_{row}.jpg``."""

    url: str
    tile_size: int
    overlap: int
    format: Literal["jpg"]


class Picture(TypedDict):
    """An image at the place where the rater sees it."""

    slot: Slot
    width: int
    height: int
    view_url: str
    thumbnail_url: str
    tiles: Tiles | None


class ItemPicture(Picture):
    """An image in a slot of an item."""

    id: str
    source_model: str | None


class Item(TypedDict):
    """A unit of judgement. What would unblind a reviewer is ``None`` for reviewers."""

    id: str
    key: str
    prompt: str
    images: list[ItemPicture]
    evaluations: int
    withdrawn: bool
    metadata: dict[str, Any] | None
    known_defects: list[Any] | None
    created_at: Moment


class ImportSummary(TypedDict):
    """One batch of items on its way in, with counts so far."""

    id: str
    source: str
    state: str
    total: int
    accepted: int
    refused: int
    known: int
    failure: str
    started_by: str
    created_at: Moment
    finished_at: Moment | None


class ImportProblem(TypedDict):
    """Why one file or row was refused, and what to do."""

    line: int | None
    name: str
    code: str
    reason: str


class Import(ImportSummary):
    """An import with what was refused."""

    problems: list[ImportProblem]
