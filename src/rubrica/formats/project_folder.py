"""A project as three files that can live in version control: ``project.yaml``, ``rubric.yaml`` and ``guideline.md``."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from typing_extensions import override

from rubrica.domain.fields import Fields
from rubrica.domain.guideline import MAX_GUIDELINE_BYTES
from rubrica.domain.problems import Findings, Problem, ProblemsError
from rubrica.domain.rubric import MAX_HOURLY, MAX_OVERLAP, MAX_REPEATS, MAX_YAML_CHARACTERS, Rubric, read_rubric
from rubrica.domain.yaml_text import read_yaml

FORMAT: Final = "rubrica/project/1"
PROJECT_FILE: Final = "project.yaml"
RUBRIC_FILE: Final = "rubric.yaml"
GUIDELINE_FILE: Final = "guideline.md"

_KEYS = frozenset(
    {
        "format",
        "slug",
        "name",
        "description",
        "template",
        "overlap",
        "most_overlap",
        "lease_seconds",
        "repeat_percent",
        "is_sensitive",
        "hourly_limit",
    }
)
_SLUG = re.compile("[a-z0-9]+(?:[-_][a-z0-9]+)*")
_MAX_PROJECT_CHARACTERS = 20_000
_LEASE = (60, 86_400)
# Our reader follows YAML 1.2, where more words are numbers than PyYAML thinks: 1e3, .5, +7.
_LOOKS_LIKE_A_NUMBER = re.compile(r"[-+.]?[0-9.]")


class ProjectFilesInvalidError(ProblemsError):
    """The files are not those of a project; ``problems`` names each file, what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """What the three files say."""

    slug: str
    name: str
    description: str
    template: str
    overlap: int
    most_overlap: int
    lease_seconds: int
    repeat_percent: int
    is_sensitive: bool
    hourly_limit: int
    rubric: Rubric
    guideline: str


def write_project_folder(files: ProjectFiles, directory: Path) -> None:
    """Write the three files, replacing those that are there; :func:`read_project_folder` reads them back unchanged."""
    directory.mkdir(parents=True, exist_ok=True)
    project: dict[str, object] = {
        "format": FORMAT,
        "slug": files.slug,
        "name": files.name,
        "description": files.description,
        "template": files.template,
        "overlap": files.overlap,
        "most_overlap": files.most_overlap,
        "lease_seconds": files.lease_seconds,
        "repeat_percent": files.repeat_percent,
        "is_sensitive": files.is_sensitive,
        "hourly_limit": files.hourly_limit,
    }
    _write(directory / PROJECT_FILE, _yaml(project))
    _write(directory / RUBRIC_FILE, rubric_yaml(files.rubric))
    _write(directory / GUIDELINE_FILE, files.guideline)


def read_project_folder(directory: Path) -> ProjectFiles:
    """Read the three files.

    Raises
    ------
    ProjectFilesInvalidError
        A file is missing, unreadable or wrong in itself.
    """
    texts = {
        PROJECT_FILE: _read(directory / PROJECT_FILE, _MAX_PROJECT_CHARACTERS * 4),
        RUBRIC_FILE: _read(directory / RUBRIC_FILE, MAX_YAML_CHARACTERS * 4),
        GUIDELINE_FILE: _read(directory / GUIDELINE_FILE, MAX_GUIDELINE_BYTES + 1),
    }
    try:
        rubric = read_rubric(texts[RUBRIC_FILE])
    except ProblemsError as error:
        raise ProjectFilesInvalidError(_in_file(RUBRIC_FILE, error)) from error
    found = Findings()
    try:
        data = read_yaml(texts[PROJECT_FILE], max_characters=_MAX_PROJECT_CHARACTERS)
    except ProblemsError as error:
        raise ProjectFilesInvalidError(_in_file(PROJECT_FILE, error)) from error
    fields = Fields.of(data, PROJECT_FILE, found, _KEYS)
    if fields is None:
        raise ProjectFilesInvalidError(found.problems)
    fields.word("format", (FORMAT,))
    files = ProjectFiles(
        slug=fields.matching("slug", _SLUG, "lower-case letters, digits and single hyphens"),
        name=fields.text("name", maximum=120),
        description=fields.text("description", maximum=2_000, default="", one_line=False),
        template=fields.text("template", maximum=60),
        overlap=fields.integer("overlap", 1, MAX_OVERLAP),
        most_overlap=fields.integer("most_overlap", 0, MAX_OVERLAP, default=0),
        lease_seconds=fields.integer("lease_seconds", *_LEASE),
        repeat_percent=fields.integer("repeat_percent", 0, MAX_REPEATS, default=0),
        is_sensitive=fields.flag("is_sensitive", default=False),
        hourly_limit=fields.integer("hourly_limit", 0, MAX_HOURLY, default=0),
        rubric=rubric,
        guideline=texts[GUIDELINE_FILE],
    )
    if found:
        raise ProjectFilesInvalidError(found.problems)
    return files


def rubric_yaml(rubric: Rubric) -> str:
    """Write a rubric in YAML; :func:`rubrica.domain.rubric.read_rubric` reads it back as an equal rubric."""
    return _yaml({key: value for key, value in rubric.as_json().items() if value is not None})


class _Dumper(yaml.SafeDumper):
    """Writes lists inside their mapping, long text as a block, and quotes what only looks like something else."""

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else '"' if _LOOKS_LIKE_A_NUMBER.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _yaml(data: object) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _read(path: Path, most_bytes: int) -> str:
    allowed = f"a folder with {PROJECT_FILE}, {RUBRIC_FILE} and {GUIDELINE_FILE}, as `rubrica project export` writes it"
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise ProjectFilesInvalidError([Problem(path.name, f"cannot be read ({error.strerror})", allowed)]) from error
    if len(data) > most_bytes:
        raise ProjectFilesInvalidError([Problem(path.name, "is too large", f"at most {most_bytes} bytes")])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProjectFilesInvalidError([Problem(path.name, "is not UTF-8 text", "UTF-8")]) from error


def _in_file(name: str, error: ProblemsError) -> list[Problem]:
    return [
        Problem(f"{name}: {problem.field}" if problem.field else name, problem.problem, problem.allowed)
        for problem in error.problems
    ]
