"""Projects and their guidelines: from a template to a version that never changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rubrica.records.models import Evaluation, GuidelineDraft, GuidelineVersion, Project
from rubrica.records.models.project import ProjectState
from rubrica.usecases import assignments, guidelines, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import (
    ConflictError,
    EditConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from tests.cast import NOON, World, evaluate

pytestmark = pytest.mark.django_db


def draft(world):
    return guidelines.draft_of(open_project(world.lena, world.project.slug))


def save(world, **changes):
    present = draft(world)
    given = {"markdown": present.markdown, "rubric": present.rubric, "revision": present.revision, **changes}
    return guidelines.save_draft(world.lena, world.project.slug, now=NOON, **given)


@pytest.mark.parametrize("template", ["ai-image-audit", "side-by-side", "technical-quality"])
def test_a_project_starts_from_a_template_with_its_guideline_as_a_draft(world: World, template):
    project = projects.create_project(world.lena, "atelier", name="A new one", template=template, now=NOON)

    assert (project.slug, project.state, project.guideline) == ("a-new-one", "draft", None)
    assert GuidelineDraft.objects.of(project).get().rubric["key"] == template


@pytest.mark.parametrize(
    ("name", "slug", "template", "field"),
    [
        ("Audit", "", "ai-image-audit", "slug"),
        ("", "", "ai-image-audit", "name"),
        ("Fine", "Not Fine", "ai-image-audit", "slug"),
        ("Fine", "", "unheard-of", "template"),
    ],
)
def test_a_project_that_cannot_be_is_refused_by_field(world: World, name, slug, template, field):
    with pytest.raises(InvalidInputError) as refused:
        projects.create_project(world.lena, "atelier", name=name, slug=slug, template=template, now=NOON)

    assert [problem.field for problem in refused.value.problems] == [field]


def test_specialists_and_outsiders_create_nothing(world: World):
    with pytest.raises(NotAllowedError):
        projects.create_project(world.rita, "atelier", name="Mine", template="ai-image-audit", now=NOON)
    with pytest.raises(NotFoundError):
        projects.create_project(world.otto, "atelier", name="Mine", template="ai-image-audit", now=NOON)


def test_a_project_starts_only_with_a_published_guideline(world: World):
    project = projects.create_project(world.lena, "atelier", name="New", template="ai-image-audit", now=NOON)
    with pytest.raises(ConflictError, match="Publish the guideline"):
        projects.change_state(world.lena, project.slug, ProjectState.ACTIVE, now=NOON)
    guidelines.publish_guideline(world.lena, project.slug, now=NOON)

    assert projects.change_state(world.lena, project.slug, ProjectState.ACTIVE, now=NOON).state == "active"
    with pytest.raises(ConflictError, match="is active"):
        projects.change_state(world.lena, project.slug, ProjectState.DRAFT, now=NOON)


@pytest.mark.parametrize(
    "change",
    [
        *({"overlap": 0}, {"overlap": 51}, {"lease_seconds": 5}, {"name": " "}),
        *({"hourly_cost": ("25.001", "USD")}, {"hourly_cost": ("1,250", "USD")}, {"hourly_cost": ("25", "DOL")}),
        *({"hourly_cost": ("99999999", "USD")}, {"hourly_cost": ("0.5", "JPY")}),
        *({"repeat_percent": 21}, {"repeat_percent": -1}, {"hourly_limit": 1_001}, {"hourly_limit": -1}),
    ],
)
def test_a_setting_out_of_range_changes_nothing(world: World, change):
    with pytest.raises(InvalidInputError):
        projects.change_settings(world.lena, world.project.slug, now=NOON, **change)
    after = Project.objects.of(world.project).get()

    assert (after.overlap, after.lease_seconds, after.name) == (2, 1800, "Audit")


def test_the_list_of_projects_counts_items_and_evaluations(world: World):
    evaluate(world, world.rita)
    evaluate(world, world.rater("ravi"))
    rows = projects.projects_of(world.lena)

    assert [(row.access.project.slug, row.items, row.evaluations) for row in rows] == [("audit", 3, 2)]
    assert [row.access.project.slug for row in projects.projects_of(world.otto)] == ["other"]
    assert projects.projects_of(world.petra) == []


def test_the_list_of_projects_costs_the_same_for_one_as_for_three(world: World):
    with CaptureQueriesContext(connection) as one:
        projects.projects_of(world.lena)
    for name in ("Second", "Third"):
        projects.create_project(world.lena, "atelier", name=name, template="ai-image-audit", now=NOON)
    with CaptureQueriesContext(connection) as three:
        assert len(projects.projects_of(world.lena)) == 3

    assert len(three) == len(one)


def test_two_editors_cannot_overwrite_each_other(world: World):
    save(world, markdown=draft(world).markdown + "\nA new line.\n")
    with pytest.raises(EditConflictError, match="since you opened it"):
        save(world, revision=1)

    assert draft(world).markdown.endswith("A new line.\n")


def test_a_rubric_with_problems_is_refused_with_each_of_them_and_nothing_is_saved(world: World):
    broken = {**draft(world).rubric, "unit": "triple", "overlap": 0}
    with pytest.raises(InvalidInputError) as refused:
        save(world, rubric=broken)

    assert {"unit", "overlap"} <= {problem.field for problem in refused.value.problems}
    assert draft(world).revision == 1


def test_a_rubric_cannot_name_a_clause_that_the_guideline_lacks(world: World):
    with pytest.raises(InvalidInputError) as refused:
        save(world, markdown="# A guideline without clauses\n")

    assert refused.value.problems


def test_versions_count_up_and_know_their_content(world: World):
    save(world, markdown=draft(world).markdown + "\nOne more ruling.\n")
    second = guidelines.publish_guideline(world.lena, world.project.slug, summary="A ruling", now=NOON)
    first = GuidelineVersion.objects.of(world.project).get(number=1)

    assert (second.number, second.summary) == (2, "A ruling")
    assert first.content_hash != second.content_hash
    assert len(second.content_hash) == 64
    assert Project.objects.of(world.project).get().guideline == second


def test_publishing_twice_without_a_change_is_refused(world: World):
    with pytest.raises(ConflictError, match="Nothing has changed since version 1"):
        guidelines.publish_guideline(world.lena, world.project.slug, now=NOON)


def test_a_rubric_for_pairs_cannot_be_published_over_single_images(world: World):
    other = projects.create_project(world.lena, "atelier", name="Pairs", template="side-by-side", now=NOON)
    pairs = GuidelineDraft.objects.of(other).get()
    save(world, markdown=pairs.markdown, rubric=pairs.rubric)
    with pytest.raises(ConflictError, match="project of its own"):
        guidelines.publish_guideline(world.lena, world.project.slug, now=NOON)


def test_work_in_hand_is_judged_under_the_version_it_was_taken_under(world: World):
    assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now)
    save(world, markdown=draft(world).markdown + "\nOne more ruling.\n")
    guidelines.publish_guideline(world.lena, world.project.slug, now=NOON)
    evaluate(world, world.rita)
    evaluate(world, world.rita)
    assert list(Evaluation.objects.of(world.project).order_by("id").values_list("guideline__number", flat=True)) == [
        (1),
        (2),
    ]


def test_specialists_read_the_version_in_force_only(world: World):
    save(world, markdown=draft(world).markdown + "\nOne more ruling.\n")
    guidelines.publish_guideline(world.lena, world.project.slug, now=NOON)
    numbers = {
        name: [row.number for row in guidelines.versions_of(open_project(getattr(world, name), "audit"))]
        for name in ("rita", "rowan", "lena")
    }

    assert numbers == {"rita": [2], "rowan": [2, 1], "lena": [2, 1]}
    with pytest.raises(NotFoundError):
        guidelines.version_of(open_project(world.rita, "audit"), 1)


@pytest.mark.parametrize("name", ["rita", "rowan"])
def test_only_leads_edit_and_publish(world: World, name):
    person = getattr(world, name)
    with pytest.raises(NotAllowedError):
        guidelines.draft_of(open_project(person, "audit"))
    with pytest.raises(NotAllowedError):
        guidelines.publish_guideline(person, "audit", now=NOON)
