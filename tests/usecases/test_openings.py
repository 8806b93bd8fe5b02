"""Openings of a project: written, checked field by field, published, changed and closed."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.pay_floor import read_floors
from rubrica.domain.problems import Problem
from rubrica.formats.openings import FeedKind, read_feed
from rubrica.formats.openings.csv import write_csv
from rubrica.formats.openings.indeed import write_indeed
from rubrica.formats.openings.job_posting import as_json_ld
from rubrica.formats.openings.listing import write_listing
from rubrica.formats.openings.syndication import write_rss
from rubrica.records.models import AuditEvent, StoredOpening
from rubrica.records.models.project import ProjectState
from rubrica.usecases import openings, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.opening_feeds import published_postings
from tests.cast import NOON, fill_queue, opening_document, published_opening
from tests.domain.openings import IMAGE_EVALUATION

pytestmark = pytest.mark.django_db
WHOLE = IMAGE_EVALUATION.as_json()


def test_a_draft_may_be_incomplete(world):
    row = openings.write_opening(world.lena, "audit", {"title": "Rate"}, now=NOON)

    assert (str(row), row.state, row.posted_at) == ("O-1", "draft", None)
    assert parse_opening(row.document).title == "Rate"


def test_an_opening_begins_with_what_is_known_of_the_project(world):
    draft = openings.first_draft(open_project(world.lena, "audit"))

    assert (draft.organisation, draft.template, draft.contact) == ("Atelier", "ai-image-audit", "Lena")


def test_what_is_not_of_the_model_is_not_kept(world):
    with pytest.raises(InvalidInputError) as refused:
        openings.write_opening(world.lena, "audit", {"title": "Rate", "data_type": "smell"}, now=NOON)

    assert [problem.field for problem in refused.value.problems] == ["data_type"]
    assert not StoredOpening.objects.of(world.project).exists()


@pytest.mark.parametrize("who", ["rita", "rowan"])
def test_only_those_who_lead_write_openings(world, who):
    with pytest.raises(NotAllowedError):
        openings.write_opening(getattr(world, who), "audit", WHOLE, now=NOON)


def test_outsiders_find_no_openings_of_a_project(world):
    row = published_opening(world)

    with pytest.raises(NotFoundError):
        openings.change_opening(world.otto, "audit", row.number, WHOLE, now=NOON)


def test_publishing_names_everything_that_is_missing(world):
    row = openings.write_opening(world.lena, "audit", {**WHOLE, "pay": None, "countries": None}, now=NOON)
    fill_queue(world.project)

    with pytest.raises(InvalidInputError) as refused:
        openings.publish_opening(world.lena, "audit", row.number, now=NOON)

    assert [problem.field for problem in refused.value.problems] == ["pay", "countries", "pay"]
    row.refresh_from_db()
    assert row.state == "draft"


def test_a_promise_that_the_live_queue_cannot_keep_is_not_published(world):
    row = openings.write_opening(world.lena, "audit", WHOLE, now=NOON)

    with pytest.raises(InvalidInputError) as refused:
        openings.publish_opening(world.lena, "audit", row.number, now=NOON)

    (problem,) = refused.value.problems
    # 3 items of 2 places, 4 minutes each, shared by Rita and the five who are looked for.
    assert problem == Problem(
        "hours",
        "promises 20 a week, and there is work for 0.1 for each person",
        "as many as the queue holds: import items, ask for fewer people, or promise less",
    )


def test_a_paused_project_has_nothing_to_apply_for(world):
    row = openings.write_opening(world.lena, "audit", WHOLE, now=NOON)
    projects.change_state(world.lena, "audit", ProjectState.PAUSED, now=NOON)

    with pytest.raises(ConflictError, match="Start the project first"):
        openings.publish_opening(world.lena, "audit", row.number, now=NOON)


def test_publishing_is_recorded_and_dated_once(world):
    row = published_opening(world)

    assert row.state == "open"
    assert row.posted_at == row.listed_at
    assert AuditEvent.objects.of(world.project).filter(action="opening.published", subject="O-1").exists()
    with pytest.raises(ConflictError):
        openings.publish_opening(world.lena, "audit", row.number, now=NOON)


def test_a_change_keeps_the_day_of_posting(world):
    row = published_opening(world, now=NOON, closes_at=WHOLE["closes_at"])
    later = NOON + timedelta(days=3)

    changed = openings.change_opening(world.lena, "audit", row.number, {**WHOLE, "title": "Rate images"}, now=later)

    assert (changed.title, changed.posted_at, changed.updated_at) == ("Rate images", NOON, later)


def test_the_database_itself_refuses_another_day_of_posting(world):
    row = published_opening(world)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        StoredOpening.objects.of(world.project).filter(pk=row.pk).update(posted_at=NOON)


def test_a_published_opening_stays_fit_to_be(world):
    row = published_opening(world)

    with pytest.raises(InvalidInputError) as refused:
        openings.change_opening(world.lena, "audit", row.number, opening_document(contact=""), now=NOON)

    assert [problem.field for problem in refused.value.problems] == ["contact"]
    row.refresh_from_db()
    assert row.document["contact"]


def test_what_is_closed_stays_closed(world):
    row = published_opening(world)

    openings.close_opening(world.lena, "audit", row.number, now=NOON)

    for again in (openings.close_opening, openings.publish_opening):
        with pytest.raises(ConflictError):
            again(world.lena, "audit", row.number, now=NOON)
    with pytest.raises(ConflictError):
        openings.change_opening(world.lena, "audit", row.number, WHOLE, now=NOON)


def test_openings_of_a_project_are_listed_newest_first(world):
    for title in ("One", "Two"):
        openings.write_opening(world.lena, "audit", {"title": title}, now=NOON)
    access = open_project(world.lena, "audit")

    assert [row.title for row in openings.openings_of(access)] == ["Two", "One"]
    with pytest.raises(NotFoundError):
        openings.opening_of(access, 7)


# --- what is published ---


def test_only_open_openings_of_our_own_are_published(world):
    shown = published_opening(world, now=NOON, closes_at=WHOLE["closes_at"])
    openings.write_opening(world.lena, "audit", WHOLE, now=NOON)
    closed = published_opening(world, now=NOON, closes_at=WHOLE["closes_at"])
    openings.close_opening(world.lena, "audit", closed.number, now=NOON)

    assert [posting.key for posting in published_postings(now=NOON)] == [shown.public_id]
    assert published_postings(now=IMAGE_EVALUATION.closes_at - timedelta(seconds=1))
    assert published_postings(now=IMAGE_EVALUATION.closes_at) == []


def test_what_we_publish_our_own_importers_give_back(world):
    published_opening(world)
    (posting,) = published_postings(now=world.now)
    address = "http://127.0.0.1:8000/openings/"
    written = {
        FeedKind.JSON_LD: json.dumps(as_json_ld(posting)),
        FeedKind.INDEED: write_indeed([posting], publisher="Rubrica", address=address, now=NOON),
        FeedKind.SYNDICATION: write_rss([posting], title="Openings", address=address, feed=address, now=NOON),
        FeedKind.LISTING: json.dumps(write_listing([posting], now=NOON)),
        FeedKind.CSV: write_csv([posting]),
    }

    assert {kind: read_feed(text.encode()).postings for kind, text in written.items()} == dict.fromkeys(
        written, (posting,)
    )


def test_an_opening_below_the_floor_of_pay_is_not_published_unless_the_host_lets_it_be(world, settings):
    fill_queue(world.project)
    settings.PAY_FLOORS = read_floors("USD 25")
    row = openings.write_opening(world.lena, "audit", opening_document(), now=NOON)
    with pytest.raises(InvalidInputError) as refused:
        openings.publish_opening(world.lena, "audit", row.number, now=NOON)
    assert [(each.field, each.allowed) for each in refused.value.problems] == [("pay", "USD 25.00 an hour or more")]

    settings.PAY_FLOORS_BLOCK = False
    assert openings.publish_opening(world.lena, "audit", row.number, now=NOON).state == "open"
