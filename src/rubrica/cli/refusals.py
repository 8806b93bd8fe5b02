"""What went wrong, in one line on standard error: exit 2 where the input was wrong, 1 where the command failed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from django.conf import settings
from django.db.utils import DatabaseError, OperationalError, ProgrammingError
from typing_extensions import override

from rubrica.domain.problems import ProblemsError
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError, RefusedError

FAILED = 1
WRONG_INPUT = 2
_MOST_PROBLEMS = 5
# Words of SQLite and PostgreSQL for a disk that is full, or a file that belongs to somebody else.
_NOT_WRITABLE = ("disk", "no space", "readonly", "unable to open")


class Group(click.Group):
    """A group of commands whose refusals are printed, not traced."""

    @override
    def invoke(self, ctx: click.Context) -> object:
        with refusals_in_words():
            return super().invoke(ctx)


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Print what a use case refuses and exit; anything else stays an error with its trace."""
    try:
        yield
    except InvalidInputError as error:
        _exit(_with_problems(str(error), [str(problem) for problem in error.problems]), WRONG_INPUT)
    except (NotFoundError, NotAllowedError) as error:
        _exit(str(error), WRONG_INPUT)
    except ProblemsError as error:
        _exit(_with_problems("", [str(problem) for problem in error.problems]), WRONG_INPUT)
    except (ConflictError, RefusedError) as error:
        _exit(str(error), FAILED)
    except (OperationalError, ProgrammingError) as error:
        _exit(_of_database(error), FAILED)
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _exit(f"{where}{error.strerror or error}", FAILED)


def _with_problems(message: str, problems: list[str]) -> str:
    """Add the problems that the message does not say already."""
    unsaid = [problem for problem in problems if problem not in message]
    rest = len(unsaid) - _MOST_PROBLEMS
    listed = "; ".join(unsaid[:_MOST_PROBLEMS]) + (f"; and {rest} more" if rest > 0 else "")
    return f"{message} {listed}".strip()


def _of_database(error: DatabaseError) -> str:
    text = str(error).strip().splitlines()[0]
    if "no such table" in text or "does not exist" in text:
        return (
            "There is no installation here yet. Run `rubrica init` or `rubrica demo`, or name its folder with --home."
        )
    if any(word in text.lower() for word in _NOT_WRITABLE):
        return f"The database cannot be written: {text}. Look at the free space and the owner of {settings.HOME}."
    return f"The database does not answer: {text}"


def _exit(message: str, code: int) -> NoReturn:
    click.echo(f"Error: {' '.join(message.split())}", err=True)
    sys.exit(code)
