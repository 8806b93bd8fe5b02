"""Write the generated parts of ``docs/reference`` from the code: ``make reference``.

A page is written by hand, save for what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``: that is the
table called NAME below. A test fails when a page is stale, or when a table stands on no page.
"""

import dataclasses
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import click
import django

from rubrica.domain.profile_sections import SECTIONS
from rubrica.domain.rubric import DEFAULT_REASONS, Rubric
from rubrica.domain.taxonomy import DEFAULT_SEVERITIES
from rubrica.domain.templates import template_keys, template_rubric
from rubrica.domain.verdict import BANDS, QuestionKind
from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import RefusalCode
from rubrica.measure import errors

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = ROOT / "docs" / "reference"
KEYMAP: Final = ROOT / "frontend" / "workbench" / "src" / "keymap.ts"
STATISTICS: Final[Mapping[str, Sequence[str]]] = {
    "agreement": (
        "alpha",
        "contributions",
        "kappa",
        "chance_corrected",
        "weights",
        "icc",
        "lift",
    ),
    "consensus": (
        "majority",
        "dawid_skene",
        "mace",
        "glad",
        "calibration",
        "categorical",
        "expectation",
    ),
    "opinion": (
        "mean",
        "levels",
        "spread",
        "subject_model",
        "screening",
        "ambiguity",
        "rasch",
        "subject_passes",
        "subject_fitting",
    ),
    "preference": (
        "choices",
        "pairwise",
        "scale",
        "crowd",
        "rankings",
        "transitivity",
        "comparison_graph",
    ),
    "variance": (
        "components",
        "design_study",
    ),
    "drift": (
        "charts",
        "control_charts",
        "control_limits",
        "deviations",
        "self_consistency",
        "retest",
        "spam",
        "answer_patterns",
        "copying",
        "response_times",
        "false_discovery",
    ),
    "overlap": (
        "stopping",
        "standing",
        "label_value",
        "replay",
        "savings",
        "mean_stopping",
        "pair_selection",
        "pair_information",
    ),
    "regions": ("matching", "mark_agreement", "mark_clusters", "masks", "run_lengths", "heatmaps"),
    "": ("labels", "intervals"),
}
"""The rooms of ``rubrica.measure`` that people call, by question; the others are what these are built from."""

_BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = Sequence[object]


def refreshed(page: str) -> str:
    """Return the text of a page with its generated parts as the code has them now.

    Raises
    ------
    KeyError
        The page asks for a table that there is not.
    """
    return _BLOCK.sub(lambda block: f"{block[1]}\n{TABLES[block['name']]()}\n\n{block[3]}", page)


def tables_on(page: str) -> list[str]:
    """Return the names of the generated parts of a page."""
    return [block["name"] for block in _BLOCK.finditer(page)]


def _table(header: Row, rows: Iterable[Row]) -> str:
    cells = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in cells)


def _cell(value: object) -> str:
    # A bar ends a cell, in code too.
    return " ".join(str(value).split()).replace("|", "\\|")


def _code(value: object) -> str:
    return f"`{value}`" if value not in {"", None} else ""


# --- the command line ---


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name, in the order of the help; groups come before their own commands."""
    from rubrica.cli.main import rubrica  # noqa: PLC0415  (commands import models, which need Django set up)

    return _commands_below("rubrica", rubrica)


def _commands_below(name: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for key in group.list_commands(context):
        command = group.get_command(context, key)
        if command is None:
            continue
        yield f"{name} {key}", command
        if isinstance(command, click.Group):
            yield from _commands_below(f"{name} {key}", command)


def _command_line() -> str:
    return "\n\n".join(_command(name, command) for name, command in commands())


def _command(name: str, command: click.Command) -> str:
    level = "##" if name.count(" ") == 1 else "###"
    heading = f"{level} `{name}`\n\n{_text(command.help)}"
    if isinstance(command, click.Group):
        return heading
    pieces = command.collect_usage_pieces(click.Context(command))
    usage = f"```text\n{' '.join([name, *pieces])}\n```"
    options = [option for option in command.params if isinstance(option, click.Option)]
    rows = [(_code(_spelt(option)), _text(option.help), _default(option)) for option in options]
    return "\n\n".join([heading, usage, *([_table(("Option", "What it does", "Default"), rows)] if rows else [])])


def _spelt(option: click.Option) -> str:
    name = option.opts[0]
    if option.is_flag:
        return name
    values = option.type
    return f"{name} {'|'.join(values.choices) if isinstance(values, click.Choice) else values.name.upper().split()[0]}"


def _default(option: click.Option) -> str:
    if option.prompt:
        return "asked for"
    if option.required:
        return "required"
    return _code(option.default) if option.show_default else ""


def _text(text: str | None) -> str:
    """Return a help text for a sentence of Markdown: what it shouts is an argument."""
    words = " ".join((text or "").split())
    return re.sub(r"(?<![`\w-])([A-Z]{3,}[A-Z_]*)(?![\w`-])", lambda word: _argument(word[1]), words)


def _argument(word: str) -> str:
    return word if word in {"JSON", "API", "SHA", "CSV", "JSONL"} else f"`{word}`"


# --- the API ---


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield verb, path and description of every operation of the API."""
    for path, verbs in _description()["paths"].items():
        for verb, operation in verbs.items():
            yield verb.upper(), path, operation


