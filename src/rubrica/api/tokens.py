"""API tokens: a program's keys. A token's secret is shown once, when it is made."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from rubrica.api.authentication import caller, require_browser
from rubrica.api.fields import Line, PublicId, RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.kit import clock
from rubrica.records.models import ApiToken
from rubrica.usecases import accounts

router = Router(tags=["Account"])


class Token(BaseModel):
    """A token without its secret."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None = Field(description="Null for a token that lives until it is revoked.")


class Tokens(BaseModel):
    """The caller's live tokens, newest first."""

    tokens: list[Token]


class NewToken(RequestBody):
    """A token to be made."""

    name: Line = Field(min_length=1, max_length=80, description="What uses it.", examples=["nightly export"])
    days: int | None = Field(None, ge=1, le=3650, description="How long it lives; for ever where it is left out.")


class MadeToken(Token):
    """A token at the only moment when its secret is known."""

    secret: str = Field(description="Keep it: it is not shown again.")


@router.get("/tokens", operation_id="list_tokens", summary="List tokens", response=answers({200: Tokens}))
def list_tokens(request: HttpRequest) -> Tokens:
    """Return the caller's live tokens."""
    return Tokens(tokens=[Token(**_facts(token)) for token in accounts.tokens_of(caller(request))])


@router.post("/tokens", operation_id="create_token", summary="Make a token", response=answers_to_body({201: MadeToken}))
def create_token(request: HttpRequest, new: NewToken) -> Status[MadeToken]:
    """Make a token that can do what the caller can. Only from a browser: a stolen token must not breed others."""
    require_browser(request)
    lifetime = timedelta(days=new.days) if new.days else None
    made = accounts.create_token(caller(request), new.name, lifetime=lifetime, now=clock.now())
    return Status(201, MadeToken(**_facts(made.token), secret=made.secret))


@router.delete(
    "/tokens/{id:token_id}",
    operation_id="revoke_token",
    summary="Revoke a token",
    response=answers({204: None}, 403, 404),
)
def revoke_token(request: HttpRequest, token_id: PublicId) -> Status[None]:
    """Make a token useless from now on."""
    accounts.revoke_token(caller(request), token_id, now=clock.now())
    return Status(204, None)


def _facts(token: ApiToken) -> dict[str, object]:
    return {
        "id": token.public_id,
        "name": token.name,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
    }
