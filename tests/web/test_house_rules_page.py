"""The page of the house rules and its twin for programs say the same, and what the product does."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from rubrica.domain.house_rules import SENSORS_OFF
from rubrica.domain.review import ReviewEvent, ReviewState
from rubrica.domain.time_claim import BY_SILENCE, ClaimEvent, ClaimState
from rubrica.kit import clock
from rubrica.records.models import Evaluation, Review
from rubrica.usecases import credentials, organisations, reviews
from rubrica.usecases.errors import ConflictError
from tests.cast import World, evaluate, returned_review, told_work

pytestmark = pytest.mark.django_db


def document():
    return json.loads(Client().get("/.well-known/house-rules.json").content)


def value_of(key):
    return next(rule["value"] for rule in document()["rules"] if rule["key"] == key)


def test_page_and_document_say_the_same_in_the_same_order():
    page = Client().get("/house-rules/").content.decode()
    on_page = re.findall(r'data-rule="([^"]+)"\s*>(.*?)</li>', page, re.DOTALL)
    said = [(key, html.unescape(text).strip()) for key, text in on_page]

    assert said == [(rule["key"], rule["text"]) for rule in document()["rules"]]
    assert len(said) > 20


def test_the_configuration_that_is_in_force_is_what_is_said(settings):
    settings.SENDS_MAIL = True
    with_mail = document()
    settings.SENDS_MAIL = False

    assert with_mail != document()
    assert "sends no mail" in Client().get("/house-rules/").content.decode()


def test_no_answer_lets_a_page_use_what_the_rules_exclude():
    policy = Client().get("/").headers["Permissions-Policy"]

    assert policy.split(", ") == [f"{sensor}=()" for sensor in SENSORS_OFF]


def test_an_appeal_is_taken_as_long_as_the_rule_says_and_no_longer(world: World):
    evaluate(world, world.rita)
    evaluation = Evaluation.objects.of(world.project).get().public_id
    review = returned_review(world, evaluation)
    decided = Review.objects.of(world.project).get().decided_at
    window = timedelta(days=value_of("review.appeal"))
    with pytest.raises(ConflictError):
        reviews.appeal(world.rita, "audit", review.number, reason="No", now=decided + window + timedelta(minutes=1))
    reviews.appeal(world.rita, "audit", review.number, reason="No", now=decided + window - timedelta(minutes=1))
    appealed = Review.objects.of(world.project).get()

    assert (appealed.state, ReviewEvent.APPEAL.value) == (ReviewState.APPEALED, "appeal")
    given = appealed.due_at - (decided + window - timedelta(minutes=1))
    assert given == timedelta(days=value_of("review.appeal_decision"))


def test_silence_approves_a_claim():
    assert BY_SILENCE[ClaimState.CLAIMED] is ClaimEvent.APPROVE


def test_credentials_and_invitations_last_as_long_as_the_rules_say(world: World):
    evaluate(world, world.rita)
    row, _portfolio = told_work(world.rita)
    now = clock.now()
    made = organisations.invite(
        world.omar, "atelier", email="nora@example.org", role=organisations.Role.SPECIALIST, now=now
    )

    assert (row.valid_until - row.issued_at).days == value_of("own.credential")
    assert (made.invitation.expires_at - now).days == value_of("own.invitation")
    assert credentials.credentials_of(world.rita) == [row]
