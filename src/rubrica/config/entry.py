"""The `rubrica` command's door: names the installation, sets Django up, then hands over to the CLI."""

import os
import sys


def main() -> None:
    """Run the command line."""
    _take_home_option(sys.argv)
    if sys.argv[1:2] != ["measure"]:  # which reads a file of one's own: there need be no installation
        _open_installation()
    from rubrica.cli.main import rubrica  # noqa: PLC0415  (the CLI imports models, which need Django set up)

    rubrica()


def _open_installation() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubrica.config.settings")
    import django  # noqa: PLC0415  (after the environment says which installation)
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  (as above)

    try:
        django.setup()
    except OSError as error:
        # Reading the settings opens the installation's folder, or makes it.
        why = f"{error.filename or os.environ.get('RUBRICA_HOME', '')}: {error.strerror or error}"
        sys.exit(f"Error: The installation's folder cannot be used: {why}. Name another with --home.")
    except ImproperlyConfigured as error:
        sys.exit(f"Error: {error}")


def _take_home_option(argv: list[str]) -> None:
    """Move ``--home DIR`` from anywhere in ``argv`` to the environment, since settings are read before options."""
    for position, argument in enumerate(argv):
        if argument == "--home" and position + 1 < len(argv):
            os.environ["RUBRICA_HOME"] = argv[position + 1]
            del argv[position : position + 2]
            return
        if argument.startswith("--home="):
            os.environ["RUBRICA_HOME"] = argument.removeprefix("--home=")
            del argv[position]
            return
