"""``rubrica import``: items in."""

import json
import sys
from pathlib import Path

import click

from rubrica.kit.clock import now
from rubrica.usecases.access import operator_account
from rubrica.usecases.imports import ImportProgress, import_folder, problems_of

MOST_PROBLEMS_SHOWN = 50


@click.command("import")
@click.argument("project")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the summary and every problem as JSON.")
def import_(project: str, path: Path, *, as_json: bool) -> None:
    """Import PATH into PROJECT: a folder of images, or a .csv or .jsonl file that names images beside it."""
    progress = None if as_json or not sys.stderr.isatty() else _show_progress
    done = import_folder(operator_account(), project, path, now=now(), progress=progress)
    problems = problems_of(done)
    summary = {"accepted": done.accepted, "known": done.known, "refused": done.refused}
    if as_json:
        rows = [{"line": row.line, "name": row.name, "code": row.code, "reason": row.reason} for row in problems]
        click.echo(json.dumps({**summary, "problems": rows}, ensure_ascii=False, indent=2))
        return
    if progress is not None:
        click.echo(err=True)
    for row in problems[:MOST_PROBLEMS_SHOWN]:
        click.echo(f"{f'line {row.line}: ' if row.line else ''}{row.name}: {row.reason} [{row.code}]")
    if len(problems) > MOST_PROBLEMS_SHOWN:
        click.echo(f"… and {len(problems) - MOST_PROBLEMS_SHOWN} more; see them all with --json.")
    click.echo(f"{done.accepted} accepted, {done.known} known already, {done.refused} refused.")


def _show_progress(progress: ImportProgress) -> None:
    done = progress.accepted + progress.refused + progress.known
    click.echo(f"\r{done} of {progress.total}", nl=False, err=True)
