"""The reference says what the code does: generated parts are up to date, and nothing is left undocumented."""

import json
import re
import shlex
from itertools import dropwhile, takewhile
from pathlib import Path

import click
import pytest
import yaml

from rubrica.cli.main import rubrica
from rubrica.domain import (
    answer,
    condition_reader,
    consistency,
    criterion,
    dependencies,
    mark,
    proposal,
    rubric,
    taxonomy,
    viewing,
    worked_example,
)
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.templates import template_rubric
from rubrica.usecases.exports import writing
from tests.web.expected_routes import API
from tools import reference

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(reference.PAGES.glob("*.md"))
PROSE = [*sorted(DOCS.glob("**/*.md")), ROOT / "README.md"]


def page(name):
    return (reference.PAGES / f"{name}.md").read_text()


def first_cells(text, heading):
    """Return what stands as code in the first column of the first table under a heading."""
    lines = text.partition(f"# {heading}\n")[2].splitlines()
    table = takewhile(lambda line: line.startswith("|"), dropwhile(lambda line: not line.startswith("|"), lines))
    return {code for line in table for code in re.findall(r"`([^`]+)`", line.split("|")[1])}


def fenced(text, language):
    """Return the blocks of code in one language."""
    return re.findall(rf"^[ ]*```{language}\n(.*?)^[ ]*```$", text, re.MULTILINE | re.DOTALL)


# --- what is generated ---


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_says_what_the_code_says_now(path):
    assert path.read_text() == reference.refreshed(path.read_text()), "stale: run make reference"


def test_everything_that_can_be_generated_stands_on_one_page():
    placed = [name for path in PAGES for name in reference.tables_on(path.read_text())]

    assert sorted(placed) == sorted(reference.TABLES)


def test_a_stale_part_is_replaced_and_the_words_around_it_stay():
    text = "Before.\n\n<!-- generated: reasons -->\nold\n<!-- end -->\n\nAfter.\n"

    new = reference.refreshed(text)

    assert "old" not in new
    assert "`did_not_load`" in new
    assert (new[:8], new[-7:]) == ("Before.\n", "After.\n")
    assert reference.refreshed(new) == new


def test_every_command_is_described():
    described = set(re.findall(r"^##+ `(rubrica [^`]+)`$", page("cli"), re.MULTILINE))

    assert described == {name for name, _ in reference.commands()}


def test_every_operation_of_the_api_is_described():
    described = set(re.findall(r"refuses with [0-9, ]+\. `(\w+)`$", page("api"), re.MULTILINE))

    # The description of the API does not describe itself; the introduction says where it is.
    assert described == {name for _method, name in API} - {"read_openapi"}
    assert "`/api/v1/openapi.json`" in page("api")


def test_every_refusal_of_the_api_is_described():
    described = set(re.findall(r"^\| \d{3} \| `([a-z-]+)` \|", page("api"), re.MULTILINE))
    handled = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)", "[A-Z]', (ROOT / "src/rubrica/api/errors.py").read_text()))

    assert described == handled


def test_every_column_of_an_export_is_described():
    rubrics = [template_rubric("side-by-side")]
    written = {
        "evaluations": writing.evaluation_columns(rubrics),
        "ratings": writing.RATING_COLUMNS,
        "marks": writing.MARK_COLUMNS,
        "items": writing.item_columns(rubrics),
        "aggregates": writing.AGGREGATE_COLUMNS,
    }

    for table, columns in written.items():
        names = {"answers.…" if column.name.startswith("answers.") else column.name for column in columns}
        assert first_cells(page("export"), f"`{table}`") == names


def test_every_key_of_the_workbench_is_described():
    assert page("keys").count("| <kbd>") == len(
        re.findall(r"^\s+says: |, says: ", reference.KEYMAP.read_text(), re.MULTILINE)
    )


@pytest.mark.parametrize("question", reference.STATISTICS)
def test_every_public_statistic_is_described(question):
    name = f"statistics-{question}" if question else "statistics"
    described = set(re.findall(r"^### `([A-Za-z_0-9]+)`$", page(name), re.MULTILINE))
    functions = {function.__name__ for _, found in reference.statistics(question) for function in found}

    assert functions
    assert functions <= described


