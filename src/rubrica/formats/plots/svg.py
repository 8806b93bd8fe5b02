"""What plots are drawn with: text that is safe and fits, numbers and ticks, marks, and the frame around them.

The unit is 1/400 of a plot's width.  Letters are 13.6 units high, so that they have 11 pixels in a plot on a
telephone, 324 pixels wide beside the margins of a page.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import bidirectional, east_asian_width
from xml.sax.saxutils import escape, quoteattr

WIDTH: Final = 400.0
MARGIN: Final = 8.0
LINE: Final = 18.0
"""From one line of text to the next."""

_STEPS: Final = 6
"""From tick to tick on an axis, at most."""

_QUARTER: Final = 2.5
_TEN: Final = 10.0

LETTER: Final = 13.6
"""Height of letters."""

MINUS: Final = "\u2212"
_LONG: Final = 1e6
"""From here on a number is written with a power of ten."""

_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# XML cannot hold the first group at all; the second turns the direction of what follows it.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|[\u202a-\u202e\u2066-\u2069]")

LIGHT: Final = {
    "surface-raised": "#ffffff",
    "line": "#d3d3d1",
    "line-strong": "#767674",
    "ink": "#161616",
    "ink-soft": "#515150",
    "danger-wash": "#f8e4e2",
    "warn-wash": "#f6ecd2",
    "ok-wash": "#e0efe4",
    "bar": "#6d93bd",
    "heat": "#b3261e",
}
DARK: Final = {
    "surface-raised": "#202020",
    "line": "#383838",
    "line-strong": "#8a8a8a",
    "ink": "#ececec",
    "ink-soft": "#b0b0b0",
    "danger-wash": "#3d2321",
    "warn-wash": "#38301b",
    "ok-wash": "#1c3325",
    "bar": "#5f88b5",
    "heat": "#ff7a66",
}
"""The colours of a plot that stands alone: those of the pages."""

_FONTS: Final = {
    "sans": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
}

RULES: Final = """\
svg.plot { display: block; width: 100%; max-width: 27rem; height: auto; font-family: var(--sans); }
.plot text { fill: var(--ink); font-size: 13.6px; font-variant-numeric: tabular-nums; }
.plot text.soft { fill: var(--ink-soft); }
.plot text.strong { font-weight: 600; }
.plot text.heading { font-size: 15px; font-weight: 600; }
.plot .field { fill: var(--surface-raised); }
.plot .rule { stroke: var(--line); stroke-width: 1px; }
.plot .axis { stroke: var(--line-strong); stroke-width: 1px; }
.plot .zero { stroke: var(--ink-soft); stroke-width: 1px; stroke-dasharray: 3px 3px; }
.plot .whisker { stroke: var(--ink); stroke-width: 2px; }
.plot .thin { stroke: var(--line-strong); stroke-width: 1px; }
.plot .beyond { fill: var(--ink); }
.plot .dot { fill: var(--ink); stroke: var(--surface-raised); stroke-width: 1.5px; }
.plot .hollow { fill: var(--surface-raised); stroke: var(--ink); stroke-width: 1.5px; }
.plot .outline { fill: none; stroke: var(--ink); stroke-width: 1.5px; }
.plot .empty { fill: none; stroke: var(--line-strong); stroke-width: 1px; stroke-dasharray: 3px 3px; }
.plot .zone-bad { fill: var(--danger-wash); }
.plot .zone-watch { fill: var(--warn-wash); }
.plot .zone-good { fill: var(--ok-wash); }
.plot .track { fill: none; stroke: var(--line); stroke-width: 1px; }
.plot .bar { fill: var(--bar); }
.plot .warm { fill: var(--heat); }
"""
"""The look of a plot by class, in the colours of the page: what ``plots.css`` holds."""


class NothingToShowError(ValueError):
    """There is nothing to draw: not one label, or not one number."""


class PlotShapeError(ValueError):
    """Labels and numbers do not belong together: other lengths, an interval with one end, a number that is none."""


def _in_colours(rules: str, colours: dict[str, str]) -> str:
    return re.sub(r"var\(--([a-z-]+)\)", lambda found: colours[found[1]], rules)


def _style() -> str:
    """Return the style sheet of a plot that stands alone, without variables: not every viewer knows them."""
    coloured = "".join(line for line in RULES.splitlines(keepends=True) if "var(" in line)
    canvas = "svg.plot { background: var(--surface-raised); }\n"
    light, dark = _in_colours(RULES + canvas, LIGHT | _FONTS), _in_colours(coloured + canvas, DARK | _FONTS)
    return f"{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n"


# --- text ---


def printable(label: str) -> str:
    """Return a label in one line, without characters that cannot be shown or that turn the text around them."""
    line = " ".join(_UNPRINTABLE.sub(" ", label).split()) or "(no name)"
    # Otherwise a name in Arabic or Hebrew would take the numbers behind it along to its left.
    return f"\u2068{line}\u2069" if any(bidirectional(character) in ("R", "AL") for character in line) else line


def text_width(text: str, letter: float = LETTER) -> float:
    """Return about how wide a text is, rather too wide than too narrow: the reader's font is not known."""
    return letter * sum(map(_em, text))


