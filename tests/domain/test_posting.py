"""Postings: addresses that lead to the web, the same opening known again, and dates that are not believed blindly."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.posting import Posting, fingerprint, honest_dates, same_place, web_address
from tests.domain.openings import IMAGE_EVALUATION, NOON, changed, moments


@pytest.mark.parametrize("address", ["https://example.org/jobs/1?q=a", "http://example.org:8080/"])
def test_an_address_of_the_web_is_taken(address):
    assert web_address(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "//example.org/",
        "/jobs/1",
        "https://",
        "https://lena:secret@example.org/",
        "https://example.org/a b",
        'https://example.org/"onmouseover="x',
        "https://example.org:99999/",
        "https://[::1",
        "https://example.org/" + "a" * 500,
        "https://example.org\\@evil.example/",
    ],
)
def test_what_leads_elsewhere_is_no_address(address):
    assert web_address(address) == ""


def test_one_page_has_one_place():
    assert {
        same_place(url)
        for url in (
            "https://www.example.org/jobs/1/?utm_source=x&b=2&a=1",
            "http://example.org/jobs/1?a=1&b=2",
            "https://example.org/jobs/1/?a=1&b=2&fbclid=9",
        )
    } == {"example.org/jobs/1?a=1&b=2"}


def test_an_opening_is_known_again_from_another_source():
    one = Posting("1", IMAGE_EVALUATION, "https://example.org/jobs/1?utm_source=a")
    same = Posting("x-9", changed(title=" IMAGE evaluation — specialist", pay=None), "http://www.example.org/jobs/1/")
    other = Posting("1", changed(title="Text evaluation"), one.url)

    assert fingerprint(one) == fingerprint(same)
    assert fingerprint(one) != fingerprint(other)


def weigh(posted, *, first_seen=NOON, said_before=None, updated=None, closes_at=None):
    posting = Posting("1", changed(closes_at=closes_at), posted=posted, updated=updated)
    return honest_dates(posting, first_seen=first_seen, said_before=said_before)


def test_a_day_that_has_been_is_believed():
    dates = weigh(NOON - timedelta(days=3))

    assert (dates.posted, dates.notes) == (NOON - timedelta(days=3), ())


def test_a_missing_day_is_the_one_on_which_it_was_first_seen():
    dates = weigh(None)

    assert dates.posted == NOON
    assert [note.field for note in dates.notes] == ["posted"]


def test_a_day_to_come_is_not_believed():
    dates = weigh(NOON + timedelta(days=3))

    assert dates.posted == NOON
    assert "after it was seen here" in dates.notes[0].problem


def test_a_new_date_makes_an_opening_no_newer():
    before = NOON - timedelta(days=400)
    dates = weigh(NOON - timedelta(days=1), first_seen=NOON - timedelta(days=390), said_before=before)

    assert dates.posted == before
    assert dates.notes[0].problem == "is now said to be 2026-03-01, and was said to be 2025-01-26"


def test_dates_out_of_order_are_noted():
    posted = NOON - timedelta(days=3)
    found = weigh(posted, updated=posted - timedelta(days=1), closes_at=posted - timedelta(days=1))

    assert [note.field for note in found.notes] == ["updated", "closes_at"]


@given(st.none() | moments, moments, st.none() | moments)
def test_nothing_is_younger_than_when_it_was_first_seen(posted, first_seen, said_before):
    assert weigh(posted, first_seen=first_seen, said_before=said_before).posted <= first_seen
