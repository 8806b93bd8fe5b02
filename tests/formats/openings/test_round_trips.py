"""Every format gives back the opening that was written with it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.posting import Posting
from rubrica.formats.openings import FeedKind, kind_of, read_feed
from rubrica.formats.openings.csv import write_csv
from rubrica.formats.openings.indeed import write_indeed
from rubrica.formats.openings.job_posting import PINNED_FIELDS, as_json_ld
from rubrica.formats.openings.listing import write_listing
from rubrica.formats.openings.sitemap import write_sitemap
from rubrica.formats.openings.syndication import write_rss
from rubrica.formats.openings.xml import read_xml
from tests.domain.openings import IMAGE_EVALUATION, NOON, moments, openings

ADDRESS = "https://rubrica.example/openings/"


def page_of(postings):
    blocks = (json.dumps(as_json_ld(each)).replace("<", "\\u003c") for each in postings)
    return "<!doctype html><title>x</title>" + "".join(
        f'<script type="application/ld+json">{block}</script>' for block in blocks
    )


WRITERS = {
    FeedKind.PAGE: page_of,
    FeedKind.JSON_LD: lambda postings: json.dumps([as_json_ld(each) for each in postings]),
    FeedKind.INDEED: lambda postings: write_indeed(postings, publisher="Atelier", address=ADDRESS, now=NOON),
    FeedKind.SYNDICATION: lambda postings: write_rss(
        postings, title="Openings", address=ADDRESS, feed=f"{ADDRESS}feed.xml", now=NOON
    ),
    FeedKind.LISTING: lambda postings: json.dumps(write_listing(postings, now=NOON)),
    FeedKind.CSV: write_csv,
}
keys = st.text("abcdefghijkLMNOP0123456789_-", min_size=1, max_size=22)
postings = st.lists(
    st.builds(
        lambda key, opening, posted, updated: Posting(key, opening, f"{ADDRESS}{key}/", posted, updated),
        keys,
        openings,
        st.none() | moments,
        st.none() | moments,
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda posting: posting.key,
)
WHOLE = Posting("m3ksAzX0TfyZcK2hbWqLrQ", IMAGE_EVALUATION, f"{ADDRESS}m3ksAzX0TfyZcK2hbWqLrQ/", NOON, NOON)


@pytest.mark.parametrize("kind", WRITERS)
@given(written=postings)
def test_what_is_written_is_read_back_the_same(kind, written):
    data = WRITERS[kind](written).encode()

    assert read_feed(data, kind).postings == tuple(written)
    assert read_feed(data, kind).refused == ()


@pytest.mark.parametrize("kind", WRITERS)
def test_our_own_feeds_say_what_they_are(kind):
    assert kind_of(WRITERS[kind]([WHOLE]).encode()) == kind


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != FeedKind.SYNDICATION])
def test_what_a_whole_feed_lacks_is_missed(kind):
    assert read_feed(WRITERS[kind]([WHOLE]).encode()).is_complete


def test_a_feed_of_news_is_never_the_whole():
    assert not read_feed(WRITERS[FeedKind.SYNDICATION]([WHOLE]).encode()).is_complete


@given(openings)
def test_our_markup_uses_fields_of_the_pinned_list_only(opening):
    assert as_json_ld(Posting("k", opening, ADDRESS, NOON)).keys() <= PINNED_FIELDS


def test_our_markup_says_what_search_engines_ask_for():
    document = as_json_ld(WHOLE)

    assert document["title"] == "Image evaluation specialist"
    assert document["description"].startswith("<p>We look for people")
    assert document["datePosted"] == "2026-03-02T12:00:00Z"
    assert document["hiringOrganization"] == {"@type": "Organization", "name": "Atelier"}
    assert document["employmentType"] == ["CONTRACTOR", "PART_TIME"]
    assert document["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        "minValue": 20.0,
        "maxValue": 30.0,
        "unitText": "HOUR",
    }


def test_anywhere_is_not_said_where_the_markup_has_no_word_for_it():
    assert "applicantLocationRequirements" not in as_json_ld(WHOLE)


def test_a_sitemap_names_every_page_and_its_last_change():
    root = read_xml(write_sitemap([WHOLE]).encode())

    assert [(page.text("loc"), page.text("lastmod")) for page in root.all("url")] == [
        (WHOLE.url, "2026-03-02T12:00:00Z")
    ]


def test_cells_that_a_spreadsheet_would_run_are_made_harmless():
    line = write_csv([Posting("=cmd()", IMAGE_EVALUATION, ADDRESS)]).splitlines()[1]

    assert line.startswith("'=cmd()")


def test_days_are_written_to_the_second_in_utc():
    moment = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)

    assert "Wed, 06 May 2026 07:08:09 +0000" in WRITERS[FeedKind.SYNDICATION](
        [Posting("k", IMAGE_EVALUATION, ADDRESS, moment)]
    )