def test_a_room_of_statistics_is_either_described_or_known_as_a_building_block():
    building_blocks = {
        "": {"columns", "encoded_columns", "errors", "laplacian", "orders", "sparse_tables"},
        "agreement": {"coincidences", "spans", "tallies", "unit_ratings"},
        "opinion": {
            "rasch_columns",
            "rasch_fitting",
            "rasch_joint",
            "rasch_likelihood",
            "rasch_posterior",
            "subject_inconsistency",
            "subject_intervals",
        },
        "preference": {"likelihood", "scale_fitting"},
        "regions": {"shapes"},
    }
    measure = ROOT / "src/rubrica/measure"

    for question, described in reference.STATISTICS.items():
        rooms = {path.stem for path in (measure / question).glob("[!_]*.py")}
        assert rooms == {*described, *building_blocks.get(question, ())}, question
    assert {path.parent.name for path in measure.glob("*/__init__.py")} == {*reference.STATISTICS} - {""}


# --- what is written by hand ---


def test_every_setting_is_described_and_no_other():
    source = "\n".join(path.read_text() for path in (ROOT / "src/rubrica").rglob("*.py"))

    assert first_cells(page("settings"), "Environment variables") == set(re.findall(r"\bRUBRICA_[A-Z_]+\b", source))


@pytest.mark.parametrize(
    ("name", "heading", "known"),
    [
        ("rubric", "Rubric fields", rubric._RUBRIC_KEYS),
        ("rubric", "Criterion fields", criterion.CRITERION_KEYS),
        ("rubric", "Level fields", criterion._LEVEL_KEYS),
        ("rubric", "Option fields", criterion._OPTION_KEYS),
        ("rubric", "Taxonomy fields", taxonomy._TAXONOMY_KEYS),
        ("rubric", "Group fields", taxonomy._GROUP_KEYS),
        ("rubric", "Error fields", taxonomy._ERROR_KEYS),
        ("rubric", "Severity fields", taxonomy._SEVERITY_KEYS),
        ("rubric", "Marks fields", rubric._MARKS_KEYS),
        ("rubric", "Explanation fields", rubric._EXPLANATION_KEYS),
        ("rubric", "Condition fields", condition_reader._CONDITION_KEYS),
        ("rubric", "Rule fields", dependencies._RULE_KEYS),
        ("rubric", "Worked example fields", worked_example._WORKED_KEYS),
        ("rubric", "Check fields", proposal._CHECK_KEYS),
        ("rubric", "Reason fields", rubric._REASON_KEYS),
        ("answer", "Answer fields", answer._ANSWER_KEYS),
        ("answer", "Mark fields", mark._MARK_KEYS),
        ("answer", "Cannot-judge fields", answer._CANNOT_JUDGE_KEYS),
        ("answer", "Viewing fields", viewing._VIEWING_KEYS),
        ("answer", "Kept fields", consistency._KEPT_KEYS),
    ],
)
def test_every_field_is_described_and_no_other(name, heading, known):
    assert first_cells(page(name), heading) == known


def test_the_example_of_a_rubric_is_one():
    example, worked, decision = fenced(page("rubric"), "yaml")

    assert rubric.read_rubric(example).key == "product-photo"
    written = template_rubric("ai-image-audit").as_json()
    written["criteria"][0] |= yaml.safe_load(worked)
    assert rubric.parse_rubric(written).worked_items == {"owl.png"}
    indented = decision.replace("\n", "\n  ").rstrip(" ")
    assert rubric.read_rubric(example.replace("taxonomy:", f"  {indented}taxonomy:")).criteria[-1].type == "decision"


def test_the_example_of_an_answer_is_one():
    (example,) = fenced(page("answer"), "json")

    assert answer.parse_answer(template_rubric("ai-image-audit"), json.loads(example)).is_judged


def test_the_example_of_a_guideline_has_clauses():
    (example,) = fenced((DOCS / "how-to/write-a-guideline.md").read_text(), "markdown")

    assert parse_guideline(example).anchors == ("FS-1", "FS-1.1")


def commands_in(text):
    """Yield the arguments of each call of ``rubrica`` in the text's shell blocks."""
    for line in "".join(fenced(text, "sh")).replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        start = next((n for n, word in enumerate(words) if word.rpartition("/")[2] == "rubrica"), None)
        # Before the command only variables may stand: elsewhere the word is an argument.
        if start is not None and all("=" in word for word in words[:start]):
            yield words[start + 1 :]


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_the_documentation_exist(path):
    for words in commands_in(path.read_text()):
        command, arguments = rubrica, list(words)
        while isinstance(command, click.Group):
            name = arguments.pop(0)
            command = command.get_command(click.Context(command), name)
            assert command is not None, words
        parser = command.make_parser(click.Context(command))
        _, left, _ = parser.parse_args(arguments)
        assert not left, words


def test_links_between_the_readme_and_the_documentation_lead_somewhere():
    # Pictures are made by running the product; MkDocs checks the links inside the documentation.
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []
