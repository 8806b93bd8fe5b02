"""Exports: the project's data as files to take away."""

from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rubrica.domain.roles import Permission
from rubrica.kit.clock import now
from rubrica.usecases.access import open_project
from rubrica.usecases.exports import EXPORT_FORMATS, export_archive
from rubrica.web.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Say what an export holds, and build one to download."""
    access = open_project(person(request), slug, Permission.EXPORT)
    if request.method == "POST":
        wanted = request.POST.get("format", "")
        if wanted not in EXPORT_FORMATS:
            return redirect("exports", slug)
        moment = now()
        archive = export_archive(access, wanted, moment)
        file: BinaryIO = archive.open("rb")
        # The open file lives until it has been sent; nobody else needs the name.
        archive.unlink()
        archive.parent.rmdir()
        name = f"{slug}-{moment:%Y%m%dT%H%M%SZ}-{wanted}.zip"
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    return _page(request, {"access": access, "formats": EXPORT_FORMATS})


def _page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "report/exports.html", context)
