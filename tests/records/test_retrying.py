"""A transaction that gives way to others is run again, and only such a one."""

import pytest
from django.db import OperationalError

from rubrica.records.retrying import ContendedError, retried

pytestmark = pytest.mark.django_db(transaction=True)


def failing(times, error):
    """Return a function that fails so many times and then returns how often it was called."""
    calls = []

    def run():
        calls.append(None)
        if len(calls) <= times:
            raise error
        return len(calls)

    return run


def test_whoever_finds_all_in_other_hands_tries_again():
    assert retried(failing(3, ContendedError()))() == 4


def test_trying_again_has_an_end():
    with pytest.raises(ContendedError):
        retried(failing(100, ContendedError()))()


def test_another_failure_is_not_tried_again():
    function = retried(failing(1, OperationalError("disk full")))
    with pytest.raises(OperationalError, match="disk full"):
        function()
