"""The use cases: export a project into a folder, or as one archive."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from rubrica.domain.problems import Problem
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import parse_rubric
from rubrica.formats.columns import moment_text
from rubrica.formats.data_card import DataCard, data_card
from rubrica.records.models import GuidelineVersion, Project
from rubrica.records.queries import evaluations as evaluation_queries
from rubrica.usecases.access import ProjectAccess, record
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.exports.values import EXPORT_FORMATS, ExportedFile, ExportFormat, ExportSummary
from rubrica.usecases.pseudonyms import pseudonym

EXPORT_FORMAT: Final = "rubrica/export/1"
UNFINISHED: Final = "unfinished"
_MANIFEST: Final = "manifest.json"
_HASHED_AT_ONCE: Final = 1 << 20
_ABANDONED_AFTER: Final = 24 * 3600
"""Seconds after which an archive that is still there belongs to a server that was killed."""


def export_project(
    access: ProjectAccess,
    *,
    format: ExportFormat,  # noqa: A002  (the option's name everywhere)
    directory: Path,
    now: datetime,
) -> ExportSummary:
    """Write evaluations, ratings, marks, items and aggregates as files, with their hashes and a data card.

    Everything is as it stood when the export began. Memory does not grow with the number of evaluations, save for the
    few numbers an agreement needs.

    Raises
    ------
    NotAllowedError
        The person may not export.
    InvalidInputError
        The format is not known, or the directory exists and is not empty.
    ConflictError
        No guideline has been published, so there is nothing to export.
    """
    access.require(Permission.EXPORT)
    _check(format, directory)
    project = access.project
    with _unfinished(directory) as draft:
        with evaluation_queries.snapshot():
            versions = list(GuidelineVersion.objects.of(project).order_by("number"))
            if not versions:
                message = "There is nothing to export before the guideline has been published."
                raise ConflictError(message)
            draft.mkdir(parents=True)
            about = _write_tables(project, versions, format, draft, now)
        _write_guidelines(draft, versions)
        (draft / "README.md").write_text(data_card(about), encoding="utf-8")
        rows = {table.file: table.rows for table in about.tables}
        files = tuple(_hashed(path, draft, rows) for path in sorted(draft.rglob("*")) if path.is_file())
        _write_manifest(draft, format, about, files)
    record(
        "project.exported",
        project.slug,
        at=now,
        actor=access.account,
        project=project,
        format=format,
        rows=sum(rows.values()),
    )
    return ExportSummary(directory, format, files, {table.name: table.rows for table in about.tables})


def export_archive(access: ProjectAccess, format: ExportFormat, now: datetime) -> Path:  # noqa: A002  (as above)
    """Return a zip of the export in a folder of its own; the caller deletes both after sending."""
    outgoing = Path(settings.HOME) / "outgoing"
    outgoing.mkdir(mode=0o700, exist_ok=True)
    _sweep(outgoing, now)
    folder = Path(tempfile.mkdtemp(dir=outgoing))
    name = f"{access.project.slug}-{format}"
    archive = folder / f"{name}.zip"
    try:
        summary = export_project(access, format=format, directory=folder / name, now=now)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as package:
            for path in (*(file.name for file in summary.files), _MANIFEST):
                package.write(summary.directory / path, f"{name}/{path}")
        shutil.rmtree(summary.directory)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return archive


def _sweep(outgoing: Path, now: datetime) -> None:
    """Delete what a server that was killed while it exported has left."""
    for folder in outgoing.iterdir():
        if now.timestamp() - folder.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(folder, ignore_errors=True)


def _check(table_format: str, directory: Path) -> None:
    if table_format not in EXPORT_FORMATS:
        message = "Nothing was exported."
        raise InvalidInputError(message, [Problem("format", f"is {table_format}", ", ".join(EXPORT_FORMATS))])
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        message = f"{directory} exists and is not empty. Name a new folder: an export never overwrites another."
        raise InvalidInputError(message, [Problem("out", "is not empty", "a folder that is new or empty")])


@contextmanager
def _unfinished(directory: Path) -> Iterator[Path]:
    """Lend a place in ``directory`` whose name says that not all is there; at the end its files move up.

    The manifest moves last, so an export that was cut short has none.
    """
    draft = directory / UNFINISHED
    try:
        yield draft
        for path in sorted(draft.iterdir(), key=lambda path: path.name == _MANIFEST):
            path.rename(directory / path.name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.rmdir()


def _write_tables(
    project: Project, versions: Sequence[GuidelineVersion], table_format: ExportFormat, directory: Path, now: datetime
) -> DataCard:
    # Slow import: numpy, which a server that never exports should not load.
    from rubrica.usecases.exports.card import card  # noqa: PLC0415  (slow import)
    from rubrica.usecases.exports.writing import (  # noqa: PLC0415  (slow import)
        open_tables,
        write_adjudications,
        write_evaluations,
        write_items,
    )

    until = evaluation_queries.last_evaluation_id(project)
    rubric_of = {version.number: parse_rubric(version.rubric) for version in versions}
    raters: set[str] = set()

    @cache
    def alias(rater: str) -> str:
        raters.add(rater)
        return pseudonym(project.pk, rater)

    with open_tables(directory, table_format) as tables:
        write_evaluations(tables, project, list(rubric_of.values()), until, alias)
        write_items(tables, project, rubric_of, until)
        write_adjudications(tables, project, lambda person: pseudonym(project.pk, person))
    return card(
        project,
        versions,
        evaluation_queries.evaluations_of_versions(project, until),
        tables.all,
        superseded=evaluation_queries.superseded_count(project, until),
        repeats=evaluation_queries.repeat_count(project, until),
        raters=len(raters),
        until=until,
        exported_at=moment_text(now),
    )


def _write_guidelines(directory: Path, versions: Sequence[GuidelineVersion]) -> None:
    folder = directory / "guidelines"
    folder.mkdir()
    for version in versions:
        (folder / f"v{version.number}.md").write_text(version.markdown, encoding="utf-8", newline="\n")
        rubric = json.dumps(version.rubric, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        (folder / f"v{version.number}.rubric.json").write_text(rubric, encoding="utf-8", newline="\n")


def _hashed(path: Path, directory: Path, rows: dict[str, int]) -> ExportedFile:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_HASHED_AT_ONCE):
            digest.update(chunk)
    name = path.relative_to(directory).as_posix()
    return ExportedFile(name, digest.hexdigest(), path.stat().st_size, rows.get(name))


def _write_manifest(
    directory: Path, table_format: ExportFormat, about: DataCard, files: Sequence[ExportedFile]
) -> None:
    """Write the list of files, when all others are there."""
    manifest = {
        "format": EXPORT_FORMAT,
        "project": about.project,
        "exported_at": about.exported_at,
        "software": about.software,
        "table_format": table_format,
        "evaluations": about.evaluations,
        "superseded_left_out": about.superseded,
        "repeats": about.repeats,
        "guideline_versions": [
            {"number": version.number, "content_hash": version.content_hash, "evaluations": version.evaluations}
            for version in about.versions
        ],
        "files": [{"name": file.name, "sha256": file.sha256, "bytes": file.bytes, "rows": file.rows} for file in files],
    }
    text = json.dumps(manifest, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    (directory / _MANIFEST).write_text(text, encoding="utf-8")
