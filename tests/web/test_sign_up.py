"""Signing up by oneself: only where the operator has opened it, and only with an address that one can read mail of."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from rubrica.domain.house_rules import HouseRule
from rubrica.kit.clock import now
from rubrica.records.models import Account
from rubrica.usecases import sign_up
from rubrica.usecases.house_rules import current_rules
from tests.cast import candidate, published_opening

pytestmark = pytest.mark.django_db
FRESH = "a fresh and long secret"


@pytest.fixture(autouse=True)
def _opened(settings):
    settings.SIGN_UP_IS_OPEN = True
    cache.clear()


def link_mailed() -> str:
    return re.search(r"http://\S+(/sign-up/\S+)", mail.outbox[-1].body).group(1)


def rule(key: str) -> HouseRule:
    return next(rule for rule in current_rules() if rule.key == key)


def test_a_mailed_link_makes_an_account_and_leads_on_to_where_one_wanted_to_go(client: Client):
    sent = client.post("/sign-up/", {"email": "Nora@example.org", "next": "/openings/?words=image"})
    assert sent.url == "/sign-up/sent/"
    assert "Nora@example.org" in client.get(link_mailed()).content.decode()
    answer = client.post(link_mailed(), {"name": "Nora", "password": FRESH})

    assert answer.url == "/openings/?words=image"
    assert client.get("/account/").status_code == 200
    assert Account.objects.get(email="Nora@example.org").name == "Nora"


def test_there_is_no_account_before_the_address_is_proved(client: Client):
    client.post("/sign-up/", {"email": "nora@example.org"})

    assert not Account.objects.exists()


def test_an_address_with_an_account_is_answered_alike_and_told_by_mail_alone(client: Client):
    candidate("anna")
    unknown = client.post("/sign-up/", {"email": "nora@example.org"})
    known = client.post("/sign-up/", {"email": "ANNA@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert "There is one: sign in" in mail.outbox[-1].body
    assert "/sign-up/" not in mail.outbox[-1].body


def test_a_link_works_once(client: Client):
    client.post("/sign-up/", {"email": "nora@example.org"})
    client.post(link_mailed(), {"name": "Nora", "password": FRESH})
    again = Client().post(link_mailed(), {"name": "Mallory", "password": FRESH})

    assert again.status_code == 422
    assert "There is an account for nora@example.org already" in again.content.decode()
    assert Account.objects.get().name == "Nora"


def test_a_link_that_is_old_or_forged_is_refused(client: Client):
    sign_up.ask_to_sign_up("nora@example.org", "", now=now() - sign_up.LINK_LIFETIME)
    old = client.get(link_mailed())
    made = client.post(link_mailed(), {"name": "Nora", "password": FRESH})

    assert (old.status_code, made.status_code, client.get("/sign-up/forged/").status_code) == (404, 404, 404)
    assert "out of date" in old.content.decode()
    assert not Account.objects.exists()


def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(client: Client):
    wrong = client.post("/sign-up/", {"email": "nora"})
    client.post("/sign-up/", {"email": "nora@example.org"})
    short = client.post(link_mailed(), {"name": "Nora", "password": "short"})

    assert (wrong.status_code, short.status_code) == (422, 422)
    assert 'value="nora"' in wrong.content.decode()
    assert 'value="Nora"' in short.content.decode()
    assert "at least 12 characters" in short.content.decode()


def test_a_link_never_leads_to_another_site(client: Client):
    client.post("/sign-up/", {"email": "nora@example.org", "next": "https://evil.example/"})

    assert client.post(link_mailed(), {"name": "Nora", "password": FRESH}).url == "/"


def test_nobody_is_flooded_with_mails(client: Client):
    statuses = [client.post("/sign-up/", {"email": "nora@example.org"}).status_code for _ in range(4)]

    assert statuses == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


def test_a_mail_that_cannot_be_sent_is_said(client: Client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client.post("/sign-up/", {"email": "nora@example.org"})

    assert answer.status_code == 409
    assert "could not be sent" in answer.content.decode()


def test_an_installation_is_closed_unless_it_is_opened(world, client: Client, settings):
    opening = published_opening(world)
    invitation = 'href="/sign-up/'
    pages = ["/", f"/openings/{opening.public_id}/", f"/sign-in/?next=/openings/{opening.public_id}/"]
    assert all(invitation in client.get(page).content.decode() for page in pages)
    assert "Anybody" in rule("own.account").text
    client.post("/sign-up/", {"email": "nora@example.org"})
    settings.SIGN_UP_IS_OPEN = False

    assert not any(invitation in client.get(page).content.decode() for page in pages)
    assert "By invitation" in client.get("/sign-up/").content.decode()
    assert client.post(link_mailed(), {"name": "Nora", "password": FRESH}).status_code == 409
    assert not Account.objects.filter(email="nora@example.org").exists()
    assert "invitation" in rule("own.account").text


def test_who_is_signed_in_has_an_account(client: Client):
    client.force_login(candidate("anna"))

    assert client.get("/sign-up/").url == "/"
