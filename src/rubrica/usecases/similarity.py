"""Similar images: which items of a project look like another, by descriptors that were stored beforehand."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from rubrica.imaging.descriptors import BadDescriptorError, Vector, distances, read_descriptor
from rubrica.records.models import ImageDescriptor, Project
from rubrica.usecases.embedders import embedders_in_use

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How other items look beside one.

    Attributes
    ----------
    nearness
        Of the items with a similar image, by row id: 1 for the same image, falling to 0 where similarity ends.
    is_unlike
        Whether there are other items, and nothing in common with the image of any.
    """

    nearness: Mapping[int, float] = field(default_factory=dict)
    is_unlike: bool = False


def neighbourhood(project: Project, item: int, others: Collection[int]) -> Neighbourhood:
    """Return how other items of a project look beside one, all by row id; an item may be among the others.

    Of items with several images those that are nearest count. Images are compared by the chosen embedder where it has
    described both, else by Rubrica's own; what neither has described is neither similar nor unlike.
    """
    if not others:
        return Neighbourhood()
    embedders = embedders_in_use()
    vectors = _vectors(project, {item, *others}, {embedder.name: embedder.dimension for embedder in embedders})
    nearness: dict[int, float] = {}
    known: set[int] = set()
    unlike: set[int] = set()
    for embedder in embedders:
        for other, distance in _apart(vectors[embedder.name], item, set(others) - known).items():
            known.add(other)
            if distance <= embedder.similar_within:
                nearness[other] = 1 - distance / embedder.similar_within
            if distance >= embedder.unlike_beyond:
                unlike.add(other)
    return Neighbourhood(nearness, is_unlike=unlike == set(others))


def _vectors(
    project: Project, items: Collection[int], dimensions: Mapping[str, int]
) -> dict[str, dict[int, list[Vector]]]:
    """Return the vectors of the images of items, by embedder and item."""
    rows = ImageDescriptor.objects.of(project).filter(embedder__in=dimensions, image__item_images__item__in=items)
    found: dict[str, dict[int, list[Vector]]] = {name: defaultdict(list) for name in dimensions}
    for item, name, vector in rows.values_list("image__item_images__item", "embedder", "vector"):
        try:
            found[name][item].append(read_descriptor(bytes(vector), dimensions[name]))
        except BadDescriptorError:
            # An embedder that changed without changing its name: its images count as not described.
            _log.warning("a descriptor by %s is not of the length that it says", name)
    return found


def _apart(vectors: Mapping[int, list[Vector]], item: int, others: Collection[int]) -> dict[int, float]:
    """Return the least distance between the images of an item and those of each other that has vectors."""
    theirs = [(other, vector) for other in others for vector in vectors.get(other, ())]
    if item not in vectors or not theirs:
        return {}
    nearest = distances(np.stack(vectors[item]), np.stack([vector for _other, vector in theirs])).min(axis=0)
    apart: dict[int, float] = {}
    for (other, _vector), distance in zip(theirs, nearest, strict=True):
        apart[other] = min(float(distance), apart.get(other, np.inf))
    return apart
