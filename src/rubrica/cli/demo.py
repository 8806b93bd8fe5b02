"""``rubrica demo``: from nothing to an evaluation in the browser."""

import os

import click

from rubrica.cli.options import HOST, PORT, sign_in_link
from rubrica.cli.serving import DEFAULT_THREADS, address_of, serve_afresh, serve_forever
from rubrica.domain.roles import Permission
from rubrica.kit.clock import now
from rubrica.usecases.access import open_project
from rubrica.usecases.demo import FULL_SIZE, SMALL_SIZE, Demo, build_demo, is_demo_built, sign_in_secrets
from rubrica.usecases.instance import prepare_instance


@click.command()
@click.option("--no-serve", is_flag=True, help="End after the reports.")
@click.option("--small", is_flag=True, help="A handful of items only: ready in seconds, too few for verdicts.")
@HOST
@PORT
def demo(host: str, port: int, *, no_serve: bool, small: bool) -> None:
    """Build the demo where it is not there yet, print its reports and sign-in links, and serve it."""
    prepare_instance()
    size = SMALL_SIZE if small else FULL_SIZE
    was_built = is_demo_built(size)
    built = build_demo(now=now(), size=size, say=click.echo)
    if no_serve or not was_built:
        _print_reports(built)
    else:
        click.echo("The demo is as you left it. For its reports: rubrica report image-audit (or another project).")
    base = os.environ.get("RUBRICA_BASE_URL") or address_of(host, port)
    click.echo("\nSign in with one of these links; each works once, within a day:")
    for guest in sign_in_secrets(now=now()):
        click.echo(f"  {guest.account.name:<6} {guest.role:<11} {sign_in_link(guest.secret, base)}")
        click.echo(f"         finds {guest.finds}")
    if no_serve:
        return
    if was_built:
        serve_forever(host=host, port=port, threads=DEFAULT_THREADS, processes=1)
    serve_afresh(host=host, port=port)


def _print_reports(built: Demo) -> None:
    # Slow import: numpy and scipy.
    from rubrica.cli.reports import report_text  # noqa: PLC0415  (slow import)
    from rubrica.usecases.reports import project_report  # noqa: PLC0415  (slow import)

    for project in built.projects:
        access = open_project(built.people.lead, project.slug, Permission.SEE_RESULTS)
        click.echo(f"\n{report_text(project_report(access))}")
