"""Transactions that the database may ask to run again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

_ATTEMPTS = 4
# PostgreSQL: serialization_failure and deadlock_detected. Nothing of such a transaction has happened.
_RETRYABLE = {"40001", "40P01"}


def retried(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function that is one transaction again when the database gave it up in favour of another."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(_ATTEMPTS - 1):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or getattr(error.__cause__, "sqlstate", None) not in _RETRYABLE:
                    raise
        return function(*args, **kwargs)

    return run
