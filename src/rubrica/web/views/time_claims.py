"""Claims of time: making one, the list, deciding, contesting."""

from datetime import datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.problems import Problem
from rubrica.domain.roles import Permission
from rubrica.domain.time_claim import MAX_NOTE, ClaimEvent
from rubrica.kit.clock import now
from rubrica.usecases import time_claims as usecases
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.time_terms import set_time_terms, suggested_cap
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt

MOST_SHOWN: Final = 200
_SAID: Final = {
    "approve": gettext_lazy("The claim is approved."),
    "refuse": gettext_lazy("The claim is refused; the person hears why and can contest it."),
    "uphold": gettext_lazy("The refusal stands."),
    "contest": gettext_lazy("Another person looks at it again."),
}


@require_safe
def time_claims(request: HttpRequest, slug: str) -> HttpResponse:
    """List a project's claims: to those who decide all of them, to others their own."""
    access = open_project(person(request), slug)
    context: dict[str, object] = {
        "access": access,
        "files": usecases.claim_files(access, most=MOST_SHOWN),
        "may_decide": access.may(Permission.DECIDE_TIME),
        "now": now(),
    }
    if access.may(Permission.MANAGE_PROJECT):
        context |= {
            "may_manage": True,
            "cap_minutes": access.project.task_cap_seconds // 60,
            "suggested_minutes": suggested_cap(access) // 60,
        }
    return render(request, "time/claims.html", context)


@require_POST
def time_terms(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how much of a pause is kept, and from when a task is long."""
    own, idle, cap = person(request), whole(request, "idle_seconds"), 60 * whole(request, "cap_minutes")
    open_project(own, slug, Permission.MANAGE_PROJECT)
    attempt(
        request,
        lambda: set_time_terms(own, slug, idle_seconds=idle, task_cap_seconds=cap, now=now()),
        _("Saved."),
    )
    return redirect("time_claims", slug)


@require_POST
def claim_time(request: HttpRequest, slug: str) -> HttpResponse:
    """Claim time: an idle stretch as it is listed, or a time that somebody types in."""
    own, reason = person(request), posted(request, "reason", most=20)
    note = posted(request, "note", most=MAX_NOTE)
    open_project(own, slug)
    started_at = _moment(request, "started_at")
    minutes = whole(request, "minutes")
    ended_at = started_at + timedelta(minutes=minutes) if minutes > 0 else _moment(request, "ended_at")
    attempt(
        request,
        lambda: usecases.claim_time(
            own, slug, started_at=started_at, ended_at=ended_at, reason=reason, note=note, now=now()
        ),
        _("Claimed. What nobody decides on in five working days is approved."),
    )
    return redirect(f"{reverse('my_work')}?project={slug}")


def _moment(request: HttpRequest, name: str) -> datetime:
    """Return a moment that a form says; one without an offset is meant in the person's own zone."""
    try:
        moment = datetime.fromisoformat(posted(request, name, most=40))
        return moment if moment.tzinfo is not None else timezone.make_aware(moment)
    except (ValueError, OverflowError) as error:
        message = _("Nothing was claimed.")
        raise InvalidInputError(message, [Problem(name, "is no time", "a day and a time")]) from error


@require_POST
def claim_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Approve, refuse, uphold or contest."""
    own, reason = person(request), posted(request, "reason", most=MAX_NOTE)
    if step not in _SAID:
        raise Http404
    if step == ClaimEvent.CONTEST:
        open_project(own, slug)
        attempt(
            request,
            lambda: usecases.contest_refusal(own, slug, number, reason=reason, now=now()),
            str(_SAID[step]),
        )
    else:
        open_project(own, slug, Permission.DECIDE_TIME)
        attempt(
            request,
            lambda: usecases.decide_claim(own, slug, number, ClaimEvent(step), reason=reason, now=now()),
            str(_SAID[step]),
        )
    return redirect("time_claims", slug)
