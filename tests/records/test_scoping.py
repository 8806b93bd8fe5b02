"""Rows of a project or an organisation cannot be read without saying whose."""

import pytest

from rubrica.records.models import Item, Membership, Project, ProjectMembership
from rubrica.records.scoping import UnscopedQueryError
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "touch",
    [
        lambda rows: list(rows.all()),
        lambda rows: rows.filter(key="a").count(),
        lambda rows: rows.filter(key="a").exists(),
        lambda rows: rows.filter(key="a").first(),
        lambda rows: rows.get_queryset().get(key="a"),
        lambda rows: rows.filter(key="a").update(key="b"),
        lambda rows: rows.filter(key="a").delete(),
        lambda rows: rows.aggregate(),
        lambda rows: list(rows.all().iterator()),
        lambda rows: list(rows.values_list("key")),
        lambda rows: rows.order_by("key")[:1][0],
    ],
)
def test_a_query_without_a_scope_is_an_error_and_not_a_leak(touch):
    with pytest.raises(UnscopedQueryError):
        touch(Item.objects)


def test_an_unscoped_query_must_state_its_reason():
    with pytest.raises(UnscopedQueryError):
        Item.objects.everywhere("")


def test_a_model_refuses_an_owner_it_does_not_have(world: World):
    with pytest.raises(UnscopedQueryError, match="does not belong to a project"):
        Membership.objects.of(world.project)


def test_a_scope_survives_filtering_ordering_and_slicing(world: World):
    rows = Project.objects.visible_to(world.lena).filter(state="active").order_by("-name")[:5]

    assert list(rows) == [world.project]


def test_outsiders_see_nothing_of_a_project(world: World):
    assert list(Project.objects.visible_to(world.otto)) == [world.others_project]
    assert list(Item.objects.visible_to(world.otto)) == []


def test_an_organisation_admin_sees_every_project_of_the_organisation(world: World):
    assert list(Project.objects.visible_to(world.omar)) == [world.project]


def test_a_project_role_that_has_ended_shows_nothing_any_more(world: World):
    ProjectMembership.objects.of(world.project).filter(account=world.rita).update(is_active=False)

    assert list(Project.objects.visible_to(world.rita)) == []
    assert list(Item.objects.visible_to(world.rita)) == []


def test_a_platform_admin_sees_no_project_content(world: World):
    assert list(Item.objects.visible_to(world.petra)) == []
