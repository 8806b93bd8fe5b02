"""A project as files: writing it out, and creating or updating it from them."""

from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from django.db import transaction

from rubrica.domain.guideline import content_hash
from rubrica.domain.roles import Permission, Role
from rubrica.domain.rubric import parse_rubric
from rubrica.formats.project_folder import ProjectFiles, read_project_folder, rubric_yaml, write_project_folder
from rubrica.records.models import Account, GuidelineDraft, GuidelineVersion, Project
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases.access import ProjectAccess, open_organisation, open_project
from rubrica.usecases.errors import InvalidInputError, NotFoundError
from rubrica.usecases.guidelines import publish_guideline, replace_draft
from rubrica.usecases.organisations import add_member
from rubrica.usecases.projects import change_settings, create_project


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the files say differently from the project."""

    what: str
    before: str
    after: str

    @property
    def lines(self) -> list[str]:
        """The change as lines of a unified diff, without its heading."""
        difference = unified_diff(self.before.splitlines(), self.after.splitlines(), lineterm="", n=1)
        return list(difference)[2:]


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying files has done. ``published`` is None where nothing was to be published."""

    project: Project
    was_created: bool
    changes: tuple[Change, ...]
    published: GuidelineVersion | None


def project_files(access: ProjectAccess) -> ProjectFiles:
    """Return the project's settings and the draft of its guideline as files say them."""
    access.require(Permission.EDIT_GUIDELINE)
    project = access.project
    draft = GuidelineDraft.objects.of(project).get()
    return ProjectFiles(
        slug=project.slug,
        name=project.name,
        description=project.description,
        template=project.template,
        overlap=project.overlap,
        most_overlap=project.most_overlap,
        lease_seconds=project.lease_seconds,
        repeat_percent=project.repeat_percent,
        is_sensitive=project.is_sensitive,
        hourly_limit=project.hourly_limit or 0,
        rubric=parse_rubric(draft.rubric),
        guideline=draft.markdown,
    )


def export_project_files(access: ProjectAccess, directory: Path) -> ProjectFiles:
    """Write the project's files into a folder, replacing those that are there."""
    files = project_files(access)
    write_project_folder(files, directory)
    return files


@transaction.atomic
def apply_project_files(
    account: Account,
    directory: Path,
    *,
    now: datetime,
    organisation: str | None = None,
    publish: bool = False,
    summary: str = "",
    change_class: ChangeClass = ChangeClass.CLARIFICATION,
) -> Applied:
    """Create the project that the files name, or bring settings and draft in line with them.

    Nothing is changed when the files are wrong, and nothing that was published ever changes: ``publish`` makes the
    draft the next version where it differs from the last.

    Raises
    ------
    ProjectFilesInvalidError
        A file is missing or wrong.
    InvalidInputError
        The project does not exist and no organisation says where to create it; or rubric and guideline do not fit.
    NotAllowedError
        The person may not do this to the project, or not create one.
    """
    files = read_project_folder(directory)
    access, was_created = _opened_or_created(account, files, organisation, now=now)
    before = project_files(access)
    slug = access.project.slug
    change_settings(
        account,
        slug,
        name=files.name,
        description=files.description,
        overlap=files.overlap,
        most_overlap=files.most_overlap,
        lease_seconds=files.lease_seconds,
        repeat_percent=files.repeat_percent,
        is_sensitive=files.is_sensitive,
        hourly_limit=files.hourly_limit,
        now=now,
    )
    replace_draft(account, slug, markdown=files.guideline, rubric=files.rubric.as_json(), now=now)
    published = None
    if publish and _is_unpublished(access.project, files):
        published = publish_guideline(account, slug, summary=summary, change_class=change_class, now=now)
    project = open_project(account, slug).project
    return Applied(project, was_created, () if was_created else _changes(before, files), published)


def _opened_or_created(
    account: Account, files: ProjectFiles, organisation: str | None, *, now: datetime
) -> tuple[ProjectAccess, bool]:
    try:
        return open_project(account, files.slug, Permission.MANAGE_PROJECT, Permission.EDIT_GUIDELINE), False
    except NotFoundError:
        if organisation is None:
            message = f"There is no project {files.slug}. To create it, say in which organisation."
            raise InvalidInputError(message) from None
    if account.acts_as_operator:
        # Who creates a project leads it, and a lead belongs to the organisation.
        add_member(open_organisation(account, organisation).organisation, account, Role.LEAD, now=now)
    create_project(
        account,
        organisation,
        name=files.name,
        slug=files.slug,
        description=files.description,
        template=files.template,
        now=now,
    )
    return open_project(account, files.slug, Permission.MANAGE_PROJECT, Permission.EDIT_GUIDELINE), True


def _is_unpublished(project: Project, files: ProjectFiles) -> bool:
    latest = GuidelineVersion.objects.of(project).order_by("-number").first()
    return latest is None or latest.content_hash != content_hash(files.rubric, files.guideline)


def _changes(before: ProjectFiles, after: ProjectFiles) -> tuple[Change, ...]:
    compared = [
        Change(what, str(getattr(before, what)), str(getattr(after, what)))
        for what in (
            *("name", "description", "overlap", "most_overlap", "lease_seconds"),
            *("repeat_percent", "is_sensitive", "hourly_limit"),
        )
    ]
    compared.append(Change("rubric", rubric_yaml(before.rubric), rubric_yaml(after.rubric)))
    compared.append(Change("guideline", before.guideline, after.guideline))
    return tuple(change for change in compared if change.before != change.after)
