"""Coming in and going out: throttled, closed to strangers, and really ended by signing out."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from rubrica.domain.roles import Role
from rubrica.kit.clock import now
from rubrica.records.models import Account, ApiToken, Session
from rubrica.usecases import accounts, organisations
from tests.cast import PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory_of_failures(db):
    cache.clear()


def sign_in(client, email="rita@example.org", password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_a_person_signs_in_with_e_mail_and_password_whatever_the_capitals(world: World, client: Client):
    assert sign_in(client, "RITA@example.org").status_code == 302
    assert client.get("/").context["user"] == world.rita


def test_a_wrong_password_says_no_more_than_that(world: World, client: Client):
    wrong = sign_in(client, password="not the right one").content.decode()
    unknown = sign_in(client, email="nobody@example.org").content.decode()
    strip = re.compile(r'(csrfmiddlewaretoken" value="[^"]+"|value="[^"]*@example.org")')

    assert strip.sub("", wrong) == strip.sub("", unknown)
    assert "not correct" in wrong


def test_ten_failures_shut_the_door_even_for_the_right_password(world: World, client: Client):
    for _ in range(10):
        sign_in(client, password="not the right one")
    answer = sign_in(client)

    assert answer.status_code == 429
    assert "Too many failed" in answer.content.decode()
    assert not Session.objects.filter(account=world.rita).exists()


def test_signing_out_ends_the_session_on_the_server(world: World, client: Client):
    sign_in(client)
    key = client.session.session_key
    assert accounts.account_of_session(key, now=now()) is not None
    client.post(reverse("account_logout"))

    assert accounts.account_of_session(key, now=now()) is None
    assert client.get("/account/").status_code == 302


def test_signing_out_by_a_mere_link_does_not_happen(world: World, client: Client):
    sign_in(client)
    client.get(reverse("account_logout"))

    assert client.get("/account/").status_code == 200


def test_nobody_signs_up_by_themselves(world: World, client: Client):
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_signup"), form)

    assert "By invitation" in answer.content.decode()
    assert not Account.objects.filter(email="new@example.org").exists()


def test_there_is_no_account_nor_password_from_the_start(db):
    assert not Account.objects.exists()


def test_a_password_is_reset_by_a_mailed_link_that_works_once_and_ends_all_sessions(world: World, client: Client):
    elsewhere = Client()
    sign_in(elsewhere)
    client.post(reverse("account_reset_password"), {"email": "rita@example.org"})
    link = re.search(r"http://\S+(/password/reset/\S+)", mail.outbox[0].body).group(1)
    page = client.get(link, follow=True)
    fresh = "a fresh and long secret"
    client.post(page.request["PATH_INFO"], {"password1": fresh, "password2": fresh})

    assert elsewhere.get("/account/").status_code == 302
    assert not Session.objects.filter(account=world.rita).exists()
    assert sign_in(Client(), password=fresh).status_code == 302
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def test_a_reset_for_an_unknown_address_answers_alike_and_tells_no_account(world: World, client: Client):
    known = client.post(reverse("account_reset_password"), {"email": "rita@example.org"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert all("/password/reset/" not in message.body for message in mail.outbox[1:])


def test_changing_the_password_signs_out_everywhere_else(world: World, client: Client):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    key = elsewhere.session.session_key
    fresh = "a fresh and long secret"
    form = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    client.post(reverse("account_change_password"), form)

    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert accounts.account_of_session(key, now=now()) is None


def test_a_sign_in_link_signs_in_by_its_button_and_not_by_being_fetched(world: World, client: Client):
    path = reverse("sign_in_link", args=[accounts.issue_sign_in_link(world.rita, now=now())])
    page = client.get(path)
    assert "Continue as Rita" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert client.get("/account/").status_code == 302
    client.post(path)
    assert client.get("/").context["user"] == world.rita

    assert Client().post(path).status_code == 404


def test_an_invitation_makes_an_account_and_lets_it_in(world: World, client: Client):
    made = organisations.invite(
        world.lena,
        "atelier",
        email="nora@example.org",
        role=Role.SPECIALIST,
        project_slug=world.project.slug,
        now=now(),
    )
    path = reverse("invitation", args=[made.secret])
    assert "You are invited to Atelier" in client.get(path).content.decode()
    weak = client.post(path, {"name": "Nora", "password": "short"})
    assert weak.status_code == 422
    assert "password" in weak.content.decode()
    client.post(path, {"name": "Nora", "password": PASSWORD})

    assert client.get(f"/projects/{world.project.slug}/").status_code == 200
    assert Client().get(path).status_code == 404


def test_a_token_is_shown_once(world: World, client: Client):
    client.force_login(world.rita)
    page = client.post(reverse("create_token"), {"name": "notebook"}, follow=True)
    secret = page.context["new_secret"]

    assert secret in page.content.decode()
    assert secret not in client.get("/account/").content.decode()
    assert accounts.account_of_token(secret, now=now()).pk == world.rita.pk
    client.post(reverse("revoke_token", args=[ApiToken.objects.of_account(world.rita).get().public_id]))
    assert accounts.account_of_token(secret, now=now()) is None


def test_signing_out_everywhere_else_keeps_this_browser(world: World, client: Client):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    client.post(reverse("end_sessions"))

    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_redirect_after_signing_in_stays_on_this_site(world: World, client: Client):
    form = {"login": "rita@example.org", "password": PASSWORD, "next": "https://elsewhere.example/"}

    assert client.post(reverse("account_login"), form).url == "/"
