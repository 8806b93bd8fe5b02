"""Error pages: each says what happened and what to do next."""

from typing import Final

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

TRY_AGAIN_SECONDS: Final = 15 * 60
"""What throttled requests are told; the longest of the limits in the settings, save that of mails."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that could not be understood, or that brings more files than one form may."""
    if isinstance(exception, TooManyFilesSent):
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        message = _("A form takes up to %(most)d files at once. Send them in several goes, or use the command line.")
        return _page(request, 413, message % {"most": most})
    return _page(request, 400, _("The request could not be understood. Go back and try again."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django calls it so)
    """Answer a person who may not do this."""
    return _page(request, 403, _("You may not do this. Ask the lead of the project or an admin."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django calls it so)
    """Answer a request for something outside the person's world."""
    return _page(request, 404, _("There is no such page, or it is not part of what you can see."))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer somebody who asks for too many sign-ins or mails. allauth finds this through the URL configuration."""
    message = _("That was too often in a short time. Wait a quarter of an hour, then try again.")
    response = _page(request, 429, message)
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (the page must not need anything that may be broken)
    """Answer when the fault is ours, without touching the database."""
    message = _("Something went wrong on our side. What you had saved is safe. Try again in a moment.")
    return HttpResponse(render_to_string("errors/plain.html", {"message": message}), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """Answer a form whose token has gone stale."""
    return _page(
        request, 403, _("This form was open too long or cookies are off. Go back, reload the page, try again.")
    )


def _page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    return render(request, "errors/refused.html", {"status": status, "message": message}, status=status)
