"""Text for terminals: tables in columns, numbers with their intervals."""

from collections.abc import Sequence
from typing import Protocol

import click

Cells = Sequence[str]


class HasInterval(Protocol):
    """A number with its interval."""

    @property
    def value(self) -> float:
        """The number."""

    @property
    def ci_low(self) -> float:
        """Lower end."""

    @property
    def ci_high(self) -> float:
        """Upper end."""


def table(header: Cells, rows: Sequence[Cells], *, numeric: Sequence[int] = ()) -> str:
    """Return rows in columns under a header; ``numeric`` columns are set flush right."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = []
    for row in (header, *rows):
        cells = [
            cell.rjust(width) if column in numeric else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([click.style(lines[0], bold=True), *lines[1:]])


def estimate(number: HasInterval | None, *, digits: int = 2, sign: bool = False) -> str:
    """Return a number with its interval, as ``0.62 (0.55-0.68)``; a dash where there is none."""
    if number is None:
        return "–"
    low, high = f"{number.ci_low:.{digits}f}", f"{number.ci_high:.{digits}f}"
    # A dash between two numbers of which one is negative would be read as a minus.
    between = "–" if number.ci_low >= 0 else " to "
    return f"{number.value:{'+' if sign else ''}.{digits}f} ({low}{between}{high})"


def share(value: float | None) -> str:
    """Return a share in per cent; a dash where there is none."""
    return "–" if value is None else f"{value:.0%}"
