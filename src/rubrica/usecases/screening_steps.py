"""How a screening ends with its application: access goes, and the time is paid whatever the result."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Sum

from rubrica.domain.active_time import Interval, Kind
from rubrica.domain.application import ApplicationState
from rubrica.domain.gold import Purpose
from rubrica.domain.roles import Role
from rubrica.domain.screening import ADMITTED, credit_due
from rubrica.records.models import (
    Account,
    Application,
    Attempt,
    Project,
    ProjectMembership,
    Screening,
    ScreeningCredit,
    StoredOpening,
)
from rubrica.usecases.access import record
from rubrica.usecases.active_time import SETTLE_AFTER, milliseconds, spans_between
from rubrica.usecases.attempts import cut_short
from rubrica.usecases.jobs import Clock, KeptJob, enqueue

PAY: Final = "screening_credit"


def follow(application: Application, *, now: datetime) -> None:
    """Let the screening of an application, where there is one, end as far as its new state says."""
    rows = Screening.objects.of(application.project).filter(application=application, ended_at=None)
    screening = rows.first()
    if screening is None or application.state == ApplicationState.SCREENING:
        return
    is_over = application.state not in ADMITTED
    if screening.finished_at is not None and not is_over:
        return
    if screening.finished_at is None:
        cut_short(application.project, application.account, now=now)
        screening.finished_at = now
    if is_over:
        screening.ended_at = now
        _shut_out(application.project, application.account, screening, now=now)
    screening.save(update_fields=["finished_at", "ended_at"])
    pay_screenings(application.account, application.opening, screening, now=now)
    # What the last page tells may arrive a little later.
    enqueue(PAY, str(screening.pk), now=now, available_at=now + SETTLE_AFTER)


def _shut_out(project: Project, account: Account, screening: Screening, *, now: datetime) -> None:
    others = Screening.objects.of(project).filter(application__account=account, ended_at=None)
    members = ProjectMembership.objects.of(project).filter(account=account, role=Role.APPLICANT)
    if others.exclude(pk=screening.pk).exists() or not members.exists():
        return
    cut_short(project, account, now=now)
    members.update(is_active=False, must_pass=False, role=screening.role_before or Role.APPLICANT)


# --- what is paid ---


def seconds_worked(account: Account, opening: StoredOpening, *, now: datetime) -> int:
    """Return how long a person has worked in all screenings for an opening, by the clock that pays."""
    spans = [
        span
        for start, end in _windows(account, opening, now=now)
        for span in spans_between(account, start, end, now=now)
        if span.kind == Kind.CREDITED and span.place.engagement == opening.project_id
    ]
    return sum(span.length for span in spans) // 1_000


def _windows(account: Account, opening: StoredOpening, *, now: datetime) -> list[Interval]:
    """Return when what a person does in the project belongs to screenings for an opening; they do not overlap."""
    rows = Screening.objects.of_account(account).filter(application__opening=opening)
    found: list[Interval] = []
    for screening in rows.order_by("started_at"):
        finished = screening.finished_at or now
        found.append((milliseconds(screening.started_at), milliseconds(finished)))
        # A retake may come while the application is read.
        retakes = Attempt.objects.of_account(account).filter(
            project=opening.project, purpose=Purpose.QUALIFICATION, opened_at__gte=finished
        )
        until = screening.ended_at or now
        found += [
            (milliseconds(attempt.opened_at), milliseconds(min(attempt.ended_at or now, until)))
            for attempt in retakes.filter(opened_at__lt=until)
        ]
    return _apart(found)


def _apart(intervals: Iterable[Interval]) -> list[Interval]:
    found: list[Interval] = []
    for start, end in sorted(intervals):
        begins = max(start, found[-1][1]) if found else start
        if end > begins:
            found.append((begins, end))
    return found


def pay_screenings(
    account: Account, opening: StoredOpening, screening: Screening, *, now: datetime
) -> ScreeningCredit | None:
    """Append what is owed of a person's screenings for an opening beyond what was credited; None where that is nothing.

    The caller has locked the project, so that nothing is credited twice.
    """
    total = seconds_worked(account, opening, now=now)
    due = credit_due(total, credited_seconds(account, opening))
    if due == 0:
        return None
    made = ScreeningCredit.objects.create(
        screening=screening,
        opening=opening,
        account=account,
        seconds=due,
        total_seconds=total,
        rate_minor=screening.rate_minor,
        currency=screening.currency,
        at=now,
    )
    record(
        "screening.credited",
        str(screening.application),
        at=now,
        actor=None,
        project=opening.project,
        seconds=due,
        rate_minor=screening.rate_minor,
        currency=screening.currency,
    )
    return made


def credited_seconds(account: Account, opening: StoredOpening) -> int:
    """Return how many seconds of screening a person was credited for an opening."""
    rows = ScreeningCredit.objects.of_account(account).filter(opening=opening)
    return int(rows.aggregate(seconds=Sum("seconds"))["seconds"] or 0)


def pay_again(job: KeptJob, now: Clock) -> None:
    """Credit what arrived after a screening had ended."""
    found = Screening.objects.everywhere("the job names the screening").filter(pk=int(job.subject))
    screening = found.select_related("application__opening__project", "application__account").first()
    if screening is None:
        return
    application = screening.application
    with transaction.atomic():
        Project.objects.of(application.project).select_for_update().get()
        pay_screenings(application.account, application.opening, screening, now=now())
