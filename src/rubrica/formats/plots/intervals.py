"""Numbers with their intervals, row by row: agreement on each criterion, a scale of preference, shares of variance."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rubrica.domain.verdict import Band
from rubrica.formats.plots.numbers import (
    MOST_SHOWN,
    FloatArray,
    checked_interval,
    checked_names,
    checked_numbers,
    how_many,
    line_is,
    most_extreme,
    named,
)
from rubrica.formats.plots.rows import Axis, Row, rows_drawing
from rubrica.formats.plots.svg import (
    Frame,
    NothingToShowError,
    PlotShapeError,
    Scale,
    digits_for,
    document,
    number,
    percent,
    percent_span,
    scale_around,
    span,
)


def alpha_by_group(
    groups: Sequence[str],
    alpha: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    bands: Sequence[Band | None] | None = None,
    *,
    coefficient: str = "alpha",
    chance: float = 0.0,
    confidence: float = 0.95,
    most: int = MOST_SHOWN,
    title: str = "Agreement between raters",
    prefix: str = "agreement",
    embedded: bool = False,
) -> str:
    """Return a plot of the agreement on each criterion, or in each group, with its interval, against its band.

    Parameters
    ----------
    groups
        The name of each of g criteria or groups, shown in this order.
    alpha
        Shape ``(g,)``: the agreement, at most 1; NaN where the data do not determine it, and the row says so.
    low, high
        Shape ``(g,)`` each: the interval; both NaN where it does not exist, and the row says so.
    bands
        What is expected of each group (``rubrica.domain.verdict.BANDS``); None for no expectation.
    coefficient
        What `alpha` is called, in words.
    chance
        The agreement that chance gives, below 1.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.
    most
        Groups shown: those with the lowest agreement.
    title, prefix, embedded
        As for all plots.

    Returns
    -------
    str
        SVG.

    Examples
    --------
    >>> svg = alpha_by_group(["Realism"], [0.456], [0.3], [0.61])
    >>> "Realism: 0.46 (0.30–0.61)" in svg
    True
    """
    names = checked_names(groups, "groups")
    values = checked_numbers(alpha, (len(names),), "alpha", may_lack=True)
    lows, highs = checked_interval(low, high, values)
    expected = [None] * len(names) if bands is None else list(bands)
    if len(expected) != len(names):
        raise PlotShapeError(f"bands must have one entry for each of {len(names)} groups, but has {len(expected)}.")
    if np.isnan(values).all():
        raise NothingToShowError(f"There is nothing to show: {coefficient} is determined in no group.")
    if np.nanmax(values) > 1.0:
        raise PlotShapeError(f"{coefficient} is at most 1, but here it is {np.nanmax(values):g}.")
    printed = [
        "not determined" if math.isnan(value) else f"{number(value)} {span(start, end)}"
        for value, start, end in zip(values, lows, highs, strict=True)
    ]
    shown = sorted(most_extreme(-values, most))
    rows = [Row(names[at], printed[at], values[at], lows[at], highs[at], expected[at]) for at in shown]
    lowest = min(chance - 0.2 * (1.0 - chance), math.floor(10.0 * float(np.nanmin(values))) / 10.0)
    axis = Axis(Scale(lowest, 1.0), chance, f"{coefficient}: {chance:g} is chance, 1 is full agreement")
    drawing, height = rows_drawing(rows, axis)
    return document(
        Frame(title, _agreement_finding(coefficient, names, values, expected), prefix, embedded),
        drawing,
        height,
        [
            *how_many(len(shown), len(names), "those with the lowest agreement"),
            *line_is(confidence, lows[shown][~np.isnan(values[shown])]),
        ],
    )


def _agreement_finding(coefficient: str, names: Sequence[str], values: FloatArray, bands: Sequence[Band | None]) -> str:
    """Return which groups lie where on their bands; the highest and the lowest of those without one."""
    places: dict[str, list[str]] = {"look": [], "watch": [], "healthy": [], "free": [], "none": []}
    entries = [
        name if math.isnan(value) else f"{name} {number(value)}" for name, value in zip(names, values, strict=True)
    ]
    for entry, value, band in zip(entries, values, bands, strict=True):
        if math.isnan(value):
            places["none"].append(entry)
        elif band is None:
            places["free"].append(entry)
        else:
            is_healthy, is_low = value >= band.healthy_from, value < band.look_below
            places["healthy" if is_healthy else "look" if is_low else "watch"].append(entry)
    sentences = [
        f"{words} {named(places[place])}."
        for place, words in (
            ("look", "Low for the kind of question, so look at the guideline:"),
            ("watch", "Between the bounds, so watch:"),
            ("healthy", "Healthy:"),
            ("none", "Not determined:"),
        )
        if places[place]
    ]
    if places["free"]:
        free = [at for at, band in enumerate(bands) if band is None and not math.isnan(values[at])]
        highest, lowest = (free[int(place(values[free]))] for place in (np.argmax, np.argmin))
        others = f", lowest for {entries[lowest]}" if len(places["free"]) > 1 else ""
        is_highest = "is highest for" if others else "is that of"
        sentences.insert(0, f"Agreement ({coefficient}) {is_highest} {entries[highest]}{others}.")
    return " ".join(sentences)


def preference_scale(
    items: Sequence[str],
    scores: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    *,
    unit: str = "log-odds",
    centre: float = 0.0,
    limits: tuple[float, float] | None = None,
    confidence: float = 0.95,
    most: int = MOST_SHOWN,
    title: str = "Scale of preference",
    prefix: str = "preference",
    embedded: bool = False,
) -> str:
    """Return a plot of items on a scale of preference, the most preferred first, each with its interval.

    Parameters
    ----------
    items
        The name of each of k items.
    scores
        Shape ``(k,)``, finite, in `unit`.
    low, high
        Shape ``(k,)`` each: the interval; both NaN where it was not asked for.
    unit
        What the scores are measured in, in words.
    centre
        The score that means no preference: 0 for log-odds, 0.5 for win rates.
    limits
        The lowest and the highest score there can be, where there are such: 0 and 1 for win rates.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.
    most
        Items shown: those furthest from `centre`.
    title, prefix, embedded
        As for all plots.

    Returns
    -------
    str
        SVG.

    Examples
    --------
    >>> svg = preference_scale(["a", "b"], [-0.5, 0.5], [-1.0, 0.1], [-0.1, 1.0])
    >>> svg.index("b: 0.50 (0.10–1.00)") < svg.index("a: −0.50 (−1.00 to −0.10)")
    True
    """
    names = checked_names(items, "items")
    values = checked_numbers(scores, (len(names),), "scores")
    lows, highs = checked_interval(low, high, values)
    shown = sorted(most_extreme(np.abs(values - centre), most), key=lambda at: (-values[at], at))
    scale = scale_around(centre, np.concatenate([values, lows[~np.isnan(lows)], highs[~np.isnan(highs)]]).tolist())
    if limits is not None:
        scale = Scale(*limits)
    digits = digits_for(scale.high / 2 - scale.low / 2)
    printed = [
        f"{number(value, digits)} {span(start, end, digits)}"
        for value, start, end in zip(values, lows, highs, strict=True)
    ]
    first, last = shown[0], shown[-1]
    finding = f"In {unit}, where {centre:g} is no preference, most preferred is {names[first]}, {printed[first]}"
    if len(names) > 1:
        finding += f"; least preferred is {names[last]}, {printed[last]}"
    rows = [Row(names[at], printed[at], values[at], lows[at], highs[at]) for at in shown]
    drawing, height = rows_drawing(rows, Axis(scale, centre, f"{unit}: more preferred to the right"))
    return document(
        Frame(title, f"{finding}.", prefix, embedded),
        drawing,
        height,
        [*how_many(len(shown), len(names), "the most extreme"), *line_is(confidence, lows[shown])],
    )


def variance_shares(
    facets: Sequence[str],
    shares: ArrayLike,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    *,
    criteria: Sequence[str] | None = None,
    confidence: float = 0.95,
    most: int = MOST_SHOWN,
    title: str = "Why ratings differ",
    prefix: str = "variance",
    embedded: bool = False,
) -> str:
    """Return a plot of the share of the variance that each facet has, for each criterion.

    Parameters
    ----------
    facets
        The name of each of f effects (``VarianceComponents.effects``).
    shares
        Shape ``(c, f)`` for c criteria, or ``(f,)`` for one: in ``[0, 1]``.
    low, high
        Of the shape of `shares`: the intervals, where there are any.
    criteria
        The name of each of c criteria; None for one that needs no name.
    confidence
        Nominal coverage of the intervals, in ``(0, 1)``.
    most
        Rows shown in all: those of the criteria in which the first facet has least.
    title, prefix, embedded
        As for all plots.

    Returns
    -------
    str
        SVG.

    Examples
    --------
    >>> svg = variance_shares(["unit", "rater", "unit × rater"], [0.5, 0.2, 0.3])
    >>> "unit: 50\u202f%" in svg
    True
    """
    effects, groups = checked_names(facets, "facets"), [""] if criteria is None else checked_names(criteria, "criteria")
    shape = (len(groups), len(effects))
    table, start, end = (column if column is None else np.atleast_2d(column) for column in (shares, low, high))
    values = checked_numbers(table if table is not None else [], shape, "shares")
    lows, highs = checked_interval(start, end, values)
    if values.min() < 0.0 or values.max() > 1.0:
        raise PlotShapeError(f"Shares lie between 0 and 1, but these reach from {values.min():g} to {values.max():g}.")
    shown = sorted(most_extreme(-values[:, 0], max(most // len(effects), 1)))
    rows: list[Row] = []
    findings: list[str] = []
    for group in shown:
        printed = [
            percent(value) if math.isnan(first) else f"{percent(value)} {percent_span(first, last)}"
            for value, first, last in zip(values[group], lows[group], highs[group], strict=True)
        ]
        for at, effect in enumerate(effects):
            heading = groups[group] if at == 0 else ""
            triple = (values[group, at], lows[group, at], highs[group, at])
            rows.append(Row(effect, printed[at], *triple, heading=heading, is_bar=True))
        largest = int(np.argmax(values[group]))
        of_what = f" for {groups[group]}" if groups[group] else ""
        findings.append(f"{effects[largest]}{of_what}, {printed[largest]}")
    drawing, height = rows_drawing(rows, Axis(Scale(0.0, 1.0), 0.0, "share of the variance", in_percent=True))
    least = f"the criteria in which {effects[0]} has the smallest share"
    return document(
        Frame(title, f"The largest share of the variance: {named(findings)}.", prefix, embedded),
        drawing,
        height,
        [*how_many(len(shown), len(groups), least), *(line_is(confidence, lows[shown]) if low is not None else [])],
    )