@cache
def _description() -> Mapping[str, Any]:
    from rubrica.api.router import api  # noqa: PLC0415  (it needs Django set up)

    return api.get_openapi_schema()


def _api() -> str:
    by_tag: dict[str, list[str]] = {}
    for verb, path, operation in operations():
        by_tag.setdefault(operation["tags"][0], []).append(_operation(verb, path, operation))
    return "\n\n".join(f"## {tag}\n\n" + "\n\n".join(entries) for tag, entries in sorted(by_tag.items()))


def _operation(verb: str, path: str, operation: Mapping[str, Any]) -> str:
    parts = [f"### {operation['summary']}", f"`{verb} {path}`", " ".join(operation["description"].split())]
    asked = [_parameter(entry) for entry in operation.get("parameters", ()) if entry["in"] != "path"]
    if asked:
        parts.append("\n".join(asked))
    body = operation.get("requestBody")
    sends = f"Takes {_body(body)}. " if body else ""
    success = [str(status) for status in operation["responses"] if int(status) < 400]  # noqa: PLR2004  (HTTP's border)
    refusals = [str(status) for status in operation["responses"] if int(status) >= 400]  # noqa: PLR2004  (as above)
    parts.append(f"{sends}Answers {_listed(success)}; refuses with {_listed(refusals)}. `{operation['operationId']}`")
    return "\n\n".join(parts)


def _parameter(entry: Mapping[str, Any]) -> str:
    where = {"query": "in the query", "header": "as a header"}[entry["in"]]
    need = "required" if entry.get("required") else "optional"
    return f"- `{entry['name']}` {where}, {need}: {entry.get('description') or entry['schema'].get('description', '')}"


def _body(body: Mapping[str, Any]) -> str:
    name = _model(body)
    return f"[{name}](#{name.lower()})" if name else f"a form ({next(iter(body['content']))})"


def _model(body: Mapping[str, Any]) -> str:
    """Return the name of a body's schema; that of an upload has none."""
    content = next(iter(body["content"].values()))
    return str(content["schema"].get("$ref", "")).rpartition("/")[2]


def _listed(statuses: Sequence[str]) -> str:
    return ", ".join(sorted(statuses))


def bodies() -> list[tuple[str, Mapping[str, Any]]]:
    """Return name and schema of every body that an operation takes, by name."""
    schemas = _description()["components"]["schemas"]
    taken = {_model(operation["requestBody"]) for _, _, operation in operations() if "requestBody" in operation}
    return [(name, schemas[name]) for name in sorted(taken - {""})]


def _bodies() -> str:
    return "\n\n".join(
        f"### {name}\n\n{_prose(schema['description'])}\n\n{_fields(schema)}" for name, schema in bodies()
    )


def _fields(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        (_code(name), _type(field), "required" if name in required else "", field.get("description", ""))
        for name, field in schema["properties"].items()
    ]
    return _table(("Field", "Type", "", "What it says"), rows)


