"""Serving the installation: everything is loaded once, then granian forks the process that answers."""

import gc
import importlib
import os
import socket
import sys
from collections.abc import Callable
from typing import NoReturn, Protocol

import click
from django.conf import settings
from django.db import connection, connections
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from rubrica.usecases import jobs
from rubrica.usecases.errors import ConflictError

DEFAULT_THREADS = 8
REQUESTS_IN_FLIGHT = 256
"""Requests that wait for a thread; those beyond wait in the socket."""
SECONDS_TO_FINISH = 5
"""What requests under way have left when the server is told to stop."""
TARGET = "rubrica.config.wsgi:application"


class Application(Protocol):
    """What answers requests."""

    def __call__(self, environ: dict[str, object], start_response: Callable[..., object]) -> object:
        """Answer one."""


def serve_forever(*, host: str, port: int, threads: int, processes: int) -> NoReturn:
    """Serve until told to stop; the address is printed as soon as requests are answered."""
    _check(host, port, processes)
    _name(host, port)
    jobs.start_worker_if_work_waits()
    application = _load()
    # Two processes must not share a connection, and pages that nobody writes to stay shared between them.
    connections.close_all()
    gc.collect()
    gc.freeze()

    def announce(_target: str) -> Application:
        click.echo(f"Rubrica answers at {settings.BASE_URL} (stop with Ctrl-C)")
        sys.stdout.flush()
        jobs.watch_for_work()
        return application

    server = Granian(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        backpressure=REQUESTS_IN_FLIGHT,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        # A browser's idle connection must not keep a server that was told to stop.
        workers_kill_timeout=SECONDS_TO_FINISH,
    )
    server.serve(target_loader=announce)
    sys.exit(0)


def serve_afresh(*, host: str, port: int) -> NoReturn:
    """Become ``rubrica serve``, leaving behind the memory that something else has taken."""
    connections.close_all()
    sys.stdout.flush()
    environment = {**os.environ, "RUBRICA_HOME": str(settings.HOME)}
    command = [sys.executable, "-m", "rubrica", "serve", "--host", host, "--port", str(port)]
    os.execve(sys.executable, command, environment)  # noqa: S606  (our own command)


def address_of(host: str, port: int) -> str:
    """Return the address that people open."""
    named = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  (compared, not bound)
    return f"http://{f'[{named}]' if ':' in named else named}:{port}"


def _name(host: str, port: int) -> None:
    """Let the installation know its address, unless it has been told: settings were read before the options were."""
    if "RUBRICA_BASE_URL" in os.environ:
        return
    settings.BASE_URL = address_of(host, port)
    settings.CSRF_TRUSTED_ORIGINS = [settings.BASE_URL]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, host]


def _load() -> Application:
    """Load what answers requests, with all routes: the first visitor should not wait for imports."""
    module, _, name = TARGET.partition(":")
    application: Application = getattr(importlib.import_module(module), name)
    get_resolver().url_patterns  # noqa: B018  (read for its effect)
    return application


def _check(host: str, port: int, processes: int) -> None:
    if connection.vendor == "sqlite" and processes != 1:
        message = "On SQLite one server process serves best, as one writes at a time. Use PostgreSQL for more."
        raise ConflictError(message)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"Port {port} of {host} cannot be used ({error.strerror}). Choose another with --port."
            raise ConflictError(message) from error
