"""The floors of pay that the host of this instance has set, and the openings of projects here that are below one."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from rubrica.domain.opening import Opening
from rubrica.domain.pay_floor import PayFloor, below_floor, read_floors
from rubrica.domain.problems import Problem


def floor_problem(opening: Opening) -> Problem | None:
    """Return what is wrong with the pay of an opening that is below a floor of this instance."""
    return below_floor(opening, _floors(settings.PAY_FLOORS))


@cache
def _floors(text: str) -> tuple[PayFloor, ...]:
    try:
        return read_floors(text)
    except ValueError as error:
        message = f"RUBRICA_PAY_FLOORS: {error}"
        raise ImproperlyConfigured(message) from error
