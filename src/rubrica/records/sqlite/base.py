"""Django's SQLite backend with a fair gate before each transaction.

SQLite's own waiting sleeps and retries, so under load some writers starve for a second while others pass. Here the
threads of a process queue on a lock, and processes on ``flock``, before ``BEGIN IMMEDIATE`` is sent. A process that is
killed releases both. Statements outside a transaction do not pass the gate; ``busy_timeout`` serves them.

Where the optional package ``pysqlite3`` is installed, its SQLite is used instead of Python's own, which on some systems
is old enough to have the rare WAL-reset bug.
"""

import contextlib
import fcntl
import os
import sys
import threading
from typing import Any, Final

with contextlib.suppress(ImportError):
    import pysqlite3.dbapi2

    # Django knows the module by this name only.
    sys.modules |= {"sqlite3": pysqlite3, "sqlite3.dbapi2": pysqlite3.dbapi2}

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError
from typing_extensions import override

SQLITE_VERSION: Final[tuple[int, int, int]] = base.Database.sqlite_version_info  # type: ignore[attr-defined]  # not in the stubs


class WriteGate:
    """Lets one transaction of all threads and processes through at a time."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._owner: int | None = None

    def enter(self, timeout: float) -> None:
        """Wait for the turn, at most ``timeout`` seconds within the process."""
        if not self._lock.acquire(timeout=timeout):
            message = "database is locked: another transaction of this process did not end in time"
            raise OperationalError(message)
        if self._descriptor is None or self._owner != os.getpid():
            # A forked child would share its parent's lock through an inherited descriptor: it opens its own.
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._owner = os.getpid()
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def leave(self) -> None:
        """Let the next one through."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._lock.release()


_gates: dict[str, WriteGate] = {}
_gates_lock = threading.Lock()


def _gate(database: str) -> WriteGate:
    with _gates_lock:
        return _gates.setdefault(database, WriteGate(f"{database}.gate"))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds the gate from ``BEGIN`` to ``COMMIT`` or ``ROLLBACK``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._inside: WriteGate | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            gate = _gate(str(self.settings_dict["NAME"]))
            gate.enter(float(self.settings_dict["OPTIONS"].get("timeout", 5)))
            self._inside = gate
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # private to Django, not in the stubs
        except BaseException:
            self._leave_gate()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]  # as above
        finally:
            self._leave_gate_unless_open()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # as above
        finally:
            self._leave_gate()

    @override
    def close(self) -> None:
        try:
            super().close()
        finally:
            if self.connection is None:
                self._leave_gate()

    def _leave_gate_unless_open(self) -> None:
        """Leave unless the commit failed: then the transaction is still open, and the roll-back that follows leaves."""
        if self.connection is None or not self.connection.in_transaction:
            self._leave_gate()

    def _leave_gate(self) -> None:
        gate, self._inside = self._inside, None
        if gate is not None:
            gate.leave()
