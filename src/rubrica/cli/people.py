"""Commands about organisations, accounts, members and tokens."""

from datetime import timedelta

import click

from rubrica.cli.options import sign_in_link
from rubrica.cli.text import table
from rubrica.domain.roles import ORGANISATION_ROLES, Role
from rubrica.kit.clock import now
from rubrica.usecases.access import open_organisation, operator_access, operator_account
from rubrica.usecases.accounts import (
    account_by_email,
    create_account,
    create_token,
    issue_sign_in_link,
)
from rubrica.usecases.leaving import deactivate_account
from rubrica.usecases.organisations import add_member, add_project_member, create_organisation, organisations_of

_ROLES = click.Choice([role.value for role in ORGANISATION_ROLES])


@click.group()
def organisation() -> None:
    """Found and list organisations."""


@organisation.command("create")
@click.argument("name")
@click.option("--slug", default="", help="Short name for addresses; by default made from the name.")
def create_organisation_(name: str, slug: str) -> None:
    """Found the organisation NAME."""
    created = create_organisation(operator_account(), name=name, slug=slug, now=now())
    click.echo(f"Organisation {created.name} ({created.slug}) founded.")


@organisation.command("list")
def list_organisations() -> None:
    """List all organisations."""
    rows = [(access.organisation.slug, access.organisation.name) for access in organisations_of(operator_account())]
    click.echo(table(("Organisation", "Name"), rows))


@click.group()
def account() -> None:
    """Create accounts, let people in, shut them out."""


@account.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--platform-admin", is_flag=True, help="May run the installation.")
def create_account_(email: str, name: str, *, platform_admin: bool) -> None:
    """Create an account for EMAIL and print a one-time sign-in link."""
    created = create_account(email=email, name=name, platform_admin=platform_admin, now=now())
    click.echo(f"Account of {created.name} <{created.email}> created. To sign in, once, within a day:")
    click.echo(sign_in_link(issue_sign_in_link(created, now=now())))


@account.command("login-link")
@click.argument("email")
def login_link(email: str) -> None:
    """Print a one-time sign-in link for the account of EMAIL."""
    click.echo(sign_in_link(issue_sign_in_link(account_by_email(email), now=now())))


@account.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Shut the account of EMAIL: sessions and tokens end at once, evaluations stay."""
    shut = account_by_email(email)
    deactivate_account(operator_account(), shut, now=now())
    click.echo(f"{shut.email} can no longer sign in.")


@click.group()
def member() -> None:
    """Give people their roles."""


@member.command("add")
@click.argument("organisation")
@click.argument("email")
@click.argument("role", type=_ROLES)
@click.option("--project", help="Give the role in this project.")
def add_member_(organisation: str, email: str, role: str, project: str | None) -> None:
    """Make EMAIL a member of ORGANISATION with ROLE, or give ROLE in one of its projects."""
    person = account_by_email(email)
    access = open_organisation(operator_account(), organisation)
    if project is None:
        held = add_member(access.organisation, person, Role(role), now=now()).role
        click.echo(f"{person.email} is {held.replace('_', ' ')} in {access.organisation.name}.")
    else:
        in_project = operator_access(project).project
        add_project_member(in_project, person, Role(role), now=now())
        click.echo(f"{person.email} is {role.replace('_', ' ')} in {in_project.name}.")


@click.group()
def token() -> None:
    """Make keys for programs."""


@token.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What will use it.")
@click.option("--days", type=click.IntRange(1, 3_650), help="When it ends; by default never.")
def create_token_(email: str, name: str, days: int | None) -> None:
    """Make an API token that acts as EMAIL and print it, this once."""
    lifetime = timedelta(days=days) if days else None
    click.echo(create_token(account_by_email(email), name, now=now(), lifetime=lifetime).secret)
