"""A project as files: written, put under version control, and read back without a difference."""

from dataclasses import replace

import pytest
from hypothesis import given

from rubrica.domain.rubric import read_rubric
from rubrica.domain.templates import template_guideline, template_keys, template_rubric
from rubrica.formats.project_folder import (
    ProjectFiles,
    ProjectFilesInvalidError,
    read_project_folder,
    rubric_yaml,
    write_project_folder,
)
from tests.domain.strategies import rubrics

FILES = ProjectFiles(
    slug="image-audit",
    name="Image audit",
    description="Two lines\nof text: with a colon",
    template="ai-image-audit",
    overlap=3,
    lease_seconds=1_800,
    repeat_percent=5,
    is_sensitive=True,
    most_overlap=9,
    hourly_limit=60,
    rubric=template_rubric("ai-image-audit"),
    guideline=template_guideline("ai-image-audit"),
)


@pytest.mark.parametrize("key", template_keys())
def test_every_template_survives_being_written_as_yaml(key):
    assert read_rubric(rubric_yaml(template_rubric(key))) == template_rubric(key)


@given(rubrics)
def test_every_rubric_survives_being_written_as_yaml(rubric):
    assert read_rubric(rubric_yaml(rubric)) == rubric


@pytest.mark.parametrize(
    "text",
    ["1e3", "yes", "null", "~", "0x1f", ".5", "+7", "1:30", "- a", "# no", "a: b", "'", '"', " x ", "2026-01-01"],
)
def test_text_that_looks_like_something_else_stays_text(text, tmp_path):
    write_project_folder(replace(FILES, name=text, description=text), tmp_path)

    read = read_project_folder(tmp_path)
    assert (read.name, read.description) == (text, text)


def test_a_project_is_read_back_as_it_was_written(tmp_path):
    files = replace(FILES, guideline=FILES.guideline + "\n\n## ZZ-9 Windows\r\nlines\r\n")
    write_project_folder(files, tmp_path / "new" / "folder")

    assert read_project_folder(tmp_path / "new" / "folder") == files


@pytest.mark.parametrize("name", ["project.yaml", "rubric.yaml", "guideline.md"])
def test_a_missing_file_is_named(name, tmp_path):
    write_project_folder(FILES, tmp_path)
    (tmp_path / name).unlink()

    with pytest.raises(ProjectFilesInvalidError, match=f"{name}: cannot be read"):
        read_project_folder(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("project.yaml", "format: rubrica/project/1\nslug: A B\n", r"project.yaml.slug"),
        ("project.yaml", "format: rubrica/project/9\n", "project.yaml.format"),
        ("project.yaml", "a: 1\na: 2\n", "project.yaml"),
        ("project.yaml", "- 1\n", "project.yaml: is a list"),
        ("rubric.yaml", "format: rubrica/rubric/1\n", "rubric.yaml: key"),
        ("rubric.yaml", "a: &x 1\n", "rubric.yaml"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong_in_it(name, text, words, tmp_path):
    write_project_folder(FILES, tmp_path)
    (tmp_path / name).write_text(text)

    with pytest.raises(ProjectFilesInvalidError, match=words):
        read_project_folder(tmp_path)


@pytest.mark.parametrize(("data", "words"), [(b"\xff\xfe", "is not UTF-8"), (b"x" * 300_000, "is too large")])
def test_a_guideline_that_is_no_text_or_too_long_is_refused(data, words, tmp_path):
    write_project_folder(FILES, tmp_path)
    (tmp_path / "guideline.md").write_bytes(data)

    with pytest.raises(ProjectFilesInvalidError, match=words):
        read_project_folder(tmp_path)
