"""Commands about projects: making, listing and carrying them as files."""

import json
from pathlib import Path

import click

from rubrica.cli.text import table
from rubrica.domain.roles import Role
from rubrica.domain.templates import template_keys
from rubrica.kit.clock import now
from rubrica.records.models.guideline import ChangeClass
from rubrica.records.models.project import ProjectState
from rubrica.usecases.access import open_organisation, operator_access, operator_account
from rubrica.usecases.accounts import account_by_email
from rubrica.usecases.organisations import add_member
from rubrica.usecases.project_files import Applied, apply_project_files, export_project_files
from rubrica.usecases.projects import change_state, create_project, projects_of


@click.group()
def project() -> None:
    """Make, list and carry projects."""


@project.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_projects(*, as_json: bool) -> None:
    """List all projects: slug, name, items, evaluations."""
    progress = projects_of(operator_account())
    if as_json:
        rows = [
            {
                "slug": row.access.project.slug,
                "name": row.access.project.name,
                "items": row.items,
                "evaluations": row.evaluations,
            }
            for row in progress
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    cells = [
        (row.access.project.slug, row.access.project.name, str(row.items), str(row.evaluations)) for row in progress
    ]
    click.echo(table(("Project", "Name", "Items", "Evaluations"), cells, numeric=(2, 3)))


@project.command("create")
@click.argument("organisation")
@click.argument("name")
@click.option("--template", required=True, type=click.Choice(template_keys()), help="What it starts from.")
@click.option("--slug", default="", help="Short name for addresses; by default made from the name.")
@click.option("--lead", help="E-mail address of the member who leads it; by default the operator.")
def create(organisation: str, name: str, template: str, slug: str, lead: str | None) -> None:
    """Create the project NAME in ORGANISATION."""
    account = account_by_email(lead) if lead else operator_account()
    if not lead:
        add_member(open_organisation(account, organisation).organisation, account, Role.LEAD, now=now())
    created = create_project(account, organisation, name=name, template=template, slug=slug, now=now())
    click.echo(f"Project {created.name} ({created.slug}) created. Its guideline is a draft until it is published.")


@project.command("export")
@click.argument("names", nargs=-1, required=True, metavar="[PROJECT] DIRECTORY")
def export_files(names: tuple[str, ...]) -> None:
    """Write settings, rubric and guideline draft of PROJECT into DIRECTORY, for version control.

    PROJECT can be left out where there is only one.
    """
    if len(names) > 2:  # noqa: PLR2004  (the two that the usage names)
        raise click.UsageError(f"There are {len(names)} names; it takes a project and a folder.")
    directory = Path(names[-1])
    if directory.exists() and not directory.is_dir():
        raise click.BadParameter(f"{directory} is a file.", param_hint="DIRECTORY")
    export_project_files(operator_access(names[0] if len(names) > 1 else _only_project()), directory)
    click.echo(f"project.yaml, rubric.yaml and guideline.md written to {directory}.")


@project.command("apply")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--organisation", help="Where to create the project if it does not exist.")
@click.option("--publish", is_flag=True, help="Publish the guideline where it differs from the last version.")
@click.option("--summary", default="", help="What the new version changes.")
@click.option(
    "--change",
    default=ChangeClass.CLARIFICATION.value,
    show_default=True,
    type=click.Choice(ChangeClass.values),
    help="What the new version asks of people.",
)
def apply(directory: Path, organisation: str | None, summary: str, change: str, *, publish: bool) -> None:
    """Create or update a project from the files in DIRECTORY and show what changed."""
    applied = apply_project_files(
        operator_account(),
        directory,
        organisation=organisation,
        publish=publish,
        summary=summary,
        change_class=ChangeClass(change),
        now=now(),
    )
    click.echo(_applied_text(applied))


@project.command("state")
@click.argument("project")
@click.argument("state", type=click.Choice([state.value for state in ProjectState if state != ProjectState.DRAFT]))
def state(project: str, state: str) -> None:
    """Start, pause, close or reopen PROJECT."""
    changed = change_state(operator_account(), project, ProjectState(state), now=now())
    click.echo(f"Project {changed.slug} is {changed.state} now.")


def _only_project() -> str:
    slugs = [row.access.project.slug for row in projects_of(operator_account())]
    if len(slugs) != 1:
        choice = f"one of {', '.join(slugs)}" if slugs else "there is none yet: rubrica project create"
        raise click.UsageError(f"Say which project: {choice}.")
    return slugs[0]


def _applied_text(applied: Applied) -> str:
    slug = applied.project.slug
    lines = [f"Project {slug} created."] if applied.was_created else []
    for change in applied.changes:
        lines += [f"{change.what}:", *(f"  {line}" for line in change.lines)]
    if not lines:
        lines.append(f"Project {slug} already says what the files say.")
    if applied.published is not None:
        lines.append(f"Published as version {applied.published.number} ({applied.published.content_hash[:12]}).")
    return "\n".join(lines)
