"""Describing images: those stored before there were descriptors, and all of them where another embedder is chosen.

An import stores Rubrica's own descriptor with each image. Everything else is a durable job of a project: it describes
what lacks a descriptor, so that it can be cut short anywhere and run again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef

from rubrica.imaging.classical import Classical
from rubrica.imaging.descriptors import Embedder, describe, read_sample
from rubrica.records.models import Image, ImageDescriptor, Job, Project
from rubrica.records.models.job import JobState
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases import jobs
from rubrica.usecases.embedders import EmbedderUnusableError, chosen_embedder

JOB_KIND: Final = "describe_images"
MOST_FAILURES: Final = 20
"""Images that an embedder may fail on before the job gives up: then it is the embedder, and not the images."""
_AT_ONCE: Final = 32

_log = logging.getLogger(__name__)


class ImagesNotDescribedError(RuntimeError):
    """Some images have no descriptor; which, and why, is in the log."""


def describe_missing(*, now: datetime) -> int:
    """Put in a job for each project with images that lack a descriptor, and return how many; for the start of a server.

    Raises
    ------
    EmbedderUnusableError
        The embedder that the settings name cannot be used.
    """
    waiting = Job.objects.filter(kind=JOB_KIND, state__in=[JobState.WAITING, JobState.RUNNING])
    images = Image.objects.everywhere("the operator's server looks after all projects")
    wanted: set[type[Embedder]] = {Classical, chosen_embedder()}
    lack = {str(pk) for each in wanted for pk in lacking(images, each).values_list("project", flat=True).distinct()}
    projects = sorted(lack - set(waiting.values_list("subject", flat=True)), key=int)
    for project in projects:
        jobs.enqueue(JOB_KIND, project, now=now)
    return len(projects)


def describe_later(project: Project, *, now: datetime) -> None:
    """Have what came in described by the embedder that the settings name; Rubrica's own has described it already."""
    if settings.EMBEDDER:
        jobs.enqueue_and_start(JOB_KIND, str(project.pk), now=now)


def lacking(images: ScopedQuerySet[Image], embedder: type[Embedder]) -> ScopedQuerySet[Image]:
    """Return the images that an embedder has not described."""
    return images.filter(~Exists(ImageDescriptor.objects.filter(image=OuterRef("pk"), embedder=embedder.name)))


def describe_images(job: jobs.KeptJob, _now: jobs.Clock) -> None:
    """Describe the images of a project that lack a descriptor, by Rubrica's own embedder and by the chosen one.

    Raises
    ------
    EmbedderUnusableError
        The chosen embedder cannot be used; Rubrica's own descriptors have been made.
    ImagesNotDescribedError
        Some images could not be described; all others are.
    """
    project = Project.objects.everywhere("a job names its project").filter(pk=job.subject).first()
    if project is None:
        return
    _describe(project, Classical, job)
    chosen = chosen_embedder()
    if chosen is not Classical:
        _describe(project, chosen, job)


def _describe(project: Project, embedder: type[Embedder], job: jobs.KeptJob) -> None:
    rows = lacking(Image.objects.of(project), embedder).order_by("pk").only("sha256")
    if not rows.exists():
        return
    failures: list[str] = []
    last = 0
    with _maker(embedder) as make:
        while len(failures) < MOST_FAILURES and (images := list(rows.filter(pk__gt=last)[:_AT_ONCE])):
            made = []
            for image in images:
                job.keep()
                try:
                    made.append(ImageDescriptor(image=image, embedder=embedder.name, vector=make(image)))
                except Exception as error:  # noqa: BLE001  (one image, or another's code, must not stop the others)
                    failures.append(f"image {image.sha256[:12]}: {error}")
                    _log.warning("%s could not describe %s", embedder.name, failures[-1])
            with transaction.atomic():
                job.confirm()
                ImageDescriptor.objects.bulk_create(made, ignore_conflicts=True)
            last = images[-1].pk
    if failures:
        message = f"{embedder.name} could not describe {len(failures)} images of {project.slug}, first {failures[0]}"
        raise ImagesNotDescribedError(message)


@contextmanager
def _maker(embedder: type[Embedder]) -> Iterator[Callable[[Image], bytes]]:
    """Yield what makes the descriptor of an image, from its thumbnail: the pixels are decoded in a limited process."""
    # Slow import: the decoder, which a server leaves to its workers.
    from rubrica.imaging.decode import DecoderPool  # noqa: PLC0415  (slow import)

    instance = None if embedder is Classical else _instance(embedder)
    with DecoderPool() as pool:

        def make(image: Image) -> bytes:
            with default_storage.open(image.storage_key("thumbnail")) as file:
                renditions = pool.decode(file.read())
            return renditions.descriptor if instance is None else describe(instance, read_sample(renditions.sample))

        yield make


def _instance(embedder: type[Embedder]) -> Embedder:
    try:
        return embedder()
    except Exception as error:
        message = f"The embedder {embedder.name} cannot be made ready: {error}"
        raise EmbedderUnusableError(message) from error
