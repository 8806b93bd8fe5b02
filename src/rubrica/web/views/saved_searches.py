"""Searches for openings that a person keeps, and the end of their mails."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.kit.clock import now
from rubrica.usecases import saved_searches as usecases
from rubrica.web.requests import person, posted
from rubrica.web.translate import attempt


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """Show the searches that a person keeps."""
    return render(request, "opening/searches.html", {"searches": usecases.searches_of(person(request))})


@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep a search."""
    own = person(request)
    name, query = posted(request, "name", most=500), posted(request, "query", most=2_000)
    by_mail = posted(request, "by_mail", most=4) == "on"
    attempt(
        request,
        lambda: usecases.save_search(own, name=name, query=query, by_mail=by_mail, now=now()),
        _("The search is kept."),
    )
    return redirect("saved_searches")


@require_POST
def search_step(request: HttpRequest, search: str, step: str) -> HttpResponse:
    """Have a search come by mail, or no more; or keep it no more."""
    own = person(request)
    if step == "remove":
        attempt(request, lambda: usecases.remove_search(own, search), _("The search is removed."))
    elif step in {"mail", "no-mail"}:
        by_mail = step == "mail"
        attempt(request, lambda: usecases.change_mail(own, search, by_mail=by_mail, now=now()), _("Saved."))
    else:
        raise Http404
    return redirect("saved_searches")


# A mail program asks with nothing but the link of the letter (RFC 8058): that is signed, and ends mails only.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of somebody's searches, once it is asked for; a look alone ends nothing."""
    if request.method == "POST":
        usecases.unsubscribe(token)
    return render(request, "opening/unsubscribe.html", {"is_done": request.method == "POST"})
