"""Openings of a project, for those who lead it: written, checked, published and closed."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.opening import OpeningState
from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.problems import Problem
from rubrica.domain.roles import Permission
from rubrica.kit.clock import now
from rubrica.records.models import StoredOpening
from rubrica.usecases import openings as usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.opening_work import availability_of
from rubrica.web.opening_form import Values, document_of, form_groups, typed, values_of
from rubrica.web.requests import person, posted
from rubrica.web.translate import problems_of

_SAID: Final = {
    "publish": gettext_lazy("The opening is published."),
    "close": gettext_lazy("The opening is closed. Nobody sees it in a list any more."),
}
_MOST_PASTED: Final = 200_000


@require_safe
def project_openings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the openings of a project."""
    access = open_project(person(request), slug, Permission.MANAGE_OPENINGS)
    context = {"access": access, "rows": list(usecases.openings_of(access)[:200]), "now": now()}
    return render(request, "opening/project_openings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_opening(request: HttpRequest, slug: str) -> HttpResponse:
    """Write an opening. What was typed is kept when it is refused."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_OPENINGS)
    if request.method != "POST":
        draft = usecases.first_draft(access).as_json()
        return _form(request, access, values_of(draft))
    if "posting" in request.POST:
        return _from_posting(request, access)
    values = typed(request)
    try:
        row = usecases.write_opening(own, slug, document_of(values), now=now())
    except InvalidInputError as error:
        return _form(request, access, values, error=error)
    messages.success(request, _("The draft is kept. See below what is missing."))
    return redirect("project_opening", slug, row.number or 0)


def _from_posting(request: HttpRequest, access: ProjectAccess) -> HttpResponse:
    """Fill the form with what a posting says that somebody has pasted; nothing is kept yet."""
    text = posted(request, "posting", most=_MOST_PASTED)
    try:
        opening, notes = usecases.draft_from_posting(access, text)
    except InvalidInputError as error:
        return _form(request, access, values_of(usecases.first_draft(access).as_json()), error=error, posting=text)
    messages.success(request, _("The fields below say what was read. Look at each, then keep it as a draft."))
    return _form(request, access, values_of(opening.as_json()), notes=notes)


@require_http_methods(["GET", "HEAD", "POST"])
def project_opening(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show an opening with what keeps it from being published, and change it."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_OPENINGS)
    row = usecases.opening_of(access, number)
    if request.method != "POST":
        return _form(request, access, values_of(row.document), row=row)
    values = typed(request)
    try:
        usecases.change_opening(own, slug, number, document_of(values), now=now())
    except (InvalidInputError, ConflictError) as error:
        return _form(request, access, values, row=row, error=error)
    messages.success(request, _("Saved."))
    return redirect("project_opening", slug, number)


@require_POST
def opening_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Publish or close an opening."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_OPENINGS)
    take = {"publish": usecases.publish_opening, "close": usecases.close_opening}.get(step)
    if take is None:
        raise Http404
    try:
        take(own, slug, number, now=now())
    except (InvalidInputError, ConflictError) as error:
        row = usecases.opening_of(access, number)
        return _form(request, access, values_of(row.document), row=row, error=error)
    messages.success(request, str(_SAID[step]))
    return redirect("project_opening", slug, number)


def _form(
    request: HttpRequest,
    access: ProjectAccess,
    values: Values,
    *,
    row: StoredOpening | None = None,
    error: InvalidInputError | ConflictError | None = None,
    notes: tuple[Problem, ...] = (),
    posting: str = "",
) -> HttpResponse:
    refused = problems_of(error) if error is not None else ()
    context: dict[str, Any] = {
        "access": access,
        "row": row,
        "message": str(error) if error is not None else "",
        "problems": refused,
        "notes": notes,
        "posting": posting,
        "is_closed": row is not None and row.state == OpeningState.CLOSED,
        "now": now(),
    }
    lacking: tuple[Problem, ...] = ()
    if row is not None and row.state != OpeningState.CLOSED:
        opening = parse_opening(row.document)
        lacking = usecases.check_opening(access, opening, now=now())
        newcomers = opening.headcount or 1
        context["availability"] = availability_of(access.project, opening, newcomers=newcomers, now=now())
    context["lacking"] = lacking if error is None else ()
    context["groups"] = form_groups(values, refused or lacking)
    status = 200 if error is None else 409 if isinstance(error, ConflictError) else 422
    return render(request, "opening/project_opening.html", context, status=status)
