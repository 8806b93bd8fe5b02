"""Scheduled publications: a text that becomes the next version of the guideline at a time to come.

What is scheduled is the text as it was saved then: the draft can be written on meanwhile. That it can be published is
tried out when it is scheduled, and found out when its time comes.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from rubrica.domain.notification import Topic
from rubrica.domain.problems import Problem
from rubrica.domain.roles import Permission
from rubrica.records.models import Account, Project, ProjectMembership, ScheduledPublication
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.records.retrying import retried
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.errors import ConflictError, InvalidInputError, RefusedError
from rubrica.usecases.guidelines import Terms, Text, publish_text, text_to_publish
from rubrica.usecases.jobs import Clock, KeptJob, enqueue
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import leads_of

JOB_KIND: Final = "publish"
FURTHEST: Final = timedelta(days=366)


@retried
@transaction.atomic
def schedule(
    account: Account,
    slug: str,
    terms: Terms,
    *,
    effective_at: datetime | None,
    now: datetime,
    revision: int | None = None,
) -> ScheduledPublication:
    """Have the draft as it is saved become the next version at a time to come; specialists are told of it.

    Raises
    ------
    EditConflictError
        Somebody else has saved since ``revision`` was read.
    InvalidInputError
        The time is none, or not within the year to come; or the draft could not be published now.
    ConflictError
        Another publication is scheduled, or the draft equals the version in force.
    """
    access = open_project(account, slug, Permission.PUBLISH_GUIDELINE)
    if effective_at is None or not now < effective_at <= now + FURTHEST:
        message = "Nothing was scheduled."
        raise InvalidInputError(
            message, [Problem("effective_at", "is not a time to come", "a day and a time within a year from now")]
        )
    project = Project.objects.of(access.project).select_for_update().get()
    if ScheduledPublication.objects.of(project).filter(ended_at=None).exists():
        message = "Another publication is scheduled. Cancel that one first."
        raise ConflictError(message)
    text = text_to_publish(project, revision)
    tried = transaction.savepoint()
    publish_text(project, account, text, terms, now=now)
    transaction.savepoint_rollback(tried)
    project.refresh_from_db()
    made = ScheduledPublication.objects.create(
        project=project,
        markdown=text.markdown,
        rubric=text.rubric,
        summary=terms.summary.strip()[:400],
        change_class=terms.change_class,
        which=terms.which,
        sample=terms.sample,
        effective_at=effective_at,
        scheduled_by=account,
        scheduled_at=now,
    )
    enqueue(JOB_KIND, made.public_id, now=now, available_at=effective_at)
    record(
        "guideline.scheduled", made.public_id, at=now, actor=account, project=project, effective_at=str(effective_at)
    )
    members = ProjectMembership.objects.of(project).filter(is_active=True).exclude(account=account)
    people = [member.account for member in members.select_related("account")]
    told = f"From {effective_at:%Y-%m-%d %H:%M %Z} the guideline changes: {made.summary}"
    notify(people, Topic.GUIDELINE, project, told, "guideline/", now=now)
    return made


def waiting(access: ProjectAccess) -> ScheduledPublication | None:
    """Return the publication that waits for its time, where there is one."""
    access.require(Permission.READ_GUIDELINE)
    return ScheduledPublication.objects.of(access.project).filter(ended_at=None).first()


@retried
@transaction.atomic
def cancel(account: Account, slug: str, *, now: datetime) -> None:
    """Take back the publication that waits for its time.

    Raises
    ------
    ConflictError
        None waits.
    """
    access = open_project(account, slug, Permission.PUBLISH_GUIDELINE)
    project = Project.objects.of(access.project).select_for_update().get()
    row = ScheduledPublication.objects.of(project).filter(ended_at=None).first()
    if row is None:
        message = "No publication is scheduled."
        raise ConflictError(message)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    record("guideline.schedule_cancelled", row.public_id, at=now, actor=account, project=project)


def publish_scheduled(job: KeptJob, now: Clock) -> None:
    """Publish what is due, unless it was taken back; else tell who scheduled it, and the leads."""
    rows = ScheduledPublication.objects.everywhere("the job names the publication")
    found = rows.filter(public_id=job.subject).select_related("project", "scheduled_by").first()
    if found is None:
        return
    at = now()
    with transaction.atomic():
        project = Project.objects.of(found.project).select_for_update().get()
        row = ScheduledPublication.objects.of(project).filter(pk=found.pk, ended_at=None).first()
        if row is None:
            return
        terms = Terms(row.summary, ChangeClass(row.change_class), Which(row.which), row.sample)
        tried = transaction.savepoint()
        try:
            row.version = publish_text(project, found.scheduled_by, Text(row.markdown, row.rubric), terms, now=at)
        except RefusedError as error:
            transaction.savepoint_rollback(tried)
            row.failure = str(error)[:500]
            told = f"The scheduled guideline could not be published: {error}"
            notify([found.scheduled_by, *leads_of(project)], Topic.GUIDELINE, project, told, "guideline/edit/", now=at)
        row.ended_at = at
        row.save(update_fields=["version", "failure", "ended_at"])
