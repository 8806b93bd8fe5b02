"""Ways in: sign-in links, tokens, sessions. Each ends when it should."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY

from rubrica.kit.clock import now
from rubrica.records.models import Account, ApiToken, AuditEvent, Session, SignInLink
from rubrica.records.sessions import SessionStore
from rubrica.usecases import accounts, leaving
from rubrica.usecases.errors import InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import NOON, World

pytestmark = pytest.mark.django_db


def session_of(account):
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store.save()
    return store.session_key


@pytest.mark.parametrize(
    ("email", "name", "password", "field"),
    [
        ("no-address", "Ada", "a long enough secret", "email"),
        ("ada@example.org", " ", "a long enough secret", "name"),
        ("ada@example.org", "Ada", "short", "password"),
        ("ada@example.org", "Ada", "password1234", "password"),
        ("ada@example.org", "Ada", "ada@example.org", "password"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_field(email, name, password, field):
    with pytest.raises(InvalidInputError) as refused:
        accounts.create_account(email=email, name=name, password=password, now=NOON)

    assert field in {problem.field for problem in refused.value.problems}
    assert not Account.objects.exists()


def test_an_address_has_one_account_whatever_its_capitals(world: World):
    with pytest.raises(InvalidInputError, match="already"):
        accounts.create_account(email="RITA@example.org", name="Rita two", now=NOON)


def test_an_account_without_a_password_cannot_be_entered_with_one():
    account = accounts.create_account(email="ada@example.org", name="Ada", now=NOON)

    assert not account.has_usable_password()


def test_a_sign_in_link_works_once_and_only_its_hash_is_stored(world: World):
    secret = accounts.issue_sign_in_link(world.rita, now=NOON)
    assert accounts.sign_in_link_owner(secret, now=NOON) == world.rita
    assert accounts.use_sign_in_link(secret, now=NOON) == world.rita
    with pytest.raises(NotFoundError, match="used"):
        accounts.use_sign_in_link(secret, now=NOON)

    assert secret not in str(SignInLink.objects.of_account(world.rita).values())


@pytest.mark.parametrize("later", [timedelta(days=2), timedelta(days=1)])
def test_a_sign_in_link_runs_out(world: World, later):
    secret = accounts.issue_sign_in_link(world.rita, now=NOON)
    with pytest.raises(NotFoundError):
        accounts.use_sign_in_link(secret, now=NOON + later)


def test_a_token_speaks_for_its_owner_until_it_is_revoked_or_runs_out(world: World):
    made = accounts.create_token(world.rita, "notebook", now=NOON, lifetime=timedelta(days=7))
    speaker = accounts.account_of_token(made.secret, now=NOON)
    assert speaker is not None
    assert (speaker.pk, speaker.email, speaker.is_platform_admin) == (world.rita.pk, "rita@example.org", False)
    assert accounts.account_of_token(made.secret, now=NOON + timedelta(days=8)) is None
    accounts.revoke_token(world.rita, made.token.public_id, now=NOON)

    assert accounts.account_of_token(made.secret, now=NOON) is None
    assert accounts.account_of_token("rub_wrong", now=NOON) is None
    assert made.secret not in str(ApiToken.objects.of_account(world.rita).values())


def test_nobody_revokes_another_persons_token(world: World):
    made = accounts.create_token(world.rita, "notebook", now=NOON)
    with pytest.raises(NotFoundError):
        accounts.revoke_token(world.lena, made.token.public_id, now=NOON)


@pytest.mark.parametrize("name", ["", "   "])
def test_a_token_needs_a_name(world: World, name):
    with pytest.raises(InvalidInputError):
        accounts.create_token(world.rita, name, now=NOON)


def test_a_session_is_known_by_its_key_and_dies_with_its_row(world: World):
    key = session_of(world.rita)
    assert accounts.account_of_session(key, now=now()).pk == world.rita.pk
    assert accounts.account_of_session(key, now=now() + timedelta(hours=13)) is None
    other = session_of(world.rita)
    assert accounts.end_sessions(world.rita, now=NOON, except_key=key) == 1

    assert accounts.account_of_session(other, now=now()) is None
    assert accounts.account_of_session(key, now=now()) is not None


def test_shutting_an_account_ends_its_sessions_and_tokens_at_once(world: World):
    key, token = session_of(world.rita), accounts.create_token(world.rita, "notebook", now=NOON)
    with pytest.raises(NotAllowedError):
        leaving.deactivate_account(world.lena, world.rita, now=NOON)
    leaving.deactivate_account(world.petra, world.rita, now=NOON)

    assert accounts.account_of_session(key, now=now()) is None
    assert accounts.account_of_token(token.secret, now=NOON) is None
    assert not Session.objects.filter(account=world.rita).exists()
    assert AuditEvent.objects.of_account(world.petra).filter(action="account.deactivated").exists()


def test_a_name_can_be_changed_but_not_removed(world: World):
    accounts.change_profile(world.rita, name="Rita R.", time_zone="Europe/Lisbon", now=NOON)
    with pytest.raises(InvalidInputError):
        accounts.change_profile(world.rita, name=" ", time_zone="UTC", now=NOON)
    world.rita.refresh_from_db()

    assert (world.rita.name, world.rita.time_zone) == ("Rita R.", "Europe/Lisbon")
