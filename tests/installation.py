"""The installation that tests run in: a folder and a database of their own, named before Rubrica is imported.

pytest loads this plugin ahead of all others (``-p tests.installation`` in ``pyproject.toml``), because pytest-django
reads the settings as soon as it starts. ``--database=postgres`` runs the tests on a fresh PostgreSQL.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.servers import postgres

KEPT = {"RUBRICA_BUILD_CACHE", "RUBRICA_CHROMIUM", "RUBRICA_DATA", "RUBRICA_DATABASE_URL"}

# A developer's own installation stays out of the tests.
for name in {name for name in os.environ if name.startswith("RUBRICA_")} - KEPT:
    del os.environ[name]

HOME = Path(tempfile.mkdtemp(prefix="rubrica-tests-"))
os.environ["RUBRICA_HOME"] = str(HOME)
# A worker started by a test would work on the installation's database, not on the test's.
os.environ["RUBRICA_START_WORKERS"] = "0"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of database."""
    help_text = "run on SQLite, or on a fresh PostgreSQL that is started for this run"
    parser.addoption("--database", choices=("sqlite", "postgres"), help=help_text)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the database before Django asks for it; a wrapper runs ahead of every plugin's own hook."""
    early_config.add_cleanup(lambda: shutil.rmtree(HOME, ignore_errors=True))
    wanted = early_config.known_args_namespace.database
    if wanted == "sqlite":
        os.environ.pop("RUBRICA_DATABASE_URL", None)
    # The processes of a parallel run inherit the address and share the server.
    if wanted == "postgres" and not os.environ.get("RUBRICA_DATABASE_URL"):
        running = contextlib.ExitStack()
        early_config.add_cleanup(running.close)
        os.environ["RUBRICA_DATABASE_URL"] = running.enter_context(postgres())
    yield
