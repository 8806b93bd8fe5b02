"""Headers and context that every page gets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from rubrica.domain.house_rules import SENSORS_OFF
from rubrica.usecases.accounts import zone_of

Handler = Callable[[HttpRequest], HttpResponseBase]


class PrivacyHeadersMiddleware:
    """Keep pages out of caches and other sites, and the machine's sensors out of reach."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with privacy headers, unless the view has set its own."""
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{sensor}=()" for sensor in SENSORS_OFF))
        return response


class TimeZoneMiddleware:
    """Show times in the person's own zone."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the signed-in person's zone active. API paths are spared the look-up: they speak UTC."""
        if request.path.startswith("/api/") or not request.user.is_authenticated:
            return self._get_response(request)
        with timezone.override(zone_of(request.user)):
            return self._get_response(request)
