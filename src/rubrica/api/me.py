"""Oneself: who is calling, and where the caller belongs."""

from typing import Annotated, Final, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field, StringConstraints

from rubrica.api.authentication import caller
from rubrica.api.fields import RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.usecases import accounts
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


MOST_ACTIONS: Final = 100
MOST_CHORDS: Final = 4

ActionName = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Chord = Annotated[
    str,
    StringConstraints(pattern=r"^(?:Mod\+)?(?:Alt\+)?(?:Shift\+)?(?:[A-Za-z][A-Za-z0-9]{1,19}|[^\s\x00-\x1f\x7f])$"),
]


class WorkbenchPreferences(RequestBody):
    """How a person works, at every screen."""

    surround: Literal["light", "mid", "dark"] = Field(description="Grey around images.")
    single_keys: bool = Field(description="Whether keys of a single character act.")
    keep_view: bool = Field(description="Whether place, zoom and lens stay for the next item.")
    grayscale: bool = Field(description="Whether images are shown in grey.")
    keys: dict[ActionName, Annotated[list[Chord], Field(max_length=MOST_CHORDS)]] = Field(
        max_length=MOST_ACTIONS,
        description='Own keys by action, such as `{"tool-box": ["q"]}`; `Mod` is Ctrl, and Cmd on a Mac.',
    )


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


@router.put(
    "/me/workbench",
    operation_id="set_up_workbench",
    summary="Keep how I work",
    response=answers_to_body({200: WorkbenchPreferences}),
)
def set_up_workbench(request: HttpRequest, preferences: WorkbenchPreferences) -> WorkbenchPreferences:
    """Replace the caller's set-up of the workbench; the newest counts. The workbench's own document carries it."""
    accounts.set_up_workbench(caller(request), preferences.model_dump())
    return preferences
