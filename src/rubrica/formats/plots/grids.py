"""Grids of cells: a number in each, shaded by size; columns whose names are too long go by letters with a key."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rubrica.formats.plots.svg import LINE, MARGIN, WIDTH, Scale, mark, shortened, text, text_width, titled, whisker

MOST_COLUMNS: Final = 8
"""Columns beyond which numbers would no longer fit into their cells."""

SHADE: Final = 0.55
"""Opacity of the strongest shade: text on it keeps its contrast, in the light and in the dark."""

_NAMES: Final = 120.0
_LETTER: Final = 16.0
_WIDEST: Final = 128.0
_GAP: Final = 2.0
_HEAD: Final = 2 * LINE + 2.0
_LOW: Final = 30.0
_TALL: Final = 40.0
"""Heights of a row, without and with intervals in its cells."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    printed, title
        Its number in print, and what it says when pointed at.
    shade : float
        From -1 (strongest below nought) to 1 (strongest above); NaN where there is no number.
    low, high : float
        The interval; NaN where there is none.
    is_outlined
        Whether it has a border.
    """

    printed: str
    title: str
    shade: float
    low: float = math.nan
    high: float = math.nan
    is_outlined: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells by row and column with their names.

    ``across`` stands above the columns, ``corner`` above the names of the rows, and ``ends`` behind each row; ``reach``
    is from where to where the intervals in the cells are drawn.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Cell]]
    across: str
    corner: str = ""
    ends: Sequence[str] = ()
    reach: tuple[float, float] | None = None


def grid_drawing(grid: Grid) -> tuple[list[str], float]:
    """Return the grid below the names of its columns, the key to them, and how high all is."""
    # What stands behind the rows gets the room it needs.
    behind = max((text_width(words) + 8.0 for words in grid.ends), default=0.0)
    widest = max(map(text_width, (*grid.rows, grid.corner)))
    left = min(_NAMES, widest + _LETTER + 8.0) + MARGIN
    width = min((WIDTH - MARGIN - left - behind) / len(grid.columns), _WIDEST)
    letters = _letters(grid.columns, width)
    # Where rows are what the columns are, their letters stand before them.
    own = letters if grid.rows == grid.columns else [""] * len(grid.rows)
    height = _TALL if grid.reach is not None else _LOW
    parts = _head(grid, letters or grid.columns, left, width)
    for place, (name, letter) in enumerate(zip(grid.rows, own or [""] * len(grid.rows), strict=True)):
        y = _HEAD + place * height
        parts.append(_name(name, letter, left - 8.0, y + 19.0))
        for column, cell in enumerate(grid.cells[place]):
            parts.append(_cell(cell, (left + column * width, y, width - _GAP, height - _GAP), grid.reach))
        if grid.ends:
            parts.append(text(grid.ends[place], WIDTH - MARGIN, y + 19.0, "soft", anchor="end"))
    bottom = _HEAD + len(grid.rows) * height
    is_told = bool(own and own[0]) and widest <= _NAMES - _LETTER - 8.0
    key = [] if is_told else list(zip(letters, grid.columns, strict=False))
    keys = [_name(name, letter, WIDTH, bottom + LINE * (place + 1)) for place, (letter, name) in enumerate(key)]
    return [*parts, *keys], bottom + LINE * len(key) + 6.0


def cell_room(columns: int) -> float:
    """Return how wide a number may be in a grid of so many columns, however long the names of its rows are."""
    return (WIDTH - 2 * MARGIN - _NAMES) / columns - _GAP


def _letters(columns: Sequence[str], width: float) -> list[str]:
    """Return letters for columns whose names do not all fit above them; none where they do."""
    fits = all(text_width(name) <= width - 4.0 for name in columns)
    return [] if fits else [chr(ord("A") + place) for place in range(len(columns))]


def _head(grid: Grid, names: Sequence[str], left: float, width: float) -> list[str]:
    parts = [text(grid.corner, MARGIN, _HEAD - 6.0, "soft"), text(grid.across, left, LINE - 4.0, "soft")]
    for place, (name, whole) in enumerate(zip(names, grid.columns, strict=True)):
        middle = left + place * width + (width - _GAP) / 2
        parts.append(titled(whole, [text(name, middle, _HEAD - 6.0, anchor="middle")]))
    return parts


def _name(name: str, letter: str, end: float, y: float) -> str:
    """Return a name, as far as it fits, behind the letter it goes by, if any."""
    x = MARGIN + (_LETTER if letter else 0.0)
    before = [text(letter, MARGIN, y, "strong")] if letter else []
    return titled(name, [*before, text(shortened(name, end - x), x, y)])


def _cell(cell: Cell, box: tuple[float, float, float, float], reach: tuple[float, float] | None) -> str:
    x, y, width, height = box
    if math.isnan(cell.shade):
        parts = [mark("rect", "empty", x=x + 0.5, y=y + 0.5, width=width - 1, height=height - 1)]
    else:
        css = "bar" if cell.shade < 0 else "warm"
        opacity = f"{abs(cell.shade) * SHADE:.3f}"
        parts = [
            mark("rect", "track", x=x, y=y, width=width, height=height),
            mark("rect", css, x=x, y=y, width=width, height=height, fill_opacity=opacity),
        ]
    if cell.is_outlined:
        parts.append(mark("rect", "outline", x=x + 0.75, y=y + 0.75, width=width - 1.5, height=height - 1.5))
    parts.append(text(cell.printed, x + width / 2, y + 19.0, anchor="middle"))
    if reach is not None and not math.isnan(cell.low):
        scale = Scale(*reach, x + 5.0, x + width - 5.0)
        zero = scale.at(0.0)
        parts.append(mark("line", "axis", x1=zero, x2=zero, y1=y + 26.0, y2=y + 35.0))
        parts.append(whisker(scale, cell.low, cell.high, y + 30.5))
    return titled(cell.title, parts)
