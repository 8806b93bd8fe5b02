"""Where openings from elsewhere come from: addresses, files and pasted text."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.problems import Problem
from rubrica.formats.openings import FeedKind
from rubrica.formats.openings.feed import MOST_BYTES
from rubrica.kit.clock import now
from rubrica.usecases import opening_sources as usecases
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt, problems_of

KIND_WORDS: Final = {
    FeedKind.PAGE.value: gettext_lazy("A page with JSON-LD"),
    FeedKind.JSON_LD.value: gettext_lazy("JSON-LD"),
    FeedKind.INDEED.value: gettext_lazy("XML as Indeed reads it"),
    FeedKind.SYNDICATION.value: gettext_lazy("RSS or Atom"),
    FeedKind.LISTING.value: gettext_lazy("A JSON listing"),
    FeedKind.CSV.value: gettext_lazy("CSV"),
    FeedKind.TEXT.value: gettext_lazy("Pasted text"),
}
_MOST_PASTED: Final = 200_000


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Show the sources that a person sees to, how they do, and the ways to add one."""
    return _page(request)


@require_POST
def add_source(request: HttpRequest) -> HttpResponse:
    """Fetch openings from an address from now on."""
    try:
        usecases.add_source(
            person(request),
            name=posted(request, "name", most=500),
            url=posted(request, "url", most=2_000),
            kind=posted(request, "kind", most=20),
            is_shared=posted(request, "shared", most=4) == "on",
            every_hours=whole(request, "every_hours"),
            now=now(),
        )
    except (InvalidInputError, ConflictError) as error:
        return _page(request, error=error, form="address")
    messages.success(request, _("The address will be fetched in a moment, and again and again."))
    return redirect("opening_sources")


@require_POST
def import_openings(request: HttpRequest) -> HttpResponse:
    """Take openings from a file or from pasted text."""
    own = person(request)
    try:
        given, data = _put_in(request)
        name = posted(request, "name", most=500) or given
        kind = posted(request, "kind", most=20)
        is_shared = posted(request, "shared", most=4) == "on"
        _source, stored = usecases.import_openings(own, data, name=name, kind=kind, is_shared=is_shared, now=now())
    except (InvalidInputError, ConflictError) as error:
        return _page(request, error=error, form="file")
    said = _("%(added)s new, %(changed)s changed, %(gone)s gone, %(refused)s refused.")
    counts = {"added": stored.added, "changed": stored.changed, "gone": stored.gone, "refused": stored.refused}
    messages.success(request, said % counts)
    return redirect("opening_sources")


def _put_in(request: HttpRequest) -> tuple[str, bytes]:
    """Return what was put in, a file or text, and what to call it."""
    uploaded = request.FILES.get("file")
    if uploaded is None:
        return _("Pasted"), posted(request, "text", most=_MOST_PASTED).encode()
    if (uploaded.size or 0) > MOST_BYTES:
        message = _("The file is too large.")
        raise InvalidInputError(message, [Problem("file", f"has {uploaded.size} bytes", f"at most {MOST_BYTES}")])
    return uploaded.name or _("File"), uploaded.read()


@require_POST
def source_step(request: HttpRequest, source: str, step: str) -> HttpResponse:
    """Fetch a source now, or remove it."""
    own = person(request)
    take = {
        "refresh": (usecases.refresh_source, _("It will be fetched in a moment.")),
        "remove": (usecases.remove_source, _("The source is removed, and its openings are off the list.")),
    }.get(step)
    if take is None:
        raise Http404
    usecase, said = take
    attempt(request, lambda: usecase(own, source, now=now()), said)
    return redirect("opening_sources")


def _page(
    request: HttpRequest, *, error: InvalidInputError | ConflictError | None = None, form: str = ""
) -> HttpResponse:
    own = person(request)
    context: dict[str, Any] = {
        "sources": list(usecases.sources_of(own)),
        "kinds": KIND_WORDS,
        "may_share": own.is_platform_admin,
        "given": request.POST if error is not None else {},
        "form": form,
        "message": str(error) if error is not None else "",
        "problems": problems_of(error) if error is not None else (),
    }
    status = 200 if error is None else 409 if isinstance(error, ConflictError) else 422
    return render(request, "opening/sources.html", context, status=status)
