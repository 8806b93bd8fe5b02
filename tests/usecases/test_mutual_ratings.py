"""Ratings after an engagement: neither side reads the other's before giving its own, or before 14 days have passed."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import rubrica
from rubrica.domain.mutual_rating import RATE_WITHIN, RATED, Side, may_rate, revealed_at
from rubrica.records.models import Account, Engagement, MutualRating, MutualRatingReply, Notification
from rubrica.usecases import account_deletion, engagements, mutual_ratings
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import NOON, World
from tests.usecases.applying import work
from tests.usecases.engaging import engaged, fresh

pytestmark = pytest.mark.django_db
OF_PROJECT = {"rules": 4, "fairness": 2, "agreement": 5}
OF_RITA = {"care": 5, "reasons": 4, "reliability": 5}


@pytest.fixture
def ended(world: World) -> Engagement:
    """Let Rita give notice, and the week pass."""
    engagement = engaged(world)
    engagements.give_own_notice(world.rita, engagement.public_id, now=world.now)
    world.later(days=7)
    work(world)
    return fresh(engagement)


def by_rita(world: World, engagement: Engagement, **changes) -> MutualRating:
    said = {
        "scores": OF_PROJECT,
        "comment": "A seam is a fault one day and none the next.",
        "now": world.now,
        **changes,
    }
    return mutual_ratings.rate_project(world.rita, engagement.public_id, **said)


def by_lena(world: World, engagement: Engagement, by: Account | None = None, **changes) -> MutualRating:
    said = {"scores": OF_RITA, "comment": "Cites the clause every time.", "now": world.now, **changes}
    return mutual_ratings.rate_specialist(by or world.lena, "audit", engagement.number, **said)


def seen(engagement: Engagement, side: Side, world: World) -> mutual_ratings.RatingsShown:
    return mutual_ratings.ratings_of(fresh(engagement), side, now=world.now)


def test_what_one_side_says_is_hidden_until_the_other_has_said_something_too(world: World, ended: Engagement):
    by_rita(world, ended)
    assert seen(ended, Side.SPECIALIST, world).own is not None
    assert seen(ended, Side.PROJECT, world).other is None
    by_lena(world, ended)

    assert seen(ended, Side.PROJECT, world).other.scores == OF_PROJECT
    assert seen(ended, Side.SPECIALIST, world).other.scores == OF_RITA


def test_what_one_side_says_is_shown_after_fourteen_days_and_then_cannot_be_answered_with_a_rating(
    world: World, ended: Engagement
):
    by_rita(world, ended)
    world.later(days=14, seconds=-1)
    assert seen(ended, Side.PROJECT, world).other is None
    assert seen(ended, Side.PROJECT, world).may_rate
    world.later(seconds=1)

    assert seen(ended, Side.PROJECT, world).other.scores == OF_PROJECT
    with pytest.raises(ConflictError, match="within 14 days"):
        by_lena(world, ended)


def test_nobody_rates_before_the_end_or_twice_or_what_is_not_theirs(world: World, ended: Engagement):
    going_on = engaged(world, world.rater("rhea"))
    with pytest.raises(ConflictError, match="cannot be rated now"):
        by_lena(world, going_on)
    by_rita(world, ended)
    with pytest.raises(ConflictError):
        by_rita(world, ended, scores={**OF_PROJECT, "fairness": 1})
    with pytest.raises(NotAllowedError):
        by_lena(world, ended, by=world.rowan)
    with pytest.raises(NotFoundError):
        mutual_ratings.rate_project(world.otto, ended.public_id, scores=OF_PROJECT, comment="", now=world.now)


@pytest.mark.parametrize(
    ("scores", "field"),
    [
        ({}, "scores.rules"),
        ({**OF_PROJECT, "rules": 6}, "scores.rules"),
        ({**OF_PROJECT, "rules": True}, "scores.rules"),
        ({**OF_PROJECT, "looks": 5}, "scores.looks"),
        (None, "scores.agreement"),
    ],
)
def test_scores_are_whole_numbers_for_each_question(world: World, ended: Engagement, scores, field):
    with pytest.raises(InvalidInputError) as refusal:
        by_rita(world, ended, scores=scores)

    assert field in {problem.field for problem in refusal.value.problems}
    assert not MutualRating.objects.of(world.project).exists()


def test_each_side_answers_once_what_was_said_of_it(world: World, ended: Engagement):
    by_rita(world, ended)
    with pytest.raises(ConflictError):
        mutual_ratings.reply_to_specialist(world.lena, "audit", ended.number, text="Why?", now=world.now)
    by_lena(world, ended)
    mutual_ratings.reply_to_specialist(world.lena, "audit", ended.number, text="Version 3 says it now.", now=world.now)
    mutual_ratings.reply_to_project(world.rita, ended.public_id, text="Thank you.", now=world.now)

    assert seen(ended, Side.SPECIALIST, world).own.reply.text == "Version 3 says it now."
    with pytest.raises(ConflictError):
        mutual_ratings.reply_to_project(world.rita, ended.public_id, text="Again.", now=world.now)


def test_the_other_side_is_told_that_there_is_one_and_not_what_it_says(world: World, ended: Engagement):
    by_lena(world, ended)
    told = Notification.objects.of_account(world.rita).order_by("-pk")[0]

    assert "You read it once you have rated too" in told.text
    assert "clause" not in told.text
    by_rita(world, ended)
    assert "Both sides have rated" in Notification.objects.of_account(world.lena).order_by("-pk")[0].text


def test_the_database_refuses_to_change_what_was_said(world: World, ended: Engagement):
    by_rita(world, ended)

    with pytest.raises(DatabaseError), transaction.atomic():
        MutualRating.objects.of(world.project).update(scores=OF_RITA)


def test_who_deletes_the_account_takes_the_own_words_along(world: World, ended: Engagement):
    by_rita(world, ended)
    by_lena(world, ended)
    mutual_ratings.reply_to_project(world.rita, ended.public_id, text="Thank you.", now=world.now)
    account_deletion.delete_account(world.rita, confirmed_email="rita@example.org", now=world.now)

    assert [row.side for row in MutualRating.objects.of(world.project)] == ["project"]
    assert not MutualRatingReply.objects.of(world.project).exists()


@given(
    given_after=st.dictionaries(st.sampled_from(Side), st.timedeltas(timedelta(0), RATE_WITHIN)),
    passed=st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_nobody_can_rate_any_more_once_anything_of_the_other_is_shown(given_after, passed):
    """Whatever is given when: no side ever rates after having read what the other said of it."""
    now = NOON + passed
    rated = {side: NOON + after for side, after in given_after.items() if after <= passed}

    if now >= revealed_at(NOON, rated):
        assert not any(may_rate(NOON, rated, side, now) for side in Side)


def test_no_match_access_or_pay_rests_on_a_rating():
    """Only the room of ratings, its pages and what a person takes along or deletes know of them."""
    source = Path(rubrica.__file__).parent
    users = set()
    for path in source.rglob("*.py"):
        tree = ast.parse(path.read_text())
        names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        if any("mutual_rating" in name or name.startswith("MutualRating") for name in names):
            users.add(path.relative_to(source).as_posix())

    assert users == {
        "records/models/__init__.py",
        "records/models/mutual_rating.py",
        "usecases/account_deletion.py",
        "usecases/mutual_ratings.py",
        "web/views/engagements.py",
    }


def test_both_sides_rate_and_answer_on_the_page_of_the_engagement(world: World, ended: Engagement, monkeypatch):
    rita, lena = Client(), Client()
    rita.force_login(world.rita)
    lena.force_login(world.lena)
    monkeypatch.setattr("rubrica.web.views.engagements.now", lambda: world.now)
    own, theirs = f"/engagements/{ended.public_id}/", f"/projects/audit/engagements/{ended.number}/"
    assert all(words in rita.get(own).content.decode() for words in RATED[Side.SPECIALIST].values())
    rita.post(f"{own}rate/", {f"score-{name}": "4" for name in RATED[Side.SPECIALIST]} | {"comment": "Clear rules."})
    assert "Clear rules." not in lena.get(theirs).content.decode()
    lena.post(f"{theirs}rate/", {f"score-{name}": "5" for name in RATED[Side.PROJECT]} | {"comment": "Careful."})
    assert "Clear rules." in lena.get(theirs).content.decode()
    rita.post(f"{own}reply/", {"text": "I had good rules."})

    assert "I had good rules." in lena.get(theirs).content.decode()
