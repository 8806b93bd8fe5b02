"""Calibration: a rater's own habits against the others', and those of the whole team."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rubrica.domain.roles import Permission
from rubrica.usecases import guidelines
from rubrica.usecases.access import open_project
from rubrica.usecases.reports import CriterionHabits, RaterCalibration, own_calibration, team_calibration
from rubrica.web import charts
from rubrica.web.requests import number, person


@require_safe
def calibration(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a rater's own calibration to that rater, and everybody's to those who see results."""
    access = open_project(person(request), slug)
    is_team = access.may(Permission.SEE_RESULTS)
    if not is_team:
        access.require(Permission.READ_OWN_EVALUATIONS)
    context: dict[str, object] = {"access": access, "is_team": is_team}
    if is_team:
        context["versions"] = guidelines.versions_of(access)
    if access.project.guideline_id is not None:
        found = team_calibration(access, version=number(request, "version")) if is_team else own_calibration(access)
        reach = charts.bias_reach(row.bias.estimate for rater in found.raters for row in rater.criteria)
        context |= {
            "found": found,
            "raters": [_rater(rater, reach) for rater in found.raters],
            "signals": sum(rater.signals > 0 for rater in found.raters),
            "reach": reach,
        }
    return render(request, "calibration/team.html" if is_team else "calibration/mine.html", context)


def _rater(rater: RaterCalibration, reach: float) -> dict[str, object]:
    return {
        "row": rater,
        "criteria": [_criterion(row, reach) for row in rater.criteria],
        "sides": [(row, charts.rate_chart(row.side.estimate)) for row in rater.sides],
    }


def _criterion(row: CriterionHabits, reach: float) -> dict[str, object]:
    return {
        "row": row,
        "bias": charts.bias_chart(row.bias.estimate, reach),
        "spread": charts.spread_chart(row.spread.estimate),
        "chart": charts.control_chart(row.drift),
    }
