"""Use cases that die: each runs in a forked process that kills itself before or after the n-th thing it does.

Run in a process of its own, as ``python -m tests.faults.dying work`` or ``… export FORMAT FOLDER``; it prints, as JSON,
how often each use case was killed, and what stayed of it. Forking is what makes every single point affordable.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from tests.faults.prepare import RATERS

# Cut short anywhere, a use case has left these as they were.
_TABLES = (
    "records_assignment",
    "records_auditevent",
    "records_evaluation",
    "records_item",
    "records_mark",
    "records_project",
    "records_projectmembership",
    "records_rating",
)
_FINISHED = 0


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_child(action: Callable[[], Any]) -> bool:
    """Run ``action`` in a fork; False when the fork was killed."""
    from django.db import connections  # noqa: PLC0415  (needs settings)

    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            action()
            os._exit(_FINISHED)
        finally:
            os._exit(70)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == _FINISHED, "the use case failed by itself"
    return True


# --- statements ---


class DyingStatement:
    """Kills the process around the n-th statement: before it for an even ``moment``, after it for an odd one."""

    def __init__(self, moment: int) -> None:
        self._moment = moment
        self._passed = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._pass()
        result = execute(sql, params, many, context)
        self._pass()
        return result

    def _pass(self) -> None:
        if self._passed == self._moment:
            _die()
        self._passed += 1


def state_of_tables() -> str:
    """Return all rows of the tables that the use cases write."""
    from django.db import connection  # noqa: PLC0415  (needs settings)

    rows = []
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608  (names of our own tables)
            rows.append(repr(cursor.fetchall()))
    return "\n".join(rows)


def killed_at_every_statement(action: Callable[[], Any]) -> dict[str, Any]:
    """Kill ``action`` around each of its statements, until it gets through.

    Up to some point nothing of it may stay, and from there on all of it: then doing it again changes nothing.
    """
    from django.db import connection  # noqa: PLC0415  (needs settings)

    before, halves = state_of_tables(), []
    moment = 0

    def dying() -> None:
        with connection.execute_wrapper(DyingStatement(moment)):
            action()

    while not in_a_child(dying):
        left = state_of_tables()
        if left != before:
            in_a_child(action)
            if state_of_tables() != left:
                halves.append(moment)
            before = left
        moment += 1
    action()
    return {"kills": moment, "halves": halves}


def work() -> dict[str, Any]:
    """Let each rater do one thing of a day's work, killed at every statement."""
    from rubrica.kit.clock import now  # noqa: PLC0415  (models need Django set up, here and below)
    from rubrica.records.models import Account  # noqa: PLC0415  (as above)
    from rubrica.usecases import assignments, evaluations  # noqa: PLC0415  (as above)
    from tests.cast import audit_answer  # noqa: PLC0415  (as above)

    rita, ruth, rolf, ravi = (Account.objects.get(email=f"{name}@example.org") for name in RATERS)
    moment = now()

    def take(rater: Account) -> str:
        work = assignments.take_assignments(rater, "audit", hold=2, now=moment)
        return work.assignments[0].held.public_id

    def submit(rater: Account, assignment: str) -> evaluations.Receipt:
        submission = evaluations.submit_evaluation(
            rater, assignment, payload=audit_answer(5), key="submit-key", hold=2, now=moment
        )
        return submission.receipt

    def skip(rater: Account, assignment: str) -> object:
        return assignments.skip_assignment(rater, assignment, reason="other", note="", hold=2, now=moment)

    def revise(rater: Account, evaluation: str) -> evaluations.Receipt:
        return evaluations.revise_evaluation(
            rater, evaluation, payload=audit_answer(4), reason="looked again", key="revise-key", now=moment
        )

    submitted, skipped, revised = take(ruth), take(rolf), submit(ravi, take(ravi)).evaluation
    return {
        "take": killed_at_every_statement(lambda: take(rita)),
        "submit": killed_at_every_statement(lambda: submit(ruth, submitted)),
        "skip": killed_at_every_statement(lambda: skip(rolf, skipped)),
        "revise": killed_at_every_statement(lambda: revise(ravi, revised)),
    }


# --- files ---


def killed_at_every_file(action: Callable[[], Any], folder: Path, look: Callable[[], Any]) -> list[Any]:
    """Kill ``action`` before each file in ``folder`` that it opens or renames; return what ``look`` then sees."""
    seen, moment = [], 0

    def dying() -> None:
        passed = 0

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal passed
            if event in {"open", "os.rename"} and str(arguments[0]).startswith(str(folder)):
                if passed == moment:
                    _die()
                passed += 1

        sys.addaudithook(hook)
        action()

    while not in_a_child(dying):
        seen.append(look())
        moment += 1
    return seen


def export(table_format: Any, folder: Path) -> list[Any]:
    """Export into a folder that is new each time, killed at each file; return what was left there, with its size."""
    from rubrica.kit.clock import now  # noqa: PLC0415  (models need Django set up, here and below)
    from rubrica.usecases.access import operator_access  # noqa: PLC0415  (as above)
    from rubrica.usecases.exports import card, export_project, writing  # noqa: F401, PLC0415  (slow, so not in each fork)

    number = 0

    def out() -> Path:
        return folder / str(number)

    def run() -> None:
        export_project(operator_access("audit"), format=table_format, directory=out(), now=now())

    def look() -> dict[str, int]:
        nonlocal number
        files = (path for path in out().rglob("*") if path.is_file())
        left = {path.relative_to(out()).as_posix(): path.stat().st_size for path in files}
        number += 1
        return left

    return [*killed_at_every_file(run, folder, look), look()]


def main(name: str, *arguments: str) -> None:
    """Do what is asked and print what came of it."""
    django.setup()
    done = export(arguments[0], Path(arguments[1])) if name == "export" else work()
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
