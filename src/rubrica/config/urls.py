"""All routes: pages from the web floor, programs from the API floor."""

from django.urls import include, path

from rubrica.api.router import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("rubrica.web.urls")),
]

handler400 = "rubrica.web.views.errors.bad_request"
handler403 = "rubrica.web.views.errors.permission_denied"
handler404 = "rubrica.web.views.errors.not_found"
handler429 = "rubrica.web.views.errors.too_many_requests"
handler500 = "rubrica.web.views.errors.server_error"
