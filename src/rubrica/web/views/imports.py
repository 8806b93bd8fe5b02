"""Imports: bringing items in, and why some could not come."""

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rubrica.domain.roles import Permission
from rubrica.formats.manifest_row import image_columns, model_columns
from rubrica.kit.clock import now
from rubrica.records.models import ItemImport, ItemImportProblem
from rubrica.records.models.item_import import ImportState
from rubrica.usecases import imports as usecases
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import RefusedError
from rubrica.web.requests import person
from rubrica.web.translate import problems_of

MOST_PROBLEMS_SHOWN = 500


def _columns(images: int) -> dict[str, object]:
    """Return how a manifest of the project is headed."""
    header = [*image_columns(images), "prompt", *model_columns(images)]
    row = [f"cat-{number + 1}.png" for number in range(images)] + ["a cat on a chair"]
    return {
        "has_several": images > 1,
        "image_columns": ", ".join(image_columns(images)),
        "model_columns": ", ".join(model_columns(images)),
        "example": f"{','.join(header)}\n{','.join(row + ['ours'] * images)}",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """Take uploads, and list the imports so far."""
    own = person(request)
    access = open_project(own, slug, Permission.IMPORT_ITEMS)
    context: dict[str, object] = {
        "access": access,
        "rows": usecases.imports_of(access),
        **_columns(usecases.images_of(access.project)),
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    }
    if request.method == "POST":
        files = request.FILES.getlist("files")
        parts = [usecases.UploadedPart(str(file.name), file.chunks()) for file in files]
        source = str(files[0].name) if len(files) == 1 else _("%(count)d files") % {"count": len(files)}
        try:
            started = usecases.start_import(own, slug, source=source, files=parts, now=now())
        except RefusedError as error:
            context |= {"message": str(error), "problems": problems_of(error)}
            return render(request, "item/imports.html", context, status=422)
        return redirect("item_import", slug, started.public_id)
    return render(request, "item/imports.html", context)


@require_safe
def item_import(request: HttpRequest, slug: str, item_import: str) -> HttpResponse:
    """Show how far an import has come, and a line with a reason for all that was refused."""
    access = open_project(person(request), slug, Permission.IMPORT_ITEMS)
    found = usecases.import_of(access, item_import)
    context = {
        "access": access,
        "import": found,
        "settled": found.accepted + found.refused + found.known,
        "is_live": found.state in {ImportState.WAITING, ImportState.RUNNING},
        "problems": usecases.problems_of(found, limit=MOST_PROBLEMS_SHOWN),
        "reasons": _reasons(found) if found.refused else [],
        "most_shown": MOST_PROBLEMS_SHOWN,
    }
    return render(request, "item/import.html", context)


def _reasons(found: ItemImport) -> list[tuple[str, int]]:
    """Return how many rows and files were refused for each kind of reason, the most frequent first."""
    rows = ItemImportProblem.objects.of(found.project).filter(item_import=found).order_by().values_list("code")
    counted: list[tuple[str, int]] = list(rows.annotate(times=Count("pk")).order_by("-times", "code"))
    return [(code.replace("-", " ").replace("_", " "), times) for code, times in counted]
