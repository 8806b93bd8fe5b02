"""Exports: a project's evaluations as files, in one zip."""

from typing import Any, Final, Literal

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router
from pydantic import Field

from rubrica.api.authentication import caller
from rubrica.api.fields import RequestBody, Slug
from rubrica.api.openapi import answers_to_body
from rubrica.domain.roles import Permission
from rubrica.kit import clock
from rubrica.usecases.access import open_project
from rubrica.usecases.exports import export_archive

router = Router(tags=["Results"])

_CHUNK_BYTES: Final = 256 * 1024
_ZIP: Final[dict[str, Any]] = {
    "responses": {
        200: {
            "description": "A zip of tables, a manifest with SHA-256 of each, and a data card.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class ExportRequest(RequestBody):
    """How the tables are written."""

    format: Literal["jsonl", "csv", "parquet"] = Field(description="JSONL is exact; CSV guards against formulas.")


@router.post(
    "/projects/{slug:slug}/exports",
    operation_id="export_project",
    summary="Export evaluations",
    openapi_extra=_ZIP,
    response=answers_to_body({200: None}, 404, 409),
)
def export_project(request: HttpRequest, slug: Slug, wanted: ExportRequest) -> HttpResponseBase:
    """Build an export and return it: evaluations, ratings, marks, items and aggregates."""
    now = clock.now()
    access = open_project(caller(request), slug, Permission.EXPORT)
    archive = export_archive(access, wanted.format, now)
    file = archive.open("rb")
    # The bytes stay readable through the open file; nothing is left behind, whatever becomes of the connection.
    archive.unlink()
    archive.parent.rmdir()
    name = f"{access.project.slug}-{now:%Y%m%dT%H%M%SZ}-{wanted.format}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response.block_size = _CHUNK_BYTES
    return response
