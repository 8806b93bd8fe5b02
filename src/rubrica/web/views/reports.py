"""Results: what the evaluations say, in numbers, words and pictures."""

import math
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from rubrica.domain.mark import SLOTS
from rubrica.domain.roles import Permission
from rubrica.domain.verdict import BANDS, MIN_DOUBLED_ITEMS, Band
from rubrica.usecases import guidelines
from rubrica.usecases.access import open_project
from rubrica.usecases.reports import (
    CodeCount,
    CriterionReport,
    MarksReport,
    OptionReport,
    PairsReport,
    RaterReport,
    Report,
    project_report,
)
from rubrica.web import charts
from rubrica.web.marks import severity_path
from rubrica.web.requests import number, person


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a project's results under one version of its guideline."""
    access = open_project(person(request), slug, Permission.SEE_RESULTS)
    context: dict[str, object] = {"access": access, "versions": guidelines.versions_of(access)}
    if access.project.guideline_id is not None:
        report = project_report(access, version=number(request, "version"))
        context |= {
            "report": report,
            "criteria": [criterion_context(row) for row in report.criteria],
            "agreement_plots": _agreement_plots(report.criteria),
            "pairs": [_pair(row) for row in report.pairs],
            "marks": _marks(report.marks) if report.marks is not None and report.marks.n else None,
            "raters": _raters(report),
            "fewest": MIN_DOUBLED_ITEMS,
            "may_export": access.may(Permission.EXPORT),
        }
    return render(request, "report/results.html", context)


def criterion_context(row: CriterionReport) -> dict[str, object]:
    """Return a criterion with its pictures, as the templates of results want it."""
    band = BANDS.get(row.kind)  # type: ignore[call-overload]  # a report of a future kind has no band
    most = max((answer.share for answer in row.distribution), default=0.0)
    is_pair = row.kind == "pair"
    chart = None
    if band is not None and is_pair:
        chart = charts.same_side_chart(row.same_side.share if row.same_side else None, band)
    elif band is not None:
        chart = charts.alpha_chart(row.alpha, band)
    return {
        "row": row,
        "is_pair": is_pair,
        "chart": chart,
        "answers": [(answer, charts.bar(answer.share, most)) for answer in row.distribution],
        "options": [_option(option) for option in row.options],
    }


def _option(option: OptionReport) -> dict[str, object]:
    return {"row": option, "chart": charts.alpha_chart(option.alpha, BANDS["artifact"])}


def _pair(pair: PairsReport) -> dict[str, object]:
    return {"row": pair, "plot": _win_rates_plot(pair), "side": charts.rate_chart(pair.first_shown_rate)}


def _win_rates_plot(pair: PairsReport) -> SafeString | None:
    rates = [(model.model, model.rate) for model in pair.win_rates if model.rate is not None]
    if not rates:
        return None
    # Slow import, here and below: numpy, which a server that never reports should not load.
    from rubrica.formats.plots import preference_scale  # noqa: PLC0415  (slow import)

    svg = preference_scale(
        [model for model, _ in rates],
        [rate.value for _, rate in rates],
        [rate.ci_low for _, rate in rates],
        [rate.ci_high for _, rate in rates],
        unit="win rate",
        centre=0.5,
        limits=(0.0, 1.0),
        title=f"Win rates: {pair.name}",
        prefix=f"wins-{pair.criterion}",
        embedded=True,
    )
    return _as_markup(svg)


def _agreement_plots(criteria: Sequence[CriterionReport]) -> list[SafeString]:
    """Return the plot of alpha by criterion, and that of pair agreement, whose chance and bands are others."""
    from rubrica.formats.plots import alpha_by_group  # noqa: PLC0415  (slow import)

    alphas = [(row, row.alpha) for row in criteria if row.alpha is not None and row.kind != "pair"]
    pairs = [(row, row.same_side) for row in criteria if row.same_side is not None]
    drawn = []
    if alphas:
        drawn.append(
            alpha_by_group(
                [row.name for row, _ in alphas],
                [alpha.value for _, alpha in alphas],
                [alpha.ci_low for _, alpha in alphas],
                [alpha.ci_high for _, alpha in alphas],
                [_band_of(row) for row, _ in alphas],
                coefficient="Krippendorff's alpha",
                prefix="agreement-alpha",
                embedded=True,
            )
        )
    if pairs:
        none = [math.nan] * len(pairs)
        drawn.append(
            alpha_by_group(
                [row.name for row, _ in pairs],
                [same_side.share for _, same_side in pairs],
                none,
                none,
                [_band_of(row) for row, _ in pairs],
                coefficient="pair agreement",
                chance=0.5,
                title="Agreement on preferences",
                prefix="agreement-pairs",
                embedded=True,
            )
        )
    return [_as_markup(svg) for svg in drawn]


def _band_of(row: CriterionReport) -> Band | None:
    """Return the band to judge a criterion by, unless there is no verdict yet: the plot must not give one either."""
    is_judged = row.verdict is not None and row.verdict.code in ("healthy", "watch", "look_at_guideline")
    return BANDS.get(row.kind) if is_judged else None  # type: ignore[call-overload]  # of a future kind there is none


def _as_markup(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308  (the markup is our own: plots escape every label)


def _marks(marks: MarksReport) -> dict[str, object]:
    values = sorted({value for code in marks.codes for value, _ in code.severities if value is not None})
    most = max((code.count for code in marks.codes), default=0)
    return {
        "report": marks,
        "severities": [(value, severity_path(value)) for value in values],
        "codes": [(code, charts.bar(code.count, most), _by_severity(code, values)) for code in marks.codes],
        "heatmaps": [
            {"slot": SLOTS[heatmap.slot].upper(), "heatmap": heatmap, "cells": cells}
            for heatmap in marks.heatmaps
            if (cells := charts.heat_cells(heatmap))
        ],
    }


def _by_severity(code: CodeCount, values: list[int]) -> list[int]:
    counts = dict(code.severities)
    return [counts.get(value, 0) for value in values]


def _raters(report: Report) -> dict[str, object]:
    reach = charts.bias_reach(bias.bias for rater in report.raters for bias in rater.bias)
    names = {row.id: row.name for row in report.criteria}
    shown: tuple[RaterReport, ...] = report.raters
    return {
        "rows": [(rater, [(bias, charts.bias_chart(bias.bias, reach)) for bias in rater.bias]) for rater in shown],
        "criteria": [names.get(bias.criterion, bias.criterion) for bias in (shown[0].bias if shown else ())],
        "reach": reach,
        "finds": any(rater.recall for rater in shown),
    }
