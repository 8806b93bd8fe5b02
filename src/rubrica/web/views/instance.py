"""The instance, for those who run the machine."""

import platform

import django
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rubrica import __version__
from rubrica.records.models import Account, Evaluation, Image, Item, Job, Organisation, Project
from rubrica.records.models.job import JobState
from rubrica.records.sqlite.base import SQLITE_VERSION
from rubrica.usecases.access import require_platform_admin
from rubrica.web.requests import person

_WHY = "a platform admin sees how much there is, not what it is"


@require_safe
def instance(request: HttpRequest) -> HttpResponse:
    """Show versions, counts and jobs."""
    require_platform_admin(person(request))
    versions = [
        ("Rubrica", __version__),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("SQLite" if connection.vendor == "sqlite" else connection.vendor, _database_version()),
    ]
    counts = [
        ("organisations", Organisation.objects.count()),
        ("accounts", Account.objects.count()),
        ("projects", Project.objects.everywhere(_WHY).count()),
        ("items", Item.objects.everywhere(_WHY).count()),
        ("images", Image.objects.everywhere(_WHY).count()),
        ("evaluations", Evaluation.objects.everywhere(_WHY).count()),
    ]
    context = {
        "versions": versions,
        "counts": counts,
        "waiting": Job.objects.filter(state=JobState.WAITING).count(),
        "running": Job.objects.filter(state=JobState.RUNNING).count(),
        "failed": Job.objects.filter(state=JobState.FAILED).order_by("-id")[:20],
    }
    return render(request, "instance/instance.html", context)


def _database_version() -> str:
    if connection.vendor == "sqlite":
        return ".".join(map(str, SQLITE_VERSION))
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
