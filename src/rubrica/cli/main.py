"""The ``rubrica`` command and its groups."""

import importlib
from collections.abc import Mapping
from typing import Final

import click
from typing_extensions import override

import rubrica as package
from rubrica.cli.refusals import Group

COMMANDS: Final[Mapping[str, str]] = {
    "init": "rubrica.cli.instance:init",
    "serve": "rubrica.cli.instance:serve",
    "worker": "rubrica.cli.instance:worker",
    "demo": "rubrica.cli.demo:demo",
    "organisation": "rubrica.cli.people:organisation",
    "account": "rubrica.cli.people:account",
    "member": "rubrica.cli.people:member",
    "token": "rubrica.cli.people:token",
    "project": "rubrica.cli.projects:project",
    "import": "rubrica.cli.items:import_",
    "report": "rubrica.cli.reports:report",
    "export": "rubrica.cli.exports:export",
    "measure": "rubrica.cli.measure:measure",
    "check": "rubrica.cli.instance:check",
    "backup": "rubrica.cli.instance:backup",
    "rotate-signing-key": "rubrica.cli.instance:rotate_signing_key_",
}
"""Where each command is written. A command is imported when it is asked for: a server should not load the demo."""


class Commands(Group):
    """The commands of the table above, in its order."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(
    cls=Commands,
    epilog="The installation lives in the folder that --home DIR or RUBRICA_HOME names, by default ./var; --home can "
    "stand anywhere on the line. Commands act with the operator's authority.",
)
@click.version_option(package.__version__, prog_name="rubrica")
def rubrica() -> None:
    """Calibrated human evaluation of images."""
