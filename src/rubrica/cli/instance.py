"""Commands that concern the whole installation."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import click
from django.conf import settings

from rubrica.cli.options import HOST, PORT, sign_in_link
from rubrica.kit.clock import now
from rubrica.usecases.descriptors import describe_missing
from rubrica.usecases.instance import back_up, check_instance, first_admin, prepare_instance
from rubrica.usecases.signing_keys import rotate_signing_key

_SIGNS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "problem": ("PROBLEM", "red")}
_THREADS = 8


@click.command()
@click.option("--email", prompt="Your e-mail address", help="Address of the first platform admin.")
@click.option("--name", prompt="Your name", help="The admin's name.")
def init(email: str, name: str) -> None:
    """Prepare the installation and print a one-time sign-in link for its first admin."""
    prepare_instance()
    account, secret = first_admin(email=email, name=name, now=now())
    click.echo(f"The installation in {settings.HOME} is ready.")
    click.echo(f"{account.name} <{account.email}> is a platform admin. To sign in, once, within a day:")
    click.echo(sign_in_link(secret))
    click.echo("Start the server with: rubrica serve")


@click.command()
@HOST
@PORT
@click.option("--threads", default=_THREADS, show_default=True, type=click.IntRange(1, 256), help="Requests at once.")
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="More than one on PostgreSQL only."
)
def serve(host: str, port: int, threads: int, processes: int) -> NoReturn:
    """Prepare the installation where needed and serve it."""
    prepare_instance()
    describe_missing(now=now())
    # Slow import: the server.
    from rubrica.cli.serving import serve_forever  # noqa: PLC0415  (slow import)

    serve_forever(host=host, port=port, threads=threads, processes=processes)


@click.command()
@click.option("--until-empty", is_flag=True, help="End when there is nothing left to do.")
def worker(*, until_empty: bool) -> NoReturn:
    """Run durable jobs. Only needed where RUBRICA_START_WORKERS=0: a server starts workers as it needs them."""
    arguments = ["--until-empty"] if until_empty else []
    # The worker is a floor of its own, beside this one: it takes the process over.
    os.execv(sys.executable, [sys.executable, "-m", "rubrica.worker", *arguments])  # noqa: S606  (our own)


@click.command()
@click.option("--quick", is_flag=True, help="Do not read the bytes of every image.")
def check(*, quick: bool) -> None:
    """Check the machine, the database and every promise about what is stored; exit 1 where something is wrong."""
    problems = 0
    for finding in check_instance(read_bytes=not quick):
        sign, colour = _SIGNS[finding.level]
        problems += finding.level == "problem"
        click.echo(f"{click.style(f'{sign:<8}', fg=colour)}{finding.subject}: {finding.text}")
    if problems:
        click.echo(f"{problems} {'problem' if problems == 1 else 'problems'} found.", err=True)
        sys.exit(1)


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def backup(directory: Path) -> None:
    """Copy database, images and secret into DIRECTORY, consistently, while the server runs."""
    made = back_up(directory, now=now())
    click.echo(f"{made.files} files, {made.bytes / 1e6:.1f} MB in {made.directory}. It holds the secret: keep it safe.")


@click.command("rotate-signing-key")
def rotate_signing_key_() -> None:
    """Let a fresh key sign credentials from now on. What older keys signed stays valid."""
    click.echo(f"Credentials are signed with the key {rotate_signing_key(now=now())} from now on. Back it up.")
