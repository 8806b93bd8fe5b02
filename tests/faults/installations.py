"""Installations that processes can be killed in: each with a home and a database of its own."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.servers import _wait_for_answer, free_port

ROOT = Path(__file__).parents[2]
SECONDS = 60
"""How long anything may take before the test fails; on a quiet machine nothing here takes a tenth of it."""


def until(condition: Callable[[], Any], what: str) -> Any:
    """Return what ``condition`` says as soon as it is true."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.002)
    raise AssertionError(f"waited {SECONDS} s in vain for {what}")


class Installation:
    """A home with a database, and processes that use it."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self.home = home
        self.database_url = database_url
        # A process that is killed, or has no room, leaves a file of coverage that nobody can read.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        self.environment = {
            **kept,
            "RUBRICA_HOME": str(home),
            "RUBRICA_DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "rubrica.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        self.people: dict[str, str] = {}
        """Tokens by name."""

    @property
    def is_sqlite(self) -> bool:
        return not self.database_url

    def start(self, *command: object, **options: Any) -> "subprocess.Popen[str]":
        """Start Python with this installation, as the head of a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *map(str, command)],
            env=self.environment,
            cwd=ROOT,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **options,
        )

    def run(self, *command: object, code: int = 0, **options: Any) -> str:
        """Run Python with this installation and return what it printed."""
        process = self.start(*command, **options)
        printed, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == code, printed
        return printed

    def rubrica(self, *arguments: object, code: int = 0, **options: Any) -> str:
        """Run a command of ours and return what it printed."""
        return self.run("-m", "rubrica", *arguments, code=code, **options)

    def is_sound(self) -> bool:
        """Tell whether ``rubrica check`` finds every promise kept."""
        assert "PROBLEM" not in self.rubrica("check")
        return True

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query, or change something by a statement, past all of our own code."""
        if self.is_sqlite:
            with contextlib.closing(sqlite3.connect(self.home / "rubrica.sqlite3", timeout=SECONDS)) as database:
                rows = database.execute(query).fetchall()
                database.commit()
            return rows
        with _postgres(self.database_url) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def number(self, query: str) -> int:
        """Return the one number that a query asks for."""
        ((answer,),) = self.ask(query)
        return int(answer)

    def copy(self, home: Path) -> "Installation":
        """Return an installation that starts where this one stands; nothing may be running in it."""
        shutil.copytree(self.home, home)
        copied = Installation(home, "" if self.is_sqlite else new_database(self.database_url, template=True))
        copied.people = self.people
        return copied


def kill(process: "subprocess.Popen[str]") -> None:
    """``kill -9`` a process with its whole group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


class Server:
    """``rubrica serve`` at one address, which it keeps however often it is killed."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._process: subprocess.Popen[str] | None = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.up = threading.Event()

    def start(self, **options: Any) -> None:
        """Serve, and return when requests are answered."""
        log = self._installation.home / "server.log"
        serve = ("-m", "rubrica", "serve", "--host", "127.0.0.1", "--port", self.port)
        with log.open("a") as output:
            self._process = self._installation.start(*serve, stdout=output, **options)
        _wait_for_answer(self._process, self.port, log)
        self.up.set()

    def pause(self) -> None:
        """Stop the clock for the server: what is sent now is taken by the kernel, and read by nobody."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        """``kill -9`` the server with all its processes, and return when nobody listens any more."""
        self.up.clear()
        if self._process is not None:
            kill(self._process)
            self._process = None
            until(self._is_gone, "the server to be gone")

    def _is_gone(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return True
        return False


# --- PostgreSQL ---


def new_database(beside: str, *, template: bool = False) -> str:
    """Make a database on the server of ``beside``, empty or as a copy of it, and return its address."""
    name = f"faults_{secrets.token_hex(6)}"
    address = urlsplit(beside)
    original = f' TEMPLATE "{address.path.removeprefix("/")}"' if template else ""
    with _postgres(urlunsplit(address._replace(path="/postgres"))) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{original}')
    return urlunsplit(address._replace(path=f"/{name}"))


def _postgres(url: str) -> Any:
    import psycopg  # noqa: PLC0415  (only where the tests run on PostgreSQL)

    return contextlib.closing(psycopg.connect(url, autocommit=True))


# --- people ---


def prepared(home: Path, database_url: str) -> Installation:
    """Return an installation with a project at work (see ``tests.faults.prepare``)."""
    installation = Installation(home, database_url)
    installation.people = json.loads(installation.run("-m", "tests.faults.prepare"))
    return installation
