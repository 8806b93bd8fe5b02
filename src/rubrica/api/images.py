"""Images: renditions for those who may see them. What was uploaded is served to nobody but leads, as a download."""

import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import PublicId
from rubrica.api.openapi import answers
from rubrica.domain.mark import Slot
from rubrica.imaging.pyramid import OVERLAP, TILE_FORMAT, TILE_SIZE, TileNotFoundError, pyramid_tile
from rubrica.records.models import Image
from rubrica.usecases.errors import NotFoundError
from rubrica.usecases.images import Rendition, open_image

router = Router(tags=["Images"])

IMAGES_PATH: Final = "/api/v1/images"
_CHUNK_BYTES: Final = 256 * 1024
"""Large, since the server takes each chunk over the border between Python and Rust."""

# Content types are ours, never the file's word; an extension is only for the name of a download.
_EXTENSIONS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
}
_SHOWN_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_HEADERS: Final = {
    "Cache-Control": "private, max-age=300, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Authorization, Cookie",
}


class Tiles(BaseModel):
    """A deep-zoom pyramid; a tile lies at `{url}{level}/{column}_{row}.jpg`."""

    url: str
    tile_size: int
    overlap: int
    format: Literal["jpg"]


class Picture(BaseModel):
    """An image at the place where the rater sees it: `a` first or left, `b` second or right."""

    slot: Slot
    width: int = Field(description="Pixels as displayed; coordinates of marks are fractions of it.")
    height: int = Field(description="Pixels as displayed.")
    view_url: str
    thumbnail_url: str
    tiles: Tiles | None = Field(description="For images too large to be sent as one file.")


def picture(slot: str, public_id: str, width: int, height: int, *, has_pyramid: bool) -> dict[str, Any]:
    """Return a :class:`Picture` as plain values."""
    address = f"{IMAGES_PATH}/{public_id}"
    tiles = {"url": f"{address}/tiles/", "tile_size": TILE_SIZE, "overlap": OVERLAP, "format": TILE_FORMAT}
    return {
        "slot": slot,
        "width": width,
        "height": height,
        "view_url": f"{address}/view",
        "thumbnail_url": f"{address}/thumbnail",
        "tiles": tiles if has_pyramid else None,
    }


def thumbnail_url(public_id: str) -> str:
    """Return where the thumbnail of an image lies."""
    return f"{IMAGES_PATH}/{public_id}/thumbnail"


def thumbnails(images: Mapping[str, str]) -> dict[str, str]:
    """Return where the thumbnails of images lie, given their public ids by any key."""
    return {key: thumbnail_url(public_id) for key, public_id in images.items()}


def thumbnails_of(images: Sequence[str]) -> list[str]:
    """Return where the thumbnails of images lie, given their public ids."""
    return [f"{IMAGES_PATH}/{public_id}/thumbnail" for public_id in images]


def _bytes_of(*media_types: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}
    return {
        "responses": {
            200: {"description": "The bytes.", "content": content},
            304: {"description": "The caller's copy, named by `If-None-Match`, is still good."},
        }
    }


_RESPONSES: Final = answers({200: None}, 403, 404)


@router.get(
    "/images/{id:image_id}/view",
    operation_id="view_image",
    summary="The image as raters see it",
    openapi_extra=_bytes_of("image/webp", "image/jpeg"),
    response=_RESPONSES,
)
def view_image(request: HttpRequest, image_id: PublicId) -> HttpResponseBase:
    """Return the image upright, without metadata, scaled down only where there are tiles."""
    return _rendition(request, image_id, "view")


@router.get(
    "/images/{id:image_id}/thumbnail",
    operation_id="thumbnail_image",
    summary="A small copy for lists",
    openapi_extra=_bytes_of("image/webp"),
    response=_RESPONSES,
)
def thumbnail_image(request: HttpRequest, image_id: PublicId) -> HttpResponseBase:
    """Return a copy whose longer side has at most 320 pixels."""
    return _rendition(request, image_id, "thumbnail")


@router.get(
    "/images/{id:image_id}/tiles/{count:level}/{count:column}_{count:row}.jpg",
    operation_id="image_tile",
    summary="One tile of a large image",
    openapi_extra=_bytes_of("image/jpeg"),
    response=_RESPONSES,
)
def image_tile(request: HttpRequest, image_id: PublicId, level: int, column: int, row: int) -> HttpResponseBase:
    """Return a tile of the deep-zoom pyramid (DZI levels)."""
    image = open_image(caller(request), image_id, "pyramid")
    tag = _tag(image, f"{level}-{column}-{row}")
    if _is_known(request, tag):
        return _not_modified(tag)
    try:
        with default_storage.open(_existing_key(image, "pyramid")) as file, zipfile.ZipFile(file) as pyramid:
            tile = pyramid_tile(pyramid, level, column, row)
    except TileNotFoundError as error:
        message = "The image has no such tile."
        raise NotFoundError(message) from error
    return HttpResponse(tile, content_type="image/jpeg", headers={**_HEADERS, "ETag": tag})


@router.get(
    "/images/{id:image_id}/original",
    operation_id="original_image",
    summary="The file as it was uploaded",
    openapi_extra=_bytes_of("application/octet-stream"),
    response=_RESPONSES,
)
def original_image(request: HttpRequest, image_id: PublicId) -> HttpResponseBase:
    """Return the original with whatever its file carries, as a download. For leads and organisation admins."""
    return _rendition(request, image_id, "original")


def _rendition(request: HttpRequest, image_id: str, rendition: Rendition) -> HttpResponseBase:
    image = open_image(caller(request), image_id, rendition)
    tag = _tag(image, rendition)
    if _is_known(request, tag):
        return _not_modified(tag)
    is_original = rendition == "original"
    response = FileResponse(
        default_storage.open(_existing_key(image, rendition)),
        as_attachment=is_original,
        filename=f"{image.public_id}.{_EXTENSIONS.get(image.media_type, 'bin')}" if is_original else "",
        content_type=_content_type(image, rendition),
        headers={**_HEADERS, "ETag": tag},
    )
    response.block_size = _CHUNK_BYTES
    return response


def _content_type(image: Image, rendition: Rendition) -> str:
    named = {"view": image.view_type, "thumbnail": image.thumbnail_type}.get(rendition, "")
    return named if named in _SHOWN_TYPES else "application/octet-stream"


def _existing_key(image: Image, rendition: Rendition) -> str:
    key = image.storage_key(rendition)
    if not default_storage.exists(key):
        message = "The image has no such rendition."
        raise NotFoundError(message)
    return key


def _tag(image: Image, part: str) -> str:
    """Name a rendition by our own identifier: the original's hash would tell a rater which picture it is."""
    return f'"{image.public_id}-{part}"'


def _is_known(request: HttpRequest, tag: str) -> bool:
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    return tag in (entry.strip().removeprefix("W/") for entry in known.split(","))


def _not_modified(tag: str) -> HttpResponse:
    return HttpResponse(status=304, headers={**_HEADERS, "ETag": tag})