def _type(field: Mapping[str, Any]) -> str:
    """Say a JSON schema's type in a few words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(each) for each in field["anyOf"]))
    if "enum" in field:
        return ", ".join(_code(value) for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}" if "items" in field else "list"
    return str(field.get("$ref", "")).rpartition("/")[2] or str(field.get("type", "any"))


def problem_types() -> list[tuple[int, str, str]]:
    """Return status, kind and title of every refusal of the API, as its one place of refusals writes them."""
    from rubrica.api import errors as refusals  # noqa: PLC0415  (it needs Django set up)

    found = re.findall(r'problem_response\(\s*(\d{3}), "([a-z-]+)", "([^"]+)"', inspect.getsource(refusals))
    return sorted({(int(status), kind, title) for status, kind, title in found})


def _problem_types() -> str:
    rows = [(status, _code(kind), title) for status, kind, title in problem_types()]
    return _table(("Status", "Type", "Title"), rows)


# --- the export ---


def export_tables() -> Mapping[str, Sequence[tuple[str, str, str]]]:
    """Return name, type and description of the columns of every table; those of criteria stand in one line."""
    from rubrica.usecases.exports import tables  # noqa: PLC0415  (it needs Django set up)

    # A pair has every column that a single image has.
    pair = [template_rubric("side-by-side")]
    described = {
        "evaluations": tables.evaluation_columns(pair),
        "ratings": tables.RATING_COLUMNS,
        "marks": tables.MARK_COLUMNS,
        "items": tables.item_columns(pair),
        "aggregates": tables.AGGREGATE_COLUMNS,
        "adjudications": tables.ADJUDICATION_COLUMNS,
    }
    rows: dict[str, list[tuple[str, str, str]]] = {
        name: [(column.name, column.type, column.description) for column in columns]
        for name, columns in described.items()
    }
    is_answer = [name.startswith(tables.ANSWER) for name, _, _ in rows["evaluations"]]
    first = is_answer.index(True)
    rows["evaluations"][first : first + sum(is_answer)] = [("answers.…", "integer, text or json", _ANSWERS)]
    return rows


_ANSWERS: Final = (
    "One column for each criterion that any version asks, named by its id: a level of a scale, the code of a choice, "
    "the codes ticked. Empty where the item was not judged."
)


def _export() -> str:
    header = ("Column", "Type", "What it says")
    return "\n\n".join(
        f"## `{name}`\n\n{_table(header, [(_code(column), *rest) for column, *rest in rows])}"
        for name, rows in export_tables().items()
    )


# --- the keys ---

_BINDING = re.compile(
    r'\{\s*action: "[^"]+",\s*chords: (?P<chords>.*?),\s*says: "(?P<says>[^"]+)",\s*group: "(?P<group>[^"]+)"'
    r'(?:,\s*shown: "(?P<shown>[^"]+)")?,?\s*\}',
    re.DOTALL,
)
_PRINTED: Final = {"Mod": "Ctrl", "Delete": "Del", "Escape": "Esc"}


def keys() -> list[tuple[str, str, str]]:
    """Return group, key and meaning of every binding of the workbench.

    Raises
    ------
    ValueError
        The table of keys is written in a way that this reader does not know.
    """
    source = KEYMAP.read_text(encoding="utf-8").partition("KEYMAP: readonly Binding[] = [")[2].partition("\n];")[0]
    found = list(_BINDING.finditer(source))
    if len(found) != source.count("action:"):
        raise ValueError(f"{KEYMAP} has {source.count('action:')} bindings, of which {len(found)} could be read.")
    return [(each["group"], each["shown"] or _printed(each["chords"]), each["says"]) for each in found]


def _printed(chords: str) -> str:
    """Print literal chords as the workbench's own list does."""
    return ", ".join(
        " ".join(_PRINTED.get(key, key.upper() if len(key) == 1 else key) for key in _keys_of(chord))
        for chord in re.findall(r'"([^"]+)"', chords)
    )


def _keys_of(chord: str) -> list[str]:
    return ["+"] if chord == "+" else chord.split("+")


def _keys() -> str:
    groups: dict[str, list[Row]] = {}
    for group, key, says in keys():
        groups.setdefault(group, []).append((f"<kbd>{key}</kbd>", says))
    return "\n\n".join(f"## {group}\n\n{_table(('Key', 'What it does'), rows)}" for group, rows in groups.items())


# --- the statistics ---


def statistics(question: str) -> list[tuple[ModuleType, list[Callable[..., Any]]]]:
    """Return the public functions of each room of a question, in the order of the source."""
    package = f"rubrica.measure.{question}".rstrip(".")
    rooms = [import_module(f"{package}.{name}") for name in STATISTICS[question]]
    return [
        (room, [value for value in vars(room).values() if inspect.isfunction(value) and _is_of(room, value)])
        for room in rooms
    ]


def results(module: ModuleType) -> list[type]:
    """Return what a module's functions return, in the order of the source."""
    return [value for value in vars(module).values() if inspect.isclass(value) and _is_of(module, value)]


def _is_of(module: ModuleType, value: Any) -> bool:
    return bool(value.__module__ == module.__name__ and not value.__name__.startswith("_"))


def _statistics(question: str) -> str:
    return "\n\n".join(
        "\n\n".join(
            [
                f"## `{module.__name__}`",
                _summary(module),
                *(_function(function) for function in functions),
                *(_result(kind) for kind in results(module)),
            ]
        )
        for module, functions in statistics(question)
    )


def _summary(documented: object) -> str:
    return _prose(inspect.getdoc(documented) or "")


