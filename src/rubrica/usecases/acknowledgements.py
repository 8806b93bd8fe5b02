"""Acknowledgements: which changes of the rules a person has yet to read, and that they were read.

An editorial change asks for nothing. A clarification is to be read, and work goes on meanwhile; a breaking change gives
no new work before it is read. Whoever joins a project starts from the version in force.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rubrica.domain.guideline_changes import Changes, compare
from rubrica.domain.roles import Permission, Role
from rubrica.domain.rubric import parse_rubric
from rubrica.records.models import Account, Acknowledgement, GuidelineVersion, Project, ProjectMembership
from rubrica.records.models.guideline import ChangeClass
from rubrica.records.retrying import retried
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.errors import ConflictError
from rubrica.usecases.pseudonyms import by_name_shown


@dataclass(frozen=True, slots=True)
class News:
    """What has changed since a person last read the guideline of a project."""

    known: GuidelineVersion
    """The version that the person knows."""
    versions: tuple[GuidelineVersion, ...]
    """Those published since that are to be read or followed one that is, oldest first; the last is in force."""
    blocks: bool
    """Whether new work waits for it."""

    @property
    def in_force(self) -> GuidelineVersion:
        """The version to acknowledge."""
        return self.versions[-1]

    @property
    def change_class(self) -> ChangeClass:
        """The strongest of the changes."""
        classes = {version.change_class for version in self.versions}
        return ChangeClass.BREAKING if ChangeClass.BREAKING in classes else ChangeClass.CLARIFICATION

    @property
    def summary(self) -> str:
        """What the versions say of themselves, oldest first."""
        return " ".join(_as_sentence(version.summary) for version in self.versions)

    def changes(self) -> Changes:
        """Return what differs from the version that the person knows."""
        old, new = self.known, self.in_force
        return compare(old.markdown, parse_rubric(old.rubric), new.markdown, parse_rubric(new.rubric))


@dataclass(frozen=True, slots=True)
class Reader:
    """A specialist of a project, and how far that person has read."""

    account: Account
    known: int
    """Number of the version that the person knows."""
    is_current: bool


def news_for(account: Account, project: int) -> News | None:
    """Return what the specialist has yet to read in a project; None where there is nothing."""
    return unread_news(account, [project]).get(project)


def unread_news(account: Account, projects: Collection[int]) -> dict[int, News]:
    """Return what the specialist has yet to read, by row id of the project. Costs the same for one as for many."""
    memberships = ProjectMembership.objects.of_account(account).filter(
        project__in=projects, is_active=True, role=Role.SPECIALIST
    )
    versions: defaultdict[int, list[GuidelineVersion]] = defaultdict(list)
    for version in _versions(GuidelineVersion.objects.visible_to(account).filter(project__in=projects)):
        versions[version.project_id].append(version)
    read: dict[int, int] = {}
    rows = Acknowledgement.objects.of_account(account).filter(project__in=projects)
    for project, number in rows.values_list("project", "version__number"):
        read[project] = max(number, read.get(project, 0))
    found = {}
    for membership in memberships:
        published = versions[membership.project_id]
        known = _known(published, read.get(membership.project_id), membership.created_at)
        unread = [version for version in published if version.number > known]
        if any(version.change_class != ChangeClass.EDITORIAL for version in unread):
            found[membership.project_id] = News(published[known - 1], tuple(unread), membership.must_acknowledge)
    return found


@retried
@transaction.atomic
def acknowledge(account: Account, slug: str, *, number: int, now: datetime) -> GuidelineVersion:
    """Keep that the specialist has read version ``number``; new work is given again. Twice is the same as once.

    Raises
    ------
    ConflictError
        Another version is in force by now: what changed in it is to be read too.
    """
    access = open_project(account, slug, Permission.EVALUATE)
    # Under the lock that publishing takes: a version that is being published must not be settled by the one before.
    version = Project.objects.of(access.project).select_for_update().get().guideline
    if version is None or version.number != number:
        message = (
            "No guideline has been published yet."
            if version is None
            else f"Version {version.number} is in force by now. Read what changed in it, then acknowledge that one."
        )
        raise ConflictError(message)
    made, is_new = Acknowledgement.objects.of_account(account).get_or_create(
        version=version, account=account, defaults={"project": access.project, "acknowledged_at": now}
    )
    memberships = ProjectMembership.objects.of(access.project).filter(account=account)
    memberships.filter(must_acknowledge=True).update(must_acknowledge=False)
    if is_new:
        record("guideline.acknowledged", f"v{number}", at=now, actor=account, project=access.project)
    return made.version


def readers_of(access: ProjectAccess) -> list[Reader]:
    """Return the specialists of a project by the name that is read, with the version that each knows."""
    access.require(Permission.MANAGE_PROJECT_MEMBERS)
    versions = list(_versions(GuidelineVersion.objects.of(access.project)))
    if not versions:
        return []
    members = ProjectMembership.objects.of(access.project).filter(role=Role.SPECIALIST, is_active=True)
    rows = Acknowledgement.objects.of(access.project).values_list("account", "version__number")
    read: dict[int, int] = {}
    for account, number in rows:
        read[account] = max(number, read.get(account, 0))
    found = []
    for member in by_name_shown(access, members.select_related("account")):
        known = _known(versions, read.get(member.account_id), member.created_at)
        is_current = all(version.change_class == ChangeClass.EDITORIAL for version in versions[known:])
        found.append(Reader(member.account, known, is_current))
    return found


def _versions(versions: ScopedQuerySet[GuidelineVersion]) -> ScopedQuerySet[GuidelineVersion]:
    """Put versions in order; their texts, which are long, are read where they are compared."""
    return versions.defer("markdown", "rubric").order_by("number")


def _known(versions: Sequence[GuidelineVersion], read: int | None, joined: datetime) -> int:
    """Return the number of the version that a person knows: the last one read, or the one in force on joining."""
    on_joining = max((version.number for version in versions if version.published_at <= joined), default=1)
    return max(read or 1, on_joining)


def _as_sentence(summary: str) -> str:
    return summary if summary.endswith((".", "!", "?")) else f"{summary}."
