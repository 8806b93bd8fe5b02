"""Oneself: who is calling, and where the caller belongs."""

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller
from rubrica.api.openapi import answers
from rubrica.usecases.organisations import organisations_of

router = Router(tags=["Account"])


class OwnOrganisation(BaseModel):
    """An organisation that the caller belongs to."""

    slug: str
    name: str
    role: str = Field(description="The caller's role in the organisation.")


class Me(BaseModel):
    """Who is calling."""

    id: str
    name: str
    email: str
    time_zone: str
    is_platform_admin: bool
    organisations: list[OwnOrganisation]


@router.get("/me", operation_id="read_me", summary="Who am I?", response=answers({200: Me}))
def read_me(request: HttpRequest) -> Me:
    """Return the caller's account and organisations."""
    account = caller(request)
    return Me(
        id=account.public_id,
        name=account.name,
        email=account.email,
        time_zone=account.time_zone,
        is_platform_admin=account.is_platform_admin,
        organisations=[
            OwnOrganisation(slug=access.organisation.slug, name=access.organisation.name, role=access.role)
            for access in organisations_of(account)
        ],
    )
