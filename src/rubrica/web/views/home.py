"""The front door, Today, help and the health check."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.allocation import expected_evaluations
from rubrica.domain.roles import Permission
from rubrica.kit.clock import now
from rubrica.records.models import Account, Assignment, Evaluation, Notification, ProjectMembership
from rubrica.records.models.assignment import AssignmentState
from rubrica.records.models.project import ProjectState
from rubrica.usecases.acknowledgements import News, unread_news
from rubrica.usecases.applications import waiting_applications as waiting_for_applicant
from rubrica.usecases.attempts import Progress, open_attempts
from rubrica.usecases.engagements import waiting_engagements
from rubrica.usecases.house_rules import current_rules, rules_document
from rubrica.usecases.notifications import mark_read, news_of
from rubrica.usecases.projects import ProjectProgress, projects_of
from rubrica.web.attention import (
    next_steps,
    waiting_applications,
    waiting_cases,
    waiting_claims,
    waiting_hearings,
    waiting_reviews,
)
from rubrica.web.requests import person

MOST_NEWS = 8


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show Today to those who are signed in, and what this place is to everybody else."""
    if not isinstance(request.user, Account):
        return render(request, "landing.html")
    own = request.user
    rows = projects_of(own)
    mine = [row for row in rows if row.access.may(Permission.EVALUATE)]
    memberships = {row.project_id: row for row in ProjectMembership.objects.of_account(own).filter(is_active=True)}
    held = _held_by_project(own)
    asked = open_attempts(own, [row.access.project for row in mine])
    unread = unread_news(own, [row.access.project.pk for row in mine])
    led = [row for row in rows if row.access.may(Permission.MANAGE_PROJECT)]
    context = {
        "work": [
            _work(
                row,
                memberships[row.access.project.pk],
                held.get(row.access.project.pk, 0),
                asked.get(row.access.project.pk),
                unread.get(row.access.project.pk),
            )
            for row in mine
            if _hands_out(row)
        ],
        "paused": [row for row in mine if not _hands_out(row)],
        "counts": _own_counts(own, sum(row.own_count for row in memberships.values())) if mine else None,
        "led": led,
        "attention": [
            *(next_steps(own, rows) if led else []),
            *waiting_cases(own, rows),
            *waiting_reviews(own, rows),
            *(waiting_claims(own, led) if led else []),
            *(waiting_applications(own, rows) if led else []),
            *(waiting_hearings(own, rows) if led else []),
        ],
        "applied": waiting_for_applicant(own),
        "engaged": waiting_engagements(own),
        "news": news_of(own, unread=True)[:MOST_NEWS],
        "reviewed": [row for row in rows if row.access.may(Permission.SEE_RESULTS) and row not in led],
    }
    return render(request, "today.html", context)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Show one's news, read and unread."""
    return render(request, "news.html", {"news": news_of(person(request))})


@require_POST
def read_news(request: HttpRequest) -> HttpResponse:
    """Put all news behind one."""
    mark_read(person(request), None, now=now())
    return redirect("home")


@require_safe
def follow_news(request: HttpRequest, notification: str) -> HttpResponse:
    """Lead to what a piece of news is about, and put it behind one."""
    own = person(request)
    row = Notification.objects.of_account(own).filter(public_id=notification).first()
    if row is None:
        raise Http404
    mark_read(own, [notification], now=now())
    return redirect(row.path)


def _hands_out(row: ProjectProgress) -> bool:
    return row.access.project.state == ProjectState.ACTIVE


def _work(
    row: ProjectProgress, membership: ProjectMembership, held: int, asked: Progress | None, unread: News | None
) -> dict[str, object]:
    project = row.access.project
    # As the workbench counts: with what is judged anew, and with what comes unannounced.
    items = project.item_count + project.requeued_count
    expected = expected_evaluations(items, project.repeat_percent + project.gold_percent)
    return {
        "row": row,
        "news": unread,
        "asked": asked,
        "done": membership.own_count,
        "held": held,
        "total": max(expected, membership.own_count),
        "is_finished": membership.evaluation_count >= items and not held,
    }


def _held_by_project(account: Account) -> dict[int, int]:
    """Return how many items the person has in hand, by project."""
    held = Assignment.objects.of_account(account).filter(state=AssignmentState.OPEN, lease_ends__gt=now())
    return dict(held.order_by().values_list("project_id").annotate(items=Count("pk")))


def _own_counts(account: Account, total: int) -> dict[str, int]:
    """Return how much the person evaluated today, in the last seven days, and ever; days are the person's own."""
    midnight = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    recent = Evaluation.objects.of_account(account).filter(
        superseded_by=None, submitted_at__gte=midnight - timedelta(days=6)
    )
    counted = recent.aggregate(week=Count("pk"), today=Count("pk", filter=Q(submitted_at__gte=midnight)))
    return {**counted, "total": total}


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the keys and how the parts fit together."""
    return render(request, "help.html")


@login_not_required
@require_safe
def house_rules(request: HttpRequest) -> HttpResponse:
    """Show what everybody who works here can rely on."""
    return render(request, "house_rules.html", {"rules": current_rules()})


@login_not_required
@require_safe
def house_rules_document(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """Hand the same rules to programs."""
    return JsonResponse(rules_document())


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """Answer monitors: the process runs and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
