"""Similar images: precedents and duplicates rank by looks, and what looks like nothing ruled on is said to be new."""

import pytest

from rubrica.domain.edge_case import Likeness
from rubrica.records.models import Assignment, ImageDescriptor, Item, ItemImage
from rubrica.usecases import assignments, edge_cases, rulings
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import NotAllowedError
from rubrica.usecases.similarity import Neighbourhood, neighbourhood
from tests.cast import World, add_items, build_world, describe_item, passed_case, ruled_case
from tests.embedders import Brightness

pytestmark = pytest.mark.django_db

BRIGHTNESS = "tests.embedders.Brightness"


@pytest.fixture
def world(db) -> World:
    return build_world(items=3)


def near(world: World, *others: Item) -> Neighbourhood:
    return neighbourhood(world.project, world.items[0].pk, {item.pk for item in others})


# --- the search ---


def test_the_nearest_image_is_the_most_similar_and_what_is_far_is_not_at_all(world: World):
    here, close, middling = world.items
    (far,) = add_items(world.project, 1)
    for item, distance in ((here, 0.0), (close, 0.006), (middling, 0.05), (far, 0.5)):
        describe_item(item, distance)

    found = near(world, here, close, middling, far)
    assert found.nearness[here.pk] == pytest.approx(1, abs=0.05)
    assert found.nearness[close.pk] == pytest.approx(0.8, abs=0.05)
    assert found.nearness.keys() == {here.pk, close.pk}
    assert not found.is_unlike
    assert not near(world, middling, far).is_unlike, "one has something in common"
    assert near(world, far).is_unlike


def test_where_an_image_is_not_described_nothing_is_said(world: World):
    here, other, _ = world.items
    assert near(world) == Neighbourhood()
    assert near(world, other) == Neighbourhood()
    describe_item(here, 0.0)
    assert near(world, other) == Neighbourhood()
    describe_item(other, 0.5)
    assert near(world, other).is_unlike
    assert not near(world, *world.items[1:]).is_unlike, "the third may be like it"


def test_of_several_images_those_that_are_nearest_count(db):
    world = build_world(template="side-by-side", items=2)
    here, other = world.items
    for item, slot, distance in ((here, 0, 0.5), (here, 1, 0.0), (other, 0, 0.003), (other, 1, 0.9)):
        describe_item(item, distance, slot=slot)
    assert near(world, other).nearness[other.pk] == pytest.approx(0.9, abs=0.05)


def test_descriptors_of_different_embedders_are_never_compared(world: World, settings):
    settings.EMBEDDER = BRIGHTNESS
    here, other, third = world.items
    describe_item(here, 0.0)
    describe_item(other, 0.0, embedder=Brightness)
    assert near(world, other) == Neighbourhood()

    # The chosen one goes first where it has described both, and Rubrica's own stands in for it elsewhere.
    describe_item(here, 0.0, embedder=Brightness)
    describe_item(other, 0.5)
    describe_item(third, 0.015)
    found = near(world, other, third)
    assert found.nearness == pytest.approx({other.pk: 1, third.pk: 0.5}, abs=0.05)


def test_an_embedder_that_changed_without_a_new_name_counts_as_none(world: World, settings):
    settings.EMBEDDER = BRIGHTNESS
    here, other, _ = world.items
    for item in (here, other):
        describe_item(item, 0.0)
        image = ItemImage.objects.of(world.project).get(item=item).image
        ImageDescriptor.objects.create(image=image, embedder=Brightness.name, vector=bytes(10))
    assert near(world, other).nearness == {other.pk: 1}


def test_other_projects_are_not_looked_at(world: World):
    (theirs,) = add_items(world.others_project, 1)
    describe_item(world.items[0], 0.0)
    describe_item(theirs, 0.0)
    assert near(world, theirs) == Neighbourhood()


def test_one_query_finds_the_neighbours_of_any_number(world: World, django_assert_num_queries):
    others = add_items(world.project, 5)
    for item in (*world.items, *others):
        describe_item(item, 0.0)
    for some in (others[:1], others):
        with django_assert_num_queries(1):
            near(world, *some)


# --- what it is for ---


def held(world: World) -> str:
    return assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments[0].held.public_id


def at_hand(world: World) -> Item:
    return Item.objects.of(world.project).get(
        pk=Assignment.objects.of(world.project).get(public_id=held(world)).item_id
    )


def test_precedents_on_similar_images_come_first_with_the_reason(world: World):
    first, second = ruled_case(world, "Halo?"), ruled_case(world, "Entirely different?")
    describe_item(first.item, 0.01)
    describe_item(second.item, 0.5)
    describe_item(at_hand(world), 0.0)

    found = rulings.precedents_for(world.rita, held(world))
    assert [(precedent.ruling.case, precedent.alike.in_what) for precedent in found.found] == [
        (first, (Likeness.SIMILAR,)),
        (second, ()),
    ]
    assert not found.is_unlike


def test_an_item_that_looks_like_nothing_ruled_on_is_said_to_be_new(world: World):
    assert not rulings.precedents_for(world.rita, held(world)).is_unlike, "nothing has been ruled on"
    first, second = ruled_case(world, "Halo?"), ruled_case(world, "Entirely different?")
    describe_item(first.item, 0.4)
    describe_item(second.item, 0.5)
    describe_item(at_hand(world), 0.0)
    assert rulings.precedents_for(world.rita, held(world)).is_unlike
    assert rulings.precedents_for(world.rita, held(world), words="halo").is_unlike, "whatever was looked for"

    access = open_project(world.lena, "audit")
    new = passed_case(world, "And now?")
    assert rulings.is_unlike_rulings(access, new)
    assert not rulings.is_unlike_rulings(access, first)
    with pytest.raises(NotAllowedError):
        rulings.is_unlike_rulings(open_project(world.rita, "audit"), new)


def test_cases_on_images_that_can_hardly_be_told_apart_are_suggested_as_duplicates(world: World):
    first, second, third = (passed_case(world, question) for question in ("Halo?", "Entirely different?", "Odd?"))
    for case, distance in ((first, 0.0), (second, 0.006), (third, 0.025)):
        describe_item(case.item, distance)

    suggested = edge_cases.similar_cases(open_project(world.lena, "audit"), first)
    assert [(row.case, row.alike.in_what) for row in suggested] == [(second, (Likeness.SIMILAR,))]


def test_precedents_take_as_many_queries_for_one_ruling_as_for_three(world: World, django_assert_max_num_queries):
    add_items(world.project, 3)

    def queries() -> int:
        assignment = held(world)
        with django_assert_max_num_queries(100) as counted:
            rulings.precedents_for(world.rita, assignment)
        return len(counted)

    describe_item(ruled_case(world, "One?").item, 0.1)
    once = queries()
    for question in ("Two?", "Three?"):
        describe_item(ruled_case(world, question).item, 0.2)
    assert queries() == once
