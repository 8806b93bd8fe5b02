"""The workbench's page, and one's own work."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rubrica.domain.active_time import Tally
from rubrica.domain.problems import Problem, quoted
from rubrica.domain.roles import Permission, Role
from rubrica.domain.time_claim import CLAIM_WITHIN
from rubrica.formats.hours_csv import HOUR_LAYOUTS
from rubrica.kit.clock import now
from rubrica.records.models import Evaluation
from rubrica.records.models.active_time import REASONS
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.accounts import zone_of
from rubrica.usecases.active_time import moment_of, own_time, terms_of
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.evaluations import own_evaluations
from rubrica.usecases.own_hours import own_hours
from rubrica.usecases.own_pace import own_pace
from rubrica.usecases.projects import projects_of
from rubrica.usecases.time_claims import idle_to_claim
from rubrica.web import charts
from rubrica.web.evaluated_item import words_of
from rubrica.web.requests import number, person, words

PAGE = 30
MOST_IDLE = 20
_HOURS_BACK = timedelta(days=30)


@require_safe
def workbench(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the page that hosts the workbench; the island does the rest through the API."""
    access = open_project(person(request), slug, Permission.QUALIFY)
    home, tests = reverse("home"), reverse("tests", args=[slug])
    if access.role == Role.APPLICANT:
        home = tests = reverse("own_applications")
    context = {"access": access, "revise": words(request, "revise"), "home": home, "tests": tests}
    return render(request, "work/workbench.html", context)


def _in_words(evaluation: Evaluation) -> dict[str, object]:
    """Return what was answered with the names that the rubric of that time gives it."""
    rubric = rubric_of_version(evaluation.guideline_id, evaluation.guideline_hash)
    reason = rubric.reason_of.get(evaluation.cannot_judge)
    return {
        "answers": words_of(rubric, evaluation.answer.get("answers") or {}, evaluation.item.prompt),
        "cannot_judge": reason.label if reason is not None else evaluation.cannot_judge,
        "marks": len(evaluation.answer.get("marks") or ()),
    }


def _own_time(access: ProjectAccess) -> dict[str, object]:
    """Return a person's last days in a project, and the idle stretches that can be claimed."""
    account, zone = access.account, zone_of(access.account)
    today = now().astimezone(zone).date()
    first = today - CLAIM_WITHIN + timedelta(days=1)
    own = own_time(account, zone, first=first, last=today, now=now(), project=access.project)
    idle = idle_to_claim(account, own.spans)[:MOST_IDLE]
    days = sorted(own.days.items(), reverse=True)
    return {
        "terms": terms_of(access.project),
        "time_days": [(day, each) for place, (day, each) in enumerate(days) if not place or each != Tally()],
        "idle": [(span, moment_of(span.start), moment_of(span.end)) for span in idle],
        "reasons": REASONS,
        "layouts": HOUR_LAYOUTS,
        "hours_days": (today - _HOURS_BACK, today),
    }


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Show one's own evaluations in one project, newest first."""
    own = person(request)
    rows = [row for row in projects_of(own) if row.access.may(Permission.READ_OWN_EVALUATIONS)]
    wanted = words(request, "project")
    chosen = next((row.access for row in rows if row.access.project.slug == wanted), rows[0].access if rows else None)
    evaluations = (
        own_evaluations(own, chosen.project.slug, limit=PAGE + 1, before=number(request, "before")) if chosen else []
    )
    pace = own_pace(own, zone_of(own), now=now(), project=chosen.project) if chosen else None
    most = max((day.evaluations for day in pace.days), default=0) if pace else 0
    context = {
        "projects": [row.access.project for row in rows],
        "chosen": chosen,
        "pace": pace,
        "days": [(day, charts.bar(day.evaluations, most)) for day in pace.days if day.evaluations] if pace else [],
        "evaluations": [(row, _in_words(row.evaluation)) for row in evaluations[:PAGE]],
        "before": evaluations[PAGE - 1].evaluation.pk if len(evaluations) > PAGE else None,
        **(_own_time(chosen) if chosen else {}),
    }
    return render(request, "work/my_work.html", context)


@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """Hand out one's own hours in all projects as CSV."""
    own = person(request)
    layout, today = words(request, "layout") or next(iter(HOUR_LAYOUTS)), now().astimezone(zone_of(own)).date()
    last = _day(request, "last") or today
    first = _day(request, "first") or max(last, date.min + _HOURS_BACK) - _HOURS_BACK
    body = own_hours(own, layout=layout, first=first, last=last, now=now())
    disposition = f'attachment; filename="hours-{first}-{last}-{layout}.csv"'
    return HttpResponse(body, content_type="text/csv", headers={"Content-Disposition": disposition})


def _day(request: HttpRequest, name: str) -> date | None:
    """Return a day from the query, or nothing where there is none."""
    text = words(request, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        message = _("That is no day.")
        raise InvalidInputError(message, [Problem(name, f"is {quoted(text)}", "a day such as 2026-03-02")]) from error
