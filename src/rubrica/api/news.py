"""News: what concerns the caller, and how it comes."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from rubrica.api.authentication import caller
from rubrica.api.body import json_response
from rubrica.api.fields import RequestBody
from rubrica.api.openapi import answers, answers_to_body
from rubrica.api.paging import MOST_LISTED, NEXT_AFTER, Limit
from rubrica.kit import clock
from rubrica.kit.ids import PUBLIC_ID_LENGTH
from rubrica.usecases import notifications

router = Router(tags=["Account"])

NEWS_ID = f"^[A-Za-z0-9_-]{{{PUBLIC_ID_LENGTH}}}$"
Topic = Literal["review", "appeal", "case", "proposal", "guideline", "test", "time", "applying"]
Way = Literal["app", "digest", "now"]


class NewsItem(BaseModel):
    """One piece of news."""

    id: str
    project: str
    topic: Topic
    text: str
    path: str = Field(description="The page that it leads to, from the root of the site.")
    at: datetime
    read_at: datetime | None


class NewsItems(BaseModel):
    """One page of the caller's news, newest first."""

    news: list[NewsItem]
    next_after: str | None = Field(description=NEXT_AFTER)


class ReadNews(RequestBody):
    """Which news lie behind the caller."""

    ids: list[Annotated[str, StringConstraints(pattern=NEWS_ID)]] | None = Field(
        None, max_length=MOST_LISTED, description="Left out: all of it."
    )


class NewlyRead(BaseModel):
    """How much was unread before."""

    read: int


class NewsWays(BaseModel):
    """How news of each topic comes: on Today only, there and with the daily letter, or there and by mail at once."""

    review: Way
    appeal: Way
    case: Way
    proposal: Way
    guideline: Way
    test: Way
    time: Way
    applying: Way


class NewsWaysChange(RequestBody):
    """How news of some topics is to come; what is left out stays."""

    review: Way | None = None
    appeal: Way | None = None
    case: Way | None = None
    proposal: Way | None = None
    guideline: Way | None = None
    test: Way | None = None
    time: Way | None = None
    applying: Way | None = None


@router.get("/me/news", operation_id="list_news", summary="List my news", response=answers({200: NewsItems}, 404, 422))
def list_news(
    request: HttpRequest,
    unread: Annotated[bool, Query(description="Only what the caller has not read.")] = False,
    limit: Limit = 50,
    after: Annotated[str | None, Query(pattern=NEWS_ID, description="`next_after` of the page before.")] = None,
) -> HttpResponse:
    """Return a page of what concerns the caller, in all projects; to list it is not to have read it."""
    page = notifications.news_page(caller(request), limit=limit, after=after, unread=unread)
    return json_response(
        {
            "news": [
                {
                    "id": row.public_id,
                    "project": row.project.slug,
                    "topic": row.topic,
                    "text": row.text,
                    "path": row.path,
                    "at": row.at,
                    "read_at": row.read_at,
                }
                for row in page.news
            ],
            "next_after": page.next_after,
        }
    )


@router.post(
    "/me/news/read",
    operation_id="mark_news_read",
    summary="Put news behind me",
    response=answers_to_body({200: NewlyRead}),
)
def mark_news_read(request: HttpRequest, read: ReadNews) -> dict[str, int]:
    """Keep that the caller has read some news, or all."""
    return {"read": notifications.mark_read(caller(request), read.ids, now=clock.now())}


@router.get(
    "/me/news/ways", operation_id="read_news_ways", summary="How news comes to me", response=answers({200: NewsWays})
)
def read_news_ways(request: HttpRequest) -> dict[str, str]:
    """Return how news of each topic comes to the caller."""
    return {topic.value: way.value for topic, way in notifications.ways_of(caller(request)).items()}


@router.patch(
    "/me/news/ways",
    operation_id="choose_news_ways",
    summary="Choose how news comes",
    response=answers_to_body({200: NewsWays}),
)
def choose_news_ways(request: HttpRequest, change: NewsWaysChange) -> dict[str, str]:
    """Have news of some topics come in other ways from now on."""
    notifications.choose_ways(caller(request), change.model_dump(exclude_none=True))
    return read_news_ways(request)
