"""News: stored with what it tells of, shown on Today, and mailed from an outbox that loses nothing.

A mail is a job. It is marked as sent after the server of mails has taken it, so that a crash between the two sends it
once more rather than never.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q

from rubrica.domain.notification import DEFAULT_WAY, MAX_TEXT, Topic, Way, next_digest, retry_after
from rubrica.domain.problems import Problem, one_of
from rubrica.domain.roles import Role
from rubrica.records.models import (
    Account,
    Job,
    Membership,
    Notification,
    NotificationChoice,
    Project,
    ProjectMembership,
    SavedSearch,
)
from rubrica.records.models.job import JobState
from rubrica.usecases import saved_searches
from rubrica.usecases.accounts import zone_of
from rubrica.usecases.errors import InvalidInputError, NotFoundError
from rubrica.usecases.jobs import Clock, KeptJob, enqueue, enqueue_and_start
from rubrica.usecases.saved_searches import SearchNews

MAIL: Final = "mail"
DIGEST: Final = "digest"
MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class NewsPage:
    """Some of a person's news; ``next_after`` names where the following page begins, ``None`` at the end."""

    news: tuple[Notification, ...]
    next_after: str | None


def notify(accounts: Iterable[Account], topic: Topic, project: Project, text: str, path: str, *, now: datetime) -> None:
    """Tell people, in the transaction of what they are told of; each in the way that the person has chosen.

    ``path`` leads there, within the project: ``"reviews/3/"``.
    """
    people = {account.pk: account for account in accounts if account.is_active}
    if not people:
        return
    present = _part_of(project, people)
    people = {pk: account for pk, account in people.items() if pk in present}
    _tell(people, topic, project, text, f"/projects/{project.slug}/{path}", now=now)


def notify_outside(account: Account, topic: Topic, project: Project, text: str, address: str, *, now: datetime) -> None:
    """Tell somebody who has no part in a project of what concerns him or her there.

    ``address`` leads there from the root of the site, because a page of the project is none that the person may see.
    """
    if account.is_active:
        _tell({account.pk: account}, topic, project, text, address, now=now)


def _tell(
    people: Mapping[int, Account], topic: Topic, project: Project, text: str, address: str, *, now: datetime
) -> None:
    ways = _ways(people, topic)
    rows = [
        Notification(
            account=account,
            project=project,
            topic=topic,
            text=text[:MAX_TEXT],
            path=address,
            at=now,
            way=ways.get(pk, DEFAULT_WAY.value),
        )
        for pk, account in people.items()
    ]
    Notification.objects.bulk_create(rows)
    for row in rows:
        if row.way == Way.NOW and settings.SENDS_MAIL:
            enqueue_and_start(MAIL, row.public_id, now=now)
        elif row.way == Way.DIGEST and settings.SENDS_MAIL:
            _schedule_digest(row.account, now=now)


def _part_of(project: Project, people: Collection[int]) -> set[int]:
    """Return who of these has a part in the project: nobody hears of a project that he or she has left."""
    members = ProjectMembership.objects.of(project).filter(account__in=people, is_active=True)
    members = members.exclude(role=Role.APPLICANT)
    admins = Membership.objects.of_organisation(project.organisation).filter(
        account__in=people, role=Role.ORGANISATION_ADMIN
    )
    return {*members.values_list("account", flat=True), *admins.values_list("account", flat=True)}


def _ways(people: Collection[int], topic: Topic) -> Mapping[int, str]:
    choices = NotificationChoice.objects.everywhere("the choices of the very people who are told")
    return dict(choices.filter(account__in=people, topic=topic).values_list("account", "way"))


def _schedule_digest(account: Account, *, now: datetime) -> None:
    waiting = Job.objects.filter(kind=DIGEST, subject=account.public_id, state=JobState.WAITING)
    if not waiting.exists():
        enqueue(DIGEST, account.public_id, now=now, available_at=next_digest(now, zone_of(account)))


def tell_of_openings(*, now: datetime) -> None:
    """See that everybody with a search that comes by mail gets the next daily letter, if it has found anything."""
    if not settings.SENDS_MAIL:
        return
    searches = SavedSearch.objects.everywhere("the people who are told")
    wanted = Account.objects.filter(pk__in=searches.filter(by_mail=True).values("account"), is_active=True)
    waiting = set(Job.objects.filter(kind=DIGEST, state=JobState.WAITING).values_list("subject", flat=True))
    Job.objects.bulk_create(
        Job(kind=DIGEST, subject=account.public_id, created_at=now, available_at=next_digest(now, zone_of(account)))
        for account in wanted
        if account.public_id not in waiting
    )


def news_of(account: Account, *, unread: bool = False) -> Sequence[Notification]:
    """Return a person's news, newest first."""
    return list(news_page(account, limit=MOST_SHOWN, unread=unread).news)


