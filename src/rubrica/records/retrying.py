"""Transactions that the database, or other transactions in the way, may ask to run again."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 8
_FIRST_PAUSE = 0.005
# PostgreSQL: serialization_failure and deadlock_detected. Nothing of such a transaction has happened.
_RETRYABLE = {"40001", "40P01"}


class ContendedError(Exception):
    """Others hold all that this transaction could take. Nothing of it has happened, and they will soon be done."""


def retried(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function that is one transaction again when it had to give way to others, after a pause that doubles."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(_ATTEMPTS - 1):
            try:
                return function(*args, **kwargs)
            except (OperationalError, ContendedError) as error:
                if connection.in_atomic_block or not _gives_way(error):
                    raise
            time.sleep(_FIRST_PAUSE * 2**attempt)
        return function(*args, **kwargs)

    return run


def _gives_way(error: Exception) -> bool:
    return isinstance(error, ContendedError) or getattr(error.__cause__, "sqlstate", None) in _RETRYABLE
