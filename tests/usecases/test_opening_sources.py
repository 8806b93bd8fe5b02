"""Openings from elsewhere: fetched again and again, dated honestly, listed once, and gone when they are gone."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rubrica.domain.opening_search import Search
from rubrica.domain.posting import Posting
from rubrica.formats.openings import FeedKind
from rubrica.formats.openings.feed import BadEntry, Feed
from rubrica.records.models import FoundPosting, Job, OpeningSource, StoredOpening
from rubrica.records.models.job import JobState
from rubrica.usecases import opening_sources as sources
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.jobs import run_next
from rubrica.usecases.opening_feeds import posting_of, published_postings
from rubrica.usecases.opening_imports import store_feed
from rubrica.usecases.opening_search import find_openings, view_opening
from rubrica.worker.handlers import HANDLERS, UNDERTAKERS
from tests.cast import NOON, published_opening
from tests.domain.openings import POSTED_IN_WORDS, changed
from tests.usecases.test_guarded_fetch import saying, served

pytestmark = pytest.mark.django_db
BOARD = "https://board.example/jobs"


@pytest.fixture
def board(world):
    return OpeningSource.objects.create(
        name="Board", url=BOARD, added_by=world.petra, is_shared=True, added_at=NOON, every_hours=6
    )


def posting(key="1", *, posted=NOON - timedelta(days=3), raw=None, url=None, **said):
    opening = changed(closes_at=None, **said)
    address = f"{BOARD}/{key}" if url is None else url
    return Posting(key, opening, address, posted, raw=raw if raw is not None else f"{posted} {opening}")


def feed(*postings, **options):
    return Feed(postings, **options)


def rows():
    return StoredOpening.objects.everywhere("a test's own").filter(source__isnull=False).order_by("pk")


def listed(account, now=NOON):
    return [shown.row.title for shown in find_openings(account, Search(), now=now).shown]


# --- storing ---


def test_what_a_source_says_is_stored_with_its_raw_form(world, board):
    stored = store_feed(board, feed(posting(raw="{…}")), now=NOON)

    assert (stored.added, stored.changed, stored.gone) == (1, 0, 0)
    found = FoundPosting.objects.everywhere("a test's own").get()
    assert (found.raw, found.first_seen, found.last_seen) == ("{…}", NOON, NOON)
    assert found.opening.posted_at == NOON - timedelta(days=3)
    assert listed(world.rita) == ["Image evaluation specialist"]


def test_importing_again_changes_nothing_but_when_it_was_seen(world, board):
    store_feed(board, feed(posting()), now=NOON)
    (before,) = rows().values()
    later = NOON + timedelta(hours=6)

    stored = store_feed(board, feed(posting()), now=later)

    assert (stored.added, stored.changed) == (0, 0)
    assert list(rows().values()) == [before]
    assert FoundPosting.objects.everywhere("a test's own").get().last_seen == later


def test_a_changed_opening_keeps_the_day_it_was_posted(world, board):
    store_feed(board, feed(posting()), now=NOON)
    later = NOON + timedelta(days=1)

    store_feed(board, feed(posting(title="Rate more images", countries=("SG",))), now=later)

    (row,) = rows()
    assert (row.title, row.posted_at, row.updated_at) == ("Rate more images", NOON - timedelta(days=3), later)
    assert [each.code for each in row.country_rows.everywhere("a test's own")] == ["SG"]


def test_a_source_that_dates_anew_makes_nothing_newer_and_is_marked(world, board):
    old = datetime(2024, 7, 23, tzinfo=UTC)
    store_feed(board, feed(posting(posted=old)), now=NOON)

    store_feed(board, feed(posting(posted=NOON)), now=NOON + timedelta(days=1))

    (row,) = rows()
    assert row.posted_at == old
    assert row.notes[0]["problem"] == "is now said to be 2026-03-02, and was said to be 2024-07-23"


def test_contradictions_are_shown_as_notes(world, board):
    lying = posting(description="You must reside in Singapore. " * 5)

    store_feed(board, feed(lying), now=NOON)

    (shown,) = find_openings(world.rita, Search(), now=NOON).shown
    assert [note.field for note in shown.notes] == ["countries"]


def test_what_two_complete_fetches_lack_is_gone_and_may_come_back(world, board):
    store_feed(board, feed(posting("1"), posting("2", title="Two")), now=NOON)

    first = store_feed(board, feed(posting("1")), now=NOON + timedelta(hours=6))
    assert (first.gone, len(listed(world.rita))) == (0, 2)
    second = store_feed(board, feed(posting("1")), now=NOON + timedelta(hours=12))
    assert (second.gone, listed(world.rita)) == (1, ["Image evaluation specialist"])
    back = store_feed(board, feed(posting("1"), posting("2", title="Two")), now=NOON + timedelta(hours=18))
    assert (back.changed, len(listed(world.rita))) == (1, 2)
    assert rows().get(title="Two").posted_at == NOON - timedelta(days=3)


def test_one_miss_between_two_sights_is_forgotten(world, board):
    both = feed(posting("1"), posting("2", title="Two"))
    for fetch in (both, feed(posting("1")), both, feed(posting("1"))):
        store_feed(board, fetch, now=NOON)

    assert len(listed(world.rita)) == 2


@pytest.mark.parametrize(
    "cut",
    [
        {"is_complete": False},
        {"refused": (BadEntry("entry 2", (), key="2"),)},
    ],
)
def test_what_a_fetch_could_not_tell_is_not_missed(world, board, cut):
    store_feed(board, feed(posting("1"), posting("2", title="Two")), now=NOON)

    for _ in range(3):
        store_feed(board, feed(posting("1"), **cut), now=NOON)

    assert len(listed(world.rita)) == 2


def test_one_opening_at_two_sources_is_listed_once_and_survives_the_first(world, board):
    other = OpeningSource.objects.create(name="Other", added_by=world.petra, is_shared=True, added_at=NOON)
    store_feed(board, feed(posting("1")), now=NOON)
    copy = posting("x", url=f"{BOARD}/1?utm_source=other")
    store_feed(other, feed(copy), now=NOON + timedelta(hours=1))

    assert len(listed(world.rita)) == 1
    sources.remove_source(world.petra, board.public_id, now=NOON)
    assert len(listed(world.rita)) == 1
    assert rows().get(is_listed=True, state="open").source == other


def test_what_leads_back_here_is_not_listed_beside_our_own(world, board):
    published_opening(world)
    (own,) = published_postings(now=world.now)

    store_feed(board, feed(own), now=NOON)

    assert posting_of(StoredOpening.objects.of(world.project).get()) == own
    assert rows().get().is_listed is False


# --- who adds what ---


def add(account, url=BOARD, *, shared=False, name="Board", kind="", hours=6):
    return sources.add_source(account, name=name, url=url, kind=kind, is_shared=shared, every_hours=hours, now=NOON)


def test_only_those_who_run_the_platform_add_what_everybody_sees(world):
    assert add(world.petra, shared=True).is_shared
    with pytest.raises(NotAllowedError):
        add(world.rita, shared=True)


def test_what_a_person_finds_is_the_persons_own(world):
    own, stored = sources.import_openings(
        world.rita, POSTED_IN_WORDS.encode(), name="Pasted", kind="text", is_shared=False, now=NOON
    )

    assert stored.added == 1
    assert len(listed(world.rita)) == 1
    assert listed(world.lena) == []
    with pytest.raises(NotFoundError):
        view_opening(world.lena, rows().get().public_id, now=NOON)
    with pytest.raises(NotFoundError):
        sources.remove_source(world.petra, own.public_id, now=NOON)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://lena:pw@board.example/"}, "url"),
        ({"kind": "telepathy"}, "kind"),
        ({"hours": 0}, "every_hours"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_what_is_no_source_is_named(world, changes, field):
    with pytest.raises(InvalidInputError) as refused:
        add(world.rita, **changes)

    assert [problem.field for problem in refused.value.problems] == [field]


def test_an_address_is_added_once_and_so_many_by_one_person(world):
    add(world.rita)
    with pytest.raises(ConflictError, match="already"):
        add(world.rita)
    for number in range(1, sources.MOST_OF_ONE):
        add(world.rita, f"{BOARD}/{number}")
    with pytest.raises(ConflictError, match="Remove one first"):
        add(world.rita, f"{BOARD}/more")


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(world):
    with pytest.raises(InvalidInputError) as refused:
        sources.import_openings(world.rita, b"<rss", name="Broken", kind="", is_shared=False, now=NOON)

    assert refused.value.problems[0].field == "data"
    assert not OpeningSource.objects.of_account(world.rita).exists()


def test_another_edition_of_a_file_misses_what_it_lacks(world):
    listing = {"jobs": [{"id": key, "title": f"Rate {key}"} for key in ("1", "2")]}
    for jobs in (listing["jobs"], listing["jobs"][:1], listing["jobs"][:1]):
        data = json.dumps({"jobs": jobs}).encode()
        sources.import_openings(world.rita, data, name="Mine", kind="", is_shared=False, now=NOON)

    assert listed(world.rita) == ["Rate 1"]


# --- fetching ---


def run(now=NOON):
    """Run the next job and return the source that it fetched."""
    assert run_next(HANDLERS, lambda: now, UNDERTAKERS)
    return OpeningSource.objects.everywhere("a test's own").get()


def allowed(settings, address):
    settings.FETCH_ALLOWED = frozenset({("127.0.0.1", int(address.rpartition(":")[2]))})


LISTING = json.dumps({"jobs": [{"id": "1", "title": "Rate images"}]}).encode()


def test_a_source_is_fetched_stored_and_fetched_again_later(world, settings):
    with served({"/jobs": saying(LISTING, ETag='"a"')}) as address:
        allowed(settings, address)
        add(world.petra, f"{address}/jobs", shared=True)
        source = run()

    assert (source.failures, source.etag, source.fetched_at) == (0, '"a"', NOON)
    assert listed(world.rita) == ["Rate images"]
    waiting = Job.objects.get(kind=sources.REFRESH, state=JobState.WAITING)
    assert waiting.available_at == NOON + timedelta(hours=6)


def test_what_has_not_changed_is_seen_again_and_not_missed(world, settings):
    def answer(handler):
        is_same = handler.headers["If-None-Match"] == '"a"'
        saying(b"" if is_same else LISTING, 304 if is_same else 200, ETag='"a"')(handler)

    later = NOON + timedelta(days=1)
    with served({"/jobs": answer}) as address:
        allowed(settings, address)
        add(world.petra, f"{address}/jobs", shared=True)
        run()
        source = run(later)

    assert source.fetched_at == later
    assert FoundPosting.objects.everywhere("a test's own").get().last_seen == later


def test_further_pages_are_fetched_by_their_cursor(world, settings):
    second = json.dumps({"jobs": [{"id": "2", "title": "Rate more"}], "nextCursor": None}).encode()
    first = json.dumps({"jobs": [{"id": "1", "title": "Rate images"}], "nextCursor": "c 2"}).encode()
    with served({"/jobs?q=a": saying(first), "/jobs?q=a&cursor=c+2": saying(second)}) as address:
        allowed(settings, address)
        add(world.petra, f"{address}/jobs?q=a", shared=True)
        run()

    assert set(listed(world.rita)) == {"Rate images", "Rate more"}


def test_a_site_that_asks_to_be_left_alone_is(world, settings):
    robots = b"User-agent: *\nDisallow: /jobs"
    with served({"/jobs": saying(LISTING), "/robots.txt": saying(robots)}) as address:
        allowed(settings, address)
        add(world.petra, f"{address}/jobs", shared=True)
        source = run()

    assert "robots.txt" in source.failure
    assert listed(world.rita) == []


def test_a_private_address_is_not_fetched_and_the_source_says_why(world):
    add(world.petra, "http://169.254.169.254/latest/meta-data/", shared=True)

    source = run()

    assert source.failures == 1
    assert "not in the public internet" in source.failure


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (saying(b"", 500), "500"),
        (saying(b"<html>nothing</html>"), "no JSON-LD"),
        (saying(b"<!DOCTYPE r []><rss/>"), "type"),
    ],
)
def test_a_source_that_fails_is_tried_again_later_each_time(world, settings, answer, words):
    with served({"/jobs": answer}) as address:
        allowed(settings, address)
        add(world.petra, f"{address}/jobs", shared=True, kind="" if words != "type" else FeedKind.SYNDICATION)
        source = run()
        waits = [Job.objects.get(kind=sources.REFRESH, state=JobState.WAITING).available_at - NOON]
        source = run(NOON + waits[0])

    assert words in source.failure
    assert source.failures == 2
    waits.append(Job.objects.get(kind=sources.REFRESH, state=JobState.WAITING).available_at - NOON - waits[0])
    assert waits == [timedelta(hours=12), timedelta(hours=24)]


def test_a_failure_keeps_what_was_found_before(world, settings, board):
    store_feed(board, feed(posting()), now=NOON)
    OpeningSource.objects.everywhere("a test's own").update(url="http://10.0.0.1/")
    for _ in range(3):
        sources.refresh_source(world.petra, board.public_id, now=NOON)
        run()

    assert len(listed(world.rita)) == 1


def test_a_removed_source_is_fetched_no_more(world):
    source = add(world.petra, shared=True)
    sources.remove_source(world.petra, source.public_id, now=NOON)

    assert run().failures == 0
    assert not Job.objects.filter(kind=sources.REFRESH, state=JobState.WAITING).exists()


def test_a_fetch_that_was_given_up_is_tried_again(world):
    source = add(world.petra, shared=True)
    Job.objects.filter(kind=sources.REFRESH).update(attempts=5)

    run()

    source.refresh_from_db()
    assert source.failure.startswith("Given up")
    assert Job.objects.filter(kind=sources.REFRESH, state=JobState.WAITING).exists()


def test_what_was_put_in_by_hand_is_not_fetched(world):
    source, _stored = sources.import_openings(
        world.rita, POSTED_IN_WORDS.encode(), name="Pasted", kind="text", is_shared=False, now=NOON
    )

    with pytest.raises(ConflictError, match="by hand"):
        sources.refresh_source(world.rita, source.public_id, now=NOON)


def test_storing_costs_the_same_for_one_opening_and_for_three(board):
    with CaptureQueriesContext(connection) as one:
        store_feed(board, feed(posting("0")), now=NOON)
    more = [posting(str(number), title=f"T{number}") for number in range(1, 4)]
    with CaptureQueriesContext(connection) as three:
        store_feed(board, feed(posting("0"), *more), now=NOON)

    assert len(three) <= len(one) + 1
