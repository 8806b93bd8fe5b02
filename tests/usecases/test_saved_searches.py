"""Kept searches: what they come to find stands in the daily letter, once, until somebody ends it."""

from datetime import timedelta

import pytest
from django.core import mail

from rubrica.records.models import Job, OpeningSource, SavedSearch
from rubrica.records.models.job import JobState
from rubrica.usecases import saved_searches as usecases
from rubrica.usecases.account_deletion import delete_account
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.jobs import run_next
from rubrica.worker.handlers import HANDLERS, UNDERTAKERS
from tests.cast import NOON, pasted_opening, published_opening
from tests.domain.openings import IMAGE_EVALUATION

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)
CLOSES = IMAGE_EVALUATION.as_json()["closes_at"]


@pytest.fixture(autouse=True)
def _mails(settings):
    settings.SENDS_MAIL = True


def keep(account, query="data_type=image", *, by_mail=True, name="Images"):
    return usecases.save_search(account, name=name, query=query, by_mail=by_mail, now=NOON)


def publish(world, at=NOON + timedelta(minutes=1), **changes):
    return published_opening(world, now=at, **{"closes_at": CLOSES, **changes})


def send(at=LATER):
    while run_next(HANDLERS, lambda: at, UNDERTAKERS):
        pass
    return [message.body for message in mail.outbox]


def test_what_a_search_comes_to_find_stands_in_the_daily_letter_once(world):
    keep(world.rita)
    row = publish(world, title="Rate images")
    publish(world, title="Label audio", data_type="audio")

    (body,) = send()

    assert "Images: 1 new openings" in body
    assert f"/openings/{row.public_id}/" in body
    assert "Label audio" not in body
    publish(world, LATER + timedelta(minutes=1), title="Rate more images")
    bodies = send(LATER + timedelta(days=1))
    assert len(bodies) == 2
    assert "Rate more images" in bodies[1]
    assert f"/openings/{row.public_id}/" not in bodies[1]


def test_there_is_one_letter_a_day_at_most(world):
    keep(world.rita)
    keep(world.rita, "q=rate", name="Rating")
    for number in range(3):
        publish(world, title=f"Rate images {number}")

    assert Job.objects.filter(kind="digest", state=JobState.WAITING).count() == 1
    (body,) = send()
    assert "Images: 3 new openings" in body
    assert "Rating: 3 new openings" in body


def test_no_letter_is_sent_when_nothing_was_found(world):
    keep(world.rita, "data_type=audio")
    publish(world)

    assert send() == []


def test_what_was_there_before_is_no_news(world):
    publish(world, NOON - timedelta(days=1))
    keep(world.rita)
    publish(world, title="Newer")

    (body,) = send()

    assert "Images: 1 new openings" in body


def test_a_search_that_does_not_come_by_mail_sends_none(world):
    row = keep(world.rita, by_mail=False)
    publish(world)

    assert send() == []
    usecases.change_mail(world.rita, row.public_id, by_mail=True, now=LATER)
    assert usecases.news_of_searches(world.rita, now=LATER) == []


def test_one_click_ends_the_mails_without_signing_in(world):
    keep(world.rita)
    publish(world)
    send()
    (message,) = mail.outbox

    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = message.extra_headers["List-Unsubscribe"].rstrip("/>").rpartition("/")[2]
    usecases.unsubscribe(token)

    assert SavedSearch.objects.of_account(world.rita).get().by_mail is False
    with pytest.raises(NotFoundError):
        usecases.unsubscribe("forged")


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [("", "q=image", "name"), ("Images", "data_type=smell", "data_type"), ("x" * 121, "", "name")],
)
def test_what_cannot_be_kept_is_named(world, name, query, field):
    with pytest.raises(InvalidInputError) as refused:
        keep(world.rita, query, name=name)

    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_person_keeps_so_many_and_only_the_own(world):
    rows = [keep(world.rita) for _ in range(usecases.MOST_KEPT)]

    with pytest.raises(ConflictError, match="Remove one first"):
        keep(world.rita)
    with pytest.raises(NotFoundError):
        usecases.remove_search(world.lena, rows[0].public_id)
    usecases.remove_search(world.rita, rows[0].public_id)
    assert len(usecases.searches_of(world.rita)) == usecases.MOST_KEPT - 1


def test_with_the_account_go_its_searches_and_finds(world):
    keep(world.rita)
    pasted_opening(world.rita)

    delete_account(world.rita, confirmed_email="rita@example.org", now=LATER)

    assert not SavedSearch.objects.of_account(world.rita).exists()
    assert not OpeningSource.objects.of_account(world.rita).exists()
