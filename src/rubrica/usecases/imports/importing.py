"""The use cases: start an import, run it as a job or at once, look at it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from rubrica.domain.problems import Problem
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import parse_rubric
from rubrica.formats.manifest import MANIFEST_ENDINGS
from rubrica.records.models import Account, GuidelineDraft, ItemImport, ItemImportProblem, Project
from rubrica.records.models.item_import import ImportState
from rubrica.usecases import jobs
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import InvalidInputError, NotFoundError
from rubrica.usecases.imports import staging
from rubrica.usecases.imports.progress import ImportProgress, Unhurried, failure_text
from rubrica.usecases.imports.sources import UploadSource, source_of_path
from rubrica.usecases.imports.staging import MOST_FILES, TooManyFilesError, UploadedPart

JOB_KIND: Final = "import_items"


def start_import(
    account: Account, slug: str, *, source: str, files: Iterable[UploadedPart], now: datetime
) -> ItemImport:
    """Stage uploaded files and have a worker import them.

    ``files`` are images, or one manifest (``.csv``, ``.jsonl``) with the images it names. ``source`` is shown in lists.

    Raises
    ------
    NotFoundError, NotAllowedError
        The person may not import items here.
    InvalidInputError
        There is no file, more than one manifest, or the manifest's header cannot be used; nothing is kept.
    """
    access = open_project(account, slug, Permission.IMPORT_ITEMS)
    item_import = _new_import(access, source, now=now)
    try:
        uploads = staging.stage(item_import.public_id, files, MANIFEST_ENDINGS)
    except TooManyFilesError as error:
        message = f"Nothing was imported: an upload may have at most {MOST_FILES} files."
        raise InvalidInputError(message, [Problem("files", str(error), f"at most {MOST_FILES} files")]) from error
    try:
        # Reading the manifest's header now tells the person at once what a job would tell later.
        UploadSource(uploads, images_of(access.project))
        with transaction.atomic():
            item_import.save()
            jobs.enqueue_and_start(JOB_KIND, item_import.public_id, now=now)
    except BaseException:
        staging.discard(item_import.public_id)
        raise
    return item_import


def import_folder(
    account: Account,
    slug: str,
    path: Path,
    *,
    now: datetime,
    progress: Callable[[ImportProgress], None] | None = None,
) -> ItemImport:
    """Import a folder of images, or a CSV or JSONL manifest with the images beside it, and return when it is done.

    Raises
    ------
    NotFoundError, NotAllowedError
        The person may not import items here.
    InvalidInputError
        The path or the manifest's header cannot be used; nothing is imported.
    """
    access = open_project(account, slug, Permission.IMPORT_ITEMS)
    source = source_of_path(path, images_of(access.project))
    item_import = _new_import(access, path.name or str(path), now=now)
    item_import.save()
    # Slow import, here and below: the decoder, which a server leaves to its workers.
    from rubrica.usecases.imports.running import run  # noqa: PLC0415  (slow import)

    run(item_import, source, clock=lambda: now, job=Unhurried(), progress=progress)
    return item_import


def run_import_job(job: jobs.KeptJob, now: jobs.Clock) -> None:
    """Import what was staged, or go on where a worker that died has stopped."""
    imports = ItemImport.objects.everywhere("a job names its import").select_related("project", "started_by")
    item_import = imports.get(public_id=job.subject)
    if item_import.state not in {ImportState.FINISHED, ImportState.FAILED}:
        source = UploadSource(staging.staged(item_import.public_id), images_of(item_import.project))
        from rubrica.usecases.imports.running import run  # noqa: PLC0415  (slow import, as above)

        run(item_import, source, clock=now, job=job)
    staging.discard(item_import.public_id)


def give_import_up(public_id: str, failure: str, now: datetime) -> None:
    """Let an import whose job has failed be seen to have failed, and delete what was staged for it."""
    imports = ItemImport.objects.everywhere("a job names its import")
    unfinished = imports.filter(public_id=public_id, state__in=[ImportState.WAITING, ImportState.RUNNING])
    unfinished.update(state=ImportState.FAILED, failure=failure_text(failure), finished_at=now)
    staging.discard(public_id)


def import_of(access: ProjectAccess, public_id: str) -> ItemImport:
    """Return one import of the project. Should its worker have died, another is started."""
    access.require(Permission.IMPORT_ITEMS)
    rows = ItemImport.objects.of(access.project).select_related("project", "started_by")
    item_import = rows.filter(public_id=public_id).first()
    if item_import is None:
        message = "There is no such import in this project."
        raise NotFoundError(message)
    if item_import.state in {ImportState.WAITING, ImportState.RUNNING}:
        jobs.start_worker_if_work_waits()
    return item_import


def imports_of(access: ProjectAccess) -> list[ItemImport]:
    """Return the project's imports, newest first."""
    access.require(Permission.IMPORT_ITEMS)
    return list(ItemImport.objects.of(access.project).select_related("started_by").order_by("-id"))


def problems_of(item_import: ItemImport, *, limit: int | None = None) -> list[ItemImportProblem]:
    """Return why rows and files were refused, in the order of the source."""
    rows = ItemImportProblem.objects.of(item_import.project).filter(item_import=item_import).order_by("pk")
    return list(rows if limit is None else rows[:limit])


def images_of(project: Project) -> int:
    """Return how many images an item of the project has: the guideline in force says, else the draft."""
    rubric = project.guideline.rubric if project.guideline else GuidelineDraft.objects.of(project).get().rubric
    return parse_rubric(rubric).images


def _new_import(access: ProjectAccess, source: str, *, now: datetime) -> ItemImport:
    return ItemImport(project=access.project, source=source[:200], started_by=access.account, created_at=now)
