"""The API as a whole: who may call, how addresses are matched, how everything is described."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path, register_converter
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.openapi.schema import OpenAPISchema
from typing_extensions import override

from rubrica.api import errors, openapi
from rubrica.api.authentication import Caller
from rubrica.api.body import JSON, JsonRenderer, StrictParser
from rubrica.kit.ids import PUBLIC_ID_LENGTH

View = Callable[..., HttpResponseBase]


class PublicIdConverter:
    """Matches identifiers of our making; an address with any other is not found before a database is asked."""

    regex = f"[A-Za-z0-9_-]{{{PUBLIC_ID_LENGTH}}}"

    def to_python(self, value: str) -> str:
        """Return the identifier as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the identifier as it stands in the address."""
        return value


class CountConverter:
    """Matches a number that a count or a place in a grid can have."""

    regex = "[0-9]{1,6}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return the digits."""
        return str(value)


register_converter(PublicIdConverter, "id")
register_converter(CountConverter, "count")


class RubricaApi(NinjaAPI):
    """Ninja with our rules: every operation needs a caller, every refusal is a problem document."""

    def __init__(self) -> None:
        super().__init__(
            title="Rubrica",
            version="1",
            description=openapi.DESCRIPTION,
            auth=Caller(),
            parser=StrictParser(),
            renderer=JsonRenderer(),
            urls_namespace="api",
            # Ninja's own pages are off: they load scripts from elsewhere, and show the schema to strangers.
            openapi_url=None,
            docs_url=None,
        )
        errors.install(self)

    @property
    @override
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """The addresses, each behind :func:`_entrance`, and an answer for every address that there is not."""
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                # Ninja needs the name of its root for the schema; what it would answer there is a page.
                view = self._nothing_here if pattern.name == "api-root" else pattern.callback
                pattern.callback = _entrance(view)
        return [*patterns, re_path("", _entrance(self._nothing_here))], app_name, namespace

    @override
    def get_content_type(self) -> str:
        return JSON

    @override
    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        return openapi.completed(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))

    def _nothing_here(self, request: HttpRequest) -> HttpResponse:
        """Answer for an address that the API does not have: strangers learn not even that."""
        try:
            account = Caller()(request)
        except Exception as error:  # noqa: BLE001  (every exception becomes a problem document)
            return self.on_exception(request, error)
        if account is None:
            return errors.not_authenticated(request, AuthenticationError())
        return errors.problem_response(404, "not-found", "Not found", "The API has no such address.")


def _entrance(view: View) -> View:
    """Let requests in past Django's own log-in and CSRF middleware, which ask pages' questions of programs.

    The API asks for itself, in :class:`~rubrica.api.authentication.Caller`, before anything of an operation runs.
    """

    @csrf_exempt
    @login_not_required
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:  # noqa: PLR2004  (a status)
            return errors.method_not_allowed(", ".join(sorted(response.headers["Allow"].split(", "))))
        return response

    return enter
