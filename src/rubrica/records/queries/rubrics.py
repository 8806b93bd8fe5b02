"""The rubrics of published versions, which never change and are therefore kept in memory."""

from functools import lru_cache

from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.records.models import GuidelineVersion


@lru_cache(maxsize=256)
def rubric_of_version(guideline_id: int, content_hash: str) -> Rubric:  # noqa: ARG001  (part of the key)
    """Return the rubric of a published version by its row id."""
    versions = GuidelineVersion.objects.everywhere("the caller holds something that names this version")
    return parse_rubric(versions.values_list("rubric", flat=True).get(pk=guideline_id))


def rubric_of(version: GuidelineVersion) -> Rubric:
    """Return the rubric of a published version."""
    return rubric_of_version(version.pk, version.content_hash)
