"""Projects as files: out, into version control, and back in."""

from dataclasses import replace

import pytest

from rubrica.formats.project_folder import ProjectFilesInvalidError, read_project_folder, write_project_folder
from rubrica.records.models import AuditEvent, GuidelineDraft, GuidelineVersion, Project, ProjectMembership
from rubrica.usecases.access import open_project, operator_account
from rubrica.usecases.errors import InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.project_files import apply_project_files, export_project_files, project_files
from tests.cast import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(world: World, tmp_path):
    export_project_files(open_project(world.lena, world.project.slug), tmp_path)
    return tmp_path


def change(folder, **changes):
    write_project_folder(replace(read_project_folder(folder), **changes), folder)


def apply(world, folder, account=None, **options):
    return apply_project_files(account or world.lena, folder, now=NOON, **options)


def test_what_is_written_is_what_the_project_says(world: World, folder):
    assert read_project_folder(folder) == project_files(open_project(world.lena, world.project.slug))


def test_applying_what_was_exported_changes_nothing(world: World, folder):
    before = GuidelineDraft.objects.of(world.project).get()
    applied = apply(world, folder, publish=True)

    assert (applied.was_created, applied.changes, applied.published) == (False, (), None)
    assert GuidelineDraft.objects.of(world.project).get().revision == before.revision
    assert GuidelineVersion.objects.of(world.project).count() == 1


def test_changes_are_shown_line_by_line(world: World, folder):
    change(folder, name="New name", overlap=4, guideline=read_project_folder(folder).guideline + "\nOne line more.\n")
    applied = apply(world, folder)

    assert {each.what: (each.before, each.after) for each in applied.changes if each.what != "guideline"} == {
        "name": ("Audit", "New name"),
        "overlap": ("2", "4"),
    }
    guideline = next(each for each in applied.changes if each.what == "guideline")
    assert [line for line in guideline.lines if line.startswith(("+", "-"))] == ["+", "+One line more."]
    assert (applied.project.name, applied.project.overlap) == ("New name", 4)


def test_the_draft_changes_and_what_was_published_does_not(world: World, folder):
    change(folder, guideline=read_project_folder(folder).guideline + "\nMore.\n")
    apply(world, folder)

    assert GuidelineDraft.objects.of(world.project).get().markdown.endswith("More.\n")
    assert not GuidelineVersion.objects.of(world.project).get().markdown.endswith("More.\n")


def test_publish_makes_the_next_version_with_its_summary(world: World, folder):
    change(folder, guideline=read_project_folder(folder).guideline + "\nMore.\n")
    applied = apply(world, folder, publish=True, summary="Says more")

    assert (applied.published.number, applied.published.summary) == (2, "Says more")
    assert applied.project.guideline == applied.published


def test_a_project_is_created_from_files_where_an_organisation_is_named(world: World, folder):
    change(folder, slug="copy", name="Copy")
    applied = apply(world, folder, organisation="atelier", publish=True)

    assert (applied.was_created, applied.published.number) == (True, 1)
    assert project_files(open_project(world.lena, "copy")) == read_project_folder(folder)


def test_creating_asks_for_the_organisation(world: World, folder):
    change(folder, slug="copy")

    with pytest.raises(InvalidInputError, match="There is no project copy"):
        apply(world, folder)


def test_wrong_files_change_nothing(world: World, folder):
    change(folder, name="Changed")
    (folder / "rubric.yaml").write_text("format: rubrica/rubric/1\n")

    with pytest.raises(ProjectFilesInvalidError, match=r"rubric\.yaml"):
        apply(world, folder)
    assert Project.objects.of(world.project).get().name == "Audit"


def test_a_guideline_without_a_clause_that_the_rubric_names_changes_nothing(world: World, folder):
    change(folder, name="Changed", guideline="Nothing here.")

    with pytest.raises(InvalidInputError, match="guideline has problems"):
        apply(world, folder)
    assert Project.objects.of(world.project).get().name == "Audit"


def test_only_a_lead_applies_files(world: World, folder):
    with pytest.raises(NotAllowedError):
        apply(world, folder, account=world.rowan)
    with pytest.raises(NotAllowedError):
        project_files(open_project(world.rita, world.project.slug))


# --- the operator ---


def test_the_operator_works_in_every_project_and_is_named_in_the_audit(world: World, folder):
    change(folder, name="By the operator")
    operator = operator_account()
    apply(world, folder, account=operator)

    line = AuditEvent.objects.of(world.project).filter(action="project.settings_changed").latest("pk")
    assert (line.actor, line.detail["via"]) == (world.petra, "command line")
    assert operator == world.petra


def test_the_same_person_in_a_browser_has_no_such_authority(world: World):
    operator_account()
    petra = type(world.petra).objects.get(pk=world.petra.pk)

    with pytest.raises(NotFoundError):
        open_project(petra, world.project.slug)


def test_a_project_that_the_operator_creates_is_led_by_the_operator(world: World, folder):
    change(folder, slug="copy", name="Copy")
    applied = apply(world, folder, account=operator_account(), organisation="atelier")

    assert ProjectMembership.objects.of(applied.project).get().account == world.petra


def test_without_a_platform_admin_the_command_line_says_what_to_do(world: World):
    type(world.petra).objects.update(is_platform_admin=False)

    with pytest.raises(NotFoundError, match="rubrica init"):
        operator_account()