def news_page(account: Account, *, limit: int, after: str | None = None, unread: bool = False) -> NewsPage:
    """Return up to ``limit`` pieces of a person's news behind the piece ``after``, newest first.

    Raises
    ------
    NotFoundError
        The person has no news ``after``.
    """
    rows = Notification.objects.of_account(account).select_related("project").order_by("-at", "-pk")
    if after is not None:
        last = rows.filter(public_id=after).first()
        if last is None:
            message = "There is no such news of yours."
            raise NotFoundError(message)
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    if unread:
        rows = rows.filter(read_at=None)
    found = list(rows[: limit + 1])
    page = tuple(found[:limit])
    return NewsPage(page, page[-1].public_id if len(found) > limit else None)


def mark_read(account: Account, public_ids: Collection[str] | None, *, now: datetime) -> int:
    """Put news behind one, some of it or all, and return how much."""
    rows = Notification.objects.of_account(account).filter(read_at=None)
    if public_ids is not None:
        rows = rows.filter(public_id__in=list(public_ids))
    return rows.update(read_at=now)


def ways_of(account: Account) -> dict[Topic, Way]:
    """Return how news of each topic comes to a person."""
    chosen = dict(NotificationChoice.objects.of_account(account).values_list("topic", "way"))
    return {topic: Way(chosen.get(topic, DEFAULT_WAY)) for topic in Topic}


@transaction.atomic
def choose_ways(account: Account, ways: Mapping[str, str]) -> None:
    """Have news of topics come in other ways from now on.

    Raises
    ------
    InvalidInputError
        There is no such topic or way; nothing is changed.
    """
    problems = [
        Problem(topic, f"is {way[:20]}", one_of([each.value for each in Way]))
        for topic, way in ways.items()
        if topic not in set(Topic) or way not in set(Way)
    ]
    if problems:
        message = "Nothing was changed."
        raise InvalidInputError(message, problems)
    for topic, way in ways.items():
        NotificationChoice.objects.of_account(account).update_or_create(
            account=account, topic=topic, defaults={"way": way}
        )


# --- the outbox ---


def send_mail(job: KeptJob, now: Clock) -> None:
    """Mail one piece of news, unless it was mailed before."""
    rows = Notification.objects.everywhere("the job names the news")
    row = rows.filter(public_id=job.subject, mailed_at=None).select_related("account", "project").first()
    if row is not None:
        _send(row.account, [row], f"{row.project.name}: {row.text}", job, now)


def send_digest(job: KeptJob, now: Clock) -> None:
    """Mail what a person has not read since the last digest, in one letter; nothing where there is nothing."""
    account = Account.objects.filter(public_id=job.subject, is_active=True).first()
    if account is None:
        return
    rows = list(
        Notification.objects.of_account(account)
        .filter(way=Way.DIGEST, mailed_at=None, read_at=None)
        .select_related("account", "project")
        .order_by("at", "pk")
    )
    found = saved_searches.news_of_searches(account, now=now())
    if rows or found:
        count = len(rows) + len(found)
        subject = f"{count} pieces of news" if count > 1 or not rows else rows[0].text
        _send(account, rows, subject, job, now, found=found)


def _send(
    account: Account,
    rows: Sequence[Notification],
    subject: str,
    job: KeptJob,
    now: Clock,
    *,
    found: Sequence[SearchNews] = (),
) -> None:
    begun = now()
    lines = [f"{row.project.name}: {row.text}\n{settings.BASE_URL}{row.path}" for row in rows]
    ways = f"{settings.BASE_URL}/account/"
    ending = f"Which news comes by mail is chosen under Account:\n{ways}"
    body = "\n\n".join([*lines, *map(_search_lines, found), ending])
    headers = {}
    if found:
        link = f"{settings.BASE_URL}/openings/searches/unsubscribe/{saved_searches.unsubscribe_token(account)}/"
        body += f"\n\nTo get no more mail of openings:\n{link}"
        headers = {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMessage(
        f"[Rubrica] {subject}"[:200], body, settings.DEFAULT_FROM_EMAIL, [account.email], headers=headers
    )
    ids = [row.pk for row in rows]
    stored = Notification.objects.of_account(account).filter(pk__in=ids)
    try:
        message.send()
    except (SMTPException, OSError):
        stored.update(failures=F("failures") + 1)
        # What searches have found waits for the next daily letter; news is tried again sooner, and given up in the end.
        wait = retry_after(max(row.failures for row in rows) + 1) if rows else timedelta(days=1)
        if wait is None:
            raise
        kind = MAIL if len(rows) == 1 and rows[0].way == Way.NOW else DIGEST
        enqueue(kind, job.subject, now=now(), available_at=now() + wait)
        return
    stored.update(mailed_at=now())
    if found:
        saved_searches.was_told(account, now=begun)


def _search_lines(news: SearchNews) -> str:
    titles = [f"- {title}\n  {settings.BASE_URL}/openings/{public_id}/" for title, public_id in news.titles]
    address = f"{settings.BASE_URL}/openings/?{news.search.query}"
    return "\n".join([f"{news.search.name}: {news.total} new openings", *titles, address])
