"""The servers that tests stand on are real, see what a test stores, and are gone afterwards."""

import sys

import psycopg
import pytest
from playwright.sync_api import Error, expect

from tests.cast import PASSWORD, build_world
from tests.servers import NoServerError, chromium_flags, find_chromium, postgres, rubrica_server


def test_postgres_is_a_fresh_server_and_ends_with_its_test():
    with postgres() as url, psycopg.connect(url) as connection:
        assert connection.execute(
            "SELECT current_user, count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (
            "rubrica",
            0,
        )

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_server_that_does_not_start_says_why(tmp_path):
    with (
        pytest.raises(NoServerError, match="The database does not answer"),
        rubrica_server(tmp_path, "postgres://nobody@127.0.0.1:1/x"),
    ):
        pytest.fail("nothing serves here")  # pragma: no cover - it must not come to this


def test_a_person_whom_a_test_made_can_sign_in_at_the_server(page, transactional_db):
    build_world()

    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill("rita@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_text("Rita").first).to_be_visible()


def test_the_browser_reaches_no_other_host(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")


def test_the_browser_is_the_one_that_the_environment_names(monkeypatch):
    monkeypatch.setenv("RUBRICA_CHROMIUM", sys.executable)

    assert find_chromium() == sys.executable


def test_chromium_keeps_its_sandbox_unless_root_runs_it(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "--no-sandbox" not in chromium_flags()

    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "--no-sandbox" in chromium_flags()
