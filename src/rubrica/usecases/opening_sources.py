"""Where openings from elsewhere come from: addresses that are fetched again and again, and what is put in by hand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.db import transaction
from django.db.models import Q

import rubrica
from rubrica.domain.posting import MAX_ADDRESS, web_address
from rubrica.domain.problems import Findings, one_of
from rubrica.domain.text import check_text
from rubrica.formats.openings import FeedKind, read_feed
from rubrica.formats.openings.feed import Feed, FeedRefusedError
from rubrica.records.models import Account, Job, OpeningSource
from rubrica.records.models.job import JobState
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import record
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.guarded_fetch import Fetched, FetchRefusedError, Guard
from rubrica.usecases.jobs import Clock, KeptJob, enqueue, enqueue_and_start
from rubrica.usecases.opening_imports import Stored, forget_source, see_all_again, store_feed

REFRESH: Final = "refresh_openings"
MOST_OF_ONE: Final = 20
"""Sources of one person who does not run the platform."""
EVERY_HOURS: Final = (1, 168)
MAX_NAME: Final = 120
_MOST_PAGES: Final = 20
_LONGEST_WAIT: Final = timedelta(days=7)
_MOST_DOUBLINGS: Final = 5


def sources_of(account: Account) -> ScopedQuerySet[OpeningSource]:
    """Return the sources that a person sees to: the own ones, and for those who run the platform the shared ones."""
    rows = OpeningSource.objects.everywhere("shared sources are seen to by those who run the platform")
    seen = Q(added_by=account) | (Q(is_shared=True) if account.is_platform_admin else Q(pk__in=[]))
    return rows.filter(seen, removed_at=None).order_by("name", "pk")


def source_of(account: Account, public_id: str) -> OpeningSource:
    """Return a source that a person sees to.

    Raises
    ------
    NotFoundError
        There is no such source, or somebody else sees to it.
    """
    source = sources_of(account).filter(public_id=public_id).first()
    if source is None:
        message = "There is no such source, or somebody else sees to it."
        raise NotFoundError(message)
    return source


@transaction.atomic
def add_source(
    account: Account, *, name: str, url: str, kind: str, is_shared: bool, every_hours: int, now: datetime
) -> OpeningSource:
    """Fetch openings from an address from now on, again and again.

    Raises
    ------
    InvalidInputError
        The name, address, kind or interval is none.
    NotAllowedError
        Only those who run the platform add sources that everybody sees.
    ConflictError
        The person has very many sources, or this one already.
    """
    found = Findings()
    address = web_address(url)
    if not address:
        found.add("url", "is no address of the web", f"https://…, at most {MAX_ADDRESS} characters, without a password")
    low, high = EVERY_HOURS
    if not low <= every_hours <= high:
        found.add("every_hours", f"is {every_hours}", f"{low} to {high} hours")
    source = _new(account, found, name=name or urlsplit(address).netloc, kind=kind, is_shared=is_shared, now=now)
    if sources_of(account).filter(url=address, is_shared=is_shared).exists():
        message = "This address is a source already."
        raise ConflictError(message)
    source.url, source.every_hours = address, every_hours
    source.save()
    enqueue_and_start(REFRESH, source.public_id, now=now)
    record("opening_source.added", source.public_id, at=now, actor=account, is_shared=is_shared)
    return source


@transaction.atomic
def import_openings(
    account: Account, data: bytes, *, name: str, kind: str, is_shared: bool, now: datetime
) -> tuple[OpeningSource, Stored]:
    """Take openings from a file or from pasted text, without any network.

    What is put in under the same name again is another edition of the same source.

    Raises
    ------
    InvalidInputError
        The name or kind is none, or what was put in cannot be read as a whole.
    NotAllowedError
        Only those who run the platform put in what everybody sees.
    ConflictError
        The person has very many sources.
    """
    found = Findings()
    stored = sources_of(account).filter(url="", name=name.strip(), is_shared=is_shared).first()
    source = stored or _new(account, found, name=name, kind=kind, is_shared=is_shared, now=now)
    try:
        feed = read_feed(data, FeedKind(kind) if kind else None)
    except FeedRefusedError as error:
        found.add("data", str(error)[:1].lower() + str(error)[1:].rstrip("."), "a file of one of the formats, or text")
        message = "Nothing was taken."
        raise InvalidInputError(message, found.problems) from error
    source.save()
    result = store_feed(source, feed, now=now)
    added, refused = result.added, result.refused
    record("openings.imported", source.public_id, at=now, actor=account, added=added, refused=refused)
    return source, result


def _new(account: Account, found: Findings, *, name: str, kind: str, is_shared: bool, now: datetime) -> OpeningSource:
    if is_shared and not account.is_platform_admin:
        message = "Only those who run the platform add openings that everybody sees."
        raise NotAllowedError(message)
    title = check_text(name.strip(), "name", found, minimum=1, maximum=MAX_NAME, one_line=True)
    if kind and kind not in set(FeedKind):
        found.add("kind", f"is {kind[:20]!r}", one_of([each.value for each in FeedKind]))
    if found:
        message = "The source was not added."
        raise InvalidInputError(message, found.problems)
    if not account.is_platform_admin and sources_of(account).count() >= MOST_OF_ONE:
        message = f"You have {MOST_OF_ONE} sources. Remove one first."
        raise ConflictError(message)
    return OpeningSource(name=title, kind=kind, added_by=account, is_shared=is_shared, added_at=now)


@transaction.atomic
def refresh_source(account: Account, public_id: str, *, now: datetime) -> OpeningSource:
    """Fetch a source as soon as a worker is free.

    Raises
    ------
    ConflictError
        It has no address.
    """
    source = source_of(account, public_id)
    if not source.url:
        message = "This source was put in by hand: put in another edition of it instead."
        raise ConflictError(message)
    waiting = Job.objects.filter(kind=REFRESH, subject=source.public_id, state=JobState.WAITING)
    waiting.update(state=JobState.DONE, finished_at=now)
    enqueue_and_start(REFRESH, source.public_id, now=now)
    return source


@transaction.atomic
def remove_source(account: Account, public_id: str, *, now: datetime) -> None:
    """Fetch a source no more, and take its openings off the list."""
    source = source_of(account, public_id)
    forget_source(source, now=now)
    source.removed_at = now
    source.save(update_fields=["removed_at"])
    record("opening_source.removed", source.public_id, at=now, actor=account)


# --- fetching again ---


def guard() -> Guard:
    """Return the guard of this installation: public addresses, and what the operator has named."""
    agent = f"Rubrica/{rubrica.__version__} (+{settings.BASE_URL})"
    return Guard(agent, allowed=settings.FETCH_ALLOWED)


def refresh_openings(job: KeptJob, now: Clock) -> None:
    """Fetch a source, store what it says, and see that it is fetched again."""
    rows = OpeningSource.objects.everywhere("the job names the source")
    source = rows.filter(public_id=job.subject, removed_at=None).select_related("added_by").first()
    if source is None or not source.url:
        return
    try:
        refresh_now(source, guard(), job.keep, now)
    except (FetchRefusedError, FeedRefusedError) as error:
        source.failures += 1
        source.failure = str(error)[:500]
    else:
        source.failures, source.failure = 0, ""
    source.save(update_fields=["failures", "failure", "etag", "last_modified"])
    _fetch_again(source, now())


def refresh_was_given_up(subject: str, failure: str, now: datetime) -> None:
    """Try a source again later though fetching it has failed in a way that nobody foresaw."""
    source = OpeningSource.objects.everywhere("the job names the source").filter(public_id=subject).first()
    if source is not None and source.removed_at is None:
        source.failures += 1
        source.failure = failure[:500]
        source.save(update_fields=["failures", "failure"])
        _fetch_again(source, now)


def _fetch_again(source: OpeningSource, now: datetime) -> None:
    """Enqueue the next fetch; after failures each time later."""
    wait = timedelta(hours=source.every_hours) * 2 ** min(source.failures, _MOST_DOUBLINGS)
    waiting = Job.objects.filter(kind=REFRESH, subject=source.public_id, state=JobState.WAITING)
    if not waiting.exists():
        enqueue(REFRESH, source.public_id, now=now, available_at=now + min(wait, _LONGEST_WAIT))


def refresh_now(source: OpeningSource, web: Guard, keep: Callable[[], None], now: Clock) -> Stored | None:
    """Fetch a source and store what it says; None where it says that nothing has changed.

    Raises
    ------
    FetchRefusedError
        It is not fetched, or its answer not taken.
    FeedRefusedError
        What it answers cannot be read.
    """
    _ask_robots(source.url, web)
    keep()
    first = web.fetch(source.url, etag=source.etag, last_modified=source.last_modified)
    if first.is_unchanged:
        see_all_again(source, now=now())
        return None
    kind = FeedKind(source.kind) if source.kind else None
    feed = _whole(source.url, read_feed(first.data, kind), kind, web, keep)
    stored = store_feed(source, feed, now=now())
    # Validators speak for what was stored, so they are kept after it.
    source.etag, source.last_modified = _validators(first, feed)
    return stored


def _validators(answer: Fetched, feed: Feed) -> tuple[str, str]:
    """Return the validators of an answer that held everything; of one that was cut the rest is wanted again."""
    return (answer.etag, answer.last_modified) if not feed.next_cursor else ("", "")


def _whole(url: str, feed: Feed, kind: FeedKind | None, web: Guard, keep: Callable[[], None]) -> Feed:
    """Return a feed with its further pages, as many as are read."""
    pages: Sequence[Feed] = [feed]
    while pages[-1].next_cursor and len(pages) < _MOST_PAGES:
        keep()
        data = web.fetch(_with_cursor(url, pages[-1].next_cursor)).data
        pages = [*pages, read_feed(data, kind)]
    is_complete = all(page.is_complete for page in pages) and not pages[-1].next_cursor
    postings = {posting.key: posting for page in pages for posting in page.postings}
    refused = tuple(entry for page in pages for entry in page.refused)
    return replace(pages[-1], postings=tuple(postings.values()), refused=refused, is_complete=is_complete)


def _with_cursor(url: str, cursor: str) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("cursor", cursor)])))


def _ask_robots(url: str, web: Guard) -> None:
    """Refuse what a site asks programs to leave alone. A site that has no such file leaves everything open."""
    parts = urlsplit(url)
    try:
        answer = web.fetch(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")))
    except FetchRefusedError as error:
        if error.status is not None and 400 <= error.status < 500:  # noqa: PLR2004  (there is no such file)
            return
        raise
    robots = RobotFileParser()
    robots.parse(answer.data[:500_000].decode("utf-8", "replace").splitlines())
    if not robots.can_fetch(web.agent, url):
        raise FetchRefusedError("The site asks programs to leave this address alone (robots.txt).")
