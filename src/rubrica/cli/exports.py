"""``rubrica export``: results out."""

from pathlib import Path

import click

from rubrica.kit.clock import now
from rubrica.usecases.access import operator_access
from rubrica.usecases.exports import EXPORT_FORMATS, export_project


@click.command()
@click.argument("project")
@click.option(
    "--format", "table_format", required=True, type=click.Choice(EXPORT_FORMATS), help="Format of the tables."
)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder, which must be new or empty."
)
def export(project: str, table_format: str, out: Path) -> None:
    """Export evaluations, ratings, marks, items and aggregates of PROJECT with hashes and a data card."""
    chosen = next(known for known in EXPORT_FORMATS if known == table_format)
    summary = export_project(operator_access(project), format=chosen, directory=out, now=now())
    rows = ", ".join(f"{count} {name}" for name, count in summary.rows.items())
    click.echo(f"{rows} written to {summary.directory}; manifest.json holds the SHA-256 of each file.")
