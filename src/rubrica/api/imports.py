"""Imports: uploading items, and what became of each file and row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.errors import NotMultipartError, UploadTooLargeError
from rubrica.api.fields import NO_CONTROLS, PublicId, Slug
from rubrica.api.openapi import answers
from rubrica.kit import clock
from rubrica.records.models import ItemImport, ItemImportProblem
from rubrica.usecases import imports
from rubrica.usecases.access import open_project
from rubrica.usecases.imports import UploadedPart

router = Router(tags=["Items"])

MOST_UPLOAD_BYTES: Final = 4_000_000_000
MOST_PROBLEMS: Final = 1000
_FORM: Final = "multipart/form-data"
_UPLOAD: Final = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "additionalProperties": False,
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "Images, or one manifest (CSV, JSONL) with the images it names.",
                        }
                    },
                }
            }
        },
    }
}


class ImportSummary(BaseModel):
    """One batch of items on its way in, with counts so far."""

    id: str
    source: str
    state: str = Field(description="`waiting`, `running`, `finished` or `failed`.")
    total: int
    accepted: int
    refused: int
    known: int = Field(description="Rows whose key the project already had.")
    failure: str = Field(description="Why the whole import failed; empty otherwise.")
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class Imports(BaseModel):
    """A project's imports, newest first."""

    imports: list[ImportSummary]


class ImportProblem(BaseModel):
    """Why one file or row was refused, and what to do."""

    line: int | None
    name: str
    code: str
    reason: str


class Import(ImportSummary):
    """An import with what was refused."""

    problems: list[ImportProblem]


@router.post(
    "/projects/{slug:slug}/imports",
    operation_id="start_import",
    summary="Import items",
    openapi_extra=_UPLOAD,
    response=answers({202: ImportSummary}, 400, 403, 404, 413, 415, 422),
)
def start_import(
    request: HttpRequest,
    slug: Slug,
    source: Annotated[
        str, Query(max_length=200, pattern=NO_CONTROLS, description="What the import is called in lists.")
    ] = "API upload",
) -> Status[ImportSummary]:
    """Take uploaded files in; a worker reads them. A bad file never stops an import: each gets a line with a reason."""
    if request.content_type != _FORM:
        raise NotMultipartError
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_UPLOAD_BYTES:
        raise UploadTooLargeError(f"at most {MOST_UPLOAD_BYTES:,} bytes in one upload")
    started = imports.start_import(caller(request), slug, source=source, files=_uploads(request), now=clock.now())
    return Status(202, _summary(started))


@router.get(
    "/projects/{slug:slug}/imports",
    operation_id="list_imports",
    summary="List imports",
    response=answers({200: Imports}, 403, 404),
)
def list_imports(request: HttpRequest, slug: Slug) -> Imports:
    """Return the project's imports, newest first."""
    access = open_project(caller(request), slug)
    return Imports(imports=[_summary(item_import) for item_import in imports.imports_of(access)])


@router.get(
    "/projects/{slug:slug}/imports/{id:import_id}",
    operation_id="read_import",
    summary="See how far an import has come",
    response=answers({200: Import}, 403, 404, 422),
)
def read_import(
    request: HttpRequest,
    slug: Slug,
    import_id: PublicId,
    limit: Annotated[int, Query(ge=0, le=MOST_PROBLEMS, description="How many problems to list.")] = 200,
) -> Import:
    """Return an import's counts, and why files and rows were refused."""
    found = imports.import_of(open_project(caller(request), slug), import_id)
    problems = [_problem(row) for row in imports.problems_of(found, limit=limit)]
    return Import(**_summary(found).model_dump(), problems=problems)


def _uploads(request: HttpRequest) -> Iterator[UploadedPart]:
    """Yield the uploaded files. They are read from the network once the first is asked for: behind the permission."""
    uploaded: list[UploadedFile[bytes]] = request.FILES.getlist("files")
    for file in uploaded:
        yield UploadedPart(file.name or "", file.chunks())


def _summary(item_import: ItemImport) -> ImportSummary:
    return ImportSummary(
        id=item_import.public_id,
        source=item_import.source,
        state=item_import.state,
        total=item_import.total,
        accepted=item_import.accepted,
        refused=item_import.refused,
        known=item_import.known,
        failure=item_import.failure,
        started_by=str(item_import.started_by),
        created_at=item_import.created_at,
        finished_at=item_import.finished_at,
    )


def _problem(row: ItemImportProblem) -> ImportProblem:
    return ImportProblem(line=row.line, name=row.name, code=row.code, reason=row.reason)
