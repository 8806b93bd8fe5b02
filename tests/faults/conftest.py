"""An installation to break, and a server in it to kill."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.installations import Installation, Server, new_database, prepared
from tests.faults.raters import Rater, Sent


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return an installation that every test has a copy of: making one takes longer than breaking it."""
    beside = os.environ.get("RUBRICA_DATABASE_URL", "")
    return prepared(tmp_path_factory.mktemp("prepared") / "home", new_database(beside) if beside else "")


@pytest.fixture
def installation(_prepared: Installation, tmp_path: Path) -> Installation:
    """Return an installation with a project at work, on the database that the tests run on."""
    return _prepared.copy(tmp_path / "home")


@pytest.fixture
def server(installation: Installation) -> Iterator[Server]:
    """Return a server that is not running yet; it does not survive the test."""
    server = Server(installation)
    yield server
    server.kill()


@pytest.fixture
def rater(installation: Installation, server: Server) -> Iterator[Callable[..., Rater]]:
    """Return a maker of raters of one seed, who share what counts their submissions."""
    sent, made = Sent(), []

    def make(name: str, seed: int = 0) -> Rater:
        made.append(Rater(name, installation, server, sent, seed))
        return made[-1]

    yield make
    for each in made:
        each.close()
