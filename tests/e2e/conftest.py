"""Worlds with real images for people at a browser: one project of single images, one of pairs."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from rubrica.imaging.decode import DecoderPool
from rubrica.records.models import Account
from tests.cast import World, build_world
from tests.e2e.hands import Workbench, sign_in
from tests.e2e.studio import Studio


@pytest.fixture(autouse=True)
def _no_memory_of_failures(server_url: str) -> None:
    """Forget the throttle's counters: they lie in a table that no test's clean-up takes along."""
    cache.clear()


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    """Return where real images come from."""
    with DecoderPool() as pool:
        yield Studio(pool)


@pytest.fixture
def world(server_url: str, studio: Studio) -> World:
    """Return a world whose project has four single images."""
    return studio.single_images(build_world(items=0), 4)


@pytest.fixture
def pairs(server_url: str, studio: Studio) -> World:
    """Return a world whose project has four pairs, each of a red and a blue image."""
    return studio.pairs(build_world(template="side-by-side", items=0), 4)


@pytest.fixture
def enter(page: Page, server_url: str) -> Callable[[Account], Page]:
    """Return a way to be somebody in this browser."""

    def enter(account: Account) -> Page:
        sign_in(page.context, account, server_url)
        return page

    return enter


@pytest.fixture
def workbench(world: World, enter: Callable[[Account], Page]) -> Workbench:
    """Return the workbench with Rita at it and the first image on the screen."""
    return Workbench(enter(world.rita)).open()
