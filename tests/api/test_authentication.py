"""Every operation needs a caller, found in one statement; browsers prove that one of our pages is asking."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern

from rubrica.api.router import api
from rubrica.kit import clock
from rubrica.records.models import Account
from rubrica.usecases import accounts
from tests.api.conftest import Caller, Callers, problem
from tests.cast import World

pytestmark = pytest.mark.django_db

OPERATIONS = [
    (method.upper(), re.sub(r"\{(level|column|row|number)\}", "1", path).replace("{slug}", "audit"))
    for path, methods in api.get_openapi_schema(path_prefix="/").get("paths").items()
    for method in methods
] + [("GET", "/openapi.json")]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_operation_answers_a_stranger(method: str, path: str):
    answer = Caller().request(method, re.sub(r"\{\w+\}", "A" * 22, path), {})

    assert answer.status_code == 401
    assert problem(answer)["type"] == "not-authenticated"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="rubrica"'


@pytest.mark.parametrize("path", ["/", "/nothing", "/projects/", "/projects/audit/secrets", "/images/1/view", "/docs"])
def test_an_address_that_there_is_not_tells_a_stranger_nothing(path: str):
    assert problem(Caller().get(path))["type"] == "not-authenticated"


def test_an_address_that_there_is_not_is_not_found(callers: Callers):
    assert problem(callers.lena.get("/nothing"))["type"] == "not-found"
    assert problem(callers.lena.post("/images/1/view"))["type"] == "not-found"


def test_django_is_told_that_the_api_asks_for_itself():
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]

    assert len(patterns) > 30
    for pattern in patterns:
        assert pattern.callback.login_required is False
        assert pattern.callback.csrf_exempt is True


@pytest.mark.parametrize(
    "authorization",
    ["Bearer rub_nobody-has-this-secret", "Bearer ", "Bearer \x00" + "a" * 30, "Basic cml0YTpwYXNz", "rub_x", ""],
)
def test_a_token_that_is_not_live_is_nobody(world: World, authorization: str):
    nobody = Caller()
    nobody.headers["Authorization"] = authorization

    assert problem(nobody.get("/me"))["type"] == "not-authenticated"


def test_a_token_ends_with_its_time_its_revocation_and_its_owner(world: World):
    short = accounts.create_token(world.rita, "short", now=clock.now() - timedelta(days=2), lifetime=timedelta(days=1))
    revoked = accounts.create_token(world.rita, "revoked", now=clock.now())
    accounts.revoke_token(world.rita, revoked.token.public_id, now=clock.now())
    orphaned = accounts.create_token(world.rowan, "orphaned", now=clock.now())
    Account.objects.filter(pk=world.rowan.pk).update(is_active=False)

    for token in (short, revoked, orphaned):
        bearer = Caller()
        bearer.headers["Authorization"] = f"Bearer {token.secret}"
        assert bearer.get("/me").status_code == 401


def test_the_scheme_may_be_written_in_lower_case(callers: Callers):
    callers.rita.headers["Authorization"] = callers.rita.headers["Authorization"].replace("Bearer", "bearer")

    assert callers.rita.get("/me").status_code == 200


@pytest.fixture
def browser(world: World) -> Client:
    """Rita's browser, signed in, with the CSRF cookie that a page has set."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.rita)
    client.cookies[settings.CSRF_COOKIE_NAME] = "c" * 32
    return client


TAKE = "/api/v1/projects/audit/assignments"


def test_a_browser_reads_with_its_session(browser: Client):
    assert browser.get("/api/v1/me").json()["name"] == "Rita"


def test_a_browser_changes_things_with_its_csrf_token(browser: Client):
    answer = browser.post(TAKE, {"hold": 1}, content_type="application/json", headers={"X-CSRFToken": "c" * 32})

    assert answer.status_code == 200
    assert len(answer.json()["assignments"]) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRFToken": "d" * 32},
        {"X-CSRFToken": "short"},
        {"X-CSRFToken": "c" * 32, "Origin": "https://elsewhere.example"},
        {"X-CSRFToken": "c" * 32, "Origin": "null"},
    ],
)
def test_a_page_of_another_site_cannot_change_anything(browser: Client, headers: dict[str, str]):
    answer = browser.post(TAKE, {"hold": 1}, content_type="application/json", headers=headers)

    assert answer.status_code == 403
    assert problem(answer)["type"] == "csrf-failed"


def test_a_browser_without_the_csrf_cookie_cannot_change_anything(browser: Client):
    del browser.cookies[settings.CSRF_COOKIE_NAME]

    answer = browser.post(TAKE, {"hold": 1}, content_type="application/json", headers={"X-CSRFToken": "c" * 32})

    assert problem(answer)["type"] == "csrf-failed"


def test_a_form_of_another_site_is_refused_for_its_content_type_too(browser: Client):
    answer = browser.post(TAKE, b'{"hold": 1}', content_type="text/plain", headers={"X-CSRFToken": "c" * 32})

    assert problem(answer)["type"] == "not-json"


@pytest.mark.parametrize("key", ["", "short", "A" * 32, "a" * 31 + "\x00", "x" * 5000, "../../etc/passwd"])
def test_a_session_that_is_none_never_reaches_the_database(world: World, key: str, django_assert_num_queries):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key

    with django_assert_num_queries(0):
        assert client.get("/api/v1/me").status_code == 401


def test_a_session_ends_with_log_out(browser: Client):
    browser.logout()

    assert browser.get("/api/v1/me").status_code == 401


def test_a_wrong_token_is_not_made_good_by_a_session(browser: Client):
    assert browser.get("/api/v1/me", headers={"Authorization": "Bearer rub_wrong-wrong"}).status_code == 401


def test_a_token_needs_no_csrf_token_even_beside_a_session(browser: Client, callers: Callers):
    answer = browser.post(TAKE, {"hold": 1}, content_type="application/json", headers=callers.rita.headers)

    assert answer.status_code == 200


@pytest.mark.parametrize("by_token", [True, False])
def test_finding_the_caller_takes_one_statement(
    browser: Client, callers: Callers, by_token: bool, django_assert_num_queries
):
    with django_assert_num_queries(1):
        answer = callers.rita.get("/templates") if by_token else browser.get("/api/v1/templates")

    assert answer.status_code == 200


def test_answers_are_data_that_no_cache_keeps(callers: Callers):
    headers = callers.lena.get("/projects").headers

    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Origin" not in headers


def test_another_host_name_is_refused(callers: Callers):
    answer = callers.lena.get("/me", Host="elsewhere.example")

    assert answer.status_code == 400
