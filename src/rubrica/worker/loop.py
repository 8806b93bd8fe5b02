"""The worker's loop: one job after another, until there is none or it is told to stop."""

import logging
import signal
import threading
from types import FrameType

from django.db import close_old_connections

from rubrica.kit.clock import now
from rubrica.usecases.jobs import is_work_waiting, only_worker, run_next
from rubrica.worker.handlers import HANDLERS, UNDERTAKERS

POLL_SECONDS = 2.0
"""How often an idle worker looks for work that another machine put in."""

_log = logging.getLogger(__name__)


def work_until_empty() -> None:
    """Run jobs until none is left. Where another worker of this installation runs, leave the work to it."""
    while is_work_waiting(now()):
        with only_worker() as is_mine:
            if not is_mine:
                return
            while run_next(HANDLERS, now, UNDERTAKERS):
                pass


def work_forever() -> None:
    """Run jobs as they come, until the process is told to end; the job under way is finished first."""
    stop = threading.Event()
    _on_termination(stop)
    with only_worker() as is_mine:
        if not is_mine:
            _log.warning("another worker of this installation is running; both will take jobs")
        while not stop.is_set():
            close_old_connections()
            if not run_next(HANDLERS, now, UNDERTAKERS):
                stop.wait(POLL_SECONDS)


def _on_termination(stop: threading.Event) -> None:
    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
