"""The API with all its routers."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from ninja.openapi.schema import OpenAPISchema

from rubrica.api import (
    active_time,
    application_review,
    applications,
    assignments,
    attempts,
    change_proposals,
    clause_questions,
    edge_cases,
    evaluations,
    explanation_checks,
    exports,
    gold,
    guidelines,
    images,
    imports,
    items,
    me,
    news,
    opening_sources,
    openings,
    organisations,
    profiles,
    project_openings,
    projects,
    reports,
    reviews,
    rounds,
    scheduled_publications,
    tokens,
    tracked_applications,
    work_records,
)
from rubrica.api.body import json_response
from rubrica.api.service import RubricaApi

api = RubricaApi()

# Addresses are tried in this order, so those that every evaluation needs come first.
for noun in (
    evaluations,
    assignments,
    active_time,
    explanation_checks,
    images,
    me,
    news,
    projects,
    guidelines,
    scheduled_publications,
    clause_questions,
    change_proposals,
    edge_cases,
    gold,
    attempts,
    items,
    imports,
    reports,
    reviews,
    rounds,
    exports,
    organisations,
    tokens,
    profiles,
    work_records,
    applications,
    application_review,
    openings,
    project_openings,
    opening_sources,
    tracked_applications,
):
    api.add_router("", noun.router)


@api.get("/openapi.json", include_in_schema=False)
def read_openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (ninja passes it)
    """Return the description of the API, for those who are signed in."""
    return json_response(_description())


@cache
def _description() -> OpenAPISchema:
    """Describe the API once: it takes a while, and nothing of it changes while the server runs."""
    return api.get_openapi_schema()