def _em(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.05
    if character in " .,:;!|'()[]ijlftr\u2013-":
        return 0.38
    return 0.86 if character in "mwMW@%\u2014" else 0.72 if character.isupper() else 0.62


def shortened(text: str, room: float) -> str:
    """Return a text that fits, its end replaced by an ellipsis where it is too long."""
    if text_width(text) <= room:
        return text
    left = room - text_width("…")
    for end, character in enumerate(text):
        left -= text_width(character)
        if left < 0:
            return f"{text[:end].rstrip()}…"
    return text


def wrapped(text: str, room: float) -> list[str]:
    """Return a text as lines that fit; a word longer than a line is shortened."""
    lines: list[str] = []
    # At blanks alone: a number and its percent sign, joined by another kind of space, stay together.
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(shortened(word, room))
    return lines


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


# --- numbers ---


def number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """Return a number as it is printed: rounded, with a real minus sign, and nought without a sign.

    Examples
    --------
    >>> number(-0.456), number(-0.001), number(0.5, 1, signed=True), number(1e9)
    ('−0.46', '0.00', '+0.5', '1e+09')
    """
    written = f"{value:.{digits}f}" if abs(value) < _LONG else f"{value:.3g}"
    if not written.strip("-0."):
        return written.lstrip("-")
    return f"{'+' if signed and value > 0 else ''}{written}".replace("-", MINUS)


def span(low: float, high: float, digits: int = 2) -> str:
    """Return an interval in brackets; one that has no ends says so.

    Examples
    --------
    >>> span(0.1, 0.25), span(-0.1, 0.25), span(math.nan, math.nan)
    ('(0.10–0.25)', '(−0.10 to 0.25)', '(no interval)')
    """
    if math.isnan(low):
        return "(no interval)"
    between = " to " if low < 0 else "\u2013"
    return f"({number(low, digits)}{between}{number(high, digits)})"


def percent(share: float) -> str:
    """Return a share in whole percent."""
    return f"{100 * share:.0f}\u202f%"


def percent_span(low: float, high: float) -> str:
    """Return an interval of shares in brackets."""
    return "(no interval)" if math.isnan(low) else f"({100 * low:.0f}\u2013{percent(high)})"


def digits_for(reach: float) -> int:
    """Return how many digits after the point to print of numbers that reach so far; two, as a rule.

    Examples
    --------
    >>> [digits_for(reach) for reach in (0.004, 1, 50, 500, 5000)]
    [4, 2, 2, 1, 0]
    """
    power = math.floor(math.log10(reach))
    return max(3 - power, 0) if power > 1 else min(max(1 - power, 2), 8)


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from ``low`` to ``high`` as places from ``start`` to ``end``; what lies outside stands at the edge."""

    low: float
    high: float
    start: float = MARGIN
    end: float = WIDTH - MARGIN

    def at(self, value: float) -> float:
        """Return the place of a number."""
        # Divided before subtracting: the ends may be so large that their difference has no float.
        inside = min(max(value, self.low), self.high)
        share = (inside / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Return round numbers on the scale, few enough to be printed, with what they say: all with the same digits.

        Examples
        --------
        >>> Scale(0, 0.6).ticks()
        [(0.0, '0.0'), (0.1, '0.1'), (0.2, '0.2'), (0.3, '0.3'), (0.4, '0.4'), (0.5, '0.5'), (0.6, '0.6')]
        >>> [words for _, words in Scale(-120, 310).ticks()]
        ['−100', '0', '100', '200', '300']
        """
        rough = (self.high / 2 - self.low / 2) / _STEPS * 2
        power = math.floor(math.log10(rough))
        lead = next(lead for lead in (1.0, 2.0, 2.5, 5.0, 10.0) if lead * 10.0**power >= rough * (1 - 1e-9))
        step, digits = lead * 10.0**power, (lead == _QUARTER) - power - (lead == _TEN)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        places = [round(count * step, digits) for count in range(first, last + 1)]
        return [(place, number(place, max(digits, 0))) for place in places]


def scale_around(centre: float, ends: Sequence[float]) -> Scale:
    """Return a scale that holds the centre and all ends, with a little room; never one of no extent."""
    low, high = min(centre, *ends), max(centre, *ends)
    room = (high / 2 - low / 2) * 0.08 or max(abs(centre), 1.0)
    return Scale(low - room, high + room)


# --- marks ---


def _place(value: float | str) -> str:
    # Adding nought takes the sign off a negative one.
    return value if isinstance(value, str) else f"{round(value, 1) + 0.0:g}"


def mark(name: str, css: str, **attributes: float | str) -> str:
    """Return an empty element; an underscore in the name of an attribute stands for a hyphen."""
    places = "".join(f" {key.replace('_', '-')}={quoteattr(_place(value))}" for key, value in attributes.items())
    return f"<{name} class={quoteattr(css)}{places}/>"


def text(words: str, x: float, y: float, css: str = "", *, anchor: str = "start") -> str:
    """Return a line of text that begins, has its middle, or ends at a place."""
    kind = f" class={quoteattr(css)}" if css else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text{kind} x="{_place(x)}" y="{_place(y)}"{side}>{escape(words)}</text>'


def titled(title: str, marks: Iterable[str]) -> str:
    """Return marks with a title of their own, that shows when they are pointed at."""
    return f"<g><title>{escape(title)}</title>{''.join(marks)}</g>"


def whisker(scale: Scale, low: float, high: float, y: float) -> str:
    """Return an interval as a line; where it goes on beyond the scale, an arrow says so. None without an interval."""
    if math.isnan(low):
        return ""
    parts = [mark("line", "whisker", x1=scale.at(low), x2=scale.at(high), y1=y, y2=y)]
    for end, outside, side in ((scale.start, low < scale.low, 1), (scale.end, high > scale.high, -1)):
        if outside:
            tip = f"M{_place(end)} {_place(y)}l{6 * side} -4v8z"
            parts.append(mark("path", "beyond", d=tip))
    return "".join(parts)


# --- the frame ---


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a drawing.

    Attributes
    ----------
    title, finding
        What is shown, and what it says, in words.
    prefix
        Beginning of the plot's ids: a letter, then letters, digits, ``-`` and ``_``.
    embedded
        Whether a page supplies heading and styles.
    """

    title: str
    finding: str
    prefix: str
    embedded: bool


def document(frame: Frame, drawing: Sequence[str], height: float, notes: Sequence[str] = ()) -> str:
    """Return a whole plot: the heading and the finding, the drawing below, and notes at its foot.

    Raises
    ------
    PlotShapeError
        The prefix cannot begin an id.
    """
    if not _PREFIX.fullmatch(frame.prefix):
        raise PlotShapeError(
            f"prefix must be a letter followed by letters, digits, '-' or '_', as ids are; {frame.prefix!r} is not."
        )
    head = [] if frame.embedded else _heading(frame)
    top = _lines_height(head) + (10.0 if head else 0.0)
    foot = [("soft", line) for note in notes for line in wrapped(note, WIDTH - 2 * MARGIN)]
    bottom = top + height + _lines_height(foot) + MARGIN
    body = [
        *_lines(head, 0.0),
        f'<g transform="translate(0 {_place(top)})">{"".join(drawing)}</g>' if top else "".join(drawing),
        *_lines(foot, top + height),
    ]
    return "".join((_opening(frame, bottom), *body, "</svg>\n"))


def _heading(frame: Frame) -> list[tuple[str, str]]:
    # The heading's letters are larger, so that it has less room.
    titles = wrapped(printable(frame.title), (WIDTH - 2 * MARGIN) * 0.8)
    return [
        *(("heading", line) for line in titles),
        *(("soft", line) for line in wrapped(frame.finding, WIDTH - 2 * MARGIN)),
    ]


def _lines(lines: Sequence[tuple[str, str]], top: float) -> list[str]:
    return [text(words, MARGIN, top + LINE * (place + 1), css) for place, (css, words) in enumerate(lines)]


def _lines_height(lines: Sequence[tuple[str, str]]) -> float:
    return LINE * len(lines) + (4.0 if lines else 0.0)


def _opening(frame: Frame, height: float) -> str:
    title, finding = f"{frame.prefix}-title", f"{frame.prefix}-desc"
    size = "" if frame.embedded else f' width="{WIDTH:.0f}" height="{height:.0f}"'
    tall = f"{height:.0f}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {WIDTH:.0f} {tall}"{size} role="img"',
        f' aria-labelledby="{title}" aria-describedby="{finding}">',
        f'<title id="{title}">{escape(printable(frame.title))}</title>',
        f'<desc id="{finding}">{escape(frame.finding)}</desc>',
    ]
    if not frame.embedded:
        parts += [f"<style>{_style()}</style>", mark("rect", "field", width="100%", height="100%")]
    return "".join(parts)