def _function(function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    bare = signature.replace(
        parameters=[each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()],
        return_annotation=inspect.Signature.empty,
    )
    return f"### `{function.__name__}`\n\n```python\n{function.__name__}{bare}\n```\n\n{_documented(function)}"


def _result(kind: type) -> str:
    return f"### `{kind.__name__}`\n\n{_documented(kind)}"


def _documented(documented: object) -> str:
    opening, sections = _sections(inspect.getdoc(documented) or "")
    return "\n\n".join([_prose(opening), *(_section(title, body) for title, body in sections)])


def _sections(docstring: str) -> tuple[str, list[tuple[str, str]]]:
    """Split a docstring at its underlined headings."""
    opening, *rest = re.split(r"^(\w+)\n-{3,}\n", docstring, flags=re.MULTILINE)
    return opening, list(zip(rest[::2], rest[1::2], strict=True))


def _section(title: str, body: str) -> str:
    match title:
        case "Examples":
            return f"**{title}**\n\n{_examples(body)}"
        case "Parameters" | "Attributes" | "Raises" | "Returns":
            return f"**{title}**\n\n" + "\n".join(f"- {entry}" for entry in _entries(body))
        case _:
            return f"**{title}**\n\n{_prose(body)}"


def _entries(body: str) -> Iterator[str]:
    """Yield each entry of a section: what stands at the margin, and the text set in below it."""
    for entry in re.split(r"\n+(?=\S)", body.strip()):
        name, _, text = entry.partition("\n")
        names = ", ".join(_code(each) for each in name.partition(" : ")[0].split(", "))
        yield f"{names}: {_prose(text)}"


def _examples(body: str) -> str:
    """Set what is typed as code, and the words between as words."""
    parts = re.split(r"\n\s*\n", body.strip())
    return "\n\n".join(f"```pycon\n{part}\n```" if part.startswith(">>>") else _prose(part) for part in parts)


def _prose(text: str) -> str:
    """Return paragraphs, each in one line; what reStructuredText sets as code stays code."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip()))
    # Stars and lower lines of formulas are no emphasis, and "<" begins no element.
    return "\n\n".join(re.sub(r"``(.+?)``", r"`\1`", paragraph) for paragraph in paragraphs)


def _errors() -> str:
    rows = [(_code(kind.__name__), _summary(kind).partition("\n")[0]) for kind in results(errors)]
    return _table(("Error", "When"), rows)


# --- the domain ---


def _templates() -> str:
    return _table(
        ("Template", "What for", "Images", "Criteria", "Overlap"),
        [_template(template_rubric(key)) for key in template_keys()],
    )


def _template(rubric: Rubric) -> Row:
    criteria = ", ".join(f"{criterion.name} ({criterion.type})" for criterion in rubric.criteria)
    return _code(rubric.key), rubric.description, rubric.images, criteria, rubric.overlap


def _bands() -> str:
    return _table(
        ("Kind", "What is asked", "Measured by", "Healthy from", "Look at the guideline below"),
        [_band(kind) for kind in BANDS],
    )


def _band(kind: QuestionKind) -> Row:
    band = BANDS[kind]
    return _code(kind), band.name, band.coefficient, f"{band.healthy_from:.2f}", f"{band.look_below:.2f}"


def _profile() -> str:
    return _table(
        ("Section", "Field", "What it says", "Kind", "Shown"),
        [
            (
                _code(section.key),
                _code(field.key) + (" (required)" if field.is_required else ""),
                f"{field.label}: {', '.join(map(_code, field.choices))}" if field.choices else field.label,
                field.kind.value,
                "yes" if field.is_shown else "",
            )
            for section in SECTIONS
            for field in section.fields
        ],
    )


def _severities() -> str:
    return _table(
        ("Value", "Name", "Weight", "Anchor"),
        [(each.value, each.name, each.weight, each.anchor) for each in DEFAULT_SEVERITIES],
    )


def _reasons() -> str:
    return _table(("Code", "Label"), [(_code(each.code), each.label) for each in DEFAULT_REASONS])


def _limits() -> str:
    _, sections = _sections(inspect.getdoc(Limits) or "")
    said = dict(entry.split(": ", maxsplit=1) for entry in _entries(dict(sections)["Attributes"]))
    limits = dataclasses.asdict(Limits())
    rows = [(f"{value:,.0f}".replace(",", " "), said[_code(name)]) for name, value in limits.items()]
    return _table(("At most", "What"), rows)


def _refusals() -> str:
    return ", ".join(_code(code.value) for code in RefusalCode) + "."


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "api": _api,
    "bands": _bands,
    "bodies": _bodies,
    "commands": _command_line,
    "errors": _errors,
    "export": _export,
    "keys": _keys,
    "limits": _limits,
    "problem-types": _problem_types,
    "profile": _profile,
    "reasons": _reasons,
    "refusals": _refusals,
    "severities": _severities,
    "templates": _templates,
    **{f"statistics-{question or 'shared'}": partial(_statistics, question) for question in STATISTICS},
}
"""What can be generated, by the name that a page calls it."""


def main() -> None:
    """Bring every page up to date, and say which were not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubrica.config.settings")
    django.setup()
    for path in sorted(PAGES.glob("*.md")):
        old = path.read_text(encoding="utf-8")
        new = refreshed(old)
        if new != old:
            path.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)} brought up to date\n")


if __name__ == "__main__":
    main()
