"""One's own profile: what a person says of himself or herself."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.body import json_body
from rubrica.api.fields import RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.kit import clock
from rubrica.usecases import profiles, resumes

router = Router(tags=["Account"])


class OwnProfile(BaseModel):
    """What the caller says of himself or herself; all of it is self-declared."""

    declared: dict[str, Any] = Field(
        description="Sections with their entries, as *Profile* in the reference describes them."
    )
    revision: int = Field(description="How often it was changed; 0 before the first time.")
    changed_at: datetime | None


class NewProfile(RequestBody):
    """A profile to be kept."""

    declared: dict[str, Any] = Field(
        description="The whole profile: a section that is left out is emptied.",
        examples=[{"languages": [{"tag": "de-CH", "reading": "C1", "writing": "B2"}]}],
    )


class ImportedResume(BaseModel):
    """What an import took."""

    sections: list[str] = Field(description="Sections of the profile that were replaced.")
    left_out: list[str] = Field(description="Paths of what a profile has no room for.")


@router.get("/me/profile", operation_id="read_profile", summary="Read my profile", response=answers({200: OwnProfile}))
def read_profile(request: HttpRequest) -> OwnProfile:
    """Return the caller's profile."""
    return _document(profiles.own_profile(caller(request)))


@router.put(
    "/me/profile",
    operation_id="replace_profile",
    summary="Replace my profile",
    response=answers_to_body({200: OwnProfile}, 409),
)
def replace_profile(request: HttpRequest, new: NewProfile) -> OwnProfile:
    """Put another profile in the place of the caller's. Nothing is taken where anything cannot be."""
    return _document(profiles.replace_profile(caller(request), new.declared, now=clock.now()))


@router.get(
    "/me/resume",
    operation_id="read_resume",
    summary="Read my profile as a JSON Resume",
    response=answers({200: dict[str, Any]}),
)
def read_resume(request: HttpRequest) -> dict[str, Any]:
    """Return the caller's profile as a JSON Resume; every entry says whether it is self-declared or verified."""
    return resumes.resume_of(caller(request), now=clock.now())


@router.post(
    "/me/resume",
    operation_id="import_resume",
    summary="Import a JSON Resume",
    response=answers_to_body({200: ImportedResume}, 409),
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}},
)
def import_resume(request: HttpRequest) -> ImportedResume:
    """Take a JSON Resume into the caller's profile: its sections replace those that there are, others stay."""
    json_body(request)
    taken = resumes.import_resume(caller(request), request.body, now=clock.now())
    return ImportedResume(sections=list(taken.sections), left_out=list(taken.left_out))


def _document(own: profiles.OwnProfile) -> OwnProfile:
    return OwnProfile(declared=own.profile.declared, revision=own.revision, changed_at=own.changed_at)
