"""One's own profile: what a person says of himself or herself."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.fields import RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.kit import clock
from rubrica.usecases import profiles

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


def _document(own: profiles.OwnProfile) -> OwnProfile:
    return OwnProfile(declared=own.profile.declared, revision=own.revision, changed_at=own.changed_at)
