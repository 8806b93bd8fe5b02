"""Which embedder describes the images of this installation: Rubrica's own, or the one that the settings name."""

import logging
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from rubrica.imaging.classical import Classical
from rubrica.imaging.descriptors import MOST_DIMENSIONS, Embedder
from rubrica.usecases.errors import RefusedError

MAX_NAME: Final = 60
_FURTHEST: Final = 2.0

_log = logging.getLogger(__name__)


class EmbedderUnusableError(RefusedError):
    """The embedder that the settings name cannot be used; the message says why."""


def chosen_embedder() -> type[Embedder]:
    """Return the embedder that the settings name, without making an instance of it.

    Raises
    ------
    EmbedderUnusableError
        It cannot be imported, or is none.
    """
    return _loaded(settings.EMBEDDER) if settings.EMBEDDER else Classical


def embedders_in_use() -> tuple[type[Embedder], ...]:
    """Return the embedders to compare images by, the one that goes first; Rubrica's own stands in for another."""
    try:
        chosen = chosen_embedder()
    except EmbedderUnusableError as error:
        _log.warning("%s Images are compared by %s.", error, Classical.name)
        chosen = Classical
    return (Classical,) if chosen is Classical else (chosen, Classical)


@cache
def _loaded(path: str) -> type[Embedder]:
    try:
        found = import_string(path)
    except Exception as error:
        message = f"RUBRICA_EMBEDDER names {path}, which cannot be imported: {error}."
        raise EmbedderUnusableError(message) from error
    wrong = _wrong(found)
    if wrong:
        message = f"RUBRICA_EMBEDDER names {path}, which is no embedder: {wrong}. See docs/reference/embedders.md."
        raise EmbedderUnusableError(message)
    embedder: type[Embedder] = found
    return embedder


def _wrong(found: object) -> str:
    """Return what keeps something from being an embedder."""
    name, dimension = getattr(found, "name", None), getattr(found, "dimension", None)
    similar, unlike = (getattr(found, which, None) for which in ("similar_within", "unlike_beyond"))
    if not isinstance(found, type) or not callable(getattr(found, "embed", None)):
        return "it must be a class with a method embed"
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME or name.startswith("classical-"):
        return f"its name must have 1 to {MAX_NAME} characters, and not begin with classical-"
    if type(dimension) is not int or not 0 < dimension <= MOST_DIMENSIONS:
        return f"its dimension must be a whole number from 1 to {MOST_DIMENSIONS}"
    if not isinstance(similar, float) or not isinstance(unlike, float) or not 0 < similar <= unlike <= _FURTHEST:
        return "similar_within and unlike_beyond must be above 0, at most 2.0, and the second not below the first"
    return ""
