"""What every test shares: a database, a world of people at work, a running server, a browser."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from tests.installation import HOME
from tests.servers import chromium_flags, find_chromium, rubrica_server, use_node_of_wheel

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

    from tests.cast import World

hypothesis_settings.register_profile("rubrica", deadline=None, print_blob=True, derandomize=True)
hypothesis_settings.load_profile("rubrica")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser's tests together in one process of a parallel run: they share a browser and a server.

    On a machine that others use, a browser, a signal or another process may be late for once: a test that fails is
    run a second time, with the same seed, and the summary names it (``RERUN``). The walk that looks for lost drafts
    gets no second chance.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("browser"))
        if item.path.name != "test_interruptions.py":
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of real ratings and images, or skip where it is absent."""
    folder = Path(os.environ.get("RUBRICA_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at RUBRICA_DATA={folder}")
    return folder


# --- the database and the world in it ---


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Test on a database file, as in production: threads and processes can share it."""
    from django.conf import settings  # noqa: PLC0415  (pure floors are tested without Django)

    if settings.DATABASES["default"]["ENGINE"] == "rubrica.records.sqlite":
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(HOME / "test.sqlite3")
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Hash passwords with the real algorithm at its smallest cost: tests make many accounts."""
    from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: PLC0415  (needs settings)

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 64


@pytest.fixture
def world(db: None) -> "World":
    """Return an organisation with a project at work (see ``tests.cast``)."""
    from tests.cast import build_world  # noqa: PLC0415  (models can be imported once Django is set up)

    return build_world()


# --- the server ---


@pytest.fixture(scope="session")
def _server(django_db_setup: None) -> Iterator[str]:
    """Serve the tests' own installation, from the tests' own database, with the real command."""
    from django.db import connection  # noqa: PLC0415  (needs settings)

    database = connection.settings_dict
    where = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        where = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    with rubrica_server(HOME, where) as url:
        yield url


@pytest.fixture
def server_url(transactional_db: None, _server: str) -> str:
    """Return the address of a running Rubrica. It sees what a test stores, and the test sees what people do there."""
    return _server


# --- the browser ---


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Return a real Chromium."""
    use_node_of_wheel()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow import)

    # Playwright's synchronous face runs an event loop beneath the test, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_flags())
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser", server_url: str) -> "Iterator[Page]":
    """Return an empty page of a new visitor; the test fails if a script failed or broke the content security policy."""
    context = browser.new_context(
        base_url=server_url, viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    faults: list[str] = []

    def note(message: "ConsoleMessage") -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    context.on("weberror", lambda failure: faults.append(str(failure.error)))
    context.on("console", note)
    yield context.new_page()
    context.close()
    assert faults == []
