"""The server is killed under a browser: nobody at work notices more than a word in the bar, and nothing is lost."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.faults.installations import Installation, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ANSWERS = "SELECT answer FROM records_evaluation ORDER BY id"


@pytest.fixture
def at_work(installation: Installation, server: Server, browser: "Browser") -> Iterator["Page"]:
    """Return a browser with Rita signed in, on a server that runs."""
    server.start()
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    link = installation.rubrica("account", "login-link", "rita@example.org").strip()
    page.goto(urlsplit(link).path)
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    yield page
    context.close()


def test_a_server_that_dies_and_comes_back_stores_what_was_sent_in_the_meantime_once(
    installation: Installation, server: Server, at_work: "Page"
):
    from playwright.sync_api import expect  # noqa: PLC0415  (slow import)

    from tests.e2e.hands import Workbench  # noqa: PLC0415  (as above)

    workbench = Workbench(at_work).open()
    expect(workbench.element).to_have_attribute("data-next", "painted")
    workbench.press("5", "4")
    workbench.expect_kept()
    server.kill()
    workbench.press("4", "4")
    workbench.submit()
    workbench.expect_saves("Offline: 1 kept here")
    workbench.press("2", "3", "e")
    workbench.write("Half a sentence")
    workbench.expect_kept()
    draft = workbench.assignment
    server.start()
    workbench.expect_saves("Saved")
    at_work.reload()
    workbench.ready()

    assert workbench.assignment == draft
    expect(workbench.find("level-plausibility-2")).to_be_checked()
    expect(workbench.find("explanation")).to_have_value("Half a sentence")
    ((stored,),) = installation.ask(ANSWERS)
    answers = (json.loads(stored) if isinstance(stored, str) else stored)["answers"]
    assert (answers["plausibility"], answers["overall"]) == (5, 4)
    assert installation.is_sound()
