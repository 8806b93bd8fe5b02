"""News: stored with what it tells of, shown until it is read, mailed at once or in a daily letter, and never lost."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.test import Client

from rubrica.domain.notification import Topic, Way, next_digest, retry_after
from rubrica.records.models import Job, Notification
from rubrica.records.models.job import JobState
from rubrica.usecases import assignments, edge_cases, notifications, reviews, rulings
from rubrica.usecases.errors import InvalidInputError, NotFoundError
from rubrica.usecases.jobs import run_next
from rubrica.worker.handlers import HANDLERS
from tests.cast import World, build_world, evaluate, proposed_change, put_to_vote, returned_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sends_mail(settings) -> None:
    settings.SENDS_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.BASE_URL = "https://rubrica.example.org"


def tell(world: World, person=None, text: str = "Something happened.") -> Notification:
    notifications.notify([person or world.rita], Topic.REVIEW, world.project, text, "reviews/1/", now=world.now)
    return notifications.news_of(person or world.rita)[0]


def choose(person, way: Way) -> None:
    notifications.choose_ways(person, {Topic.REVIEW.value: way.value})


def work(world: World) -> int:
    """Run what is due, and return how many jobs there were."""
    count = 0
    while run_next(HANDLERS, lambda: world.now):
        count += 1
    return count


# --- what one is told ---


def test_news_come_page_by_page_also_where_several_are_of_one_instant(world: World):
    for number in range(3):
        tell(world, text=f"{number}")
    first = notifications.news_page(world.rita, limit=2)
    second = notifications.news_page(world.rita, limit=2, after=first.next_after)
    assert [row.text for row in first.news + second.news] == ["2", "1", "0"]
    assert (first.next_after, second.next_after) == (first.news[1].public_id, None)
    with pytest.raises(NotFoundError):
        notifications.news_page(world.rowan, limit=2, after=first.next_after)


def test_people_hear_of_what_concerns_them_with_a_place_to_go():
    world = build_world(items=4)
    receipt = evaluate(world, world.rita).receipt
    review = returned_review(world, receipt.evaluation)
    reviews.appeal(world.rita, "audit", review.number, reason="A reflection", now=review.decided_at)
    reviews.decide_appeal(world.rowan, "audit", review.number, uphold=True, reason="It is", now=review.decided_at)
    proposed_change(world)
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held
    put_to_vote(world, held.public_id)
    edge_cases.close_vote(world.lena, "audit", 1, now=world.now)
    decision = rulings.Decision("A fault", "It is seen.", "pattern", world.now.date() + timedelta(days=9))
    rulings.rule(world.lena, "audit", 1, decision, now=world.now)

    heard = {
        name: {(row.topic, row.path) for row in notifications.news_of(getattr(world, name))}
        for name in ("rita", "rowan", "lena", "otto")
    }
    assert heard["rita"] == {
        ("review", "/projects/audit/reviews/1/"),
        ("appeal", "/projects/audit/reviews/1/"),
        ("case", "/projects/audit/cases/1/"),
    }
    assert heard["rowan"] == {("appeal", "/projects/audit/reviews/1/"), ("case", "/projects/audit/cases/1/")}
    assert heard["lena"] == {
        ("case", "/projects/audit/cases/1/"),
        ("proposal", "/projects/audit/guideline/proposals/1/"),
    }
    assert heard["otto"] == set()


def test_news_of_what_did_not_happen_is_not_told(world: World):
    with transaction.atomic():
        tell(world)
        transaction.set_rollback(True)
    assert notifications.news_of(world.rita) == []
    assert not Job.objects.exists()


def test_news_is_shown_on_today_until_it_is_followed_or_read(world: World):
    tell(world)
    tell(world, text="Another thing.")
    client = Client()
    client.force_login(world.rita)
    assert "Something happened." in client.get("/").content.decode()
    answer = client.get(f"/news/{notifications.news_of(world.rita)[-1].public_id}/")
    assert answer.headers["Location"] == "/projects/audit/reviews/1/"
    assert "Something happened." not in client.get("/").content.decode()
    client.post("/news/read/")
    assert "Another thing." not in client.get("/").content.decode()
    assert "Another thing." in client.get("/news/").content.decode()


def test_nobody_follows_the_news_of_somebody_else(world: World):
    row = tell(world)
    client = Client()
    client.force_login(world.otto)
    assert client.get(f"/news/{row.public_id}/").status_code == 404
    assert notifications.news_of(world.rita, unread=True) == [row]


# --- ways ---


def test_each_topic_comes_in_the_way_that_was_chosen(world: World):
    assert set(notifications.ways_of(world.rita).values()) == {Way.DIGEST}
    choose(world.rita, Way.NOW)
    assert notifications.ways_of(world.rita)[Topic.REVIEW] == Way.NOW
    client = Client()
    client.force_login(world.rita)
    client.post("/account/news/", {"review": "app", "case": "now"})
    assert notifications.ways_of(world.rita)[Topic.REVIEW] == Way.APP
    assert notifications.ways_of(world.rita)[Topic.CASE] == Way.NOW


@pytest.mark.parametrize("ways", [{"review": "pigeon"}, {"weather": "now"}])
def test_a_way_that_is_none_is_refused(world: World, ways):
    with pytest.raises(InvalidInputError):
        notifications.choose_ways(world.rita, {"case": "now", **ways})
    assert notifications.ways_of(world.rita)[Topic.CASE] == Way.DIGEST


def test_by_mail_at_once_comes_one_letter_with_the_link(world: World):
    choose(world.rita, Way.NOW)
    tell(world)
    assert work(world) == 1
    (letter,) = mail.outbox
    assert letter.to == ["rita@example.org"]
    assert letter.subject == "[Rubrica] Audit: Something happened."
    assert "https://rubrica.example.org/projects/audit/reviews/1/" in letter.body
    assert work(world) == 0


def test_the_daily_letter_comes_at_seven_once_with_all_that_is_unread(world: World):
    read = tell(world, text="Read already.")
    tell(world, text="One.")
    tell(world, text="Two.")
    notifications.mark_read(world.rita, [read.public_id], now=world.now)
    assert Job.objects.filter(kind="digest").count() == 1
    assert work(world) == 0  # it is noon: the letter comes tomorrow
    world.later(hours=19)
    assert work(world) == 1
    (letter,) = mail.outbox
    assert "One." in letter.body
    assert "Two." in letter.body
    assert "Read already." not in letter.body
    tell(world, text="Three.")
    world.later(days=1)
    assert work(world) == 1
    assert "One." not in mail.outbox[1].body


def test_where_everything_was_read_no_letter_comes(world: World):
    tell(world)
    notifications.mark_read(world.rita, None, now=world.now)
    world.later(days=1)
    assert work(world) == 1
    assert mail.outbox == []


def test_on_today_only_and_without_a_server_of_mails_there_are_no_jobs(world: World, settings):
    choose(world.rita, Way.APP)
    tell(world)
    settings.SENDS_MAIL = False
    choose(world.rita, Way.NOW)
    tell(world)
    assert not Job.objects.exists()
    assert len(notifications.news_of(world.rita)) == 2


# --- what goes wrong ---


def test_a_server_of_mails_that_is_away_delays_the_letter_and_loses_nothing(world: World, monkeypatch):
    choose(world.rita, Way.NOW)
    tell(world)

    def away(self: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", away)
        assert work(world) == 1
    assert work(world) == 0  # not before its time
    world.later(minutes=5)
    assert work(world) == 1
    assert len(mail.outbox) == 1
    assert notifications.news_of(world.rita)[0].mailed_at == world.now


def test_after_a_week_of_failures_the_job_says_so_and_the_news_stays_on_today(world: World, monkeypatch):
    def away(self: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", away)
    choose(world.rita, Way.NOW)
    tell(world)
    for _ in range(20):
        work(world)
        world.later(days=2)
    assert Job.objects.filter(state=JobState.FAILED).count() == 1
    assert not Job.objects.filter(state=JobState.WAITING).exists()
    assert len(notifications.news_of(world.rita, unread=True)) == 1


def test_a_crash_between_sending_and_noting_sends_once_more_rather_than_never(world: World, monkeypatch):
    choose(world.rita, Way.NOW)
    tell(world)
    send = EmailMessage.send

    def sent_then_killed(self: EmailMessage, fail_silently: bool = False) -> int:
        send(self)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", sent_then_killed)
        with pytest.raises(SystemExit):
            work(world)
    world.later(minutes=1)  # the lease of the dead worker is over
    assert work(world) == 1
    assert len(mail.outbox) == 2


def test_the_digest_is_due_at_seven_of_the_persons_morning():
    tokyo = ZoneInfo("Asia/Tokyo")
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)  # nine in the evening in Tokyo
    assert next_digest(noon, tokyo) == datetime(2026, 3, 3, 7, tzinfo=tokyo)
    assert next_digest(datetime(2026, 3, 2, 21, 59, tzinfo=UTC), tokyo) == datetime(2026, 3, 3, 7, tzinfo=tokyo)
    assert next_digest(datetime(2026, 3, 2, 22, 0, tzinfo=UTC), tokyo) == datetime(2026, 3, 4, 7, tzinfo=tokyo)


def test_waits_between_attempts_grow_and_end():
    waits = [retry_after(failures) for failures in range(1, 8)]
    assert waits == sorted(waits)  # type: ignore[type-var]  # none of them is None
    assert retry_after(8) is None
